from django.urls import path

from apps.core.converters import one_of

from . import views

one_of("table", ("csv", "xlsx"))

urlpatterns = [
    path("insight/", views.Overview.as_view(), name="insight"),
    path("insight/groups/<slug:slug>/", views.GroupPage.as_view(), name="insight_group"),
    path("insight/groups/<slug:slug>.pdf", views.GroupPdf.as_view(), name="insight_group_pdf"),
    path(
        "insight/groups/<slug:slug>/<slug:figure>.<table:kind>",
        views.GroupFile.as_view(),
        name="insight_group_file",
    ),
    path("insight/<slug:topic>/", views.TopicPage.as_view(), name="insight_topic"),
    path("insight/<slug:topic>.pdf", views.TopicPdf.as_view(), name="insight_topic_pdf"),
    path(
        "insight/<slug:topic>/<slug:figure>.<table:kind>",
        views.TopicFile.as_view(),
        name="insight_topic_file",
    ),
]
