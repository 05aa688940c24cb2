"""Meetings in Django admin: to look things up. What happened is recorded on the site alone.

Support requests have no page here: only the person and the named organiser read them.
"""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .finding import admin as finding
from .models.agenda import AgendaItem
from .models.meeting import Meeting, MeetingSeries
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import Attendance, AttendanceCorrection


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ("title", "group", "kind", "starts_at", "state", "was_quorate")
    list_filter = ("state", "kind", "was_quorate", "group")
    search_fields = ("title", "group__name", "place")
    date_hierarchy = "starts_at"
    list_select_related = ("group",)


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(ReadOnlyAdmin):
    within = "group"
    list_display = ("group", "every")
    list_filter = ("every", "group")
    search_fields = ("group__name",)
    list_select_related = ("group",)


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnlyAdmin):
    list_display = ("title", "meeting", "kind", "state", "proposed_by")
    list_filter = ("state", "kind", "meeting__group")
    search_fields = ("title", "meeting__title")
    list_select_related = ("meeting", "proposed_by")


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    """Answers and who came; corrected on the meeting's page, where decisions follow."""

    within = "meeting"
    list_display = ("user", "meeting", "reply", "deputy", "attended", "counted_as")
    list_filter = ("reply", "attended", "counted_as", "meeting__group")
    exclude = ("note",)  # for whoever plans the meeting
    search_fields = ("user__full_name", "user__email", "meeting__title")
    list_select_related = ("user", "meeting", "deputy")


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    list_display = ("title", "meeting", "name", "size", "uploaded_by", "uploaded_at")
    list_filter = ("content_type", "meeting__group")
    search_fields = ("title", "name", "meeting__title")
    exclude = ("file",)  # downloaded from the meeting's page, where it is asked who may
    list_select_related = ("meeting", "uploaded_by")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """With the quorum as it was. No role can change it, here or anywhere."""

    list_display = (
        "reference",
        "meeting",
        "method",
        "state",
        "members_present",
        "lived_experience_present",
        "staff_present",
        "settled_by_meeting",
    )
    list_filter = ("state", "method", "meeting__group")
    search_fields = ("reference", "text")
    list_select_related = ("meeting", "settled_at")

    @admin.display(description="settled at the meeting", ordering="settled_at")
    def settled_by_meeting(self, decision):
        return decision.settled_at


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ("text", "group", "owner", "due", "state")
    list_filter = ("state", "group")
    search_fields = ("text", "owner__full_name", "owner__email")
    date_hierarchy = "due"
    list_select_related = ("group", "owner")


@admin.register(Minutes)
class MinutesAdmin(ReadOnlyAdmin):
    list_display = ("meeting", "state", "revision", "circulated_at", "approved_by_meeting")
    list_filter = ("state", "meeting__group")
    search_fields = ("meeting__title", "body")
    list_select_related = ("meeting", "approved_at")

    @admin.display(description="approved at the meeting", ordering="approved_at")
    def approved_by_meeting(self, minutes):
        return minutes.approved_at


@admin.register(AttendanceCorrection)
class AttendanceCorrectionAdmin(ReadOnlyAdmin):
    """Two co-leads make one on the site."""

    list_display = ("meeting", "state", "was_quorate", "asked_by", "confirmed_by", "made_at")
    list_filter = ("state", "meeting__group")
    list_select_related = ("meeting", "asked_by", "confirmed_by")
