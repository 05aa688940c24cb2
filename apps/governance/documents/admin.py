"""Documents in Django admin: to look up. The site alone acts."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin

from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat, FormatFile


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
    exclude = ("file",)  # downloaded from the document's page, where it is asked who may
