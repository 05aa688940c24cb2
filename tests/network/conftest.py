import pytest
import time_machine

from apps.accounts.roles import COMMS, OFFICE
from apps.groups.models import WorkingGroup
from apps.notifications import planning, sending
from tests import factories as make

from ..factories import appoint, just_shown, programme_user


@pytest.fixture(autouse=True)
def _a_monday_morning():
    """A fixed working hour: no quiet hours, no clock change near, whenever the tests run."""
    with time_machine.travel("2026-11-23T11:00:00Z", tick=True):
        yield


@pytest.fixture
def network():
    return make.network(name="The network", slug="network")


@pytest.fixture
def lead(network):
    """The network's co-lead with lived experience."""
    return make.lead_of(network, "lived_experience")


@pytest.fixture
def office():
    return programme_user(OFFICE)


@pytest.fixture
def comms():
    return programme_user(COMMS)


@pytest.fixture
def peer(network):
    person = make.UserFactory(full_name="Pat Peer")
    appoint(network, person)
    return person


@pytest.fixture
def sponsor(network):
    person = make.StaffFactory(full_name="Sam Sponsor")
    appoint(network, person)
    return person


@pytest.fixture
def steering():
    return make.working_group(kind=WorkingGroup.Kind.STEERING, slug="steering")


@pytest.fixture
def sign_in(client):
    """``sign_in(user)``: the client is then this person's."""

    def sign_in(user):
        client.force_login(user, "apps.accounts.backends.SignIn")
        just_shown(client)
        return client

    return sign_in


@pytest.fixture
def sent(mailoutbox):
    """Plan and send as the scheduler does; returns (subject, address) of what went out."""

    def run():
        before = len(mailoutbox)
        planning.plan()
        sending.send()
        return sorted((mail.subject, mail.to[0]) for mail in mailoutbox[before:])

    return run
