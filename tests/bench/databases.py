"""One database for each scale, with the demonstration programme of today, kept between runs."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

# What decides the rows: the tables, the programme that is loaded, and who may do what in it.
SOURCES = ("apps/*/migrations/*.py", "apps/*/demo*.py", "apps/*/roles.py")


def key():
    """Changes with the day and with the code that makes the data."""
    told = hashlib.sha256(timezone.localdate().isoformat().encode())
    for pattern in SOURCES:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            told.update(path.read_bytes())
    return told.hexdigest()[:12]


@contextmanager
def using(connection):
    """While this holds, the site uses another database as its own."""
    before = connections["default"]
    connections["default"] = connection
    try:
        yield connection
    finally:
        connections["default"] = before


def database(scale, say):
    """A connection to the database of this scale, which is made if it is not there."""
    kind = Files if connections["default"].vendor == "sqlite" else Server
    store = kind(f"bench-{scale}-")
    if not store.has(key()):
        say(f"Loading the {scale} programme (the large one takes about a minute)")
        store.clear()
        connection = store.connect("new")
        with using(connection):
            call_command("migrate", verbosity=0)
            call_command("load_demo", scale=scale, verbosity=0)
        connection.close()
        store.keep("new", key())
    return store.connect(key())


class Files:
    """SQLite: files beside the site's own."""

    def __init__(self, prefix):
        self.prefix = prefix

    def path(self, name):
        return Path(settings.VAR_DIR) / f"{self.prefix}{name}.sqlite3"

    def has(self, name):
        return self.path(name).exists()

    def clear(self):
        for path in Path(settings.VAR_DIR).glob(f"{self.prefix}*"):
            path.unlink()

    def keep(self, name, as_name):
        self.path(name).rename(self.path(as_name))

    def connect(self, name):
        return _connection(str(self.path(name)))


class Server:
    """PostgreSQL: databases of our own, beside the one that DATABASE_URL names."""

    def __init__(self, prefix):
        own = connections["default"].settings_dict["NAME"]
        self.prefix = f"{own}-{prefix}"

    def names(self):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return [name for (name,) in cursor.fetchall() if name.startswith(self.prefix)]

    def run(self, sql, *names):
        with connections["default"].cursor() as cursor:
            quoted = [connections["default"].ops.quote_name(name) for name in names]
            cursor.execute(sql.format(*quoted))

    def has(self, name):
        return self.prefix + name in self.names()

    def clear(self):
        for name in self.names():
            self.run("DROP DATABASE {}", name)
        self.run("CREATE DATABASE {}", f"{self.prefix}new")

    def keep(self, name, as_name):
        # What autovacuum would soon do: without figures about its tables the server plans badly.
        connection = self.connect(name)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connection.close()
        self.run("ALTER DATABASE {} RENAME TO {}", self.prefix + name, self.prefix + as_name)

    def connect(self, name):
        return _connection(self.prefix + name)


def _connection(name):
    connection = connections["default"].copy()
    connection.settings_dict["NAME"] = name
    return connection
