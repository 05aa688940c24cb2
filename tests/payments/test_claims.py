"""Being paid for involvement: who may, what it comes to, once only, and by somebody else."""

import re
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models.people import Constituency, User
from apps.accounts.payable_time import key_of
from apps.accounts.roles import OFFICE
from apps.core.dates import day as in_words
from apps.core.dates import weekday_near
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.core.money import total
from apps.core.needs import NEEDS
from apps.datarights import retention
from apps.datarights.models import Hold
from apps.notifications.mail import content
from apps.notifications.models import Delivery
from apps.notifications.planning import plan
from apps.payments.models import (
    BenefitMonth,
    ClaimLine,
    EarningsLimit,
    InvolvementClaim,
    Rate,
    RateTable,
    Receipt,
    pay,
    tax_year,
    unclaimed,
)
from apps.recruitment.employment.models.appointment import Appointment
from tests import factories as make

from ..at_once import at_once
from ..factories import (
    StaffFactory,
    UserFactory,
    appoint,
    just_shown,
    programme_user,
    working_group,
)
from ..meetings.test_quorum import correct

pytestmark = pytest.mark.differs

BACKEND = "apps.accounts.backends.SignIn"


@pytest.fixture
def office(db):
    return programme_user(OFFICE)


@pytest.fixture
def group(office):
    return working_group()


@pytest.fixture
def peer(group):
    peer = UserFactory()
    appoint(group, peer)
    return peer


@pytest.fixture
def site(client, peer):
    client.force_login(peer, BACKEND)
    return client


def keys(user):
    return [one.key for one in unclaimed(user)]


def told(user):
    return list(
        Delivery.objects.filter(recipient=user, channel="email")
        .values_list("occurrence__rule__kind", flat=True)
        .order_by("pk")
    )


# --- who may ------------------------------------------------------------------------------------
def test_given_staff_or_somebody_in_no_group_then_they_cannot_claim(group, peer):
    staff = StaffFactory()
    appoint(group, staff)
    partner = UserFactory(constituency=Constituency.PARTNER)
    appoint(group, partner)
    for user in (staff, UserFactory()):
        with pytest.raises(PermissionDenied):
            InvolvementClaim.begin(user)
        assert unclaimed(user) == []
    for user in (peer, partner):
        assert InvolvementClaim.begin(user).state == "draft"


def test_given_a_role_that_has_ended_then_what_was_done_can_still_be_claimed(group, peer, office):
    group.memberships.get(user=peer).end(by=office)
    assert InvolvementClaim.begin(User.objects.get(pk=peer.pk)).state == "draft"


def test_given_a_draft_when_begun_again_then_it_is_the_same_one(peer):
    assert InvolvementClaim.begin(peer) == InvolvementClaim.begin(peer)


def test_given_ones_own_claim_then_nobody_approves_or_pays_it(client, group, peer, office):
    also_peer = programme_user(OFFICE, constituency=Constituency.LIVED_EXPERIENCE)
    appoint(group, also_peer)
    mine = make.claim(also_peer, to="submitted", by=office)
    for name in ("approve", "send_back"):
        with pytest.raises(NotYet, match="your own claim"):
            mine.move(name, by=also_peer, note="Because.")
    client.force_login(also_peer, BACKEND)
    page = client.get(mine.get_absolute_url()).content.decode()
    assert "<strong>Approve the claim</strong>: not yet." in page
    mine.move("approve", by=office)
    with pytest.raises(NotYet, match="your own claim"):
        pay([mine], by=also_peer, paid_on=timezone.localdate())
    assert told(also_peer).count("payments.claim_waiting") == 0


# --- what it comes to ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("unit", "amount", "minutes", "pays"),
    [
        ("hour", "12.00", 120, "24.00"),
        ("hour", "11.44", 90, "17.16"),
        ("hour", "10.00", 1, "0.17"),
        ("hour", "12.21", 50, "10.18"),  # 10.175: half a penny up
        ("half_day", "75.00", 1, "75.00"),
        ("half_day", "75.00", 240, "75.00"),
        ("half_day", "75.00", 241, "150.00"),
    ],
)
def test_a_rate_pays_to_the_penny(unit, amount, minutes, pays):
    assert Rate(unit=unit, amount=Decimal(amount)).pays(minutes) == Decimal(pays)


