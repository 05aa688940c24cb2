"""What a group is told of how it was: some answers together, and what its co-leads say to them.

A batch is the answers of one round to which five people or more answered, with what was left of
earlier ones, as numbers. No answer is in two of them, and none changes once it is told, so nothing
can be subtracted from anything (docs/adr/0046).
"""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.core.dates import day
from apps.core.models import Stateful, States
from apps.core.moves import Missing, Move, effect, of_the_form, requirement
from apps.groups.models import WorkingGroup
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.notifications.kinds import notify

TOLD = 1500  # characters of what is changed: it stands in an agenda item


class Choice(models.TextChoices):
    """What one may answer to each question."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


QUESTIONS = ("heard", "part", "changed")
NOT_HEARD = (AgendaItem.State.DECLINED, AgendaItem.State.WITHDRAWN)  # by any meeting


# --- what the co-leads say to it ------------------------------------------------------------------
class BatchQuerySet(models.QuerySet):
    def told(self):
        """Those with enough answers to be shown."""
        return self.exclude(state=Batch.State.GATHERING)

    def visible_to(self, user):
        """What those who do the work of a group read of it."""
        return self.told().filter(group__in=WorkingGroup.objects.where(user, "hear_experience"))

    def to_tell_back(self, user):
        """What waits for the co-leads of a group that still meets."""
        leading = WorkingGroup.objects.where(user, "lead_workinggroup")
        running = {"group__state": WorkingGroup.State.ACTIVE}
        never = models.Q(item__state__in=NOT_HEARD)
        never |= models.Q(item__meeting__state=Meeting.State.CANCELLED)
        waits = models.Q(state=Batch.State.HEARD) | models.Q(state=Batch.State.TOLD) & never
        return self.filter(waits, group__in=leading, **running)


@of_the_form
def is_on_an_agenda(batch, by):
    if batch.item is None or batch.item.meeting.group_id != batch.group_id:
        yield Missing("Choose the meeting at which you tell the group.")


@requirement
def no_meeting_heard_it(batch, by):
    if batch.phase == Batch.State.TOLD:
        yield Missing("It is on the agenda of a meeting.")


@effect
def co_leads_hear(batch, entry):
    notify("experience.heard", batch, batch.group.leads())


class Batch(Stateful):
    """Answers of a group that are told together."""

    class State(States):
        GATHERING = "gathering", "grey", "Gathering answers"
        HEARD = "heard", "yellow", "To be told back"
        TOLD = "told", "green", "Told back"

    moves = {
        "hear": Move(
            (State.GATHERING,),
            State.HEARD,
            "groups.lead_workinggroup",
            then=(co_leads_hear,),
            label="Enough have answered",
            internal=True,  # a round is over: nobody presses it
        ),
        "tell_back": Move(
            (State.HEARD,),
            State.TOLD,
            "groups.lead_workinggroup",
            needs=(is_on_an_agenda,),
            label="Tell the group what you heard and what you change",
            internal=True,  # its form is a page of its own
        ),
        "fall_back": Move(
            (State.TOLD,),
            State.HEARD,
            "groups.lead_workinggroup",
            needs=(no_meeting_heard_it,),
            label="No meeting heard it",
            internal=True,  # it was taken off, or the meeting cancelled: stored with the next one
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="batches")
    since = models.DateTimeField(help_text="When the first of its rounds was over.")
    heard_on = models.DateField(null=True, blank=True)
    change = models.TextField("what we change", blank=True, max_length=TOLD)
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="batches_told",
    )
    state = models.CharField(max_length=10, choices=State, default=State.GATHERING)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-heard_on", "-pk"]
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["group", "-heard_on"])]

    def __str__(self):
        return f"What {self.group} said, {day(self.heard_on)}" if self.heard_on else "Answers"

    def get_absolute_url(self):
        return reverse("heard", args=[self.group.slug, self.pk])

    @property
    def scope(self):
        return self.group

    @property
    def told_at(self):
        """The agenda item with which the group is told, or None: one that was taken off, or whose
        meeting is cancelled, tells nobody.
        """
        item = self.item
        if item is None or item.state in NOT_HEARD:
            return None
        return None if item.meeting.state == Meeting.State.CANCELLED else item

    @property
    def phase(self):
        """Its state; told only as long as its item stands on an agenda."""
        fell = self.state == self.State.TOLD and self.item_id is not None and self.told_at is None
        return self.State.HEARD if fell else self.State(self.state)  # type: ignore[call-arg]

    @property
    def state_now(self):
        return self.phase

    @property
    def before(self):
        """The batch that the group was told before this one, or None."""
        earlier = models.Q(heard_on__lt=self.heard_on)
        earlier |= models.Q(heard_on=self.heard_on, pk__lt=self.pk)
        return Batch.objects.told().filter(earlier, group=self.group_id).first()

    @transaction.atomic
    def tell_back(self, meeting, title, detail, change, *, by):
        """Put on the agenda of a meeting what was heard and what is changed.

        Raises PermissionDenied, IllegalMove (the other co-lead did it, or the meeting was held) or
        NotYet.
        """
        item = AgendaItem(
            meeting=meeting, title=title, detail=detail, kind=AgendaItem.Kind.DISCUSSION
        )
        item.propose(by=by)
        self._lock()
        if self.phase != self.state:
            self.follow("fall_back", by=by)
        self.move("tell_back", by=by, item=item, change=change, told_by=by)


# --- what is in it --------------------------------------------------------------------------------
class Told(models.Model):
    """How many of one side answered, and what: numbers, and nobody's answers any more.

    ``side`` is empty for those that are told as one.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="numbers")
    side = models.CharField(max_length=20, choices=Constituency, blank=True)
    answers = models.PositiveIntegerField(default=0)
    heard_yes = models.PositiveIntegerField(default=0)
    heard_partly = models.PositiveIntegerField(default=0)
    heard_no = models.PositiveIntegerField(default=0)
    part_yes = models.PositiveIntegerField(default=0)
    part_partly = models.PositiveIntegerField(default=0)
    part_no = models.PositiveIntegerField(default=0)
    changed_yes = models.PositiveIntegerField(default=0)
    changed_partly = models.PositiveIntegerField(default=0)
    changed_no = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "told"
        constraints = [
            models.UniqueConstraint(fields=["batch", "side"], name="experience_told_once")
        ]

    def __str__(self):
        return "What was told"

    def add(self, answer):
        """Count what one person answered."""
        self.answers += 1
        for name in QUESTIONS:
            if chosen := getattr(answer, name):
                column = f"{name}_{chosen}"
                setattr(self, column, getattr(self, column) + 1)

    def of(self, question):
        """{answer: how many} to one question."""
        return {one: getattr(self, f"{question}_{one}") for one in Choice.values}


class Remark(models.Model):
    """What somebody wrote, apart from their answers and their side."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()

    def __str__(self):
        return "Written"
