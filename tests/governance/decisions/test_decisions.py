"""The register: what it shows to whom, what it finds, what replaces what, and what is public."""

import csv
import io
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.core.needs import needs_of
from apps.governance.decisions import register
from apps.governance.decisions.models import PublicDecision, RegisterChange, Supersession
from apps.groups.roles import Role
from apps.meetings.models.outcome import Decision
from apps.notifications.models import Delivery
from tests import factories as make
from tests.factories import StaffFactory, UserFactory, appoint, programme_user, working_group
from tests.meetings.test_quorum import correct
from tests.walk import Undo

from .making import made_public, replaced

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
URL = "/governance/decisions/"


def crew(name="Training", slug="training"):
    """A group of three, which is its quorum."""
    made = working_group(name=name, slug=slug)
    appoint(made, UserFactory())
    return made


@pytest.fixture
def group():
    return crew("Role design", "role-design")


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.logout()
        client.force_login(user, "apps.accounts.backends.SignIn")
        return client

    return sign_in


def taken(group, text="We go ahead.", days_ago=20, present=None, **fields):
    meeting = make.held(group, present, by=make.leads(group)[0], days_ago=days_ago)
    return make.decision(meeting, text=text, **fields)


def shown(response):
    return [entry.reference for entry in response.context["entries"]]


# --- what it shows, to whom -----------------------------------------------------------------------
def test_given_two_groups_each_reader_sees_their_own_and_what_is_public(client, as_, group, lead):
    other = crew()
    mine, theirs = taken(group), taken(other, "We train.", days_ago=10)
    public = taken(other, "Kit Rowe leads.", days_ago=5)
    made_public(public, "The group has a leader.")
    assert shown(as_(lead).get(URL)) == [public.reference, mine.reference]
    assert shown(as_(programme_user(OFFICE)).get(URL)) == [
        public.reference,
        theirs.reference,
        mine.reference,
    ]
    client.logout()
    page = client.get(URL)
    assert shown(page) == [public.reference]
    assert b"Kit Rowe" not in page.content
    assert b"The group has a leader." in page.content


def test_given_words_that_one_may_not_read_searching_for_them_finds_nothing(client, as_, lead):
    other = crew()
    public = taken(other, "Kit Rowe leads.", reasons="Jo said no.")
    made_public(public, "The group has a leader.")
    for words, found in (("leader", [public.reference]), ("Rowe", []), ("Jo said", [])):
        assert shown(as_(lead).get(URL, {"q": words})) == found
        client.logout()
        assert shown(client.get(URL, {"q": words})) == found
    assert shown(as_(make.leads(other)[0]).get(URL, {"q": "rowe"})) == [public.reference]


def test_each_filter_narrows_and_nonsense_is_left_out_of_account(as_, group, lead):
    other = crew()
    appoint(other, lead, Role.MEMBER)
    old = taken(group, "We begin.", days_ago=100)
    new = taken(group, "We end.", days_ago=20)
    refused = taken(other, "We pay.", days_ago=10, agreed=False)
    voted = taken(
        other, "We vote.", days_ago=5, method=Decision.Method.VOTE, votes_for=2, votes_against=0
    )
    replaced(new, old)
    client = as_(lead)
    day = timezone.localdate() - timezone.timedelta(days=15)
    since = {"since_day": day.day, "since_month": day.month, "since_year": day.year}
    until = {key.replace("since", "until"): value for key, value in since.items()}
    for asked, found in (
        ({"q": "PAY"}, [refused]),
        ({"q": old.reference}, [old]),
        ({"group": "training"}, [voted, refused]),
        ({"status": "superseded"}, [old]),
        ({"status": "carried"}, [voted, new]),
        ({"status": "not_carried"}, [refused]),
        ({"method": "vote"}, [voted]),
        (since, [voted, refused]),
        (until, [new, old]),
        ({"until_day": 31, "until_month": 12, "until_year": 9999}, [voted, refused, new, old]),
        ({"status": "nonsense", "group": "none"}, [voted, refused, new, old]),
    ):
        assert shown(client.get(URL, asked)) == [one.reference for one in found], asked


