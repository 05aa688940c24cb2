"""What the panel decided about each candidate, waiting until all of a stage is told at once.

An outcome belongs to the redacted copy, so that the panel can record it without a name. Human
Resources release a stage: every outcome in it, invitations and refusals together, none of them
without the feedback that it owes. From then on it leaves one candidate at a time, each in a
transaction with the move of their application, so that it can be stopped anywhere and gone on with.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import Revised, record
from apps.core.moves import Missing, effect, of_the_form, requirement

from ...applications.models.application import Application
from ...vacancies.models.vacancy import Criterion
from .. import events
from .blind import BlindApplication, may_handle
from .scoring import Round

Stage = Criterion.Stage
FEEDBACK_WORDS = "Feedback is missing for {}. Nothing is sent without it."


class OutcomeResult(models.TextChoices):
    YES = "yes", "Yes"
    RESERVE = "reserve", "Reserve"
    NO = "no", "No"


# What each result is called at each stage, and the move by which its candidate comes to know.
WORDS = {
    (Stage.SHORTLISTING, "yes"): ("Invite to an interview", "shortlist"),
    (Stage.SHORTLISTING, "reserve"): ("Reserve for an interview", "reserve"),
    (Stage.SHORTLISTING, "no"): ("Not invite", "not_shortlist"),
    (Stage.INTERVIEW, "yes"): ("Appoint", "offer"),
    (Stage.INTERVIEW, "reserve"): ("Reserve for the post", "hold_in_reserve"),
    (Stage.INTERVIEW, "no"): ("Not appoint", "turn_down"),
}


class OutcomeQuerySet(models.QuerySet):
    def current(self):
        """Those that hold: not taken back, and not followed by another."""
        return self.filter(ended_at__isnull=True)

    def standing(self):
        """Current ones of candidates who have not withdrawn."""
        return self.current().filter(blind__gone=False)

    def of(self, round_):
        return self.filter(round=round_)

    def waiting(self):
        """Released, and not told yet."""
        return self.standing().filter(released_at__isnull=False, sent_at__isnull=True)


class Outcome(Revised):
    """What one candidate will be told, or was told, at one stage."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="outcomes")
    blind = models.ForeignKey(BlindApplication, on_delete=models.CASCADE, related_name="outcomes")
    result = models.CharField(max_length=7, choices=OutcomeResult)
    rank = models.PositiveSmallIntegerField(null=True, editable=False)
    reason = models.TextField(
        max_length=2000,
        help_text="For the panel and Human Resources. The candidate may ask for it.",
    )
    feedback = models.TextField(
        "feedback for the candidate",
        blank=True,
        max_length=4000,
        help_text="What was good, and what would make a next application stronger. In plain and "
        "kind words. It is needed for everybody who is not chosen.",
    )
    reserve_until = models.DateField(
        "on the reserve list until",
        null=True,
        blank=True,
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="outcomes_recorded",
        editable=False,
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        editable=False,
        related_name="outcomes_released",
    )
    sent_at = models.DateTimeField(null=True, editable=False, help_text="When they were told.")
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        editable=False,
        related_name="outcomes_told",
        help_text="Who told somebody without an account.",
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    taken_back_why = models.TextField(blank=True, editable=False, max_length=2000)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["round", "ended_at", "sent_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "blind"],
                condition=Q(ended_at__isnull=True),
                name="recruitment_outcome_once",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(result="no") | ~Q(feedback=""),
                name="recruitment_no_refusal_without_feedback",
            ),
        ]

    def __str__(self):
        return f"Outcome {self.pk}"

    @property
    def words(self):
        return WORDS[self.round.stage, self.result][0]

    @property
    def move_name(self):
        return WORDS[self.round.stage, self.result][1]

    @property
    def needs_feedback(self):
        return self.result == OutcomeResult.NO and not self.feedback.strip()

    # --- the panel records ----------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def decide(cls, round_, blind, *, by, result, reason, feedback="", reserve_until=None):
        """Record, or change until it is released, what the panel decided about one candidate.

        Raises PermissionDenied, NotYet (not all is in; a guaranteed interview) or IllegalMove.
        """
        vacancy = round_.vacancy
        vacancy.permit("record_outcome", by=by)
        now = cls.objects.current().filter(round=round_, blind_id=blind.pk).first()
        cls._may_change(round_, now)
        results = round_.results()
        if blind.pk not in results and not round_.is_interview:
            raise IllegalMove("This candidate has withdrawn.", vacancy)
        if not reason.strip():
            raise NotYet("Give the reason.")
        if result == OutcomeResult.RESERVE and round_.is_interview and reserve_until is None:
            raise NotYet("Say until when the reserve list holds.")
        if (
            not round_.is_running
            and not round_.is_interview
            and result != OutcomeResult.YES
            and blind.pk in must_be_invited(round_, results)
        ):
            raise NotYet(f"Candidate {blind.label} must be invited.")
        if round_.is_interview and not round_.is_running and result != OutcomeResult.NO:
            cls._must_fit(round_, blind, result, results)
        fields = {
            "result": result,
            "reason": reason,
            "feedback": feedback,
            "recorded_by": by,
            "reserve_until": reserve_until if result == OutcomeResult.RESERVE else None,
            "rank": results[blind.pk].rank if blind.pk in results else None,
        }
        if now is not None and now.sent_at is not None:  # a reserve gets a further answer
            cls.objects.filter(pk=now.pk).update(ended_at=clock.now())
            now = None
        if now is None:
            now = cls.objects.create(round=round_, blind_id=blind.pk, **fields)
        else:
            now.save_revision(now.revision, **fields)
        record("decide_outcome", now, by=by)
        return now

    @classmethod
    def may_be_decided(cls, round_, now):
        """Whether the chair can record an outcome where ``now`` (or none) stands."""
        if not round_.vacancy.open_to("record_outcome"):
            return False
        try:
            cls._may_change(round_, now)
        except IllegalMove:
            return False
        return True

    @staticmethod
    def _may_change(round_, now):
        """While the round runs; later for whom none stands, or who is on the reserve list."""
        if now is not None and now.released_at is not None and now.sent_at is None:
            raise IllegalMove("This outcome is being sent.", round_.vacancy)
        told = now is not None and now.sent_at is not None
        if told and (now.result != OutcomeResult.RESERVE or round_.is_interview):
            raise IllegalMove("The candidate has been told. Take it back first.", round_.vacancy)
        if now is not None and not told and not round_.is_running:
            raise IllegalMove("The panel's decision is locked.", round_.vacancy)

    @classmethod
    def _must_fit(cls, round_, blind, result, results):
        """What the move *decide* asked of all still holds for one who is decided on again."""
        if blind.pk not in results:
            raise NotYet(f"Nobody interviewed candidate {blind.label}, so they cannot be chosen.")
        chosen = cls.objects.standing().filter(round=round_, result=OutcomeResult.YES)
        chosen = (
            chosen.exclude(blind=blind.pk)
            .exclude(blind__redaction__application__offer__state__in=("declined", "taken_back"))
            .count()
        )
        posts = round_.vacancy.posts
        if result == OutcomeResult.YES and chosen >= posts:
            raise NotYet(
                f"There {'is 1 post' if posts == 1 else f'are {posts} posts'}, and the "
                "panel has chosen for each."
            )

    @transaction.atomic
    def write_feedback(self, seen, text, *, by):
        """Any member of the panel may write it, until it is released.

        Raises PermissionDenied, IllegalMove or StaleEdit.
        """
        self.round.vacancy.permit("write_feedback", by=by)
        self.refresh_from_db(fields=["released_at", "ended_at"])
        if self.released_at is not None or self.ended_at is not None:
            raise IllegalMove("The feedback has been sent.", self.round.vacancy)
        self.save_revision(seen, feedback=text)
        record("write_feedback", self, by=by)


