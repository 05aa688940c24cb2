from django.urls import path

from apps.core.views import MoveView

from .models.output import Output
from .models.suggestion import Suggestion
from .views import outputs, stages, suggestions, writing

urlpatterns = [
    path("stages/", stages.StageList.as_view(), name="stages"),
    path("stages/new/", stages.StageAdd.as_view(), name="stage_add"),
    path("stages/<int:pk>/", stages.StageDetail.as_view(), name="stage"),
    path("stages/<int:pk>/change/", stages.StageChange.as_view(), name="stage_change"),
    path("stages/<int:pk>/remove/", stages.StageRemove.as_view(), name="stage_remove"),
    path("outputs/", outputs.OutputList.as_view(), name="outputs"),
    path("outputs/new/", outputs.OutputAdd.as_view(), name="output_add"),
    path("outputs/uptake/", outputs.Uptake.as_view(), name="uptake"),
    path("outputs/files/<int:pk>/", outputs.output_file, name="output_file"),
    path("outputs/files/<int:pk>/remove/", outputs.FileRemove.as_view(), name="output_file_remove"),
    path("outputs/changes/<int:pk>/", suggestions.ChangeAnswer.as_view(), name="change_answer"),
    path("outputs/<int:pk>/", outputs.OutputDetail.as_view(), name="output"),
    path("outputs/<int:pk>/details/", outputs.OutputChange.as_view(), name="output_change"),
    path("outputs/<int:pk>/write/", writing.EditOutput.as_view(), name="output_edit"),
    path("outputs/<int:pk>/autosave/", writing.autosave, name="output_autosave"),
    path("outputs/<int:pk>/history/", outputs.OutputHistory.as_view(), name="output_history"),
    path(
        "outputs/<int:pk>/versions/<int:number>/",
        outputs.OutputVersionDetail.as_view(),
        name="output_version",
    ),
    path(
        "outputs/<int:pk>/differences/",
        outputs.OutputDifferences.as_view(),
        name="output_differences",
    ),
    path("outputs/<int:pk>/files/new/", outputs.FileAdd.as_view(), name="output_file_add"),
    path("outputs/<int:pk>/share/", outputs.Share.as_view(), name="output_share"),
    path("outputs/<int:pk>/ask/", outputs.AskOutput.as_view(), name="output_ask"),
    path("outputs/<int:pk>/sign/", outputs.Sign.as_view(), name="output_sign"),
    path("outputs/<int:pk>/sign/back/", outputs.unsign, name="output_unsign"),
    path("outputs/<int:pk>/implement/", outputs.Implement.as_view(), name="output_implement"),
    path(
        "outputs/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Output, only=("next_version", "withdraw", "reopen")),
        name="output_move",
    ),
    path("outputs/<int:pk>/suggestions/new/", suggestions.SuggestChange.as_view(), name="suggest"),
    path(
        "outputs/<int:pk>/suggestions/paper/",
        suggestions.SuggestOnPaper.as_view(),
        name="suggest_on_paper",
    ),
    path("suggestions/<int:pk>/", suggestions.SuggestionDetail.as_view(), name="suggestion"),
    path(
        "suggestions/<int:pk>/edit/", suggestions.SuggestionEdit.as_view(), name="suggestion_edit"
    ),
    path(
        "suggestions/<int:pk>/answer/",
        suggestions.AnswerSuggestion.as_view(),
        name="suggestion_answer",
    ),
    path(
        "suggestions/<int:pk>/object/",
        suggestions.ObjectToAnswer.as_view(),
        name="suggestion_object",
    ),
    path(
        "suggestions/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Suggestion, only=("withdraw",)),
        name="suggestion_move",
    ),
]
