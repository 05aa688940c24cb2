"""Nobody of the panel finds out whose application it is, or what another gave before they are in.

Every address of the site that a member can reach for a vacancy in shortlisting is fetched, at each
step, and its bytes are searched for every string that identifies any candidate.
"""

import re

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN
from apps.core.exceptions import NotYet
from apps.core.moves import Move
from apps.notifications.models import Delivery, Preference
from apps.notifications.sending import send
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.blind import BlindApplication, Redaction
from apps.recruitment.selection.models.sheet import Moderation, Recusal, Score, Sheet
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import StaffFactory, UserFactory, with_second_factor

from .. import making
from . import choosing

pytestmark = pytest.mark.django_db

# By day the chair, who may do most, and an officer of Human Resources, who is shown most elsewhere;
# the other two hold nothing that the officer does not.
ROLES = [
    PanelRole.CHAIR,
    PanelRole.HR,
    *(pytest.param(one, marks=pytest.mark.nightly) for one in (PanelRole.PEER, PanelRole.TEAM)),
]
ALWAYS = {"home", "messages", "calendar_feed"}
MARK = "Evidencemark"  # what members note: each followed by the number of their seat


def patterns(found, prefix=""):
    for pattern in found:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name, pattern
        elif pattern.namespace != "admin":
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns(pattern.url_patterns, space)


