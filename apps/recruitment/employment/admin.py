"""Offers and people in post in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.appointment import Appointment
from .models.offer import Offer


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
