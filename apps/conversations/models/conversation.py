"""Conversations: open events for peers, staff and the public, led by both sides together."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Revised, States, record
from apps.core.moves import Act, Missing, Move, Tells, requirement
from apps.groups.models import WorkingGroup
from apps.meetings.models.gathering import (
    Gathering,
    GatheringQuerySet,
    announce_change,
    announced,
    begin_change,
    called_off,
    ends_after,
    has_begun,
    says_where,
    starts_later,
)

from .. import events


class ConversationQuerySet(GatheringQuerySet):
    def visible_to(self, user):
        """What was announced is for everybody, with an account or without; drafts for those who
        run them."""
        announced = Q(published_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(announced)
        if user.has_perm("conversations.run_conversation"):
            return self
        run = WorkingGroup.objects.where(user, "plan_meeting").values("pk")
        return self.filter(announced | Q(network__in=run))


def _page(name, conversation, *more):
    return reverse(name, args=[conversation.pk, *more])


@requirement
def both_sides_lead(conversation, by):
    """Every part of the programme, and there is one."""
    sessions = list(conversation.sessions.select_related("peer", "staff"))
    if not sessions:
        url = _page("session_add", conversation)
        yield Missing("Add a session to the programme.", url)
    for session in sessions:
        if not session.is_co_led:
            yield Missing(
                f"{session.title} needs a peer and a member of staff to lead it together.",
                _page("session_change", conversation, session.pk),
            )


@requirement
def somebody_came(conversation, by):
    if not conversation.bookings.filter(came=True).exists():
        url = _page("conversation_sign_in", conversation)
        yield Missing("Record who came first.", url)


@requirement
def is_written(conversation, by):
    if not conversation.write_up.strip():
        yield Missing("Write it up first.", _page("conversation_write_up", conversation))


@requirement
def pictured_agree(conversation, by):
    lacking = sum(1 for photo in conversation.photographs.with_consents() if not photo.is_agreed)
    if lacking:
        what = "1 photograph lacks" if lacking == 1 else f"{lacking} photographs lack"
        yield Missing(
            f"{what} the consent of somebody pictured. Record it, or remove the picture.",
            _page("photographs", conversation),
        )


@requirement
def keeps_a_programme(conversation, by):
    """An announced one is never left empty."""
    if conversation.is_announced and conversation.sessions.count() < 2:
        yield Missing("An announced Conversation needs a programme. Add another part first.")


RUN = "conversations.run_conversation"
WRITE = "conversations.write_up_conversation"
PROGRAMME_STAYS = "This is {state}: the programme can no longer change."
NOT_OVER = "Record who came first. Then it can be written up."


class Conversation(Gathering, Revised):
    """One event, for whoever books a place. ``revision`` counts each save of the write-up."""

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        PUBLISHED = "published", "blue", "Announced"
        HELD = "held", "aqua-green", "Held"
        WRITTEN_UP = "written_up", "green", "Written up"
        CANCELLED = "cancelled", "red", "Cancelled"

    moves = {
        "publish": Move(
            (State.DRAFT,),
            State.PUBLISHED,
            "conversations.run_conversation",
            needs=(says_where, starts_later, both_sides_lead),
            then=(announced, events.conversation_announced),
            main=True,
            label="Announce it",
            explain="Anybody can then see it and book a place. The network is told.",
            tells=Tells("conversations.conversation", "members"),
        ),
        "hold": Move(
            (State.PUBLISHED,),
            State.HELD,
            "conversations.run_conversation",
            needs=(has_begun, somebody_came),
            then=(events.conversation_held,),
            label="Mark as held",
            internal=True,
        ),
        "write_up": Move(
            (State.HELD,),
            State.WRITTEN_UP,
            "conversations.write_up_conversation",
            needs=(is_written, pictured_agree),
            main=True,
            label="Publish the write-up",
            explain="Anybody can then read it and see the photographs.",
        ),
        "take_down": Move(
            (State.WRITTEN_UP,),
            State.HELD,
            "conversations.write_up_conversation",
            label="Take the write-up down",
            reason=True,
            explain="Nobody outside sees the write-up or the photographs any more.",
        ),
        "cancel": Move(
            (State.DRAFT, State.PUBLISHED),
            State.CANCELLED,
            "conversations.run_conversation",
            then=(called_off, events.conversation_cancelled),
            label="Cancel the Conversation",
            reason=True,
            warn=True,
            explain="Everybody who has booked or waits is told, and reads your reason.",
        ),
        "change": Act(
            (State.DRAFT, State.PUBLISHED), RUN, closed="This is {state}: it can no longer change."
        ),
        "change_programme": Act((State.DRAFT, State.PUBLISHED), RUN, closed=PROGRAMME_STAYS),
        "remove_session": Act(
            (State.DRAFT, State.PUBLISHED),
            RUN,
            needs=(keeps_a_programme,),
            closed=PROGRAMME_STAYS,
        ),
        # Anybody may, with an account or without; ``open_to`` asks the clock as well.
        "book": Act((State.PUBLISHED,), closed="Places can no longer be booked."),
        "sign_in": Act(
            (State.PUBLISHED, State.HELD),
            RUN,
            needs=(has_begun,),
            closed="This is {state}: who came can no longer change.",
        ),
        "write": Act((State.HELD, State.WRITTEN_UP), WRITE, closed=NOT_OVER),
        "add_photograph": Act((State.HELD, State.WRITTEN_UP), WRITE, closed=NOT_OVER),
        "record_consent": Act((State.HELD, State.WRITTEN_UP), WRITE, closed=NOT_OVER),
        "remove_photograph": Act((State.HELD, State.WRITTEN_UP), WRITE, closed=NOT_OVER),
    }

    network = models.ForeignKey(
        WorkingGroup, on_delete=models.PROTECT, related_name="conversations"
    )
    summary = models.TextField(
        "what it is about", max_length=2000, help_text="Anybody can read this."
    )
    places = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="conversations_organised",
        help_text="The one person who reads what people need in order to take part.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_index=True)
    write_up = models.TextField(blank=True, max_length=30_000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations_planned"
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        permissions = [
            ("run_conversation", "Can plan, announce and run Conversations"),
            ("write_up_conversation", "Can write Conversations up"),
        ]
        constraints = [ends_after("network_conversation_ends_after")]

    def get_absolute_url(self):
        return reverse("conversation", args=[self.pk])

    @property
    def change_url(self):
        return _page("conversation_change", self)

    def own_perms(self, user):
        """Who plans the network's meetings runs its Conversations."""
        if user.has_perm("groups.plan_meeting", self.network):
            return {"conversations.run_conversation", "conversations.write_up_conversation"}
        return set()

    @property
    def in_person(self):
        return bool(self.place)

    @property
    def online(self):
        return bool(self.link)

    def members(self):
        """Of the network, today."""
        current = self.network.memberships.current().values("user")
        return User.objects.active().filter(pk__in=current)

    @property
    def is_open(self):
        """Whether places can be booked."""
        return self.open_to("book")

    def open_to(self, name):
        """To bookings until it begins."""
        return super().open_to(name) and not (name == "book" and self.has_begun)

    @property
    def is_written_up(self):
        return self.state == self.State.WRITTEN_UP

    @property
    def was_held(self):
        return self.state in (self.State.HELD, self.State.WRITTEN_UP)

    # --- places -------------------------------------------------------------------------------
    def lock(self):
        """Lock it before its bookings, always in this order; places are then counted in peace."""
        locked = Conversation.objects.select_for_update(of=("self",)).select_related("network")
        self.refresh_from_db(from_queryset=locked)

    # --- change -------------------------------------------------------------------------------
    @transaction.atomic
    def amend(self, *, by, seen, reason="", **changes):
        """Change details; a new time or place is told to all who booked or wait.

        ``booking.amend`` calls this, and sees to the places. Returns what changed. Raises as
        ``begin_change`` and ``announce_change`` do.
        """
        changed = begin_change(self, by=by, seen=seen, changes=changes)
        if not changed:
            return changed
        told = self.is_published and announce_change(
            self, changed, by=by, reason=reason, readers="Everybody who booked"
        )
        if self.is_published:
            self._keeps_places()
        self.save()
        record("amend", self, by=by, note=", ".join(sorted(changed)))
        if told:
            events.conversation_changed(self)
        return changed

    def _keeps_places(self):
        taken = self.bookings.filter(state="booked").count()
        if self.places < taken:
            raise NotYet(f"{taken} people have booked already. Give at least so many places.")

    @transaction.atomic
    def sign_in(self, came, *, by):
        """Record who came, out of those with a place; may be corrected until it is written up."""
        self.permit("sign_in", by=by)
        booked = self.bookings.filter(state="booked")
        booked.filter(pk__in=came).update(came=True)
        booked.exclude(pk__in=came).update(came=False)
        number = booked.filter(came=True).count()
        if not number:
            raise NotYet("Tick at least one person who came.")
        record("sign_in", self, by=by, note=f"{number} came")
        if self.open_to("hold"):
            self.move("hold", by=by)


