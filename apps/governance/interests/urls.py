from django.urls import path

from . import views

urlpatterns = [
    path("governance/interests/", views.OwnInterests.as_view(), name="my_interests"),
    path("governance/interests/add/", views.InterestAdd.as_view(), name="interest_add"),
    path("governance/interests/<int:pk>/", views.InterestChange.as_view(), name="interest_change"),
    path(
        "governance/interests/register/",
        views.InterestRegister.as_view(),
        name="interest_register",
    ),
    path("governance/interests/due/", views.InterestsDue.as_view(), name="interests_due"),
    path(
        "meetings/<int:pk>/interests/",
        views.MeetingInterests.as_view(),
        name="meeting_interests",
    ),
]
