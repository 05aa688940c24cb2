"""One command for web, worker, scheduler and broker on one machine."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from kombu import Connection

from ... import broker, demo

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 8  # a sending batch may finish; after that it is sent again at the next start
READY_SECONDS = 60


class Stopped(BaseException):
    """Ctrl-C, or the terminal went away."""


class Command(BaseCommand):
    """Serve the site from one terminal: for trying it and for building it.

    Starts a broker (unless CELERY_BROKER_URL names one), prepares the database, then runs web,
    worker and scheduler until Ctrl-C. Each is started in a session of its own, so that Ctrl-C
    reaches this process alone, which ends the others in order: a signal to a whole group would
    hang the worker's orderly stop. If one of them ends by itself, so does everything.
    """

    help = __doc__
    requires_system_checks = []  # migrate runs them

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        if not settings.DEBUG:
            raise CommandError("runall is for one machine with DEBUG on. See docs/operations.md.")
        for number in STOPS:
            signal.signal(number, stop)
        self.children = {}
        try:
            with only_one() as self.lock, listen(port) as listener:
                os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
                os.environ.setdefault("LOG_LEVEL", "WARNING")
                self.start_broker()
                self.prepare_database()
                self.start_site(listener)
                self.wait_for_web(port)
                self.welcome(port)
                self.watch(float("inf"))
        except Stopped:
            self.stdout.write("\nStopping.")
        except broker.NoBroker as reason:
            raise CommandError(str(reason)) from None
        finally:
            self.end_children()

    # --- starting -----------------------------------------------------------------------------
    def start_broker(self):
        if os.environ.get("CELERY_BROKER_URL"):
            check_broker(settings.CELERY_BROKER_URL)
            return
        self.say("Starting the embedded broker")
        path, folder = settings.BROKER_SOCKET, settings.VAR_DIR / "broker"
        self.start("broker", *broker.command(path, folder))
        broker.wait(path, self.children["broker"])

    def prepare_database(self):
        self.say("Bringing the database up to date")
        try:
            connection.ensure_connection()
        except OperationalError as reason:
            raise CommandError(f"The database does not answer: {reason}") from None
        call_command("migrate", verbosity=0, interactive=False)
        if not get_user_model().objects.exists():
            self.say("Loading the demonstration programme (under a minute)")
            call_command("load_demo", verbosity=0)
        connection.close()

    def start_site(self, listener):
        self.say("Starting web, worker and scheduler")
        python = (sys.executable, "-m")
        app = ("celery", "--app", "oxleas_peer", "--quiet")
        fd = listener.fileno()
        self.start(
            "web",
            *python,
            "gunicorn",
            "oxleas_peer.wsgi",
            "--bind",
            f"fd://{fd}",
            "--threads",
            "4",
            "--graceful-timeout",
            "3",
            "--log-level",
            "warning",
            "--no-control-socket",
            pass_fds=(fd,),
        )
        self.start(
            "worker",
            *python,
            *app,
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        )
        self.start("scheduler", *python, *app, "beat", "--loglevel", "WARNING", "--pidfile=")

    def start(self, name, *command, pass_fds=()):
        """Start one part; no stop signal can come between its birth and its being known."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            self.children[name] = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if name == "broker" else None,
                pass_fds=(self.lock.fileno(), *pass_fds),
                start_new_session=True,
                preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before),
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    # --- running ------------------------------------------------------------------------------
    def wait_for_web(self, port):
        self.watch(READY_SECONDS, until=lambda: answers(port))

    def watch(self, seconds, until=lambda: False):
        """Wait ``until`` something is so; stop when a part, or whoever started us, is gone."""
        parent, deadline = os.getppid(), time.monotonic() + seconds
        while not until():
            for name, child in self.children.items():
                if child.poll() is not None:
                    raise CommandError(
                        f"The {name} ended by itself (exit code {child.returncode})."
                    )
            if os.getppid() != parent:
                raise Stopped
            if time.monotonic() > deadline:
                raise CommandError(f"The site did not answer within {seconds} seconds.")
            time.sleep(0.2)

    def welcome(self, port):
        url = f"http://127.0.0.1:{port}"
        lines = ["", f"Oxleas Peer is at {url}/"]
        sign_ins = demo.sign_ins()
        present = set(
            get_user_model()
            .objects.filter(email__in=[one.email for one in sign_ins])
            .values_list("email", flat=True)
        )
        connection.close()
        if present:
            lines += ["", f"Sign in with the password {demo.PASSWORD} as:"]
            lines += [f"  {one.email:26}{one.what}" for one in sign_ins if one.email in present]
        if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
            lines += ["", f"E-mail is not sent; read it at {url}/mailbox/"]
        lines += ["", "Press Ctrl-C to stop."]
        self.say("\n".join(lines))

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    # --- stopping -----------------------------------------------------------------------------
    def end_children(self):
        """End every part in order, the broker last; whatever a part left behind ends too."""
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        last = [self.children.pop("broker")] if "broker" in self.children else []
        for batch in (list(self.children.values()), last):
            for child in batch:
                child.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for child in batch:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(max(0.1, deadline - time.monotonic()))
            for child in batch:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def stop(number, frame):
    raise Stopped


@contextmanager
def only_one():
    """Two of these would share one database file and one broker: refuse the second.

    The parts inherit the lock, so it holds until the last of them is gone.
    """
    settings.VAR_DIR.mkdir(exist_ok=True)
    with open(settings.VAR_DIR / "running.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("The site is already running from this folder.") from None
        yield lock


@contextmanager
def listen(port):
    """The port, taken before anything is started."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except (OSError, OverflowError):
            raise CommandError(
                f"Port {port} is taken or may not be used. Choose another: make run PORT=8001"
            ) from None
        yield listener


def check_broker(url):
    try:
        with Connection(url) as there:
            there.ensure_connection(max_retries=2, interval_start=0.5, timeout=5)
    except Exception as reason:
        name = Connection(url).as_uri()  # without the password
        raise CommandError(f"The broker {name} does not answer: {reason}") from None


def answers(port):
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        web.request("GET", "/healthz")
        return web.getresponse().status == 200
    except OSError:
        return False
    finally:
        web.close()
