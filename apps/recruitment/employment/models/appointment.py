"""Somebody in post: from the first day to the review after two years, or to the day they leave.

It is the retention record. It outlives the application, and keeps of a person no more than who they
are, when they started, whether they are still there, and until when they may work, where that ends.
"""

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.permissions import granted
from apps.groups.counting import ask

from ...training.models import Enrolment
from ...vacancies.models.vacancy import Vacancy
from .check import SECOND, Check, Evidence
from .offer import Offer

# When to look how it goes: (key, words, after how long). The weeks are general knowledge; the
# months are those at which the programme's evaluation counted who was still in post.
REVIEWS = (
    ("week_1", "After 1 week", relativedelta(weeks=1)),
    ("week_4", "After 4 weeks", relativedelta(weeks=4)),
    ("week_12", "After 12 weeks", relativedelta(weeks=12)),
    ("month_6", "After 6 months", relativedelta(months=6)),
    ("month_12", "After 12 months", relativedelta(months=12)),
    ("month_24", "After 24 months", relativedelta(months=24)),
)
OWN = frozenset({"recruitment.look_after", "recruitment.handle_application"})
COUNTED = ("month_6", "month_12", "month_24")

PROPOSAL = ("work_evidence", "work_ends_on", "work_seen_on", "work_seen_by")


class AppointmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; those of vacancies whose manager or peer lead one is; Human Resources all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("recruitment.look_after"):
            return self
        return self.filter(Q(user=user) | Q(vacancy__in=granted(user, Vacancy, "look_after")))

    def in_post(self):
        return self.exclude(state=Appointment.State.LEFT)


# --- what must be so, what follows ----------------------------------------------------------------
@of_the_form
def day_has_been(appointment, by):
    """The last day, between the first one and today."""
    if appointment.left_on < appointment.started_on:
        yield Missing("They cannot have left before they started.")
    elif appointment.left_on > clock.today():
        yield Missing("The last day has not come yet.")


@effect
def reviews_fall_away(appointment, entry):
    """Those after the last day, as *not in post*."""
    later = appointment.reviews.filter(due_on__gt=appointment.left_on, held_on__isnull=True)
    later.update(in_post=False)


@effect
def right_to_work_goes(appointment, entry):
    """It was kept to look again in time, for as long as they were in post."""
    appointment.right_to_work_until = None
    appointment._no_proposal()
    appointment.save(update_fields=["right_to_work_until", *PROPOSAL])


@effect
def groups_ask_again(appointment, entry):
    """What they said of their side held for the post."""
    if appointment.user is not None:
        ask(appointment.user)


@requirement
def right_to_work_ends(appointment, by):
    if appointment.right_to_work_until is None:
        yield Missing("Their right to work has no end.")


@requirement
def another_saw_the_right_to_work(appointment, by):
    first = appointment.work_seen_by
    if first is None:
        yield Missing("Nobody has recorded a new right to work.")
    elif first.pk == by.pk:
        yield Missing("You have seen it. Somebody else has to look at it too.", turn=SECOND)
    elif not appointment.permits(first, "see_work_again"):
        yield Missing("Who saw it first no longer does this. Record it again.")


@effect
def post_begins(offer, entry):
    """The record begins; the vacancy is filled once every post is."""
    application, vacancy = offer.application, offer.vacancy
    Appointment.begin(
        vacancy=vacancy,
        user=application.candidate,
        full_name=application.full_name,
        started_on=offer.start_on,
        line_supervisor=vacancy.line_supervisor,
        peer_supervisor=vacancy.peer_supervisor,
        right_to_work_until=offer.employment_checks.get(kind=Check.Kind.WORK).ends_on,
        by=entry.by,
    )
    started = Offer.objects.filter(application__vacancy=vacancy, state=Offer.State.STARTED)
    if started.count() >= vacancy.posts and vacancy.open_to("fill"):
        vacancy.follow("fill", by=entry.by)


