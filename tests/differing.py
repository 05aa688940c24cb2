"""Code that databases run each in its own way, and whether the pass on PostgreSQL went through it.

Tests run on SQLite; on PostgreSQL run those that are marked ``differs`` (whatever commits is, by
itself). What locks, writes SQL of its own or cuts dates in the database must be among what those
reach: ``unseen`` names the places that none does.
"""

import ast
import re
import sys
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[1]
CALLS = re.compile(
    "select_for_update|cursor|raw|extra|RawSQL|StringAgg"
    "|(Trunc|Extract)([A-Z][a-z]+)*|Search(Vector|Query|Rank|Headline)"
)
LEFT_OUT = {
    "apps/core/management/commands/load_demo.py": "the demonstration is the same on both",
}


def places(tree):
    """{line: what} of a module: the line that is run when its code is."""
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


def settings(path):
    """A file that tells coverage to look at these files alone: so it takes little time."""
    lines = ["[run]", "include =", *(f"    {ROOT / name}" for name in files())]
    path.write_text("\n".join(lines) + "\n")


def unseen(data):
    """What no test ran, as sentences. ``data``: the file that coverage wrote."""
    found = coverage.CoverageData(data)
    found.read()
    for name, here in files().items():
        seen = set(found.lines(str(ROOT / name)) or ())
        for first, last, what in here:
            if not seen & set(range(first, last + 1)):
                yield f"{name}:{first}: no test marked `differs` reaches this {what}"


if __name__ == "__main__":
    sys.exit("\n".join(unseen(sys.argv[1])))