@given(
    st.lists(st.integers(1, 12 * 60), max_size=30),
    st.integers(1, 10_000).map(lambda pence: Decimal(pence) / 100),
)
def test_a_claim_is_the_sum_of_its_rounded_lines(lengths, amount):
    lines = [Rate(unit="hour", amount=amount).pays(minutes) for minutes in lengths]
    exact = sum((amount * minutes / 60 for minutes in lengths), Decimal(0))
    assert abs(total(lines) - exact) <= Decimal("0.005") * len(lines)
    assert all(line == line.quantize(Decimal("0.01")) for line in lines)


def test_given_somebody_in_post_then_from_that_day_they_claim_nothing_and_the_past_stands(
    site, office, group, peer
):
    make.rates()
    today = timezone.localdate()
    before, since = make.held(group, days_ago=20), make.held(group, days_ago=5)
    late = {"by": peer, "kind": "other", "what": "Read", "minutes": 60, "agreed_with": "Sam"}
    bus = {"by": peer, "kind": "travel", "what": "Bus", "amount": Decimal("2.00")}
    claim = InvolvementClaim.begin(peer)
    claim.add_attended([key_of(since.attendances.get(user=peer))], by=peer)
    claim.add_expense(on=today, **bus)
    assert "Claim for 1 meeting" in site.get("/").content.decode()
    post = Appointment.begin(user=peer, started_on=today - timedelta(days=10))
    peer = User.objects.get(pk=peer.pk)
    page = " ".join(site.get(reverse("claims")).content.decode().split())
    assert f"<li>{since.title}, {in_words(since.on)}</li>" in page
    assert [one.on for one in unclaimed(peer)] == [before.on]
    with pytest.raises(NotYet, match="The trust employed the person on"):
        claim.move("submit", by=peer)
    for part in (*claim.lines.all(), *claim.expenses.all()):
        claim.remove(part, by=peer)
    with pytest.raises(Conflict):
        claim.add_attended([key_of(since.attendances.get(user=peer))], by=peer)
    with pytest.raises(NotYet, match="part of their job"):
        claim.add_work(on=today, **late)
    with pytest.raises(NotYet, match="part of their job"):
        claim.add_expense(on=today - timedelta(days=10), **bus)
    assert claim.add_attended(keys(peer), by=peer) == 1
    claim.add_expense(on=today - timedelta(days=11), **bus)
    claim.move("submit", by=peer)
    Appointment.objects.filter(pk=post.pk).update(started_on=today - timedelta(days=30))
    with pytest.raises(NotYet, match="cannot be claimed any more") as told:  # recorded too late
        InvolvementClaim.objects.get(pk=claim.pk).move("approve", by=office)
    assert "employed" not in str(told.value)  # which days somebody is in post is their own
    Appointment.objects.filter(pk=post.pk).update(left_on=today - timedelta(days=25), state="left")
    claim.move("approve", by=office)
    assert [one.on for one in unclaimed(peer)] == [since.on]
    Appointment.objects.filter(pk=post.pk).update(left_on=None, state="started")
    with pytest.raises(NotYet, match="cannot be claimed any more"):
        pay([claim], by=office, paid_on=today)
    claim.refresh_from_db()
    claim.move("send_back", by=office, note="Not these days.")
    assert claim.state == "returned"
    Appointment.objects.filter(pk=post.pk).update(left_on=today - timedelta(days=25), state="left")
    assert "Part of your job" not in site.get(reverse("claims")).content.decode()


def test_the_independent_adviser_is_named_or_it_is_said_that_nobody_is(site, settings):
    def words():
        return " ".join(site.get(reverse("claims")).content.decode().split())

    assert "has not yet named an adviser here" in words()
    settings.BENEFITS_ADVISER = "Welfare rights, 020 8000 0000"
    assert "an independent adviser for you: Welfare rights, 020 8000 0000." in words()


def test_given_meetings_and_a_pre_meet_when_claimed_then_each_at_the_rate_of_its_day(group, peer):
    make.rates(preparation="10.10")
    parent = make.held(group, days_ago=20)
    make.held(group, days_ago=20, kind="pre_meet", parent=parent)
    Rate.objects.create(
        set_by=User.objects.get(groups__name=OFFICE),
        kind="meeting",
        amount=Decimal("13.00"),
        effective_from=timezone.localdate(),
        state=Rate.State.SET,
    )
    claim = InvolvementClaim.begin(peer)
    assert claim.add_attended(keys(peer), by=peer) == 2
    assert {line.kind: line.amount for line in claim.lines.all()} == {
        "meeting": Decimal("24.00"),
        "preparation": Decimal("20.20"),
    }
    claim.add_work(
        by=peer, kind="other", what="Read", on=timezone.localdate(), minutes=50, agreed_with="Sam"
    )
    claim.add_expense(
        by=peer, kind="travel", what="Bus", on=timezone.localdate(), amount=Decimal("0.10")
    )
    claim.refresh_from_db()
    assert (claim.work_total, claim.expenses_total) == (Decimal("54.20"), Decimal("0.10"))
    assert claim.total == Decimal("54.30")
    claim.remove(claim.lines.get(kind="other"), by=peer)
    assert claim.total == Decimal("44.30")


