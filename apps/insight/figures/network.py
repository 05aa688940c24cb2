"""The network, its practice, its seats, and what involvement is paid: counts and figures."""

from functools import partial

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncQuarter

from apps.groups.models import Membership, WorkingGroup
from apps.network.pairs.models import Pair
from apps.network.practice.models import Practice, boroughs
from apps.network.seats.models import SeatRequest, seats_held
from apps.payments.models import InvolvementClaim

from ..periods import last_day, running
from ..roles import sees_programme
from . import ALL, Atom, Row, Rule, Standard, by_part, by_side, count, define, topic
from .raw import moments, quarter, side_at, within

topic(
    slug="network",
    title="Network and practice",
    lead="How the Peers and Sponsors Network grows, where there is peer practice, who takes a turn "
    "in groups, and what involvement was paid.",
    may=sees_programme,
)
figure = partial(define, topic="network", in_groups=False)

FEWEST_PAID, NOTE = 5, 50  # people behind a sum; to how many pounds it is rounded


# --- counts ---------------------------------------------------------------------------------------
@count("network", rule=Rule.PEOPLE, stock=True, whole=True)
def network(period):
    for one, on, moment in moments(period):
        people = Membership.objects.current(on).filter(group__kind=WorkingGroup.Kind.NETWORK)
        sided = people.order_by().annotate(at=side_at("user", moment))
        for side, number in sided.values_list("at").annotate(Count("user", distinct=True)):
            yield Atom(None, one, side, "", number)


@count("practice", rule=Rule.THINGS, stock=True)
def practice(period):
    shown = Practice.objects.filter(state=Practice.State.PUBLISHED).order_by()
    for one, _, moment in moments(period):
        there = shown.filter(published_at__lt=moment)
        for borough, kind, number in there.values_list("borough", "kind").annotate(Count("pk")):
            yield Atom(None, one, "", f"borough {borough}"[:40], number)
            yield Atom(None, one, "", f"kind {kind}", number)


@count("pairs", rule=Rule.PEOPLE, stock=True)
def pairs(period):
    for one, on, moment in moments(period):
        going = Pair.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gte=moment), begun_on__lte=on
        )
        yield Atom(None, one, "", "going", going.count())


@count("pairs_changed", rule=Rule.PEOPLE)
def pairs_changed(period):
    dates = {"begun_on__gte": period.first, "begun_on__lte": last_day(period.last)}
    begun = Pair.objects.filter(**dates).order_by()
    for one, number in begun.values_list(TruncQuarter("begun_on")).annotate(Count("pk")):
        yield Atom(None, one, "", "begun", number)
    ended = Pair.objects.filter(begun_on__isnull=False, **within(period, "ended_at")).order_by()
    for one, number in ended.values_list(quarter("ended_at")).annotate(Count("pk")):
        yield Atom(None, one, "", "ended", number)


@count("seats_asked", rule=Rule.THINGS)
def seats_asked(period):
    asked = SeatRequest.objects.filter(**within(period, "asked_at")).order_by()
    asked = asked.exclude(state=SeatRequest.State.WITHDRAWN)
    for one, number in asked.values_list(quarter("asked_at")).annotate(Sum("seats")):
        yield Atom(None, one, "", "", number)


@count("turns", rule=Rule.PEOPLE)
def turns(period):
    earlier = seats_held().filter(user=OuterRef("user"), starts__lt=OuterRef("starts"))
    taken = seats_held().filter(starts__gte=period.first, starts__lte=last_day(period.last))
    taken = taken.order_by().annotate(again=Exists(earlier), one=TruncQuarter("starts"))
    for one, again, number in taken.values_list("one", "again").annotate(Count("pk")):
        yield Atom(None, one, "", "again" if again else "first", number)


@count("payments", rule=Rule.MONEY)
def payments(period):
    """Quarters that are over: a sum that grows while it is read would say what one person got."""
    paid = InvolvementClaim.objects.filter(
        state=InvolvementClaim.State.PAID, paid_on__gte=period.first, paid_on__lt=running()
    )
    paid = paid.filter(paid_on__lte=last_day(period.last)).order_by()
    for part in ("work", "expenses"):
        some = paid.filter(**{f"{part}_total__gt": 0}).values_list(TruncQuarter("paid_on"))
        for one, people, pounds in some.annotate(
            Count("user", distinct=True), Sum(f"{part}_total")
        ):
            if people >= FEWEST_PAID:
                yield Atom(None, one, "", part, NOTE * round(pounds / NOTE))


