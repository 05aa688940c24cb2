"""What offers, appointments and training hold about people (apps.core.personal)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from apps.core.models import AuditEntry, FirstPress
from apps.core.personal import DELETE, personal, retention
from apps.core.withheld import confidential
from apps.notifications.models import Occurrence

from ..applications.models.application import (
    Application,
)
from ..selection.models.blind import Redaction
from ..selection.models.interview import Interview
from ..selection.models.outcome import Outcome
from ..selection.models.sheet import Sheet
from ..vacancies.models.vacancy import Vacancy
from .models.appointment import Appointment, ReviewPoint
from .models.check import Check
from .models.offer import Offer

# What people are told about, or acts are recorded on, and that goes with an application.
PARTS = {
    Application: "pk",
    Redaction: "application",
    Sheet: "blind__redaction__application",
    Outcome: "blind__redaction__application",
    Interview: "application",
    Offer: "application",
    Check: "offer__application",
}
OVER = "The application was kept for as long as it may be."


def forget_applications(applications):
    """The rows, what was sent about them, and what was noted: nothing of them stays but counts.

    That something was done, by whom and when, stays in the audit trail without its note.
    """
    pks = list(applications.values_list("pk", flat=True))
    for model, path in PARTS.items():
        keys = model._base_manager.filter(**{f"{path}__in": pks}).values_list("pk", flat=True)
        about = {
            "subject_type": ContentType.objects.get_for_model(model),
            "subject_id__in": [str(key) for key in keys],
        }
        Occurrence.objects.filter(**about).delete()
        FirstPress.objects.filter(**about).delete()
        for entry in AuditEntry.objects.filter(**about).exclude(note=""):
            entry.remove_note(by=None, why=OVER)
    applications.delete()


retention(
    "application-drafts",
    Application,
    what="Applications that were begun and not sent",
    why="So that somebody can copy what they wrote.",
    since="the vacancy closed",
    days="APPLICATION_DRAFT_KEEP_DAYS",
    rows=lambda cutoff: Application.objects.filter(
        submitted_at__isnull=True, vacancy__closes_at__lt=cutoff
    ),
    act=forget_applications,
)
retention(
    "applications",
    Application,
    what="Applications of people who were not appointed",
    why="So that people can ask why, and a decision can be explained.",
    since="it was sent",
    days="APPLICATION_KEEP_DAYS",
    rows=lambda cutoff: (
        Application.objects.filter(submitted_at__lt=cutoff)
        .filter(Q(state__in=Application.ENDS) | Q(vacancy__state__in=Vacancy.OVER))
        .exclude(offer__state="started")
    ),
    act=forget_applications,
)


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
    mentions=("owner", "seen_by", "second_by"),
    erase=DELETE,
)
personal(
    Appointment,
    "Your time in post",
    about=("user",),
    mentions=("work_seen_by",),
    erase={
        "user": None,
        "full_name": "",
        "leaving_words": "",
        "right_to_work_until": None,
        "work_evidence": "",
        "work_ends_on": None,
        "work_seen_on": None,
        "work_seen_by": None,
    },
    why="That somebody was in post, from when until when, stays for the record of who stays.",
)
personal(
    ReviewPoint,
    "Reviews of how it goes",
    about=("appointment__user",),
    erase={"agreed": ""},
    why="That a review took place stays; what was agreed goes.",
)

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

confidential("Whom a post was offered is for themselves and for Human Resources.", Offer, Check)
confidential("Who holds a post is for themselves and those who look after it.", Appointment)
