"""The candidate's page: at every state where they are, what comes next, by when, what to do now."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from apps.core.dates import day, span, weekday
from apps.core.exceptions import Conflict
from apps.core.working_days import add_working_days, is_working_day
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment import progress
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.selection.models.interview import Interview, Slot
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.vacancies.promises import Promises

from .. import making
from ..selection import choosing

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"
State = Application.State


@pytest.fixture
def read(client):
    """The candidate's page as text."""

    def read(application):
        client.force_login(choosing.anew(application.candidate), backend=SIGN_IN)
        page = client.get(application.get_absolute_url())
        assert page.status_code == 200
        return " ".join(unescape(strip_tags(page.content.decode())).split())

    return read


def mine(vacancy):
    """The first candidate's application."""
    return Application.objects.filter(vacancy=vacancy).order_by("pk").first()


def offered():
    vacancy = making.vacancy(state="decided")
    application = making.application(vacancy, state="offered")
    return Offer.make(application, by=vacancy.created_by)


def accepted():
    offer = offered()
    offer.move("accept", by=offer.application.candidate)
    offer.refresh_from_db()
    return offer


def cleared(start_on=None):
    offer = accepted()
    making.checks(offer)
    offer.agree(
        by=offer.made_by, start_on=start_on, adjustments_in_place=True, benefits_advice=True
    )
    return offer


def test_there_are_words_for_every_state():
    assert set(progress.WORDS) == set(State) - {State.DRAFT}
    assert set(progress.OFFER) == set(Offer.State)


# --- before the interview -----------------------------------------------------------------------
def test_sent_tells_the_dates_that_were_promised_and_no_longer_those_that_are_past(read):
    vacancy = making.vacancy(state="closed", interviews_on=timezone.localdate() + timedelta(30))
    application = making.application(vacancy)
    promises, text = Promises.of(vacancy), read(application)
    assert f"You hear from us by {day(promises.told_by)}, whatever the outcome." in text
    assert f"Interviews are from {day(vacancy.interviews_on)}." in text
    assert "the job closes" not in text  # that was yesterday
    assert "You need do nothing now." in text


def test_what_is_late_is_called_late(read):
    vacancy = making.vacancy(state="shortlisting")
    application = making.application(vacancy)
    vacancy.closes_at = vacancy.opened_at + timedelta(days=1)
    vacancy.save(update_fields=["closes_at"])
    told_by = Promises.of(vacancy).told_by
    assert (
        f"We meant to tell you by {day(told_by)}. It is taking longer, and we are sorry."
        in read(application)
    )


def test_invited_waits_for_the_times_then_chooses_one(read):
    vacancy, _ = choosing.shortlisted("yes", "no")
    application = mine(vacancy)
    assert "We have your application." in read(application)  # nothing before it is sent
    choosing.send(vacancy)
    text = read(application)
    assert "You are invited to an interview." in text
    assert "at least 7 days before the first interview" in text
    assert "Choose a time" not in text


def test_with_times_to_choose_from_it_says_by_when(read):
    vacancy, _ = choosing.planned("yes")
    application = mine(vacancy)
    on = timezone.localdate(Slot.objects.get(plan__vacancy=vacancy).starts_at)
    before = [on - timedelta(days=number) for number in range(1, 14)]
    until = next(d for d in before if is_working_day(d) and add_working_days(d, 2) <= on)
    text = read(application)
    assert f"Choose a time by {day(until)}." in text
    interview = Interview.objects.get(application=application)
    interview.ask_for_another("Mornings", by=choosing.anew(application.candidate))
    assert "You have asked for another time. What happens next We call or write" in read(
        application
    )


def test_without_a_free_time_it_asks_when_suits(read):
    vacancy, _ = choosing.planned("yes")
    Slot.objects.filter(plan__vacancy=vacancy).delete()
    assert "Tell us which days and times would suit you. Say when suits you" in read(mine(vacancy))


def test_booked_tells_when_and_until_when_it_can_change_then_that_it_was(read):
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    application, slot = mine(vacancy), Slot.objects.get(plan__vacancy=vacancy)
    text = read(application)
    assert f"Your interview is on {span(slot.starts_at, slot.ends_at)}." in text
    assert "If it no longer suits you, change it by" in text
    on = timezone.localdate(slot.starts_at)
    assert f"By {day(add_working_days(on, 3))} we tell you, with feedback." in text
    soon = timezone.now() + timedelta(hours=3)
    Slot.objects.update(starts_at=soon, ends_at=soon + timedelta(minutes=45))
    text = read(application)
    assert "If you cannot come, call or write to us." in text
    assert "change it by" not in text
    past = timezone.now() - timedelta(hours=3)
    Slot.objects.update(starts_at=past, ends_at=past + timedelta(minutes=45))
    assert f"Your interview was on {day(past)}." in read(application)
    Interview.objects.update(state="missed")
    assert "Your interview did not take place." in read(application)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("reserve", "we tell you before anybody hears who gets the post"),
        ("not_shortlisted", "This time we did not invite you to an interview."),
        ("unsuccessful", "This time the post was not offered to you."),
        ("withdrawn", "You withdrew it."),
        ("ended", "It ended because the vacancy did. It says nothing about you."),
        ("offered", "Human Resources send you the offer."),
        ("interviewed", "You have had your interview. Thank you for coming."),
    ],
)
def test_each_other_state_says_what_comes(read, state, says):
    application = making.application(making.vacancy(state="interviewing"), state=state)
    text = read(application)
    assert says in text
    assert ("See other jobs" in text) == (state in Application.ENDS)


