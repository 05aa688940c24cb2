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

from .. import events
from ..links import booking_path
from .conversation import Conversation, ConversationFeedback

RETRY = timedelta(minutes=10)  # a worker that claimed a letter and died gives it up after this
UNCONFIRMED = timedelta(days=2)  # a booking that nobody confirmed is forgotten after this
GIVE_UP = 8  # attempts


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those of the Conversations that one runs."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("conversations.run_conversation"):
            return self
        run = WorkingGroup.objects.where(user, "plan_meeting").values("pk")
        return self.filter(Q(user=user) | Q(conversation__network__in=run))

    def live(self):
        """Those with a place, and those who wait for one."""
        return self.filter(state__in=[Booking.State.BOOKED, Booking.State.WAITING])


@requirement
def it_is_ahead(booking, by):
    if not booking.conversation.is_open:
        yield Missing("It has begun, is over or was cancelled, so the booking stays as it is.")


@requirement
def is_confirmed(booking, by):
    if booking.state not in (Booking.State.BOOKED, Booking.State.WAITING):
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
        if self.state in (self.State.BOOKED, self.State.WAITING):
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
class BookingSupportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person who asks and the organiser named for it. Nobody else, whatever the role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(booking__user=user) | Q(organiser=user))

    def to_arrange(self, user):
        return self.filter(organiser=user, state=BookingSupport.State.ASKED)


class BookingSupport(Stateful):
    """What somebody needs in order to take part in a Conversation. Confidential; goes when the
    booking is given up or forgotten."""

    class State(States):
        ASKED = "asked", "yellow", "Asked for"
        ARRANGED = "arranged", "green", "Arranged"
        WITHDRAWN = "withdrawn", "grey", "No longer needed"

    moves = {
        "arrange": Move(
            (State.ASKED,),
            State.ARRANGED,
            "conversations.arrange_support",
            then=(events.support_arranged,),
            label="Mark as arranged",
        ),
        "ask_again": Move(
            (State.ARRANGED, State.WITHDRAWN),
            State.ASKED,
            "conversations.ask_support",
            then=(events.support_asked,),
            label="Ask again",
            internal=True,
        ),
        "withdraw": Move(
            (State.ASKED, State.ARRANGED),
            State.WITHDRAWN,
            "conversations.ask_support",
            then=(events.support_asked,),
            label="No longer needed",
            internal=True,
        ),
    }

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="support")
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="conversation_support_to_arrange",
    )
    text = models.TextField(max_length=3000)
    arrangement = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    objects = BookingSupportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Support for a Conversation {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("conversation", args=[self.booking.conversation_id])

    def own_perms(self, user):
        return {"conversations.arrange_support"} if user.pk == self.organiser_id else set()

    @classmethod
    @transaction.atomic
    def ask(cls, booking, text, *, by=None):
        """Ask, change what was asked, or, with nothing in it, need it no longer.

        ``by`` is nobody where somebody without an account asks by their link.
        """
        if by is not None and by.pk != booking.user_id:
            raise PermissionDenied
        booking.conversation.permit("book", by=by)
        booking.permit("ask_support", by=by)
        text = text.strip()
        support = cls.objects.filter(booking=booking).first()
        if support is None:
            if not text:
                return None
            support = cls.objects.create(
                booking=booking, text=text, organiser=booking.conversation.organiser
            )
            events.support_asked(support, record("ask", support, by=by))
        elif not text:
            if support.state != cls.State.WITHDRAWN:
                support.follow("withdraw", by=by, text="")
        elif support.state == cls.State.ASKED:
            if support.text != text:
                support.text = text
                support.save(update_fields=["text"])
                events.support_asked(support, record("change", support, by=by))
        elif support.text != text or support.state == cls.State.WITHDRAWN:
            support.follow("ask_again", by=by, text=text)
        return support

    @classmethod
    def hand_over(cls, conversation):
        """What is not arranged yet goes to the new organiser, who is told."""
        open_ones = cls.objects.filter(booking__conversation=conversation, state=cls.State.ASKED)
        for support in open_ones.exclude(organiser=conversation.organiser):
            support.organiser = conversation.organiser
            support.save(update_fields=["organiser"])
            events.support_asked(support, record("hand_over", support, by=None))

    @property
    def is_asked(self):
        return self.state == self.State.ASKED

    @property
    def is_arranged(self):
        return self.state == self.State.ARRANGED


# --- letters to people without an account ---------------------------------------------------------
class BookingLetterQuerySet(models.QuerySet):
    def unsent(self):
        """Those that still have to go out, and that no worker is sending just now."""
        given_up = clock.now() - RETRY
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=given_up)
        return self.filter(free, sent_at__isnull=True, attempts__lt=GIVE_UP)


class BookingLetter(models.Model):
    """An e-mail to somebody who booked without an account. A row before it is mail, and sent
    once; gone with the booking's name and address."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "Please confirm"
        STANDS = "stands", "How your booking stands"
        BOOKED = "booked", "Your place"
        WAITING = "waiting", "On the waiting list"
        CANCELLED = "given_up", "Given up"
        CHANGED = "changed", "Moved or changed"
        CALLED_OFF = "called_off", "Cancelled"
        ARRANGED = "arranged", "What you asked for is arranged"
        WEEK = "week", "In a week"
        DAY = "day", "Tomorrow"
        FEEDBACK = "feedback", "How was it?"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = BookingLetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind", "version"], name="network_bookingletter_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.booking}"

    @property
    def still_makes_sense(self):
        """Asked again just before it goes: not cancelled, not moved, not over?"""
        booking, conversation = self.booking, self.booking.conversation
        if not booking.email:
            return False
        if self.kind in (self.Kind.WEEK, self.Kind.DAY):
            return (
                booking.state == Booking.State.BOOKED
                and conversation.is_open
                and self.version == conversation.sequence
            )
        if self.kind == self.Kind.BOOKED:
            return booking.state == Booking.State.BOOKED and conversation.is_open
        if self.kind == self.Kind.WAITING:
            return booking.state == Booking.State.WAITING
        if self.kind == self.Kind.FEEDBACK:
            return booking.may_give_feedback
        return True


@transaction.atomic
def amend(conversation, *, by, seen, reason="", **changes):
    """Change a Conversation, with what follows for those who booked: a new organiser is handed what
    they asked for, and places that came free go to those who wait. Raises as its ``amend`` does."""
    changed = conversation.amend(by=by, seen=seen, reason=reason, **changes)
    if "organiser" in changed:
        BookingSupport.hand_over(conversation)
    Booking.promote(conversation)
    return changed
