from django.urls import path

from .views import coding, outcome

one = "consultations/<int:pk>/"
theme = f"{one}analysis/themes/<int:theme>/"

urlpatterns = [
    path(f"{one}analysis/", coding.Overview.as_view(), name="analysis"),
    path(f"{one}analysis/coders/", coding.Coders.as_view(), name="coders"),
    path(f"{one}analysis/themes/add/", coding.ThemeAdd.as_view(), name="theme_add"),
    path(theme, coding.ThemeChange.as_view(), name="theme_change"),
    path(f"{theme}remove/", coding.ThemeRemove.as_view(), name="theme_remove"),
    path(f"{theme}answer/", coding.ThemeReply.as_view(), name="theme_answer"),
    path(f"{one}analysis/code/<int:question>/", coding.Code.as_view(), name="coding"),
    path(f"{one}analysis/finish/", coding.Finish.as_view(), name="coding_finish"),
    path(f"{one}analysis/settle/", coding.SettleCodings.as_view(), name="settle_codings"),
    path(f"{one}analysis/publish/", outcome.Publish.as_view(), name="outcome_publish"),
    path(f"{one}outcome/", outcome.AnalysisOutcome.as_view(), name="consultation_outcome"),
    path(f"{one}responses.csv", outcome.Export.as_view(), name="responses_csv"),
    path(f"{one}responses.xlsx", outcome.Export.as_view(kind="xlsx"), name="responses_xlsx"),
]
