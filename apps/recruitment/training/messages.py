"""What people are told about training, at once and by the clock."""

from apps.core.dates import DAY, span
from apps.notifications.kinds import Default, Due, register
from apps.notifications.wording import AT_TIME, FROM_TO, ON_DAY, Placeholder

from ..vacancies.messages import RecruitmentKind, at
from .models import Enrolment, TrainingSession


@register
class TrainingSoon(RecruitmentKind):
    """The day before a session, to whoever takes part."""

    name = "recruitment.training"
    label = "A session of your training"
    to_whom = "everybody who takes part in the training, before a session"
    subject_line = "See you on {day}, {time}"
    preview = "Open it to see where."
    title = "Session {number}: {cohort}"
    text = "Please come to this session of your training. If you cannot, write to {support}."
    action = "See the training"
    facts = (("When", "{when}"), ("Where", "{place}"))
    placeholders = {
        "number": Placeholder("which session it is", "3"),
        "cohort": Placeholder("the name of the training", "Peers in training, spring"),
        "when": FROM_TO,
        "day": ON_DAY,
        "time": AT_TIME,
        "place": Placeholder("where it is", "Room 2, the Pinewood centre"),
    }
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

    def values(self, occurrence, reader):
        session = occurrence.subject
        return at(session.starts_at) | {
            "number": session.number,
            "cohort": session.cohort.name,
            "when": span(session.starts_at, session.ends_at),
            "place": session.cohort.place,
        }

    def url(self, occurrence, reader):
        return occurrence.subject.cohort.get_absolute_url()
