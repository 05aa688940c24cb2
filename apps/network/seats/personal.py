"""What is held about people: seats in task groups."""

from apps.core.personal import NAMED, personal
from apps.core.withheld import confidential

from .models import Nomination, SeatRequest

personal(SeatRequest, "Seats that you asked for", mentions=("asked_by",), why=NAMED)
personal(
    Nomination,
    "Offers to take a seat",
    about=("user",),
    mentions=("put_forward_by", "accepted_by"),
    erase={"statement": "", "answer": ""},
    why="The words go; who had a seat stays.",
)

confidential("Nobody hears that somebody was suggested unless they agree.", Nomination)
