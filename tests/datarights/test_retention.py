"""Each rule deletes what is past, to the second, keeps the rest, and is on the page."""

import html
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.letters import Letter
from apps.accounts.models.put_off import PutOff
from apps.accounts.models.unreachable import Unreachable
from apps.accounts.roles import ADMIN
from apps.conversations.models.booking import Booking, BookingSupport
from apps.conversations.models.conversation import Conversation
from apps.core.personal import RULES
from apps.datarights import retention
from apps.datarights.models import DataExport, DataRequest, Hold, RetentionRun
from apps.datarights.tasks import keep_no_longer
from apps.experience.models.batch import Batch, Remark
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import Response
from apps.governance.interests.models import DeclaredInterest
from apps.meetings.finding.models import Finding
from apps.meetings.models.people import Attendance
from apps.network.joining.models import Interest
from apps.notifications.kinds import rule_of
from apps.notifications.models import Delivery, Occurrence, Status
from apps.search.models import Remembered
from tests import factories as make

from ..factories import UserFactory, programme_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return programme_user(ADMIN, is_staff=True)


def _interest(state):
    def build(at):
        return Interest.objects.create(
            full_name="Ann", email="ann@test.example", wish="peer", state=state, settled_at=at
        )

    return build


def _booking(at, **fields):
    talk = Conversation.objects.first() or make.conversation(make.network())
    other = Conversation.objects.create(
        network=talk.network,
        title="Past",
        summary="x",
        starts_at=at - timedelta(hours=2),
        ends_at=at,
        place="Hub",
        places=5,
        organiser=talk.organiser,
        created_by=talk.organiser,
    )
    return Booking.objects.create(
        conversation=other, name="Ann", email="ann@test.example", state="booked", **fields
    )


def _unconfirmed(at):
    talk = Conversation.objects.first() or make.conversation(make.network())
    made = Booking.objects.create(
        conversation=talk, name="Ann", email=f"{Booking.objects.count()}@test.example"
    )
    Booking.objects.filter(pk=made.pk).update(made_at=at)
    return made


def _support(at):
    booking = _booking(at)
    return BookingSupport.objects.create(
        booking=booking, organiser=booking.conversation.organiser, text="A loop"
    )


def _session(at):
    return Session.objects.create(session_key=f"k{at.timestamp()}", expire_date=at)


def _invitation(at):
    return Invitation.objects.create(
        email=f"{at.timestamp()}@test.example",
        full_name="Ann",
        constituency="staff",
        invited_by=UserFactory(),
        expires_at=at,
    )


def _address(at):
    return AddressChange.objects.create(
        user=UserFactory(),
        before="a@test.example",
        address="b@test.example",
        reason="Ann",
        state="made",
        asked_by=UserFactory(),
        settled_at=at,
    )


def _message(at):
    person = UserFactory()
    DataRequest.ask(person, "restrict")
    occurrence = Occurrence.objects.first()
    if occurrence is None:
        programme_user(ADMIN)
        DataRequest.ask(person, "restrict")
        occurrence = Occurrence.objects.first()
    return Delivery.objects.create(
        occurrence=occurrence, recipient=person, channel="in_app", status=Status.SENT, sent_at=at
    )


def _letter(at):
    invitation = _invitation(timezone.now())
    rule = rule_of("accounts.invitation")
    said = Occurrence.objects.create(
        rule=rule, subject=invitation, schedule_version=int(at.timestamp())
    )
    return Delivery.objects.create(
        occurrence=said, address="ann@test.example", channel="email", status="sent", sent_at=at
    )


def _note(at):
    begins = at - timedelta(hours=1)
    meeting = make.meeting(make.working_group(), starts_at=begins, ends_at=at)
    return Attendance.objects.create(meeting=meeting, user=UserFactory(), note="Ann")


def _account_letter(at):
    return Letter.objects.create(to="ann@test.example", sealed="x", good_until=at)


def _unreachable(at):
    return Unreachable.objects.create(address=f"{at.timestamp()}@test.example", since=at)


