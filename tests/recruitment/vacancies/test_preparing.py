"""A vacancy on its way to being open: two sign, four approve in order, a peer is on the panel."""

from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import Already, Conflict, IllegalMove, NotYet
from apps.core.working_days import add_working_days, is_working_day, working_days_until
from apps.notifications.models import Delivery
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.advice import Advice, Edit
from apps.recruitment.vacancies.models.approval import Approval
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.readiness import READINESS, Readiness
from apps.recruitment.vacancies.models.template import VacancyTemplate, begin_from, contents
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy
from apps.recruitment.vacancies.promises import Promises
from apps.recruitment.vacancies.tasks import close_vacancies
from tests.factories import StaffFactory, UserFactory, programme_user

from .. import making

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


def with_authorisers(vacancy):
    people = {office: StaffFactory() for office in Approval.Office}
    for office, user in people.items():
        Approval.name(vacancy, office, user, by=vacancy.created_by)
    return people


def ready(vacancy):
    """Brought to the end of readiness by its two people."""
    vacancy.move("begin_readiness", by=vacancy.manager)
    for user in (vacancy.manager, vacancy.peer_lead):
        Readiness.sign(vacancy, set(READINESS), by=user)
    return vacancy


def told(kind):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind).select_related("recipient")
    return {row.recipient for row in rows}


def openable(vacancy):
    """Approved, with panel and dates."""
    making.panel(vacancy)
    making.put(vacancy, "approved")
    Vacancy.objects.filter(pk=vacancy.pk).update(
        closes_at=timezone.now() + timedelta(days=21),
        interviews_on=timezone.localdate() + timedelta(days=40),
    )
    vacancy.refresh_from_db()
    return vacancy


# --- working days -----------------------------------------------------------------------------
def test_working_days_leave_out_weekends_and_bank_holidays():
    christmas_eve = date(2026, 12, 24)
    assert [add_working_days(christmas_eve, n) for n in (1, 2)] == [
        date(2026, 12, 29),
        date(2026, 12, 30),
    ]
    assert add_working_days(date(2026, 12, 29), -1) == christmas_eve
    assert working_days_until(date(2026, 12, 30), today=christmas_eve) == 2
    assert working_days_until(date(2026, 12, 1), today=christmas_eve) == 0
    assert not is_working_day(date(2026, 5, 4))


# --- readiness --------------------------------------------------------------------------------
def test_a_draft_without_words_people_or_criteria_says_all_that_is_missing():
    officer = making.hr_officer()
    vacancy = Vacancy.begin(by=officer, manager=StaffFactory())
    with pytest.raises(NotYet) as refusal:
        vacancy.move("begin_readiness", by=vacancy.manager)
    for part in ("a plain summary", "essential criterion", "the peer lead"):
        assert part in str(refusal.value)


def test_each_signs_for_themselves_and_both_are_needed():
    vacancy = making.vacancy()
    with_authorisers(vacancy)
    vacancy.move("begin_readiness", by=vacancy.manager)
    Readiness.sign(vacancy, set(READINESS), by=vacancy.manager)
    with pytest.raises(NotYet) as refusal:
        vacancy.move("ask_approval", by=vacancy.peer_lead)
    assert f"{len(READINESS)} lines" in str(refusal.value)
    Readiness.sign(vacancy, {"team"}, by=vacancy.peer_lead)
    line = vacancy.readiness.get(key="team")
    assert (line.is_signed, line.manager, line.peer_lead) == (
        True,
        vacancy.manager,
        vacancy.peer_lead,
    )
    Readiness.sign(vacancy, set(), by=vacancy.peer_lead)
    assert not vacancy.readiness.get(key="team").is_signed
    with pytest.raises(PermissionDenied):
        Readiness.sign(vacancy, {"team"}, by=vacancy.created_by)


