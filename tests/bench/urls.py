"""The site's addresses, and the yardstick beside them."""

from django.urls import include, path

from .minimal import minimal

urlpatterns = [
    path("minimal/", minimal, name="minimal"),
    path("", include("oxleas_peer.urls")),
]
