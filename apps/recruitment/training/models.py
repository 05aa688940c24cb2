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
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import Move, States, record
from apps.core.moves import old

from ..steps import Stepwise, checked

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


class TrainingCohort(Stepwise):
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
            needs=(old(checked("begin")),),
            label="Begin the training",
            explain="Everybody who is enrolled counts as having begun.",
        ),
        "finish": Move(
            (State.RUNNING,),
            State.FINISHED,
            "recruitment.run_training",
            needs=(old(checked("finish")),),
            label="Finish the training",
        ),
    }

    name = models.CharField(max_length=120, unique=True)
    place = models.CharField(max_length=200, blank=True)
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


class Enrolment(Stepwise):
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
            needs=(old(checked("complete")),),
            label="Record that they completed it",
        ),
        "leave": Move(
            (State.ENROLLED, State.PAUSED),
            State.LEFT,
            "recruitment.change_own_training",
            label="Leave the training",
            warn=True,
            explain="No reason is asked for.",
        ),
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

    def moved(self, entry):
        if entry.action in ("complete", "leave"):
            self.ended_on = clock.today()
            self.save(update_fields=["ended_on"])
        super().moved(entry)

    @classmethod
    @transaction.atomic
    def add(cls, cohort, user, *, by, mentor=None):
        """Enrol somebody. Raises PermissionDenied, NotYet or Conflict (they are in it)."""
        if not by.has_perm("recruitment.run_training"):
            raise PermissionDenied
        cohort.refresh_from_db(from_queryset=TrainingCohort.objects.select_for_update(of=("self",)))
        if cohort.state == TrainingCohort.State.FINISHED:
            raise NotYet("This training is over.")
        if mentor is not None and mentor.pk == user.pk:
            raise NotYet("Nobody is their own mentor.")
        if cohort.enrolments.filter(user=user).exists():
            raise Conflict("This person is in the cohort already.", cohort)
        running = cohort.state == TrainingCohort.State.RUNNING
        made = cls.objects.create(
            cohort=cohort,
            user=user,
            mentor=mentor,
            began_on=clock.today() if running else None,
        )
        record("enrol", cohort, by=by, note=f"person {user.pk}")
        return made

    @transaction.atomic
    def name_mentor(self, mentor, *, by):
        if not by.has_perm("recruitment.run_training"):
            raise PermissionDenied
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
        if not by.has_perm("recruitment.run_training"):
            raise PermissionDenied
        if self.starts_at > clock.now():
            raise NotYet("This session has not begun.")
        if self.cohort.state == TrainingCohort.State.PLANNED:
            raise IllegalMove("Begin the training first.", self.cohort)
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


# --- what must be so, what follows --------------------------------------------------------------
@TrainingCohort.before("begin")
def _somebody_takes_part(cohort, by):
    people = cohort.enrolments.filter(state=Enrolment.State.ENROLLED)
    if not people.exists():
        yield "Enrol somebody first."
    if without := people.filter(mentor__isnull=True).count():
        yield f"{without} of them {'has' if without == 1 else 'have'} no mentor yet."


@TrainingCohort.after("begin")
def _they_have_begun(cohort, entry):
    people = cohort.enrolments.filter(state=Enrolment.State.ENROLLED)
    people.update(began_on=clock.today())


@TrainingCohort.before("finish")
def _everybody_has_an_end(cohort, by):
    open_ = cohort.enrolments.filter(state=Enrolment.State.ENROLLED).count()
    if open_:
        yield f"Say of {open_} more whether they completed it, pause, or left."
    if cohort.sessions.filter(starts_at__gt=clock.now()).exists():
        yield "Some sessions are still to come."


@Enrolment.before("complete")
def _has_begun(enrolment, by):
    if enrolment.began_on is None:
        yield "They have not begun yet."
    if not enrolment.attendances.filter(attended=True).exists() and enrolment.user_id:
        yield "Record who came to the sessions first."
