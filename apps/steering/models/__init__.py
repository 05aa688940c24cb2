"""What the steering group does with outputs: reviews, recommendations, decisions in writing."""

from .review import Outcome, PassageComment, Recommendation, Review, ReviewAssignment
from .written import Vote, WrittenRound

__all__ = [
    "Outcome",
    "PassageComment",
    "Recommendation",
    "Review",
    "ReviewAssignment",
    "Vote",
    "WrittenRound",
]
