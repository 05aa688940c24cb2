from django.urls import path

from apps.core.views import MoveView

from ..models.seat import Nomination, SeatRequest
from ..views import seats

urlpatterns = [
    path("network/seats/", seats.SeatList.as_view(), name="seats"),
    path("network/seats.csv", seats.SeatsExport.as_view(), name="seats_csv"),
    path("network/seats/turns/", seats.Turns.as_view(), name="turns"),
    path("network/seats/turns.csv", seats.TurnsExport.as_view(), name="turns_csv"),
    path("network/seats/new/<slug:slug>/", seats.SeatRequestAdd.as_view(), name="seats_ask"),
    path("network/seats/<int:pk>/", seats.SeatRequestDetail.as_view(), name="seat_request"),
    path("network/seats/<int:pk>/offer/", seats.Offer.as_view(), name="seat_offer"),
    path("network/seats/<int:pk>/suggest/", seats.Suggest.as_view(), name="seat_suggest"),
    path(
        "network/seats/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=SeatRequest),
        name="seat_move",
    ),
    path("network/nominations/<int:pk>/", seats.NominationDetail.as_view(), name="nomination"),
    path("network/nominations/<int:pk>/answer/", seats.Consent.as_view(), name="nomination_answer"),
    path(
        "network/nominations/<int:pk>/move/<slug:name>/",
        MoveView.as_view(
            model=Nomination, only=("refuse", "accept", "seat", "not_seated", "withdraw")
        ),
        name="nomination_move",
    ),
]
