"""The annual co-production report: a year's figures, and the sentences that two sides sign."""

import hashlib
import json

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import format_html

from apps.core import clock, compiled
from apps.core.dates import day
from apps.core.differences import texts_of
from apps.core.exceptions import Already, NotYet
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.says import says_something
from apps.groups.models import WorkingGroup, belongs_to
from apps.insight.figures import Standard
from apps.insight.periods import last_day
from apps.meetings.models.about import COUNTS, OPEN, about
from apps.meetings.models.outcome import Decision

from .. import events, taking
from ..kept import Kept, KeptQuerySet
from ..roles import (
    OfTheProgramme,
    holds_at_work,
    prepares_reports,
    sits_at_work,
    the_steering_group,
)
from .text import SharedText


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was published: everybody. Before: those who prepare it; once it is signed, the
        steering group, which decides about it. One that was corrected is public while there is
        one that corrects it.
        """
        standing = AnnualReport.objects.public().filter(year=OuterRef("year"))
        corrected = Q(state=AnnualReport.State.REPLACED) & Exists(standing)
        public = Q(state=AnnualReport.State.PUBLISHED) | corrected
        if not user.is_authenticated:
            return self.filter(public)
        if user.has_perm("groups.publish_report"):
            return self
        preparing = holds_at_work(user, "publish_report")
        deciding = sits_at_work(user) | Q(group__in=belongs_to(user))
        return self.filter(public | preparing | (deciding & Q(signed__isnull=False)))

    def public(self):
        """What stands on the public pages: one of each year."""
        return self.filter(state=AnnualReport.State.PUBLISHED)

    def taken_back(self):
        """Of years that had a public report and have none: the last that was published."""
        later = AnnualReport.objects.filter(
            year=OuterRef("year"), published_at__isnull=False, number__gt=OuterRef("number")
        )
        standing = AnnualReport.objects.public().filter(year=OuterRef("year"))
        return self.filter(~Exists(later), ~Exists(standing), published_at__isnull=False)


READ = compiled.Kept(
    lambda user: AnnualReport.objects.visible_to(user).values_list("pk", "year", "number", "state")
)


def read_by(user):
    """[(key, year, number, state)] of the reports that this person sees, the last of each year
    first: one a year, with its corrections.
    """
    if user.is_authenticated:
        return list(READ.rows(user))
    rows = AnnualReport.objects.visible_to(user)
    return list(rows.values_list("pk", "year", "number", "state"))


# --- what a signature asks for ------------------------------------------------------------------
@requirement
def a_co_lead_signs_it(report, by):
    words = "The two co-leads of the steering group sign the report."
    yield from report.scope.why_not_led_by(by, words, "the co-leads")


@requirement
def the_year_is_over(report, by):
    if report.period.is_running:
        ends = day(last_day(report.period.last))
        yield Missing(f"The year is not over yet: it ends on {ends}.")


@requirement
def its_figures_are_final(report, by):
    over = not report.period.is_running  # else that is said already
    if over and not taking.are_final(report.content_now, report.year):
        yield Missing(
            "The figures were not counted since the year ended. That is done each quarter of an "
            "hour: then open this page again."
        )


@requirement
def everything_is_said(report, by):
    for name, words in texts_of(report.words_now).items():
        if not says_something(words):
            label = ReportWords._meta.get_field(name).verbose_name
            yield Missing(f"Write “{label}”: it is empty.", report.edit_url)


@requirement
def is_as_it_was_signed(report, by):
    if not report.signed or not report.signed.is_whole:
        yield Missing("This is not what was signed. Tell those who look after the site.")


@requirement
def a_meeting_decided_on_these_words(report, by):
    """One that began when they were signed: an earlier one had others before it."""
    if not report.decisions().filter(state__in=COUNTS).exists():
        yield Missing(
            "No meeting that began after both had signed has decided on this report. Put it on "
            "the agenda of the next one.",
            turn=str(report.group),
        )


@requirement
def no_meeting_decided_on_it(report, by):
    if report.decisions().exists():
        yield Missing(
            f"A meeting of {report.group} has decided on it. What it decided comes first.",
            turn=str(report.group),
        )


# --- what follows -------------------------------------------------------------------------------
@effect
def figures_freeze(report, entry):
    """Words, figures and definitions are kept as they are now, under one digest."""
    words, content = report.words_now, report.content_now
    report.signed = SignedReport.objects.create(
        report=report,
        words=words,
        content=content,
        digest=digest_of(texts_of(words), content),
        at=entry.at,
    )
    report.changed_why = ""
    report.save(update_fields=["signed", "changed_why"])
    record("freeze", report, by=entry.by, note=report.signed.digest)


@effect
def signatures_go(report, entry):
    report.signed = None
    report.save(update_fields=["signed"])


@effect
def is_published(report, entry):
    """In place of the one before, which stays readable at its own address."""
    report.published_at, report.taken_back_why = entry.at, ""
    report.save(update_fields=["published_at", "taken_back_why"])
    same = AnnualReport.objects.filter(year=report.year).exclude(pk=report.pk)
    for older in same.public():
        older.follow("replace", by=entry.by)


@effect
def says_why(report, entry):
    """Everybody reads it where the report stood, once the other has agreed: what both have read is
    what the first wrote.
    """
    report.taken_back_why = entry.note
    report.save(update_fields=["taken_back_why"])


@effect
def nobody_said_why(report, entry):
    """Not even whoever asked to take it back before its decision fell."""
    report.taken_back_why = ""
    report.save(update_fields=["taken_back_why"])


@effect
def says_what_changes(report, entry):
    """Those who prepare it read it on its page."""
    report.changed_why = entry.note
    report.save(update_fields=["changed_why"])


class AnnualReport(OfTheProgramme, Revised, Stateful):
    """The report of a financial year. A correction of a published one is a report of the same year
    with the next number, so that nothing changes that people have read.
    """

    class State(States):
        DRAFTING = "drafting", "grey", "Draft"
        SIGNED = "signed", "blue", "Signed by both co-leads"
        DECIDED = "decided", "blue", "Decided"
        PUBLISHED = "published", "green", "Published"
        REPLACED = "replaced", "grey", "Corrected since"
        WITHDRAWN = "withdrawn", "grey", "Taken back"
        DROPPED = "dropped", "grey", "Given up"

    OPEN = (State.DRAFTING, State.SIGNED, State.DECIDED)
    PUBLIC = (State.PUBLISHED, State.REPLACED)

    moves = {
        "sign": Move(
            (State.DRAFTING,),
            State.SIGNED,
            "groups.lead_workinggroup",
            needs=(the_year_is_over, its_figures_are_final, everything_is_said, a_co_lead_signs_it),
            then=(figures_freeze, events.report_signed),
            label="Sign the report",
            main=True,
            done="Both co-leads have signed. The steering group decides about it at a meeting.",
            explain="Both co-leads sign the sentences and the figures as they stand now. The "
            "figures are then kept as they are. If a word or a figure changes before the second "
            "signs, both sign again.",
            both="the other co-lead",
            half=(events.report_to_sign,),
        ),
        "decide": Move(
            (State.SIGNED,),
            State.DECIDED,
            "groups.lead_workinggroup",
            needs=(is_as_it_was_signed, a_meeting_decided_on_these_words),
            then=(events.report_decided,),
            label="Decided",
            internal=True,  # follows a decision that both co-leads stand by
        ),
        "fall_back": Move(
            (State.DECIDED, State.PUBLISHED),
            State.SIGNED,
            "groups.lead_workinggroup",
            then=(events.report_changed,),
            label="No longer decided",
            internal=True,  # the decision lost its quorum after all, and may be ratified
        ),
        "fall": Move(
            (State.PUBLISHED, State.REPLACED),
            State.WITHDRAWN,
            "groups.lead_workinggroup",
            then=(nobody_said_why, events.report_changed),
            label="No longer public",
            internal=True,  # the same, and another one of the year is there already
        ),
        "reopen": Move(
            (State.SIGNED,),
            State.DRAFTING,
            "groups.lead_workinggroup",
            needs=(no_meeting_decided_on_it,),
            then=(signatures_go, says_what_changes, events.report_changed),
            label="Change the report",
            reason=True,
            done="It is a draft again.",
            explain="Both signatures go. The figures are those of the day on which both sign anew.",
        ),
        "reopen_decided": Move(
            (State.DECIDED,),
            State.DRAFTING,
            "groups.lead_workinggroup",
            needs=(a_co_lead_signs_it,),
            then=(signatures_go, says_what_changes, events.report_changed),
            label="Change what was decided",
            reason=True,
            both="the other co-lead",
            half=(events.report_to_end,),
            done="It is a draft again.",
            explain="Both signatures go, and the steering group has to decide again.",
        ),
        "publish": Move(
            (State.DECIDED,),
            State.PUBLISHED,
            "groups.publish_report",
            needs=(is_as_it_was_signed,),
            then=(is_published, events.report_published),
            label="Publish the report",
            main=True,
            done="Everybody can read it now.",
            explain="Everybody can read it, without an account, and its address stays. It can then "
            "be corrected by another one, and taken back by both co-leads.",
        ),
        "replace": Move(
            (State.PUBLISHED,),
            State.REPLACED,
            "groups.publish_report",
            label="Corrected",
            internal=True,  # a later one of the same year was published
        ),
        "withdraw": Move(
            (State.PUBLISHED, State.REPLACED, State.SIGNED, State.DECIDED),
            State.WITHDRAWN,
            "groups.lead_workinggroup",
            needs=(a_co_lead_signs_it,),
            then=(events.report_changed,),
            label="Take the report back",
            reason=True,
            warn=True,
            both="the other co-lead",
            half=(says_why, events.report_to_end),
            done="It is no longer public.",
            explain="Its address then says that it was taken back, when, and the reason.",
        ),
        "drop": Move(
            (State.DRAFTING,),
            State.DROPPED,
            "groups.publish_report",
            then=(says_what_changes, events.report_changed),
            label="Give the draft up",
            reason=True,
            done="The draft is given up.",
            explain="What is published stays as it is.",
        ),
        "write": Act(
            (State.DRAFTING,),
            "groups.lead_workinggroup",
            then=(events.first_signature_falls,),
            closed="This report is {state}: its words no longer change.",
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(
        "financial year", help_text="The one in which it begins: in April."
    )
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        max_length=10, choices=State, default=State.DRAFTING, editable=False, db_index=True
    )
    signed = models.OneToOneField(
        "SignedReport",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reports_begun",
    )
    begun_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    taken_back_why = models.TextField(blank=True, editable=False)
    changed_why = models.TextField(blank=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="reports_number_once"),
            models.UniqueConstraint(
                fields=["group", "year"],
                condition=Q(state__in=["drafting", "signed", "decided"]),
                name="reports_one_open",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self):
        later = f", version {self.number}" if self.number > 1 else ""
        return f"Co-production report, {self.period.words}{later}"

    def get_absolute_url(self):
        return reverse("report", args=[self.year, self.number])

    @property
    def edit_url(self):
        return reverse("report_edit", args=[self.year, self.number])

    @property
    def period(self):
        return taking.period_of(self.year)

    @property
    def is_public(self):
        return self.state in self.PUBLIC

    @property
    def is_the_public_one(self):
        """Of its year: not one that was corrected since."""
        return self.state == self.State.PUBLISHED

    @property
    def was_corrected(self):
        return self.state == self.State.REPLACED

    @property
    def was_dropped(self):
        return self.state == self.State.DROPPED

    @property
    def why_gone(self):
        """What both co-leads read and agreed on as they took it back; else it fell."""
        return self.taken_back_why if self.state == self.State.WITHDRAWN else ""

    def open_to(self, name):
        """What was public once is corrected by another report, and never written anew."""
        if not super().open_to(name):
            return False
        if name in ("reopen", "reopen_decided"):
            return self.published_at is None
        if name == "withdraw":
            return self.published_at is not None
        return True

    @property
    def stands(self):
        """A first signature holds under these words and these figures, and no others."""
        if self.state != self.State.DRAFTING:
            return super().stands
        return f"{super().stands} {figures_digest(self.content_now)[:16]}"

    @property
    def facts(self):
        yield "Year", self.period.words
        if self.signed_id:
            yield "Signed", day(self.signed.at)
        read = format_html('<a href="{}">the report</a>', self.get_absolute_url())
        yield "The words and figures", format_html("As they stand in {}. Read it first.", read)

    # --- what stands in it ----------------------------------------------------------------------
    @property
    def words_now(self):
        """The sentences as they were saved last."""
        return self.read_once("words", lambda: self.saves.get(number=self.revision))

    @property
    def content_now(self):
        """The figures as they are today, and the group's signed texts."""
        return self.read_once("content", lambda: content_of(self.year, self.group))

    @property
    def words(self):
        return self.signed.words if self.signed_id else self.words_now

    @property
    def content(self):
        """What was signed; in a draft, what would be today."""
        return self.signed.content if self.signed_id else self.content_now

    def decisions(self):
        """What meetings decided on the words that are signed now, or may yet have."""
        if not self.signed_id:
            return Decision.objects.none()
        return about(Decision.objects, self).filter(OPEN, meeting__starts_at__gt=self.signed.at)

    early = "That meeting began before both co-leads had signed."
    settles = "decides about"

    @property
    def to_decide_since(self):
        return self.signed.at if self.state == self.State.SIGNED else None

    def lose_decision(self, *, by):
        """A decision on it counts no more: it is as it was signed, unless another one counts. Where
        its correction is there, or is begun, it is that which is decided on next.
        """
        if self.decisions().filter(state__in=COUNTS).exists():
            return
        try:
            if self.open_to("fall_back"):
                with transaction.atomic():
                    self.follow("fall_back", by=by)
                return
        except IntegrityError:  # of a year one is open
            self.refresh_from_db()
        if self.open_to("fall"):
            self.follow("fall", by=by)

    # --- writing --------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, year, *, by):
        """The report of a year, with the figures' own sentences; or the correction of one.

        Raises PermissionDenied, NotYet (no such year) or Conflict (there is an open one).
        """
        group = the_steering_group()
        if group is None or not by.has_perm("groups.lead_workinggroup", group):
            raise PermissionDenied
        if year not in taking.years():
            raise NotYet("There is no report of that year.")
        same = cls.objects.filter(year=year)
        last, published = same.first(), same.filter(published_at__isnull=False).first()
        try:
            with transaction.atomic():
                number = last.number + 1 if last else 1
                made = cls.objects.create(group=group, year=year, number=number, begun_by=by)
        except IntegrityError:  # two at once, or one that is open
            there = same.filter(group=group, state__in=cls.OPEN).first()
            words = "A report of this year has been begun already."
            raise Already(words, there, "begin") from None
        if published:
            texts = texts_of(published.words)
        else:
            texts = first_words(made.content_now, made.period)
        made.saves.create(number=made.revision, by=by, **texts)
        record("begin", made, by=by)
        return made

    @transaction.atomic
    def write(self, *, by, seen, **texts):
        """Keep another version of the sentences, written from revision ``seen``.

        Raises PermissionDenied, IllegalMove (no longer a draft) or StaleEdit.
        """
        self.permit("write", by=by)
        before = texts_of(self.words_now)
        if before == before | texts:
            return
        self.save_revision(seen)
        self.saves.create(number=self.revision, by=by, **before | texts)
        self.followed("write", record("write", self, by=by, note=f"revision {self.revision}"))

    @transaction.atomic
    def follow_figures(self):
        """Once all was counted: a first signature under other figures holds no more."""
        self._lock()
        if self.state == self.State.DRAFTING:
            events.first_signature_falls(self, None)


