"""Who approves a vacancy, one office after another, and who stands in for whom.

One person holds one office of a chain. Whoever prepared the vacancy approves nothing in it, and
neither does an account that may do everything. A deputy is named beforehand, for some days.
"""

import json
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import cached_property

from apps.core import clock
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.models import AuditEntry, States, record
from apps.core.moves import Missing, effect, requirement
from apps.core.permissions import granted

from ...roles import sync_grants
from .vacancy import Vacancy, of_human_resources

DEPUTY_AT_MOST = timedelta(days=92)  # for a time: then somebody else holds the office
# Acts and moves by which somebody prepares a vacancy, as the audit trail has them.
PREPARING = (
    "begin",
    "write",
    "set_terms",
    "begin_readiness",
    "sign_readiness",
    "back_to_draft",
    "back_to_readiness",
    "ask_approval",
    "answer_advice",
)


class Approval(models.Model):
    """One step of the approval: who says yes or sends it back, in order."""

    class Office(models.TextChoices):
        """The order of NHS practice: head of service, finance, HR business partner, HR."""

        HEAD = "head", "Head of service"
        FINANCE = "finance", "Finance"
        PARTNER = "partner", "HR business partner"
        HR = "hr", "Human Resources"

    class Answer(States):
        WAITING = "waiting", "grey", "Waiting"
        APPROVED = "approved", "green", "Approved"
        RETURNED = "returned", "yellow", "Returned"

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="approvals")
    order = models.PositiveSmallIntegerField()
    office = models.CharField(max_length=10, choices=Office)
    authoriser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="approvals"
    )
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The authoriser, or their deputy.",
    )
    reason = models.TextField(blank=True, editable=False, max_length=2000)

    class Meta:
        ordering = ["vacancy", "order"]
        indexes = [models.Index(fields=["authoriser", "answer"])]
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "order"], name="recruitment_approval_order_once"
            ),
            models.UniqueConstraint(
                fields=["vacancy", "office"], name="recruitment_approval_office_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_office_display()}: {self.get_answer_display().lower()}"

    @classmethod
    @transaction.atomic
    def name(cls, vacancy, office, user, *, by):
        """Say who approves for an office; grants follow. A former one's deputies go with them.

        Raises PermissionDenied, IllegalMove (approval has begun) or NotYet.
        """
        vacancy.permit("name_authoriser", by=by)
        Chain(vacancy).check(office, user)
        former = vacancy.approvals.filter(office=office).select_related("authoriser").first()
        order = cls.Office.values.index(office) + 1
        step, _ = cls.objects.update_or_create(
            vacancy=vacancy, office=office, defaults={"authoriser": user, "order": order}
        )
        if former is not None and former.authoriser_id != user.pk:
            for deputy in step.deputies.named():
                deputy.finish(by=by)
        for person in {user, former and former.authoriser} - {None}:
            sync_grants(person, vacancy)
        record("name_authoriser", vacancy, by=by, note=f"{office}: person {user.pk}")

    @classmethod
    def next_of(cls, vacancy):
        """The step whose turn it is, or None."""
        waiting = vacancy.approvals.filter(answer=cls.Answer.WAITING).order_by("order")
        return waiting.select_related("authoriser").first()

    @classmethod
    @transaction.atomic
    def give(cls, vacancy, *, by, approve, reason="", seen=None):
        """Approve, or return with a reason, in one's turn. The last approval moves the vacancy.

        A deputy does so as the deputy of who holds the office. ``seen`` is what ``shown`` said of
        the page that was read. Raises PermissionDenied, IllegalMove (it no longer waits), Conflict
        (the page showed something else) or NotYet (it waits for another; who needs to do it).
        """
        vacancy.permit("answer_approval", by=by)
        if seen is not None and seen != shown(vacancy):
            raise Conflict("This was changed since you opened the page. Read it again.", vacancy)
        step = cls.next_of(vacancy)
        step.answer = cls.Answer.APPROVED if approve else cls.Answer.RETURNED
        step.answered_at, step.reason, step.answered_by = clock.now(), reason, by
        step.save(update_fields=["answer", "answered_at", "reason", "answered_by"])
        stands_in = f", as deputy of person {step.authoriser_id}" if step.is_by_deputy else ""
        note = f"{step.office}{stands_in}"
        record("approve_step" if approve else "return_step", vacancy, by=by, note=note)
        if not approve:
            vacancy.follow("return_it", by=by, note=reason)
        elif following := cls.next_of(vacancy):
            following.ask()
        else:
            vacancy.follow("approve", by=by)

    def ask(self):
        """It is this authoriser's turn."""
        self.asked_at = clock.now()
        self.save(update_fields=["asked_at"])
        self.vacancy.followed("ask_authoriser", self)

    @property
    def is_by_deputy(self):
        return self.answered_by_id is not None and self.answered_by_id != self.authoriser_id

    @property
    def is_done(self):
        """Whether this office has approved in the round that is under way."""
        is_asked = self.vacancy.open_to("answer_approval")
        return is_asked and self.answer == self.Answer.APPROVED

    def people(self):
        """Whoever can answer for this office today: its holder, and a deputy."""
        standing = self.deputies.standing().select_related("user")
        return [self.authoriser, *(deputy.user for deputy in standing)]

    def is_of(self, user):
        """Whether this person answers for this office today."""
        if self.authoriser_id == user.pk:
            return True
        return self.deputies.standing().filter(user=user).exists()


class DeputyQuerySet(models.QuerySet):
    def named(self):
        """Those that nobody has ended, be their days to come or over."""
        return self.filter(ended_at__isnull=True)

    def standing(self):
        """Those of today."""
        today = clock.today()
        return self.named().filter(from_on__lte=today, until_on__gte=today)


class Deputy(models.Model):
    """Somebody who stands in for the holder of one office, from a day to come until another."""

    step = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="deputies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputyships"
    )
    from_on = models.DateField("from")
    until_on = models.DateField("until")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deputies"
        ordering = ["pk"]
        indexes = [models.Index(fields=["user", "ended_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(ended_at__isnull=True),
                name="recruitment_deputy_one_a_step",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=models.F("from_on")), name="recruitment_deputy_days"
            ),
        ]

    def __str__(self):
        return f"Deputy {self.pk}"

    @property
    def is_over(self):
        return self.ended_at is not None or self.until_on < clock.today()

    @classmethod
    @transaction.atomic
    def name(cls, step, user, *, from_on, until_on, by):
        """Name who stands in, from tomorrow at the earliest; one there was before ends.

        By who holds the office, or by Human Resources; the deputy and the holder are told. Raises
        PermissionDenied, IllegalMove (it was approved) or NotYet.
        """
        vacancy = step.vacancy
        cls._may(step, by)
        vacancy.permit("name_deputy", by=by)
        if user.pk in (by.pk, step.authoriser_id):
            raise NotYet(
                "Nobody stands in for themselves, or names themselves. Name somebody else."
            )
        if from_on <= clock.today():
            raise NotYet("A deputy is named beforehand: from tomorrow at the earliest.")
        if not from_on <= until_on <= from_on + DEPUTY_AT_MOST:
            raise NotYet("Give a last day, within three months of the first.")
        Chain(vacancy).check(step.office, user)
        for former in step.deputies.named():
            former.finish(by=by)
        deputy = cls.objects.create(
            step=step, user=user, from_on=from_on, until_on=until_on, named_by=by
        )
        sync_grants(user, vacancy)
        record("name_deputy", vacancy, by=by, note=f"{step.office}: person {user.pk}")
        vacancy.followed("name_deputy", deputy)

    @transaction.atomic
    def end(self, *, by):
        """They stand in no longer. Raises PermissionDenied, IllegalMove or Conflict."""
        self._may(self.step, by)
        self.step.vacancy.permit("name_deputy", by=by)
        self.finish(by=by)

    def finish(self, *, by):
        """As ``end``, for a caller that has settled who may, and has the vacancy locked."""
        gone = Deputy.objects.filter(pk=self.pk).named().update(ended_at=clock.now())
        note = f"{self.step.office}: person {self.user_id}"
        if not gone:
            entries = AuditEntry.objects.about(self.step.vacancy)
            last = entries.filter(action="end_deputy", note=note).first()
            mine = last is not None and by is not None and last.by_id == by.pk
            raise Already("This deputy has ended already.", self.step.vacancy, mine=mine)
        self.refresh_from_db(fields=["ended_at"])
        sync_grants(self.user, self.step.vacancy)
        record("end_deputy", self.step.vacancy, by=by, note=note)

    @staticmethod
    def _may(step, by):
        holds = by.is_active and by.pk == step.authoriser_id
        if not (holds or by.has_perm("recruitment.run_vacancy", step.vacancy)):
            raise PermissionDenied


