"""What joining the network bring to *What needs you*."""

from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.core.needs import Need, needs_you, permitted
from apps.groups.models import Membership, WorkingGroup, belongs_to

from .models import Interest, Welcomed


def _new_here(user):
    mine = Membership.objects.current().filter(user=user, group__kind=WorkingGroup.Kind.NETWORK)
    return mine.exclude(user__in=Welcomed.objects.values("user"))


@needs_you(
    _new_here,
    may=lambda user: belongs_to(user, WorkingGroup.Kind.NETWORK),
    kind="Network",
    put_off=True,
)
def welcome(memberships, user):
    """Those who are new in the network read once what to expect."""
    peer = user.constituency == Constituency.LIVED_EXPERIENCE
    side = "peers" if peer else "sponsors"
    yield Need("Read what to expect in the network", reverse("network_welcome", args=[side]))


def _enquirers(user):
    waiting = Interest.objects.filter(state=Interest.State.NEW).order_by("created_at")
    return waiting if user.has_perm("network.answer_interest") else waiting.none()


@needs_you(_enquirers, may=permitted("network.answer_interest"), kind="Enquiry")
def interests(waiting, user):
    """Enquirers who wait for a word, for the programme office."""
    for interest in waiting:
        yield Need(
            f"Answer {interest.full_name}, who would like to take part",
            interest.get_absolute_url(),
            since=interest.created_at,
            detail="Expression of interest",
        )
