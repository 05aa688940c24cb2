"""Seats in task groups: asked for by their co-leads, filled from the network, agreed by both."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Conflict, NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, Tells, effect, requirement
from apps.groups.models import Membership, Represents, WorkingGroup
from apps.groups.roles import Role

from . import events


def seats_held():
    """Every membership, past or present, that speaks for the network in a group."""
    return Membership.objects.filter(role=Role.REPRESENTATIVE, represents=Represents.NETWORK)


# --- the request --------------------------------------------------------------------------------
class SeatRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The network's people and those of the group that asks."""
        seen = WorkingGroup.objects.visible_to(user).values("pk")
        return self.filter(Q(network__in=seen) | Q(group__in=seen))

    def open(self):
        return self.filter(state=SeatRequest.State.OPEN)


@requirement
def all_are_answered(request, by):
    waiting = request.nominations.waiting().count()
    if waiting:
        people = "1 person" if waiting == 1 else f"{waiting} people"
        yield Missing(
            f"{people} who offered to take part still wait for an answer. Seat them, or thank "
            "them and say why not this time."
        )


@effect
def all_are_thanked(request, entry):
    request.note = entry.note
    request.save(update_fields=["note"])
    for nomination in request.nominations.open():
        nomination.follow("fall", by=entry.by, note=entry.note)


SETTLED = "This request for seats is settled."


class SeatRequest(Stateful):
    """A task group asks the network for representatives."""

    class State(States):
        OPEN = "open", "blue", "Open"
        CLOSED = "closed", "grey", "Settled"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "close": Move(
            (State.OPEN,),
            State.CLOSED,
            "network.settle_seats",
            needs=(all_are_answered,),
            label="Settle the request",
            explain="Everybody who offered has had an answer. Nobody else can offer.",
        ),
        "withdraw": Move(
            (State.OPEN,),
            State.WITHDRAWN,
            "network.withdraw_seats",
            then=(all_are_thanked,),
            label="Withdraw the request",
            reason=True,
            warn=True,
            explain="Everybody who offered is thanked and reads your reason.",
        ),
        "offer": Act((State.OPEN,), "network.offer_nomination", closed=SETTLED),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="seat_requests")
    network = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="seats_asked")
    seats = models.PositiveSmallIntegerField(
        "how many seats", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    purpose = models.TextField("what for", max_length=2000)
    by_when = models.DateField(help_text="When the group would like to have an answer.")
    starts = models.DateField("first day of the term")
    ends = models.DateField("last day of the term")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_index=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seat_requests"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    note = models.TextField(blank=True, editable=False, help_text="Why it was withdrawn.")

    objects = SeatRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="network_seatrequest_term_forwards"
            ),
            models.CheckConstraint(condition=Q(seats__gt=0), name="network_seatrequest_some"),
        ]

    def __str__(self):
        number = "1 seat" if self.seats == 1 else f"{self.seats} seats"
        return f"{number} in {self.group}"

    def get_absolute_url(self):
        return reverse("seat_request", args=[self.pk])

    def own_perms(self, user):
        """The network's co-leads accept, the group's co-leads seat; its members offer."""
        mine = set()
        if user.has_perm("groups.lead_workinggroup", self.network):
            mine |= {"network.accept_nomination", "network.settle_seats"}
        if user.has_perm("groups.lead_workinggroup", self.group):
            mine |= {"network.seat_nomination", "network.settle_seats", "network.withdraw_seats"}
        if user.has_perm("groups.propose_agenda", self.network):
            mine.add("network.offer_nomination")
        return mine

    @property
    def free(self):
        """How many seats nobody has yet."""
        return self.seats - self.nominations.filter(state=Nomination.State.SEATED).count()

    @classmethod
    @transaction.atomic
    def ask(cls, group, network, *, by, **details):
        """A co-lead of a running task group asks. Raises PermissionDenied or NotYet."""
        if not by.has_perm("groups.lead_workinggroup", group):
            raise PermissionDenied
        if group.kind != WorkingGroup.Kind.TASK or group.state != WorkingGroup.State.ACTIVE:
            raise NotYet("Only a running task group can ask the network for seats.")
        if network is None:
            raise NotYet("There is no network yet. The programme office forms it.")
        request = cls.objects.create(group=group, network=network, asked_by=by, **details)
        record("ask", request, by=by)
        events.seats_asked(request)
        return request


