import pytest
import time_machine

from tests import factories as make

from ...factories import StaffFactory, UserFactory, appoint
from .steps import NOW, look


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def group():
    """Two co-leads, a peer, somebody of staff: a quorum is three, one of each side among them."""
    group = make.working_group(name="Pay", slug="pay")
    appoint(group, UserFactory(full_name="Peer One"))
    appoint(group, StaffFactory(full_name="Staff One"))
    return group


@pytest.fixture
def finding(group):
    return look(group)
