"""Tallies: making them from raw rows, and reading them for a page. Nothing else does either."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate, combinations

from django.db import transaction
from django.db.models import Q, Sum

from apps.core import clock
from apps.core.compiled import rows_of
from apps.core.disclosure import STEP, safe_step, together_step
from apps.groups.models import WorkingGroup

from . import recruiting
from .figures import COUNTS, DEFINITIONS, Rule
from .models import Counted, Step, Tally
from .periods import Period, quarter_of, running


def since():
    """The quarter in which the first group was formed: counting begins there."""
    first = WorkingGroup.objects.order_by("created_at").values_list("created_at", flat=True).first()
    return quarter_of(clock.date_of(first)) if first else running()


# --- making ---------------------------------------------------------------------------------------
def refresh(period=None):
    """Count everything anew in a period (all, where none is given). Returns how many numbers.

    Each count is replaced in one transaction, so that a page shows the old or the new. What was
    never counted, is counted from the start.
    """
    recruiting.refresh()  # what two counts add up
    every = Period(since(), running())
    return sum(_refresh(count, period, every) for count in COUNTS)


@transaction.atomic
def _refresh(count, period, every):
    Counted.objects.get_or_create(count=count.key)
    counted = Counted.objects.select_for_update().get(count=count.key)
    if period is None or counted.as_of is None:
        period = every
        Tally.objects.filter(count=count.key).delete()
    else:
        there = {"quarter__gte": period.first, "quarter__lte": period.last}
        Tally.objects.filter(count=count.key, **there).delete()
    counted.as_of = clock.now()
    rows = [
        Tally(count=count.key, group_id=group, quarter=quarter, side=side, part=part, number=number)
        for (group, quarter, side, part), number in added_up(count, period).items()
        if number
    ]
    Tally.objects.bulk_create(rows, batch_size=500)
    if count.rule == Rule.PEOPLE:
        _widen(count, every)
    counted.save(update_fields=["as_of"])
    return len(rows)


def _widen(count, every):
    """Say which rows are shown in wider steps, by all quarters that there are."""
    numbers = defaultdict(Counter)
    for one in Tally.objects.filter(count=count.key):
        numbers[one.group_id][one.quarter, one.side, one.part] = one.number
    found = []
    for side, parts in {
        one for figure in DEFINITIONS if figure.count is count for one in figure.sums
    }:
        rows = {group: _by_quarter(one, side, parts, every) for group, one in numbers.items()}
        steps = {
            group: STEP if count.stock else safe_step(quarters) for group, quarters in rows.items()
        }
        if None in rows:
            runs = {group: _runs(quarters, stock=count.stock) for group, quarters in rows.items()}
            whole = runs.pop(None)
            groups = [(steps[group], sums) for group, sums in runs.items()]
            steps[None] = together_step(whole, groups, steps[None], adds_up=not count.whole)
        for group, step in steps.items():
            if step > STEP:
                where = {"group_id": group, "side": side or "", "parts": named(parts)}
                found.append(Step(count=count.key, step=step, **where))
    Step.objects.filter(count=count.key).delete()
    Step.objects.bulk_create(found, batch_size=500)


def _by_quarter(tallies, side, parts, every):
    """The sum over parts, on one side or all, quarter by quarter."""
    sums = Counter()
    for (quarter, one, part), number in tallies.items():
        if part in parts and side in (None, one):
            sums[quarter] += number
    return tuple(sums[quarter] for quarter in every.quarters)


def _runs(quarters, *, stock):
    """The sums of all runs of quarters, in one order; of what stands, each quarter by itself."""
    if stock:
        return list(quarters)
    totals = (0, *accumulate(quarters))
    return [totals[last] - totals[first] for first, last in combinations(range(len(totals)), 2)]


def named(parts):
    return " ".join(sorted(parts))


def added_up(count, period):
    """{(group, quarter, side, part): number} of a count, the programme (None) included."""
    numbers = Counter()
    for group, quarter, side, part, number in count.atoms(period):
        numbers[group, quarter, side, part] += number
        if group is not None and not count.whole:
            numbers[None, quarter, side, part] += number
    return numbers


# --- reading --------------------------------------------------------------------------------------
@dataclass
class Numbers:
    """What was counted of a period and the one before, in one group or in the programme."""

    now: dict = field(default_factory=lambda: defaultdict(Counter))
    before: dict = field(default_factory=lambda: defaultdict(Counter))
    steps: dict = field(default_factory=dict)

    def step(self, count, parts, side):
        """In which steps that sum is shown."""
        return self.steps.get((count.key, side or "", named(parts)), STEP)

    def add_up(self, count, parts, side, *, before=False):
        """The sum over parts, on one side or (None) on all."""
        found = (self.before if before else self.now)[count.key]
        return sum(
            number for (one, part), number in found.items() if part in parts and side in (None, one)
        )


def read(counts, period, places):
    """{place: Numbers} for groups, and None for the programme. Two queries, whatever there is."""
    stocks = tuple(count.key for count in counts if count.stock)
    flows = tuple(count.key for count in counts if not count.stock)
    places = frozenset(places)
    found = {place: Numbers() for place in places}
    for group, count, side, part, then, now in rows_of(_sums, flows, stocks, period, places):
        found[group].before[count][side, part] = int(then)  # PostgreSQL adds up decimals
        found[group].now[count][side, part] = int(now)
    for group, count, side, parts, step in rows_of(_steps, flows, places):
        found[group].steps[count, side, parts] = step
    return found


def _in(places):
    where = Q(group__in=sorted(place for place in places if place is not None))
    return where | Q(group__isnull=True) if None in places else where


def _sums(flows, stocks, period, places):
    before = period.before
    wanted = Q(count__in=flows, quarter__gte=before.first, quarter__lte=period.last)
    wanted |= Q(count__in=stocks, quarter__in=[before.last, period.last])
    rows = Tally.objects.filter(wanted, _in(places))
    return (
        rows.values_list("group", "count", "side", "part")
        .annotate(
            then=Sum("number", filter=Q(quarter__lte=before.last), default=0),
            now=Sum("number", filter=Q(quarter__gte=period.first), default=0),
        )
        .order_by()
    )


def _steps(flows, places):
    wider = Step.objects.filter(_in(places), count__in=flows)
    return wider.values_list("group", "count", "side", "parts", "step")


def read_each(count, periods, place):
    """[Numbers] of one count in one place, for each of several periods. Two queries."""
    where = Q(group=place) if place is not None else Q(group__isnull=True)
    rows = list(
        Tally.objects.filter(
            where,
            count=count.key,
            quarter__gte=min(one.first for one in periods),
            quarter__lte=max(one.last for one in periods),
        )
    )
    wider = Step.objects.filter(where, count=count.key)
    steps = {(count.key, one.side, one.parts): one.step for one in wider}
    found = []
    for period in periods:
        first = period.last if count.stock else period.first
        numbers = Numbers(steps={} if count.stock else steps)
        for one in rows:
            if first <= one.quarter <= period.last:
                numbers.now[count.key][one.side, one.part] += one.number
        found.append(numbers)
    return found


def counted(counts):
    """When the oldest of these was counted, or None where one never was."""
    keys = [count.key for count in counts]
    return oldest(
        counts, dict(Counted.objects.filter(count__in=keys).values_list("count", "as_of"))
    )


def oldest(counts, stamps):
    """The same, of what was read: {key of a count: when it was counted}."""
    found = [stamps.get(count.key) for count in counts]
    return min(found) if found and all(found) else None
