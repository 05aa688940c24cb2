"""Passwords that others have used: those are tried first by whoever has a list of stolen ones."""

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

# Characters that are looked at; a longer password is as good at least. Of figures for letters it
# tries so many readings that 72 took seconds.
LONGEST = 32
ENOUGH = 3  # of 4: ten thousand million guesses, by the library's count


class StolenPasswordValidator:
    """Refuses what a list of stolen passwords, names and common words soon comes to.

    The list is zxcvbn's, which ships with it: nothing of a password leaves the site. It knows words
    written backwards, with figures for letters, and rows of keys (ASVS 5.0, 6.2.4 and 6.2.12).
    """

    WORDS = (
        "This password is too easy to guess: it is on a list of stolen passwords, or close to one. "
        "Use three or more words that have nothing to do with each other, or with you."
    )

    def validate(self, password, user=None):
        said = [user.email, user.full_name, user.known_as] if user is not None else []
        if zxcvbn(password[:LONGEST], user_inputs=filter(None, said))["score"] < ENOUGH:
            raise ValidationError(self.WORDS, code="password_too_common")

    def get_help_text(self):
        return "Three words that have nothing to do with each other are a good password."
