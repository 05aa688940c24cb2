"""What steering holds about people."""

from apps.core.personal import NAMED, personal

from .models.review import PassageComment, Recommendation, Review, ReviewAssignment
from .models.written import Vote, WrittenRound

personal(Review, "Reviews that you opened", mentions=("opened_by",), why=NAMED)
personal(
    ReviewAssignment,
    "Reviews that you were asked for",
    about=("reviewer",),
    mentions=("asked_by",),
    erase={"why": ""},
    why="That a side reviewed stays; why you stood down goes.",
)
personal(
    Recommendation,
    "What you recommended",
    about=("assignment__reviewer",),
    why="A decision rests on it.",
)
personal(
    PassageComment,
    "Your comments in recommendations",
    about=("recommendation__assignment__reviewer",),
    why="A decision rests on it.",
)
personal(WrittenRound, "Questions that you put in writing", mentions=("opened_by",), why=NAMED)
personal(Vote, "Your answers in writing", about=("user",), why="A decision rests on it.")
