"""/healthz says that the process answers; /readyz names the part that does not."""

import socket
import time

import pytest
from django.core.cache import caches
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from apps.core import health
from apps.core.models import CacheEntry

from ..environment import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture(autouse=True)
def _all_well(settings):
    settings.CELERY_BROKER_URL = "memory://"
    health.tick()


def readiness(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_given_all_well_then_both_answer(client):
    assert client.get("/healthz").content == b"ok"
    assert readiness(client) == (200, {"status": "ok"})


def test_given_no_database_then_it_is_named_and_healthz_still_answers(client, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(connection, "cursor", fail)
    assert readiness(client) == (503, {"status": "failing", "failing": ["database"]})
    assert client.get("/healthz").status_code == 200


def test_given_no_broker_then_it_is_named_in_seconds(client, no_redis):
    began = time.monotonic()
    status, said = readiness(client)
    assert (status, said["failing"]) == (503, ["broker"])
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("at", [None, 0])
def test_given_a_scheduler_that_never_ticked_or_stopped_then_it_is_named(client, at):
    store = caches["database"]
    store.clear()
    if at is not None:
        store.set(health.BEAT_KEY, time.time() - health.BEAT_MAX_AGE - 1)
    assert readiness(client) == (503, {"status": "failing", "failing": ["scheduler"]})


def test_given_no_redis_then_the_cache_is_named_and_does_not_fail(client, settings, no_redis):
    settings.CELERY_BROKER_URL = "memory://"
    assert readiness(client) == (200, {"status": "ok", "fallen_back": ["cache"]})


def test_given_a_tick_what_has_run_out_is_gone(no_redis):
    caches["database"].set("one", 1)
    CacheEntry.objects.exclude(pk="").update(expires="2020-01-01T00:00Z")
    health.tick()
    assert CacheEntry.objects.count() == 1


@pytest.fixture
def mail_server(settings, monkeypatch):
    """A mail server that is asked anew each time; ``.tried`` counts."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    monkeypatch.setattr(health, "MAIL", health.MailServer())
    return health.MAIL


def test_given_no_mail_server_then_it_is_named_and_asked_once_for_many(
    client, mail_server, monkeypatch
):
    tried = []
    connect = EmailBackend.open
    monkeypatch.setattr(EmailBackend, "open", lambda self: tried.append(1) or connect(self))
    for _ in range(3):
        assert readiness(client) == (503, {"status": "failing", "failing": ["mail"]})
    assert len(tried) == 1


def test_given_a_mail_server_that_hangs_then_one_waits_and_others_do_not(
    settings, mail_server, monkeypatch
):
    monkeypatch.setattr(mail_server, "WAIT", 0.2)
    connect, found = EmailBackend.open, []

    def while_another_asks(self):
        monkeypatch.setattr(EmailBackend, "open", connect)
        found.append(mail_server.answers())
        return connect(self)

    monkeypatch.setattr(EmailBackend, "open", while_another_asks)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        assert not mail_server.answers()
    assert found == [True]  # what was known last


def test_given_a_mail_server_that_comes_back_then_it_is_named_no_longer(
    client, settings, mail_server, monkeypatch, mail_sink
):
    monkeypatch.setattr(mail_server, "REMEMBERED", 0)
    assert readiness(client)[1]["failing"] == ["mail"]
    settings.EMAIL_PORT = mail_sink.port
    assert readiness(client) == (200, {"status": "ok"})
    mail_sink.stop()
    assert readiness(client)[1]["failing"] == ["mail"]
