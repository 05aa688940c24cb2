"""The network as a whole: its front page and its members."""

from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from tests.matrix import Row

from ..factories import StaffFactory, appoint, working_group


def populate(world):
    world.network = working_group(
        leads=False,
        name="Peers and Sponsors Network",
        slug="peers-and-sponsors",
        kind=WorkingGroup.Kind.NETWORK,
    )
    for actor, role in ROLES.items():
        appoint(world.network, world.actors[actor], role)
    world.network_lead = StaffFactory()
    appoint(world.network, world.network_lead, Role.CO_LEAD)


# In the network each of the matrix's people has the role that they have in the task group; its
# other co-lead is ``world.network_lead``, staff. The member and the secretary are a pair; the
# programme office has named "hr" to help pairs.
ROLES = {
    "observer": Role.OBSERVER,
    "member": Role.MEMBER,
    "secretary": Role.SECRETARY,
    "colead": Role.CO_LEAD,
}
#            anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"

ROWS = [
    # Whoever is not in the network is shown how to take part.
    Row("network", "302 302 200 200 200 200 200 302 200"),
    Row("network_members", SEES),
    Row(
        "network_members",
        SEES,
        data=lambda w: {"side": "staff", "sort": "newest", "q": "a"},
        note="filtered",
    ),
    Row("network_members_csv", "302 404 403 403 403 403 200 404 403", again=True),
]
