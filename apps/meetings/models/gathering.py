"""What meetings and Conversations have in common: people come together at a time, somewhere."""

import uuid
from hashlib import sha256

from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.dates import span
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful
from apps.core.moves import Missing, effect, requirement

TIME = frozenset({"starts_at", "ends_at"})
TIME_AND_PLACE = TIME | {"format", "place", "link"}


# --- what must be so, what follows ----------------------------------------------------------------
@requirement
def says_where(gathering, by):
    """People know where to come and how to join."""
    url = gathering.change_url
    if not (gathering.in_person or gathering.online):
        yield Missing("Say where it is, or how to join online.", url)
    if gathering.in_person and not gathering.place:
        yield Missing("Say where people should come.", url)
    if gathering.online and not gathering.link:
        yield Missing("Give the link for joining online.", url)


@requirement
def starts_later(gathering, by):
    if gathering.has_begun:
        yield Missing("It starts in the past. Change its date.", gathering.change_url)


@requirement
def has_begun(gathering, by):
    if not gathering.has_begun:
        yield Missing("It has not started yet.")


@effect
def announced(gathering, entry):
    gathering.published_at = gathering.scheduled_at = clock.now()
    gathering.save(update_fields=["published_at", "scheduled_at"])


@effect
def called_off(gathering, entry):
    """Calendars take the cancellation for newer than what they have."""
    gathering.sequence += 1
    gathering.announcement = entry.note
    gathering.save(update_fields=["sequence", "announcement"])


# --- gatherings -----------------------------------------------------------------------------------
class GatheringQuerySet(models.QuerySet):
    def upcoming(self):
        """Announced, and not over."""
        return self.filter(state=self.model.State.PUBLISHED, ends_at__gte=clock.now())

    def ahead(self):
        """Announced, and not begun."""
        return self.filter(state=self.model.State.PUBLISHED, starts_at__gt=clock.now())

    def to_remind_of(self, now, offset):
        """Announced, with reminders, and to begin within ``offset``."""
        announced = self.filter(state=self.model.State.PUBLISHED, reminders=True)
        return announced.filter(starts_at__gt=now, starts_at__lte=now + offset)


class Gathering(Stateful):
    """A title, a time and a place that people are told, and told anew when they change.

    ``sequence`` counts every change of time or place, for calendars (RFC 5545) and for reminders.
    Each says whether people come (``in_person``) or join (``online``), and where it is changed
    (``change_url``); its states are DRAFT, PUBLISHED, CANCELLED and what comes after.
    """

    title = Line(max_length=150)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = Line(max_length=300, blank=True)
    link = models.URLField("link for joining online", max_length=500, blank=True)
    joining = models.TextField(
        "how to get there or join",
        blank=True,
        max_length=2000,
        help_text="Bus stops, parking, the step-free way in, quiet space, food.",
    )
    reminders = models.BooleanField("send reminders", default=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the present time was announced: reminders that were due before have been said by that.
    scheduled_at = models.DateTimeField(null=True, blank=True, editable=False)
    announcement = models.TextField(
        blank=True, editable=False, help_text="Why it was moved or cancelled."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def when(self):
        """``Monday 23 November 2026, 2pm to 3:30pm``, London time."""
        return span(self.starts_at, self.ends_at)

    @property
    def where(self):
        """Place, or online, or both, in one line; the link is for those who come."""
        if self.in_person and self.online:
            return f"{self.place}, or online"
        return "Online" if self.online else self.place

    @property
    def on(self):
        """The London date."""
        return clock.date_of(self.starts_at)

    @property
    def has_begun(self):
        return self.starts_at <= clock.now()

    @property
    def is_over(self):
        return self.ends_at < clock.now()

    @property
    def is_published(self):
        """People know of it; it was neither held nor called off."""
        return self.state == self.State.PUBLISHED

    @property
    def is_announced(self):
        """People know of it, and it was not called off."""
        return self.state not in (self.State.DRAFT, self.State.CANCELLED)

    @property
    def details(self):
        """A digest of all that can be changed: a page that is behind gives nothing back."""
        fields = (one for one in self._meta.concrete_fields if one.editable)
        values = [str(one.value_from_object(self)) for one in fields]
        return sha256("\0".join([str(self.sequence), *values]).encode()).hexdigest()[:20]

    @property
    def is_cancelled(self):
        return self.state == self.State.CANCELLED


def ends_after(name):
    """The constraint that it ends after it starts."""
    return models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name=name)


# --- change ---------------------------------------------------------------------------------------
def begin_change(gathering, *, by, seen, changes):
    """Lock a gathering and set what changes of it: {name: what it was}, empty where nothing does.

    ``seen`` is what ``details`` was on the page that the person had before them, or the sequence.
    Nothing is saved. Raises PermissionDenied, IllegalMove, NotYet, Already or Conflict (somebody
    changed it meanwhile).
    """
    gathering.permit("change", by=by)
    if str(seen) not in (gathering.details, str(gathering.sequence)):
        if all(getattr(gathering, name) == value for name, value in changes.items()):
            raise Already("The details are as you sent them.", gathering, "amend")
        raise Conflict("The details were changed while you were writing.", gathering)
    was = {name: getattr(gathering, name) for name in changes}
    changed = {name: was[name] for name, value in changes.items() if value != was[name]}
    for name in changed:
        setattr(gathering, name, changes[name])
    return changed


def announce_change(gathering, changed, *, by, reason, readers):
    """What a change takes once people know of it; whether they have to be told.

    ``changed`` comes from ``begin_change``. A new time or place raises the sequence. Raises NotYet.
    """
    if missing := list(says_where(gathering, by)):
        raise NotYet(*missing)
    if changed.keys() & TIME:
        if changed.get("starts_at", gathering.starts_at) <= clock.now():
            raise NotYet("It has begun, so its time no longer changes.")
        if gathering.has_begun:
            raise NotYet("It starts in the past. Choose a later date.")
    if not changed.keys() & TIME_AND_PLACE:
        return False
    if gathering.is_over:
        raise NotYet("It is over, so its place no longer changes.")
    if not reason:
        raise NotYet(f"Say why the time or place changes. {readers} will read it.")
    gathering.sequence += 1
    gathering.scheduled_at = clock.now()
    gathering.announcement = reason
    return True