def test_given_no_rate_on_the_day_then_it_cannot_be_claimed_yet(group, peer):
    make.held(group, days_ago=9)
    claim = InvolvementClaim.begin(peer)
    with pytest.raises(NotYet, match="no rate"):
        claim.add_attended(keys(peer), by=peer)


# --- rates --------------------------------------------------------------------------------------
def propose(office, amount=15, **fields):
    defaults = {"kind": "meeting", "unit": "hour", "effective_from": timezone.localdate()}
    return Rate.propose(by=office, amount=Decimal(amount), **defaults | fields)


@pytest.fixture
def steering():
    group, *_ = make.steering(name="Steering")
    return group


def paid(kind="meeting", on=None):
    return RateTable().at(kind, on or timezone.localdate() + timedelta(days=1)).amount


def test_given_a_rate_then_the_past_never_changes(office, steering):
    today = timezone.localdate()
    make.rates()
    for on in (today - timedelta(days=1), today - timedelta(days=2000)):
        with pytest.raises(NotYet):
            propose(office, 1, effective_from=on)
    rate = propose(office)
    with pytest.raises(NotYet, match="There is a rate for this kind of work from that day"):
        propose(office, 16)
    rate.amount = 1
    with pytest.raises(TypeError):
        rate.save()
    make.decision(make.held(steering, days_ago=0), about=Rate.objects.get(pk=rate.pk))
    with pytest.raises(IllegalMove):
        Rate.objects.get(pk=rate.pk).move("drop", by=office, note="We thought again.")


def test_given_a_time_without_any_rate_then_one_may_begin_there(office, peer, steering):
    begins = timezone.localdate() - timedelta(days=90)
    first = propose(office, 13, effective_from=begins)
    make.decision(make.held(steering, days_ago=0), about=first)
    assert paid(on=begins) == 13
    low = propose(office, 10, kind="panel", effective_from=begins)
    make.decision(make.held(steering, days_ago=0), about=low)
    assert RateTable().at("panel", begins) is None  # below the legal floor (test_floor.py)
    coming = propose(office, 11, effective_from=timezone.localdate() + timedelta(days=9))
    coming.move("drop", by=office, note="We thought again.")
    assert Rate.objects.in_use().filter(kind="meeting").count() == 1
    with pytest.raises(PermissionDenied):
        propose(peer, 10, kind="training", effective_from=begins)


def test_rates_from_before_decisions_pay_on_and_proposals_go_with_the_way_back(office):
    make.rates()
    proposed = propose(office)
    old = import_module("apps.payments.migrations.0003_old_rates_are_set")
    Rate.objects.exclude(pk=proposed.pk).update(state="proposed")
    old.set_them(apps, None)
    assert set(Rate.objects.values_list("state", flat=True)) == {"set"}
    Rate.objects.filter(pk=proposed.pk).update(state="proposed")
    old.forget_proposals(apps, None)
    assert Rate.objects.exists()
    assert not Rate.objects.filter(pk=proposed.pk).exists()


def test_the_office_alone_sets_no_rate(site, office, steering):
    """It is set by a decision about it, confirmed by two; never for the past."""
    make.rates()
    rate = propose(office)
    for name in ("set", "unset"):
        with pytest.raises((NotYet, IllegalMove)):
            rate.move(name, by=office)
        address = reverse("rate_move", args=[rate.pk, name])
        site.force_login(office, BACKEND)
        assert site.post(address, {"note": "Because."}).status_code == 404
    page = site.get(rate.get_absolute_url()).content.decode()
    assert "Put it on the agenda of a meeting of the steering group." in page
    decision = make.decision(make.held(steering, days_ago=0), about=rate, confirmed=False)
    assert "is not confirmed yet" in site.get(rate.get_absolute_url()).content.decode()
    assert paid() == 12
    make.confirm(decision)
    rate = Rate.objects.get(pk=rate.pk)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (rate.state, rate.effective_from) == ("set", tomorrow)
    assert (paid(on=timezone.localdate()), paid()) == (12, 15)


