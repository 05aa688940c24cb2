"""A round of scoring, who owes what in it, and what comes of it.

Score of a candidate = mean of the members' means, so that everybody counts the same whether they
scored few criteria or many. Figures are exact fractions until they are shown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.functional import cached_property

from apps.core import clock
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.moves import Missing, effect
from apps.core.working_days import add_working_days

from ...roles import PanelRole
from ...vacancies.models.panel import SHORTLISTERS
from ...vacancies.models.vacancy import Criterion, Vacancy, of_human_resources
from ...vacancies.promises import ESSENTIAL_MET
from .. import events
from .blind import BlindApplication

SHORTLIST_DAYS = 3  # working days for every member to lock their sheets
SCORE_DAYS = 1  # and after the last interview


def mean(values):
    values = list(values)
    return sum(values, Fraction(0)) / len(values) if values else None


@dataclass
class Result:
    """How one candidate came out. Only ``Round.results`` makes these, once all is in."""

    pk: int
    label: str
    score: Fraction | None = None
    by_member: dict = field(default_factory=dict)  # member's id -> mean
    by_criterion: dict = field(default_factory=dict)  # criterion's id -> mean of the members
    unmet: list = field(default_factory=list)  # essential criteria below the rule
    rank: int = 0

    def __str__(self):
        return f"Candidate {self.label}"

    @property
    def meets(self):
        """Whether every essential criterion is met."""
        return self.score is not None and not self.unmet

    @property
    def shown(self):
        """The score as a page shows it: 2.33."""
        return "" if self.score is None else f"{float(self.score):.2f}"


class Round(models.Model):
    """The scoring of one vacancy at one stage: from its start until the panel's lock."""

    LEAST = SHORTLISTERS  # members who score each candidate

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="rounds")
    stage = models.CharField(max_length=12, choices=Criterion.Stage)
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    due = models.DateField(null=True, help_text="When every sheet should be locked.")
    seen_at = models.DateTimeField(
        null=True, editable=False, help_text="When a member first read what the others gave."
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    agreed_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When two of the panel confirmed what it decided after something was taken back.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "stage"], name="recruitment_round_once")
        ]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.vacancy}"

    @property
    def name(self):
        return "Interviews" if self.is_interview else "Shortlisting"

    @property
    def is_interview(self):
        return self.stage == Criterion.Stage.INTERVIEW

    @property
    def is_closed(self):
        """Whether the panel has locked it."""
        return self.closed_at is not None

    @property
    def agreed_since(self):
        """When two of the panel last said that what is recorded is what it decided, or None."""
        return self.agreed_at or self.closed_at

    @property
    def is_running(self):
        """By the vacancy's table: call ``vacancy.lock()`` first where it must stay so."""
        return self.vacancy.open_to(self.act)

    @property
    def act(self):
        """What its members do, in the vacancy's table."""
        return f"score_{self.stage}"

    @property
    def code(self):
        """Where a copy has the code under which the panel knows its candidate at this stage.

        Interviews have codes of their own, so that no name is joined to what was read blind.
        """
        return "interview__label" if self.is_interview else "label"

    def seen(self):
        """A member reads what the others gave: from now on no recusal is taken back."""
        if self.seen_at is None:
            self.seen_at = clock.now()
            Round.objects.filter(pk=self.pk, seen_at=None).update(seen_at=self.seen_at)

    @transaction.atomic
    def read(self):
        """Its standing, for a member who is to read what the others gave, if all is in.

        It is marked as seen before it is read, behind the vacancy's row, as whoever takes back a
        recusal holds it: so none is taken back by somebody who has read.
        """
        if self.seen_at is None:
            self.vacancy.lock()
            if self.all_in:
                self.seen()
        return self.standing()

    def criteria(self):
        return self._criteria

    @cached_property
    def _criteria(self):
        return list(self.vacancy.criteria.filter(stage=self.stage))

    def blinds(self):
        """The candidates of this round: at the second stage those who came to their interview."""
        rows = BlindApplication.objects.filter(vacancy_id=self.vacancy_id, gone=False)
        return rows.filter(interview__state="held") if self.is_interview else rows

    def may_score(self, member, blind_pk):
        """Raise PermissionDenied, IllegalMove or NotYet where a member cannot score a candidate."""
        if member.removed_at is not None:
            raise PermissionDenied
        if not self.is_running:
            raise IllegalMove(self.vacancy.moves[self.act].closed, self.vacancy)
        if not hasattr(member, "declaration"):
            raise NotYet("Declare conflicts of interest first.")
        if blind_pk in self.prepared(member):
            raise NotYet(
                "You know whose application this is: you redacted it, or read it with its "
                "name. So you do not score it."
            )
        if blind_pk in self.recused(member):
            raise NotYet("You said that you may know this candidate, so you do not score them.")
        if not self.blinds().filter(pk=blind_pk).exists():
            raise NotYet("This candidate is not to be scored now.")

    def prepared(self, member):
        """Ids of candidates whose copy the member redacted, or read with its name."""
        rows = self.vacancy.blind_applications.filter(redactors__user_id=member.user_id)
        return set(rows.values_list("pk", flat=True))

    def away_from(self, member):
        """Ids of candidates whom the member does not score: they know whose it is, or may."""
        return self.prepared(member) | self.recused(member)

    def recused(self, member):
        """Ids of candidates from whom the member stepped back, in this seat or an earlier one."""
        rows = self.vacancy.blind_applications.filter(recusals__member__user_id=member.user_id)
        return set(rows.values_list("pk", flat=True))

    def standing(self):
        """What is owed and what is in, now: a snapshot in a fixed number of queries."""
        return Standing(self)

    @property
    def all_in(self):
        return self.standing().all_in

    def must_be_in(self):
        """Raise NotYet, in words that tell nothing of how far anybody is."""
        if not self.all_in:
            raise NotYet("This opens once every member has locked every sheet.")

    def owed_by(self, member):
        """Ids of candidates that a member scores, and of those whose sheet they have locked."""
        owed = set(self.blinds().values_list("pk", flat=True)) - self.away_from(member)
        locked = set(
            self.sheets.filter(member=member, state="locked").values_list("blind_id", flat=True)
        )
        return owed, owed & locked

    def results(self):
        """{candidate's id: Result}, ranked. Raises NotYet unless all is in."""
        standing = self.standing()
        if not standing.all_in:
            raise NotYet("This opens once every member has locked every sheet.")
        return standing.results()