def test_going_back_to_the_draft_takes_the_signatures_along():
    vacancy = ready(making.vacancy())
    vacancy.move("back_to_draft", by=vacancy.manager, note="Other hours")
    assert vacancy.readiness.count() == 0


@pytest.mark.parametrize("field", ["cost_code", "position_number", "peer_supervisor"])
def test_approval_is_not_asked_without_money_and_supervisors(field):
    vacancy = ready(making.vacancy(**{field: ""}))
    with_authorisers(vacancy)
    with pytest.raises(NotYet):
        vacancy.move("ask_approval", by=vacancy.peer_lead)


def test_approval_waits_for_answers_to_advice():
    vacancy = ready(making.vacancy())
    with_authorisers(vacancy)
    advice = Advice.give(
        vacancy, by=vacancy.peer_lead, about="advert", text="Shorter.", side="lived_experience"
    )
    with pytest.raises(NotYet):
        vacancy.move("ask_approval", by=vacancy.peer_lead)
    advice.settle("declined", "It says all that is needed.", by=vacancy.manager)
    for person in (vacancy.peer_lead, vacancy.manager):
        with pytest.raises(Already) as refused:
            advice.settle("taken", "Changed my mind.", by=person)
        assert refused.value.mine == (person == vacancy.manager)
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    assert vacancy.state == "approval"


# --- advice -----------------------------------------------------------------------------------
def reworded(vacancy, **values):
    vacancy.refresh_from_db()
    Edit.write(vacancy, vacancy.revision, by=vacancy.manager, **values)


@pytest.mark.parametrize("answer", ["taken", "adapted"])
def test_advice_is_not_taken_up_without_a_changed_word(client, answer):
    vacancy = making.vacancy()
    reworded(vacancy, summary="Written before.")
    advice = Advice.give(
        vacancy, by=vacancy.peer_lead, about="advert", text="Shorter.", side="lived_experience"
    )
    client.force_login(vacancy.manager, "apps.accounts.backends.SignIn")
    url = reverse("advice_answer", args=[vacancy.reference, advice.pk])
    said = {"answer": answer, "reason": "It is shorter now."}
    page = client.post(url, said)
    assert page.status_code == 422
    assert "No words have changed since the advice was given." in page.content.decode()
    reworded(vacancy, summary="Written\u200b  before.")  # nothing that can be read
    assert client.post(url, said).status_code == 422
    for edit in (None, Edit.objects.last()):
        with pytest.raises(NotYet, match="Choose the words that changed"):
            advice.settle(answer, "Done.", by=vacancy.manager, edit=edit)
    reworded(vacancy, summary="Short.")
    page = client.post(url, said)
    assert page.status_code == 422
    assert "Choose the change that answers it." in page.content.decode()
    edit = Edit.objects.first()
    assert client.post(url, said | {"edit": edit.pk}).status_code == 302
    advice.refresh_from_db()
    assert (advice.answer, advice.edit) == (answer, edit)
    page = client.get(reverse("coproduction", args=[vacancy.reference])).content.decode()
    assert page.count("Short.") == 2  # beside the advice, and among the changes


@pytest.mark.parametrize("name", ["description", "easy_read"])
def test_advice_is_not_taken_up_by_markdown_that_nobody_sees(name):
    vacancy = making.vacancy()
    reworded(vacancy, **{name: "You have a mentor."})
    advice = Advice.give(
        vacancy, by=vacancy.peer_lead, about="advert", text="Say who.", side="lived_experience"
    )
    reworded(vacancy, **{name: "You have a **men\u034ftor**.\n\n[//]: # (It is Pat)\n\n&#8203;"})
    with pytest.raises(NotYet, match="Choose the words that changed"):
        advice.settle("taken", "Done.", by=vacancy.manager, edit=Edit.objects.first())
    reworded(vacancy, **{name: "You have a mentor, Pat."})
    advice.settle("taken", "Done.", by=vacancy.manager, edit=Edit.objects.first())


