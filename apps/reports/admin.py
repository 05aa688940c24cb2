"""Texts and reports in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import AnnualReport, PublicFigures, ReportWords, SharedText, SignedReport, TextSave


@admin.register(SharedText)
class SharedTextAdmin(ReadOnlyAdmin):
    list_display = ("group", "kind", "number", "state", "signed_at")
    list_filter = ("state", "kind")
    search_fields = ("group__name",)
    list_select_related = ("group",)


@admin.register(TextSave)
class TextSaveAdmin(ReadOnlyAdmin):
    list_display = ("text", "number", "at")
    list_select_related = ("text__group",)


@admin.register(AnnualReport)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("year", "number", "state", "published_at")
    list_filter = ("state", "year")


@admin.register(ReportWords)
class WordsAdmin(ReadOnlyAdmin):
    list_display = ("report", "number", "at")
    list_select_related = ("report",)


@admin.register(SignedReport)
class SignedAdmin(ReadOnlyAdmin):
    list_display = ("report", "at", "digest")
    list_select_related = ("report",)


@admin.register(PublicFigures)
class PublicFiguresAdmin(ReadOnlyAdmin):
    list_display = ("number", "state", "proposed_at", "in_force_at")
    list_filter = ("state",)
