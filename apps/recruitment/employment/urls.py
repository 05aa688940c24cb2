from django.urls import path

from apps.core.converters import one_of, one_of_moves

from .models.appointment import Appointment
from .models.offer import Check, Offer
from .views import appointments, offers

one_of_moves("offer_move", Offer)
one_of("check_kind", Check.Kind.values)
one_of_moves("appointment_move", Appointment)

offer = "applications/<str:reference>/offer/"
post = "recruitment/appointments/<int:pk>/"

urlpatterns = [
    path("recruitment/vacancies/<str:reference>/offers/", offers.Offers.as_view(), name="offers"),
    path(offer, offers.OfferPage.as_view(), name="offer"),
    path(f"{offer}make/", offers.MakeOffer.as_view(), name="offer_make"),
    path(f"{offer}first-day/", offers.Start.as_view(), name="offer_start"),
    path(f"{offer}checks/<check_kind:kind>/", offers.CheckPage.as_view(), name="offer_check"),
    path(f"{offer}<offer_move:name>/", offers.OfferMove.as_view(), name="offer_move"),
    path("recruitment/appointments/", appointments.Appointments.as_view(), name="appointments"),
    path("recruitment/who-stays/", appointments.WhoStays.as_view(), name="who_stays"),
    path("recruitment/who-stays.csv", appointments.retention_csv, name="who_stays_csv"),
    path(post, appointments.AppointmentPage.as_view(), name="appointment"),
    path(
        f"{post}reviews/<int:review>/",
        appointments.AppointmentReview.as_view(),
        name="appointment_review",
    ),
    path(f"{post}left/", appointments.Left.as_view(), name="appointment_left"),
    path(
        f"{post}<appointment_move:name>/",
        appointments.AppointmentMove.as_view(),
        name="appointment_move",
    ),
]