def test_two_rates_that_would_begin_on_one_day_follow_each_other(office, steering):
    make.rates()
    today = timezone.localdate()
    rates = [propose(office, 15), propose(office, 16, effective_from=today + timedelta(days=1))]
    meeting = make.held(steering, days_ago=0)
    for rate in rates:
        make.decision(meeting, about=rate)
    days = [Rate.objects.get(pk=one.pk).effective_from for one in rates]
    assert days == [today + timedelta(days=1), today + timedelta(days=2)]


@pytest.mark.parametrize(("begun", "state"), [(False, "proposed"), (True, "set")])
def test_a_rate_falls_with_its_decision(site, office, steering, begun, state):
    """Unless people are paid by it: then it stands, and its page says so."""
    make.rates()
    rate = propose(office)
    decision = make.decision(make.held(steering, days_ago=0), about=rate)
    if begun:
        Rate.objects.filter(pk=rate.pk).update(effective_from=timezone.localdate())
    correct(decision.meeting, [make.leads(steering)[0].pk])
    rate = Rate.objects.get(pk=rate.pk)
    assert rate.state == state
    page = site.get(rate.get_absolute_url()).content.decode()
    assert ("did not have its co-production quorum after all" in page) is begun


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_office_takes_back_no_rate_that_a_meeting_decided_on(office, steering, confirmed):
    make.rates()
    rate = propose(office)
    make.decision(make.held(steering, days_ago=0), about=rate, confirmed=confirmed)
    rate = Rate.objects.get(pk=rate.pk)
    with pytest.raises((NotYet, IllegalMove)):
        rate.move("drop", by=office, note="We thought again.")


def test_a_rate_that_is_paid_and_whose_decision_fell_is_decided_on_anew(office, steering):
    make.rates()
    rate = propose(office)
    decision = make.decision(make.held(steering, days_ago=0), about=rate)
    Rate.objects.filter(pk=rate.pk).update(effective_from=timezone.localdate())
    lead = make.leads(steering)[0]
    correct(decision.meeting, [lead.pk])
    correct(decision.meeting, [user.pk for user in decision.meeting.expected()])
    make.confirm(type(decision).objects.get(pk=decision.pk))
    rate = Rate.objects.get(pk=rate.pk)
    assert (rate.state, rate.decision_fell) == ("set", False)


@pytest.mark.django_db(transaction=True)
def test_given_two_rates_of_a_kind_set_at_once_then_they_follow_each_other():
    office, steering = programme_user(OFFICE), make.steering(name="Steering")[0]
    make.rates()
    today = timezone.localdate()
    rates = [propose(office, 15), propose(office, 16, effective_from=today + timedelta(days=1))]
    taken = []
    for number, rate in enumerate(rates):
        meeting = make.held(steering, days_ago=0)
        taken.append(make.decision(meeting, about=rate, confirmed=False))
        on = today - timedelta(days=2 - number)
        Rate.objects.filter(pk=rate.pk).update(effective_from=on)
    at_once(*(lambda one=one: make.confirm(type(one).objects.get(pk=one.pk)) for one in taken))
    days = {Rate.objects.get(pk=one.pk).effective_from for one in rates}
    assert days == {today + timedelta(days=1), today + timedelta(days=2)}


def test_only_the_office_and_those_who_decide_read_a_proposal(site, office, peer, steering):
    make.rates()
    rate = propose(office, "98.76")
    readers = {office: 200, make.leads(steering)[0]: 200, peer: 404}
    for reader, status in readers.items():
        site.force_login(reader, BACKEND)
        assert site.get(rate.get_absolute_url()).status_code == status
        shown = "98.76" in site.get(reverse("rates")).content.decode()
        assert shown is (status == 200)


# --- once only ----------------------------------------------------------------------------------
def test_given_a_claimed_meeting_then_it_is_not_offered_and_the_database_refuses(group, peer):
    make.rates()
    make.held(group, days_ago=9)
    [key] = keys(peer)
    claim = InvolvementClaim.begin(peer)
    claim.add_attended([key], by=peer)
    assert keys(peer) == []
    with pytest.raises(Conflict):
        claim.add_attended([key], by=peer)
    assert ClaimLine.objects.filter(key=key).count() == 1
    claim.remove(claim.lines.get(), by=peer)
    assert keys(peer) == [key]


def test_given_somebody_elses_attendance_then_it_cannot_be_claimed(group, peer):
    make.rates()
    make.held(group, days_ago=9)
    lead = group.people().first().user
    [theirs] = keys(lead)
    with pytest.raises(Conflict):
        InvolvementClaim.begin(peer).add_attended([theirs], by=peer)


