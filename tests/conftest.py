"""Fixtures that every test may use."""

import gc

import pytest
import time_machine
from hypothesis import HealthCheck, settings

from apps.core import caching, clock, waking

from .environment import pango
from .prepared import (  # noqa: F401 - fixtures
    demonstration,
    django_db_setup,
    loaded_large_sqlite,
    loaded_sqlite,
    migrated_postgresql,
    migrated_sqlite,
    prepared,
    programme,
)
from .services import (  # noqa: F401 - fixtures
    dovecot,
    mail_sink,
    no_redis,
    postbox,
    postgresql,
    redis_server,
)
from .walk import going_on, shapes, walk  # noqa: F401 - fixtures

# Until the tests are collected nobody looks for garbage: that took a third of the time.
gc.disable()

# How quick a machine is, and how busy, says nothing of the code.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")

LONG = ("nightly", "services", "browser")
# What goes through the whole site, in a world that takes eight seconds to make: one process's.
WALK = (
    "tests/test_matrix.py",
    "tests/test_powers.py",
    "tests/browser/test_every_page.py::test_pages",
)


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling  # only where tests run beside each other

    class OneByOne(LoadScopeScheduling):
        """The walk first, as a whole; then each test for itself, in the order below."""

        def _split_scope(self, nodeid):
            return "walk" if nodeid.startswith(WALK) else nodeid

    return OneByOne(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item):
    """What commits is about what databases do each in its own way."""
    database = item.get_closest_marker("django_db")
    if database and database.kwargs.get("transaction"):
        item.add_marker("differs")


def _is_long(item):
    return any(item.get_closest_marker(mark) for mark in LONG)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The long tests first, so that no worker is left alone with one of them at the end; but not
    what has bounds in seconds, beside those that start whole sites."""
    items.sort(key=lambda item: not _is_long(item) or bool(item.get_closest_marker("timed")))
    if not pango():
        for item in items:
            if "pdf" in item.name:
                item.add_marker(pytest.mark.skip(reason="no Pango on this machine"))


def pytest_collection_finish():
    """What is loaded by now stays: looking through it for garbage took an eighth of the time."""
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(nextitem):
    """The world of the walk takes eight seconds to make: these files share it, and nobody else."""
    if nextitem is None or not nextitem.nodeid.startswith(WALK):
        going_on.close()


@pytest.fixture(autouse=True)
def _what_one_test_left_alone_the_next_asks():
    yield
    for one in (caching.REDIS, waking.BROKER):
        one.__init__(one.name, one.meanwhile, one.url)


@pytest.fixture(autouse=True)
def _files_go_nowhere(settings, tmp_path):
    """Uploads and mail of a test stay in its own folder."""
    settings.UPLOAD_DIR = settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def at_one_moment():
    """What is measured twice is measured at the same time: where a machine needs minutes between, a
    session would be noted again, and what is remembered for minutes asked anew."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def server(settings, monkeypatch):
    """A mail server that can be ``down``, or that ``refuses`` addresses."""
    from .notifications.things import Server  # which asks for models

    settings.EMAIL_BACKEND = f"{Server.__module__}.Server"
    as_ever = {
        "down": False,
        "refuses": (),
        "code": 550,
        "opened": 0,
        "during": None,
        "senders": (),
        "late": False,
    }
    for name, value in as_ever.items():
        monkeypatch.setattr(Server, name, value)
    return Server
