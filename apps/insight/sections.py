"""What insight adds to pages of lower apps: four small charts at home, links from a group."""

from apps.core.sections import Section, section

from . import tallies
from .figures import DEFINITIONS
from .periods import usual
from .roles import sees_group, sees_programme
from .shown import Figure

AT_HOME = ("agenda", "attendance", "suggestions_changed", "decisions")


@section("home")
def four_charts(user, thing):
    """For the steering group and the office. What they say is what the pages of figures say."""
    if not sees_programme(user):
        return None
    chosen = [one for key in AT_HOME if (one := DEFINITIONS.get(key))]
    counts = list(dict.fromkeys(one.count for one in chosen))
    as_of = tallies.counted(counts)
    if as_of is None:
        return None
    period, since = usual(), tallies.since()
    numbers = tallies.read(counts, period, {None})[None]
    figures = [Figure(one, period, numbers, since=since) for one in chosen]
    return Section("insight/home.html", {"figures": figures, "as_of": as_of})


@section("group")
def balance(user, group):
    """A way to the group's figures, for those who see them."""
    if not sees_group(user, group):
        return None
    return Section("insight/group_section.html", {"group": group})
