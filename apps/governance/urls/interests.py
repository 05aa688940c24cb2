from django.urls import path

from ..views import interests

urlpatterns = [
    path("governance/interests/", interests.Interests.as_view(), name="my_interests"),
    path("governance/interests/add/", interests.InterestAdd.as_view(), name="interest_add"),
    path(
        "governance/interests/<int:pk>/", interests.InterestChange.as_view(), name="interest_change"
    ),
    path(
        "governance/interests/register/",
        interests.InterestRegister.as_view(),
        name="interest_register",
    ),
    path("governance/interests/due/", interests.InterestsDue.as_view(), name="interests_due"),
    path(
        "meetings/<int:pk>/interests/",
        interests.MeetingInterests.as_view(),
        name="meeting_interests",
    ),
]
