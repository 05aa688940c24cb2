"""Whether a text says anything to whoever reads it."""

import re
import unicodedata

from .differences import BLANKS

SEEN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: the classes that have a shape


def has_a_shape(one: str) -> bool:
    """Whether this character is seen."""
    return unicodedata.category(one)[0] in SEEN and ord(one) not in BLANKS


def says_something(text: str) -> bool:
    """Whether there is anything to see: spaces, marks alone and what has no shape are nothing."""
    return any(map(has_a_shape, text))


def unlinked(text: str) -> str:
    """A name for a letter, in which no mail program finds a link: ``https://a.example`` reads
    *https //a example*, ``Dr. Marsh`` stays as it is."""
    return re.sub(r"(?<=\S)[.:@\\]+(?=\S)", " ", text)