def test_advice_that_asks_for_no_change_of_words_is_agreed(client):
    vacancy = making.vacancy()
    advice = Advice.give(
        vacancy, by=vacancy.peer_lead, about="process", text="Ring them.", side="staff"
    )
    client.force_login(vacancy.manager, "apps.accounts.backends.SignIn")
    url = reverse("advice_answer", args=[vacancy.reference, advice.pk])
    assert client.post(url, {"answer": "agreed", "reason": "We do."}).status_code == 302
    advice.refresh_from_db()
    assert (advice.answer, advice.edit) == ("agreed", None)
    # An older site, without that answer, reads that it stays as it is.
    import_module("apps.recruitment.migrations.0002_advice_names_words").say_it_stays(apps, None)
    advice.refresh_from_db()
    assert (advice.answer, advice.reason) == ("declined", "We do.")


# --- approval ---------------------------------------------------------------------------------
def test_authorisers_answer_in_order_and_the_last_approves():
    vacancy = ready(making.vacancy())
    people = with_authorisers(vacancy)
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    head, *others = people.values()
    for early in others:
        with pytest.raises(NotYet):
            Approval.give(vacancy, by=early, approve=True)
    with pytest.raises(PermissionDenied):
        Approval.give(vacancy, by=vacancy.created_by, approve=True)
    assert told("recruitment.approval_asked") == {head}
    for user in people.values():
        assert vacancy.state == "approval"
        Approval.give(vacancy, by=user, approve=True)
        vacancy.refresh_from_db()
    assert vacancy.state == "approved"
    assert told("recruitment.approval_asked") == set(people.values())
    assert told("recruitment.vacancy_approve") >= {vacancy.manager, vacancy.peer_lead}
    with pytest.raises(IllegalMove):
        Approval.give(vacancy, by=head, approve=True)


def test_a_return_goes_back_with_its_reason_and_the_next_round_begins_anew():
    vacancy = ready(making.vacancy())
    people = list(with_authorisers(vacancy).values())
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    Approval.give(vacancy, by=people[0], approve=True)
    Approval.give(vacancy, by=people[1], approve=False, reason="Which budget?")
    vacancy.refresh_from_db()
    assert vacancy.state == "readiness"
    assert [step.answer for step in vacancy.approvals.all()] == [
        "approved",
        "returned",
        "waiting",
        "waiting",
    ]
    assert told("recruitment.vacancy_return_it") >= {vacancy.manager, vacancy.peer_lead}
    vacancy.move("ask_approval", by=vacancy.peer_lead)
    assert [step.answer for step in vacancy.approvals.all()] == ["waiting"] * 4


def test_nobody_approves_what_they_prepared():
    vacancy = making.vacancy()
    for user in (vacancy.manager, vacancy.peer_lead):
        with pytest.raises(NotYet):
            Approval.name(vacancy, Approval.Office.HEAD, user, by=vacancy.created_by)


# --- opening ----------------------------------------------------------------------------------
def test_it_opens_with_a_peer_a_chair_training_and_five_working_days():
    vacancy = openable(making.vacancy())
    officer = vacancy.created_by
    peer = vacancy.panel.get(role=PanelRole.PEER)
    peer.remove(by=officer, reason="Ill")
    with pytest.raises(NotYet, match="no peer"):
        vacancy.move("open", by=officer)
    untrained = PanelMember.add(vacancy, UserFactory(), PanelRole.PEER, by=officer)
    with pytest.raises(NotYet, match="1 person on the panel"):
        vacancy.move("open", by=officer)
    PanelMember.objects.filter(pk=untrained.pk).update(trained_on=timezone.localdate())
    too_soon = add_working_days(timezone.localdate(), 4)
    Vacancy.objects.filter(pk=vacancy.pk).update(
        closes_at=timezone.make_aware(timezone.datetime(*too_soon.timetuple()[:3], 23, 59, 59))
    )
    with pytest.raises(NotYet, match="5 working days"):
        vacancy.move("open", by=officer)
    Vacancy.objects.filter(pk=vacancy.pk).update(closes_at=timezone.now() + timedelta(days=21))
    vacancy.move("open", by=officer)
    assert (vacancy.state, vacancy.is_open) == ("open", True)


