"""The one shape of what apps offer to lower ones."""

import pytest

from apps.core.registry import Registry


def test_what_is_added_stays_in_order_and_is_found_by_its_name():
    steps = Registry("Steps")

    @steps.add
    def step():
        return 4

    assert step() == 4
    assert list(steps) == [step]
    named = Registry("Letters", key=str.upper)
    assert [named.add(one) for one in "ba"] == ["b", "a"]
    assert list(named) == ["b", "a"]
    assert named.get("A") == "a"
    assert named.get("C") is None
    assert repr(named) == "<Letters: 2>"


def test_a_second_of_the_same_name_is_refused():
    named = Registry("Letters", key=str.upper)
    named.add("a")
    with pytest.raises(ValueError, match="Letters: there is one named 'A'"):
        named.add("A")
    assert list(named) == ["a"]
