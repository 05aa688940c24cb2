"""Agreement of two coders, against figures worked out by hand."""

import pytest

from apps.governance.analysis.agreement import Counts, compared, kappa, words


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # 20 + 15 of 50 alike = 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; so 0.2 / 0.5.
        ((20, 5, 10, 15), 0.4),
        # 45 + 15 of 100 alike = 0.6; by chance 0.6 * 0.7 + 0.4 * 0.3 = 0.54; so 0.06 / 0.46.
        ((45, 15, 25, 15), 0.1304),
        # 25 + 35 of 100 alike = 0.6; by chance 0.6 * 0.3 + 0.4 * 0.7 = 0.46; so 0.14 / 0.54.
        ((25, 35, 5, 35), 0.2593),
        ((5, 0, 0, 5), 1.0),
        # Never alike, half and half: 0 - 0.5 over 0.5.
        ((0, 5, 5, 0), -1.0),
    ],
    ids=["forty", "thirteen", "twenty-six", "complete", "opposite"],
)
def test_kappa_is_that_worked_out_by_hand(counts, expected):
    assert kappa(Counts(*counts)) == pytest.approx(expected, abs=0.0001)


@pytest.mark.parametrize(
    "counts", [(0, 0, 0, 0), (7, 0, 0, 0), (0, 0, 0, 7)], ids=["nothing", "always", "never"]
)
def test_where_there_is_nothing_to_compare_there_is_no_kappa(counts):
    assert kappa(Counts(*counts)) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "almost perfect"),
        (0.81, "almost perfect"),
        (0.8, "good"),
        (0.61, "good"),
        (0.5, "middling"),
        (0.4, "fair"),
        (0.2, "slight"),
        (0.0, "no better than chance"),
        (-0.3, "no better than chance"),
        (None, "cannot be told: there is too little to compare"),
    ],
)
def test_a_kappa_has_a_word(value, expected):
    assert words(value) == expected


def test_two_sets_of_codings_are_compared_answer_by_answer_and_theme_by_theme():
    first = {1: {"light"}, 2: {"light", "tea"}, 3: set(), 4: {"tea"}}
    second = {1: {"light"}, 2: {"tea"}, 3: set(), 4: {"light"}}
    same, counts = compared(first, second, ["light", "tea"])
    assert same == {1, 3}
    assert counts == {
        "light": Counts(both=1, first=1, second=1, neither=1),
        "tea": Counts(both=1, first=1, second=0, neither=2),
    }
