"""Databases that take long to make: made once a run, and copied for whoever needs one of its own.

Migrating takes ten seconds of computing, and loading the demonstration as long again.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

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


def once(path, make):
    """The path of a database file that ``make`` fills: by one process, while the others wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            make(unfinished)
            with closing(sqlite3.connect(unfinished)) as link:
                link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(path)
    return path


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def migrated_sqlite(prepared):
    """A database file with every table and nobody in it. To be copied."""

    def make(path):
        manage(prepared, f"sqlite:///{path}", "migrate")

    return once(prepared / "migrated.sqlite3", make)


@pytest.fixture(scope="session")
def loaded_sqlite(prepared, migrated_sqlite):
    """A database file with the demonstration as it stands today. To be copied."""

    def make(path):
        shutil.copy(migrated_sqlite, path)
        manage(prepared, f"sqlite:///{path}", "load_demo")

    return once(prepared / "loaded.sqlite3", make)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql, tmp_path_factory):
    """The name of a database with every table and nobody in it: a template for others."""
    name = postgresql.create()
    manage(tmp_path_factory.mktemp("migrate"), postgresql.url(name), "migrate")
    return name
