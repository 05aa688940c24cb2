"""Whether a text says anything to whoever reads it."""

import re
import unicodedata

from .differences import BLANKS, UNSEEN

SEEN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: the classes that have a shape


def has_a_shape(one: str) -> bool:
    """Whether this character is seen."""
    return unicodedata.category(one)[0] in SEEN and ord(one) not in BLANKS


def says_something(text: str) -> bool:
    """Whether there is anything to see: spaces, marks alone and what has no shape are nothing."""
    return any(map(has_a_shape, text))


# Persian, Indian languages and pictures of people join their letters with these two.
JOINERS = "\u200c\u200d"
PICTURE = "\ufe0e\ufe0f"  # the sign before is to be shown in black, or in colours
WHITE = "\t\n\r"
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # of Unicode: controls, formats, private, separators


def unseen(text: str) -> list[int]:
    """Where a line has characters that nobody can see, such as turn its direction.

    Spaces are seen, and a joiner between two letters is part of them.
    """
    return [at for at in range(len(text)) if _is_unseen(text, at)]


def plain(text: str) -> str:
    """The line without them."""
    gone = set(unseen(text))
    return "".join(one for at, one in enumerate(text) if at not in gone)


def _is_unseen(text: str, at: int) -> bool:
    one, before, after = text[at], text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if one in JOINERS:
        return not (_joins(before) and _joins(after))
    if one in PICTURE:
        return not (before and has_a_shape(before))
    hidden = unicodedata.category(one) in HIDDEN and one not in WHITE
    return hidden or ord(one) in BLANKS or ord(one) in UNSEEN


def _joins(one: str) -> bool:
    return bool(one) and (one in PICTURE or unicodedata.category(one)[0] in "LMS")


def has_a_word(text: str) -> bool:
    """Whether it has a word of letters: dots, numbers and a single letter name nobody."""
    return bool(re.search(r"[^\W\d_]{2,}", text))


def is_a_sentence(text: str) -> bool:
    """Whether it has the words of a short sentence, five at least, four of them different: *no*,
    dots, and one word again and again are none."""
    words = re.findall(r"[^\W\d_]{2,}|\b[ai]\b", text.casefold())
    return len(words) >= 5 and len(set(words)) >= 4


def unlinked(text: str) -> str:
    """A name for a letter, in which no mail program finds a link: ``https://a.example`` reads
    *https //a example*, ``Dr. Marsh`` stays as it is."""
    return re.sub(r"(?<=\S)[.:@\\]+(?=\S)", " ", text)
