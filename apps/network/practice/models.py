"""The practice register: what peers already do, where, and who agreed to be named."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import slugify

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.groups.models import WorkingGroup
from apps.groups.programme import is_in_programme
from apps.meetings import events as meeting_events
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting

from . import events


def boroughs():
    """Where practice can be: the trust's boroughs, and across all of them."""
    return [*((slugify(name), name) for name in settings.BOROUGHS), ("trust-wide", "Trust-wide")]


# --- practice -------------------------------------------------------------------------------------
class PracticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is published, for everybody in the programme; one's own and those that one is
        named in, always; for those who publish, also what is submitted or archived, and drafts
        whose author has left.
        """
        if not user.is_authenticated:
            return self.none()
        named = PracticeName.objects.filter(user=user).values("practice")
        seen = Q(owner=user) | Q(pk__in=named)
        if is_in_programme(user):
            seen |= Q(state=Practice.State.PUBLISHED)
        leading = WorkingGroup.objects.where(user, "lead_workinggroup")
        publishing = Q(network__in=leading)
        if user.has_perm("network.publish_practice"):
            publishing = Q()
        left = Q(state=Practice.State.DRAFT, owner__is_active=True)
        return self.filter(seen | (publishing & ~left))

    def public(self):
        """What Communications has put on the public page."""
        return self.filter(state=Practice.State.PUBLISHED, public_since__isnull=False)

    def with_names(self):
        return self.prefetch_related(
            Prefetch("names", PracticeName.objects.select_related("user").order_by("pk"))
        )


REQUIRED = (
    ("title", "what it is called"),
    ("kind", "who runs it"),
    ("borough", "where it is"),
    ("what_happens", "what happens"),
)


@requirement
def is_complete(practice, by):
    missing = [words for name, words in REQUIRED if not getattr(practice, name).strip()]
    if missing:
        url = reverse("practice_change", args=[practice.pk]) if practice.open_to("edit") else ""
        yield Missing(f"This entry still needs: {', '.join(missing)}.", url)


@requirement
def everybody_asked_has_answered(practice, by):
    waiting = practice.names.filter(state=PracticeName.State.ASKED).count()
    if waiting:
        people = "1 person has" if waiting == 1 else f"{waiting} people have"
        yield Missing(
            f"{people} not yet said whether they may be named. Wait for the answer, or take the "
            "name off.",
            reverse("practice_names", args=[practice.pk]),
        )


@requirement
def can_be_made_public(practice, by):
    if not practice.is_in_register:
        yield Missing("Only what is published in the register can be made public.")


@requirement
def can_be_shared(practice, by):
    if not practice.is_in_register:
        yield Missing("Only what is published in the register can be shared.")


@requirement
def has_a_meeting_to_go_to(practice, by):
    """The next meeting of the steering group; once at most."""
    meeting = next_steering_meetings().first()
    if meeting is None:
        yield Missing(NO_MEETING)
    elif practice.shares.filter(item__meeting=meeting, item__state__in=ON_ITS_WAY).exists():
        yield Missing("It is with that meeting already.")


def next_steering_meetings():
    """Those to come, the soonest first."""
    return Meeting.objects.filter(
        group__kind=WorkingGroup.Kind.STEERING,
        kind=Meeting.Kind.MEETING,
        group__state=WorkingGroup.State.ACTIVE,
        starts_at__gt=clock.now(),
        state__in=Meeting.moves["propose_item"].sources,
    ).order_by("starts_at")


NO_MEETING = "No meeting of the steering group is planned yet. Try again when there is one."


@effect
def asks_back(practice, entry):
    practice.answer = entry.note
    practice.save(update_fields=["answer"])


@effect
def answered_anew(practice, entry):
    practice.answer = ""
    practice.save(update_fields=["answer"])


@effect
def published(practice, entry):
    practice.published_at = clock.now()
    practice.save(update_fields=["published_at"])


@effect
def no_longer_public(practice, entry):
    practice.public_since = None
    practice.save(update_fields=["public_since"])


class Practice(Stateful, Revised):
    """One entry of the register."""

    class Kind(models.TextChoices):
        INFORMAL = "informal", "Informal peer support"
        CO_FACILITATION = "co_facilitation", "Peer co-facilitation"
        PEER_LED = "peer_led", "Peer-led group"
        OTHER = "other", "Something else"

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        SUBMITTED = "submitted", "blue", "Waiting to be published"
        PUBLISHED = "published", "blue", "Published"
        ARCHIVED = "archived", "grey", "Archived"

    moves = {
        "submit": Move(
            (State.DRAFT,),
            State.SUBMITTED,
            "network.write_practice",
            needs=(is_complete,),
            then=(answered_anew, events.practice_submitted),
            main=True,
            label="Send it in",
            explain="A co-lead of the network or the programme office reads "
            "it and publishes it, or sends it back with a question.",
        ),
        "take_back": Move(
            (State.SUBMITTED,),
            State.DRAFT,
            "network.write_practice",
            label="Take it back to change it",
        ),
        "send_back": Move(
            (State.SUBMITTED,),
            State.DRAFT,
            "network.publish_practice",
            then=(asks_back, events.author_told),
            label="Send it back",
            reason=True,
            explain="Its author can change it and send it in again.",
        ),
        "publish": Move(
            (State.SUBMITTED,),
            State.PUBLISHED,
            "network.publish_practice",
            needs=(is_complete, everybody_asked_has_answered),
            then=(published, events.author_told),
            main=True,
            label="Publish it in the register",
            explain="Everybody in the programme can then read it. It is not public yet: "
            "Communications decides that.",
        ),
        "archive": Move(
            (State.PUBLISHED,),
            State.ARCHIVED,
            "network.archive_practice",
            then=(no_longer_public, events.author_told),
            label="Archive it",
            reason=True,
            explain="It leaves the register and the public page, and can be brought back.",
        ),
        "bring_back": Move(
            (State.ARCHIVED,),
            State.PUBLISHED,
            "network.publish_practice",
            needs=(is_complete, everybody_asked_has_answered),
            then=(published, events.author_told),
            label="Bring it back into the register",
        ),
        "edit": Act(
            (State.DRAFT, State.SUBMITTED, State.PUBLISHED),
            "network.edit_practice",
            closed="This entry has been archived. Bring it back to change it.",
        ),
        # What was typed is not lost where it was archived meanwhile: the form says so.
        "edit_public": Act(
            tuple(State), "network.edit_public_practice", needs=(can_be_made_public,)
        ),
        "share": Act(
            tuple(State),
            "network.share_practice",
            needs=(can_be_shared, has_a_meeting_to_go_to),
        ),
        "ask_to_name": Act(tuple(State), "network.name_people"),
        "record_paper_consent": Act(tuple(State), "network.name_people"),
    }

    network = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="practices")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="practices")
    title = Line("what it is called", max_length=120)
    kind = models.CharField(max_length=20, choices=Kind, db_index=True, blank=True)
    service = Line("service or team", max_length=120, blank=True)
    borough = Line(max_length=20, db_index=True, blank=True)
    what_happens = models.TextField(max_length=3000, blank=True)
    since_year = models.PositiveSmallIntegerField("year it began", null=True, blank=True)
    how_to_join = models.TextField("how people join", max_length=1000, blank=True)
    learnt = models.TextField("what was learnt", max_length=3000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    answer = models.TextField(blank=True, editable=False, help_text="Why it came back.")
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, editable=False)

    # What Communications made of it for everybody.
    slug = models.SlugField(max_length=140, unique=True, null=True, editable=False)  # noqa: DJ001 - unique where there is one
    public_title = Line(max_length=120, blank=True)
    public_text = models.TextField(max_length=4000, blank=True)
    public_join = models.TextField("how to join, for everybody", max_length=1000, blank=True)
    public_since = models.DateTimeField(null=True, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["state", "title"])]
        permissions = [
            ("write_practice", "Can write and submit their own practice"),
            ("publish_practice", "Can publish practice in the register"),
            ("archive_practice", "Can archive practice"),
            ("edit_practice", "Can change the entry as it stands"),
            ("name_people", "Can ask and record who may be named"),
            ("share_practice", "Can share practice with the steering group"),
            ("edit_public_practice", "Can write the public version"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("practice", args=[self.pk])

    def own_perms(self, user):
        """What its author may do, and what the network's co-leads may."""
        mine = set()
        if user.pk == self.owner_id:
            mine |= {
                "network.write_practice",
                "network.name_people",
                "network.archive_practice",
                "network.share_practice",
            }
            if self.state == self.State.DRAFT:
                mine.add("network.edit_practice")
        if user.has_perm("groups.lead_workinggroup", self.network):
            mine |= PUBLISHERS
        return mine

    @property
    def borough_name(self):
        return dict(boroughs()).get(self.borough, self.borough)

    @property
    def is_public(self):
        return self.is_in_register and self.public_since is not None

    @property
    def is_in_register(self):
        return self.state == self.State.PUBLISHED

    @transaction.atomic
    def edit(self, seen, *, by, **fields):
        """Change the entry as it stands. Raises PermissionDenied, Conflict or StaleEdit."""
        # Its author may while it is a draft: who may is asked of the entry as it is now.
        self.refresh_from_db(from_queryset=Practice.objects.select_for_update(of=("self",)))
        self.permit("edit", by=by)
        self.save_revision(seen, **fields)
        record("edit", self, by=by, note=", ".join(sorted(fields)))

    @transaction.atomic
    def edit_public(self, seen, *, by, show, **fields):
        """Write the version for everybody, and say whether it is shown."""
        self.permit("edit_public", by=by)
        shown = (self.public_since or clock.now()) if show else None
        slug = self.slug or f"{slugify(fields['public_title'])[:120] or 'practice'}-{self.pk}"
        self.save_revision(seen, **fields, public_since=shown, slug=slug)
        record("edit_public", self, by=by, note="shown" if show else "not shown")

    # --- the steering group ---------------------------------------------------------------------
    @transaction.atomic
    def share(self, *, by):
        """Put it on the agenda of the next steering meeting, by the rules of meetings.

        Whoever plans that meeting has it on the agenda at once; for everybody else it is proposed,
        and the steering group's co-leads answer.
        """
        self.permit("share", by=by)
        locked = next_steering_meetings().select_related("group").select_for_update(of=("self",))
        meeting = locked.first()
        if meeting is None:
            raise NotYet(NO_MEETING)
        item = AgendaItem.objects.create(
            meeting=meeting,
            title=f"Peer practice: {self.title}"[:150],
            proposed_by=by,
            kind=AgendaItem.Kind.INFORMATION,
            detail=f"{self.get_kind_display()}, {self.borough_name}.\n\n{self.what_happens}"[:2500]
            + f"\n\nIn the register: {settings.SITE_URL}{self.get_absolute_url()}",
        )
        record("propose", item, by=by)
        if by.has_perm("groups.plan_meeting", meeting.group):
            item.move("accept", by=by)
        else:
            meeting_events.agenda_proposed(item)
        share = self.shares.create(item=item, by=by, at=clock.now())
        record("share", self, by=by, note=f"agenda item {item.pk}")
        return share


