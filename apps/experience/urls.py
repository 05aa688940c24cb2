from django.urls import path

from . import views

AT = "groups/<slug:slug>/what-we-heard/"

urlpatterns = [
    path("how-it-was/<int:pk>/", views.AnswerPage.as_view(), name="how_it_was"),
    path("how-it-was/link/<str:token>/", views.AnswerByLink.as_view(), name="how_it_was_by_link"),
    path(AT, views.HeardList.as_view(), name="group_heard"),
    path(f"{AT}<int:pk>/", views.HeardPage.as_view(), name="heard"),
    path(f"{AT}<int:pk>/tell/", views.TellBack.as_view(), name="tell_back"),
]
