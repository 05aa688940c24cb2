"""What one person asked for and another is to confirm: the other can say no, and has peace."""

import inspect
from collections import Counter
from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry, FirstPress, Stateful
from apps.core.moves import Move, functions
from apps.core.needs import needs_of
from apps.governance.decisions import register
from apps.governance.decisions.models import RegisterChange
from apps.groups.models import TermsOfReference
from apps.groups.roles import Role
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import AttendanceCorrection
from apps.notifications.models import Channel, Delivery, Preference, Status
from apps.notifications.outlets import Mailer
from apps.notifications.sending import claim, dispatch, send

from .. import factories as make
from ..factories import (
    StaffFactory,
    UserFactory,
    appoint,
    programme_user,
    with_second_factor,
    working_group,
)
from ..governance.documents.making import in_force
from ..recruitment import making
from ..recruitment.employment.test_checks import accepted, of
from ..recruitment.selection import choosing

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    group = working_group(name="Role design", slug="role-design")
    for person in (UserFactory(), StaffFactory()):
        appoint(group, person)
    return group


@pytest.fixture
def provisional(group):
    decision = make.decision(make.held(group, group.leads()[:1], days_ago=40))
    assert not decision.settle("ratify", make.held(group, days_ago=10), by=group.leads()[0])
    return decision


def asked(kind, channel=Channel.EMAIL):
    return Delivery.objects.filter(occurrence__rule__kind=kind, channel=channel).count()


def went(kind, channel=Channel.EMAIL):
    """How many of them left, and do not wait for the next day."""
    return sum(left(kind, channel=channel).values())


def left(kind, person=None, channel=Channel.EMAIL):
    """What in fact went out, as {the thing's key: how often}."""
    sent = Delivery.objects.filter(occurrence__rule__kind=kind, channel=channel, status=Status.SENT)
    sent = sent if person is None else sent.filter(recipient=person)
    return dict(Counter(sent.values_list("occurrence__subject_id", flat=True)))


@pytest.fixture(autouse=True)
def no_quiet_hours(monkeypatch):
    """At whatever hour the tests run."""
    monkeypatch.setattr(Preference, "quiet_until", lambda *_: None)


def test_the_second_says_no_and_the_first_reads_why(client, group, provisional):
    first, second = group.leads()
    page = reverse("decision_move", args=[provisional.pk, "ratify"])
    client.force_login(second, "apps.accounts.backends.SignIn")
    shown = client.get(page).context["no"].initial["seen"]
    for note in ("", " \u200b"):
        answer = client.post(page, {"no": "yes", "no-note": note, "no-seen": shown})
        assert answer.status_code == 422
    assert provisional.first_press("ratify")
    sent = {"no": "yes", "no-note": "They spoke of it, no more.", "no-seen": shown}
    assert client.post(page, sent).status_code == 302
    assert provisional.first_press("ratify") is None
    entry = AuditEntry.objects.about(provisional).first()
    assert (entry.action, entry.by) == ("say_no_ratify", second)
    told = Delivery.objects.filter(occurrence__rule__kind="notifications.said_no")
    assert {one.recipient for one in told} == {first}
    for reader in (first, second):
        client.force_login(reader, "apps.accounts.backends.SignIn")
        text = client.get(provisional.get_absolute_url()).content.decode()
        assert "They spoke of it, no more." in text
        assert "said no on" in text
    assert client.post(page, sent).status_code in (404, 409)  # once
    assert not provisional.settle("ratify", provisional.settled_at, by=first)
    assert provisional.refusals_for(first) == []


def test_who_says_no_could_have_confirmed_it_and_saw_what_they_answer(group, provisional):
    first, second = group.leads()
    member = UserFactory()
    appoint(group, member)
    for by, refused in (
        (member, PermissionDenied),
        (first, IllegalMove),
        (UserFactory(is_superuser=True), NotYet),
    ):
        with pytest.raises(refused):
            provisional.say_no("ratify", by=by, note="No.")
    with pytest.raises(Conflict):
        provisional.say_no("ratify", by=second, note="No.", seen="something else")
    assert provisional.first_press("ratify").by == first


