"""Data rights in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin

from .models import DataRequest, Hold, RetentionRun


@admin.register(DataRequest)
class DataRequestAdmin(ReadOnlyAdmin):
    list_display = ("reference", "person", "kind", "state", "asked_at", "due")
    list_filter = ("state", "kind")
    search_fields = ("reference", "person__full_name")
    list_select_related = ("person",)


@admin.register(Hold)
class HoldAdmin(AuditedAdmin):
    """Placed and lifted here: while one is in force, nothing about its person or thing goes."""

    for_all = "administrators place them"
    list_display = ("pk", "person", "thing_type", "thing_id", "until", "placed_by")
    list_select_related = ("person", "thing_type", "placed_by")
    search_fields = ("person__full_name", "person__email", "thing_id")
    autocomplete_fields = ("person",)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.placed_by = request.user
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False  # lifted by a date, so that it can be seen that there was one


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    for_all = "numbers alone"
    list_display = ("started_at", "finished_at", "total")
