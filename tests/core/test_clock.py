"""The site's clock and its chance: true by themselves, and set by the demonstration alone."""

import random
from datetime import UTC, date, datetime

import pytest
import time_machine

from apps.accounts.models.people import User
from apps.core import chance, clock
from apps.notifications.silence import is_silent, silence


def test_it_shows_the_time_of_the_machine_and_the_date_in_london():
    with time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
        assert clock.today() == date(2026, 7, 1)


def test_while_it_is_set_it_moves_with_the_hands_and_then_it_is_true_again():
    shown = datetime(2024, 1, 2, 9, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 6, 30, tzinfo=UTC), tick=False):
        with clock.at(lambda: shown):
            assert clock.now() == shown
            assert User().date_joined == shown
            shown = datetime(2024, 1, 3, 9, tzinfo=UTC)
            assert clock.today() == date(2024, 1, 3)
        assert clock.now().year == 2026


def test_given_a_failure_while_it_is_set_then_it_is_true_again():
    with pytest.raises(RuntimeError), clock.at(lambda: datetime(2024, 1, 2, tzinfo=UTC)):
        raise RuntimeError
    assert clock.now().year != 2024


def test_given_a_seed_then_chance_says_the_same_again_and_otherwise_never():
    def drawn():
        things = list(range(20))
        chance.shuffle(things)
        return chance.code("ABCDEFGH", 20), things

    def seeded():
        with chance.seeded(random.Random(7)):  # noqa: S311
            return drawn()

    assert seeded() == seeded()
    assert drawn() != drawn()


def test_silence_ends():
    with silence():
        assert is_silent()
    assert not is_silent()
