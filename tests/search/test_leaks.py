"""Nobody finds what they may not see: each demonstration account, in things of every kind.

The demonstration is marked: to the words of each thing is added a word of the thing's own, and one
for each account that does not see it.
"""

import re
from collections import defaultdict
from itertools import zip_longest

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import demo
from apps.core.searching import SEARCHED
from apps.governance.documents.models.document import DocumentVersion
from apps.governance.documents.models.formats import DocumentFormat, FormatFile
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.paper import Paper
from apps.search import file_text, finding, index
from apps.search.finding import Wanted, did_you_mean, find
from apps.search.models import Entry
from apps.search.words import sought_like

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

# Every column with words that is searched, whoever reads the thing itself; nothing else is.
INDEXED = {
    "accounts.User": {"full_name", "known_as", "email"},
    "conversations.Conversation": {"title", "summary", "place", "write_up"},
    "conversations.Session": {"title", "about"},
    "governance.Analysis": {"summary"},
    "governance.Consultation": {"title", "summary", "easy_read", "body"},
    "governance.Document": {"title"},
    "governance.DocumentVersion": {"summary", "body", "easy_read"},
    "governance.FormatFile": {"name"},
    "governance.Question": {"text", "help"},
    "governance.Section": {"title", "text"},
    "governance.Theme": {"title", "because"},
    "groups.TermsOfReference": {"text"},
    "groups.WorkingGroup": {"name", "purpose"},
    "meetings.Action": {"text"},
    "meetings.AgendaItem": {"title", "detail"},
    "meetings.Decision": {"reference", "text", "reasons"},
    "meetings.Meeting": {"title", "purpose", "place"},
    "meetings.Minutes": {"body"},
    "meetings.Paper": {"title"},
    "network.Post": {"title", "text"},
    "network.Practice": {"title", "service", "what_happens", "how_to_join", "learnt"},
    "recruitment.Application": {"reference", "full_name"},
    "recruitment.Vacancy": {
        *("reference", "title", "summary", "easy_read", "description", "hours", "team", "borough"),
    },
    "reports.ReportWords": {
        *("introduction", "principles", "purpose", "presence", "process", "impact", "next_year"),
    },
    "reports.SharedText": {"body"},
    "taskgroups.Attachment": {"title"},
    "taskgroups.Output": {"title"},
    "taskgroups.OutputVersion": {"summary", "body", "easy_read"},
    "taskgroups.Stage": {"name", "aim"},
    "taskgroups.Suggestion": {"passage", "text", "answer", "objection"},
}
# Things of these kinds the demonstration has none of, or those without a word in the column.
MEAGRE = {
    ("governance.FormatFile", "name"),
    ("meetings.Paper", "title"),
}
ACCOUNTS = [one.email.partition("@")[0] for one in demo.sign_ins()]


@pytest.fixture(autouse=True)
def _undone():
    """The module's demonstration stays as it is."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def add(model, column, word):
    """Put a word behind what stands in a column, wherever something does: SQL of both databases."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = "{column}" || %s'  # noqa: S608
            f' WHERE "{column}" IS NOT NULL AND "{column}" != %s',
            [f"-{word}", ""],
        )
        return cursor.rowcount


@pytest.mark.skipif(connection.vendor != "sqlite", reason="columns bear no word more than they say")
def test_of_all_words_of_all_models_the_index_holds_those_alone_that_are_declared():
    """Embargoed, blind, private, anonymous, redacted: what is not named above is in no index."""
    words, meagre = {}, set()
    for model in apps.get_models():
        if not model.__module__.startswith("apps.") or model._meta.app_label == "search":
            continue
        for column in model._meta.concrete_fields:
            if (
                isinstance(column, models.CharField | models.TextField)
                and not (column.choices or column.primary_key)
                and not isinstance(column, models.FileField)
            ):
                word = f"zq{len(words)}x"
                words[word] = model._meta.label, column.name
                if not add(model, column.column, word):
                    meagre.add(words[word])
    index.build()
    held = set()
    for text in Entry.objects.values_list("title", "body", "reference", "text"):
        held |= set(re.findall(r"zq\d+x", " ".join(text)))
    found = defaultdict(set)
    for word in held:
        label, name = words[word]
        found[label].add(name)
    for label, name in meagre:
        if name in INDEXED.get(label, ()):
            found[label].add(name)
    assert dict(found) == INDEXED


OWN = 6  # strings that only one thing has: of those whom little is hidden from there are 200 too
STRINGS = 200


def own(kind, thing):
    """The strings that are planted in a thing alone."""
    return [f"zq{kind.replace('_', '')}{thing}q{letter}" for letter in "abcdefghij"[:OWN]]


def with_files():
    """Of papers and of files of documents the demonstration has none."""
    by = User.objects.get(email="office@demo.example")
    for meeting in Meeting.objects.order_by("pk")[:40]:
        file = SimpleUploadedFile("paper.txt", b"A paper.")
        Paper.objects.create(
            meeting=meeting, title="A paper", uploaded_by=by, **Paper.describe(file)
        )
    for version in DocumentVersion.objects.all():
        kind = DocumentFormat.Kind.BSL
        made, _ = DocumentFormat.objects.get_or_create(version=version, kind=kind)
        file = FormatFile.describe(SimpleUploadedFile("signed.txt", b"A film."))
        FormatFile.objects.create(format=made, uploaded_by=by, **file)


