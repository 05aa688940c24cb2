"""Interviews: what everybody invited is told at the same moment, times to choose, arrangements.

Blindness has ended by now: the panel knows the names of those it invited, and no more. What a
candidate needs stays with the organiser, who turns it into what the panel must know.
"""

import hashlib
import json
import uuid
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, ProtectedError, Q
from django.urls import reverse

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.lines import Line
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.permissions import granted
from apps.core.working_days import add_working_days

from ...applications.models.application import Application
from ...vacancies.models.panel import PanelMember
from ...vacancies.models.vacancy import Criterion, Vacancy
from .. import events
from .blind import BlindApplication, free_label, of_handlers
from .outcome import Outcome, leads_panel
from .scoring import SCORE_DAYS, Round

NOTICE = timedelta(days=7)  # between the release of times and the first of them
CHANGE_DAYS = 2  # working days before, after which a time no longer changes by itself


# --- the plan -----------------------------------------------------------------------------------
class InterviewPlan(Revised):
    """How one vacancy interviews. What candidates see of it is what was last released."""

    class Format(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "By video"
        TELEPHONE = "telephone", "By telephone"

    vacancy = models.OneToOneField(Vacancy, on_delete=models.CASCADE, related_name="interview_plan")
    format = models.CharField("how", max_length=10, choices=Format, default=Format.IN_PERSON)
    place = models.TextField(
        "building and room",
        blank=True,
        max_length=500,
        help_text="With how to get there, and how to get in without stairs.",
    )
    link = models.URLField("link of the video call", blank=True, max_length=500)
    note = models.TextField(
        "what happens on the day",
        blank=True,
        max_length=2000,
        help_text="Who meets them, how long it takes, what they can bring. Notes are welcome.",
    )
    minutes = models.PositiveSmallIntegerField("minutes for each interview", default=45)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Interviews for {self.vacancy}"

    @classmethod
    @transaction.atomic
    def of(cls, vacancy, *, by):
        """The plan of a vacancy, made where there is none. Raises PermissionDenied, IllegalMove."""
        vacancy.permit("plan_interviews", by=by)
        return cls.objects.get_or_create(vacancy=vacancy)[0]

    def content(self):
        """All that candidates are told before the day, the same to each."""
        names = [m.user.name for m in self.vacancy.panel.serving().select_related("user")]
        return {
            "format": self.get_format_display(),
            "place": self.place,
            "link": self.link,
            "note": self.note,
            "minutes": self.minutes,
            "panel": names,
            "questions": [question.text for question in self.questions.all()],
        }

    @transaction.atomic
    def change(self, seen, *, by, **fields):
        """Save the plan. What was released stays as it was until it is released anew."""
        self.vacancy.permit("plan_interviews", by=by)
        self.save_revision(seen, **fields)
        record("plan_interviews", self.vacancy, by=by)

    @transaction.atomic
    def add_slots(self, starts, *, by):
        """Offer times, each as long as the plan says. Raises PermissionDenied, NotYet, Conflict."""
        self.vacancy.permit("plan_interviews", by=by)
        there = set(self.slots.filter(starts_at__in=starts).values_list("starts_at", flat=True))
        if there and there == set(starts):
            raise Already("These times are offered.", self.vacancy)
        for starts_at in starts:
            if starts_at < clock.now() + NOTICE:
                raise NotYet("People have at least 7 days' notice. Choose later times.")
            try:
                with transaction.atomic():
                    self.slots.create(
                        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=self.minutes)
                    )
            except IntegrityError:
                words = "A time that begins then is offered already. None of these was added."
                raise Conflict(words, self.vacancy) from None
        record("offer_times", self.vacancy, by=by, note=f"{len(starts)} times")

    @transaction.atomic
    def release(self, *, by):
        """Show questions, names, room and format to everybody invited, at the same moment.

        The row, its recipients and its digest are the proof. Raises PermissionDenied, NotYet, and
        Conflict where nothing changed since the last time.
        """
        self.vacancy.permit("release_interviews", by=by)
        content = self.content()
        digest = digest_of(content)
        last = self.releases.last()
        if last is not None and last.digest == digest:
            words = "Nothing has changed since the last release."
            raise Already(words, self.vacancy, "release_interviews")
        made = self.releases.create(
            number=last.number + 1 if last else 1, released_by=by, content=content, digest=digest
        )
        invited = list(self.vacancy.interviews.counting().select_related("application__candidate"))
        ReleaseRecipient.objects.bulk_create(
            ReleaseRecipient(release=made, interview=interview) for interview in invited
        )
        record("release_interviews", self.vacancy, by=by, note=f"{made.number}: {digest[:12]}")
        events.released(made, [i.application for i in invited])
        return made