def test_an_entry_says_the_quorum_as_it_was_and_what_became_of_it(as_, group, lead):
    provisional = taken(group, "Without quorum.", days_ago=30, present=[lead])
    later = make.held(group, by=lead, days_ago=20)
    make.settled(provisional, later)
    meeting = make.held(group, by=lead, days_ago=10)
    new = make.decision(meeting)
    make.action(meeting, lead, decision=new, text="Tell people")
    replaced(new, provisional)
    first, second = as_(lead).get(URL).context["entries"]
    assert (first.supersedes, [one.text for one in first.actions]) == (
        [provisional.reference],
        ["Tell people"],
    )
    assert (second.status, second.superseded_by) == ("superseded", new.reference)
    assert second.settled == later.title
    assert (second.present, second.needed) == (provisional.present, provisional.needed)
    assert second.present.staff < second.needed.staff


def test_the_file_holds_what_the_page_shows(client, as_, group, lead):
    old, new = taken(group, "=1+1", days_ago=30), taken(group, days_ago=10)
    replaced(new, old)
    text = b"".join(as_(lead).get("/governance/decisions.csv").streaming_content).decode()
    first, second = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (first["Reference"], first["Replaces"]) == (new.reference, old.reference)
    assert (second["Decision"], second["Status"]) == ("'=1+1", "Superseded")
    narrowed = client.get("/governance/decisions.csv", {"status": "superseded"})
    assert len(b"".join(narrowed.streaming_content).splitlines()) == 2
    client.logout()
    assert (
        len(b"".join(client.get("/governance/decisions.csv").streaming_content).splitlines()) == 1
    )


def test_the_page_asks_as_much_for_one_decision_as_for_many(as_, group, lead):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    client = as_(lead)
    first = taken(group, days_ago=90)
    client.get(URL)
    made_public(first, "We do.")
    for number in range(2):
        older = taken(group, days_ago=80 - number)
        newer = taken(group, days_ago=60 - number)
        replaced(newer, older)
        make.action(newer.meeting, lead, decision=newer)
    few = count()
    for number in range(30):
        taken(group, days_ago=200 + number)
    assert count() == few <= 15


# --- what replaces what ---------------------------------------------------------------------------
def test_only_a_later_decision_that_counts_replaces_an_earlier_one_that_counts(group, lead):
    other = crew()
    old, new = taken(group, days_ago=40), taken(group, days_ago=30)
    provisional = taken(group, days_ago=20, present=[lead])
    theirs = taken(other, days_ago=50)
    for newer, older, why in (
        (old, new, "before it"),
        (new, new, "before it"),
        (provisional, old, "provisional"),
        (new, theirs, "same group"),
    ):
        with pytest.raises(NotYet, match=why):
            RegisterChange.replaces(newer, older, by=lead)
    with pytest.raises(PermissionDenied):
        RegisterChange.replaces(new, old, by=UserFactory())
    assert not Supersession.objects.exists()


def test_the_steering_group_replaces_decisions_of_any_group(group):
    steering, _, _ = make.steering()
    old = taken(group, days_ago=40)
    new = taken(steering, days_ago=10)
    made = replaced(new, old)
    assert old.superseded == made


def test_a_decision_is_replaced_once_and_the_second_reads_by_which(as_, group, lead):
    old, new, newest = (taken(group, days_ago=ago) for ago in (40, 30, 20))
    replaced(new, old)
    with pytest.raises(IllegalMove, match=new.reference):
        RegisterChange.replaces(newest, old, by=lead)
    page = as_(lead).post(f"/decisions/{newest.pk}/replaces/", {"reference": old.reference})
    assert page.status_code == 409
    assert new.reference.encode() in page.content


def test_a_wrong_reference_comes_back_with_what_was_typed(as_, group, lead):
    new = taken(group)
    page = as_(lead).post(f"/decisions/{new.pk}/replaces/", {"reference": "nowhere/2020/1"})
    assert page.status_code == 422
    assert b'value="nowhere/2020/1"' in page.content


def test_taken_back_the_earlier_one_holds_again_and_the_reason_is_kept(as_, group, lead):
    old, new = taken(group, days_ago=40), taken(group, days_ago=30)
    made = replaced(new, old)
    url = f"/decisions/{new.pk}/replaces/{made.pk}/take-back/"
    assert as_(lead).post(url, {"reason": ""}).status_code == 422
    assert as_(lead).post(url, {"reason": "The wrong one."}).status_code == 302
    assert register.entry(Decision.objects.get(pk=old.pk), details=True).status == "superseded"
    RegisterChange.objects.waiting().get().move("confirm", by=make.second_lead(group, lead))
    assert register.entry(Decision.objects.get(pk=old.pk), details=True).status == "carried"
    last = AuditEntry.objects.about(old).first()
    assert (last.action, last.note) == ("supersede_taken_back", "The wrong one.")