def addresses(vacancy, user, *, whole):
    """Every address of recruitment that can be made from this vacancy and its things, the pages of
    the site that have no thing of their own (lists, feeds, messages), and, if ``whole``, the admin.
    """
    application = vacancy.applications.first()
    blinds = list(vacancy.blind_applications.values_list("label", flat=True))
    choices = {
        "reference": [vacancy.reference, application.reference],
        "label": blinds[:2],
        "stage": ["shortlisting", "interview"],
        # Acts have no page, whoever asks (tests/core/test_moves.py).
        "name": [name for name, row in Vacancy.moves.items() if isinstance(row, Move)],
        "pk": [1, application.pk],
        "token": [Preference.of(user).calendar_token],
    }
    found = set()
    for name, pattern in patterns(get_resolver().url_patterns):
        if "logout" in name or name == "readyz":  # which takes long, and knows nobody
            continue
        names = list(pattern.pattern.converters)
        ours = pattern.lookup_str.startswith("apps.recruitment")
        if not ours and (not whole or set(names) - {"token"}) and name not in ALWAYS:
            continue
        if not set(names) <= choices.keys():
            continue
        combinations = [{}]
        for key in names:
            combinations = [c | {key: value} for c in combinations for value in choices[key]]
        for kwargs in combinations:
            try:
                found.add(reverse(name, kwargs=kwargs))
            except NoReverseMatch:
                continue
    found |= {f"{reverse('vacancies')}?q={application.full_name.split()[0]}"}
    for model in admin.site._registry if whole else ():
        found.add(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    return sorted(found)


def read(client, vacancy, user, *, whole=False):
    """{address: bytes} of everything that answers this person."""
    client.force_login(user, "apps.accounts.backends.SignIn")
    send()  # pages say how many messages are new
    said = {}
    for url in addresses(vacancy, user, whole=whole):
        response = client.get(url)
        if response.status_code != 302:
            body = b"".join(response.streaming_content) if response.streaming else response.content
            said[url] = body + str(dict(response.headers)).encode()
    send()
    said |= {
        f"mail {number}": message.message().as_bytes()
        for number, message in enumerate(mail.outbox)
        if user.email in message.to
    }
    return said


def leaks(said, strings):
    """(where, what) of every string found; an address that one typed oneself is no leak."""
    found = []
    for url, body in said.items():
        rest = body.replace(url.encode(), b"")
        found += [(url, text) for text in strings if text.encode() in rest and text not in url]
    return sorted(found)


def everything(vacancy):
    found = set()
    for application in vacancy.applications.all():
        found |= choosing.strings(application)
    return found | {"guarantee", "Adjustmentwish"}


@pytest.fixture
def begun():
    """Shortlisting by four, one of them an officer of Human Resources with that role's powers."""
    vacancy, people = choosing.closed(3)
    vacancy.applications.update(guaranteed_interview=True)
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    return vacancy, people | {PanelRole.HR: officer}


@pytest.mark.parametrize("role", ROLES)
def test_no_byte_that_a_member_can_read_tells_who_a_candidate_is(client, begun, role):
    vacancy, people = begun
    user, strings = people[role], everything(vacancy)
    round_ = choosing.round_of(vacancy)
    seat = next(s for s in choosing.seats(vacancy) if s.user_id == user.pk)
    blinds = list(vacancy.blind_applications.all())
    steps = {
        "begun": lambda: None,
        "saved": lambda: choosing.fill(round_, seat, blinds[0], lock=False),
        "recused": lambda: Recusal.make(seat, blinds[1], by=choosing.anew(user)),
        "in": lambda: choosing.score_all(vacancy),
        "decided": lambda: choosing.decide(
            choosing.round_of(vacancy), choosing.results(vacancy, "yes", "yes", "yes")
        ),
    }
    for name, step in steps.items():
        step()
        said = read(client, vacancy, choosing.anew(user), whole=name in ("begun", "decided"))
        assert (name, leaks(said, strings - {"guarantee"})) == (name, [])
        private = [
            url
            for url in said
            if "/panels/" in url
            and b"guarantee" in said[url].replace(b"guaranteed interview and meet every", b"")
        ]
        assert private == []  # the published rule is the one mention
        assert f"/recruitment/panels/{vacancy.reference}/" in said


def test_the_test_finds_a_leak(client, begun, monkeypatch):
    """A leaky variant: the panel's rows carry the candidate's name after the label."""
    vacancy, people = begun
    names = dict(vacancy.blind_applications.values_list("label", "redaction__application__phone"))
    real = BlindApplication.objects.for_panel

    def leaky(member, **which):
        return [
            type(copy)(copy.pk, f"{copy.label} {names[copy.label]}", copy.answers)
            for copy in real(member, **which)
        ]

    monkeypatch.setattr(BlindApplication.objects, "for_panel", leaky)
    monkeypatch.setattr(
        "apps.recruitment.selection.views.panel.reverse", lambda *args, **kwargs: "/"
    )
    said = read(client, vacancy, choosing.anew(people[PanelRole.PEER]))
    found = leaks(said, everything(vacancy) - {"guarantee"})
    assert {text for _, text in found} == set(names.values())


def marked(round_, seat, blind, points):
    """A locked sheet whose notes can be found again."""
    user = choosing.anew(seat.user)
    sheet = Sheet.for_member(round_, seat, blind.pk)
    scores = {c.pk: (points, f"{MARK}{seat.pk}x") for c in round_.criteria()}
    sheet.write(sheet.revision, scores, by=user)
    sheet.lock_it(by=user)


@pytest.mark.parametrize("role", ROLES)
def test_with_a_sheet_to_lock_there_is_no_trace_of_what_others_gave(client, begun, role):
    """The pages before anybody scored, and after all others did, are the same to the byte."""
    vacancy, people = begun
    user, round_ = people[role], choosing.round_of(vacancy)
    own = next(s for s in choosing.seats(vacancy) if s.user_id == user.pk)
    panel, moment = f"/recruitment/panels/{vacancy.reference}/", timezone.now()

    def pages():
        with time_machine.travel(moment, tick=False):  # some say when they were read
            said = read(client, vacancy, choosing.anew(user))
        assert leaks(said, {MARK}) == []
        return {
            url: _still(body)
            for url, body in said.items()
            if url.startswith((panel, "/recruit")) and not url.endswith(".pdf")  # its page is here
        }

    _has_read_all(user)
    before = pages()
    for points, seat in enumerate(choosing.seats(vacancy)):
        if seat.pk != own.pk:
            for blind in round_.blinds():
                marked(round_, seat, blind, points % 4)
    after = pages()
    assert [url for url in before if before[url] != after.get(url)] == []
    assert before.keys() == after.keys()


def _has_read_all(user):
    """Else the pages themselves read what they were told, and say that less is new."""
    send()
    Delivery.objects.visible_to(user).read()


def _still(body):
    """Without what differs at every request."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", body)
    return re.sub(rb"\{'.*$", b"", body, flags=re.DOTALL)


def test_panel_pages_ask_no_table_that_names_anybody(client, begun):
    vacancy, people = begun
    user = people[PanelRole.PEER]
    client.force_login(user, "apps.accounts.backends.SignIn")
    label = vacancy.blind_applications.first().label
    base = f"/recruitment/panels/{vacancy.reference}/"
    for url in (
        base,
        f"{base}declare/",
        f"{base}shortlisting/candidates/{label}/",
        f"{base}shortlisting/lock/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        asked = [
            query["sql"]
            for query in queries
            if 'FROM "recruitment_application"' in query["sql"]
            or 'JOIN "recruitment_application"' in query["sql"]
            or '"recruitment_redaction"."application_id"' in query["sql"]
        ]
        # Whether one applied oneself is the one thing asked: by one's own number, and with what
        # the session asks of the person.
        own = (f'"candidate_id" = {user.pk}', '"candidate_id" = ("accounts_user"."id")')
        assert [sql for sql in asked if not any(one in sql for one in own)] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_member_opens_the_redaction_the_outcomes_or_an_application(client, begun, role):
    vacancy, people = begun
    client.force_login(choosing.anew(people[role]), "apps.accounts.backends.SignIn")
    label = vacancy.blind_applications.first().label
    base = f"/recruitment/selecting/{vacancy.reference}/"
    for url in (
        f"{base}redaction/",
        f"{base}redaction/{label}/",
        f"{base}outcomes/shortlisting/",
        f"{base}interviews/",
    ):
        assert client.get(url).status_code == 403


def test_an_old_seat_reads_nothing(client, begun):
    vacancy, people = begun
    vacancy.panel.get(role="team").remove(by=choosing.anew(vacancy.created_by), reason="Ill")
    client.force_login(people[PanelRole.TEAM], "apps.accounts.backends.SignIn")
    assert client.get(f"/recruitment/panels/{vacancy.reference}/").status_code == 404


def test_an_officer_who_left_the_panel_reads_no_application_while_others_choose(begun):
    """They know the scores; who came back to their office would know the names as well."""
    vacancy, people = begun
    officer = people[PanelRole.HR]
    vacancy.panel.get(role="hr").remove(by=choosing.anew(vacancy.created_by), reason="Ill")
    theirs = Application.objects.visible_to(choosing.anew(officer)).filter(vacancy=vacancy)
    assert not theirs.exists()
    Vacancy.objects.filter(pk=vacancy.pk).update(state=Vacancy.State.DECIDED)
    assert theirs.all().exists()


def test_pages_of_many_candidates_take_the_same_number_of_queries(client):
    counts = []
    for many in (3, 100):
        vacancy, people = _many(many)
        client.force_login(people[PanelRole.CHAIR], "apps.accounts.backends.SignIn")
        base = f"/recruitment/panels/{vacancy.reference}/"
        taken = {}
        for url in ("", "shortlisting/comparison/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(base + url).status_code == 200
            taken[url] = len(queries)
        client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/recruitment/selecting/{vacancy.reference}/redaction/")
        taken["redaction"] = len(queries)
        counts.append(taken)
    assert counts[0] == counts[1]


def _many(number):
    """Everything in, with rows made at once: the steps have tests of their own."""
    vacancy = making.vacancy(state="closed")
    people = making.panel(vacancy)
    choosing.declare(vacancy)
    now = timezone.now()
    applications = Application.objects.bulk_create(
        Application(
            vacancy=vacancy,
            candidate=UserFactory(),
            full_name="A",
            state="submitted",
            submitted_at=now,
        )
        for _ in range(number)
    )
    redactions = Redaction.objects.bulk_create(
        Redaction(application=one, signed_by=vacancy.created_by, signed_at=now)
        for one in applications
    )
    blinds = BlindApplication.objects.bulk_create(
        BlindApplication(redaction=one, vacancy=vacancy, label=f"{place:03}")
        for place, one in enumerate(redactions)
    )
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    round_ = choosing.round_of(vacancy)
    sheets = Sheet.objects.bulk_create(
        Sheet(round=round_, member=seat, blind=blind, state="locked", locked_at=now)
        for seat in choosing.seats(vacancy)
        for blind in blinds
    )
    scores = Score.objects.bulk_create(
        Score(sheet=sheet, criterion=criterion, points=2, evidence="Seen")
        for sheet in sheets
        for criterion in round_.criteria()
    )
    Moderation.objects.create(score=scores[0], by=sheets[0].member.user, was=2, now=3, why="So")
    return vacancy, people


# --- somebody of the panel with another part ----------------------------------------------------
@pytest.fixture
def prepared_it():
    """The manager is the chair, and the peer lead the peer: what is usual."""
    vacancy = making.vacancy(state="closed")
    by = vacancy.created_by
    for user, role in (
        (vacancy.manager, PanelRole.CHAIR),
        (vacancy.peer_lead, PanelRole.PEER),
        (StaffFactory(), PanelRole.TEAM),
    ):
        with_second_factor(user)
        PanelMember.add(vacancy, user, role, by=by, trained_on=timezone.localdate())
    for number in (1, 2):
        choosing.apply(vacancy, number, guaranteed_interview=True)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(by))
    return vacancy


@pytest.mark.parametrize("part", ["manager", "peer_lead"])
def test_who_prepared_the_vacancy_learns_no_more_on_its_panel(client, prepared_it, part):
    vacancy = prepared_it
    user, round_ = getattr(vacancy, part), choosing.round_of(vacancy)
    moment, strings = timezone.now(), everything(vacancy) - {"guarantee"}

    def pages():
        with time_machine.travel(moment, tick=False):
            said = read(client, vacancy, choosing.anew(user))
        assert leaks(said, strings) == []
        return {
            url: _still(body)
            for url, body in said.items()
            if url.startswith("/recruit") and not url.endswith(".pdf")
        }

    _has_read_all(user)
    before = pages()
    assert f"/recruitment/vacancies/{vacancy.reference}/history/" in before
    other = next(s for s in choosing.seats(vacancy) if s.role == PanelRole.TEAM)
    first, second = round_.blinds()
    marked(round_, other, first, 3)
    Recusal.make(other, second, by=choosing.anew(other.user))
    after = pages()
    assert [url for url in before if before[url] != after.get(url)] == []


def test_who_comes_to_read_the_audit_trail_does_not_begin_to_judge():
    vacancy, people = choosing.closed(1)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    people[PanelRole.TEAM].groups.add(Group.objects.get(name=ADMIN))
    with pytest.raises(NotYet, match="audit trail"):
        vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))


@pytest.mark.parametrize("role", list(PanelRole)[:3])
def test_a_member_without_a_second_factor_reads_nothing(client, begun, role):
    vacancy, people = begun
    user = choosing.anew(people[role])
    user.authenticator_set.all().delete()
    client.force_login(user, "apps.accounts.backends.SignIn")
    label = vacancy.blind_applications.first().label
    for end in ("", f"shortlisting/candidates/{label}/"):
        response = client.get(f"/recruitment/panels/{vacancy.reference}/{end}")
        assert response.status_code == 302
        assert response["Location"] == "/profile/second-factor/"
