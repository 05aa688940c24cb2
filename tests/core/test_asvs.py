"""docs/security.md answers each requirement of ASVS 5.0, levels 1 and 2, and each answer holds."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECURITY = ROOT / "docs" / "security.md"
STATES = {"met", "operator", "no use", "not met"}
WHOLE = {"6", "7", "14", "15", "16"}  # chapters that leave nothing open

# The numbers of levels 1 and 2, by section: those of level 3 are left out.
NUMBERS = """
1.1: 1 2
1.2: 1 2 3 4 5 6 7 8 9
1.3: 1 2 3 4 5 6 7 8 9 10 11
1.4: 1 2 3
1.5: 1 2
2.1: 1 2 3
2.2: 1 2 3
2.3: 1 2 3 4
2.4: 1
3.2: 1 2
3.3: 1 2 3 4
3.4: 1 2 3 4 5 6
3.5: 1 2 3 4 5
3.7: 1 2
4.1: 1 2 3
4.2: 1
4.3: 1 2
4.4: 1 2 3 4
5.1: 1
5.2: 1 2 3
5.3: 1 2
5.4: 1 2 3
6.1: 1 2 3
6.2: 1 2 3 4 5 6 7 8 9 10 11 12
6.3: 1 2 3 4
6.4: 1 2 3 4
6.5: 1 2 3 4 5
6.6: 1 2 3
6.8: 1 2 3 4
7.1: 1 2 3
7.2: 1 2 3 4
7.3: 1 2
7.4: 1 2 3 4 5
7.5: 1 2
7.6: 1 2
8.1: 1 2
8.2: 1 2 3
8.3: 1
8.4: 1
9.1: 1 2 3
9.2: 1 2 3 4
10.1: 1 2
10.2: 1 2
10.3: 1 2 3 4
10.4: 1 2 3 4 5 6 7 8 9 10 11
10.5: 1 2 3 4 5
10.6: 1 2
10.7: 1 2 3
11.1: 1 2
11.2: 1 2 3
11.3: 1 2 3
11.4: 1 2 3 4
11.5: 1
11.6: 1
12.1: 1 2 3
12.2: 1 2
12.3: 1 2 3 4
13.1: 1
13.2: 1 2 3 4 5
13.3: 1 2
13.4: 1 2 3 4 5
14.1: 1 2
14.2: 1 2 3 4
14.3: 1 2 3
15.1: 1 2 3
15.2: 1 2 3
15.3: 1 2 3 4 5 6 7
16.1: 1
16.2: 1 2 3 4 5
16.3: 1 2 3 4
16.4: 1 2 3
16.5: 1 2 3
17.1: 1
17.2: 1 2 3 4
17.3: 1 2
"""


def numbers():
    for line in NUMBERS.split("\n"):
        section, _, those = line.partition(": ")
        yield from (f"{section}.{one}" for one in those.split())


def rows(text):
    """(number, state, how, shown by) of each row of the tables."""
    part = text[text.index("## OWASP ASVS 5.0, level 2") :]
    for line in part.split("\n"):
        if re.match(r"\| \d+\.\d+\.\d+ \|", line):
            yield tuple(cell.strip() for cell in line.strip()[1:-1].split("|"))


def headings(path):
    """The anchors of a page, as they are linked to."""
    for title in re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE):
        yield re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def exists(shown):
    """Whether a test, a section of a page or a file is there."""
    path, _, name = shown.partition("::")
    path, _, anchor = path.partition("#")
    file = ROOT / path
    if not file.is_file():
        return False
    if name:
        return re.search(rf"^def {name}\(", file.read_text(), re.MULTILINE) is not None
    return not anchor or anchor in set(headings(file))


ROWS = list(rows(SECURITY.read_text()))


def test_each_requirement_has_one_row_in_order():
    assert [row[0] for row in ROWS] == list(numbers())
    assert len(ROWS) == 253


def test_each_row_says_how_it_stands_and_what_shows_it():
    for row in ROWS:
        assert len(row) == 4, row
        number, state, how, shown = row
        assert state in STATES, row
        assert len(how) > 5, row
        named = re.findall(r"`([^`]+)`", shown)
        if state == "met":
            assert [one for one in named if one.startswith(("tests/", "docs/", "SECURITY"))], row
        if state == "operator":
            assert named, row
        for one in named:
            assert exists(one), (number, one)


def test_nothing_is_open_where_people_sign_in_and_what_is_kept_and_logged():
    assert not [row for row in ROWS if row[1] == "not met" and row[0].split(".")[0] in WHOLE]


def test_the_sum_is_said():
    count = Counter(row[1] for row in ROWS)
    said = (
        f"{count['met']} met, {count['operator']} left to the operator, "
        f"{count['no use']} of no use here, {count['not met']} not met"
    )
    assert said in " ".join(SECURITY.read_text().split())


@pytest.mark.parametrize(
    "shown", ["tests/core/test_asvs.py::test_of_nothing", "tests/none.py", "docs/security.md#none"]
)
def test_what_is_not_there_is_found(shown):
    assert not exists(shown)
