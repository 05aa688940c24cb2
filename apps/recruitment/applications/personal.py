"""What is held about people: applications."""

from apps.core.personal import DELETE, nobodys, personal
from apps.core.withheld import confidential

from .models.application import Answer, Application, ApplicationUserPermission, Job, Referee
from .models.monitoring import Count, Envelope, Ticket
from .models.survey import SurveyCount

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

confidential("Who applied is for themselves and for Human Resources.", Application)
