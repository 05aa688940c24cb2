"""Working groups, who belongs to them in which role, and what makes a quorum."""

from dataclasses import dataclass
from operator import attrgetter

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import are_of_one_side
from apps.accounts.roles import PROGRAMME
from apps.core import clock
from apps.core.compiled import KeptOf, asked, late
from apps.core.dates import DAY
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.held import HELD, held
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.permissions import granted, grants_by_kind
from apps.core.plain import Plain

from . import events
from .roles import CO_LEAD, SERVING, Role, sync_grants


# --- working group ------------------------------------------------------------------------------
@asked
def leads_steering(user):
    """Whether this person leads the steering group."""
    held = grants_by_kind(user, WorkingGroup)[WorkingGroup.Kind.STEERING]
    return "lead_workinggroup" in held


class WorkingGroupQuerySet(models.QuerySet):
    def where(self, user, codename):
        """The groups on which this person holds a permission, by role or programme-wide."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm(f"groups.{codename}"):
            return self
        return self.filter(pk__in=granted(user, self.model, codename))

    def visible_to(self, user):
        """Groups that the person belongs to; the programme office sees all."""
        return self.where(user, "view_workinggroup")

    def left_to(self, user):
        """Closed groups whose decisions this person reads and may end: the steering group's
        co-leads (``answers_for_it``).
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(state=WorkingGroup.State.CLOSED) if leads_steering(user) else self.none()

    def answered_for(self, user):
        """The groups that this person leads, and those left to them."""
        leading = WorkingGroup.objects.where(user, "lead_workinggroup")
        steering = Exists(leading.filter(kind=WorkingGroup.Kind.STEERING))
        left = Q(steering, state=WorkingGroup.State.CLOSED)
        return self.filter(Q(pk__in=leading.values("pk")) | left)

    def half_led(self, on=None):
        """Running groups that lack one of their co-leads, as ``empty_seats`` says of one.

        With ``lived`` and ``staff``: how many hold the seat of that side.
        """
        leads = Membership.objects.current(on).filter(role=Role.CO_LEAD)
        by_side = [
            leads.filter(user__constituency=side).order_by().values("group") for side in CO_LEAD
        ]

        def seated(held):
            here = held.filter(group=OuterRef("pk")).annotate(n=models.Count("pk")).values("n")
            return Coalesce(models.Subquery(here), 0)

        lived, staff = map(seated, by_side)  # of those that are found alone
        once = [held.annotate(n=models.Count("pk")).filter(n=1).values("group") for held in by_side]
        running = self.filter(state=WorkingGroup.State.ACTIVE).annotate(lived=lived, staff=staff)
        return running.exclude(Q(pk__in=once[0]) & Q(pk__in=once[1]))


def _page(name, group, by, perm):
    """The address of a page of the group, where this person may open it."""
    return reverse(name, args=[group.slug]) if by.has_perm(perm, group) else ""


@requirement
def has_terms(group, by):
    if group.terms is not None:
        return
    words = "This group still needs terms of reference with a quorum."
    if proposed := group.proposed_terms:
        yield Missing(words, proposed.get_absolute_url(), proposed.turn)
    else:
        yield Missing(words, _page("terms_add", group, by, "groups.write_terms"))


@requirement
def nothing_is_proposed(group, by):
    if proposed := group.proposed_terms:
        yield Missing("New terms are proposed already.", proposed.get_absolute_url(), proposed.turn)


@requirement
def both_sides_lead(group, by):
    for leads in group.doubled_seats():
        yield Missing(neither_leads(leads), group.get_absolute_url())
    for seat in group.empty_seats():
        url = _page("appoint", group, by, "groups.manage_members")
        yield Missing(f"This group still needs a co-lead ({seat.label.lower()}).", url)


@requirement
def nothing_is_unfinished(group, by):
    """As far as higher apps say, in ``closing_checks``."""
    yield from (Missing(text) for check in group.closing_checks if (text := check(group)))


