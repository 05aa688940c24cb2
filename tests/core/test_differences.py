"""What changed between two texts: true, readable, and soon enough whatever they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.differences import ADDED, REMOVED, SAME, Piece, changed_words, differences
from apps.core.readability import reading_age

ROUND = " ".join("aabcbcca"[n * n % 8] for n in range(440))  # three words over and over
TEXTS = st.text(alphabet="ab \n", max_size=60)


def words(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds).split()


@given(TEXTS, TEXTS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(old, new):
    pieces = differences(old, new)
    assert words(pieces, SAME, REMOVED) == old.split()
    assert words(pieces, SAME, ADDED) == new.split()


def test_given_a_word_exchanged_then_only_that_word_is_marked():
    pieces = differences(
        "Each trainee has a mentor.\n\nBye.", "Each trainee has two mentors.\n\nBye."
    )
    assert pieces == [
        Piece(SAME, "Each trainee has "),
        Piece(REMOVED, "a mentor.\n\n"),
        Piece(ADDED, "two mentors.\n\n"),
        Piece(SAME, "Bye."),
    ]
    assert changed_words(pieces) == (2, 2)


def test_given_a_new_paragraph_then_the_others_stay():
    pieces = differences("One.\n\nThree.", "One.\n\nTwo.\n\nThree.")
    assert [(piece.kind, piece.text.strip()) for piece in pieces] == [
        (SAME, "One."),
        (ADDED, "Two."),
        (SAME, "Three."),
    ]


def test_given_the_same_text_then_nothing_is_marked():
    assert differences("One.", "One.") == [Piece(SAME, "One.")]
    assert differences("", "") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 50_000, "b a " * 25_000),
        ("a b " * 25_000, "b b a " * 16_000),
        ("\n".join("ab" * 20_000), "\n".join("ba" * 20_000)),
        ("".join(f"w{n} " for n in range(15_000)), "".join(f"w{n} " for n in range(15_000, 0, -1))),
        ("x" * 100_000, "y" * 100_000),
        ("\n" * 100_000, "\n \n" * 30_000),
        (ROUND, ROUND[::-1]),
    ],
    ids=["repeated", "shuffled", "lines", "backwards", "one word", "empty lines", "at the bound"],
)
def test_long_and_hostile_texts_are_compared_in_time(old, new):
    began = time.monotonic()
    pieces = differences(old, new)
    assert time.monotonic() - began < 5
    assert words(pieces, SAME, ADDED) == new.split()


def test_short_words_and_sentences_read_younger_than_long_ones():
    easy = "You meet your mentor on the first day. She shows you the room. You ask what you like. "
    hard = (
        "Notwithstanding organisational considerations regarding interprofessional supervision, "
        "practitioners demonstrating competence undertake individualised recovery-oriented "
        "interventions commensurate with responsibilities delineated within documentation. "
    )
    assert reading_age(easy * 2) < 9
    assert reading_age(hard * 2) == 22
    assert reading_age("Too short to say.") is None
    assert reading_age("") is None
