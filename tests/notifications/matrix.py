from apps.notifications.kinds import rule_of
from apps.notifications.mail import unsubscribe_token
from apps.notifications.models import Channel, Delivery, Preference, Status, Wording

from ..matrix import Row
from .things import Note, occurrence, registered

PAGE = "302 200 200 200 200 200 200 200 200"
OWN = "302 404 404 200 404 404 404 404 404"
POSTED = "302 302 302 302 302 302 302 302 302"
ALL = "200 200 200 200 200 200 200 200 200"
OFFICE = "302 403 403 403 403 403 200 403 403"
WORDS = "302 403 403 403 403 403 200 403 200"  # the office, and administrators
WORDS_POSTED = WORDS.replace("200", "302")
ABSENT = ALL.replace("200", "404")


def populate(world):
    """One message to the member, which nobody else may know of."""
    with registered(Note):
        said = occurrence(Note, world.group)
    world.message = Delivery.objects.create(
        occurrence=said,
        recipient=world.actors["member"],
        channel=Channel.IN_APP,
        status=Status.SENT,
        title="A note",
        sent_at=said.made_at,
    )
    world.preference = Preference.of(world.actors["member"])
    Wording.objects.create(kind="meetings.published", action="Look at the meeting")


def own(world):
    return {"pk": world.message.pk}


def kind(world):
    return {"name": "meetings.published"}


def fixed(world):
    return {"name": "accounts.role_changed"}


def rule(world):
    return {"pk": rule_of("meetings.reminder").pk}


def token(world):
    return {"token": unsubscribe_token(world.actors["member"], ["meetings"])}


def forged(world):
    return {"token": token(world)["token"][:-1] + "x"}


ROWS = [
    Row("messages", PAGE),
    Row("message", OWN, own),
    Row("messages_read", POSTED, method="post"),
    Row("inbound_mail", OFFICE),
    Row("message_kinds", WORDS),
    Row("message_kind", WORDS, kind),
    Row("message_kind_mail", WORDS, kind),
    Row("message_kind_try", WORDS_POSTED, kind, method="post"),
    Row("message_kind_words", WORDS, kind),
    Row("message_kind_words", WORDS.replace("200", "404"), fixed, note="that nobody changes"),
    Row("message_kind_original", WORDS_POSTED, kind, method="post"),
    Row("message_rule", WORDS, rule),
    Row("message_rule_add", WORDS, lambda world: {"name": "meetings.reminder"}),
    Row("notification_preferences", PAGE),
    Row("calendar", PAGE),
    Row("calendar", PAGE, data=lambda world: {"month": "2026-12"}, note="a month"),
    Row("calendar_reset", POSTED, method="post"),
    Row("unsubscribe", ALL, token),
    Row("unsubscribe", ABSENT, forged, note="forged"),
    Row("calendar_feed", ALL, lambda world: {"token": world.preference.calendar_token}),
    Row("calendar_feed", ABSENT, lambda world: {"token": "x"}, note="forged"),
    Row("mailbox", ABSENT, note="not in development"),
    Row("mail", ABSENT, lambda world: {"key": "x"}, note="not in development"),
    Row("mail_html", ABSENT, lambda world: {"key": "x"}, note="not in development"),
]
