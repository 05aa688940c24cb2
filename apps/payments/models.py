"""Being paid for involvement: rates with dates, claims made from attendance, and expenses.

No bank details are kept here: payroll has them, and gets the sums.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.accounts.payable_time import ATTENDED, Work, employments
from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.money import NOTHING, pounds, to_pence, total
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.core.says import has_a_word, is_a_sentence
from apps.core.uploads import Upload
from apps.groups.models import WorkingGroup
from apps.meetings.models.about import (
    COUNTS,
    about,
    no_decision_is_on_its_way,
    the_way_to_a_decision,
    why_it_does_not_serve,
)
from apps.meetings.models.outcome import Decision

from . import events
from .floors import FLOORS, floor_at

OF_THE_JOB = "The trust employed the person on {}: that is part of their job, and paid as such."
CLAIM_WITHIN = timedelta(days=183)  # how far back attendance is offered for a claim
HALF_DAY = 4 * 60  # minutes; a longer stay begins a second half-day
AT_LEAST = MinValueValidator(Decimal("0.01"))


def money(**kwargs):
    return models.DecimalField(max_digits=9, decimal_places=2, **kwargs)


# --- rates --------------------------------------------------------------------------------------
@requirement
def steering_decided(rate, by):
    if not about(Decision.objects, rate).filter(state__in=COUNTS).exists():
        yield Missing("The steering group has not decided on it.", turn="the steering group")


@requirement
def status_is_decided(rate, by):
    """What pays less than the floor is no wage only where two people recorded that it is none."""
    if not rate.is_low or rate.status is not None:
        return
    floor = rate.floor
    if rate.open_status is not None:
        yield Missing(
            "A decision on status was written down. Somebody else of the programme office confirms "
            "it. Where there is nobody else yet, administrators give that role.",
            rate.status_url(by),
            turn="somebody else of the programme office",
        )
        return
    yield Missing(
        f"{rate.hourly_words} is below the legal minimum for workers, {pounds(floor.hour)} "
        f"{floor.since}. A decision on status has to be recorded, by two people: that those "
        "who are paid by this rate are not workers.",
        rate.status_url(by),
        turn="the programme office",
    )


@requirement
def is_below_the_floor(rate, by):
    if not rate.is_low:
        yield Missing("This rate is not below the legal minimum for workers.")


@requirement
def no_status_is_written(rate, by):
    if rate.open_status is not None:
        yield Missing("A decision on status is recorded already.", rate.get_absolute_url())


@requirement
def has_not_begun(rate, by):
    if rate.has_begun:
        yield Missing("People are paid by it since it began.")


def _low(floor):
    """A condition on rates: less than this floor for an hour."""
    half_day = floor.hour * (HALF_DAY // 60)
    units = Rate.Unit
    return Q(unit=units.HOUR, amount__lt=floor.hour) | Q(unit=units.HALF_DAY, amount__lt=half_day)


class RateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is paid, to everybody; what is proposed, to those who propose and who decide."""
        if not user.is_authenticated:
            return self.none()
        decides = WorkingGroup.objects.where(user, "view_workinggroup").filter(
            kind=WorkingGroup.Kind.STEERING
        )
        if user.has_perm("payments.set_rates") or decides.exists():
            return self
        return self.in_use()

    def with_status(self):
        """With what was decided on status, read once for all."""
        return self.prefetch_related("status_decisions")

    def in_use(self):
        """By which claims are paid: proposals pay nothing."""
        return self.filter(state=Rate.State.SET)

    def proposed(self):
        return self.filter(state=Rate.State.PROPOSED)

    def undecided(self):
        """Below a floor (``Rate.floor``), with no decision on status: in force now, or proposed."""
        today = clock.today()
        later = Rate.objects.in_use().filter(
            kind=OuterRef("kind"), effective_from__gt=OuterRef("effective_from")
        )
        low = _low(FLOORS[0])
        for floor in FLOORS:
            ended = Exists(later.filter(effective_from__lte=floor.starts))
            low |= _low(floor) & (Q(effective_from__gte=floor.starts) | ~ended)
        now = Q(state=Rate.State.SET) & ~Exists(later.filter(effective_from__lte=today))
        written = StatusDecision.objects.exclude(state=StatusDecision.State.DROPPED)
        rows = self.filter(low, now | Q(state=Rate.State.PROPOSED))
        return rows.exclude(Exists(written.filter(rate=OuterRef("pk"))))