def test_a_no_ends_no_other_word_and_what_was_refused_is_no_first_of_two():
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    chair, other = choosing.chair(vacancy), choosing.another(vacancy)
    vacancy.move("lock_shortlist", by=chair)
    vacancy.say_no("lock_shortlist", by=other, note="We had agreed on a reserve.")
    with pytest.raises(NotYet, match="The chair says first"):
        vacancy.move("lock_shortlist", by=other)
    assert not any("Confirm" in need.title for need in needs_of(choosing.anew(other)))
    choosing.conclude(vacancy, "lock_shortlist")
    assert vacancy.state == "shortlisted"


def test_each_move_of_two_can_be_answered_no(client, group):
    """Whatever asks for two goes through the one answer, and says so on its page."""
    first, second = group.leads()
    meeting = make.held(group, days_ago=20)
    minutes = Minutes.draft(meeting, by=first)
    minutes.move("circulate", by=first)
    minutes.settle("approve", make.held(group, days_ago=2), by=first)
    client.force_login(second, "apps.accounts.backends.SignIn")
    page = reverse("minutes_move", args=[minutes.pk, "approve"])
    assert b"Say no" in client.get(page).content
    minutes.say_no("approve", by=second, note="They wanted another wording.")
    assert b"They wanted another wording." in client.get(minutes.get_absolute_url()).content


def test_a_decision_recorded_in_error_is_ended_by_two_and_by_nobody_alone(client, group):
    first, second = group.leads()
    decision = make.decision(make.held(group), agreed=False, confirmed=False)
    member, root = UserFactory(), UserFactory(is_superuser=True)
    appoint(group, member)
    for by, refused in ((member, PermissionDenied), (root, NotYet)):
        with pytest.raises(refused):
            decision.move("deny", by=by, note="No.")
    client.force_login(second, "apps.accounts.backends.SignIn")
    page = reverse("decision_move", args=[decision.pk, "deny"])
    assert page in client.get(reverse("decision_confirm", args=[decision.pk])).content.decode()
    assert client.post(page, {"note": ""}).status_code == 422
    assert client.post(page, {"note": "They agreed to it."}).status_code == 302
    assert asked("meetings.decision_to_deny") == 1
    titles = " ".join(need.title for need in needs_of(first))
    assert "Say whether this was recorded as it was decided" in titles
    decision.refresh_from_db()
    assert decision.state == "recorded"  # it was one person's word
    assert not decision.move("deny", by=second, note="They agreed to it.")
    decision.say_no("deny", by=first, note="They did not.")
    assert b"They did not." in client.get(decision.get_absolute_url()).content
    decision.move("deny", by=second, note="They agreed to it.")
    assert decision.move("deny", by=first)
    assert (decision.state, decision.waits) == ("denied", False)
    assert not register.is_settled(decision)


# --- asking again and again ---------------------------------------------------------------------
def test_pressing_with_changed_outcomes_asks_the_panel_once_a_day():
    vacancy, people = choosing.shortlisting(1)
    round_ = choosing.score_all(vacancy)
    chair = choosing.chair(vacancy)
    for result in ("yes", "reserve") * 2:
        choosing.decide(round_, choosing.results(vacancy, result))
        vacancy.move("lock_shortlist", by=chair)
        send()
        vacancy.take_back("lock_shortlist", by=chair)
    kind = "recruitment.panel_is_asked"
    others = len(people) - 1
    assert (went(kind), went(kind, Channel.IN_APP)) == (others, others)
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1, minutes=1)):
        choosing.decide(round_, choosing.results(vacancy, "yes"))
        vacancy.move("lock_shortlist", by=chair)
        send()
    assert went(kind) == asked(kind) == 2 * others


def test_naming_one_meeting_after_another_asks_the_other_co_lead_once_a_day(group, provisional):
    first = group.leads()[0]
    for days in (9, 8, 7):
        provisional.settle("ratify", make.held(group, days_ago=days), by=first)
        send()
    assert went("meetings.decision_to_settle") == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        send()
    assert went("meetings.decision_to_settle") == 2  # for the two further ones together


