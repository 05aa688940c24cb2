from django.urls import path

from apps.core.converters import one_of_moves

from . import views
from .models import Enrolment, TrainingCohort

one_of_moves("cohort_move", TrainingCohort)
one_of_moves("enrolment_move", Enrolment)

cohort = "training/<int:pk>/"

urlpatterns = [
    path("training/", views.Cohorts.as_view(), name="cohorts"),
    path("training/plan/", views.PlanCohort.as_view(), name="cohort_plan"),
    path(cohort, views.CohortPage.as_view(), name="cohort"),
    path(f"{cohort}enrol/", views.Enrol.as_view(), name="enrol"),
    path(f"{cohort}people/<int:enrolment>/mentor/", views.Mentor.as_view(), name="mentor"),
    path(f"{cohort}sessions/<int:number>/", views.CohortAttendance.as_view(), name="session"),
    path(f"{cohort}<cohort_move:name>/", views.CohortMove.as_view(), name="cohort_move"),
    path(
        "training/people/<int:pk>/<enrolment_move:name>/",
        views.EnrolmentMove.as_view(),
        name="enrolment_move",
    ),
]
