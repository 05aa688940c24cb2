"""What is said of a decision after it was taken: what it replaces, and what everybody may read."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from apps.core import clock
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import record
from apps.core.says import says_something
from apps.groups.models import WorkingGroup
from apps.meetings.models.about import COUNTS
from apps.meetings.models.outcome import Decision

# By a decision that counts: one that lost its quorum since takes no other's place.
REPLACED = models.Q(superseded__newer__state__in=COUNTS)


def replaced_by(decision):
    """The supersession by which it no longer holds, or None."""
    found = getattr(decision, "superseded", None)
    return found if found and found.newer.state in COUNTS else None


class Supersession(models.Model):
    """A later decision takes the place of an earlier one, which then no longer holds.

    Both count: a provisional decision can neither replace nor be replaced. The later one is the
    same group's, or the steering group's. A decision is replaced once.
    """

    older = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="superseded")
    newer = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="supersedes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.newer.reference} takes the place of {self.older.reference}"

    @classmethod
    @transaction.atomic
    def declare(cls, newer, older, *, by):
        """Say that ``newer`` replaces ``older``. Raises PermissionDenied, NotYet or IllegalMove."""
        if not by.has_perm("groups.hold_meeting", newer.meeting.group):
            raise PermissionDenied
        WorkingGroup.objects.select_for_update().get(pk=older.meeting.group_id)
        newer.refresh_from_db()
        older.refresh_from_db()
        same = newer.meeting.group_id == older.meeting.group_id
        if not same and newer.meeting.group.kind != WorkingGroup.Kind.STEERING:
            raise NotYet("Only the same group, or the steering group, can replace a decision.")
        for decision in (newer, older):
            if decision.state not in COUNTS:
                raise NotYet(
                    f"{decision.reference} is {decision.get_state_display().lower()}: only "
                    "decisions that were carried or ratified can replace, or be replaced."
                )
        if (newer.meeting.starts_at, newer.pk) <= (older.meeting.starts_at, older.pk):
            raise NotYet("A decision can only replace one that was taken before it.")
        taken = cls.objects.filter(older=older).select_related("newer").first()
        if taken and taken.newer.state not in COUNTS:
            record("supersede_fell", older, by=by, note=taken.newer.reference)
            taken.delete()
        elif taken:
            raise IllegalMove(f"{older.reference} was replaced by {taken.newer.reference}.", older)
        made = cls.objects.create(newer=newer, older=older, by=by)
        record("supersede", older, by=by, note=newer.reference)
        return made

    @transaction.atomic
    def take_back(self, *, by, reason):
        """It was said in error: the earlier decision holds again."""
        if not by.has_perm("groups.hold_meeting", self.newer.meeting.group):
            raise PermissionDenied
        if not says_something(reason):
            raise NotYet("Give the reason: those who decided it read it.")
        record("supersede_taken_back", self.older, by=by, note=reason)
        self.delete()


class PublicDecision(models.Model):
    """The words in which everybody may read a decision, without signing in.

    They are written for it: a decision as a group noted it may name people.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="public")
    text = models.TextField("what was decided, for everybody", max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-decision__meeting__starts_at", "-pk"]
        permissions = [("publish_decision", "Can make decisions public")]

    def __str__(self):
        return self.decision.reference

    @staticmethod
    def may(user, decision):
        """Co-leads of the group, and the programme office."""
        return user.has_perm("governance.publish_decision") or user.has_perm(
            "groups.lead_workinggroup", decision.meeting.group
        )

    @classmethod
    @transaction.atomic
    def publish(cls, decision, text, *, by):
        """Show the decision to everybody in these words, or change the words."""
        if not cls.may(by, decision):
            raise PermissionDenied
        if decision.state == Decision.State.PROVISIONAL:
            raise NotYet("This decision is provisional. Wait until a quorate meeting settles it.")
        if decision.state in Decision.UNSETTLED:
            raise NotYet("This decision is not confirmed yet. The other co-lead confirms it first.")
        made, is_new = cls.objects.update_or_create(
            decision=decision, defaults={"text": text.strip(), "by": by, "at": clock.now()}
        )
        record("make_public" if is_new else "change_public_words", decision, by=by)
        return made

    @transaction.atomic
    def withdraw(self, *, by):
        """Nobody reads it without signing in any more."""
        if not self.may(by, self.decision):
            raise PermissionDenied
        record("make_private", self.decision, by=by)
        self.delete()
