import pytest
import time_machine


@pytest.fixture(autouse=True)
def _a_monday_morning():
    """A fixed working hour: no quiet hours, no clock change near, whenever the tests run."""
    with time_machine.travel("2026-11-23T11:00:00Z", tick=True):
        yield
