"""Addresses of recruitment: one short list for each part."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.recruitment.urls.preparing")),
    path("", include("apps.recruitment.urls.selecting")),
    path("", include("apps.recruitment.urls.applying")),
    path("", include("apps.recruitment.urls.starting")),
]
