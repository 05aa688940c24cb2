"""The register: what it shows to whom, what it finds, what replaces what, and what is public."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.governance.decisions import register
from apps.governance.decisions.models import PublicDecision, Supersession
from apps.groups.roles import Role
from apps.meetings.models.outcome import Decision
from tests import factories as make
from tests.factories import UserFactory, appoint, programme_user, working_group
from tests.meetings.test_quorum import correct

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
    PublicDecision.publish(public, "The group has a leader.", by=make.leads(other)[0])
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
    PublicDecision.publish(public, "The group has a leader.", by=make.leads(other)[0])
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
    Supersession.declare(new, old, by=lead)
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
    Supersession.declare(new, provisional, by=lead)
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
    Supersession.declare(new, old, by=lead)
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
    PublicDecision.publish(first, "We do.", by=lead)
    for number in range(2):
        older = taken(group, days_ago=80 - number)
        newer = taken(group, days_ago=60 - number)
        Supersession.declare(newer, older, by=lead)
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
            Supersession.declare(newer, older, by=lead)
    with pytest.raises(PermissionDenied):
        Supersession.declare(new, old, by=UserFactory())
    assert not Supersession.objects.exists()


def test_the_steering_group_replaces_decisions_of_any_group(group):
    steering, _, _ = make.steering()
    old = taken(group, days_ago=40)
    new = taken(steering, days_ago=10)
    made = Supersession.declare(new, old, by=make.leads(steering)[0])
    assert old.superseded == made


def test_a_decision_is_replaced_once_and_the_second_reads_by_which(as_, group, lead):
    old, new, newest = (taken(group, days_ago=ago) for ago in (40, 30, 20))
    Supersession.declare(new, old, by=lead)
    with pytest.raises(IllegalMove, match=new.reference):
        Supersession.declare(newest, old, by=lead)
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
    made = Supersession.declare(new, old, by=lead)
    url = f"/decisions/{new.pk}/replaces/{made.pk}/take-back/"
    assert as_(lead).post(url, {"reason": ""}).status_code == 422
    assert as_(lead).post(url, {"reason": "The wrong one."}).status_code == 302
    assert register.entry(Decision.objects.get(pk=old.pk), details=True).status == "carried"
    last = AuditEntry.objects.about(old).first()
    assert (last.action, last.note) == ("supersede_taken_back", "The wrong one.")


# --- what is public -------------------------------------------------------------------------------
def test_a_permanent_address_shows_the_public_words_until_they_are_withdrawn(client, group, lead):
    decision = taken(group, "Kit Rowe leads.")
    address = register.address(decision)
    assert client.get(address).status_code == 404
    public = PublicDecision.publish(decision, "There is a leader.", by=lead)
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
        PublicDecision.publish(waiting, "We did.", by=lead)
    PublicDecision.objects.create(decision=waiting, text="We did.", by=lead, at=timezone.now())
    assert b"We did." not in client.get(URL).content
    assert client.get(register.address(waiting)).status_code == 404
    with pytest.raises(NotYet, match="carried or ratified"):
        Supersession.declare(waiting, taken(group, days_ago=90), by=lead)


def test_a_decision_that_lost_its_quorum_replaces_none(client, as_, group, lead):
    old, new = taken(group, days_ago=30), taken(group, days_ago=20)
    PublicDecision.publish(old, "We meet on Mondays.", by=lead)
    said = Supersession.declare(new, old, by=lead)
    with pytest.raises(NotYet, match="Give the reason"):
        said.take_back(by=lead, reason=" ")
    correct(new.meeting, [lead.pk])
    for page in (client.get(URL), client.get(register.address(old))):
        assert new.reference not in page.content.decode()
    assert shown(client.get(URL, {"status": "superseded"})) == []
    assert shown(client.get(URL, {"status": "carried"})) == [old.reference]
    third = taken(group, days_ago=10)
    Supersession.declare(third, old, by=lead)  # another takes its place
    assert register.replaced_by(Decision.objects.get(pk=old.pk)).newer == third


def test_a_provisional_decision_is_never_public(client, group, lead):
    decision = taken(group, present=[lead])
    with pytest.raises(NotYet):
        PublicDecision.publish(decision, "There is a leader.", by=lead)


def test_what_became_provisional_after_a_correction_is_no_longer_shown(client, group, lead):
    decision = taken(group)
    PublicDecision.publish(decision, "There is a leader.", by=lead)
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
    assert as_(lead).post(url, {"text": "We do."}).status_code == 302
    assert as_(lead).post(url, {"text": "We do it."}).status_code == 302
    assert PublicDecision.objects.get().text == "We do it."
