from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import Finding

urlpatterns = [
    path(
        "groups/<slug:slug>/meetings/times/", views.ProposeTimes.as_view(), name="finding_propose"
    ),
    path("meetings/times/<int:pk>/", views.FindingDetail.as_view(), name="finding"),
    path("meetings/times/<int:pk>/answer/", views.AnswerTimes.as_view(), name="finding_answer"),
    path(
        "meetings/times/<int:pk>/choose/<int:time>/",
        views.ChooseTime.as_view(),
        name="finding_choose",
    ),
    path(
        "meetings/times/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Finding),
        name="finding_move",
    ),
    path("reply/times/<str:token>/", views.AnswerTimesByLink.as_view(), name="finding_by_link"),
]
