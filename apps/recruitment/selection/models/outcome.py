"""What the panel decided about each candidate, waiting until all of a stage is told at once.

An outcome belongs to the redacted copy, so that the panel can record it without a name. What it
says of the shortlist is what the panel recommends: once that is locked it is Human Resources' to
answer. They invite whoever the published rule guarantees an interview, which the panel learns
neither before nor after, and may invite others.

Human Resources release a stage: every outcome in it, invitations and refusals together, none
without the feedback that it owes. From then on it leaves one candidate at a time, each in a
transaction with the move of their application: it can be stopped anywhere and gone on with.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property

from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import Already, Conflict, IllegalMove, NotYet
from apps.core.models import FirstPress, Revised, record
from apps.core.moves import Missing, effect, requirement
from apps.core.says import says_something

from ...applications.models.application import Application
from ...vacancies.models.panel import has_sat_on
from ...vacancies.models.vacancy import ANOTHER_MEMBER, Criterion, Vacancy
from .. import events
from .blind import BlindApplication, Redactor, may_handle, may_join
from .scoring import Round

Stage = Criterion.Stage
FEEDBACK_WORDS = "Feedback is missing for {}. Nothing is sent without it."
GUARANTEED = "Asked for a guaranteed interview, and meets every essential criterion."


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

    def with_recommended(self):
        """With ``recommended``: the result that was recorded first, by the panel."""
        first = Outcome.objects.filter(round=OuterRef("round"), blind=OuterRef("blind"))
        return self.annotate(recommended=Subquery(first.order_by("pk").values("result")[:1]))

    def coded(self, round_):
        """With ``code``: how the panel knows the candidate at this stage."""
        return self.annotate(code=F(f"blind__{round_.code}"))

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
    def is_yes(self):
        return self.result == OutcomeResult.YES

    @property
    def is_changed(self):
        """Of ``with_recommended``: whether it says something else than the panel did."""
        return self.result != self.recommended

    @property
    def recommended_words(self):
        return WORDS[self.round.stage, self.recommended][0]

    @property
    def needs_feedback(self):
        return self.result == OutcomeResult.NO and not says_something(self.feedback)

    @property
    def is_anew(self):
        """Of a decided post: recorded in place of what was taken back, and not confirmed by two."""
        since = self.round.agreed_since
        held = self.round.is_interview and self.released_at is None
        return held and since is not None and self.recorded_at > since

    @property
    def waits_for_a_call(self):
        """Of ``Telling``: released, and its candidate has no account."""
        return not self.has_account and self.released_at is not None and self.sent_at is None

    # --- the panel records ----------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def decide(cls, round_, blind, *, by, result, reason, feedback="", reserve_until=None):
        """Record, or change until it is released, what the panel decided about one candidate.

        Raises PermissionDenied, NotYet (not all is in) or IllegalMove. It asks for no guarantee.
        """
        vacancy = round_.vacancy
        vacancy.permit(f"decide_{round_.stage}", by=by)
        now = cls.objects.current().filter(round=round_, blind_id=blind.pk).first()
        if now is not None:
            now.round = round_
        cls._may_change(round_, now)
        results = round_.results()
        if blind.pk not in results and not round_.is_interview:
            raise IllegalMove("This candidate has withdrawn.", vacancy)
        if not says_something(reason):
            raise NotYet("Give the reason.")
        if result == OutcomeResult.RESERVE and round_.is_interview and reserve_until is None:
            raise NotYet("Say until when the reserve list holds.")
        if round_.is_interview and not round_.is_running and result != OutcomeResult.NO:
            cls._must_fit(round_, blind, result, results)
        fields = {
            "result": result,
            "reason": reason,
            "feedback": feedback,
            "recorded_by": by,
            "recorded_at": clock.now(),
            "reserve_until": reserve_until if result == OutcomeResult.RESERVE else None,
            "rank": results[blind.pk].rank if blind.pk in results else None,
        }
        if now is None:
            now = cls.objects.create(round=round_, blind_id=blind.pk, **fields)
        else:
            now.save_revision(now.revision, **fields)
        record("decide_outcome", now, by=by)
        return now

    @classmethod
    def may_be_decided(cls, round_, now):
        """Whether the chair can record an outcome where ``now`` (or none) stands."""
        if not round_.vacancy.open_to(f"decide_{round_.stage}"):
            return False
        try:
            cls._may_change(round_, now)
        except IllegalMove:
            return False
        return True

    @staticmethod
    def _may_change(round_, now):
        """While the round runs; later for whom none stands, until two have confirmed it."""
        if now is None or now.is_anew:
            return
        if now.sent_at is not None:
            raise IllegalMove("The candidate has been told. Take it back first.", round_.vacancy)
        if now.released_at is not None:
            raise IllegalMove("This outcome is being sent.", round_.vacancy)
        if not round_.is_running:
            raise IllegalMove("The panel's decision is locked.", round_.vacancy)

    @classmethod
    def _must_fit(cls, round_, blind, result, results):
        """What the move *decide* asked of all still holds for one who is decided on again."""
        if blind.pk not in results:
            raise NotYet("Nobody interviewed this candidate, so they cannot be chosen.")
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

        Raises PermissionDenied, IllegalMove, StaleEdit, or NotYet (the chair asks the others to
        confirm what is recorded).
        """
        self.round.vacancy.permit(f"write_feedback_{self.round.stage}", by=by)
        self.refresh_from_db(fields=["released_at", "ended_at", "feedback", "revision"])
        if self.released_at is not None or self.ended_at is not None:
            raise IllegalMove("The feedback has been sent.", self.round.vacancy)
        record("write_feedback", self, by=by)
        if text == self.feedback and seen == self.revision:
            return  # nothing for two to say anew
        vacancy = self.round.vacancy
        presses = map(vacancy.first_press, filter(vacancy.open_to, Vacancy.OF_THE_PANEL))
        if any(first is not None and first.by_id != by.pk for first in presses):
            raise NotYet(
                "The chair asks you to confirm this as it is. Confirm it, or say no first."
            )
        self.save_revision(seen, feedback=text)

    # --- Human Resources answer the shortlist -----------------------------------------------------
    @classmethod
    @transaction.atomic
    def answer(cls, round_, blind, *, by, result, reason, feedback=""):
        """What a candidate is told of the locked shortlist: an invitation, or what was recommended.

        In place of what stands: of the recommendation, of what was taken back, or of the place in
        reserve, which ends with an invitation or without one. An invitation carries no feedback: it
        would tell whether the rule named somebody or Human Resources chose them.
        Raises PermissionDenied, IllegalMove (told, or being sent) or NotYet (less than the panel
        recommended, or than the published rule promises).
        """
        vacancy = round_.vacancy
        if not may_join(by, vacancy):
            raise PermissionDenied
        vacancy.permit("answer_shortlist", by=by)
        now = cls.check_answerable(round_, blind.pk)
        results = round_.results()
        if blind.pk not in results:
            raise IllegalMove("This candidate has withdrawn.", vacancy)
        if not says_something(reason):
            raise NotYet("Give the reason.")
        if result not in cls.answers(round_, blind.pk):
            raise NotYet("The panel recommended more than this.")
        if result != OutcomeResult.YES and blind.pk in must_be_invited(round_, results):
            raise NotYet(f"{GUARANTEED} They are invited.")
        if result == OutcomeResult.NO and not says_something(feedback):
            raise NotYet("Write the feedback. Nobody is turned down without it.")
        if now is not None:
            cls.objects.filter(pk=now.pk).update(ended_at=clock.now())
        made = cls.objects.create(
            round=round_,
            blind_id=blind.pk,
            result=result,
            reason=reason,
            feedback="" if result == OutcomeResult.YES else feedback,
            recorded_by=by,
            rank=results[blind.pk].rank,
        )
        # On the answer alone: the history of the vacancy is read by its panel, once it is decided.
        record("decide_outcome", made, by=by)
        Redactor.objects.get_or_create(blind=blind, user=by)  # they know whose it is
        return made

    @classmethod
    def check_answerable(cls, round_, blind_pk):
        """What stands for a candidate, or None; raises IllegalMove where it can change no more."""
        now = cls.objects.current().filter(round=round_, blind_id=blind_pk).first()
        if now is not None and not now.may_be_answered:
            raise IllegalMove("The candidate has been told, or is being told.", round_.vacancy)
        return now

    @property
    def may_be_answered(self):
        """Whether Human Resources can still put another answer in its place."""
        if self.sent_at is None:
            return self.released_at is None
        return self.result == OutcomeResult.RESERVE

    @classmethod
    def answers(cls, round_, blind_pk):
        """The results that one candidate can have: nobody gets less than the panel recommended."""
        first = cls.objects.filter(round=round_, blind_id=blind_pk).order_by("pk").first()
        found = [OutcomeResult.YES]
        if first is not None and first.result != OutcomeResult.YES:
            found.append(OutcomeResult(first.result))
        if first is not None and first.result == OutcomeResult.RESERVE:
            found.append(OutcomeResult.NO)  # in the end
        return found


