"""Sorted answers and what came of them in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Analysis, Theme


@admin.register(Analysis)
class AnalysisAdmin(ReadOnlyAdmin):
    within = "consultation"
    list_display = (
        "consultation",
        "first",
        "second",
        "first_done_at",
        "second_done_at",
        "published_at",
    )
    search_fields = ("consultation__title",)
    list_select_related = ("consultation", "first", "second")


@admin.register(Theme)
class ThemeAdmin(ReadOnlyAdmin):
    within = "analysis__consultation"
    list_display = ("title", "analysis", "answer")
    list_filter = ("answer",)
    search_fields = ("title",)
    list_select_related = ("analysis",)
