"""What code of the site does not do: run what somebody typed, or speak to whom the settings do not
name. What is a place for it all the same stands here, with its reason."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path
    for folder in ("apps", "oxleas_peer")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


@cache
def trees():
    """{path: its syntax}: read by the process that tests it, not by each that collects."""
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in FILES}


def imported(tree):
    """The modules that a file takes in, with all above them."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def called(tree):
    """What a file calls, by its last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", None) or getattr(node.func, "id", ""), node


def files(found, names):
    return {path for path, tree in trees().items() if not names.isdisjoint(found(tree))}


def calls(tree):
    return {name for name, _ in called(tree)}


@pytest.mark.parametrize(
    ("modules", "where"),
    [
        # Objects of Python from outside.
        ({"pickle", "marshal", "shelve", "yaml", "dill"}, set()),
        # XML: read in files that are searched, in a process of its own; nothing in it is followed.
        ({"xml", "lxml", "defusedxml"}, {"apps/search/file_text.py"}),
        # Other programs: the broker of one machine, and files; nobody's word is in the command.
        (
            {"subprocess", "pty", "popen2"},
            {
                "apps/core/bounded.py",
                "apps/core/broker.py",
                "apps/core/management/commands/runall.py",
            },
        ),
        # Other machines, besides database, broker, mail and single sign-on: the virus scanner, and
        # the port of one machine.
        (
            {"socket", "http.client", "urllib.request", "urllib3", "httpx", "ftplib", "telnetlib"},
            {"apps/core/management/commands/runall.py", "apps/core/virus.py"},
        ),
        # allauth asks the provider; here are only its errors. The mailbox of the settings asks for
        # its own access.
        ({"requests"}, {"apps/accounts/adapters.py", "apps/notifications/inbound/postbox.py"}),
        # That mailbox, and what goes wrong with it.
        (
            {"imaplib", "imapclient", "poplib"},
            {
                "apps/notifications/inbound/postbox.py",
                "apps/notifications/inbound/reading.py",
            },
        ),
        # Chance that somebody could foresee: the demonstration's; nothing secret hangs on it.
        ({"random"}, {"apps/core/chance.py", "apps/core/demo.py"}),
    ],
)
def test_only_these_files_take_in(modules, where):
    assert files(lambda tree: set(imported(tree)), modules) == where


@pytest.mark.parametrize(
    ("names", "where"),
    [
        ({"eval", "exec", "__import__", "system", "popen"}, set()),
        ({"md5", "sha1"}, set()),
        # Templates are files; nobody's words are one.
        ({"Template", "Engine"}, set()),
        # Modules by name: apps, and the tables of moves, which are code.
        (
            {"import_string", "import_module"},
            {"apps/core/demo.py", "apps/core/moves.py", "apps/core/parts.py"},
        ),
        ({"extra", "RawSQL"}, set()),
    ],
)
def test_only_these_files_call(names, where):
    assert files(calls, names) == where


def test_sql_of_our_own_is_constant_or_made_by_the_database_library():
    """``make check`` asks the same of strings that are put together (S608)."""
    found = files(calls, {"raw", "execute", "executescript"})
    assert found == {
        "apps/accounts/second_factor.py",  # compiled by Django, with its parameters apart
        "apps/core/anonymous.py",
        "apps/core/health.py",
        "apps/core/management/commands/load_demo.py",
        "apps/core/plain.py",  # the same, put together
        "apps/core/ownership.py",  # of `migrate`: names are quoted by psycopg
        "apps/core/prepared.py",  # the same statements, with their places numbered
        "apps/search/finding.py",  # of Django's SQL and names of our own; words are parameters
        "apps/search/following.py",  # names of our own tables
        "apps/search/index.py",
    }


def test_every_digest_with_a_key_is_sha256():
    """Django's own default would be SHA-1."""
    for path, tree in trees().items():
        for name, node in called(tree):
            if name == "salted_hmac":
                given = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
                assert given.get("algorithm") == "sha256", path


def test_each_expression_is_written_in_code_save_names_that_are_escaped():
    """What somebody typed is looked for as it is."""
    made = set()
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr != "escape"
                and not isinstance(node.args[0], ast.Constant)
            ):
                made.add(path)
    assert made == MADE
    for path in made - CONSTANT:
        assert "re.escape(" in (ROOT / path).read_text("utf-8"), path


# Put together of constants; and of names, which are escaped.
CONSTANT = {"apps/core/traces.py"}
MADE = CONSTANT | {
    *("apps/core/personal.py", "apps/recruitment/selection/redaction.py", "apps/search/words.py"),
}


# Words with gaps: constants of these files, never what somebody typed.
FORMATS = {
    *("apps/core/models.py", "apps/core/ownership.py", "apps/groups/messages.py"),
    *("apps/meetings/messages.py", "apps/network/pairs/messages.py", "apps/payments/models.py"),
    *("apps/recruitment/employment/progress.py", "apps/recruitment/selection/models/blind.py"),
    *("apps/recruitment/selection/models/outcome.py", "apps/recruitment/selection/models/sheet.py"),
}


def test_what_somebody_typed_is_no_format():
    found = {
        path
        for path, tree in trees().items()
        for name, node in called(tree)
        if name in ("format", "format_map")
        and isinstance(node.func, ast.Attribute)
        and not isinstance(node.func.value, ast.Constant)
        and getattr(node.func.value, "id", "") != "date_format"
    }
    assert found <= FORMATS | {"apps/groups/demo.py"}


def test_each_kind_of_signed_link_is_good_for_its_own_page_alone():
    from apps.accounts import devices
    from apps.conversations import links as bookings
    from apps.core.forms import PublicForm
    from apps.experience import links as experience
    from apps.governance.consultations.forms.responding import SIGNED
    from apps.meetings import links as meetings
    from apps.notifications import mail

    salts = [
        bookings.SALT,
        experience.SALT,
        meetings.SALT,
        mail.PURPOSE,
        PublicForm.SALT,
        devices.SALT,
        SIGNED.salt,
    ]
    assert len(set(salts)) == len(salts)
