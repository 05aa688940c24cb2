"""Every URL and every move, for every kind of person (see tests/matrix.py and tests/walk.py): what
it answers, what it does not show, and that it works where no script runs."""

from collections import Counter, defaultdict

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from apps.accounts.roles import OFFICE
from apps.core.models import AuditEntry, Stateful
from apps.core.moves import Move
from apps.governance.documents.models.formats import DocumentFormat
from apps.meetings.models.people import SupportRequest
from apps.notifications.kinds import notify
from apps.recruitment.applications.models.application import Application

from .factories import UserFactory, programme_user, with_second_factor
from .walk import ROOT, TABLES, Page, rows_of, short_name

ROWS = [row for table in TABLES for row in getattr(table, "ROWS", [])]
NOBODY = ("anonymous", ROOT)
MOVES = {
    (model, move): row
    for table in TABLES
    for model, moves in getattr(table, "MOVES", {}).items()
    for move, row in moves.items()
}
# What only a script can do; each of these pages says so where there is none.
PASSKEYS = {"mfa_add_webauthn", "mfa_login_webauthn", "account_login", "account_reauthenticate"}
READ_ALONE = {"consultation_preview"}  # shows a form as others will see it; nothing is sent
# What the audit trail has no entry of, by why. All else that somebody does, it has.
UNRECORDED = {
    "still being written: that it is sent, opened or decided is recorded": {
        "agenda_shift",
        "application_about",
        "application_answer",
        "application_autosave",
        "application_jobs_add",
        "application_jobs_delete",
        "application_monitoring",
        "application_referees_add",
        "application_referees_delete",
        "application_survey",
        "assignment_move",
        "claim_attended",
        "claim_expense",
        "claim_expense_remove",
        "claim_line_remove",
        "claim_when",
        "claim_work",
        "coding",
        "coding_finish",
        "comment_remove",
        "consultation_about",
        "consultation_edit",
        "consultation_people",
        "output_unsign",
        "question",
        "question_act",
        "question_add",
        "recommend",
        "round",
        "round_conclude",
        "section",
        "section_act",
        "section_add",
        "settle_codings",
        "sheet",
        "sheet_save",
    },
    "of nobody but oneself": {
        "calendar_reset",
        "data_request_ask",
        "message_kind_try",
        "messages_read",
        "pair_notice",
        "put_back",
        "search_key",
        "search_pin",
        "welcome_read",
    },
    "without a name": {"conversation_feedback", "conversation_places", "visit_book"},
}
NOT_RECORDED = {name for names in UNRECORDED.values() for name in names}
# What is posted whose button stands on a page of something further on than the world has, or is for
# somebody who has yet to read it.
NO_FORM = {
    "agenda_shift",
    "application_move submit",
    "confidence",
    "output_unsign",
    "put_back",
    "redactions",
    "settle_codings",
}


@pytest.mark.differs
@pytest.mark.both
@pytest.mark.no_cover
@pytest.mark.parametrize("table", TABLES, ids=short_name)
def test_each_address_answers_each_person_as_the_matrix_says(table, walk, subtests):
    found = defaultdict(list)
    for visit in walk.visits(table):
        found[visit.row].append(visit)
    for name, row in rows_of(table).items():
        with subtests.test(name):
            visits = found[name]
            answers = {one.actor: one.status for one in visits if one.actor != ROOT}
            assert answers == {actor: row.statuses()[actor] for actor in answers} != {}
            shown = [f"{one.actor} reads «{words}»" for one in visits for words in one.shows]
            assert shown == []
            assert {fault for one in visits for fault in one.faults} == set()
            done = [one for one in visits if one.status == 302 and one.actor not in NOBODY]
            if row.method == "post" and row.name not in NOT_RECORDED:
                assert not done or any(one.recorded for one in done)
            if row.name not in PASSKEYS | READ_ALONE:
                assert {fault for one in visits for fault in one.scripts} == set()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the whole walk is made on SQLite")
def test_what_is_posted_is_what_a_form_of_the_site_sends(walk):
    """The matrix posts to each address by itself: here is a page on which somebody would."""
    visits = [visit for table in TABLES for visit in walk.visits(table)]
    forms = defaultdict(list)
    for visit in visits:
        for address, names in visit.forms:
            forms[_what(address)].append(set(names))
    no_reason = {f"{one.__name__}.{name}" for one, name in MOVES if not one.moves[name].reason}
    lacking = set()
    for visit in visits:
        if visit.sent is not None:
            sent = set(visit.sent) - ({"note"} if visit.row in no_reason else set())
            what = _what(visit.url.partition("?")[0])
            if not any(sent <= names for names in forms[what]):
                lacking.add(what)
    assert lacking == NO_FORM


