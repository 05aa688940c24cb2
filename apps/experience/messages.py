"""What is told of how it was to work together.

Whether somebody has answered stops no message and starts none: what was sent to whom is kept, and
would tell who had answered by then.
"""

from apps.accounts.models.people import User
from apps.core.dates import DAY, day, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import (
    A_GROUP,
    BY_DAY,
    Placeholder,
    front_page,
)

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
    title = "{label} {group}"
    action = "Sign in and answer"
    facts = (("About", "{what}"), ("Open until", "{until}"))
    placeholders = {
        "group": A_GROUP,
        "what": Placeholder("a meeting, or three months", "July to September 2026"),
        "until": Placeholder("the last day to answer, with its year", "10 December 2026"),
        "by": BY_DAY,
    }

    def beside_sample(self, case=""):
        return {
            "question": QUESTIONS[0],
            "answers": [(label, front_page()) for label in Choice.labels],
            "follows": FOLLOWS,
        }

    def wanted(self, rule, round_, user):
        return round_.is_running

    def values(self, occurrence, reader):
        one = occurrence.subject
        return {
            "group": one.group.name,
            "what": one.what,
            "until": day(one.closes_at),
            "by": weekday_near(one.closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def beside(self, occurrence, reader):
        one, first = occurrence.subject, QUESTIONS[0]
        return {
            "question": first,
            "answers": [(said.label, answer_url(one, reader, first.name, said)) for said in Choice],
            "follows": FOLLOWS,
        }


@register
class Asked(RoundKind):
    name = "experience.asked"
    label = "How was it to work together?"
    to_whom = "everybody who took part, when they are asked how it was to work together"
    subject_line = "{label} Open until {by}"
    preview = "Three questions. You need not sign in to answer."
    text = f"Please say how it was. {ANONYMOUS}\n\n{READERS}"


@register
class Reminder(RoundKind):
    """Once, to everybody who is asked: who has answered is in no list of messages."""

    name = "experience.reminder"
    label = "Still open: how was it to work together?"
    to_whom = "everybody who was asked how it was to work together, also those who have answered"
    subject_line = "Open until {by}: how was it to work together?"
    preview = "This goes to everybody who was asked. If you have answered: thank you."
    text = (
        "Please say how it was, if you have not yet. This goes to everybody who was asked, since "
        "nobody is told who has answered. If you have: thank you."
        f"\n\n{READERS}"
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
    to_whom = "the co-leads of the group, when enough people have said how it was to work together"
    topic = Topic.GROUPS
    preview = "Read it, then tell the group what you heard."
    title = "{group}: how it was to work together"
    text = (
        "Five people or more have answered. Read what they said, and tell the group what you heard "
        "and what you change."
    )
    action = "Read what they said"
    placeholders = {"group": A_GROUP}

    def wanted(self, rule, batch, user):
        return batch.phase == Batch.State.HEARD and batch.group.leads().count(user) > 0

    def values(self, occurrence, reader):
        return {"group": occurrence.subject.group.name}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()
