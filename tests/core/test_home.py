"""The home page: with nothing, three, sixteen and sixty things; for whom it has what."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models.people import User
from apps.accounts.roles import HR
from apps.core import clock, demo
from apps.core.needs import needs_of
from apps.core.places import FIT
from apps.groups.models import belongs_to
from apps.groups.roles import Role
from apps.meetings.models.people import Attendance
from apps.network.board.models import Post

from ..bench.links import HREF
from ..factories import (
    StaffFactory,
    UserFactory,
    action,
    appoint,
    held,
    leads,
    network,
    output,
    programme_user,
    published,
    sponsor_and_peer,
    steering_group,
    working_group,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MENU = re.compile(r'nhsuk-header__navigation-link" href="([^"]+)"')


def client_of(user):
    client = Client()
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def home(user, query=""):
    return client_of(user).get(reverse("home") + query)


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def group():
    return working_group(name="Pay", slug="pay")


@pytest.fixture
def member(group):
    """Somebody who is not new, and of whom nothing is wanted."""
    user = StaffFactory(limits_read=1, known_as="Ada", phone="020")
    appoint(group, user, Role.MEMBER)
    return user


# --- how much there is --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "said", "shown"),
    [
        (0, "Nothing is waiting for you", 0),
        (3, "3 things: 1 overdue, 1 this week, 1 later", 3),
        (16, "16 things: 6 overdue, 5 this week, 5 later", 7),
        (60, "More than 20 things: 20 overdue", 7),
    ],
)
def test_given_so_many_things_then_seven_are_shown_and_all_are_said(
    group, member, number, said, shown
):
    made = held(group) if number else None
    for place in range(number):
        days = (-3, 2, 20)[place % 3]
        action(made, member, text=f"Thing {place}", due=clock.today() + days * DAY)
    page = words(home(member))
    assert "Show all 20" not in page
    assert said.replace(": 20 overdue", "") in page
    assert page.count("Do what you took on: ") == shown
    assert page.count("3 days late") == min((number + 2) // 3, 7)  # none of them is unmarked
    assert ("Show all 16" in page) is (number == 16)
    assert ("Show more" in page) is (number == 60)  # how many there are is not known
    if number == 16:
        assert words(home(member, "?show=all")).count("Do what you took on: ") == 16


def test_however_many_things_there_are_home_asks_the_same(group, member, django_assert_num_queries):
    made, client = held(group), client_of(member)
    action(made, member, due=clock.today())
    client.get(reverse("home"))
    with django_assert_num_queries(queries := 5):
        client.get(reverse("home"))
    for _ in range(2):
        action(made, member, due=clock.today())
    with django_assert_num_queries(queries):
        client.get(reverse("home"))


# --- what comes ---------------------------------------------------------------------------------
def test_given_a_meeting_then_it_is_next_and_answered_in_place(group, member):
    meeting = published(group, title="Pay day", place="Room 1")
    client = client_of(member)
    page = words(client.get(reverse("home")))
    assert "Next: " in page
    assert "Room 1" in page
    assert page.index("Next: ") < page.index("Pay day")
    assert "Say whether you will come" not in page  # it is said once
    done = client.post(reverse("reply", args=[meeting.pk]), {"reply": "yes", "from": "home"})
    assert (done.status_code, done.url) == (302, reverse("home"))
    assert Attendance.objects.get(user=member, meeting=meeting).reply == "yes"
    action(held(group), member, due=clock.today())
    assert ">Go to it</a>" in words(client.get(reverse("home")))
    assert "You said: Yes, I will come." in words(client.get(reverse("home")))
    client.post(reverse("reply", args=[meeting.pk]), {"reply": "no", "from": "home"})
    assert "Next: " not in words(client.get(reverse("home")))


def test_given_an_answer_on_its_own_page_then_one_is_led_to_the_meeting(group, member):
    meeting = published(group)
    done = client_of(member).post(reverse("reply", args=[meeting.pk]), {"reply": "maybe"})
    assert done.url == meeting.get_absolute_url()


# --- for whom -----------------------------------------------------------------------------------
def test_given_somebody_new_then_three_steps_tick_off_and_go(group):
    user = UserFactory(known_as="", phone="", limits_read=0)
    page = words(home(user))
    assert "Welcome. Three steps to begin" in page
    assert page.count("To do") == 3
    user.known_as, user.phone = "Ada", "020"
    user.save()
    user.read_limits()
    page = words(home(user))
    assert page.count(">Done<") + page.count("> Done <") == 2
    appoint(group, user, Role.MEMBER)
    assert "Welcome." not in words(home(user))


def test_given_an_output_that_is_late_then_those_who_look_after_the_programme_see_it(group, member):
    lead = leads(group)[0]
    late, longer = (
        output(group, title=title, due=clock.today() - days * DAY)
        for title, days in (("Late thing", 3), ("Later thing", 9))
    )
    (steering, _), hr = steering_group(), programme_user(HR)
    on_it = UserFactory()
    appoint(steering, on_it, Role.MEMBER)
    page = words(home(on_it))
    assert page.index(longer.title) < page.index(late.title)
    assert "Late in the programme" not in words(home(member))
    assert lead.pk
    assert "Recruitment" in words(home(hr))
    assert "No vacancy is under way." in words(home(hr))
    assert "No vacancy is under way." not in words(home(on_it))


# --- whose, and in which order --------------------------------------------------------------------
def test_whose_term_is_over_belongs_to_nothing(group):
    user = UserFactory()
    term = appoint(group, user, Role.MEMBER)
    assert "Pay" in words(home(user))
    type(term).objects.filter(pk=term.pk).update(ends=clock.today() - DAY)
    assert belongs_to(User.objects.get(pk=user.pk)) == set()
    assert "Pay" not in words(home(user))


def test_a_meeting_that_was_answered_is_not_asked_about(group, member):
    meetings = [published(group, title=f"Meeting {n}") for n in range(3)]
    for meeting, reply in zip(meetings, ("yes", "maybe"), strict=False):
        Attendance.objects.create(meeting=meeting, user=member, reply=reply)

    def asked():
        return [need.thing for need in needs_of(member, "apps.meetings")]

    assert asked() == ["Meeting 2"]
    Attendance.objects.create(meeting=meetings[2], user=member, reply="no")
    assert asked() == []
    assert "Meeting 2" not in words(home(member))


def test_the_newest_posts_stand_first_and_none_that_is_hidden_or_a_reply():
    peer = sponsor_and_peer(of := network())[1]
    posts = [Post.write(of, by=peer, title=f"Title {n}", text="Tea.") for n in range(5)]
    Post.objects.filter(pk=posts[4].pk).update(state=Post.State.HIDDEN)
    Post.objects.filter(pk=posts[0].pk).update(topic=posts[1], created_at=clock.now() + DAY)
    page = words(home(peer))
    assert page.index("Title 3") < page.index("Title 2") < page.index("Title 1")
    assert "Title 0" not in page
    assert "Title 4" not in page
    assert "Title 3" not in words(home(UserFactory()))


# --- the twelve of the demonstration --------------------------------------------------------------
BEFORE = [
    *("meetings", "groups", "network", "actions", "outputs", "consultations", "governance"),
    *("jobs", "messages", "people"),
]


@pytest.mark.usefixtures("demonstration")
def test_what_the_menu_had_before_is_two_presses_from_home_for_everybody_it_opens_to(settings):
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    addresses = {reverse(name) for name in BEFORE}
    for one in demo.sign_ins():
        who = one.email.partition("@")[0]
        client = client_of(User.objects.get(email=one.email))
        page = client.get(reverse("home")).content.decode()
        menu = MENU.findall(page)
        assert len(menu) <= FIT, who
        found = set(HREF.findall(page))
        for href in menu:
            answer = client.get(href)
            assert answer.status_code == 200, (who, href)
            found |= set(HREF.findall(answer.content.decode()))
        lost = {href for href in addresses - found if client.get(href).status_code == 200}
        # Who came to apply for a post has no groups: these pages would be empty.
        nothing = map(reverse, ("meetings", "groups", "actions", "outputs"))
        assert lost - set(nothing if who == "candidate" else ()) == set(), who