def must_be_invited(round_, results):
    """Ids of those who asked for the guarantee and meet every essential criterion.

    Read once the shortlist is locked, for Human Resources: nobody of the panel learns of it.
    """
    asked = BlindApplication.objects.filter(
        vacancy_id=round_.vacancy_id, gone=False, redaction__application__guaranteed_interview=True
    ).values_list("pk", flat=True)
    return {pk for pk in asked if pk in results and results[pk].meets}


@transaction.atomic
def keep_guarantee(round_, *, by):
    """Invite everybody whom the published rule names. Returns how many.

    Raises PermissionDenied, IllegalMove, or Conflict (all of them are invited).
    """
    if not may_join(by, round_.vacancy):
        raise PermissionDenied
    round_.vacancy.permit("answer_shortlist", by=by)
    owed = Telling(round_).owed
    if not owed:
        raise Already("Everybody whom the rule names is invited.", round_.vacancy)
    for copy in BlindApplication.objects.filter(pk__in=owed):
        Outcome.answer(round_, copy, by=by, result=OutcomeResult.YES, reason=GUARANTEED)
    return len(owed)


# --- Human Resources tell -----------------------------------------------------------------------
class Telling:
    """A stage before Human Resources, read once: what stands, whom the rule invites, what lacks."""

    def __init__(self, round_):
        self.round = round_
        of = "blind__redaction__application"
        rows = round_.outcomes.standing().coded(round_).with_recommended().order_by("code")
        rows = rows.annotate(
            name=F(f"{of}__full_name"),
            asked=F(f"{of}__guaranteed_interview"),
            has_account=Q(**{f"{of}__candidate__isnull": False}),
        )
        self.outcomes = {one.blind_id: one for one in rows}

    @classmethod
    def of(cls, vacancy, stage):
        """Of a vacancy's stage, where the panel has finished it; None otherwise."""
        round_ = round_of(vacancy, stage)
        if round_ is None or not round_.is_closed:
            return None
        return vacancy.read_once(f"telling {stage}", lambda: cls(round_))

    @cached_property
    def standing(self):
        return self.round.standing()

    @cached_property
    def people(self):
        """{id: code} of everybody about whom this stage decides."""
        return dict(to_decide(self.round)) if self.round.is_interview else self.standing.labels

    @cached_property
    def named(self):
        """Ids of those whom the published rule invites, whatever the panel recommended."""
        asked = {pk for pk, outcome in self.outcomes.items() if outcome.asked}
        if not asked or self.round.is_interview or not self.standing.all_in:
            return set()
        results = self.standing.results()
        return {pk for pk in asked if results[pk].meets}

    @property
    def invitations(self):
        """(why, the outcomes) of those who are invited, or are to be."""
        every = list(self.outcomes.values())
        yes = OutcomeResult.YES
        besides = [one for one in every if one.is_yes and one.recommended != yes]
        return [
            ("Recommended by the panel", [one for one in every if one.recommended == yes]),
            ("Guaranteed by the published rule", [self.outcomes[pk] for pk in self._in_order]),
            ("By you, besides", [one for one in besides if one.blind_id not in self.named]),
        ]

    @property
    def _in_order(self):
        return [pk for pk in self.outcomes if pk in self.named]

    @property
    def owed(self):
        """{id: code} of those whom the rule invites, and who are not invited so far."""
        return {
            pk: self.outcomes[pk].code
            for pk in self._in_order
            if self.outcomes[pk].result != OutcomeResult.YES
        }

    @property
    def without(self):
        """Codes of those about whom this stage decides and of whom no outcome stands."""
        return [label for pk, label in self.people.items() if pk not in self.outcomes]

    @property
    def silent(self):
        return [outcome.code for outcome in self.outcomes.values() if outcome.needs_feedback]

    @property
    def anew(self):
        """Codes of those of whom the chair recorded another outcome that nobody confirmed yet."""
        return [outcome.code for outcome in self.outcomes.values() if outcome.is_anew]

    @property
    def held(self):
        """Outcomes that wait to be released."""
        return [one for one in self.outcomes.values() if one.released_at is None]

    @property
    def told(self):
        return [one for one in self.outcomes.values() if one.sent_at is not None]

    @property
    def invited(self):
        """How many are to be interviewed, or were told so."""
        return sum(one.result == OutcomeResult.YES for one in self.outcomes.values())

    @property
    def everybody_knows(self):
        return not self.without and len(self.told) == len(self.outcomes)

    def missing(self):
        """What stands in the way of telling this stage: what this says is for who may tell it."""
        chair, panel = "the chair of the panel", "the panel"
        if not self.round.is_interview:
            chair = panel = "Human Resources"
        if without := self.without:
            yield Missing(f"No outcome is recorded for {_candidates(without)}.", turn=chair)
        if silent := self.silent:
            yield Missing(FEEDBACK_WORDS.format(_candidates(silent)), turn=panel)
        if anew := self.anew:
            yield Missing(
                f"The panel has not confirmed what it decided anew about {_candidates(anew)}.",
                turn="the chair, and another member of the panel",
            )
            vacancy = self.round.vacancy
            if vacancy.panel.serving().count() < Round.LEAST:
                add = reverse("panel_add", args=[vacancy.reference])
                yield Missing("Not enough of the panel are left to confirm it. Add somebody.", add)
        if owed := self.owed.values():
            yield Missing(
                f"{_candidates(owed)} asked for a guaranteed interview and "
                f"{'meet' if len(owed) > 1 else 'meets'} every essential criterion. Invite them.",
                turn="Human Resources",
            )


