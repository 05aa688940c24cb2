"""Selecting in Django admin: what names nobody and tells nothing of what a panel thinks."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.interview import InterviewPlan, PanelMeeting, Question, Slot
from .models.scoring import Round


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "stage", "due", "closed_at")
    list_filter = ("stage",)
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy",)


@admin.register(InterviewPlan)
class InterviewPlanAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "format", "minutes")
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy",)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    within = "plan__vacancy"
    list_display = ("text", "plan", "criterion")
    search_fields = ("text", "plan__vacancy__reference")
    list_select_related = ("plan__vacancy", "criterion")


@admin.register(Slot)
class SlotAdmin(ReadOnlyAdmin):
    within = "plan__vacancy"
    list_display = ("plan", "starts_at", "ends_at")
    search_fields = ("plan__vacancy__reference",)
    list_select_related = ("plan__vacancy",)


@admin.register(PanelMeeting)
class PanelMeetingAdmin(ReadOnlyAdmin):
    within = "vacancy"
    list_display = ("vacancy", "kind", "starts_at")
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy",)
