"""Independent scoring: each member of the panel fills in a sheet of their own for each candidate.

The same at both stages: from the redacted application, and at the interview. A sheet is its
member's alone until **everything** is in (``Round.all_in``): before that no page, list, message or
count tells of another's. Changes afterwards are rows beside the score, with a reason.
"""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import IllegalMove, NotYet, StaleEdit
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.says import says_something

from ...roles import PanelRole
from ...vacancies.models.panel import PanelMember
from ...vacancies.models.vacancy import Criterion, Vacancy
from .. import events
from .blind import BlindApplication, Redactor, has_read_names
from .scoring import Round


class Points(models.IntegerChoices):
    """What a member gives for one criterion. The words are what counts; the number adds up."""

    NONE = 0, "0: no evidence"
    SOME = 1, "1: some evidence, with gaps"
    GOOD = 2, "2: good evidence"
    STRONG = 3, "3: strong evidence"


HIGHEST = max(Points.values)


# --- before reading -----------------------------------------------------------------------------
class PanelDeclaration(models.Model):
    """What a member says about conflicts of interest before they read anything."""

    class Statement(models.TextChoices):
        NONE = "none", "I know of nothing that could make me unfair to anybody"
        MAYBE = "maybe", "I may know some of the people who applied"

    member = models.OneToOneField(PanelMember, on_delete=models.CASCADE, related_name="declaration")
    statement = models.CharField(max_length=5, choices=Statement)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Declaration of seat {self.member_id}"

    @classmethod
    @transaction.atomic
    def make(cls, member, statement, *, by):
        """The member's own statement; saying it again corrects it while it is blind."""
        if by.pk != member.user_id:
            raise PermissionDenied
        member.vacancy.permit("declare_interests", by=by)
        cls.objects.update_or_create(member=member, defaults={"statement": statement})
        record("declare", member.vacancy, by=by)  # that it was said, not what


class Recusal(models.Model):
    """A member does not score one candidate. Nobody is named, and no reason is asked for.

    It is the person's, whatever becomes of their seat.
    """

    member = models.ForeignKey(PanelMember, on_delete=models.CASCADE, related_name="recusals")
    blind = models.ForeignKey(BlindApplication, on_delete=models.CASCADE, related_name="recusals")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "blind"], name="recruitment_recusal_once")
        ]

    def __str__(self):
        return f"Recusal {self.pk}"

    @classmethod
    @transaction.atomic
    def make(cls, member, blind, *, by):
        """One click: *I think I know this person*. What they score of them now is voided.

        A shortlist that is locked stays as it was scored.
        """
        if by.pk != member.user_id or member.removed_at is not None:
            raise PermissionDenied
        member.vacancy.permit("recuse", by=by)
        _, made = cls.objects.get_or_create(member=member, blind_id=blind.pk)
        if made:
            scoring = Sheet.objects.counting().filter(round__closed_at__isnull=True)
            for sheet in scoring.filter(member=member, blind_id=blind.pk):
                sheet.follow("void", by=by, saved_at=clock.now())
            record("recuse", member.vacancy, by=by)
            member.vacancy.followed("recuse", member)

    @transaction.atomic
    def take_back(self, *, by):
        """The same member, while nobody has seen what the others gave: their sheet begins anew.

        Raises PermissionDenied, IllegalMove (scoring is over) or NotYet.
        """
        if by.pk != self.member.user_id or self.member.removed_at is not None:
            raise PermissionDenied
        vacancy = self.member.vacancy
        vacancy.permit("take_back_recusal", by=by)
        if self.at < vacancy.rounds.last().opened_at:
            raise NotYet("You said this at the shortlisting, and it stays.")
        self.delete()
        record("take_back_recusal", vacancy, by=by)


# --- sheets -------------------------------------------------------------------------------------
class SheetQuerySet(models.QuerySet):
    def of(self, member):
        return self.filter(member=member)

    def counting(self):
        return self.exclude(state=Sheet.State.VOID)


@requirement
def is_whole(sheet, by):
    """A score for each criterion, and what was seen for each that is essential."""
    scores = {score.criterion_id: score for score in sheet.scores.all()}
    for criterion in sheet.round.criteria():
        score = scores.get(criterion.pk)
        if score is None or score.points is None:
            yield Missing(f"Give a score for “{criterion}”.")
        elif criterion.is_essential and not says_something(score.evidence):
            yield Missing(f"Note what you saw, or missed, for “{criterion}”. It is essential.")


