"""The six checks of an offer: what the standard asks, by two people; no way around them."""

import re
from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.core.dates import day, weekday_near
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry, FirstPress
from apps.datarights.retention import run as run_retention
from apps.notifications.kinds import KINDS as MESSAGES
from apps.notifications.mail import content
from apps.notifications.models import Delivery, Occurrence
from apps.notifications.planning import plan
from apps.recruitment.applications.models.application import Application, Referee
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.check import Check
from apps.recruitment.employment.models.offer import Offer
from apps.recruitment.employment.needs import rights_to_work, to_confirm
from apps.recruitment.employment.personal import forget_applications
from apps.recruitment.roles import sync_grants
from tests.factories import UserFactory

from .. import making
from ..selection.choosing import anew

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"
KINDS = ("identity", "work", "registration", "history", "record", "health")


def accepted(**fields):
    vacancy = making.vacancy(state="decided", **fields)
    offer = Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)
    offer.move("accept", by=offer.application.candidate)
    return offer


def post(client, offer, kind, **data):
    client.force_login(offer.made_by, SIGN_IN)
    url = reverse("offer_check", args=[offer.application.reference, kind])
    return client.post(url, data)


# --- tried as the line was ------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["identity", "work"])
def test_identity_and_right_to_work_are_never_left_out(client, kind):
    offer = accepted()
    post(client, offer, kind, state="not_needed")
    assert offer.employment_checks.get(kind=kind).state == "waiting"


def test_one_person_clears_no_offer(client):
    offer = accepted()
    for kind in KINDS:
        post(client, offer, kind, state="cleared")
    offer.refresh_from_db()
    assert offer.state == "checks"


@pytest.mark.parametrize("left", ["none is there", "one is not in"])
def test_nobody_starts_without_all_six(left):
    offer = accepted()
    offer.agree(
        by=offer.made_by,
        start_on=timezone.localdate(),
        adjustments_in_place=True,
        benefits_advice=True,
    )
    if left == "none is there":
        offer.employment_checks.all().delete()
    Offer.objects.filter(pk=offer.pk).update(state="cleared")
    with pytest.raises(NotYet, match="check"):
        offer.move("start", by=offer.made_by)
    assert not Appointment.objects.exists()


# --- what the standard asks -----------------------------------------------------------------------
def of(offer, kind):
    return offer.employment_checks.get(kind=kind)


def boxes(name, on):
    return {f"{name}_{part}": getattr(on, part) for part in ("day", "month", "year")}


TODAY = timezone.localdate
AHEAD, LONG_AGO = timedelta(days=3), timedelta(days=3000)


@pytest.mark.parametrize(
    ("kind", "field", "wrong"),
    [
        ("identity", "evidence", {"evidence": "work_passport"}),
        ("identity", "seen_on", {"seen_on": AHEAD}),
        ("work", "ends_on", {"evidence": "work_share_limited"}),
        ("work", "ends_on", {"evidence": "work_passport", "ends_on": AHEAD}),
        ("work", "ends_on", {"evidence": "work_limited", "ends_on": -AHEAD}),
        ("work", "ends_on", {"evidence": "work_notice", "ends_on": timedelta(days=200)}),
        ("registration", "ends_on", {"evidence": "reg_register"}),
        ("history", "period_from", {"period_from": timedelta(days=-900)}),
        ("history", "period_to", {"period_to": timedelta(days=-30)}),
        ("history", "period_to", {"period_to": AHEAD}),
        ("history", "reference_count", {"reference_count": 0}),
        ("history", "gaps_explained", {"gaps_explained": ""}),
        ("record", "level", {"level": "basic"}),
        ("record", "certificate_on", {"certificate_on": AHEAD}),
        ("record", "certificate_on", {"certificate_on": -AHEAD}),
        ("health", "seen_on", {"seen_on": AHEAD}),
    ],
)
def test_what_the_standard_asks_is_said_beside_its_field(client, kind, field, wrong):
    offer = accepted()
    check = of(offer, kind)
    usual = making.facts(check) | {"ends_on": None, "weighed": ""}
    given = {name: value for name, value in usual.items() if name in named(kind)} | wrong
    data = {"seen": check.revision}
    for name, value in given.items():
        on = TODAY() + value if isinstance(value, timedelta) else value
        data |= boxes(name, on) if isinstance(on, date) else {name: value or ""}
    client.force_login(offer.made_by, SIGN_IN)
    answer = client.post(seen_page(check), data)
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}(_group)?-error"', answer.content.decode())
    assert of(offer, kind).state == "waiting"


