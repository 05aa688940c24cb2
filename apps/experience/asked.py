"""What people are asked, in words: the same in mail, pages and figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """``name`` is its field, ``text`` what one is asked, ``said`` what a yes says in a table."""

    name: str
    text: str
    title: str
    said: str


QUESTIONS = (
    Question("heard", "Were you heard?", "Being heard", "were heard"),
    Question("part", "Could you take part?", "Taking part", "could take part"),
    Question(
        "changed",
        "Did what you said change something?",
        "Changing something",
        "said that it changed something",
    ),
)
