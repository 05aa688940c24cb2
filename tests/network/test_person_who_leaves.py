"""An account is closed: what becomes of pairs, names, seats, reminders; and what stays."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.network.pairs.models import CheckIn, HelpContact, HelpRequest
from apps.network.practice.models import PracticeName
from apps.notifications.models import Delivery, Status
from tests import factories as make

from ..factories import appoint
from ..pages import source

pytestmark = pytest.mark.django_db


def test_person_who_leaves(network, peer, sponsor, lead, office, comms, client, sign_in, sent):
    # given: a pair that checks in, a name on the public page, one not answered, a seat, a decision
    pair = make.pair(network, peer, sponsor)
    CheckIn.write(pair, by=peer, on=timezone.localdate(), how="Well.")
    practice = make.practice(network, sponsor, state="published", title="Walk")
    shown = PracticeName.ask(practice, peer, "peer", by=sponsor)
    shown.answer("public", by=peer)
    practice.refresh_from_db()
    practice.edit_public(
        practice.revision,
        by=comms,
        show=True,
        public_title="Walk",
        public_text="We walk.",
        public_join="",
    )
    practice.refresh_from_db()
    asked = PracticeName.ask(
        make.practice(network, sponsor, title="Choir"), peer, "peer", by=sponsor
    )
    task_group = make.working_group()
    appoint(task_group, peer, Role.REPRESENTATIVE, represents="network")
    meeting = make.held(task_group)
    decision = make.decision(meeting)
    sent()
    address = reverse("public_practice", args=[practice.slug])
    client.logout()
    assert "Pat Peer" in client.get(address).content.decode()

    # when
    peer.close(by=office, reason="Asked for it.")

    # then: no grants, the pair has ended and its other half and the co-leads know
    assert not peer.has_perm("groups.view_workinggroup", task_group)
    pair.refresh_from_db()
    assert (pair.state, pair.left_by) == ("ended", peer)
    told = sent()
    assert ("Something has changed for your pair", sponsor.email) in told
    assert ("Somebody in the network looks for a new pair", lead.email) in told
    assert ("A name was taken off the practice register", sponsor.email) in told
    assert peer.email not in [to for _, to in told]
    # the name is off the public page, stays inside until it is taken off, and then is gone
    client.logout()
    assert "Pat Peer" not in client.get(address).content.decode()
    shown.refresh_from_db()
    asked.refresh_from_db()
    assert (shown.state, shown.level, asked.state) == ("agreed", "inside", "withdrawn")
    inside = practice.get_absolute_url()
    assert "Pat Peer, peer" in source(sign_in(lead).get(inside))
    shown.move("withdraw", by=lead)
    assert "Pat Peer, peer" not in source(sign_in(lead).get(inside))
    # what was decided stays, with who was there; what the two wrote stays with the one who is left
    decision.refresh_from_db()
    assert meeting.attendances.filter(user=peer, attended=True).exists()
    assert CheckIn.objects.visible_to(sponsor).count() == 1
    assert AuditEntry.objects.about(pair).filter(action="lose", by=office).exists()
    # and nothing more is sent to the person, nor about the pair
    with time_machine.travel(timezone.now() + timedelta(days=90)):
        later = sent()
    assert peer.email not in [to for _, to in later]
    assert not [one for one, _ in later if one.startswith("Time to meet, as you agreed")]
    waiting = Delivery.objects.filter(recipient=peer, status=Status.WAITING)
    assert not waiting.exists()


def test_given_the_one_who_helps_pairs_leaves_then_somebody_else_is_named_and_gets_what_waits(
    network, office, sent, sign_in
):
    contact = make.StaffFactory()
    HelpContact.name(contact, by=office)
    pair = make.pair(network)
    asked = HelpRequest.ask(pair, by=pair.peer)
    sent()
    contact.close(by=office, reason="Left.")
    assert HelpContact.current() is None
    assert "Name the person who helps pairs" in sign_in(office).get("/").content.decode()
    other = make.StaffFactory()
    HelpContact.name(other, by=office)
    asked.refresh_from_db()
    assert asked.contact == other
    assert sent() == [("A pair would like to hear from you", other.email)]


def test_given_an_account_opened_again_then_the_person_decides_anew(
    network, peer, sponsor, office, sign_in
):
    practice = make.practice(network, sponsor, state="published")
    name = PracticeName.ask(practice, peer, "peer", by=sponsor)
    peer.close(by=office, reason="By mistake.")
    peer.reopen(by=office, reason="It was a mistake.")
    answer = sign_in(peer).post(reverse("consent", args=[name.pk]), {"choice": "inside"})
    assert answer.status_code == 302
    name.refresh_from_db()
    assert name.state == "agreed"
