"""Offers, people in post and training in Django admin: to look things up, without a name."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Appointment, Enrolment, Offer, TrainingCohort, TrainingSession


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    fields = list_display = ("application", "state", "made_at", "start_on")
    list_filter = ("state",)
    search_fields = ("application__reference",)
    list_select_related = ("application",)


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    fields = list_display = ("id", "vacancy", "state", "started_on", "left_on")
    list_filter = ("state",)
    search_fields = ("vacancy__reference",)
    list_select_related = ("vacancy",)


@admin.register(TrainingCohort)
class TrainingCohortAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "starts_at")
    list_filter = ("state",)
    search_fields = ("name",)


@admin.register(TrainingSession)
class TrainingSessionAdmin(ReadOnlyAdmin):
    list_display = ("cohort", "number", "starts_at")
    search_fields = ("cohort__name",)
    list_select_related = ("cohort",)


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    fields = list_display = ("id", "cohort", "state", "began_on", "ended_on")
    list_filter = ("state",)
    search_fields = ("cohort__name",)
    list_select_related = ("cohort",)
