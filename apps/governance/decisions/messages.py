"""What co-leads hear of what the register says of their group's decisions."""

from apps.core.dates import weekday_near
from apps.notifications.kinds import Kind, Topic, register
from apps.notifications.wording import ON_DAY, Placeholder

DECISION = Placeholder("the reference of the decision", "peers-on-the-wards/2026/7")


@register
class RegisterChangeWaits(Kind):
    name = "governance.register_change"
    label = "What is to be said of a decision waits for you to confirm it"
    to_whom = (
        "the co-leads who did not ask for it, "
        "when what the register says of a decision is to change"
    )
    topic = Topic.GOVERNANCE
    subject_line = "Please say yes or no about a decision: asked on {day}"
    preview = "It takes two. Please say yes or no."
    text = "It takes two. Say yes or no: the register stays as it is until then."
    action = "Look at it"
    facts = (("Decision", "{decision}"), ("What is asked for", "{change}"))
    placeholders = {
        "decision": DECISION,
        "change": Placeholder("what is asked for", "Make it public"),
        "day": ON_DAY,
    }

    def values(self, occurrence, reader):
        change = occurrence.subject
        return {
            "decision": change.decision.reference,
            "change": change.get_kind_display(),
            "day": weekday_near(change.at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, change, user):
        return change.may(type(user).objects.get(pk=user.pk), "confirm")


@register
class MadePrivate(Kind):
    name = "governance.made_private"
    label = "A decision of your group is no longer public"
    to_whom = "the co-leads of the group, when somebody else makes its decision no longer public"
    news = True
    topic = Topic.GOVERNANCE
    subject_line = "No longer public: a decision recorded on {day}"
    preview = "You do not need to do anything."
    text = (
        "Somebody took it down. Words that name a person can be taken down by one person. Two can "
        "make it public again."
    )
    action = "See the decision"
    facts = (("Decision", "{decision}"),)
    placeholders = {
        "decision": DECISION,
        "day": Placeholder("the day it was recorded", "Thursday 10 December", discreet=True),
    }

    def values(self, occurrence, reader):
        decision = occurrence.subject
        return {"decision": decision.reference, "day": weekday_near(decision.recorded_at)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()
