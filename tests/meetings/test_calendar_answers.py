"""Answers that come from a calendar: whose they are, for what, and what nobody brings about."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.core.clock import LONDON
from apps.core.models import AuditEntry
from apps.meetings import answers
from apps.meetings.calendar import LETTER, invitation
from apps.meetings.links import reply_token
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.notifications.inbound import reading
from apps.notifications.inbound.addresses import answer_address
from apps.notifications.inbound.postbox import PERSON, TAKEN
from apps.notifications.kinds import KINDS
from apps.notifications.mail import content
from apps.notifications.models import Delivery
from tests import factories as make

from ..factories import UserFactory, appoint, working_group
from ..notifications import incoming
from ..notifications.incoming import PROGRAMS, Asked
from ..services import mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.differs]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=LONDON)
KIND = "meetings.answer_does_not_count"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.INBOUND = mailbox()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def group():
    return working_group()


@pytest.fixture
def peer(group):
    person = UserFactory(email="Kit.Quill@test.example")
    appoint(group, person)
    return person


@pytest.fixture
def meeting(group, peer):
    return make.published(group)


def asked(meeting, user):
    return Asked.of(invitation(Meeting.objects.get(pk=meeting.pk), user)[1])


def press(
    meeting, user, answer="ACCEPTED", note="", *, program=incoming.outlook, at=None, **change
):
    """What becomes of an answer that somebody gives in their calendar, a minute from now."""
    at = at or datetime.now(LONDON) + timedelta(seconds=30)
    raw = program(asked(meeting, user).but(**change), answer, note, at=at)
    with time_machine.travel(datetime.now(LONDON) + timedelta(minutes=1), tick=False):
        return reading.sort(raw)


def kept(meeting, user):
    """(answer, note) that stands, or None."""
    return (
        Attendance.objects.filter(meeting=meeting, user=user).values_list("reply", "note").first()
    )


def told(user, kind=KIND):
    return Delivery.objects.filter(
        recipient=user, occurrence__rule__kind=kind, channel="email"
    ).count()


# --- what is theirs ------------------------------------------------------------------------------
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.__name__)
def test_pressing_accept_in_a_calendar_is_an_answer(meeting, peer, program):
    given = (("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no"))
    for hours, (said, reply) in enumerate(given):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            assert press(meeting, peer, said, program=program) == TAKEN
        assert kept(meeting, peer) == (reply, "")
    assert "PARTSTAT=DECLINED" in invitation(meeting, peer)[1].replace("\r\n ", "")


def test_the_same_mail_twice_is_one_answer(meeting, peer):
    at = NOON + timedelta(seconds=30)
    for _ in range(2):
        assert press(meeting, peer, "DECLINED", "Away", at=at) == TAKEN
    assert kept(meeting, peer) == ("no", "Away")
    assert AuditEntry.objects.filter(action="answer").count() == 1


def test_a_later_answer_counts_and_an_older_one_does_not_come_back(meeting, peer, clock):
    clock.move_to(NOON + timedelta(hours=2))
    Attendance.answer(meeting, peer, "no")
    assert press(meeting, peer, "ACCEPTED", at=NOON + timedelta(hours=1)) == PERSON
    assert kept(meeting, peer) == ("no", "")
    assert press(meeting, peer, "DECLINED", "x", at=NOON + timedelta(hours=1)) == TAKEN
    assert kept(meeting, peer) == ("no", "")  # it was said already
    assert press(meeting, peer, "ACCEPTED") == TAKEN
    assert kept(meeting, peer) == ("yes", "")


def test_answers_come_late_and_in_order(meeting, peer):
    """What counts is when they pressed, and not when it came."""
    first, second = NOON + timedelta(seconds=1), NOON + timedelta(seconds=20)
    assert press(meeting, peer, "DECLINED", at=second) == TAKEN
    assert press(meeting, peer, "ACCEPTED", at=first) == PERSON
    assert kept(meeting, peer) == ("no", "")


def test_who_presses_twice_in_a_minute_has_said_the_second(meeting, peer):
    """The first was read later than the second was given."""
    for second, said in ((1, "ACCEPTED"), (20, "DECLINED")):
        assert press(meeting, peer, said, at=NOON + timedelta(seconds=second)) == TAKEN
    assert kept(meeting, peer) == ("no", "")


def test_a_clock_that_is_ahead_keeps_nobody_from_answering_again(meeting, peer, clock):
    assert press(meeting, peer, "ACCEPTED", at=NOON + timedelta(days=400)) == TAKEN
    clock.shift(3600)
    assert press(meeting, peer, "DECLINED") == TAKEN
    assert kept(meeting, peer) == ("no", "")


def test_apologies_once_more_keep_the_deputy_and_a_yes_releases_them(meeting, peer):
    network, deputy = working_group(kind="network"), UserFactory()
    appoint(network, peer)
    appoint(network, deputy)
    Attendance.answer(meeting, peer, "no", deputy)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert press(meeting, peer, "DECLINED") == TAKEN
    assert deputy in meeting.invited()
    assert told(deputy, "meetings.deputy_asked") == 1
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert press(meeting, peer, "ACCEPTED") == TAKEN
    assert deputy not in meeting.invited()


def test_a_deputy_answers_in_their_calendar_too(meeting, peer):
    deputy = UserFactory()
    Attendance.objects.create(meeting=meeting, user=deputy, extra=True)
    assert press(meeting, deputy) == TAKEN
    assert kept(meeting, deputy) == ("yes", "")


# --- notes ---------------------------------------------------------------------------------------
def shown(client, user, meeting):
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client.get(reverse("meeting", args=[meeting.pk])).content.decode()


def test_a_note_is_read_by_who_plans_and_by_no_other_member(client, meeting, peer):
    member, outsider = UserFactory(), UserFactory()
    appoint(meeting.group, member)
    assert press(meeting, peer, note="Hospital <b>at</b> 9") == TAKEN
    assert "Hospital &lt;b&gt;at&lt;/b&gt; 9" in shown(client, peer, meeting)
    assert "Hospital &lt;b&gt;at&lt;/b&gt; 9" in shown(client, meeting.created_by, meeting)
    for other in (member, outsider, make.programme_user("Programme office")):
        assert "Hospital" not in shown(client, other, meeting)


def test_a_note_is_typed_with_an_answer_and_goes_where_its_box_was_emptied(client, meeting, peer):
    client.force_login(peer, "apps.accounts.backends.SignIn")
    url = reverse("reply", args=[meeting.pk])
    client.post(url, {"reply": "yes", "note": "A bit late"})
    assert kept(meeting, peer) == ("yes", "A bit late")
    assert "A bit late" in client.get(url).content.decode()
    page = client.post(url, {"reply": "yes", "note": "x" * 501})
    assert page.status_code == 422
    client.post(url, {"reply": "no", "from": "home"})  # buttons alone, without the box
    assert kept(meeting, peer) == ("no", "A bit late")
    client.post(url, {"reply": "no", "note": ""})
    assert kept(meeting, peer) == ("no", "")


@pytest.mark.parametrize(("said", "reply"), [("ACCEPTED", "yes"), ("DECLINED", "no")])
def test_a_calendar_that_gives_no_note_keeps_the_one_that_was_written(meeting, peer, said, reply):
    Attendance.answer(meeting, peer, "yes", note="Hospital at 9")
    assert press(meeting, peer, said) == TAKEN
    assert kept(meeting, peer) == (reply, "Hospital at 9")
    assert press(meeting, peer, said, "At 10", at=NOON + timedelta(seconds=50)) == TAKEN
    assert kept(meeting, peer) == (reply, "At 10")


def test_a_link_keeps_a_note_where_no_other_is_given_and_says_so(client, meeting, peer):
    url = reverse("reply_by_link", args=[reply_token(meeting, peer)])
    assert "to keep it" not in client.get(url).content.decode()
    client.post(url, {"reply": "yes", "note": "Hospital at 9"})
    page = client.get(url).content.decode()
    assert ("to keep it" in page, "Hospital" in page) == (True, False)
    client.post(url, {"reply": "no", "note": " "})
    assert kept(meeting, peer) == ("no", "Hospital at 9")
    client.post(url, {"reply": "no", "note": "At 10"})
    assert kept(meeting, peer) == ("no", "At 10")


def test_a_link_that_was_passed_on_shows_no_note(client, meeting, peer):
    Attendance.answer(meeting, peer, "yes", note="Hospital at 9")
    client.logout()
    page = client.get(reverse("reply_by_link", args=[reply_token(meeting, peer)]))
    assert "Hospital" not in page.content.decode()


# --- what does not count any more ----------------------------------------------------------------
def moved(meeting):
    meeting = Meeting.objects.get(pk=meeting.pk)
    days = timedelta(days=7)
    meeting.amend(
        by=meeting.created_by,
        seen=meeting.details,
        reason="The room flooded.",
        starts_at=meeting.starts_at + days,
        ends_at=meeting.ends_at + days,
    )
    return meeting


def test_an_answer_for_the_time_before_tells_its_person_what_to_do(meeting, peer, mailoutbox):
    before = asked(meeting, peer)
    assert press(meeting, peer, note="Late") == TAKEN
    moved(meeting)
    for minutes in (1, 2, 3):  # they are told once of each time
        now = NOON + timedelta(minutes=minutes)
        with time_machine.travel(now, tick=False):
            assert reading.sort(incoming.outlook(before, at=now)) == TAKEN
    assert kept(meeting, peer) == ("", "")
    assert told(peer) == 1
    assert Delivery.objects.filter(occurrence__rule__kind=KIND).count() == 2  # theirs alone


def test_whoever_answered_for_the_new_time_is_not_told_of_what_was_long_on_its_way(meeting, peer):
    """Nor of what somebody sends again."""
    before = asked(meeting, peer)
    moved(meeting)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        Attendance.answer(meeting, peer, "no", note="Away")
    for said in ("ACCEPTED", "DECLINED"):
        assert reading.sort(incoming.outlook(before, said, at=NOON)) == TAKEN
    assert (kept(meeting, peer), told(peer)) == (("no", "Away"), 0)
    # Whoever says other than stands, after it, believes that it counts.
    later = NOON + timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        assert reading.sort(incoming.outlook(before, "DECLINED", at=later)) == TAKEN
        assert told(peer) == 0
        assert reading.sort(incoming.outlook(before, "ACCEPTED", at=later)) == TAKEN
    assert (kept(meeting, peer), told(peer)) == (("no", "Away"), 1)


def test_whose_answer_stands_although_the_place_changed_is_not_told_either(meeting, peer):
    before = asked(meeting, peer)
    assert press(meeting, peer) == TAKEN
    again = Meeting.objects.get(pk=meeting.pk)
    lead = meeting.created_by
    again.amend(by=lead, seen=again.details, reason="The room flooded.", place="Room 7")
    assert reading.sort(incoming.outlook(before, at=NOON + timedelta(seconds=30))) == TAKEN
    assert (kept(meeting, peer), told(peer)) == (("yes", ""), 0)


def test_an_answer_to_what_is_over_or_called_off_tells_so(meeting, peer, clock, mailoutbox):
    before = asked(meeting, peer)
    clock.move_to(meeting.ends_at + timedelta(minutes=1))
    assert reading.sort(incoming.outlook(before, at=NOON)) == TAKEN
    assert (kept(meeting, peer), told(peer)) == (None, 1)
    said = content(
        KINDS[KIND], Delivery.objects.filter(occurrence__rule__kind=KIND).first().occurrence, peer
    )
    assert "over" in said["lines"][0]
    assert "answers" not in said


def test_an_answer_to_what_was_called_off_tells_so(meeting, peer):
    before = asked(meeting, peer)
    Meeting.objects.get(pk=meeting.pk).move("cancel", by=meeting.created_by, note="Flooded.")
    assert reading.sort(incoming.outlook(before, at=NOON)) == TAKEN
    assert (kept(meeting, peer), told(peer)) == (None, 1)


# --- what is not theirs --------------------------------------------------------------------------
def test_a_colleague_who_accepts_what_was_passed_on_to_them_changes_nothing(meeting, peer):
    """Their program answers as they: it was somebody else who was asked."""
    colleague = UserFactory(email="cat@test.example")
    appoint(meeting.group, colleague)
    assert press(meeting, peer, attendee=colleague.email) == PERSON
    assert kept(meeting, peer) is kept(meeting, colleague) is None
    assert told(peer) == told(colleague) == 0


def test_nobody_answers_for_another_with_an_address_of_their_own(meeting, peer):
    other = UserFactory()
    appoint(meeting.group, other)
    own = answer_address(LETTER, meeting.pk, other)
    assert press(meeting, peer, organiser=own) == PERSON
    forged = answer_address(LETTER, meeting.pk, peer).replace("-", "-a", 1)
    assert press(meeting, peer, organiser=forged) == PERSON
    assert press(meeting, peer, organiser="replies@peer.example") == PERSON
    assert kept(meeting, peer) is kept(meeting, other) is None


def test_two_addresses_of_ours_in_one_mail_say_nothing(meeting, peer):
    other = UserFactory()
    appoint(meeting.group, other)
    both = ", ".join(answer_address(LETTER, meeting.pk, one) for one in (peer, other))
    raw = incoming.outlook(asked(meeting, peer).but(organiser=both), at=NOON)
    assert reading.sort(raw) == PERSON


def test_an_address_of_one_meeting_answers_no_other(meeting, peer):
    other = make.published(meeting.group)
    assert press(meeting, peer, uid=asked(other, peer).uid) == PERSON
    assert press(other, peer, organiser=answer_address(LETTER, meeting.pk, peer)) == PERSON
    assert kept(meeting, peer) is kept(other, peer) is None


STAMPED = b"DTSTAMP:20261123T120000Z"


@pytest.mark.parametrize("stamp", [b"00010101T000000Z", b"20200101T120000Z", b"20261123T115400Z"])
def test_nobody_has_answered_what_they_were_not_told_yet(meeting, peer, stamp):
    raw = incoming.thunderbird(asked(meeting, peer), at=NOON)
    assert reading.sort(raw.replace(STAMPED, b"DTSTAMP:" + stamp)) == PERSON
    moved(meeting)  # nor what it was before
    assert reading.sort(raw.replace(STAMPED, b"DTSTAMP:" + stamp)) == PERSON
    assert (kept(meeting, peer), told(peer)) == (None, 0)


def test_nobody_has_answered_for_a_new_time_before_it_was_told(meeting, peer, clock):
    clock.move_to(NOON + timedelta(hours=1))
    moved(meeting)
    assert press(meeting, peer, at=NOON + timedelta(minutes=54)) == PERSON
    assert (kept(meeting, peer), told(peer)) == (None, 0)


def test_a_clock_that_is_some_minutes_slow_answers_all_the_same(meeting, peer):
    raw = incoming.thunderbird(asked(meeting, peer), at=NOON - timedelta(minutes=4))
    assert reading.sort(raw) == TAKEN
    assert kept(meeting, peer) == ("yes", "")


def test_a_sequence_that_never_was_is_for_a_person(meeting, peer):
    assert press(meeting, peer, sequence=7) == PERSON
    assert (kept(meeting, peer), told(peer)) == (None, 0)


@pytest.mark.parametrize("how", ["left", "closed", "address"])
def test_whoever_is_asked_no_more_answers_no_more(meeting, peer, how):
    before = asked(meeting, peer)
    if how == "left":
        office = make.programme_user("Programme office")
        meeting.group.memberships.get(user=peer).end(by=office)
    elif how == "closed":
        peer.is_active = False
        peer.save()
    else:
        peer.email = "new@test.example"
        peer.save()
    assert reading.sort(incoming.outlook(before, at=NOON)) == PERSON
    moved(meeting)  # nor are they told of what came since
    assert reading.sort(incoming.outlook(before, at=NOON)) == PERSON
    assert (kept(meeting, peer), told(peer)) == (None, 0)


def test_nothing_of_what_is_not_there_or_a_draft_is_told(peer, group):
    draft = make.meeting(group)
    for thing in (draft.pk, 10**9):
        said = incoming.outlook(
            Asked.of(invitation(draft, peer)[1]).but(organiser=answer_address(LETTER, thing, peer)),
            at=NOON,
        )
        assert reading.sort(said) == PERSON
    assert told(peer) == 0


def test_every_answer_is_in_the_audit_trail_without_its_note(meeting, peer):
    assert press(meeting, peer, note="Hospital at 9") == TAKEN
    entry = AuditEntry.objects.get(action="answer")
    assert (entry.by, entry.note) == (peer, "Yes, I will come")


def test_answers_are_the_only_ones_that_are_registered():
    assert [one.take for one in answers.ANSWERS] == [answers.take]
