"""What is held about people: training."""

from apps.core.personal import NAMED, nobodys, personal
from apps.core.withheld import confidential

from .models import Enrolment, SessionAttendance, TrainingCohort, TrainingSession

personal(
    Enrolment,
    "Training that you took part in",
    about=("user",),
    mentions=("mentor",),
    erase={"user": None},
    why="That somebody began and completed it stays for the figures, without a name.",
)
personal(
    SessionAttendance,
    "Training sessions that you came to",
    about=("enrolment__user",),
    why="It says how many came, and payments for it were made.",
)
personal(TrainingCohort, "Training that you planned", mentions=("created_by",), why=NAMED)
nobodys("When a cohort meets.", TrainingSession)

confidential(
    "Who trains for a post is for themselves, their mentors and those who run training.",
    TrainingCohort,
    Enrolment,
)
