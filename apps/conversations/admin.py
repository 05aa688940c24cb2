"""Conversations in Django admin: to look up. The site alone acts.

What people thought has no page here: it is shown on the site, once enough have answered.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.booking import Booking
from .models.conversation import Conversation, Session
from .models.photograph import PhotoConsent, Photograph


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("title", "starts_at", "places", "state", "organiser")
    list_filter = ("state",)
    search_fields = ("title", "place")
    date_hierarchy = "starts_at"
    list_select_related = ("organiser",)
    exclude = ("link",)  # those who have a place see it, and nobody else


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    within = "conversation"
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
