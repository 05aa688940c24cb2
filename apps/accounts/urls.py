from django.urls import path

from . import views

urlpatterns = [
    path("profile/", views.Profile.as_view(), name="profile"),
    path("profile/edit/", views.ProfileEdit.as_view(), name="profile_edit"),
    path("profile/support/", views.SupportEdit.as_view(), name="support_profile"),
    path("profile/second-factor/", views.SecondFactor.as_view(), name="second_factor"),
    path("people/<int:user>/support/", views.SupportRead.as_view(), name="support_profile_of"),
]
