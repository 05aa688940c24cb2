"""The register of practice, as it is read inside the programme."""

from apps.core.searching import Told, searched, unsearched

from .models import Practice, PracticeName, PracticeShare


@searched(
    "practice",
    "Practice",
    Practice,
    texts=("title", "service", "what_happens", "how_to_join", "learnt"),
)
def practice(practice):
    """Not the public version: while it is being written, Communications alone read it."""
    return Told(
        title=practice.title,
        body=[practice.service, practice.what_happens, practice.how_to_join, practice.learnt],
        on=practice.published_at or practice.created_at,
        state=practice.State(practice.state),
        url=practice.get_absolute_url(),
    )


unsearched("Whoever is named there is asked first, and can take it back.", PracticeName)
unsearched("It stands on the practice's page.", PracticeShare)