# --- what is public -------------------------------------------------------------------------------
def test_a_permanent_address_shows_the_public_words_until_they_are_withdrawn(client, group, lead):
    decision = taken(group, "Kit Rowe leads.")
    address = register.address(decision)
    assert client.get(address).status_code == 404
    public = made_public(decision, "There is a leader.")
    page = client.get(address)
    assert b"There is a leader." in page.content
    assert b"Kit Rowe" not in page.content
    public.withdraw(by=lead)
    assert client.get(address).status_code == 404
    said = AuditEntry.objects.about(decision).values_list("action", flat=True)
    assert list(said)[:2] == ["make_private", "make_public"]


def test_a_decision_that_waits_for_the_other_co_lead_is_not_public(client, group, lead):
    waiting = taken(group, "Recorded by one.", confirmed=False)
    with pytest.raises(NotYet, match="not confirmed yet"):
        RegisterChange.makes_public(waiting, "We did.", by=lead)
    PublicDecision.objects.create(decision=waiting, text="We did.", by=lead, at=timezone.now())
    assert b"We did." not in client.get(URL).content
    assert client.get(register.address(waiting)).status_code == 404
    with pytest.raises(NotYet, match="carried or ratified"):
        RegisterChange.replaces(waiting, taken(group, days_ago=90), by=lead)


def test_a_decision_that_lost_its_quorum_replaces_none(client, as_, group, lead):
    old, new = taken(group, days_ago=30), taken(group, days_ago=20)
    made_public(old, "We meet on Mondays.")
    said = replaced(new, old)
    with pytest.raises(NotYet, match="Give the reason"):
        RegisterChange.holds_again(said, by=lead, reason=" ")
    correct(new.meeting, [lead.pk])
    for page in (client.get(URL), client.get(register.address(old))):
        assert new.reference not in page.content.decode()
    assert shown(client.get(URL, {"status": "superseded"})) == []
    assert shown(client.get(URL, {"status": "carried"})) == [old.reference]
    third = taken(group, days_ago=10)
    replaced(third, old)  # another takes its place
    assert register.replaced_by(Decision.objects.get(pk=old.pk)).newer == third


def test_a_provisional_decision_is_never_public(client, group, lead):
    decision = taken(group, present=[lead])
    with pytest.raises(NotYet):
        RegisterChange.makes_public(decision, "There is a leader.", by=lead)


def test_what_became_provisional_after_a_correction_is_no_longer_shown(client, group, lead):
    decision = taken(group)
    made_public(decision, "There is a leader.")
    correct(decision.meeting, [lead.pk])
    decision.refresh_from_db()
    assert decision.state == Decision.State.PROVISIONAL
    assert client.get(register.address(decision)).status_code == 404
    assert shown(client.get(URL)) == []


def test_words_for_everybody_that_are_empty_come_back(as_, group, lead):
    decision = taken(group)
    url = f"/decisions/{decision.pk}/public/"
    assert as_(lead).post(url, {"text": " "}).status_code == 422
    assert not PublicDecision.objects.exists()
    for words in ("We do.", "We do it."):
        assert as_(lead).post(url, {"text": words}).status_code == 302
        assert as_(lead).post(url, {"text": "Other words."}).status_code == 422  # one at a time
        RegisterChange.objects.waiting().get().move("confirm", by=make.second_lead(group, lead))
    assert PublicDecision.objects.get().text == "We do it."


# --- who alone says nothing -----------------------------------------------------------------------
def test_nobody_alone_changes_what_the_register_says(client, as_, group, lead):
    old, new = taken(group, "We meet on Mondays.", days_ago=40), taken(group, days_ago=30)
    secretary, office = StaffFactory(), programme_user(OFFICE)
    appoint(group, secretary, Role.SECRETARY)
    for alone in (lead, secretary, office, UserFactory(is_superuser=True)):
        with suppress(Undo), transaction.atomic():
            reader = as_(alone)
            for url, sent in (
                (f"/decisions/{new.pk}/replaces/", {"reference": old.reference}),
                (f"/decisions/{old.pk}/public/", {"text": "We meet on Sundays."}),
            ):
                reader.post(url, sent)
                for change in RegisterChange.objects.all():
                    reader.post(reverse("register_change_move", args=[change.pk, "confirm"]))
            assert not Supersession.objects.exists(), alone
            assert not PublicDecision.objects.exists(), alone
            raise Undo
    said, words = replaced(new, old), made_public(old, "We met on Mondays.")
    for alone in (lead, secretary, office):
        with suppress(Undo), transaction.atomic():
            reader = as_(alone)
            back = f"/decisions/{new.pk}/replaces/{said.pk}/take-back/"
            reader.post(back, {"reason": "It was wrong."})
            reader.post(f"/decisions/{old.pk}/public/", {"text": "We never met."})
            for change in RegisterChange.objects.all():
                reader.post(reverse("register_change_move", args=[change.pk, "confirm"]))
            words.refresh_from_db()
            assert Supersession.objects.get() == said, alone
            assert words.text == "We met on Mondays.", alone
            raise Undo


