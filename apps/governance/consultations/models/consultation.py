"""Consultations: a group asks people, and the clock says until when."""

from contextlib import contextmanager

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, F, Max, Q
from django.urls import reverse

from apps.accounts.models.people import User
from apps.accounts.roles import PROGRAMME
from apps.core import clock
from apps.core.dates import last_closing
from apps.core.differences import texts_of
from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, Tells, effect, requirement
from apps.groups.models import Membership, WorkingGroup

from .. import events
from ..consulted import CONSULTED


# --- consultations --------------------------------------------------------------------------------
def everybody():
    """Everybody in the programme: in some group now, or in a programme-wide role."""
    members = Membership.objects.current()
    in_role = User.groups.through.objects.filter(group__name__in=PROGRAMME)
    return User.objects.active().filter(
        Q(pk__in=members.values("user")) | Q(pk__in=in_role.values("user"))
    )


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was opened: its audience, and the group that asks. Drafts: those who write them.

        One that is public needs no account.
        """
        opened = Q(opens_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(opened, audience=Consultation.Audience.PUBLIC)
        groups = WorkingGroup.objects
        return self.filter(
            Q(group__in=groups.where(user, "run_consultation"))
            | opened & (Q(group__in=groups.where(user, "view_workinggroup")) | concerns(user))
        )

    def for_audience(self, user):
        """Those that were opened and are meant for this person."""
        return self.filter(concerns(user), opens_at__isnull=False)

    def running(self, now=None):
        """Open by the clock, whatever the stored state was not yet changed to."""
        return self.filter(state=Consultation.State.OPEN, closes_at__gt=last_closing(now))

    def over(self, now=None):
        """No longer taking responses, be it by the clock alone; not withdrawn."""
        closed = Q(state=Consultation.State.OPEN, closes_at__lte=last_closing(now))
        return self.filter(
            closed | Q(state__in=[Consultation.State.CLOSED, Consultation.State.PUBLISHED])
        )

    def answered_by(self, user):
        return self.filter(participations__user=user)

    def unanswered_by(self, user):
        return self.exclude(participations__user=user)


def concerns(user):
    """A condition for queries: the person is among those who are asked.

    Uncorrelated where it can be, so that the person's groups are read once a query.
    """
    mine = Membership.objects.current().filter(user=user)
    in_network = mine.filter(group__kind=WorkingGroup.Kind.NETWORK)
    audience = Consultation.Audience
    named = Consultation.people.through.objects.filter(user=user).values("consultation")
    asked = Consultation.groups.through.objects.filter(workinggroup__in=mine.values("group"))
    return (
        Q(audience=audience.PUBLIC)
        | Q(audience=audience.NETWORK) & Exists(in_network)
        | Q(audience=audience.GROUPS, pk__in=asked.values("consultation"))
        | Q(audience=audience.PEOPLE, pk__in=named)
    )


def _page(name, consultation):
    return reverse(f"consultation_{name}", args=[consultation.pk])


@requirement
def says_what_it_is_about(consultation, by):
    edit = _page("edit", consultation)
    if not consultation.summary.strip():
        yield Missing("Write the plain summary.", edit)
    if consultation.easy_read_required and not consultation.easy_read.strip():
        yield Missing("Add the easy-read version.", edit)


@requirement
def asks_something(consultation, by):
    """At least one question, and each can be answered."""
    questions = list(consultation.questions.all())
    if not questions:
        yield Missing("Add at least one question.", _page("questions", consultation))
    for question in questions:
        if question.kind in Question.WITH_OPTIONS and len(question.options) < 2:
            yield Missing(
                f"Give at least two answers to choose from: {question.text}",
                reverse("question", args=[consultation.pk, question.pk]),
            )


@requirement
def gives_people_time(consultation, by):
    edit, days = _page("edit", consultation), settings.CONSULTATION_MINIMUM_DAYS
    if consultation.closes_at is None:
        yield Missing("Say when it closes.", edit)
    elif (clock.date_of(consultation.closes_at) - clock.today()).days < days:
        yield Missing(f"It must be open for at least {days} days. Choose a later end.", edit)


@requirement
def asks_somebody(consultation, by):
    if not consultation.is_public and not consultation.asked().exists():
        by_name = consultation.audience == Consultation.Audience.PEOPLE
        url = _page("people" if by_name else "edit", consultation)
        yield Missing("Say who is asked: there is nobody yet.", url)


@requirement
def time_is_over(consultation, by):
    if not consultation.is_over:
        yield Missing("It is still open. Wait until it has closed.")


@effect
def words_stay(consultation, entry):
    """What people are asked about may freeze."""
    if hasattr(consultation.about, "consultation_opened"):
        consultation.about.consultation_opened(by=entry.by)


@effect
def words_are_kept(consultation, entry):
    """What people are asked about is written on meanwhile, where it does not freeze."""
    version = getattr(consultation.about, "latest", None)
    if version is not None:
        consultation.asked_words = {"number": version.number, "texts": texts_of(version)}
        consultation.save(update_fields=["asked_words"])


RUN = "groups.run_consultation"
NO_ANSWERS = "This consultation is closed."
ANSWERED = "The outcome is published: nothing changes any more."
ANALYSIS = "apps.governance.analysis.models."


class Consultation(Revised, Stateful):
    """A group asks people what they think, in its own words and questions, until a fixed second.

    The clock decides when it is closed, not a stored state: read ``phase``, never ``state``.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", "Everybody, with or without an account"
        NETWORK = "network", "The Peers and Sponsors Network"
        GROUPS = "groups", "Members of some groups"
        PEOPLE = "people", "People chosen by name"

    class Naming(models.TextChoices):
        NAMED = "named", "With their names"
        ANONYMOUS = "anonymous", "Anonymously"
        CHOICE = "choice", "As each person chooses"

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        OPEN = "open", "blue", "Open"
        CLOSED = "closed", "grey", "Closed"
        PUBLISHED = "published", "blue", "Outcome published"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "open": Move(
            (State.DRAFT,),
            State.OPEN,
            "groups.run_consultation",
            needs=(says_what_it_is_about, asks_something, gives_people_time, asks_somebody),
            then=(words_stay, words_are_kept, events.consultation_opened),
            label="Open the consultation",
            main=True,
            warn=True,
            explain="Everybody who is asked is told now. The questions can no longer be changed.",
            tells=Tells("governance.opened", "asked", by_name=False),
        ),
        "close": Move(
            (State.OPEN,),
            State.CLOSED,
            "groups.run_consultation",
            label="Close",
            internal=True,  # the clock closes it; this only tidies the state
        ),
        "publish": Move(
            (State.OPEN, State.CLOSED),
            State.PUBLISHED,
            "groups.run_consultation",
            needs=(
                time_is_over,
                f"{ANALYSIS}answers_are_sorted",
                f"{ANALYSIS}themes_are_answered",
                f"{ANALYSIS}says_what_came_of_it",
            ),
            then=(
                f"{ANALYSIS}becomes_public",
                "apps.governance.analysis.events.outcome_published",
            ),
            label="Publish the outcome",
            internal=True,  # has its own form: ``Analysis.publish``
        ),
        "withdraw": Move(
            (State.DRAFT, State.OPEN),
            State.WITHDRAWN,
            "groups.run_consultation",
            then=(events.consultation_withdrawn,),
            closed="This consultation is {state} already.",
            label="Withdraw the consultation",
            reason=True,
            warn=True,
            explain="Nobody can respond any more. If it was open, everybody who was asked is told, "
            "with your reason.",
            tells=Tells("governance.withdrawn", "asked_so_far", by_name=False),
        ),
        "write": Act(
            (State.DRAFT,), RUN, closed="This consultation is {state}, so it no longer changes."
        ),
        "extend": Act(
            (State.OPEN,),
            RUN,
            label="Give people longer",
            closed="This consultation is {state}: it can no longer be extended.",
        ),
        # Who may: whoever is asked, and whoever holds the code of a response.
        "respond": Act((State.OPEN,), closed=NO_ANSWERS),
        "enter_response": Act((State.OPEN,), RUN, closed=NO_ANSWERS),
        # What is done with the answers (Analysis). Who may code: the two who were named.
        "begin_analysis": Act(
            (State.CLOSED, State.PUBLISHED),
            RUN,
            closed="This consultation is {state}: nobody reads the answers yet.",
        ),
        "name_coders": Act((State.CLOSED,), RUN, closed=ANSWERED),
        "code": Act((State.CLOSED,), closed=ANSWERED),
        "finish_coding": Act(
            (State.CLOSED,), needs=(f"{ANALYSIS}everything_is_coded",), closed=ANSWERED
        ),
        "settle": Act((State.CLOSED,), closed=ANSWERED),
        "write_themes": Act((State.CLOSED,), closed=ANSWERED),
        "answer_theme": Act((State.CLOSED,), RUN, closed=ANSWERED),
        "write_outcome": Act((State.CLOSED,), RUN, closed=ANSWERED),
    }

    group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        related_name="consultations",
        help_text="The group that asks.",
    )
    title = Line(max_length=150)
    summary = models.TextField(
        "plain summary",
        blank=True,
        max_length=2000,
        help_text="What it is about and why we ask, in plain words.",
    )
    easy_read = models.TextField("easy-read version", blank=True, max_length=10000)
    easy_read_required = models.BooleanField("needs an easy-read version", default=False)
    body = models.TextField("the whole text", blank=True, max_length=50000)
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    asked_words = models.JSONField(
        "the words that people were asked about", null=True, blank=True, editable=False
    )
    audience = models.CharField(
        "who is asked", max_length=10, choices=Audience, default=Audience.NETWORK
    )
    groups = models.ManyToManyField(WorkingGroup, blank=True, related_name="consulted_in")
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="consulted_in"
    )
    naming = models.CharField(
        "how people respond", max_length=10, choices=Naming, default=Naming.ANONYMOUS
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True, editable=False)
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="The last second at which a response is in."
    )
    schedule_version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "closes_at"]),
            models.Index(fields=["group", "state"]),
            models.Index(fields=["about_type", "about_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at")),
                name="governance_consultation_times",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("consultation", args=[self.pk])

    @property
    def scope(self):
        return self.group

    def own_perms(self, user):
        """Whoever is asked may respond."""
        if user.is_authenticated and self.asks(user):
            return {"governance.respond"}
        return set()

    # --- the clock ------------------------------------------------------------------------------
    @property
    def is_over(self):
        """Whether the time for responses is past, by the clock alone."""
        return self.closes_at is not None and self.closes_at <= last_closing()

    @property
    def phase(self):
        """Where it stands now: the stored state, but closed once its time is past."""
        if self.state == self.State.OPEN and self.is_over:
            return self.State.CLOSED
        return self.State(self.state)  # type: ignore[call-arg]  # looks it up

    @property
    def state_now(self):
        return self.phase

    @property
    def is_running(self):
        return self.phase == self.State.OPEN

    @property
    def is_published(self):
        return self.state == self.State.PUBLISHED

    @property
    def is_withdrawn(self):
        return self.state == self.State.WITHDRAWN

    def move(self, name, *, by, note="", **changes):
        if name == "open":
            changes["opens_at"] = clock.now()
        return super().move(name, by=by, note=note, **changes)

    # --- who is asked ---------------------------------------------------------------------------
    @property
    def is_public(self):
        return self.audience == self.Audience.PUBLIC

    @property
    def is_named(self):
        return self.naming == self.Naming.NAMED

    def asked(self):
        """The accounts of everybody who is asked. For a public one: everybody in the programme."""
        people = User.objects.active()
        if self.audience == self.Audience.PEOPLE:
            return people.filter(pk__in=self.people.values("pk"))
        members = Membership.objects.current()
        if self.audience == self.Audience.NETWORK:
            members = members.filter(group__kind=WorkingGroup.Kind.NETWORK)
        elif self.audience == self.Audience.GROUPS:
            members = members.filter(group__in=self.groups.values("pk"))
        else:
            in_role = User.groups.through.objects.filter(group__name__in=PROGRAMME)
            return people.filter(
                Q(pk__in=members.values("user")) | Q(pk__in=in_role.values("user"))
            )
        return people.filter(pk__in=members.values("user"))

    def asked_so_far(self):
        """Nobody, before it is open."""
        return self.asked() if self.opens_at else User.objects.none()

    def silent(self):
        """Those who are asked and have not responded."""
        return self.asked().exclude(pk__in=self.participations.values("user"))

    def asks(self, user):
        """Whether this person is among those who are asked."""
        if self.is_public:
            return True
        if not user.is_authenticated:
            return False
        return Consultation.objects.filter(concerns(user), pk=self.pk).exists()

    # --- writing it -----------------------------------------------------------------------------
    @contextmanager
    def being_written(self, by):
        """Hold the row while something in it is changed.

        Raises PermissionDenied, or IllegalMove once it is no longer a draft.
        """
        with transaction.atomic():
            self.permit("write", by=by)
            yield self

    @transaction.atomic
    def extend(self, until, *, reason, by):
        """Give people longer. Raises PermissionDenied, IllegalMove or NotYet."""
        self.permit("extend", by=by)
        if until <= self.closes_at:
            raise NotYet("Choose an end later than the one it has now.")
        made = self.extensions.create(was=self.closes_at, until=until, reason=reason, by=by)
        self.closes_at = until
        self.schedule_version += 1
        self.save(update_fields=["closes_at", "schedule_version"])
        record("extend", self, by=by, note=reason)
        events.consultation_extended(self)
        return made

    # --- its questions --------------------------------------------------------------------------
    def outline(self):
        """The questions in the order in which people meet them: [(section or None, [question])].

        Each question has its ``number``. Two queries.
        """
        sections = list(self.sections.all())
        by_section = {None: []} | {section.pk: [] for section in sections}
        for question in self.questions.all():
            by_section[question.section_id].append(question)
        parts = [(None, by_section[None])]
        parts += [(section, by_section[section.pk]) for section in sections]
        numbered = (question for _, questions in parts for question in questions)
        for number, question in enumerate(numbered, start=1):
            question.number = number
        return [(section, questions) for section, questions in parts if section or questions]

    # --- what it is about -----------------------------------------------------------------------
    def about_shown(self, user):
        """What is consulted on: (what it is called, title, address or "" where one may not see it).

        None where it is a question of its own, or where what it was about is offered no longer.
        """
        source = CONSULTED.get(
            f"{self.about_type.app_label}.{self.about_type.model}" if self.about_type_id else ""
        )
        thing = self.about if source else None
        if thing is None:
            return None
        seen = user.is_authenticated and source.rows(user).filter(pk=thing.pk).exists()
        return source.label, source.title(thing), source.url(thing) if seen else ""


