"""An offer, conditional until the six employment checks (check.py beside it) are in."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.models import AuditEntry, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.working_days import add_working_days

from ...applications.models.application import Application
from ...selection.models.outcome import Outcome, OutcomeResult
from ...vacancies.models.vacancy import Criterion

ANSWER_WITHIN = 5  # working days (general knowledge; nobody is made to wait or to hurry)
NEAR = timedelta(days=28)  # two who start this close together can start as a pair


class OfferQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that Human Resources deals with."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def live(self):
        """Those that hold a post: neither declined nor taken back."""
        return self.exclude(state__in=(Offer.State.DECLINED, Offer.State.TAKEN_BACK))

    def under_way(self):
        """Those that have not come to an end."""
        return self.live().exclude(state=Offer.State.STARTED)


# --- what must be so, what follows ----------------------------------------------------------------
@requirement
def panel_has_decided(application, by):
    if not application.vacancy.was_decided:
        yield Missing("The panel has not recorded its decision yet.", turn="the panel")


@requirement
def a_post_is_theirs(application, by):
    """They were chosen, or are in reserve; and they were told so."""
    if not (application.is_offered or application.is_in_reserve):
        yield Missing("Tell this candidate the panel's decision first.")


@requirement
def day_has_come(offer, by):
    page = reverse("offer_start", args=[offer.application.reference])
    if offer.start_on is None:
        yield Missing("Agree the first day.", page)
    elif offer.start_on > clock.today():
        yield Missing("The first day has not come yet.", page)
    elif offer.start_on < offer.first_possible_day:
        yield Missing(offer.too_early, page)


@requirement
def supervisors_are_known(offer, by):
    vacancy = offer.vacancy
    if not (vacancy.line_supervisor.strip() and vacancy.peer_supervisor.strip()):
        yield Missing("Name the line supervisor and the peer supervisor.")


@requirement
def work_is_prepared(offer, by):
    page = reverse("offer_start", args=[offer.application.reference])
    if not offer.adjustments_in_place:
        yield Missing("Say that adjustments at work are in place, or that none are wanted.", page)
    if not offer.benefits_advice:
        yield Missing("Offer advice about benefits.", page)


@effect
def offer_falls(application, entry):
    """An offer does not outlive what it was for."""
    offer = Offer.objects.filter(application=application).under_way().first()
    if offer is not None:
        offer.follow("fall", by=entry.by)


class Offer(Stateful):
    """A post offered to one candidate, conditional until every check is in."""

    class State(States):
        CONDITIONAL = "conditional", "blue", "Offered"
        ACCEPTED = "accepted", "green", "Accepted"
        CHECKS = "checks", "yellow", "Checks under way"
        CLEARED = "cleared", "green", "All checks are in"
        STARTED = "started", "green", "Started"
        DECLINED = "declined", "orange", "Declined"
        TAKEN_BACK = "taken_back", "orange", "Taken back"

    moves = {
        "accept": Move(
            (State.CONDITIONAL,),
            State.ACCEPTED,
            "recruitment.answer_offer",
            then=(
                "apps.recruitment.employment.models.check.checks_begin",
                "apps.recruitment.employment.events.answered",
            ),
            label="Accept the offer",
            main=True,
            explain="The checks begin. You can still change your mind at any time.",
        ),
        "begin_checks": Move(
            (State.ACCEPTED,),
            State.CHECKS,
            "recruitment.handle_application",
            label="Begin the checks",
            internal=True,  # follows accepting
        ),
        "decline": Move(
            (State.CONDITIONAL, State.CHECKS, State.CLEARED),
            State.DECLINED,
            "recruitment.answer_offer",
            then=("apps.recruitment.employment.events.answered",),
            label="Decline the offer",
            warn=True,
            explain="You need not say why. Somebody else may then be offered the post.",
        ),
        "clear": Move(
            (State.CHECKS,),
            State.CLEARED,
            "recruitment.handle_application",
            then=("apps.recruitment.employment.events.cleared",),
            label="Clear",
            internal=True,  # follows the last check
        ),
        "reopen_checks": Move(
            (State.CLEARED,),
            State.CHECKS,
            "recruitment.handle_application",
            label="Open the checks again",
            internal=True,  # follows a check taken back
        ),
        "start": Move(
            (State.CLEARED,),
            State.STARTED,
            "recruitment.handle_application",
            needs=(
                "apps.recruitment.employment.models.check.every_check_stands",
                day_has_come,
                supervisors_are_known,
                work_is_prepared,
            ),
            then=("apps.recruitment.employment.models.appointment.post_begins",),
            label="Record that they started",
            main=True,
            explain="The record of their time in post begins.",
        ),
        "fall": Move(
            (State.CONDITIONAL, State.CHECKS, State.CLEARED),
            State.DECLINED,
            "recruitment.answer_offer",
            then=("apps.recruitment.employment.events.answered",),
            label="Decline",
            internal=True,  # what it was for is gone
        ),
        "take_back": Move(
            (State.CONDITIONAL, State.CHECKS, State.CLEARED),
            State.TAKEN_BACK,
            "recruitment.handle_application",
            then=("apps.recruitment.employment.events.taken_back",),
            label="Take the offer back",
            reason=True,
            warn=True,
            explain="The candidate reads your reason. Talk to them first.",
        ),
        # Begins with the application's act of this name.
        "make": Act((State.CONDITIONAL,), then=("apps.recruitment.employment.events.made",)),
        "agree": Act(
            (State.CONDITIONAL, State.ACCEPTED, State.CHECKS, State.CLEARED),
            "recruitment.handle_application",
            closed="This offer has come to its end.",
        ),
        "update_check": Act(
            (State.CHECKS, State.CLEARED),
            "recruitment.handle_application",
            closed="This offer is not being checked now.",
        ),
    }

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="offer")
    state = models.CharField(max_length=12, choices=State, default=State.CONDITIONAL)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answer_by = models.DateField()
    start_on = models.DateField("first day", null=True, blank=True, db_index=True)
    adjustments_in_place = models.BooleanField(
        "adjustments at work are agreed and in place, or none are wanted", default=False
    )
    benefits_advice = models.BooleanField(
        "advice about benefits was offered",
        default=False,
        help_text="Before they accept is best: pay can change what somebody gets.",
    )
    schedule_version = models.PositiveIntegerField(default=0, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "answer_by"])]
        permissions = [("answer_offer", "Can accept or decline the offer")]

    def __str__(self):
        return f"Offer for application {self.application.reference}"

    def get_absolute_url(self):
        return reverse("offer", args=[self.application.reference])

    def own_perms(self, user):
        """Its candidate answers; for somebody without an account, whoever deals with them does, and
        not whoever typed their application in.

        What else may be done with an offer is what may be done with its application.
        """
        application, own = self.application, set()
        handles = user.has_perm("recruitment.handle_application", application)
        if handles:
            own.add("recruitment.handle_application")
        speaks_for = application.candidate_id is None and user.pk != application.typed_by_id
        if user.pk == application.candidate_id or (handles and speaks_for):
            own.add("recruitment.answer_offer")
        return own

    def withheld_perms(self, user):
        return self.application.withheld_perms(user)

    @property
    def vacancy(self):
        return self.application.vacancy

    @property
    def is_declined(self):
        return self.state == self.State.DECLINED

    @property
    def is_over(self):
        return self.state in (self.State.STARTED, self.State.DECLINED, self.State.TAKEN_BACK)

    @classmethod
    @transaction.atomic
    def make(cls, application, *, by):
        """Offer the post. Two at once: the last post goes to one.

        Raises PermissionDenied, NotYet (not chosen, or not told) or Conflict (no post is left).
        """
        application.vacancy.lock()
        application.permit("make_offer", by=by)
        vacancy = application.vacancy
        earlier = cls.objects.filter(application=application).first()
        if earlier is not None and not earlier.was_decided_anew(
            decisions_of(vacancy).get(application.pk)
        ):
            words = "This candidate has been offered the post already."
            raise Already(words, application, mine=earlier.made_by_id == by.pk)
        taken = cls.objects.live().filter(application__vacancy=vacancy).count()
        if taken >= vacancy.posts:
            raise Conflict("Every post has been offered already.", vacancy)
        if application.is_in_reserve:
            if taken + chosen_without_offer(vacancy) >= vacancy.posts:
                raise Conflict("What is left is for somebody whom the panel has chosen.", vacancy)
            check_turn(application)
            application.follow("offer", by=by)
        if earlier is not None:
            earlier.delete()  # what was done with it stays in the audit trail
        offer = cls.objects.create(
            application=application,
            made_by=by,
            answer_by=add_working_days(clock.today(), ANSWER_WITHIN),
        )
        offer.followed("make", record("make", offer, by=by))
        return offer

    def was_decided_anew(self, decision):
        """Whether it fell, and the panel's decision was taken back and told again since."""
        fell = self.state in (self.State.DECLINED, self.State.TAKEN_BACK)
        return fell and decision is not None and (decision.sent_at or self.made_at) > self.made_at

    @transaction.atomic
    def agree(self, *, by, start_on, adjustments_in_place, benefits_advice):
        """Set the first day and what is in place for it; reminders follow the newest date.

        Raises PermissionDenied, IllegalMove (it has ended) or NotYet (nobody had accepted then).
        """
        self.permit("agree", by=by)
        if start_on is not None and start_on < self.first_possible_day:
            raise NotYet(self.too_early)
        if self.start_on != start_on:
            self.schedule_version += 1
        self.start_on = start_on
        self.adjustments_in_place, self.benefits_advice = adjustments_in_place, benefits_advice
        self.save(
            update_fields=[
                "start_on",
                "schedule_version",
                "adjustments_in_place",
                "benefits_advice",
            ]
        )
        record("agree_start", self, by=by, note=start_on.isoformat() if start_on else "no date")

    @property
    def first_possible_day(self):
        """The day on which it was accepted; until then, today."""

        def accepted_at():
            entries = AuditEntry.objects.about(self).filter(action="accept")
            return entries.values_list("at", flat=True).first()

        return clock.date_of(self.read_once("accepted_at", accepted_at) or clock.now())

    @property
    def too_early(self):
        """Of a first day before the first possible one."""
        return (
            "Nobody starts before the offer is accepted: the first day must be "
            f"{day(self.first_possible_day)} or later."
        )

    def near(self):
        """Others who start within four weeks of this one: people do well starting in pairs."""
        if self.start_on is None:
            return Offer.objects.none()
        others = Offer.objects.live().exclude(pk=self.pk)
        return others.filter(
            start_on__gte=self.start_on - NEAR, start_on__lte=self.start_on + NEAR
        ).select_related("application__vacancy")