def must_be_invited(round_, results):
    """Ids of those who asked for the guarantee and meet every essential criterion.

    Read at the lock alone: it shows in no score, and before that nobody of the panel learns of it.
    """
    asked = BlindApplication.objects.filter(
        vacancy_id=round_.vacancy_id, gone=False, redaction__application__guaranteed_interview=True
    ).values_list("pk", flat=True)
    return {pk for pk in asked if pk in results and results[pk].meets}


# --- Human Resources tell -----------------------------------------------------------------------
def lacking(round_):
    """What stands in the way of telling a stage."""
    if round_.closed_at is None:
        yield Missing("The panel has not finished.", turn="the panel")
        return
    outcomes = list(round_.outcomes.standing().select_related("blind"))
    decided = {outcome.blind_id for outcome in outcomes}
    missing = [label for pk, label in to_decide(round_) if pk not in decided]
    if missing:
        yield Missing(
            f"No outcome is recorded for {_candidates(missing)}.", turn="the chair of the panel"
        )
    silent = [outcome.blind.label for outcome in outcomes if outcome.needs_feedback]
    if silent:
        yield Missing(FEEDBACK_WORDS.format(_candidates(silent)), turn="the panel")


def to_decide(round_):
    """(id, label) of everybody about whom this stage decides."""
    rows = BlindApplication.objects.filter(vacancy_id=round_.vacancy_id, gone=False)
    if round_.is_interview:
        rows = rows.filter(interview__isnull=False)
    return list(rows.values_list("pk", "label"))


