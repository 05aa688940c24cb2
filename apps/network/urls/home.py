from django.urls import path

from ..views import home

urlpatterns = [
    path("network/", home.NetworkHome.as_view(), name="network"),
    path("network/members/", home.Members.as_view(), name="network_members"),
    path("network/members.csv", home.MembersExport.as_view(), name="network_members_csv"),
]
