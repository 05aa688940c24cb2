"""A search finds what a plain count finds: in the same order, whatever is few and whoever asks."""

import random
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.search import finding, hits, index
from apps.search.finding import Wanted, find
from apps.search.words import key, terms

from .. import factories as make
from .test_search import put_on

pytestmark = [pytest.mark.django_db, pytest.mark.differs]

CHANCE = random.Random(13)  # noqa: S311 - the same each time
WORDS = ["quince", "medlar", "fig", "pear", "plum", "sloe"]
PLAIN = (
    "SELECT id, kind, thing, day, key = %s, coalesce(named @@ to_tsquery('english', %s), false),"
    " ts_rank(words, to_tsquery('english', %s)), group_id FROM search_entry"
    " WHERE words @@ to_tsquery('english', %s)"
)


def plain(user, wanted):
    """{kind: (how many, the things in their order)}, each entry looked at by itself."""
    query = " & ".join(hits._either(one, " | ", " <-> ", "()") for one in terms(wanted.text))
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [key(wanted.text), query, query, query])
        rows = cursor.fetchall()
    found = {}
    for source in finding.sources(user, wanted.kind):
        seen = set(source.visible_to(user).values_list("pk", flat=True))
        of_kind = []
        for number, kind, thing, day, exact, named, rank, group in rows:
            late = wanted.since and (day is None or day < wanted.since)
            if kind == source.kind and thing in seen and wanted.group in (None, group) and not late:
                of_kind.append((*placed(number, day, exact, named), rank, thing))
        nearest = sorted(of_kind)[: wanted.most + 1]
        nearest.sort(key=lambda one: (one[0], -one[3] if one[0] == 2 else 0, one[1], one[2]))
        if nearest:
            found[source.kind] = len(nearest), [one[-1] for one in nearest]
    return found


def placed(number, day, exact, named):
    """Reference, title or elsewhere; what is next, what was last, what has no day; which is newer
    or older of one day."""
    ago = (clock.today() - day).days if day else 0
    when = 900_000 if day is None else -ago if ago <= 0 else 400_000 + ago
    return (0 if exact else 1 if named else 2), when, (-number if ago > 0 else number)


@pytest.fixture
def people():
    """Two who are in some of three groups, one in none, and the programme office."""
    groups = [make.working_group(name=f"Group {n}", slug=f"g{n}") for n in range(3)]
    people = [make.UserFactory() for _ in range(3)]
    for user, many in zip(people, (1, 2), strict=False):
        for group in CHANCE.sample(groups, many):
            make.appoint(group, user)
    for _ in range(20):
        made = make.published(CHANCE.choice(groups), title=some(2), purpose=some(5))
        put_on(made, timezone.now() + timedelta(days=CHANCE.choice([0, 0, 1, 5, -1, -1, -90])))
    for group in groups:
        held = make.held(group, title=some(1))
        for _ in range(5):
            make.decision(held, text=some(4))
            make.action(held, people[0], text=some(3))
    index.follow(at_most=1000)
    return [*people, make.programme_user(OFFICE)]


def some(most):
    return " ".join(CHANCE.choices(WORDS, k=CHANCE.randint(1, most)))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it ranks in another way")
def test_a_search_finds_what_a_plain_count_finds(people, monkeypatch):
    today = clock.today()
    texts = [
        *WORDS,
        "quince fig",
        "fig sloe quince",
        today.strftime("%-d %B"),
        "D-2026-001",
        "group",
    ]
    narrow = [{}, {"kind": "meeting"}, {"kind": "decision"}, {"since": today}]
    for more_few, near, most in product((0, 2, 600), (1, 3), (1, 2, 5)):
        monkeypatch.setattr(hits, "FEW", near * most + more_few)
        for name, value in {"NEARBY": near, "OF_ALL": most, "MOST": most}.items():
            monkeypatch.setattr(finding, name, value)
        for user, text in product(people, CHANCE.sample(texts, 3)):
            wanted = Wanted(text, **CHANCE.choice(narrow))
            found = {}
            for one in find(user, wanted):
                found.setdefault(one.kind, (one.total, []))[1].append(one.thing)
            shown = min(most, finding.PAGE if wanted.kind else finding.FIRST)
            expected = {
                kind: (many, things[:shown]) for kind, (many, things) in plain(user, wanted).items()
            }
            assert {kind: (many, things[:shown]) for kind, (many, things) in found.items()} == (
                expected
            ), (wanted, user, more_few, near, most)
