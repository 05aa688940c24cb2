"""The search: what is found, by whom, and how it follows what is written. On both databases."""

import json
import random
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from psycopg2 import errors

from apps.accounts.models.people import User
from apps.accounts.roles import HR, OFFICE
from apps.core import health
from apps.core.clock import LONDON
from apps.core.models import AuditEntry
from apps.core.searching import SEARCHED, UNSEARCHED
from apps.datarights import erasure
from apps.groups.models import WorkingGroup
from apps.groups.roles import sync_grants
from apps.meetings.models.meeting import Meeting
from apps.search import finding, following, hits, index
from apps.search.finding import Wanted, did_you_mean, find
from apps.search.models import Entry, Remembered, Stale
from apps.search.words import Shown, held_like, sought_like

from .. import factories as make
from ..recruitment import making

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]


@pytest.fixture
def group():
    return make.working_group(name="Role design", slug="role-design")


@pytest.fixture
def member(group):
    user = make.UserFactory(full_name="Zoë O\u2019Brien")
    make.appoint(group, user)
    return user


def meeting(group, title, **fields):
    made = make.published(group, title=title, **fields)
    index.follow()
    return made


def put_on(meeting, moment):
    times = {"starts_at": moment, "ends_at": moment + timedelta(hours=1)}
    Meeting.objects.filter(pk=meeting.pk).update(**times)


def titles(user, text, **wanted):
    return [one.title for one in find(user, Wanted(text, **wanted))]


# --- what is declared ---------------------------------------------------------------------------
def test_every_model_is_searched_or_named_with_a_reason():
    searched = {one.model for one in SEARCHED}
    parts = {model for one in SEARCHED for model, _ in one.parts}
    ours = {model for model in apps.get_models() if model.__module__.startswith("apps.")}
    assert ours == searched | parts | UNSEARCHED.keys()
    assert not (searched | parts) & UNSEARCHED.keys()
    assert all(UNSEARCHED.values())


def test_every_kind_is_followed_and_what_is_there_is_not_put_there_again():
    there = following.present(connection)
    assert there.keys() == following.wanted(connection.vendor).keys()
    with CaptureQueriesContext(connection) as asked:
        following.install()
    assert len(asked) == 1


def test_what_is_not_followed_any_more_is_followed_again_after_migrating_and_read_anew(group):
    made = make.published(group, title="Aardvark")
    there = following.present(connection)
    lost = {name for name in there if "_meeting_" in name}
    connection.check_constraints()  # nothing is pending on them
    following._carry_out(connection, [following._drop(connection, one, there[one]) for one in lost])
    Stale.objects.all().delete()
    Meeting.objects.filter(pk=made.pk).update(title="Baboon")
    assert not Stale.objects.exists()
    connection.check_constraints()
    following.install()
    assert following.present(connection).keys() == there.keys()
    assert list(Stale.objects.values_list("kind", "thing", "hides")) == [
        ("meeting", made.pk, False)
    ]


def test_sqlite_lets_go_of_its_tables_before_a_migration_and_only_then():
    there = following.present(connection)
    following.remove(plan=[])
    assert following.present(connection) == there
    following.remove(plan=["one"])
    gone = connection.vendor == "sqlite"
    assert following.present(connection) == ({} if gone else there)
    following.install()
    assert following.present(connection) == there


# --- what is found ------------------------------------------------------------------------------
def test_words_are_found_whatever_their_form_case_and_accents(group, member):
    meeting(group, "Deciding about Zoë\u2019s café")
    for words in ("decided CAFE", "deciding cafes", "zoes cafe", "the “Café”", "about zoe's café"):
        assert titles(member, words) == ["Deciding about Zoë\u2019s café"], words
    assert titles(member, "café bakery") == titles(member, "the of") == titles(member, "") == []


PIECES = "support Support supporter supported's s'upport süpport su-pport_ sup port tea peer's 2 é"


