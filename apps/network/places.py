"""Where the network is, and what anybody may read of it."""

from apps.core.places import FOR_EVERYBODY, beneath, entry, nobody_signed_in, page, thing
from apps.groups.programme import sees_network, takes_part

entry(
    "network",
    "Network",
    "network",
    order=30,
    shown=sees_network,
    text="Peers and sponsors: pairs, practice, the noticeboard, seats, payments.",
)
entry("take_part", "Take part", "take_part", order=10, shown=nobody_signed_in)
entry(
    "practice",
    "What peers do",
    "public_practices",
    order=32,
    shown=lambda user: not takes_part(user),
    text="What peers already do in the trust.",
)
page("Network", "network", shown=sees_network)
page("Take part", "take_part", shown=lambda user: True)
page("What peers do", "public_practices", shown=lambda user: True)
page("Members", "network_members", shown=sees_network)
page("Pairs", "pairs", shown=sees_network)
page("Practice register", "practices", shown=sees_network)
page("Noticeboard", "board", shown=sees_network)
page("Seats in task groups", "seats")
page("Whose turn it is", "turns", sought=sees_network)
page(
    "Enquiries",
    "interests",
    shown=lambda user: user.is_authenticated and user.has_perm("network.answer_interest"),
)
thing("Enquiry", "interest")
thing("Pair", "pair")
thing("Entry", "practice", "network.practice")
thing("Entry", "public_practice", "network.practice", shown=lambda user: True)
thing("Names", "practice_names")
thing("Post", "post", "network.post", name="shown_title")
thing("Request", "seat_request")
thing("Nomination", "nomination")
beneath("/network/consent/", "practices")
beneath("/network/names/", "practices")
beneath("/network/check-ins/", "pairs", "network.checkin", "pair")
beneath("/network/help/", "pairs")
beneath("/network/nominations/", "seats")
FOR_EVERYBODY.add(("public_practices", "What peers do"))
