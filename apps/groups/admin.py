"""Groups in Django admin: to look things up."""

from django.contrib import admin

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin

from .models import Membership, SideAnswer, TermsOfReference, WorkingGroup


@admin.register(WorkingGroup)
class WorkingGroupAdmin(AuditedAdmin):
    """Name and purpose can be corrected here; the state moves on the site alone."""

    list_display = ("name", "kind", "state")
    list_filter = ("kind", "state")
    search_fields = ("name", "purpose")
    fields = ("name", "slug", "kind", "purpose", "state")
    readonly_fields = ("slug", "kind", "state")

    def has_add_permission(self, request):
        return False  # formed on the site, where it is audited as formed

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who is in which group. People are appointed on the site, so that grants follow."""

    list_display = ("user", "group", "role", "represents", "starts", "ends", "ended_at")
    list_filter = ("role", "represents", "group")
    search_fields = ("user__full_name", "user__email", "group__name")
    list_select_related = ("user", "group")


@admin.register(TermsOfReference)
class TermsOfReferenceAdmin(ReadOnlyAdmin):
    """Versions are written on the site and never change."""

    list_display = (
        "group",
        "version",
        "in_force_from",
        "quorum_members",
        "quorum_lived_experience",
        "quorum_staff",
    )
    list_filter = ("group",)
    list_select_related = ("group",)


@admin.register(SideAnswer)
class SideAnswerAdmin(ReadOnlyAdmin):
    """Only they say it, on the site."""

    list_display = ("group", "user", "rule", "side", "since", "at")
    list_filter = ("side",)
    list_select_related = ("group", "user")
