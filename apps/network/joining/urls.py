from django.urls import path

from . import views

urlpatterns = [
    path("take-part/", views.TakePart.as_view(), name="take_part"),
    path("take-part/thank-you/", views.TakePartThanks.as_view(), name="take_part_thanks"),
    path("network/interest/", views.Interests.as_view(), name="interests"),
    path("network/interest.csv", views.InterestsExport.as_view(), name="interests_csv"),
    path("network/interest/<int:pk>/", views.InterestDetail.as_view(), name="interest"),
    path(
        "network/interest/<int:pk>/answer/",
        views.InterestAnswer.as_view(),
        name="interest_answer",
    ),
    path(
        "network/interest/<int:pk>/invite/",
        views.InterestInvite.as_view(),
        name="interest_invite",
    ),
    path(
        "network/interest/<int:pk>/decline/",
        views.InterestDecline.as_view(),
        name="interest_decline",
    ),
    path("network/welcome/read/", views.WelcomeRead.as_view(), name="welcome_read"),
    path("network/welcome/<slug:side>/", views.NetworkWelcome.as_view(), name="network_welcome"),
]
