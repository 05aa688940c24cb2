"""Declarations of interest in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Declaration


@admin.register(Declaration)
class DeclarationAdmin(ReadOnlyAdmin):
    """That somebody declared. What they declared is read by those who chair, on the site."""

    for_all = "that somebody declared is shown; what, is not here"
    list_display = ("user", "at", "interests")
    search_fields = ("user__full_name", "user__email")
    date_hierarchy = "at"
    list_select_related = ("user",)