def test_a_correction_asked_for_and_dropped_asks_once_a_day(group):
    first, _ = group.leads()
    meeting = make.held(group, days_ago=3)
    for _ in range(3):
        meeting.record_attendance([first.pk], by=first)
        meeting.waiting_correction().move("drop", by=first)
    assert AttendanceCorrection.objects.count() == 3
    assert asked("meetings.correction_asked") == 1


def test_leaving_a_check_out_and_taking_it_back_asks_human_resources_once_a_day():
    offer = accepted()
    officer, _ = making.hr_officer(), making.hr_officer()
    check = of(offer, "registration")
    for number in range(3):
        with time_machine.travel(timezone.now() + timezone.timedelta(seconds=2 * number)):
            check.move("leave_out", by=officer, note="The post does without.")
            check.take_back("leave_out", by=officer)
    kind = "recruitment.second_reader"
    people = Delivery.objects.filter(occurrence__rule__kind=kind).values("recipient").distinct()
    assert asked(kind) == people.count() > 0


def test_whatever_announces_a_half_asks_and_does_not_just_notify():
    models = [one for one in apps.get_models() if issubclass(one, Stateful)]
    moves = [row for model in models for row in model.moves.values() if isinstance(row, Move)]
    sources = [
        [inspect.getsource(half) for half in functions(row.half)] for row in moves if row.half
    ]
    assert len({half for halves in sources for half in halves}) >= 3
    for halves in sources:  # one asks, and what else there is tells nobody
        assert any("ask(" in half for half in halves), halves
        assert not any("notify(" in half for half in halves), halves


# --- whoever is to answer hears of it -------------------------------------------------------------
def panel_shortlist():
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    return vacancy, choosing.chair(vacancy), choosing.another(vacancy)


def of_decision(group):
    first, second = group.leads()
    thing = make.decision(make.held(group, group.leads()[:1], days_ago=40))
    later = make.held(group, days_ago=10)
    press = partial(thing.settle, "ratify", later, by=first)
    return "meetings.decision_to_settle", thing, "ratify", press, second


def of_minutes(group):
    first, second = group.leads()
    thing = Minutes.draft(make.held(group, days_ago=20), by=first)
    thing.move("circulate", by=first)
    press = partial(thing.settle, "approve", make.held(group, days_ago=2), by=first)
    return "meetings.minutes_to_approve", thing, "approve", press, second


def of_panel(group):
    vacancy, chair, other = panel_shortlist()
    press = partial(vacancy.move, "lock_shortlist", by=chair)
    return "recruitment.panel_is_asked", vacancy, "lock_shortlist", press, other


def of_check(group):
    check, officer, other = of(accepted(), "registration"), making.hr_officer(), making.hr_officer()
    press = partial(check.move, "leave_out", by=officer, note="The post does without.")
    return "recruitment.second_reader", check, "leave_out", press, other


@pytest.mark.parametrize("case", [of_decision, of_minutes, of_panel, of_check])
def test_what_was_taken_back_before_it_was_sent_silences_nothing(group, case):
    kind, thing, name, press, second = case(group)
    press()
    thing.take_back(name, by=press.keywords["by"])
    send()
    assert not left(kind)
    press()
    send()
    assert left(kind, second) == {str(thing.pk): 1}


def test_whoever_is_asked_again_days_after_a_no_hears_of_it(group):
    kind, thing, name, press, second = of_decision(group)
    press()
    send()
    thing.say_no(name, by=second, note="They did not.")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        press()
        send()
    assert left(kind, second) == {str(thing.pk): 2}


def test_what_is_asked_again_on_the_same_day_comes_a_day_later_if_it_still_waits(group):
    kind, thing, name, press, second = of_decision(group)
    for _ in range(3):
        press()
        send()
        thing.take_back(name, by=press.keywords["by"])
    press()
    send()
    assert left(kind, second) == {str(thing.pk): 1}
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        send()
        send()
    assert left(kind, second) == {str(thing.pk): 2}


def a_correction(group):
    asked = AttendanceCorrection.objects.first()
    meeting = asked.meeting if asked else make.held(group, days_ago=3)
    meeting.record_attendance([group.leads()[0].pk], by=group.leads()[0])
    return "meetings.correction_asked", meeting.waiting_correction()


