from django.urls import path

from . import audit_views, views

urlpatterns = [
    path("", views.home, name="home"),
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
