"""What recruitment holds about people (apps.core.personal, docs/data-protection.md)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from apps.core.personal import DELETE, NAMED, nobodys, personal, retention
from apps.notifications.models import Occurrence

from .models import (
    Advice,
    Answer,
    Application,
    Approval,
    Count,
    Criterion,
    Edit,
    Envelope,
    Job,
    PanelMember,
    PayScale,
    Readiness,
    Referee,
    SurveyCount,
    Ticket,
    Vacancy,
    VacancyTemplate,
    Visit,
    VisitBooking,
)
from .models.application import ApplicationGroupPermission, ApplicationUserPermission
from .models.vacancy import VacancyGroupPermission, VacancyUserPermission

# --- vacancies ----------------------------------------------------------------------------------
personal(
    Vacancy, "Vacancies that you work on",
    mentions=("manager", "peer_lead", "organiser", "created_by"), why=NAMED,
    scrub=("line_supervisor", "peer_supervisor"),
)  # fmt: skip
personal(Approval, "Vacancies that you were asked to approve", mentions=("authoriser",), why=NAMED)
personal(PanelMember, "Panels that you sit on", mentions=("user",), why=NAMED)
nobodys("What a post asks for.", Criterion)
personal(
    VacancyUserPermission, "What you may do with vacancies", about=("user",), erase=DELETE,
)  # fmt: skip
nobodys("No group holds any.", VacancyGroupPermission, ApplicationGroupPermission)

# --- applications -------------------------------------------------------------------------------
personal(
    Application, "Your applications", about=("candidate",), by_email="email",
    mentions=("typed_by",), erase=DELETE,
)  # fmt: skip
personal(
    Answer, "What you wrote in applications", about=("application__candidate",),
    by_email="application__email", erase=DELETE,
)  # fmt: skip
personal(
    Job, "Posts that you named in applications", about=("application__candidate",),
    by_email="application__email", erase=DELETE,
)  # fmt: skip
personal(
    Referee, "People whom you named as referees", about=("application__candidate",),
    by_email="application__email", erase=DELETE,
)  # fmt: skip
nobodys("Sealed, under a random number: it cannot be joined to anybody.", Envelope)
personal(
    Ticket, "That you answered equality questions", about=("application__candidate",),
    by_email="application__email", hide=("sealed",), erase=DELETE,
)  # fmt: skip
nobodys("How many, never who.", Count, SurveyCount)
personal(
    ApplicationUserPermission, "What you may do with applications", about=("user",), erase=DELETE,
)  # fmt: skip

# --- preparing a vacancy ------------------------------------------------------------------------
personal(
    Readiness, "Lines of readiness that you signed", mentions=("manager", "peer_lead"), why=NAMED,
)  # fmt: skip
personal(Edit, "Changes that you made to vacancies", mentions=("by",), why=NAMED,
         scrub=("before", "after"))  # fmt: skip
personal(
    Advice, "Advice on vacancies", mentions=("recorded_by", "answered_by"), why=NAMED,
    scrub=("text", "source", "reason"),
)  # fmt: skip
nobodys("Words and criteria to begin from, and what bands pay.", VacancyTemplate, PayScale)
nobodys("When people can come and look.", Visit)
personal(VisitBooking, "Visits that you booked", about=("user",), erase=DELETE)
retention(
    "visit-bookings", VisitBooking,
    what="Who came to look before applying",
    why="To remind them, and to tell them if it falls through.",
    since="the visit", days="VISIT_KEEP_DAYS",
    rows=lambda cutoff: VisitBooking.objects.filter(visit__ends_at__lt=cutoff),
)  # fmt: skip


# --- how long applications are kept -------------------------------------------------------------
def forget_applications(applications):
    """The rows, and what was sent about them: nothing of them stays but counts."""
    kind = ContentType.objects.get_for_model(Application)
    about = [str(pk) for pk in applications.values_list("pk", flat=True)]
    Occurrence.objects.filter(subject_type=kind, subject_id__in=about).delete()
    applications.delete()


retention(
    "application-drafts", Application,
    what="Applications that were begun and not sent",
    why="So that somebody can copy what they wrote.",
    since="the vacancy closed", days="APPLICATION_DRAFT_KEEP_DAYS",
    rows=lambda cutoff: Application.objects.filter(
        submitted_at__isnull=True, vacancy__closes_at__lt=cutoff
    ),
    act=forget_applications,
)  # fmt: skip
retention(
    "applications", Application,
    what="Applications of people who were not appointed",
    why="So that people can ask why, and a decision can be explained.",
    since="it was sent", days="APPLICATION_KEEP_DAYS",
    rows=lambda cutoff: Application.objects.filter(submitted_at__lt=cutoff).filter(
        Q(state__in=Application.ENDS) | Q(vacancy__state__in=Vacancy.OVER)
    ).exclude(state=Application.State.OFFERED),
    act=forget_applications,
)  # fmt: skip
