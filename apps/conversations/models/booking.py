"""Places at a Conversation: booked with an account or without, waited for, given up."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from apps.core import clock
from apps.core.anonymous import by_chance, leave_no_log
from apps.core.exceptions import Already
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.groups.models import WorkingGroup
from apps.meetings.models.support import Support, moves_of_support
from apps.notifications.models import Address

from .. import events
from ..links import booking_path
from .conversation import Conversation, ConversationFeedback

UNCONFIRMED = timedelta(days=2)  # a booking that nobody confirmed is forgotten after this


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those of the Conversations that one runs."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("conversations.run_conversation"):
            return self
        run = WorkingGroup.objects.where(user, "plan_meeting").values("pk")
        return self.filter(Q(user=user) | Q(conversation__network__in=run))

    def of(self, reader):
        """Those of somebody whom a message goes to: a User, or an Address."""
        if reader.pk is None:
            return self.filter(user=None, email__iexact=reader.email)
        return self.filter(user=reader)

    def readers(self):
        """Whom messages about them go to, those without an account included."""
        return [one.reader for one in self.select_related("user") if one.reader]

    def live(self):
        """Those with a place, and those who wait for one."""
        return self.filter(state__in=[Booking.State.BOOKED, Booking.State.WAITING])


@requirement
def it_is_ahead(booking, by):
    if not booking.conversation.is_open:
        yield Missing("It has begun, is over or was cancelled, so the booking stays as it is.")


@requirement
def is_confirmed(booking, by):
    if not booking.is_confirmed:
        yield Missing("Confirm the booking first.")


@effect
def support_goes(booking, entry):
    BookingSupport.objects.filter(booking=booking).delete()


@effect
def place_goes_on(booking, entry):
    booking.promote(booking.conversation)


class Booking(Stateful):
    """One person's place. Somebody without an account gives a name and an e-mail address, and
    confirms by a link; both are forgotten some weeks after the event."""

    class State(States):
        ASKED = "asked", "yellow", "To be confirmed"
        BOOKED = "booked", "green", "Booked"
        WAITING = "waiting", "grey", "On the waiting list"
        CANCELLED = "cancelled", "red", "Cancelled"

    moves = {
        "book": Move(
            (State.ASKED, State.WAITING),
            State.BOOKED,
            "conversations.run_conversation",
            then=(events.booking_booked,),
            label="Gets a place",
            internal=True,
        ),
        "wait": Move(
            (State.ASKED,),
            State.WAITING,
            "conversations.run_conversation",
            then=(events.booking_waits,),
            label="Waits for a place",
            internal=True,
        ),
        "cancel": Move(
            (State.BOOKED, State.WAITING),
            State.CANCELLED,
            "conversations.cancel_booking",
            needs=(it_is_ahead,),
            then=(support_goes, place_goes_on, events.booking_given_up),
            label="Give up the place",
            explain="The place goes to whoever waits longest.",
        ),
        "release": Move(
            (State.ASKED, State.BOOKED, State.WAITING),
            State.CANCELLED,
            "conversations.cancel_booking",
            needs=(it_is_ahead,),
            then=(support_goes, place_goes_on, events.booking_given_up),
            label="Given up",
            internal=True,
        ),
        # Who may: whoever holds the link.
        "confirm": Act((State.ASKED,), closed="This booking was given up. You can book again."),
        "ask_support": Act(tuple(State), needs=(is_confirmed,)),
    }

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="bookings"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
    )
    name = Line(max_length=120, blank=True, help_text="Of somebody without an account.")
    email = models.EmailField("e-mail address", max_length=254, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    queued_at = models.DateTimeField(
        default=clock.now, editable=False, help_text="Since when it is confirmed."
    )
    came = models.BooleanField(null=True, blank=True)
    gave_feedback = models.BooleanField(default=False, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["conversation", "state", "queued_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "user"],
                condition=~Q(state="cancelled"),
                name="network_booking_user_once",
            ),
            models.UniqueConstraint(
                "conversation",
                Lower("email"),
                condition=~Q(state="cancelled") & ~Q(email=""),
                name="network_booking_email_once",
            ),
        ]

    def __str__(self):
        return f"Booking {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("conversation", args=[self.conversation_id])

    @property
    def who(self):
        if self.user_id:
            return self.user.full_name
        return self.name or "Somebody"  # forgotten since

    @property
    def reader(self):
        """Whom messages about it go to: a User or an Address; None once they are forgotten."""
        if self.user_id:
            return self.user
        return Address.of(self.email) if self.email else None

    @property
    def link(self):
        """The path of the page on which whoever holds it confirms, asks and gives up."""
        return booking_path(self)

    def own_perms(self, user):
        mine = {"conversations.cancel_booking"} if user.pk == self.user_id else set()
        if user.has_perm("conversations.run_conversation", self.conversation):
            mine.add("conversations.cancel_booking")
        return mine

    # --- booking ------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def book(cls, conversation, user):
        """A place, or one on the waiting list, for somebody signed in."""
        conversation.permit("book", by=user)
        try:
            with transaction.atomic():
                booking = cls.objects.create(conversation=conversation, user=user)
        except IntegrityError:
            raise Already("You have booked already.", conversation, mine=True) from None
        record("ask", booking, by=user)
        booking.settle(by=user)
        return booking

    @classmethod
    @transaction.atomic
    def ask(cls, conversation, *, name, email):
        """Somebody without an account: nothing is taken until the link in the e-mail is used.

        Says the same whether the address has booked already; the e-mail says how it stands.
        """
        conversation.permit("book", by=None)
        email = email.strip().lower()
        known = cls.objects.filter(conversation=conversation, email__iexact=email)
        booking = known.exclude(state=cls.State.CANCELLED).first()
        if booking is None:
            booking = cls.objects.create(conversation=conversation, name=name, email=email)
            record("ask", booking, by=None)
        events.booking_asked(booking)
        return booking

    @transaction.atomic
    def confirm(self):
        """The link was used: the booking counts from now. Once is enough."""
        self.conversation.permit("book", by=None)
        self.refresh_from_db(fields=["state"])
        if self.is_confirmed:
            return
        self.permit("confirm", by=None)
        Booking.objects.filter(pk=self.pk).update(queued_at=clock.now())
        self.settle(by=None)

    @classmethod
    def free(cls, conversation):
        """How many places of a Conversation nobody has."""
        taken = conversation.bookings.filter(state=cls.State.BOOKED).count()
        return max(conversation.places - taken, 0)

    @classmethod
    def promote(cls, conversation):
        """Whoever waits longest gets what is free. The caller has locked the Conversation."""
        if not conversation.is_open:
            return
        waiting = conversation.bookings.filter(state=cls.State.WAITING).order_by("queued_at", "pk")
        for booking in waiting[: cls.free(conversation)]:
            booking.follow("book", note="from the waiting list")

    def settle(self, *, by):
        """A place if one is free and nobody waits for it, else a place in the line."""
        waiting = self.conversation.bookings.filter(state=self.State.WAITING).exists()
        free = self.free(self.conversation) > 0 and not waiting
        self.follow("book" if free else "wait", by=by)
        self.promote(self.conversation)

    def _carry_out(self, name, by, note, changes, seen=""):
        """The Conversation is locked before the booking, by every move alike."""
        self.conversation.lock()
        return super()._carry_out(name, by, note, changes, seen)

    @property
    def may_give_up(self):
        """Whether whoever holds the link could give it up now: the link is the permission."""
        return self.open_to("release") and not self.missing("release", None)

    @property
    def is_confirmed(self):
        """It has a place, or waits for one."""
        return self.state in (self.State.BOOKED, self.State.WAITING)

    @property
    def is_given_up(self):
        return self.state == self.State.CANCELLED

    @property
    def has_place(self):
        return self.state == self.State.BOOKED

    # --- afterwards ---------------------------------------------------------------------------
    @property
    def may_give_feedback(self):
        return bool(self.came) and not self.gave_feedback and self.conversation.was_held

    @transaction.atomic
    def give_feedback(self, **answers):
        """Keep what somebody thought, apart from who they are."""
        asked = Booking.objects.filter(pk=self.pk, came=True, gave_feedback=False)
        if not self.may_give_feedback or not asked.update(gave_feedback=True):
            raise Already("You have told us already. Thank you.", self.conversation, mine=True)
        # One at a time: all of it is written anew, so that nothing says which of it came with this.
        Conversation.objects.select_for_update(of=("self",)).get(pk=self.conversation_id)
        said = ConversationFeedback(conversation=self.conversation, **answers)
        by_chance(self.conversation.feedback.all(), said)
        leave_no_log()


# --- what somebody needs in order to take part --------------------------------------------------
class BookingSupport(Support):
    """What somebody needs in order to take part in a Conversation. Goes when the booking is given
    up or forgotten."""

    ASKED_BY, ABOUT = "booking__user", "booking__conversation"

    moves = moves_of_support(
        asked=events.support_asked,
        changed=events.support_changed,
        arranged=events.support_arranged,
        handed=events.support_handed,
    )

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="support")
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="conversation_support_to_arrange",
    )

    class Meta(Support.Meta):
        pass

    def __str__(self):
        return f"Support for a Conversation {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("conversation", args=[self.booking.conversation_id])

    @property
    def arrange_url(self):
        return reverse("conversation_arrange", args=[self.pk])

    @property
    def asker_id(self):
        return self.booking.user_id

    @property
    def who(self):
        return self.booking.who

    @property
    def gathering(self):
        return self.booking.conversation

    @classmethod
    @transaction.atomic
    def ask(cls, booking, text, *, by=None):
        """What somebody who booked needs; see ``say``.

        ``by`` is nobody where somebody without an account asks by their link.
        """
        if by is not None and by.pk != booking.user_id:
            raise PermissionDenied
        if not text.strip():
            return cls.take_back(by=by, booking=booking)
        booking.conversation.permit("book", by=by)
        booking.permit("ask_support", by=by)
        organiser = booking.conversation.organiser
        return cls.say(text, by=by, organiser=organiser, booking=booking)


# --- changes of a Conversation, with what follows for those who booked ----------------------------
@transaction.atomic
def amend(conversation, *, by, seen, reason="", **changes):
    """Change a Conversation, with what follows for those who booked: a new organiser is handed what
    they asked for, and places that came free go to those who wait. Raises as its ``amend`` does."""
    changed = conversation.amend(by=by, seen=seen, reason=reason, **changes)
    if "organiser" in changed:
        BookingSupport.hand_over(conversation, conversation.organiser, by=by)
    Booking.promote(conversation)
    return changed