def test_who_arranges_adjustments_is_not_on_the_panel():
    vacancy = openable(making.vacancy())
    with pytest.raises(NotYet, match="arranges adjustments"):
        PanelMember.add(vacancy, vacancy.organiser, PanelRole.HR, by=making.hr_officer())
    Vacancy.objects.filter(pk=vacancy.pk).update(organiser=vacancy.panel.first().user)
    with pytest.raises(NotYet, match="arranges adjustments"):
        Vacancy.objects.get(pk=vacancy.pk).move("open", by=vacancy.created_by)


# --- ending -----------------------------------------------------------------------------------
def test_a_withdrawn_vacancy_ends_every_application_and_tells_each_once():
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    sent, begun = making.application(vacancy), making.application(vacancy, state="draft")
    gone = making.application(vacancy, state="withdrawn")
    vacancy.move("withdraw", by=vacancy.created_by, note="The team closes.")
    assert told("recruitment.vacancy_withdrawn") == {sent.candidate, begun.candidate}
    assert told("recruitment.vacancy_stopped") == {
        vacancy.manager,
        vacancy.peer_lead,
        *people.values(),
    }
    states = [Application.objects.get(pk=one.pk).state for one in (sent, begun, gone)]
    assert states == ["ended", "ended", "withdrawn"]


def test_it_does_not_end_unfilled_while_somebody_waits_for_an_answer():
    vacancy = making.vacancy(state="closed")
    one = making.application(vacancy)
    with pytest.raises(NotYet):
        vacancy.move("leave_unfilled", by=vacancy.created_by, note="Nobody fits.")
    one.move("withdraw", by=one.candidate)
    vacancy.move("leave_unfilled", by=vacancy.created_by, note="Nobody fits.")
    assert (vacancy.state, vacancy.finished_at is not None) == ("unfilled", True)


def test_the_clock_alone_closes_it_and_the_task_only_tidies():
    vacancy = making.vacancy(state="open")
    with time_machine.travel(vacancy.closes_at + timedelta(seconds=2), tick=False):
        assert vacancy.phase == "closed"
        close_vacancies()
        close_vacancies()
    vacancy.refresh_from_db()
    assert vacancy.state == "closed"


# --- words ------------------------------------------------------------------------------------
def write(client, vacancy, user, seen, **fields):
    client.force_login(user, "apps.accounts.backends.SignIn")
    values = {
        "seen": seen,
        "title": vacancy.title,
        "band": "3",
        "wte": "1",
        "posts": "1",
        "dbs_level": "enhanced",
        "description": vacancy.description,
        "summary": vacancy.summary,
    }
    url = reverse("vacancy_texts", args=[vacancy.reference])
    return client.post(url, values | fields)


def test_two_who_write_at_once_lose_nothing_and_every_change_is_recorded(client):
    vacancy = making.vacancy()
    seen = vacancy.revision
    assert write(client, vacancy, vacancy.manager, seen, summary="First.").status_code == 302
    late = write(client, vacancy, vacancy.peer_lead, seen, summary="Second.")
    assert late.status_code == 422
    assert b"Second." in late.content
    vacancy.refresh_from_db()
    assert vacancy.summary == "First."
    edit = Edit.objects.get(vacancy=vacancy, field="summary")
    assert (edit.by, edit.after) == (vacancy.manager, "First.")


def test_a_summary_that_is_too_long_comes_back_with_what_was_typed(client):
    vacancy = making.vacancy()
    answer = write(client, vacancy, vacancy.manager, vacancy.revision, summary="word " * 151)
    assert (answer.status_code, b"The summary has 151 words" in answer.content) == (422, True)


