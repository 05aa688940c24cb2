"""Pairs: both agree, either pauses or ends, and what they write is theirs alone."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import ADMIN
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.network.pairs.models import CheckIn, HelpContact, HelpRequest, Pair
from apps.notifications.models import Delivery
from tests import factories as make
from tests.factories import StaffFactory, UserFactory, appoint
from tests.matrix import build_world

from . import matrix
from .matrix import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def pair(network, peer, sponsor):
    return make.pair(network, peer, sponsor)


def root():
    """A superuser who has signed in with a second factor."""
    return make.programme_user(ADMIN, is_superuser=True, is_staff=True)


def write(pair, by, **fields):
    defaults = {"on": timezone.localdate(), "how": "We walked.", "helps": ""}
    return CheckIn.write(pair, by=by, **defaults | fields)


# --- finding each other ---------------------------------------------------------------------
@pytest.mark.parametrize("proposer", ["peer", "sponsor"])
def test_given_either_proposes_then_the_other_is_asked_and_can_accept(
    network, peer, sponsor, sent, proposer
):
    by, other = (peer, sponsor) if proposer == "peer" else (sponsor, peer)
    pair = Pair.propose(network, by=by, partner=other, about="Walks", every="28")
    assert (pair.peer, pair.sponsor, pair.state) == (peer, sponsor, "proposed")
    assert sent() == [("Somebody in the network asks you something", other.email)]
    with pytest.raises(PermissionDenied):
        pair.move("accept", by=by)
    pair.move("accept", by=other)
    assert (pair.state, pair.begun_on) == ("active", timezone.localdate())
    assert sent() == [("About your pair", by.email)]


def test_given_a_kind_no_then_no_reason_is_asked_and_they_can_ask_again(
    network, peer, sponsor, sign_in
):
    pair = make.pair(network, peer, sponsor, accepted=False)
    page = sign_in(sponsor).get(reverse("pair_move", args=[pair.pk, "decline"]))
    assert "note" not in page.context["form"].fields
    pair.move("decline", by=sponsor)
    assert make.pair(network, peer, sponsor).state == "active"


def test_given_two_of_one_side_then_they_are_no_pair(network, peer):
    other = UserFactory()
    appoint(network, other)
    with pytest.raises(NotYet, match="one peer and one member of staff"):
        Pair.propose(network, by=peer, partner=other, about="x", every="")


def test_given_a_pair_already_then_it_is_not_made_twice(network, peer, sponsor, pair):
    with pytest.raises(NotYet, match="already"):
        Pair.propose(network, by=sponsor, partner=peer, about="x", every="")


def test_given_the_partner_left_the_network_then_nobody_can_accept(network, peer, sponsor, office):
    pair = make.pair(network, peer, sponsor, accepted=False)
    network.memberships.get(user=peer).end(by=office)
    with pytest.raises(NotYet, match="not in the network any more"):
        pair.move("accept", by=sponsor)


def test_given_an_outsider_then_they_cannot_propose(network, sponsor):
    with pytest.raises(PermissionDenied):
        Pair.propose(network, by=UserFactory(), partner=sponsor, about="x", every="")


def test_proposing_on_the_page_finds_the_other_side_only_and_keeps_what_was_typed(
    network, peer, sponsor, sign_in
):
    namesake = UserFactory(full_name="Sam Other")
    appoint(network, namesake)
    client = sign_in(peer)
    url = reverse("pair_propose") + "?q=sam"
    page = client.get(url)
    assert list(page.context["form"].fields["partner"].queryset) == [sponsor]
    answer = client.post(url, {"partner": sponsor.pk, "about": "", "every": "14"})
    assert answer.status_code == 422
    answer = client.post(url, {"partner": namesake.pk, "about": "Walks", "every": "14"})
    assert answer.status_code == 422
    answer = client.post(url, {"partner": sponsor.pk, "about": "Walks", "every": "14"})
    assert answer.status_code == 302
    assert Pair.objects.get().about == "Walks"


# --- pausing and ending -----------------------------------------------------------------------
def test_given_a_pause_then_reminders_stop_and_either_goes_on(pair, peer, sponsor, sent):
    sent()
    pair.move("pause", by=sponsor)
    assert sent() == [("About your pair", peer.email)]
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert sent() == []
        pair.move("resume", by=peer)
        assert sent() == [("About your pair", sponsor.email)]
        assert pair.next_check_in == timezone.localdate() + timedelta(days=28)


def test_given_an_end_then_both_keep_what_they_wrote_and_nothing_is_added(
    pair, peer, sponsor, sign_in
):
    write(pair, peer, how="A good walk.")
    pair.move("end", by=sponsor)
    for person in (peer, sponsor):
        assert "A good walk." in sign_in(person).get(pair.get_absolute_url()).content.decode()
    with pytest.raises(NotYet):
        write(pair, peer)
    with pytest.raises(IllegalMove):
        pair.move("resume", by=peer)


def test_no_move_of_a_pair_asks_for_a_reason():
    assert not [name for name, move in Pair.moves.items() if getattr(move, "reason", False)]


def test_given_a_superuser_then_they_move_no_pair(pair):
    root = UserFactory(is_superuser=True, is_staff=True)
    for name in ("pause", "end"):
        with pytest.raises(PermissionDenied):
            pair.move(name, by=root)
    pair.refresh_from_db()
    assert pair.state == "active"


# --- check-ins: the two alone -------------------------------------------------------------------
# On no page of the site: the matrix looks for it at everybody else (``secrets``).
def test_what_a_pair_writes_is_nowhere_in_django_admin(client):
    world = build_world([matrix.populate])
    client.force_login(root(), "apps.accounts.backends.SignIn")
    opened = 0
    for model in admin.site._registry:
        if model._meta.app_label not in ("network", "notifications", "core", "accounts"):
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"admin:{name}_changelist")
        pages = [
            url,
            *(
                reverse(f"admin:{name}_change", args=[row.pk])
                for row in model._default_manager.all()[:3]
            ),
        ]
        for page in pages:
            answer = client.get(page)
            opened += answer.status_code == 200
            assert SECRET not in answer.content.decode(), page
    assert opened > 20
    assert CheckIn not in admin.site._registry
    assert world.check_in.how == SECRET


def test_what_a_pair_writes_is_in_no_other_table():
    """Not in the audit trail, nor in any message, whatever is done with it."""
    world = build_world([matrix.populate])
    check_in, author = world.check_in, world.check_in.author
    check_in.rewrite(by=author, how=SECRET, helps=SECRET, on=timezone.localdate())
    CheckIn.write(world.pair, by=author, on=timezone.localdate(), how=SECRET, helps=SECRET).remove(
        by=author
    )
    for model in apps.get_models():
        if model is CheckIn:
            continue
        for row in model._default_manager.all():
            assert SECRET not in repr(row.__dict__), model
    actions = set(AuditEntry.objects.about(world.pair).values_list("action", flat=True))
    assert {"check_in", "change_check_in", "remove_check_in"} <= actions


def test_only_the_author_changes_or_removes(pair, peer, sponsor, sign_in):
    check_in = write(pair, peer)
    for name in ("check_in_change", "check_in_remove"):
        url = reverse(name, args=[check_in.pk])
        assert sign_in(sponsor).get(url).status_code == 403
        assert sign_in(root()).get(url).status_code == 404
    client = sign_in(peer)
    day = timezone.localdate()
    data = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "how": "Anew"}
    assert client.post(reverse("check_in_change", args=[check_in.pk]), data).status_code == 302
    assert CheckIn.objects.get().how == "Anew"
    assert client.post(reverse("check_in_remove", args=[check_in.pk])).status_code == 302
    assert not CheckIn.objects.exists()


def test_given_a_day_to_come_then_it_is_not_taken(pair, peer, sign_in):
    day = timezone.localdate() + timedelta(days=1)
    data = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "how": "We will."}
    answer = sign_in(peer).post(reverse("check_in_add", args=[pair.pk]), data)
    assert answer.status_code == 422
    assert "We will." in answer.content.decode()


# --- reminders --------------------------------------------------------------------------------
def test_given_an_agreed_interval_then_both_are_reminded_once_and_again_after_the_next(
    pair, peer, sponsor, sent
):
    sent()

    def both(on):
        says = f"Time to meet, as you agreed: {on}"
        return sorted((says, person.email) for person in (peer, sponsor))

    with time_machine.travel(timezone.now() + timedelta(days=27)):
        assert sent() == []
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert sent() == both("Monday 21 December")
        assert sent() == []
        write(pair, peer)
        assert sent() == []
    with time_machine.travel(timezone.now() + timedelta(days=58)):
        assert sent() == both("Tuesday 19 January")


def test_given_a_check_in_in_time_then_nobody_is_reminded(pair, peer, sent):
    sent()
    with time_machine.travel(timezone.now() + timedelta(days=27)):
        write(pair, peer)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert sent() == []


def test_given_no_reminders_agreed_then_none_come(network, peer, sponsor, sent):
    make.pair(network, peer, sponsor, every="")
    sent()
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert sent() == []


def test_the_need_stands_three_days_before_and_not_earlier(pair, peer, sign_in):
    client = sign_in(peer)
    assert "Check in with" not in client.get("/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=25)):
        assert "Check in with Sam Sponsor" in sign_in(peer).get("/").content.decode()


# --- help -------------------------------------------------------------------------------------
@pytest.fixture
def contact(office):
    return HelpContact.name(StaffFactory(full_name="Hana Help"), by=office).user


def test_given_help_is_asked_then_the_named_person_sees_who_and_the_note_and_no_more(
    pair, peer, contact, sign_in, sent, office, lead
):
    write(pair, peer, how="Hard times.")
    sent()
    asked = HelpRequest.ask(pair, by=peer, note="Please ring.")
    assert sent() == [("A pair would like to hear from you", contact.email)]
    answer = sign_in(contact).get(asked.get_absolute_url())
    assert answer["Location"] == reverse("second_factor")
    make.with_second_factor(contact)
    page = sign_in(contact).get(asked.get_absolute_url()).content.decode()
    assert "Please ring." in page
    assert "Hard times." not in page
    assert sign_in(contact).get(pair.get_absolute_url()).status_code == 404
    for person in (office, lead, root()):
        assert sign_in(person).get(asked.get_absolute_url()).status_code == 404
    answered = sign_in(contact).post(reverse("help_move", args=[asked.pk, "answer"]), follow=True)
    assert "Done: I have been in touch." in answered.text
    assert set(sent()) == {
        ("A note about your pair", person.email) for person in (pair.peer, pair.sponsor)
    }


def test_the_note_is_in_no_message(pair, peer, contact, sent, mailoutbox):
    HelpRequest.ask(pair, by=peer, note="Please ring.")
    sent()
    assert all("Please ring." not in mail.body for mail in mailoutbox)
    assert not Delivery.objects.filter(text__contains="Please ring.").exists()


def test_given_nobody_named_then_the_pair_is_told_and_the_office_is_asked(
    pair, peer, office, sign_in
):
    answer = sign_in(peer).post(reverse("help_ask", args=[pair.pk]), {"note": "Please"})
    assert answer.status_code == 422
    assert "Please" in answer.content.decode()
    assert "Name the person who helps pairs" in sign_in(office).get("/").content.decode()


def test_given_another_person_named_then_they_alone_see_it(pair, peer, contact, office, sent):
    asked = HelpRequest.ask(pair, by=peer)
    sent()
    other = HelpContact.name(StaffFactory(), by=office).user
    assert sent() == [("A pair would like to hear from you", other.email)]
    assert not HelpRequest.objects.visible_to(contact).exists()
    assert HelpRequest.objects.visible_to(other).get() == asked


def test_help_is_asked_once_at_a_time_and_not_of_oneself(pair, peer, sponsor, contact, office):
    HelpRequest.ask(pair, by=peer)
    with pytest.raises(NotYet, match="already"):
        HelpRequest.ask(pair, by=sponsor)
    pair.help_requests.get().move("withdraw", by=sponsor)
    HelpContact.name(sponsor, by=office)
    with pytest.raises(NotYet, match="one of you"):
        HelpRequest.ask(pair, by=peer)


def test_given_the_pair_ends_then_an_open_request_lapses(pair, peer, contact):
    asked = HelpRequest.ask(pair, by=peer)
    pair.move("end", by=peer)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


# --- somebody leaves ----------------------------------------------------------------------------
def test_given_a_sponsor_leaves_then_the_peer_is_noticed(
    pair, peer, sponsor, office, lead, sign_in, sent
):
    sent()
    sponsor.close(by=office, reason="Left the trust.")
    pair.refresh_from_db()
    assert (pair.state, pair.left_by) == ("ended", sponsor)
    said = sent()
    assert ("Something has changed for your pair", peer.email) in said
    for person in (lead, office):
        assert ("Somebody in the network looks for a new pair", person.email) in said
    assert "Sam Sponsor has left" in sign_in(peer).get("/").content.decode()
    sign_in(peer).post(reverse("pair_notice", args=[pair.pk]))
    assert "Sam Sponsor has left" not in sign_in(peer).get("/").content.decode()
    need = "Get in touch with Pat Peer, who needs a new pair"
    assert need in sign_in(lead).get("/").content.decode()
    assert need in sign_in(office).get("/").content.decode()
    pair.follow_up(by=lead)
    assert need not in sign_in(office).get("/").content.decode()
    pair.refresh_from_db()
    with pytest.raises(Conflict):
        pair.follow_up(by=office)


def test_given_somebody_leaves_before_it_began_then_it_ends_quietly(
    network, peer, sponsor, office, sent
):
    pair = make.pair(network, peer, sponsor, accepted=False)
    sent()
    peer.close(by=office, reason="Asked for it.")
    pair.refresh_from_db()
    assert (pair.state, pair.left_by) == ("ended", None)
    assert sent() == []


def test_given_two_answer_at_once_then_the_second_is_told_who_was_first(
    network, peer, sponsor, sign_in
):
    pair = make.pair(network, peer, sponsor, accepted=False)
    opened_before = Pair.objects.get(pk=pair.pk)
    pair.move("withdraw", by=peer)
    with pytest.raises(IllegalMove, match="already withdrawn"):
        opened_before.move("accept", by=sponsor)
    answer = sign_in(sponsor).post(reverse("pair_move", args=[pair.pk, "accept"]))
    assert answer.status_code == 409
    pair.refresh_from_db()
    assert pair.state == "withdrawn"


# --- in a wrong state -----------------------------------------------------------------------------
def test_given_the_pair_has_ended_then_no_help_is_asked_for(pair, peer, contact, sign_in):
    pair.move("end", by=peer)
    url = reverse("help_ask", args=[pair.pk])
    answer = sign_in(peer).post(url, {"note": "Please ring."})
    assert answer.status_code == 422
    assert "This pair is not going on now" in answer.content.decode()
    assert not HelpRequest.objects.exists()


def test_given_nobody_has_left_then_there_is_nothing_to_know_of(pair, peer, sponsor, office):
    with pytest.raises(IllegalMove):
        pair.notice(by=peer)
    sponsor.close(by=office, reason="Left the trust.")
    pair.refresh_from_db()
    assert pair.noticed_at is None


def test_given_one_of_the_two_who_leads_then_another_follows_up(network, lead, sponsor, office):
    pair = make.pair(network, lead, sponsor)
    sponsor.close(by=office, reason="Left the trust.")
    pair.refresh_from_db()
    with pytest.raises(PermissionDenied):
        pair.follow_up(by=lead)


def test_pages_moves_and_acts_agree_on_who_is_one_of_the_two(pair, peer):
    somebody = root()
    assert pair.moves_for(somebody) == {}
    assert not pair.may(somebody, "check_in")
    assert pair.moves_for(peer).keys() == {"pause", "end"}


def test_given_the_other_has_left_the_network_then_the_page_says_so(
    network, peer, sponsor, office, sign_in
):
    pair = make.pair(network, peer, sponsor, accepted=False)
    network.memberships.get(user=peer).end(by=office)
    page = sign_in(sponsor).get(pair.get_absolute_url()).content.decode()
    assert "Pat Peer is not in the network any more." in page