# --- figures --------------------------------------------------------------------------------------
figure(
    key="network",
    main=True,
    title="Members of the network",
    count=network,
    rows=by_side(),
    of=ALL,
    standard=Standard.PRESENCE,
    unit="people",
    says="{share} of the network's members took part with lived experience",
    numerator="People who belong to the network in any role, at the end of the period.",
    denominator="All of these.",
    source="Memberships. The side is the one on which the person took part at the time.",
    leaves_out="People who asked to join and have not yet.",
)
figure(
    key="practice_boroughs",
    main=True,
    title="Peer practice by borough",
    count=practice,
    rows=tuple(Row(name, (f"borough {slug}"[:40],)) for slug, name in boroughs()),
    of=ALL,
    standard=Standard.PRESENCE,
    unit="entries of the register",
    says=f"{{share}} of the practice in the register was in {boroughs()[0][1]}",
    numerator="Entries of the practice register that were published, at the end of the period.",
    denominator="All of these that name a borough.",
    source="The practice register.",
    leaves_out="Drafts, and entries that were taken off again since, whenever that was.",
)
figure(
    key="practice_kinds",
    title="Peer practice by kind",
    count=practice,
    rows=tuple(Row(str(one.label), (f"kind {one.value}",)) for one in Practice.Kind),
    of=ALL,
    standard=Standard.PRESENCE,
    unit="entries of the register",
    says="{share} of the practice in the register was informal peer support",
    numerator="Entries of the practice register that were published, at the end of the period.",
    denominator="All of these that name a kind.",
    source="The practice register.",
    leaves_out="Drafts, and entries that were taken off again since, whenever that was.",
)
figure(
    key="pairs",
    title="Pairs of a peer and a sponsor",
    count=pairs,
    rows=by_part(going="Pairs that go on"),
    standard=Standard.PROCESS,
    unit="pairs",
    says="{number} pairs of a peer and a sponsor were under way",
    numerator="Pairs that had begun and not ended, at the end of the period.",
    source="The record of pairs. One that is paused goes on.",
    leaves_out="Pairs that were suggested and did not begin. What a pair talks about.",
)
figure(
    key="pairs_changed",
    title="Pairs that began and ended",
    count=pairs_changed,
    rows=by_part(begun="Began", ended="Ended"),
    standard=Standard.PROCESS,
    unit="pairs",
    says="{number} pairs began",
    numerator="Pairs that began, and pairs that ended, in the period.",
    source="The record of pairs.",
    leaves_out="Why a pair ended, and who ended it.",
)
figure(
    key="seats_asked",
    title="Seats that groups asked for",
    count=seats_asked,
    rows=(Row("Seats asked for"),),
    standard=Standard.PROCESS,
    unit="seats",
    says="groups asked the network for {number} seats to be filled",
    numerator="Seats for which groups asked the network to send somebody.",
    source="Requests for seats, in the quarter in which they were made.",
    leaves_out="Requests that were withdrawn.",
)
figure(
    key="turns",
    title="Turns in the network's seats",
    count=turns,
    rows=by_part(first="By somebody who held none before", again="By somebody who held one before"),
    of=ALL,
    standard=Standard.PROCESS,
    unit="turns",
    says="{share} of the seats that were taken went to somebody who had held none before",
    numerator="Terms that began in the period, of people who speak for the network in a group.",
    denominator="All of these.",
    source="Memberships.",
    leaves_out="People who offered to take part and were not seated.",
)
figure(
    key="payments",
    main=True,
    title="What involvement was paid",
    count=payments,
    rows=by_part(work="For work", expenses="For expenses"),
    standard=Standard.PROCESS,
    unit="pounds",
    says="people were paid {number} for their work",
    numerator="Claims that were paid, by the day of payment.",
    source="Involvement claims.",
    leaves_out="The quarter that still runs. Quarters in which fewer than five people were paid. "
    "Wages of people in post.",
)
