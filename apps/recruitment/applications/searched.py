"""Candidates, by name and reference: for Human Resources, and for each their own."""

from apps.core.searching import Told, searched, unsearched

from .models.application import (
    Answer,
    Application,
    ApplicationUserPermission,
    Job,
    Referee,
)
from .models.monitoring import Count, Envelope, Ticket
from .models.survey import SurveyCount


@searched(
    "application",
    "Applications",
    Application,
    texts=("reference", "full_name"),
    of={"vacancy": ("title",)},
    read=("vacancy",),
    recorded=("search_applications", "recruitment.handle_application"),
)
def application(application):
    """Who judges finds none: ``visible_to`` leaves out what is blind to them."""
    return Told(
        title=application.full_name or f"Application {application.reference}",
        body=application.vacancy.title,
        reference=application.reference,
        on=application.submitted_at,
        state=application.State(application.state),
        url=application.get_absolute_url(),
    )


unsearched("What candidates wrote is read for their vacancy alone.", Answer, Job, Referee)
unsearched("Sealed, or counted: nobody's name is with it.", Envelope, Ticket, Count, SurveyCount)
unsearched("Nobody's words.", ApplicationUserPermission)
