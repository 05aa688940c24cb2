"""The menu by what one does, and the places above a page."""

from itertools import combinations

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from apps.accounts.models.people import User
from apps.core.clock import now
from apps.core.places import (
    BENEATH,
    ENTRIES,
    FIT,
    PAGES,
    THINGS,
    left_over,
    menu,
    places_above,
    section_of,
)
from apps.groups.roles import Role
from apps.notifications.models import Channel, Delivery, Occurrence, ReminderRule, Status

from ..factories import UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db
FACTS = ("in_groups", "in_network", "on_steering", "works_on_vacancies", "has_applied", "is_deputy")
OWN = {
    "on_steering": "steering",
    "works_on_vacancies": "recruitment",
    "has_applied": "applications",
}


class Person:
    """Somebody of whom the session's query said this."""

    is_authenticated, is_superuser, is_staff = True, False, False

    def __init__(self, perms=(), **facts):
        self.perms, self.holds_programme_role = perms, bool(perms)
        vars(self).update(facts)

    def has_perm(self, perm, obj=None):
        return self.perms == "all" or perm in self.perms


def client_of(user):
    client = Client()
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


# --- the menu -----------------------------------------------------------------------------------
@pytest.mark.parametrize("perms", [(), "all"])
def test_whatever_somebody_is_the_menu_fits_and_nothing_is_lost(perms):
    for number in range(len(FACTS) + 1):
        for facts in combinations(FACTS, number):
            user = Person(perms, **dict.fromkeys(facts, True))
            there = menu(user)
            assert len(there) <= FIT, facts
            assert [one.order for one in there] == sorted(one.order for one in there)
            names = {one.name for one in there}
            shown = {one.name for one in ENTRIES if one.shown(user)} - {"more"}
            assert shown == (names | {one.name for one in left_over(user)}) - {"more"}
            assert {OWN[fact] for fact in facts if fact in OWN} <= names


def test_what_the_menu_names_exists():
    for one in (*ENTRIES, *PAGES):
        assert one.href
    assert {name for one in PAGES for name in one.under} <= {one.name for one in ENTRIES}
    for one in (*THINGS, *BENEATH):
        assert not one.model or apps.get_model(one.model)
    for one in BENEATH:
        assert PAGES.get(one.above), one
        if one.closer:
            assert reverse(one.closer, kwargs={one.field: "ABC"})
        elif one.field:
            assert apps.get_model(one.model)._meta.get_field(one.field)
    for one in THINGS:
        with pytest.raises(NoReverseMatch):
            reverse(one.url_name)  # it takes an argument, or it would be a page
        assert (
            not one.model or one.name == "full_name" or hasattr(apps.get_model(one.model), one.name)
        )


@pytest.mark.parametrize(
    ("path", "facts", "section"),
    [
        ("/", {}, "home"),
        ("/outputs/5/history/", {}, "work"),
        ("/suggestions/5/", {}, "work"),
        ("/decisions/5/", {}, "meetings"),
        ("/steering/board/", {}, "work"),
        ("/steering/board/", {"on_steering": True}, "steering"),
        ("/steering/reviews/2/", {}, "work"),
        ("/network/board/", {"in_network": True}, "network"),
        ("/applications/ABC/", {"has_applied": True, "in_groups": True}, "applications"),
        ("/applications/ABC/", {"works_on_vacancies": True}, "recruitment"),
        ("/profile/", {}, ""),
    ],
)
def test_given_an_address_then_its_section_is_by_place(path, facts, section):
    assert resolve(path)
    assert section_of(path, Person(**facts)) == section


def test_the_section_is_marked_on_all_pages_beneath_it_and_is_the_second_place():
    user = UserFactory()
    group = working_group(name="Pay", slug="pay")
    appoint(group, user, Role.MEMBER)
    page = client_of(user).get(reverse("group_decisions", args=["pay"])).content.decode()
    words = " ".join(page.split())
    assert 'href="/groups/" aria-current="true">' in words
    crumbs = words.partition('aria-label="Breadcrumb"')[2].partition("</ol>")[0]
    places = [part.partition('"')[0] for part in crumbs.split('href="')[1:]]
    assert places == ["/", "/groups/", "/groups/pay/"]
    assert "> Pay <" in crumbs


@pytest.mark.parametrize(
    ("path", "perms", "places"),
    [
        (
            "/recruitment/selecting/ABC/redaction/XYZ/",
            "all",
            "Home, Recruitment, Vacancy, Redacted copies",
        ),
        ("/data-requests/DR-1/withdraw/", (), "Home, Your data, Request"),
        ("/data-requests/DR-1/take/", "all", "Home, Administration, Requests about data, Request"),
        ("/training/2/", (), "Home, Training"),
        ("/insight/groups/pay/agenda/", "all", "Home, Insight, A group"),
        ("/insight/balance/agenda/", "all", "Home, Insight, Co-production balance"),
    ],
)
def test_what_begins_elsewhere_lies_where_one_looks_for_it(path, perms, places):
    assert resolve(path)
    person = Person(perms, works_on_vacancies=bool(perms), contributes=True)
    assert ", ".join(one.text for one in places_above(path, person, [])) == places


# --- messages, with their number ------------------------------------------------------------------
def told(user, number):
    rule, kind = ReminderRule.objects.first(), ContentType.objects.get_for_model(User)
    for place in range(number):
        Delivery.objects.create(
            occurrence=Occurrence.objects.create(
                rule=rule, subject_type=kind, subject_id=f"{user.pk}-{place}", due_at=now()
            ),
            recipient=user,
            channel=Channel.IN_APP,
            status=Status.SENT,
            sent_at=now(),
            title=f"News {place}",
        )


@pytest.mark.differs
@pytest.mark.both
@pytest.mark.parametrize(("number", "words"), [(0, ""), (2, " (2)<"), (9, " (9)<"), (12, " (9+)<")])
def test_given_unread_messages_then_every_page_says_how_many_without_a_query(
    number, words, django_assert_num_queries
):
    user = UserFactory()
    client = client_of(user)
    client.get(reverse("privacy"))
    told(user, number)
    told(UserFactory(), 3)
    with django_assert_num_queries(2):  # the session, and the person with all that is asked
        page = client.get(reverse("privacy")).content.decode()
    assert f">Messages{words}" in "".join(line.strip() for line in page.splitlines())
