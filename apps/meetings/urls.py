from django.urls import include, path

from apps.core.converters import one_of
from apps.core.views import MoveView

from . import views
from .models.agenda import AgendaItem
from .models.meeting import Meeting
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.people import AttendanceCorrection

one_of("direction", ["up", "down"])

urlpatterns = [
    path("", include("apps.meetings.finding.urls")),
    path("meetings/", views.MeetingList.as_view(), name="meetings"),
    path("groups/<slug:slug>/meetings/new/", views.PlanMeeting.as_view(), name="meeting_plan"),
    path("meetings/<int:pk>/", views.MeetingDetail.as_view(), name="meeting"),
    path("meetings/<int:pk>/calendar.ics", views.meeting_calendar, name="meeting_calendar"),
    path("meetings/<int:pk>/change/", views.ChangeMeeting.as_view(), name="meeting_change"),
    path("meetings/<int:pk>/linked/new/", views.LinkedAdd.as_view(), name="linked_add"),
    path(
        "meetings/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Meeting),
        name="meeting_move",
    ),
    path("meetings/<int:pk>/reply/", views.MeetingReply.as_view(), name="reply"),
    path("reply/<str:token>/", views.ReplyByLink.as_view(), name="reply_by_link"),
    path("meetings/<int:pk>/support/", views.Support.as_view(), name="support"),
    path("support/", views.MeetingSupportToArrange.as_view(), name="support_to_arrange"),
    path(
        "support/<int:pk>/arrange/", views.ArrangeMeetingSupport.as_view(), name="support_arrange"
    ),
    path("meetings/<int:pk>/agenda/new/", views.Propose.as_view(), name="agenda_propose"),
    path(
        "agenda/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=AgendaItem),
        name="agenda_move",
    ),
    path("agenda/<int:pk>/<direction:direction>/", views.shift_item, name="agenda_shift"),
    path("meetings/<int:pk>/papers/new/", views.PaperAdd.as_view(), name="paper_add"),
    path("papers/<int:pk>/", views.paper, name="paper"),
    path("papers/<int:pk>/remove/", views.PaperRemove.as_view(), name="paper_remove"),
    path("meetings/<int:pk>/attendance/", views.TakeAttendance.as_view(), name="attendance"),
    path(
        "attendance/<int:pk>/<slug:name>/",
        MoveView.as_view(model=AttendanceCorrection),
        name="correction_move",
    ),
    path("meetings/<int:pk>/decisions/new/", views.RecordDecision.as_view(), name="decide"),
    path("groups/<slug:slug>/decisions/", views.DecisionList.as_view(), name="group_decisions"),
    path("decisions/<int:pk>/", views.DecisionDetail.as_view(), name="decision"),
    path("decisions/<int:pk>/confirm/", views.ConfirmDecision.as_view(), name="decision_confirm"),
    path("decisions/<int:pk>/settle/", views.SettleDecision.as_view(), name="settle"),
    path(
        "decisions/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Decision, only=("ratify", "lapse", "deny")),
        name="decision_move",
    ),
    path("meetings/<int:pk>/actions/new/", views.ActionAdd.as_view(), name="action_add"),
    path("actions/", views.ActionList.as_view(), name="actions"),
    path("actions/<int:pk>/", views.ActionDetail.as_view(), name="action"),
    path("actions/<int:pk>/<slug:name>/", MoveView.as_view(model=Action), name="action_move"),
    path("meetings/<int:pk>/minutes/", views.MinutesDetail.as_view(), name="minutes"),
    path("meetings/<int:pk>/minutes/draft/", views.draft_minutes, name="minutes_draft"),
    path("meetings/<int:pk>/minutes/edit/", views.MinutesEdit.as_view(), name="minutes_edit"),
    path(
        "meetings/<int:pk>/minutes/approve/", views.MinutesApprove.as_view(), name="minutes_approve"
    ),
    path("meetings/<int:pk>/minutes/print/", views.MinutesPrint.as_view(), name="minutes_print"),
    path("meetings/<int:pk>/minutes.pdf", views.MinutesPDF.as_view(), name="minutes_pdf"),
    path(
        "minutes/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Minutes, only=("circulate", "revise", "approve")),
        name="minutes_move",
    ),
]
