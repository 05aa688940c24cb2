"""How many responded and what they chose, with small numbers hidden where names were not given."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from apps.accounts.models.people import Constituency
from apps.core.disclosure import hidden

from .models.consultation import Question
from .models.response import LEAST, Participation, Response


@dataclass(frozen=True)
class Row:
    """One line of a table: how many were asked, and how many responded (None: not shown)."""

    label: str
    asked: int | None
    responded: int | None


def taking_part(consultation):
    """Who responded, of those with an account who are asked, by side of co-production.

    The rows, then their total; where names are not given, nothing until five have responded.
    """
    asked = dict(
        consultation.asked().order_by().values_list("constituency").annotate(n=Count("pk"))
    )
    responded = dict(
        Participation.objects.filter(consultation=consultation)
        .order_by()
        .values_list("user__constituency")
        .annotate(n=Count("pk"))
    )
    total = sum(responded.values())
    sides = [side for side in Constituency if asked.get(side) or responded.get(side)]
    cells = {side: responded.get(side, 0) for side in sides}
    away = set() if consultation.is_named else hidden(cells)
    rows = [
        Row(str(side.label), asked.get(side, 0), None if side in away else cells[side])
        for side in sides
    ]
    shown = total if consultation.is_named or total >= LEAST else None
    return rows, Row("Everybody with an account", sum(asked.values()), shown)


def channels(consultation):
    """How responses came: the rows, then their total, hidden as above."""
    counts = dict(
        Response.objects.filter(consultation=consultation, sent=True)
        .order_by()
        .values_list("channel")
        .annotate(n=Count("pk"))
    )
    cells = {channel: counts.get(channel, 0) for channel in Response.Channel}
    total = sum(cells.values())
    used = {way: count for way, count in cells.items() if count}
    away = set() if consultation.is_named else hidden(used)
    rows = [Row(str(way.label), None, None if way in away else cells[way]) for way in cells]
    return rows, Row(
        "All responses", None, total if consultation.is_named or total >= LEAST else None
    )


# --- what they chose ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One answer that could be chosen: how often it was; for ranking its mean place as well."""

    label: str
    count: int
    percent: int
    mean: float | None = None


@dataclass(frozen=True)
class Chart:
    question: Question
    answered: int
    lines: list


def charts(consultation, outline):
    """What was chosen, question by question, of the responses that may be read. One query.

    ``outline`` is the consultation's; the responses are read in pieces.
    """
    questions = [question for _, part in outline for question in part]
    answered, chosen, places = Counter(), defaultdict(Counter), defaultdict(Counter)
    total = 0
    readable = Response.objects.readable(consultation).order_by()
    for answers in readable.values_list("answers", flat=True).iterator(chunk_size=500):
        total += 1
        for question in questions:
            value = answers.get(question.key)
            if value in (None, "", []):
                continue
            answered[question.key] += 1
            if question.kind == Question.Kind.RANKING:
                chosen[question.key][value[0]] += 1
                for place, option in enumerate(value, start=1):
                    places[question.key, option]["sum"] += place
                    places[question.key, option]["n"] += 1
            elif isinstance(value, list):
                chosen[question.key].update(value)
            elif not question.is_text:
                chosen[question.key][value] += 1
    return total, [_chart(question, answered, chosen, places) for question in questions]


def _chart(question, answered, chosen, places):
    many = answered[question.key]
    lines = []
    for value, label in [] if question.is_text else question.choices:
        count = chosen[question.key][value]
        place = places[question.key, value]
        mean = round(place["sum"] / place["n"], 1) if place["n"] else None
        lines.append(Line(label, count, round(100 * count / many) if many else 0, mean))
    return Chart(question, many, lines)
