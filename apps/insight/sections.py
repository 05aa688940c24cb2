"""What insight adds to pages of lower apps: four small charts at home, links from a group."""

from functools import lru_cache

from apps.core.compiled import as_moment
from apps.core.needs import BESIDE
from apps.core.plain import Plain
from apps.core.sections import Section, section

from . import tallies
from .figures import DEFINITIONS
from .models import Counted
from .periods import usual
from .roles import sees_group, sees_programme
from .shown import Figure

AT_HOME = ("agenda", "attendance", "suggestions_changed", "decisions")


def _stamps(user):
    keys = [one.count.key for one in _chosen()]
    return Counted.objects.filter(count__in=keys, as_of__isnull=False)


STAMPS = BESIDE.add(
    Plain("counted", _stamps, {"count": str, "as_of": as_moment}, may=sees_programme)
)


@section("home")
def four_charts(user, thing):
    """For the steering group and the office. What they say is what the pages of figures say."""
    as_of = tallies.oldest([one.count for one in _chosen()], dict(thing.rows(STAMPS) or ()))
    if as_of is None:
        return None
    return Section("insight/home.html", {"figures": _figures(as_of, usual()), "as_of": as_of})


def _chosen():
    return [one for key in AT_HOME if (one := DEFINITIONS.get(key))]


@lru_cache(maxsize=4)
def _figures(as_of, period):
    """The same for everybody, until they are counted anew."""
    since = tallies.since()
    numbers = tallies.read([one.count for one in _chosen()], period, {None})[None]
    return [Figure(one, period, numbers, since=since) for one in _chosen()]


@section("group")
def balance(user, group):
    """A way to the group's figures, for those who see them."""
    if not sees_group(user, group):
        return None
    return Section("insight/group_section.html", {"group": group})
