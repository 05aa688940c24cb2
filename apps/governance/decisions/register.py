"""The register of decisions: every decision that somebody may see, wherever it was taken.

Decisions live in more than one table: most were taken at meetings, some in writing (apps.steering
adds those). Each table is a ``Source``. A page asks the database for the order of all of them at
once, and then each source for its own few.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import CharField, F, Prefetch, Q, Value
from django.urls import reverse

from apps.core.clock import LONDON
from apps.groups.models import Presence, WorkingGroup
from apps.meetings.models.outcome import Action, Decision

from .models import REPLACED, replaced_by

STATUSES = {
    "carried": ("Carried", "green"),
    "ratified": ("Ratified", "green"),
    "provisional": ("Provisional", "yellow"),
    "recorded": ("Not confirmed yet", "yellow"),
    "not_carried": ("Not carried", "grey"),
    "lapsed": ("Lapsed", "grey"),
    "denied": ("Recorded in error", "grey"),
    "superseded": ("Superseded", "orange"),
}
WRITTEN = "written"
METHODS = {
    **{method.value: method.label.partition(":")[0] for method in Decision.Method},
    WRITTEN: "In writing",
}


@dataclass(frozen=True)
class Wanted:
    """What the reader looks for; nothing means everything."""

    words: str = ""
    group: WorkingGroup | None = None
    status: str = ""
    method: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def begins(self):
        return self.since and datetime.combine(self.since, time(), tzinfo=LONDON)

    @property
    def ends(self):
        """The first moment that is too late."""
        return self.until and datetime.combine(
            self.until + timedelta(days=1), time(), tzinfo=LONDON
        )


@dataclass(frozen=True)
class Entry:
    """One line of the register. Without ``details`` the reader sees the public words alone."""

    reference: str
    text: str
    group: str
    on: datetime
    method: str
    status: str
    present: Presence
    needed: Presence
    url: str
    settled: str = ""
    superseded_by: str = ""
    supersedes: list[str] = field(default_factory=list)
    actions: list = field(default_factory=list)
    is_public: bool = False

    @property
    def status_label(self):
        return STATUSES[self.status][0]

    @property
    def tag_class(self):
        return f"nhsuk-tag--{STATUSES[self.status][1]}"


class Source(ABC):
    """One table of decisions. ``name`` tells its rows from those of the others."""

    name = ""

    @abstractmethod
    def rows(self, user, wanted):
        """A QuerySet of what the person may see and looks for, with ``when`` annotated."""

    @abstractmethod
    def entries(self, user, pks):
        """{pk: Entry}, in a constant number of queries."""


SOURCES: list[Source] = []


def decided(source):
    """Add a source; a class decorator."""
    SOURCES.append(source())
    return source


def ordered(user, wanted):
    """(source's name, pk, when) of every decision that is wanted, newest first."""
    first, *rest = (
        source.rows(user, wanted)
        .order_by()
        .values_list(Value(source.name, output_field=CharField()), "pk", "when")
        for source in SOURCES
    )
    return first.union(*rest, all=True).order_by("-when", "-pk")


def entries(user, rows):
    """The lines for some rows of ``ordered``, in their order."""
    rows = list(rows)
    found = {}
    for source in SOURCES:
        pks = [pk for name, pk, _ in rows if name == source.name]
        if pks:
            found |= {(source.name, pk): one for pk, one in source.entries(user, pks).items()}
    return [found[name, pk] for name, pk, _ in rows if (name, pk) in found]


def address(decision):
    """Where a decision of a meeting will always be found: its reference, read from the right."""
    slug, year, number = decision.reference.rsplit("/", 2)
    return reverse("decision_entry", args=[slug, int(year), int(number)])


def visible(user):
    """The decisions of meetings that somebody may see as they were noted."""
    if not user.is_authenticated:
        return Decision.objects.none()
    return Decision.objects.visible_to(user).order_by()


# --- decisions of meetings ----------------------------------------------------------------------
@decided
class OfMeetings(Source):
    """What meetings decided. Who may not see a decision sees it if it is public, in those words."""

    name = "meeting"

    def rows(self, user, wanted):
        seen = Q(public__isnull=False, state__in=SETTLED)
        mine = Q(pk__in=visible(user).values("pk"))
        found = Decision.objects.filter(seen | mine)
        if wanted.words:
            words = wanted.words
            noted = Q(text__icontains=words) | Q(reasons__icontains=words)
            # Nobody learns by searching what words say that they may not read.
            found = found.filter(
                mine & noted | Q(public__text__icontains=words) | Q(reference__icontains=words)
            )
        if wanted.group:
            found = found.filter(meeting__group=wanted.group)
        if wanted.status == "superseded":
            found = found.filter(REPLACED)
        elif wanted.status:
            found = found.filter(~REPLACED, state=wanted.status)
        if wanted.method:
            found = found.filter(method=wanted.method)
        if wanted.begins:
            found = found.filter(meeting__starts_at__gte=wanted.begins)
        if wanted.ends:
            found = found.filter(meeting__starts_at__lt=wanted.ends)
        return found.annotate(when=F("meeting__starts_at"))

    def entries(self, user, pks):
        read = set(visible(user).filter(pk__in=pks).values_list("pk", flat=True))
        found = (
            Decision.objects.filter(pk__in=pks)
            .select_related("meeting__group", "settled_at", "public", "superseded__newer")
            .prefetch_related(
                "supersedes__older", Prefetch("actions", Action.objects.order_by("due", "pk"))
            )
        )
        return {one.pk: entry(one, details=one.pk in read) for one in found}


SETTLED = [state for state in Decision.State if state not in Decision.UNREAD]


def is_settled(decision):
    """Whether it stands as it is: nothing that may yet change is read by everybody."""
    return decision.state in SETTLED


def entry(decision, *, details):
    """The line of one decision; ``details`` where the reader may see the decision itself."""
    public = getattr(decision, "public", None)
    superseded = replaced_by(decision)
    settled = ""
    if decision.settlement:
        settled = decision.settlement.title if details else "a later meeting with a quorum"
    return Entry(
        reference=decision.reference,
        text=decision.text if details else public.text,
        group=decision.meeting.group.name,
        on=decision.meeting.starts_at,
        method=METHODS[decision.method],
        status="superseded" if superseded else decision.state,
        present=decision.present,
        needed=decision.needed,
        url=address(decision),
        settled=settled,
        superseded_by=superseded.newer.reference if superseded else "",
        supersedes=[one.older.reference for one in decision.supersedes.all()],
        actions=list(decision.actions.all()) if details else [],
        is_public=public is not None,
    )