class Extension(models.Model):
    """People were given longer: from when to when, why, and who said so."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="extensions"
    )
    was = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Extension {self.pk}"


# --- questions ------------------------------------------------------------------------------------
class Ordered(models.Model):
    """One of several things of a consultation, in an order that people choose."""

    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self._state.adding and not self.order:
            last = self.beside().aggregate(last=Max("order"))["last"] or 0
            self.order = last + 1
        super().save(*args, **kwargs)

    def shift(self, step):
        """Change places with the one before (-1) or after (1); at either end nothing happens."""
        rows = list(self.beside().order_by("order", "pk"))
        here = next(place for place, row in enumerate(rows) if row.pk == self.pk)
        there = here + step
        if 0 <= there < len(rows):
            rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows, start=1):
            row.order = place
        type(self).objects.bulk_update(rows, ["order"])


class Section(Ordered):
    """Some questions under a heading."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="sections"
    )
    title = Line(max_length=150)
    text = models.TextField("introduction", blank=True, max_length=2000)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title

    def beside(self):
        return Section.objects.filter(consultation=self.consultation_id)


class Question(Ordered):
    """One question. ``options`` are the texts to choose from, where the kind has any.

    What is stored as an answer: a text; for *agree* 1 to 5, 5 being *strongly agree*; the place of
    an option in ``options``, from 0; several places; or places in order, what comes first first.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "In their own words"
        AGREE = "agree", "How much they agree"
        SINGLE = "single", "Choose one"
        MULTIPLE = "multiple", "Choose any"
        RANKING = "ranking", "Put in order"

    WITH_OPTIONS = (Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING)
    AGREE = (
        (5, "Strongly agree"),
        (4, "Agree"),
        (3, "Neither agree nor disagree"),
        (2, "Disagree"),
        (1, "Strongly disagree"),
    )

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="questions"
    )
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    text = Line("question", max_length=300)
    help = Line("more about it", max_length=500, blank=True)
    required = models.BooleanField("must be answered", default=False)
    options = models.JSONField("answers to choose from", default=list, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    @property
    def key(self):
        """The question's name in ``Response.answers``."""
        return str(self.pk)

    @property
    def is_text(self):
        return self.kind == self.Kind.TEXT

    @property
    def choices(self):
        """What can be chosen: (stored value, words)."""
        if self.kind == self.Kind.AGREE:
            return list(self.AGREE)
        return list(enumerate(self.options))

    def words(self, answer):
        """An answer as people read it: a text, or a list of texts for several."""
        if answer is None or self.is_text:
            return answer or ""
        said = dict(self.choices)
        if isinstance(answer, list):
            return [said[value] for value in answer if value in said]
        return said.get(answer, "")

    def beside(self):
        return Question.objects.filter(consultation=self.consultation_id, section=self.section_id)
