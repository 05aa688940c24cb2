from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.application import Application


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """That there is one, and where it stands."""

    fields = list_display = ("reference", "vacancy", "state", "submitted_at", "closed_at")
    list_filter = ("state",)
    search_fields = ("reference", "vacancy__reference")
    list_select_related = ("vacancy",)