class Session(models.Model):
    """A part of the programme, led by a peer and a member of staff together."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="sessions"
    )
    at = models.TimeField("starts at")
    title = Line(max_length=150)
    about = models.TextField("what happens", blank=True, max_length=1000)
    peer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions_as_peer",
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions_as_staff",
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return self.title

    @property
    def is_co_led(self):
        """Whether both sides lead it."""
        return (
            self.peer is not None
            and self.staff is not None
            and self.peer.constituency == Constituency.LIVED_EXPERIENCE
            and self.staff.constituency == Constituency.STAFF
        )


class ConversationFeedback(models.Model):
    """What somebody thought of it. Nothing here says who or when: the key is random, and no
    audit entry is written."""

    class Rating(models.IntegerChoices):
        VERY = 5, "Very good"
        GOOD = 4, "Good"
        MIDDLING = 3, "Neither good nor bad"
        POOR = 2, "Poor"
        VERY_POOR = 1, "Very poor"

    class Heard(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="feedback"
    )
    rating = models.PositiveSmallIntegerField("how was it?", choices=Rating)
    heard = models.CharField("did you feel heard?", max_length=6, choices=Heard)
    best = models.TextField("what was good", blank=True, max_length=1500)
    change = models.TextField("what should be different", blank=True, max_length=1500)

    class Meta:
        verbose_name_plural = "conversation feedback"
        ordering = ["id"]

    def __str__(self):
        return "Feedback"
