"""No hidden number follows from those that are shown: for small numbers, exhaustively."""

from itertools import combinations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.core.disclosure import (
    STEP,
    Share,
    banded,
    exact,
    safe_step,
    share,
    share_of,
    together_step,
)

SMALL = range(1, 5)


def possible(shown):
    """Every number that what is shown leaves possible."""
    return set(range(shown.least, shown.most + 1))


def test_numbers_from_1_to_4_are_hidden_and_look_like_none():
    assert {banded(number).words for number in range(5)} == {"fewer than 5"}
    assert banded(0).is_hidden
    assert [banded(number).words for number in (5, 9, 10, 1234)] == [
        "5 to 9",
        "5 to 9",
        "10 to 14",
        "1,230 to 1,234",
    ]


def test_two_shown_numbers_leave_all_of_1_to_4_for_what_is_hidden_between_them():
    """A group within the programme, a quarter within a year: what both say, and the difference."""
    for part, hidden in product(range(60), SMALL):
        least, most = banded(part), banded(part + hidden)
        left = {b - a for a, b in product(possible(least), possible(most)) if b >= a}
        left &= possible(banded(hidden))
        assert set(SMALL) <= left, (part, hidden)


def test_rounding_to_the_nearest_five_would_not():
    """Why numbers are not rounded: two quarters of which each is hidden, and a half year of 8."""

    def nearest(number):
        return 5 * ((number + 2) // 5) if number > 4 else None

    half_years = {
        (one, two) for one, two in product(SMALL, SMALL) if nearest(one + two) == nearest(8)
    }
    assert half_years == {(4, 4)}


def test_a_share_follows_from_what_is_shown_and_from_nothing_else():
    for part, other in product(range(40), range(40)):
        found = share(banded(part), banded(other))
        again = share(banded(part - part % 5), banded(other + 4 - other % 5))
        assert found == again
        true = 100 * part / (part + other) if part + other else 0
        assert found.least - 1e-9 <= true <= found.most + 1e-9


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (share(exact(47), exact(53)), "47%"),
        (share(banded(470), banded(530)), "about 47%"),
        (share(banded(10), banded(12)), "42% to 58%"),
        (share(banded(5), banded(5)), "too few to say"),
        (share(banded(4), banded(400)), "too few to say"),
        (share_of(banded(340), banded(435)), "about 78%"),
        (share_of(banded(6), banded(8)), "too few to say"),
        (share_of(exact(0), exact(0)), None),
        (Share(0, 100), "too few to say"),
    ],
)
def test_a_share_says_how_sure_it_is(found, words):
    assert (found and found.words) == words


@pytest.mark.parametrize(
    ("quarters", "step"),
    [
        ((12, 9, 30, 7), 5),
        ((0, 0, 0, 0), 5),
        ((4, 4), 5),
        ((4, 4, 4, 4, 4), 10),  # each fewer than 5, and together 20 to 24
        ((0, 3, 4, 4, 4, 3, 6, 4, 2), 10),  # one person, who comes to each meeting
    ],
)
def test_steps_are_wider_where_all_periods_together_would_tell(quarters, step):
    assert safe_step(quarters) == step


@given(st.lists(st.integers(0, 6), min_size=1, max_size=4).map(tuple))
@example((4, 4, 4, 4))
@example((1, 1, 1, 1))
@settings(max_examples=30, deadline=None)
def test_no_history_is_told_by_all_of_its_periods(quarters):
    """For each hidden number there is another history that shows the same everywhere: all that are
    near are tried.
    """
    step = safe_step(quarters)
    shown = views(quarters, step)
    near = product(*(range(max(0, number - 2), number + 3) for number in quarters))
    alike = [one for one in near if views(one, step) == shown]
    for at, number in enumerate(quarters):
        assert number >= 5 or len({one[at] for one in alike}) > 1


def views(numbers, step):
    ends = range(len(numbers) + 1)
    return [banded(sum(numbers[a:b]), step) for a, b in combinations(ends, 2)]


# --- a whole and its parts ------------------------------------------------------------------------
def left_for(numbers, total):
    """For each part the numbers that are possible to whoever knows all bands, and each nought."""
    bands = [[0] if number == 0 else possible(banded(number)) for number in numbers]
    whole = possible(total)
    fitting = [one for one in product(*bands) if sum(one) in whole]
    return [set(values) for values in zip(*fitting, strict=True)]


@pytest.mark.parametrize("numbers", [(4, 4, 4, 4, 4), (4, 4, 4, 4, 4, 0, 0), (4, 4, 4, 4, 4, 9)])
def test_five_groups_of_four_are_known_by_their_programme_unless_its_steps_are_wider(numbers):
    if 0 in numbers or len(numbers) == 5:
        assert left_for(numbers, banded(sum(numbers)))[0] == {4}
    step = together_step([sum(numbers)], [(STEP, [one]) for one in numbers], STEP, adds_up=True)
    assert all(len(left) > 1 for left in left_for(numbers, banded(sum(numbers), step)) if max(left))


def test_no_programme_gives_a_small_number_of_a_group_away():
    for numbers in product((0, 1, 3, 4, 5, 9), repeat=4):
        step = together_step([sum(numbers)], [(STEP, [one]) for one in numbers], STEP, adds_up=True)
        left = left_for(numbers, banded(sum(numbers), step))
        small = [at for at, number in enumerate(numbers) if number in SMALL]
        assert all(len(left[at]) > 1 for at in small), numbers
