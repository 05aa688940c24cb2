"""What is held about people: declarations of interest."""

from django.urls import reverse

from apps.core.personal import (
    Consent,
    consents,
    personal,
    retention,
)

from .models import Declaration, DeclaredInterest

personal(
    DeclaredInterest,
    "Interests that you declared",
    about=("user",),
    erase={"text": "Removed.", "is_public": False},
    why="The words go; that something was declared stays, for the decisions it bore on.",
)
personal(
    Declaration,
    "When you declared your interests",
    about=("user",),
    why="Decisions rest on who had declared.",
)
retention(
    "interests",
    DeclaredInterest,
    what="Interests that no longer hold",
    why="As NHS England advises for registers of interests.",
    since="it ended",
    days="INTEREST_DECLARED_KEEP_DAYS",
    rows=lambda cutoff: DeclaredInterest.objects.filter(ended_at__lt=cutoff),
)


@consents
def public_interests(user):
    """What one agreed to show to everybody with one's name."""
    for one in DeclaredInterest.objects.filter(user=user, is_public=True, ended_at=None):
        yield Consent(
            f"An interest, shown to everybody with your name: {one.get_kind_display()}",
            one.added_at,
            reverse("my_interests"),
        )
