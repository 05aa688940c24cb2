"""The register of documents: reading, keeping, other formats."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.governance.documents.models.document import DocumentVersion
from apps.governance.documents.models.formats import DocumentFormat
from tests.matrix import Row

from .making import decided, document, in_force

today = timezone.localdate


def populate(world):
    lead = world.actors["colead"]
    world.doc_draft = document(world.group, by=lead, title="Draft")
    world.doc_public = in_force(world.group, by=lead, title="Public", visibility="public")
    world.doc_shared = in_force(world.group, by=lead, title="Shared")
    world.doc_own = in_force(world.group, by=lead, title="Own", visibility="group")
    world.doc_next = in_force(world.group, by=lead, title="Next", visibility="public")
    world.doc_next.next_version(by=lead)
    world.doc_asked = document(world.group, by=lead, title="Asked")
    world.doc_asked.latest.follow("consult", by=lead)
    world.doc_older = in_force(world.group, by=lead, title="Older")
    world.doc_draft.replace(world.doc_older, by=lead)
    world.doc_decision = decided(world.group, world.doc_draft)
    shared = world.doc_shared.latest
    world.doc_format = DocumentFormat.ask(shared, by=world.actors["member"], kind="braille")
    made = DocumentFormat.ask(shared, by=world.actors["member"], kind="other", detail="Comic")
    made.deliver(by=lead, file=upload())
    world.doc_file = made.files.get()


def upload(name="easy.txt", content=b"Easy words."):
    return SimpleUploadedFile(name, content)


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def numbered(name, number=1):
    return lambda world: {"pk": getattr(world, name).pk, "number": number}


def newest(name, move):
    return lambda world: {"pk": getattr(world, name).latest.pk, "name": move}


def moving(move):
    return lambda world: {"pk": world.doc_format.pk, "name": move}


def taken_back(world):
    return {"pk": world.doc_draft.pk, "which": world.doc_older.pk}


def words(world):
    return {"summary": "Safe.", "body": "All of us.", "easy_read": "", "seen": 2}


def approval(world):
    day = today()
    return {
        "decision": world.doc_decision.pk,
        "same_words": "on",
        "in_force_from_day": day.day,
        "in_force_from_month": day.month,
        "in_force_from_year": day.year,
        "review_on_day": 1,
        "review_on_month": 6,
        "review_on_year": day.year + 2,
    }


def review(world):
    return {
        "note": "Still right.",
        "review_on_day": 1,
        "review_on_month": 6,
        "review_on_year": today().year + 3,
    }


REASON = {"note": "It is not needed any more."}
EVERYBODY = "200 200 200 200 200 200 200 200 200"
#        anonymous outsider observer member secretary colead office hr admin
SHARED = "404 404 200 200 200 200 200 200 200"
GROUP = "404 404 200 200 200 200 200 404 200"
# Pages that need a sign-in.
KEEPS = "302 404 403 403 200 200 200 404 403"
KEEPS_POST = "302 404 403 403 302 302 302 404 403"
ENDS_POST = "302 404 403 403 422 302 422 403 403"
KEEPS_SHARED = "302 404 403 403 200 200 200 403 403"
KEEPS_SHARED_POST = "302 404 403 403 302 302 302 403 403"
ASKS = "302 404 200 200 200 200 200 200 200"
ROWS = [
    Row("documents", EVERYBODY),
    Row("documents_csv", EVERYBODY),
    Row("document_add", "302 403 403 403 200 200 200 403 403"),
    Row(
        "document_add",
        "302 403 403 403 302 302 302 403 403",
        method="post",
        data=lambda world: {
            "owner": "role-design",
            "title": "New",
            "kind": "guide",
            "visibility": "public",
        },
    ),
    Row("document", GROUP, of("doc_draft"), note="draft"),
    Row("document", EVERYBODY, of("doc_public"), note="public"),
    Row("document", SHARED, of("doc_shared"), note="programme"),
    Row("document", GROUP, of("doc_own"), note="group"),
    Row("document_version", EVERYBODY, numbered("doc_next")),
    Row("document_version", GROUP, numbered("doc_next", 2), note="coming"),
    Row("document_differences", EVERYBODY, of("doc_public")),
    Row("document_differences", GROUP, of("doc_draft"), note="draft"),
    Row("document_print", EVERYBODY, of("doc_public")),
    Row("document_print", GROUP, of("doc_own"), note="group"),
    Row("document_pdf", EVERYBODY, of("doc_public")),
    Row("document_pdf", GROUP, of("doc_own"), note="group"),
    Row("document_edit", KEEPS, of("doc_draft")),
    Row("document_edit", KEEPS_POST, of("doc_draft"), method="post", data=words),
    Row("document_edit", KEEPS_SHARED.replace("200", "409"), of("doc_shared"), note="in force"),
    Row("document_change", KEEPS, of("doc_draft")),
    Row(
        "document_change",
        KEEPS_POST,
        of("doc_draft"),
        method="post",
        data=lambda world: {"title": "New", "kind": "guide", "visibility": "public"},
    ),
    Row("document_next", KEEPS_SHARED_POST, of("doc_shared"), method="post"),
    Row(
        "document_next",
        KEEPS_POST.replace("302 302 302", "409 409 409"),
        of("doc_draft"),
        method="post",
        note="draft",
    ),
    Row("document_approve", KEEPS, of("doc_draft")),
    Row("document_approve", KEEPS_POST, of("doc_draft"), method="post", data=approval),
    Row("document_reviewed", KEEPS_SHARED, of("doc_shared")),
    Row("document_reviewed", KEEPS_SHARED_POST, of("doc_shared"), method="post", data=review),
    Row("document_replaces", KEEPS, of("doc_draft")),
    Row(
        "document_replaces",
        KEEPS_POST,
        of("doc_draft"),
        method="post",
        data=lambda world: {"number": world.doc_own.pk},
    ),
    Row("document_replaces_take_back", KEEPS_POST, taken_back, method="post"),
    Row("document_history", KEEPS, of("doc_draft")),
    Row("format_ask", ASKS, of("doc_shared")),
    Row(
        "format_ask",
        ASKS.replace("200", "302"),
        of("doc_shared"),
        method="post",
        data=lambda world: {"kind": "audio"},
    ),
    Row("format_deliver", KEEPS_SHARED, of("doc_format")),
    Row(
        "format_deliver",
        KEEPS_SHARED_POST,
        of("doc_format"),
        method="post",
        data=lambda world: {"where": "By post from the office"},
    ),
    Row("format_file", SHARED, of("doc_file")),
]
MOVES = {
    DocumentVersion: {
        "revise": Row("document_move", KEEPS_POST, newest("doc_asked", "revise"), method="post"),
        "withdraw": Row(
            "document_move",
            KEEPS_POST,
            newest("doc_asked", "withdraw"),
            method="post",
            data=lambda world: REASON,
        ),
        "end": Row(
            "document_move",
            ENDS_POST,
            newest("doc_shared", "end"),
            method="post",
            data=lambda world: REASON,
        ),
    },
    DocumentFormat: {
        "start": Row("format_move", KEEPS_SHARED_POST, moving("start"), method="post"),
        "drop": Row(
            "format_move",
            KEEPS_SHARED_POST,
            moving("drop"),
            method="post",
            data=lambda world: REASON,
        ),
    },
}