def a_register_change(group):
    decision = group.meetings.first() and group.meetings.first().decisions.first()
    decision = decision or make.decision(make.held(group, days_ago=20))
    change = RegisterChange.makes_public(decision, "Some words.", by=group.leads()[0])
    return "governance.register_change", change


def some_terms(group):
    group = type(group).objects.get(pk=group.pk)
    terms = TermsOfReference.propose(
        group,
        by=group.leads()[0],
        seen=group.terms_of_reference.count(),
        text="New words",
        quorum_members=3,
        quorum_lived_experience=1,
        quorum_staff=1,
        notice_days=7,
        in_force_from=timezone.localdate(),
    )
    return "groups.terms_proposed", terms


@pytest.mark.parametrize("asks", [a_correction, a_register_change, some_terms])
@pytest.mark.parametrize("is_sent", [False, True])
def test_what_was_dropped_hides_nothing_that_is_asked_after_it(group, asks, is_sent):
    first, second = group.leads()
    kind, decoy = asks(group)
    if is_sent:
        send()
    decoy.move("drop", by=first, note="A slip.")
    _, real = asks(group)
    send()
    assert left(kind, second) == {str((decoy if is_sent else real).pk): 1}  # one e-mail a day
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        send()
    assert str(real.pk) in left(kind, second)
    assert sum(left(kind, second).values()) == 1 + is_sent


def test_a_sender_that_holds_what_moved_on_does_not_void_it(group):
    """It read the message while it was about what is dropped since."""
    first, second = group.leads()
    kind, decoy = a_correction(group)
    held = claim(Channel.EMAIL)
    decoy.move("drop", by=first)
    _, real = a_correction(group)
    with Mailer() as mailer:
        for one in held:
            dispatch(one, Preference(), mailer)
    send()
    assert left(kind, second) == {str(real.pk): 1}


# --- who reads the reason of a no -----------------------------------------------------------------
WHY = "Zanzibar is why."


def reads(client, person, url):
    client.force_login(with_second_factor(choosing.anew(person)), "apps.accounts.backends.SignIn")
    make.just_shown(client)
    return WHY in client.get(url, follow=True).content.decode()


def test_why_a_panel_member_said_no_stays_on_the_panel(client):
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    chair, other = choosing.chair(vacancy), choosing.another(vacancy)
    vacancy.move("lock_shortlist", by=chair)
    vacancy.say_no("lock_shortlist", by=other, note=WHY)
    entry = AuditEntry.objects.get(action="say_no_lock_shortlist")
    assert (entry.by, entry.note) == (other, "")
    panel = reverse("panel", args=[vacancy.reference])
    history = reverse("vacancy_history", args=[vacancy.reference])
    for person in (chair, other):
        assert reads(client, person, panel)
        assert not reads(client, person, history)
    third = next(
        one.user for one in choosing.seats(vacancy) if one.user_id not in (chair.pk, other.pk)
    )
    assert not reads(client, third, panel)
    for person in (vacancy.created_by, vacancy.manager, programme_user(ADMIN)):
        for page in (history, reverse("audit"), reverse("admin:core_firstpress_changelist")):
            assert not reads(client, person, page)


def test_why_a_co_lead_said_no_is_read_by_the_co_leads_alone(client, group, provisional):
    first, second = group.leads()
    provisional.settle("ratify", make.held(group, days_ago=10), by=first)
    provisional.say_no("ratify", by=second, note=WHY)
    version = in_force(group).latest
    version.move("end", by=first, note="It does harm.")
    version.say_no("end", by=second, note=WHY)
    others = [UserFactory(), UserFactory(), UserFactory()]
    for person, role in zip(others, (Role.MEMBER, Role.OBSERVER, Role.SECRETARY), strict=True):
        appoint(group, person, role)
    document = version.document
    pages = [provisional.get_absolute_url(), document.get_absolute_url()]
    for page in pages:
        assert all(reads(client, person, page) for person in (first, second))
    pages.append(reverse("document_history", args=[document.pk]))
    for person in (*others, programme_user(OFFICE)):
        assert not any(reads(client, person, page) for page in pages)


