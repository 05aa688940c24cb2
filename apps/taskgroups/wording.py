"""Which words of a draft changed, place by place, and whether they stand there still.

Texts come as they are read, without Markdown (apps.core.markdown.as_read).
What it returns is plain data: an answered suggestion keeps it after the revision has gone.
"""

import unicodedata
from itertools import groupby

from django.utils.text import Truncator

from apps.core.differences import ADDED, REMOVED, SAME, differences, same_words, seen

AROUND = 8  # words shown on each side of a change
NEAR = 2  # of them, those that say where a change of fewer than SHORT words stands
SHORT = 3


def places(before, after):
    """Each place at which words changed, in reading order: {"pieces": [(kind, text)], "held"}.

    ``pieces`` are the words before and after with some around them; ``held`` says how often the
    mark by which the change is known stood there anyway.
    """
    runs = [
        (kind == SAME, [(piece.kind, piece.text) for piece in run])
        for kind, run in groupby(
            differences(before, after), key=lambda piece: SAME if piece.kind == SAME else ADDED
        )
    ]
    found = []
    for number, (same, run) in enumerate(runs):
        went, came = _words(run, REMOVED), _words(run, ADDED)
        if same or same_words(went, came):
            continue
        pieces = []
        if number:
            pieces.append((SAME, _last(runs[number - 1][1][0][1])))
        pieces += [(kind, text) for kind, text in ((REMOVED, went), (ADDED, came)) if text]
        if number + 1 < len(runs):
            pieces.append((SAME, _first(runs[number + 1][1][0][1])))
        place = {"pieces": [list(piece) for piece in pieces if piece[1]]}
        place["held"] = _found(place, after if _only_went(place) else before)
        found.append(place)
    return found


def stands(place, text):
    """Whether a change stands in a text still, word for word.

    Words that came have to be there as they came; of words that only went, no more than half may be
    back.
    """
    found, held = _found(place, text), place["held"]
    if _only_went(place):
        return 2 * (found - held) <= len(_marks(place)) - held
    return found > held


def in_short(pieces):
    """The words before and after in one line, with those beside them."""
    before, after = (
        Truncator(" ".join("".join(text for kind, text in pieces if kind != other).split()))
        for other in (ADDED, REMOVED)
    )
    return f"Before: “{before.chars(240)}”. After: “{after.chars(240)}”."


def _words(pieces, kind):
    return "".join(text for one, text in pieces if one == kind)


def _last(text):
    words = text.split()
    return ("… " if len(words) > AROUND else "") + " ".join(words[-AROUND:]) + " "


def _first(text):
    words = text.split()
    return " ".join(words[:AROUND]) + (" …" if len(words) > AROUND else "")


def _tokens(text, exact):
    """Words to compare: as they are, or without marks and capitals."""
    words = seen(text).split()
    if exact:
        return [word for word in words if word != "…"]
    bare = (_bare(word) for word in words)
    return [word for word in bare if word]


def _bare(word):
    """Without the marks around it."""
    kept = [place for place, one in enumerate(word) if unicodedata.category(one)[0] not in "PS"]
    return word[kept[0] : kept[-1] + 1].casefold() if kept else ""


def _is_exact(place):
    """Where marks or capitals are all that changed, they count."""
    went, came = (_words(place["pieces"], kind) for kind in (REMOVED, ADDED))
    return _tokens(went, False) == _tokens(came, False)


def _only_went(place):
    return not _tokens(_words(place["pieces"], ADDED), _is_exact(place))


def _marks(place):
    """By what a change is known in a text, as runs of words.

    The words that came, in one run; where words only went, each three that followed one another.
    """
    exact, pieces = _is_exact(place), place["pieces"]
    went, came = (_tokens(_words(pieces, kind), exact) for kind in (REMOVED, ADDED))
    run = came or went
    if len(run) < SHORT:
        before = pieces[0][1] if pieces[0][0] == SAME else ""
        after = pieces[-1][1] if pieces[-1][0] == SAME else ""
        run = [*_tokens(before, exact)[-NEAR:], *run, *_tokens(after, exact)[:NEAR]]
        return [run]
    if came:
        return [run]
    return [run[start : start + SHORT] for start in range(len(run) - SHORT + 1)]


def _found(place, text):
    """How many of the marks stand in a text; of a single one, how often."""
    words = _spaced(_tokens(text, _is_exact(place)))
    marks = [_spaced(mark) for mark in _marks(place)]
    if len(marks) == 1:
        return words.count(marks[0])
    return sum(mark in words for mark in marks)


def _spaced(words):
    """Each word with its own spaces, so that a run is found twice where it follows itself."""
    return "".join(f" {word} " for word in words)
