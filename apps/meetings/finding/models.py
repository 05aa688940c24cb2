"""A time for a meeting, found together: times are proposed, those asked say which suit, and one
becomes the meeting.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.dates import DAY, day, span
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, requirement
from apps.groups.models import WorkingGroup

from ..models.gathering import ends_after
from ..models.meeting import Meeting, group_is_running
from . import events
from .notice import is_too_soon, notice_begun, why_too_late, why_too_soon
from .tally import Suits, tally_of

FEWEST, MOST = 3, 10  # times that are proposed
PRESSED_TWICE = timedelta(minutes=10)


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the group; who said what is for those who plan its meetings."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(group__in=WorkingGroup.objects.where(user, "view_workinggroup"))

    def open(self):
        return self.filter(state=Finding.State.OPEN)

    def answerable(self, now=None):
        """Open, and answers are still taken: none in a group that closes."""
        running = self.open().filter(group__state=WorkingGroup.State.ACTIVE)
        return running.filter(closes_at__gt=now or clock.now())


@requirement
def takes_answers(finding, by):
    if finding.is_open and not finding.group.is_at_work:
        yield Missing("The group is closing, so answers are closed.")
    elif finding.is_closed:
        yield Missing("The last day to answer is over.")


@requirement
def can_be_announced(finding, by):
    time, url = finding.chosen, finding.get_absolute_url()
    if time is None:
        return
    if time.starts_at <= clock.now():
        yield Missing("This time is past. Choose another one.", url)
    elif days := notice_begun(finding.group._adopted(), time.starts_at):
        yield Missing(f"{why_too_late(days)} Choose another one.", url)


class Finding(Stateful):
    """One search for a time at which a group can meet. Its times never change: people answered
    for these."""

    class State(States):
        OPEN = "open", "blue", "Open"
        CHOSEN = "chosen", "green", "Time chosen"
        DROPPED = "dropped", "grey", "Dropped"

    moves = {
        "choose": Move(
            (State.OPEN,),
            State.CHOSEN,
            "groups.plan_meeting",
            needs=(group_is_running, can_be_announced),
            label="Choose a time",
            internal=True,
        ),
        "drop": Move(
            (State.OPEN,),
            State.DROPPED,
            "groups.plan_meeting",
            then=(events.finding_dropped,),
            label="Stop looking for a time",
            done="You have stopped looking for a time. Everybody who was asked is told.",
            reason=True,
            warn=True,
            explain="Everybody who was asked is told, with the reason.",
        ),
        "answer": Act(
            (State.OPEN,),
            needs=(takes_answers,),
            label="Say which times suit you",
            closed="The time is chosen or no longer looked for, so answers are closed.",
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="findings")
    title = Line("what the meeting is called", max_length=150)
    purpose = models.TextField("what it is for", blank=True, max_length=2000)
    format = models.CharField(
        max_length=10, choices=Meeting.Format, default=Meeting.Format.IN_PERSON
    )
    place = Line(max_length=300, blank=True)
    link = models.URLField("link for joining online", max_length=500, blank=True)
    closes_at = models.DateTimeField("answers until")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    chosen = models.ForeignKey(
        "meetings.ProposedTime",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.RESTRICT,
        related_name="+",
    )
    meeting = models.OneToOneField(
        Meeting,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="finding",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="findings"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "closes_at"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("finding", args=[self.pk])

    @property
    def answer_url(self):
        return reverse("finding_answer", args=[self.pk])

    @property
    def scope(self):
        return self.group

    @property
    def is_closed(self):
        """Nobody answers any more, whether or not a time was chosen."""
        over = self.closes_at <= clock.now()
        return not self.is_open or over or not self.group.is_at_work

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def outcome(self):
        """What the meeting says now, which may have moved or be off since its time was chosen."""
        if self.meeting is None:
            return f"The time that was chosen is {self.chosen.when}."
        if self.meeting.is_cancelled:
            return "The meeting was cancelled."
        return f"The meeting {'was' if self.meeting.is_over else 'is'} on {self.meeting.when}."

    @property
    def is_dropped(self):
        return self.state == self.State.DROPPED

    @property
    def last_day(self):
        """The day until whose end answers are taken."""
        return clock.date_of(self.closes_at) - DAY

    def asked(self):
        """Who is asked: whoever would be invited to a meeting of the group today."""
        members = self.group.memberships.current().values("user")
        return User.objects.active().filter(pk__in=members)

    def unanswered(self):
        """Who is asked and has not said anything."""
        return self.asked().exclude(pk__in=TimeAnswer.objects.of(self).values("user"))

    # --- what is done
    @classmethod
    @transaction.atomic
    def propose(cls, group, times, *, by, **fields):
        """Ask a group about times, each (starts at, ends at).

        Raises PermissionDenied, Already (the same was sent a moment ago) or NotYet.
        """
        if not by.has_perm("groups.plan_meeting", group):
            raise PermissionDenied
        finding = cls(group=group, created_by=by, **fields)
        # One at a time: of two presses at once the second finds what the first made.
        WorkingGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
        if made := finding._made_before(times):
            raise Already("You have asked about these times already.", made, "ask_times")
        if missing := [*group_is_running(finding, by), *_right(finding, times)]:
            raise NotYet(*missing)
        finding.save()
        ProposedTime.objects.bulk_create(
            ProposedTime(finding=finding, starts_at=starts_at, ends_at=ends_at)
            for starts_at, ends_at in sorted(times)
        )
        record("ask_times", finding, by=by)
        events.times_asked(finding)
        return finding

    def _made_before(self, times):
        """The same of the same person, a moment ago: the button was pressed twice."""
        same = Finding.objects.open().filter(
            group=self.group,
            title=self.title,
            created_by=self.created_by,
            created_at__gt=clock.now() - PRESSED_TWICE,
        )
        for one in same:
            if sorted(times) == list(one.times.values_list("starts_at", "ends_at")):
                return one
        return None

    @transaction.atomic
    def answer(self, user, answers):
        """What somebody says of each time: {key of the time: answer}; all of them, or NotYet.

        Raises PermissionDenied (not asked), IllegalMove or NotYet (answers are closed).
        """
        if not self.asked().filter(pk=user.pk).exists():
            raise PermissionDenied
        self.permit("answer", by=user)
        keys = set(self.times.values_list("pk", flat=True))
        if answers.keys() != keys or not set(answers.values()) <= set(Suits.values):
            raise NotYet("Say of each time whether it suits you.")
        TimeAnswer.objects.bulk_create(
            [
                TimeAnswer(time_id=key, user=user, suits=suits, at=clock.now())
                for key, suits in answers.items()
            ],
            update_conflicts=True,
            unique_fields=["time", "user"],
            update_fields=["suits", "at"],
        )
        record("answer_times", self, by=user)

    @transaction.atomic
    def choose(self, time, *, by, knowingly=False):
        """Make one of its times the meeting, announced at once where the place is known.

        One that cannot be announced any more, for want of notice, is not chosen; one at which the
        answers give no quorum is chosen ``knowingly``, or not. Raises PermissionDenied, IllegalMove
        (it is chosen already) or NotYet.
        """
        self.permit("choose", by=by)
        quorate = next(one.is_quorate for one in self.tally() if one.time == time)
        if not (quorate or knowingly):
            raise NotYet(NO_QUORUM)
        said = f"{day(time.starts_at)}{'' if quorate else ', without a quorum by the answers'}"
        self.move("choose", by=by, note=said, chosen=time)
        meeting = Meeting.objects.create(
            group=self.group,
            title=self.title,
            purpose=self.purpose,
            format=self.format,
            place=self.place,
            link=self.link,
            starts_at=time.starts_at,
            ends_at=time.ends_at,
            support_organiser=by,
            created_by=by,
        )
        record("plan", meeting, by=by)
        self.meeting = meeting
        self.save(update_fields=["meeting"])
        announced = meeting.may(by, "publish")
        if announced:
            meeting.move("publish", by=by)
        events.time_chosen(self, announced=announced, quorate=quorate)
        return meeting

    # --- what the answers say
    def tally(self):
        """What each time could be, the best first (a list of Tally)."""
        return tally_of(self)

    def said(self):
        """(time, person, answer) of everything that was said, by their keys."""
        return TimeAnswer.objects.of(self).values_list("time", "user", "suits")


NO_QUORUM = (
    "By the answers so far the co-production quorum is not met at this time. Choose another one, "
    "or say that you know."
)


def _right(finding, times):
    """What is amiss with the times that somebody proposes."""
    if not FEWEST <= len(times) <= MOST:
        yield Missing(f"Propose {FEWEST} to {MOST} times.")
    if len({starts_at for starts_at, _ in times}) < len(times):
        yield Missing("Two of the times are the same.")
    if any(ends_at <= starts_at for starts_at, ends_at in times):
        yield Missing("Each time must end after it starts.")
    if finding.closes_at <= clock.now():
        yield Missing("The last day to answer must be today or later.")
    terms, closes_at = finding.group._adopted(), finding.closes_at
    soon = [starts_at for starts_at, _ in times if is_too_soon(terms, closes_at, starts_at)]
    if soon:
        yield Missing(why_too_soon(terms, closes_at, min(soon)))


class ProposedTime(models.Model):
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            ends_after("meetings_proposed_ends_after_start"),
            models.UniqueConstraint(fields=["finding", "starts_at"], name="meetings_proposed_once"),
        ]

    def __str__(self):
        return self.when

    @property
    def when(self):
        return span(self.starts_at, self.ends_at)


class TimeAnswerQuerySet(models.QuerySet):
    def of(self, finding):
        return self.filter(time__finding=finding)


class TimeAnswer(models.Model):
    """Whether one proposed time suits one person."""

    time = models.ForeignKey(ProposedTime, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="time_answers"
    )
    suits = models.CharField(max_length=5, choices=Suits)
    at = models.DateTimeField("when it was said")

    objects = TimeAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["time", "user"], name="meetings_time_answer_once")
        ]

    def __str__(self):
        return f"Answer {self.pk}"  # no name: this reaches lists