class WordsQuerySet(KeptQuerySet):
    def visible_to(self, user):
        """Every save: those who prepare reports. What was signed: whoever reads the report."""
        if prepares_reports(user):
            return self
        return self.filter(signings__in=SignedReport.objects.visible_to(user))


class SignedQuerySet(KeptQuerySet):
    def visible_to(self, user):
        """As the report; what was signed before and changed again: those who prepare reports."""
        if prepares_reports(user):
            return self
        reports = AnnualReport.objects.visible_to(user)
        return self.filter(pk__in=reports.filter(signed__isnull=False).values("signed"))


class ReportWords(Kept):
    """The sentences of a report as somebody saved them: every save is a row, and none changes."""

    TEXTS = ("introduction", *(one.value for one in Standard), "next_year")

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="saves")
    number = models.PositiveIntegerField()
    introduction = models.TextField("introduction", blank=True)
    principles = models.TextField("principles", blank=True)
    purpose = models.TextField("purpose", blank=True)
    presence = models.TextField("presence", blank=True)
    process = models.TextField("process", blank=True)
    impact = models.TextField("impact", blank=True)
    next_year = models.TextField("what we change next year", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_saves"
    )
    at = models.DateTimeField(default=clock.now)

    objects = WordsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "report words"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="reports_words_once")
        ]

    def __str__(self):
        return f"Version {self.number} of the words"


