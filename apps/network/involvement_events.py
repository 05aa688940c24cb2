"""Who is told when something happens to a seat, a Conversation or a claim.

Called by the models inside their transactions. Imports no model of this app, so that they can
import this. What comes by the clock is in involvement_reminders.py.
"""

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.notifications.kinds import is_silent, notify, others, void


def holders(codename):
    """The people who hold a programme-wide permission of this app."""
    permission = Permission.objects.filter(content_type__app_label="network", codename=codename)
    held = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    return User.objects.active().filter(held).distinct()


# --- claims -------------------------------------------------------------------------------------
CLAIM_KINDS = {
    "approve": "network.claim_approved",
    "send_back": "network.claim_returned",
    "pay": "network.claim_paid",
}


def claim_moved(claim, entry):
    """Sent in: the office hears of it. Answered or paid: the claimant does."""
    if entry.action == "submit":
        office = [user for user in holders("approve_claim") if user.pk != claim.user_id]
        notify("network.claim_waiting", claim, others(office, entry.by), version=entry.pk)
    elif kind := CLAIM_KINDS.get(entry.action):
        notify(kind, claim, [claim.user], version=entry.pk)


def claim_left_behind(claim, entry):
    """Somebody left with money owing to them: the office settles it."""
    notify("network.claim_left", claim, holders("approve_claim"), version=entry.pk)


# --- seats --------------------------------------------------------------------------------------
def seats_asked(request):
    """The whole network hears of free seats, so that turns are fair."""
    members = request.network.memberships.current().deciding().values("user")
    people = User.objects.active().filter(pk__in=members)
    notify("network.seats_asked", request, others(people, request.asked_by))


def nominated(nomination, entry):
    """Suggested by another: the person is asked first, and nobody else hears of it."""
    if nomination.state == "asked":
        notify("network.seat_consent", nomination, [nomination.user], version=entry.pk)
    else:
        _put_forward(nomination, entry)


def _put_forward(nomination, entry):
    people = others(nomination.request.network.leads(), entry.by)
    notify("network.put_forward", nomination, people, version=entry.pk)


def nomination_moved(nomination, entry):
    request = nomination.request
    if entry.action == "agree":
        _put_forward(nomination, entry)
    if entry.action == "accept":
        people = others(request.group.leads(), entry.by)
        notify("network.nomination_accepted", nomination, people, version=entry.pk)
    if entry.action == "seat":
        both = {user.pk: user for user in [*request.network.leads(), *request.group.leads()]}
        notify("network.seated", nomination, [nomination.user], version=entry.pk)
        notify("network.seat_filled", nomination, others(both.values(), entry.by), version=entry.pk)
    if entry.action in ("not_seated", "fall") and nomination.consented_at:
        notify("network.not_seated", nomination, [nomination.user], version=entry.pk)


def seat_fell_free(membership, network):
    """A representative has left: the group and the network look for another."""
    both = {user.pk: user for user in membership.group.leads()}
    if network:
        both |= {user.pk: user for user in network.leads()}
    both.pop(membership.user_id, None)
    notify("network.seat_free", membership, both.values())


# --- Conversations ------------------------------------------------------------------------------
def _write(booking, kind, version=0):
    """A letter to somebody without an account, in the caller's transaction; sent once it commits.

    The same kind and version is written once, however often it is asked for.
    """
    if is_silent():
        return
    from .involvement_tasks import start_booking_letters  # the tasks need the models

    booking.letters.get_or_create(kind=kind, version=version)
    transaction.on_commit(start_booking_letters)


def _tell(bookings, kind, letter, conversation, *, version):
    """The same to everybody who booked: a message with an account, a letter without."""
    bookings = list(bookings.select_related("user"))
    people = [booking.user for booking in bookings if booking.user_id]
    notify(kind, conversation, people, version=version)
    for booking in bookings:
        if booking.email:
            _write(booking, letter, version)


def conversation_moved(conversation, entry):
    if entry.action == "publish":
        members = conversation.network.memberships.current().values("user")
        people = User.objects.active().filter(pk__in=members)
        notify("network.conversation", conversation, others(people, entry.by))
    if entry.action == "cancel":
        void(conversation)
        _tell(
            conversation.bookings.live(),
            "network.conversation_cancelled",
            "called_off",
            conversation,
            version=conversation.sequence,
        )
    if entry.action == "hold":
        came = conversation.bookings.filter(came=True)
        for booking in came.filter(user__isnull=False).select_related("user"):
            notify("network.feedback_asked", booking, [booking.user])
        for booking in came.exclude(email=""):
            _write(booking, "feedback")


def conversation_changed(conversation):
    """A new time or place: what was not sent yet is void, and everybody learns the new one."""
    void(conversation)
    _tell(
        conversation.bookings.live(),
        "network.conversation_changed",
        "changed",
        conversation,
        version=conversation.sequence,
    )


def booking_asked(booking):
    """Somebody without an account wrote: their letter says how it stands, each time they ask."""
    version = booking.letters.filter(kind__in=["confirm", "stands"]).count()
    _write(booking, "confirm" if booking.state == "asked" else "stands", version)


BOOKING_KINDS = {
    "book": ("network.booked", "booked"),
    "wait": ("network.waiting", "waiting"),
    "cancel": ("network.booking_given_up", "given_up"),
    "release": ("network.booking_given_up", "given_up"),
}


def booking_moved(booking, entry):
    kind, letter = BOOKING_KINDS[entry.action]
    if booking.user_id:
        notify(kind, booking, [booking.user], version=entry.pk)
    elif booking.email:
        _write(booking, letter, entry.pk)


def support_asked(support, entry):
    """The one organiser is told that somebody asks, or that it changed; it is read on the site."""
    notify("network.support_asked", support, [support.organiser], version=entry.pk)


def support_arranged(support, entry):
    booking = support.booking
    if booking.user_id:
        notify("network.support_arranged", support, [booking.user], version=entry.pk)
    elif booking.email:
        _write(booking, "arranged", entry.pk)


def photo_consent_asked(consent, entry):
    notify("network.photo_consent", consent, [consent.user], version=entry.pk)
