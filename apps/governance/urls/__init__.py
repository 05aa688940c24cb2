"""Addresses of governance: one short list for each part."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.governance.urls.home")),
    path("", include("apps.governance.urls.decisions")),
    path("", include("apps.governance.urls.consultations")),
    path("", include("apps.governance.urls.interests")),
    path("", include("apps.governance.urls.documents")),
    path("", include("apps.governance.urls.analysis")),
    path("", include("apps.governance.urls.rights")),
]
