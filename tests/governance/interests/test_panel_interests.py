"""What a panel's members declared: read by those who lead the panel, and by nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.core.models import AuditEntry
from apps.governance.interests.models import Declaration, DeclaredInterest
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import StaffFactory, UserFactory, programme_user, with_second_factor
from tests.recruitment import making

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def add(user, text):
    return DeclaredInterest.add(user, kind="professional", text=text)


@pytest.fixture
def panel():
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    add(people[PanelRole.PEER], "I sit on the board of a charity.")
    add(people[PanelRole.TEAM], "That is over.").end(by=people[PanelRole.TEAM])
    add(UserFactory(), "I am not on this panel.")
    Declaration.make(
        people[PanelRole.PEER], seen=[DeclaredInterest.objects.get(user=people[PanelRole.PEER]).pk]
    )
    return vacancy, people


def get(client, user, url):
    client.force_login(type(user).objects.get(pk=user.pk), backend=SIGN_IN)
    return client.get(url)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("chair", 200),
        ("officer", 200),
        ("manager", 200),
        ("peer", 403),
        ("team", 403),
        ("peer_lead", 403),
        ("office", 403),
        ("admin", 403),
        ("outsider", 404),
        ("candidate", 404),
    ],
)
def test_only_who_leads_or_answers_for_the_panel_reads_them(client, panel, who, status):
    vacancy, people = panel
    user = {
        "officer": vacancy.created_by,
        "manager": vacancy.manager,
        "peer_lead": vacancy.peer_lead,
        "chair": people[PanelRole.CHAIR],
        "peer": people[PanelRole.PEER],
        "team": people[PanelRole.TEAM],
    }.get(who)
    if user is None:
        user = {
            "office": lambda: programme_user(OFFICE),
            "admin": lambda: programme_user(ADMIN),
            "outsider": UserFactory,
            "candidate": lambda: making.application(vacancy).candidate,
        }[who]()
    url = reverse("panel_interests", args=[vacancy.reference])
    page = get(client, user, url)
    assert page.status_code == status
    said = AuditEntry.objects.about(vacancy).filter(action="read_interests")
    assert [entry.by for entry in said] == ([user] if status == 200 else [])
    text = page.content.decode()
    assert ("I sit on the board of a charity." in text) == (status == 200)
    for never in ("That is over.", "I am not on this panel."):
        assert never not in text
    pages = [vacancy.get_absolute_url()]
    if who in ("chair", "peer", "team"):
        pages.append(reverse("panel", args=[vacancy.reference]))
    for address in pages:
        shown = get(client, user, address)
        assert (url in shown.content.decode()) == (status == 200)
        assert b"board of a charity" not in shown.content


def test_who_has_not_declared_is_named(client, panel):
    vacancy, people = panel
    page = get(client, vacancy.manager, reverse("panel_interests", args=[vacancy.reference]))
    silent = page.content.decode().split("No declaration that holds")[1].split("</main>")[0]
    assert people[PanelRole.CHAIR].name in silent
    assert people[PanelRole.PEER].name not in silent


def test_who_sits_on_the_panel_without_leading_it_reads_none_whatever_their_office(client, panel):
    vacancy, _ = panel
    other = programme_user(HR)  # who arranges adjustments does not judge
    for officer, role in ((other, PanelRole.HR), (vacancy.manager, PanelRole.TEAM)):
        PanelMember.add(vacancy, officer, role, by=vacancy.created_by)
        with_second_factor(officer)
        url = reverse("panel_interests", args=[vacancy.reference])
        assert get(client, officer, url).status_code == 403


def test_nobody_reads_them_once_the_vacancy_is_over(client, panel):
    vacancy, people = panel
    making.put(vacancy, "filled")
    url = reverse("panel_interests", args=[vacancy.reference])
    assert get(client, people[PanelRole.CHAIR], url).status_code == 403


def test_ten_members_cost_as_much_as_three(client, panel):
    vacancy, people = panel
    url = reverse("panel_interests", args=[vacancy.reference])

    def count():
        get(client, people[PanelRole.CHAIR], url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    three = count()
    for number in range(7):
        user = StaffFactory()
        add(user, f"Interest {number}")
        PanelMember.add(
            vacancy, user, PanelRole.TEAM, by=vacancy.created_by, trained_on=timezone.localdate()
        )
    assert count() == three