def _occasion(at):
    made = _message(timezone.now()).occurrence
    return Occurrence.objects.create(
        rule=made.rule,
        subject_type=made.subject_type,
        subject_id=f"{at.timestamp()}",
        data={"name": "Ann"},
        made_at=at,
    )


def _export(at):
    made = DataExport.objects.create(user=UserFactory(), state="ready", file="x.zip")
    DataExport.objects.filter(pk=made.pk).update(asked_at=at)
    return made


def _request(at):
    made = DataRequest.ask(UserFactory(), "restrict")
    DataRequest.objects.filter(pk=made.pk).update(state="done", settled_at=at)
    return made


def _run(at):
    made = RetentionRun.objects.create(finished_at=at)
    RetentionRun.objects.filter(pk=made.pk).update(started_at=at)
    return made


def _interest_declared(at):
    return DeclaredInterest.objects.create(
        user=UserFactory(), kind="other", text="A shop", ended_at=at
    )


def _draft(at):
    made = make.consultation(make.working_group())
    Consultation.objects.filter(pk=made.pk).update(opens_at=at - timedelta(days=20), closes_at=at)
    return Response.objects.create(consultation=made, answers={"1": "x"}, sent=False)


def _put_off(at):
    return PutOff.objects.create(user=UserFactory(), key="a thing", title="A thing", at=at)


def _opened(at):
    return Remembered.objects.create(user=UserFactory(), kind="meeting", thing=1, at=at)


def _experience(at):
    made = Batch.objects.create(group=make.working_group(), since=at, heard_on=at.date())
    Remark.objects.create(batch=made, text="Ann")
    return made


def _time_answer(moment):
    """The last of the times that were proposed was then."""
    made = make.working_group(slug=f"g{moment.timestamp()}".replace(".", "-"))
    lead = make.lead_of(made)
    finding = Finding.objects.create(
        group=made, title="When?", closes_at=moment - timedelta(days=9), created_by=lead
    )
    times = [
        finding.times.create(starts_at=at, ends_at=at + timedelta(hours=2))
        for at in (moment - timedelta(days=1), moment)
    ]
    return times[0].answers.create(user=lead, suits="yes", at=moment - timedelta(days=9))


BUILD = {
    "interest-declined": _interest("declined"),
    "interest-invited": _interest("invited"),
    "bookings-unconfirmed": _unconfirmed,
    "bookings": _booking,
    "booking-support": _support,
    "sessions": _session,
    "invitations": _invitation,
    "addresses": _address,
    "messages": _message,
    "letters": _letter,
    "notes-with-answers": _note,
    "account-letters": _account_letter,
    "unreachable": _unreachable,
    "occasions": _occasion,
    "experience": _experience,
    "exports": _export,
    "data-requests": _request,
    "retention-runs": _run,
    "response-drafts": _draft,
    "interests": _interest_declared,
    "search-opened": _opened,
    "put-off": _put_off,
    "time-answers": _time_answer,
}
NAMELESS = {
    "addresses": "reason",
    "bookings": "name",
    "invitations": "full_name",
    "notes-with-answers": "note",
    "occasions": "data",
}
LEFT = ("", "Somebody", {})  # what stands there then
ELSEWHERE = {
    "claims",  # counted by tax years: tests/payments/test_claims.py
    # with everything that hangs on them: tests/recruitment/test_keeping.py
    "application-drafts",
    "applications",
    "applications-appointed",
    "visit-bookings",
}


def test_every_rule_is_tested():
    assert RULES.keys() == BUILD.keys() | ELSEWHERE


