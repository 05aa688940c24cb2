"""The audit trail's pages: found by person, thing, action and period; who looks is recorded."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from apps.accounts.roles import ADMIN
from apps.core import sealing
from apps.core.models import AuditCheck, AuditEntry, record

from ..factories import UserFactory, just_shown, programme_user, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    cache.clear()
    client.user = programme_user(ADMIN, is_staff=True, full_name="Grace Okafor")
    client.force_login(client.user, "apps.core.permissions.ProgrammeBackend")
    just_shown(client)
    return client


def shown(response):
    return [entry.pk for entry in response.context["entries"]]


@pytest.fixture
def ann(db):
    return UserFactory(full_name="Ann Abbott", email="ann@test.example")


def test_entries_are_found_by_person_thing_action_and_period(desk, ann):
    group = working_group()
    ben = UserFactory(full_name="Ben Bailey")
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        old = record("write", ann, by=ann).pk
    read = record("read", group, by=ann).pk
    other = record("approve", group, by=ben).pk
    by = {"person": "abbott"}
    day = timezone.localdate() - timedelta(days=10)
    since = {"since_day": day.day, "since_month": day.month, "since_year": day.year}
    until = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    thing = {"kind": "groups.workinggroup", "thing": group.pk}
    assert shown(desk.get("/audit/", by)) == [read, old]
    assert shown(desk.get("/audit/", {"person": "ann@test"})) == [read, old]
    assert shown(desk.get("/audit/", by | {"sensitive": "on"})) == [read]
    assert shown(desk.get("/audit/", by | until)) == [old]
    assert shown(desk.get("/audit/", by | since)) == [read, old]
    assert shown(desk.get("/audit/", thing))[:2] == [other, read]
    assert shown(desk.get("/audit/", thing | {"action": "approve"})) == [other]
    about = shown(desk.get("/audit/", by | {"part": "about", "action": "write"}))
    assert about == [old]


def test_given_several_people_fit_then_the_page_asks_which(desk):
    one, two = UserFactory(full_name="Sam Ash"), UserFactory(full_name="Sam Birch")
    entry = record("write", one, by=two).pk
    page = desk.get("/audit/", {"person": "sam"})
    assert page.context["entries"] == []
    assert f"who={two.pk}" in page.content.decode()
    assert shown(desk.get("/audit/", {"person": "sam", "who": two.pk})) == [entry]


def test_given_nobody_fits_then_the_page_says_so(desk):
    assert b"Nobody fits" in desk.get("/audit/", {"person": "nobody at all"}).content


def test_given_a_wrong_date_then_422_and_what_was_typed_is_kept(desk):
    page = desk.get(
        "/audit/", {"person": "Sam", "since_day": "40", "since_month": "1", "since_year": "x"}
    )
    assert page.status_code == 422
    assert b'value="Sam"' in page.content
    assert b"error-summary" in page.content


def test_looking_at_a_persons_trail_is_recorded_once_a_day(desk, ann):
    for _ in range(2):
        assert desk.get("/audit/", {"who": ann.pk}).status_code == 200
    looks = AuditEntry.objects.about(ann).filter(action="read_audit")
    assert [entry.by for entry in looks] == [desk.user]
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        desk.force_login(desk.user, "apps.core.permissions.ProgrammeBackend")
        just_shown(desk)
        assert desk.get("/audit/", {"who": ann.pk}).status_code == 200
    assert looks.all().count() == 2
    desk.get("/audit/", {"who": desk.user.pk})
    assert not AuditEntry.objects.about(desk.user).filter(action="read_audit").exists()


def test_the_file_holds_what_the_filters_let_through_and_taking_it_is_recorded(desk, ann):
    entry = record("write", ann, by=ann, note="=1+1")
    response = desk.get("/audit/export/", {"person": "ann abbott", "action": "write"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines))
    assert [(row["Number"], row["Name"], row["Note"]) for row in rows] == [
        (str(entry.pk), "Ann Abbott", "'=1+1")
    ]
    taken = AuditEntry.objects.get(action="export_audit")
    assert taken.note == f"person {ann.pk}, action write"


def test_pages_follow_one_another_without_gap_or_repeat(desk, ann):
    at = timezone.now()
    with time_machine.travel(at, tick=False):
        pks = [record("write", ann, by=ann).pk for _ in range(60)]
    seen, address = [], f"/audit/?who={ann.pk}"
    while address:
        page = desk.get(address)
        seen += shown(page)
        following = page.context["pages"].get("next")
        address = following and f"/audit/{following['href']}"
    assert seen == pks[::-1]


def test_the_number_of_queries_is_the_same_for_one_entry_and_for_many(
    desk, ann, django_assert_max_num_queries
):
    desk.get("/audit/", {"who": ann.pk})
    counts = []
    for number in (1, 3):
        for n in range(number):
            record("write", UserFactory(), by=UserFactory(full_name=f"Other {n}"))
        with django_assert_max_num_queries(15) as counted:
            desk.get("/audit/")
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_an_entrys_page_says_whether_it_is_as_it_was_sealed(desk, ann):
    entry = record("write", ann, by=ann, note="A reason")
    page = desk.get(f"/audit/{entry.pk}/")
    assert b"Not sealed yet" in page.content
    sealing.seal()
    page = desk.get(f"/audit/{entry.pk}/")
    assert page.context["as_sealed"]
    entry.remove_note(by=desk.user, why="Erasure")
    page = desk.get(f"/audit/{entry.pk}/")
    assert page.context["as_sealed"]
    assert b"Removed, as the law can require" in page.content


def test_given_a_check_found_something_then_the_page_warns(desk):
    sealing.check()
    assert b"tampered" not in desk.get("/audit/").content
    AuditCheck.objects.create(entries=2, seals=1, problems=1)
    assert b"tampered" in desk.get("/audit/").content


def looks(ann):
    return AuditEntry.objects.about(ann).filter(action="read_audit").count()


def test_who_takes_a_persons_trail_as_a_file_leaves_the_same_trace(desk, ann):
    assert desk.get("/audit/export/", {"person": "abbott"}).status_code == 200
    assert looks(ann) == 1


@pytest.mark.parametrize("words", ["abbott", "Ann Abbott", "ann@test.example", "number"])
def test_who_looks_for_a_persons_trail_in_django_admin_leaves_the_same_trace(desk, ann, words):
    record("write", ann, by=ann)
    ben = UserFactory(full_name="Ben Bailey", email="ben@test.example")  # no number in it
    record("write", ben, by=ben)
    query = {"q": ann.pk if words == "number" else words}
    for _ in range(2):
        assert desk.get("/admin/core/auditentry/", query).status_code == 200
    assert looks(ann) == 1
    assert looks(ben) == 0
    assert desk.get("/admin/core/auditentry/").status_code == 200
    assert looks(ann) == 1


@pytest.mark.differs
@pytest.mark.parametrize(
    "query",
    [
        "?before=0001-01-01T00:00:00%2B14:00~1",
        "?before=9999-12-31T23:59:59-14:00~1",
        f"?before=2026-01-01T00:00:00%2B00:00~{'9' * 40}",
    ],
)
def test_a_moment_that_is_none_shows_a_list_all_the_same(desk, query):
    assert desk.get(f"/audit/{query}").status_code == 200


@pytest.mark.differs
@pytest.mark.parametrize(
    "query",
    [
        "thing=a%00",
        "action=%00",
        "action=%00a",
        "since_day=1&since_month=1&since_year=99999",
        "who=x",
    ],
)
def test_a_wrong_filter_is_said_on_the_page_also_where_a_file_was_asked_for(desk, query):
    answer = desk.get(f"/audit/export/?{query}", follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (422, "/audit/")


@pytest.mark.differs
def test_a_filter_that_nobody_can_see_is_none(desk):
    assert desk.get("/audit/export/?thing=%00&person=%00").status_code == 200


@pytest.mark.differs
@pytest.mark.parametrize("day", [(31, 12, 9999), (1, 1, 1), (1, 1, 1000)])
def test_a_day_far_away_is_no_fault(desk, day):
    named = zip(("day", "month", "year"), day, strict=True)
    query = {f"{end}_{part}": number for part, number in named for end in ("since", "until")}
    for page in ("/audit/", "/audit/export/"):
        assert desk.get(page, query, follow=True).status_code in (200, 422)