def test_words_are_marked_alike_in_texts_with_accents_and_without():
    """Where a text has none, only words that begin like one that is looked for are compared."""
    chance = random.Random(4)  # noqa: S311 - the same each time
    for _ in range(300):
        shown = Shown(chance.sample(["support", "tea", "peers", "supported", "2"], 2))
        others = [". ", "\u2019", "\u0301", " ", " ", " "]
        text = "".join(chance.choices([*PIECES.split(), *others], k=15))
        words = [one.span() for one in Shown.WORD.finditer(text) if shown.is_one(one.group())]
        assert shown.found(text) == words, text
        assert shown.first(text) == (words[0][0] if words else 0), text


def test_where_nothing_is_looked_for_no_word_is_compared(monkeypatch):
    """Things that were opened last are shown in full, as they are."""
    monkeypatch.setattr(Shown, "is_one", lambda *args: pytest.fail("a word was compared"))
    shown = Shown(())
    assert shown.marked("Tea & cake") == "Tea &amp; cake"
    assert shown.snippet("Tea & cake " * 40).startswith("Tea &amp; cake Tea")


def test_the_words_that_were_found_are_marked_and_others_escaped(group, member):
    meeting(
        group, "Tea & <b>biscuits</b>", purpose="One. " * 40 + "We plan the tea & <i>cakes</i>."
    )
    (one,) = find(member, Wanted("biscuit plan"))
    assert one.marked_title == "Tea &amp; &lt;b&gt;<mark>biscuits</mark>&lt;/b&gt;"
    assert "We <mark>plan</mark> the tea &amp; &lt;i&gt;cakes" in one.snippet
    assert one.snippet.startswith("… ")


def test_the_thing_of_a_reference_comes_first(group, member):
    held = make.held(group)
    first = make.decision(held, text="Something")
    make.decision(held, text=f"As {first.reference} said, and {first.reference} again")
    index.follow()
    found = find(member, Wanted(first.reference.upper()))
    assert [one.exact for one in found] == [True, False]
    assert (found[0].reference, found[0].title) == (first.reference, "Something")


DAYS = (
    *("12 March 2026", "12th of March, 2026", "Thursday 12 march 2026", "March 12 2026"),
    *("12/03/2026", "12.3.26", "2026-03-12", "12 Mar 2026", "12 March", "March 2026"),
    *("mar 2026", "quince 12/3/2026", "12 March 2026 quince"),
)


@pytest.mark.parametrize("typed", DAYS)
def test_a_thing_is_found_by_the_day_in_its_line_however_that_is_typed(group, member, typed):
    for title, day in (("Quince", 12), ("Medlar", 13)):
        made = make.published(group, title=title)
        put_on(made, datetime(2026, 3 + (day == 13), day, 14, tzinfo=LONDON))
    index.follow()
    assert titles(member, typed, kind="meeting") == ["Quince"]


def test_a_day_in_the_words_is_found_too_and_numbers_apart_are_no_day(group, member):
    meeting(group, "Quince", purpose="We look back to 12 March 2025.")
    meeting(group, "Medlar", purpose="In March 2025 there were 12 of us.")
    assert titles(member, "12/03/2025") == ["Quince"]
    assert sorted(titles(member, "March 2025")) == ["Medlar", "Quince"]
    assert titles(member, "31/02/2025") == titles(member, "12/13/2025") == []


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("12/3/26", "12 March 2026"),
        ("march 2026", "March 2026"),
        ("quince 1.2.2026 and 4 may", "1 February 2026 and 4 May"),
        ("32/13/26", None),
        ("quince", None),
    ],
)
def test_where_a_day_finds_nothing_the_page_says_which_day_it_took(
    client, member, typed, understood
):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = client.get(reverse("search"), {"q": typed}).text
    assert "Nothing found" in page
    assert ("We looked for" in page) is bool(understood)
    assert f"We looked for {understood}, in this order" in page or not understood


def test_what_a_meeting_lends_its_day_moves_with_it(group, member):
    held = make.held(group)
    make.decision(held, text="Buy a quince")
    index.follow()
    put_on(held, datetime(2025, 3, 12, 9, tzinfo=LONDON))
    index.follow()
    assert titles(member, "12 March 2025", kind="decision") == ["Buy a quince"]