def digest_of(content):
    """SHA-256 over what was released, in one fixed spelling of it."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


class Question(models.Model):
    """One question of the interview, the criterion that it looks at, and help for scoring it."""

    plan = models.ForeignKey(InterviewPlan, on_delete=models.CASCADE, related_name="questions")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField("question", max_length=1000)
    scoring = models.TextField(
        "help for the panel",
        blank=True,
        max_length=2000,
        help_text="What a good answer may have. Candidates do not see this.",
    )
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class Release(models.Model):
    """What all candidates were shown at one moment. Never changed: what comes later is another."""

    plan = models.ForeignKey(InterviewPlan, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interview_releases"
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="recruitment_release_once")
        ]

    def __str__(self):
        return f"Release {self.number}"

    @property
    def is_whole(self):
        """Whether the content is what the digest was made of."""
        return self.digest == digest_of(self.content)


# --- times --------------------------------------------------------------------------------------
class SlotQuerySet(models.QuerySet):
    def free(self, now=None):
        """Nobody's, not meant for one person, and far enough ahead to be chosen still."""
        return self.filter(
            interview__isnull=True, agreed=False, starts_at__gte=changeable_from(now)
        )


def changeable_from(now=None):
    """Interviews on days from this moment on can still be chosen and changed."""
    today = clock.date_of(now or clock.now())
    day = add_working_days(today, CHANGE_DAYS)
    return datetime.combine(day, time(), tzinfo=LONDON)


class Slot(models.Model):
    """One time that is offered, or that was agreed with one person."""

    plan = models.ForeignKey(InterviewPlan, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    agreed = models.BooleanField(
        default=False, editable=False, help_text="With one person, who asked for another time."
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "starts_at"],
                condition=Q(agreed=False),
                name="recruitment_slot_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="recruitment_slot_times"
            ),
        ]

    def __str__(self):
        return f"Time {self.pk}"


# --- interviews ---------------------------------------------------------------------------------
class InterviewQuerySet(models.QuerySet):
    def counting(self):
        """Those of candidates who have not withdrawn."""
        return self.filter(blind__gone=False)

    def for_panel(self, user):
        """What a member of the panel knows of those invited: code, name, time, arrangements.

        The rows of vacancies that this person judges and whose blindness is over, by columns: the
        code under which the panel read what somebody wrote is not among them. In an order that
        tells nothing of who was told first.
        """
        away = Q(blind__recusals__member__user=user)
        return (
            self.counting()
            .filter(
                vacancy__in=granted(user, Vacancy, "judge_applications"),
                vacancy__rounds__stage=Criterion.Stage.SHORTLISTING,
                vacancy__rounds__closed_at__isnull=False,
            )
            .exclude(away)
            .annotate(name=F("application__full_name"))
            .select_related("slot")
            .defer("application")
            .order_by("slot__starts_at", "label")
        )


@requirement
def can_still_change(interview, by):
    if interview.slot is not None and interview.slot.starts_at < changeable_from():
        yield Missing("It is too late to change the time here. Call us.")


@requirement
def has_begun(interview, by):
    if interview.slot is None or interview.slot.starts_at > clock.now():
        yield Missing("This interview has not begun yet.")


@requirement
def is_not_to_come(interview, by):
    """Without a time it can be called off at once."""
    if interview.slot is not None and interview.slot.starts_at > clock.now():
        yield Missing("This interview has not begun yet.")


