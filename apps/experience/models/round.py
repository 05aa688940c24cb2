"""What a group is asked at once, who is asked, and their answers while it runs.

Nothing in the database joins an answer to a person. It has no time, no address, no number that
grows and no words; words are rows of their own. Who has answered is known while the round runs, so
that nobody answers twice, and deleted with its end. All are written anew, in an order that tells
nothing, with each answer (docs/adr/0012, 0046).
"""

import uuid
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.anonymous import by_chance, leave_no_log, rewrite
from apps.core.dates import DAY, later, midnight_of, moment
from apps.core.disclosure import LEAST, merged
from apps.core.exceptions import Already, Conflict
from apps.core.models import record
from apps.groups.counting import sides_by_terms
from apps.groups.models import WorkingGroup
from apps.meetings.models.meeting import Meeting
from apps.notifications.kinds import notify

from .batch import Batch, Choice, Remark, Told

OPEN_FOR = timedelta(days=14)
TOO_LATE = timedelta(days=28)  # after so long nobody remembers how a meeting was
WORDS = 1000  # characters


class Twice(Already):
    """This person has answered already."""


class Over(Conflict):
    """It closed before this was sent."""


class Since(models.Model):
    """When the site began to ask: one row. What was held before is asked about by nobody."""

    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "since"

    def __str__(self):
        return f"Since {moment(self.at)}"

    @classmethod
    def begin(cls):
        """Called after every migration."""
        if not cls.objects.exists():
            cls.objects.create()

    @classmethod
    def moment(cls):
        """When; the moment it is, where that was never kept."""
        return cls.objects.values_list("at", flat=True).first() or clock.now()


# --- rounds ---------------------------------------------------------------------------------------
class RoundQuerySet(models.QuerySet):
    def running(self):
        return self.filter(closes_at__gt=clock.now())

    def to_settle(self):
        """Those that are over, whose answers wait to be told."""
        return self.filter(closes_at__lte=clock.now(), answered=None)

    def asking(self, user):
        """Those that ask this person, until they are settled."""
        return self.filter(asked__user=user)


