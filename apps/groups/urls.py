from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import TermsOfReference, WorkingGroup

urlpatterns = [
    path("groups/", views.GroupList.as_view(), name="groups"),
    path("groups/new/", views.GroupAdd.as_view(), name="group_add"),
    path("groups/<slug:slug>/", views.GroupDetail.as_view(), name="group"),
    path("groups/<slug:slug>/change/", views.GroupChange.as_view(), name="group_change"),
    path("groups/<slug:slug>/history/", views.GroupHistory.as_view(), name="group_history"),
    path("groups/<slug:slug>/people/add/", views.Appoint.as_view(), name="appoint"),
    path(
        "groups/<slug:slug>/people/<int:pk>/end/",
        views.EndMembership.as_view(),
        name="end_membership",
    ),
    path("groups/<slug:slug>/side/", views.Side.as_view(), name="group_side"),
    path("groups/<slug:slug>/terms/new/", views.TermsAdd.as_view(), name="terms_add"),
    path("groups/<slug:slug>/terms/<int:version>/", views.TermsDetail.as_view(), name="terms"),
    path(
        "groups/<slug:group__slug>/terms/<int:version>/move/<slug:name>/",
        MoveView.as_view(model=TermsOfReference),
        name="terms_move",
    ),
    path(
        "groups/<slug:slug>/move/<slug:name>/",
        MoveView.as_view(model=WorkingGroup),
        name="group_move",
    ),
]
