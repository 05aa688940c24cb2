from django.urls import path

from apps.core.converters import one_of

from ..vacancies.models.vacancy import Criterion
from .views import hr, interviews, panel

one_of("stage", Criterion.Stage.values)

seat = "recruitment/panels/<str:reference>/"
stage = f"{seat}<stage:stage>/"
of = f"{stage}candidates/<str:label>/"
run = "recruitment/selecting/<str:reference>/"
meet = f"{run}interviews/"
mine = "applications/<str:reference>/interview/"

urlpatterns = [
    # The panel
    path(seat, panel.PanelPage.as_view(), name="panel"),
    path(f"{seat}declare/", panel.Declare.as_view(), name="panel_declare"),
    path(f"{seat}meetings/add/", panel.AddMeeting.as_view(), name="panel_meeting_add"),
    path(f"{seat}meetings/<int:pk>/", panel.MeetingCame.as_view(), name="panel_meeting_came"),
    path(f"{seat}interviews/<str:label>/", panel.InterviewHeld.as_view(), name="interview_held"),
    path(f"{stage}lock/", panel.LockSheets.as_view(), name="sheets_lock"),
    path(f"{stage}comparison/", panel.Comparison.as_view(), name="comparison"),
    path(of, panel.SheetPage.as_view(), name="sheet"),
    path(f"{of}save/", panel.SheetSave.as_view(), name="sheet_save"),
    path(f"{of}recuse/", panel.Recuse.as_view(), name="recuse"),
    path(f"{of}recuse/back/", panel.RecusalBack.as_view(), name="recusal_back"),
    path(f"{of}moderate/", panel.Moderate.as_view(), name="moderate"),
    path(f"{of}outcome/", panel.DecideOutcome.as_view(), name="outcome_decide"),
    path(f"{of}feedback/", panel.WriteFeedback.as_view(), name="outcome_feedback"),
    # Human Resources
    path(f"{run}redaction/", hr.Redactions.as_view(), name="redactions"),
    path(f"{run}redaction/<str:label>/", hr.RedactionPage.as_view(), name="redaction"),
    path(f"{run}outcomes/<stage:stage>/", hr.Outcomes.as_view(), name="outcomes"),
    path(f"{run}guarantee/", hr.GuaranteeKept.as_view(), name="guarantee"),
    path(f"{run}answers/<str:label>/", hr.OutcomeAnswer.as_view(), name="outcome_answer"),
    path(
        f"{run}outcomes/<stage:stage>/<str:label>/telephone/",
        hr.OutcomeTold.as_view(),
        name="outcome_told",
    ),
    path(
        f"{run}outcomes/<stage:stage>/<str:label>/undo/",
        hr.OutcomeUndo.as_view(),
        name="outcome_undo",
    ),
    path(meet, interviews.Interviews.as_view(), name="interviews"),
    path(f"{meet}plan/", interviews.PlanEdit.as_view(), name="interview_plan"),
    path(f"{meet}questions/add/", interviews.QuestionEdit.as_view(), name="interview_question_add"),
    path(
        f"{meet}questions/<int:pk>/", interviews.QuestionEdit.as_view(), name="interview_question"
    ),
    path(
        f"{meet}questions/<int:pk>/remove/",
        interviews.QuestionRemove.as_view(),
        name="interview_question_remove",
    ),
    path(f"{meet}times/", interviews.SlotsAdd.as_view(), name="slots_add"),
    path(f"{meet}times/<int:pk>/remove/", interviews.SlotRemove.as_view(), name="slot_remove"),
    path(f"{meet}release/", interviews.InterviewsRelease.as_view(), name="interviews_release"),
    path(f"{meet}of/<str:label>/time/", interviews.InterviewAgree.as_view(), name="interview_time"),
    path(
        f"{meet}of/<str:label>/came/",
        interviews.InterviewTookPlace.as_view(),
        name="interview_came",
    ),
    path(
        f"{meet}of/<str:label>/arrangements/",
        interviews.Arrangements.as_view(),
        name="arrangements",
    ),
    path(
        f"{meet}of/<str:label>/arrangements/<int:pk>/drop/",
        interviews.ArrangementDrop.as_view(),
        name="arrangement_drop",
    ),
    # The candidate
    path(mine, interviews.InterviewPage.as_view(), name="interview"),
    path(f"{mine}other-time/", interviews.InterviewWish.as_view(), name="interview_wish"),
]
