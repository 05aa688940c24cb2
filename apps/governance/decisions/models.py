"""What is said of a decision after it was taken: what it replaces, and what everybody may read."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from apps.accounts.models.sides import are_of_one_side
from apps.core import clock
from apps.core.dates import moment
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Missing, Move, effect, requirement
from apps.core.says import says_something
from apps.groups.models import WorkingGroup
from apps.meetings.models.about import COUNTS
from apps.meetings.models.outcome import Decision

from . import events

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
    def check_fits(cls, newer, older):
        """Raise NotYet or IllegalMove where ``newer`` cannot replace ``older``."""
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
        if taken and taken.newer.state in COUNTS:
            raise IllegalMove(f"{older.reference} was replaced by {taken.newer.reference}.", older)

    @classmethod
    def _declare(cls, newer, older, *, by):
        """``newer`` replaces ``older``: two have said so. Raises as ``check_fits`` does."""
        cls.check_fits(newer, older)
        for fallen in cls.objects.filter(older=older).select_related("newer"):
            record("supersede_fell", older, by=by, note=fallen.newer.reference)
            fallen.delete()
        made = cls.objects.create(newer=newer, older=older, by=by)
        record("supersede", older, by=by, note=newer.reference)
        return made

    def _take_back(self, *, by, reason):
        """It was said in error, as two say: the earlier decision holds again."""
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
    def check_settled(cls, decision):
        """Raise NotYet where the decision cannot be public: it may yet change."""
        if decision.state == Decision.State.PROVISIONAL:
            raise NotYet("This decision is provisional. Wait until a quorate meeting settles it.")
        if decision.state in Decision.UNREAD:
            raise NotYet("This decision is not confirmed yet. The other co-lead confirms it first.")

    @classmethod
    def _publish(cls, decision, text, *, by):
        """Show it to everybody in these words, or change the words: two have read them."""
        cls.check_settled(decision)
        made, is_new = cls.objects.update_or_create(
            decision=decision, defaults={"text": text, "by": by, "at": clock.now()}
        )
        record("make_public" if is_new else "change_public_words", decision, by=by)
        return made

    @transaction.atomic
    def withdraw(self, *, by):
        """Nobody reads it without signing in any more.

        One person is enough: the words may name somebody. Its co-leads are told, and two of them
        can make it public again.
        """
        if not self.may(by, self.decision):
            raise PermissionDenied
        entry = record("make_private", self.decision, by=by)
        self.delete()
        events.made_private(self.decision, entry)


# --- what waits for a second person ---------------------------------------------------------------
class RegisterChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the decision sees what is to be said of it."""
        return self.filter(decision__in=Decision.objects.visible_to(user))

    def waiting(self):
        return self.filter(state=RegisterChange.State.WAITING)


@requirement
def another_co_lead_stands_by_it(change, by):
    """Two stood by the decision: whoever asked is one, a co-lead of its group the other."""
    group = change.decision.meeting.group.answers_for_it()
    words = "A co-lead of another side than whoever asked for it confirms this."
    turn = f"a co-lead of {group}, who did not ask for it"
    if by.pk == change.by_id or are_of_one_side(by, change.by, change.at):
        yield Missing(words, turn=turn)
    else:
        yield from group.why_not_led_by(by, words, turn)


@requirement
def whoever_asked_still_may(change, by):
    """One of the two has to be there still: who left, or whose account closed, is none."""
    if not change.stands_by_it:
        yield Missing(
            f"{change.by} could not ask for this any more. A co-lead says no to it, and somebody "
            "asks anew.",
            turn=f"the co-leads of {change.decision.meeting.group.answers_for_it()}",
        )


@requirement
def asked_or_could_confirm(change, by):
    """Nobody else says no. Where whoever asked has left, any co-lead clears it away."""
    if by.pk == change.by_id:
        return
    if change.stands_by_it:
        yield from another_co_lead_stands_by_it(change, by)
        return
    group = change.decision.meeting.group.answers_for_it()
    words = "Whoever asked for this has left. A co-lead says no to it."
    yield from group.why_not_led_by(by, words, f"the co-leads of {group}")


@effect
def is_answered(change, entry):
    change.answer, change.answered_by = entry.note, entry.by
    change.save(update_fields=["answer", "answered_by"])


@effect
def is_carried_out(change, entry):
    change._say(by=entry.by)


