"""Joining the network in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Interest, Letter, Welcomed


@admin.register(Interest)
class InterestAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "wish", "state", "created_at", "settled_at")
    list_filter = ("state", "wish")
    search_fields = ("full_name", "email")
    date_hierarchy = "created_at"


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Whether an answer to an enquirer went out."""

    within = "interest"
    list_display = ("interest", "kind", "created_at", "sent_at", "failed_at")
    list_filter = ("kind",)
    list_select_related = ("interest",)


@admin.register(Welcomed)
class WelcomedAdmin(ReadOnlyAdmin):
    for_all = "it tells when somebody read the welcome, no more"
    list_display = ("user", "at")
    search_fields = ("user__full_name",)
    list_select_related = ("user",)
