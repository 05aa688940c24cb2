"""Production settings: silent when right, and no start when wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "peer.trust.example",
    "SITE_URL": "https://peer.trust.example",
    "DATABASE_URL": "postgres://peer:secret@db.example/peer",
    "CELERY_BROKER_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://peer:secret@mail.example:587",
    "DEFAULT_FROM_EMAIL": "Oxleas Peer <peer@trust.example>",
    "SUPPORT_EMAIL": "peer@trust.example",
}

INBOUND = {
    "INBOUND_MAIL_URL": "imaps://a:b@mail.example",
    "INBOUND_MAIL_ADDRESS": "replies@trust.example",
    "INBOUND_OAUTH_TOKEN_URL": "https://x.example",
    "INBOUND_OAUTH_CLIENT_ID": "id",
    "INBOUND_OAUTH_CLIENT_SECRET": "secret",
}


def manage(*arguments, **env):
    names = {*RIGHT, "DEBUG", "CACHE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    clean = {key: value for key, value in os.environ.items() if key not in names}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.production"} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_given_all_that_is_needed_then_the_deployment_check_is_silent():
    done = manage("check", "--deploy", "--fail-level", "DEBUG", **RIGHT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (" in done.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"DEBUG": "on"}, "DEBUG must be off"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY must be"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must not be *"),
        ({"SITE_URL": "http://peer.trust.example"}, "must begin with https://"),
        ({"SITE_URL": "https://elsewhere.example"}, "which ALLOWED_HOSTS does not name"),
        ({"DATABASE_URL": ""}, "DATABASE_URL must name"),
        ({"DATABASE_URL": "sqlite:////tmp/peer.sqlite3"}, "DATABASE_URL is SQLite"),
        ({"CELERY_BROKER_URL": ""}, "CELERY_BROKER_URL must name"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must name"),
        ({"EMAIL_URL": "smtp://peer:secret@mail.example:25"}, "EMAIL_URL must begin with smtp+tls"),
        (INBOUND | {"INBOUND_MAIL_URL": "imap://a:b@mail.example"}, "begin with imaps://"),
        (INBOUND | {"INBOUND_OAUTH_TOKEN_URL": "http://x.example"}, "TOKEN_URL must begin with"),
        ({"DEFAULT_FROM_EMAIL": "Peer <no-reply@demo.example>"}, "DEFAULT_FROM_EMAIL must be"),
        ({"SUPPORT_EMAIL": "peer.programme@demo.example"}, "SUPPORT_EMAIL must be"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_given_something_unsafe_then_it_does_not_start(change, said):
    done = manage("check", **RIGHT | change)
    assert done.returncode != 0
    assert said in done.stderr
    assert done.stderr.count("\n  - ") == 1  # that, and nothing else


def test_given_nothing_then_everything_missing_is_named_at_once():
    done = manage("check")
    assert done.stderr.count("\n  - ") == 8


def test_demonstration_data_is_refused():
    done = manage("load_demo", **RIGHT)
    assert done.returncode != 0
    assert "no place in production" in done.stderr
