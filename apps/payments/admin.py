"""Involvement payments in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import (
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    Receipt,
    StatusDecision,
)


@admin.register(Rate)
class RateAdmin(ReadOnlyAdmin):
    """Proposed on the site and set by the steering group; no rate changes for the past."""

    list_display = ("kind", "unit", "amount", "effective_from", "state", "set_by")
    list_filter = ("state", "kind", "unit")
    date_hierarchy = "effective_from"
    list_select_related = ("set_by",)


@admin.register(StatusDecision)
class StatusDecisionAdmin(ReadOnlyAdmin):
    """Written by one person and confirmed by another, on the site."""

    list_display = ("rate", "state", "decided_on", "written_by", "confirmed_by")
    list_filter = ("state",)
    list_select_related = ("rate", "written_by", "confirmed_by")


@admin.register(EarningsLimit)
class EarningsLimitAdmin(ReadOnlyAdmin):
    for_all = "it is for everybody"
    list_display = ("period", "amount")


@admin.register(InvolvementClaim)
class InvolvementClaimAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "user",
        "state",
        "work_total",
        "expenses_total",
        "submitted_at",
        "paid_on",
    )
    list_filter = ("state",)
    search_fields = ("=pk", "user__full_name", "user__email")
    date_hierarchy = "submitted_at"
    list_select_related = ("user",)


@admin.register(ClaimLine)
class ClaimLineAdmin(ReadOnlyAdmin):
    within = "claim"
    list_display = ("claim", "kind", "on", "minutes", "amount")
    list_filter = ("kind",)
    search_fields = ("=claim__pk", "=key")
    list_select_related = ("claim",)


@admin.register(Expense)
class ExpenseAdmin(ReadOnlyAdmin):
    within = "claim"
    list_display = ("claim", "kind", "on", "amount")
    list_filter = ("kind",)
    search_fields = ("=claim__pk",)
    list_select_related = ("claim",)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ("expense", "size", "uploaded_at")
    list_filter = ("content_type",)
    search_fields = ("=expense__claim__pk",)
    exclude = ("file", "name")  # downloaded from the claim, where it is asked who may
    list_select_related = ("expense__claim",)
