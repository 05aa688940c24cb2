"""What offers, appointments and training hold about people (apps.core.personal)."""

from apps.core.personal import DELETE, NAMED, nobodys, personal, retention

from .models import (
    Application,
    Appointment,
    Check,
    Enrolment,
    Offer,
    ReviewPoint,
    SessionAttendance,
    TrainingCohort,
    TrainingSession,
)
from .personal import forget_applications

personal(
    Offer,
    "Posts that you were offered",
    about=("application__candidate",),
    by_email="application__email",
    mentions=("made_by",),
    erase=DELETE,
)
personal(
    Check,
    "Checks after an offer",
    about=("offer__application__candidate",),
    by_email="offer__application__email",
    mentions=("owner",),
    erase=DELETE,
)
personal(
    Appointment,
    "Your time in post",
    about=("user",),
    erase={"user": None, "full_name": "", "leaving_words": ""},
    why="That somebody was in post, from when until when, stays for the record of who stays.",
)
personal(
    ReviewPoint,
    "Reviews of how it goes",
    about=("appointment__user",),
    erase={"agreed": ""},
    why="That a review took place stays; what was agreed goes.",
)
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

retention(
    "applications-appointed",
    Application,
    what="Applications of people who were appointed",
    why="Until the staff file has what it needs.",
    since="they started",
    days="APPOINTED_KEEP_DAYS",
    rows=lambda cutoff: Application.objects.filter(
        offer__state=Offer.State.STARTED, offer__start_on__lt=cutoff
    ),
    act=forget_applications,
)
