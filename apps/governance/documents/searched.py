"""Documents, their versions, and the files of their formats."""

from apps.core.searching import Told, searched, unsearched

from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat, FormatFile


@searched("document", "Documents", Document, texts=("title",))
def document(document):
    return Told(
        title=document.title,
        body=document.get_kind_display(),
        group=document.owner_id,
        on=document.review_on,
        url=document.get_absolute_url(),
    )


@searched(
    "document_version",
    "Versions of documents",
    DocumentVersion,
    texts=("summary", "body", "easy_read"),
    of={"document": ("title", "owner")},
    read=("document",),
)
def document_version(version):
    return Told(
        title=str(version),
        body=[version.summary, version.body, version.easy_read],
        group=version.document.owner_id,
        on=version.in_force_from or version.created_at,
        state=version.State(version.state),
        url=version.get_absolute_url(),
    )


@searched(
    "format_file",
    "Files of documents",
    FormatFile,
    texts=("name", "sha256"),
    of={"format": ("state", "version")},
    read=("format__version__document",),
    file=True,
)
def format_file(one):
    return Told(
        title=f"{one.format.version.document}: {one.name}",
        group=one.format.version.document.owner_id,
        on=one.uploaded_at,
        url=one.get_absolute_url(),
    )


unsearched("Which formats there are stands on the document's page.", DocumentFormat)
