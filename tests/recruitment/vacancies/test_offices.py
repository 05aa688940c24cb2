"""One person, one office; who prepares does not approve: ways around the chain are closed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.notifications.models import Delivery
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.advice import Advice, Edit
from apps.recruitment.vacancies.models.approval import Approval, Deputy, authorisers_waiting
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.readiness import READINESS, Readiness
from apps.recruitment.vacancies.models.vacancy import Vacancy
from apps.recruitment.vacancies.tasks import close_vacancies
from tests.at_once import at_once
from tests.factories import StaffFactory, UserFactory

from .. import making
from ..selection.choosing import anew

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"
OFFICES = list(Approval.Office)


def chain(vacancy, **people):
    """Four people, one for each office; those who are given in place of others."""
    named = {office: people.get(office.value) or StaffFactory() for office in OFFICES}
    for office, user in named.items():
        Approval.name(vacancy, office, user, by=anew(vacancy.created_by))
    return list(named.values())


def asked(vacancy, **people):
    """Approval is asked for; the people of the chain."""
    vacancy.move("begin_readiness", by=vacancy.manager)
    named = chain(vacancy, **people)
    for user in (vacancy.manager, vacancy.peer_lead):
        Readiness.sign(vacancy, set(READINESS), by=user)
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    return [anew(user) for user in named]


# --- tried as the line was ------------------------------------------------------------------------
def test_one_person_holds_one_office():
    vacancy, person = making.vacancy(), StaffFactory()
    Approval.name(vacancy, "head", person, by=vacancy.created_by)
    with pytest.raises(NotYet, match="Head of service"):
        Approval.name(vacancy, "finance", person, by=vacancy.created_by)


def test_who_began_a_vacancy_does_not_approve_it():
    vacancy = making.vacancy()
    with pytest.raises(NotYet, match="prepared"):
        Approval.name(vacancy, "hr", vacancy.created_by, by=vacancy.created_by)


def test_who_wrote_in_a_vacancy_does_not_approve_it(client):
    vacancy, officer = making.vacancy(), making.hr_officer()
    client.force_login(officer, SIGN_IN)
    url = reverse("criterion_add", args=[vacancy.reference])
    words = {"text": "Keeps time", "weight": "desirable", "stage": "interview", "max_words": "200"}
    assert client.post(url, words).status_code == 302
    with pytest.raises(NotYet, match="prepared"):
        Approval.name(vacancy, "hr", officer, by=vacancy.created_by)


def test_who_approves_a_vacancy_does_not_write_in_it(client):
    vacancy, officer = making.vacancy(), making.hr_officer()
    Approval.name(vacancy, "hr", officer, by=vacancy.created_by)
    client.force_login(officer, SIGN_IN)
    url = reverse("criterion_add", args=[vacancy.reference])
    words = {"text": "Keeps time", "weight": "desirable", "stage": "interview", "max_words": "200"}
    client.post(url, words)
    assert not vacancy.criteria.filter(text="Keeps time").exists()


def test_a_superuser_approves_nothing():
    vacancy, everywhere = making.vacancy(), UserFactory(is_superuser=True)
    with pytest.raises(NotYet, match="everything"):
        Approval.name(vacancy, "hr", everywhere, by=vacancy.created_by)
    people = asked(vacancy)
    type(people[0]).objects.filter(pk=people[0].pk).update(is_superuser=True)
    with pytest.raises(NotYet, match="everything"):
        Approval.give(vacancy, by=anew(people[0]), approve=True)


@pytest.mark.parametrize("state", ["approval", "approved"])
@pytest.mark.parametrize("name", ["line_supervisor", "peer_supervisor"])
def test_supervisors_that_were_signed_for_do_not_change_afterwards(client, state, name):
    vacancy = making.vacancy(state=state)
    client.force_login(vacancy.manager, SIGN_IN)
    stood = {"cost_code": "C100", "position_number": "P200"}
    stood |= {"line_supervisor": "Sam Field", "peer_supervisor": "Kit Marlow"}
    url = reverse("vacancy_terms", args=[vacancy.reference])
    client.post(url, stood | {name: "Someone Else"})
    assert getattr(Vacancy.objects.get(pk=vacancy.pk), name) == stood[name]


# --- the chain ------------------------------------------------------------------------------------
def test_four_people_approve_and_who_answered_is_kept():
    vacancy = making.vacancy()
    people = asked(vacancy)
    for user in people:
        Approval.give(vacancy, by=user, approve=True)
    vacancy.refresh_from_db()
    assert vacancy.state == "approved"
    assert [step.answered_by for step in vacancy.approvals.all()] == people


@pytest.mark.parametrize("how", ["manager", "peer lead", "a former manager", "who signed"])
def test_whoever_prepared_it_in_any_way_does_not_approve_it(how):
    vacancy = making.vacancy()
    person = {"manager": vacancy.manager, "peer lead": vacancy.peer_lead}.get(how, vacancy.manager)
    if how != "peer lead" and how != "manager":
        vacancy.move("begin_readiness", by=person)
        if how == "who signed":
            Readiness.sign(vacancy, set(READINESS), by=person)
        vacancy.name_people(by=vacancy.created_by, manager=StaffFactory())
    with pytest.raises(NotYet, match="It needs somebody else for Finance"):
        Approval.name(vacancy, "finance", person, by=anew(vacancy.created_by))


def test_an_old_chain_of_one_person_twice_is_not_asked_and_not_answered(client):
    vacancy = making.vacancy()
    people = asked(vacancy)
    vacancy.approvals.filter(office="finance").update(authoriser=people[0])
    with pytest.raises(NotYet, match="One person, one office"):
        Approval.give(vacancy, by=people[0], approve=True)
    client.force_login(people[0], SIGN_IN)
    text = client.get(reverse("vacancy_approve", args=[vacancy.reference])).content.decode()
    assert "One person, one office: they are there for Finance." in text
    assert 'name="answer"' not in text
    Vacancy.objects.filter(pk=vacancy.pk).update(state="readiness")
    vacancy.refresh_from_db()
    with pytest.raises(NotYet, match="One person, one office"):
        vacancy.move("ask_approval", by=anew(vacancy.peer_lead))


def test_pages_say_beforehand_who_cannot_and_why(client):
    vacancy = making.vacancy()
    people = chain(vacancy)
    type(people[1]).objects.filter(pk=people[1].pk).update(is_active=False)
    client.force_login(vacancy.manager, SIGN_IN)
    text = " ".join(client.get(vacancy.get_absolute_url()).content.decode().split())
    assert text.count("Cannot approve.") == 1
    assert "Their account is closed. It needs somebody else for Finance." in text


def test_who_approves_signs_and_changes_nothing_until_all_have(client):
    vacancy, officer = making.vacancy(), making.hr_officer()
    asked(vacancy, hr=officer)
    client.force_login(officer, SIGN_IN)
    terms = reverse("vacancy_terms", args=[vacancy.reference])
    stood = {"cost_code": "C100", "position_number": "P200"}
    stood |= {"line_supervisor": "Sam Field", "peer_supervisor": "Kit Marlow"}
    later = timezone.localdate() + timedelta(days=60)
    for part in ("day", "month", "year"):
        stood[f"closes_on_{part}"] = getattr(later, part)
    answer = client.post(terms, stood)
    assert answer.status_code == 422
    assert b"Whoever approves does not prepare it." in answer.content
    advice = Advice.give(
        vacancy, by=vacancy.peer_lead, about="advert", text="Shorter.", side="staff"
    )
    with pytest.raises(NotYet, match="Whoever approves"):
        advice.settle("taken", "Yes.", by=anew(officer))
    making.put(vacancy, "approved")
    assert client.post(terms, stood).status_code == 302


# --- an approved vacancy that is changed ----------------------------------------------------------
def test_an_approved_vacancy_that_is_changed_is_approved_anew():
    vacancy = making.vacancy()
    people = asked(vacancy)
    for user in people:
        Approval.give(vacancy, by=user, approve=True)
    vacancy.refresh_from_db()
    vacancy.move("back_to_readiness", by=vacancy.manager, note="Another supervisor.")
    assert {step.answer for step in vacancy.approvals.all()} == {"waiting"}
    with pytest.raises(IllegalMove):
        vacancy.move("open", by=anew(vacancy.created_by))
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    for user in people:
        assert vacancy.state == "approval"
        Approval.give(vacancy, by=user, approve=True)
        vacancy.refresh_from_db()
    assert vacancy.state == "approved"


def test_other_supervisors_are_signed_for_anew(client):
    vacancy = making.vacancy()
    vacancy.move("begin_readiness", by=vacancy.manager)
    for user in (vacancy.manager, vacancy.peer_lead):
        Readiness.sign(vacancy, set(READINESS), by=user)
    client.force_login(vacancy.manager, SIGN_IN)
    stood = {"cost_code": "C100", "position_number": "P200", "peer_supervisor": "Kit Marlow"}
    url = reverse("vacancy_terms", args=[vacancy.reference])
    assert client.post(url, stood | {"line_supervisor": "Sam Field"}).status_code == 302
    assert vacancy.readiness.get(key="supervision").is_signed
    assert client.post(url, stood | {"line_supervisor": "Someone Else"}).status_code == 302
    assert not vacancy.readiness.get(key="supervision").is_signed
    assert vacancy.readiness.get(key="team").is_signed


# --- deputies -------------------------------------------------------------------------------------
def days(first, last=10):
    today = timezone.localdate()
    return {"from_on": today + timedelta(days=first), "until_on": today + timedelta(days=last)}


def step_of(vacancy, office="head"):
    return vacancy.approvals.get(office=office)


def told(kind):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind).select_related("recipient")
    return {row.recipient for row in rows}


@pytest.mark.parametrize("who", ["the holder", "human resources"])
def test_a_deputy_is_named_beforehand_and_acts_as_the_deputy_of(who):
    vacancy, deputy = making.vacancy(), StaffFactory()
    holder, *_ = asked(vacancy)
    by = holder if who == "the holder" else anew(vacancy.created_by)
    with pytest.raises(PermissionDenied):
        Approval.give(vacancy, by=anew(deputy), approve=True)
    with pytest.raises(NotYet, match="from tomorrow"):
        Deputy.name(step_of(vacancy), deputy, **days(0), by=by)
    Deputy.name(step_of(vacancy), deputy, **days(1), by=by)
    assert told("recruitment.deputy_named") == {deputy, holder} - {by}
    with pytest.raises(NotYet, match="It waits for Head of service first"):
        Approval.give(vacancy, by=anew(deputy), approve=True)
    assert not authorisers_waiting(deputy).exists()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert authorisers_waiting(deputy).get() == step_of(vacancy)
        Approval.give(vacancy, by=anew(deputy), approve=True)
    step = step_of(vacancy)
    assert (step.answer, step.answered_by, step.authoriser) == ("approved", deputy, holder)
    entry = AuditEntry.objects.about(vacancy).get(action="approve_step")
    assert entry.note == f"head, as deputy of person {holder.pk}"


def test_whoever_ends_a_deputy_twice_reads_so_and_another_that_it_was_done(client):
    vacancy = making.vacancy()
    holder, *_ = asked(vacancy)
    Deputy.name(step_of(vacancy), StaffFactory(), **days(1), by=holder)
    url = reverse("deputy_end", args=[vacancy.reference, "head"])
    answers = []
    for one in (holder, holder, vacancy.created_by):
        client.force_login(one, SIGN_IN)
        answers.append(client.post(url))
    assert [one.status_code for one in answers] == [302, 409, 409]
    mine, done = (one.content.decode() for one in answers[1:])
    assert "You did this already" in mine
    assert "You did this already" not in done
    assert "This was done already" in done
    elsewhere = reverse("deputy_end", args=[vacancy.reference, "finance"])
    assert client.post(elsewhere).status_code == 404


def test_a_deputy_stands_in_for_a_time():
    vacancy, deputy = making.vacancy(), StaffFactory()
    holder, *_ = asked(vacancy)
    for wrong in (days(1, 0), days(1, 200)):
        with pytest.raises(NotYet, match="three months"):
            Deputy.name(step_of(vacancy), deputy, **wrong, by=holder)
    Deputy.name(step_of(vacancy), deputy, **days(1, 5), by=holder)
    with (
        time_machine.travel(timezone.now() + timedelta(days=6)),
        pytest.raises(NotYet, match="waits for Head of service"),
    ):
        Approval.give(vacancy, by=anew(deputy), approve=True)
    assert vacancy.has_part(anew(deputy))
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        close_vacancies()
    assert not vacancy.has_part(anew(deputy))


def test_nobody_names_themselves_and_a_deputy_is_as_free_as_a_holder():
    vacancy, writer = making.vacancy(), UserFactory()
    officer = making.hr_officer()
    holder, other, *_ = asked(vacancy)
    step = step_of(vacancy)
    for user, words in (
        (officer, "names themselves"),
        (holder, "names themselves"),
        (other, "they are there for Finance"),
        (vacancy.manager, "prepared"),
        (anew(vacancy.created_by), "prepared"),
        (UserFactory(is_superuser=True), "everything"),
        (UserFactory(is_active=False), "closed"),
    ):
        with pytest.raises(NotYet, match=words):
            Deputy.name(step, user, **days(1), by=officer)
    for stranger in (writer, vacancy.manager, other, UserFactory()):
        with pytest.raises(PermissionDenied):
            Deputy.name(step, StaffFactory(), **days(1), by=anew(stranger))
    one = StaffFactory()
    Deputy.name(step, one, **days(1), by=officer)
    with pytest.raises(NotYet, match="they are there for Head of service"):
        Deputy.name(step_of(vacancy, "finance"), one, **days(1), by=officer)
    with pytest.raises(NotYet, match="approves"):
        vacancy.name_people(by=anew(vacancy.created_by), manager=one)


def test_who_answered_for_one_office_is_deputy_of_no_other():
    vacancy = making.vacancy()
    deputy = StaffFactory()
    asked(vacancy)
    Deputy.name(step_of(vacancy), deputy, **days(1, 2), by=anew(vacancy.created_by))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        Approval.give(vacancy, by=anew(deputy), approve=True)
    with (
        time_machine.travel(timezone.now() + timedelta(days=4)),
        pytest.raises(NotYet, match="One person, one office"),
    ):
        Deputy.name(step_of(vacancy, "finance"), deputy, **days(1, 9), by=anew(vacancy.created_by))


def test_a_deputy_ends_with_another_with_the_holder_and_when_somebody_says_so(client):
    vacancy = making.vacancy()
    chain(vacancy)
    officer = anew(vacancy.created_by)
    one, two, three = StaffFactory.create_batch(3)
    Deputy.name(step_of(vacancy), one, **days(1), by=officer)
    Deputy.name(step_of(vacancy), two, **days(1), by=officer)
    assert (vacancy.has_part(anew(one)), vacancy.has_part(anew(two))) == (False, True)
    Approval.name(vacancy, "head", StaffFactory(), by=officer)
    assert not vacancy.has_part(anew(two))
    Deputy.name(step_of(vacancy), three, **days(1), by=officer)
    client.force_login(officer, SIGN_IN)
    page = client.get(vacancy.get_absolute_url()).content.decode()
    assert f"Deputy: {three.name}" in page
    end = reverse("deputy_end", args=[vacancy.reference, "head"])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409
    assert not vacancy.has_part(anew(three))


@pytest.mark.parametrize(
    ("field", "first", "last"), [("from_on", 0, 5), ("until_on", 3, 2), ("until_on", 1, 200)]
)
def test_what_is_wrong_with_a_deputys_days_is_said_beside_them(client, field, first, last):
    vacancy, deputy = making.vacancy(), StaffFactory()
    chain(vacancy)
    client.force_login(vacancy.created_by, SIGN_IN)
    data = {"user": deputy.pk}
    for name, day in days(first, last).items():
        data |= {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}
    url = reverse("deputy_name", args=[vacancy.reference, "head"])
    answer = client.post(f"{url}?q={deputy.email}", data)
    assert answer.status_code == 422
    assert f'id="id_{field}_group-error"'.encode() in answer.content
    assert not Deputy.objects.exists()


def test_human_resources_hear_that_whoever_approves_has_left():
    vacancy = making.vacancy()
    people = asked(vacancy)
    people[2].close(by=UserFactory(is_superuser=True), reason="Left.")
    assert anew(vacancy.created_by) in told("recruitment.somebody_left")


def test_the_page_asks_as_many_questions_for_one_office_as_for_four(client):
    counts = []
    for offices in (1, 4):
        vacancy = making.vacancy()
        officer = anew(vacancy.created_by)
        for office in OFFICES[:offices]:
            Approval.name(vacancy, office, StaffFactory(), by=officer)
            Deputy.name(step_of(vacancy, office), StaffFactory(), **days(1), by=officer)
        client.force_login(anew(vacancy.created_by), SIGN_IN)
        client.get(vacancy.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(vacancy.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.differs
@pytest.mark.django_db(transaction=True)
def test_one_person_who_is_named_for_two_offices_at_once_holds_one():
    vacancy, person = making.vacancy(), StaffFactory()

    def name(office):
        mine, by = Vacancy.objects.get(pk=vacancy.pk), anew(vacancy.created_by)
        return lambda: Approval.name(mine, office, person, by=by)

    assert sorted(at_once(*map(name, OFFICES[:2]), told=NotYet)) == ["done", "told"]
    assert vacancy.approvals.count() == 1


# --- signed for oneself -------------------------------------------------------------------------
def test_nobody_records_their_own_training_in_fair_recruitment():
    vacancy, officer = making.vacancy(), making.hr_officer()
    today = timezone.localdate()
    with pytest.raises(NotYet, match="your own training"):
        PanelMember.add(vacancy, officer, PanelRole.HR, by=officer, trained_on=today)
    with pytest.raises(NotYet, match="your own seat"):
        PanelMember.add(vacancy, officer, PanelRole.HR, by=officer)
    seat = PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    with pytest.raises(NotYet, match="your own training"):
        seat.record_training(today, by=officer)
    seat.record_training(today, by=anew(vacancy.created_by))
    assert seat.trained_on == today


# --- what was read, and who signed ----------------------------------------------------------------
@pytest.mark.parametrize("changed", ["words", "criterion", "terms"])
def test_an_old_page_approves_no_words_that_it_did_not_show(client, changed):
    vacancy = making.vacancy()
    head, finance, *_ = asked(vacancy)
    client.force_login(head, SIGN_IN)
    url = reverse("vacancy_approve", args=[vacancy.reference])
    page = client.get(url)
    old = {"answer": "approved", "reason": "", "seen": page.context["form"].initial["seen"]}
    assert f'name="seen" value="{old["seen"]}"' in page.content.decode()
    Approval.give(vacancy, by=head, approve=True)
    Approval.give(anew_vacancy(vacancy), by=finance, approve=False, reason="Too dear")
    vacancy.refresh_from_db()
    vacancy.move("back_to_draft", by=vacancy.manager, note="Other words.")
    if changed == "words":
        Edit.write(vacancy, vacancy.revision, by=vacancy.manager, posts=50)
    elif changed == "criterion":
        criterion = vacancy.criteria.first()
        criterion.text = "Something else"
        criterion.save()
    else:
        Vacancy.objects.filter(pk=vacancy.pk).update(cost_code="C999")
        vacancy.refresh_from_db()
    vacancy.move("begin_readiness", by=vacancy.manager)
    for user in (vacancy.manager, vacancy.peer_lead):
        Readiness.sign(vacancy, set(READINESS), by=anew(user))
    vacancy.move("ask_approval", by=anew(vacancy.peer_lead))
    for sent in (old, old | {"seen": ""}):
        assert client.post(url, sent).status_code == 409
        assert vacancy.approvals.get(office="head").answer == "waiting"
    new = old | {"seen": client.get(url).context["form"].initial["seen"]}
    assert client.post(url, new).status_code == 302
    assert vacancy.approvals.get(office="head").answer == "approved"


def anew_vacancy(vacancy):
    return Vacancy.objects.get(pk=vacancy.pk)


@pytest.mark.parametrize("state", ["readiness", "approval", "approved"])
def test_nobody_signs_the_list_for_both_sides_by_being_named_for_the_other(state):
    person = UserFactory()
    vacancy = making.vacancy(manager=person)
    vacancy.move("begin_readiness", by=anew(person))
    Readiness.sign(vacancy, set(READINESS), by=anew(person))
    making.put(vacancy, state)
    vacancy.name_people(by=anew(vacancy.created_by), manager=StaffFactory(), peer_lead=person)
    assert not vacancy.readiness.exclude(manager=None, manager_at=None).exists()
    making.put(vacancy, "readiness")
    Readiness.sign(vacancy, set(READINESS), by=anew(person))
    chain(vacancy)
    with pytest.raises(NotYet, match="both signatures"):
        vacancy.move("ask_approval", by=anew(person))


def test_who_stays_keeps_their_signatures():
    vacancy = making.vacancy()
    vacancy.move("begin_readiness", by=vacancy.manager)
    Readiness.sign(vacancy, set(READINESS), by=vacancy.manager)
    vacancy.name_people(
        by=anew(vacancy.created_by), manager=vacancy.manager, peer_lead=UserFactory()
    )
    assert vacancy.readiness.filter(manager=vacancy.manager).count() == len(READINESS)


def test_two_signatures_of_one_person_count_for_nothing():
    vacancy = making.vacancy()
    vacancy.move("begin_readiness", by=vacancy.manager)
    for user in (vacancy.manager, vacancy.peer_lead):
        Readiness.sign(vacancy, set(READINESS), by=anew(user))
    chain(vacancy)
    vacancy.readiness.filter(key="team").update(manager=vacancy.peer_lead)
    with pytest.raises(NotYet, match="two different people"):
        vacancy.move("ask_approval", by=anew(vacancy.peer_lead))


def test_a_reason_that_nobody_can_see_sends_no_vacancy_back(client):
    vacancy = making.vacancy()
    head, *_ = asked(vacancy)
    client.force_login(head, SIGN_IN)
    url = reverse("vacancy_approve", args=[vacancy.reference])
    seen = client.get(url).context["form"].initial["seen"]
    sent = {"answer": "returned", "reason": "\u200b", "seen": seen}
    assert client.post(url, sent).status_code == 422
    assert anew_vacancy(vacancy).state == "approval"
