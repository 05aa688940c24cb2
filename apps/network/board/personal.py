"""What is held about people: the noticeboard."""

from apps.core.personal import personal

from .models import Post, PostReport

personal(
    Post,
    "What you wrote on the noticeboard",
    about=("author",),
    scrub=("text",),
    erase={"title": "", "text": "Removed.", "reason": ""},
    why="The words go; that something stood there stays, or answers to it would hang in the air.",
)
personal(
    PostReport,
    "What you reported of posts",
    about=("reporter",),
    erase={"reason": "Removed."},
    why="The words go; that somebody reported it stays.",
)
