"""Times that are looked for, in Django admin: to look things up."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Finding, ProposedTime


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """Who said what stands on the site's own page, for whoever plans."""

    list_display = ("title", "group", "state", "closes_at", "created_by")
    list_filter = ("state", "group")
    search_fields = ("title", "group__name")
    list_select_related = ("group", "created_by")


@admin.register(ProposedTime)
class ProposedTimeAdmin(ReadOnlyAdmin):
    within = "finding"
    list_display = ("finding", "starts_at", "ends_at")
    list_filter = ("finding__group",)
    search_fields = ("finding__title",)
    list_select_related = ("finding",)
