"""The cache and the broker where nobody answers: pages go on, limits hold, the log says so once."""

import logging
import re
from functools import partial

import pytest
from celery import current_app
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.urls import reverse

from apps.core import caching, circuit, limits, waking
from apps.core.circuit import PAUSE, Circuit
from apps.core.models import CacheEntry

from ..accounts.conftest import PASSWORD, with_password
from ..at_once import together

pytestmark = pytest.mark.django_db
TASK = "apps.core.tasks.seal_audit"


@pytest.fixture
def hands(monkeypatch):
    """``hands(seconds)`` puts the clock of circuits forward."""
    at = [1000.0]
    monkeypatch.setattr(circuit, "monotonic", lambda: at[0])

    def forward(seconds):
        at[0] += seconds

    return forward


@pytest.fixture
def redis_asked(monkeypatch):
    """What Redis was asked."""
    asked = []

    def counted(name, method):
        def ask(self, *args, **kwargs):
            asked.append(name)
            return method(self, *args, **kwargs)

        return ask

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(RedisCache, name, counted(name, getattr(RedisCache, name)))
    return asked


# --- what is left alone -------------------------------------------------------------------------
def away():
    raise ConnectionError("amara@test.example")


def test_after_a_failure_one_caller_a_pause_knocks_and_two_answers_bring_it_back(hands, caplog):
    one = Circuit("The thing", "others do it")
    assert one.may_ask(away)  # nobody knocks where it answers
    one.failed(ConnectionError("amara@test.example"))
    knocked = []
    knock = partial(knocked.append, 1)
    assert not one.may_ask(knock)
    hands(PAUSE - 1)
    assert not one.may_ask(knock)
    assert not knocked
    hands(1)
    assert [one.may_ask(knock), one.may_ask(knock)] == [False, False]
    assert len(knocked) == 1
    hands(PAUSE)
    assert not one.may_ask(away)  # it fell again, which begins anew
    hands(PAUSE)
    assert not one.may_ask(knock)
    hands(PAUSE)
    assert one.may_ask(knock)
    assert one.may_ask(away)
    assert [(line.levelno, line.getMessage()) for line in caplog.records] == [
        (logging.WARNING, "The thing does not answer (ConnectionError): others do it"),
        (logging.WARNING, "The thing answers again"),
    ]


@pytest.mark.parametrize(
    ("other", "silent", "left"),
    [
        ("redis://another@redis:6379/1", True, True),
        ("redis://redis:6380/0", True, False),
        ("unix:///run/redis?db=1", True, False),
        ("memory://", True, False),
        ("redis://redis:6379/1", False, False),  # it answered, with a refusal
    ],
)
def test_whatever_else_a_silent_server_is_asked_for_is_left_alone_too(
    other, silent, left, monkeypatch, caplog
):
    monkeypatch.setattr(circuit, "EVERY", {})
    one = Circuit("The thing", "others do it", lambda: "redis://peer:secret@redis:6379/0")
    two = Circuit("The other", "it waits", lambda: other)
    one.failed(ConnectionError("amara@test.example"), silent=silent)
    assert (one.open, two.open) == (True, left)
    assert len(caplog.records) == 1 + left
    assert "secret" not in caplog.text + str(two)
    assert Circuit("What has no server", "nothing").may_ask(away)


@pytest.mark.parametrize("first", ["cache", "broker"])
def test_a_page_waits_once_for_a_server_that_does_both(first, no_redis, redis_asked):
    if first == "cache":
        cache.set("one", 1)
    else:
        assert not waking.ask(TASK)
    assert (caching.REDIS.open, waking.BROKER.open) == (True, True)
    assert not waking.ask(TASK)
    assert cache.get("one") == (1 if first == "cache" else None)
    assert redis_asked == (["set"] if first == "cache" else [])


def test_redis_is_asked_once_and_then_the_database_alone(no_redis, hands, redis_asked):
    cache.set("one", 1)
    for _ in range(3):
        assert cache.get("one") == 1
    assert redis_asked == ["set"]
    assert caching.REDIS.open
    hands(PAUSE)
    assert cache.get("one") == 1
    assert redis_asked == ["set"]  # it was knocked at, and not asked for what changes something


