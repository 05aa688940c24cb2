"""What people are told about pairs, at once and by the clock."""

from apps.core import clock
from apps.core.dates import morning_of
from apps.notifications.kinds import Default, Due, register

from ..messages import NetworkKind
from .models import HelpRequest, Pair


@register
class PairProposed(NetworkKind):
    name = "network.pair_proposed"
    label = "Somebody in the network asks you something"
    action = "Read and answer"

    def lines(self, pair, user):
        return [
            f"{pair.proposed_by.name} suggests that you two become a pair: {pair.about}.",
            "You can say yes, or kindly no. You need not give a reason.",
        ]

    def wanted(self, rule, pair, user):
        return pair.state == Pair.State.PROPOSED


@register
class PairMoved(NetworkKind):
    name = "network.pair_moved"
    label = "About your pair"

    SAID = {
        "accept": "{other} says yes. You are a pair now.",
        "decline": "{other} thanks you for asking. It is not possible this time.",
        "withdraw": "{other} has taken the suggestion back.",
        "pause": "{other} would like to pause for a while. Reminders stop until you go on.",
        "resume": "{other} would like to go on.",
        "end": "{other} has ended the pair, with thanks. What you both wrote stays with you two.",
    }

    def context(self, occurrence, user):
        pair = occurrence.subject
        said = self.SAID[occurrence.data["action"]].format(other=pair.partner_of(user).name)
        return super().context(occurrence, user) | {"lines": [said]}


@register
class PartnerLeft(NetworkKind):
    name = "network.partner_left"
    label = "About your pair"
    action = "What you can do"

    def lines(self, pair, user):
        return [
            f"{pair.partner_of(user).name} is not in the programme any more, so your pair has "
            "ended. This is not about you.",
            "A co-lead of the network will be in touch. You can also ask somebody else to be a "
            "pair with you.",
        ]


@register
class PairLost(NetworkKind):
    """To those who can help to find somebody else."""

    name = "network.pair_lost"
    label = "Somebody in the network looks for a new pair"
    action = "See the pair"

    def lines(self, pair, user):
        return [
            f"{pair.left_by.name} is not in the programme any more. Please get in touch with "
            f"{pair.partner_of(pair.left_by).name}, and help to find somebody else if that is "
            "wanted."
        ]

    def wanted(self, rule, pair, user):
        return pair.followed_up_at is None


@register
class HelpAsked(NetworkKind):
    """Who, and the note, stand on the site alone."""

    name = "network.help_asked"
    withheld = True
    label = "A pair would like to hear from you"
    action = "See who asks"

    def wanted(self, rule, help_asked, user):
        return help_asked.state == HelpRequest.State.ASKED and help_asked.contact_id == user.pk


@register
class HelpAnswered(NetworkKind):
    name = "network.help_answered"
    withheld = True
    label = "About your pair"

    def lines(self, help_asked, user):
        return [f"{help_asked.contact.name} has noted that they have been in touch with you."]


@register
class CheckInDue(NetworkKind):
    """On the morning of the day that the two agreed; nothing of what they write."""

    name = "network.check_in"
    label = "Time to meet, as you agreed"
    action = "Write down how it went"
    defaults = (Default(),)

    def due(self, rule, now):
        today = clock.date_of(now)
        running = Pair.objects.running().exclude(every="").filter(counted_from__isnull=False)
        for pair in running.select_related("peer", "sponsor"):
            on = pair.next_check_in
            due_at = rule.due_at(morning_of(on))
            if on <= today and due_at <= now:
                yield Due(pair, due_at)

    def version(self, pair):
        return pair.version

    def audience(self, rule, pair):
        return pair.people

    def wanted(self, rule, pair, user):
        on = pair.next_check_in
        return on is not None and on <= clock.today()

    def lines(self, pair, user):
        return [
            f"You and {pair.partner_of(user).name} agreed to meet about {pair.about}. If it does "
            "not suit now, you can pause the reminders."
        ]
