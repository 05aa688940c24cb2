from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from apps.core.converters import one_of, one_of_moves

from .models.appointment import Appointment
from .models.check import Check
from .models.offer import Offer
from .views import appointments, checks, offers

one_of_moves("offer_move", Offer)
one_of("check_kind", Check.Kind.values)
one_of_moves("check_move", Check)
one_of_moves("appointment_move", Appointment)

offer = "applications/<str:reference>/offer/"
check = f"{offer}checks/<check_kind:kind>/"
post = "recruitment/appointments/<int:pk>/"

urlpatterns = [
    path("recruitment/vacancies/<str:reference>/offers/", offers.Offers.as_view(), name="offers"),
    path(offer, offers.OfferPage.as_view(), name="offer"),
    path(f"{offer}make/", offers.MakeOffer.as_view(), name="offer_make"),
    path(f"{offer}first-day/", offers.Start.as_view(), name="offer_start"),
    path(check, checks.CheckPage.as_view(), name="offer_check"),
    path(f"{check}seen/", checks.CheckSeen.as_view(), name="check_seen"),
    path(f"{check}<check_move:name>/", checks.CheckMove.as_view(), name="check_move"),
    path(f"{offer}<offer_move:name>/", offers.OfferMove.as_view(), name="offer_move"),
    path("recruitment/appointments/", appointments.Appointments.as_view(), name="appointments"),
    # Where the page of figures was before insight had one.
    path(
        "recruitment/who-stays/",
        RedirectView.as_view(url=reverse_lazy("insight_topic", args=["retention"])),
        name="who_stays",
    ),
    path("recruitment/who-stays.csv", appointments.retention_csv, name="who_stays_csv"),
    path(post, appointments.AppointmentPage.as_view(), name="appointment"),
    path(
        f"{post}reviews/<int:review>/",
        appointments.AppointmentReview.as_view(),
        name="appointment_review",
    ),
    path(f"{post}right-to-work/", appointments.WorkAgain.as_view(), name="appointment_work"),
    path(
        f"{post}right-to-work/confirm/",
        appointments.WorkConfirm.as_view(),
        name="appointment_work_confirm",
    ),
    path(f"{post}left/", appointments.Left.as_view(), name="appointment_left"),
    path(
        f"{post}<appointment_move:name>/",
        appointments.AppointmentMove.as_view(),
        name="appointment_move",
    ),
]