# --- whose turn it is ---------------------------------------------------------------------------
def decisions_of(vacancy):
    """{id of the application: the panel's outcome after its interview}."""
    rows = Outcome.objects.current().filter(
        round__vacancy=vacancy, round__stage=Criterion.Stage.INTERVIEW
    )
    return {
        row.blind.redaction.application_id: row for row in rows.select_related("blind__redaction")
    }


def chosen_without_offer(vacancy):
    """How many the panel chose who have not been offered the post yet: told already, or not."""
    chosen = (
        Outcome.objects.standing()
        .filter(
            round__vacancy=vacancy, round__stage=Criterion.Stage.INTERVIEW, result=OutcomeResult.YES
        )
        .values("blind__redaction__application")
    )
    waiting = Q(pk__in=chosen) | Q(state=Application.State.OFFERED)
    return vacancy.applications.in_play().filter(waiting, offer__isnull=True).count()


def next_in_reserve(vacancy, decisions):
    """Ids of the applications whose turn it is on the reserve list, which ends on its day.

    In the panel's order; several where it ranked them equal.
    """
    waiting = set(
        vacancy.applications.filter(state=Application.State.INTERVIEW_RESERVE).values_list(
            "pk", flat=True
        )
    )
    today = clock.today()
    ranks = {
        pk: decision.rank or 0
        for pk, decision in decisions.items()
        if pk in waiting and (decision.reserve_until is None or decision.reserve_until >= today)
    }
    return {pk for pk, rank in ranks.items() if rank == min(ranks.values())}


def check_turn(application):
    """Raises NotYet where the reserve list has ended, or somebody comes before."""
    decisions = decisions_of(application.vacancy)
    decision = decisions.get(application.pk)
    if decision is None or application.pk in next_in_reserve(application.vacancy, decisions):
        return
    if decision.reserve_until is not None and decision.reserve_until < clock.today():
        raise NotYet(f"The reserve list held until {day(decision.reserve_until)}.")
    raise NotYet("Somebody else on the reserve list comes before this candidate.")
