"""What people are told about training, at once and by the clock."""

from apps.core.dates import DAY, span
from apps.notifications.kinds import Default, Due, register

from ..vacancies.messages import RecruitmentKind
from .models import Enrolment, TrainingSession


@register
class TrainingSoon(RecruitmentKind):
    """The day before a session, to whoever takes part."""

    name = "recruitment.training"
    label = "Training is tomorrow"
    audiences = {"people": "Those who take part"}
    defaults = (Default(1 * DAY, "people"),)

    def due(self, rule, now):
        coming = TrainingSession.objects.filter(starts_at__gt=now, cohort__state="running")
        for session in coming.select_related("cohort"):
            due_at = rule.due_at(session.starts_at)
            if due_at <= now:
                yield Due(session, due_at)

    def audience(self, rule, session):
        people = session.cohort.enrolments.filter(state=Enrolment.State.ENROLLED)
        return [one.user for one in people.select_related("user") if one.user]

    def wanted(self, rule, session, user):
        return session.cohort.enrolments.filter(user=user, state=Enrolment.State.ENROLLED).exists()

    def context(self, occurrence, user):
        session = occurrence.subject
        return {
            "title": f"Session {session.number}: {session.cohort.name}",
            "facts": [
                ("When", span(session.starts_at, session.ends_at)),
                ("Where", session.cohort.place),
            ],
            "url": session.cohort.get_absolute_url(),
            "action": "See the training",
        }