def _what(address):
    """The name of an address, and of the move that is made there."""
    found = resolve(address)
    return " ".join([found.url_name, *filter(None, [found.kwargs.get("name")])])


def named_urls(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
            else:
                yield f"unnamed: {pattern.pattern}"
        elif pattern.namespace != "admin":  # tests/core/test_admin.py walks the admin
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_urls(pattern.url_patterns, space)


def asking_again(patterns):
    """{name of the address: the moves before which it asks again who it is; True for all}."""
    found = {}
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            view = pattern.callback
            made = getattr(view, "view_class", view)
            given = getattr(view, "view_initkwargs", {})
            if asked := given.get("asks_again", getattr(made, "asks_again", ())):
                found[pattern.name] = asked
        elif pattern.namespace != "admin":  # tests/accounts/test_becoming.py
            found |= asking_again(pattern.url_patterns)
    return found


@pytest.mark.no_cover
def test_what_needs_special_care_asks_again_who_it_is(walk, subtests):
    """From whoever has a session, and has not shown for a while who they are."""
    walk.prepare()
    asking = asking_again(get_resolver().url_patterns)
    rows = [row for row in [*ROWS, *MOVES.values()] if row.again and row.name in asking]
    assert {row.name for row in rows} == asking.keys()
    for row in rows:
        args = row.args(walk.world)
        may = [one for one, status in row.statuses().items() if status in (200, 302, 422)]
        someone = [one for one in may if one != "anonymous"]
        if someone and (asking[row.name] is True or args["name"] in asking[row.name]):
            with subtests.test(str(row)):
                client = walk.people[someone[0]]
                url, sent = reverse(row.name, kwargs=args), row.data(walk.world)
                answer = getattr(client, row.method)(url, sent)
                assert answer.status_code == 302
                assert "/reauthenticate/" in answer["Location"] or "/again/" in answer["Location"]


def test_no_url_is_missing_from_the_matrix():
    missing = set(named_urls(get_resolver().url_patterns)) - {row.name for row in ROWS}
    assert missing - {row.name for row in MOVES.values()} == set()


def test_no_move_is_missing_from_the_matrix():
    every = {
        (model, name)
        for model in apps.get_models()
        if issubclass(model, Stateful)
        for name, move in model.moves.items()
        if isinstance(move, Move) and not move.internal
    }
    assert every == MOVES.keys()


def test_no_two_addresses_share_a_name():
    places = Counter(named_urls(get_resolver().url_patterns))
    ours = [name for name, times in places.items() if times > 1 and ":" not in name]
    assert ours == []


@pytest.mark.parametrize(
    "page",
    [
        '<a href="#">Open</a>',
        "<button type='button'>Open</button>",
        "<button>Send</button>",
        "<form><input name='q'></form>",
        "<p hidden>Words</p>",
        '<p onclick="x()">Words</p>',
    ],
)
def test_the_reader_finds_what_only_a_script_could_do(page):
    assert len(Page(page).scripts) == 1


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<title> </title><h1>One</h1>", "no title"),
        ("<title>T</title><h2>One</h2>", "0 h1 headings"),
        ("<title>T</title><h1>One</h1><h3>Two</h3>", "a heading of level 3 after one of level 1"),
        ("<title>T</title><h1 id=a>One</h1><p id=a>", "a second 'a' among the ids"),
    ],
)
def test_the_reader_finds_what_no_page_may_have(page, fault):
    assert Page(page).faults == [fault]


def test_a_page_is_new_where_an_element_stands_where_none_stood():
    seen = Page("<ul><li>One<br></li><li>Two</li><li>Three<a></a>, four</li></ul>").places
    assert (
        Page("<ul><li>Four<br></li><li>Five</li><li>Six</li><li>Seven</ul><!-- -->").places <= seen
    )
    for new in (
        "<ul class=a><li>One<br></ul>",
        "<ul><li>One<br></li><p></ul>",
        "<ul><li>Three<a></a><a></a></ul>",
    ):
        assert Page(new).places - seen


# --- Django admin and the audit trail -----------------------------------------------------------
# Of these every word is withheld from whoever has no part in it.
WITHHELD = {
    *("Answer", "Job", "Referee", "Redaction", "BlindAnswer", "Score", "Sheet", "Moderation"),
    *("Outcome", "PanelDeclaration", "Recusal", "Arrangement", "ReviewPoint", "SupportRequest"),
    *("BookingSupport", "SupportProfile", "CheckIn", "HelpRequest", "Response", "Reading"),
    *("Recommendation", "PassageComment", "Vote", "DeclaredInterest", "ConversationFeedback"),
}
WORD, NAME = "Kestrelword", "Quillfeather"
OF_AN_ACCOUNT = {"User", "Preference"}  # lists of everybody