# --- nominations --------------------------------------------------------------------------------
class NominationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; the co-leads of both sides, once the person agreed; the seated, everybody."""
        if not user.is_authenticated:
            return self.none()
        led = WorkingGroup.objects.where(user, "lead_workinggroup").values("pk")
        leads = Q(request__network__in=led) | Q(request__group__in=led)
        seated = Q(state=Nomination.State.SEATED, request__in=SeatRequest.objects.visible_to(user))
        return self.filter(
            Q(user=user) | Q(put_forward_by=user) | (leads & Q(consented_at__isnull=False)) | seated
        )

    def waiting(self):
        """Those who wait for the co-leads' answer."""
        return self.filter(state__in=[Nomination.State.PUT_FORWARD, Nomination.State.ACCEPTED])

    def open(self):
        return self.filter(state__in=Nomination.OPEN)


@requirement
def request_is_open(nomination, by):
    if not nomination.request.open_to("offer"):
        yield Missing(SETTLED)


@requirement
def is_somebody_else(nomination, by):
    if by.pk == nomination.user_id:
        words = "You cannot decide about yourself. Ask the other co-lead."
        yield Missing(words, turn="the other co-lead")


@requirement
def is_in_the_network_still(nomination, by):
    in_network = nomination.request.network.memberships.current().filter(user=nomination.user_id)
    if not in_network.exists():
        yield Missing(f"{nomination.user} is no longer in the network.")


@requirement
def another_agreed_for_the_network(nomination, by):
    if nomination.accepted_by_id == by.pk:
        words = "You agreed for the network. Somebody else has to agree for the group."
        yield Missing(words, turn="the group's other co-lead")


@requirement
def a_seat_is_free(nomination, by):
    if nomination.request.free < 1:
        yield Missing("The last seat has just been given to somebody else.")


@effect
def consents(nomination, entry):
    nomination.consented_at = clock.now()
    nomination.save(update_fields=["consented_at"])


@effect
def network_agrees(nomination, entry):
    nomination.accepted_by = entry.by
    nomination.save(update_fields=["accepted_by"])


@effect
def joins_the_group(nomination, entry):
    """For the term that was asked for."""
    request = nomination.request
    nomination.membership = request.group.seat(
        nomination.user,
        Role.REPRESENTATIVE,
        by=entry.by,
        represents=Represents.NETWORK,
        starts=max(request.starts, clock.today()),
        ends=request.ends,
    )
    nomination.save(update_fields=["membership"])


@effect
def reads_why(nomination, entry):
    nomination.answer = entry.note
    nomination.save(update_fields=["answer"])


