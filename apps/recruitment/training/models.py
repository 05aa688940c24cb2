"""Training cohorts: an intake, twelve weekly sessions, mentors, and who completes it."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement

WEEKS = 12  # the programme's training (ioicare.com, "Lived Experience Practitioner Project")


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who run training; whoever is or was in a cohort, and its mentors."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("recruitment.run_training"):
            return self
        mine = Enrolment.objects.filter(Q(user=user) | Q(mentor=user))
        return self.filter(pk__in=mine.values("cohort"))


@requirement
def somebody_takes_part(cohort, by):
    """And each of them has a mentor."""
    people = list(cohort.enrolments.filter(state=Enrolment.State.ENROLLED))
    if not people:
        yield Missing("Enrol somebody first.", reverse("enrol", args=[cohort.pk]))
    if without := [one for one in people if one.mentor_id is None]:
        yield Missing(
            f"{len(without)} of them {'has' if len(without) == 1 else 'have'} no mentor yet.",
            reverse("mentor", args=[cohort.pk, without[0].pk]),
        )


@requirement
def everybody_has_an_end(cohort, by):
    open_ = cohort.enrolments.filter(state=Enrolment.State.ENROLLED).count()
    if open_:
        yield Missing(f"Say of {open_} more whether they completed it, pause, or left.")


@requirement
def sessions_are_over(cohort, by):
    if cohort.sessions.filter(starts_at__gt=clock.now()).exists():
        yield Missing("Some sessions are still to come.")


@effect
def people_begin(cohort, entry):
    people = cohort.enrolments.filter(state=Enrolment.State.ENROLLED)
    people.update(began_on=clock.today())


class TrainingCohort(Stateful):
    """People who train together."""

    class State(States):
        PLANNED = "planned", "grey", "Planned"
        RUNNING = "running", "blue", "Running"
        FINISHED = "finished", "green", "Finished"

    moves = {
        "begin": Move(
            (State.PLANNED,),
            State.RUNNING,
            "recruitment.run_training",
            needs=(somebody_takes_part,),
            then=(people_begin,),
            label="Begin the training",
            main=True,
            explain="Everybody who is enrolled counts as having begun.",
        ),
        "finish": Move(
            (State.RUNNING,),
            State.FINISHED,
            "recruitment.run_training",
            needs=(everybody_has_an_end, sessions_are_over),
            label="Finish the training",
            main=True,
        ),
        "enrol": Act(
            (State.PLANNED, State.RUNNING),
            "recruitment.run_training",
            label="Enrol somebody",
            closed="This training is over.",
        ),
        "record_attendance": Act(
            (State.RUNNING, State.FINISHED),
            "recruitment.run_training",
            closed="Begin the training first.",
        ),
    }

    name = Line(max_length=120, unique=True)
    place = Line(max_length=200, blank=True)
    starts_at = models.DateTimeField("first session")
    minutes = models.PositiveSmallIntegerField("minutes a session", default=180)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "training cohort"
        ordering = ["-starts_at", "-pk"]
        permissions = [("run_training", "Can run training cohorts")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cohort", args=[self.pk])

    @property
    def is_running(self):
        return self.state == self.State.RUNNING

    @classmethod
    @transaction.atomic
    def plan(cls, *, by, **fields):
        """A cohort with its twelve weekly sessions, at one time of day through clock changes."""
        if not by.has_perm("recruitment.run_training"):
            raise PermissionDenied
        cohort = cls.objects.create(created_by=by, **fields)
        first = cohort.starts_at.astimezone(LONDON)
        wall = first.replace(tzinfo=None)
        TrainingSession.objects.bulk_create(
            TrainingSession(
                cohort=cohort,
                number=number,
                starts_at=timezone.make_aware(wall + timedelta(weeks=number - 1)),
            )
            for number in range(1, WEEKS + 1)
        )
        record("plan", cohort, by=by)
        return cohort


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, those whom one mentors, and for those who run training all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("recruitment.run_training"):
            return self
        return self.filter(Q(user=user) | Q(mentor=user))


@requirement
def has_begun(enrolment, by):
    if enrolment.began_on is None:
        yield Missing("They have not begun yet.")


@requirement
def came_to_a_session(enrolment, by):
    """Nobody recorded that of people of before this site."""
    if enrolment.user_id and not enrolment.attendances.filter(attended=True).exists():
        yield Missing("Record who came to the sessions first.", enrolment.get_absolute_url())


@requirement
def is_not_their_own(enrolment, by):
    if enrolment.user_id is not None and enrolment.user_id == by.pk:
        yield Missing(
            "Nobody records that they completed their own training.",
            turn="somebody else who runs training",
        )


@effect
def took_its_end(enrolment, entry):
    enrolment.ended_on = clock.today()
    enrolment.save(update_fields=["ended_on"])


class Enrolment(Stateful):
    """One person in a cohort, with a mentor."""

    class State(States):
        ENROLLED = "enrolled", "blue", "Takes part"
        PAUSED = "paused", "yellow", "Pauses"
        COMPLETED = "completed", "green", "Completed"
        LEFT = "left", "grey", "Left"

    moves = {
        "pause": Move(
            (State.ENROLLED,),
            State.PAUSED,
            "recruitment.change_own_training",
            label="Pause",
            explain="No reason is asked for. They can come back at any time.",
        ),
        "come_back": Move(
            (State.PAUSED,), State.ENROLLED, "recruitment.change_own_training", label="Come back"
        ),
        "complete": Move(
            (State.ENROLLED,),
            State.COMPLETED,
            "recruitment.run_training",
            needs=(is_not_their_own, has_begun, came_to_a_session),
            then=(took_its_end,),
            label="Record that they completed it",
        ),
        "leave": Move(
            (State.ENROLLED, State.PAUSED),
            State.LEFT,
            "recruitment.change_own_training",
            then=(took_its_end,),
            label="Leave the training",
            warn=True,
            explain="No reason is asked for.",
        ),
        "name_mentor": Act(tuple(State), "recruitment.run_training"),
    }

    cohort = models.ForeignKey(TrainingCohort, on_delete=models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
        help_text="Empty for people of before this site.",
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mentors",
    )
    state = models.CharField(max_length=10, choices=State, default=State.ENROLLED, db_index=True)
    enrolled_on = models.DateField(default=clock.today)
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["cohort", "state"])]
        permissions = [("change_own_training", "Can pause, come back and leave")]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                condition=Q(user__isnull=False),
                name="recruitment_enrolment_once",
            )
        ]

    def __str__(self):
        return f"Enrolment {self.pk}"

    def get_absolute_url(self):
        return self.cohort.get_absolute_url()

    @property
    def name(self):
        return self.user.name if self.user else "Somebody"

    def own_perms(self, user):
        """The person themselves, and those who run training."""
        if user.pk == self.user_id or user.has_perm("recruitment.run_training"):
            return {"recruitment.change_own_training"}
        return set()

    @classmethod
    @transaction.atomic
    def add(cls, cohort, user, *, by, mentor=None):
        """Enrol somebody. Raises PermissionDenied, NotYet, Conflict (it is over; they are in)."""
        cohort.permit("enrol", by=by)
        if mentor is not None and mentor.pk == user.pk:
            raise NotYet("Nobody is their own mentor.")
        if cohort.enrolments.filter(user=user).exists():
            raise Already("This person is in the cohort already.", cohort)
        made = cls.objects.create(
            cohort=cohort,
            user=user,
            mentor=mentor,
            began_on=clock.today() if cohort.is_running else None,
        )
        record("enrol", cohort, by=by, note=f"person {user.pk}")
        return made

    @transaction.atomic
    def name_mentor(self, mentor, *, by):
        self.permit("name_mentor", by=by)
        if mentor.pk == self.user_id:
            raise NotYet("Nobody is their own mentor.")
        self.mentor = mentor
        self.save(update_fields=["mentor"])
        record("name_mentor", self.cohort, by=by, note=f"enrolment {self.pk}: person {mentor.pk}")


class TrainingSession(models.Model):
    """One of the weekly sessions."""

    cohort = models.ForeignKey(TrainingCohort, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(db_index=True)
    recorded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="recruitment_session_once")
        ]

    def __str__(self):
        return f"Session {self.number} of {self.cohort}"

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.cohort.minutes)

    @transaction.atomic
    def record_attendance(self, present, *, by):
        """Who came ({enrolment ids}); can be corrected. Raises PermissionDenied, NotYet."""
        self.cohort.permit("record_attendance", by=by)
        if self.starts_at > clock.now():
            raise NotYet("This session has not begun.")
        for enrolment in self.cohort.enrolments.all():
            SessionAttendance.objects.update_or_create(
                session=self, enrolment=enrolment, defaults={"attended": enrolment.pk in present}
            )
        self.recorded_at = clock.now()
        self.save(update_fields=["recorded_at"])
        record("record_attendance", self.cohort, by=by, note=f"session {self.number}")


class SessionAttendance(models.Model):
    """Whether one person came to one session."""

    session = models.ForeignKey(
        TrainingSession, on_delete=models.CASCADE, related_name="attendances"
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    attended = models.BooleanField()

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], name="recruitment_attendance_once"
            )
        ]

    def __str__(self):
        return f"Attendance {self.pk}"
