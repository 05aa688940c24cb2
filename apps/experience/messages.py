"""What is told of how it was to work together.

Whether somebody has answered stops no message and starts none: what was sent to whom is kept, and
would tell who had answered by then.
"""

from apps.accounts.models.people import User
from apps.core.dates import DAY, day
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .asked import QUESTIONS
from .links import answer_url
from .models.batch import Batch, Choice
from .models.round import Round

ANONYMOUS = (
    "Your answers are kept without your name, and nobody is told who said what. It is one press "
    "for each question, and one to send."
)
READERS = (
    "Numbers, told as more than half or not, are read by the group, the steering group and the "
    "programme office; what you write, by those who do the work of the group alone."
)


FOLLOWS = (
    "Press your answer: you need not sign in. The page then asks the two other questions. Nothing "
    "is sent before you press Send."
)


class RoundKind(Kind):
    """About a round that is open, with its first question: an answer opens the page with it."""

    topic = Topic.GROUPS
    template = "experience/asked"
    line = ANONYMOUS

    def wanted(self, rule, round_, user):
        return round_.is_running

    def context(self, occurrence, user):
        one, first = occurrence.subject, QUESTIONS[0]
        return {
            "title": f"{self.label} {one.group.name}",
            "facts": [("About", one.what), ("Open until", day(one.closes_at))],
            "lines": [self.line, READERS],
            "url": one.get_absolute_url(),
            "action": "Sign in and answer",
            "question": first,
            "answers": [(one_.label, answer_url(one, user, first.name, one_)) for one_ in Choice],
            "follows": FOLLOWS,
        }


@register
class Asked(RoundKind):
    name = "experience.asked"
    label = "How was it to work together?"


@register
class Reminder(RoundKind):
    """Once, to everybody who is asked: who has answered is in no list of messages."""

    name = "experience.reminder"
    label = "Still open: how was it to work together?"
    line = (
        "This goes to everybody who was asked, since nobody is told who has answered. If you have: "
        "thank you."
    )
    defaults = (Default(4 * DAY),)

    def due(self, rule, now):
        running = Round.objects.filter(closes_at__gt=now, closes_at__lte=now + rule.offset)
        for one in running.select_related("group", "meeting"):
            due_at = rule.due_at(one.closes_at)
            if due_at > one.opened_at:
                yield Due(one, due_at)

    def audience(self, rule, round_):
        return User.objects.active().filter(pk__in=round_.asked.values("user"))


@register
class Heard(Kind):
    """To the co-leads, once enough have answered."""

    name = "experience.heard"
    label = "What your group says of working together"
    news = True
    topic = Topic.GROUPS

    def wanted(self, rule, batch, user):
        return batch.phase == Batch.State.HEARD and batch.group.leads().count(user) > 0

    def context(self, occurrence, user):
        batch = occurrence.subject
        return {
            "title": f"{batch.group.name}: how it was to work together",
            "lines": [
                "Five people or more have answered. Read what they said, and tell the group what "
                "you heard and what you change."
            ],
            "url": batch.get_absolute_url(),
            "action": "Read what they said",
        }
