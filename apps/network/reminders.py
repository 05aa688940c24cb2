"""What the network tells people: at once (called from events.py) and by the clock (due).

Subjects and titles say nothing about health: a pair is about "meeting", never about why.
"""

from django.urls import reverse

from apps.core import clock
from apps.core.dates import morning_of
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .models import HelpRequest, Interest, Pair, Post, PostReport, Practice, PracticeName


class NetworkKind(Kind):
    """Something in the network: a title, some lines, and the way to the thing itself."""

    topic = Topic.NETWORK
    action = "Open it"

    def title(self, occurrence, user):
        return self.label

    def lines(self, subject, user):
        return []

    def url(self, subject, user):
        return subject.get_absolute_url()

    def context(self, occurrence, user):
        subject = occurrence.subject
        return {
            "title": self.title(occurrence, user),
            "lines": self.lines(subject, user),
            "url": self.url(subject, user),
            "action": self.action,
        }


# --- joining --------------------------------------------------------------------------------------
@register
class InterestReceived(NetworkKind):
    """Who it is stands on the site alone."""

    name = "network.interest"
    label = "Somebody would like to take part"
    action = "Read and answer"

    def wanted(self, rule, interest, user):
        return interest.state == Interest.State.NEW


# --- pairs ----------------------------------------------------------------------------------------
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
    label = "A pair would like to hear from you"
    action = "See who asks"

    def wanted(self, rule, help_asked, user):
        return help_asked.state == HelpRequest.State.ASKED and help_asked.contact_id == user.pk


@register
class HelpAnswered(NetworkKind):
    name = "network.help_answered"
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


# --- practice -------------------------------------------------------------------------------------
@register
class PracticeSubmitted(NetworkKind):
    name = "network.practice_submitted"
    label = "An entry for the practice register to read"
    action = "Read it"

    def lines(self, practice, user):
        return [f"{practice.owner.name} has sent in: {practice.title}."]

    def wanted(self, rule, practice, user):
        return practice.state == Practice.State.SUBMITTED


@register
class PracticeMoved(NetworkKind):
    name = "network.practice_moved"
    label = "Your entry in the practice register"

    SAID = {
        "send_back": "It has come back to you with a question. Change it and send it in again.",
        "publish": "It is published in the register. Thank you.",
        "archive": "It has been archived.",
        "bring_back": "It is back in the register.",
    }

    def context(self, occurrence, user):
        practice = occurrence.subject
        lines = [f"{practice.title}:", self.SAID[occurrence.data["action"]]]
        if occurrence.data["action"] == "send_back" and practice.answer:
            lines.append(practice.answer)
        return super().context(occurrence, user) | {"lines": lines}


@register
class ConsentAsked(NetworkKind):
    name = "network.consent_asked"
    label = "May we name you?"
    action = "Say yes or no"

    def lines(self, name, user):
        return [
            f"{name.asked_by.name} would like to name you in the practice register: "
            f"{name.practice.title}.",
            "Nothing is shown unless you agree. You can change your mind at any time.",
        ]

    def url(self, name, user):
        return reverse("consent", args=[name.pk])

    def wanted(self, rule, name, user):
        return name.state == PracticeName.State.ASKED


@register
class ConsentWithdrawn(NetworkKind):
    name = "network.consent_withdrawn"
    label = "A name was taken off the practice register"
    action = "Read the entry again"

    def lines(self, name, user):
        return [
            f"{name.practice.title}: one name is shown less widely, or no more. Please see that "
            "the text does not tell who it was."
        ]

    def url(self, name, user):
        return name.practice.get_absolute_url()


# --- noticeboard ----------------------------------------------------------------------------------
class PostKind(NetworkKind):
    def wanted(self, rule, post, user):
        seen = Post.objects.visible_to(user).filter(pk=post.pk, state=Post.State.SHOWN)
        return seen.exists()


@register
class Posted(PostKind):
    """In the weekly digest, unless the person chose otherwise."""

    name = "network.post"
    label = "New on the noticeboard"
    topic = Topic.BOARD
    action = "Read it"

    def lines(self, post, user):
        return [f"{post.author.name}: {post.title}"]


@register
class Replied(PostKind):
    name = "network.reply"
    label = "A reply on the noticeboard"
    topic = Topic.BOARD
    action = "Read it"

    def lines(self, post, user):
        return [f"{post.author.name} replied to: {post.topic.title}"]


@register
class PostModerated(NetworkKind):
    name = "network.post_moderated"
    label = "About what you wrote on the noticeboard"

    def lines(self, post, user):
        if post.state == Post.State.HIDDEN:
            return ["A co-lead has hidden it.", f"The reason: {post.reason}"]
        return ["It is shown again."]


@register
class PostReported(NetworkKind):
    name = "network.post_reported"
    label = "Please look at something on the noticeboard"
    action = "Look at it"

    def wanted(self, rule, report, user):
        return report.state == PostReport.State.OPEN


@register
class ReportSettled(NetworkKind):
    name = "network.report_settled"
    label = "Thank you for telling us"

    def lines(self, report, user):
        return ["A co-lead has looked at what you told us about on the noticeboard."]

    def url(self, report, user):
        return report.post.get_absolute_url()
