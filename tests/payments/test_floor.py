"""A rate below the legal floor: nobody alone, and no trick with days, puts it in force."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.payments.floors import FLOORS
from apps.payments.models import Rate, RateTable, StatusDecision
from tests import factories as make

from ..at_once import at_once
from ..factories import programme_user
from ..meetings.test_quorum import correct

BACKEND = "apps.accounts.backends.SignIn"
WHY = "Members choose whether to come, nobody owes them work, and no work is given to them."
GIVEN = {"decided_by": "Head of payroll, with Human Resources", "grounds": WHY}


@pytest.fixture(autouse=True)
def _a_monday():
    with time_machine.travel("2026-11-23T11:00:00Z", tick=True):
        yield


@pytest.fixture
def office(db):
    return programme_user(OFFICE)


@pytest.fixture
def second(db):
    return programme_user(OFFICE)


@pytest.fixture
def steering(db):
    return make.steering(name="Steering")[0]


def propose(office, amount="12.70", **fields):
    defaults = {"kind": "meeting", "unit": "hour", "effective_from": timezone.localdate()}
    return Rate.propose(by=office, amount=Decimal(amount), **defaults | fields)


def decided(steering, rate, **fields):
    """The steering group decides on a rate, and both its co-leads stand by that."""
    return make.decision(make.held(steering, days_ago=0), about=rate, **fields)


def again(rate):
    return Rate.objects.get(pk=rate.pk)


def written(rate, by, **fields):
    return StatusDecision.write(rate, by=by, **GIVEN | {"decided_on": date(2026, 11, 2)} | fields)


# --- the attempts -------------------------------------------------------------------------------
def test_a_rate_below_the_floor_is_not_in_force_by_a_decision_of_the_steering_group_alone(
    client, office, steering
):
    make.rates()
    rate = propose(office)
    decided(steering, rate)
    assert again(rate).state == "proposed"
    client.force_login(office, BACKEND)
    page = " ".join(client.get(rate.get_absolute_url()).content.decode().split())
    assert "£12.70 an hour is below the legal minimum for workers, £12.71 since 1 April" in page
    assert "A decision on status has to be recorded" in page


def test_the_floor_itself_is_enough(office, steering):
    rate = propose(office, "12.71")
    decided(steering, rate)
    assert again(rate).state == "set"


@pytest.mark.parametrize("begins", [date(2020, 1, 1), date(2024, 4, 1), date(2025, 6, 1)])
def test_a_rate_that_is_dated_back_meets_the_floor_of_every_day_on_which_it_pays(
    office, steering, begins
):
    """£12.30 was above the floor of that day, and is paid today."""
    rate = propose(office, "12.30", effective_from=begins)
    decided(steering, rate)
    assert again(rate).state == "proposed"


def test_a_rate_that_ends_where_another_begins_meets_the_floors_until_then(office, steering):
    for rate in (
        propose(office, "15", effective_from=date(2025, 6, 1)),
        propose(office, "11.50", effective_from=date(2024, 6, 1)),
    ):
        decided(steering, rate)
    assert again(rate).state == "proposed"
    early = propose(office, "12.30", effective_from=date(2024, 5, 1))
    decided(steering, early)
    assert again(early).state == "set"


def test_a_decision_that_comes_after_the_floor_rose_meets_the_new_one(office, steering):
    """It was proposed for a day on which it was enough, and begins the day after the decision."""
    with time_machine.travel("2026-03-20T11:00:00Z", tick=True):
        make.rates()
        rate = propose(office, "12.30", effective_from=date(2026, 3, 31))
    with time_machine.travel("2026-04-02T11:00:00Z", tick=True):
        decided(steering, rate)
        assert again(rate).state == "proposed"


def test_a_half_day_counts_as_its_four_hours(office, steering):
    low, enough = (
        propose(office, amount, kind=kind, unit="half_day")
        for kind, amount in (("panel", "50.80"), ("training", "50.84"))
    )
    for rate in (low, enough):
        decided(steering, rate)
    assert (again(low).state, again(enough).state) == ("proposed", "set")


def test_nobody_saves_it_into_force_and_the_admin_has_no_form_for_it(client, office, steering):
    rate = propose(office)
    rate.state = "set"
    with pytest.raises(TypeError):
        rate.save()
    root = programme_user(OFFICE, is_staff=True, is_superuser=True)
    client.force_login(root, BACKEND)
    address = reverse("admin:payments_rate_change", args=[rate.pk])
    client.post(address, {"state": "set", "amount": "1", "_save": "Save"})
    assert (again(rate).state, again(rate).amount) == ("proposed", Decimal("12.70"))


# --- the decision on status ---------------------------------------------------------------------
@pytest.mark.parametrize("order", ["status first", "meeting first"])
def test_two_people_record_the_decision_on_status_and_the_rate_follows(
    office, second, steering, order
):
    make.rates()
    rate = propose(office)
    if order == "meeting first":
        decided(steering, rate)
    status = written(rate, office)
    with pytest.raises(NotYet, match="Somebody else"):
        status.move("confirm", by=office)
    assert again(rate).state == "proposed"
    status.move("confirm", by=second)
    if order == "status first":
        assert again(rate).state == "proposed"
        decided(steering, again(rate))
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (again(rate).state, again(rate).effective_from) == ("set", tomorrow)


@pytest.mark.parametrize(
    "given",
    [
        {"grounds": ""},
        {"grounds": " \u200b\u2060 "},
        {"grounds": "Not workers."},
        {"grounds": "..... ..... ..... ..... ....."},
        {"decided_by": " \u200b"},
        {"decided_on": date(2026, 11, 24)},
    ],
    ids=["nothing", "invisible", "two words", "no words", "nobody", "tomorrow"],
)
def test_a_decision_on_status_says_who_decided_when_and_on_what_ground(office, given):
    rate = propose(office)
    with pytest.raises(NotYet):
        written(rate, office, **given)
    assert not rate.status_decisions.exists()


def test_others_record_nothing_and_a_rate_that_is_enough_needs_nothing(office, steering):
    lead = make.leads(steering)[0]
    with pytest.raises(PermissionDenied):
        written(propose(office), lead)
    with pytest.raises(NotYet, match="not below"):
        written(propose(office, "13", kind="panel"), office)
    status = written(Rate.objects.get(kind="meeting"), office)
    for name in ("confirm", "drop"):
        with pytest.raises(PermissionDenied):
            status.move(name, by=lead, note="No.")
    with pytest.raises(NotYet, match="recorded already"):
        written(Rate.objects.get(kind="meeting"), office)


def test_what_was_taken_back_counts_for_nothing_and_another_can_be_written(
    office, second, steering
):
    rate = propose(office)
    status = written(rate, office)
    status.move("drop", by=second, note="We ask the tax office first.")
    with pytest.raises(IllegalMove):
        status.move("confirm", by=second)
    decided(steering, rate)
    assert again(rate).state == "proposed"
    written(rate, second).move("confirm", by=office)
    assert again(rate).state == "set"


def test_a_rate_whose_meeting_lost_its_quorum_does_not_come_into_force_by_its_status(
    office, second, steering
):
    rate = propose(office)
    decision = decided(steering, rate)
    correct(decision.meeting, [make.leads(steering)[0].pk])
    written(rate, office).move("confirm", by=second)
    assert again(rate).state == "proposed"


@pytest.mark.parametrize("gone", [True, False])
def test_the_database_holds_one_decision_on_status_that_is_open_or_counts(office, gone):
    status = written(propose(office), office)
    if gone:
        status.move("drop", by=office, note="We ask the tax office first.")
    status.pk = None
    status._state.adding = True
    status.state = "written"
    with transaction.atomic():
        if gone:
            status.save()
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                status.save()


# --- what pages say -----------------------------------------------------------------------------
def test_a_floor_that_overtakes_a_rate_in_force_is_shown_to_those_who_look_after_rates(
    client, office, second, steering
):
    make.rates(**dict.fromkeys(("preparation", "panel", "training", "other"), "14.00"))
    rate = Rate.objects.get(kind="meeting")  # £12, since long before
    lead = make.leads(steering)[0]
    for reader, shown in ((office, True), (lead, False)):
        client.force_login(reader, BACKEND)
        page = " ".join(client.get("/").content.decode().split())
        assert ("Decide on status, or propose a higher rate" in page) is shown
    client.force_login(office, BACKEND)
    rates = " ".join(client.get(reverse("rates")).content.decode().split())
    assert "Below the legal minimum for workers, £12.71 an hour since 1 April 2026" in rates
    assert "known until 31 March 2027" in rates
    client.post(
        reverse("rate_status", args=[rate.pk]),
        GIVEN | {"decided_on_day": 2, "decided_on_month": 11, "decided_on_year": 2026},
    )
    status = rate.status_decisions.get()
    client.force_login(second, BACKEND)
    assert "Confirm the decision on status" in client.get("/").content.decode()
    answer = client.post(reverse("status_move", args=[status.pk, "confirm"]), follow=True)
    assert WHY in answer.content.decode()
    assert "Decide on status, or propose" not in client.get("/").content.decode()
    client.force_login(lead, BACKEND)
    rates = " ".join(client.get(reverse("rates")).content.decode().split())
    assert "No wage, by a decision of 2 November 2026" in rates
    assert "Head of payroll" not in rates


def test_a_mistake_in_the_form_is_said_beside_its_field_and_keeps_what_was_typed(client, office):
    rate = propose(office)
    client.force_login(office, BACKEND)
    day = {"decided_on_day": 2, "decided_on_month": 11, "decided_on_year": 2026}
    answer = client.post(
        reverse("rate_status", args=[rate.pk]),
        {"decided_by": "The tax office", "grounds": "No work."} | day,
    )
    page = answer.content.decode()
    assert (answer.status_code, "Write at least a sentence" in page) == (422, True)
    assert "The tax office" in page
    assert not rate.status_decisions.exists()


@pytest.mark.differs
@pytest.mark.django_db(transaction=True)
def test_given_the_meeting_and_the_status_confirmed_at_once_then_the_rate_is_set():
    office, second = programme_user(OFFICE), programme_user(OFFICE)
    steering = make.steering(name="Steering")[0]
    rate = propose(office)
    status = written(rate, office)
    decision = decided(steering, rate, confirmed=False)
    at_once(
        lambda: make.confirm(type(decision).objects.get(pk=decision.pk)),
        lambda: type(status).objects.get(pk=status.pk).move("confirm", by=second),
    )
    assert again(rate).state == "set"


def test_the_table_of_floors_rises_each_april_and_names_its_sources():
    assert all((one.starts.month, one.starts.day) == (4, 1) for one in FLOORS)
    assert all(len(one.source) > 20 for one in FLOORS)
    for one, later in pairwise(FLOORS):
        assert (later.starts.year, later.hour > one.hour) == (one.starts.year + 1, True)


# --- a floor that is announced ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends", "state"),
    [(None, "proposed"), (date(2026, 4, 2), "proposed"), (date(2026, 4, 1), "set")],
)
def test_a_rate_from_the_eve_of_a_floor_meets_that_floor_unless_another_follows(
    office, second, steering, ends, state
):
    with time_machine.travel("2026-03-20T11:00:00Z", tick=True):
        if ends:
            decided(steering, propose(office, "15", effective_from=ends))
        rate = propose(office, "12.30", effective_from=date(2026, 3, 31))
        asked = Rate.objects.undecided()
        assert (again(rate).is_low, rate in asked) == (state == "proposed", state == "proposed")
        decided(steering, rate)
        assert again(rate).state == state
        if again(rate).is_low:
            written(rate, office, decided_on=date(2026, 3, 2)).move("confirm", by=second)
            assert again(rate).state == "set"


def test_a_rate_that_was_set_before_its_floor_was_known_pays_and_is_shown(
    office, steering, monkeypatch
):
    with time_machine.travel("2026-02-10T11:00:00Z", tick=True):
        with monkeypatch.context() as patch:
            patch.setattr("apps.payments.models.FLOORS", FLOORS[:-1])
            rate = propose(office, "12.30")
            decided(steering, rate)
            assert not Rate.objects.undecided().exists()
        assert (again(rate).state, again(rate).is_low) == ("set", True)
        with time_machine.travel("2026-02-12T11:00:00Z", tick=True):
            assert list(Rate.objects.undecided()) == [rate]
    assert RateTable().at("meeting", date(2026, 5, 1)) == rate


@pytest.mark.parametrize(
    "given",
    [
        {"decided_on": date(1066, 10, 14)},
        {"decided_on": date(2024, 3, 31)},
        {"decided_by": "..."},
        {"decided_by": "x 1"},
        {"grounds": "lorem " * 5},
        {"grounds": "No no No NO work, work work."},
    ],
    ids=["1066", "before the first floor", "dots", "a letter", "one word", "two words"],
)
def test_a_decision_on_status_has_a_day_that_can_be_and_words_that_say_something(
    client, office, given
):
    rate = propose(office)
    with pytest.raises(NotYet):
        written(rate, office, **given)
    client.force_login(office, BACKEND)
    sent = GIVEN | {"decided_on": date(2026, 11, 2)} | given
    on = sent.pop("decided_on")
    day = {"decided_on_day": on.day, "decided_on_month": on.month, "decided_on_year": on.year}
    answer = client.post(reverse("rate_status", args=[rate.pk]), sent | day)
    assert answer.status_code == 422
    assert not rate.status_decisions.exists()