def test_what_is_next_comes_first_and_then_what_was_last(group, member):
    for title, days in (("Quince 1", 40), ("Quince 2", -9), ("Quince 3", 3), ("Quince 4", -2)):
        put_on(make.published(group, title=title), timezone.now() + timedelta(days=days))
    index.follow()
    asked = titles(member, "quince", kind="meeting")
    assert asked == ["Quince 3", "Quince 1", "Quince 4", "Quince 2"]


def test_however_much_is_found_its_reference_and_title_are_and_hidden_things_fill_no_bound(
    group, member, client, monkeypatch
):
    """Three are counted here. Older ones come before newer ones that say it in other words."""
    monkeypatch.setattr(finding, "MOST", 3)
    monkeypatch.setattr(finding, "OF_ALL", 3)
    monkeypatch.setattr(finding, "PAGE", 2)
    old = make.published(group, title="The quince")
    put_on(old, timezone.now() - timedelta(days=900))
    for _ in range(3):
        make.published(group, title="Fruit", purpose="A quince")
    elsewhere = make.working_group(name="Elsewhere", slug="elsewhere")
    for _ in range(5):
        make.published(elsewhere, title="The quince")
    index.follow()
    assert titles(member, "quince")[0] == "The quince"
    numbers = (1, 2, 3)
    shown = [find(member, Wanted("quince", kind="meeting", page=number)) for number in numbers]
    assert list(map(len, shown)) == [2, 1, 0]
    assert len({one.thing for page in shown for one in page}) == 3
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = client.get(reverse("search"), {"q": "quince", "kind": "meeting"}).text
    assert "Meetings (more than 3)" in " ".join(page.split())
    assert "page=2#results" in page
    last = client.get(reverse("search"), {"q": "quince", "kind": "meeting", "page": "9"})
    assert [one.thing for one in last.context["parts"][0].things] == [shown[1][0].thing]
    old.delete()
    page = client.get(reverse("search"), {"q": "quince"}).text
    assert "Meetings (3)" in " ".join(page.split())


@pytest.mark.parametrize("enough", [1, 2, 4])
def test_a_word_that_is_everywhere_finds_the_same_by_a_walk(group, member, monkeypatch, enough):
    """Of many hits the nearest are asked for, and all that one sees where these are not enough."""
    held = make.held(group, title="Quince")
    make.decision(held, text="Buy a quince")
    make.decision(held, text="Buy a medlar and a quince")
    make.action(held, member, text="Fetch the quince")
    for days in (3, 8, -5, -700):
        made = make.published(group, title="Fruit", purpose="Quince and quince")
        put_on(made, timezone.now() + timedelta(days=days))
    put_on(make.published(group, title="Old quince"), timezone.now() - timedelta(days=800))
    elsewhere = make.working_group(name="Elsewhere", slug="elsewhere")
    for _ in range(3):
        make.published(elsewhere, title="Quince")
    index.follow()

    def found(**more):
        return [(one.kind, one.thing, one.total) for one in find(member, Wanted("quince", **more))]

    narrow = ({}, {"kind": "meeting"}, {"group": group.pk}, {"since": timezone.localdate()})
    few = [found(**more) for more in narrow]
    assert [len(one) for one in few] == [6, 6, 6, 3]
    monkeypatch.setattr(hits, "FEW", enough)
    monkeypatch.setattr(Wanted, "nearest", enough)
    assert [found(**more) for more in narrow] == few


MANY = 3000


