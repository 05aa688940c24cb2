"""Passwords that others have used, or would guess: those are tried first."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

# Characters that are looked at; a longer password is as good at least. Of figures for letters it
# tries so many readings that 72 took seconds, and 32 more than one on a slow machine.
LONGEST = 24
ENOUGH = 3  # of 4: ten thousand million guesses, by the library's count
BESIDES = 2  # of 4: a million guesses, for what is left without the words of the site

# What whoever knows this site tries first (docs/security.md); the names of the trust and the site
# come with it.
OF_THE_SITE = frozenset(
    (
        *("oxleas", "peer", "peers", "peersupport", "sponsor", "sponsors", "support", "network"),
        *("programme", "steering", "taskgroup", "colead", "recruitment", "vacancy", "recovery"),
        *("nhs", "trust", "foundation", "mental", "health", "wellbeing", "coproduction"),
        *("livedexperience", "bromley", "bexley", "greenwich"),
    )
)


class StolenPasswordValidator:
    """Refuses what a list of stolen passwords, names and common words soon comes to.

    The list is zxcvbn's, which ships with it: nothing of a password leaves the site. It knows words
    written backwards, with figures for letters, and rows of keys (ASVS 5.0, 6.2.4, 6.2.11 and
    6.2.12). Words of this site and of the person's own name and address count for nothing.
    """

    WORDS = (
        "This password is too easy to guess. It is on a list of stolen passwords, close to one, or "
        "made of words of this site or of your name. Use three or more words that have nothing to "
        "do with each other, with you, or with this site."
    )

    def validate(self, password, user=None):
        said = [user.email, user.full_name, user.known_as] if user is not None else []
        known = sorted(OF_THE_SITE | names() | words(" ".join(said)), key=len, reverse=True)
        left = password.lower()
        for word in known:
            left = left.replace(word, "")
        is_weak = _score(password, [*filter(None, said), *known]) < ENOUGH
        if is_weak or (left != password.lower() and _score(left, []) < BESIDES):
            raise ValidationError(self.WORDS, code="password_too_common")

    def get_help_text(self):
        return "Three words that have nothing to do with each other are a good password."


def words(text):
    """The words of a text that are long enough to be looked for."""
    return {word for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 2}


def names():
    """The words of the trust's and the site's names."""
    return words(f"{settings.TRUST_NAME} {settings.SITE_NAME}")


def _score(password, known):
    return zxcvbn(password[:LONGEST], user_inputs=known)["score"] if password else 0
