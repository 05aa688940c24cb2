from django.urls import path

from apps.core.views import MoveView

from .models.review import Review, ReviewAssignment
from .views import board, deciding, reviews

urlpatterns = [
    path("steering/", reviews.Queue.as_view(), name="steering"),
    path("steering/reviews.csv", reviews.reviews_csv, name="reviews_csv"),
    path("steering/board/", board.ProgrammeBoard.as_view(), name="programme_board"),
    path("steering/board.csv", board.board_csv, name="programme_board_csv"),
    path("outputs/<int:pk>/review/", reviews.BeginReview.as_view(), name="review_begin"),
    path("steering/reviews/<int:pk>/", reviews.ReviewDetail.as_view(), name="review"),
    path("steering/reviews/<int:pk>/ask/", reviews.AskReview.as_view(), name="review_ask"),
    path(
        "steering/reviews/<int:pk>/decide/", deciding.DecideReview.as_view(), name="review_decide"
    ),
    path("steering/reviews/<int:pk>/round/", deciding.RoundBegin.as_view(), name="round_begin"),
    path(
        "steering/reviews/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Review),
        name="review_move",
    ),
    path("steering/rounds/<int:pk>/", deciding.RoundDetail.as_view(), name="round"),
    path("steering/rounds/<int:pk>/conclude/", deciding.conclude, name="round_conclude"),
    path("steering/parts/<int:pk>/", reviews.Recommend.as_view(), name="recommend"),
    path("steering/parts/<int:pk>/comment/", reviews.Comment.as_view(), name="recommend_comment"),
    path("steering/parts/<int:pk>/stand-down/", reviews.StandDown.as_view(), name="stand_down"),
    path(
        "steering/parts/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=ReviewAssignment),
        name="assignment_move",
    ),
    path("steering/comments/<int:pk>/remove/", reviews.comment_remove, name="comment_remove"),
]
