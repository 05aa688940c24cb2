"""The guarantee under real faults: nothing lost, and only what was in flight repeated.

Real processes: PostgreSQL or SQLite, Redis or the embedded broker, a Celery worker and the
scheduler, and a mail server that counts. Every message goes to somebody else, so a repeat shows;
half of them to people, half to addresses without an account.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from apps.core import broker as embedded

from ..services import Missing, Server, serve, wait_for

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 1000
COUNT = "SELECT status, count(*) FROM notifications_delivery WHERE channel='email' GROUP BY status"
SETUP = "import django; django.setup(); from tests.notifications.fault_kinds import tell; "


def environment(folder, **env):
    """The environment of the site's processes, whatever the test run's own is."""
    site = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL", "SITE_URL")
    clean = {key: value for key, value in os.environ.items() if key not in site}
    own = {"DJANGO_SETTINGS_MODULE": "tests.notifications.fault_settings", "VAR_DIR": str(folder)}
    return clean | own | {"LOG_LEVEL": "WARNING"} | env


def python(env, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# --- databases and brokers ------------------------------------------------------------------------
class OnPostgreSQL:
    """A migrated database in the cluster."""

    def __init__(self, cluster, template):
        self.cluster = cluster
        self.name = cluster.create(template)
        self.url = cluster.url(self.name)

    def counts(self):
        return dict(self.cluster.execute(COUNT, self.name))


class OnSQLite:
    """A migrated database file."""

    def __init__(self, path, template):
        self.path = path
        shutil.copy(template, path)
        self.url = f"sqlite:///{path}"

    def counts(self):
        with closing(sqlite3.connect(self.path, timeout=20)) as link:
            return dict(link.execute(COUNT).fetchall())


class Embedded(Server):
    """The broker that `make run` starts, on a socket."""

    def __init__(self):
        super().__init__()
        self.socket = self.folder / "run" / "socket"
        self.url = f"redis+socket://{self.socket}"
        try:
            self.arguments = embedded.command(self.socket, self.folder / "data")
        except embedded.NoBroker as reason:
            raise Missing(str(reason)) from None

    def command(self):
        return self.arguments

    def answers(self):
        embedded.wait(self.socket, self.process)
        return True


@pytest.fixture
def embedded_broker():
    yield from serve(Embedded)


# --- the site's processes -------------------------------------------------------------------------
class Site:
    """Worker and scheduler. Each has a session of its own, so that it can be killed whole."""

    def __init__(self, folder, database, broker_url, sink):
        self.log = folder / "log"
        self.database, self.sink = database, sink
        self.env = environment(
            folder, DATABASE_URL=database.url, CELERY_BROKER_URL=broker_url, EMAIL_URL=sink.url
        )
        self.processes = {}

    def start(self, senders=1):
        self._start("beat", "--pidfile=")
        self.start_worker(senders)

    def start_worker(self, senders=1):
        self._start("worker", "--concurrency", str(senders), "--without-gossip", "--without-mingle")

    def _start(self, name, *options):
        with self.log.open("a") as log:
            self.processes[name] = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "--app",
                    "oxleas_peer",
                    "--quiet",
                    name,
                    "--loglevel",
                    "WARNING",
                    *options,
                ],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name):
        """SIGKILL to the process and its pool: no warning, no last words."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def tell(self, people=PEOPLE):
        """A web process notifies so many people."""
        python(self.env, "-c", f"{SETUP} tell({people})")

    def kick(self, times):
        """So many senders begin at the same moment."""
        send = "from apps.core.waking import ask; "
        python(
            self.env,
            "-c",
            f"{SETUP} {send} [ask('apps.notifications.tasks.send') for _ in range({times})]",
        )

    def wait_until_sent(self, people=PEOPLE, seconds=180):
        wait_for(
            lambda: self.database.counts() == {"sent": people},
            seconds,
            why=self.story,
            every=0.5,
        )

    def wait_for_mails(self, number):
        wait_for(lambda: len(self.sink.received) >= number, 90, why=self.story)

    def story(self):
        log = self.log.read_text()[-3000:] if self.log.exists() else ""
        return f"{self.database.counts()}, {len(self.sink.received)} received\n{log}"

    def repeats(self, people=PEOPLE):
        """How many messages came more than once; fails where one is missing or has two ids."""
        received = Counter(self.sink.received)
        assert {to for to, _ in received} == {f"person{n}@test.example" for n in range(people)}
        assert len(received) == people, "somebody's message came under two Message-IDs"
        return received.total() - people

    def close(self):
        for name in list(self.processes):
            self.kill(name)


