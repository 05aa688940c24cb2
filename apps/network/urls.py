"""Addresses of the network: its front page, and a short list for each part."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("network/", views.NetworkHome.as_view(), name="network"),
    path("network/members/", views.Members.as_view(), name="network_members"),
    path("network/members.csv", views.MembersExport.as_view(), name="network_members_csv"),
    path("", include("apps.network.joining.urls")),
    path("", include("apps.network.pairs.urls")),
    path("", include("apps.network.practice.urls")),
    path("", include("apps.network.board.urls")),
    path("", include("apps.network.seats.urls")),
]
