"""Everybody is told together, with feedback, once; what was wrong is taken back with an apology."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from apps.accounts.roles import HR
from apps.core.clock import LONDON
from apps.core.dates import day
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.working_days import add_working_days
from apps.notifications.models import Delivery
from apps.notifications.planning import plan as plan_messages
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection import tasks
from apps.recruitment.selection.models import outcome as telling
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import UserFactory

from .. import making
from . import choosing

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


def told(kind="recruitment.outcome"):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind, channel="email")
    return sorted(rows.values_list("recipient_id", flat=True))


def test_nothing_tells_a_candidate_before_it_is_sent():
    vacancy, _ = choosing.shortlisted("yes", "no")
    assert choosing.states(vacancy) == ["submitted", "submitted"]
    assert told() == []


def test_invitations_and_refusals_go_together_each_once():
    vacancy, _ = choosing.shortlisted("yes", "reserve", "no")
    assert choosing.send(vacancy) == [True] * 3
    assert choosing.states(vacancy) == ["shortlisted", "reserve", "not_shortlisted"]
    assert told() == sorted(a.candidate_id for a in vacancy.applications.all())
    assert [telling.tell(pk) for pk in Outcome.objects.values_list("pk", flat=True)] == [False] * 3
    with pytest.raises(Conflict):
        choosing.send(vacancy)


def test_feedback_that_is_missing_holds_everything_back():
    vacancy, _ = choosing.shortlisting(2)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "no"))
    Outcome.objects.filter(result="no").update(feedback="")
    refusal = Outcome.objects.get(result="no")
    with pytest.raises(NotYet, match=f"Write the feedback for Candidate {refusal.blind.label}"):
        choosing.conclude(vacancy, "lock_shortlist")
    peer = choosing.anew(vacancy.panel.get(role="peer").user)
    refusal.write_feedback(refusal.revision, "Tell us more of how you listened.", by=peer)
    choosing.conclude(vacancy, "lock_shortlist")
    Outcome.objects.filter(result="no").update(feedback="")
    with pytest.raises(NotYet, match="Feedback is missing"):
        choosing.send(vacancy)
    choosing.answer(vacancy, {refusal.blind.label: "no"})
    choosing.send(vacancy)
    with pytest.raises(IllegalMove):
        refusal.write_feedback(refusal.revision, "Other words", by=peer)


def test_no_member_of_the_panel_sends_not_even_one_of_human_resources():
    vacancy, people = choosing.shortlisting(1)
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=choosing.anew(vacancy.created_by))
    choosing.declare(vacancy)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    choosing.conclude(vacancy, "lock_shortlist")
    for user in (officer, people[PanelRole.CHAIR], people[PanelRole.PEER]):
        with pytest.raises(PermissionDenied):
            telling.release(choosing.round_of(vacancy), by=choosing.anew(user))


def test_a_worker_killed_in_between_sends_nothing_twice_and_forgets_nobody(monkeypatch):
    vacancy, _ = choosing.shortlisted("yes", "no", "no", "yes")
    telling.release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
    done = []

    class Killed(BaseException):
        pass

    def dies_after_the_second(application, outcome):
        if len(done) == 2:
            raise Killed
        done.append(application.pk)
        real(application, outcome)

    real = telling.events.outcome
    monkeypatch.setattr(telling.events, "outcome", dies_after_the_second)
    with pytest.raises(Killed):
        tasks.send_outcomes()
    assert Outcome.objects.filter(sent_at__isnull=False).count() == 2
    assert choosing.states(vacancy).count("submitted") == 2  # a move without its message is undone
    monkeypatch.setattr(telling.events, "outcome", real)
    assert (tasks.send_outcomes(), tasks.send_outcomes()) == (2, 0)
    assert told() == sorted(a.candidate_id for a in vacancy.applications.all())


def test_one_that_fails_does_not_keep_the_others_waiting(monkeypatch):
    vacancy, _ = choosing.shortlisted("yes", "no", "no")
    telling.release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
    real, first = telling.events.outcome, Outcome.objects.first().pk

    def fails_for_the_first(application, outcome):
        if outcome.pk == first:
            raise ValueError
        real(application, outcome)

    monkeypatch.setattr(telling.events, "outcome", fails_for_the_first)
    assert tasks.send_outcomes() == 2
    monkeypatch.setattr(telling.events, "outcome", real)
    assert tasks.send_outcomes() == 1


def test_whoever_withdrew_meanwhile_is_told_nothing():
    vacancy, _ = choosing.shortlisted("yes", "no")
    telling.release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
    one = vacancy.applications.first()
    one.move("withdraw", by=one.candidate)
    assert tasks.send_outcomes() == 1
    assert choosing.states(vacancy) == ["withdrawn", "not_shortlisted"]


def test_somebody_without_an_account_is_told_by_telephone():
    vacancy, _ = choosing.shortlisted("yes", "no")
    typed = vacancy.applications.last()
    Application.objects.filter(pk=typed.pk).update(candidate=None, typed_by=vacancy.created_by)
    assert choosing.send(vacancy) == [True]
    outcome = Outcome.objects.get(blind__redaction__application=typed)
    assert (outcome.released_at is not None, outcome.sent_at) == (True, None)
    officer = choosing.anew(vacancy.created_by)
    with pytest.raises(PermissionDenied):
        telling.tell_by_telephone(outcome, by=choosing.chair(vacancy))
    telling.tell_by_telephone(outcome, by=officer)
    typed.refresh_from_db()
    outcome.refresh_from_db()
    assert (typed.state, outcome.told_by) == ("not_shortlisted", officer)
    with pytest.raises(Conflict):
        telling.tell_by_telephone(outcome, by=officer)


def text(client, user, url):
    client.force_login(choosing.anew(user), backend="apps.accounts.backends.SignIn")
    page = client.get(url)
    assert page.status_code == 200
    return " ".join(strip_tags(page.content.decode()).split()), page.content.decode()


def test_the_page_of_outcomes_leads_to_each_who_is_to_be_telephoned(client):
    vacancy, _ = choosing.shortlisted("yes", "no")
    typed = vacancy.applications.last()
    Application.objects.filter(pk=typed.pk).update(candidate=None, typed_by=vacancy.created_by)
    url = reverse("outcomes", args=[vacancy.reference, "shortlisting"])
    words, _ = text(client, vacancy.created_by, url)
    assert "0 of 2 people told." in words
    assert "no account" not in words  # nothing is said to anybody before it is sent
    assert client.post(url, follow=True).status_code == 200
    tasks.send_outcomes()
    words, html = text(client, vacancy.created_by, url)
    assert "1 person has no account, and hears it from you." in words
    label = typed.redaction.blind.label
    told_page = reverse("outcome_told", args=[vacancy.reference, "shortlisting", label])
    assert f'href="{told_page}">Telephone {typed.full_name}</a>' in " ".join(html.split())
    client.post(told_page)
    words, _ = text(client, vacancy.created_by, url)
    assert "Everybody has been told: 2 people." in words
    assert "no account" not in words


def test_after_the_lock_the_panel_reads_no_more_than_what_comes_next(client):
    vacancy, people = choosing.shortlisted("yes", "no")
    peer, url = people[PanelRole.PEER], reverse("panel", args=[vacancy.reference])
    told_by = day(add_working_days(timezone.localdate(), 2))
    words, html = text(client, peer, url)
    assert "Human Resources take it from here." in words
    for gone in ("nvited to an interview", "n reserve", "ot invited", "/shortlisting/"):
        assert gone not in html
    assert f"Human Resources tell everybody by {told_by}, and plan the interviews." in words
    round_ = choosing.round_of(vacancy)
    vacancy.rounds.update(closed_at=round_.closed_at - timedelta(days=30))
    assert "and are late. After that they plan the interviews." in text(client, peer, url)[0]
    choosing.send(vacancy)
    assert (
        "everybody has been told. Human Resources plan the interviews."
        in text(client, peer, url)[0]
    )
    Outcome.objects.filter(result="no").update(released_at=None, sent_at=None)
    Outcome.objects.filter(result="no").update(feedback="")
    words, html = text(client, peer, url)
    assert "Feedback" not in words  # by then it is Human Resources' to add
    assert "/shortlisting/" not in html


def test_after_the_last_decision_too_and_when_it_is_all_over(client):
    vacancy, people = choosing.interviewing("yes", "yes")
    round_ = choosing.score_all(vacancy, stage=choosing.Stage.INTERVIEW)
    choosing.decide(round_, choosing.results(vacancy, "yes", "no"))
    vacancy.refresh_from_db()
    choosing.conclude(vacancy, "decide")
    peer, url = people[PanelRole.PEER], reverse("panel", args=[vacancy.reference])
    words, html = text(client, peer, url)
    for said in (
        "To be offered the post: 1",
        "Not offered the post: 1",
        "then make the offer and the checks",
        "How the decision came about",
    ):
        assert said in words
    comparison = reverse("comparison", args=[vacancy.reference, "interview"])
    assert comparison in html
    assert client.get(comparison).status_code == 200
    making.put(vacancy, "filled")
    assert "The post is filled. The panel has nothing more to do." in text(client, peer, url)[0]
    making.put(vacancy, "withdrawn")
    assert "The vacancy was withdrawn." in text(client, peer, url)[0]


def test_what_was_sent_is_taken_back_with_an_apology_and_the_right_one_follows():
    vacancy, _ = choosing.shortlisted("no", "yes")
    choosing.send(vacancy)
    one = vacancy.applications.first()
    one.move("undo_shortlisting", by=choosing.anew(vacancy.created_by), note="A slip of ours.")
    assert (one.state, one.closed_at) == ("submitted", None)
    assert told("recruitment.apology") == [one.candidate_id]
    was = Outcome.objects.get(blind__redaction__application=one)
    assert (was.taken_back_why, was.ended_at is None) == ("A slip of ours.", False)
    with pytest.raises(IllegalMove):
        choosing.decide(choosing.round_of(vacancy), {one.redaction.blind.label: "yes"})
    choosing.answer(vacancy, {one.redaction.blind.label: "yes"})
    choosing.send(vacancy)
    one.refresh_from_db()
    assert one.state == "shortlisted"
    assert Interview.objects.filter(application=one).exists()
    assert Outcome.objects.filter(blind__redaction__application=one).count() == 2


def test_whoever_was_on_the_panel_takes_nothing_back(client):
    """Else a chair who works in Human Resources decides, undoes, and decides again alone."""
    vacancy, _ = choosing.interviewing("yes", "yes")
    labels = choosing.results(vacancy, "yes", "no")
    choosing.decide(choosing.score_all(vacancy, stage="interview"), labels)
    choosing.conclude(vacancy, "decide")
    choosing.send(vacancy, "interview")
    chair = choosing.chair(vacancy)
    chair.groups.add(Group.objects.get(name=HR))
    one = vacancy.applications.get(state="unsuccessful")
    for name in ("undo_decision", "undo_shortlisting"):
        assert [str(it) for it in one.missing(name, choosing.anew(chair))][-1:] == [
            "You are, or were, on the panel. Somebody else takes back what it decided."
        ]
    with pytest.raises(NotYet, match="on the panel"):
        one.move("undo_decision", by=choosing.anew(chair), note="A slip.")
    client.force_login(chair, "apps.accounts.backends.SignIn")
    data = {"note": "A slip."}
    client.post(reverse("application_move", args=[one.reference, "undo_decision"]), data)
    one.refresh_from_db()
    assert one.state == "unsuccessful"


def test_what_was_told_changes_in_no_other_way_save_from_the_reserve_list():
    vacancy, _ = choosing.shortlisted("no", "reserve")
    choosing.send(vacancy)
    labels = list(choosing.results(vacancy, "no", "reserve"))
    with pytest.raises(IllegalMove, match="told"):
        choosing.answer(vacancy, {labels[0]: "yes"})
    choosing.answer(vacancy, {labels[1]: "yes"})
    choosing.send(vacancy)
    assert choosing.states(vacancy) == ["not_shortlisted", "shortlisted"]


def test_an_outsider_sends_nothing():
    vacancy, _ = choosing.shortlisted("yes")
    with pytest.raises(PermissionDenied):
        telling.release(choosing.round_of(vacancy), by=UserFactory())


@pytest.mark.parametrize(
    ("hours", "applied", "told"), [(6, True, 0), (11, True, 1), (35, True, 1), (35, False, 0)]
)
def test_who_redacts_is_reminded_on_the_working_day_after_closing(hours, applied, told):
    closed = datetime(2026, 5, 18, 23, 59, 59, tzinfo=LONDON)  # a Monday; morning comes 9 h later
    vacancy = making.vacancy(state="closed")
    if applied:
        choosing.apply(vacancy, 1)
    Vacancy.objects.filter(pk=vacancy.pk).update(
        opened_at=closed - timedelta(days=14), closes_at=closed
    )
    with time_machine.travel(closed + timedelta(hours=hours), tick=False):
        plan_messages()
    rows = Delivery.objects.filter(
        occurrence__rule__kind="recruitment.redaction_due", channel="in_app"
    )
    assert [row.recipient for row in rows] == [vacancy.created_by] * told