def many(kind, title, body, days):
    """So many entries of things that nobody sees, with these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (kind, thing, day, reference, key, title, body, state,"
            " colour, url, file, text, near, named, words) SELECT %s, 1000000 + n,"
            " current_date - %s, '', '', %s, %s, '', '', '', '', '',"
            " array_to_tsvector(%s::text[]), to_tsvector('english', %s),"
            " to_tsvector('english', %s) FROM generate_series(1, %s) AS n",
            [kind, days, title, body, held_like(title), title, f"{title} {body}", MANY],
        )
        cursor.execute("ANALYZE search_entry")


def most_rows(ask):
    """The most rows that a step of what is asked reads, but for indexes of words: these say where a
    row is and read none. As the database counts them when it is asked again."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    counts = []

    def count(step):
        if step["Node Type"] not in ("Bitmap Index Scan", "BitmapOr"):
            counts.append(step["Actual Rows"] * step["Actual Loops"])
            counts.append(step.get("Rows Removed by Filter", 0) * step["Actual Loops"])
        for below in step.get("Plans", ()):
            count(below)

    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].startswith(("EXECUTE", "WITH")):
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                (told,) = cursor.fetchone()
                count((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
    assert counts
    return max(counts)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite ranks whatever it finds")
def test_of_a_word_that_thousands_have_a_search_reads_few(group, member):
    for days in (3, -5, -700):
        made = make.published(group, title="Fruit", purpose="A quince")
        put_on(made, timezone.now() + timedelta(days=days))
    index.follow()
    many("meeting", "Fruit", "A quince", 1)
    many("decision", "Buy a quince", "", 1)
    assert [one.total for one in find(member, Wanted("quince"))] == [3, 3, 3]
    for wanted in (Wanted("quince"), Wanted("quince", kind="meeting"), Wanted("buy quince")):
        assert most_rows(lambda: find(member, wanted)) < MANY / 2  # noqa: B023 - asked at once
    assert find(member, Wanted("frutt buy")) == []
    assert most_rows(lambda: did_you_mean(member, Wanted("frutt buy"))) < MANY / 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares the newest titles")
def test_a_near_miss_is_the_same_however_many_hidden_titles_are_like_it(group, member, monkeypatch):
    """Else whoever adds titles of their own would count those of others."""
    put_on(meeting(group, "The quincunx"), timezone.now() - timedelta(days=9))
    index.follow()
    for number in range(9):
        meeting(group, f"Fruit {number}")
    monkeypatch.setattr(finding, "NEAR", 2)
    monkeypatch.setattr(hits, "FEW", 5)
    for title in ("Something else", "Quincunx", "Quincetart"):
        many("meeting", title, "", 1)
        assert did_you_mean(member, Wanted("quincunks")) == "quincunx"
        assert did_you_mean(make.UserFactory(), Wanted("quincunks")) == ""
        Entry.objects.filter(thing__gte=1000000).delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite parts words as Python does")
@pytest.mark.parametrize("text", ["quince\u1369medlar", "quince\u09f4medlar", "quince\u3007medlar"])
def test_words_that_the_database_parts_are_found_alike_however_many_are_hidden(group, member, text):
    """Python takes them for one word: what follows what is for the database to say."""
    make.published(group, title="Fruit", purpose="medlar and quince")
    make.published(group, title="Fruit", purpose="quince medlar")
    index.follow()
    found = [(one.thing, one.total) for one in find(member, Wanted(text))]
    many("meeting", "Fruit", "medlar and quince", 1)
    assert [(one.thing, one.total) for one in find(member, Wanted(text))] == found


def test_kind_group_and_period_narrow_and_pages_go_on(group, member):
    other = make.working_group(name="Training", slug="training")
    make.appoint(other, member)
    ahead = timezone.now() + timedelta(days=20)
    for number in range(finding.PAGE + 1):
        make.published(group, title=f"Quince {number}", starts_at=ahead)
    make.begins(make.published(other, title="Old quince"), days_ago=400)
    index.follow()
    found = find(member, Wanted("quince"))
    assert len(found) == finding.FIRST
    assert find(member, Wanted("quince", kind="meeting"))[0].total == finding.PAGE + 2
    assert titles(member, "quince", group=other.pk) == ["Old quince"]
    since = timezone.localdate() - timedelta(days=31)
    recent = find(member, Wanted("quince", kind="meeting", since=since))
    assert recent[0].total == finding.PAGE + 1
    assert len(find(member, Wanted("quince", kind="meeting"))) == finding.PAGE
    assert len(find(member, Wanted("quince", kind="meeting", page=2))) == 2
    assert titles(member, "quince", kind="minutes") == []


def test_who_may_not_see_it_finds_nothing_and_the_database_is_asked_the_same(group, member):
    outsider = make.UserFactory()
    meeting(group, "Quincunx")
    assert titles(member, "Quincunx") == ["Quincunx"]
    asked = []
    for word in ("whatever", "quincunx", "nothingy"):
        with CaptureQueriesContext(connection) as queries:
            assert titles(outsider, word) == []
            assert did_you_mean(outsider, Wanted(word)) == ""
        said = "|".join((word, *sought_like(word)))
        asked.append([re.sub(said, "…", query["sql"]) for query in queries])
    assert asked[1] == asked[2]  # the first builds what is kept


def test_one_thing_takes_as_many_queries_as_three_of_several_kinds(group, member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    counts = []
    client.get(reverse("search"), {"q": "quince"})
    for title in ("Quince tart", "Quince jam", "Quince pie"):
        held = make.held(group, title=title)
        make.decision(held, text="Buy a quince")
        make.action(held, member, text="Fetch the quince")
        index.follow()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("search"), {"q": "quince"})
        counts.append(len(queries))
    assert counts[0] == counts[2]
    assert "9 results" in page.text


# --- near misses --------------------------------------------------------------------------------
def test_a_near_miss_is_named_only_to_whoever_sees_it(group, member):
    meeting(group, "The constitution")
    assert did_you_mean(member, Wanted("constituton")) == "constitution"
    assert did_you_mean(make.UserFactory(), Wanted("constituton")) == ""
    assert did_you_mean(member, Wanted("constitution")) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "constituton",
        "constittution",
        "cinstitution",
        "xonstitution",
        "constitutiom",
        "okapy",
        "ocapi",
    ],
)
def test_a_letter_amiss_or_missing_anywhere_is_a_near_miss(group, member, typed):
    meeting(group, "The constitution of an okapi")
    nearer, other = sorted(("okapi", "constitution"), key=lambda one: abs(len(one) - len(typed)))
    assert did_you_mean(member, Wanted(typed)) == nearer
    assert did_you_mean(member, Wanted(f"{typed} {other}")) == f"{nearer} {other}"
    assert did_you_mean(member, Wanted(f"{typed} tea")) == ""  # it would find nothing again