@pytest.mark.django_db(transaction=True)
def test_given_one_attendance_claimed_twice_at_once_then_one_wins_and_the_other_is_told():
    group, peer = working_group(), UserFactory()
    appoint(group, peer)
    make.rates()
    make.held(group, days_ago=9)
    [key] = keys(peer)
    returned = make.claim(peer, to="returned")
    outcomes = at_once(
        lambda: InvolvementClaim.begin(peer).add_attended([key], by=peer),
        lambda: InvolvementClaim.objects.get(pk=returned.pk).add_attended([key], by=peer),
    )
    assert sorted(outcomes) == ["done", "told"]
    assert ClaimLine.objects.filter(key=key).count() == 1


@pytest.mark.django_db(transaction=True)
def test_given_two_of_the_office_pay_at_once_then_it_is_paid_once():
    group, peer = working_group(), UserFactory()
    appoint(group, peer)
    claim = make.claim(peer, to="approved")
    office = User.objects.get(groups__name=OFFICE)

    def press():
        pay([InvolvementClaim.objects.get(pk=claim.pk)], by=office, paid_on=timezone.localdate())

    assert sorted(at_once(press, press)) == ["done", "told"]
    assert AuditEntry.objects.about(claim).filter(action="pay").count() == 1


# --- its life -----------------------------------------------------------------------------------
def test_a_claim_from_draft_to_paid_and_who_is_told(peer, office):
    with time_machine.travel("2026-11-23T11:00:00Z", tick=True):
        claim = InvolvementClaim.begin(peer)
        with pytest.raises(NotYet, match="nothing in this claim"):
            claim.move("submit", by=peer)
        claim = make.claim(peer, to="returned", by=office)
        assert claim.answer == "Because."
        assert any("Change your claim" in need.title for source in NEEDS for need in source(peer))
        claim.move("submit", by=peer)
        assert claim.answer == ""
        with pytest.raises(IllegalMove):
            claim.add_expense(
                by=peer, kind="travel", what="Bus", on=timezone.localdate(), amount=Decimal(1)
            )
        assert any("Answer the claim" in one.title for source in NEEDS for one in source(office))
        claim.move("approve", by=office)
        pay([claim], by=office, paid_on=timezone.localdate())
    assert claim.state == "paid"
    assert told(office) == ["payments.claim_waiting", "payments.claim_waiting"]
    assert told(peer) == [
        "payments.claim_returned",
        "payments.claim_approved",
        "payments.claim_paid",
    ]