class Interview(Stateful):
    """One candidate's interview: invited, booked, held or not."""

    class State(States):
        INVITED = "invited", "grey", "No time chosen yet"
        BOOKED = "booked", "green", "Booked"
        HELD = "held", "aqua-green", "Held"
        MISSED = "missed", "grey", "Did not take place"

    moves = {
        "choose": Act(
            (State.INVITED, State.BOOKED),
            "recruitment.write_application",
            needs=(can_still_change,),
            closed="It is too late to change the time here. Call us.",
        ),
        "ask_for_another": Act(
            (State.INVITED, State.BOOKED),
            "recruitment.write_application",
            then=(events.asked_for_time,),
            closed="This interview is over.",
        ),
        "agree": Act(
            (State.INVITED, State.BOOKED), closed="This interview is over."
        ),  # by Human Resources, or the chair
        "arrange": Act(tuple(State), "recruitment.arrange_adjustments"),
        "book": Move(
            (State.INVITED, State.BOOKED),
            State.BOOKED,
            "recruitment.write_application",
            label="Choose this time",
            internal=True,
        ),
        "free": Move(
            (State.BOOKED,),
            State.INVITED,
            "recruitment.run_vacancy",
            label="Free the time",
            internal=True,
        ),
        "hold": Move(
            (State.BOOKED,),
            State.HELD,
            "recruitment.run_vacancy",
            needs=(has_begun,),
            label="Held",
            internal=True,
        ),
        "miss": Move(
            (State.INVITED, State.BOOKED),
            State.MISSED,
            "recruitment.run_vacancy",
            needs=(is_not_to_come,),
            label="Did not take place",
            internal=True,
        ),
    }

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="interviews")
    blind = models.OneToOneField(
        BlindApplication, on_delete=models.CASCADE, related_name="interview"
    )
    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="interview_of"
    )
    slot = models.OneToOneField(
        Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="interview"
    )
    wish = models.TextField(
        "which other times would suit you",
        blank=True,
        max_length=1000,
        help_text="Say days and times of day. You need not say why.",
    )
    label = models.CharField(
        max_length=6,
        editable=False,
        help_text="A new code: the panel cannot join it to the copy that it read before.",
    )
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["vacancy", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "label"], name="recruitment_interview_label_once"
            )
        ]

    def __str__(self):
        return f"Interview {self.pk}"

    def get_absolute_url(self):
        return reverse("interview", args=[self.application.reference])

    @property
    def scope(self):
        return self.application

    @property
    def coded(self):
        """As the panel knows its candidate: Candidate 7KQ."""
        return f"Candidate {self.label}"

    @property
    def schedule_version(self):
        return self.sequence

    @property
    def may_change(self):
        """Whether its candidate can choose or change the time themself."""
        return self.open_to("choose") and not self.missing("choose", self.application.candidate)

    @property
    def was_missed(self):
        return self.state == self.State.MISSED

    @transaction.atomic
    def choose(self, slot_pk, *, by):
        """The candidate takes a time. Raises PermissionDenied, IllegalMove or NotYet (too late),
        Conflict (somebody else has just taken it).
        """
        self.permit("choose", by=by)
        if self.slot_id == slot_pk:
            raise Already("This is the time that you have.", self.application, mine=True)
        slot = self._take(Slot.objects.free().filter(plan__vacancy=self.vacancy, pk=slot_pk))
        self._book(slot, by=by)

    @transaction.atomic
    def agree(self, starts_at, *, by):
        """A time agreed with one person; what was offered to all at that time is taken away.

        Raises PermissionDenied, IllegalMove, NotYet (it is past), Conflict (somebody else is there
        then).
        """
        self._run(by)
        if starts_at <= clock.now():
            raise NotYet("Choose a time that is still to come.")
        plan = InterviewPlan.of(self.vacancy, by=by)
        self.permit("agree", by=by)
        ends_at = starts_at + timedelta(minutes=plan.minutes)
        there = plan.slots.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
        try:
            there.filter(agreed=False).exclude(interview=self).delete()
        except ProtectedError:
            raise Conflict("The panel meets somebody else then.", self.application) from None
        if there.filter(interview__isnull=False).exclude(interview=self).exists():
            raise Conflict("The panel meets somebody else then.", self.application)
        self._book(plan.slots.create(starts_at=starts_at, ends_at=ends_at, agreed=True), by=by)

    def _take(self, rows):
        slot = rows.select_for_update(of=("self",)).first()
        if slot is None:
            raise Conflict("This time has just been taken. Choose another one.", self.application)
        return slot

    def _book(self, slot, *, by):
        Interview.objects.select_for_update(of=("self",)).get(pk=self.pk)
        was = Slot.objects.filter(interview=self).exclude(pk=slot.pk).first()
        try:
            with transaction.atomic():
                self.follow(
                    "book",
                    by=by,
                    slot=slot,
                    wish="",
                    sequence=F("sequence") + 1,
                    changed_at=clock.now(),
                )
        except IntegrityError:
            raise Conflict(
                "This time has just been taken. Choose another one.", self.application
            ) from None
        self.refresh_from_db()
        self.application.follow("book", by=by)
        events.booked(self, was)

    @transaction.atomic
    def ask_for_another(self, wish, *, by):
        """Raises PermissionDenied or IllegalMove."""
        self.permit("ask_for_another", by=by)
        self.wish = wish
        self.save(update_fields=["wish"])
        self.followed("ask_for_another", record("ask_for_time", self, by=by))

    @transaction.atomic
    def record_attendance(self, came, *, by):
        """Whether it took place, once its time has begun.

        Raises PermissionDenied, IllegalMove (interviews are over, or this was said) or NotYet.
        """
        self._run(by)
        self.vacancy.permit("record_interview", by=by)
        self.follow("hold" if came else "miss", by=by)
        if came:
            self.application.follow("interview", by=by)

    def _run(self, by):
        """Human Resources, or the chair of the panel."""
        if not _runs_panel(by, self.vacancy):
            raise PermissionDenied