def named(kind):
    return {"evidence", "seen_on", *Check.ASKS[kind]}


def seen_page(check):
    return reverse("check_seen", args=[check.offer.application.reference, check.kind])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_says_in_its_own_words_what_is_missing(client, kind):
    check = of(accepted(), kind)
    client.force_login(check.offer.made_by, SIGN_IN)
    answer = client.post(seen_page(check), {"seen": check.revision})
    text = answer.content.decode()
    assert (answer.status_code, "Say what was seen." in text) == (422, True)
    assert "This field is required" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_left_empty(kind):
    check = of(accepted(), kind)
    for name in named(kind) - {"ends_on", "weighed"}:
        with pytest.raises(NotYet):
            making.seen(check, **{name: None})
    assert of(check.offer, kind).state == "waiting"


def test_a_positive_notice_holds_for_six_months_at_most():
    check = of(accepted(), "work")
    ends_on = TODAY() + timedelta(days=170)
    assert making.check(check, evidence="work_notice", ends_on=ends_on).state == "cleared"


def test_an_older_certificate_counts_where_the_update_service_stands_for_it():
    check = of(accepted(), "record")
    with pytest.raises(NotYet, match="newer than the offer"):
        making.seen(check, certificate_on=TODAY() - LONG_AGO)
    making.check(check, evidence="dbs_update", certificate_on=TODAY() - LONG_AGO)
    assert check.state == "cleared"


# --- two people -----------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["identity", "work", "record"])
def test_nobody_is_both_the_first_and_the_second(client, kind):
    check = making.seen(of(accepted(), kind))
    assert check.state == "seen"
    with pytest.raises(NotYet, match="Somebody else has to look at it too"):
        check.move("clear", by=check.offer.made_by)
    client.force_login(check.offer.made_by, SIGN_IN)
    text = client.get(check.get_absolute_url()).content.decode()
    assert "Somebody else has to look at it too" in text
    second = making.hr_officer()
    check.move("clear", by=second)
    assert (check.state, check.seen_by, check.second_by) == ("cleared", check.offer.made_by, second)


