"""Django admin with no way around the moves, the quorum or the audit."""

from django.contrib import admin
from django.db import models

from .models import AuditCheck, AuditEntry, AuditSeal, CrisisContact, FirstPress, record


class AuditedAdmin(admin.ModelAdmin):
    """Every change made in the admin is written to the audit trail as well."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def log_addition(self, request, obj, message):
        record("admin_added", obj, by=request.user)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        changed = (
            ", ".join(
                field
                for entry in message
                if "changed" in entry
                for field in entry["changed"]["fields"]
            )
            if isinstance(message, list)
            else ""
        )
        record("admin_changed", obj, by=request.user, note=changed)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            record("admin_deleted", obj, by=request.user)
        return super().log_deletions(request, queryset)


class ReadOnlyAdmin(AuditedAdmin):
    """Look, search and filter; change nothing: the site's own moves do that."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit log: who, what, on what, when and why."""

    list_display = ("at", "by", "action", "subject_type", "subject_id", "note")
    list_filter = ("action", "subject_type", "at")
    search_fields = ("=subject_id", "by__email", "by__full_name", "action")
    date_hierarchy = "at"
    list_select_related = ("by", "subject_type")


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    """The chain over the audit trail."""

    list_display = ("number", "made_at", "count", "last", "digest")
    exclude = ("entries",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("entries")


@admin.register(AuditCheck)
class AuditCheckAdmin(ReadOnlyAdmin):
    """When the trail was checked, and what was found."""

    list_display = ("at", "entries", "seals", "problems")


@admin.register(CrisisContact)
class CrisisContactAdmin(AuditedAdmin):
    """Whom to call when somebody may not be safe: on every page where people write freely."""

    list_display = ("name", "way", "number", "when", "order")
    list_filter = ("way",)
    search_fields = ("name", "number", "note")

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        CrisisContact.forget()


@admin.register(FirstPress)
class FirstPressAdmin(ReadOnlyAdmin):
    """Moves that wait for a second person, who confirms them on the site."""

    list_display = ("name", "subject_type", "subject_id", "by", "at")
    list_filter = ("name", "subject_type")
    list_select_related = ("subject_type", "by")
    fields = ("name", "subject_type", "subject_id", "by", "at")
