from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import HelpRequest, Pair

urlpatterns = [
    path("network/pairs/", views.Pairs.as_view(), name="pairs"),
    path("network/pairs.csv", views.PairsExport.as_view(), name="pairs_csv"),
    path("network/pairs/new/", views.PairPropose.as_view(), name="pair_propose"),
    path("network/pairs/help/", views.NameHelpContact.as_view(), name="help_contact"),
    path("network/pairs/<int:pk>/", views.PairDetail.as_view(), name="pair"),
    path("network/pairs/<int:pk>/notice/", views.PairNotice.as_view(), name="pair_notice"),
    path("network/pairs/<int:pk>/follow-up/", views.PairFollowUp.as_view(), name="pair_follow_up"),
    path(
        "network/pairs/<int:pk>/move/<slug:name>/", MoveView.as_view(model=Pair), name="pair_move"
    ),
    path("network/pairs/<int:pk>/check-in/", views.CheckInAdd.as_view(), name="check_in_add"),
    path("network/pairs/<int:pk>/help/", views.HelpAsk.as_view(), name="help_ask"),
    path("network/check-ins/<int:pk>/", views.CheckInChange.as_view(), name="check_in_change"),
    path(
        "network/check-ins/<int:pk>/remove/",
        views.CheckInRemove.as_view(),
        name="check_in_remove",
    ),
    path("network/help/<int:pk>/", views.HelpDetail.as_view(), name="help_request"),
    path(
        "network/help/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=HelpRequest),
        name="help_move",
    ),
]
