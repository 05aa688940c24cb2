"""PostgreSQL, Redis and a mail server of a test's own, to be stopped, killed and started again.

They listen on free ports of 127.0.0.1, keep what they write in a new folder, and end with the
test run. Fixtures: ``postgresql`` (one a run; ``postgresql.create()`` makes a database in it),
``redis_server`` and ``mail_sink`` (one a test); ``no_redis``, which is none.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

import psycopg2
import pytest
import redis
from aiosmtpd.controller import Controller
from celery import current_app

from apps.core import waking
from oxleas_peer.settings import base
from tests import environment

from .environment import free_port

START_SECONDS = 30


class Missing(Exception):  # noqa: N818
    """A program that this machine does not have."""


def wait_for(condition, seconds=START_SECONDS, why="it did not happen", every=0.05):
    """Return what ``condition`` gives once it is true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, why() if callable(why) else why
        time.sleep(every)
    return found


def unprivileged():
    """Who runs a server that refuses to run as root: as keyword arguments for Popen."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Missing("there is no user to run PostgreSQL as")


class Server(ABC):
    """One server process. ``stop`` is orderly, ``kill`` is not; both can be followed by start."""

    stop_signal = signal.SIGTERM
    run_as: dict = {}

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="peer-"))
        if self.run_as:
            os.chown(self.folder, self.run_as["user"], self.run_as["group"])
        self.port = free_port()
        self.process = None

    @abstractmethod
    def command(self):
        """What starts it."""

    @abstractmethod
    def answers(self):
        """Whether it does."""

    def run(self, *command):
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self.run_as
        )
        assert done.returncode == 0, done.stderr

    def start(self):
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, stdout=log, stderr=log, **self.run_as
            )
        wait_for(self.answers, why=lambda: (self.folder / "log").read_text()[-2000:])

    def stop(self):
        self._end(self.stop_signal)

    def kill(self):
        self._end(signal.SIGKILL)

    def restart(self):
        self.stop()
        self.start()

    def _end(self, number):
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL(Server):
    """A cluster with one superuser, ``peer``, who needs no password."""

    stop_signal = signal.SIGINT  # "fast": connections are cut, nothing committed is lost

    def __init__(self):
        programs = environment.postgresql_folder()
        if programs is None:
            raise Missing("PostgreSQL is not installed")
        self.postgres = str(programs / "postgres")
        self.run_as = unprivileged()
        self.names = (f"test{number}" for number in count())
        super().__init__()
        self.data = self.folder / "data"
        options = ("-U", "peer", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.run(str(programs / "initdb"), "-D", str(self.data), *options)

    def command(self):
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "shared_buffers": "32MB",
            "unix_socket_directories": "",
            "max_connections": 60,
            "synchronous_commit": "on",
        }
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        return [self.postgres, "-D", str(self.data), *settings]

    def answers(self):
        with suppress(psycopg2.OperationalError):
            self.execute("SELECT 1")
            return True
        return False

    def crash(self):
        """Every server process dies at once, without a shutdown; starting recovers from the log."""
        self._end(signal.SIGQUIT)

    def url(self, name="postgres"):
        return f"postgres://peer@127.0.0.1:{self.port}/{name}"

    def execute(self, sql, name="postgres"):
        """Run one statement outside a transaction; returns its rows, where it has any."""
        link = psycopg2.connect(self.url(name))
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else None
        finally:
            link.close()

    def create(self, template="template1"):
        """The name of a new database, a copy of ``template``."""
        name = next(self.names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


class Redis(Server):
    """A broker that keeps its queue over a restart, as in production."""

    def __init__(self):
        self.program = environment.redis_server()
        if self.program is None:
            raise Missing("Redis is not installed")
        super().__init__()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self):
        return [
            self.program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
            "--appendonly",
            "yes",
        ]

    def answers(self):
        with suppress(redis.RedisError), redis.Redis(port=self.port) as client:
            return client.ping()
        return False


class MailSink:
    """An SMTP server that keeps what it takes: (recipient, Message-ID), in order.

    ``on_message``, given the number of messages so far, runs after one came in and before its
    sender hears that it did.
    """

    def __init__(self):
        self.port = free_port()
        self.received = []
        self.raw = []
        self.on_message = lambda number: None
        self.controller = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        head = envelope.content.split(b"\r\n\r\n", 1)[0].decode()
        [identity] = [
            line.split(": ", 1)[1]
            for line in head.splitlines()
            if line.lower().startswith("message-id: ")
        ]
        self.received.append((envelope.rcpt_tos[0], identity))
        self.raw.append(envelope.content)
        self.on_message(len(self.received))
        return "250 OK"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None

    close = stop


def serve(make):
    """Start a server for a fixture, or skip the test with the reason."""
    try:
        server = make()
    except Missing as reason:
        pytest.skip(str(reason))
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgresql():
    yield from serve(PostgreSQL)


@pytest.fixture
def redis_server():
    yield from serve(Redis)


@pytest.fixture
def mail_sink():
    yield from serve(MailSink)


@pytest.fixture
def no_redis(monkeypatch, settings):
    """The cache and the broker as on the site, at an address where nobody answers."""
    url = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = settings.CACHES | {"default": base.CACHES["default"] | {"LOCATION": url}}
    asked = partial(current_app.connection, url, transport_options={"max_retries": 0})
    monkeypatch.setattr(waking, "connection", asked)
    settings.CELERY_BROKER_URL = url
    current_app.conf.task_always_eager = False
    yield url
    current_app.conf.task_always_eager = True