def test_not_even_the_database_holds_one_person_twice():
    check = making.check(of(accepted(), "identity"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(second_by=check.seen_by)


def test_a_superuser_is_one_person_too():
    check, everywhere = of(accepted(), "identity"), UserFactory(is_superuser=True)
    making.seen(check, by=everywhere)
    with pytest.raises(NotYet):
        check.move("clear", by=everywhere)


@pytest.mark.parametrize("kind", ["registration", "history"])
def test_what_had_to_be_weighed_takes_two(kind):
    assert making.seen(of(accepted(), kind)).state == "cleared"
    check = making.seen(of(accepted(), kind), weighed=True)
    assert (check.state, check.takes_two) == ("seen", True)
    check.move("clear", by=making.hr_officer())
    assert check.state == "cleared"


@pytest.mark.parametrize("gone", ["account", "role"])
def test_who_could_no_longer_see_it_is_no_first_of_two(gone):
    first, offer = making.hr_officer(), accepted()
    making.seen(of(offer, "identity"), by=first)
    if gone == "role":
        first.groups.clear()
    else:
        type(first).objects.filter(pk=first.pk).update(is_active=False)
    check, second = of(offer, "identity"), making.hr_officer()
    with pytest.raises(NotYet, match="look at it again"):
        check.move("clear", by=second)
    check.move("put_back", by=second, note="They have left.")
    assert (check.state, check.seen_by, check.seen_on) == ("waiting", None, None)


def test_what_changed_while_the_second_was_reading_is_not_confirmed(client):
    check = making.seen(of(accepted(), "identity"))
    read = check.revision
    check.move("put_back", by=check.offer.made_by, note="The other paper.")
    making.seen(check, evidence="id_no_photo")
    client.force_login(making.hr_officer(), SIGN_IN)
    page = reverse("check_move", args=[check.offer.application.reference, "identity", "clear"])
    shown = client.get(page).content.decode()
    assert f'name="revision" value="{check.revision}"' in shown
    assert client.post(page, {"revision": read}).status_code == 409
    assert of(check.offer, "identity").state == "seen"
    assert client.post(page, {"revision": check.revision}).status_code == 302
    assert of(check.offer, "identity").state == "cleared"


def test_two_who_record_at_once_lose_nothing_of_what_they_typed(client):
    check = of(accepted(), "history")
    making.seen(check, weighed=True)
    check.move("talk", by=check.offer.made_by)
    client.force_login(check.offer.made_by, SIGN_IN)
    facts = {"evidence": "ref_personal", "reference_count": "7", "gaps_explained": "on", "seen": 1}
    for name, ago in (("seen_on", 0), ("period_from", 1500), ("period_to", 0)):
        facts |= boxes(name, TODAY() - timedelta(days=ago))
    late = client.post(seen_page(check), facts)
    assert (late.status_code, b'value="7"' in late.content) == (422, True)
    assert b"saved again while you were writing" in late.content


def test_nobody_weighs_their_own_reference(client):
    check, officer = of(accepted(), "history"), making.hr_officer()
    Referee.objects.create(
        application=check.offer.application, name="Hana", email=officer.email.upper()
    )
    with pytest.raises(NotYet, match="one of their referees"):
        making.seen(check, by=officer)
    client.force_login(officer, SIGN_IN)
    text = client.get(check.get_absolute_url()).content.decode()
    assert ("one of their referees" in text, seen_page(check) in text) == (True, False)
    making.seen(check, weighed=True)
    with pytest.raises(NotYet, match="one of their referees"):
        check.move("clear", by=officer)


# --- what is not needed ---------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["identity", "work", "history", "health"])
def test_the_standard_asks_for_these_of_everybody(client, kind):
    check = of(accepted(), kind)
    with pytest.raises(IllegalMove, match="of everybody"):
        check.move("leave_out", by=check.offer.made_by, note="We know them.")
    client.force_login(check.offer.made_by, SIGN_IN)
    assert b"not needed" not in client.get(check.get_absolute_url()).content


def test_a_post_with_a_criminal_record_check_does_not_do_without():
    check = of(accepted(), "record")
    with pytest.raises(NotYet, match="enhanced"):
        check.move("leave_out", by=check.offer.made_by, note="We know them.")


def test_what_is_not_needed_takes_two_and_a_reason_that_human_resources_read(client):
    check, second = of(accepted(), "registration"), making.hr_officer()
    reason = "The post asks for no registration."
    assert not check.move("leave_out", by=check.offer.made_by, note=reason)
    assert not check.move("leave_out", by=check.offer.made_by, note=reason)
    assert (check.state, told("recruitment.second_reader")) == ("waiting", {second})
    assert check.move("leave_out", by=second)
    assert (check.state, check.is_settled, check.why_left_out) == ("not_needed", True, reason)
    client.force_login(second, SIGN_IN)
    assert reason in client.get(check.get_absolute_url()).content.decode()
    client.force_login(check.offer.application.candidate, SIGN_IN)
    assert reason not in client.get(check.offer.get_absolute_url()).content.decode()


# --- who reads what -------------------------------------------------------------------------------
def told(kind):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind).select_related("recipient")
    return {row.recipient for row in rows}


def test_the_second_is_told_and_the_subject_tells_nothing():
    second, offer = making.hr_officer(), accepted()
    making.seen(of(offer, "identity"))
    assert told("recruitment.second_reader") == {second}
    occurrence = Occurrence.objects.get(rule__kind="recruitment.second_reader")
    kind = MESSAGES["recruitment.second_reader"]
    said = content(kind, occurrence, second)
    assert said["subject_line"] == "Please look at something as a second person"
    words = str(said)
    assert offer.application.full_name not in words
    assert kind.wanted(None, occurrence.subject, second)
    assert not kind.wanted(None, occurrence.subject, offer.made_by)
    assert not kind.wanted(None, occurrence.subject, offer.application.candidate)
    assert {need.url for need in to_confirm(second)} == {of(offer, "identity").get_absolute_url()}
    assert list(to_confirm(anew(offer.made_by))) == []
    of(offer, "identity").move("clear", by=second)
    assert not kind.wanted(None, of(offer, "identity"), second)


def test_the_candidate_reads_where_it_stands_and_nothing_of_who_read_what(client):
    offer = accepted()
    making.checks(offer, weighed=True)
    client.force_login(offer.application.candidate, SIGN_IN)
    text = client.get(offer.get_absolute_url()).content.decode()
    readers = {of(offer, kind).second_by for kind in ("identity", "record")}
    words = [of(offer, kind).get_evidence_display() for kind in KINDS]
    for secret in (*words, "weighed", offer.made_by.name, *(user.name for user in readers)):
        assert secret not in text
    for name in ("offer_check", "check_seen"):
        page = reverse(name, args=[offer.application.reference, "record"])
        assert client.get(page).status_code == 403


def test_nobody_reads_their_own_checks_as_human_resources():
    offer = accepted()
    candidate = offer.application.candidate
    candidate.groups.add(*offer.made_by.groups.all())
    with pytest.raises(PermissionDenied):
        making.seen(of(offer, "health"), by=anew(candidate))
    type(candidate).objects.filter(pk=candidate.pk).update(is_superuser=True)
    with pytest.raises(PermissionDenied):
        making.seen(of(offer, "health"), by=anew(candidate))


# --- starting -------------------------------------------------------------------------------------
def ready(**work):
    offer = accepted()
    if work:
        making.check(of(offer, "work"), **work)
    making.checks(offer)
    offer.agree(by=offer.made_by, start_on=TODAY(), adjustments_in_place=True, benefits_advice=True)
    return offer


def test_a_check_that_is_put_back_stops_the_start(client):
    offer = ready()
    check = of(offer, "identity")
    check.move("put_back", by=offer.made_by, note="The wrong paper.")
    offer.refresh_from_db()
    assert offer.state == "checks"
    Offer.objects.filter(pk=offer.pk).update(state="cleared")
    client.force_login(offer.made_by, SIGN_IN)
    text = client.get(offer.get_absolute_url()).content.decode()
    assert f'<a href="{check.get_absolute_url()}">One of the six checks is not in' in text


def test_a_right_to_work_that_ends_before_the_first_day_is_looked_at_again():
    offer = ready(evidence="work_limited", ends_on=TODAY() + timedelta(days=10))
    with time_machine.travel(timezone.now() + timedelta(days=11)):
        offer.agree(
            by=offer.made_by, start_on=TODAY(), adjustments_in_place=True, benefits_advice=True
        )
        with pytest.raises(NotYet, match="right to work again"):
            offer.move("start", by=offer.made_by)


def test_nothing_of_a_check_moves_once_they_have_started():
    offer = ready()
    offer.move("start", by=offer.made_by)
    for name in ("put_back", "talk"):
        with pytest.raises(IllegalMove, match="not being checked now"):
            of(offer, "identity").move(name, by=offer.made_by, note="Late.")


# --- a right to work that ends --------------------------------------------------------------------
def in_post(ends_on):
    offer = ready(evidence="work_limited", ends_on=ends_on)
    offer.move("start", by=offer.made_by)
    return Appointment.objects.get()


def reminded():
    plan()
    rows = Occurrence.objects.filter(rule__kind="recruitment.right_to_work_ends")
    return rows.filter(due_at__lte=timezone.now()).count()


def test_human_resources_hear_in_time_long_after_the_application_is_gone():
    ends_on = TODAY() + timedelta(days=400)
    post = in_post(ends_on)
    officer = Offer.objects.get().made_by
    assert post.right_to_work_until == ends_on
    with time_machine.travel(timezone.now() + timedelta(days=250)):
        run_retention()
        assert not Check.objects.exists()
        assert reminded() == 0
    for left, times in ((55, 1), (27, 2), (6, 3), (-2, 4)):
        with time_machine.travel(timezone.now() + timedelta(days=400 - left)):
            assert reminded() == times
            assert len(list(rights_to_work(anew(officer)))) == 1
    occurrence = Occurrence.objects.filter(rule__kind="recruitment.right_to_work_ends").last()
    kind = MESSAGES["recruitment.right_to_work_ends"]
    said = content(kind, occurrence, officer)
    assert said["subject_line"] == f"Please look again at what ends on {weekday_near(ends_on)}"
    assert post.name not in str(said)
    assert officer in told("recruitment.right_to_work_ends")
    assert post.user not in told("recruitment.right_to_work_ends")


def test_a_new_right_to_work_takes_two_and_is_not_looked_at_twice():
    post, later = in_post(TODAY() + timedelta(days=40)), TODAY() + timedelta(days=700)
    first, second = making.hr_officer(), making.hr_officer()
    facts = {"evidence": "work_share_limited", "seen_on": TODAY(), "ends_on": later}
    for wrong in ({"ends_on": None}, {"evidence": "id_two_photo"}, {"evidence": ""}):
        with pytest.raises(NotYet):
            post.see_work_again(by=first, **facts | wrong)
    with pytest.raises(NotYet, match="Nobody has recorded"):
        post.confirm_work(post.proposal, by=second)
    post.see_work_again(by=first, **facts)
    assert second in told("recruitment.second_reader")
    with pytest.raises(NotYet, match="Somebody else"):
        post.confirm_work(post.proposal, by=first)
    read = post.proposal
    post.see_work_again(by=first, **facts | {"evidence": "work_passport", "ends_on": None})
    with pytest.raises(NotYet, match="Look again"):
        post.confirm_work(read, by=second)
    post.see_work_again(by=first, **facts)
    for stranger in (post.vacancy.manager, post.vacancy.peer_lead, post.user):
        with pytest.raises(PermissionDenied):
            post.confirm_work(post.proposal, by=stranger)
    assert post.right_to_work_until != later
    post.confirm_work(post.proposal, by=second)
    post.refresh_from_db()
    assert (post.right_to_work_until, post.work_seen_by, post.work_evidence) == (later, None, "")


def test_the_day_goes_with_the_post_and_is_nobodys_business_besides(client):
    post = in_post(TODAY() + timedelta(days=40))
    words = day(post.right_to_work_until)
    officer = Offer.objects.get().made_by
    for user, reads in ((officer, True), (post.user, True), (post.vacancy.manager, False)):
        client.force_login(user, SIGN_IN)
        assert (words in client.get(post.get_absolute_url()).content.decode()) == reads
    post.see_work_again(
        by=making.hr_officer(), evidence="work_passport", seen_on=TODAY(), ends_on=None
    )
    post.left(TODAY(), by=officer)
    post.refresh_from_db()
    assert (post.right_to_work_until, post.work_seen_by, post.work_seen_on) == (None, None, None)
    with pytest.raises(IllegalMove, match="have left"):
        post.see_work_again(by=officer, evidence="work_birth", seen_on=TODAY(), ends_on=None)


@pytest.mark.parametrize("role", ["human resources", "peer lead"])
def test_nobody_looks_after_their_own_post(role):
    post = in_post(TODAY() + timedelta(days=40))
    if role == "human resources":
        post.user.groups.add(*Offer.objects.get().made_by.groups.all())
    else:
        vacancy = post.vacancy
        type(vacancy).objects.filter(pk=vacancy.pk).update(peer_lead=post.user)
        sync_grants(post.user, vacancy)
    for name in ("induct", "pass_probation", "leave"):
        assert not post.permits(anew(post.user), name)
    with pytest.raises(PermissionDenied):
        post.see_work_again(
            by=anew(post.user), evidence="work_birth", seen_on=TODAY(), ends_on=None
        )


# --- how long it is kept --------------------------------------------------------------------------
def test_what_was_weighed_and_why_one_was_left_out_go_with_the_rest():
    offer = ready()
    check = of(offer, "registration")
    check.move("put_back", by=offer.made_by, note="Not asked for.")
    check.move("leave_out", by=offer.made_by, note="Weighed: the post asks for none.")
    assert FirstPress.objects.count() == 1
    forget_applications(Application.objects.filter(pk=offer.application_id))
    assert not Check.objects.exists()
    assert not FirstPress.objects.exists()
    assert not AuditEntry.objects.filter(note__contains="Weighed").exists()


# --- what there was before ------------------------------------------------------------------------
def test_old_checks_that_were_left_out_are_waited_for_again_and_can_be_as_they_were():
    """The data step of 0003, there and back."""
    step = import_module("apps.recruitment.migrations.0003_checks_and_offices")
    cleared, under_way, started = ready(), ready(), ready()
    started.move("start", by=started.made_by)
    under_way.employment_checks.filter(kind="health").update(state="asked")
    on = TODAY() - timedelta(days=5)
    for kind in ("identity", "work", "registration", "record"):
        Check.objects.filter(kind=kind).update(state="not_needed", settled_on=on)
    Offer.objects.filter(pk=under_way.pk).update(state="checks")
    was = stands()
    step.what_was_left_out_goes_back(apps, None)
    waiting = set(Check.objects.filter(state="waiting").values_list("offer", "kind"))
    asked_of_all = ("identity", "work", "record")
    assert waiting == {(one.pk, kind) for one in (cleared, under_way) for kind in asked_of_all}
    assert set(Check.objects.filter(state="waiting").values_list("settled_on", flat=True)) == {on}
    states = dict(Offer.objects.values_list("pk", "state"))
    assert states == {cleared.pk: "checks", under_way.pk: "checks", started.pk: "started"}
    step.what_was_left_out_stays_so(apps, None)
    assert stands() == was


def stands():
    checks = Check.objects.order_by("pk").values_list("state", "settled_on", "seen_by", "second_by")
    return list(checks), list(Offer.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("kind", "evidence"), [("work", "work_share_limited"), ("registration", "reg_register")]
)
@pytest.mark.parametrize("back", [0, 28])
def test_no_first_day_in_the_past_hides_what_has_ended(kind, evidence, back):
    offer = accepted()
    making.check(of(offer, kind), evidence=evidence, ends_on=TODAY() + timedelta(days=5))
    making.checks(offer)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        on = TODAY() - timedelta(days=back)
        offer.agree(by=offer.made_by, start_on=on, adjustments_in_place=True, benefits_advice=True)
        with pytest.raises(NotYet, match="again: it ends on"):
            offer.move("start", by=offer.made_by)


@pytest.mark.parametrize("kind", ["registration", "history"])
@pytest.mark.parametrize("name", ["put_back", "talk"])
def test_what_was_weighed_once_takes_two_from_then_on(kind, name):
    check = making.seen(of(accepted(), kind), weighed=True)
    other = making.hr_officer()
    check.move(name, by=other, note="Again.")
    making.seen(check, by=other, weighed=False)
    assert (check.state, check.takes_two, check.weighed) == ("seen", True, True)
    with pytest.raises(NotYet, match="Somebody else has to look at it too"):
        check.move("clear", by=other)


def test_a_reason_that_nobody_can_see_leaves_out_no_check(client):
    check = of(accepted(), "registration")
    client.force_login(check.offer.made_by, SIGN_IN)
    url = reverse("check_move", args=[check.offer.application.reference, check.kind, "leave_out"])
    assert client.post(url, {"note": "\u200b"}).status_code == 422
    assert not FirstPress.objects.exists()
