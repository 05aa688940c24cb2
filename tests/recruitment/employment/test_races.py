"""Nobody starts in the moment in which a check is put back: one waits for the other."""

import time

import pytest
from django.utils import timezone

from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import FirstPress
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.check import Check
from apps.recruitment.employment.models.offer import Offer

from ...at_once import together
from .. import making
from ..selection.choosing import anew
from ..test_races import beside, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def accepted():
    vacancy = making.vacancy(state="decided")
    offer = Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)
    offer.move("accept", by=offer.application.candidate)
    return offer


def ready():
    offer = making.checks(accepted())
    today = timezone.localdate()
    offer.agree(by=offer.made_by, start_on=today, adjustments_in_place=True, benefits_advice=True)
    return offer


def put_back(offer):
    check = Check.objects.get(offer=offer.pk, kind="identity")
    check.move("put_back", by=anew(offer.made_by), note="The wrong paper.")


def start(offer):
    fresh(offer).move("start", by=anew(offer.made_by))


def slowly(monkeypatch, name, real):
    def slow(*args, **kwargs):
        result = real(*args, **kwargs)
        time.sleep(1)
        return result

    monkeypatch.setattr(*name, slow)


def test_a_start_waits_for_the_check_that_is_being_put_back(monkeypatch):
    offer = ready()
    slowly(monkeypatch, (Check, "_lock"), Check._lock)
    first, second = beside(lambda: put_back(offer), lambda: start(offer))
    assert first is None
    assert isinstance(second, IllegalMove | NotYet)
    assert not Appointment.objects.exists()


def test_a_check_is_not_put_back_while_somebody_starts(monkeypatch):
    offer = ready()
    slowly(monkeypatch, (Appointment, "begin"), Appointment.begin)
    first, second = beside(lambda: start(offer), lambda: put_back(offer))
    assert first is None
    assert isinstance(second, IllegalMove)
    assert Check.objects.get(offer=offer, kind="identity").state == "cleared"


def test_the_last_two_checks_at_once_clear_the_offer_once():
    offer, second = accepted(), making.hr_officer()
    for kind in ("registration", "history", "record", "health"):
        making.check(offer.employment_checks.get(kind=kind), second=second)
    last = [making.seen(offer.employment_checks.get(kind=kind)) for kind in ("identity", "work")]
    outcomes = together(
        *(lambda one=one: fresh(one).move("clear", by=anew(second)) for one in last)
    )
    assert outcomes == [True, True]
    assert fresh(offer).state == "cleared"


def test_two_who_press_at_once_leave_one_check_out_once():
    offer = accepted()
    check = offer.employment_checks.get(kind="registration")
    people = [offer.made_by, making.hr_officer()]
    outcomes = together(
        *(
            lambda by=by: fresh(check).move("leave_out", by=anew(by), note="None is asked for.")
            for by in people
        )
    )
    assert sorted(outcomes) == [False, True]
    assert fresh(check).state == "not_needed"
    assert not FirstPress.objects.exists()


def test_one_who_presses_twice_at_once_is_still_one():
    check = making.seen(accepted().employment_checks.get(kind="identity"))
    by = check.offer.made_by
    outcomes = together(*(lambda: fresh(check).move("clear", by=anew(by)) for _ in range(2)))
    assert all(isinstance(one, NotYet) for one in outcomes)
    assert fresh(check).state == "seen"


def test_two_who_record_at_once_one_wins():
    check = accepted().employment_checks.get(kind="identity")
    people = [check.offer.made_by, making.hr_officer()]

    def see(by):
        mine = fresh(check)
        facts = making.facts(mine)
        return lambda: mine.record_seen(1, by=anew(by), **facts)

    outcomes = together(*(see(by) for by in people))
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert fresh(check).seen_by in people
