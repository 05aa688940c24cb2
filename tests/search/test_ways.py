"""Where the search leads by the name of a place, and what it says of filters that are none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import HR, OFFICE
from apps.core.places import PAGES
from apps.insight.figures import TOPICS
from apps.search.ways import near, ways

from .. import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    user = make.UserFactory()
    make.appoint(make.working_group(), user)
    return user


# --- places ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("meeting", "/meetings/"),
        ("minutes", "/meetings/"),
        ("document", "/governance/documents/"),
        ("vacancy", "/jobs/"),
        ("vacancies", "/jobs/"),
        ("jobs", "/jobs/"),
        ("calendar", "/calendar/"),
    ],
)
def test_a_word_that_names_a_place_leads_there(member, words, place):
    assert place in [one.href for one in ways(member, words)]
    assert not ways(member, f"{words} okapi")


def test_places_cost_no_query_and_are_those_that_the_person_may_open(member, client):
    make.network()
    steering, *_ = make.steering()
    people = [member, make.UserFactory(), make.programme_user(HR), make.programme_user(OFFICE)]
    people.append(make.leads(steering)[0])
    every = {word for one in PAGES for word in f"{one.label} {one.also}".split()}
    every |= {word for one in TOPICS for word in one.title.split()}
    for user in people:
        client.force_login(user, "apps.accounts.backends.SignIn")
        asks = client.get(reverse("search"), {"q": "meetings"}).wsgi_request.user
        hrefs = set()
        for word in every:
            with CaptureQueriesContext(connection) as asked:
                hrefs |= {one.href for one in ways(asks, word)}
            assert not asked.captured_queries, word
        with CaptureQueriesContext(connection) as asked:
            assert "minutes" in near(asks, ["minutes"])
        assert not asked.captured_queries
        assert "/meetings/" in hrefs
        sees = user in people[-2:]  # the office, and a co-lead of the steering group
        assert ("/insight/balance/" in hrefs) is sees
        answers = {href: client.get(href).status_code for href in hrefs}
        assert [one for one, status in answers.items() if status not in (200, 302)] == []


def test_the_places_stand_above_what_is_found(member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = client.get(reverse("search"), {"q": "Minutes"}).text
    assert (
        0
        < page.index(">Go to</h2>")
        < page.index('href="/meetings/">Meetings: minutes</a>', page.index(">Go to"))
    )
    assert "Go to</h2>" not in client.get(reverse("search"), {"q": "okapi"}).text


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        ("kind=okapi", "There is no such kind for you"),
        ("group=okapi", "There is no such group for you"),
        ("period=okapi", "There is no such time to choose"),
    ],
)
def test_a_filter_that_is_left_out_is_said_beside_it(member, client, odd, says):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = client.get(f"{reverse('search')}?q=aardvark&{odd}").text
    assert page.count(says) == 1
    assert '<details class="nhsuk-details" open>' in page
    plain = client.get(f"{reverse('search')}?q=aardvark&kind=meeting").text
    assert "There is no such" not in plain


def test_no_two_places_have_one_name():
    """Whoever reads *Recruitment* twice cannot know which of the two they want."""
    texts = [one.text for one in ways(make.programme_user(OFFICE), "recruitment")]
    assert len(set(texts)) == len(texts)


def test_a_candidate_is_led_from_their_interview_to_their_applications(monkeypatch):
    page = PAGES.get("applications")
    monkeypatch.setattr(type(page), "is_sought", lambda self, user: True)
    found = [one.href for one in ways(make.UserFactory(), "my interview")]
    assert "/applications/" in found


# --- near misses ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant", "place"),
    [
        ("minuts", "minutes", "/meetings/"),
        ("vacancys", "vacancies", "/jobs/"),
        ("calender", "calendar", "/calendar/"),
        ("meetings minuts", "meetings minutes", "/meetings/"),
    ],
)
def test_a_place_whose_name_was_misspelt_is_offered(member, client, typed, meant, place):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = client.get(reverse("search"), {"q": typed}).text
    led = [one.href for one in ways(member, typed)]  # some are found by their stem as they are
    assert (place in led) is (f">{meant}</a>?" not in page)
    assert place in [one.href for one in ways(member, meant)]
    assert "Did you mean" not in client.get(reverse("search"), {"q": f"{typed} okapi"}).text
    page = client.get(reverse("search"), {"q": meant}).text  # they were told how it is spelt
    assert "Did you mean" not in page
    assert "Check how the words are spelt" not in page
    assert "Nothing else found" in page


@pytest.mark.parametrize(("typed", "meant"), [("statistiks", "statistics"), ("balanse", "balance")])
def test_no_place_is_offered_that_one_may_not_open(client, typed, meant):
    """Both lead into Insight alone."""
    for user, says in ((make.UserFactory(), False), (make.programme_user(OFFICE), True)):
        client.force_login(user, "apps.accounts.backends.SignIn")
        page = client.get(reverse("search"), {"q": typed}).text
        assert ("Did you mean" in page) is says
        assert (meant in page) is says
