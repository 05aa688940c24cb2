"""Training in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Enrolment, TrainingCohort, TrainingSession


@admin.register(TrainingCohort)
class TrainingCohortAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "starts_at")
    list_filter = ("state",)
    search_fields = ("name",)


@admin.register(TrainingSession)
class TrainingSessionAdmin(ReadOnlyAdmin):
    within = "cohort"
    list_display = ("cohort", "number", "starts_at")
    search_fields = ("cohort__name",)
    list_select_related = ("cohort",)


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    fields = list_display = ("id", "cohort", "state", "began_on", "ended_on")
    list_filter = ("state",)
    search_fields = ("cohort__name",)
    list_select_related = ("cohort",)
