"""Migrations make what the models say, whichever classes are made anew on the way (ADR 54)."""

import copy
import sqlite3
from contextlib import closing

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
)
from django.db.migrations.state import ProjectState

from apps.core.migrating import changed_alone

from ..prepared import elsewhere, tables

MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("apps.")
]
IN_SQL = {"search_entry"}  # its columns for words, and their indexes, are PostgreSQL's alone
SCHEMA = "of_the_models"


# --- tables -------------------------------------------------------------------------------------
@pytest.mark.both
@pytest.mark.differs
@pytest.mark.django_db
def test_every_table_is_as_its_model_says():
    """Columns, keys, constraints and indexes, against tables made of the models themselves."""
    made = connections.create_connection("default")
    made.settings_dict = copy.deepcopy(connection.settings_dict)
    if made.vendor == "sqlite":
        made.settings_dict["NAME"] = ":memory:"
    with closing(made), made.cursor() as cursor:
        if made.vendor == "postgresql":
            cursor.execute("BEGIN")
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            cursor.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
            made.needs_rollback, made.in_atomic_block = False, True
        with made.schema_editor(atomic=False) as editor:
            for model in MODELS:
                if not model._meta.auto_created:
                    editor.create_model(model)
        expected = {model._meta.db_table: table(made, model) for model in MODELS}
        if made.vendor == "postgresql":
            cursor.execute("ROLLBACK")
    assert len(expected) > 150
    for model in MODELS:
        name = model._meta.db_table
        assert name in IN_SQL or table(connection, model) == expected[name], name


def table(link, model):
    """What a database says of a table, but for the order of its columns and names it made up."""
    with link.cursor() as cursor:
        name = model._meta.db_table
        columns = link.introspection.get_table_description(cursor, name)
        held = link.introspection.get_constraints(cursor, name)
    return (
        sorted((one.name, one.type_code, one.null_ok, one.display_size) for one in columns),
        sorted(
            repr(sorted(one.items(), key=str)).replace(f" {SCHEMA}.", " public.")
            for one in held.values()
        ),
    )


@pytest.mark.nightly
def test_tables_are_to_the_letter_those_of_djangos_own_way(django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), elsewhere(tmp_path / "own.sqlite3") as link:
        executor = MigrationExecutor(link)
        executor.migrate(executor.loader.graph.leaf_nodes())
    with django_db_blocker.unblock():
        quick = written(tables())
    assert quick == written(tmp_path / "own.sqlite3")
    assert len(quick) > 500


def written(path):
    with closing(sqlite3.connect(path)) as link:
        return sorted(
            link.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall(), key=str
        )


# --- which classes are made anew ----------------------------------------------------------------
ID = ("id", models.AutoField(primary_key=True))
NAME = ("name", models.CharField(max_length=9))
OWNER = models.ForeignKey("one.Person", models.CASCADE)


@pytest.fixture
def state():
    """A person, and a thing that is theirs."""
    state = ProjectState()
    for operation in (
        CreateModel("Person", [ID]),
        CreateModel("Thing", [ID, ("owner", OWNER)]),
    ):
        operation.state_forwards("one", state)
    assert state.apps
    return state


def anew(state, operation):
    """The names of the models whose classes this operation makes anew."""
    before = dict(state.apps.all_models["one"])
    with changed_alone():
        operation.state_forwards("one", state)
    after = state.apps.all_models["one"]
    return {name for name in after if after[name] is not before.get(name)}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (CreateModel("Note", [ID, NAME, ("owner", OWNER)]), {"note"}),
        (AddField("thing", "name", NAME[1]), {"thing"}),
        (AddField("thing", "second", OWNER), {"thing"}),
        (AddIndex("thing", models.Index(fields=["owner"], name="one_owner")), {"thing"}),
        (
            AddConstraint("thing", models.UniqueConstraint(fields=["owner"], name="one_of_each")),
            {"thing"},
        ),
        # What others are made of changes: the type of a key, and what a class inherits.
        (AlterField("person", "id", models.BigAutoField(primary_key=True)), {"person", "thing"}),
    ],
    ids=["model", "field", "relation", "index", "constraint", "key"],
)
def test_given_an_operation_then_these_classes_are_made_anew(state, operation, expected):
    assert anew(state, operation) == expected
    assert state.is_delayed or len(expected) > 1


def test_given_a_model_that_inherits_then_it_is_made_anew_too(state):
    CreateModel("Gift", [NAME], bases=("one.thing",)).state_forwards("one", state)
    assert anew(state, AddField("thing", "when", models.DateField())) >= {"thing", "gift"}
    assert state.apps.get_model("one", "gift")._meta.get_field("when")


def test_what_runs_python_meets_classes_that_know_each_other(state):
    anew(state, AddField("person", "name", NAME[1]))
    state.clear_delayed_apps_cache()  # as Django does before it
    thing = state.apps.get_model("one", "thing")
    assert thing(owner=state.apps.get_model("one", "person")(name="Amara")).owner.name == "Amara"


def test_afterwards_django_works_as_ever():
    before = ProjectState._find_reload_model
    with pytest.raises(RuntimeError), changed_alone():
        raise RuntimeError
    assert ProjectState._find_reload_model is before