class Round(models.Model):
    """What a group is asked at once: of one meeting, or of a quarter. Open until ``closes_at``.

    ``answered`` is how many did, and is nothing until it is over.
    """

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="rounds")
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="round"
    )
    quarter = models.DateField(null=True, blank=True, help_text="Its first day.")
    opened_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(db_index=True)
    people = models.PositiveIntegerField(help_text="How many are asked.")
    sides = models.JSONField(
        default=list, help_text="Those of which five are asked; an empty one for the others."
    )
    answered = models.PositiveIntegerField(null=True, blank=True)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.CASCADE, related_name="rounds"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["closes_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "quarter"], name="experience_round_once"),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True) ^ Q(quarter__isnull=True),
                name="experience_round_of_one",
            ),
        ]

    def __str__(self):
        return f"{self.group}: {self.what}"

    def get_absolute_url(self):
        return reverse("how_it_was", args=[self.pk])

    @property
    def what(self):
        """*the meeting on Monday 23 November 2026, 2pm*, *July to September 2026*"""
        if self.meeting:
            return f"the meeting on {moment(self.meeting.starts_at)}"
        return f"{self.quarter:%B} to {later(self.quarter) - DAY:%B %Y}"

    @property
    def is_running(self):
        return self.closes_at > clock.now() and self.answered is None

    # --- asking -------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def ask(cls, group, sides, **about):
        """Ask these people, {key: side}, of a meeting or a quarter. None where that was done, or
        where they are so few that nothing could ever be told of it.
        """
        if len(sides) < LEAST:
            return None
        # A side with fewer is never told by itself, so nothing needs to know of it.
        sizes = Counter(side for side in sides.values() if side in Constituency.values)
        kept = {key: side if sizes[side] >= LEAST else "" for key, side in sides.items()}
        made = {
            "people": len(sides),
            "sides": sorted(set(kept.values())),
            "closes_at": clock.now() + OPEN_FOR,
        }
        one, is_new = cls.objects.get_or_create(group=group, **about, defaults=made)
        if not is_new:
            return None
        Asked.objects.bulk_create(
            Asked(round=one, user_id=key, side=kept[key]) for key in sorted(kept)
        )
        record("ask", one, by=None)
        notify("experience.asked", one, User.objects.filter(pk__in=sides))
        return one

    @classmethod
    def ask_of(cls, meeting):
        """Those who were there, on the side on which they counted."""
        there = meeting.attendances.filter(attended=True, user__is_active=True)
        people = {one.user_id: one for one in there.select_related("user")}
        counted = meeting.sides(list(people))
        sides = {key: counted.get(key, one.user.constituency) for key, one in people.items()}
        return cls.ask(meeting.group, sides, meeting=meeting)

    @classmethod
    def ask_quarter(cls, group, quarter):
        """Those who were members when it ended, as they counted in the group then."""
        end = later(quarter)
        members = group.memberships.current(end - DAY).deciding().values("user")
        people = {one.pk: one for one in User.objects.active().filter(pk__in=members)}
        terms = group.terms_at(end - DAY)
        counted = sides_by_terms(group, terms, list(people), midnight_of(end))
        sides = {key: counted.get(key, one.constituency) for key, one in people.items()}
        return cls.ask(group, sides, quarter=quarter)

    # --- answering ----------------------------------------------------------------------------
    @transaction.atomic
    def answer(self, user, *, words="", **choices):
        """Keep what somebody answers, apart from who they are. Nothing else is left of it: no
        entry, no line of a log, no message.

        Raises PermissionDenied (not asked), Over or Twice.
        """
        # One at a time: what follows reads and rewrites all rows of this round.
        locked = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
        if not locked.is_running:
            raise Over("This is over. Thank you all the same.", self)
        rows = list(self.asked.order_by("user_id"))
        mine = next((one for one in rows if one.user_id == user.pk), None)
        if mine is None:
            raise PermissionDenied
        if mine.answered:
            raise Twice("You have answered already. Thank you.", self, mine=True)
        mine.answered = True
        rewrite(self.asked.all(), rows)
        by_chance(self.answers.all(), Answer(round=self, side=mine.side, **choices))
        by_chance(self.words.all(), *([Written(round=self, text=words)] if words else []))
        leave_no_log()

    # --- its end ------------------------------------------------------------------------------
    @transaction.atomic
    def settle(self):
        """It is over: what was answered goes to be told, and who answered is forgotten."""
        # The group first: no two of its rounds are put together at once.
        WorkingGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=self.group_id)
        self.refresh_from_db(
            from_queryset=Round.objects.select_for_update(of=("self",), no_key=True)
        )
        if self.answered is not None or self.closes_at > clock.now():
            return
        answers, words = list(self.answers.all()), list(self.words.all())
        # Each side that was asked, be it with no answer, be all of it erased meanwhile: that reads
        # as one to four do.
        sizes = Counter(dict.fromkeys(self.sides, 0))
        sizes.update(one.side for one in answers)
        as_one = merged(sizes)
        gathering = self.group.batches.filter(state=Batch.State.GATHERING).first()
        # Few of an earlier round are told with these only where others are told as one as well.
        batch = gathering if len(answers) < LEAST or as_one else None
        batch = batch or Batch.objects.create(group=self.group, since=self.closes_at)
        told = {one.side: one for one in batch.numbers.all()}
        for one in answers:
            side = "" if one.side in as_one else one.side
            told.setdefault(side, Told(batch=batch, side=side)).add(one)
        for one in told.values():
            one.save()
        _put(batch.remarks.all(), [Remark(batch=batch, text=one.text) for one in words])
        self.asked.all().delete()
        self.answers.all().delete()
        self.words.all().delete()
        self.answered, self.batch = len(answers), batch
        self.save(update_fields=["answered", "batch"])
        if len(answers) >= LEAST:
            batch.follow("hear", heard_on=clock.today())
        leave_no_log()


def _put(there, more):
    """Further rows among those that are there: all anew, under new keys, in an order of chance."""
    every = [*there, *more]
    for one in every:
        one.pk = uuid.uuid4()
    there.all().delete()
    by_chance(there.all(), *every)


# --- who is asked, and what they answer -----------------------------------------------------------
class Asked(models.Model):
    """That somebody is asked, and whether they have answered: until the round is over.

    ``side`` is theirs only where five of it are asked.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="asked")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="asked_experience"
    )
    side = models.CharField(max_length=20, choices=Constituency, blank=True)
    answered = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "asked"
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="experience_asked_once")
        ]

    def __str__(self):
        return f"Asked {self.pk}"


class Answer(models.Model):
    """One person's answers while the round runs; each of them may be missing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="answers")
    side = models.CharField(max_length=20, choices=Constituency, blank=True)
    heard = models.CharField(max_length=6, choices=Choice, blank=True)
    part = models.CharField(max_length=6, choices=Choice, blank=True)
    changed = models.CharField(max_length=6, choices=Choice, blank=True)

    def __str__(self):
        return "Answer"


class Written(models.Model):
    """What one of them wrote. Which answers are theirs is nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="words")
    text = models.TextField(max_length=WORDS)

    class Meta:
        verbose_name_plural = "words"

    def __str__(self):
        return "Written"
