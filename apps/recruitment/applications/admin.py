"""Applications in Django admin: to look things up. What happens, happens on the site alone.

Nothing that a candidate wrote is shown here, and no name: whoever may read applications reads them
on the site, where each look is recorded.
"""

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
