"""Who must sign in with more than a password, and whether they can (docs/adr/0005)."""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import or_

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from apps.core import clock
from apps.core.compiled import sql_of

from .models.people import User
from .roles import SECOND_FACTOR

# With one of these come recovery codes, which stand in for it.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Codes alone are there only where somebody without a phone chose them: a printed sheet.
SHEET = Authenticator.Type.RECOVERY_CODES
FEW = 3  # codes left on a sheet: time to print another


def _programme_role():
    held = User.groups.through.objects.filter(
        user=OuterRef("pk"), group__name__in=sorted(SECOND_FACTOR)
    )
    return Q(is_superuser=True) | Q(Exists(held))


# Each gives a condition on User, the same at all times: the query is built once. A higher app adds
# its own in AppConfig.ready(), recruitment the members of panels that handle applications, say.
REQUIRED_OF: list[Callable] = [_programme_role]

# Of whom it is not required, and to whom it is offered on their home page: conditions as above.
OFFERED_TO: list[Callable] = []
OFFER_AGAIN = timedelta(weeks=6)

# What pages ask of everybody and the session's query can answer: name -> condition on User.
FACTS: dict[str, Callable] = {}
# The same for small numbers, and few words: name -> an expression.
NUMBERS: dict[str, Callable] = {}


def person(pk):
    """The person of a session, or None, with what pages ask of everybody.

    That is ``lacks_second_factor``, it is required of the person and none is set up;
    ``is_entrusted``, it is required since they deal with what is others' (session_life.py);
    ``holds_programme_role``, whether any programme-wide role is held; and the ``FACTS`` of higher
    apps, with their ``NUMBERS``. What it asks of the day is asked anew each day.
    """
    exempt, facts = settings.SECOND_FACTOR_EXEMPT_DEMO, (*FACTS.items(), *NUMBERS.items())
    sql, params = sql_of(_annotated, exempt, tuple(REQUIRED_OF), facts, clock.today())
    rows = User.objects.raw(sql, (*params[:-1], pk))  # the last one is whom it asks for
    user = next(iter(rows), None)
    if user is not None:
        for name in ("holds_programme_role", "is_entrusted", "lacks_second_factor", *FACTS):
            setattr(user, name, bool(getattr(user, name)))  # SQLite says 0 and 1
    return user


def _annotated(exempt, required_of, facts, today):
    required = _any(required_of)
    if exempt:
        required &= Q(is_demo=False)
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    roles = User.groups.through.objects.filter(user=OuterRef("pk"))
    people = User.objects.order_by().annotate(
        **{name: condition() for name, condition in facts},
        holds_programme_role=Exists(roles),
        is_entrusted=_whether(_any(required_of)),
        lacks_second_factor=_whether(Q(required) & ~Q(has_one)),
    )
    return people.filter(pk=0).query


def _whether(condition):
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def _any(conditions):
    return reduce(or_, (condition() for condition in conditions), Q())


def offered(user):
    """The person as a queryset: empty unless an extra step should be offered to them now."""
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    put_off = Q(second_factor_put_off__gt=clock.now() - OFFER_AGAIN)
    people = User.objects.filter(_any(OFFERED_TO), pk=user.pk, is_demo=False)
    return people.exclude(has_one).exclude(put_off)


def is_required_of(user):
    """Whether this person may never be without a second factor."""
    return User.objects.filter(_any(REQUIRED_OF), pk=user.pk).exists()
