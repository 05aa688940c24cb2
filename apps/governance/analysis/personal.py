"""What is held about people: sorted answers and what came of them."""

from apps.core.personal import NAMED, nobodys, personal

from .models import Analysis, Coding, Reading, Theme

nobodys("What people said, and what a group answers; nobody is in it.", Theme, Coding)
personal(
    Analysis,
    "Consultations whose answers you sorted",
    mentions=("first", "second"),
    why=NAMED,
)
personal(
    Reading,
    "How you sorted answers",
    mentions=("coder",),
    why="What came of a consultation rests on it.",
)
