"""Pairs in Django admin: to look things up. What happens, happens on the site alone.

What the two of a pair write to each other, and what they ask for help with, has no page here.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import HelpContact, Pair


@admin.register(Pair)
class PairAdmin(ReadOnlyAdmin):
    """That a pair exists and how it stands; nothing of what the two write."""

    list_display = ("peer", "sponsor", "about", "state", "begun_on", "ended_at")
    list_filter = ("state", "every")
    search_fields = ("peer__full_name", "sponsor__full_name", "about")
    list_select_related = ("peer", "sponsor")


@admin.register(HelpContact)
class HelpContactAdmin(ReadOnlyAdmin):
    for_all = "every member of the network can look up whom to ask"
    list_display = ("user", "named_by", "since")
    search_fields = ("user__full_name",)
    list_select_related = ("user", "named_by")