def authorisers_waiting(user):
    """The steps whose turn it is and that wait for this person, in their office or as a deputy."""
    standing = Deputy.objects.standing().filter(user=user)
    return Approval.objects.filter(
        Q(authoriser=user) | Q(pk__in=standing.values("step")),
        answer=Approval.Answer.WAITING,
        asked_at__isnull=False,
        vacancy__state=Vacancy.State.APPROVAL,
    )


# --- what is approved ----------------------------------------------------------------------------
APPROVED = (
    "title",
    "summary",
    "easy_read",
    "description",
    "band",
    "wte",
    "posts",
    "hours",
    "team",
    "borough",
    "cost_code",
    "position_number",
    "legal_rationale",
    "dbs_level",
    "dbs_paid_by_trust",
    "line_supervisor",
    "peer_supervisor",
)
OF_CRITERIA = ("pk", "weight", "stage", "text", "guidance", "scoring", "max_words")


def shown(vacancy):
    """A word for the text, criteria and terms as they stand: another text has another."""
    texts = [str(getattr(vacancy, name)) for name in APPROVED]
    criteria = vacancy.criteria.order_by("order", "pk").values_list(*OF_CRITERIA)
    words = json.dumps([texts, [[str(part) for part in one] for one in criteria]])
    return sha256(words.encode()).hexdigest()


