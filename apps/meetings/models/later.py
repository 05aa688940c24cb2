"""What a later meeting settled: decisions that were provisional, and minutes."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core.exceptions import NotYet
from apps.core.models import Stateful
from apps.core.moves import Missing, requirement

from .meeting import Meeting


def quorate_later(meeting, later):
    """What is missing unless ``later`` is a held, quorate, later meeting of the same group."""
    if later is None:
        yield Missing("Choose the meeting at which this was settled.")
    elif later.group_id != meeting.group_id or later.starts_at <= meeting.starts_at:
        yield Missing("Choose a later meeting of the same group.")
    elif not later.was_held:
        yield Missing("That meeting has not been held yet.")
    elif not later.was_quorate:
        yield Missing(
            "That meeting did not reach its co-production quorum, so it cannot settle this."
        )


@requirement
def a_co_lead_settles(thing, by):
    """A programme-wide role is no seat."""
    group, words = (
        thing.meeting.group,
        "The two co-leads say together what a later meeting made of it.",
    )
    yield from group.why_not_led_by(by, words, f"the co-leads of {group}")


class SettledLater(Stateful):
    """Something of a meeting that both co-leads say a later one settled.

    ``LATER`` names the field with that meeting.
    """

    LATER = ""

    class Meta:
        abstract = True

    @property
    def later_id(self):
        return getattr(self, f"{self.LATER}_id")

    @property
    def stands(self):
        """What two co-leads say of it goes by one later meeting."""
        return f"{super().stands} {self.later_id or ''}"

    def _lock(self):
        self._lock_meetings()
        super()._lock()

    def _lock_meetings(self, *others):
        """All of them first, in the one order, as a correction of who came does."""
        numbers = {self.meeting_id, self.later_id, *others} - {None}
        Meeting.objects.filter(pk__in=numbers).lock()

    @transaction.atomic
    def settle(self, name, later, *, by, note=""):
        """One co-lead says what the meeting ``later`` made of it: the move ``name``.

        True once both have. Raises PermissionDenied, IllegalMove or NotYet.
        """
        if not self.permits(by, name):
            raise PermissionDenied
        self._lock_meetings(later.pk if later else None)
        super()._lock()
        self.check_open(name)
        self._check_no_other_word(later, by)
        setattr(self, self.LATER, later)
        self.save(update_fields=[self.LATER])
        return self.move(name, by=by, note=note)

    def _check_no_other_word(self, later, by):
        """What the other says is answered; naming another meeting does not end it in silence."""
        self.refresh_from_db(fields=[self.LATER])
        if later is None or later.pk == self.later_id:
            return
        for name, move in self.moves.items():
            first = self.first_press(name) if getattr(move, "both", "") else None
            if first is not None and first.by_id != by.pk:
                words = f"{first.by} names another meeting. Confirm it, or say no and why, first."
                raise NotYet(Missing(words, self.get_absolute_url()))
