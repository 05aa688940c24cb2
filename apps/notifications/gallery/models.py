"""The office's own words of a kind of message."""

from dataclasses import fields, replace

from django.db import models
from django.urls import reverse

from apps.core.lines import Line
from apps.core.models import Revised

from ..wording import Words

NAMES = tuple(one.name for one in fields(Words))


class Wording(Revised):
    """What the office changed in the words of a kind, in one of its cases.

    A text that is empty is as it came, so that a later version of ours is heard. The row stays
    where all is as it came again: whoever had the page open before finds that somebody saved since.
    """

    kind = models.CharField(max_length=60, editable=False)
    case = models.CharField(max_length=40, blank=True, editable=False)
    subject_line = Line(max_length=120, blank=True)
    preview = Line(max_length=160, blank=True)
    title = Line(max_length=200, blank=True)
    text = models.TextField(max_length=5000, blank=True)
    action = Line(max_length=60, blank=True)

    class Meta:
        ordering = ["kind", "case"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "case"], name="notifications_wording_once")
        ]

    def __str__(self):
        return f"The words of {self.kind} {self.case}".strip()

    def get_absolute_url(self):
        page = reverse("message_kind", args=[self.kind])
        return f"{page}?case={self.case}" if self.case else page

    @property
    def texts(self):
        """{name: text} of what the office changed."""
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}


def edited(kinds):
    """{kind: {case: texts}} of what the office changed in these kinds, of their names."""
    found = {name: {} for name in kinds}
    for one in Wording.objects.filter(kind__in=found):
        found[one.kind][one.case] = one.texts
    return found


def attach(occurrences):
    """Give each of these occurrences what the office changed in its kind: one query for all."""
    found = edited({one.rule.kind for one in occurrences})
    for occurrence in occurrences:
        occurrence.edited = found[occurrence.rule.kind]


def words_of(kind, case, texts):
    """The words of a kind with what the office changed. A change that names what the kind no longer
    knows is left out: the message goes as it came, and the gallery says so."""
    words = kind.words(case)
    changed = replace(words, **texts)
    unknown = {name for name, named in changed.names().items() if named - kind.known().keys()}
    return replace(words, **{name: text for name, text in texts.items() if name not in unknown})
