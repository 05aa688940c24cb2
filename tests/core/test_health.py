"""``/readyz`` names the part that does not answer."""

import pytest
from django.core.cache import cache
from django.db import connection

from apps.core import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_answers(settings):
    settings.CELERY_BROKER_URL = "memory://"
    cache.clear()
    health.tick()


def test_given_everything_when_asked_then_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_given_a_scheduler_that_stopped_when_asked_then_it_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "BEAT_MAX_AGE", -1)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "failing", "failing": ["scheduler"]}


def test_given_no_broker_when_asked_then_it_is_named(client, settings, monkeypatch):
    monkeypatch.setattr(health, "_broker", lambda: 1 / 0)
    assert client.get("/readyz").json()["failing"] == ["broker"]


def test_given_no_database_when_asked_then_it_is_named(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", lambda: 1 / 0)
    assert client.get("/readyz").json()["failing"] == ["database"]
    assert client.get("/healthz").status_code == 200
