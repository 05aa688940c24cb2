"""What people are told about pairs, at once and by the clock."""

from apps.core import clock
from apps.core.dates import morning_of, weekday_near
from apps.notifications.kinds import Default, Due, register
from apps.notifications.wording import ON_DAY, SOMEBODY, Case, Placeholder

from ..messages import NetworkKind
from .models import HelpRequest, Pair

THE_OTHER = Placeholder("the other one of the two", "Kim Winter")
ABOUT = Placeholder("what the two do together", "how peers are welcomed")


@register
class PairProposed(NetworkKind):
    name = "network.pair_proposed"
    label = "Somebody in the network asks you something"
    to_whom = "the other person, when somebody suggests that the two become a pair"
    preview = "You can say yes, or kindly no."
    text = (
        "{who} suggests that you two become a pair: {about}.\n\n"
        "You can say yes, or kindly no. You need not give a reason."
    )
    action = "Read and answer"
    placeholders = {"who": SOMEBODY, "about": ABOUT}

    def values(self, occurrence, reader):
        pair = occurrence.subject
        return {"who": pair.proposed_by.name, "about": pair.about}

    def wanted(self, rule, pair, user):
        return pair.state == Pair.State.PROPOSED


@register
class PairMoved(NetworkKind):
    name = "network.pair_moved"
    label = "About your pair"
    to_whom = "the other one of a pair, when one answers, takes it back, pauses, goes on or ends it"
    alike = True

    text = "Something has changed: please see how your pair stands now."
    action = "See your pair"
    cases = {
        "accept": Case(when="the other one says yes", text="{other} says yes. You are a pair now."),
        "decline": Case(
            when="the other one says no",
            text="{other} thanks you for asking. It is not possible this time.",
        ),
        "withdraw": Case(
            when="the other one takes the suggestion back",
            text="{other} has taken the suggestion back.",
        ),
        "pause": Case(
            when="the other one pauses",
            text="{other} would like to pause for a while. Reminders stop until you go on.",
        ),
        "resume": Case(when="the other one goes on", text="{other} would like to go on."),
        "end": Case(
            when="the other one ends the pair",
            text=(
                "{other} has ended the pair, with thanks. What you both wrote stays with you two."
            ),
        ),
    }
    placeholders = {"other": THE_OTHER}

    def case(self, occurrence, reader):
        return occurrence.data["action"]

    def values(self, occurrence, reader):
        return {"other": occurrence.subject.partner_of(reader).name}


@register
class PartnerLeft(NetworkKind):
    name = "network.partner_left"
    label = "About your pair"
    to_whom = "the one who is left of a pair, when the other leaves the programme"
    subject_line = "Something has changed for your pair"
    text = (
        "{other} is not in the programme any more, so your pair has ended. This is not about "
        "you.\n\nA co-lead of the network will be in touch. You can also ask somebody else to be "
        "a pair with you."
    )
    action = "What you can do"
    placeholders = {"other": THE_OTHER}

    def values(self, occurrence, reader):
        return {"other": occurrence.subject.partner_of(reader).name}


@register
class PairLost(NetworkKind):
    """To those who can help to find somebody else."""

    name = "network.pair_lost"
    label = "Somebody in the network looks for a new pair"
    to_whom = (
        "the co-leads of the network and the programme office, when one of a pair leaves "
        "the programme"
    )
    preview = "Please get in touch with them."
    text = (
        "{gone} is not in the programme any more. Please get in touch with {left}, and help to "
        "find somebody else if they would like that."
    )
    action = "See the pair"
    placeholders = {
        "gone": Placeholder("who is not in the programme any more", "Lee Summer"),
        "left": THE_OTHER,
    }

    def values(self, occurrence, reader):
        pair = occurrence.subject
        return {"gone": pair.left_by.name, "left": pair.partner_of(pair.left_by).name}

    def wanted(self, rule, pair, user):
        return pair.followed_up_at is None


@register
class HelpAsked(NetworkKind):
    """Who, and the note, stand on the site alone."""

    name = "network.help_asked"
    withheld = True
    label = "A pair would like to hear from you"
    to_whom = "the person who helps pairs, when a pair would like to hear from them"
    preview = "Please see who asks, and get in touch."
    text = "Please see who asks, and get in touch with them."
    action = "See who asks"

    def wanted(self, rule, help_asked, user):
        return help_asked.state == HelpRequest.State.ASKED and help_asked.contact_id == user.pk


@register
class HelpAnswered(NetworkKind):
    name = "network.help_answered"
    withheld = True
    label = "About your pair"
    to_whom = "both of a pair, when whoever helps pairs notes that they have been in touch"
    subject_line = "A note about your pair"
    text = "{contact} has noted that they have been in touch with you."
    action = "See your pair"
    placeholders = {"contact": Placeholder("who helps pairs", "Robin Field")}

    def values(self, occurrence, reader):
        return {"contact": occurrence.subject.contact.name}


@register
class CheckInDue(NetworkKind):
    """On the morning of the day that the two agreed; nothing of what they write."""

    name = "network.check_in"
    label = "Time to meet, as you agreed"
    to_whom = "both of a pair, to meet as they agreed"
    subject_line = "{label}: {day}"
    preview = "If it does not suit now, you can pause the reminders."
    text = (
        "You and {other} agreed to meet about {about}. If it does not suit now, you can pause the "
        "reminders."
    )
    action = "Write down how it went"
    cases = {"undated": Case(when="no day is agreed any more", subject_line="{label}")}
    placeholders = {"other": THE_OTHER, "about": ABOUT, "day": ON_DAY}
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

    def case(self, occurrence, reader):
        return "" if occurrence.subject.next_check_in else "undated"

    def values(self, occurrence, reader):
        pair = occurrence.subject
        return {
            "other": pair.partner_of(reader).name,
            "about": pair.about,
            "day": weekday_near(pair.next_check_in),
        }