def test_given_something_in_the_future_then_it_is_not_sent(peer):
    claim = make.claim(peer, on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(NotYet, match="future"):
        claim.move("submit", by=peer)


def test_given_several_to_pay_when_one_was_paid_then_none_is_marked(peer, office):
    first = make.claim(peer, to="approved", by=office)
    second = make.claim(peer, to="paid", by=office)
    with pytest.raises(Conflict):
        pay([first, second], by=office, paid_on=timezone.localdate())
    first.refresh_from_db()
    assert first.state == "approved"
    with pytest.raises(NotYet, match="future"):
        pay([first], by=office, paid_on=timezone.localdate() + timedelta(days=1))


def test_given_a_week_without_an_answer_then_the_office_is_reminded_once(peer, office):
    with time_machine.travel("2026-11-02T11:00:00Z", tick=False) as clock:
        claim = make.claim(peer, to="submitted", by=office)
        for day in (6, 2, 1):
            clock.shift(timedelta(days=day))
            plan()
    assert told(office).count("payments.claim_still_waiting") == 1
    claim.move("approve", by=office)


def test_given_every_message_then_its_subject_says_no_sum_and_no_role(peer, office):
    from apps.notifications.kinds import KINDS

    claim = make.claim(peer, to="paid", by=office, amount=Decimal("41.70"))
    for name, kind in KINDS.items():
        if name.startswith("payments.claim"):
            occurrence = type("Occurrence", (), {"subject": claim})
            said = content(kind, occurrence, peer)
            outside = f"{said['subject_line']} {said['preview']}"
            bare = outside.replace(weekday_near(claim.submitted_at), "")
            assert not re.search(r"£|\d|office|peer|staff", bare, re.IGNORECASE), outside
            assert "41.70" not in str(said)


# --- limits -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("period", "on", "starts", "ends"),
    [
        (("month", 31), date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 30)),
        (("month", 31), date(2026, 2, 27), date(2026, 1, 31), date(2026, 2, 27)),
        (("month", 12), date(2026, 11, 11), date(2026, 10, 12), date(2026, 11, 11)),
        (("month", 12), date(2026, 11, 12), date(2026, 11, 12), date(2026, 12, 11)),
        ("week", date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
        ("month", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("tax_year", date(2026, 4, 5), date(2025, 4, 6), date(2026, 4, 5)),
        ("tax_year", date(2026, 4, 6), date(2026, 4, 6), date(2027, 4, 5)),
    ],
)
def test_the_period_around_a_day(period, on, starts, ends):
    period, begins = period if isinstance(period, tuple) else (period, 1)
    assert EarningsLimit(period=period).around(on, begins) == (starts, ends)


@time_machine.travel("2026-11-26T11:00:00Z")
def test_given_pay_above_a_limit_then_the_claimant_alone_is_pointed_to_advice(client, peer, office):
    """By the day on which pay comes, in the person's own month: not by the day of the work."""
    make.rates()
    EarningsLimit.objects.create(period="month", amount=Decimal("30.00"))
    work = {"by": peer, "kind": "other", "what": "Read", "agreed_with": "Sam"}

    def claimed(minutes, *days):
        claim = InvolvementClaim.begin(peer)
        for on in days:
            claim.add_work(on=on, minutes=minutes, **work)
        return claim

    early = claimed(75, date(2026, 9, 1), date(2026, 10, 1))  # worked in two months, paid in one
    assert early.warnings() == []  # exactly the limit is not above it
    early.move("submit", by=peer)
    claim = claimed(1, date(2026, 11, 2))
    [above] = claim.warnings()
    assert (above.starts, above.ends, above.amount) == (
        date(2026, 11, 1),
        date(2026, 11, 30),
        Decimal("30.20"),
    )
    claim.ask_to_be_paid_from(date(2026, 12, 1), by=peer)
    assert claim.warnings() == []
    BenefitMonth.say(peer, 12)  # until 11 December it is the same month of theirs
    assert [one.starts for one in claim.warnings()] == [date(2026, 11, 12)]
    early.move("approve", by=office)
    pay([early], by=office, paid_on=date(2026, 11, 11))
    assert claim.warnings() == []
    InvolvementClaim.objects.filter(pk=early.pk).update(paid_on=date(2026, 11, 12))
    claim.move("submit", by=peer)
    for user, sees in ((peer, True), (office, False)):
        client.force_login(user, BACKEND)
        page = client.get(claim.get_absolute_url()).content.decode()
        assert ("above £30.00 a month" in page) == sees
        assert "1 December 2026" in page
    claim.move("approve", by=office)
    with pytest.raises(NotYet, match="not before 1 December 2026"):
        pay([claim], by=office, paid_on=date(2026, 11, 26))


def test_a_person_says_when_they_want_to_be_paid_and_nobody_else_reads_their_month(
    site, client, peer, office
):
    claim = InvolvementClaim.begin(peer)
    url = reverse("claim_when", args=[claim.pk])
    later = timezone.localdate() + timedelta(days=40)
    sent = {"begins": "32"} | day_of("pay_from", later)
    answer = site.post(url, sent)
    assert answer.status_code == 422
    assert "Enter a day of the month, from 1 to 31." in answer.content.decode()
    for wrong in (timezone.localdate(), later + timedelta(days=365)):
        answer = site.post(url, day_of("pay_from", wrong))
        assert "Choose a day in the next 12 months" in answer.content.decode()
    assert site.post(url, sent | {"begins": "17"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.pay_from, BenefitMonth.of(peer)) == (later, 17)
    assert 'value="17"' in site.get(url).content.decode()
    type(peer).objects.filter(pk=peer.pk).update(is_active=False)  # the office does it for them
    client.force_login(office, BACKEND)
    page = client.get(url).content.decode()
    assert "Do not pay me before" in page
    assert "benefit month" not in page
    client.post(url, {"begins": "3"})
    assert BenefitMonth.of(peer) == 17
    BenefitMonth.say(peer, None)
    assert BenefitMonth.of(peer) == 1


def day_of(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


# --- pages --------------------------------------------------------------------------------------
def test_given_wrong_input_then_422_says_why_and_keeps_it(site, peer):
    make.rates()
    claim = InvolvementClaim.begin(peer)
    today = timezone.localdate()
    on = {"on_day": today.day, "on_month": today.month, "on_year": today.year}
    work = {"what": "Typed with care", "kind": "other", "hours": "1", "agreed_with": "Sam"} | on
    spent = {"what": "Typed with care", "kind": "travel", "amount": "2"} | on
    fake = SimpleUploadedFile("receipt.pdf", b"MZ this is a program")
    for name, data, says in (
        ("claim_work", work | {"hours": "lots"}, "Enter a number of hours"),
        ("claim_work", work | {"hours": "13"}, "at most 12 hours"),
        ("claim_work", work | {"on_year": today.year + 1}, "in the future"),
        ("claim_work", work | {"agreed_with": ""}, "Answer this: Who agreed to it?"),
        ("claim_expense", spent | {"amount": "1.999"}, "2 numbers after the point"),
        ("claim_expense", spent | {"amount": "-1"}, "more than nothing"),
        ("claim_expense", spent | {"receipt": fake}, "something else"),
        ("claim_expense", spent | {"on_year": today.year - 3}, "more than a year ago"),
    ):
        response = site.post(reverse(name, args=[claim.pk]), data)
        assert response.status_code == 422, data
        assert says in response.content.decode()
        assert "Typed with care" in response.content.decode()
    assert not claim.lines.exists()
    assert not claim.expenses.exists()


def test_given_a_claimed_meeting_when_sent_again_then_the_form_says_so(site, group, peer):
    make.rates()
    make.held(group, days_ago=9)
    claim = InvolvementClaim.begin(peer)
    url, data = reverse("claim_attended", args=[claim.pk]), {"keys": keys(peer)}
    assert site.post(url, data).status_code == 302
    assert site.post(url, data).status_code == 422
    assert claim.lines.count() == 1


def test_given_a_claim_paid_meanwhile_then_409(client, office, peer):
    claim = make.claim(peer, to="approved", by=office)
    client.force_login(office, BACKEND)
    today = timezone.localdate()
    data = {
        "claims": [claim.pk],
        "paid_on_day": today.day,
        "paid_on_month": today.month,
        "paid_on_year": today.year,
    }
    assert client.post(reverse("claims_pay"), data).status_code == 302
    assert client.post(reverse("claims_pay"), data).status_code == 409
    assert client.post(reverse("claims_pay"), data | {"claims": []}).status_code == 422


def test_given_a_receipt_then_its_owner_and_the_office_read_it_and_removing_deletes_it(
    client, peer, office, django_capture_on_commit_callbacks
):
    file = SimpleUploadedFile("ticket.pdf", b"%PDF-1.7 ticket")
    claim = make.claim(peer, receipt=file)
    receipt = Receipt.objects.get()
    url = reverse("receipt", args=[receipt.pk])
    client.force_login(office, BACKEND)
    assert client.get(url).status_code == 404  # a draft is the person's own
    claim.move("submit", by=peer)
    response = client.get(url)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 ticket"
    assert AuditEntry.objects.about(receipt).filter(action="read", by=office).exists()
    claim.move("take_back", by=peer)
    storage, name = receipt.file.storage, receipt.file.name
    with django_capture_on_commit_callbacks(execute=True):
        claim.remove(claim.expenses.get(), by=peer)
    assert not storage.exists(name)


@pytest.mark.parametrize("held", [False, True])
def test_given_six_years_then_a_claim_is_deleted_with_its_receipt_unless_that_is_held(
    group, peer, office, held, django_capture_on_commit_callbacks
):
    other = UserFactory()
    appoint(group, other)
    with time_machine.travel("2020-04-05T12:00:00Z"):
        file = SimpleUploadedFile("ticket.pdf", b"%PDF-1.7 ticket")
        old = make.claim(peer, to="paid", by=office, receipt=file)
        unsent = make.claim(peer)
    with time_machine.travel("2020-04-06T12:00:00Z"):
        younger = make.claim(other, to="paid", by=office)
        unsent.add_expense(
            by=peer, kind="travel", what="Bus", on=date(2020, 4, 6), amount=Decimal(1)
        )
    receipt = Receipt.objects.get()
    storage, name = receipt.file.storage, receipt.file.name
    if held:
        Hold.objects.create(
            thing_type=ContentType.objects.get_for_model(Receipt),
            thing_id=receipt.pk,
            reason="An inquiry",
            placed_by=office,
        )

    def left_after_the_night_of(when):
        # the tax year of 5 April 2020 ended that day; its claims go six years later
        with time_machine.travel(when), django_capture_on_commit_callbacks(execute=True):
            assert retention.run().failed == []
        return set(InvolvementClaim.objects.all())

    assert left_after_the_night_of("2026-04-04T03:00:00Z") == {old, unsent, younger}
    then = {unsent, younger} | ({old} if held else set())
    assert left_after_the_night_of("2026-04-06T03:00:00Z") == then
    assert storage.exists(name) == held
    assert left_after_the_night_of("2027-04-06T03:00:00Z") == ({old} if held else set())


def test_the_file_for_payroll_has_sums_and_no_formula(client, office, group):
    peer = UserFactory(full_name="=HYPERLINK(1)")
    appoint(group, peer)
    claim = make.claim(peer, to="approved", by=office, amount=Decimal("1234.50"))
    client.force_login(office, BACKEND)
    just_shown(client)
    response = client.get(reverse("claims_csv"), {"state": "approved"})
    assert response.streaming
    header, row = response.getvalue().decode("utf-8-sig").strip().splitlines()
    assert "bank" not in header.lower()
    assert row.startswith(f"{claim.reference},'=HYPERLINK(1),{peer.email},Approved,")
    assert row.endswith(",0.00,1234.50,1234.50")


@time_machine.travel("2026-11-23T11:00:00Z")
def test_the_statement_has_what_was_paid_in_the_tax_year(site, peer, office):
    for on, amount in (
        (date(2026, 4, 5), "1.10"),
        (date(2026, 4, 6), "2.20"),
        (date(2026, 11, 20), "0.30"),
    ):
        claim = make.claim(peer, to="approved", by=office, amount=Decimal(amount))
        pay([claim], by=office, paid_on=on)
    make.claim(peer, to="approved", by=office, amount=Decimal("9.00"))
    this, before = (
        site.get(reverse("statement", args=[year])).content.decode() for year in (2026, 2025)
    )
    assert "In all: £2.50" in this
    assert "In all: £1.10" in before
    assert tax_year(date(2026, 11, 23))[0].year == 2026
    assert site.get(reverse("statement_print", args=[2026])).status_code == 200
    far = site.get(reverse("statement", args=[9999]))
    assert "6 April 2026" in far.content.decode()


def test_the_statement_as_a_pdf(site, peer):
    response = site.get(reverse("statement_pdf", args=[2025]))
    assert response.content.startswith(b"%PDF-")


# --- somebody leaves ------------------------------------------------------------------------------
def test_given_a_leaver_with_an_unsent_claim_then_the_office_is_told_and_sees_it_through(
    peer, office, client
):
    claim = make.claim(peer)
    peer.close(by=office, reason="Moved away")
    assert told(office) == ["payments.claim_left"]
    assert any("somebody who has left" in one.title for source in NEEDS for one in source(office))
    claim = InvolvementClaim.objects.get(pk=claim.pk)
    client.force_login(office, BACKEND)
    assert client.get(claim.get_absolute_url()).status_code == 200
    claim.move("submit", by=office)
    claim.move("approve", by=office)
    pay([claim], by=office, paid_on=timezone.localdate())
    assert told(peer) == []


# --- as many as there are -------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["claims", "claims_all", "claims_csv", "claims_pay", "rates"])
def test_lists_take_as_many_queries_for_three_as_for_one(client, group, office, name):
    also_peer = programme_user(OFFICE, constituency=Constituency.LIVED_EXPERIENCE)
    appoint(group, also_peer)
    client.force_login(also_peer, BACKEND)
    just_shown(client)
    counts = []
    for _ in range(2):
        for number in range(1 if not counts else 2):
            peer = UserFactory()
            appoint(group, peer)
            make.claim(peer, to="approved", by=office)
            make.claim(also_peer, to="submitted", by=office)
            begins = date(2030, 1, 1 + len(counts) * 5 + number)
            for state in ("set", "proposed"):
                Rate.objects.create(
                    kind="panel", amount=1, set_by=office, effective_from=begins, state=state
                )
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(name))
            assert response.getvalue() if response.streaming else response.content
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("count", [1, 3])
def test_a_claim_takes_a_fixed_number_of_queries(
    site, group, peer, count, django_assert_max_num_queries
):
    make.rates()
    EarningsLimit.objects.create(period="month", amount=1)
    for number in range(count):
        make.held(group, days_ago=9 + number)
    claim = make.claim(peer)
    claim.add_attended(keys(peer), by=peer)
    for _ in range(count):
        claim.add_expense(
            by=peer, kind="travel", what="Bus", on=timezone.localdate(), amount=Decimal(1)
        )
    site.get(claim.get_absolute_url())
    with django_assert_max_num_queries(15):
        site.get(claim.get_absolute_url())