def test_another_co_lead_says_no_to_what_the_register_is_to_say(as_, group, lead):
    decision, other = taken(group), make.second_lead(group, lead)
    change = RegisterChange.makes_public(decision, "We did nothing.", by=lead)
    assert change.get_absolute_url() in {need.url for need in needs_of(other)}
    told = Delivery.objects.filter(occurrence__rule__kind="governance.register_change")
    assert {one.recipient for one in told} == {other}
    page = reverse("register_change_move", args=[change.pk, "drop"])
    assert as_(other).post(page, {"note": ""}).status_code == 422
    assert as_(other).post(page, {"note": "We did something."}).status_code == 302
    told = Delivery.objects.filter(occurrence__rule__kind="notifications.said_no")
    assert {one.recipient for one in told} == {lead}
    assert b"We did something." in as_(lead).get(decision.get_absolute_url()).content
    assert not PublicDecision.objects.exists()


def test_one_person_takes_public_words_down_and_the_co_leads_hear_of_it(group, lead):
    decision = taken(group)
    made_public(decision, "Kit Rowe leads.").withdraw(by=lead)
    told = Delivery.objects.filter(occurrence__rule__kind="governance.made_private")
    assert {one.recipient for one in told} == {make.second_lead(group, lead)}


def test_only_whoever_asked_or_could_confirm_it_says_no(group, lead):
    secretary, office = StaffFactory(), programme_user(OFFICE)
    appoint(group, secretary, Role.SECRETARY)
    change = RegisterChange.makes_public(taken(group), "We did it.", by=lead)
    for other in (secretary, office, UserFactory(is_superuser=True)):
        with pytest.raises((NotYet, PermissionDenied)):
            change.move("drop", by=other, note="I do not like it.")
    change.move("drop", by=lead, note="I think again.")
    assert change.state == "dropped"


def test_a_request_does_not_outlive_its_author(group, lead):
    """Whoever asked is one of the two: once they left, a co-lead clears it away."""
    secretary, other = UserFactory(), make.second_lead(group, lead)
    membership = appoint(group, secretary, Role.SECRETARY)
    old, new = taken(group, days_ago=40), taken(group, days_ago=30)
    asked = RegisterChange.replaces(new, old, by=secretary)
    membership.end(by=programme_user(OFFICE))
    asked = RegisterChange.objects.get(pk=asked.pk)
    with pytest.raises(NotYet, match="could not ask for this any more"):
        asked.move("confirm", by=other)
    asked.move("drop", by=lead, note="They left.")  # of the side of whoever asked, and a co-lead
    asked = RegisterChange.replaces(new, old, by=lead)
    assert asked.move("confirm", by=other)


def test_what_a_closed_group_decided_is_said_by_those_who_answer_for_it(as_, group, lead):
    office, decision = programme_user(OFFICE), taken(group)
    other = make.second_lead(group, lead)
    group.move("wind_down", by=office, note="Done.")
    group.move("close", by=office, note="Done.")
    group.memberships.get(user=other, role=Role.CO_LEAD).end(by=office)
    steering, *_ = make.steering(name="Steering")
    decision = Decision.objects.get(pk=decision.pk)
    change = RegisterChange.makes_public(decision, "We did it.", by=office)
    change = RegisterChange.objects.get(pk=change.pk)
    second = next(one for one in make.leads(steering) if one.constituency != office.constituency)
    for alone in (lead, other, office):
        with pytest.raises((NotYet, PermissionDenied)):
            change.move("confirm", by=alone)
    assert change.get_absolute_url() in {need.url for need in needs_of(second)}
    told = Delivery.objects.filter(occurrence__rule__kind="governance.register_change")
    assert second in {one.recipient for one in told}
    reader = as_(second)
    answer = reader.post(reverse("register_change_move", args=[change.pk, "confirm"]), follow=True)
    assert answer.status_code == 200
    assert PublicDecision.objects.get().decision == decision
