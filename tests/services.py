"""PostgreSQL, Redis, a mail server and a mailbox of a test's own, to be stopped, killed and started
again.

They listen on free ports of 127.0.0.1, keep what they write in a new folder, and end with the
test run. Fixtures: ``postgresql`` (one a run; ``postgresql.create()`` makes a database in it),
``redis_server`` and ``mail_sink`` (one a test); ``dovecot`` (one a run; ``postbox`` is it, empty,
as the site knows it); ``no_redis``, which is none.
"""

import grp
import json
import os
import pwd
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, urlsplit

import psycopg2
import pytest
import redis
from aiosmtpd.controller import Controller
from celery import current_app
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from apps.core import waking
from oxleas_peer.settings import base, inbound
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


class Dovecot(Server):
    """A server of one mailbox, by TLS with a certificate of its own (``certificate``).

    It knows a password, and access tokens that ``provider`` gives out: a token endpoint and the
    question what a token is worth, as Exchange Online and others have them.
    """

    USER, PASSWORD = "replies@peer.example", "correct:horse"

    CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
auth_failure_delay = 0
auth_mechanisms = plain xoauth2
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = /
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""

    def __init__(self, prefix=""):
        self.program = environment.dovecot()
        if self.program is None:
            raise Missing("Dovecot is not installed")
        self.run_as = unprivileged()
        super().__init__()
        owner = self.run_as.get("user", os.geteuid())
        self.certificate = self.folder / "certificate.pem"
        key, certificate = self_signed()
        (self.folder / "key.pem").write_bytes(key)
        self.certificate.write_bytes(certificate)
        self.provider = TokenProvider(self.USER)
        named = {
            "folder": self.folder,
            "user": pwd.getpwuid(owner).pw_name,
            "group": grp.getgrgid(self.run_as.get("group", os.getegid())).gr_name,
            "port": self.port,
            "password": self.PASSWORD,
            "prefix": prefix,
        }
        (self.folder / "dovecot.conf").write_text(self.CONFIG.format(**named))
        (self.folder / "oauth2.conf").write_text(
            f"introspection_mode = get\nintrospection_url = {self.provider.url}/worth?token=\n"
            "username_attribute = email\nactive_attribute = active\nactive_value = yes\n"
        )
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        if self.run_as:
            for path in [self.folder, *self.folder.iterdir()]:
                os.chown(path, owner, self.run_as["group"])

    def command(self):
        return [self.program, "-F", "-c", str(self.folder / "dovecot.conf")]

    def answers(self):
        with suppress(OSError), self.client() as client:
            return client.login(self.USER, self.PASSWORD)
        return False

    def client(self):
        """A mail program of the tests."""
        tls = ssl.create_default_context(cafile=str(self.certificate))
        return IMAPClient("127.0.0.1", self.port, ssl_context=tls, timeout=10)

    @contextmanager
    def signed_in(self):
        with self.client() as client:
            client.login(self.USER, self.PASSWORD)
            yield client

    def deliver(self, *mails, folder="INBOX", **more):
        with self.signed_in() as client:
            for mail in mails:
                client.append(folder, mail, **more)

    def folders(self):
        """{folder: its mails}, of those that have any."""
        found = {}
        with self.signed_in() as client:
            for _, _, name in client.list_folders():
                client.select_folder(name, readonly=True)
                if keys := client.search("ALL"):
                    mails = client.fetch(keys, ["BODY.PEEK[]"])
                    found[name] = [mails[key][b"BODY[]"] for key in keys]
        return found

    def empty(self):
        with self.signed_in() as client:
            for _, _, name in client.list_folders():
                if name != "INBOX":
                    client.delete_folder(name)
            client.select_folder("INBOX")
            if keys := client.search("ALL"):
                client.delete_messages(keys)
                client.expunge()

    def close(self):
        super().close()
        self.provider.stop()


class TokenProvider:
    """Gives out access tokens to who knows the secret, and says what they are worth."""

    SECRET = "of the application"

    def __init__(self, user):
        self.user, self.asked, self.token = user, [], "good-token"
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                said = dict(parse_qsl(self.rfile.read(length).decode()))
                provider.asked.append(said)
                known = said.get("client_secret") == provider.SECRET
                self._say({"access_token": provider.token}, 200 if known else 401)

            def do_GET(self):
                good = parse_qs(urlsplit(self.path).query).get("token") == ["good-token"]
                self._say({"active": "yes" if good else "no", "email": provider.user})

            def _say(self, what, status=200):
                body = json.dumps(what).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def self_signed():
    """(key, certificate) of 127.0.0.1, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Tests travel in time.
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, *plain), certificate.public_bytes(pem)


class MailSink:
    """An SMTP server that keeps what it takes: (recipient, Message-ID), in order.

    ``on_message``, given the number of messages so far, runs after one came in and before its
    sender hears that it did.
    """

    def __init__(self):
        self.port = free_port()
        self.received = []
        self.raw = []
        self.senders = []  # of the envelopes
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
        self.senders.append(envelope.mail_from)
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


@pytest.fixture(scope="session")
def dovecot():
    yield from serve(Dovecot)


@pytest.fixture
def postbox(dovecot, settings, monkeypatch):
    """An empty mailbox, which the site reads; its certificate is one that we trust."""
    dovecot.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    settings.INBOUND = mailbox(port=dovecot.port)
    return dovecot


def mailbox(**other):
    """What the settings say of a mailbox, as they make it of the environment."""
    at = {
        "INBOUND_MAIL_URL": "imaps://replies%40peer.example:correct%3Ahorse@127.0.0.1/INBOX",
        "INBOUND_MAIL_ADDRESS": Dovecot.USER,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in at.items():
            patch.setenv(name, value)
        return inbound.mailbox(base.env) | other


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