def test_a_near_miss_is_of_the_kind_and_group_that_were_chosen(group, member):
    """Or the search that it leads to would find nothing again."""
    meeting(group, "The constitution")
    other = make.working_group(name="Elsewhere", slug="elsewhere")
    make.appoint(other, member)
    for chosen, near in (
        ({"kind": "meeting"}, "constitution"),
        ({"kind": "action"}, ""),
        ({"group": group.pk}, "constitution"),
        ({"group": other.pk}, ""),
    ):
        assert did_you_mean(member, Wanted("constituton", **chosen)) == near


# --- following ----------------------------------------------------------------------------------
def test_it_follows_a_write_and_words_that_go_are_gone_at_once(group, member):
    made = make.published(group, title="Aardvark")
    assert titles(member, "aardvark") == []
    index.follow()
    assert titles(member, "aardvark") == ["Aardvark"]
    Meeting.objects.filter(pk=made.pk).update(title="Baboon")  # no save, no signal
    assert titles(member, "aardvark") == []
    assert not Entry.objects.filter(title__contains="Aardvark").exists()
    index.follow()
    assert titles(member, "baboon") == ["Baboon"]
    assert not Stale.objects.exists()


def test_a_change_of_state_leaves_it_found_with_its_new_state(group, member):
    made = meeting(group, "Aardvark")
    Meeting.objects.filter(pk=made.pk).update(state=Meeting.State.HELD)
    assert titles(member, "aardvark") == ["Aardvark"]
    index.follow()
    assert find(member, Wanted("aardvark"))[0].state == "Held"


