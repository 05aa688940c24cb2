"""System checks of the tables of moves: every name in them, and every name that asks for one."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connection

from . import ownership
from .models import Stateful
from .moves import EFFECTS, REQUIREMENTS, Move, named

# A name of a move or an act, as code, addresses and templates say it.
IN_CODE = re.compile(
    r"\.(?:move|follow|followed|permit|take_back|first_press|open_to|missing)\(\s*\"(\w+)\""
    r"|\.(?:may|permits)\(\s*[\w.()]+,\s*\"(\w+)\""
    r"|\bmoves\[\"(\w+)\"\]"
)
# A thing that is given a state by hand; the demonstration makes things in the state they are in.
BY_HAND = re.compile(r"\.state\s=\s|\bsetattr\(\w+, \"state\"")
EXECUTOR = "apps/core/models.py"
IN_TEMPLATES = re.compile(
    r"\|open_to:\"(\w+)\"|\{% may \S+ \"(\w+)\"|url ['\"]\w+_move['\"] \S+ ['\"](\w+)['\"]"
)


@checks.register("moves")
def tables_are_whole(app_configs, **kwargs):
    """Each table names what there is, and leaves no declared rule and no state out."""
    models = _lives()
    return [checks.Error(words, id="moves.E001") for words in [*_tables(models), *_unasked(models)]]


@checks.register(checks.Tags.database, deploy=True)
def tables_are_anothers(app_configs, databases=(), **kwargs):
    """`check --deploy --database default`: the site's own role does not own the tables.

    Whoever owns them switches off what guards the audit trail.
    """
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    owns = ownership.could_change(connection)
    words = "The site's role in the database owns the audit trail, and could switch its guards off."
    hint = "Set DATABASE_OWNER_URL for `manage.py migrate`, and another role in DATABASE_URL."
    return [checks.Warning(words, hint=hint, id="database.W001")] if owns else []


@checks.register("moves", deploy=True)
def names_are_known(app_configs, **kwargs):
    """The source asks for no move or act that there is not, and sets no state by hand.

    It is read by `check --deploy`, which `make check` runs, and not by every command.
    """
    known = {name for model in _lives() for name in model.moves}
    return [checks.Error(words, id="moves.E002") for words in [*_code(known), *_templates(known)]]


def _lives():
    return [one for one in apps.get_models() if issubclass(one, Stateful)]


def _tables(models):
    for model in models:
        states = set(model._meta.get_field("state").choices and model.State.values)
        begins = set(model.begins or [model._meta.get_field("state").default])
        reached = begins | {one.target for one in model.moves.values() if isinstance(one, Move)}
        for name, row in model.moves.items():
            where = f"{model.__name__}.{name}"
            for state in {*row.sources, getattr(row, "target", row.sources[0])} - states:
                yield f"{where} names a state that there is not: {state}."
            yield from _broken(where, row)
        for state in sorted(states - reached):
            yield f"{model.__name__}: no move reaches the state {state}."


def _broken(where, row):
    for known, names, what in (
        (REQUIREMENTS, row.needs, "requirement"),
        (EFFECTS, (*row.then, *getattr(row, "half", ())), "effect"),
    ):
        declared = set(known)
        for name in names:
            try:
                function = named(name) if isinstance(name, str) else name
            except ImportError:
                yield f"{where} names what there is not: {name}."
                continue
            if function not in declared:
                yield f"{where} names {function.__name__}, which is not declared as {what}."


def _unasked(models):
    rows = [row for model in models for row in model.moves.values()]
    for known, names, what in (
        (REQUIREMENTS, {n for row in rows for n in row.needs}, "asks"),
        (
            EFFECTS,
            {n for row in rows for n in (*row.then, *getattr(row, "half", ()))},
            "brings about",
        ),
    ):
        for function in known:
            path = f"{function.__module__}.{function.__name__}"
            if function not in names and path not in names:
                yield f"No table {what} {path}."


def _sources(folder, pattern):
    """(path from the project's root, text) of the files in a folder."""
    root = Path(settings.BASE_DIR)
    for path in sorted((root / folder).rglob(pattern)):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def _code(known):
    for path, text in _sources("apps", "*.py"):
        yield from _unknown(path, IN_CODE.finditer(text), known)
        if path != EXECUTOR and not path.rpartition("/")[2].startswith("demo"):
            yield from (f"{path} sets a state by hand." for _ in BY_HAND.finditer(text))


def _templates(known):
    for path, text in _sources("templates", "*.html"):
        yield from _unknown(path, IN_TEMPLATES.finditer(text), known)


def _unknown(path, asked, known):
    for found in asked:
        name = next(filter(None, found.groups()))
        if name not in known:
            yield f"{path} asks for {name}, no move or act of anything."