class Appointment(Stateful):
    """One person in one post."""

    class State(States):
        STARTED = "started", "green", "Started"
        INDUCTED = "inducted", "blue", "Inducted"
        PASSED = "passed", "green", "Probation passed"
        LEFT = "left", "grey", "Left"

    IN_POST = (State.STARTED, State.INDUCTED, State.PASSED)
    moves = {
        "induct": Move(
            (State.STARTED,),
            State.INDUCTED,
            "recruitment.look_after",
            label="Record that induction is complete",
            explain="Local induction, both supervisors met, and a contact in the network.",
        ),
        "pass_probation": Move(
            (State.INDUCTED,),
            State.PASSED,
            "recruitment.look_after",
            label="Record that probation was passed",
        ),
        "leave": Move(
            IN_POST,
            State.LEFT,
            "recruitment.look_after",
            needs=(day_has_been,),
            then=(
                reviews_fall_away,
                right_to_work_goes,
                groups_ask_again,
                "apps.recruitment.employment.events.it_is_said_that_they_left",
            ),
            label="Record that they left",
            internal=True,  # has a form of its own
        ),
        "hold_review": Act(tuple(State), "recruitment.look_after"),
        "see_work_again": Act(
            IN_POST,
            "recruitment.handle_application",
            needs=(right_to_work_ends,),
            then=("apps.recruitment.employment.events.second_is_told",),
            closed="They have left. Their right to work is not looked at any more.",
        ),
        "confirm_work": Act(
            IN_POST,
            "recruitment.handle_application",
            needs=(another_saw_the_right_to_work,),
            closed="They have left. Their right to work is not looked at any more.",
        ),
    }

    vacancy = models.ForeignKey(
        Vacancy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
        help_text="Empty for posts that were filled before this site was used.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    full_name = Line("name", max_length=120, blank=True)
    enrolment = models.OneToOneField(
        Enrolment,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="appointment",
        help_text="The training that led here.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    started_on = models.DateField(db_index=True)
    line_supervisor = Line(max_length=120, blank=True)
    peer_supervisor = Line(max_length=120, blank=True)
    right_to_work_until = models.DateField(
        "right to work ends on",
        null=True,
        blank=True,
        db_index=True,
        help_text="Only where it is limited, and only while they are in post.",
    )
    # A new one, that waits for a second person.
    work_evidence = models.CharField(max_length=20, choices=Evidence, blank=True, editable=False)
    work_ends_on = models.DateField(null=True, blank=True, editable=False)
    work_seen_on = models.DateField(null=True, blank=True, editable=False)
    work_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    left_on = models.DateField(null=True, blank=True)
    # When each of the two days was recorded: what is recorded late makes no quorum.
    recorded_at = models.DateTimeField(default=clock.now, null=True, editable=False)
    left_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    leaving_words = models.TextField(
        "why they left, in their own words", blank=True, max_length=2000
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        indexes = [models.Index(fields=["vacancy", "state"])]

    def __str__(self):
        return f"Appointment {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("appointment", args=[self.pk])

    @property
    def name(self):
        return self.user.name if self.user else self.full_name or "Somebody"

    @property
    def is_over(self):
        return self.state == self.State.LEFT

    def withheld_perms(self, user):
        """Nobody looks after themselves, or reads their own papers as Human Resources."""
        return OWN if self.user_id is not None and self.user_id == user.pk else frozenset()

    def own_perms(self, user):
        """Manager and peer lead of the vacancy look after whoever it brought."""
        if self.vacancy is not None and user.has_perm("recruitment.look_after", self.vacancy):
            return {"recruitment.look_after"}
        return set()

    @classmethod
    @transaction.atomic
    def begin(cls, *, started_on, by=None, **fields):
        """The record with its review points, linked to the training that the person finished."""
        user = fields.get("user")
        if user is not None and "enrolment" not in fields:
            finished = Enrolment.objects.filter(user=user, state=Enrolment.State.COMPLETED)
            fields["enrolment"] = finished.filter(appointment__isnull=True).first()
        made = cls.objects.create(started_on=started_on, **fields)
        ReviewPoint.objects.bulk_create(
            ReviewPoint(appointment=made, key=key, due_on=started_on + after)
            for key, _, after in REVIEWS
        )
        record("begin", made, by=by)
        if user is not None:
            ask(user)
        return made

    # --- a right to work that ends ----------------------------------------------------------------
    def _no_proposal(self):
        self.work_evidence = ""
        self.work_ends_on = self.work_seen_on = self.work_seen_by = None

    @property
    def proposal(self):
        """What waits for a second person, as a word for its page: another one is another word."""
        return f"{self.work_evidence} {self.work_ends_on or 'no end'} {self.work_seen_by_id}"

    def waits_for_second(self, user):
        return self.work_seen_by_id is not None and self.work_seen_by_id != user.pk

    @transaction.atomic
    def see_work_again(self, *, by, evidence, seen_on, ends_on):
        """Somebody saw a new right to work; a second person confirms it.

        Raises PermissionDenied, IllegalMove (they have left) or NotYet (what the standard asks).
        """
        self.permit("see_work_again", by=by)
        facts = {"evidence": evidence, "seen_on": seen_on, "ends_on": ends_on}
        if faults := list(Check(kind=Check.Kind.WORK, **facts).faults()):
            raise NotYet(*(words for _, words in faults))
        self.work_evidence, self.work_ends_on = evidence, ends_on
        self.work_seen_on, self.work_seen_by = seen_on, by
        self.save(update_fields=PROPOSAL)
        record("see_work_again", self, by=by)
        self.followed("see_work_again", by)

    @transaction.atomic
    def confirm_work(self, proposal, *, by):
        """The second person has seen it too, and it holds. ``proposal`` is what they read.

        Raises PermissionDenied, IllegalMove or NotYet (it waits for another, or was changed).
        """
        self.permit("confirm_work", by=by)
        if proposal != self.proposal:
            raise NotYet("This was changed while you were reading. Look again.")
        self.right_to_work_until = self.work_ends_on
        self._no_proposal()
        self.save(update_fields=["right_to_work_until", *PROPOSAL])
        record("confirm_work", self, by=by)

    @transaction.atomic
    def left(self, on, *, by, words=""):
        """They have left. Raises PermissionDenied, IllegalMove or NotYet."""
        self.move("leave", by=by, left_on=on, leaving_words=words, left_recorded_at=clock.now())


class ReviewPoint(models.Model):
    """A day on which manager and peer supervisor ask how it goes; whether they are in post."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="reviews")
    key = models.CharField(max_length=10)
    due_on = models.DateField(db_index=True)
    held_on = models.DateField(null=True, blank=True)
    in_post = models.BooleanField(null=True, blank=True)
    agreed = models.TextField(
        "what was agreed",
        blank=True,
        max_length=2000,
        help_text="What helps from here on. Read by them, their manager, the peer lead and Human "
        "Resources.",
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "key"], name="recruitment_review_once")
        ]

    def __str__(self):
        return f"Review {self.pk}"

    @property
    def words(self):
        return next(words for key, words, _ in REVIEWS if key == self.key)

    @property
    def is_open(self):
        return self.held_on is None and self.in_post is None

    @property
    def is_overdue(self):
        return self.is_open and self.due_on < clock.today()

    @transaction.atomic
    def hold(self, on, *, by, agreed=""):
        """It took place, and they are in post. Raises PermissionDenied, IllegalMove, NotYet."""
        self.appointment.permit("hold_review", by=by)
        if on > clock.today():
            raise NotYet("The review must have taken place.")
        won = ReviewPoint.objects.filter(pk=self.pk, held_on__isnull=True, in_post=None).update(
            held_on=on, in_post=True, agreed=agreed
        )
        if not won:
            raise Already("This review has been recorded already.", self.appointment)
        self.refresh_from_db()
        record("hold_review", self.appointment, by=by, note=self.key)
