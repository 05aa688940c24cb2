"""Addresses of governance: where it begins, and a short list for each part."""

from django.urls import include, path

from .views import Home

urlpatterns = [
    path("governance/", Home.as_view(), name="governance"),
    path("", include("apps.governance.decisions.urls")),
    path("", include("apps.governance.interests.urls")),
    path("", include("apps.governance.consultations.urls")),
    path("", include("apps.governance.documents.urls")),
    path("", include("apps.governance.analysis.urls")),
]
