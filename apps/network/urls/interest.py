from django.urls import path

from ..views import interest

urlpatterns = [
    path("take-part/", interest.TakePart.as_view(), name="take_part"),
    path("take-part/thank-you/", interest.TakePartThanks.as_view(), name="take_part_thanks"),
    path("network/interest/", interest.Interests.as_view(), name="interests"),
    path("network/interest.csv", interest.InterestsExport.as_view(), name="interests_csv"),
    path("network/interest/<int:pk>/", interest.InterestDetail.as_view(), name="interest"),
    path(
        "network/interest/<int:pk>/answer/",
        interest.InterestAnswer.as_view(),
        name="interest_answer",
    ),
    path(
        "network/interest/<int:pk>/invite/",
        interest.InterestInvite.as_view(),
        name="interest_invite",
    ),
    path(
        "network/interest/<int:pk>/decline/",
        interest.InterestDecline.as_view(),
        name="interest_decline",
    ),
    path("network/welcome/read/", interest.WelcomeRead.as_view(), name="welcome_read"),
    path("network/welcome/<slug:side>/", interest.Welcome.as_view(), name="network_welcome"),
]
