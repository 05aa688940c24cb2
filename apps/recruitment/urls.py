"""Addresses of recruitment: one short list for each part."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.recruitment.vacancies.urls")),
    path("", include("apps.recruitment.selection.urls")),
    path("", include("apps.recruitment.applications.urls")),
    path("", include("apps.recruitment.training.urls")),
    path("", include("apps.recruitment.employment.urls")),
]
