"""What people are told of meetings and of Conversations alike: that they come up, and of support.

Each app has its own names for the kinds, and says where their links lead.
"""

from apps.notifications.kinds import Due, Kind, told


def coming(model, rule, now):
    """A Due for each gathering of a model that was announced, and begins within the rule's time.

    What was due before the present time was announced has been said by the announcement.
    """
    for gathering in model.objects.to_remind_of(now, rule.offset):
        due_at = rule.due_at(gathering.starts_at)
        if due_at > gathering.scheduled_at:
            yield Due(gathering, due_at)


# --- support --------------------------------------------------------------------------------------
class SupportKind(Kind):
    """What somebody needs is never in a message: it is read on the site."""

    withheld = True
    essential = True
    because = "since somebody relies on it"
    word = ""  # for the gathering
    action = ""

    def context(self, occurrence, user):
        support = occurrence.subject
        gathering = support.gathering
        return {
            "title": self.label,
            "facts": [(self.word, gathering.title), ("When", gathering.when)],
            "lines": self.lines(support),
        } | self.link(support, user)

    def lines(self, support):
        return []

    def link(self, support, reader):
        """``url`` and ``action``."""
        return {"url": support.get_absolute_url(), "action": self.action}


class ForOrganiser(SupportKind):
    """To the one who arranges it."""

    def link(self, support, reader):
        return {"url": support.arrange_url, "action": "See the request"}

    def wanted(self, rule, support, user):
        return support.organiser_id == user.pk


class SupportAsked(ForOrganiser):
    def wanted(self, rule, support, user):
        return super().wanted(rule, support, user) and support.is_asked


class SupportChanged(ForOrganiser):
    def wanted(self, rule, support, user):
        """Of what they never heard of nothing has changed."""
        heard = told(support).filter(pk=user.pk).exists()
        return super().wanted(rule, support, user) and heard


class SupportArranged(SupportKind):
    label = "What you asked for is arranged"

    def wanted(self, rule, support, user):
        return support.is_arranged


class SupportHanded(SupportKind):
    """Whoever asked was told who reads it."""

    label = "Somebody else arranges what you asked for"

    def wanted(self, rule, support, user):
        return support.is_asked

    def lines(self, support):
        return [f"{support.organiser.name} reads it now, and no longer whom you asked."]
