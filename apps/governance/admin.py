"""Governance in Django admin: to look things up. What happens is done on the site alone."""

from django.contrib import admin

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin

from .models import (
    Analysis,
    Consultation,
    DataRequest,
    Declaration,
    Document,
    DocumentFormat,
    DocumentVersion,
    Extension,
    FormatFile,
    Hold,
    PublicDecision,
    Question,
    RetentionRun,
    Section,
    Supersession,
    Theme,
)


@admin.register(Supersession)
class SupersessionAdmin(ReadOnlyAdmin):
    list_display = ("older", "newer", "by", "at")
    search_fields = ("older__reference", "newer__reference")
    list_select_related = ("older", "newer", "by")


@admin.register(PublicDecision)
class PublicDecisionAdmin(ReadOnlyAdmin):
    list_display = ("decision", "by", "at")
    search_fields = ("decision__reference", "text")
    list_select_related = ("decision", "by")


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    list_display = ("title", "group", "phase", "audience", "naming", "closes_at")
    list_filter = ("state", "audience", "naming")
    search_fields = ("title",)
    list_select_related = ("group",)


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    list_display = ("title", "consultation", "order")
    search_fields = ("title", "consultation__title")
    list_select_related = ("consultation",)


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ("text", "consultation", "kind", "order")
    list_filter = ("kind",)
    search_fields = ("text", "consultation__title")
    list_select_related = ("consultation",)


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    list_display = ("consultation", "was", "until", "by", "at")
    search_fields = ("consultation__title",)
    list_select_related = ("consultation", "by")


@admin.register(Declaration)
class DeclarationAdmin(ReadOnlyAdmin):
    """That somebody declared. What they declared is read by those who chair, on the site."""

    list_display = ("user", "at", "interests")
    search_fields = ("user__full_name", "user__email")
    date_hierarchy = "at"
    list_select_related = ("user",)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "owner", "visibility", "review_on", "replaced_by")
    list_filter = ("kind", "visibility", "owner")
    search_fields = ("title",)
    list_select_related = ("owner", "replaced_by")


@admin.register(DocumentVersion)
class DocumentVersionAdmin(ReadOnlyAdmin):
    list_display = ("document", "number", "state", "in_force_from", "decision", "withdrawn_on")
    list_filter = ("state", "document__kind")
    search_fields = ("document__title", "decision__reference")
    list_select_related = ("document", "decision")


@admin.register(DocumentFormat)
class DocumentFormatAdmin(ReadOnlyAdmin):
    """Who asked for a format is not shown: it can tell of somebody's health."""

    list_display = ("version", "kind", "detail", "state", "asked_at")
    list_filter = ("state", "kind")
    search_fields = ("version__document__title", "detail")
    list_select_related = ("version__document",)
    exclude = ("asked_by",)


@admin.register(FormatFile)
class FormatFileAdmin(ReadOnlyAdmin):
    list_display = ("name", "format", "size", "uploaded_at")
    search_fields = ("name",)
    list_select_related = ("format__version__document",)


@admin.register(DataRequest)
class DataRequestAdmin(ReadOnlyAdmin):
    list_display = ("reference", "person", "kind", "state", "asked_at", "due")
    list_filter = ("state", "kind")
    search_fields = ("reference", "person__full_name")
    list_select_related = ("person",)


@admin.register(Hold)
class HoldAdmin(AuditedAdmin):
    """Placed and lifted here: while one is in force, nothing about its person or thing goes."""

    list_display = ("pk", "person", "thing_type", "thing_id", "until", "placed_by")
    list_select_related = ("person", "thing_type", "placed_by")
    search_fields = ("person__full_name", "person__email", "thing_id")
    autocomplete_fields = ("person",)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.placed_by = request.user
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False  # lifted by a date, so that it can be seen that there was one


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "finished_at", "total")


@admin.register(Analysis)
class AnalysisAdmin(ReadOnlyAdmin):
    list_display = (
        "consultation",
        "first",
        "second",
        "first_done_at",
        "second_done_at",
        "published_at",
    )
    search_fields = ("consultation__title",)
    list_select_related = ("consultation", "first", "second")


@admin.register(Theme)
class ThemeAdmin(ReadOnlyAdmin):
    list_display = ("title", "analysis", "answer")
    list_filter = ("answer",)
    search_fields = ("title",)
    list_select_related = ("analysis",)