def test_whoever_was_told_no_cannot_make_it_disappear(group, provisional):
    """By asking again and taking it back."""
    first, second = group.leads()
    later = make.held(group, days_ago=10)
    provisional.settle("ratify", later, by=first)
    provisional.say_no("ratify", by=second, note=WHY)
    provisional.settle("ratify", later, by=first)
    assert not provisional.refusals_for(second)
    provisional.take_back("ratify", by=first)
    for person in (first, second):
        assert [one.refused_why for one in provisional.refusals_for(person)] == [WHY]
    provisional.settle("ratify", later, by=first)
    assert FirstPress.objects.on(provisional).count() == 2
    import_module("apps.core.migrations.0006_a_no_stays").one_each(apps, None)  # the way back
    assert [one.refused_at for one in FirstPress.objects.on(provisional)] == [None]
    provisional.say_no("ratify", by=second, note="Nor now.")
    assert [one.refused_why for one in provisional.refusals_for(first)] == ["Nor now."]


# --- no way round a no ----------------------------------------------------------------------------
def test_naming_another_meeting_does_not_end_what_the_other_co_lead_said(group, provisional):
    """It is no way to say no without a reason."""
    first, second = group.leads()
    later, other = make.held(group, days_ago=10), make.held(group, days_ago=5)
    provisional.settle("ratify", later, by=first)
    minutes = Minutes.draft(make.held(group, days_ago=30), by=first)
    minutes.move("circulate", by=first)
    minutes.settle("approve", later, by=first)
    for thing, name, said in ((provisional, "lapse", "ratify"), (minutes, "approve", "approve")):
        with pytest.raises(NotYet, match="Confirm it, or say no"):
            thing.settle(name, other, by=second, note=WHY)
        thing.refresh_from_db()
        assert thing.first_press(said).by == first
        thing.say_no(said, by=second, note="They did not.")
        assert not thing.settle(name, other, by=second, note=WHY)


def test_feedback_does_not_end_what_the_chair_said():
    vacancy, _ = choosing.shortlisting(1)
    round_ = choosing.score_all(vacancy)
    choosing.decide(round_, choosing.results(vacancy, "no"))
    chair, other = choosing.chair(vacancy), choosing.another(vacancy)
    vacancy.move("lock_shortlist", by=chair)
    outcome = round_.outcomes.get()
    outcome.round.vacancy = vacancy
    outcome.write_feedback(outcome.revision, outcome.feedback, by=other)
    assert type(vacancy).objects.get(pk=vacancy.pk).first_press("lock_shortlist")
    with pytest.raises(NotYet, match="Confirm it, or say no"):
        outcome.write_feedback(outcome.revision, "Other words.", by=other)
    assert type(vacancy).objects.get(pk=vacancy.pk).first_press("lock_shortlist")
    outcome.write_feedback(outcome.revision, "Other words.", by=chair)  # it is theirs to ask anew


def test_a_correction_is_not_dropped_by_the_other_without_a_reason(client, group):
    first, second = group.leads()
    _, correction = a_correction(group)
    with pytest.raises(NotYet, match="Say no to it"):
        correction.move("drop", by=second)
    correction.say_no("make", by=second, note=WHY)
    for person in (first, second):
        assert reads(client, person, correction.meeting.get_absolute_url())
        assert not any("came" in need.title for need in needs_of(person))
    # It is out of the way: either asks anew, and the other hears of it.
    correction.meeting.record_attendance([first.pk], by=second)
    correction.refresh_from_db()
    assert correction.state == "dropped"
    assert any("came" in need.title for need in needs_of(first))
    send()
    waiting = correction.meeting.waiting_correction()
    assert str(waiting.pk) in left("meetings.correction_asked", first)


def test_a_second_who_said_no_and_asks_for_it_after_all_asks_the_first(group):
    first, second = group.leads()
    _, correction = a_correction(group)
    correction.say_no("make", by=second, note=WHY)
    assert not correction.move("make", by=second)
    send()
    assert left("meetings.correction_asked", first) == {str(correction.pk): 1}
    assert any("came" in need.title for need in needs_of(first))
    assert not any("came" in need.title for need in needs_of(second))


