"""What a steering group decides on here: its open reviews."""

from apps.meetings.decided import DECIDABLE, Decidable

from .models.review import Outcome, Review

DECIDABLE.add(
    Decidable(
        Review,
        rows=lambda group: Review.objects.open().filter(group=group),
        reads=("output", "version"),
        follows="What it decided can then be recorded on the page of the review.",
        outcomes=tuple(Outcome.choices),
        fell=lambda review, by: review.lose_decision(by=by),
    )
)
