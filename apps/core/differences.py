"""What changed between two texts, word by word, in bounded time."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from .readability import word_count

SAME, ADDED, REMOVED = "same", "added", "removed"

# How many pairs of equal words (or paragraphs) difflib may have to weigh at once. Its time grows
# with them, worst where a few words repeat without end; beyond it a block counts as replaced.
MOST_PAIRS = 200_000

FEWEST_EQUAL = 3  # words

PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
WORD = re.compile(r"\S+\s*|\s+")
# Letters, marks or signs by their class, and nothing to see: what Unicode calls "default ignorable"
# (DerivedCoreProperties) beside classes that go anyway, a blank of Braille, and fillers.
BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0\U0001d159"), " ")
UNSEEN = dict.fromkeys(
    [
        *(0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x16FE4),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE1000),
    ],
    None,
)


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, came or went."""

    kind: str
    text: str


def differences(before, after):
    """The pieces that turn one text into the other, in reading order.

    Paragraphs are matched first, then the words of those that changed. White space counts for
    nothing; where it differs, the newer text's is shown.
    """
    if before == after:
        return [Piece(SAME, after)] if after else []
    pieces = []
    for kind, old, new in _runs(PARAGRAPH.findall(before), PARAGRAPH.findall(after)):
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(new)))
        else:
            pieces += _words("".join(old), "".join(new))
    return _joined(pieces)


def texts_of(version):
    """The texts of a version (a thing with ``TEXTS``) by name."""
    return {name: getattr(version, name) for name in version.TEXTS}


def compared(old, new):
    """Two versions (things with ``TEXTS``) text by text: those that differ, each as its label, its
    pieces and how many words came and went; and the labels of those that are the same.
    """
    parts, same = [], []
    for name in new.TEXTS:
        label = new._meta.get_field(name).verbose_name
        pieces = differences(getattr(old, name), getattr(new, name))
        counts = changed_words(pieces)
        if any(counts):
            parts.append((label, pieces, counts))
        elif pieces:
            same.append(label)
    return parts, same


def _words(before, after):
    """The words of two texts. Few equal words among changed ones are chance: they change too."""
    runs = list(_runs(WORD.findall(before), WORD.findall(after)))
    changed = [place for place, run in enumerate(runs) if run[0] != "equal"]
    old, new = [], []
    for place, (kind, went, came) in enumerate(runs):
        inside = changed and changed[0] < place < changed[-1]
        if kind == "equal" and not (inside and len(came) < FEWEST_EQUAL):
            yield from (Piece(REMOVED, "".join(old)), Piece(ADDED, "".join(new)))
            yield Piece(SAME, "".join(came))
            old, new = [], []
        else:
            old += went
            new += came
    yield from (Piece(REMOVED, "".join(old)), Piece(ADDED, "".join(new)))


def _runs(old, new):
    """Runs of two lists as (kind, old items, new items), kind "equal" or "replace"."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start].strip() == new[start].strip():
        start += 1
    end = 0
    while end < most - start and old[-1 - end].strip() == new[-1 - end].strip():
        end += 1
    yield "equal", old[:start], new[:start]
    yield from _compared(old[start : len(old) - end], new[start : len(new) - end])
    yield "equal", old[len(old) - end :], new[len(new) - end :]


def _compared(old, new):
    left, right = [one.strip() for one in old], [one.strip() for one in new]
    often = Counter(right)
    if sum(count * often[word] for word, count in Counter(left).items()) > MOST_PAIRS:
        yield "replace", old, new
        return
    for kind, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield ("equal" if kind == "equal" else "replace"), old[i:j], new[k:m]


def _joined(pieces):
    """Neighbours of one kind as one piece, nothing empty, and no word glued to the next."""
    kept = [piece for piece in pieces if piece.text]
    runs = [
        (kind, "".join(piece.text for piece in run))
        for kind, run in groupby(kept, key=lambda piece: piece.kind)
    ]
    return [
        Piece(kind, text if text[-1].isspace() or place == len(runs) else f"{text} ")
        for place, (kind, text) in enumerate(runs, start=1)
    ]


def changed_words(pieces):
    """How many words came and went: (added, removed)."""
    counts = {
        kind: sum(word_count(piece.text) for piece in pieces if piece.kind == kind)
        for kind in (ADDED, REMOVED)
    }
    return counts[ADDED], counts[REMOVED]


def seen(text):
    """The text as a reader sees it: what cannot be seen is left out."""
    plain = unicodedata.normalize("NFKC", text.translate(UNSEEN)).translate(BLANKS)
    return "".join(one for one in plain if one.isspace() or unicodedata.category(one)[0] != "C")


def same_words(before, after):
    """Whether two texts read the same: white space and line ends are no words.

    What somebody wrote in Markdown is first turned into what it shows (markdown.as_read).
    """
    return "".join(seen(before).split()) == "".join(seen(after).split())
