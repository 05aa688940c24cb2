from django.urls import path

from apps.core.converters import one_of

from ..training import views
from ..training.models import Enrolment, TrainingCohort
from .models.appointment import Appointment
from .models.offer import Check, Offer
from .views import appointments, offers


def with_button(model):
    return [name for name, move in model.moves.items() if not move.internal]


one_of("offer_move", with_button(Offer))
one_of("check_kind", Check.Kind.values)
one_of("appointment_move", with_button(Appointment))
one_of("cohort_move", with_button(TrainingCohort))
one_of("enrolment_move", with_button(Enrolment))

offer = "applications/<str:reference>/offer/"
post = "recruitment/appointments/<int:pk>/"
cohort = "training/<int:pk>/"

urlpatterns = [
    path("recruitment/vacancies/<str:reference>/offers/", offers.Offers.as_view(), name="offers"),
    path(offer, offers.OfferPage.as_view(), name="offer"),
    path(f"{offer}make/", offers.MakeOffer.as_view(), name="offer_make"),
    path(f"{offer}first-day/", offers.Start.as_view(), name="offer_start"),
    path(f"{offer}checks/<check_kind:kind>/", offers.CheckPage.as_view(), name="offer_check"),
    path(f"{offer}<offer_move:name>/", offers.OfferMove.as_view(), name="offer_move"),
    path("recruitment/appointments/", appointments.Appointments.as_view(), name="appointments"),
    path("recruitment/who-stays/", appointments.Retention.as_view(), name="who_stays"),
    path("recruitment/who-stays.csv", appointments.retention_csv, name="who_stays_csv"),
    path(post, appointments.AppointmentPage.as_view(), name="appointment"),
    path(f"{post}reviews/<int:review>/", appointments.Review.as_view(), name="appointment_review"),
    path(f"{post}left/", appointments.Left.as_view(), name="appointment_left"),
    path(
        f"{post}<appointment_move:name>/",
        appointments.AppointmentMove.as_view(),
        name="appointment_move",
    ),
    path("training/", views.Cohorts.as_view(), name="cohorts"),
    path("training/plan/", views.Plan.as_view(), name="cohort_plan"),
    path(cohort, views.CohortPage.as_view(), name="cohort"),
    path(f"{cohort}enrol/", views.Enrol.as_view(), name="enrol"),
    path(f"{cohort}people/<int:enrolment>/mentor/", views.Mentor.as_view(), name="mentor"),
    path(f"{cohort}sessions/<int:number>/", views.Attendance.as_view(), name="session"),
    path(f"{cohort}<cohort_move:name>/", views.CohortMove.as_view(), name="cohort_move"),
    path(
        "training/people/<int:pk>/<enrolment_move:name>/",
        views.EnrolmentMove.as_view(),
        name="enrolment_move",
    ),
]