def test_while_redis_answers_the_database_is_asked_nothing(
    no_redis, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(RedisCache, "get", lambda *args, **kwargs: "from Redis")
    with django_assert_num_queries(0):
        assert cache.get("one") == "from Redis"


# --- the cache in the database ------------------------------------------------------------------
@pytest.mark.differs
@pytest.mark.both
def test_the_database_does_all_that_redis_did(no_redis):
    assert cache.get("one", "none") == "none"
    assert cache.add("one", 1)
    assert not cache.add("one", 2)
    assert (cache.incr("one", 4), cache.decr("one")) == (5, 4)
    assert cache.get("one") == 4
    cache.set_many({"two": 2, "three": 3})
    assert cache.get_many(["one", "two", "four"]) == {"one": 4, "two": 2}
    assert "two" in cache
    assert cache.touch("two", 60)
    assert cache.delete("two")
    cache.delete_many(["three"])
    assert not cache.has_key("three")
    assert cache.get_or_set("five", lambda: 5) == 5
    for change in (cache.incr, cache.decr):
        with pytest.raises(ValueError, match="not found"):
            change("nothing")
    cache.clear()
    assert not CacheEntry.objects.exists()


@pytest.mark.differs
def test_what_is_counted_lasts_as_long_as_it_would_have(no_redis):
    cache.add("one", 0, 3600)
    [until] = CacheEntry.objects.values_list("expires", flat=True)
    for _ in range(5):
        cache.incr("one")
    assert CacheEntry.objects.get().expires == until


@pytest.mark.django_db(transaction=True)
@pytest.mark.both
def test_of_what_several_count_at_once_nothing_is_lost():
    store = caches["database"]
    store.set("one", 0)
    several = [partial(lambda: [caches["database"].incr("one") for _ in range(5)])] * 3
    found = together(*several)
    assert sorted(number for numbers in found for number in numbers) == [*range(1, 16)]
    store.clear()


@pytest.mark.django_db(transaction=True)
def test_what_has_run_out_is_begun_anew_by_one_alone():
    store = caches["database"]
    for _ in range(5):  # two meet by luck
        store.set("one", 7)
        CacheEntry.objects.update(expires="2020-01-01T00:00Z")
        found = together(*[lambda: caches["database"].add("one", 0)] * 3)
        assert sorted(found) == [False, False, True]
        assert store.get("one") == 0
    store.clear()


def test_what_has_run_out_is_deleted(no_redis):
    cache.set("one", 1)
    CacheEntry.objects.update(expires="2020-01-01T00:00Z")
    cache.set("two", 2)
    caches["database"].forget_expired()
    assert CacheEntry.objects.count() == 1
    assert cache.get("two") == 2


# --- limits -------------------------------------------------------------------------------------
def sign_in(client, password):
    return client.post(
        reverse("account_login"),
        {"login": "amara@test.example", "password": password},
        REMOTE_ADDR="192.0.2.77",
    )


def test_without_redis_one_signs_in_and_the_limit_of_wrong_passwords_holds(
    no_redis, client, caplog
):
    with_password(email="amara@test.example")
    assert sign_in(client, PASSWORD)["Location"] == "/"
    stranger = type(client)()
    said = ["too many times" in sign_in(stranger, "wrong").content.decode() for _ in range(7)]
    assert said == [False] * 5 + [True] * 2
    kept = "".join(f"{row.cache_key} {row.value}" for row in CacheEntry.objects.all())
    assert kept
    assert "192.0.2.77" not in kept
    assert "amara" not in kept + caplog.text
    falls = [line for line in caplog.records if line.name == circuit.log.name]
    assert len(falls) == 2  # the cache and the broker, once each


def test_without_redis_the_limit_of_forms_without_an_account_holds(no_redis, rf):
    request = rf.post("/", REMOTE_ADDR="192.0.2.77")
    for _ in range(3):
        limits.count(request, "take_part", at_most=3)
    with pytest.raises(limits.TooOften):
        limits.count(request, "take_part", at_most=3)
    for _ in range(2):
        limits.give_back(request, "take_part")
    limits.count(request, "take_part", at_most=3)


def test_what_stands_for_a_key_tells_nothing_of_it():
    kept_as = caching.hidden("allauth:rl:account:login:ip:192.0.2.77", "peer", 1)
    assert kept_as == caching.hidden("allauth:rl:account:login:ip:192.0.2.77", "peer", 1)
    assert kept_as != caching.hidden("allauth:rl:account:login:ip:192.0.2.78", "peer", 1)
    assert re.fullmatch("peer:1:[0-9a-f]{64}", kept_as)


# --- the broker ---------------------------------------------------------------------------------
def test_a_broker_that_is_away_is_asked_once_however_much_is_wanted(
    no_redis, monkeypatch, django_capture_on_commit_callbacks
):
    tried = []
    send = current_app.tasks[TASK].apply_async

    def counted(*args, **kwargs):
        tried.append(1)
        return send(*args, **kwargs)

    monkeypatch.setattr(current_app.tasks[TASK], "apply_async", counted)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(20):
            waking.wake(TASK)
    assert len(tried) == 1
    assert waking.BROKER.open
