from django.urls import path

from apps.core.views import MoveView

from ..models import DataRequest
from ..views import rights

AT = "data-requests/<slug:reference>/"

urlpatterns = [
    path("profile/data/", rights.MyData.as_view(), name="data_rights"),
    path("profile/data/copy/", rights.AskForCopy.as_view(), name="data_copy"),
    path("profile/data/copy/<int:pk>/", rights.CopyFile.as_view(), name="data_copy_file"),
    path("profile/data/ask/", rights.AskRequest.as_view(), name="data_request_ask"),
    path("profile/consents/", rights.MyConsents.as_view(), name="consents"),
    path("people/<int:pk>/data-request/", rights.RecordRequest.as_view(), name="data_request_for"),
    path("data-requests/", rights.Requests.as_view(), name="data_requests"),
    path(AT, rights.RequestDetail.as_view(), name="data_request"),
    path(f"{AT}erase/", rights.Erase.as_view(), name="data_request_erase"),
    path(
        f"{AT}<slug:name>/",
        MoveView.as_view(
            model=DataRequest, only=frozenset({"take", "settle", "refuse", "withdraw"})
        ),
        name="data_request_move",
    ),
    path("governance/retention/", rights.Retention.as_view(), name="retention"),
]
