from django.urls import path

from . import views

urlpatterns = [
    path("search/", views.Search.as_view(), name="search"),
    path("search/pin/", views.Pin.as_view(), name="search_pin"),
    path("search/key/", views.Key.as_view(), name="search_key"),
    path("search/<slug:kind>/<int:thing>/", views.Open.as_view(), name="search_open"),
]
