"""From an expression of interest to an invitation, without a captcha and without health."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.invitations import Invitation
from apps.accounts.models.people import User
from apps.core.forms import PublicForm
from apps.core.models import AuditEntry
from apps.datarights import retention
from apps.network.joining.models import Interest, Letter, Welcomed
from apps.notifications.sending import send
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/take-part/"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


def answers(ago=10, **fields):
    opened = signing.dumps(int(time.time()) - ago, salt=PublicForm.SALT)
    return {
        "full_name": "Robin Vale",
        "email": "robin@test.example",
        "wish": "peer",
        "words": "I like walking.",
        "opened": opened,
        "website": "",
    } | fields


def received(**fields):
    return Interest.receive(
        **{"full_name": "Robin Vale", "email": "robin@test.example", "wish": "peer"} | fields
    )


# --- the form ---------------------------------------------------------------------------------
def test_given_nobody_signed_in_when_sent_then_kept_confirmed_and_the_office_told(
    client, office, mailoutbox, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(URL, answers())
    assert answer.status_code == 302
    interest = Interest.objects.get()
    assert (interest.full_name, interest.wish, interest.state) == ("Robin Vale", "peer", "new")
    letter = next(mail for mail in mailoutbox if mail.to == ["robin@test.example"])
    assert letter.subject == "Thank you for writing to us"
    assert "See it" not in letter.body  # they cannot sign in: no button
    assert "Robin Vale" not in letter.body  # anybody can type anybody's address, and any name
    assert "peer" not in letter.subject.lower()
    told = [mail for mail in mailoutbox if mail.to == [office.email]]
    assert told or ("Somebody would like to take part", office.email) in sent()
    assert "Robin" not in "".join(mail.body for mail in told)


def test_the_form_asks_nothing_about_health(client):
    page = client.get(URL).content.decode()
    fields = set(re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', page))
    assert fields - {"csrfmiddlewaretoken"} == {
        "full_name",
        "email",
        "phone",
        "wish",
        "words",
        "website",
        "opened",
    }


def test_given_bad_input_then_the_page_comes_back_with_what_was_typed(client):
    answer = client.post(URL, answers(email="robin", words="I like walking."))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a problem" in page
    assert "I like walking." in page
    assert not Interest.objects.exists()


def test_given_a_program_that_fills_every_box_then_it_is_thanked_and_nothing_is_kept(
    client, mailoutbox
):
    answer = client.post(URL, answers(website="https://spam.example"))
    assert (answer.status_code, answer.url) == (302, reverse("take_part_thanks"))
    assert not Interest.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("ago", [0, 2, 25 * 3600])
def test_given_too_quick_or_too_late_then_pressing_again_is_enough(client, ago):
    answer = client.post(URL, answers(ago=ago))
    assert answer.status_code == 422
    assert not Interest.objects.exists()
    again = answer.context["form"]["opened"].value()
    with time_machine.travel(timezone.now() + timedelta(seconds=4)):
        assert client.post(URL, answers() | {"opened": again}).status_code == 302
    assert Interest.objects.count() == 1


@pytest.mark.parametrize(
    "opened", ["", "x", signing.dumps(0, salt="other")], ids=["none", "x", "other"]
)
def test_given_a_forged_time_then_it_is_refused(client, opened):
    assert client.post(URL, answers(opened=opened)).status_code == 422


def test_given_many_from_one_place_then_they_are_asked_to_wait(client, settings):
    settings.INTEREST_AT_MOST_AN_HOUR = 2
    refused = [client.post(URL, answers(email="no")).status_code for _ in range(3)]
    assert refused == [422, 422, 422]  # they use up nothing of what others have
    assert [client.post(URL, answers()).status_code for _ in range(2)] == [302, 302]
    refused = client.post(URL, answers(words="All that I wrote."))
    assert refused.status_code == 429
    assert "All that I wrote." in refused.content.decode()
    assert Interest.objects.count() == 2
    # Another household is not kept out.
    assert client.post(URL, answers(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_the_answer_does_not_say_whether_there_is_an_account(client):
    UserFactory(email="robin@test.example")
    known = client.post(URL, answers())
    unknown = client.post(URL, answers(email="kim@test.example"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_given_an_address_that_is_refused_then_the_office_reads_so(office, sign_in, server):
    interest = received()
    url = reverse("interest", args=[interest.pk])
    interest.answer("Do come on Tuesday.", by=office)

    def shown():
        words = sign_in(office).get(url).content.decode()
        states = ("on its way", "we keep trying", "could not send it")
        return [one for one in states if one in words]

    server.down = True
    assert shown() == ["on its way"]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(timedelta(minutes=6))
        send()
        assert shown() == ["we keep trying"]
        server.down, server.refuses = False, ("robin@test.example",)
        send()
        assert shown() == ["could not send it"]
        server.refuses = ()
        clock.shift(timedelta(minutes=2))
        send()
        assert shown() == []
    assert interest.letters.get(kind="answer").sent_at


# --- the office -------------------------------------------------------------------------------
def test_given_an_answer_then_it_is_sent_in_the_offices_words(office, sign_in, mailoutbox):
    interest = received()
    page = sign_in(office).post(
        reverse("interest_answer", args=[interest.pk]), {"words": "Do come on Tuesday."}
    )
    assert page.status_code == 302
    send()
    assert "Do come on Tuesday." in mailoutbox[-1].body
    interest.refresh_from_db()
    assert interest.state == "answered"
    assert all("Tuesday" not in entry.note for entry in AuditEntry.objects.about(interest))


def test_given_declined_then_it_begins_kindly_and_goes_out(office, sign_in, mailoutbox):
    interest = received()
    url = reverse("interest_decline", args=[interest.pk])
    page = sign_in(office).get(url).content.decode()
    assert "This is about what we can do at present, and not about you." in page
    sign_in(office).post(url, {"words": "Not just now, with thanks."})
    send()
    assert "Not just now, with thanks." in mailoutbox[-1].body
    assert Interest.objects.get().state == "declined"


def test_given_invited_then_the_invitation_is_filled_in_and_leads_to_the_network(
    network, office, sign_in
):
    interest = received()
    url = reverse("interest_invite", args=[interest.pk])
    page = sign_in(office).get(url)
    assert page.context["form"].initial == {
        "full_name": "Robin Vale",
        "email": "robin@test.example",
        "constituency": "lived_experience",
    }
    sign_in(office).post(url, page.context["form"].initial)
    invitation = Invitation.objects.get()
    assert invitation.memberships == [{"group": network.slug, "role": "member"}]
    interest.refresh_from_db()
    assert (interest.state, interest.invitation) == ("invited", invitation)
    user = accepted(invitation)
    assert user.constituency == "lived_experience"
    assert network.memberships.current().filter(user=user, role="member").exists()


def accepted(invitation):
    return invitation.accept(full_name="Robin Vale", password=None)


def test_given_no_network_yet_then_inviting_says_so(office, sign_in):
    interest = received()
    answer = sign_in(office).post(
        reverse("interest_invite", args=[interest.pk]),
        {"full_name": "R", "email": "r@test.example", "constituency": "lived_experience"},
    )
    assert answer.status_code == 422
    assert "has not been formed" in answer.content.decode()


def test_given_an_account_already_then_the_person_is_placed_and_nobody_is_invited(network, office):
    there = UserFactory(email="robin@test.example")
    interest = received()
    assert (
        interest.invite(
            by=office,
            full_name="Robin",
            email=there.email,
            constituency="lived_experience",
            department="",
        )
        is None
    )
    assert network.memberships.filter(user=there).exists()
    assert not Invitation.objects.exists()
    assert User.objects.filter(email=there.email).count() == 1


# --- forgetting -------------------------------------------------------------------------------
def test_given_time_then_the_declined_are_forgotten_and_the_others_kept(office, settings):
    settings.INTEREST_KEEP_DECLINED_DAYS, settings.INTEREST_KEEP_INVITED_DAYS = 90, 365
    declined, waiting, answered = received(), received(), received()
    declined.decline("No", by=office)
    answered.answer("Yes?", by=office)
    assert retention.run().counts == {}
    with time_machine.travel(timezone.now() + timedelta(days=89)):
        assert retention.run().counts == {}
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert retention.run().counts == {"interest-declined": 1}
    assert set(Interest.objects.all()) == {waiting, answered}
    assert not Letter.objects.filter(interest_id=declined.pk).exists()


# --- the welcome ------------------------------------------------------------------------------
def test_given_somebody_new_then_the_welcome_waits_until_it_is_read(peer, sponsor, sign_in):
    for person, side in ((peer, "peers"), (sponsor, "sponsors")):
        client = sign_in(person)
        address = reverse("network_welcome", args=[side])
        assert address in client.get("/").content.decode()
        assert client.get(address).status_code == 200
        client.post(reverse("welcome_read"))
        assert Welcomed.objects.filter(user=person).exists()
        assert address not in client.get("/").content.decode()


def test_there_are_two_welcomes_and_no_other(peer, sign_in):
    assert sign_in(peer).get(reverse("network_welcome", args=["others"])).status_code == 404
