from django.urls import path

from apps.core.views import MoveView

from ..models import Post, PostReport
from ..views import board

urlpatterns = [
    path("network/board/", board.Board.as_view(), name="board"),
    path("network/board.csv", board.BoardExport.as_view(), name="board_csv"),
    path("network/board/new/", board.PostAdd.as_view(), name="post_add"),
    path("network/board/reports/", board.Reports.as_view(), name="post_reports"),
    path(
        "network/board/reports/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PostReport),
        name="report_move",
    ),
    path("network/board/<int:pk>/", board.PostDetail.as_view(), name="post"),
    path("network/board/<int:pk>/reply/", board.Reply.as_view(), name="post_reply"),
    path("network/board/<int:pk>/change/", board.PostChange.as_view(), name="post_change"),
    path("network/board/<int:pk>/report/", board.Report.as_view(), name="post_report"),
    path(
        "network/board/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Post),
        name="post_move",
    ),
]