@pytest.fixture
def sites(tmp_path):
    """Makes a site; ends its processes."""
    made = []

    def make(*parts):
        made.append(Site(tmp_path, *parts))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(sites, postgresql, migrated_postgresql, redis_server, mail_sink):
    """The real thing: PostgreSQL, Redis, SMTP."""
    database = OnPostgreSQL(postgresql, migrated_postgresql)
    return sites(database, redis_server.url, mail_sink)


@pytest.fixture
def small_site(sites, migrated_sqlite, tmp_path, embedded_broker, mail_sink):
    """The embedded default: SQLite and a broker on a socket."""
    database = OnSQLite(tmp_path / "peer.sqlite3", migrated_sqlite)
    return sites(database, embedded_broker.url, mail_sink)


# --- faults ---------------------------------------------------------------------------------------
# By day with the embedded default; with servers of their own in the night.
KINDS = pytest.mark.parametrize(
    "kind", [pytest.param("site", marks=pytest.mark.nightly), "small_site"]
)


@KINDS
def test_given_the_worker_is_killed_with_a_message_in_flight_only_that_one_repeats(
    kind, request, mail_sink
):
    """Killed at the worst moment: the mail server has the message, and has not yet said so."""
    site = request.getfixturevalue(kind)
    kills = [300, 700]

    def kill(number):
        if kills and number == kills[0]:
            kills.pop(0)
            site.kill("worker")

    mail_sink.on_message = kill
    site.tell()
    site.start()
    for number in (300, 700):
        site.wait_for_mails(number)
        wait_for(lambda: "worker" not in site.processes)
        site.start_worker()
    site.wait_until_sent()
    assert site.repeats() == 2


@KINDS
def test_given_four_senders_and_no_fault_nothing_comes_twice(kind, request):
    site = request.getfixturevalue(kind)
    site.tell()
    site.kick(8)
    site.start(senders=4)
    site.wait_until_sent()
    assert site.repeats() == 0


@pytest.mark.nightly
def test_given_the_broker_stops_for_a_while_nothing_is_lost_or_repeated(site, redis_server):
    site.start()
    site.tell()
    site.wait_for_mails(300)
    redis_server.stop()
    time.sleep(5)
    redis_server.start()
    site.wait_until_sent()
    assert site.repeats() == 0


@KINDS
def test_given_the_broker_is_down_when_something_happens_it_is_told_once_it_is_back(kind, request):
    site = request.getfixturevalue(kind)
    broker = request.getfixturevalue("redis_server" if kind == "site" else "embedded_broker")
    broker.stop()
    began = time.monotonic()
    site.tell(people=50)  # does not fail: the deliveries are in the database
    assert time.monotonic() - began < 30
    assert site.database.counts() == {"waiting": 50}
    broker.start()
    site.start()
    site.wait_until_sent(people=50)
    assert site.repeats(people=50) == 0


@pytest.mark.nightly
def test_given_the_mail_server_stops_for_a_while_at_most_the_message_in_flight_repeats(
    site, mail_sink
):
    site.start()
    site.tell()
    site.wait_for_mails(300)
    mail_sink.stop()
    time.sleep(5)
    assert "failed" not in site.database.counts()
    mail_sink.start()
    site.wait_until_sent()
    assert site.repeats() <= 1


@pytest.mark.nightly
def test_given_the_database_restarts_at_most_the_message_in_flight_repeats(site, postgresql):
    site.start()
    site.tell()
    site.wait_for_mails(300)
    postgresql.restart()
    site.wait_until_sent()
    assert site.repeats() <= 1


@pytest.mark.nightly
def test_given_the_database_crashes_at_most_the_message_in_flight_repeats(site, postgresql):
    site.start()
    site.tell()
    site.wait_for_mails(300)
    postgresql.crash()
    postgresql.start()
    site.wait_until_sent()
    assert site.repeats() <= 1


@pytest.mark.nightly
def test_given_all_faults_at_once_nothing_is_lost(site, postgresql, redis_server, mail_sink):
    site.start(senders=2)
    site.tell()
    site.wait_for_mails(200)
    site.kill("worker")
    mail_sink.stop()
    redis_server.kill()
    postgresql.restart()
    time.sleep(2)
    redis_server.start()
    site.start_worker(senders=2)
    time.sleep(2)
    mail_sink.start()
    site.wait_until_sent()
    assert site.repeats() <= 2  # one in flight for each of two senders
