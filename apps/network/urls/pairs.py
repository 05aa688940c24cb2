from django.urls import path

from apps.core.views import MoveView

from ..models import HelpRequest, Pair
from ..views import pairs

urlpatterns = [
    path("network/pairs/", pairs.Pairs.as_view(), name="pairs"),
    path("network/pairs.csv", pairs.PairsExport.as_view(), name="pairs_csv"),
    path("network/pairs/new/", pairs.PairPropose.as_view(), name="pair_propose"),
    path("network/pairs/help/", pairs.NameHelpContact.as_view(), name="help_contact"),
    path("network/pairs/<int:pk>/", pairs.PairDetail.as_view(), name="pair"),
    path("network/pairs/<int:pk>/notice/", pairs.PairNotice.as_view(), name="pair_notice"),
    path("network/pairs/<int:pk>/follow-up/", pairs.PairFollowUp.as_view(), name="pair_follow_up"),
    path(
        "network/pairs/<int:pk>/move/<slug:name>/", MoveView.as_view(model=Pair), name="pair_move"
    ),
    path("network/pairs/<int:pk>/check-in/", pairs.CheckInAdd.as_view(), name="check_in_add"),
    path("network/pairs/<int:pk>/help/", pairs.HelpAsk.as_view(), name="help_ask"),
    path("network/check-ins/<int:pk>/", pairs.CheckInChange.as_view(), name="check_in_change"),
    path(
        "network/check-ins/<int:pk>/remove/",
        pairs.CheckInRemove.as_view(),
        name="check_in_remove",
    ),
    path("network/help/<int:pk>/", pairs.HelpDetail.as_view(), name="help_request"),
    path(
        "network/help/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=HelpRequest),
        name="help_move",
    ),
]