def _candidates(labels):
    *first, last = sorted(labels)
    return f"Candidates {', '.join(first)} and {last}" if first else f"Candidate {last}"


@transaction.atomic
def release(round_, *, by):
    """Let a stage go: all its outcomes at once. Returns how many.

    Raises PermissionDenied, IllegalMove, NotYet (what is missing) or Conflict (all are told).

    What is released is sent by a worker (``tell``), and told by telephone to whoever has no
    account (``tell_by_telephone``).
    """
    if not may_handle(by, round_.vacancy):
        raise PermissionDenied
    round_.vacancy.permit(f"send_{round_.stage}", by=by)
    held = round_.outcomes.standing().filter(released_at__isnull=True)
    number = held.update(released_at=clock.now(), released_by=by)
    if not number:
        raise Conflict("Everybody has been told, or is being told.", round_.vacancy)
    record("send_outcomes", round_.vacancy, by=by, note=f"{round_.stage}: {number}")
    return number


def to_send():
    """What a worker sends: released outcomes of people with an account."""
    return Outcome.objects.waiting().filter(blind__redaction__application__candidate__isnull=False)


@transaction.atomic
def tell(pk):
    """Send one released outcome with its move. False where that was done, or is no longer due."""
    outcome = (
        to_send()
        .select_for_update(of=("self",))
        .select_related("round__vacancy", "released_by", "blind__redaction__application__candidate")
        .filter(pk=pk)
        .first()
    )
    if outcome is None:
        return False
    application = _told(outcome, by=outcome.released_by)
    if application is not None:
        events.outcome(application, outcome)
    return application is not None


@transaction.atomic
def tell_by_telephone(outcome, *, by):
    """Somebody without an account was told. Raises PermissionDenied or Conflict."""
    outcome = (
        Outcome.objects.select_for_update(of=("self",))
        .select_related("round__vacancy", "blind__redaction__application")
        .get(pk=outcome.pk)
    )
    application = outcome.blind.redaction.application
    if not by.has_perm("recruitment.handle_application", application):
        raise PermissionDenied
    if application.candidate_id is not None:
        raise Conflict("This candidate is told through their account.", application)
    if outcome.released_at is None or outcome.sent_at is not None or outcome.ended_at is not None:
        raise Conflict("This candidate has been told already, or it is not time yet.", application)
    _told(outcome, by=by, told_by=by)


def _told(outcome, *, by, told_by=None):
    """Move the application and note the time; None where its candidate has just withdrawn."""
    application = Application.objects.select_for_update(of=("self",)).get(
        pk=outcome.blind.redaction.application_id
    )
    move = Application.moves[outcome.move_name]
    if application.state != move.target:  # an offer may have been made meanwhile
        if application.state not in move.sources:
            return None
        application.follow(outcome.move_name, by=by)
    Outcome.objects.filter(pk=outcome.pk).update(sent_at=clock.now(), told_by=told_by)
    return application


# --- what must be so, what follows ----------------------------------------------------------------
def _round(vacancy, stage):
    found = vacancy.rounds.filter(stage=stage).first()
    if found is not None:
        found.vacancy = vacancy
    return found


def _comparison(vacancy, stage):
    """Where the panel reads and decides: a page of theirs alone."""
    return reverse("comparison", args=[vacancy.reference, stage])


def _standing(vacancy, stage):
    """{candidate's id: the outcome that holds} of one stage."""
    rows = Outcome.objects.standing().filter(round__vacancy=vacancy, round__stage=stage)
    return {outcome.blind_id: outcome for outcome in rows.select_related("blind")}


def _shortlist(vacancy):
    """What the lock still lacks, the results, and the outcomes."""
    standing = _round(vacancy, Stage.SHORTLISTING).standing()
    results = standing.results() if standing.all_in else {}
    outcomes = _standing(vacancy, Stage.SHORTLISTING)
    missing = list(standing.shortfalls(results))
    without = [result.label for pk, result in results.items() if pk not in outcomes]
    if without and not missing:
        missing.append(
            Missing(
                f"Record an outcome for {_candidates(without)}.",
                _comparison(vacancy, Stage.SHORTLISTING),
            )
        )
    return missing, results, outcomes