# --- after it -----------------------------------------------------------------------------------
def test_interviewed_says_by_when_it_hears(read):
    vacancy, _ = choosing.interviewing("yes")
    [held] = Slot.objects.filter(plan__vacancy=vacancy)  # until three at night it was yesterday
    told = add_working_days(timezone.localdate(held.starts_at), 3)
    assert f"By {day(told)} we tell you, with feedback." in read(mine(vacancy))
    Slot.objects.update(
        starts_at=timezone.now() - timedelta(30), ends_at=timezone.now() - timedelta(29)
    )
    assert "It is taking longer, and we are sorry." in read(mine(vacancy))


def test_the_reserve_list_says_when_it_ends_and_that_it_did(read):
    vacancy, _ = choosing.interviewing("yes", "yes")
    round_ = choosing.score_all(vacancy, stage=choosing.Stage.INTERVIEW)
    choosing.decide(round_, choosing.results(vacancy, "reserve", "yes"))
    vacancy.refresh_from_db()
    choosing.conclude(vacancy, "decide")
    application = mine(vacancy)
    assert "reserve list" not in read(application)
    choosing.send(vacancy, choosing.Stage.INTERVIEW)
    until = timezone.localdate() + timedelta(days=90)
    assert f"The list ends on {day(until)}." in read(application)
    Outcome.objects.filter(result="reserve").update(reserve_until=date(2020, 1, 6))
    assert "The reserve list that you were on ended on 6 January 2020." in read(application)


def test_an_offer_says_by_when_to_answer_and_that_one_still_can(read):
    offer = offered()
    assert f"Please answer by {day(offer.answer_by)}." in read(offer.application)
    Offer.objects.update(answer_by=date(2020, 1, 6))
    assert "We asked you to answer by 6 January 2020. You still can." in read(offer.application)


def test_checks_say_how_many_are_done_and_what_to_talk_about(read):
    offer = accepted()
    making.check(offer.employment_checks.get(kind="identity"))
    text = read(offer.application)
    assert "1 of 6 checks is done." in text
    assert "You need do nothing until we ask." in text
    offer.employment_checks.get(kind="work").move("talk", by=offer.made_by)
    assert "We need to talk with you about: right to work." in read(offer.application)


def test_an_offer_that_was_declined_is_checked_no_more():
    offer = accepted()
    check = offer.employment_checks.first()
    offer.move("decline", by=offer.application.candidate)
    with pytest.raises(Conflict, match="not being checked now"):
        making.seen(check)


def test_ready_to_start_says_which_day_and_in_post_since_when(read):
    offer = cleared()
    assert "agree your first day" in read(offer.application)
    today = timezone.localdate()
    offer.agree(by=offer.made_by, start_on=today, adjustments_in_place=True, benefits_advice=True)
    assert f"Your first day is {weekday(today)}." in read(offer.application)
    offer.move("start", by=offer.made_by)
    text = read(offer.application)
    assert f"You have been in post since {day(today)}." in text
    assert f"how it goes is due on {day(today + timedelta(7))}" in text
    assert "Kit Marlow" in text  # the peer supervisor
    assert "Withdraw the application" not in text
    post = offer.application.vacancy.appointments.get()
    post.left(today, by=offer.made_by)
    assert f"You were in post until {day(today)}." in read(offer.application)


def test_an_offer_that_is_gone_says_so_and_why(read):
    offer = offered()
    offer.move("take_back", by=offer.made_by, note="The funding went.")
    text = read(offer.application)
    assert "We took the offer back, and we are sorry. The reason: The funding went." in text
    offer = offered()
    offer.move("decline", by=offer.application.candidate)
    assert "The offer was declined." in read(offer.application)


# --- pausing ------------------------------------------------------------------------------------
def test_paused_says_so_and_the_one_button_goes_on(client, read):
    offer = offered()
    application = offer.application
    application.pause(by=application.candidate)
    text = read(application)
    assert "We ask nothing of you until you go on." in text
    assert f"Please answer by {day(offer.answer_by)}." in text
    page = client.get(application.get_absolute_url()).content.decode()
    main = page[page.index("What to do now") :]
    assert main.index("Go on") < main.index("Read the offer and answer")
    assert 'role="button"' not in main[: main.index("Something has changed")]
    url = reverse("application_pause", args=[application.reference, "go-on"])
    assert client.post(url).status_code == 302
    assert "Paused" not in read(application)


def test_it_costs_the_same_with_one_booked_as_with_three(client):
    vacancy, _ = choosing.planned("yes", "yes", "yes")
    slots = list(Slot.objects.filter(plan__vacancy=vacancy))
    application, found = mine(vacancy), set()
    client.force_login(choosing.anew(application.candidate), backend=SIGN_IN)
    for interview, slot in zip(choosing.own_interviews(vacancy), slots, strict=True):
        interview.choose(slot.pk, by=choosing.anew(interview.application.candidate))
        client.get(application.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(application.get_absolute_url())
        found.add(len(queries))
    assert len(found) == 1
    assert found.pop() <= 18
