"""Reading a list of people from a CSV file that some spreadsheet wrote."""

import csv
import io
import re

from django.core.exceptions import ValidationError

from .forms import PersonForm
from .group_placement import places
from .inviting import Wanted
from .models.people import Constituency, Department

MAX_BYTES = 1024 * 1024
MAX_ROWS = 500
COLUMNS = ("name", "e-mail", "constituency", "department", "groups", "roles")
REQUIRED = ("name", "e-mail", "constituency")
ALSO_CALLED = {
    "full name": "name",
    "email": "e-mail",
    "e-mail address": "e-mail",
    "email address": "e-mail",
    "side": "constituency",
    "group": "groups",
    "role": "roles",
}
EXAMPLE = [
    COLUMNS,
    ("Amara Osei", "amara@example.com", "lived experience", "", "role-design", "member"),
    (
        "Priya Nair",
        "priya@example.com",
        "staff",
        "Human Resources",
        "role-design; training",
        "representative; observer",
    ),
]
DELIMITERS = ",;\t"
FORMULA = tuple("=+-@\t\r")


def read(file):
    """The people in the file, each with its row number and with what is wrong with its row.

    Raises ValidationError where the file as a whole cannot be read.
    """
    rows = list(_rows(_text(file)))
    if not rows:
        raise ValidationError("The file has no rows in it.")
    columns = _columns(rows[0][1])
    people = [(number, cells) for number, cells in rows[1:] if any(map(str.strip, cells))]
    if not people:
        raise ValidationError("The file has a heading, and nobody below it.")
    if len(people) > MAX_ROWS:
        raise ValidationError(
            f"The file has {len(people)} people. Split it into files of at most {MAX_ROWS}."
        )
    slugs = _names(places.choices()[0])
    roles = _names(places.choices()[1])
    return [_person(number, columns, cells, slugs, roles) for number, cells in people]


def template():
    """The file to start from, as text. Excel needs the mark at its beginning to see UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(EXAMPLE)
    return "\ufeff" + out.getvalue()


def _text(file):
    if file.size > MAX_BYTES:
        raise ValidationError("The file is too big. It must be smaller than 1 MB.")
    data = file.read()
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError("This is a spreadsheet. In your program, save it as CSV first.")
    codecs = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ValidationError("This is not a CSV file, or it is damaged.")


def _rows(text):
    """(number of the row as a spreadsheet shows it, cells)."""
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        raise ValidationError(
            f"Row {number + 1} cannot be read. Check its quotation marks."
        ) from None


def _columns(heading):
    names = [" ".join(cell.split()).casefold() for cell in heading]
    names = [ALSO_CALLED.get(name, name) for name in names]
    while names and not names[-1]:
        names.pop()
    problems = [f"There is no column {name}." for name in REQUIRED if name not in names]
    problems += [
        f"The column {name or '(no name)'} is not known." for name in names if name not in COLUMNS
    ]
    problems += [f"The column {name} is there twice." for name in COLUMNS if names.count(name) > 1]
    if problems:
        expected = ", ".join(COLUMNS)
        raise ValidationError([*problems, f"The first row must name the columns: {expected}."])
    return names


def _names(choices):
    """Value and label both name a choice, whatever their case."""
    return {str(word).casefold(): value for value, label in choices for word in (value, label)}


SIDES = _names(Constituency.choices)
DEPARTMENTS = _names(Department.choices)


def _person(number, columns, cells, slugs, roles):
    row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    errors = []
    if any(cell.strip() for cell in cells[len(columns) :]):
        errors.append("There are more cells than columns. Check for a comma too many.")
    if row["name"].startswith(FORMULA) or row["e-mail"].startswith(FORMULA):
        errors.append("A name or an e-mail address cannot begin with = + - or @.")
    side, department = row["constituency"], row.get("department", "")
    form = PersonForm(
        {
            "email": row["e-mail"],
            "full_name": row["name"],
            "constituency": SIDES.get(side.casefold(), side),
            "department": DEPARTMENTS.get(department.casefold(), department),
        }
    )
    for field, messages in form.errors.items():
        errors += [f"{form[field].label}: {message}" for message in messages]
    memberships, unknown = _memberships(row.get("groups", ""), row.get("roles", ""), slugs, roles)
    cleaned = form.cleaned_data
    return Wanted(
        email=cleaned.get("email", row["e-mail"].lower()),
        full_name=cleaned.get("full_name") or row["name"],
        constituency=cleaned.get("constituency", ""),
        department=cleaned.get("department", ""),
        memberships=memberships,
        row=number,
        errors=errors + unknown,
    )


def _memberships(groups, wanted_roles, slugs, roles):
    """Groups and roles as pairs; one role for all groups, or as many roles as groups."""
    groups, wanted_roles = _several(groups), _several(wanted_roles) or ["member"]
    errors = [
        f"There is no open group called {group}."
        for group in groups
        if group.casefold() not in slugs
    ]
    errors += [
        f"There is no role called {role}."
        for role in wanted_roles
        if role.casefold() not in roles and groups
    ]
    if len(wanted_roles) == 1:
        wanted_roles *= len(groups)
    if len(wanted_roles) != len(groups) and groups:
        errors.append("Give one role, or as many roles as groups.")
    if errors:
        return [], errors
    return [
        {"group": slugs[group.casefold()], "role": roles[role.casefold()]}
        for group, role in zip(groups, wanted_roles, strict=False)
    ], []


def _several(cell):
    return [part.strip() for part in re.split(r"[;,|\n]", cell) if part.strip()]
