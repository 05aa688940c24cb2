"""Rounds, answers and what is told of them, made as the site makes them."""

from datetime import date, timedelta

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.dates import later
from apps.experience.models.round import Round
from tests import factories as make

LIVED, STAFF, PARTNER = Constituency.values
YES = {"heard": "yes", "part": "yes", "changed": "yes"}
NO = {"heard": "no", "part": "no", "changed": "no"}
FIRST = date(2020, 1, 1)  # a quarter that nothing else is about


def people(lived=0, staff=0, partner=0):
    """So many of each side, in no group."""
    sides = [LIVED] * lived + [STAFF] * staff + [PARTNER] * partner
    return [make.UserFactory(constituency=side) for side in sides]


def asked(group, some, **about):
    """A round that is open: of the next quarter that this group was not asked about."""
    if not about:
        about = {"quarter": later(FIRST, group.rounds.count())}
    return Round.ask(group, {one.pk: one.constituency for one in some}, **about)


def ended(round_):
    """Its time is past, and it is settled."""
    Round.objects.filter(pk=round_.pk).update(closes_at=clock.now() - timedelta(minutes=1))
    round_.refresh_from_db()
    round_.settle()
    return round_


def told(group, answers, *, silent=()):
    """A round that is over: [(person, what they answered)], others were asked and said nothing."""
    one = asked(group, [*(person for person, _ in answers), *silent])
    for person, said in answers:
        one.answer(person, **said)
    return ended(one)


def words_of(response):
    """What was answered, a page or a file."""
    return response.getvalue().decode("utf-8-sig")