def neither_leads(leads):
    """What is so where a seat is held by several, and the way out of it."""
    side = leads[0].get_constituency_display().lower()
    return (
        f"{' and '.join(one.name for one in leads)} are co-leads of one side ({side}), so none of "
        "them leads the group. The programme office ends all but one of these terms."
    )


IN_THE_PAST = "The first day of a term must be today or later."
NOTHING_MORE = "This group is closed. What it did can be read, and nothing can be added."


class WorkingGroup(Stateful):
    """A group of people who steer, do a task or meet as a network, by co-production."""

    class Kind(models.TextChoices):
        STEERING = "steering", "Steering group"
        TASK = "task", "Task group"
        NETWORK = "network", "Network"

    class State(States):
        FORMING = "forming", "grey", "Forming"
        ACTIVE = "active", "green", "Active"
        CLOSING = "closing", "yellow", "Closing"
        CLOSED = "closed", "grey", "Closed"

    NOT_CLOSED = (State.FORMING, State.ACTIVE, State.CLOSING)

    moves = {
        "activate": Move(
            (State.FORMING,),
            State.ACTIVE,
            "groups.form_workinggroup",
            needs=(has_terms, both_sides_lead),
            label="Start the group",
            main=True,
            explain="The group can then meet and decide.",
        ),
        "wind_down": Move(
            (State.ACTIVE,),
            State.CLOSING,
            "groups.form_workinggroup",
            label="Begin to close the group",
            reason=True,
            explain="The group finishes what it has begun. It plans nothing new.",
        ),
        "reopen": Move(
            (State.CLOSING,),
            State.ACTIVE,
            "groups.form_workinggroup",
            label="Keep the group going",
            reason=True,
        ),
        "close": Move(
            (State.CLOSING,),
            State.CLOSED,
            "groups.form_workinggroup",
            needs=(nothing_is_unfinished,),
            label="Close the group",
            reason=True,
            warn=True,
            explain="Everything the group did can still be read. Nothing can be added.",
        ),
        "appoint": Act(
            NOT_CLOSED,
            "groups.manage_members",
            then=("apps.groups.counting.newcomer_is_asked",),
            closed=NOTHING_MORE,
        ),
        "write_terms": Act(
            NOT_CLOSED, "groups.write_terms", needs=(nothing_is_proposed,), closed=NOTHING_MORE
        ),
        "end_term": Act(tuple(State), "groups.manage_members"),
        "say_side": Act(
            NOT_CLOSED,
            "groups.view_workinggroup",
            needs=("apps.groups.counting.is_asked",),
            then=("apps.groups.counting.co_leads_hear",),
            label="Say on which side you count",
            closed=NOTHING_MORE,
        ),
        "change": Act(tuple(State), "groups.form_workinggroup"),
    }
    # Higher apps add what must be finished before a group closes: each takes the group and
    # returns a sentence, or nothing.
    closing_checks: list = []
    grant_kind = "kind"  # permissions.grants_by_kind

    name = Line(max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, db_index=True)
    purpose = models.TextField(help_text="What the group is for, in plain words.")
    state = models.CharField(max_length=10, choices=State, default=State.FORMING, db_index=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("group", args=[self.slug])

    @property
    def is_at_work(self):
        """Neither forming nor closing nor closed."""
        return self.state == self.State.ACTIVE

    @property
    def terms(self):
        """The terms of reference in force today, or None."""
        return self.terms_at(clock.today())

    def terms_at(self, on):
        """The terms of reference in force on a date: the newest adopted version that had begun."""
        begun = (one for one in self._adopted() if one.in_force_from <= on)
        return max(begun, key=attrgetter("version"), default=None)

    @property
    def coming_terms(self):
        """The version that is adopted and holds from a later day, or None."""
        later = (one for one in self._adopted() if one.in_force_from > clock.today())
        return min(later, key=attrgetter("in_force_from"), default=None)

    @property
    def proposed_terms(self):
        """The version that is proposed or signed and not adopted yet, or None."""
        every = self.terms_of_reference.all()
        return next((one for one in every if one.state in TermsOfReference.OPEN), None)

    def _adopted(self):
        """Few: they are told apart here, so that a page that has read them asks once."""
        return [one for one in self.terms_of_reference.all() if one.is_adopted]

    def people(self, on=None):
        """Current memberships with their people: co-leads first, then by name."""
        return (
            self.memberships.current(on)
            .select_related("user")
            .order_by(
                models.Case(
                    models.When(role=Role.CO_LEAD, then=0),
                    models.When(role=Role.SECRETARY, then=1),
                    default=2,
                ),
                "user__full_name",
            )
        )

    def is_led_by(self, user):
        """Whether this person holds one of its two seats now: no role stands in for that.

        There is one for each side: where somebody's side changed, two of one side hold neither.
        """
        return any(leads == [user] for leads in self._seated().values())

    def why_not_led_by(self, user, words, turn=""):
        """Nothing where this person holds one of the two seats; else that, in these words."""
        seated = self._seated().values()
        if [user] not in seated:
            doubled = (leads for leads in seated if user in leads)
            yield Missing(next(map(neither_leads, doubled), words), turn=turn)

    def leads(self, on=None):
        """Who leads the group now: asked on each page of what two of them do."""
        found = _LEADS.rows(self.pk) if on is None else _leads(self.pk, on)
        return [one.user for one in found]

    def _seated(self, on=None):
        """{side of co-production: the co-leads who sit for it now}"""
        leads = self.leads(on)
        return {side: [one for one in leads if one.constituency == side] for side in CO_LEAD}

    def empty_seats(self, on=None):
        """The sides of co-production that have no co-lead now."""
        return [side for side, leads in self._seated(on).items() if not leads]

    def doubled_seats(self):
        """The co-leads of each side that has several: none of them leads (``is_led_by``)."""
        return [leads for leads in self._seated().values() if len(leads) > 1]

    def answers_for_it(self):
        """The group whose co-leads say what two say here: the steering group's, once this is closed
        and lacks one of its own. Nobody is appointed to it any more.
        """
        if self.state != self.State.CLOSED or self.is_led_by_two:
            return self
        steering = WorkingGroup.objects.filter(kind=self.Kind.STEERING)
        return steering.exclude(state=self.State.CLOSED).order_by("pk").first() or self

    @property
    def is_led_by_two(self):
        """Whether both seats are held, each by one."""
        return not (self.empty_seats() or self.doubled_seats())

    def left_since(self, press):
        """Whether a term ended in which somebody leads or serves: another is another seat."""
        day = clock.date_of(press.at)
        ended = Q(ended_at__gt=press.at) | Q(ends__gte=day, ends__lt=clock.today())
        return self.memberships.filter(ended, user=press.by_id, role__in=SERVING).exists()

    def why_no_second(self, press, by):
        """What two say in a group, two sides say: as they were when the first said it."""
        if are_of_one_side(by, press.by, press.at):
            yield Missing(
                f"{press.by} asked for it, and is on your side of co-production. Somebody of "
                "another side confirms it, or says no.",
                turn=f"another co-lead of {self}",
            )

    @transaction.atomic
    def appoint(self, user, role, *, by, starts=None, ends=None, represents=""):
        """Give somebody a role in this group, with its grants.

        Raises PermissionDenied, IllegalMove (the group is closed), or NotYet where the seat is
        taken or does not fit the person.
        """
        self.permit("appoint", by=by)
        return self.seat(user, role, by=by, starts=starts, ends=ends, represents=represents)

    @transaction.atomic
    def seat(self, user, role, *, by, starts=None, ends=None, represents=""):
        """As ``appoint``, for a caller whose own move has settled who may: a seat agreed with
        the network, say. Asks for no permission; audited in the same way.

        No term begins before the day on which somebody gives it: who was a member when a meeting
        was held is settled.
        """
        starts = starts or clock.today()
        if starts < clock.today():
            raise NotYet(IN_THE_PAST)
        # One at a time, so that two people cannot fill the same seat.
        WorkingGroup.objects.select_for_update().get(pk=self.pk)
        if ends and ends < starts:
            raise NotYet("The term must end after it starts.")
        # Who takes the seat as well: their side could change, or their account close, meanwhile.
        people = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
        user.is_active, user.constituency = people.values_list("is_active", "constituency").get()
        if not user.is_active:
            raise NotYet("This account is closed.")
        overlapping = self.memberships.overlapping(starts, ends)
        if overlapping.filter(user=user, role=role).exists():
            raise NotYet(f"{user} already has this role.")
        if role == Role.CO_LEAD:
            if user.constituency not in CO_LEAD:
                raise NotYet("A co-lead sits for lived experience or for staff.")
            holder = (
                overlapping.filter(role=role, user__constituency=user.constituency)
                .select_related("user")
                .first()
            )
            if holder:
                raise NotYet(
                    f"{holder.user} is already the {user.get_constituency_display().lower()} "
                    "co-lead. End that term first."
                )
        membership = self.memberships.create(
            user=user, role=role, starts=starts, ends=ends, represents=represents
        )
        sync_grants(user, self)
        record("appoint", self, by=by, note=f"{membership.get_role_display()}: person {user.pk}")
        self.followed("appoint", membership)
        return membership


class WorkingGroupUserPermission(UserObjectPermissionBase):
    """A person's grant on one working group (guardian, with direct foreign keys)."""

    content_object = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"])]


# --- membership -----------------------------------------------------------------------------
MEMBERSHIPS = HELD.add(
    Plain(
        "memberships",
        lambda user: Membership.objects.current().filter(user=user),
        {"group_id": int, "group__kind": str, "role": str, "group__name": str, "group__slug": str},
    )
)


@late
def belongs_to(user, *kinds, observing=True):
    """Ids of the groups that the person belongs to now, of some kinds or of all; ``observing``:
    as an observer too. Read once a request, with grants.
    """
    return {
        group
        for group, kind, role, *_ in held(user, MEMBERSHIPS.name)
        if (not kinds or kind in kinds) and (observing or role != Role.OBSERVER)
    }


def groups_of(user):
    """The groups that the person belongs to now, by name, with what a link to one needs."""
    rows = {(pk, name, slug) for pk, _, _, name, slug in held(user, MEMBERSHIPS.name)}
    found = [WorkingGroup(pk=pk, name=name, slug=slug) for pk, name, slug in rows]
    return sorted(found, key=lambda group: (group.name.casefold(), group.pk))


def in_programme(user):
    """A condition for queries: the person belongs to some group now, or has a programme role.

    Uncorrelated, so that a database answers it once a query, however many rows there are.
    """
    member = Membership.objects.current().filter(user=user)
    role = User.groups.through.objects.filter(user=user, group__name__in=PROGRAMME)
    return Exists(member) | Exists(role)


def in_groups():
    """A condition on User: belongs to some group, or once did."""
    return Exists(Membership.objects.filter(user=OuterRef("pk")))


def in_network():
    """A condition on User: belongs to the network today."""
    seats = Membership.objects.current().filter(group__kind=WorkingGroup.Kind.NETWORK)
    return Exists(seats.filter(user=OuterRef("pk")))


def on_steering():
    """A condition on User: belongs to a steering group today."""
    seats = Membership.objects.current().filter(group__kind=WorkingGroup.Kind.STEERING)
    return Exists(seats.filter(user=OuterRef("pk")))


def leads_a_group():
    """A condition on User: is a co-lead now."""
    seats = Membership.objects.current().filter(role=Role.CO_LEAD)
    return Exists(seats.filter(user=OuterRef("pk")))


def _leads(group, on=None):
    seats = Membership.objects.current(on).filter(role=Role.CO_LEAD, group=group)
    return seats.select_related("user").order_by("user__full_name")


_LEADS = KeptOf(_leads)


class MembershipQuerySet(models.QuerySet):
    def current(self, on=None):
        """Memberships whose term covers a date (today unless told)."""
        on = on or clock.today()
        return self.overlapping(on, on)

    def on_the_day(self, on):
        """As ``current``, with those whose term somebody ended on that very day.

        Who counts at a meeting is settled when its day begins: nobody is taken away from it.
        """
        running = self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)
        return running.filter(Q(ended_at__isnull=True) | Q(ended_at__date__gte=on))

    def overlapping(self, starts, ends):
        """Memberships whose term shares a day with the given one."""
        running = self.filter(
            Q(ends__isnull=True) | Q(ends__gte=starts),
            Q(ended_at__isnull=True) | Q(ended_at__date__gt=starts),
        )
        return running.filter(starts__lte=ends) if ends else running

    def deciding(self):
        """Memberships that count towards a quorum: observers do not."""
        return self.exclude(role=Role.OBSERVER)

    def visible_to(self, user):
        return self.filter(group__in=WorkingGroup.objects.visible_to(user))


