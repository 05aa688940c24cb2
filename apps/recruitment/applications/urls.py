from django.urls import path

from apps.core.converters import one_of, one_of_moves

from .models.application import Application
from .views import applying, export, hr

one_of_moves("application_move", Application)
one_of("pause_act", ["pause", "go-on"])

one = "applications/<str:reference>/"
vacancy = "recruitment/vacancies/<str:reference>/"


def parts(kind):
    """The pages of several things of one kind: list, add, change, delete."""
    bases = {
        base.__name__: type(base.__name__, (kind, base), {})
        for base in (applying.Parts, applying.ApplicationPart, applying.PartDelete)
    }
    name, at = f"application_{kind.related}", f"{one}{kind.related}/"
    return [
        path(at, bases["Parts"].as_view(), name=name),
        path(f"{at}add/", bases["ApplicationPart"].as_view(), name=f"{name}_add"),
        path(f"{at}<int:pk>/", bases["ApplicationPart"].as_view(), name=f"{name}_change"),
        path(f"{at}<int:pk>/delete/", bases["PartDelete"].as_view(), name=f"{name}_delete"),
    ]


urlpatterns = [
    path("jobs/<str:reference>/apply/", applying.Apply.as_view(), name="apply"),
    path("applications/", applying.Mine.as_view(), name="applications"),
    path(one, applying.ApplicationPage.as_view(), name="application"),
    path(f"{one}about/", applying.AboutPage.as_view(), name="application_about"),
    path(f"{one}answers/<int:pk>/", applying.AnswerPage.as_view(), name="application_answer"),
    path(f"{one}answers/<int:pk>/save/", applying.Autosave.as_view(), name="application_autosave"),
    *parts(applying.JobKind),
    *parts(applying.RefereeKind),
    path(f"{one}support/", applying.SupportPage.as_view(), name="application_support"),
    path(f"{one}adjustments/", applying.AdjustmentsPage.as_view(), name="application_adjustments"),
    path(f"{one}check/", applying.ApplicationCheck.as_view(), name="application_check"),
    path(f"{one}equality/", applying.Monitoring.as_view(), name="application_monitoring"),
    path(f"{one}survey/", applying.Survey.as_view(), name="application_survey"),
    path(f"{one}<pause_act:act>/", applying.Pause.as_view(), name="application_pause"),
    path(
        f"{one}<application_move:name>/",
        applying.ApplicationMove.as_view(),
        name="application_move",
    ),
    path(f"{vacancy}applications.csv", export.applications_csv, name="applications_csv"),
    path(f"{vacancy}applications/", hr.Applications.as_view(), name="vacancy_applications"),
    path(f"{vacancy}applications/type-in/", hr.TypeIn.as_view(), name="type_in"),
    path("recruitment/adjustments/", hr.ToArrange.as_view(), name="to_arrange"),
    path(
        "recruitment/adjustments/<str:reference>/",
        hr.AdjustmentsAsked.as_view(),
        name="adjustments_asked",
    ),
    path("recruitment/equality/", hr.Equality.as_view(), name="equality"),
    path("recruitment/equality.csv", hr.equality_csv, name="equality_csv"),
    path("recruitment/experience/", hr.Experience.as_view(), name="experience"),
]
