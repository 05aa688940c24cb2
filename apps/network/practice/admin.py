"""The practice register in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Practice, PracticeName, PracticeShare, boroughs


class BoroughFilter(admin.SimpleListFilter):
    """By borough, as people write it."""

    title = "borough"
    parameter_name = "borough"

    def lookups(self, request, model_admin):
        return boroughs()

    def queryset(self, request, queryset):
        return queryset.filter(borough=self.value()) if self.value() else queryset


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "borough_called", "service", "state", "public_since")
    list_filter = ("state", "kind", BoroughFilter)
    search_fields = ("title", "service", "owner__full_name")

    @admin.display(description="borough", ordering="borough")
    def borough_called(self, practice):
        return practice.borough_name


@admin.register(PracticeName)
class PracticeNameAdmin(ReadOnlyAdmin):
    """Who agreed to be named, and how widely."""

    list_display = ("practice", "part", "state", "level", "paper_on", "asked_at")
    list_filter = ("state", "level", "part")
    search_fields = ("practice__title", "user__full_name")
    list_select_related = ("practice",)


@admin.register(PracticeShare)
class PracticeShareAdmin(ReadOnlyAdmin):
    within = "practice"
    list_display = ("practice", "item", "by", "at")
    search_fields = ("practice__title",)
    list_select_related = ("practice", "item", "by")
