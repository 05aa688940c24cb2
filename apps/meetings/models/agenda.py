"""The agenda of a meeting."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max, Q

from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, Tells, effect, requirement
from apps.groups.models import WorkingGroup

from .. import events
from ..decided import can_decide_on, is_to_be_decided
from .meeting import Meeting


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The agenda of what one may see; proposals are seen by their author and by planners."""
        planning = WorkingGroup.objects.where(user, "plan_meeting")
        return self.filter(meeting__in=Meeting.objects.visible_to(user)).filter(
            Q(state=AgendaItem.State.ACCEPTED)
            | Q(proposed_by=user)
            | Q(meeting__group__in=planning)
        )

    def on(self, meeting, user):
        """``visible_to`` on one meeting that the person is known to see: a far simpler query."""
        items = self.filter(meeting=meeting)
        if user.has_perm("groups.plan_meeting", meeting.group):
            return items
        return items.filter(Q(state=AgendaItem.State.ACCEPTED) | Q(proposed_by=user))

    def accepted(self):
        return self.filter(state=AgendaItem.State.ACCEPTED)


@requirement
def is_still_planned(item, by):
    if not item.meeting.open_to("propose_item"):
        yield Missing("The meeting has been held or cancelled, so its agenda no longer changes.")


@requirement
def is_chosen_before(item, by):
    """What a meeting decides on is on its agenda before it begins, and still to be decided."""
    if item.about_id is None:
        return
    if item.meeting.has_begun:
        yield Missing("The meeting has begun. What it decides on was chosen before.")
    elif not can_decide_on(item.meeting.group, item.about):
        yield Missing("The group can no longer decide on this.")


@requirement
def is_no_decision_now(item, by):
    """What the meeting decides on stays on its agenda once it has begun."""
    if item.about_id is not None and item.meeting.has_begun:
        yield Missing("The meeting has begun, and decides on this.")


@effect
def goes_last(item, entry):
    last = item.meeting.agenda.accepted().exclude(pk=item.pk).aggregate(Max("position"))
    item.position = (last["position__max"] or 0) + 1
    item.save(update_fields=["position"])


@effect
def keeps_the_answer(item, entry):
    item.answer = entry.note
    item.save(update_fields=["answer"])


class AgendaItem(Stateful):
    """Something to talk about at a meeting, proposed by any member, ordered by co-leads."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "For information"
        DISCUSSION = "discussion", "For discussion"
        DECISION = "decision", "For decision"

    class State(States):
        PROPOSED = "proposed", "grey", "Proposed"
        ACCEPTED = "accepted", "green", "On the agenda"
        DECLINED = "declined", "orange", "Not this time"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "accept": Move(
            (State.PROPOSED, State.DECLINED),
            State.ACCEPTED,
            "groups.plan_meeting",
            needs=(is_still_planned, is_chosen_before),
            then=(goes_last, events.agenda_answered),
            label="Put on the agenda",
        ),
        "decline": Move(
            (State.PROPOSED, State.ACCEPTED),
            State.DECLINED,
            "groups.plan_meeting",
            needs=(is_still_planned, is_no_decision_now),
            then=(keeps_the_answer, events.agenda_answered),
            label="Not this time",
            reason=True,
            explain="The person who proposed it is told, with your reason.",
            tells=Tells("meetings.agenda_answered", "proposed_by"),
        ),
        "withdraw": Move(
            (State.PROPOSED, State.ACCEPTED),
            State.WITHDRAWN,
            "meetings.withdraw_agendaitem",
            needs=(is_still_planned, is_no_decision_now),
            label="Withdraw my item",
        ),
        "shift": Act((State.ACCEPTED,), "groups.plan_meeting", needs=(is_still_planned,)),
    }

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    title = Line(max_length=150)
    detail = models.TextField(blank=True, max_length=3000)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DISCUSSION)
    minutes_allowed = models.PositiveSmallIntegerField("minutes", default=10)
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, editable=False, on_delete=models.PROTECT
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    about = GenericForeignKey("about_type", "about_id")
    position = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agenda_items"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    answer = models.TextField(blank=True, editable=False, help_text="Why not this time.")

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{self.meeting.get_absolute_url()}#agenda"

    @property
    def decides_on_nothing_now(self):
        """What it names was taken back, or is settled."""
        return self.about is not None and not is_to_be_decided(self.about)

    @property
    def is_on_the_agenda(self):
        return self.state == self.State.ACCEPTED

    @property
    def was_declined(self):
        return self.state == self.State.DECLINED

    @transaction.atomic
    def propose(self, *, by):
        """Keep what somebody proposes; whoever plans the meeting puts theirs on the agenda at once.

        Raises PermissionDenied, IllegalMove or NotYet.
        """
        self.meeting.permit("propose_item", by=by)
        self.proposed_by = by
        if missing := list(is_chosen_before(self, by)):
            raise NotYet(*missing)
        self.save()
        record("propose", self, by=by)
        if by.has_perm("groups.plan_meeting", self.meeting.group):
            self.move("accept", by=by)
        else:
            events.agenda_proposed(self)

    @property
    def scope(self):
        return self

    def own_perms(self, user):
        """The author may withdraw; whoever plans meetings of the group decides."""
        mine = {"meetings.withdraw_agendaitem"} if user.pk == self.proposed_by_id else set()
        if user.has_perm("groups.plan_meeting", self.meeting.group):
            mine.add("groups.plan_meeting")
        return mine

    @transaction.atomic
    def shift(self, direction, *, by):
        """Move the item one place ``up`` or ``down`` among the accepted ones."""
        Meeting.objects.select_for_update(of=("self",)).get(pk=self.meeting_id)
        self.permit("shift", by=by)
        items = list(self.meeting.agenda.accepted())
        here = next(i for i, item in enumerate(items) if item.pk == self.pk)
        there = here + (-1 if direction == "up" else 1)
        if 0 <= there < len(items):
            items[here], items[there] = items[there], items[here]
            for position, item in enumerate(items, start=1):
                if item.position != position:
                    AgendaItem.objects.filter(pk=item.pk).update(position=position)
