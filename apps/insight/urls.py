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
    path(
        "insight/groups/<slug:slug>/<slug:figure>/",
        views.GroupTrend.as_view(),
        name="insight_group_trend",
    ),
    path(
        "insight/groups/<slug:slug>/<slug:figure>.pdf",
        views.GroupTrendPdf.as_view(),
        name="insight_group_trend_pdf",
    ),
    path(
        "insight/groups/<slug:slug>/<slug:figure>/quarters.<table:kind>",
        views.GroupTrendFile.as_view(),
        name="insight_group_trend_file",
    ),
    path("insight/<slug:topic>/", views.TopicPage.as_view(), name="insight_topic"),
    path("insight/<slug:topic>.pdf", views.TopicPdf.as_view(), name="insight_topic_pdf"),
    path(
        "insight/<slug:topic>/<slug:figure>.<table:kind>",
        views.TopicFile.as_view(),
        name="insight_topic_file",
    ),
    path(
        "insight/<slug:topic>/<slug:figure>/",
        views.TopicTrend.as_view(),
        name="insight_topic_trend",
    ),
    path(
        "insight/<slug:topic>/<slug:figure>.pdf",
        views.TopicTrendPdf.as_view(),
        name="insight_topic_trend_pdf",
    ),
    path(
        "insight/<slug:topic>/<slug:figure>/quarters.<table:kind>",
        views.TopicTrendFile.as_view(),
        name="insight_topic_trend_file",
    ),
]
