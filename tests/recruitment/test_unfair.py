"""Ways in which a post could be given unfairly, and that none of them works."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from apps.core.exceptions import Conflict, NotYet
from apps.core.models import record
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.selection.models.blind import Redaction, Redactor, copy_all
from apps.recruitment.selection.models.interview import Interview, InterviewPlan, Slot
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy

from . import making
from .selection import choosing

pytestmark = pytest.mark.django_db
INTERVIEW = choosing.Stage.INTERVIEW


def decided(*names, posts=1, told=True):
    """Interviewed, decided with these results, and everybody told unless said otherwise."""
    vacancy, _ = choosing.interviewing(*["yes"] * len(names))
    Vacancy.objects.filter(pk=vacancy.pk).update(posts=posts)
    vacancy.refresh_from_db()
    round_ = choosing.score_all(vacancy, stage=INTERVIEW)
    choosing.decide(round_, choosing.results(vacancy, *names))
    choosing.conclude(vacancy, "decide")
    if told:
        choosing.send(vacancy, INTERVIEW)
    return vacancy, list(vacancy.applications.order_by("pk"))


def hr(vacancy):
    return choosing.anew(vacancy.created_by)


# --- whose account closes -----------------------------------------------------------------------
def test_whose_account_closes_is_no_longer_judged():
    vacancy, _ = choosing.shortlisting(2)
    one = vacancy.applications.first()
    one.follow("leave")
    assert one.redaction.blind.gone
    assert choosing.round_of(vacancy).blinds().count() == 1


def test_whose_account_closes_hides_no_copy_that_nobody_signed():
    vacancy, _ = choosing.closed(2)
    list(copy_all(vacancy))
    first, second = Redaction.objects.order_by("application__pk")
    first.write(first.revision, {}, by=hr(vacancy), sign=True)
    first.application.follow("leave")
    choosing.declare(vacancy)
    with pytest.raises(NotYet, match="0 of 1"):
        vacancy.move("start_shortlisting", by=hr(vacancy))
    assert second.signed_at is None


def test_who_read_an_application_many_times_knows_it_once():
    """Each look is on record; a copy is made whoever looked, and however often."""
    vacancy = making.vacancy(state="open")
    application = Application.type_in(
        vacancy, by=choosing.anew(vacancy.created_by), full_name="Alex Told", phone="020 7946 0000"
    )
    for _ in range(3):
        record("type_in", application, by=vacancy.created_by)
        record("read_application", application, by=vacancy.created_by)
    Application.objects.update(state="submitted", submitted_at=timezone.now())
    making.put(vacancy, "closed")
    assert [copy is not None for copy in copy_all(vacancy)] == [True]
    assert Redactor.objects.get().user == vacancy.created_by


def test_a_copy_that_cannot_be_made_says_so(monkeypatch):
    vacancy, _ = choosing.closed(1)
    broken = lambda text, strings: None  # noqa: E731 - no text: the database refuses it
    monkeypatch.setattr("apps.recruitment.selection.models.blind.hide", broken)
    with pytest.raises(IntegrityError):
        list(copy_all(vacancy))


def test_whose_account_closes_frees_their_time():
    vacancy, _ = choosing.planned("yes", "yes")
    choosing.book_all(vacancy)
    Application.objects.filter(vacancy=vacancy).first().follow("leave")
    assert Slot.objects.free().count() == 1


# --- the last post ------------------------------------------------------------------------------
def test_a_reserve_is_not_offered_the_post_of_somebody_who_was_chosen():
    vacancy, (chosen, reserve) = decided("yes", "reserve")
    with pytest.raises(Conflict, match="chosen"):
        Offer.make(reserve, by=hr(vacancy))
    Offer.make(chosen, by=hr(vacancy))
    Offer.objects.get().move("decline", by=choosing.anew(chosen.candidate))
    assert Offer.make(reserve, by=hr(vacancy)).application == reserve


def test_a_reserve_list_ends():
    vacancy, (chosen, reserve) = decided("yes", "reserve")
    chosen.move("withdraw", by=choosing.anew(chosen.candidate))
    Outcome.objects.filter(result="reserve").update(
        reserve_until=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(NotYet, match="reserve list"):
        Offer.make(reserve, by=hr(vacancy))
    Outcome.objects.filter(result="reserve").update(reserve_until=timezone.localdate())
    Offer.make(reserve, by=hr(vacancy))


def test_reserves_are_offered_in_their_order():
    vacancy, (chosen, first, second) = decided("yes", "reserve", "reserve")
    Outcome.objects.filter(blind__redaction__application=second).update(rank=3)
    chosen.move("withdraw", by=choosing.anew(chosen.candidate))
    with pytest.raises(NotYet, match="before"):
        Offer.make(second, by=hr(vacancy))
    Offer.make(first, by=hr(vacancy))


def test_taking_back_does_not_appoint_more_than_there_are_posts():
    vacancy, (chosen, other) = decided("yes", "no")
    other.move("undo_decision", by=hr(vacancy), note="A mistake")
    round_ = choosing.round_of(vacancy, INTERVIEW)
    with pytest.raises(NotYet, match="1 post"):
        choosing.decide(round_, {other.redaction.blind.label: "yes"})
    chosen.move("undo_decision", by=hr(vacancy), note="A mistake")
    choosing.decide(round_, {other.redaction.blind.label: "yes"})


def test_taking_back_does_not_appoint_somebody_whom_nobody_interviewed():
    vacancy, (_, other) = decided("yes", "no", posts=2)
    Interview.objects.filter(application=other).update(state="missed")
    other.move("undo_decision", by=hr(vacancy), note="A mistake")
    for result in ("yes", "reserve"):
        with pytest.raises(NotYet, match="interviewed"):
            choosing.decide(
                choosing.round_of(vacancy, INTERVIEW), {other.redaction.blind.label: result}
            )


def test_taking_back_and_deciding_the_same_again_leads_to_an_offer():
    vacancy, (chosen,) = decided("yes")
    Offer.make(chosen, by=hr(vacancy))
    chosen.move("undo_decision", by=hr(vacancy), note="A mistake")
    choosing.decide(choosing.round_of(vacancy, INTERVIEW), {chosen.redaction.blind.label: "yes"})
    choosing.conclude(vacancy, "decide_again")
    choosing.send(vacancy, INTERVIEW)
    chosen.refresh_from_db()
    assert chosen.state == "offered"
    assert Offer.make(chosen, by=hr(vacancy)).state == "conditional"


# --- who is in post stays -----------------------------------------------------------------------
@pytest.mark.parametrize("move", ["undo_decision", "withdraw"])
def test_who_is_in_post_is_not_turned_away_by_their_application(move):
    vacancy, (chosen, _) = decided("yes", "yes", posts=2)
    Offer.make(chosen, by=hr(vacancy))
    Offer.objects.update(state="started", start_on=timezone.localdate())
    by = hr(vacancy) if move == "undo_decision" else choosing.anew(chosen.candidate)
    with pytest.raises(NotYet, match="started"):
        chosen.move(move, by=by, note="x")


# --- interviews ---------------------------------------------------------------------------------
def test_an_interview_still_to_come_cannot_be_called_missed():
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    vacancy.move("start_interviews", by=hr(vacancy))
    interview = choosing.own_interviews(vacancy)[0]
    interview.vacancy.refresh_from_db()
    with pytest.raises(NotYet, match="not begun"):
        interview.record_attendance(False, by=hr(vacancy))


# --- who knows a name does not score ------------------------------------------------------------
def test_who_read_an_application_with_its_name_does_not_score_it(client):
    vacancy, _ = choosing.closed(2)
    officer = making.hr_officer()
    read, other = vacancy.applications.order_by("pk")
    client.force_login(officer, "apps.accounts.backends.SignIn")
    assert client.get(read.get_absolute_url()).status_code == 200
    with pytest.raises(NotYet, match="has read who applied"):
        PanelMember.add(vacancy, officer, "hr", by=hr(vacancy))
    officer = making.hr_officer()
    seat = PanelMember.add(vacancy, officer, "hr", by=hr(vacancy))
    record("read_application", read, by=officer)  # past the rule
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=hr(vacancy))
    round_ = choosing.round_of(vacancy)
    assert round_.owed_by(seat)[0] == {other.redaction.blind.pk}
    with pytest.raises(NotYet, match="whose"):
        round_.may_score(seat, read.redaction.blind.pk)
    choosing.score_all(vacancy)
    assert choosing.round_of(vacancy).all_in


# --- a post that nobody takes -------------------------------------------------------------------
def test_a_vacancy_ends_once_whoever_was_offered_it_said_no_and_the_reserve_list_is_over():
    vacancy, (chosen, _) = decided("yes", "reserve")
    end = {"by": hr(vacancy), "note": "Nobody took it."}
    with pytest.raises(NotYet, match="offered the post"):
        vacancy.move("leave_unfilled", **end)
    Offer.make(chosen, by=hr(vacancy))
    Offer.objects.get().move("decline", by=choosing.anew(chosen.candidate))
    with pytest.raises(NotYet, match=r"^The reserve list holds until"):
        vacancy.move("leave_unfilled", **end)
    Outcome.objects.filter(result="reserve").update(
        reserve_until=timezone.localdate() - timedelta(days=1)
    )
    vacancy.move("leave_unfilled", **end)
    assert vacancy.state == "unfilled"


def test_a_time_that_is_agreed_can_be_one_that_is_offered():
    vacancy, _ = choosing.planned("yes", "yes")
    first, second = choosing.own_interviews(vacancy)
    slot = Slot.objects.order_by("starts_at").first()
    first.agree(slot.starts_at, by=hr(vacancy))
    with pytest.raises(Conflict):
        second.agree(slot.starts_at, by=hr(vacancy))
    with pytest.raises(Conflict):
        second.choose(slot.pk, by=choosing.anew(second.application.candidate))


def test_a_time_in_the_past_is_nobodys():
    vacancy, _ = choosing.planned("yes")
    interview, slot = choosing.own_interviews(vacancy)[0], Slot.objects.get()
    for ago in (timedelta(minutes=1), timedelta(days=-1)):
        starts_at = timezone.now() - ago
        Slot.objects.update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45))
        with pytest.raises(Conflict):
            interview.choose(slot.pk, by=choosing.anew(interview.application.candidate))
    with pytest.raises(NotYet):
        interview.agree(timezone.now() - timedelta(minutes=1), by=hr(vacancy))


def test_a_time_of_another_vacancy_is_not_for_choosing(client):
    vacancy, _ = choosing.planned("yes")
    interview = choosing.own_interviews(vacancy)[0]
    theirs = making.vacancy(state="shortlisted")
    plan = InterviewPlan.of(theirs, by=hr(theirs))
    starts_at = timezone.now() + timedelta(days=20)
    slot = plan.slots.create(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45))
    client.force_login(interview.application.candidate, "apps.accounts.backends.SignIn")
    url = interview.get_absolute_url()
    assert client.post(url, {"slot": slot.pk}).status_code in (409, 422)
    assert not Interview.objects.filter(slot=slot).exists()


def test_a_time_that_somebody_chose_is_not_agreed_with_another():
    vacancy, _ = choosing.planned("yes", "yes")
    first, second = choosing.own_interviews(vacancy)
    slot = Slot.objects.order_by("starts_at").first()
    first.choose(slot.pk, by=choosing.anew(first.application.candidate))
    for minutes in (-30, 0, 30):
        with pytest.raises(Conflict, match="somebody else"):
            second.agree(slot.starts_at + timedelta(minutes=minutes), by=hr(vacancy))
    second.agree(slot.ends_at, by=hr(vacancy))  # and what was offered meanwhile is taken away
    assert not Slot.objects.free().exists()


@pytest.mark.parametrize("move", ["undo_shortlisting", "undo_decision"])
def test_nothing_is_taken_back_once_no_right_answer_can_follow(move):
    if move == "undo_shortlisting":
        vacancy, _ = choosing.shortlisted("yes", "no")
        choosing.send(vacancy)
        one = vacancy.applications.get(state="not_shortlisted")
    else:
        vacancy, (_, one) = decided("yes", "no")
    making.put(vacancy, "filled")
    one = Application.objects.get(pk=one.pk)
    with pytest.raises(NotYet, match="ended"):
        one.move(move, by=hr(vacancy), note="A mistake")