# --- what is said where ---------------------------------------------------------------------------
def test_that_a_meeting_did_not_take_place_is_asked_of_the_other_co_lead(group):
    first, second = group.leads()
    meeting = make.begun(group, days_ago=1)
    meeting.move("did_not_happen", by=first, note="Nobody came.")
    send()
    assert left("meetings.to_call_off", second) == {str(meeting.pk): 1}
    assert not left("meetings.to_call_off", first)
    words = "Say whether it took place"
    assert any(words in need.title for need in needs_of(second))
    assert not any(words in need.title for need in needs_of(first))


def test_nobody_is_asked_for_what_their_page_refuses(group):
    """A secretary of their own side recorded it."""
    first, second = group.leads()
    sides = {one.constituency: one for one in (first, second)}
    secretary = StaffFactory()
    appoint(group, secretary, Role.SECRETARY)
    older = make.decision(make.held(group, days_ago=20))
    newer = make.decision(make.held(group, days_ago=3))
    fields = {"agreed": True, "method": "consensus", "text": "We go ahead."}
    Decision.record(make.held(group, days_ago=2), by=secretary, **fields)
    RegisterChange.replaces(newer, older, by=secretary)
    send()
    for kind in ("meetings.decision_to_confirm", "governance.register_change"):
        assert left(kind, sides["lived_experience"])
        assert not left(kind, sides["staff"])
    asked = ("Confirm what the meeting", "Say whether the register")
    for side, is_asked in (("lived_experience", True), ("staff", False)):
        titles = [need.title for need in needs_of(sides[side])]
        for words in asked:
            assert any(words in title for title in titles) == is_asked


def test_read_why_leads_to_where_the_reason_is(client, group, provisional):
    """And a version in force has its button with a next one begun."""
    first, second = group.leads()
    later = make.held(group, days_ago=10)
    provisional.settle("ratify", later, by=first)
    provisional.say_no("ratify", by=second, note=WHY)
    _, correction = a_correction(group)
    correction.say_no("make", by=second, note=WHY)
    document = in_force(group)
    version = document.latest
    version.move("end", by=first, note="It does harm.")
    version.say_no("end", by=second, note=WHY)
    document.next_version(by=first)
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    chair, other = choosing.chair(vacancy), choosing.another(vacancy)
    vacancy.move("lock_shortlist", by=chair)
    vacancy.say_no("lock_shortlist", by=other, note=WHY)
    send()
    told = Delivery.objects.filter(
        occurrence__rule__kind="notifications.said_no", channel=Channel.IN_APP
    )
    assert told.count() == 4
    for one in told:
        assert one.url
        assert reads(client, one.recipient, one.url), one.url
    client.force_login(second, "apps.accounts.backends.SignIn")
    end = reverse("document_move", args=[version.pk, "end"])
    assert end in client.get(document.get_absolute_url()).content.decode()


def test_the_page_of_what_is_not_open_does_not_show_its_form(client, group):
    """It is refused as its answer is; and a no without what was read says so in words."""
    first, second = group.leads()
    minutes = Minutes.draft(make.held(group, days_ago=20), by=first)
    client.force_login(second, "apps.accounts.backends.SignIn")
    page = reverse("minutes_approve", args=[minutes.meeting_id])
    assert client.get(page).status_code == client.post(page).status_code == 409
    minutes.move("circulate", by=first)
    assert client.get(page).status_code == 200
    minutes.settle("approve", make.held(group, days_ago=2), by=first)
    move = reverse("minutes_move", args=[minutes.pk, "approve"])
    answer = client.post(move, {"no": "yes", "no-note": WHY})
    assert (answer.status_code, b"Open this page again" in answer.content) == (422, True)


# --- which two, and who says no -------------------------------------------------------------------
def test_one_side_alone_ends_no_decision_as_recorded_in_error(group):
    first, second = group.leads()
    secretary = StaffFactory()
    appoint(group, secretary, Role.SECRETARY)
    decision = Decision.record(
        make.held(group), by=secretary, agreed=True, method="consensus", text="We go ahead."
    )
    decision.move("deny", by=secretary, note="No.")
    with pytest.raises(NotYet, match="on your side"):
        decision.move("deny", by=second)
    with pytest.raises(NotYet, match="on your side"):
        decision.say_no("deny", by=second, note="They did.")
    assert decision.moves_for(second)["deny"].missing
    assert not decision.moves_for(first)["deny"].missing
    assert decision.move("deny", by=first)
