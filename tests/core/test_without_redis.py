"""The site itself, two processes of it, with Redis stopped, and hung, and the mail server stopped.

Real servers: what a connection that hangs does, no test with a replaced method shows.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from django.core import signing

from ..environment import free_port
from ..notifications.test_faults import OnPostgreSQL, OnSQLite, environment, python
from ..services import wait_for

pytestmark = [pytest.mark.services, pytest.mark.timed]

ROOT = Path(__file__).resolve().parents[2]
KEY = "a key of this test alone, long enough for anybody to be content"
PASSWORD = "lantern river thimble"
SETUP = "import django; django.setup(); "
PEOPLE = f"""
from allauth.account.models import EmailAddress
from apps.accounts.models.people import User
for name in ("amara", "leah"):
    user = User.objects.create_user(f"{{name}}@test.example", "{PASSWORD}", full_name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
TICK = "from apps.core.health import tick; tick()"
# Nothing that is asked of a page may take longer, however Redis behaves.
MOST = 2  # seconds


class Site:
    """Two web processes; what is asked goes to each in turn, as a browser of its own."""

    def __init__(self, folder, database, redis, sink):
        self.redis, self.sink = redis, sink
        self.env = environment(
            folder,
            DATABASE_URL=database.url,
            CELERY_BROKER_URL=redis.url,
            EMAIL_URL=sink.url,
            SECRET_KEY=KEY,
            WEB_WORKERS="1",
            INTEREST_AT_MOST_AN_HOUR="3",
            PYTHONHASHSEED="0",
        )
        self.log = folder / "web.log"
        self.ports, self.processes, self.turn = [], [], 0
        python(self.env, "-c", SETUP + PEOPLE + TICK)

    def start(self):
        for _ in range(2):
            port = free_port()
            command = ("-m", "gunicorn", "--config", "docker/gunicorn.py", "oxleas_peer.wsgi")
            with self.log.open("a") as log:
                started = subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=self.env | {"WEB_BIND": f"127.0.0.1:{port}"},
                    stdout=log,
                    stderr=log,
                )
            self.processes.append(started)
            self.ports.append(port)
        for port in self.ports:
            wait_for(lambda port=port: self._answers(port), 60, why=lambda: self.log.read_text())
            self.sign_in("leah", PASSWORD)  # templates are compiled; each process knows Redis

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)

    def _answers(self, port):
        try:
            return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    # --- what people do -------------------------------------------------------------------------
    def send(self, path, **form):
        """Fill in the form of this page at the next process; its answer, within MOST seconds."""
        self.turn += 1
        url = f"http://127.0.0.1:{self.ports[self.turn % 2]}{path}"
        with requests.Session() as browser:
            browser.trust_env = False
            browser.headers["Host"] = "localhost"  # wrong passwords count for each name of a host
            page = browser.get(url, timeout=30).text
            form["csrfmiddlewaretoken"] = re.search(
                r'name="csrfmiddlewaretoken" value="([^"]+)"', page
            )[1]
            began = time.monotonic()
            answer = browser.post(url, form, timeout=30, allow_redirects=False)
            self.took = time.monotonic() - began
            return answer

    def sign_in(self, name, password):
        return self.send("/accounts/login/", login=f"{name}@test.example", password=password)

    def gets_in(self, name="leah"):
        answer = self.sign_in(name, PASSWORD)
        return answer.status_code == 302 and self.took < MOST

    def guesses(self, times):
        """How many of so many wrong passwords were looked at."""
        answers = [self.sign_in("amara", "wrong wrong wrong") for _ in range(times)]
        assert {answer.status_code for answer in answers} == {200}
        return sum("tried too many times" not in answer.text for answer in answers)

    def asks_to_take_part(self):
        return self.send(
            "/take-part/",
            full_name="Robin Vale",
            email="robin@test.example",
            wish="peer",
            words="I like walking.",
            website="",
            opened=signing.dumps(int(time.time()) - 10, key=KEY, salt="core.public_form"),
        ).status_code

    def ready(self):
        """(status, what fails, what fell back) of both processes together."""
        found = [requests.get(f"http://127.0.0.1:{port}/readyz", timeout=30) for port in self.ports]
        said = [answer.json() for answer in found]
        return (
            {answer.status_code for answer in found},
            {name for one in said for name in one.get("failing", [])},
            {name for one in said for name in one.get("fallen_back", [])},
        )

    def lines(self, words):
        return self.log.read_text().count(words)


WELL = ({200}, set(), set())


@pytest.fixture(params=[OnSQLite, pytest.param(OnPostgreSQL, marks=pytest.mark.nightly)])
def site(request, tmp_path, redis_server, mail_sink):
    if request.param is OnPostgreSQL:
        servers = (
            request.getfixturevalue("postgresql"),
            request.getfixturevalue("migrated_postgresql"),
        )
    else:
        servers = tmp_path / "peer.sqlite3", request.getfixturevalue("migrated_sqlite")
    made = Site(tmp_path, request.param(*servers), redis_server, mail_sink)
    try:
        made.start()
        yield made
    finally:
        redis_server.process and redis_server.process.send_signal(signal.SIGCONT)
        made.close()


def stopped(redis):
    redis.stop()
    return redis.start


def hung(redis):
    redis.process.send_signal(signal.SIGSTOP)
    return lambda: redis.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("how", [hung, pytest.param(stopped, marks=pytest.mark.nightly)])
def test_while_redis_is_away_people_sign_in_and_limits_hold_for_both_processes(site, how):
    assert site.ready() == WELL
    how(site.redis)
    assert site.gets_in()
    assert site.guesses(8) == 5
    assert [site.asks_to_take_part() for _ in range(5)] == [302, 302, 302, 429, 429]
    assert site.took < MOST
    assert site.ready() == ({503}, {"broker"}, {"cache"})
    assert site.lines("The cache does not answer") == 2  # once each
    assert site.lines("Traceback") == 0


@pytest.mark.nightly
@pytest.mark.parametrize("how", [hung, stopped])
def test_a_limit_that_was_reached_gives_one_more_round_a_fall_and_redis_takes_over_again(site, how):
    assert site.guesses(6) == 5
    back = how(site.redis)
    assert site.guesses(6) == 5
    back()
    wait_for(lambda: site.ready() == WELL, 60, why=lambda: f"{site.ready()} {site.log.read_text()}")
    assert site.lines("The cache answers again") == 2
    assert site.guesses(2) == 0  # Redis kept what it had counted; and no lock is left over
    how(site.redis)
    assert site.guesses(2) == 0  # nor did the database forget
    assert site.gets_in()


@pytest.mark.nightly
def test_a_mail_server_that_stops_is_named_until_it_is_back(site):
    assert site.ready() == WELL
    site.sink.stop()
    wait_for(lambda: site.ready() == ({503}, {"mail"}, set()), 60)
    assert site.gets_in()
    site.sink.start()
    wait_for(lambda: site.ready() == WELL, 60)
