from django.urls import path

from apps.core.views import MoveView

from ..models import Practice, PracticeName
from ..views import practice

urlpatterns = [
    path("practice/", practice.PublicPractices.as_view(), name="public_practices"),
    path("practice.csv", practice.PublicPracticesExport.as_view(), name="public_practices_csv"),
    path("practice/<slug:slug>/", practice.PublicPractice.as_view(), name="public_practice"),
    path("network/practice/", practice.Practices.as_view(), name="practices"),
    path("network/practice.csv", practice.PracticesExport.as_view(), name="practices_csv"),
    path("network/practice/new/", practice.PracticeAdd.as_view(), name="practice_add"),
    path(
        "network/practice/five-questions/",
        practice.FiveQuestions.as_view(),
        name="practice_questions",
    ),
    path("network/practice/<int:pk>/", practice.PracticeDetail.as_view(), name="practice"),
    path(
        "network/practice/<int:pk>/change/",
        practice.PracticeChange.as_view(),
        name="practice_change",
    ),
    path(
        "network/practice/<int:pk>/public/",
        practice.PracticePublic.as_view(),
        name="practice_public",
    ),
    path(
        "network/practice/<int:pk>/share/",
        practice.PracticeShareView.as_view(),
        name="practice_share",
    ),
    path(
        "network/practice/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Practice),
        name="practice_move",
    ),
    path(
        "network/practice/<int:pk>/names/", practice.PracticeNames.as_view(), name="practice_names"
    ),
    path(
        "network/practice/<int:pk>/names/new/", practice.NameAdd.as_view(), name="practice_name_add"
    ),
    path(
        "network/practice/<int:pk>/names/paper/",
        practice.PaperNameAdd.as_view(),
        name="practice_name_paper",
    ),
    path("network/consent/<int:pk>/", practice.Consent.as_view(), name="consent"),
    path(
        "network/names/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PracticeName, only=("withdraw",)),
        name="practice_name_move",
    ),
]