def to_decide(round_):
    """(id, code) of everybody about whom this stage decides."""
    rows = BlindApplication.objects.filter(vacancy_id=round_.vacancy_id, gone=False)
    if round_.is_interview:
        rows = rows.filter(interview__isnull=False)
    return list(rows.values_list("pk", round_.code))


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
    if not may_tell(by, round_):
        raise PermissionDenied
    round_.vacancy.permit(f"send_{round_.stage}", by=by)
    held = round_.outcomes.standing().filter(released_at__isnull=True)
    number = held.update(released_at=clock.now(), released_by=by)
    if not number:
        last = round_.outcomes.standing().order_by("-released_at", "-pk").first()
        mine = last is not None and last.released_by_id == by.pk
        raise Already("Everybody has been told, or is being told.", round_.vacancy, mine=mine)
    record("send_outcomes", round_.vacancy, by=by, note=f"{round_.stage}: {number}")
    return number


def may_tell(user, round_):
    """Human Resources; of the shortlist, nobody who serves on the panel, either."""
    if round_.is_interview:
        return may_handle(user, round_.vacancy)
    return may_join(user, round_.vacancy)


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
def round_of(vacancy, stage):
    """The scoring of a stage, or None where it has not begun."""
    rounds = vacancy.read_once("rounds", lambda: {one.stage: one for one in vacancy.rounds.all()})
    found = rounds.get(stage)
    if found is not None:
        found.vacancy = vacancy
    return found


