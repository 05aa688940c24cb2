"""Words as they are searched: without case, accents and apostrophes; and where they stand."""

import re
import unicodedata

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from . import days

AT_MOST = 12  # words of one search
# A tsvector holds words of some 2,000 bytes, their kind before them: longer ones are parted.
WORDS = re.compile(r"[^\W_]{1,250}")
LONGEST = 200_000  # characters of one thing that are searched
APOSTROPHES = "'`\u2018\u2019\u02bc\u00b4"
FOLDED = re.compile(r"[^\W_\x00-\x7f]|[\u0300-\u036f]")  # letters that are compared as others
GONE = dict.fromkeys(map(ord, APOSTROPHES))
# Words that PostgreSQL's English leaves out: so that both databases leave out the same.
STOP = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself "
    "she her hers herself it its itself they them their theirs themselves what which who whom this "
    "that these those am is are was were be been being have has had having do does did doing a an "
    "the "
    "and but if or because as until while of at by for with about against between into through "
    "during before after above below to from up down in out on off over under again further then "
    "once here there when where why how all any both each few more most other some such no nor not "
    "only own same so than too very s t can will just don should now"
)
LEFT_OUT = frozenset(STOP.split())
ENDINGS = (
    *("isations", "izations", "isation", "ization", "ations", "ation", "ments", "ment", "ings"),
    *("ing", "ers", "ies", "ied", "ions", "ion", "ed", "er", "es", "ly", "s", "y", "e"),
)
# At the beginning of a line: headings, lists, quotations; anywhere: what makes words stand out.
SIGNS = re.compile(
    r"(?m)^[ \t]*(?:#{1,6}|[-*+>]|\d{1,3}[.)])[ \t]+|\*\*|__|`|^[ \t]*[-*_=]{3,}[ \t]*$"
)
NEAR = 80  # characters shown before the first word that was found
SHOWN = 220
LOOKED = 2000


def fold(text):
    """Words of letters and digits, one space between them: *Zoë's* is *zoes*."""
    plain = unicodedata.normalize("NFKD", text.translate(GONE))
    plain = "".join(one for one in plain if not unicodedata.combining(one)).casefold()
    return " ".join(WORDS.findall(plain))


def plain(text):
    """Words without the signs of Markdown, in one line."""
    return " ".join(SIGNS.sub(" ", text).split())


def asked(text):
    """The words that a search looks for, each once."""
    return list(dict.fromkeys(_words(text)))[:AT_MOST]


def terms(text):
    """What a search looks for: each word and each day, as phrases of which one must be there."""
    return list(dict.fromkeys(days.terms(_words(text))))[:AT_MOST]


def _words(text):
    return [word for word in fold(days.whole_years(text)).split() if word not in LEFT_OUT]


def key(text):
    """A reference as it is compared: without what stands between its parts."""
    return fold(text).replace(" ", "")


def stem(word):
    """About what an English word has in common with its other forms: for showing, not finding."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


# --- near misses ----------------------------------------------------------------------------------
BACKWARDS = "<"
LONGEST_NEAR = 50  # letters


def can_be_near(word):
    """Numbers and the shortest words are like much, and no near miss of anything; nobody types the
    longest."""
    return 2 < len(word) <= LONGEST_NEAR and not word.isdigit()


def halves(word):
    """With one letter amiss, a word still begins or ends as it should."""
    half = len(word) // 2
    return word[: max(2, half)], word[-max(3, len(word) - half) :]


def held_like(title):
    """The words of a title as the index holds them for near misses: forwards and backwards."""
    words = {word for word in fold(title).split() if can_be_near(word)}
    return sorted(words | {BACKWARDS + word[::-1] for word in words})


def sought_like(word):
    """How words begin in that index, forwards or backwards, that this one may have been."""
    begin, end = halves(word)
    return begin, BACKWARDS + end[::-1]


def is_like(word, other):
    begin, end = halves(word)
    return other.startswith(begin) or other.endswith(end)


class Shown:
    """Marks the words of a search in a text."""

    WORD = re.compile(r"[^\W_]+(?:['`\u2018\u2019\u02bc\u00b4][^\W_]+)*")

    def __init__(self, words):
        self.words = frozenset(words)
        self.stems = frozenset(map(stem, words))
        self.starts = tuple(self.stems)
        self.near = self._near()

    def _near(self):
        """What a word in a text without accents begins like, if it is one: few are looked at."""
        maybe = f"[{APOSTROPHES}]?"
        begun = "|".join(maybe.join(re.escape(letter) for letter in one) for one in self.stems)
        no_letter = rf"(?<![^\W_])(?<![^\W_][{APOSTROPHES}])"
        return re.compile(rf"{no_letter}(?:{begun})[^\W_]*(?:[{APOSTROPHES}][^\W_]+)*", re.I)

    def _maybe(self, text, *places):
        """Words of a text that may be among those that are looked for."""
        if not self.words:
            return ()
        is_plain = text.isascii() or not FOLDED.search(text, *places)
        return (self.near if is_plain else self.WORD).finditer(text, *places)

    def is_one(self, word):
        folded = word.lower() if word.isascii() and word.isalnum() else key(word)
        return folded.startswith(self.starts) and (
            folded in self.words or stem(folded) in self.stems
        )

    def found(self, text):
        return [match.span() for match in self._maybe(text) if self.is_one(match.group())]

    def first(self, text):
        """Where the first word stands that was found; 0 where none is seen at once."""
        lowered = text.lower()
        places = [at for one in self.stems if (at := lowered.find(one)) >= 0]
        begin = max(0, min(places, default=0) - NEAR)
        for match in self._maybe(text, begin, begin + LOOKED):
            if self.is_one(match.group()):
                return match.start()
        return 0

    def marked(self, text):
        """The whole text, escaped, with marks."""
        out, last = [], 0
        for begin, end in self.found(text):
            out += [conditional_escape(text[last:begin])]
            out += [format_html("<mark>{}</mark>", text[begin:end])]
            last = end
        return mark_safe("".join([*out, conditional_escape(text[last:])]))  # noqa: S308 - escaped

    def snippet(self, text):
        """A few words around the first that was found; the beginning where none is. Marked."""
        begin = max(0, self.first(text) - NEAR)
        if begin:
            begin = text.find(" ", begin) + 1 or begin
        piece = text[begin : begin + SHOWN]
        if begin + SHOWN < len(text):
            piece = piece.rsplit(" ", 1)[0] + " …"
        return self.marked(("… " if begin else "") + piece)
