"""Code that databases run each in its own way, and whether the pass on PostgreSQL went through it.

Tests run on SQLite; on PostgreSQL run those that are marked ``differs`` (whatever commits is, by
itself), and by day only there, unless they are about ``both``. What locks, writes SQL of its own or
cuts dates in the database must be among what those reach: ``unseen`` names the places that none
does. As a plugin (``-p tests.differing``) this module notes who calls such things, which takes no
time; coverage took a third of the pass.
"""

import ast
import functools
import os
import re
import shutil
import sys
from pathlib import Path

from django.contrib.postgres import aggregates, search
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, expressions
from django.db.models.functions import datetime as dates

ROOT = Path(__file__).resolve().parents[1]
APPS = f"{ROOT / 'apps'}{os.sep}"
NOTES = ROOT / "var" / "tests" / "differing"
CALLS = re.compile(
    "select_for_update|cursor|raw|extra|RawSQL|StringAgg"
    "|(Trunc|Extract)([A-Z][a-z]+)*|Search(Vector|Query|Rank|Headline)"
)
LEFT_OUT = {
    "apps/core/management/commands/load_demo.py": "the demonstration is the same on both",
    "apps/core/anonymous.py": "SQLite's own log",
}
WATCHED = [
    *((QuerySet, name) for name in ("select_for_update", "raw", "extra")),
    (BaseDatabaseWrapper, "cursor"),
    (expressions.RawSQL, "__init__"),
    (aggregates.StringAgg, "__init__"),
    *((one, "__init__") for one in (dates.TruncBase, dates.Extract)),
    *((getattr(search, f"Search{name}"), "__init__") for name in ("Query", "Rank", "Headline")),
    (search.SearchVector, "__init__"),
]
DEPTH = 4  # a manager hands on to its queryset, a class to the one that it is made from
called = set()


def places(tree):
    """{line: what} of a module: the lines on which its call may be said to be."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if CALLS.fullmatch(name):
                yield node.lineno, node.end_lineno, name


def files():
    """{path: its places}."""
    found = {}
    for path in sorted((ROOT / "apps").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        here = list(places(ast.parse(path.read_text())))
        if here and "migrations" not in path.parts and name not in LEFT_OUT:
            found[name] = here
    return found


def unseen():
    """What no test ran, as sentences."""
    seen = {line for path in NOTES.iterdir() for line in path.read_text().splitlines()}
    for name, here in files().items():
        for first, last, what in here:
            if not seen & {f"{name}:{line}" for line in range(first, last + 1)}:
                yield f"{name}:{first}: no test marked `differs` reaches this {what}"


def forget():
    """What an earlier run noted."""
    shutil.rmtree(NOTES, ignore_errors=True)
    NOTES.mkdir(parents=True)


def noting(function):
    """The same, but the line of ours that calls it is kept in ``called``."""

    @functools.wraps(function)
    def noted(*args, **kwargs):
        frame, depth = sys._getframe(1), DEPTH
        while frame and depth:
            if frame.f_code.co_filename.startswith(APPS):
                called.add((frame.f_code.co_filename, frame.f_lineno))
                break
            frame, depth = frame.f_back, depth - 1
        return function(*args, **kwargs)

    return noted


def pytest_configure():
    for one, name in WATCHED:
        setattr(one, name, noting(getattr(one, name)))


def pytest_sessionfinish():
    lines = [f"{path.removeprefix(f'{ROOT}{os.sep}')}:{line}" for path, line in sorted(called)]
    (NOTES / str(os.getpid())).write_text("\n".join(lines))
