"""How old a reader must be to follow a text (docs/adr/0009-readability.md)."""

import re

SENTENCE = re.compile(r"[.!?:;\n]+")
WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W_]+)*")
FEWEST_WORDS = 20  # fewer words give a figure that means nothing
YOUNGEST, OLDEST = 6, 22


def word_count(text):
    """How many words a text has, as people count them and word processors do."""
    return len(text.split())


def reading_age(text):
    """The age at which most people can read a text, or None where it is too short to say.

    The Automated Readability Index (Senter and Smith, 1967) gives a school year of the United
    States, which begins at five. It counts letters and no syllables, so no dictionary is needed.
    """
    sentences = [words for part in SENTENCE.split(text) if (words := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    letters = sum(map(len, words))
    index = 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    return min(max(round(index) + 5, YOUNGEST), OLDEST)
