from django.urls import path

from ..views import home

urlpatterns = [path("governance/", home.Home.as_view(), name="governance")]
