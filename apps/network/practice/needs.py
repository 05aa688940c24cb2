"""What the practice register bring to *What needs you*."""

from django.db.models import Q
from django.urls import reverse

from apps.core.needs import Need, needs_you
from apps.groups.models import WorkingGroup

from .models import Practice, PracticeName


def _my_names(user):
    mine = PracticeName.objects.filter(user=user, state=PracticeName.State.ASKED)
    return mine.select_related("practice")


@needs_you(_my_names)
def consents(names, user):
    """Names to say yes or no to."""
    for name in names:
        yield Need(
            f"May we name you? {name.practice.title}",
            reverse("consent", args=[name.pk]),
            name.asked_at,
            "Practice register",
        )


def _entries(user):
    back = Q(owner=user, state=Practice.State.DRAFT) & ~Q(answer="")
    waiting = Q(state=Practice.State.SUBMITTED) & ~Q(owner=user)
    if not user.has_perm("network.publish_practice"):
        waiting &= Q(network__in=WorkingGroup.objects.where(user, "lead_workinggroup"))
    return Practice.objects.filter(back | waiting)


@needs_you(_entries)
def practice(entries, user):
    """Entries to publish, and one's own that came back."""
    for entry in entries:
        if entry.open_to("submit"):
            title = f"Your entry has come back with a question: {entry.title}"
        else:
            title = f"Read and publish: {entry.title}"
        yield Need(title, entry.get_absolute_url(), detail="Practice register")