def test_what_a_worker_writes_late_is_not_found_while_its_words_have_changed(group, member):
    """It read them before somebody's change was there, and wrote them after."""
    made = meeting(group, "Aardvark")
    entry = Entry.objects.get(kind="meeting", thing=made.pk)
    Meeting.objects.filter(pk=made.pk).update(title="Baboon")
    index.keep([entry])
    assert titles(member, "aardvark") == []
    index.follow()
    assert titles(member, "aardvark") == []
    assert titles(member, "baboon") == ["Baboon"]


def test_one_process_writes_at_a_time_and_gives_up_before_others_do(group, monkeypatch):
    make.published(group, title="Aardvark")
    with CaptureQueriesContext(connection) as queries:
        assert index.follow()
    taken = " ".join(query["sql"] for query in queries)
    on_a_server = connection.vendor == "postgresql"
    assert ("pg_try_advisory_xact_lock" in taken) == ("lock_timeout" in taken) == on_a_server

    def fail(*given):
        raise OperationalError

    make.published(group, title="Baboon")
    with monkeypatch.context() as patch:
        patch.setattr(index, "_batch", fail)
        assert index.follow() == 0
        patch.setattr(index, "write", fail)
        with pytest.raises(OperationalError):
            index.build(kinds=["meeting"])
    assert index.follow()


def test_where_somebody_else_writes_no_entry_is_taken_for_one_that_cannot_be_held(
    group, member, monkeypatch
):
    meeting(group, "Aardvark")
    entries = list(Entry.objects.filter(kind="meeting"))
    asked = []

    def busy(cursor, entries, words):
        asked.append(len(entries))
        raise OperationalError from errors.LockNotAvailable()

    monkeypatch.setattr(index, "_put_postgresql", busy)
    monkeypatch.setattr(index, "_put_sqlite", busy)
    with pytest.raises(OperationalError):
        index.keep(entries)
    assert asked == [1]


def test_what_is_written_reads_no_more_than_it_tells(group, member):
    """Django reads all that a row leads to where nothing is named."""
    make.action(make.held(group), member, text="Fetch the quince")
    with CaptureQueriesContext(connection) as queries:
        index.follow()
    (read,) = [
        one["sql"]
        for one in queries
        if 'FROM "meetings_action"' in one["sql"] and '"meetings_action"."text"' in one["sql"]
    ]
    assert "JOIN" not in read


def test_what_is_deleted_takes_its_entry_along(group, member):
    made = meeting(group, "Aardvark")
    Meeting.objects.filter(pk=made.pk).delete()
    assert not Entry.objects.filter(kind="meeting").exists()
    index.follow()
    assert titles(member, "aardvark") == []


def test_a_part_and_what_lends_its_words_are_followed_too(group, member):
    asked = make.consultation(group, people=[member])
    asked.questions.update(text="Do you like okapis?", help="Or tapirs", options=["Zebras"])
    index.follow()
    for word in ("tapir", "zebra"):
        assert [one.kind for one in find(member, Wanted(word))] == ["consultation"]
    with time_machine.travel(asked.closes_at + timedelta(days=1)):
        index.follow()
        assert [one.state for one in find(member, Wanted("okapi"))] == ["Closed"]
    assert [one.kind for one in find(member, Wanted("okapi"))] == ["consultation"]
    assert titles(member, "zoe o'brien") == ["Zoë O\u2019Brien"]
    User.objects.filter(pk=member.pk).update(full_name="Erased", known_as="")
    assert titles(member, "zoe") == []
    assert not Entry.objects.filter(title__contains="Brien").exists()
    asked.questions.all().delete()
    assert titles(member, "okapi") == []


def test_questions_of_a_consultation_are_found_by_those_alone_who_can_open_it(
    group, member, client
):
    asked = make.consultation(group, audience="people", people=[member], title="Fruit")
    asked.questions.update(text="Do you like quinces?", options=["Medlars"])
    for moment in (timezone.now(), asked.closes_at + timedelta(days=1)):
        with time_machine.travel(moment):
            index.follow()
            for person, found, status in ((member, ["Fruit"], 200), (make.UserFactory(), [], 404)):
                client.force_login(person, "apps.accounts.backends.SignIn")
                assert titles(person, "quinces") == titles(person, "medlar") == found
                assert client.get(asked.get_absolute_url()).status_code == status