@pytest.mark.parametrize("key", BUILD)
def test_a_rule_deletes_what_is_past_and_keeps_what_is_not_to_the_second(key):
    rule, now = RULES[key], timezone.now()
    cutoff = now - timedelta(days=rule.days())
    past = BUILD[key](cutoff - timedelta(seconds=1))
    kept = BUILD[key](cutoff + timedelta(seconds=1))
    report = retention.run(now)
    assert report.failed == []
    assert report.counts[key] == 1
    if key in NAMELESS:
        past.refresh_from_db()
        kept.refresh_from_db()
        gone, there = (getattr(one, NAMELESS[key]) for one in (past, kept))
        assert gone in LEFT
        assert "Ann" in (there, *getattr(there, "values", list)())
    else:
        left = rule.model._base_manager.filter(pk__in=[past.pk, kept.pk])
        assert [one.pk for one in left] == [kept.pk]
    assert key not in retention.run(now + timedelta(days=0)).counts


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.key)
def test_the_page_shows_each_rule(client, rule):
    page = client.get("/governance/retention/").content.decode()
    page = html.unescape(page)
    assert rule.what in page
    assert f"{rule.period} after {rule.since}" in page


def test_a_hold_on_a_person_or_a_thing_keeps_it_until_it_ends(admin):
    long_ago = timezone.now() - timedelta(days=5000)
    mine, other, third = (_request(long_ago) for _ in range(3))
    holds = [
        Hold.objects.create(person=mine.person, reason="A complaint", placed_by=admin),
        Hold.objects.create(
            thing_type=ContentType.objects.get_for_model(DataRequest),
            thing_id=other.pk,
            reason="An inquiry",
            placed_by=admin,
        ),
    ]
    report = retention.run()
    assert (report.counts["data-requests"], report.held["data-requests"]) == (1, 2)
    assert set(DataRequest.objects.all()) == {mine, other}
    assert third.pk not in DataRequest.objects.values_list("pk", flat=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(until=yesterday)
    retention.run()
    assert not DataRequest.objects.exists()


def test_a_hold_on_an_event_keeps_its_bookings(admin):
    held, free = (_booking(timezone.now() - timedelta(days=5000)) for _ in range(2))
    Hold.objects.create(
        thing_type=ContentType.objects.get_for_model(Conversation),
        thing_id=held.conversation_id,
        reason="An inquiry",
        placed_by=admin,
    )
    retention.run()
    assert [one.name for one in Booking.objects.order_by("pk")] == ["Ann", ""]
    assert free.pk != held.pk


def test_a_hold_covers_what_was_typed_before_there_was_an_account(admin):
    person = UserFactory(email="ann@test.example")
    _interest("declined")(timezone.now() - timedelta(days=5000))
    Hold.objects.create(person=person, reason="A complaint", placed_by=admin)
    retention.run()
    assert Interest.objects.count() == 1


def test_a_run_that_was_killed_goes_on_and_counts_nothing_twice(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    long_ago = timezone.now() - timedelta(days=5000)
    for n in range(5):
        _session(long_ago + timedelta(seconds=n))
    batches = []

    def die(rows):
        if len(batches) == 1:
            raise KeyboardInterrupt
        batches.append(rows)
        rows.delete()

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_delete", die)
        with pytest.raises(KeyboardInterrupt):
            retention.run()
    assert Session.objects.count() == 3
    assert keep_no_longer() == 5
    report = RetentionRun.objects.get()
    assert report.finished_at is not None
    assert report.counts == {"sessions": 5}


def test_a_rule_with_a_fault_is_named_and_the_others_go_on(monkeypatch):
    long_ago = timezone.now() - timedelta(days=5000)
    _session(long_ago)
    _interest("declined")(long_ago)

    def fail(rows):
        if rows.model is Session:
            raise ValueError
        rows.delete()

    monkeypatch.setattr(retention, "_delete", fail)
    report = retention.run()
    assert report.failed == ["sessions"]
    assert report.counts == {"interest-declined": 1}
    assert Session.objects.count() == 1


def test_administrators_see_what_the_nights_did(client, admin):
    retention.run()
    assert b"The last nights" not in client.get("/governance/retention/").content
    client.force_login(admin, "apps.core.permissions.ProgrammeBackend")
    assert b"The last nights" in client.get("/governance/retention/").content
