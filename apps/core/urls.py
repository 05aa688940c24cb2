from django.urls import path

from . import audit_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.PublicPage.as_view(template_name="core/about.html"), name="about"),
    path("work/", views.Landing.as_view(entry="work"), name="work"),
    path("administration/", views.Landing.as_view(entry="administration"), name="administration"),
    path("more/", views.More.as_view(), name="more"),
    path("privacy/", views.PublicPage.as_view(template_name="core/privacy.html"), name="privacy"),
    path(
        "accessibility/",
        views.PublicPage.as_view(template_name="core/accessibility.html"),
        name="accessibility",
    ),
    path("help/", views.PublicPage.as_view(template_name="core/help.html"), name="help"),
    path("worried/", views.PublicPage.as_view(template_name="core/worried.html"), name="worried"),
    path("audit/", audit_views.Audit.as_view(), name="audit"),
    path("audit/export/", audit_views.AuditExport.as_view(), name="audit_export"),
    path("audit/<int:pk>/", audit_views.AuditDetail.as_view(), name="audit_entry"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
