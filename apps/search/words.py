"""Words as they are searched: without case, accents and apostrophes; and where they stand."""

import re
import unicodedata

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from . import days

AT_MOST = 12  # words of one search
LONGEST = 200_000  # characters of one thing that are searched
APOSTROPHES = "'`\u2018\u2019\u02bc\u00b4"
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
    return " ".join(re.findall(r"[^\W_]+", plain))


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


class Shown:
    """Marks the words of a search in a text."""

    WORD = re.compile(r"[^\W_]+(?:['`\u2018\u2019\u02bc\u00b4][^\W_]+)*")

    def __init__(self, words):
        self.words = frozenset(words)
        self.stems = frozenset(map(stem, words))
        self.starts = tuple(self.stems)

    def is_one(self, word):
        folded = word.lower() if word.isascii() and word.isalnum() else key(word)
        return folded.startswith(self.starts) and (
            folded in self.words or stem(folded) in self.stems
        )

    def found(self, text):
        return [match.span() for match in self.WORD.finditer(text) if self.is_one(match.group())]

    def first(self, text):
        """Where the first word stands that was found; 0 where none is seen at once."""
        lowered = text.lower()
        places = [at for one in self.stems if (at := lowered.find(one)) >= 0]
        begin = max(0, min(places, default=0) - NEAR)
        for match in self.WORD.finditer(text, begin, begin + LOOKED):
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
