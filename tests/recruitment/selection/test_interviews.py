"""Interviews: told to all at once, times chosen, arrangements without reasons, decided."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.payable_time import ATTENDED
from apps.accounts.roles import OFFICE
from apps.core.exceptions import Already, Conflict, IllegalMove, NotYet
from apps.core.needs import needs_of
from apps.notifications.calendar import CALENDAR, part
from apps.notifications.kinds import KINDS
from apps.notifications.mail import content
from apps.notifications.models import Address, Delivery, Occurrence
from apps.notifications.planning import plan as plan_messages
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection import calendar as selection_calendar
from apps.recruitment.selection import payable_time
from apps.recruitment.selection.messages import PanelKind
from apps.recruitment.selection.models.interview import (
    Arrangement,
    Interview,
    InterviewPlan,
    PanelMeeting,
    Slot,
)
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import StaffFactory, programme_user, with_second_factor

from . import choosing

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


def plan_of(vacancy):
    return InterviewPlan.of(vacancy, by=choosing.anew(vacancy.created_by))


# --- releasing ----------------------------------------------------------------------------------
def test_everybody_invited_is_shown_the_same_at_the_same_moment_with_proof():
    vacancy, people = choosing.planned("yes", "yes", "no")
    release = plan_of(vacancy).releases.get()
    assert release.recipients.count() == 2
    assert release.is_whole
    assert release.content["panel"] == [user.name for user in people.values()]
    assert release.content["questions"] == ["What keeps you well?"]
    assert "Plans" not in str(release.content)  # the help for scoring
    release.content["questions"] = ["Another"]
    assert not release.is_whole


def test_a_change_is_a_further_release_to_all_and_nothing_new_is_none():
    vacancy, _ = choosing.planned("yes", "yes")
    officer, plan = choosing.anew(vacancy.created_by), plan_of(vacancy)
    with pytest.raises(Conflict):
        plan.release(by=officer)
    plan.change(plan.revision, by=officer, place="The Hub, room 3")
    second = plan.release(by=officer)
    assert (second.number, second.recipients.count()) == (2, 2)


def test_it_is_not_released_half():
    vacancy, _ = choosing.shortlisted("yes")
    choosing.send(vacancy)
    vacancy.refresh_from_db()
    with pytest.raises(NotYet, match=r"Say where.*Write the questions.*fewer free times"):
        plan_of(vacancy).release(by=choosing.anew(vacancy.created_by))


def test_times_are_offered_seven_days_ahead_at_least():
    vacancy, _ = choosing.shortlisted("yes")
    officer, plan = choosing.anew(vacancy.created_by), plan_of(vacancy)
    with pytest.raises(NotYet, match="7 days"):
        plan.add_slots([timezone.now() + timedelta(days=6, hours=23)], by=officer)
    with pytest.raises(PermissionDenied):
        plan.add_slots([], by=choosing.chair(vacancy))
    at = timezone.now() + timedelta(days=9)
    plan.add_slots([at], by=officer)
    with pytest.raises(Conflict, match="begins then is offered already"):
        plan.add_slots([at + timedelta(hours=1), at], by=officer)
    assert plan.slots.count() == 1  # none of the two


# --- times --------------------------------------------------------------------------------------
def test_a_time_is_one_persons_and_can_be_changed_until_two_working_days_before():
    vacancy, _ = choosing.planned("yes", "yes")
    one, other = choosing.own_interviews(vacancy)
    first, second = Slot.objects.filter(plan__vacancy=vacancy)
    one.choose(first.pk, by=one.application.candidate)
    with pytest.raises(Conflict, match="just been taken"):
        other.choose(first.pk, by=other.application.candidate)
    one.choose(second.pk, by=one.application.candidate)
    other.choose(first.pk, by=other.application.candidate)
    assert choosing.states(vacancy) == ["booked", "booked"]
    assert (one.sequence, other.sequence) == (2, 1)
    with time_machine.travel(second.starts_at - timedelta(hours=20)):
        assert not Interview.objects.get(pk=one.pk).may_change


def test_nobody_chooses_for_another():
    vacancy, _ = choosing.planned("yes", "yes")
    one, other = choosing.own_interviews(vacancy)
    slot = Slot.objects.first()
    with pytest.raises(PermissionDenied):
        one.choose(slot.pk, by=other.application.candidate)


def test_whoever_presses_twice_has_their_time_and_nobody_took_it(client):
    vacancy, _ = choosing.planned("yes", "yes")
    one, other = choosing.own_interviews(vacancy)
    slot = Slot.objects.first()
    client.force_login(one.application.candidate, "apps.accounts.backends.SignIn")
    url = reverse("interview", args=[one.application.reference])
    for _ in range(2):
        answer = client.post(url, {"slot": slot.pk}, follow=True)
        assert (answer.status_code, "Your time is booked" in answer.text) == (200, True)
    one.refresh_from_db()
    assert (one.slot, one.sequence) == (slot, 1)
    with pytest.raises(Already):
        one.choose(slot.pk, by=one.application.candidate)
    client.force_login(other.application.candidate, "apps.accounts.backends.SignIn")
    late = client.post(reverse("interview", args=[other.application.reference]), {"slot": slot.pk})
    assert (late.status_code, "has been taken" in late.text) == (409, True)


def test_another_time_is_asked_for_and_agreed():
    vacancy, _ = choosing.planned("yes")
    one = choosing.own_interviews(vacancy)[0]
    one.ask_for_another("Mornings", by=one.application.candidate)
    one.agree(timezone.now() + timedelta(days=2), by=choosing.anew(vacancy.created_by))
    one.refresh_from_db()
    assert (one.state, one.wish, one.slot.agreed) == ("booked", "", True)


def test_whoever_withdraws_gives_the_time_back():
    vacancy, _ = choosing.planned("yes", "yes")
    choosing.book_all(vacancy)
    one = choosing.own_interviews(vacancy)[0]
    slot = one.slot_id
    one.application.move("withdraw", by=one.application.candidate)
    assert Slot.objects.free().filter(pk=slot).exists()


def entries(user, kind):
    """The calendar parts of what this person is sent of a kind, as (method, entry)."""
    found = []
    rows = (
        Delivery.objects.filter(occurrence__rule__kind=kind, recipient=user, channel="email")
        .exclude(status="void")
        .order_by("pk")
    )
    for row in rows.select_related("occurrence__rule"):
        row.occurrence.subject.refresh_from_db()
        assert KINDS[kind].wanted(row.occurrence.rule, row.occurrence.subject, user)
        [sent] = KINDS[kind].attachments(row.occurrence, user)
        calendar = Calendar.from_ical(sent.content)
        assert f"method={calendar['method']}" in sent.mimetype
        found.append((str(calendar["method"]), calendar.walk("VEVENT")[0]))
    return found


def a_week_before(vacancy):
    """Everybody has been sent what comes seven days before."""
    starts_at = Slot.objects.filter(interview__vacancy=vacancy).first().starts_at
    with time_machine.travel(starts_at - timedelta(days=6.5)):
        plan_messages()
    Delivery.objects.update(status="sent")


def candidate_withdraws(vacancy, application):
    application.move("withdraw", by=choosing.anew(application.candidate))


def vacancy_is_withdrawn(vacancy, application):
    vacancy.move("withdraw", by=choosing.anew(vacancy.created_by), note="The ward moves.")


def account_closes(vacancy, application):
    application.candidate.close(by=programme_user(OFFICE), reason="Asked us to.")


@pytest.mark.parametrize("ends", [candidate_withdraws, vacancy_is_withdrawn, account_closes])
def test_a_time_given_up_leaves_the_calendars_of_those_who_had_it(ends):
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    vacancy.move("start_interviews", by=choosing.anew(vacancy.created_by))
    vacancy.refresh_from_db()
    a_week_before(vacancy)
    [interview] = choosing.own_interviews(vacancy)
    candidate, peer, slot = interview.application.candidate, people[PanelRole.PEER], interview.slot
    had = {
        user: entries(user, kind)[-1][1]
        for user, kind in (
            (candidate, "recruitment.interview"),
            (peer, "recruitment.interview_panel"),
        )
    }
    ends(vacancy, interview.application)
    interview.refresh_from_db()
    assert (interview.state, interview.slot, interview.blind.gone) == ("invited", None, True)
    told = [(peer, "recruitment.interview_panel_off")]
    if ends is not account_closes:
        told.append((candidate, "recruitment.interview_off"))
    for user, kind in told:
        [(method, entry)] = entries(user, kind)
        assert (method, entry["status"]) == ("CANCEL", "CANCELLED")
        assert entry["uid"] == had[user]["uid"]
        assert entry["sequence"] > had[user]["sequence"]
        assert entry["dtstart"].dt == slot.starts_at
        words = entry.to_ical().decode()
        assert not {w for w in choosing.strings(interview.application) if w in words}
    assert not list(selection_calendar.feed(choosing.anew(peer)))
    off = Delivery.objects.filter(occurrence__rule__kind__endswith="_off")
    closed = ends is account_closes  # then it goes to their address
    assert set(off.values_list("recipient", flat=True)) == {user.pk for user in people.values()} | {
        None if closed else candidate.pk
    }
    assert set(off.values_list("address", flat=True)) - {""} == (
        {candidate.email} if closed else set()
    )


def test_whoever_was_not_told_of_a_time_is_not_told_that_it_is_off():
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    Delivery.objects.filter(occurrence__rule__kind="recruitment.booked").update(status="void")
    [interview] = choosing.own_interviews(vacancy)
    candidate_withdraws(vacancy, interview.application)
    assert not Delivery.objects.filter(occurrence__rule__kind__endswith="_off").exists()


def test_only_who_is_on_the_panel_reads_of_which_vacancy_a_time_is_off_and_gets_a_link():
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    a_week_before(vacancy)
    [interview] = choosing.own_interviews(vacancy)
    candidate_withdraws(vacancy, interview.application)
    kind = KINDS["recruitment.interview_panel_off"]
    off = Occurrence.objects.get(rule__kind=kind.name)
    page = reverse("panel", args=[vacancy.reference])
    for reader in (people[PanelRole.PEER], StaffFactory(), Address.of("gone@test.example")):
        said, serves = content(kind, off, reader), reader in people.values()
        assert said["url"] == (page if serves else "")
        labels = ["Vacancy", "When it was"] if serves else ["When it was"]
        assert [label for label, _ in said["facts"]] == labels
        assert (vacancy.title in str(said)) == serves
    off, chair = Occurrence.objects.get(pk=off.pk), people[PanelRole.CHAIR]
    with CaptureQueriesContext(connection) as judged:
        assert PanelKind.wanted(kind, None, off.subject, chair)
    with CaptureQueriesContext(connection) as said:
        content(kind, off, chair)
    assert 0 < len(said) < len(judged)  # asked once for the words and the link


def test_given_another_time_the_panels_entry_of_the_first_goes_and_the_candidates_moves():
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    a_week_before(vacancy)
    [interview] = choosing.own_interviews(vacancy)
    candidate, first = interview.application.candidate, interview.slot
    other = first.starts_at + timedelta(days=5)
    interview.agree(other, by=choosing.anew(vacancy.created_by))
    [(method, entry)] = entries(people[PanelRole.PEER], "recruitment.interview_panel_off")
    assert (method, entry["dtstart"].dt) == ("CANCEL", first.starts_at)
    assert entries(candidate, "recruitment.interview_off") == []
    *_, (_, last) = entries(candidate, "recruitment.booked")
    assert last["dtstart"].dt == other


# --- arrangements -------------------------------------------------------------------------------
def test_the_panel_sees_what_is_arranged_and_never_why(client):
    vacancy, people = choosing.planned("yes")
    one = choosing.own_interviews(vacancy)[0]
    organiser = choosing.anew(vacancy.organiser)
    for user in (people[PanelRole.CHAIR], people[PanelRole.PEER]):
        with pytest.raises(PermissionDenied):
            Arrangement.make(one, "Questions on paper", by=choosing.anew(user))
    Arrangement.make(one, "Has the questions on paper", by=organiser)
    client.force_login(people[PanelRole.PEER], "apps.accounts.backends.SignIn")
    page = client.get(f"/recruitment/panels/{vacancy.reference}/").content.decode()
    assert "Has the questions on paper" in page
    assert "Adjustmentwish" not in page


# --- deciding -----------------------------------------------------------------------------------
def test_the_decision_takes_locked_sheets_a_peer_an_outcome_and_feedback_for_each():
    vacancy, _ = choosing.interviewing("yes", "yes", "yes")
    chair = choosing.chair(vacancy)
    with pytest.raises(NotYet, match="Not every sheet"):
        vacancy.move("decide", by=chair)
    labels = list(choosing.results(vacancy, "yes", "yes", "yes"))
    points = dict(zip(labels, (3, 2, 1), strict=True))
    round_ = choosing.score_all(vacancy, points, stage="interview")
    assert [
        round_.results()[b.pk].rank
        for b in vacancy.blind_applications.order_by("redaction__application__pk")
    ] == [1, 2, 3]
    choosing.decide(round_, dict(zip(labels, ("yes", "yes", "no"), strict=True)))
    with pytest.raises(NotYet, match="2 are to be appointed, and there is 1 post"):
        vacancy.move("decide", by=chair)
    choosing.decide(round_, {labels[1]: "reserve"})
    choosing.conclude(vacancy, "decide")
    assert choosing.states(vacancy) == ["interviewed"] * 3
    choosing.send(vacancy, "interview")
    assert choosing.states(vacancy) == ["offered", "interview_reserve", "unsuccessful"]
    assert vacancy.rounds.get(stage="interview").outcomes.get(result="reserve").rank == 2


def test_a_reserve_list_has_an_end():
    vacancy, _ = choosing.interviewing("yes")
    round_ = choosing.score_all(vacancy, stage="interview")
    blind = vacancy.blind_applications.get()
    with pytest.raises(NotYet, match="until when"):
        Outcome.decide(round_, blind, by=choosing.chair(vacancy), result="reserve", reason="So")


def test_whoever_is_in_reserve_for_an_interview_gets_an_answer_before_anybody_hears_who_is_chosen():
    vacancy, _ = choosing.interviewing("yes", "reserve")
    label = list(choosing.results(vacancy, "yes", "reserve"))
    choosing.decide(choosing.score_all(vacancy, stage="interview"), {label[0]: "yes"})
    choosing.conclude(vacancy, "decide")  # which tells the chair nothing of it
    with pytest.raises(NotYet, match=f"reserve for interviews: Candidate {label[1]}"):
        choosing.send(vacancy, "interview")
    with pytest.raises(IllegalMove):
        choosing.decide(choosing.round_of(vacancy), {label[1]: "no"})
    choosing.answer(vacancy, {label[1]: "no"})
    with pytest.raises(NotYet, match="Send every outcome of the shortlisting first"):
        choosing.send(vacancy, "interview")
    choosing.send(vacancy)
    choosing.send(vacancy, "interview")
    assert choosing.states(vacancy) == ["offered", "not_shortlisted"]


def test_a_decision_is_taken_back_too():
    vacancy, _ = choosing.interviewing("yes", "yes")
    round_ = choosing.score_all(vacancy, stage="interview")
    choosing.decide(round_, choosing.results(vacancy, "no", "yes"))
    choosing.conclude(vacancy, "decide")
    choosing.send(vacancy, "interview")
    one = vacancy.applications.first()
    one.move("undo_decision", by=choosing.anew(vacancy.created_by), note="The wrong letter.")
    assert one.state == "interviewed"
    label = one.redaction.blind.label
    choosing.decide(choosing.round_of(vacancy, "interview"), {label: "no"})
    for alone in (lambda: None, lambda: vacancy.move("decide_again", by=choosing.chair(vacancy))):
        alone()
        with pytest.raises(NotYet, match="not confirmed what it decided anew"):
            choosing.send(vacancy, "interview")
    choosing.decide(choosing.round_of(vacancy, "interview"), {label: "reserve"})
    assert vacancy.first_press("decide_again") is None  # what was said was of another outcome
    choosing.conclude(vacancy, "decide_again")
    with pytest.raises(IllegalMove, match="locked"):
        choosing.decide(choosing.round_of(vacancy, "interview"), {label: "yes"})
    with pytest.raises(NotYet, match="Nothing was decided anew"):
        choosing.conclude(vacancy, "decide_again")
    choosing.send(vacancy, "interview")
    one.refresh_from_db()
    assert one.state == "interview_reserve"


def test_a_decision_taken_back_is_recorded_anew_by_two_who_see_it_on_their_pages(client):
    vacancy, _ = choosing.interviewing("yes", "yes")
    choosing.decide(
        choosing.score_all(vacancy, stage="interview"), choosing.results(vacancy, "no", "yes")
    )
    choosing.conclude(vacancy, "decide")
    choosing.send(vacancy, "interview")
    chair, member = choosing.chair(vacancy), choosing.another(vacancy)
    client.force_login(with_second_factor(chair))
    panel = reverse("panel", args=[vacancy.reference])
    move = reverse("vacancy_move", args=[vacancy.reference, "decide_again"])
    assert move.encode() not in client.get(panel).content
    one = vacancy.applications.first()
    one.move("undo_decision", by=choosing.anew(vacancy.created_by), note="The wrong letter.")
    needs = [need.title for need in needs_of(choosing.anew(chair))]
    assert "Record what the panel decided anew" in needs
    choosing.decide(choosing.round_of(vacancy, "interview"), {one.redaction.blind.label: "reserve"})
    assert move.encode() in client.get(panel).content
    page = client.get(reverse("comparison", args=[vacancy.reference, "interview"]))
    assert b"Not confirmed yet" in page.content
    client.post(move)
    assert "Confirm what the panel decided anew" in [
        need.title for need in needs_of(choosing.anew(member))
    ]
    client.force_login(with_second_factor(member))
    client.post(move)
    assert vacancy.rounds.get(stage="interview").agreed_at is not None
    assert not any("anew" in need.title for need in needs_of(choosing.anew(member)))
    choosing.send(vacancy, "interview")


def test_an_interview_is_not_scored_before_it_took_place():
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    vacancy.move("start_interviews", by=choosing.anew(vacancy.created_by))
    round_ = choosing.round_of(vacancy, "interview")
    with pytest.raises(NotYet):
        choosing.fill(round_, choosing.seats(vacancy)[0], vacancy.blind_applications.get())
    one = choosing.own_interviews(vacancy)[0]
    with pytest.raises(NotYet, match="not begun"):
        one.record_attendance(True, by=choosing.anew(vacancy.created_by))


# --- calendars, messages, paid time ---------------------------------------------------------------
def test_calendars_tell_the_time_and_nothing_else():
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    PanelMeeting.plan(
        vacancy,
        by=choosing.chair(vacancy),
        kind="preparation",
        place="The Hub",
        starts_at=timezone.now() + timedelta(days=3),
        ends_at=timezone.now() + timedelta(days=3, hours=1),
    )
    application = vacancy.applications.get()
    assert selection_calendar.feed in CALENDAR
    for user, number in ((application.candidate, 1), (people[PanelRole.PEER], 2)):
        events = list(selection_calendar.feed(choosing.anew(user)))
        assert len(events) == number
        for event in events:
            _, text = part(event)
            Calendar.from_ical(text)
            assert "SUMMARY:Appointment" in text
            bad = [
                *choosing.strings(application),
                vacancy.reference,
                "nterview",
                "recruitment",
                "Peer Support",
                "The Hub",
            ]
            assert [word for word in bad if word in text] == []


def test_messages_come_seven_days_and_one_day_before_and_on_the_eve_with_the_pack():
    vacancy, people = choosing.planned("yes")
    choosing.book_all(vacancy)
    starts_at = Slot.objects.get().starts_at
    candidate = vacancy.applications.get().candidate

    def sent(kind, user):
        rows = Delivery.objects.filter(occurrence__rule__kind=kind, recipient=user, channel="email")
        return rows.count()

    for ahead, expected in ((8, (0, 0, 0)), (6.5, (1, 1, 0)), (0.5, (2, 2, 1))):
        with time_machine.travel(starts_at - timedelta(days=ahead)):
            plan_messages()
        peer = people[PanelRole.PEER]
        assert (
            sent("recruitment.interview", candidate),
            sent("recruitment.interview_panel", peer),
            sent("recruitment.pack", peer),
        ) == expected


def test_the_panels_work_is_time_that_can_be_paid():
    vacancy, people = choosing.interviewing("yes")
    choosing.score_all(vacancy, stage="interview")
    start = timezone.now() - timedelta(days=1)
    meeting = PanelMeeting.plan(
        vacancy,
        by=choosing.chair(vacancy),
        kind="debrief",
        place="The Hub",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )
    seat = vacancy.panel.get(role="peer")
    meeting.record_attendance([seat], by=choosing.chair(vacancy))
    assert {payable_time.interviews, payable_time.meetings} <= set(ATTENDED)
    since = timezone.localdate() - timedelta(days=7)
    rows = [
        row
        for source in (payable_time.interviews, payable_time.meetings)
        for row in source(people[PanelRole.PEER], since)
    ]
    assert [(row.kind, row.minutes) for row in rows] == [("panel", 45), ("preparation", 60)]
    assert list(payable_time.meetings(people[PanelRole.TEAM], since)) == []


def test_interviews_do_not_begin_before_everybody_has_been_told():
    vacancy, _ = choosing.shortlisted("yes", "no")
    with pytest.raises(NotYet, match=r"Send every outcome.*Release"):
        vacancy.move("start_interviews", by=choosing.anew(vacancy.created_by))
    with pytest.raises(IllegalMove):
        choosing.conclude(vacancy, "decide")


def test_who_changed_the_questions_stands_in_the_co_production_record(client):
    vacancy, _ = choosing.shortlisted("yes")
    client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
    base = f"/recruitment/selecting/{vacancy.reference}/interviews/questions/"
    criterion = vacancy.criteria.get(stage="interview")
    client.post(f"{base}add/", {"criterion": criterion.pk, "text": "What helps you?"})
    question = vacancy.interview_plan.questions.get()
    client.post(
        f"{base}{question.pk}/", {"criterion": criterion.pk, "text": "What keeps you well?"}
    )
    client.post(
        f"{base}{question.pk}/", {"criterion": criterion.pk, "text": "What keeps you well?"}
    )
    client.post(f"{base}{question.pk}/remove/")
    kept = vacancy.edits.filter(field="questions").order_by("pk")
    assert list(kept.values_list("before", "after")) == [
        ("", "What helps you?"),
        ("What helps you?", "What keeps you well?"),
        ("What keeps you well?", ""),
    ]
    page = client.get(f"/recruitment/vacancies/{vacancy.reference}/record/").content.decode()
    assert "Interview questions: " in page


def test_given_the_others_left_then_somebody_joins_who_confirms_what_is_decided_anew():
    """Else its candidate waits for ever: nothing is told, and the post neither ends nor fills."""
    vacancy, _ = choosing.interviewing("yes", "yes")
    choosing.decide(
        choosing.score_all(vacancy, stage="interview"), choosing.results(vacancy, "no", "yes")
    )
    choosing.conclude(vacancy, "decide")
    choosing.send(vacancy, "interview")
    officer = choosing.anew(vacancy.created_by)
    with pytest.raises(NotYet, match="no longer changes"):
        PanelMember.add(vacancy, StaffFactory(), PanelRole.TEAM, by=officer)
    one = vacancy.applications.first()
    one.move("undo_decision", by=officer, note="The wrong letter.")
    label = one.redaction.blind.label
    choosing.decide(choosing.round_of(vacancy, "interview"), {label: "reserve"})
    for seat in vacancy.panel.serving().exclude(role="chair"):
        seat.remove(by=officer, reason="They left the trust.")
    vacancy.move("decide_again", by=choosing.chair(vacancy))
    with pytest.raises(NotYet, match="Add somebody"):
        choosing.send(vacancy, "interview")
    new = StaffFactory()
    PanelMember.add(vacancy, new, PanelRole.TEAM, by=officer)
    seat = vacancy.panel.serving().get(role="chair")
    seat.remove(by=officer, reason="To begin anew.")
    PanelMember.add(vacancy, seat.user, PanelRole.CHAIR, by=officer)
    assert vacancy.first_press("decide_again") is None  # it died with their seat
    vacancy.move("decide_again", by=choosing.chair(vacancy))
    assert vacancy.move("decide_again", by=choosing.anew(new))
    choosing.send(vacancy, "interview")
    one.refresh_from_db()
    assert one.state == "interview_reserve"
