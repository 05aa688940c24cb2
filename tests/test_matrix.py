"""Every URL and every move, for every kind of person (see tests/matrix.py)."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from apps.core.models import Stateful

from .matrix import build_world, clients, tables

TABLES = list(tables())
ROWS = [row for table in TABLES for row in getattr(table, "ROWS", [])]
MOVES = {
    (model, move): row
    for table in TABLES
    for model, moves in getattr(table, "MOVES", {}).items()
    for move, row in moves.items()
}
PARTS = 4  # each builds the world
POPULATE = [table.populate for table in TABLES if hasattr(table, "populate")]


class Undo(Exception):  # noqa: N818 - rolls one request back
    pass


@pytest.fixture
def world(db):
    return build_world(POPULATE)


def answers(row, world, people):
    """The status that each kind of person gets, each from the same starting point."""
    statuses = {}
    for actor, client in people.items():
        cookies = client.cookies.copy()
        try:
            with transaction.atomic():
                send = getattr(client, row.method)
                url = reverse(row.name, kwargs=row.args(world))
                response = send(url, row.data(world))
                # A file is closed once it is read.
                body = b"".join(response) if response.streaming else response.content
                statuses[actor] = response.status_code
                for words, readers in world.secrets.items():
                    if words.encode() in body and actor not in readers:
                        statuses[actor] = f"{response.status_code}, and shows «{words}»"
                raise Undo
        except Undo:
            client.cookies = cookies
    return statuses


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
def test_each_address_answers_each_person_as_the_matrix_says(part, world, subtests):
    people = clients(world)
    for row in ROWS[part::PARTS]:
        with subtests.test(str(row)):
            assert answers(row, world, people) == row.statuses()


@pytest.mark.no_cover
def test_each_move_is_for_whom_the_matrix_says(world, subtests):
    people = clients(world)
    for (model, name), row in MOVES.items():
        with subtests.test(f"{model.__name__}.{name}"):
            assert answers(row, world, people) == row.statuses()


def named_urls(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
            else:
                yield f"unnamed: {pattern.pattern}"
        elif pattern.namespace != "admin":  # tests/core/test_admin.py walks the admin
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_urls(pattern.url_patterns, space)


def test_no_url_is_missing_from_the_matrix():
    missing = set(named_urls(get_resolver().url_patterns)) - {row.name for row in ROWS}
    assert missing - {row.name for row in MOVES.values()} == set()


def test_no_move_is_missing_from_the_matrix():
    every = {
        (model, name)
        for model in apps.get_models()
        if issubclass(model, Stateful)
        for name, move in model.moves.items()
        if not move.internal
    }
    assert every == MOVES.keys()


def test_no_two_addresses_share_a_name():
    places = Counter(named_urls(get_resolver().url_patterns))
    ours = [name for name, times in places.items() if times > 1 and ":" not in name]
    assert ours == []
