"""The six employment checks of an offer, as NHS Employers' standards ask for them.

Each keeps what kind of thing was seen, by whom and on which day, and the dates that the standard
asks for: never what a certificate, a referee or occupational health said, and no words about it.
What decides, or had to be weighed, is read by two people. Every move locks the offer first, then
the check: nobody starts in the moment in which a check is put back.
"""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import StaleEdit
from apps.core.models import AuditEntry, Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement

from ...vacancies.models.vacancy import DBSLevel
from .offer import Offer

SECOND = "a second person in Human Resources"
HISTORY = relativedelta(years=3)  # at least (NHS Employers, employment history and references)
NOTICE = relativedelta(months=6)  # a positive notice holds so long (Home Office, right to work)


class Evidence(models.TextChoices):
    """What was looked at; of each check only some."""

    TWO_PHOTO = (
        "id_two_photo",
        "Two documents with a photograph, and one that confirms the address",
    )
    ONE_PHOTO = (
        "id_one_photo",
        "One document with a photograph, and two that confirm the address",
    )
    NO_PHOTO = (
        "id_no_photo",
        "Two documents that confirm the address, two others, and a signed photograph",
    )
    PASSPORT = "work_passport", "A British or Irish passport or passport card"
    BIRTH = "work_birth", "A birth certificate, and an official paper with their insurance number"
    SHARE = "work_share", "A share code, looked up online, that has no end"
    SHARE_LIMITED = "work_share_limited", "A share code, looked up online, that ends on a day"
    LIMITED = "work_limited", "Another document that ends on a day"
    NOTICE = "work_notice", "A positive notice from the Home Office"
    REGISTER = "reg_register", "The register of the profession, looked up"
    CERTIFICATES = "reg_certificates", "Certificates, in the original"
    AWARDING_BODY = "reg_body", "A confirmation by who awarded the qualification"
    TRAINING = "reg_training", "That they completed this programme's training"
    EMPLOYERS = "ref_employers", "References from work, study or volunteering"
    PERSONAL = "ref_personal", "References, some of them from people who know them otherwise"
    CERTIFICATE = "dbs_certificate", "The certificate, in the original"
    UPDATE = "dbs_update", "The certificate, and how it stands in the Update Service"
    CLEARANCE = "health_cleared", "Occupational health's clearance"
    ARRANGE = "health_arrange", "Occupational health's clearance, with what to arrange"


class CheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the offers that somebody sees; what was read stands on pages of HR alone."""
        return self.filter(offer__in=Offer.objects.visible_to(user))

    def for_second(self, user):
        """Those that wait for a second person, who can be this one."""
        waiting = self.filter(state=Check.State.SEEN, offer__state=Offer.State.CHECKS)
        return waiting.exclude(seen_by=user)


# --- what must be so, what follows ----------------------------------------------------------------
@requirement
def every_check_stands(offer, by):
    """All six, each of them done or rightly left out. What ends must hold on the first day, and
    today: a first day in the past hides nothing.
    """
    today = clock.today()
    needed_on = max(offer.start_on or today, today)
    found = {check.kind: check for check in offer.employment_checks.all()}
    for kind in Check.Kind:
        check, label = found.get(kind), kind.label.lower()
        if check is None:
            yield Missing(f"One of the six checks was never begun: {label}.")
        elif not check.is_settled:
            yield Missing(f"One of the six checks is not in: {label}.", check.get_absolute_url())
        elif not check.is_left_out and check.ends_before(needed_on):
            yield Missing(
                f"Check the {label} again: it ends on {day(check.ends_on)}.",
                check.get_absolute_url(),
            )


@of_the_form
def facts_are_whole(check, by):
    for _, words in check.faults():
        yield Missing(words)


@requirement
def another_has_seen_it(check, by):
    """Nobody is both; and the first could still be it."""
    if not check.takes_two:
        return
    if check.seen_by_id == by.pk:
        yield Missing("You have seen it. Somebody else has to look at it too.", turn=SECOND)
    elif check.seen_by is None or not check.permits(check.seen_by, "clear"):
        yield Missing("Who saw it first no longer does this. Put it back, and look at it again.")


@requirement
def is_about_somebody_else(check, by):
    """Nobody reads their own papers, superusers included, or weighs their own reference.

    Nor does whoever typed the application in: it could be their own under another name.
    """
    application = check.offer.application
    if application.is_of(by):
        yield Missing("This is about you. Somebody else looks at it.", turn=SECOND)
    elif application.typed_by_id == by.pk:
        yield Missing("You typed this application in. Somebody else looks at it.", turn=SECOND)
    if check.kind != Check.Kind.HISTORY:
        return
    if check.offer.application.referees.filter(email__iexact=by.email).exists():
        yield Missing("You are one of their referees. Somebody else looks at this.", turn=SECOND)


@requirement
def post_does_without(check, by):
    """As the vacancy was approved."""
    level = check.offer.vacancy.dbs_level
    if check.kind == Check.Kind.RECORD and level != DBSLevel.NONE:
        yield Missing(f"This post needs a criminal record check: {DBSLevel(level).label.lower()}.")


@effect
def checks_begin(offer, entry):
    """Only now is anything about health or convictions asked (Equality Act 2010, section 60)."""
    without_record = offer.vacancy.dbs_level == DBSLevel.NONE
    for kind in Check.Kind:
        begins = {}
        if kind == Check.Kind.RECORD and without_record:
            begins = {"state": Check.State.NOT_NEEDED, "settled_on": clock.today()}
        check = Check.objects.create(offer=offer, kind=kind, owner=offer.made_by, **begins)
        if begins:
            record("leave_out", check, by=entry.by, note="The post has no criminal record check.")
    offer.follow("begin_checks", by=entry.by)


@effect
def second_is_asked(check, entry):
    if check.takes_two:
        check.followed("ask_second", entry.by)


@effect
def one_is_enough(check, entry):
    """What needs no second person is done with the first."""
    if not check.takes_two:
        check.follow("settle", by=entry.by)


@effect
def second_has_read(check, entry):
    check.second_by = entry.by
    check.save(update_fields=["second_by"])


@effect
def is_in(check, entry):
    check.settled_on = clock.today()
    check.save(update_fields=["settled_on"])


@effect
def was_asked(check, entry):
    check.asked_on = clock.today()
    check.save(update_fields=["asked_on"])


@effect
def reading_is_over(check, entry):
    """Who reads it next reads it anew; what was weighed once takes two from then on."""
    check.seen_by = check.second_by = check.seen_on = check.settled_on = None
    check.save(update_fields=["seen_by", "second_by", "seen_on", "settled_on"])


@effect
def offer_follows(check, entry):
    """The last check that comes in clears the offer; one that is put back opens it again."""
    offer = check.offer
    left = offer.employment_checks.exclude(state__in=Check.SETTLED).exists()
    if not left and offer.open_to("clear"):
        offer.follow("clear", by=entry.by)
    elif left and offer.open_to("reopen_checks"):
        offer.follow("reopen_checks", by=entry.by)


class Check(Revised, Stateful):
    """One of the six employment check standards, for one offer. Outcomes and dates only."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identity"
        WORK = "work", "Right to work"
        REGISTRATION = "registration", "Registration and qualifications"
        HISTORY = "history", "Employment history and references"
        RECORD = "record", "Criminal record"
        HEALTH = "health", "Work health"

    class State(States):
        WAITING = "waiting", "grey", "Not begun"
        ASKED = "asked", "yellow", "Under way"
        SEEN = "seen", "blue", "Being confirmed"
        CLEARED = "cleared", "green", "Done"
        NOT_NEEDED = "not_needed", "grey", "Not needed"
        PROBLEM = "problem", "red", "We need to talk with you"

    SETTLED = (State.CLEARED, State.NOT_NEEDED)
    BEGUN = (State.ASKED, State.SEEN, *SETTLED, State.PROBLEM)
    BY_TWO = (Kind.IDENTITY, Kind.WORK, Kind.RECORD)  # these decide; others where weighed
    # The standard asks for the others of everybody, whatever the post.
    MAY_BE_LEFT_OUT = (Kind.REGISTRATION, Kind.RECORD)
    # What the candidate is told of each.
    SAYS = {
        Kind.IDENTITY: "We look at two documents together with you. Ask us which ones.",
        Kind.WORK: "A passport, a share code, or a birth certificate with your National Insurance "
        "number.",
        Kind.REGISTRATION: "Only what the job asks for. Most of it is training that we give.",
        Kind.HISTORY: "We write to the people you named, after telling you.",
        Kind.RECORD: "We ask about convictions only now. A record need not stand in your way: we "
        "talk about it with you.",
        Kind.HEALTH: "Occupational health ask what would help you at work. They tell us what to "
        "arrange, never what you told them.",
    }
    # What counts as seen, and what is asked beside it.
    EVIDENCE = {
        Kind.IDENTITY: (Evidence.TWO_PHOTO, Evidence.ONE_PHOTO, Evidence.NO_PHOTO),
        Kind.WORK: (
            Evidence.PASSPORT,
            Evidence.BIRTH,
            Evidence.SHARE,
            Evidence.SHARE_LIMITED,
            Evidence.LIMITED,
            Evidence.NOTICE,
        ),
        Kind.REGISTRATION: (
            Evidence.REGISTER,
            Evidence.CERTIFICATES,
            Evidence.AWARDING_BODY,
            Evidence.TRAINING,
        ),
        Kind.HISTORY: (Evidence.EMPLOYERS, Evidence.PERSONAL),
        Kind.RECORD: (Evidence.CERTIFICATE, Evidence.UPDATE),
        Kind.HEALTH: (Evidence.CLEARANCE, Evidence.ARRANGE),
    }
    ASKS = {
        Kind.IDENTITY: (),
        Kind.WORK: ("ends_on",),
        Kind.REGISTRATION: ("ends_on", "weighed"),
        Kind.HISTORY: (
            "period_from",
            "period_to",
            "reference_count",
            "gaps_explained",
            "weighed",
        ),
        Kind.RECORD: ("level", "certificate_on", "weighed"),
        Kind.HEALTH: (),
    }
    ENDS = (Evidence.SHARE_LIMITED, Evidence.LIMITED, Evidence.NOTICE, Evidence.REGISTER)
    begins = (State.WAITING, State.NOT_NEEDED)
    moves = {
        "ask": Move(
            (State.WAITING,),
            State.ASKED,
            "recruitment.handle_application",
            then=(was_asked,),
            label="Say that it is under way",
            explain="The candidate, a referee or occupational health were asked.",
        ),
        "see": Move(
            (State.WAITING, State.ASKED, State.PROBLEM),
            State.SEEN,
            "recruitment.handle_application",
            needs=(is_about_somebody_else, facts_are_whole),
            then=(second_is_asked, one_is_enough),
            label="Record what was seen",
            internal=True,  # has a form of its own
        ),
        "settle": Move(
            (State.SEEN,),
            State.CLEARED,
            "recruitment.handle_application",
            then=(is_in, offer_follows),
            label="Settle",
            internal=True,  # follows the first reading where that is enough
        ),
        "clear": Move(
            (State.SEEN,),
            State.CLEARED,
            "recruitment.handle_application",
            needs=(another_has_seen_it, is_about_somebody_else),
            then=(second_has_read, is_in, offer_follows),
            label="Confirm what was seen",
            main=True,
            explain="You have looked at it yourself, and it is as it says here.",
        ),
        "leave_out": Move(
            (State.WAITING, State.ASKED),
            State.NOT_NEEDED,
            "recruitment.handle_application",
            needs=(post_does_without, is_about_somebody_else),
            then=(is_in, offer_follows),
            label="Say that it is not needed",
            reason=True,
            both=SECOND,
            explain="Only if this post does without it. Say why.",
            closed="The standard asks for this check of everybody, whatever the post.",
        ),
        "talk": Move(
            (State.WAITING, *BEGUN[:-1]),
            State.PROBLEM,
            "recruitment.handle_application",
            then=(reading_is_over, offer_follows),
            label="Say that you need to talk with them",
            explain="The candidate sees this, and is asked to call or write.",
        ),
        "put_back": Move(
            BEGUN,
            State.WAITING,
            "recruitment.handle_application",
            then=(reading_is_over, offer_follows),
            label="Put it back",
            reason=True,
            warn=True,
            explain="It begins again, and two people read it anew where that is asked for.",
        ),
        "ask_second": Act(
            (State.WAITING, State.ASKED, State.SEEN),
            then=("apps.recruitment.employment.events.second_is_told",),
        ),  # follows the first of two
    }

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="employment_checks")
    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="employment_checks",
        help_text="Who sees to it.",
    )
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    asked_on = models.DateField(null=True, blank=True)
    evidence = models.CharField("what was seen", max_length=20, choices=Evidence, blank=True)
    seen_on = models.DateField("seen on", null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="seen by",
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="confirmed by",
    )
    settled_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField("ends on", null=True, blank=True)
    level = models.CharField("level", max_length=10, choices=DBSLevel, blank=True)
    certificate_on = models.DateField("date of the certificate", null=True, blank=True)
    period_from = models.DateField("history known from", null=True, blank=True)
    period_to = models.DateField("history known until", null=True, blank=True)
    reference_count = models.PositiveSmallIntegerField("references", null=True, blank=True)
    gaps_explained = models.BooleanField("every gap is explained", default=False)
    weighed = models.BooleanField("something had to be weighed", default=False)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "begun_at"])]
        constraints = [
            models.UniqueConstraint(fields=["offer", "kind"], name="recruitment_check_once"),
            models.CheckConstraint(
                condition=models.Q(seen_by__isnull=True)
                | models.Q(second_by__isnull=True)
                | ~models.Q(seen_by=models.F("second_by")),
                name="recruitment_check_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_state_display().lower()}"

    def get_absolute_url(self):
        return reverse("offer_check", args=[self.offer.application.reference, self.kind])

    @property
    def scope(self):
        return self.offer

    @property
    def vacancy(self):
        return self.offer.vacancy

    @property
    def is_settled(self):
        return self.state in self.SETTLED

    @property
    def is_left_out(self):
        return self.state == self.State.NOT_NEEDED

    @property
    def takes_two(self):
        return self.kind in self.BY_TWO or self.weighed

    @property
    def says(self):
        return self.SAYS[self.kind]

    def ends_before(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    # --- the offer comes first ------------------------------------------------------------------
    def open_to(self, name):
        if name == "leave_out" and self.kind not in self.MAY_BE_LEFT_OUT:
            return False
        return self.offer.open_to("update_check") and super().open_to(name)

    def _lock(self):
        """The offer, then the check. Raises IllegalMove where the offer is checked no more."""
        offer = self.offer
        offer._lock()
        offer.check_open("update_check")
        super()._lock()

    # --- two people -----------------------------------------------------------------------------
    def check_revision(self, seen: int) -> None:
        """Raise StaleEdit where what somebody read has changed since; inside a transaction."""
        self._lock()
        if self.revision != seen:
            raise StaleEdit("This was changed while you were reading. Look again.", self)

    @transaction.atomic
    def record_seen(self, seen: int, *, by, **facts):
        """Say what was seen, as the first reader. ``seen`` is the revision that was read.

        Raises PermissionDenied, StaleEdit, IllegalMove or NotYet (what the standard asks).
        """
        if not self.permits(by, "see"):
            raise PermissionDenied
        self.check_revision(seen)
        asked = {name: facts[name] for name in ("evidence", "seen_on", *self.ASKS[self.kind])}
        if self.weighed:
            asked["weighed"] = True  # nobody takes that back alone
        self.move(
            "see",
            by=by,
            seen_by=by,
            second_by=None,
            owner=self.owner or by,
            asked_on=self.asked_on or clock.today(),
            revision=self.revision + 1,
            **asked,
        )

    @transaction.atomic
    def move(self, name, *, by, note="", **changes):
        """Whoever comes second hears that it is their turn."""
        done = super().move(name, by=by, note=note, **changes)
        if not done:
            self.followed("ask_second", by)
        return done

    def waits_for_second(self, user):
        """Whether this person could be the second who is waited for."""
        if self.state == self.State.SEEN:
            return self.takes_two and self.seen_by_id != user.pk
        first = self.first_press("leave_out")
        return first is not None and first.by_id != user.pk

    # --- what the standard asks -------------------------------------------------------------------
    def faults(self):
        """(field, what is wrong with it), of what was seen as it stands now."""
        today = clock.today()
        if self.evidence not in self.EVIDENCE[self.kind]:
            yield "evidence", "Say what was seen."
        if self.seen_on is None:
            yield "seen_on", "Say on which day it was seen."
        elif self.seen_on > today:
            yield "seen_on", "The day on which it was seen must not be in the future."
        if "ends_on" in self.ASKS[self.kind]:
            yield from self._faults_of_end(today)
        if self.kind == self.Kind.HISTORY:
            yield from self._faults_of_history(today)
        if self.kind == self.Kind.RECORD:
            yield from self._faults_of_record(today)

    def _faults_of_end(self, today):
        if self.evidence not in self.ENDS:
            if self.ends_on is not None:
                yield "ends_on", "What was seen has no end. Leave this empty, or choose another."
        elif self.ends_on is None:
            yield "ends_on", "Say on which day it ends."
        elif self.ends_on <= today:
            yield "ends_on", "The day on which it ends must be in the future."
        elif self.evidence == Evidence.NOTICE and self.ends_on > (self.seen_on or today) + NOTICE:
            yield "ends_on", "A positive notice holds for 6 months at most."

    def _faults_of_history(self, today):
        offered = clock.date_of(self.offer.made_at)
        sent_at = self.offer.application.submitted_at
        if self.period_from is None:
            yield "period_from", "Say from which day their history is known."
        elif self.period_from > offered - HISTORY:
            yield "period_from", f"The history must begin by {day(offered - HISTORY)}: 3 years."
        if self.period_to is None:
            yield "period_to", "Say until which day their history is known."
        elif self.period_to > today:
            yield "period_to", "This day must not be in the future."
        elif sent_at is not None and self.period_to < clock.date_of(sent_at):
            yield "period_to", f"The history must reach {day(sent_at)}, when they applied."
        if not self.reference_count:
            yield "reference_count", "Say how many references there are: at least 1."
        if not self.gaps_explained:
            yield "gaps_explained", "Every gap must be explained. Ask them first."

    def _faults_of_record(self, today):
        needed = DBSLevel(self.offer.vacancy.dbs_level)
        if self.level != needed:
            yield "level", f"The certificate must be of the level of this post: {needed.label}."
        if self.certificate_on is None:
            yield "certificate_on", "Give the date of the certificate."
        elif self.certificate_on > today:
            yield "certificate_on", "The date of the certificate must not be in the future."
        elif self.evidence == Evidence.CERTIFICATE and self.certificate_on < clock.date_of(
            self.offer.made_at
        ):
            yield (
                "certificate_on",
                "The certificate must be newer than the offer, or stand in the Update Service.",
            )

    @property
    def facts(self):
        """What was recorded, for those who deal with it."""
        facts = [("Check", self.get_kind_display())]
        if self.evidence:
            facts.append(("What was seen", self.get_evidence_display()))
        if self.seen_by:
            facts.append(("Seen by", f"{self.seen_by.name}, {day(self.seen_on)}"))
        for name in self.ASKS[self.kind]:
            value = getattr(self, name)
            label = str(self._meta.get_field(name).verbose_name)
            if name == "level" and value:
                value = self.get_level_display()
            if isinstance(value, bool):
                value = "Yes" if value else "No"
            elif isinstance(value, date):
                value = day(value)
            if value and self.evidence:
                facts.append((label[:1].upper() + label[1:], str(value)))
        if self.second_by:
            facts.append(("Confirmed by", f"{self.second_by.name}, {day(self.settled_on)}"))
        return facts

    @property
    def why_left_out(self):
        """The reason that two agreed on, from the audit trail; it goes with the application."""
        entry = AuditEntry.objects.about(self).filter(action="leave_out").first()
        return entry.note if entry else ""
