"""Each promise of docs/promises.md has a test that is there, and a guard that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISES = ROOT / "docs/promises.md"
FEWEST = 470  # only rises


def rows(text):
    """(promise, who, test, guard) of each row of the table."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[1:]]


def faults(text):
    for promise, who, test, guard in rows(text):
        path, _, name = test.strip("`").partition("::")
        file = ROOT / path
        words = file.read_text(encoding="utf-8") if file.is_file() else ""
        if not name or not re.search(rf"^def {re.escape(name)}\(", words, re.MULTILINE):
            yield f"{promise}: there is no {test}"
        if not guard or not (ROOT / guard.strip("`")).is_file():
            yield f"{promise}: there is no {guard}"
        if not who:
            yield f"{promise}: who could break it?"


def test_every_promise_has_its_test_and_its_guard():
    text = PROMISES.read_text(encoding="utf-8")
    assert list(faults(text)) == []
    assert len(rows(text)) >= FEWEST


def test_a_promise_without_a_test_is_found():
    table = "| promise | who | test | guard |\n|---|---|---|---|\n"
    for row in (
        "| All is well | anybody | | `apps/core/models.py` |",
        "| All is well | anybody | `tests/test_powers.py::test_nothing` | `apps/core/models.py` |",
        "| All is well | anybody | `tests/nowhere.py::test_nothing` | `apps/core/models.py` |",
    ):
        assert len(list(faults(table + row))) == 1
    assert len(list(faults(f"{table}| All is well | | `x` | |"))) == 3
