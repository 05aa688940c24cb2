"""What declarations of interest add to *What needs you*."""

from django.urls import reverse

from apps.core.needs import Need, needs_you
from apps.groups.models import belongs_to

from .models import DECIDING, due_soon


@needs_you(
    due_soon, may=lambda user: belongs_to(user, *DECIDING, observing=False), kind="Interests"
)
def declare(people, user):
    """A declaration that is missing, or ends soon."""
    yield Need(
        "Declare your interests",
        reverse("my_interests"),
        detail="Once a year, and when you join. It takes a few minutes, also with nothing to say.",
    )
