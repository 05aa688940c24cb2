"""Where the steering group's own pages are: under its entry for its members, else under Work."""

from apps.core.places import beneath, entry, is_known, page, thing
from apps.groups.programme import sees_every_group

on_steering = is_known("on_steering")

entry(
    "steering",
    "Steering",
    "steering",
    order=80,
    shown=on_steering,
    keeps=on_steering,
    text="Reviews, and where the programme stands.",
)
page(
    "Reviews",
    "steering",
    under=("steering", "work"),
    text="What the steering group has before it, and what it decided.",
    order=30,
)
page(
    "Programme board",
    "programme_board",
    under=("steering", "work"),
    text="Every stage and group: what is made, what is late, who is missing.",
    order=35,
    shown=lambda user: on_steering(user) or sees_every_group(user),
)
thing("Review", "review")
thing("Answer in writing", "round")
beneath("/steering/rounds/", "steering", "steering.writtenround", "review")
beneath("/steering/parts/", "steering", "steering.reviewassignment", "review")