class Represents(models.TextChoices):
    """Whom a representative speaks for."""

    NETWORK = "network", "Peers and Sponsors Network"
    HR = "hr", "Human Resources"
    COMMS = "comms", "Communications"
    EQUALITY = "equality", "Equality and Human Rights"


class Membership(models.Model):
    """A person in a role in a group, for a term. The only source of grants on the group."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=15, choices=Role)
    represents = models.CharField(max_length=10, choices=Represents, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True, help_text="The last day of the term.")
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When somebody ended the term early."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        # The first holds all that ``current`` asks of a group, so that counting reads no row.
        indexes = [
            models.Index(fields=["group", "starts", "ends", "ended_at", "user"]),
            models.Index(fields=["user", "ends"]),
            # Two of each group, among thousands of members: who leads is asked on most pages.
            models.Index(
                fields=["group", "user"],
                condition=Q(role=Role.CO_LEAD),
                name="groups_membership_co_leads",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="groups_membership_term_forwards",
            ),
            models.UniqueConstraint(
                fields=["group", "user", "role"],
                condition=Q(ends__isnull=True, ended_at__isnull=True),
                name="groups_membership_open_once",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display().lower()} of {self.group}"

    @transaction.atomic
    def end(self, *, by, reason=""):
        """End the term now; the grants go at once. Raises PermissionDenied."""
        self.group.permit("end_term", by=by)
        self.finish(by=by, reason=reason)

    @transaction.atomic
    def finish(self, *, by, reason=""):
        """As ``end``, for a caller that has settled who may: the account closed, say."""
        ended = Membership.objects.filter(pk=self.pk, ended_at__isnull=True).update(
            ended_at=clock.now()
        )
        self.refresh_from_db()
        if not ended:
            raise Already("This term has already been ended.", self.group)
        sync_grants(self.user, self.group)
        record("end_membership", self.group, by=by, note=reason)


# --- terms of reference -------------------------------------------------------------------------
@dataclass(frozen=True)
class Presence:
    """How many deciding members were present: all, with lived experience, and staff."""

    members: int
    lived_experience: int
    staff: int

    @property
    def words(self):
        return (
            f"{self.members} members, of whom {self.lived_experience} with lived experience and "
            f"{self.staff} staff"
        )


class PeerWorkers(models.TextChoices):
    """How people whom the trust employs as peer workers count in a group."""

    LIVED_EXPERIENCE = "lived_experience", "As people with lived experience"
    STAFF = "staff", "As staff"
    NEITHER = "neither", "On neither side: they are members, and count in the number of all"


def all_voices():
    """Everybody whom a task group is meant to hear, as the programme set out."""
    return list(Represents.values)


class TermsQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(group__in=WorkingGroup.objects.visible_to(user))

    def adopted(self):
        return self.filter(state=TermsOfReference.State.ADOPTED)

    def to_decide(self):
        """Signed by both co-leads, and not the group's first."""
        held = TermsOfReference.objects.adopted().filter(group=OuterRef("group"))
        signed = self.filter(Exists(held), state=TermsOfReference.State.SIGNED)
        return signed.select_related("group")


