"""`make run` for real: one command up, every sign-in, one signal down, nothing left behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import psycopg2
import pytest

from apps.core import demo

from ..environment import free_port

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """The command, running from a folder of its own."""

    def __init__(self, folder, port=None, **env):
        self.port = port or free_port()
        self.log = folder / "log"
        names = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "SITE_URL", "PORT")
        clean = {key: value for key, value in os.environ.items() if key not in names}
        env = (
            clean
            | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.dev"}
            | env
        )
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "runall", "--port", str(self.port)],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def parts(self):
        """The process ids of everything that it started, and of what those started."""
        table = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout.split()
        parents = dict(zip(map(int, table[::2]), map(int, table[1::2]), strict=True))
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def wait_until_ready(self):
        """After 90 seconds of its own work at most, however busy others keep the machine."""
        deadline = time.monotonic() + 300  # it may also wait for something that does not come
        while "Press Ctrl-C" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert self.worked() < 90, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def worked(self):
        """Seconds of computing of the command itself, which migrates and loads; elsewhere none."""
        try:
            numbers = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0
        return sum(map(int, numbers[11:13])) / os.sysconf("SC_CLK_TCK")

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(30)

    def browser(self):
        """Something that keeps cookies, and asks no proxy."""
        return build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def filled(tmp_path, loaded_sqlite):
    """The site was here before: its database is full already."""
    shutil.copy(loaded_sqlite, tmp_path / "peer.sqlite3")


@pytest.fixture
def start(tmp_path):
    """Starts the site in ``tmp_path``; whatever a failing test leaves running is ended."""
    started = []

    def start(**options):
        started.append(Site(tmp_path, **options))
        return started[-1]

    yield start
    for site in started:
        if site.process.poll() is None:
            site.process.kill()
            site.process.wait()


def alive(pids):
    return {
        pid
        for pid in pids
        if Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes()
    }


def sign_in(site, email):
    """What the site shows after the sign-in form was sent."""
    browser = site.browser()
    page = browser.open(site.url("/accounts/login/")).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "login": email, "password": demo.PASSWORD}
    return browser.open(site.url("/accounts/login/"), urlencode(form).encode())


def readiness(site):
    """What /readyz says, whatever its status."""
    try:
        return site.browser().open(site.url("/readyz")).read().decode()
    except HTTPError as failing:
        return failing.read().decode()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
def test_given_an_empty_folder_then_everybody_can_sign_in_and_one_signal_ends_it_all(start):
    site = start()
    site.wait_until_ready()
    parts = site.parts()
    assert len(parts) >= 5  # broker, web and its worker, worker and its pool, scheduler

    assert site.browser().open(site.url("/")).status == 200
    style = site.browser().open(site.url("/static/nhsuk/nhsuk-frontend.min.css"))
    assert style.headers["Content-Type"].startswith("text/css")
    output = site.log.read_text()
    for one in demo.sign_ins():
        assert one.email in output
        answer = sign_in(site, one.email)
        assert answer.url == site.url("/"), one.email
        assert "What needs you" in answer.read().decode()

    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 15
    assert alive(parts) == set()
    assert not (site.log.parent / "broker" / "socket").exists()


def test_given_a_taken_port_then_nothing_is_started(start, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = start(port=other.getsockname()[1])
        assert site.process.wait(30) == 1
    assert "is taken" in site.log.read_text()
    assert not (tmp_path / "peer.sqlite3").exists()
    assert not (tmp_path / "broker").exists()


@pytest.mark.usefixtures("filled")
def test_given_a_part_that_dies_then_the_command_names_it_and_ends_the_rest(start):
    site = start()
    site.wait_until_ready()
    parts = site.parts()
    scheduler = next(pid for pid in parts if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(scheduler, signal.SIGKILL)
    assert site.process.wait(30) == 1
    assert "The scheduler ended by itself" in site.log.read_text()
    assert alive(parts) == set()


def test_given_a_broker_that_does_not_answer_then_it_says_so(start):
    site = start(CELERY_BROKER_URL=f"redis://:hidden@127.0.0.1:{free_port()}/0")
    assert site.process.wait(60) == 1
    output = site.log.read_text()
    assert "does not answer" in output
    assert "hidden" not in output
    assert "Traceback" not in output


def test_given_debug_off_then_it_refuses(start):
    site = start(DEBUG="off")
    assert site.process.wait(30) == 1
    assert "docs/operations.md" in site.log.read_text()


def test_given_a_deep_folder_then_the_socket_moves_to_a_short_path_and_a_second_one_says_so(
    start, tmp_path, loaded_sqlite
):
    deep = tmp_path / ("a long way down/" * 6)
    deep.mkdir(parents=True)
    shutil.copy(loaded_sqlite, deep / "peer.sqlite3")
    first = start(VAR_DIR=str(deep))
    first.wait_until_ready()
    assert "broker" not in readiness(first)
    second = Site(tmp_path / "..", VAR_DIR=str(deep))
    assert second.process.wait(30) == 1
    assert "already running" in second.log.read_text()
    assert first.browser().open(first.url("/healthz")).status == 200
    assert first.stop(signal.SIGTERM) == 0


@pytest.fixture
def empty_postgresql():
    """The URL of an empty database on the PostgreSQL of this pass."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("this pass has no PostgreSQL")
    name = f"runall_{os.getpid()}"
    with closing(psycopg2.connect(url)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.nightly
def test_given_postgresql_and_redis_then_the_same_command_uses_them(start, empty_postgresql):
    broker = os.environ["CELERY_BROKER_URL"]
    site = start(DATABASE_URL=empty_postgresql, CELERY_BROKER_URL=broker)
    site.wait_until_ready()
    assert not (site.log.parent / "peer.sqlite3").exists()
    assert not (site.log.parent / "broker").exists()
    assert sign_in(site, "office@demo.example").url == site.url("/")
    assert site.stop() == 0
