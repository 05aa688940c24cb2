"""What a draft said before each save, so that *taken up* can show the words that changed."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.markdown import as_read

from .. import wording

# What a draft keeps of its past; the oldest go first. What a suggestion named is kept with it.
MOST = 100  # revisions
MOST_CHARACTERS = 1_000_000  # of earlier words, in all of them together
PAUSE = timedelta(minutes=10)
OFFERED = 30  # changes among which an answer chooses, newest first


class DraftRevision(models.Model):
    """A save that changed the words of a draft, with the words as they were before it.

    What they became stands in the revision after it, or in the draft. What the page saves by itself
    while somebody writes is one revision with the save that they press, unless a suggestion was put
    or answered meanwhile. Dropped once the version is frozen.
    """

    version = models.ForeignKey(
        "taskgroups.OutputVersion", on_delete=models.CASCADE, related_name="draft_revisions"
    )
    number = models.PositiveIntegerField(editable=False)
    before = models.JSONField("the words before it, of each text that changed", editable=False)
    size = models.PositiveIntegerField(editable=False, help_text="Characters in them.")
    is_going_on = models.BooleanField(
        "saved by itself while somebody writes", default=False, editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="draft_revisions"
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="taskgroups_draft_revision_once"
            )
        ]

    def __str__(self):
        return f"Revision {self.number}"

    @classmethod
    def keep(cls, version, before, *, by, going_on=False):
        """Keep what stood there before a save, inside the lock of its output."""
        last = version.draft_revisions.first()
        if last is not None and last._goes_on(version, by):
            last.before = before | last.before
        else:
            number = last.number + 1 if last else 1
            last = cls(version=version, number=number, before=before, by=by)
        last.at, last.is_going_on = clock.now(), going_on
        last.size = sum(map(len, last.before.values()))
        last.save()
        cls._bound(version)

    def _goes_on(self, version, by):
        if not (self.is_going_on and self.by_id == by.pk and clock.now() - self.at < PAUSE):
            return False
        put = Q(version=version, seen_revision__gte=self.number)
        named = Q(changed=version, revision=self.number)
        return not version.output.suggestions.filter(put | named).exists()

    @classmethod
    def _bound(cls, version):
        total, dropped = 0, []
        rows = version.draft_revisions.values_list("pk", "size")
        for place, (pk, size) in enumerate(rows):
            total += size
            if place and (place >= MOST or total > MOST_CHARACTERS):
                dropped.append(pk)
        if dropped:
            cls.objects.filter(pk__in=dropped).delete()


@dataclass(frozen=True)
class Change:
    """Words that changed at one place of a draft, in one revision."""

    key: str
    revision: DraftRevision
    text: str
    pieces: list
    held: int

    @property
    def kept(self):
        """As a suggestion keeps it."""
        return {
            "revision": self.revision.number,
            "text": self.text,
            "pieces": self.pieces,
            "held": self.held,
        }


def changes(version, now, after):
    """What changed in the revisions after number ``after`` and stands in the words of ``now``.

    ``now`` are the words as they are read (``Output.words``). Newest first, and within a revision
    in reading order; not more than OFFERED.
    """
    words, found = dict(now), []
    revisions = version.draft_revisions.filter(number__gt=after).select_related("by")
    for revision in revisions:
        before = {name: as_read(name, text) for name, text in revision.before.items()}
        for name, text in before.items():
            for place in wording.places(text, words[name]):
                if wording.stands(place, now[name]):
                    found.append(_change(revision, name, place))
        words |= before
        if len(found) >= OFFERED:
            break
    return found[:OFFERED]


def _change(revision, name, place):
    what = repr((name, place["pieces"]))
    mark = hashlib.sha256(what.encode()).hexdigest()[:12]
    return Change(f"{revision.number}-{mark}", revision, name, place["pieces"], place["held"])
