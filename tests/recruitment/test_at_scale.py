"""A hundred vacancies with a hundred applications each: no page asks more of the database."""

from collections import defaultdict
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.recruitment.applications.models.application import Application
from apps.recruitment.references import ALPHABET, new_reference
from apps.recruitment.training.models import TrainingCohort
from apps.recruitment.vacancies.models.vacancy import Vacancy

from ..factories import just_shown
from ..matrix import ACTORS, build_world, clients, tables
from ..scale import analyze

pytestmark = [pytest.mark.django_db, pytest.mark.differs]

FEW, MANY = 3, 100
TABLES = [table for table in tables() if table.__name__.startswith("tests.recruitment.")]
ROWS = [row for table in TABLES for row in table.ROWS]
PAGES = [row for row in ROWS if row.method == "get" and 200 in row.statuses().values()]
# What must differ from the row that it was copied from.
FRESH = {
    "reference": lambda n: new_reference(),
    "label": lambda n: "".join(ALPHABET[n // 30**place % 30] for place in range(4)),
    "uid": lambda n: uuid4(),
    "slot_id": lambda n: None,
    "name": lambda n: f"Cohort {n}",
}
BATCH = 500


def hanging_on(root):
    """The row and every row that hangs on it, by model, each model after those it points to."""
    found, waiting = {type(root): {root.pk: root}}, [root]
    while waiting:
        row = waiting.pop()
        for relation in row._meta.related_objects:
            model = relation.related_model
            if model is type(root) or model._meta.app_label != "recruitment":
                continue
            for child in model._base_manager.filter(**{relation.field.name: row.pk}):
                if child.pk not in found.setdefault(model, {}):
                    found[model][child.pk] = child
                    waiting.append(child)
    order, left = [], set(found)
    while left:
        ready = {
            model
            for model in left
            if not any(f.related_model in left - {model} for f in model._meta.concrete_fields)
        }
        order += sorted(ready, key=lambda model: model.__name__)
        left -= ready
    return [(model, list(found[model].values())) for model in order if found[model]]


def copies(root, number, *, salt, **fields):
    """So many copies of a row, with whatever hangs on it."""
    made = defaultdict(dict)  # model -> {id of the row: ids of its copies}
    for model, rows in hanging_on(root):
        new = []
        for row in rows:
            values = {
                f.attname: getattr(row, f.attname)
                for f in model._meta.concrete_fields
                if not f.primary_key
            }
            for n in range(number):
                changed = {
                    name: fresh(salt + n * 37 + row.pk)
                    for name, fresh in FRESH.items()
                    if name in values and (name != "name" or model is TrainingCohort)
                }
                for field in model._meta.concrete_fields:
                    there = made.get(field.related_model, {}).get(values.get(field.attname))
                    if there:
                        changed[field.attname] = there[n]
                if model is type(root):
                    changed |= fields
                new.append(model(**values | changed))
        stored = model._base_manager.bulk_create(new, BATCH)
        for place, row in enumerate(rows):
            made[model][row.pk] = [one.pk for one in stored[place * number : (place + 1) * number]]


def grow(world, number, *, salt):
    """More of everything: people in each vacancy, then vacancies, cohorts and people in post."""
    nobodys = {"candidate_id": None, "typed_by_id": world.actors["hr"].pk}
    first = {}  # the application that went furthest in each vacancy
    for application in Application.objects.order_by("pk"):
        deepest = first.setdefault(application.vacancy_id, application)
        if len(hanging_on(application)) > len(hanging_on(deepest)):
            first[application.vacancy_id] = application
    for application in first.values():
        copies(application, number, salt=salt, **nobodys)
    advertised = [world.jobs[state] for state in ("draft", "approval", "open", "closed")]
    for vacancy in advertised:
        copies(vacancy, number // len(advertised) + 1, salt=salt)
    copies(world.cohort, number, salt=salt)
    for post in (world.in_post, world.inducted):
        copies(post, number, salt=salt, user_id=None, full_name="Somebody", enrolment_id=None)


def fill(world, number):
    """So many applications to whatever has fewer."""
    crowd = []
    for vacancy in Vacancy.objects.all():
        lacking = number - vacancy.applications.count()
        crowd += [
            Application(
                vacancy=vacancy,
                typed_by=world.actors["hr"],
                full_name="Somebody",
                state="ended",
                reference=new_reference(),
            )
            for _ in range(lacking)
        ]
    Application.objects.bulk_create(crowd, BATCH)


def cost(people, world, row):
    """The queries of a page for whoever of the matrix sees most."""
    statuses = row.statuses()
    actor = next(one for one in reversed(ACTORS) if statuses[one] == 200)
    with CaptureQueriesContext(connection) as asked:
        answer = people[actor].get(reverse(row.name, kwargs=row.args(world)), row.data(world))
        if answer.streaming:
            list(answer)
    assert answer.status_code == 200
    return [query["sql"] for query in asked]


def test_every_page_asks_as_much_for_a_hundred_as_for_a_few(at_one_moment, subtests):
    world = build_world([table.populate for table in TABLES])
    people = clients(world)
    for client in people.values():
        just_shown(client)
    grow(world, FEW, salt=10_000)
    fill(world, FEW)
    for row in PAGES:
        cost(people, world, row)  # what is asked once and remembered
    few = {str(row): cost(people, world, row) for row in PAGES}
    grow(world, MANY, salt=50_000)
    fill(world, MANY)
    analyze()
    assert Vacancy.objects.count() >= MANY
    assert Application.objects.count() >= MANY * MANY
    for row in PAGES:
        with subtests.test(str(row)):
            many = cost(people, world, row)
            assert len(many) == len(few[str(row)]), "\n".join(many)


def test_every_model_of_recruitment_can_be_copied():
    """So that a new one is not left out above without a word."""
    unique = {
        field.attname
        for model in apps.get_app_config("recruitment").get_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key and not field.is_relation
    }
    assert unique <= FRESH.keys() | {"key", "content"}
