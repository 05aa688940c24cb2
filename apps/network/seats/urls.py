from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import Nomination, SeatRequest

urlpatterns = [
    path("network/seats/", views.SeatList.as_view(), name="seats"),
    path("network/seats.csv", views.SeatsExport.as_view(), name="seats_csv"),
    path("network/seats/turns/", views.Turns.as_view(), name="turns"),
    path("network/seats/turns.csv", views.TurnsExport.as_view(), name="turns_csv"),
    path("network/seats/new/<slug:slug>/", views.SeatRequestAdd.as_view(), name="seats_ask"),
    path("network/seats/<int:pk>/", views.SeatRequestDetail.as_view(), name="seat_request"),
    path("network/seats/<int:pk>/offer/", views.OfferForSeat.as_view(), name="seat_offer"),
    path("network/seats/<int:pk>/suggest/", views.SuggestMember.as_view(), name="seat_suggest"),
    path(
        "network/seats/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=SeatRequest),
        name="seat_move",
    ),
    path("network/nominations/<int:pk>/", views.NominationDetail.as_view(), name="nomination"),
    path(
        "network/nominations/<int:pk>/answer/",
        views.SeatConsent.as_view(),
        name="nomination_answer",
    ),
    path(
        "network/nominations/<int:pk>/move/<slug:name>/",
        MoveView.as_view(
            model=Nomination, only=("refuse", "accept", "seat", "not_seated", "withdraw")
        ),
        name="nomination_move",
    ),
]
