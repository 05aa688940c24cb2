"""Addresses of our mailbox that say what an answer is about, and that nobody else can make.

What goes behind the mailbox's name has the keys of things and a digest of them:
``replies+m1f-2k-…@``. Letter case is not significant there (mail servers change it), so digits and
small letters are all that is used.
"""

import re
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models.people import User
from apps.core.registry import Registry

SALT = "notifications.inbound"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SIZE = 16  # characters of the digest, five bits each: nobody comes to it by trying
LONGEST = 39  # characters that go behind the name and its plus sign
TOKEN = re.compile(r"([a-z])([0-9a-z]{1,13}(?:-[0-9a-z]{1,13})*)-([a-z2-7]{16})")  # SIZE
# An address with something behind the name: (name, what, domain).
PLUS = re.compile(r"(?<![\w.+-])([\w.-]{1,64})\+([0-9a-z-]{1,64})@([\w.-]+)")
DELIVERY = "d"


@dataclass(frozen=True)
class Said:
    """What a calendar program answered for somebody, as it wrote it."""

    uid: str
    attendee: str  # in small letters
    answer: str  # ACCEPTED, TENTATIVE, DECLINED
    sequence: int
    stamp: datetime  # when they said so, by their clock
    note: str = ""


@dataclass(frozen=True)
class Answers:
    """What takes the answers to one sort of thing.

    ``letter`` begins its addresses. ``take``, a function of the thing's key, the person's key and
    what was Said, carries it out, or tells them why not; False where a person must look at it.
    """

    letter: str
    take: Callable[[int, int, Said], bool]


ANSWERS: Registry[Answers] = Registry("Who takes answers of calendars", key=lambda one: one.letter)


def answer_address(letter: str, thing_id: int, user: User) -> str:
    """Where this person's calendar program answers about one thing; "" where nobody reads."""
    return _address(_token(letter, (thing_id, user.pk))) if settings.INBOUND else ""


def bounce_address(delivery_id: int, to: str) -> str:
    """Where a mail comes back that could not be delivered; "" where nobody reads, or wants to."""
    if not settings.INBOUND.get("bounces"):
        return ""
    return _address(_token(DELIVERY, (delivery_id,), to))


def _address(token):
    name, _, domain = settings.INBOUND["address"].partition("@")
    return f"{name}+{token}@{domain}" if len(token) <= LONGEST else ""


# --- tokens -----------------------------------------------------------------------------------
def _token(letter, keys, about=""):
    written = letter + "-".join(map(_in_36, keys))
    return f"{written}-{_digest(written, about, settings.SECRET_KEY)}"


def _in_36(number):
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits


def _digest(written, about, key):
    """``about`` is signed and not told: the address that a mail went to."""
    value = f"{written} {about.lower()}"
    digest = salted_hmac(SALT, value, secret=key, algorithm="sha256").digest()
    return b32encode(digest)[:SIZE].decode().lower()


@dataclass(frozen=True)
class Token:
    """A token that looks like ours. It says nothing until ``is_ours``."""

    text: str

    @property
    def letter(self):
        return self.text[0]

    @property
    def keys(self):
        """The numbers in it."""
        return [int(one, 36) for one in TOKEN.fullmatch(self.text)[2].split("-")]

    def is_ours(self, about=""):
        """By the present key, or one that was before it."""
        written, _, digest = self.text.rpartition("-")
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(digest, _digest(written, about, key)) for key in keys)


def tokens(text: str) -> set[Token]:
    """What may be tokens of ours, in the addresses of this text."""
    name, _, domain = settings.INBOUND["address"].partition("@")
    found = PLUS.findall(text.lower())
    ours = {one for before, one, after in found if (before, after) == (name, domain)}
    return {Token(one) for one in ours if TOKEN.fullmatch(one)}
