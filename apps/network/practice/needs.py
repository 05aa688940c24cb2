"""What the practice register bring to *What needs you*."""

from django.db.models import Q
from django.urls import reverse

from apps.core.needs import Need, needs_you
from apps.groups.models import WorkingGroup

from .models import Practice, PracticeName


def _my_names(user):
    mine = PracticeName.objects.filter(user=user, state=PracticeName.State.ASKED)
    return mine.select_related("practice")


@needs_you(_my_names, kind="Practice")
def consents(names, user):
    """Names to say yes or no to."""
    for name in names:
        yield Need(
            "Say whether we may name you",
            reverse("consent", args=[name.pk]),
            thing=name.practice.title,
            since=name.asked_at,
            detail="Practice register",
        )


def _entries(user):
    back = Q(owner=user, state=Practice.State.DRAFT) & ~Q(answer="")
    waiting = Q(state=Practice.State.SUBMITTED) & ~Q(owner=user)
    if not user.has_perm("network.publish_practice"):
        waiting &= Q(network__in=WorkingGroup.objects.where(user, "lead_workinggroup"))
    return Practice.objects.filter(back | waiting)


@needs_you(_entries, kind="Practice")
def practice(entries, user):
    """Entries to publish, and one's own that came back."""
    for entry in entries:
        if entry.open_to("submit"):
            do = "Answer the question about your entry"
        else:
            do = "Read and publish"
        yield Need(do, entry.get_absolute_url(), thing=entry.title)
