from django.urls import path

from . import views

urlpatterns = [
    path("governance/decisions/", views.DecisionRegister.as_view(), name="decision_register"),
    path("governance/decisions.csv", views.register_csv, name="decision_register_csv"),
    path(
        "governance/decisions/<slug:group>/<int:year>/<int:number>/",
        views.decision_entry,
        name="decision_entry",
    ),
    path("decisions/<int:pk>/replaces/", views.Supersede.as_view(), name="supersede"),
    path(
        "decisions/<int:pk>/replaces/<int:which>/take-back/",
        views.SupersedeTakeBack.as_view(),
        name="supersede_take_back",
    ),
    path(
        "decisions/register/<int:pk>/<slug:name>/",
        views.ChangeMove.as_view(),
        name="register_change_move",
    ),
    path("decisions/<int:pk>/public/", views.MakePublic.as_view(), name="decision_public"),
]
