"""Reviews are not searched: who recommends what is for few until it is decided."""

from apps.core.searching import unsearched

from .models.review import PassageComment, Recommendation, Review, ReviewAssignment
from .models.written import Vote, WrittenRound

unsearched(
    "Its output is searched; the review and its words stand on a page of their own.",
    *(Review, ReviewAssignment, Recommendation, PassageComment, WrittenRound, Vote),
)
