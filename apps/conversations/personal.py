"""What is held about people: Conversations."""

from django.urls import reverse

from apps.core.personal import (
    DELETE,
    NAMED,
    Consent,
    consents,
    nobodys,
    personal,
    retention,
)
from apps.core.withheld import confidential
from apps.notifications.kinds import forget

from .models.booking import UNCONFIRMED, Booking, BookingSupport
from .models.conversation import Conversation, ConversationFeedback, Session
from .models.photograph import PhotoConsent, Photograph

nobodys(
    "Without a name, a time or a link to a person: nobody can tell whose it is.",
    ConversationFeedback,
)
personal(
    Conversation,
    "Conversations that you planned",
    mentions=("organiser", "created_by"),
    why=NAMED,
)
personal(
    Session,
    "Sessions that you led",
    mentions=("peer", "staff"),
    why="Each session is led by one peer and one member of staff, and that is shown.",
)
personal(
    Booking,
    "Places at Conversations",
    about=("user",),
    by_email="email",
    erase={"name": "", "email": ""},
    why="Name and address go; how many came stays.",
)
personal(
    BookingSupport,
    "What you needed at a Conversation",
    about=("booking__user",),
    by_email="booking__email",
    mentions=("organiser",),
    erase=DELETE,
)
personal(
    Photograph,
    "Photographs that you added",
    mentions=("uploaded_by",),
    why=NAMED,
    scrub=("description",),
)
personal(
    PhotoConsent,
    "Photographs that you are in",
    about=("user",),
    mentions=("recorded_by",),
    erase=lambda rows, user: [one.photograph.discard(by=None) for one in rows],
    why="The photographs are deleted, for everybody.",
    scrub=("name",),
)


@consents
def photographs(user):
    """Pictures that somebody agreed to."""
    given = PhotoConsent.objects.filter(user=user, state=PhotoConsent.State.GIVEN)
    for one in given.select_related("photograph__conversation"):
        yield Consent(
            f"A photograph of {one.photograph.conversation.title}",
            one.given_on,
            reverse("photo_consents"),
        )


retention(
    "bookings-unconfirmed",
    Booking,
    what="A place at a Conversation that nobody confirmed",
    why="The link in the e-mail works for so long.",
    since="it was asked for",
    days=UNCONFIRMED.days,
    rows=lambda cutoff: Booking.objects.filter(state=Booking.State.ASKED, made_at__lt=cutoff),
    act=lambda rows: _unasked(rows),
)
retention(
    "bookings",
    Booking,
    what="Names and addresses of people without an account who came to a Conversation",
    why="For letters afterwards: thanks, the write-up, a lost umbrella.",
    since="the event",
    days="CONVERSATION_KEEP_DAYS",
    rows=lambda cutoff: Booking.objects.filter(conversation__ends_at__lt=cutoff).exclude(
        name="", email=""
    ),
    act=lambda rows: _nameless(rows),
    does="Made nameless",
)
retention(
    "booking-support",
    BookingSupport,
    what="What somebody needed at a Conversation",
    why="To settle what was arranged.",
    since="the event",
    days="CONVERSATION_KEEP_DAYS",
    rows=lambda cutoff: BookingSupport.objects.filter(booking__conversation__ends_at__lt=cutoff),
)


def _unwritten(rows):
    """What was written to those who booked without an account goes with their address."""
    for booking in rows.exclude(email="").select_related("conversation"):
        forget(booking)
        forget(booking.conversation, booking.email)


def _unasked(rows):
    _unwritten(rows)
    rows.delete()


def _nameless(rows):
    _unwritten(rows)
    rows.update(name="", email="")


confidential("Only the person and the named organiser know of it.", BookingSupport)
confidential("Who comes is for those who run it.", Booking)