class Sheet(Revised, Stateful):
    """One member's scores for one candidate at one stage."""

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        LOCKED = "locked", "grey", "Locked"
        VOID = "void", "grey", "Void"

    moves = {
        "write": Act(
            (State.DRAFT,),
            "recruitment.judge_applications",
            closed="You have locked this sheet. It no longer changes.",
        ),
        "lock": Move(
            (State.DRAFT,),
            State.LOCKED,
            "recruitment.judge_applications",
            needs=(is_whole,),
            label="Lock the sheet",
            internal=True,  # through ``lock_it``, which locks the vacancy
        ),
        "void": Move(
            (State.DRAFT, State.LOCKED),
            State.VOID,
            "recruitment.run_vacancy",
            label="Void",
            internal=True,  # its member left, or thinks they know the person
        ),
    }

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sheets")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="sheets")
    blind = models.ForeignKey(BlindApplication, on_delete=models.CASCADE, related_name="sheets")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    saved_at = clock.SavedAtField()
    locked_at = models.DateTimeField(null=True, editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["round", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "member", "blind"],
                condition=~Q(state="void"),
                name="recruitment_sheet_once",
            )
        ]

    def __str__(self):
        return "A score sheet"  # says neither whose nor of whom: this reaches lists

    @property
    def scope(self):
        return self.member.vacancy

    @property
    def is_locked(self):
        return self.state == self.State.LOCKED

    @classmethod
    def for_member(cls, round_, member, blind_pk):
        """The member's sheet for a candidate, unsaved (revision 0) where there is none yet."""
        return cls.objects.counting().filter(
            round=round_, member=member, blind_id=blind_pk
        ).first() or cls(round=round_, member=member, blind_id=blind_pk, revision=0)

    @transaction.atomic
    def write(self, seen, scores, *, by):
        """Save the draft: {criterion's id: (points or None, evidence)}.

        Raises PermissionDenied (not one's own), NotYet (one may not score this candidate),
        IllegalMove (locked, or over) or StaleEdit (saved in another window since).
        """
        self._writable(by)
        if self.pk is None:
            try:
                with transaction.atomic():
                    self.revision = 1
                    self.save()
            except IntegrityError:
                there = Sheet.for_member(self.round, self.member, self.blind_id)
                raise StaleEdit("You saved this sheet in another window.", there) from None
            record("begin", self, by=by)
        else:
            self.permit("write", by=by)
            self.save_revision(seen)
        criteria = {criterion.pk for criterion in self.round.criteria()}
        for criterion, (points, evidence) in scores.items():
            if criterion in criteria:
                Score.objects.update_or_create(
                    sheet=self,
                    criterion_id=criterion,
                    defaults={"points": points, "evidence": evidence},
                )

    @transaction.atomic
    def lock_it(self, *, by):
        """Submit the sheet. The vacancy's row is taken first, as whoever removes a member does."""
        self._writable(by)
        if self.pk is None:
            raise NotYet("Score each criterion first.")
        self.move("lock", by=by, locked_at=clock.now())
        if self.round.all_in:
            events.all_in(self.round)

    def _writable(self, by):
        if by.pk != self.member.user_id:
            raise PermissionDenied
        vacancy = self.round.vacancy
        vacancy.lock()
        if self.pk is not None:
            self.refresh_from_db(fields=["state"])
        member = PanelMember.objects.select_related("vacancy").get(pk=self.member_id)
        self.round.may_score(member, self.blind_id)


def with_standing(rounds, user):
    """Running rounds with what ``Round.standing`` says of them, for lists: one query for all.

    Adds ``scores`` (a sheet is this member's), ``owes`` (one of theirs is still to lock), ``late``
    (one of somebody's is) and ``leads`` (this member is the chair).
    """
    serving = PanelMember.objects.serving().filter(vacancy=OuterRef("vacancy"))
    mine = serving.filter(user=user)
    return rounds.annotate(
        scores=Exists(mine.filter(Exists(_owed_of_member()))),
        owes=Exists(mine.filter(Exists(_owed_of_member(unlocked=True)))),
        late=Exists(serving.filter(Exists(_owed_of_member(unlocked=True)))),
        leads=Exists(mine.filter(role=PanelRole.CHAIR)),
    )


def _owed_of_member(*, unlocked=False):
    """Candidates whom a member scores: inside a query of members inside one of rounds."""
    member, round_ = OuterRef, lambda field: OuterRef(OuterRef(field))
    rows = BlindApplication.objects.filter(vacancy=member("vacancy"), gone=False)
    rows = rows.annotate(at=ExpressionWrapper(round_("stage"), models.CharField())).filter(
        Q(at=Criterion.Stage.SHORTLISTING) | Q(interview__state="held")
    )
    this = OuterRef("pk")
    of_member, of_round = round_, lambda field: OuterRef(round_(field))  # one query further in
    rows = rows.exclude(Exists(Redactor.objects.filter(blind=this, user=of_member("user"))))
    rows = rows.exclude(Exists(Recusal.objects.filter(blind=this, member__user=of_member("user"))))
    if unlocked:
        locked = Sheet.objects.filter(
            blind=this, member=of_member("pk"), round=of_round("pk"), state=Sheet.State.LOCKED
        )
        rows = rows.exclude(Exists(locked))
    return rows


