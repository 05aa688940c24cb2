"""Databases that take long to make: made once, and copied for whoever needs one of its own.

Migrating takes many seconds of computing. What it makes depends on the migrations alone,
so it is kept in ``var/`` until one of them changes (``make test`` begins with it), for PostgreSQL
as a dump; what the code fills tables with after migrating is filled in anew each time. The
demonstration takes as long again, at each scale that a test asks for; it is kept while the code and
the day are the same.
"""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from apps.core import ownership
from apps.core.migrating import changed_alone

from .emptied import emptied
from .environment import postgresql_folder

ROOT = Path(__file__).resolve().parents[1]
SITE = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "SITE_URL")


def manage(folder, url, *words):
    """One command of the site that runs on this machine, whatever the test run's own is."""
    clean = {key: value for key, value in os.environ.items() if key not in SITE}
    own = {"DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.dev", "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "manage.py", *words, "--verbosity", "0"],
        cwd=ROOT,
        env=clean | own | {"VAR_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def alone(path):
    """One process at a time, the others wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(path, make):
    """The path of a database file that ``make`` fills: by one process, while the others wait."""
    with alone(path):
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            make(unfinished)
            with closing(sqlite3.connect(unfinished)) as link:
                link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(path)
    return path


# --- tables, as the migrations make them --------------------------------------------------------
def key():
    """Changes with every migration, the libraries' too."""
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for app in apps.get_app_configs():
        if Path(app.path).is_relative_to(ROOT / "apps"):
            for path in sorted(Path(app.path).glob("migrations/*.py")):
                found.update(path.read_bytes())
    return found.hexdigest()[:12]


def imported():
    """Changes with what the migrations take in of our code: by day nothing else runs them all on
    PostgreSQL, as the demonstration does on SQLite."""
    found = hashlib.sha256()
    for path in sorted((ROOT / "apps").rglob("migrations/*.py")):
        text = path.read_text("utf-8")
        names = set(re.findall(r"^(?:from|import) (apps\.[\w.]+)", text, re.MULTILINE))
        for where, what in re.findall(r"^from (apps\.[\w.]+) import ([\w, ]+)", text, re.MULTILINE):
            named = {f"{where}.{name.strip()}" for name in what.split(",")}
            names |= {name for name in named if (ROOT / f"{name.replace('.', '/')}.py").exists()}
        above = ".".join(path.relative_to(ROOT).parts[:-2])
        names |= {f"{above}.{name}" for name in re.findall(r"^from \.\.(\w+)", text, re.MULTILINE)}
        for name in sorted(names):
            found.update(Path(find_spec(name).origin).read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def elsewhere(name):
    """The default connection goes to another database."""
    link = connections["default"]
    own = link.settings_dict["NAME"]
    _go(link, name)
    try:
        yield link
    finally:
        _go(link, own)


def _go(link, name):
    link.close()
    link.settings_dict["NAME"] = str(name)
    # The process remembers of the other database what here has another key.
    ContentType.objects.clear_cache()
    cache.clear()


def migrate(name):
    """Every migration, and nothing of what is told of it."""
    with elsewhere(name) as link, changed_alone():
        executor = MigrationExecutor(link)
        executor.migrate(executor.loader.graph.leaf_nodes())


def tables():
    """A database file with every table and no rows. To be copied."""
    return once(kept(f"tables-{key()}.sqlite3"), migrate)


def kept(name):
    """A place in ``var/`` for what is named by all that it depends on; its older ones go."""
    path = settings.VAR_DIR / "tests" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = name.partition("-")[0]
    for old in path.parent.glob(f"{kind}-*{path.suffix}"):
        if old != path and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        elif old != path:
            old.unlink(missing_ok=True)
    return path


@contextmanager
def template(kind, key, make):
    """A cursor on the server, and the name of a database there that ``make`` filled: to be copied,
    while nobody else does."""
    ours = f"oxleas_peer_tests_{kind}_"  # a server of one's own may hold other things
    name = f"{ours}{key}"
    with connections["default"].creation._nodb_cursor() as cursor:
        # No two processes at once, neither the making nor the copying.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [kind])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours])
        there = {found for (found,) in cursor.fetchall()}
        if name not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            make(cursor, f"{name}_unfinished")
            cursor.execute(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
        yield cursor, name


def table_template():
    """As ``tables``, on a server. The server goes with the run: what is kept is a dump."""

    def make(cursor, name):
        cursor.execute(f"CREATE DATABASE {name}")
        with elsewhere(name) as link:
            version = link.pg_version
        dump = kept(f"tables-{version}-{key()}-{imported()}.sql")
        if dump.exists() and postgresql_folder():
            _client(name, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump)
            return
        migrate(name)
        with elsewhere(name) as link, link.cursor() as there:
            # A test that commits is undone by emptying every table.
            for table in ownership.ADDED_ALONE:
                there.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        unfinished = dump.with_suffix(".unfinished")
        if _client(name, "pg_dump", "-f", unfinished, needed=False):
            unfinished.rename(dump)

    return template("tables", key(), make)


def _client(name, program, *words, needed=True):
    """Whether one of the server's own programs did this with a database. What is ``needed`` is."""
    folder = postgresql_folder()
    if folder is None and not needed:
        return False
    url = urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql", path=f"/{name}")
    command = [folder / program, *words, "-d", url.geturl()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not needed, done.stderr
    return done.returncode == 0


def as_the_site():
    """Until the transaction ends, the connection has the rights of the site's own role alone."""
    role = f"peer_site_{os.getpid()}"
    link = connections["default"]
    with link.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        ownership.prepare_role(link, role, "secret")
        ownership.grant(link, role)
        cursor.execute(f"SET LOCAL ROLE {role}")


def place_tables(creation):
    """Make the test database with its tables, a copy of those that are kept."""
    name = creation._get_test_db_name()
    if connections["default"].vendor == "sqlite":
        for end in ("-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
        shutil.copy(tables(), name)
        return
    with table_template() as (cursor, kept_one):
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {kept_one}')


def prepare():
    """Make what every test process copies, before there is one."""
    if connections["default"].vendor == "sqlite":
        tables()
    else:
        with table_template():
            pass


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """pytest-django's own, but for the tables: they are copied."""
    with django_db_blocker.unblock():
        place_tables(connections["default"].creation)
        made = setup_databases(verbosity=0, interactive=False, keepdb=True)
    with emptied():
        yield
    with django_db_blocker.unblock():
        if connections["default"].vendor == "postgresql":
            _alone_there()
        teardown_databases(made, verbosity=0)


def _alone_there():
    """What a test's server or thread left open goes, or the database could not."""
    link = connections["default"]
    link.close()
    with link.creation._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [link.settings_dict["NAME"]],
        )


# --- for programs of their own ------------------------------------------------------------------
@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def migrated_sqlite(prepared, django_db_blocker):
    """A database file with what every site has and nobody in it. To be copied."""

    def make(path):
        with django_db_blocker.unblock():
            shutil.copy(tables(), path)
        manage(prepared, f"sqlite:///{path}", "migrate")

    return once(prepared / "migrated.sqlite3", make)


def demonstration_key():
    """Changes with the day and with all code."""
    found = hashlib.sha256(f"{timezone.localdate()} {key()}".encode())
    for path in sorted((ROOT / "apps").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def loaded_folder():
    """Where the demonstration of today and of this code is kept, with its uploads."""
    folder = kept(f"demonstration-{demonstration_key()}")
    folder.mkdir(exist_ok=True)
    return folder


def _loaded(scale, empty):
    def make(path):
        shutil.copy(empty, path)
        manage(path.parent, f"sqlite:///{path}", "load_demo", "--scale", scale)

    return once(loaded_folder() / f"{scale}.sqlite3", make)


def loaded_template(scale):
    """The same, on a server."""

    def make(cursor, name):
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        with table_template() as (_, empty):
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {empty}")
        manage(loaded_folder(), url, "migrate")
        manage(loaded_folder(), url, "load_demo", "--scale", scale)

    return template(scale, demonstration_key(), make)


@pytest.fixture(scope="session")
def loaded_sqlite(migrated_sqlite):
    """A database file with the demonstration as it stands today. To be copied."""
    return _loaded("small", migrated_sqlite)


@pytest.fixture(scope="session")
def loaded_large_sqlite(migrated_sqlite):
    """The same at the large scale. It takes a minute."""
    return _loaded("large", migrated_sqlite)


@pytest.fixture(scope="session")
def programme(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """``with programme("large"):`` the database in use holds the demonstration of that scale."""
    loaded = {"small": "loaded_sqlite", "large": "loaded_large_sqlite"}
    numbers = count(1)

    @contextmanager
    def copy(scale):
        if connections["default"].vendor == "sqlite":
            path = tmp_path_factory.mktemp("programme") / "copy.sqlite3"
            yield shutil.copy(request.getfixturevalue(loaded[scale]), path)
            return
        name = f"oxleas_peer_tests_{os.getpid()}_{next(numbers)}"
        with loaded_template(scale) as (cursor, kept_one):
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {kept_one}")
        yield name
        with connections["default"].creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")

    @contextmanager
    def holds(scale):
        with django_db_blocker.unblock(), copy(scale) as name, elsewhere(name):
            yield

    return holds


@pytest.fixture(scope="module")
def demonstration(programme):
    """The database of this module's tests holds the demonstration, as it stands today."""
    with programme("small"):
        yield


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql, tmp_path_factory):
    """The name of a database with what every site has and nobody in it: a template for others."""
    name = postgresql.create()
    manage(tmp_path_factory.mktemp("migrate"), postgresql.url(name), "migrate")
    return name
