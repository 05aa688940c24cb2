"""What everybody reads once an outcome is published: figures, themes, answers, changes."""

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType

from apps.core.disclosure import LEAST, hidden
from apps.meetings.models.about import COUNTS
from apps.meetings.models.outcome import Action, Decision
from apps.taskgroups.models.output import OutputVersion

from ..consultations import figures
from ..consultations.consulted import CONSULTED
from ..decisions import register
from ..documents.models.document import DocumentVersion
from .changed import asked_about, is_not_later, since_then, with_all_versions

OFFERED = 15  # things of each kind that an answer can be linked to


# --- figures --------------------------------------------------------------------------------------
def public_charts(consultation, outline):
    """(how many responses, charts of the closed questions), small numbers hidden: count None."""
    total, charts = figures.charts(consultation, outline)
    charts = [chart for chart in charts if not chart.question.is_text]
    if consultation.is_named:
        return total, charts
    return total, [_suppressed(chart) for chart in charts]


def _suppressed(chart):
    away = hidden({place: line.count for place, line in enumerate(chart.lines)})
    if chart.answered < LEAST:
        away = set(range(len(chart.lines)))
    lines = [
        replace(line, count=None, percent=0, mean=None) if place in away else line
        for place, line in enumerate(chart.lines)
    ]
    return replace(chart, lines=lines, answered=chart.answered if chart.answered >= LEAST else None)


# --- changes that an answer made ------------------------------------------------------------------
def offered(user, consultation):
    """What an answer can be linked to, newest first: [(key, words)]. It came after people were
    asked; a version says something else than before, and a decision counts.
    """
    since, asked = consultation.opens_at, asked_about(consultation)
    things = [
        (kind, str(one) if kind == "Document" else f"{one.output}, version {one.number}", one)
        for kind, versions in (
            ("Output", OutputVersion.objects.select_related("output")),
            ("Document", DocumentVersion.objects.select_related("document")),
        )
        for one in with_all_versions(versions.visible_to(user).order_by("-pk")[:OFFERED])
        if not is_not_later(one, consultation, asked)
    ]
    decisions = Decision.objects.visible_to(user).filter(
        meeting__group=consultation.group, meeting__starts_at__gt=since, state__in=COUNTS
    )
    things += [
        ("Decision", f"{one}: {one.text}", one) for one in decisions.order_by("-pk")[:OFFERED]
    ]
    actions = Action.objects.visible_to(user).filter(group=consultation.group, created_at__gt=since)
    things += [("Action", one.text, one) for one in actions.order_by("-pk")[:OFFERED]]
    return [
        (f"{thing._meta.label_lower}:{thing.pk}", f"{kind}: {title}"[:120])
        for kind, title, thing in things
    ]


def found(key):
    """The thing of a key from ``offered``, or None."""
    if not key:
        return None
    label, _, pk = key.partition(":")
    app_label, _, model = label.partition(".")
    return ContentType.objects.get_by_natural_key(app_label, model).get_object_for_this_type(pk=pk)


class Change(NamedTuple):
    """What an answer names, as one reader may see it."""

    words: str
    address: str = ""
    since: tuple | None = None  # (words, address or "") of what changed since people were asked
    fell: bool = False  # a decision that does not count any more


def changes(consultation, themes, user):
    """{theme pk: its Change}. A reader sees no more of it than they may."""
    asked = asked_about(consultation)
    by_kind = defaultdict(list)
    for theme in themes:
        if theme.made_id:
            by_kind[theme.made_type].append(theme)
    shown = {
        theme.pk: Change("See what changed", theme.address) for theme in themes if theme.address
    }
    for kind, some in by_kind.items():
        things = _things(
            kind.model_class(), [theme.made_id for theme in some], user, consultation, asked
        )
        for theme in some:
            shown[theme.pk] = things.get(theme.made_id, Change("Something that changed"))
    return shown


def _things(model, pks, user, consultation, asked):
    if model is Decision:
        seen = set(register.visible(user).filter(pk__in=pks).values_list("pk", flat=True))
        decisions = Decision.objects.filter(pk__in=pks).select_related("public")
        return {one.pk: _decision(one, one.pk in seen) for one in decisions}
    if model is Action:
        actions = Action.objects.visible_to(user).filter(pk__in=pks)
        seen = {one.pk: Change(f"Action: {one.text}", one.get_absolute_url()) for one in actions}
        return dict.fromkeys(pks, Change("Something that the group does")) | seen
    if model is DocumentVersion:
        versions = DocumentVersion.objects.visible_to(user).filter(pk__in=pks)
        seen = {
            one.pk: Change(str(one), one.get_absolute_url(), since_then(one, consultation, asked))
            for one in with_all_versions(versions.select_related("document"))
        }
        return dict.fromkeys(pks, Change("A document that is still being written")) | seen
    if model is OutputVersion:
        versions = OutputVersion.objects.visible_to(user).filter(pk__in=pks)
        seen = {
            one.pk: Change(
                f"{one.output}, version {one.number}",
                one.get_absolute_url(),
                since_then(one, consultation, asked),
            )
            for one in with_all_versions(versions.select_related("output"))
        }
        return dict.fromkeys(pks, Change("An output that is still being written")) | seen
    source = CONSULTED.get(model._meta.label_lower)
    rows = source.rows(user).filter(pk__in=pks) if user.is_authenticated else ()
    seen = {one.pk: Change(source.title(one), source.url(one)) for one in rows}
    return dict.fromkeys(pks, Change(source.label)) | seen


def _decision(decision, seen):
    """Its reference is for those who may find it in the register: it can lose its quorum again."""
    fell = decision.state not in COUNTS
    public = hasattr(decision, "public") and register.is_settled(decision)
    if not (seen or public):
        return Change("A decision of the group", fell=fell)
    return Change(f"Decision {decision}", register.address(decision), fell=fell)


def shown(consultation, user):
    """Everything that the page of an outcome shows."""
    analysis = consultation.analysis
    themes = list(analysis.themes.select_related("made_type"))
    said, made = analysis.said(), changes(consultation, themes, user)
    for theme in themes:
        count = said.get(theme.pk, 0)
        theme.count = count if consultation.is_named or count >= LEAST else None
        theme.change = made.get(theme.pk)
    themes.sort(key=lambda theme: (-said.get(theme.pk, 0), theme.pk))
    total, charts = public_charts(consultation, consultation.outline())
    return {
        "consultation": consultation,
        "analysis": analysis,
        "themes": themes,
        "total": total,
        "charts": charts,
        "least": LEAST,
    }
