"""Every URL and every move, for every kind of person (see tests/matrix.py and tests/walk.py): what
it answers, what it does not show, and that it works where no script runs."""

from collections import Counter, defaultdict

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, get_resolver, resolve

from apps.core.models import Stateful
from apps.core.moves import Move

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
        "messages_read",
        "pair_notice",
        "welcome_read",
    },
    "without a name": {"conversation_feedback", "conversation_places", "visit_book"},
}
NOT_RECORDED = {name for names in UNRECORDED.values() for name in names}
# What is posted whose button stands on a page of something further on than the world has.
NO_FORM = {
    "agenda_shift",
    "application_move submit",
    "output_unsign",
    "redactions",
    "settle_codings",
}


@pytest.mark.differs
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