class Score(models.Model):
    """What one member gave for one criterion, and the evidence that they noted."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(
        null=True, choices=Points, validators=[MaxValueValidator(HIGHEST)]
    )
    evidence = models.TextField(blank=True, max_length=3000)

    class Meta:
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="recruitment_score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=HIGHEST),
                name="recruitment_score_in_range",
            ),
        ]

    def __str__(self):
        return f"Score {self.pk}"


class Moderation(models.Model):
    """A member changed a score of their own after everybody had talked: what was, is, and why."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="moderations")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="moderations"
    )
    was = models.PositiveSmallIntegerField(choices=Points)
    now = models.PositiveSmallIntegerField(choices=Points)
    why = models.TextField(max_length=1000)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Moderation {self.pk}"

    @classmethod
    @transaction.atomic
    def make(cls, score, now, *, by, why):
        """Raises PermissionDenied (not one's own), IllegalMove (over), NotYet (not all are in)."""
        sheet = score.sheet
        if by.pk != sheet.member.user_id:
            raise PermissionDenied
        round_ = sheet.round
        round_.vacancy.lock()
        if not round_.is_running or sheet.member.removed_at is not None:
            raise IllegalMove("Scores no longer change.", round_.vacancy)
        round_.must_be_in()
        last = score.moderations.last()
        was = last.now if last else score.points
        if was == now:
            raise NotYet("That is the score there is already.")
        made = cls.objects.create(score=score, by=by, was=was, now=now, why=why)
        record("moderate", sheet, by=by)
        return made


# --- what must be so, what follows ----------------------------------------------------------------
NOT_BLIND = "{} can read the audit trail, which names people who applied. Somebody else must judge."


@requirement
def may_still_declare(vacancy, by):
    """One can correct it while one is blind; later one says it once."""
    early = Vacancy.BLIND + Vacancy.BEFORE_OPENING
    said = PanelDeclaration.objects.filter(member__vacancy=vacancy, member__user=by)
    if vacancy.state not in early and said.filter(member__removed_at__isnull=True).exists():
        yield Missing("You have declared already.")


@requirement
def scores_were_not_seen(vacancy, by):
    """Whoever steps back once they know what others gave does so for good."""
    if vacancy.rounds.filter(closed_at=None, seen_at__isnull=False).exists():
        yield Missing("What the others gave has been seen. This stays as it is.")


def _panel(vacancy):
    """Who serves, with whether they have declared, and whether they read the audit trail."""
    told = PanelDeclaration.objects.filter(member=OuterRef("pk"))
    audit = {"content_type__app_label": "core", "codename": "view_auditentry"}
    reading = Permission.objects.filter(group__user=OuterRef("user"), **audit)
    return (
        vacancy.panel.serving()
        .annotate(declared=Exists(told), reads_audit=Q(user__is_superuser=True) | Exists(reading))
        .select_related("user")
    )


@requirement
def panel_is_whole(vacancy, by):
    """A chair, a peer, and enough people for every candidate."""
    yield from _unfilled(vacancy, [member.role for member in vacancy.panel.serving()])


def _unfilled(vacancy, roles):
    add = reverse("panel_add", args=[vacancy.reference])
    if len(roles) < Round.LEAST:
        yield Missing(f"A panel takes {Round.LEAST} people at least.", add)
    if PanelRole.PEER not in roles:
        yield Missing("There is no peer on the panel.", add)
    if PanelRole.CHAIR not in roles:
        yield Missing("The panel has no chair, who records what it decides.", add)


@requirement
def panel_can_begin(vacancy, by):
    """It is whole and has declared, and is blind.

    A role may have been given since, past the page that refuses it (JUDGES).
    """
    members = list(_panel(vacancy))
    yield from _unfilled(vacancy, [member.role for member in members])
    for member in members:
        if member.reads_audit:
            yield Missing(
                NOT_BLIND.format(member.user.name),
                reverse("panel_remove", args=[vacancy.reference, member.pk]),
            )
    if names := ", ".join(member.user.name for member in members if not member.declared):
        yield Missing(f"Not everybody has declared conflicts of interest yet: {names}.", turn=names)


@effect
def sheets_are_void(vacancy, member):
    """What somebody scored who is no longer on the panel does not count, and is kept."""
    for sheet in Sheet.objects.counting().filter(member=member, round__closed_at__isnull=True):
        sheet.follow("void", saved_at=clock.now())


@effect
def somebody_must_score(vacancy, member):
    """A member steps back, or leaves: Human Resources hear where a candidate lacks somebody now."""
    for round_ in vacancy.rounds.filter(closed_at=None):
        round_.vacancy = vacancy
        if round_.is_running and any(round_.standing().lacking(member.user)):
            events.somebody_must_score(round_)


@effect
def hears_what_to_do(vacancy, member):
    """Somebody who joins while the panel scores reads and scores like the others."""
    if any(vacancy.open_to(act) for act in ("score_shortlisting", "score_interview")):
        events.joined_to_score(vacancy, member)


@effect
def can_be_blind(vacancy, member):
    """Whoever has read who applied, or who asked for what, does not judge; nor does whoever reads
    the audit trail of everything, which says both.
    """
    if member.user.has_perm("core.view_auditentry"):
        raise NotYet(NOT_BLIND.format(member.user.name))
    if has_read_names(member.user, vacancy):
        raise NotYet("This person has read who applied, so they cannot judge. Choose another.")
