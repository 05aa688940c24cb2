"""Who must sign in with more than a password, and whether they can (docs/adr/0005)."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from .models import User
from .roles import SECOND_FACTOR

# What counts: recovery codes alone do not, they only stand in for one of these.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _programme_role():
    held = User.groups.through.objects.filter(
        user=OuterRef("pk"), group__name__in=sorted(SECOND_FACTOR)
    )
    return Q(is_superuser=True) | Q(Exists(held))


# Each gives a condition on User. A higher app adds its own in AppConfig.ready(), recruitment the
# members of panels that handle applications, say.
REQUIRED_OF: list[Callable] = [_programme_role]

# What pages ask of everybody and the session's query can answer: name -> condition on User.
FACTS: dict[str, Callable] = {}


def annotate(users):
    """Add what pages ask of everybody: ``lacks_second_factor``, it is required of the person and
    none is set up; ``holds_programme_role``, whether any programme-wide role is held; and the
    ``FACTS`` of higher apps.
    """
    required = Q()
    for condition in REQUIRED_OF:
        required |= condition()
    if settings.SECOND_FACTOR_EXEMPT_DEMO:
        required &= Q(is_demo=False)
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=KINDS))
    roles = User.groups.through.objects.filter(user=OuterRef("pk"))
    return users.annotate(
        **{name: condition() for name, condition in FACTS.items()},
        holds_programme_role=Exists(roles),
        lacks_second_factor=Case(
            When(Q(required) & ~Q(has_one), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def is_required_of(user):
    """Whether this person may never be without a second factor."""
    required = Q()
    for condition in REQUIRED_OF:
        required |= condition()
    return User.objects.filter(required, pk=user.pk).exists()
