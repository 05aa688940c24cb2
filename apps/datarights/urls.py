from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import DataRequest

AT = "data-requests/<slug:reference>/"

urlpatterns = [
    path("profile/data/", views.MyData.as_view(), name="data_rights"),
    path("profile/data/copy/", views.AskForCopy.as_view(), name="data_copy"),
    path("profile/data/copy/<int:pk>/", views.CopyFile.as_view(), name="data_copy_file"),
    path("profile/data/ask/", views.AskRequest.as_view(), name="data_request_ask"),
    path("profile/consents/", views.MyConsents.as_view(), name="consents"),
    path("people/<int:pk>/data-request/", views.RecordRequest.as_view(), name="data_request_for"),
    path("data-requests/", views.Requests.as_view(), name="data_requests"),
    path(AT, views.RequestDetail.as_view(), name="data_request"),
    path(f"{AT}erase/", views.Erase.as_view(), name="data_request_erase"),
    path(
        f"{AT}<slug:name>/",
        MoveView.as_view(
            model=DataRequest, only=frozenset({"take", "settle", "refuse", "withdraw"})
        ),
        name="data_request_move",
    ),
    path("governance/retention/", views.RetentionRules.as_view(), name="retention"),
]
