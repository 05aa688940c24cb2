"""Those who are paid are of the network: its people, its Monday morning."""

from ..network.conftest import (  # noqa: F401 - fixtures
    _a_monday_morning,
    comms,
    lead,
    network,
    office,
    peer,
    sent,
    sign_in,
    sponsor,
)
