"""What the network holds about people, what they agree to, and how long it is kept."""

from django.urls import reverse

from apps.core.personal import (
    DELETE,
    NAMED,
    Consent,
    consents,
    erasure_waits,
    nobodys,
    personal,
    retention,
)

from .models import (
    Booking,
    BookingLetter,
    BookingSupport,
    CheckIn,
    ClaimLine,
    Conversation,
    ConversationFeedback,
    EarningsLimit,
    Expense,
    HelpContact,
    HelpRequest,
    Interest,
    InvolvementClaim,
    Letter,
    Nomination,
    Pair,
    PhotoConsent,
    Photograph,
    Post,
    PostReport,
    Practice,
    PracticeName,
    PracticeShare,
    Rate,
    Receipt,
    SeatRequest,
    Session,
    Welcomed,
)
from .models.booking import UNCONFIRMED

PAID = "Records of what was paid are kept for six years, as the law asks of those who pay."
# Nothing older than CLAIM_WITHIN can be claimed, so what was deleted is not claimed again.

nobodys("Amounts that everybody may see.", EarningsLimit)
nobodys(
    "Without a name, a time or a link to a person: nobody can tell whose it is.",
    ConversationFeedback,
)

# --- joining ------------------------------------------------------------------------------------
personal(
    Interest,
    "That you wished to take part",
    by_email="email",
    erase=DELETE,
    scrub=("words",),
)
personal(
    Letter,
    "What we wrote to you about taking part",
    by_email="interest__email",
    mentions=("by",),
    hide=("claimed_at",),
    erase=DELETE,
)
personal(Welcomed, "That you have seen the welcome", about=("user",), erase=DELETE)

# --- pairs --------------------------------------------------------------------------------------
personal(
    Pair,
    "Pairs that you are or were in",
    about=("peer", "sponsor"),
    mentions=("proposed_by", "left_by"),
    scrub=("about",),
    why="It is the other one's as well. Your name in it is replaced.",
)
personal(CheckIn, "What you wrote to each other: your part", about=("author",), erase=DELETE)
personal(
    HelpContact,
    "That you were named to help pairs",
    about=("user",),
    mentions=("named_by",),
    why=NAMED,
)
personal(
    HelpRequest,
    "That you asked for help with a pair",
    about=("asked_by",),
    mentions=("contact",),
    erase=DELETE,
)

# --- practice and noticeboard -------------------------------------------------------------------
personal(
    Practice,
    "Practice that you registered",
    about=("owner",),
    why="It describes the work.",
    scrub=("what_happens", "how_to_join", "learnt", "public_text", "public_join"),
)
personal(PracticeShare, "Practice that you shared", mentions=("by",), why=NAMED)
personal(
    PracticeName,
    "Whether you may be named in the practice register",
    about=("user",),
    mentions=("asked_by",),
    erase=DELETE,
    scrub=("name",),
)
personal(
    Post,
    "What you wrote on the noticeboard",
    about=("author",),
    scrub=("text",),
    erase={"title": "", "text": "Removed.", "reason": ""},
    why="The words go; that something stood there stays, or answers to it would hang in the air.",
)
personal(
    PostReport,
    "What you reported of posts",
    about=("reporter",),
    erase={"reason": "Removed."},
    why="The words go; that somebody reported it stays.",
)

# --- Conversations ------------------------------------------------------------------------------
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
    BookingLetter,
    "Letters about your place",
    about=("booking__user",),
    by_email="booking__email",
    hide=("claimed_at",),
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

# --- payments -----------------------------------------------------------------------------------
personal(Rate, "Rates that you set", mentions=("set_by",), why=NAMED)
personal(
    InvolvementClaim,
    "Your claims",
    about=("user",),
    mentions=("decided_by",),
    why=PAID,
)
personal(
    ClaimLine,
    "Work that you claimed for",
    about=("claim__user",),
    why=PAID,
    scrub=("agreed_with",),
)
personal(Expense, "Expenses that you claimed", about=("claim__user",), why=PAID)
personal(
    Receipt,
    "Your receipts",
    about=("expense__claim__user",),
    files=("file",),
    why=PAID,
)


@erasure_waits
def money_owed(user):
    """Without a name nobody can be paid."""
    state = InvolvementClaim.State
    sent_in = InvolvementClaim.objects.filter(user=user)
    if sent_in.filter(state__in=(state.SUBMITTED, state.APPROVED)).exists():
        yield "They are owed money: a claim is not paid yet. Pay it, or return it, first."


# --- seats --------------------------------------------------------------------------------------
personal(SeatRequest, "Seats that you asked for", mentions=("asked_by",), why=NAMED)
personal(
    Nomination,
    "Offers to take a seat",
    about=("user",),
    mentions=("put_forward_by", "accepted_by"),
    erase={"statement": "", "answer": ""},
    why="The words go; who had a seat stays.",
)


@consents
def practice_names(user):
    """Where somebody agreed to be named."""
    agreed = PracticeName.objects.filter(user=user, state=PracticeName.State.AGREED)
    for name in agreed.select_related("practice"):
        yield Consent(
            f"Your name in the practice register: {name.practice.title} "
            f"({name.get_level_display().lower()})",
            name.asked_at,
            reverse("consent", args=[name.pk]),
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


# --- how long -----------------------------------------------------------------------------------
def _settled(state):
    return lambda cutoff: Interest.objects.filter(state=state, settled_at__lte=cutoff)


retention(
    "interest-declined",
    Interest,
    what="Who wished to take part, where nothing came of it",
    why="In case they ask again, or ask why.",
    since="it was declined",
    days="INTEREST_KEEP_DECLINED_DAYS",
    rows=_settled(Interest.State.DECLINED),
)
retention(
    "interest-invited",
    Interest,
    what="Who wished to take part, and was invited",
    why="To see how people come to the network.",
    since="the invitation",
    days="INTEREST_KEEP_INVITED_DAYS",
    rows=_settled(Interest.State.INVITED),
)
retention(
    "bookings-unconfirmed",
    Booking,
    what="A place at a Conversation that nobody confirmed",
    why="The link in the e-mail works for so long.",
    since="it was asked for",
    days=UNCONFIRMED.days,
    rows=lambda cutoff: Booking.objects.filter(state=Booking.State.ASKED, made_at__lt=cutoff),
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

retention(
    "claims",
    InvolvementClaim,
    what="Claims, with expenses and receipts",
    why=PAID,
    since="the tax year in which they were paid, or begun and never sent",
    days="CLAIM_KEEP_DAYS",
    rows=lambda cutoff: InvolvementClaim.objects.over(cutoff),
    act=lambda rows: InvolvementClaim.objects.filter(pk__in=rows.values("pk")).discard(),
)


def _nameless(rows):
    BookingLetter.objects.filter(booking__in=rows).delete()
    rows.update(name="", email="")
