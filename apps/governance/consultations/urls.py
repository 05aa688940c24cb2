from django.urls import path

from apps.core.converters import one_of
from apps.core.views import MoveView

from .models.consultation import Consultation, Question, Section
from .views import drafting, figures, reading, responding

one_of("act", ["up", "down", "delete"])

urlpatterns = [
    path("consultations/", reading.Consultations.as_view(), name="consultations"),
    path("consultations/new/", drafting.New.as_view(), name="consultation_new"),
    path(
        "consultations/<int:pk>/edit/",
        drafting.EditConsultation.as_view(),
        name="consultation_edit",
    ),
    path("consultations/<int:pk>/about/", drafting.About.as_view(), name="consultation_about"),
    path(
        "consultations/<int:pk>/people/",
        drafting.ConsultationPeople.as_view(),
        name="consultation_people",
    ),
    path(
        "consultations/<int:pk>/extend/",
        drafting.ExtendConsultation.as_view(),
        name="consultation_extend",
    ),
    path("consultations/<int:pk>/figures/", figures.Figures.as_view(), name="consultation_figures"),
    path(
        "consultations/<int:pk>/questions/",
        drafting.Questions.as_view(),
        name="consultation_questions",
    ),
    path(
        "consultations/<int:pk>/questions/add/",
        drafting.QuestionPage.as_view(),
        name="question_add",
    ),
    path(
        "consultations/<int:pk>/questions/<int:part>/",
        drafting.QuestionPage.as_view(),
        name="question",
    ),
    path(
        "consultations/<int:pk>/questions/<int:part>/<act:act>/",
        drafting.PartAct.as_view(model=Question, related="questions"),
        name="question_act",
    ),
    path(
        "consultations/<int:pk>/sections/add/", drafting.SectionPage.as_view(), name="section_add"
    ),
    path(
        "consultations/<int:pk>/sections/<int:part>/",
        drafting.SectionPage.as_view(),
        name="section",
    ),
    path(
        "consultations/<int:pk>/sections/<int:part>/<act:act>/",
        drafting.PartAct.as_view(model=Section, related="sections"),
        name="section_act",
    ),
    path("consultations/receipt/", responding.ConsultationReceipt.as_view(), name="receipt_code"),
    path("consultations/<int:pk>/respond/", responding.Respond.as_view(), name="respond"),
    path(
        "consultations/<int:pk>/preview/",
        responding.Preview.as_view(),
        name="consultation_preview",
    ),
    path("consultations/<int:pk>/enter/", responding.Enter.as_view(), name="response_enter"),
    path("consultations/<int:pk>/", reading.Detail.as_view(), name="consultation"),
    path(
        "consultations/<int:pk>/do/<slug:name>/",
        MoveView.as_view(model=Consultation),
        name="consultation_move",
    ),
]
