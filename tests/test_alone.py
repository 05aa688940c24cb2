"""The hostile walk: one person alone, in each role, sends all that leads to what takes two.

Each tries every address on the way, in order, as a browser would. None gets there, and whoever gets
furthest reads who else is needed.
"""

from contextlib import suppress
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.addresses import settle_due
from apps.accounts.models.people import Constituency, User
from apps.accounts.models.support import SupportProfile
from apps.accounts.roles import ADMIN, COMMS, EQUALITY, HR, OFFICE
from apps.groups.roles import Role
from apps.network.pairs.models import CheckIn
from apps.recruitment.employment.models.appointment import Appointment
from apps.recruitment.employment.models.offer import Offer
from apps.steering.models.review import Review

from . import factories as make
from .factories import (
    StaffFactory,
    UserFactory,
    appoint,
    just_shown,
    programme_user,
    with_second_factor,
    working_group,
)
from .governance.documents.making import document, written_before
from .recruitment import making
from .recruitment.selection import choosing
from .walk import Undo

pytestmark = pytest.mark.django_db
YES = {
    "text": "We go ahead.",
    "reasons": "It is clear.",
    "method": "consensus",
    "agreed": "yes",
    "note": "Because.",
    "outcome": "accept",
}


CHECKED = ("clear", "leave_out")


def each(people):
    """(role, a client signed in as that person) of each alone: what they did is undone afterwards,
    so that nobody is another's second."""
    for role, person in people.items():
        with suppress(Undo), transaction.atomic():
            client = Client()
            client.force_login(person, "apps.accounts.backends.SignIn")
            yield role, client
            raise Undo