@requirement
def a_co_lead_signs(terms, by):
    words = "The two co-leads of the group sign its terms."
    yield from terms.group.why_not_led_by(by, words, "the co-leads")


@requirement
def are_the_first(terms, by):
    """Later ones are adopted by a decision of the group, under the terms in force."""
    if terms.before is not None:
        yield Missing("The group decides about this at a meeting: put it on an agenda.")


@effect
def signed(terms, entry):
    terms.signed_at = entry.at
    terms.save(update_fields=["signed_at"])


@effect
def adopted(terms, entry):
    """From the next day on: what met today met under the terms that it knew. Never backdated."""
    first_day = clock.today() + DAY if terms.before else clock.today()
    terms.in_force_from = max(terms.in_force_from, first_day)
    terms.adopted_at = entry.at
    terms.save(update_fields=["in_force_from", "adopted_at"])


class TermsOfReference(Stateful):
    """One version of a group's terms: text, notice, co-production quorum, and voices asked for.

    Proposed, signed by both co-leads, and adopted by a quorate decision under the terms that are in
    force; the first by the programme office. Its words never change: others are proposed anew.
    """

    class State(States):
        PROPOSED = "proposed", "yellow", "Proposed"
        SIGNED = "signed", "blue", "Signed by both co-leads"
        ADOPTED = "adopted", "green", "Adopted"
        DROPPED = "dropped", "grey", "Not adopted"

    OPEN = (State.PROPOSED, State.SIGNED)

    moves = {
        "sign": Move(
            (State.PROPOSED,),
            State.SIGNED,
            "groups.lead_workinggroup",
            needs=(a_co_lead_signs,),
            then=(signed, events.terms_signed),
            label="Sign the terms",
            main=True,
            done="Both co-leads have signed.",
            explain="Both co-leads sign. Then the group decides about them at a meeting. The first "
            "terms of a group are confirmed by the programme office.",
            both="the other co-lead",
        ),
        "adopt_first": Move(
            (State.SIGNED,),
            State.ADOPTED,
            "groups.form_workinggroup",
            needs=(are_the_first,),
            then=(adopted, events.terms_adopted, "apps.groups.counting.members_are_asked"),
            label="Confirm the first terms",
            done="The terms hold from now on.",
            main=True,
            explain="They are in force from then on. Later ones need a decision of the group.",
        ),
        "adopt": Move(
            (State.SIGNED,),
            State.ADOPTED,
            "groups.lead_workinggroup",
            then=(adopted, events.terms_adopted, "apps.groups.counting.members_are_asked"),
            label="Adopt",
            internal=True,  # follows a decision that both co-leads stand by
        ),
        "fall_back": Move(
            (State.ADOPTED,),
            State.SIGNED,
            "groups.lead_workinggroup",
            then=(events.terms_fell,),
            label="No longer adopted",
            internal=True,  # the decision lost its quorum after all, and may be ratified
        ),
        "fall": Move(
            (State.ADOPTED,),
            State.DROPPED,
            "groups.lead_workinggroup",
            then=(events.terms_fell,),
            label="No longer adopted",
            internal=True,  # and others are proposed already
        ),
        "drop": Move(
            OPEN,
            State.DROPPED,
            "groups.write_terms",
            needs=("apps.meetings.models.about.no_decision_is_on_its_way",),
            label="Take the proposal back",
            done="The proposal is taken back.",
            reason=True,
            explain="The terms in force stay as they are.",
        ),
    }

    group = models.ForeignKey(
        WorkingGroup, on_delete=models.PROTECT, related_name="terms_of_reference"
    )
    version = models.PositiveIntegerField(editable=False)
    text = models.TextField(help_text="You can use Markdown for headings and lists.")
    quorum_members = models.PositiveSmallIntegerField(
        "members needed in all", default=4, validators=[MinValueValidator(2)]
    )
    quorum_lived_experience = models.PositiveSmallIntegerField(
        "members with lived experience needed", default=2, validators=[MinValueValidator(1)]
    )
    quorum_staff = models.PositiveSmallIntegerField(
        "members of staff needed", default=2, validators=[MinValueValidator(1)]
    )
    notice_days = models.PositiveSmallIntegerField("days of notice for a meeting", default=7)
    peer_workers = models.CharField(
        "how peer workers in post count",
        max_length=20,
        choices=PeerWorkers,
        blank=True,
        help_text="Empty where the terms do not say: then everybody counts as they are recorded.",
    )
    voices = models.JSONField(
        default=all_voices,
        blank=True,
        help_text="Whom a task group's members must speak for: values of Represents.",
    )
    in_force_from = models.DateField(
        help_text="The day that was proposed; once adopted, from which they are in force."
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="terms_proposed",
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    adopted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "terms of reference"
        ordering = ["group", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["group", "version"], name="groups_terms_version_once"),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(state__in=["proposed", "signed"]),
                name="groups_terms_one_proposal",
            ),
        ]

    def __str__(self):
        return f"{self.group}: terms of reference, version {self.version}"

    def get_absolute_url(self):
        return reverse("terms", args=[self.group.slug, self.version])

    @property
    def scope(self):
        return self.group

    def lose_decision(self, *, by):
        """The decision that adopted them counts no more: signed they stay, if no others are."""
        self.follow("fall" if self.group.proposed_terms else "fall_back", by=by)

    @property
    def is_adopted(self):
        return self.state == self.State.ADOPTED

    def permits(self, user, name):
        """A proposal is taken back by whoever made it or by a co-lead: the group is to decide."""
        theirs = name != "drop" or user.pk == self.proposed_by_id or self.group.is_led_by(user)
        return theirs and super().permits(user, name)

    @property
    def before(self):
        """The newest adopted version besides, or None: these are then the group's first."""
        others = (one for one in self.group._adopted() if one.pk != self.pk)
        return max(others, key=attrgetter("version"), default=None)

    @property
    def facts(self):
        """What both co-leads sign, and the office confirms."""
        yield "Quorum", self.quorum.words
        yield "Notice for meetings", f"{self.notice_days} days"
        yield "Peer workers in post count", self.peer_workers_words
        if self.voices_asked:
            yield "Voices needed", "\n".join(voice.label for voice in self.voices_asked)
        yield "The text", f"As it stands on the page of version {self.version}. Read it first."

    @property
    def turn(self):
        """Whose turn it is, where these are proposed."""
        if self.state == self.State.PROPOSED:
            return "the co-leads, who sign them"
        return "the group, which decides" if self.before else "the programme office"

    @property
    def changes(self):
        """What is other than in the version that holds until then, as (label, before, now)."""
        before = self.before
        if before is None:
            return
        for label, of in (
            ("Quorum", lambda one: one.quorum.words),
            ("Notice for meetings", lambda one: f"{one.notice_days} days"),
            ("Peer workers in post count", lambda one: one.peer_workers_words),
            ("Voices needed", lambda one: ", ".join(v.label for v in one.voices_asked) or "none"),
        ):
            if of(before) != of(self):
                yield label, of(before), of(self)

    @classmethod
    @transaction.atomic
    def propose(cls, group, *, by, seen, **fields):
        """Propose a new version; a co-lead who does so signs it. ``seen`` is the latest they saw.

        The same, sent twice, is proposed once. Raises PermissionDenied, NotYet (one is proposed
        already), IllegalMove or Conflict.
        """
        if not group.permits(by, "write_terms"):
            raise PermissionDenied
        latest = group.terms_of_reference.aggregate(latest=models.Max("version"))["latest"] or 0
        if latest != seen:
            return cls._sent_before(group, by, seen + 1, fields)
        group.check_open("write_terms")
        if missing := group.missing("write_terms", by):
            raise NotYet(*missing)
        try:
            with transaction.atomic():
                terms = cls.objects.create(group=group, version=seen + 1, proposed_by=by, **fields)
        except IntegrityError:  # two at once
            return cls._sent_before(group, by, seen + 1, fields)
        record("write_terms", group, by=by, note=f"version {terms.version}")
        if group.is_led_by(by):
            terms.move("sign", by=by)
        events.terms_proposed(terms)
        return terms

    @classmethod
    def _sent_before(cls, group, by, version, fields):
        """What this person proposed in the same words, and nobody has answered; else Conflict."""
        there = group.terms_of_reference.filter(version=version, proposed_by=by).first()
        if there is not None and there.state == cls.State.PROPOSED:
            press = there.press("sign")  # else, or said no to, it is not as it was proposed
            signed = [press and press.by_id, bool(press and press.refused_at)]
            as_sent = all(getattr(there, name) == value for name, value in fields.items())
            if as_sent and signed == [by.pk if group.is_led_by(by) else None, False]:
                return there
        words = "There is a newer version now. Another proposed it, or you did in another window."
        raise Conflict(words, group)

    @property
    def voices_asked(self):
        """The voices that a task group needs, in the order of Represents; none for other groups."""
        if self.group.kind != WorkingGroup.Kind.TASK:
            return []
        return [voice for voice in Represents if voice in self.voices]

    @property
    def peer_workers_words(self):
        return self.get_peer_workers_display() or "The terms do not say"

    @property
    def quorum(self):
        return Presence(self.quorum_members, self.quorum_lived_experience, self.quorum_staff)

    def is_quorate(self, present):
        """Whether a Presence reaches the co-production quorum in all three counts."""
        return (
            present.members >= self.quorum_members
            and present.lived_experience >= self.quorum_lived_experience
            and present.staff >= self.quorum_staff
        )