def plant():
    """A word into each text that is withheld; a name for whoever applied, or asked for support, or
    for a format, and does nothing else; and that they are told so."""
    for model in apps.get_models():
        if model.__name__ in WITHHELD:
            for field in model._meta.local_concrete_fields:
                # Shorter ones are keys and kinds.
                if type(field) in (CharField, TextField) and (field.max_length or 999) > 64:
                    model._base_manager.exclude(**{field.name: ""}).update(**{field.name: WORD})
    asks = {"meetings.support_arranged": SupportRequest, "recruitment.outcome": Application}
    people = []
    for number, (kind, model) in enumerate(asks.items()):
        person = UserFactory(
            full_name=f"{NAME} {number}", known_as="", email=f"q{number}@q.example"
        )
        field = "candidate" if model is Application else "user"
        thing = model._base_manager.exclude(**{field: None}).first()
        model._base_manager.filter(pk=thing.pk).update(**{field: person})
        thing.refresh_from_db()
        AuditEntry.objects.create(subject=thing, action="submit", by=person, note=WORD)
        notify(kind, thing, [person], version=99)
        people.append(person)
    DocumentFormat.objects.first().asked_by.add(people[0])
    return people


def admin_pages(model, rows, whole):
    """Its list, which is the longest for a superuser; what a search finds; pages of rows."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed, searched = reverse(f"{name}_changelist"), admin.site._registry[model].search_fields
    if whole or not searched:
        yield listed
    if searched:
        yield f"{listed}?q={NAME[:6]}"  # the page repeats what one asked
    for row in rows:
        yield reverse(f"{name}_change", args=[row.pk])
        if model is Application:  # all ask the same question for it
            yield reverse(f"{name}_history", args=[row.pk])


@pytest.mark.no_cover
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the whole walk is made on SQLite")
def test_neither_the_admin_nor_the_audit_trail_tells_what_a_page_keeps(walk, subtests):
    walk.prepare()
    with transaction.atomic():
        people = plant()
        person, candidate = people
        staff = programme_user(OFFICE, is_staff=True)
        boss = with_second_factor(UserFactory(is_superuser=True, is_staff=True))
        for who, user in (
            ("administrator", walk.world.actors["admin"]),
            ("office", staff),
            ("superuser", boss),
        ):
            client = Client()
            client.force_login(user, "apps.accounts.backends.SignIn")
            for model in admin.site._registry:
                if not model.__module__.startswith("apps."):
                    continue
                everything = who == "superuser" or model is Application
                rows = model._base_manager.order_by("-pk")[:1] if everything else ()
                with subtests.test(f"{who}: {model.__name__}"):
                    told = []
                    for url in admin_pages(model, rows, everything):
                        answer = client.get(url)
                        page = answer.content.decode()
                        # Lists open; what is confidential is not there for a superuser either.
                        is_list = "change" not in url and "history" not in url
                        assert answer.status_code == 200 or not (is_list and who == "superuser")
                        told += [(url, words) for words in (WORD, NAME) if words in page]
                        if "?q=" in url and answer.status_code == 200:
                            told += [url] * answer.context["cl"].result_count
                    if model.__name__ not in OF_AN_ACCOUNT:
                        assert told == []
            with subtests.test(f"{who}: the audit trail"):
                for query in ("", f"?who={person.pk}", f"?who={candidate.pk}"):
                    for url in (f"/audit/{query}", f"/audit/export/{query}"):
                        answer = client.get(url)
                        body = b"".join(answer) if answer.streaming else answer.content
                        assert WORD not in body.decode()
                        assert query or NAME not in body.decode()
            asked = {
                f"{reverse('admin:recruitment_application_changelist')}?candidate={candidate.pk}",
                f"{reverse('admin:governance_documentformat_changelist')}?asked_by={person.pk}",
                f"{reverse('admin:accounts_user_changelist')}?password__startswith=p",
                f"{reverse('admin:notifications_preference_changelist')}?calendar_token__gt=a",
                f"{reverse('admin:notifications_delivery_changelist')}?recipient={candidate.pk}",
            }
            with subtests.test(f"{who}: an address asks for what the page leaves out"):
                assert [url for url in asked if client.get(url).status_code == 200] == []
        transaction.set_rollback(True)
