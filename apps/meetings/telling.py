"""What people are told of meetings and of Conversations alike: that they come up, and of support.

Each app has its own names for the kinds, and says where their links lead.
"""

from apps.core.dates import weekday_near
from apps.notifications.kinds import Due, Kind, told
from apps.notifications.wording import FROM_TO, ON_DAY, SOMEBODY, Placeholder


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
    """What somebody needs is never in a message: it is read on the site.

    Each says in its ``subject_line`` whether it is a meeting or a Conversation, and its day.
    """

    withheld = True
    essential = True
    because = "since somebody relies on it"
    preview = "Open it when you have a quiet moment."
    placeholders = {
        "gathering": Placeholder("the title of what it is for", "Peers on the wards: next steps"),
        "when": FROM_TO,
        "day": ON_DAY,
    }

    def values(self, occurrence, reader):
        gathering = occurrence.subject.gathering
        return {
            "gathering": gathering.title,
            "when": gathering.when,
            "day": weekday_near(gathering.starts_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class ForOrganiser(SupportKind):
    """To the one who arranges it."""

    action = "See the request"

    def url(self, occurrence, reader):
        return occurrence.subject.arrange_url

    def wanted(self, rule, support, user):
        return support.organiser_id == user.pk


class SupportAsked(ForOrganiser):
    preview = "Please say whether you can."
    text = "Read what it is, and say whether you can arrange it."

    def wanted(self, rule, support, user):
        return super().wanted(rule, support, user) and support.is_asked


class SupportChanged(ForOrganiser):
    preview = "Please say whether you can arrange it now."
    text = "Read what it is now, and say whether you can arrange it."

    def wanted(self, rule, support, user):
        """Of what they never heard of nothing has changed."""
        heard = told(support).filter(pk=user.pk).exists()
        return super().wanted(rule, support, user) and heard


class SupportArranged(SupportKind):
    label = "What you asked for is arranged"
    text = "You can read what was arranged. You do not need to do anything."

    def wanted(self, rule, support, user):
        return support.is_arranged


class SupportHanded(SupportKind):
    """Whoever asked was told who reads it."""

    label = "Somebody else arranges what you asked for"
    text = (
        "{organiser} arranges it now. Whoever you asked before can no longer read it. You do "
        "not need to do anything."
    )
    placeholders = SupportKind.placeholders | {"organiser": SOMEBODY}

    def values(self, occurrence, reader):
        organiser = occurrence.subject.organiser
        return super().values(occurrence, reader) | {"organiser": organiser.name}

    def wanted(self, rule, support, user):
        return support.is_asked