# --- how peer workers count -----------------------------------------------------------------------
class SideAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; the co-leads' of the group, whose quorum hangs on it."""
        if not user.is_authenticated:
            return self.none()
        leading = granted(user, WorkingGroup, "lead_workinggroup")
        return self.filter(Q(user=user) | Q(group__in=leading))

    def answered(self):
        """Those by which they said something: the others say that they were asked."""
        return self.exclude(side="")


class SideAnswer(models.Model):
    """What a peer worker said once: on which side they count in one group (``counting.py``).

    Only they say it, and what they said is never changed: they say it anew. ``rule`` is what the
    terms allowed; empty for what somebody said who had left their post. Without a ``side`` it says
    that they were asked.
    """

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="side_answers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="side_answers"
    )
    since = models.DateField("the first day in post, or after it")
    rule = models.CharField(max_length=20, choices=PeerWorkers, blank=True)
    side = models.CharField(
        max_length=20,
        choices=[*Constituency.choices, (PeerWorkers.NEITHER.value, "Neither side")],
        blank=True,
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = SideAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["group", "user", "at"])]

    def __str__(self):
        return "On which side somebody counts"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return self.group.get_absolute_url()


def constituency_counts(users):
    """A Presence from an iterable of people."""
    sides = [user.constituency for user in users]
    return Presence(
        len(sides),
        sides.count(Constituency.LIVED_EXPERIENCE),
        sides.count(Constituency.STAFF),
    )
