"""What recruitment holds about people (apps.core.personal, docs/data-protection.md)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from apps.core.models import AuditEntry
from apps.core.personal import DELETE, NAMED, nobodys, personal, retention
from apps.notifications.models import Occurrence

from .models import (
    Advice,
    Answer,
    Application,
    Approval,
    Check,
    Count,
    Criterion,
    Edit,
    Envelope,
    Interview,
    Job,
    Offer,
    Outcome,
    PanelMember,
    PayScale,
    Readiness,
    Redaction,
    Referee,
    Sheet,
    SurveyCount,
    Ticket,
    Vacancy,
    VacancyTemplate,
    Visit,
    VisitBooking,
)
from .models.application import ApplicationUserPermission
from .models.vacancy import VacancyUserPermission

# --- vacancies ----------------------------------------------------------------------------------
personal(
    Vacancy,
    "Vacancies that you work on",
    mentions=("manager", "peer_lead", "organiser", "created_by"),
    why=NAMED,
    scrub=("line_supervisor", "peer_supervisor"),
)
personal(Approval, "Vacancies that you were asked to approve", mentions=("authoriser",), why=NAMED)
personal(PanelMember, "Panels that you sit on", mentions=("user",), why=NAMED)
nobodys("What a post asks for.", Criterion)
personal(
    VacancyUserPermission,
    "What you may do with vacancies",
    about=("user",),
    erase=DELETE,
)

# --- applications -------------------------------------------------------------------------------
personal(
    Application,
    "Your applications",
    about=("candidate",),
    by_email="email",
    mentions=("typed_by",),
    erase=DELETE,
)
personal(
    Answer,
    "What you wrote in applications",
    about=("application__candidate",),
    by_email="application__email",
    erase=DELETE,
)
personal(
    Job,
    "Posts that you named in applications",
    about=("application__candidate",),
    by_email="application__email",
    erase=DELETE,
)
personal(
    Referee,
    "People whom you named as referees",
    about=("application__candidate",),
    by_email="application__email",
    erase=DELETE,
)
nobodys("Sealed, under a random number: it cannot be joined to anybody.", Envelope)
personal(
    Ticket,
    "That you answered equality questions",
    about=("application__candidate",),
    by_email="application__email",
    hide=("sealed",),
    erase=DELETE,
)
nobodys("How many, never who.", Count, SurveyCount)
personal(
    ApplicationUserPermission,
    "What you may do with applications",
    about=("user",),
    erase=DELETE,
)

# --- preparing a vacancy ------------------------------------------------------------------------
personal(
    Readiness,
    "Lines of readiness that you signed",
    mentions=("manager", "peer_lead"),
    why=NAMED,
)
personal(
    Edit,
    "Changes that you made to vacancies",
    mentions=("by",),
    why=NAMED,
    scrub=("before", "after"),
)
personal(
    Advice,
    "Advice on vacancies",
    mentions=("recorded_by", "answered_by"),
    why=NAMED,
    scrub=("text", "source", "reason"),
)
nobodys("Words and criteria to begin from, and what bands pay.", VacancyTemplate, PayScale)
nobodys("When people can come and look.", Visit)
personal(VisitBooking, "Visits that you booked", about=("user",), erase=DELETE)
retention(
    "visit-bookings",
    VisitBooking,
    what="Who came to look before applying",
    why="To remind them, and to tell them if it falls through.",
    since="the visit",
    days="VISIT_KEEP_DAYS",
    rows=lambda cutoff: VisitBooking.objects.filter(visit__ends_at__lt=cutoff),
)


# --- how long applications are kept -------------------------------------------------------------
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
    ),  # starting_personal.py
    act=forget_applications,
)