@pytest.fixture
def hidden(monkeypatch):
    """{account: {kind: things that they do not see}}, each thing marked for those accounts."""
    with_files()
    monkeypatch.setattr(file_text, "read", lambda kind, data: "")  # that is tested elsewhere
    index.build()
    people = {name: User.objects.get(email=f"{name}@demo.example") for name in ACCOUNTS}
    unseen = {name: defaultdict(set) for name in ACCOUNTS}
    marks = defaultdict(list)
    for source in SEARCHED:
        things = set(Entry.objects.filter(kind=source.kind).values_list("thing", flat=True))
        for name, user in people.items():
            seen = set(source.visible_to(user).values_list("pk", flat=True))
            unseen[name][source.kind] = things - seen
            for thing in things - seen:
                marks[source.kind, thing].append(f"zqhidden{name}")
    entries = list(Entry.objects.all())
    for entry in entries:
        entry.title += " ".join([" zqall", *own(entry.kind, entry.thing)])
        entry.title += " ".join(["", *marks[entry.kind, entry.thing]])
    index.keep(entries)
    return people, unseen


def test_no_account_finds_what_it_may_not_see(hidden, settings):
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    people, unseen = hidden
    client, counts = Client(), {}
    for name, user in people.items():
        kinds = {kind: things for kind, things in unseen[name].items() if things}
        counts[name] = sum(map(len, kinds.values()))
        word = f"zqhidden{name}"
        assert Entry.objects.filter(title__contains=word).exists()
        assert find(user, Wanted(word)) == []
        for kind in kinds:
            assert find(user, Wanted(word, kind=kind)) == [], (name, kind)
        assert did_you_mean(user, Wanted(word[:-1])) != word
        client.force_login(user, "apps.accounts.backends.SignIn")
        page = client.get(reverse("search"), {"q": word})
        assert "Nothing found" in page.text
        # The page says back what was typed, and nothing else that holds it.
        assert page.text.count(word) == page.text.count(f"“{word}”") + page.text.count(f'="{word}"')
    # The office and administrators see nearly everything that is searched; what nobody finds is in
    # the test above.
    assert min(counts.values()) >= 40, counts
    assert sum(count >= 200 for count in counts.values()) >= 10, counts


def planted(unseen, many):
    """So many strings of things that somebody does not see, of every kind in turn."""
    by_kind = [
        [(kind, word) for thing in sorted(things) for word in own(kind, thing)]
        for kind, things in sorted(unseen.items())
        if things
    ]
    mixed = [one for row in zip_longest(*by_kind) for one in row if one]
    assert len(mixed) >= STRINGS
    return mixed[:many]


@pytest.mark.parametrize(
    "many", [26, pytest.param(STRINGS, marks=[pytest.mark.nightly, pytest.mark.no_cover])]
)
def test_of_the_strings_in_things_that_an_account_may_not_see_it_finds_none(hidden, settings, many):
    """Nor is one counted, or named as what was meant; of every kind, each account."""
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    people, unseen = hidden
    client, kinds = Client(), set()
    for name, user in people.items():
        client.force_login(user, "apps.accounts.backends.SignIn")
        words = planted(unseen[name], many)
        kinds |= {kind for kind, _ in words}
        for kind, word in words:
            assert find(user, Wanted(word)) == [], (name, kind)
        for kind, word in words[:: len(words) // 5]:
            assert find(user, Wanted(word, kind=kind)) == [], (name, kind)
            near = did_you_mean(user, Wanted(word[:-1]))
            assert near not in {one for _, one in words}, (name, kind)
        page = client.get(reverse("search"), {"q": words[0][1], "kind": words[0][0]}).text
        assert "Nothing found" in page
        assert "result" not in page.partition('id="results"')[2].partition("</h2>")[0]
    assert kinds == {one.kind for one in SEARCHED} - {
        "advert",
        "outcome",
        "report",
    }  # all may read them


def test_each_account_finds_what_it_sees_and_what_it_finds_can_be_opened(hidden, settings):
    """The mark would be found by whoever saw it; and the page of a thing agrees with the search."""
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    people, unseen = hidden
    client, found = Client(), set()
    for name, user in people.items():
        client.force_login(user, "apps.accounts.backends.SignIn")
        seen = {
            kind: Entry.objects.filter(kind=kind).exclude(thing__in=things).count()
            for kind, things in unseen[name].items()
        }
        most = finding.OF_ALL + 1  # more are not counted everywhere
        totals = {one.kind: min(one.total, most) for one in find(user, Wanted("zqall"))}
        assert totals == {kind: min(count, most) for kind, count in seen.items() if count}, name
        for source in SEARCHED:
            entries = Entry.objects.filter(kind=source.kind)
            one = entries.exclude(thing__in=unseen[name][source.kind]).order_by("-pk").first()
            if one is None:
                continue
            (shown,) = find(user, Wanted(own(source.kind, one.thing)[0]))
            assert (shown.kind, shown.thing, shown.total) == (source.kind, one.thing, 1)
            if source.kind not in found and not one.file:
                assert client.get(one.url).status_code == 200, (name, one.url)
            found.add(source.kind)
    assert found == {one.kind for one in SEARCHED}


def test_what_is_hidden_costs_the_same_statements_as_what_is_not_there(hidden):
    people, _ = hidden
    for name in ("candidate", "peer", "hr"):
        user, asked = people[name], []
        for word in (f"zqhidden{name}", f"zqnothing{name}"):
            find(user, Wanted("warm")), did_you_mean(user, Wanted("warm"))
            with CaptureQueriesContext(connection) as queries:
                assert find(user, Wanted(word)) == []
                did_you_mean(user, Wanted(word))
            said = (word, *sought_like(word))
            asked.append([re.sub("|".join(said), "…", query["sql"]) for query in queries])
        assert asked[0] == asked[1]