PUBLISHERS = frozenset(
    {
        "network.publish_practice",
        "network.archive_practice",
        "network.edit_practice",
        "network.name_people",
        "network.share_practice",
    }
)
ON_ITS_WAY = (AgendaItem.State.PROPOSED, AgendaItem.State.ACCEPTED)


class PracticeShare(models.Model):
    """The practice was put before the steering group."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="shares")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="practice_share")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practice_shares"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.practice}, shared"

    @property
    def when(self):
        """The meeting's time, once that has been announced."""
        meeting = self.item.meeting
        return meeting.when if meeting.published_at else ""


# --- names ----------------------------------------------------------------------------------------
class PracticeNameQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who look after the entry, and the person named."""
        if not user.is_authenticated:
            return self.none()
        kept = Q(practice__in=Practice.objects.visible_to(user))
        if not user.has_perm("network.name_people"):
            leading = WorkingGroup.objects.where(user, "lead_workinggroup")
            kept &= Q(practice__owner=user) | Q(practice__network__in=leading)
        return self.filter(Q(user=user) | kept)

    def shown_inside(self):
        return self.filter(state=PracticeName.State.AGREED)

    def shown_publicly(self):
        return self.filter(state=PracticeName.State.AGREED, level=PracticeName.Level.PUBLIC)


@effect
def name_goes(name, entry):
    name.level, name.name = "", ""
    name.save(update_fields=["level", "name"])


class PracticeName(Stateful):
    """Whether one person may be named in an entry, and how widely. Without it no name is shown."""

    class Part(models.TextChoices):
        PEER = "peer", "Peer who leads"
        SPONSOR = "sponsor", "Sponsor who leads"
        OTHER = "other", "Takes part"

    class State(States):
        ASKED = "asked", "yellow", "Asked"
        AGREED = "agreed", "green", "Agreed"
        REFUSED = "refused", "orange", "Would rather not"
        WITHDRAWN = "withdrawn", "grey", "Taken back"

    class Level(models.TextChoices):
        INSIDE = "inside", "Only to people in the programme, who are signed in"
        PUBLIC = "public", "To everybody, on the public page too"

    moves = {
        "agree": Move(
            (State.ASKED, State.AGREED, State.REFUSED, State.WITHDRAWN),
            State.AGREED,
            "network.consent",
            label="Yes, you may name me",
        ),
        "refuse": Move(
            (State.ASKED,),
            State.REFUSED,
            "network.consent",
            then=(name_goes,),
            label="I would rather not be named",
        ),
        "withdraw": Move(
            (State.ASKED, State.AGREED),
            State.WITHDRAWN,
            "network.withdraw_consent",
            then=(name_goes, events.consent_withdrawn),
            label="Take the name off",
            warn=True,
            explain="The name disappears from the register and the public page at once.",
        ),
        "narrow": Move(
            (State.AGREED,),
            State.AGREED,
            "network.withdraw_consent",
            then=(events.consent_withdrawn,),
            internal=True,
            label="Only inside the programme",
        ),
        "lapse": Move(
            (State.ASKED,),
            State.WITHDRAWN,
            "network.withdraw_consent",
            then=(name_goes, events.consent_withdrawn),
            internal=True,
            label="The person has left",
        ),
    }

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="names")
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="practice_names"
    )
    name = Line(max_length=120, blank=True, help_text="Of somebody without an account.")
    part = models.CharField("what they do in it", max_length=10, choices=Part)
    level = models.CharField(max_length=10, choices=Level, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED, db_index=True)
    paper_on = models.DateField(
        null=True, blank=True, help_text="The date on the form, where consent was given on paper."
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    objects = PracticeNameQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        permissions = [
            ("consent", "Can say whether they may be named"),
            ("withdraw_consent", "Can take a name off"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "user"],
                condition=Q(user__isnull=False),
                name="network_practice_name_once",
            )
        ]

    def __str__(self):
        return f"Name {self.pk} in {self.practice}"

    def get_absolute_url(self):
        return reverse("practice_names", args=[self.practice_id])

    def own_perms(self, user):
        if self.user_id and user.pk == self.user_id:
            return {"network.consent", "network.withdraw_consent"}
        if user.has_perm("network.name_people", self.practice):
            return {"network.withdraw_consent"}
        return set()

    @property
    def is_agreed(self):
        return self.state == self.State.AGREED

    @property
    def said_no(self):
        return self.state in (self.State.REFUSED, self.State.WITHDRAWN)

    @property
    def shown(self):
        """The name as it is shown, where it is; as it was typed for somebody without an account."""
        return self.user.name if self.user_id else self.name

    @classmethod
    @transaction.atomic
    def ask(cls, practice, user, part, *, by):
        """Ask somebody with an account whether they may be named; who names themself agrees later,
        with how widely."""
        practice.permit("ask_to_name", by=by)
        there = practice.names.filter(user=user).first()
        if there and there.said_no:
            raise NotYet(f"{user} has said no. Only they can change that.")
        if there:
            raise NotYet(f"{user} has been asked already.")
        asked = cls.objects.create(
            practice=practice, user=user, part=part, asked_by=by, asked_at=clock.now()
        )
        record("ask_to_name", practice, by=by, note=f"person {user.pk}")
        events.consent_asked(asked)
        return asked

    @classmethod
    @transaction.atomic
    def on_paper(cls, practice, name, part, level, paper_on, *, by):
        """Record consent that somebody without an account gave on paper."""
        practice.permit("record_paper_consent", by=by)
        given = cls.objects.create(
            practice=practice,
            name=name,
            part=part,
            level=level,
            paper_on=paper_on,
            state=cls.State.AGREED,
            asked_by=by,
            asked_at=clock.now(),
        )
        record("paper_consent", practice, by=by, note=f"name {given.pk}, {level}")
        return given

    @transaction.atomic
    def answer(self, choice, *, by):
        """What the person says: a level, or ``no``."""
        if choice in self.Level.values:
            self.move("agree", by=by, level=choice)
        elif self.is_agreed:
            self.move("withdraw", by=by)
        else:
            self.move("refuse", by=by)