class ReleaseRecipient(models.Model):
    """Who was shown a release: part of its proof."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="recipients")
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="releases")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "interview"], name="recruitment_release_recipient_once"
            )
        ]

    def __str__(self):
        return f"Recipient {self.pk}"


class Arrangement(models.Model):
    """What the panel must know so that an interview is fair: never why."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="arrangements")
    text = Line(
        "what is arranged",
        max_length=300,
        help_text="What the panel does, without a reason: “Has the questions on paper”, “30 "
        "minutes longer”.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="arrangements_made",
        editable=False,
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Arrangement {self.pk}"

    @classmethod
    @transaction.atomic
    def make(cls, interview, text, *, by):
        """The named organiser alone turns what was asked for into what is arranged."""
        interview.permit("arrange", by=by)
        made = cls.objects.create(interview=interview, text=text, made_by=by)
        record("arrange", interview, by=by)
        return made

    @transaction.atomic
    def drop(self, *, by):
        self.interview.permit("arrange", by=by)
        record("drop_arrangement", self.interview, by=by)
        self.delete()


# --- what the panel meets for ---------------------------------------------------------------------
class PanelMeeting(models.Model):
    """The panel prepares, or talks it over afterwards. It is work, and paid as such."""

    class Kind(models.TextChoices):
        PREPARATION = "preparation", "Preparation"
        DEBRIEF = "debrief", "Talking it over"

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="panel_meetings")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PREPARATION)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = Line(max_length=200, blank=True)
    link = models.URLField(blank=True, max_length=500)
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="panel_meetings_planned",
        editable=False,
    )
    planned_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="recruitment_panel_meeting_times"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of a panel"

    @classmethod
    @transaction.atomic
    def plan(cls, vacancy, *, by, **fields):
        if not _runs_panel(by, vacancy):
            raise PermissionDenied
        vacancy.permit("plan_panel_meeting", by=by)
        made = cls.objects.create(vacancy=vacancy, planned_by=by, **fields)
        record("plan_panel_meeting", vacancy, by=by)
        vacancy.followed("plan_panel_meeting", made)
        return made

    @transaction.atomic
    def record_attendance(self, members, *, by):
        """Who came: of the members of the panel. Raises PermissionDenied, NotYet."""
        if not _runs_panel(by, self.vacancy):
            raise PermissionDenied
        if self.ends_at > clock.now():
            raise NotYet("Record who came once the meeting is over.")
        self.attendances.exclude(member__in=members).delete()
        for member in members:
            PanelAttendance.objects.get_or_create(meeting=self, member=member)
        record("record_attendance", self.vacancy, by=by)


def _runs_panel(user, vacancy):
    return user.has_perm("recruitment.run_vacancy", vacancy) or leads_panel(user, vacancy)


class PanelAttendance(models.Model):
    """A member came to a meeting of the panel."""

    meeting = models.ForeignKey(PanelMeeting, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="attendances")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"], name="recruitment_panel_attendance_once"
            )
        ]

    def __str__(self):
        return f"Attendance {self.pk}"


# --- what must be so, what follows ----------------------------------------------------------------
def _plan(vacancy, name):
    """The page of the interviews, or one of its forms: for those who run the vacancy."""
    return reverse(name, args=[vacancy.reference])