def test_nothing_is_found_of_somebody_once_they_are_erased(group):
    lead = make.UserFactory()
    make.appoint(group, lead)
    gone = make.UserFactory(full_name="Quentin Quagga", email="quagga@example.org")
    make.appoint(group, gone)
    index.follow()
    assert titles(lead, "quagga") == ["Quentin Quagga"]
    erasure.erase(gone, by=lead)
    assert titles(lead, "quagga") == titles(make.programme_user(OFFICE), "quagga") == []
    held = Entry.objects.values_list("title", "body", "text", "reference")
    assert not [row for row in held if "quagga" in " ".join(row).lower()]
    index.follow()
    assert titles(make.programme_user(OFFICE), "quagga") == []


def test_signing_in_makes_no_work(member):
    Stale.objects.all().delete()
    User.objects.filter(pk=member.pk).update(last_login=timezone.now())
    assert not Stale.objects.exists()


def test_what_the_clock_changes_is_told_anew(group, member):
    asked = make.consultation(group, people=[member], title="Okapis")
    index.follow()
    assert find(member, Wanted("okapi"))[0].state == "Open"
    with time_machine.travel(asked.closes_at + timedelta(days=1)):
        index.follow()
        assert find(member, Wanted("okapi"))[0].state == "Closed"


def test_the_index_is_made_anew_by_a_command(group, member, capsys):
    made = meeting(group, "Aardvark")
    Entry.objects.filter(kind="meeting").delete()
    Entry.objects.create(kind="meeting", thing=made.pk + 999, title="Nobody's")
    Stale.objects.all().delete()
    call_command("build_search_index", "meeting")
    assert titles(member, "aardvark") == ["Aardvark"]
    assert Entry.objects.filter(kind="meeting").count() == Meeting.objects.count()
    assert "Meetings: 1 of 1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("build_search_index", "okapi")
    call_command("build_search_index", verbosity=0)
    assert titles(member, "design") == [
        "Role design",
        "Terms of reference of Role design, version 1",
    ]


def test_how_far_it_is_behind_is_shown_and_an_hour_is_a_failure(client, group, settings):
    settings.CELERY_BROKER_URL = "memory://"
    health.tick()
    Stale.objects.all().delete()
    assert client.get("/readyz").json() == {"status": "ok"}
    Stale.objects.create(kind="meeting", thing=1, hides=False)
    assert client.get("/readyz").json() == {"status": "ok"}
    Stale.objects.update(at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert 85 <= answer.json()["seconds_behind"]["search index"] <= 120
    Stale.objects.update(at=timezone.now() - timedelta(hours=2))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["search index"])


# --- candidates ---------------------------------------------------------------------------------
def test_human_resources_find_a_candidate_and_leave_a_trace(client):
    candidate = make.UserFactory(full_name="Quentin Quagga")
    application = making.application(making.vacancy(state="open"), candidate)
    index.follow()
    hr = make.programme_user(HR)
    client.force_login(hr, "apps.accounts.backends.SignIn")
    page = client.get(reverse("search"), {"q": application.reference})
    assert application.reference in page.text
    assert "Quagga" in page.text
    entry = AuditEntry.objects.get(action="search_applications")
    assert (entry.by, entry.note) == (hr, f"Applications: {application.pk}")
    client.force_login(candidate, "apps.accounts.backends.SignIn")
    assert "Quagga" in client.get(reverse("search"), {"q": "quagga"}).text
    assert AuditEntry.objects.filter(action="search_applications").count() == 1


