"""What is held about people: vacancies."""

from apps.core.personal import DELETE, NAMED, nobodys, personal, retention

from .models.advice import Advice, Edit
from .models.approval import Approval, Deputy
from .models.panel import PanelMember
from .models.pay import PayScale
from .models.readiness import Readiness
from .models.template import VacancyTemplate
from .models.vacancy import Criterion, Vacancy, VacancyUserPermission
from .models.visit import Visit, VisitBooking

personal(
    Vacancy,
    "Vacancies that you work on",
    mentions=("manager", "peer_lead", "organiser", "created_by"),
    why=NAMED,
    scrub=("line_supervisor", "peer_supervisor"),
)
personal(
    Approval,
    "Vacancies that you were asked to approve",
    mentions=("authoriser", "answered_by"),
    why=NAMED,
)
personal(Deputy, "Offices that you stand in for", mentions=("user", "named_by"), why=NAMED)
personal(PanelMember, "Panels that you sit on", mentions=("user",), why=NAMED)
nobodys("What a post asks for.", Criterion)
personal(
    VacancyUserPermission,
    "What you may do with vacancies",
    about=("user",),
    erase=DELETE,
)
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