def standing_of(vacancy, stage):
    """Who scores whom at a stage, as several requirements on one page ask for it."""
    return vacancy.read_once(f"standing {stage}", round_of(vacancy, stage).standing)


def _comparison(vacancy, stage):
    """Where the panel reads and decides: a page of theirs alone."""
    return reverse("comparison", args=[vacancy.reference, stage])


def _standing(round_):
    """{candidate's id: the outcome that holds} of one stage, each with its code."""
    return {one.blind_id: one for one in round_.outcomes.standing().coded(round_)}


def _recorded(round_, standing, people, outcomes):
    """An outcome for each, that the panel recorded once it had seen all that counts."""
    page = _comparison(round_.vacancy, round_.stage)
    if without := [label for pk, label in people if pk not in outcomes]:
        yield Missing(f"Record an outcome for {_candidates(without)}.", page)
    stale = [
        outcome.code
        for pk, outcome in outcomes.items()
        if pk in standing.changed and outcome.recorded_at < standing.changed[pk]
    ]
    if stale:
        yield Missing(
            f"What counts for {_candidates(stale)} has changed since the outcome was recorded. "
            "Talk about it, and save the outcome again.",
            page,
        )
    if silent := [one.code for one in outcomes.values() if one.needs_feedback]:
        yield Missing(f"Write the feedback for {_candidates(silent)}.", page)


