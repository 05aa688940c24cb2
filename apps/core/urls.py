from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.PublicPage.as_view(template_name="core/privacy.html"), name="privacy"),
    path(
        "accessibility/",
        views.PublicPage.as_view(template_name="core/accessibility.html"),
        name="accessibility",
    ),
    path("help/", views.PublicPage.as_view(template_name="core/help.html"), name="help"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