class SignedReport(Kept):
    """What both co-leads signed: words, figures and definitions, with the digest of all of it."""

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="signings")
    words = models.ForeignKey(ReportWords, on_delete=models.PROTECT, related_name="signings")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = SignedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "signed reports"
        ordering = ["-at"]

    def __str__(self):
        return f"As signed on {day(self.at)}"

    @property
    def is_whole(self):
        """Whether it is still what was signed."""
        return self.fits(digest_of(texts_of(self.words), self.content))

    def fits(self, digest):
        """The same, for whoever has the digest of what it holds now."""
        return self.digest == digest


def content_of(year, group):
    texts = SharedText.objects.in_force().filter(group=group).order_by("kind")
    return taking.take(year) | {
        "texts": [
            {
                "kind": one.kind,
                "number": one.number,
                "body": one.body,
                "signed_on": day(one.signed_at),
            }
            for one in texts
        ]
    }


def _digest(data):
    words = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def digest_of(texts, content):
    return _digest([texts, content])


def figures_digest(content):
    """Of all that is to be read of the figures: when they were counted is no part of it."""
    return _digest({name: part for name, part in content.items() if name != "as_of"})


def first_words(content, period):
    """What a new report says: what its figures do, as far as they can, and what was signed."""
    signed = {one["kind"]: one for one in content["texts"]}
    texts = {
        "introduction": f"This report says how co-production stood in the programme from "
        f"{period.words}. It follows the five questions of the 4Pi National Involvement Standards. "
        "Numbers of people are in steps of five or more, so that nobody can be found by them.",
        "next_year": "",
    }
    for kind in SharedText.Kind:
        text = signed.get(kind)
        words = f"its {kind.label.lower()}"
        texts[kind.value] = (
            f"The steering group signed {words} on {text['signed_on']}. The text stands below."
            if text
            else f"The steering group has not signed {words} yet."
        )
    for standard in (Standard.PRESENCE, Standard.PROCESS, Standard.IMPACT):
        of = [one for one in content["tables"] if one["standard"] == standard]
        lines = [one["sentence"] for one in of if taking.says_a_share(one["sentence"])]
        texts[standard.value] = "\n".join(f"- {line}" for line in lines)
    return texts
