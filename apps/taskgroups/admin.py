"""Outputs in Django admin: to look things up. What becomes of them is done on the site alone."""

from django.contrib import admin

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin

from .models.output import Attachment, Contribution, Output, OutputVersion, Signature
from .models.revision import DraftRevision
from .models.stage import Stage
from .models.suggestion import ChangeAsked, Suggestion


@admin.register(Stage)
class StageAdmin(AuditedAdmin):
    for_all = "everybody in the programme sees how it is laid out"
    list_display = ("name", "order", "starts", "ends")
    search_fields = ("name", "aim")
    filter_horizontal = ("groups",)


@admin.register(Output)
class OutputAdmin(ReadOnlyAdmin):
    list_display = ("title", "group", "kind", "stage", "state", "due", "changed_at")
    list_filter = ("state", "kind", "stage", "shared_with", "group")
    search_fields = ("title", "group__name")
    date_hierarchy = "changed_at"
    list_select_related = ("group", "stage")


@admin.register(OutputVersion)
class OutputVersionAdmin(ReadOnlyAdmin):
    list_display = ("output", "number", "revision", "created_at", "frozen_at")
    search_fields = ("output__title", "summary", "body")
    list_select_related = ("output",)


@admin.register(DraftRevision)
class DraftRevisionAdmin(ReadOnlyAdmin):
    within = "version"
    list_display = ("version", "number", "by", "at", "size")
    search_fields = ("version__output__title", "by__full_name", "by__email")
    list_select_related = ("version", "by")


@admin.register(Contribution)
class ContributionAdmin(ReadOnlyAdmin):
    within = "version"
    list_display = ("version", "user", "constituency", "last_at")
    list_filter = ("constituency",)
    search_fields = ("version__output__title", "user__full_name", "user__email")
    list_select_related = ("version", "user")


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    within = "version"
    list_display = ("version", "user", "constituency", "at")
    list_filter = ("constituency",)
    search_fields = ("version__output__title", "user__full_name", "user__email")
    list_select_related = ("version", "user")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ("title", "output", "use", "name", "size", "uploaded_by", "uploaded_at")
    list_filter = ("use", "content_type")
    search_fields = ("title", "name", "output__title")
    exclude = ("file",)  # downloaded from the output's page, where it is asked who may
    list_select_related = ("output", "uploaded_by")


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    list_display = ("output", "constituency", "state", "made_at", "answered_by", "changed")
    list_filter = ("state", "constituency")
    search_fields = ("output__title", "text", "answer")
    list_select_related = ("output", "answered_by", "changed")


@admin.register(ChangeAsked)
class ChangeAskedAdmin(ReadOnlyAdmin):
    within = "output"
    list_display = ("output", "version", "text", "answered_in", "answered_by")
    search_fields = ("output__title", "text", "answer")
    list_select_related = ("output", "version", "answered_in", "answered_by")
