from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import Post, PostReport

urlpatterns = [
    path("network/board/", views.Noticeboard.as_view(), name="board"),
    path("network/board.csv", views.BoardExport.as_view(), name="board_csv"),
    path("network/board/new/", views.PostAdd.as_view(), name="post_add"),
    path("network/board/reports/", views.Reports.as_view(), name="post_reports"),
    path(
        "network/board/reports/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PostReport),
        name="report_move",
    ),
    path("network/board/<int:pk>/", views.PostDetail.as_view(), name="post"),
    path("network/board/<int:pk>/reply/", views.PostReply.as_view(), name="post_reply"),
    path("network/board/<int:pk>/change/", views.PostChange.as_view(), name="post_change"),
    path("network/board/<int:pk>/report/", views.ReportPost.as_view(), name="post_report"),
    path(
        "network/board/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Post),
        name="post_move",
    ),
]