class Standing:
    """Who scores whom, and what is locked: read once. A closed round stands as it was closed.

    ``changed`` says when what counts for a candidate last changed: a sheet was locked or
    voided, or a score in it moderated.

    A candidate *lacks* whom it takes and who does not score them: somebody of the panel who is a
    peer, and two people in all. What the lock and the decision ask, and what pages say before.
    """

    def __init__(self, round_):
        self.round = round_
        locked, self.changed = set(), {}
        sheets = round_.sheets.filter(locked_at__isnull=False).order_by("pk")
        sheets = sheets.annotate(moderated_at=models.Max("scores__moderations__at"))
        for member, blind, state, locked_at, saved_at, moderated_at in sheets.values_list(
            "member_id", "blind_id", "state", "locked_at", "saved_at", "moderated_at"
        ):
            at = locked_at if state == "locked" else saved_at
            at = max(at, moderated_at or at)
            self.changed[blind] = max(at, self.changed.get(blind, at))
            if state == "locked":
                locked.add((member, blind))
        self._locked_by = {member for member, _ in locked}
        if round_.is_closed:
            self.labels = dict(round_.blinds().values_list("pk", round_.code))
            self.owed = {pair for pair in locked if pair[1] in self.labels}
        else:
            self.labels, away = self._candidates()
            every = {(member.pk, blind) for member in self.members for blind in self.labels}
            self.owed = every - away
        self.locked = locked & self.owed

    @cached_property
    def members(self):
        panel = self.round.vacancy.panel.select_related("user").order_by("pk")
        if self.round.is_closed:
            return list(panel.filter(pk__in=self._locked_by))
        return list(panel.serving())

    def _candidates(self):
        """{id: code}, and the pairs that are not scored: the member knows whose it is, or may."""
        seats, labels, away = {one.user_id: one.pk for one in self.members}, {}, set()
        found = self.round.blinds().order_by(self.round.code, "pk")
        for pk, label, knows, may_know in found.values_list(
            "pk", self.round.code, "redactors__user_id", "recusals__member__user_id"
        ):
            labels[pk] = label
            away |= {(seats.get(knows), pk), (seats.get(may_know), pk)}
        return labels, away

    def who_scores(self, pk):
        """The members who score a candidate, or, once it is closed, did."""
        return [member for member in self.members if (member.pk, pk) in self.owed]

    def lacks(self, pk):
        """Whom a candidate lacks, in words: nobody, mostly."""
        scoring = self.who_scores(pk)
        if not any(member.role == PanelRole.PEER for member in scoring):
            yield "a peer"
            scoring = [*scoring, None]
        if len(scoring) < Round.LEAST:
            yield "a second person"

    def lacking(self, by):
        """A Missing for each candidate who lacks somebody; Human Resources appoints them."""
        for pk, label in self.labels.items():
            if whom := " and ".join(self.lacks(pk)):
                yield of_human_resources(
                    self.round.vacancy,
                    by,
                    f"Candidate {label} still lacks {whom} to score them.",
                    "panel_add",
                )

    @property
    def all_in(self):
        """Every serving member has locked every sheet that they owe, and there is something."""
        return bool(self.owed) and self.locked == self.owed

    def unfinished(self):
        """Members with a sheet still to lock. Not for the panel, and no numbers."""
        open_ = {member for member, _ in self.owed - self.locked}
        return [member for member in self.members if member.pk in open_]

    def scores(self):
        """(member, candidate, criterion, points as they stand), after moderation."""
        rows = self.round.sheets.filter(state="locked").order_by("scores__moderations__pk")
        stand = {}
        for pk, member, blind, criterion, points, changed in rows.values_list(
            "scores__pk",
            "member_id",
            "blind_id",
            "scores__criterion_id",
            "scores__points",
            "scores__moderations__now",
        ):
            now = points if changed is None else changed
            stand[pk] = member, blind, criterion, Fraction(now)
        return [row for row in stand.values() if row[:2] in self.owed]

    def results(self):
        found = {pk: Result(pk, label) for pk, label in self.labels.items()}
        criteria = self.round.criteria()
        given = defaultdict(lambda: defaultdict(dict))  # candidate -> member -> criterion
        for member, blind, criterion, points in self.scores():
            given[blind][member][criterion] = points
        for pk, result in found.items():
            sheets = given[pk]
            result.by_member = {member: mean(row.values()) for member, row in sheets.items()}
            result.score = mean(result.by_member.values())
            for criterion in criteria:
                points = [row[criterion.pk] for row in sheets.values() if criterion.pk in row]
                result.by_criterion[criterion.pk] = average = mean(points)
                if criterion.is_essential and (average is None or average < ESSENTIAL_MET):
                    result.unmet.append(criterion)
        _rank(found.values())
        return found

    def shortfalls(self, by):
        """What the lock of this round still lacks, before any outcome."""
        if self.locked != self.owed:
            yield Missing("Not every sheet is locked.", turn="the panel")
            return
        yield from self.lacking(by)


