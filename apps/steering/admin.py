"""Reviews in Django admin: to look things up. What reviewers recommend is not shown here."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.review import Review, ReviewAssignment
from .models.written import WrittenRound


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("output", "version", "group", "state", "due", "outcome", "decided_at")
    list_filter = ("state", "outcome", "group")
    search_fields = ("output__title",)
    list_select_related = ("output", "version", "group")


@admin.register(ReviewAssignment)
class ReviewAssignmentAdmin(ReadOnlyAdmin):
    """Who was asked and where they stand; why somebody stood down is for the co-leads."""

    list_display = ("review", "reviewer", "counted_as", "state", "asked_at", "sent_at")
    list_filter = ("state", "counted_as")
    search_fields = ("reviewer__full_name", "review__output__title")
    list_select_related = ("review__output", "review__version", "reviewer")
    exclude = ("why",)


@admin.register(WrittenRound)
class WrittenRoundAdmin(ReadOnlyAdmin):
    list_display = ("review", "outcome", "state", "opened_at", "closes_at")
    list_filter = ("state", "outcome")
    search_fields = ("review__output__title",)
    list_select_related = ("review__output", "review__version")
