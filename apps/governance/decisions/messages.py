"""What co-leads hear of what the register says of their group's decisions."""

from apps.notifications.kinds import Kind, Topic, register


@register
class RegisterChangeWaits(Kind):
    name = "governance.register_change"
    label = "What is to be said of a decision waits for you to confirm it"
    topic = Topic.GOVERNANCE

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "facts": [
                ("Decision", change.decision.reference),
                ("What is asked for", change.get_kind_display()),
            ],
            "lines": ["It takes two. Say yes or no: the register stays as it is until then."],
            "url": change.get_absolute_url(),
            "action": "Look at it",
        }

    def wanted(self, rule, change, user):
        return change.may(type(user).objects.get(pk=user.pk), "confirm")


@register
class MadePrivate(Kind):
    name = "governance.made_private"
    label = "A decision of your group is no longer public"
    news = True
    topic = Topic.GOVERNANCE

    def context(self, occurrence, user):
        decision = occurrence.subject
        return {
            "title": self.label,
            "facts": [("Decision", decision.reference)],
            "lines": [
                "Somebody took it down. Words that name a person can be taken down by one person. "
                "Two can make it public again.",
            ],
            "url": decision.get_absolute_url(),
            "action": "See the decision",
        }