# --- the page -----------------------------------------------------------------------------------
def test_the_empty_box_shows_what_one_pinned_and_opened_while_one_sees_it(group, member, client):
    made = meeting(group, "Aardvark")
    client.force_login(member, "apps.accounts.backends.SignIn")
    opened, pin = f"{reverse('search')}meeting/{made.pk}/", reverse("search_pin")
    pinned = {"thing": f"group/{group.pk}"}
    assert client.get(opened).url == made.get_absolute_url()
    assert client.post(pin, pinned | {"back": "//elsewhere.example/"}).url == reverse("search")
    assert "Pinned: Role design" in client.get(reverse("search")).text
    for odd in (f"okapi/{group.pk}", "group", "group/x", "group/999", "", "group/" + "9" * 30):
        assert client.post(pin, {"thing": odd}).status_code == 404, odd
    page = client.get(reverse("search")).text
    order = ["Pinned</h2>", f"/group/{group.pk}/", "Opened last", f"/meeting/{made.pk}/"]
    assert sorted(order, key=page.index) == order
    WorkingGroup.objects.get(pk=group.pk).memberships.filter(user=member).delete()
    make.appoint(make.working_group(name="Elsewhere", slug="elsewhere"), member)
    sync_grants(member, group)
    page = client.get(reverse("search")).text
    assert "Aardvark" not in page
    assert f"/group/{group.pk}/" not in page
    assert client.get(opened).status_code == client.post(pin, pinned).status_code == 404


def test_the_key_is_switched_off_and_on(member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    told = []
    for _ in range(3):
        told.append("data-key" in client.get(reverse("search")).text)
        client.post(reverse("search_key"))
    assert told == [True, False, True]


def test_ten_are_remembered_and_ten_pinned(group, member, client):
    made = [make.published(group, title=f"Meeting {number}") for number in range(12)]
    index.follow()
    for one in made:
        Remembered.opened(member, "meeting", one.pk)
    assert Remembered.objects.filter(user=member).count() == Remembered.AT_MOST
    assert [Remembered.turn(member, "meeting", one.pk) for one in made[:11]] == [True] * 10 + [
        False
    ]
    assert Remembered.turn(member, "meeting", made[0].pk)  # out again
    assert Remembered.turn(member, "meeting", made[10].pk)


def test_a_word_that_is_too_common_is_named_as_such(member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    assert "“the” has no word to look for" in client.get(reverse("search"), {"q": "the"}).text


def test_words_of_the_address_that_are_no_filter_are_none(group, member, client):
    meeting(group, "Aardvark")
    client.force_login(member, "apps.accounts.backends.SignIn")
    for odd in ("kind=okapi", "group=okapi", "period=okapi", "page=okapi", "kind=meeting&page=99"):
        page = client.get(f"{reverse('search')}?q=aardvark&{odd}")
        assert "<mark>Aardvark</mark>" in page.text, odd
    page = client.get(reverse("search"), {"q": "aardvark " * 30 + "\x00"})
    assert page.status_code == 200


def test_words_that_the_database_cannot_hold_keep_nothing_else_from_being_found(group, member):
    """Each of these letters is folded into several, and each word is another."""
    letters = [chr(0xAC00 + number) for number in range(3000)]
    words = " ".join(one + other for one in letters[:60] for other in letters[:1000])
    WorkingGroup.objects.filter(pk=group.pk).update(purpose=words)
    meeting(group, "Afterwards")
    index.follow()
    assert titles(member, "afterwards") == ["Afterwards"]
    assert not Stale.objects.exists()


def test_who_pins_or_opens_a_candidate_leaves_a_trace_too(client):
    application = making.application(making.vacancy(state="open"), make.UserFactory())
    index.follow()
    hr = make.programme_user(HR)
    client.force_login(hr, "apps.accounts.backends.SignIn")
    seen = AuditEntry.objects.filter(action="search_applications", by=hr)
    client.post(reverse("search_pin"), {"thing": f"application/{application.pk}"})
    assert seen.count() == 1
    client.get(reverse("search"))  # the empty box lists it
    assert seen.count() == 2
    client.get(reverse("search_open", args=["application", application.pk]))
    assert seen.count() == 3


def test_a_number_that_no_thing_can_have_is_not_found(member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    assert client.get(f"/search/meeting/{2**63}/").status_code == 404