def _rank(results):
    """The best first; those with the same score share a place, and the next place is left out."""
    scores = sorted((r.score for r in results if r.score is not None), reverse=True)
    for result in results:
        result.rank = scores.index(result.score) + 1 if result.score is not None else 0


@effect
def shortlisting_begins(vacancy, entry):
    due = add_working_days(clock.today(), SHORTLIST_DAYS)
    Round.objects.create(vacancy=vacancy, stage=Criterion.Stage.SHORTLISTING, due=due)
    events.shortlisting_begins(vacancy)


@effect
def shortlisting_ends(vacancy, entry):
    _close(vacancy, Criterion.Stage.SHORTLISTING)


@effect
def interviews_are_decided(vacancy, entry):
    _close(vacancy, Criterion.Stage.INTERVIEW)


@effect
def agreed_anew(vacancy, entry):
    vacancy.rounds.filter(stage=Criterion.Stage.INTERVIEW).update(agreed_at=entry.at)


def _close(vacancy, stage):
    """The ranking is that of the scores as they stand now, and no longer changes."""
    round_ = vacancy.rounds.get(stage=stage)
    round_.vacancy = vacancy
    standing = round_.standing()
    results = standing.results() if standing.all_in else {}
    outcomes = [one for one in round_.outcomes.filter(ended_at=None) if one.blind_id in results]
    for outcome in outcomes:
        outcome.rank = results[outcome.blind_id].rank
    round_.outcomes.model.objects.bulk_update(outcomes, ["rank"])
    round_.closed_at = clock.now()
    round_.save(update_fields=["closed_at"])