def on(name, day):
    """A day, as it is typed."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def roles(group):
    """{role: person}: everybody who could try it from inside."""
    people = {
        "observer": UserFactory(),
        "member": UserFactory(),
        "secretary": StaffFactory(),
        "outsider": UserFactory(),
        "office": programme_user(OFFICE),
        "hr": programme_user(HR),
        "equality": programme_user(EQUALITY),
        "administrator": programme_user(ADMIN, is_staff=True),
        "superuser": UserFactory(is_superuser=True, is_staff=True),
    }
    for role in (Role.OBSERVER, Role.MEMBER, Role.SECRETARY):
        appoint(group, people[role.value], role)
    first, second = make.leads(group)
    return people | {"co-lead": first, "other co-lead": second}


@pytest.fixture
def group():
    return working_group(name="Role design", slug="role-design")


def all_of(client, steps):
    """What was answered, as one text, to each step: its page, if there is one, and sent twice."""
    said = []
    for url, sent in steps:
        page = client.get(url, follow=True)
        said.append(page)
        if page.status_code in (200, 405):
            said += [client.post(url, sent, follow=True) for _ in range(2)]
        else:
            said.append(client.post(url, sent))
    return " ".join(" ".join(one.content.decode() for one in said).split())


def deciding(client, meeting, **sent):
    """Record a decision and confirm it oneself; what was answered."""
    said = all_of(client, [(reverse("decide", args=[meeting.pk]), YES | sent)])
    for one in meeting.decisions.all():
        steps = [
            (reverse("decision_confirm", args=[one.pk]), {}),
            (one.get_absolute_url(), {}),
        ]
        said += all_of(client, steps)
    return said


@pytest.mark.parametrize("agreed", ["yes", "no"])
def test_nobody_alone_carries_a_decision_or_says_that_it_was_not(group, agreed):
    people = roles(group)
    meeting = make.held(group, days_ago=3)
    said = {}
    for role, client in each(people):
        said[role] = deciding(client, meeting, agreed=agreed)
        states = set(meeting.decisions.values_list("state", flat=True))
        assert states <= {"recorded"}, role
    for role in ("co-lead", "other co-lead"):
        assert "Whose turn: the other co-lead of Role design." in said[role], role
    for role in ("secretary", "co-lead", "other co-lead"):
        assert "It counts once another co-lead of Role design confirms" in said[role], role


def test_nobody_alone_settles_a_provisional_decision(group):
    people = roles(group)
    few = [people["co-lead"]]
    meeting = make.held(group, few, days_ago=40)
    later = make.held(group, days_ago=10)
    decision = make.decision(meeting)
    everybody = [user.pk for user in meeting.expected()]
    for role, client in each(people):
        said = ""
        for outcome in ("ratify", "lapse"):
            sent = YES | {"settled_at": later.pk, "outcome": outcome}
            move = reverse("decision_move", args=[decision.pk, outcome])
            said += all_of(client, [(reverse("settle", args=[decision.pk]), sent), (move, YES)])
        said += all_of(client, [(reverse("attendance", args=[meeting.pk]), {"present": everybody})])
        for correction in meeting.corrections.all():
            said += all_of(client, [(correction.confirm_url, {})])
        decision.refresh_from_db()
        assert decision.state == "provisional", role
        if "co-lead" in role:
            assert "It waits for the other co-lead" in said, role
            assert "waits for the other co-lead already" in said, role


def test_nobody_alone_approves_a_document(group):
    people = roles(group)
    made = document(group)
    meeting = make.held(group, days_ago=3)
    item = make.on_agenda(meeting, made.latest)
    written_before(made.latest, meeting)
    today = timezone.localdate()
    for role, client in each(people):
        said = deciding(client, meeting, item=item.pk)
        sent = {
            "decision": [*meeting.decisions.values_list("pk", flat=True), 0][0],
            "same_words": "on",
            **on("in_force_from", today),
            **on("review_on", today + timedelta(days=300)),
        }
        said += all_of(client, [(reverse("document_approve", args=[made.pk]), sent)])
        made.latest.refresh_from_db()
        assert made.latest.state == "draft", role
        if "co-lead" in role:
            assert "a second co-lead says that the meeting decided it" in said, role


def test_nobody_alone_has_an_output_accepted(group):
    """Neither its two signatures, nor what the steering group makes of it."""
    steering, lived, staff = make.steering(name="Steering")
    people = roles(group)
    leads = make.leads(steering)
    people |= {"steering co-lead": leads[0], "steering member": lived, "reviewer": staff}
    output = make.output(group)
    sign = reverse("output_sign", args=[output.pk])
    for role, client in each(people):
        said = all_of(client, [(sign, {"seen": output.signed_for})])
        output.refresh_from_db()
        assert output.state == "draft", role
        if "co-lead" in role and "steering" not in role:
            assert "It goes on when the other co-lead has signed too." in said, role
    review = make.review(make.submitted(output), leads[0], lived, staff)
    for person in (lived, staff):
        make.recommended(review, person)
    meeting = make.held(steering, days_ago=0, by=leads[0])
    item = make.on_agenda(meeting, review)
    for role, client in each(people):
        said = deciding(client, meeting, item=item.pk)
        decided = [*meeting.decisions.values_list("pk", flat=True), 0][0]
        steps = [
            (reverse("review_decide", args=[review.pk]), YES | {"decision": decided}),
            (review.get_absolute_url(), {}),
        ]
        said += all_of(client, steps)
        review.refresh_from_db()
        output.refresh_from_db()
        assert (review.state, output.state) == (Review.State.OPEN, "in_review"), role
        if role == "steering co-lead":
            assert "Whose turn: the other co-lead of Steering." in said


def test_nobody_alone_reads_what_is_anothers(group):
    people = roles(group)
    network = make.network()
    pair = make.pair(network)
    CheckIn.objects.create(
        pair=pair, author=pair.peer, on=timezone.localdate(), how="Mermaids, all week"
    )
    owner = UserFactory(constituency=Constituency.LIVED_EXPERIENCE)
    SupportProfile.objects.create(user=owner, what_helps="Mermaids, and a quiet room")
    addresses = [
        pair.get_absolute_url(),
        reverse("support_profile_of", args=[owner.pk]),
        "/admin/network/checkin/",
        "/admin/accounts/supportprofile/",
        f"/people/{owner.pk}/",
    ]
    leads = dict(zip(("network co-lead", "its other co-lead"), make.leads(network), strict=True))
    for role, client in each(people | leads):
        for address in addresses:
            answer = client.get(address, follow=True)
            assert b"Mermaids" not in answer.content, (role, address)
            client.post(address, {"note": "Because."})
    for _, client in each({"their own": pair.peer}):
        assert b"Mermaids" in client.get(pair.get_absolute_url()).content


def test_nobody_alone_becomes_somebody_else(group):
    """By another address for them, or by a role; not even a superuser."""
    inside = ("office", "hr", "administrator", "superuser", "co-lead")
    people = {role: person for role, person in roles(group).items() if role in inside}
    owner = UserFactory(email="owner@test.example")
    wanted = list(Group.objects.values_list("pk", flat=True))
    for person in people.values():
        with_second_factor(person)
    for role, client in each(people):
        just_shown(client)
        sent = {"address": "mine@test.example", "reason": "Because.", "email": "mine@test.example"}
        said = all_of(client, [(reverse("person_address", args=[owner.pk]), sent)])
        for change in owner.address_changes.all():
            move = reverse("address_change_move", args=[change.pk, "confirm"])
            said += all_of(client, [(move, YES)])
        for one in (owner, people[role]):
            more = {"full_name": one.full_name, "groups": wanted, "is_superuser": "on"}
            form = reverse("admin:accounts_user_change", args=[one.pk])
            said += all_of(client, [(form, sent | more)])
            for change in one.role_changes.waiting()[:1]:
                move = reverse("role_change_move", args=[change.pk, "confirm"])
                said += all_of(client, [(move, YES)])
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            settle_due()
        for one in (owner, people[role]):
            fresh = User.objects.get(pk=one.pk)
            assert (fresh.email, fresh.is_superuser) == (one.email, one.is_superuser), role
            assert fresh.programme_roles - {COMMS} <= one.programme_roles, role
        if role in ("office", "administrator", "superuser"):
            assert "You asked for it. Somebody else confirms it." in said, role


def test_nobody_alone_locks_a_shortlist_or_says_what_a_panel_decided_anew(group):
    """Neither the chair, who records every outcome, nor another of the panel, nor its officer."""
    vacancy, panel = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    label = vacancy.blind_applications.get().label
    people = roles(group) | {f"panel {role}": person for role, person in panel.items()}
    people |= {"officer": vacancy.created_by}
    for person in people.values():
        with_second_factor(person)
    outcome = {"result": "no", "reason": "So.", "feedback": "Say more."}
    at = [vacancy.reference, "shortlisting"]
    steps = [
        (reverse("outcome_decide", args=[*at, label]), outcome),
        (reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"]), YES),
        (reverse("vacancy_move", args=[vacancy.reference, "decide_again"]), YES),
        (reverse("outcomes", args=at), {"send": "yes"}),
        (reverse("panel", args=[vacancy.reference]), {}),
    ]
    for role, client in each(people):
        said = all_of(client, steps)
        vacancy.refresh_from_db()
        assert vacancy.state == "shortlisting", role
        if role == "panel chair":
            assert "It waits for another member of the panel" in said
            assert "half done" in said
        elif role.startswith("panel"):
            assert "The chair says first that this is what the panel decided." in said


def test_nobody_alone_brings_somebody_to_a_start_in_post(group):
    vacancy = making.vacancy(state="decided")
    offer = Offer.make(making.application(vacancy, state="offered"), by=vacancy.created_by)
    candidate = offer.application.candidate
    offer.move("accept", by=candidate)
    people = roles(group) | {"officer": vacancy.created_by, "candidate": candidate}
    reference, today = offer.application.reference, timezone.localdate()
    first_day = on("start_on", today) | {"adjustments_in_place": "on", "benefits_advice": "on"}
    for role, client in each(people):
        steps = []
        for check in offer.employment_checks.all():
            sent = {"revision": check.revision, "seen": check.revision} | YES
            for name, value in making.facts(check).items():
                sent |= on(name, value) if isinstance(value, date) else {name: value or ""}
            at = [reference, check.kind]
            steps.append((reverse("check_seen", args=at), sent))
            steps += [(reverse("check_move", args=[*at, name]), YES) for name in CHECKED]
        steps.append((reverse("offer_start", args=[reference]), first_day))
        steps.append((reverse("offer_move", args=[reference, "start"]), YES))
        said = all_of(client, steps)
        offer.refresh_from_db()
        assert offer.state == "checks", role
        assert not Appointment.objects.exists(), role
        if role in ("hr", "officer"):
            assert "You have seen it. Somebody else has to look at it too." in said, role
