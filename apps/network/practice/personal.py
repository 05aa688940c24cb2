"""What is held about people: the practice register."""

from django.urls import reverse

from apps.core.personal import (
    DELETE,
    NAMED,
    Consent,
    consents,
    personal,
)

from .models import Practice, PracticeName, PracticeShare

personal(
    Practice,
    "Practice that you registered",
    about=("owner",),
    why="It describes the work.",
    scrub=("what_happens", "how_to_join", "learnt", "public_text", "public_join"),
)
personal(PracticeShare, "Practice that you shared", mentions=("by",), why=NAMED)
personal(
    PracticeName,
    "Whether you may be named in the practice register",
    about=("user",),
    mentions=("asked_by",),
    erase=DELETE,
    scrub=("name",),
)


@consents
def practice_names(user):
    """Where somebody agreed to be named."""
    agreed = PracticeName.objects.filter(user=user, state=PracticeName.State.AGREED)
    for name in agreed.select_related("practice"):
        yield Consent(
            f"Your name in the practice register: {name.practice.title} "
            f"({name.get_level_display().lower()})",
            name.asked_at,
            reverse("consent", args=[name.pk]),
        )
