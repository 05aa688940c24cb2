"""Seats in task groups in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models import Nomination, SeatRequest


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
