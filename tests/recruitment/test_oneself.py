"""Nobody deals with their own case: not as a superuser, nor by typing their application in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import NotYet
from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.vacancies.models.readiness import READINESS, Readiness
from tests.factories import UserFactory, with_second_factor

from . import making
from .selection import choosing
from .selection.choosing import anew

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def everywhere():
    root = UserFactory(is_superuser=True, is_staff=True)
    with_second_factor(root)
    return root


# --- superusers -----------------------------------------------------------------------------------
def test_a_superuser_makes_no_offer_to_themselves_and_agrees_no_first_day(client):
    vacancy, root = making.vacancy(state="decided"), everywhere()
    one = making.application(vacancy, root, state="offered")
    with pytest.raises(PermissionDenied):
        Offer.make(one, by=anew(root))
    offer = Offer.make(one, by=vacancy.created_by)
    offer.move("accept", by=anew(root))
    with pytest.raises(PermissionDenied):
        offer.employment_checks.first().move("put_back", by=anew(root), note="Mine.")
    making.checks(offer)
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        offer.agree(by=anew(root), start_on=today, adjustments_in_place=True, benefits_advice=True)
    client.force_login(root, SIGN_IN)
    assert client.get(reverse("offer_start", args=[one.reference])).status_code == 403


def test_a_superuser_looks_after_no_post_of_their_own():
    root, today = everywhere(), timezone.localdate()
    post = Appointment.begin(
        vacancy=None,
        user=root,
        started_on=today - timedelta(days=50),
        right_to_work_until=today + timedelta(days=20),
    )
    for name in ("induct", "pass_probation"):
        with pytest.raises(PermissionDenied):
            post.move(name, by=anew(root))
    with pytest.raises(PermissionDenied):
        post.see_work_again(by=anew(root), evidence="work_share", seen_on=today, ends_on=None)
    with pytest.raises(PermissionDenied):
        post.reviews.first().hold(today, by=anew(root))


def test_a_superuser_without_a_seat_locks_no_shortlist(client):
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "no"))
    root = everywhere()
    with pytest.raises(PermissionDenied):
        vacancy.move("lock_shortlist", by=anew(root))
    client.force_login(root, SIGN_IN)
    client.post(reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"]))
    vacancy.refresh_from_db()
    assert vacancy.state == "shortlisting"
    chair = choosing.chair(vacancy)
    type(chair).objects.filter(pk=chair.pk).update(is_superuser=True)
    assert vacancy.permits(anew(chair), "lock_shortlist")


def test_a_superuser_signs_for_no_side():
    vacancy = making.vacancy()
    vacancy.move("begin_readiness", by=vacancy.manager)
    with pytest.raises(PermissionDenied):
        Readiness.sign(vacancy, set(READINESS), by=everywhere())


# --- typed in -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "given",
    [
        {"full_name": "Somebody Else", "email": " Ottilie.Vane@NHS.example"},
        {"full_name": "ottilie  VANE", "phone": "0770"},
        {"full_name": "Tilly", "phone": "0770"},
    ],
)
def test_nobody_types_their_own_application_in(client, given):
    vacancy = making.vacancy(state="open")
    officer = making.hr_officer(
        full_name="Ottilie Vane", known_as="Tilly", email="ottilie.vane@nhs.example"
    )
    with pytest.raises(NotYet, match="your own"):
        Application.type_in(vacancy, by=anew(officer), **given)
    client.force_login(officer, SIGN_IN)
    answer = client.post(reverse("type_in", args=[vacancy.reference]), given)
    assert (answer.status_code, Application.objects.count()) == (422, 0)


def typed(vacancy, by, **fields):
    one = Application.type_in(vacancy, by=anew(by), **{"full_name": "Alex Told"} | fields)
    one.answers.update(text="I have done this.")
    return one


def test_a_draft_that_was_typed_in_is_not_made_ones_own_afterwards():
    vacancy, officer = making.vacancy(state="open"), making.hr_officer(full_name="Ottilie Vane")
    one = typed(vacancy, officer, phone="0770")
    Application.objects.filter(pk=one.pk).update(full_name="Ottilie Vane", right_to_work=True)
    one = Application.objects.get(pk=one.pk)
    with pytest.raises(NotYet, match="your own"):
        one.move("submit", by=anew(officer))
    Application.objects.filter(pk=one.pk).update(full_name="Alex", email=officer.email.upper())
    one = Application.objects.get(pk=one.pk)
    with pytest.raises(PermissionDenied):
        one.move("submit", by=anew(officer))
    assert "recruitment.handle_application" in one.withheld_perms(officer)


def test_who_typed_an_application_in_makes_no_offer_of_it_and_reads_no_check():
    vacancy, officer = making.vacancy(state="open"), making.hr_officer()
    one = typed(vacancy, officer, phone="0770")
    Application.objects.filter(pk=one.pk).update(state="offered", submitted_at=timezone.now())
    making.put(vacancy, "decided")
    one = Application.objects.get(pk=one.pk)
    with pytest.raises(NotYet, match="typed this application in"):
        Offer.make(one, by=anew(officer))
    other, third = making.hr_officer(), making.hr_officer()
    offer = Offer.make(one, by=other)
    with pytest.raises(PermissionDenied):
        offer.move("accept", by=anew(officer))
    offer.move("accept", by=other)
    check = offer.employment_checks.get(kind="identity")
    with pytest.raises(NotYet, match="typed this application in"):
        making.seen(check, by=anew(officer))
    making.seen(check, by=other)
    with pytest.raises(NotYet, match="typed this application in"):
        check.move("clear", by=anew(officer))
    check.move("clear", by=third)
    assert check.state == "cleared"


def test_nobody_reads_the_checks_of_an_offer_with_their_own_address():
    vacancy, officer = making.vacancy(state="decided"), making.hr_officer()
    one = making.application(vacancy, state="offered", email=officer.email.upper())
    offer = Offer.make(one, by=vacancy.created_by)
    offer.move("accept", by=one.candidate)
    with pytest.raises((PermissionDenied, NotYet)):
        making.seen(offer.employment_checks.get(kind="identity"), by=anew(officer))