class Nomination(Stateful):
    """One person offered for a seat, by themselves or, with their consent, by another member."""

    class State(States):
        ASKED = "asked", "yellow", "Waiting for their consent"
        PUT_FORWARD = "forward", "blue", "Put forward"
        ACCEPTED = "accepted", "green", "Accepted by the network"
        SEATED = "seated", "green", "Seated"
        NOT_SEATED = "not_seated", "grey", "Not this time"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    OPEN = (State.ASKED, State.PUT_FORWARD, State.ACCEPTED)
    begins = (State.ASKED, State.PUT_FORWARD)

    moves = {
        "agree": Move(
            (State.ASKED,),
            State.PUT_FORWARD,
            "network.answer_nomination",
            needs=(request_is_open,),
            then=(consents, events.put_forward),
            label="Yes, put me forward",
            main=True,
        ),
        "refuse": Move(
            (State.ASKED,),
            State.WITHDRAWN,
            "network.answer_nomination",
            label="No, thank you",
            explain="You need not say why. Nobody else was told of it.",
        ),
        "accept": Move(
            (State.PUT_FORWARD,),
            State.ACCEPTED,
            "network.accept_nomination",
            needs=(request_is_open, is_somebody_else, is_in_the_network_still),
            then=(network_agrees, events.accepted),
            main=True,
            label="Accept for the network",
            explain="The co-leads of the task group then decide whether to give the seat.",
        ),
        "seat": Move(
            (State.ACCEPTED,),
            State.SEATED,
            "network.seat_nomination",
            needs=(
                request_is_open,
                is_somebody_else,
                is_in_the_network_still,
                another_agreed_for_the_network,
                a_seat_is_free,
            ),
            then=(joins_the_group, events.seated),
            main=True,
            label="Give the seat",
            explain="The person joins the group for the term, and is told.",
            tells=Tells("network.seated", "user"),
        ),
        "not_seated": Move(
            (State.PUT_FORWARD, State.ACCEPTED),
            State.NOT_SEATED,
            "network.settle_seats",
            needs=(request_is_open, is_somebody_else, is_in_the_network_still),
            then=(reads_why, events.not_seated),
            label="Thank them: not this time",
            reason=True,
            explain="They are thanked, and read your reason. Say what would help next time.",
        ),
        "withdraw": Move(
            OPEN,
            State.WITHDRAWN,
            "network.withdraw_nomination",
            label="Withdraw",
            explain="You need not say why.",
        ),
        "leave": Move(
            OPEN,
            State.WITHDRAWN,
            "network.withdraw_nomination",
            label="Left the programme",
            internal=True,
        ),
        "fall": Move(
            OPEN,
            State.NOT_SEATED,
            "network.settle_seats",
            then=(reads_why, events.not_seated),
            label="The request was withdrawn",
            internal=True,
        ),
    }

    request = models.ForeignKey(SeatRequest, on_delete=models.PROTECT, related_name="nominations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nominations"
    )
    put_forward_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nominations_made"
    )
    statement = models.TextField("why", max_length=1500)
    state = models.CharField(max_length=10, choices=State, db_index=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    consented_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="nominations_accepted",
    )
    answer = models.TextField(blank=True, editable=False, help_text="Why not this time.")
    membership = models.OneToOneField(
        Membership,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="nomination",
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "user"],
                condition=~Q(state="withdrawn"),
                name="network_nomination_once",
            )
        ]

    def __str__(self):
        return f"Nomination {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("nomination", args=[self.pk])

    def own_perms(self, user):
        """The person answers and withdraws; who suggested them may take it back until then."""
        mine = self.request.own_perms(user) - {"network.withdraw_seats"}
        if user.pk == self.user_id:
            mine |= {"network.answer_nomination", "network.withdraw_nomination"}
        if user.pk == self.put_forward_by_id and self.state == self.State.ASKED:
            mine.add("network.withdraw_nomination")
        return mine

    @classmethod
    @transaction.atomic
    def offer(cls, request, user, *, by, statement):
        """Put oneself forward, or ask another member of the network whether they agree to it."""
        request.permit("offer", by=by)
        if not request.network.memberships.current().deciding().filter(user=user).exists():
            raise NotYet(f"{user} is not in the network.")
        if seats_held().current().filter(user=user, group=request.group).exists():
            raise NotYet(f"{user} already speaks for the network in this group.")
        mine = user.pk == by.pk
        try:
            with transaction.atomic():
                nomination = cls.objects.create(
                    request=request,
                    user=user,
                    put_forward_by=by,
                    statement=statement,
                    state=cls.State.PUT_FORWARD if mine else cls.State.ASKED,
                    consented_at=clock.now() if mine else None,
                )
        except IntegrityError:
            who = "You have" if mine else f"{user} has"
            raise NotYet(f"{who} been put forward for this already.") from None
        events.nominated(
            nomination, record("put_forward" if mine else "suggest", nomination, by=by)
        )
        return nomination

    @property
    def is_withdrawn(self):
        return self.state == self.State.WITHDRAWN

    @property
    def was_not_seated(self):
        return self.state == self.State.NOT_SEATED

    def _lock(self):
        """The request is locked before the nomination, by every move alike: its last seat is
        given once, and nobody waits for each other."""
        locked = SeatRequest.objects.select_for_update(of=("self",)).select_related(
            "group", "network"
        )
        request = locked.get(pk=self.request_id)
        super()._lock()
        self.request = request

    def _ask(self, name, by):
        """Who was a moment too late hears of it as of any lost race."""
        for need in (request_is_open, a_seat_is_free):
            if self.open_to(name) and need in self.moves[name].needs:
                for late in need(self, by):
                    raise Conflict(str(late), self.request)
        super()._ask(name, by)
