"""Minutes of a meeting: drafted from what was recorded, circulated, approved by a later one."""

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.models import Revised, States, record
from apps.core.moves import Act, Missing, Move, Tells, effect, of_the_form, requirement
from apps.groups.models import PeerWorkers, WorkingGroup

from .. import events
from .later import SettledLater, a_co_lead_settles, quorate_later
from .meeting import Meeting
from .outcome import Decision


class MinutesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Members read circulated and approved minutes; those who write them read drafts too."""
        readable = WorkingGroup.objects.where(user, "view_workinggroup")
        writing = WorkingGroup.objects.where(user, "draft_minutes")
        # Not all meetings that one sees: of few minutes each is asked for its own.
        seen = Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting_id"))
        return self.filter(
            Q(meeting__group__in=writing)
            | Q(
                Exists(seen),
                meeting__group__in=readable,
                state__in=[Minutes.State.CIRCULATED, Minutes.State.APPROVED],
            )
        )

    def of(self, meeting, user):
        """``visible_to`` of one meeting that the person is known to see: a far simpler query."""
        minutes = self.filter(meeting=meeting)
        if user.has_perm("groups.draft_minutes", meeting.group):
            return minutes
        if not user.has_perm("groups.view_workinggroup", meeting.group):
            return self.none()  # a deputy, who sees the meeting alone
        return minutes.filter(state__in=[Minutes.State.CIRCULATED, Minutes.State.APPROVED])


@requirement
def is_written(minutes, by):
    if not minutes.body.strip():
        yield Missing("The minutes are empty. Write them first.")


@requirement
def no_correction_waits(minutes, by):
    if waiting := minutes.meeting.waiting_correction():
        yield Missing(
            f"A correction of who came waits since {day(waiting.asked_at)}. Settle it first.",
            minutes.meeting.get_absolute_url(),
            turn="the other co-lead",
        )


@of_the_form
def approved_by_quorum(minutes, by):
    return quorate_later(minutes.meeting, minutes.approved_at)


@effect
def circulated(minutes, entry):
    minutes.circulated_at = clock.now()
    minutes.save(update_fields=["circulated_at"])
    minutes.meeting.move("minute", by=entry.by)


@effect
def taken_back(minutes, entry):
    minutes.meeting.move("reopen_minutes", by=entry.by)


class Minutes(SettledLater, Revised):
    """The minutes of one meeting: drafted, circulated, then frozen once a quorate one approves."""

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        CIRCULATED = "circulated", "blue", "Circulated"
        APPROVED = "approved", "green", "Approved"

    moves = {
        "circulate": Move(
            (State.DRAFT,),
            State.CIRCULATED,
            "groups.draft_minutes",
            needs=(is_written, no_correction_waits),
            then=(circulated, events.minutes_circulated),
            label="Circulate the minutes",
            explain="Everyone who was invited can read them and is told. Who came and what was "
            "decided can then no longer be corrected, unless you take the minutes back.",
            tells=Tells("meetings.minutes_circulated", "readers"),
        ),
        "revise": Move(
            (State.CIRCULATED,),
            State.DRAFT,
            "groups.draft_minutes",
            then=(taken_back,),
            label="Take back to correct",
            reason=True,
            explain="Members no longer see the minutes until you circulate them again.",
        ),
        "approve": Move(
            (State.CIRCULATED,),
            State.APPROVED,
            "groups.approve_minutes",
            needs=(a_co_lead_settles, approved_by_quorum),
            label="Record approval",
            done="The minutes are approved and no longer change.",
            explain="The minutes are then approved, and no longer change.",
            both="the other co-lead",
            half=(events.minutes_to_approve,),
        ),
        "come_undone": Move(
            (State.APPROVED,),
            State.CIRCULATED,
            "groups.approve_minutes",
            label="Count as not approved",
            internal=True,  # the meeting that approved them had no quorum after all
        ),
        "write": Act((State.DRAFT,), "groups.draft_minutes", label="Change the minutes"),
    }

    LATER = "approved_at"

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    body = models.TextField(help_text="You can use Markdown for headings and lists.")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    circulated_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_at = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="approved_minutes",
        help_text="The later quorate meeting that approved them, once both co-leads say so.",
    )

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "minutes"

    def __str__(self):
        return f"Minutes of {self.meeting}"

    def get_absolute_url(self):
        return reverse("minutes", args=[self.meeting_id])

    @property
    def scope(self):
        return self.meeting.group

    def readers(self):
        """Who is told that they can read them."""
        return self.meeting.invited()

    @classmethod
    @transaction.atomic
    def draft(cls, meeting, *, by):
        """Begin the minutes of a held meeting from its agenda, attendance, decisions, actions."""
        meeting.permit("draft_minutes", by=by)
        minutes, new = cls.objects.get_or_create(
            meeting=meeting, defaults={"body": outline(meeting)}
        )
        if new:
            record("draft", minutes, by=by)
        return minutes

    @property
    def facts(self):
        yield "Minutes of", f"{self.meeting.title}, {self.meeting.when}"
        if self.approved_at:
            yield "Approved at", f"{self.approved_at.title}, {self.approved_at.when}"

    @property
    def approval(self):
        """The later meeting that approved them, once both co-leads have said so."""
        return self.approved_at if self.state == self.State.APPROVED else None

    @transaction.atomic
    def write(self, body, *, by, seen):
        """Save a new text written from revision ``seen``.

        Raises PermissionDenied, IllegalMove (no longer a draft) or StaleEdit.
        """
        self.permit("write", by=by)
        if self.save_revision(seen, whole=True, body=body):
            record("write", self, by=by, note=f"revision {self.revision}")


def settled_by(meeting):
    """(what, its address, what became of it) of whatever this quorate meeting settled."""
    if not meeting.was_quorate:
        return []
    decisions = meeting.settled_decisions.filter(state__in=Decision.SETTLED).order_by("pk")
    approved = meeting.approved_minutes.filter(state=Minutes.State.APPROVED)
    approved = approved.select_related("meeting").order_by("meeting__starts_at")
    return [
        *(
            (f"Decision {one}", one.get_absolute_url(), one.get_state_display())
            for one in decisions
        ),
        *(
            (
                f"Minutes of {one.meeting.title}, {day(one.meeting.starts_at)}",
                one.get_absolute_url(),
                one.get_state_display(),
            )
            for one in approved
        ),
    ]


def outline(meeting):
    """Minutes as Markdown: who was there, the agenda with its decisions, and the actions."""
    rows = list(meeting.attendances.select_related("user", "deputy"))
    came = [row.user.name for row in rows if row.attended]
    sorry = [
        f"{row.user.name} ({row.deputy.name} came instead)" if row.deputy else row.user.name
        for row in rows
        if row.reply == row.Reply.NO and not row.attended
    ]
    present = meeting.presence()
    quorum = "reached its quorum" if meeting.was_quorate else "did not reach its quorum"
    lines = [
        "## Who was there",
        ", ".join(came) or "Nobody",
        f"Apologies: {', '.join(sorry) or 'none'}",
        f"The meeting {quorum}: {present.members} deciding members, "
        f"{present.lived_experience} with lived experience and {present.staff} staff.",
        *_on_no_side(meeting, rows),
    ]
    decisions = list(meeting.decisions.order_by("pk"))
    for number, item in enumerate(meeting.agenda.accepted(), start=1):
        lines += [f"## {number}. {item.title}", item.detail]
        lines += [_decided(d) for d in decisions if d.item_id == item.pk]
    loose = [_decided(decision) for decision in decisions if decision.item_id is None]
    if loose:
        lines += ["## Other decisions", *loose]
    if settled := settled_by(meeting):
        lines += ["## Settled here", "\n".join(f"- {what}: {now}" for what, _, now in settled)]
    actions = [
        f"- {action.text} ({action.owner.name}, by {day(action.due)})"
        for action in meeting.actions.select_related("owner")
    ]
    if actions:
        lines += ["## Actions", "\n".join(actions)]
    return "\n\n".join(line for line in lines if line)


def _on_no_side(meeting, rows):
    """How many peer workers counted on neither side, or not at all; not who."""
    if neither := sum(row.counted_as == PeerWorkers.NEITHER for row in rows):
        yield f"Of them on neither side: {neither}."
    if silent := len(meeting.silent(rows)):
        yield f"Not counted, since they had not said on which side: {silent}."


def _decided(decision):
    votes = ""
    if decision.method == Decision.Method.VOTE:
        votes = (
            f" ({decision.votes_for or 0} for, {decision.votes_against or 0} against, "
            f"{decision.abstentions or 0} abstained)"
        )
    outcome = f" {decision.outcome_label}." if decision.outcome_label else ""
    return f"**{decision.standing}** ({decision.reference}): {decision.text}{votes}{outcome}"