# --- who can, who cannot, and why ----------------------------------------------------------------
def prepared_by(vacancy):
    """Ids of whoever prepared it: named for it, or who wrote, changed, signed or asked."""
    entries = AuditEntry.objects.about(vacancy).filter(action__in=PREPARING, by__isnull=False)
    people = set(entries.order_by().values_list("by", flat=True).distinct())
    return (people | {vacancy.manager_id, vacancy.peer_lead_id, vacancy.created_by_id}) - {None}


class Chain:
    """The offices of a vacancy as they stand, and what keeps whom from answering for one."""

    def __init__(self, vacancy):
        self.vacancy = vacancy

    @cached_property
    def steps(self):
        steps = self.vacancy.approvals.select_related("authoriser", "answered_by")
        return list(
            steps.prefetch_related(
                models.Prefetch("deputies", Deputy.objects.named().select_related("user"), "named")
            )
        )

    @cached_property
    def prepared(self):
        return prepared_by(self.vacancy)

    def offices_of(self, user):
        """The offices for which somebody is named, answered, or stands in."""
        return [step for step in self.steps if user.pk in self._of(step)]

    @staticmethod
    def _of(step):
        deputies = {deputy.user_id for deputy in step.named if not deputy.is_over}
        return {step.authoriser_id, step.answered_by_id} | deputies

    def in_the_way(self, office, user):
        """Why this person does not answer for this office, and who is needed; mostly nothing."""
        needed = f"It needs somebody else for {Approval.Office(office).label}."
        if not user.is_active:
            yield f"Their account is closed. {needed}"
        if user.is_superuser:
            yield f"An account that may do everything approves nothing. {needed}"
        if user.pk in self.prepared:
            yield f"Whoever prepared the vacancy does not approve it. {needed}"
        others = [step for step in self.offices_of(user) if step.office != office]
        if others:
            held = ", ".join(step.get_office_display() for step in others)
            yield f"One person, one office: they are there for {held}. {needed}"

    def check(self, office, user):
        """Raise NotYet where somebody cannot answer for this office."""
        if words := list(self.in_the_way(office, user)):
            raise NotYet(*words)

    def lines(self):
        """For the page: each step, with its deputy, and what is in the way of either."""
        for step in self.steps:
            step.problems = list(self.in_the_way(step.office, step.authoriser))
            step.deputy = next((one for one in step.named if not one.is_over), None)
            if step.deputy is not None:
                step.deputy.problems = list(self.in_the_way(step.office, step.deputy.user))
        return self.steps


def chain_of(vacancy):
    """The chain as a page reads it: once, until the vacancy is read anew (``permit``, ``move``)."""
    return vacancy.read_once("chain", lambda: Chain(vacancy))


@requirement
def authorisers_are_named(vacancy, by):
    """One for each office, and each of them can."""
    chain = chain_of(vacancy)
    named = {step.office for step in chain.steps}
    if missing := [office for office in Approval.Office if office not in named]:
        yield of_human_resources(
            vacancy,
            by,
            "Human Resources must name who approves it: "
            f"{', '.join(str(office.label) for office in missing)}.",
            "vacancy_person",
            missing[0].value,
        )
    for step in chain.steps:
        for words in chain.in_the_way(step.office, step.authoriser):
            yield of_human_resources(vacancy, by, words, "vacancy_person", step.office)


@requirement
def is_their_turn(vacancy, by):
    step = Approval.next_of(vacancy)
    if step is None:
        yield Missing("It is not waiting for approval now.")
    elif not step.is_of(by):
        office = step.get_office_display()
        yield Missing(f"It waits for {office} first.", turn=office)
    else:
        for words in chain_of(vacancy).in_the_way(step.office, by):
            yield Missing(words, turn="Human Resources, who can name a deputy")


@requirement
def approves_nothing_in_it(vacancy, by):
    """Who approves does not write, until everybody has approved.

    Most people approve nothing, and their grants say so without a question. Whoever is named in the
    moment in which they write is refused when it is their turn (``is_their_turn``).
    """
    if vacancy.pk not in granted(by, Vacancy, "authorise_vacancy"):
        return
    if vacancy.open_to("name_deputy") and (held := chain_of(vacancy).offices_of(by)):
        yield Missing(
            f"You are there to approve this vacancy, for {held[0].get_office_display()}. Whoever "
            "approves does not prepare it.",
            turn="the manager or the peer lead",
        )


@effect
def approvals_fall(vacancy, entry):
    """What was approved before a return, or is changed now, was another vacancy."""
    vacancy.approvals.update(
        answer=Approval.Answer.WAITING, asked_at=None, answered_at=None, answered_by=None, reason=""
    )


@effect
def first_is_asked(vacancy, entry):
    """Every round begins anew."""
    approvals_fall(vacancy, entry)
    Approval.next_of(vacancy).ask()
