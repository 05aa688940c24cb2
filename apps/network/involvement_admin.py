"""Seats, Conversations and claims in Django admin: to look up. The site's moves do the rest."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.booking import Booking, BookingLetter
from .models.claim import (
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    Receipt,
)
from .models.conversation import Conversation, ConversationFeedback, Session
from .models.photograph import PhotoConsent, Photograph
from .models.seat import Nomination, SeatRequest


# --- claims -------------------------------------------------------------------------------------
@admin.register(Rate)
class RateAdmin(ReadOnlyAdmin):
    """Set on the site, where no rate changes for the past."""

    list_display = ("kind", "unit", "amount", "effective_from", "set_by")
    list_filter = ("kind", "unit")
    date_hierarchy = "effective_from"
    list_select_related = ("set_by",)


@admin.register(EarningsLimit)
class EarningsLimitAdmin(ReadOnlyAdmin):
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
    list_display = ("claim", "kind", "on", "minutes", "amount")
    list_filter = ("kind",)
    search_fields = ("=claim__pk", "=key")
    list_select_related = ("claim",)


@admin.register(Expense)
class ExpenseAdmin(ReadOnlyAdmin):
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


# --- seats --------------------------------------------------------------------------------------
@admin.register(SeatRequest)
class SeatRequestAdmin(ReadOnlyAdmin):
    list_display = ("group", "seats", "by_when", "starts", "ends", "state", "asked_by")
    list_filter = ("state", "group")
    search_fields = ("purpose", "group__name")
    list_select_related = ("group", "asked_by")


@admin.register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    """Without what people wrote: that is for the co-leads who decide."""

    list_display = ("user", "request", "state", "made_at", "consented_at")
    list_filter = ("state", "request__group")
    search_fields = ("user__full_name", "user__email", "request__group__name")
    exclude = ("statement", "answer")
    list_select_related = ("user", "request__group")


# --- Conversations --------------------------------------------------------------------------------
@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("title", "starts_at", "places", "state", "organiser")
    list_filter = ("state",)
    search_fields = ("title", "place")
    date_hierarchy = "starts_at"
    list_select_related = ("organiser",)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("title", "conversation", "at", "peer", "staff")
    search_fields = ("title", "conversation__title")
    list_select_related = ("conversation", "peer", "staff")


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("pk", "conversation", "who", "state", "came")
    list_filter = ("state", "came")
    search_fields = ("user__full_name", "name", "email", "conversation__title")
    exclude = ("gave_feedback",)
    list_select_related = ("conversation", "user")


@admin.register(BookingLetter)
class BookingLetterAdmin(ReadOnlyAdmin):
    """Whether what was written to somebody without an account went out."""

    list_display = ("booking", "kind", "created_at", "sent_at", "attempts")
    list_filter = ("kind",)
    list_select_related = ("booking",)


@admin.register(ConversationFeedback)
class ConversationFeedbackAdmin(ReadOnlyAdmin):
    list_display = ("conversation", "rating", "heard")
    list_filter = ("conversation", "rating", "heard")
    list_select_related = ("conversation",)


@admin.register(Photograph)
class PhotographAdmin(ReadOnlyAdmin):
    list_display = ("pk", "conversation", "description", "people", "uploaded_by")
    search_fields = ("description", "conversation__title")
    exclude = ("file",)
    list_select_related = ("conversation", "uploaded_by")


@admin.register(PhotoConsent)
class PhotoConsentAdmin(ReadOnlyAdmin):
    list_display = ("pk", "photograph", "state", "how", "given_on", "recorded_by")
    list_filter = ("state", "how")
    list_select_related = ("photograph", "recorded_by")
