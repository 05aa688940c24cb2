"""What is held about people: pairs."""

from apps.core.personal import DELETE, NAMED, personal
from apps.core.withheld import confidential

from .models import CheckIn, HelpContact, HelpRequest, Pair

personal(
    Pair,
    "Pairs that you are or were in",
    about=("peer", "sponsor"),
    mentions=("proposed_by", "left_by"),
    scrub=("about",),
    why="It is the other one's as well. Your name in it is replaced.",
)
personal(CheckIn, "What you wrote to each other: your part", about=("author",), erase=DELETE)
personal(
    HelpContact,
    "That you were named to help pairs",
    about=("user",),
    mentions=("named_by",),
    why=NAMED,
)
personal(
    HelpRequest,
    "That you asked for help with a pair",
    about=("asked_by",),
    mentions=("contact",),
    erase=DELETE,
)

confidential("That there is a pair is for the two, the network's co-leads and the office.", Pair)
confidential("Only the two of the pair know of it.", CheckIn)
confidential("Only the two of the pair and the person named know of it.", HelpRequest)