class Rate(Stateful):
    """What one kind of work is paid from a date on, until a later rate of its kind begins.

    The programme office proposes it, and a meeting of the steering group decides on it. Its sum
    never changes: another rate follows.
    """

    class State(States):
        PROPOSED = "proposed", "yellow", "Proposed"
        SET = "set", "green", "Set"
        DROPPED = "dropped", "grey", "Taken back"

    moves = {
        "set": Move(
            (State.PROPOSED,),
            State.SET,
            "payments.set_rates",
            needs=(steering_decided, status_is_decided),
            label="Set the rate",
            internal=True,  # a confirmed decision makes it
        ),
        "unset": Move(
            (State.SET,),
            State.PROPOSED,
            "payments.set_rates",
            needs=(has_not_begun,),
            label="Count as proposed",
            internal=True,  # the decision lost its quorum
        ),
        "drop": Move(
            (State.PROPOSED,),
            State.DROPPED,
            "payments.set_rates",
            needs=(no_decision_is_on_its_way,),
            label="Take it back",
            reason=True,
            explain="The steering group no longer decides on it. What is paid stays as it is.",
        ),
        "decide_status": Act(
            (State.PROPOSED, State.SET),
            "payments.set_rates",
            needs=(is_below_the_floor, no_status_is_written),
            label="Record a decision on status",
            closed="This rate was taken back.",
        ),
    }

    class Unit(models.TextChoices):
        HOUR = "hour", "an hour"
        HALF_DAY = "half_day", "a half-day"

    kind = models.CharField("kind of work", max_length=12, choices=Work)
    unit = models.CharField("paid by", max_length=10, choices=Unit, default=Unit.HOUR)
    amount = money(validators=[AT_LEAST])
    effective_from = models.DateField("from")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rates_set"
    )
    set_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)

    objects = RateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "effective_from"],
                condition=Q(state="set"),
                name="payments_rate_once_a_day",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="network_rate_is_something"),
        ]
        permissions = [("set_rates", "Can set rates and limits of involvement payments")]

    def __str__(self):
        return f"{self.get_kind_display()}: {pounds(self.amount)} {self.get_unit_display()}"

    def save(self, *args, update_fields=None, **kwargs):
        if self.pk and not (update_fields and set(update_fields) <= {"state", "effective_from"}):
            raise TypeError("A rate never changes. Propose a new one from a later date.")
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("rate", args=[self.pk])

    @property
    def has_begun(self):
        return self.effective_from <= clock.today()

    # --- the legal floor -----------------------------------------------------------------------
    @property
    def hourly(self):
        """What it pays for an hour at the least: a half-day is one hour of up to four."""
        hours = HALF_DAY // 60 if self.unit == self.Unit.HALF_DAY else 1
        return self.amount / hours

    @property
    def hourly_words(self):
        """*£12.70 an hour*, or what an hour of a half-day is."""
        if self.unit == self.Unit.HALF_DAY:
            return f"{self}, for up to {HALF_DAY // 60} hours,"
        return f"{pounds(self.amount)} an hour"

    @property
    def floor(self):
        """The highest floor of the table for the days on which it pays.

        From its first day to the eve of the next rate that is set; with none, for ever: a floor
        that is known today holds for the days to come as well.
        """
        later = Rate.objects.in_use().filter(kind=self.kind, effective_from__gt=self.effective_from)
        ends = later.order_by("effective_from").values_list("effective_from", flat=True).first()
        return floor_at(ends - timedelta(days=1)) if ends else FLOORS[-1]

    @property
    def is_low(self):
        return self.hourly < self.floor.hour

    @property
    def open_status(self):
        """The decision on status that counts, or waits for a second person; None."""
        dropped = StatusDecision.State.DROPPED
        return next((one for one in self.status_decisions.all() if one.state != dropped), None)

    @property
    def status(self):
        """The decision on status that counts, or None."""
        return next((one for one in self.status_decisions.all() if one.counts), None)

    def status_url(self, user):
        """Where this person can mend that none counts."""
        if not self.permits(user, "decide_status"):
            return ""
        if self.open_status is not None:
            return f"{self.get_absolute_url()}#status"
        return reverse("rate_status", args=[self.pk])

    def pays(self, minutes):
        """The pay for so long, to the penny."""
        if self.unit == self.Unit.HALF_DAY:
            return to_pence(self.amount * -(-minutes // HALF_DAY))
        return to_pence(self.amount * minutes / 60)

    @classmethod
    @transaction.atomic
    def propose(cls, *, by, kind, unit, amount, effective_from):
        """Propose a rate; it may begin in the past only where that time had no rate at all.

        Raises PermissionDenied or NotYet.
        """
        if not by.has_perm("payments.set_rates"):
            raise PermissionDenied
        others = cls.objects.filter(kind=kind).exclude(state=cls.State.DROPPED)
        days = set(others.values_list("effective_from", flat=True))
        if days and min(days) <= effective_from < clock.today():
            raise NotYet("Rates are not changed for the past. Choose today or a later date.")
        if effective_from in days:
            raise NotYet("There is a rate for this kind of work from that day.")
        rate = cls.objects.create(
            kind=kind, unit=unit, amount=amount, effective_from=effective_from, set_by=by
        )
        record("propose_rate", rate, by=by, note=f"{rate} from {effective_from.isoformat()}")
        return rate

    def become_set(self, *, by):
        """The steering group decided it. Not for a day on which another rate was in force.

        One below the floor of its days waits for the decision on status, which then comes here.
        """
        if not self.open_to("set"):
            return  # people are paid by it since it began
        # All of a kind, proposals too: two that become set at once come one after the other, and
        # so do the two things that it waits for.
        kin = Rate.objects.select_for_update().filter(kind=self.kind).order_by("pk")
        taken = {one.effective_from for one in kin if one.state == Rate.State.SET}
        begins = self.effective_from
        if taken and begins >= min(taken):
            begins = max(begins, clock.today() + timedelta(days=1))
        while begins in taken:
            begins += timedelta(days=1)
        begun = Rate.objects.get(pk=self.pk)
        begun.effective_from = begins  # the floor of the day on which it really begins
        if not begun.missing("set", by):
            self.follow("set", by=by, effective_from=begins)

    def lose_decision(self, *, by):
        """Its decision counts no more: it is proposed again, unless people are paid by it."""
        if self.open_to("unset") and not self.has_begun:
            self.follow("unset", by=by)

    @property
    def decision_fell(self):
        """It is paid, and what set it counts no more."""
        if not self.open_to("unset"):
            return False
        states = set(about(Decision.objects, self).values_list("state", flat=True))
        return bool(states) and states.isdisjoint(COUNTS)

    # --- the way to a decision ------------------------------------------------------------------
    def why_it_does_not_set(self, decision, user):
        return why_it_does_not_serve(
            decision,
            self,
            user,
            since=self.set_at,
            early="That meeting began before the rate was proposed.",
            settles="sets",
        )

    def way_to_a_meeting(self, user):
        """What still stands between a proposed rate and the decision that sets it."""
        steering = WorkingGroup.objects.filter(
            kind=WorkingGroup.Kind.STEERING, state=WorkingGroup.State.ACTIVE
        )
        groups = list(steering.order_by("pk"))
        if not groups:
            yield Missing("There is no steering group at work that could decide on it.")
            return
        yield from the_way_to_a_decision(
            self,
            groups,
            user,
            lambda decision: self.why_it_does_not_set(decision, user),
            since=self.set_at,
            words="the steering group",
        )


@requirement
def somebody_else_wrote_it(status, by):
    if by.pk == status.written_by_id:
        yield Missing(
            "Somebody else confirms what you have written.",
            turn="somebody else of the programme office",
        )


@requirement
def rate_stands(status, by):
    if not status.rate.open_to("decide_status"):
        yield Missing("The rate was taken back.")


@effect
def status_counts(status, entry):
    """A rate for which it came last is set now."""
    status.confirmed_by, status.confirmed_at = entry.by, entry.at
    status.save(update_fields=["confirmed_by", "confirmed_at"])
    Rate.objects.get(pk=status.rate_id).become_set(by=entry.by)


class StatusDecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who look after rates: others read no more than that there is one, and its day."""
        return self if user.has_perm("payments.set_rates") else self.none()


class StatusDecision(Stateful):
    """That those who are paid by a rate below the floor are not workers: who decided, and why.

    The trust decides it, by what HM Revenue and Customs ask about status, which the guide of the
    National Institute for Health and Care Research and the Health Research Authority explains
    (*Payment for public involvement*). Here two people record that it was decided.
    """

    class State(States):
        WRITTEN = "written", "yellow", "Waits for a second person"
        RECORDED = "recorded", "green", "Recorded"
        DROPPED = "dropped", "grey", "Taken back"

    moves = {
        "confirm": Move(
            (State.WRITTEN,),
            State.RECORDED,
            "payments.set_rates",
            needs=(somebody_else_wrote_it, rate_stands),
            then=(status_counts,),
            label="Confirm the decision on status",
            done="The decision on status is recorded.",
            main=True,
            warn=True,
            explain="You say that this was decided so, and that you have seen it. The rate can "
            "then be in force although it is below the legal minimum for workers.",
        ),
        "drop": Move(
            (State.WRITTEN,),
            State.DROPPED,
            "payments.set_rates",
            label="Take the decision on status back",
            done="The decision on status is taken back.",
            reason=True,
            explain="It then counts for nothing. Another can be written.",
        ),
    }

    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="status_decisions")
    decided_by = Line(max_length=150)
    decided_on = models.DateField()
    grounds = models.TextField(max_length=3000)
    state = models.CharField(max_length=10, choices=State, default=State.WRITTEN)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="status_written"
    )
    written_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="status_confirmed",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StatusDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rate"], condition=~Q(state="dropped"), name="payments_status_one"
            )
        ]

    def __str__(self):
        return f"Decision on status, {self.rate}"

    def get_absolute_url(self):
        return self.rate.get_absolute_url()

    @property
    def counts(self):
        return self.state == self.State.RECORDED

    @property
    def facts(self):
        """What the second person confirms."""
        floor = self.rate.floor
        yield "Rate", f"{self.rate}, from {day(self.rate.effective_from)}"
        yield "Legal minimum", f"{pounds(floor.hour)} an hour {floor.since}"
        yield "Who decided", f"{self.decided_by}, {day(self.decided_on)}"
        yield "Why they are not workers", self.grounds
        yield "Written by", f"{self.written_by.name}, {day(self.written_at)}"

    @staticmethod
    def faults(decided_by, decided_on, grounds):
        """(field, what is wrong with it)."""
        if not has_a_word(decided_by):
            yield "decided_by", "Say who decided it, in words."
        if decided_on < FLOORS[0].starts:
            yield "decided_on", f"Check the year. It is not before {day(FLOORS[0].starts)}."
        elif decided_on > clock.today():
            yield "decided_on", "The day has not come yet. Record it once it is decided."
        if not is_a_sentence(grounds):
            yield "grounds", "Write at least a sentence: why those who are paid are not workers."

    @classmethod
    @transaction.atomic
    def write(cls, rate, *, by, decided_by, decided_on, grounds):
        """Somebody records what was decided; a second person confirms it.

        Raises PermissionDenied, IllegalMove (the rate was taken back) or NotYet.
        """
        rate.permit("decide_status", by=by)
        if faults := list(cls.faults(decided_by, decided_on, grounds)):
            raise NotYet(*(words for _, words in faults))
        status = cls.objects.create(
            rate=rate,
            written_by=by,
            decided_by=decided_by,
            decided_on=decided_on,
            grounds=grounds,
        )
        record("write_status", status, by=by)
        return status


class RateTable:
    """All rates that are set, read once, to look many up."""

    def __init__(self):
        self.rates = defaultdict(list)
        for rate in Rate.objects.in_use().order_by("-effective_from"):
            self.rates[rate.kind].append(rate)

    def at(self, kind, on):
        """The rate of a kind of work in force on a date, or None."""
        return next((rate for rate in self.rates[kind] if rate.effective_from <= on), None)


# --- limits -------------------------------------------------------------------------------------
class EarningsLimit(models.Model):
    """A sum within a time that the programme warns about. Nothing is stopped by it."""

    class Period(models.TextChoices):
        WEEK = "week", "a week"
        MONTH = "month", "a month"
        TAX_YEAR = "tax_year", "a tax year"

    period = models.CharField(max_length=10, choices=Period, unique=True)
    amount = money(validators=[AT_LEAST])

    class Meta:
        ordering = ["amount"]

    def __str__(self):
        return f"{pounds(self.amount)} {self.get_period_display()}"

    def get_absolute_url(self):
        return reverse("rates")

    def around(self, on, begins=1):
        """(first day, last day) of the period around a date; ``begins`` is the day of the month on
        which a person's own month begins."""
        if self.period == self.Period.WEEK:
            monday = on - timedelta(days=on.weekday())
            return monday, monday + timedelta(days=6)
        if self.period == self.Period.MONTH:
            # Past the end of a shorter month it begins on that month's last day.
            this = on + relativedelta(day=begins)
            first = this if this <= on else on + relativedelta(months=-1, day=begins)
            return first, first + relativedelta(months=1, day=begins) - timedelta(days=1)
        return tax_year(on)


class BenefitMonth(models.Model):
    """On which day of the month somebody's own month begins, for benefits that count by it.

    Universal Credit counts pay in the month in which it comes, and that month begins on a day of
    the person's own (docs/adr/0033). Nobody but they reads it: it tells that they get a benefit.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="benefit_month"
    )
    begins = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(31)]
    )

    def __str__(self):
        return f"Benefit month {self.pk}"

    @classmethod
    def of(cls, user):
        """The day of somebody's month: the first, where they have not said."""
        return cls.objects.filter(user=user).values_list("begins", flat=True).first() or 1

    @classmethod
    def say(cls, user, begins):
        """They say it, or (None) take it back. It is theirs alone, so it is in no audit trail."""
        if begins is None:
            cls.objects.filter(user=user).delete()
        else:
            cls.objects.update_or_create(user=user, defaults={"begins": begins})


def tax_year(on):
    """(6 April, 5 April) of the tax year around a date."""
    starts = on.year if (on.month, on.day) >= (4, 6) else on.year - 1
    return date(starts, 4, 6), date(starts + 1, 4, 5)


@dataclass(frozen=True)
class Above:
    """A person's pay in one period is above a limit."""

    limit: EarningsLimit
    starts: date
    ends: date
    amount: Decimal

    @property
    def when(self):
        return f"{day(self.starts)} to {day(self.ends)}"


# --- claims -------------------------------------------------------------------------------------
class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; the office sees what was sent in, and what somebody who left had begun."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(user=user)
        if not user.has_perm("payments.approve_claim"):
            return self.filter(mine)
        return self.filter(mine | ~Q(state=InvolvementClaim.State.DRAFT) | Q(user__is_active=False))

    def unpaid(self):
        return self.exclude(state=InvolvementClaim.State.PAID)

    def waiting(self):
        return self.filter(state=InvolvementClaim.State.SUBMITTED)

    def over(self, cutoff):
        """Paid in a tax year that ended before the cutoff; or never sent, and nothing in it is
        of a later day."""
        since = tax_year(clock.date_of(cutoff))[0]
        unsent = self.filter(state__in=InvolvementClaim.OPEN, created_at__date__lt=since)
        later = Q(lines__on__gte=since) | Q(expenses__on__gte=since)
        unsent = unsent.exclude(pk__in=InvolvementClaim.objects.filter(later).values("pk"))
        return self.filter(Q(paid_on__lt=since) | Q(pk__in=unsent.values("pk")))

    def discard(self):
        """Delete them with all that they hold; the files of receipts once that is settled."""
        for expense in Expense.objects.filter(claim__in=self, receipt__isnull=False):
            expense.discard_receipt()
        self.delete()


@requirement
def holds_something(claim, by):
    if not claim.lines.exists() and not claim.expenses.exists():
        words = "There is nothing in this claim yet. Add a meeting or an expense first."
        yield Missing(words, reverse("claim_attended", args=[claim.pk]))


@requirement
def lies_in_the_past(claim, by):
    today = clock.today()
    if claim.lines.filter(on__gt=today).exists() or claim.expenses.filter(on__gt=today).exists():
        yield Missing("Something in this claim lies in the future. Claim it afterwards.")


@requirement
def nothing_is_of_the_job(claim, by):
    """A post may be recorded after the claim was begun."""
    employed = employments(claim.user)
    parts = [*claim.lines.all(), *claim.expenses.all()] if employed else []
    days = {one.on for one in parts if any(post.covers(one.on) for post in employed)}
    if days and by.pk != claim.user_id:  # on which days somebody is in post is their own
        yield Missing("Part of it cannot be claimed any more. Send it back: the person reads why.")
    elif days:
        days = ", ".join(map(day, sorted(days)))
        yield Missing(f"{OF_THE_JOB.format(days)} Take it out of the claim first.")


@requirement
def is_not_their_own(claim, by):
    if by.pk == claim.user_id:
        words = "This is your own claim. Somebody else has to deal with it."
        yield Missing(words, turn="somebody else who deals with claims")


@of_the_form
def not_before_they_asked(claim, by):
    """Pay that comes in another month can cost somebody their benefit."""
    if claim.pay_from and (claim.paid_on or clock.today()) < claim.pay_from:
        yield Missing(f"{claim}: they asked to be paid not before {day(claim.pay_from)}.")


@effect
def sent_in(claim, entry):
    claim.submitted_at, claim.answer = clock.now(), ""
    claim.save(update_fields=["submitted_at", "answer"])


@effect
def answered(claim, entry):
    claim.decided_at, claim.decided_by, claim.answer = clock.now(), entry.by, entry.note
    claim.save(update_fields=["decided_at", "decided_by", "answer"])


@effect
def paid(claim, entry):
    claim.paid_on = claim.paid_on or clock.today()
    claim.save(update_fields=["paid_on"])


class InvolvementClaim(Stateful):
    """One person's claim for time and expenses, from what they attended."""

    class State(States):
        DRAFT = "draft", "grey", "Not sent yet"
        SUBMITTED = "submitted", "blue", "Sent"
        APPROVED = "approved", "green", "Approved"
        RETURNED = "returned", "yellow", "Needs a change"
        PAID = "paid", "green", "Paid"

    moves = {
        "submit": Move(
            (State.DRAFT, State.RETURNED),
            State.SUBMITTED,
            "payments.own_claim",
            needs=(holds_something, lies_in_the_past, nothing_is_of_the_job),
            then=(sent_in, events.claim_waiting),
            main=True,
            label="Send the claim",
            explain="The programme office checks it, and tells you when it is approved.",
        ),
        "take_back": Move(
            (State.SUBMITTED,),
            State.DRAFT,
            "payments.own_claim",
            label="Take the claim back",
            explain="You can then change it and send it again.",
        ),
        "approve": Move(
            (State.SUBMITTED,),
            State.APPROVED,
            "payments.approve_claim",
            needs=(is_not_their_own, nothing_is_of_the_job),
            then=(answered, events.claim_approved),
            main=True,
            label="Approve the claim",
            explain="The person is told. Payment comes next.",
        ),
        "send_back": Move(
            (State.SUBMITTED, State.APPROVED),
            State.RETURNED,
            "payments.approve_claim",
            needs=(is_not_their_own,),
            then=(answered, events.claim_returned),
            label="Ask for a change",
            reason=True,
            explain="The person is told and reads your reason. They can change the claim and send "
            "it again.",
        ),
        "pay": Move(
            (State.APPROVED,),
            State.PAID,
            "payments.pay_claim",
            needs=(is_not_their_own, nothing_is_of_the_job, not_before_they_asked),
            then=(paid, events.claim_paid),
            main=True,
            label="Mark as paid",
            explain="The person is told.",
        ),
        "change": Act(
            (State.DRAFT, State.RETURNED),
            "payments.own_claim",
            closed="This claim is already {state}. It can no longer change.",
        ),
    }
    OPEN = (State.DRAFT, State.RETURNED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    work_total = money(default=NOTHING, editable=False)
    expenses_total = money(default=NOTHING, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="claims_decided",
    )
    answer = models.TextField(blank=True, editable=False, help_text="What has to change.")
    pay_from = models.DateField(
        "not before",
        null=True,
        blank=True,
        editable=False,
        help_text="The person asks to be paid on this day or later.",
    )
    paid_on = models.DateField(null=True, blank=True, editable=False, db_index=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "state"])]
        permissions = [
            ("approve_claim", "Can approve and return involvement claims"),
            ("pay_claim", "Can mark involvement claims as paid"),
        ]

    def __str__(self):
        return f"Claim {self.reference}"  # no name and no sum: this reaches audit lists

    def get_absolute_url(self):
        return reverse("claim", args=[self.pk])

    @property
    def reference(self):
        return f"C{self.pk:05d}" if self.pk else "new"

    @property
    def total(self):
        return self.work_total + self.expenses_total

    def own_perms(self, user):
        """The claimant fills it in; where they have left, the office does it for them."""
        if user.pk == self.user_id:
            return {"payments.own_claim"} if may_claim(user) else set()
        if not self.user.is_active and user.has_perm("payments.approve_claim"):
            return {"payments.own_claim"}
        return set()

    @classmethod
    @transaction.atomic
    def begin(cls, user):
        """The person's draft: the one there is, or a new one."""
        if not user.has_perm("payments.own_claim", cls(user=user)):
            raise PermissionDenied
        User.objects.select_for_update().get(pk=user.pk)  # two clicks make one draft
        draft = cls.objects.filter(user=user, state=cls.State.DRAFT).first()
        if draft is None:
            draft = cls.objects.create(user=user)
            record("begin", draft, by=user)
        return draft

    # --- what it holds --------------------------------------------------------------------------
    def _check_the_day(self, on):
        """Raise NotYet for a day on which the claimant was in post."""
        if any(post.covers(on) for post in employments(self.user)):
            raise NotYet(OF_THE_JOB.format(day(on)))

    def retotal(self):
        """Add up anew what it holds, exactly."""
        self.work_total = total(self.lines.values_list("amount", flat=True))
        self.expenses_total = total(self.expenses.values_list("amount", flat=True))
        self.save(update_fields=["work_total", "expenses_total"])

    @transaction.atomic
    def add_attended(self, keys, *, by):
        """Add attendances of the claimant by their keys. Returns how many.

        Raises Conflict where one of them has just been claimed.
        """
        self.permit("change", by=by)
        rates = RateTable()
        offered = {one.key: one for one in unclaimed(self.user)}
        gone = [key for key in keys if key not in offered]
        if gone and set(keys) <= set(self.lines.values_list("key", flat=True)):
            raise Already("This is in your claim.", self, mine=True)
        if gone:
            raise Conflict("Something that you chose has been claimed already.", self)
        lines = []
        for key in keys:
            one = offered[key]
            rate = rates.at(one.kind, one.on)
            if rate is None:
                raise NotYet(
                    f"There is no rate yet for {one.what} on {day(one.on)}. "
                    "The programme office has to set one first."
                )
            lines.append(
                ClaimLine(
                    claim=self,
                    key=key,
                    kind=one.kind,
                    what=one.what[:200],
                    on=one.on,
                    minutes=one.minutes,
                    rate=rate,
                    amount=rate.pays(one.minutes),
                )
            )
        try:
            with transaction.atomic():
                ClaimLine.objects.bulk_create(lines)
        except IntegrityError:
            raise Conflict("Something that you chose has been claimed already.", self) from None
        self.retotal()
        return len(lines)

    @transaction.atomic
    def add_work(self, *, by, kind, what, on, minutes, agreed_with):
        """Add other work that somebody agreed to."""
        self.permit("change", by=by)
        self._check_the_day(on)
        rate = RateTable().at(kind, on)
        if rate is None:
            raise NotYet(f"There is no rate for this kind of work on {day(on)}.")
        line = self.lines.create(
            kind=kind,
            what=what,
            on=on,
            minutes=minutes,
            rate=rate,
            agreed_with=agreed_with,
            amount=rate.pays(minutes),
        )
        self.retotal()
        return line

    @transaction.atomic
    def add_expense(self, *, by, kind, what, on, amount, receipt=None):
        """Add something that the person spent; ``receipt`` is a cleaned upload."""
        self.permit("change", by=by)
        self._check_the_day(on)
        expense = self.expenses.create(kind=kind, what=what, on=on, amount=amount)
        if receipt:
            Receipt.objects.create(expense=expense, **Receipt.describe(receipt))
        self.retotal()
        return expense

    @transaction.atomic
    def remove(self, part, *, by):
        """Take a line or an expense of this claim out again. Its receipt goes with it."""
        self.permit("change", by=by)
        if isinstance(part, Expense):
            part.discard_receipt()
        deleted, _ = type(part).objects.filter(pk=part.pk, claim=self).delete()
        if not deleted:
            raise Already("This has been taken out already.", self, mine=True)
        self.retotal()

    @transaction.atomic
    def ask_to_be_paid_from(self, pay_from, *, by):
        """Ask for pay on this day or later, or (None) as soon as it can be."""
        self.permit("change", by=by)
        self.pay_from = pay_from
        self.save(update_fields=["pay_from"])

    @property
    def pay_day(self):
        """When its pay comes, as far as is known: paid, asked for, or today at the earliest."""
        return self.paid_on or max(self.pay_from or clock.today(), clock.today())

    def warnings(self):
        """Where the person's pay in some period goes above a limit that the office set.

        By the day on which pay comes, within the month of the person's own: that is what benefits
        go by, and not the day of the work.
        """
        limits = list(EarningsLimit.objects.all()) if self.work_total else []
        if not limits:
            return []
        begins = BenefitMonth.of(self.user)
        sent = InvolvementClaim.objects.filter(user=self.user_id).exclude(state__in=self.OPEN)
        pays = [(one.pay_day, one.work_total) for one in [*sent.exclude(pk=self.pk), self]]
        found = []
        for limit in limits:
            starts, ends = limit.around(self.pay_day, begins)
            amount = total(pay for on, pay in pays if starts <= on <= ends)
            if amount > limit.amount:
                found.append(Above(limit, starts, ends, amount))
        return sorted(found, key=lambda one: (one.starts, one.ends))


def may_claim(user):
    """People who take part and are not employed: staff are paid for it already.

    A past role counts as well: what was done under it can still be claimed.
    """
    if user.constituency == Constituency.STAFF:
        return False
    if not hasattr(user, "_takes_part"):
        user._takes_part = user.memberships.exists()
    return user._takes_part


def unclaimed_keys(user):
    """A query for each source of what this person attended lately, not as part of a job, and has
    not claimed."""
    since = clock.today() - CLAIM_WITHIN
    mine = ClaimLine.objects.filter(claim__user=user, on__gte=since)
    for source in ATTENDED:
        keys = source.keys(user, since)
        yield keys.exclude(Exists(mine.filter(key=OuterRef("key"))))


def unclaimed(user):
    """What this person attended lately and has not claimed, newest first; a fixed number of
    queries."""
    if not may_claim(user):
        return []
    since = clock.today() - CLAIM_WITHIN
    given = [one for source in ATTENDED for one in source(user, since)]
    if not given:
        return []
    first, *others = unclaimed_keys(user)
    keys = set(first.union(*others, all=True).values_list("key", flat=True))
    found = [one for one in given if one.key in keys]
    return sorted(found, key=lambda one: one.on, reverse=True)


def of_the_job(user):
    """What this person attended lately while the trust employed them, newest first."""
    if not employments(user):
        return []
    since = clock.today() - CLAIM_WITHIN
    found = [one for source in ATTENDED for one in source.of_the_job(user, since)]
    return sorted(found, key=lambda one: one.on, reverse=True)


@transaction.atomic
def pay(claims, *, by, paid_on):
    """Mark several claims as paid on one day: all of them, or none."""
    if paid_on > clock.today():
        raise NotYet("The day of payment is in the future.")
    for claim in claims:
        claim.move("pay", by=by, paid_on=paid_on)


# --- what a claim holds -------------------------------------------------------------------------
class ClaimLine(models.Model):
    """Time of one kind on one day, at the rate of that day."""

    claim = models.ForeignKey(InvolvementClaim, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="The attendance that it stands for; each is claimed once. Empty: typed by hand.",
    )
    kind = models.CharField("kind of work", max_length=12, choices=Work)
    what = Line(max_length=200)
    on = models.DateField(db_index=True)
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="lines")
    amount = money()
    agreed_with = Line(max_length=120, blank=True, help_text="Who agreed to it.")

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self):
        return f"Line {self.pk} of {self.claim}"

    @property
    def hours(self):
        """``1 hour 30 minutes``."""
        hours, minutes = divmod(self.minutes, 60)
        parts = [
            f"{number} {word}{'' if number == 1 else 's'}"
            for number, word in ((hours, "hour"), (minutes, "minute"))
            if number
        ]
        return " ".join(parts)


class Expense(models.Model):
    """Something that the person spent in order to take part."""

    class Kind(models.TextChoices):
        TRAVEL = "travel", "Travel"
        CARE = "care", "Care for a child or another person"
        SUPPORT = "support", "Somebody who supported me"
        OTHER = "other", "Something else"

    claim = models.ForeignKey(InvolvementClaim, on_delete=models.CASCADE, related_name="expenses")
    kind = models.CharField(max_length=10, choices=Kind)
    what = Line(max_length=200)
    on = models.DateField()
    amount = money(validators=[AT_LEAST])

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self):
        return f"Expense {self.pk} of {self.claim}"

    def discard_receipt(self):
        """The file goes once the transaction is through."""
        receipt = Receipt.objects.filter(expense=self).first()
        if receipt:
            receipt.delete()
            transaction.on_commit(lambda: receipt.file.storage.delete(receipt.file.name))


class ReceiptQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(expense__claim__in=InvolvementClaim.objects.visible_to(user))


class Receipt(Upload):
    """The picture or scan of a receipt, for the claimant and the office alone."""

    expense = models.OneToOneField(Expense, on_delete=models.CASCADE, related_name="receipt")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
