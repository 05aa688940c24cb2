from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import Practice, PracticeName

urlpatterns = [
    path("practice/", views.PublicPractices.as_view(), name="public_practices"),
    path("practice.csv", views.PublicPracticesExport.as_view(), name="public_practices_csv"),
    path("practice/<slug:slug>/", views.PublicPractice.as_view(), name="public_practice"),
    path("network/practice/", views.Practices.as_view(), name="practices"),
    path("network/practice.csv", views.PracticesExport.as_view(), name="practices_csv"),
    path("network/practice/new/", views.PracticeAdd.as_view(), name="practice_add"),
    path(
        "network/practice/five-questions/",
        views.FiveQuestions.as_view(),
        name="practice_questions",
    ),
    path("network/practice/<int:pk>/", views.PracticeDetail.as_view(), name="practice"),
    path(
        "network/practice/<int:pk>/change/",
        views.PracticeChange.as_view(),
        name="practice_change",
    ),
    path(
        "network/practice/<int:pk>/public/",
        views.PracticePublic.as_view(),
        name="practice_public",
    ),
    path(
        "network/practice/<int:pk>/share/",
        views.PracticeShareView.as_view(),
        name="practice_share",
    ),
    path(
        "network/practice/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Practice),
        name="practice_move",
    ),
    path("network/practice/<int:pk>/names/", views.PracticeNames.as_view(), name="practice_names"),
    path("network/practice/<int:pk>/names/new/", views.NameAdd.as_view(), name="practice_name_add"),
    path(
        "network/practice/<int:pk>/names/paper/",
        views.PaperNameAdd.as_view(),
        name="practice_name_paper",
    ),
    path("network/consent/<int:pk>/", views.PracticeConsent.as_view(), name="consent"),
    path(
        "network/names/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PracticeName, only=("withdraw",)),
        name="practice_name_move",
    ),
]