def leads_panel(user, vacancy):
    """Whether this is its chair."""
    return user.has_perm("recruitment.lead_panel", vacancy)


@requirement
def chair_says_it_first(vacancy, by):
    """The chair records what the panel decided; another member says that it did."""
    if leads_panel(by, vacancy):
        return
    name = next(one for one in Vacancy.OF_THE_PANEL if vacancy.open_to(one))
    pressed = FirstPress.objects.on(vacancy).waiting().filter(name=name, stands=vacancy.stands)
    if not pressed.exclude(by=by).exists():
        yield Missing("The chair says first that this is what the panel decided.", turn="the chair")
        return
    # Who stepped back from somebody cannot read all of it; they confirm it where nobody else can.
    running = (one for one in Stage if vacancy.open_to(f"score_{one}"))
    standing = standing_of(vacancy, next(running, Stage.INTERVIEW))
    scored = {one: sum(pair[0] == one.pk for pair in standing.locked) for one in standing.members}
    others = {one: n for one, n in scored.items() if not leads_panel(one.user, vacancy)}
    closed = standing.round.is_closed
    if closed:  # some who scored may have left since
        others = {one: n for one, n in others.items() if vacancy.is_judged_by(one.user)}
    most = max(others.values(), default=0)
    mine = next((n for one, n in scored.items() if one.user_id == by.pk), 0)
    if mine < most or not (mine or closed):
        yield Missing(
            "Somebody who scored more of the candidates confirms this.",
            turn=ANOTHER_MEMBER,
        )


@requirement
def panel_does_not_undo(application, by):
    """A chair who also works in Human Resources would decide, undo and decide again alone."""
    if has_sat_on(by, application.vacancy):
        yield Missing(
            "You are, or were, on the panel. Somebody else takes back what it decided.",
            turn="Human Resources",
        )