class RegisterChange(Stateful):
    """Something to be said of a decision: it waits for a co-lead of the group who did not ask.

    What the register says of a decision is read by everybody whom the decision concerns, and two
    had to stand by that: so it takes two as well.
    """

    class State(States):
        WAITING = "waiting", "yellow", "Waits for another co-lead"
        DONE = "done", "green", "Done"
        DROPPED = "dropped", "grey", "Not done"

    class Kind(models.TextChoices):
        REPLACES = "replaces", "It replaces an earlier decision"
        HOLDS_AGAIN = "holds_again", "It does not replace the earlier decision after all"
        PUBLIC = "public", "Everybody can read it"

    moves = {
        "confirm": Move(
            (State.WAITING,),
            State.DONE,
            "groups.lead_workinggroup",
            needs=(whoever_asked_still_may, another_co_lead_stands_by_it),
            then=(is_carried_out,),
            label="Confirm what the register says",
            done="Confirmed. The register says so now.",
            main=True,
        ),
        "drop": Move(
            (State.WAITING,),
            State.DROPPED,
            "groups.lead_workinggroup",
            needs=(asked_or_could_confirm,),
            then=(is_answered, events.change_dropped),
            label="Say no, or take it back",
            done="The register stays as it was.",
            reason=True,
            explain="The register stays as it was. Whoever asked for it reads the reason.",
        ),
    }

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="register_changes"
    )
    kind = models.CharField(max_length=11, choices=Kind)
    older = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    text = models.TextField(
        blank=True, max_length=3000, help_text="The words for everybody, or the reason."
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    answer = models.TextField(blank=True, max_length=2000, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = RegisterChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(state="waiting"),
                name="governance_register_change_one",
            )
        ]

    def __str__(self):
        return f"{self.decision.reference}: {self.get_kind_display().lower()}"

    def get_absolute_url(self):
        return self.decision.get_absolute_url()

    @property
    def waits(self):
        return self.open_to("confirm")

    @property
    def scope(self):
        return self.decision.meeting.group

    def permits(self, user, name):
        """Whoever asked for it takes it back, the programme office too."""
        if name == "drop" and user.pk == self.by_id:
            return True
        return user.has_perm(self.moves[name].perm, self.scope.answers_for_it())

    @property
    def stands_by_it(self):
        """Whether whoever asked could still ask for it: they are one of the two."""
        if not self.by.is_active:
            return False
        if self.kind == self.Kind.PUBLIC:
            return PublicDecision.may(self.by, self.decision)
        return self.by.has_perm("groups.hold_meeting", self.scope)

    @property
    def facts(self):
        """What the second confirms."""
        yield "Decision", self.decision.reference
        yield "What is asked for", self.get_kind_display()
        if self.older:
            yield "Earlier decision", f"{self.older.reference}: {self.older.text}"
        words = "The words for everybody" if self.kind == self.Kind.PUBLIC else "Why"
        if self.text:
            yield words, self.text
        yield "Asked for by", f"{self.by}, {moment(self.at)}"

    # --- asking -----------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def replaces(cls, decision, older, *, by):
        """Ask that it replace an earlier one. Raises PermissionDenied, NotYet or IllegalMove."""
        if not by.has_perm("groups.hold_meeting", decision.meeting.group):
            raise PermissionDenied
        Supersession.check_fits(decision, older)
        return cls._asked_for(decision, cls.Kind.REPLACES, by, older=older)

    @classmethod
    @transaction.atomic
    def holds_again(cls, supersession, *, by, reason):
        """Ask that it was said in error. Raises PermissionDenied or NotYet."""
        newer = supersession.newer
        if not by.has_perm("groups.hold_meeting", newer.meeting.group):
            raise PermissionDenied
        if not says_something(reason):
            raise NotYet("Give the reason: those who decided it read it.")
        older = supersession.older
        return cls._asked_for(newer, cls.Kind.HOLDS_AGAIN, by, older=older, text=reason)

    @classmethod
    @transaction.atomic
    def makes_public(cls, decision, text, *, by):
        """Ask that everybody can read it, in these words. Raises PermissionDenied or NotYet."""
        if not PublicDecision.may(by, decision):
            raise PermissionDenied
        PublicDecision.check_settled(decision)
        return cls._asked_for(decision, cls.Kind.PUBLIC, by, text=text.strip())

    @classmethod
    def _asked_for(cls, decision, kind, by, **fields):
        WorkingGroup.objects.select_for_update().get(pk=decision.meeting.group_id)
        if waiting := cls.objects.waiting().filter(decision=decision).first():
            raise NotYet(
                Missing(
                    f"Something waits for another co-lead already: {waiting.get_kind_display()}. "
                    "Say yes or no to that first.",
                    waiting.get_absolute_url(),
                )
            )
        made = cls.objects.create(decision=decision, kind=kind, by=by, **fields)
        entry = record("ask_register_change", decision, by=by, note=made.get_kind_display())
        events.change_waits(made, entry)
        return made

    def _say(self, *, by):
        """It is so now: both have said it."""
        if self.kind == self.Kind.PUBLIC:
            PublicDecision._publish(self.decision, self.text, by=by)
        elif self.kind == self.Kind.REPLACES:
            Supersession._declare(self.decision, self.older, by=by)
        elif said := Supersession.objects.filter(newer=self.decision, older=self.older).first():
            said._take_back(by=by, reason=self.text)
