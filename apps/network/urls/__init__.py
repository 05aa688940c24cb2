"""Addresses of the network: one short list for each part."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.network.urls.home")),
    path("", include("apps.network.urls.claims")),
    path("", include("apps.network.urls.seats")),
    path("", include("apps.network.urls.interest")),
    path("", include("apps.network.urls.pairs")),
    path("", include("apps.network.urls.practice")),
    path("", include("apps.network.urls.board")),
    path("", include("apps.network.urls.conversations")),
]