@pytest.mark.parametrize("text", ["A diagnosis of psychosis", "Takes medication", "Was sectioned"])
def test_no_criterion_asks_what_must_never_be_asked(client, text):
    vacancy = making.vacancy()
    client.force_login(vacancy.manager, "apps.accounts.backends.SignIn")
    answer = client.post(
        reverse("criterion_add", args=[vacancy.reference]),
        {"text": text, "weight": "essential", "stage": "shortlisting", "max_words": "200"},
    )
    assert answer.status_code == 422
    assert not Criterion.objects.filter(text=text).exists()


def test_a_new_vacancy_takes_over_words_and_criteria_but_neither_people_nor_money():
    first = making.vacancy()
    officer = first.created_by
    second = begin_from(*contents(first), by=officer, title="Peer Support Worker, nights")
    assert (second.description, second.cost_code, second.manager) == (first.description, "", None)
    assert [one.text for one in second.criteria.all()] == [one.text for one in first.criteria.all()]
    VacancyTemplate.keep("Band 3", first, by=officer)
    kept = VacancyTemplate.keep("Band 3", second, by=officer)
    third = begin_from(*kept.contents(), by=officer)
    assert (third.title, third.criteria.count()) == (second.title, 4)


def test_promises_count_in_working_days():
    vacancy = making.vacancy(state="open")
    promises = Promises.of(vacancy)
    assert [
        working_days_until(day, today=promises.closes_on)
        for day in (promises.redacted_by, promises.scored_by, promises.told_by)
    ] == [1, 4, 6]


# --- visits -----------------------------------------------------------------------------------
def visit(vacancy, **fields):
    starts_at = timezone.now() + timedelta(days=3)
    defaults = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "place": "Hub"}
    return vacancy.visits.create(**defaults | fields)


def test_the_last_place_of_a_visit_goes_to_one():
    one = visit(making.vacancy(state="open"), places=1)
    first, second = UserFactory(), UserFactory()
    one.book(first)
    one.book(first)
    with pytest.raises(Conflict):
        one.book(second)
    assert one.bookings.count() == 1


def test_who_booked_hears_of_a_cancelled_visit():
    vacancy = making.vacancy(state="open")
    one, guest = visit(vacancy), UserFactory()
    one.book(guest)
    one.cancel(by=vacancy.manager)
    assert told("recruitment.visit_cancelled") == {guest}
    with pytest.raises(IllegalMove):
        one.cancel(by=vacancy.manager)
    with pytest.raises(Conflict):
        one.book(UserFactory())


# --- leaving ----------------------------------------------------------------------------------
def test_who_leaves_the_trust_leaves_the_panel_and_human_resources_hears():
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    people[PanelRole.PEER].close(by=programme_user(OFFICE), reason="Moved")
    assert not vacancy.panel.serving().filter(role=PanelRole.PEER).exists()
    assert told("recruitment.somebody_left") == {vacancy.created_by}


# --- the list ---------------------------------------------------------------------------------
def test_the_list_costs_the_same_for_one_and_for_three(client):
    officer = making.hr_officer()
    client.force_login(officer, "apps.accounts.backends.SignIn")
    counts = []
    for number in (1, 3):
        while Vacancy.objects.count() < number:
            making.application(making.vacancy(by=officer, state="open"))
        client.get(reverse("vacancies"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("vacancies")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_the_panel_learns_no_number_of_applications(client):
    vacancy = making.vacancy(state="open")
    people = making.panel(vacancy)
    for _ in range(7):
        making.application(vacancy)
    for address in (reverse("vacancies"), reverse("vacancies_csv"), vacancy.get_absolute_url()):
        client.force_login(people[PanelRole.PEER], "apps.accounts.backends.SignIn")
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"7 applications" not in body
        assert b",7\r\n" not in body
