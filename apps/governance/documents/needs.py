"""What documents add to *What needs you*, and to pages of groups and decisions."""

from datetime import timedelta

from apps.core import clock
from apps.core.dates import day
from apps.core.labels import in_a_sentence
from apps.core.models import FirstPress
from apps.core.needs import OPEN, SHOWN, Need, holding, needs_you
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat

SOON = timedelta(days=30)


def _to_review(user):
    mine = Document.objects.kept_by(user).to_review(clock.today() + SOON)
    return mine.select_related("owner").order_by("review_on", "pk")


@needs_you(
    _to_review,
    may=holding(WorkingGroup, "keep_documents"),
    kind="Document",
    anew=True,
    deadline=OPEN,
)
def reviews(documents, user):
    """Documents to look at again within a month, or since."""
    for document in documents:
        yield Need(
            "Review the document",
            document.get_absolute_url(),
            thing=document.title,
            due=document.review_on,
            detail=f"By {day(document.review_on)}, for {document.owner.name}",
            group=document.owner.slug,
        )


def _to_end(user):
    leading = WorkingGroup.objects.answered_for(user)
    asked = FirstPress.objects.asks(user, DocumentVersion, "end")
    waiting = DocumentVersion.objects.filter(
        asked,
        state__in=DocumentVersion.moves["end"].sources,
        document__owner__in=leading,
    )
    return waiting.select_related("document__owner").order_by("pk")


@needs_you(_to_end, may=holding(WorkingGroup, "lead_workinggroup"), kind="Document")
def withdrawals(waiting, user):
    """What the other co-lead asks to withdraw."""
    for version in waiting:
        if not version.permits(user, "end"):
            continue  # a closed group that has its own co-leads still
        yield Need(
            "Confirm that it is withdrawn, or say no",
            version.document.get_absolute_url(),
            thing=version.document.title,
            detail=version.document.owner.name,
        )


def _formats(user):
    waiting = DocumentFormat.objects.waiting(user)
    return waiting.select_related("version__document__owner").order_by("asked_at", "pk")


@needs_you(_formats, may=holding(WorkingGroup, "keep_documents"), kind="Document")
def formats(waiting, user):
    """Formats that somebody waits for."""
    for one in waiting:
        yield Need(
            f"Answer who asked for it as {in_a_sentence(one.label)}",
            one.get_absolute_url(),
            thing=one.version.document.title,
            detail=f"{one.get_state_display()}, since {day(one.asked_at)}",
        )


@section("group")
def on_group_page(user, group):
    """The documents that a group owns, as far as the reader may see them."""
    documents = list(Document.objects.visible_to(user).filter(owner=group)[: SHOWN + 1])
    begins = group.state in Document.BEGUN_BY
    may_begin = begins and user.has_perm("groups.keep_documents", group)
    if not documents and not may_begin:
        return None
    return Section(
        "governance/documents/group_section.html",
        {
            "group": group,
            "documents": documents[:SHOWN],
            "more": len(documents) > SHOWN,
            "may_begin": may_begin,
        },
    )


@section("decision")
def on_decision_page(user, decision):
    """The documents that this decision approved."""
    versions = DocumentVersion.objects.visible_to(user).filter(decision=decision)
    found = list(versions.select_related("document"))
    if not found:
        return None
    return Section("governance/documents/decision_section.html", {"versions": found})
