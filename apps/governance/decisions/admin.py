"""Decisions in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import PublicDecision, RegisterChange, Supersession


@admin.register(Supersession)
class SupersessionAdmin(ReadOnlyAdmin):
    within = "newer"
    list_display = ("older", "newer", "by", "at")
    search_fields = ("older__reference", "newer__reference")
    list_select_related = ("older", "newer", "by")


@admin.register(PublicDecision)
class PublicDecisionAdmin(ReadOnlyAdmin):
    within = "decision"
    list_display = ("decision", "by", "at")
    search_fields = ("decision__reference", "text")
    list_select_related = ("decision", "by")


@admin.register(RegisterChange)
class RegisterChangeAdmin(ReadOnlyAdmin):
    list_display = ("decision", "kind", "state", "by", "at")
    list_filter = ("state", "kind")
    search_fields = ("decision__reference",)
    list_select_related = ("decision", "by")