@requirement
def plan_says_where(vacancy, by):
    plan, page = vacancy.interview_plan, _plan(vacancy, "interview_plan")
    if plan.format == plan.Format.IN_PERSON and not plan.place.strip():
        yield Missing("Say where the interviews are.", page)
    if plan.format == plan.Format.VIDEO and not plan.link:
        yield Missing("Give the link of the video call.", page)


@requirement
def questions_cover_the_criteria(vacancy, by):
    asked = {question.criterion_id for question in vacancy.interview_plan.questions.all()}
    page = _plan(vacancy, "interview_question_add")
    if not asked:
        yield Missing("Write the questions.", page)
    criteria = vacancy.criteria.filter(stage=Criterion.Stage.INTERVIEW)
    for criterion in criteria.exclude(pk__in=asked):
        yield Missing(f"No question is about “{criterion}”.", page)


@requirement
def there_are_times_for_all(vacancy, by):
    slots = list(vacancy.interviews.counting().values_list("slot", flat=True))
    if not slots:
        yield of_handlers(
            vacancy,
            by,
            "Nobody has been told that they are invited. Send the outcomes first.",
            "outcomes",
            Criterion.Stage.SHORTLISTING.value,
        )
    if vacancy.interview_plan.slots.free().count() < slots.count(None):
        yield Missing(
            "There are fewer free times than people who still need one.",
            _plan(vacancy, "slots_add"),
        )


@requirement
def interviews_can_begin(vacancy, by):
    """Everybody knows the shortlist, somebody is invited, and they know what to expect."""
    this, paper = OuterRef("pk"), Criterion.Stage.SHORTLISTING
    told = Outcome.objects.standing().filter(blind=this, round__stage=paper, sent_at__isnull=False)
    untold = BlindApplication.objects.filter(vacancy=this, gone=False).exclude(Exists(told))
    found = (
        Vacancy.objects.annotate(
            untold=Exists(untold),
            invited=Exists(Interview.objects.counting().filter(vacancy=this)),
            released=Exists(Release.objects.filter(plan__vacancy=this)),
        )
        .only("pk")
        .get(pk=vacancy.pk)
    )
    if found.untold:
        yield of_handlers(
            vacancy, by, "Send every outcome of the shortlisting first.", "outcomes", paper.value
        )
    if not found.invited:
        yield Missing("Nobody is invited.")
    if not found.released:
        yield of_handlers(
            vacancy,
            by,
            "Release the questions, the names of the panel and the room first.",
            "interviews",
        )


@requirement
def every_interview_is_settled(vacancy, by):
    pending = Interview.objects.counting().filter(
        vacancy=vacancy, state__in=Interview.moves["miss"].sources
    )
    if pending.exists():
        yield Missing(
            "Record of every interview whether it took place.",
            reverse("panel", args=[vacancy.reference]),
        )


@effect
def panel_hears_of_the_meeting(vacancy, meeting):
    events.panel_meeting(meeting)


@effect
def scoring_begins(vacancy, entry):
    last = Slot.objects.filter(interview__vacancy=vacancy).order_by("starts_at").last()
    day = clock.date_of(last.starts_at) if last else clock.today() + NOTICE
    Round.objects.create(
        vacancy=vacancy, stage=Criterion.Stage.INTERVIEW, due=add_working_days(day, SCORE_DAYS)
    )


@effect
def is_invited(application, entry):
    Interview.objects.get_or_create(
        application=application,
        defaults={
            "vacancy_id": application.vacancy_id,
            "blind": application.redaction.blind,
            "label": free_label(application.vacancy),
        },
    )
    plan = InterviewPlan.objects.filter(vacancy_id=application.vacancy_id).first()
    last = plan.releases.last() if plan else None
    if last is not None:  # invited later, from the reserve list: shown what the others were
        interview = application.interview_of
        ReleaseRecipient.objects.get_or_create(release=last, interview=interview)


@effect
def is_uninvited(application, entry):
    Interview.objects.filter(application=application).delete()


@effect
def time_is_freed(application, entry):
    rows = Interview.objects.filter(application=application, state="booked")
    interview = rows.select_related("slot").first()
    if interview is not None:
        slot = interview.slot
        interview.follow(
            "free", by=entry.by, slot=None, sequence=F("sequence") + 1, changed_at=clock.now()
        )
        interview.refresh_from_db()
        events.freed(interview, slot)
