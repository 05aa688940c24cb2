import pytest
import time_machine

from tests import factories as make

from .making import CLOCK, report, sign


@pytest.fixture
def steering():
    """The steering group, two months after a year has ended."""
    with time_machine.travel("2024-06-03T10:00Z"):
        group, *_ = make.steering(name="Steering")
    with time_machine.travel("2026-06-01T10:00Z", tick=True) as clock:
        CLOCK["now"] = clock
        yield group


@pytest.fixture
def lead(steering):
    return make.leads(steering)[0]


@pytest.fixture
def other(steering):
    return make.leads(steering)[1]


@pytest.fixture
def signed(steering):
    return sign(report(steering))