@requirement
def shortlist_is_complete(vacancy, by):
    """Everybody was scored as promised, and has an outcome, with feedback where it says no.

    Of guarantees it asks nothing: what the lock says or does would tell who asked for one.
    """
    round_ = round_of(vacancy, Stage.SHORTLISTING)
    standing = standing_of(vacancy, Stage.SHORTLISTING)
    if missing := list(standing.shortfalls(by)):
        yield from missing
        return
    yield from _recorded(round_, standing, standing.labels.items(), _standing(round_))


@requirement
def decision_is_complete(vacancy, by):
    """Everybody was scored as promised, and has an outcome that fits, and their feedback."""
    round_, page = round_of(vacancy, Stage.INTERVIEW), _comparison(vacancy, Stage.INTERVIEW)
    people, standing = to_decide(round_), standing_of(vacancy, Stage.INTERVIEW)
    if missing := list(standing.shortfalls(by)):
        yield from missing
        return
    decided = _standing(round_)
    yield from _recorded(round_, standing, people, decided)
    unheard = [
        label
        for pk, label in people
        if pk not in standing.labels
        and getattr(decided.get(pk), "result", "no") != OutcomeResult.NO
    ]
    if unheard:
        yield Missing(f"Nobody interviewed {_candidates(unheard)}, so they cannot be chosen.", page)
    chosen = sum(outcome.result == OutcomeResult.YES for outcome in decided.values())
    if chosen > vacancy.posts:
        posts = "is 1 post" if vacancy.posts == 1 else f"are {vacancy.posts} posts"
        yield Missing(f"{chosen} are to be appointed, and there {posts}.", page)


@requirement
def what_is_anew_is_complete(vacancy, by):
    """As the decision was: an outcome for each, with feedback where it says no."""
    telling = Telling.of(vacancy, Stage.INTERVIEW)
    if telling is None or not (telling.anew or telling.without):
        yield Missing("Nothing was decided anew.")
        return
    page = _comparison(vacancy, Stage.INTERVIEW)
    if without := telling.without:
        yield Missing(f"Record an outcome for {_candidates(without)}.", page, "the chair")
    if silent := telling.silent:
        yield Missing(f"Write the feedback for {_candidates(silent)}.", page)


@requirement
def panel_still_decides(vacancy, by):
    """Of a decided post: while something is decided anew. Its members may all have left."""
    if vacancy.state != Vacancy.State.DECIDED:
        return
    telling = Telling.of(vacancy, Stage.INTERVIEW)
    if telling is None or not (telling.anew or telling.without):
        yield Missing("This vacancy is decided. Its panel no longer changes.")


@requirement
def shortlisting_can_be_told(vacancy, by):
    """To others than who may tell it, it says nothing of anybody: they would learn who asked."""
    telling = Telling.of(vacancy, Stage.SHORTLISTING)
    if telling is None:
        yield Missing("The panel has not finished.", turn="the panel")
    elif may_join(by, vacancy):
        yield from telling.missing()
    else:
        yield Missing("Human Resources tell everybody.", turn="Human Resources")


@requirement
def decision_can_be_told(vacancy, by):
    """Everybody knows the shortlist before anybody hears who gets the post; nobody waits in reserve
    for an interview any more.
    """
    telling = Telling.of(vacancy, Stage.INTERVIEW)
    if telling is None:
        yield Missing("The panel has not finished.", turn="the panel")
        return
    yield from telling.missing()
    first = Telling.of(vacancy, Stage.SHORTLISTING)
    waiting = [one.code for one in first.outcomes.values() if one.result == OutcomeResult.RESERVE]
    if not may_join(by, vacancy):
        if waiting or not first.everybody_knows:
            yield Missing(
                "First everybody must have their last answer about the shortlist.",
                turn="somebody of Human Resources who is not on the panel",
            )
        return
    page = reverse("outcomes", args=[vacancy.reference, Stage.SHORTLISTING.value])
    if waiting:
        yield Missing(
            f"Say what becomes of the reserve for interviews: {_candidates(waiting)}.", page
        )
    if not first.everybody_knows:
        yield Missing("Send every outcome of the shortlisting first.", page)


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
