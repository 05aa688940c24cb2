"""What waits for coders and owners; the outcome on pages of consultations and documents."""

from django.urls import reverse

from apps.core.audit_words import sensitive
from apps.core.dates import day
from apps.core.needs import OPEN, SHOWN, Need, holding, needs_you
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup
from apps.taskgroups.models.output import Output

from ..consultations.consulted import consulted
from ..consultations.models.consultation import Consultation
from ..documents.models.document import DocumentVersion, consultations_about
from . import outcome
from .messages import overdue_at
from .models import Analysis

sensitive(export_responses="Took the responses to a consultation as a file")
consulted(
    "taskgroups.output",
    "Output",
    rows=Output.objects.visible_to,
    find=lambda user, words: (
        Output.objects.visible_to(user).filter(title__icontains=words).order_by("title", "pk")
    ),
)
consulted(
    "governance.documentversion",
    "Document",
    rows=lambda user: DocumentVersion.objects.visible_to(user).select_related("document"),
    find=lambda user, words: (
        DocumentVersion.objects.visible_to(user)
        .filter(document__title__icontains=words, state__in=["draft", "consultation", "approved"])
        .select_related("document")
        .order_by("document__title", "-number")
    ),
)


def _to_code(user):
    return Analysis.objects.waiting_for(user).select_related("consultation__group")


@needs_you(_to_code, kind="Consultation", deadline=OPEN)
def to_code(waiting, user):
    """Answers that this person was asked to sort into themes."""
    for one in waiting:
        yield Need(
            "Sort what people said",
            one.get_absolute_url(),
            thing=one.consultation.title,
            due=overdue_at(one.consultation),
            detail=f"For {one.consultation.group.name}",
            group=one.consultation.group.slug,
        )


def _to_answer(user):
    mine = WorkingGroup.objects.where(user, "run_consultation")
    waiting = Consultation.objects.over().filter(group__in=mine)
    waiting = waiting.exclude(state=Consultation.State.PUBLISHED)
    return waiting.select_related("group").order_by("closes_at", "pk")


@needs_you(
    _to_answer, may=holding(WorkingGroup, "run_consultation"), kind="Consultation", deadline=OPEN
)
def to_answer(waiting, user):
    """Consultations that are over and not answered, for those who run them."""
    for one in waiting:
        yield Need(
            "Answer what people said",
            reverse("analysis", args=[one.pk]),
            thing=one.title,
            due=overdue_at(one),
            detail=f"Closed on {day(one.closes_at)}, to be answered by {day(overdue_at(one))}",
            group=one.group.slug,
        )


@section("consultation")
def on_consultation(user, consultation):
    """Once it is over: the answers for those who work on them, the outcome for everybody."""
    if not consultation.open_to("begin_analysis"):
        return None
    published = consultation.is_published
    works = False
    if user.is_authenticated:
        analysis = Analysis.objects.filter(consultation=consultation).first()
        works = user.has_perm("groups.run_consultation", consultation.group) or bool(
            analysis and analysis.place_of(user)
        )
    content = {
        "consultation": consultation,
        "published": published,
        "works": works,
        "answer_by": overdue_at(consultation),
    }
    return Section("governance/analysis/consultation_section.html", content)


@section("receipt")
def on_receipt(user, consultation):
    """What came of it, in full: whoever holds a code may have no other way to it."""
    if not consultation.is_published:
        return None
    return Section("governance/analysis/receipt_section.html", outcome.shown(consultation, user))


@section("document")
def on_document(user, document):
    """Consultations about any version of it that the reader may see, and what came of them."""
    found = consultations_about(document.versions.all()).visible_to(user).order_by("-pk")
    found = list(found[:SHOWN])
    if not found:
        return None
    return Section("governance/analysis/document_section.html", {"consultations": found})