@requirement
def shortlist_is_complete(vacancy, by):
    missing, _, _ = _shortlist(vacancy)
    yield from missing


@of_the_form
def guarantee_is_kept(vacancy, by):
    """Who must be invited. No page says it beforehand, since it tells who asked for it: only
    pressing does, and only once everything else is settled.
    """
    missing, results, outcomes = _shortlist(vacancy)
    if missing:
        return
    round_ = _round(vacancy, Stage.SHORTLISTING)
    for pk in sorted(must_be_invited(round_, results), key=lambda pk: results[pk].label):
        if outcomes[pk].result != OutcomeResult.YES:
            yield Missing(f"{results[pk]} must be invited.")


@requirement
def decision_is_complete(vacancy, by):
    """Everybody was scored, and has an outcome that fits."""
    round_, page = _round(vacancy, Stage.INTERVIEW), _comparison(vacancy, Stage.INTERVIEW)
    people, standing = to_decide(round_), round_.standing()
    if standing.labels:
        results = standing.results() if standing.all_in else {}
        missing = list(standing.shortfalls(results))
        if missing:
            yield from missing
            return
    decided = _standing(vacancy, Stage.INTERVIEW)
    without = [label for pk, label in people if pk not in decided]
    if without:
        yield Missing(f"Record an outcome for {_candidates(without)}.", page)
    unheard = [
        label
        for pk, label in people
        if pk not in standing.labels
        and getattr(decided.get(pk), "result", "no") != OutcomeResult.NO
    ]
    if unheard:
        yield Missing(f"Nobody interviewed {_candidates(unheard)}, so they cannot be chosen.", page)


@requirement
def posts_suffice(vacancy, by):
    decided = _standing(vacancy, Stage.INTERVIEW).values()
    chosen = sum(outcome.result == OutcomeResult.YES for outcome in decided)
    if chosen > vacancy.posts:
        posts = "is 1 post" if vacancy.posts == 1 else f"are {vacancy.posts} posts"
        yield Missing(
            f"{chosen} are to be appointed, and there {posts}.",
            _comparison(vacancy, Stage.INTERVIEW),
        )


@requirement
def reserve_is_answered(vacancy, by):
    """Whoever waited for an interview."""
    outcomes = _standing(vacancy, Stage.SHORTLISTING).values()
    waiting = [one.blind.label for one in outcomes if one.result == OutcomeResult.RESERVE]
    if waiting:
        yield Missing(
            f"Say what becomes of the reserve for interviews: {_candidates(waiting)}.",
            _comparison(vacancy, Stage.SHORTLISTING),
        )


@requirement
def feedback_is_written(vacancy, by):
    decided = _standing(vacancy, Stage.INTERVIEW).values()
    silent = [outcome.blind.label for outcome in decided if outcome.needs_feedback]
    if silent:
        yield Missing(
            f"Write the feedback for {_candidates(silent)}.",
            _comparison(vacancy, Stage.INTERVIEW),
        )


@requirement
def shortlisting_can_be_told(vacancy, by):
    return lacking(_round(vacancy, Stage.SHORTLISTING))


@requirement
def decision_can_be_told(vacancy, by):
    return lacking(_round(vacancy, Stage.INTERVIEW))


@requirement
def reserve_list_is_over(vacancy, by):
    holding = (
        Outcome.objects.standing()
        .filter(
            round__vacancy=vacancy,
            result="reserve",
            reserve_until__gte=clock.today(),
            blind__redaction__application__state=Application.State.INTERVIEW_RESERVE,
        )
        .order_by("reserve_until")
        .last()
    )
    if holding is not None:
        yield Missing(f"The reserve list holds until {day(holding.reserve_until)}.")


@effect
def blindness_ends(vacancy, entry):
    record("end_blindness", vacancy, by=entry.by)
    events.shortlist_locked(vacancy)


@effect
def human_resources_hear(vacancy, entry):
    events.decided(vacancy)


@effect
def shortlisting_is_taken_back(application, entry):
    _take_back(application, entry, Stage.SHORTLISTING)


@effect
def decision_is_taken_back(application, entry):
    _take_back(application, entry, Stage.INTERVIEW)


def _take_back(application, entry, stage):
    """The outcome no longer holds; its candidate gets an apology with the reason."""
    outcome = (
        Outcome.objects.current()
        .filter(blind__redaction__application=application, round__stage=stage)
        .first()
    )
    if outcome is None:
        return
    outcome.ended_at, outcome.taken_back_why = clock.now(), entry.note
    outcome.save(update_fields=["ended_at", "taken_back_why"])
    events.apology(application, outcome)
