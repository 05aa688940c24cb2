"""Training is not searched: who takes part is theirs."""

from apps.core.searching import unsearched

from .models import Enrolment, SessionAttendance, TrainingCohort, TrainingSession

unsearched(
    "Who trains is theirs, and what there is stands on one page.",
    *(TrainingCohort, TrainingSession, Enrolment, SessionAttendance),
)
