from django.urls import path

from ..views import decisions

urlpatterns = [
    path("governance/decisions/", decisions.DecisionRegister.as_view(), name="decision_register"),
    path("governance/decisions.csv", decisions.register_csv, name="decision_register_csv"),
    path(
        "governance/decisions/<slug:group>/<int:year>/<int:number>/",
        decisions.decision_entry,
        name="decision_entry",
    ),
    path("decisions/<int:pk>/replaces/", decisions.Supersede.as_view(), name="supersede"),
    path(
        "decisions/<int:pk>/replaces/<int:which>/take-back/",
        decisions.SupersedeTakeBack.as_view(),
        name="supersede_take_back",
    ),
    path("decisions/<int:pk>/public/", decisions.MakePublic.as_view(), name="decision_public"),
]
