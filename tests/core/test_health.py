"""/healthz says that the process answers; /readyz names the part that does not."""

import time

import pytest
from django.core.cache import cache
from django.db import connection

from apps.core import health

from ..environment import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture(autouse=True)
def _all_well(settings):
    settings.CELERY_BROKER_URL = "memory://"
    health.tick()
    yield
    cache.clear()


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


def test_given_no_broker_then_it_is_named_in_seconds(client, settings, monkeypatch):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(
        health.current_app,
        "connection_for_write",
        lambda: health.current_app.connection(settings.CELERY_BROKER_URL),
    )
    began = time.monotonic()
    assert readiness(client) == (503, {"status": "failing", "failing": ["broker"]})
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("at", [None, 0])
def test_given_a_scheduler_that_never_ticked_or_stopped_then_it_is_named(client, at):
    cache.clear()
    if at is not None:
        cache.set(health.BEAT_KEY, time.time() - health.BEAT_MAX_AGE - 1)
    assert readiness(client) == (503, {"status": "failing", "failing": ["scheduler"]})
