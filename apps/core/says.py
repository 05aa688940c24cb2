"""Whether a text says anything to whoever reads it."""

import unicodedata

from .differences import BLANKS

SEEN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: the classes that have a shape


def says_something(text: str) -> bool:
    """Whether there is anything to see: spaces, marks alone and what has no shape are nothing."""
    return any(unicodedata.category(one)[0] in SEEN and ord(one) not in BLANKS for one in text)
