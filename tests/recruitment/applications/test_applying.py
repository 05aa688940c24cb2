"""Applying: an account by oneself, words that are never lost, and sending in time."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import User
from apps.accounts.roles import OFFICE
from apps.core.exceptions import NotYet
from apps.core.models import AuditEntry
from apps.notifications.kinds import KINDS
from apps.notifications.models import Delivery
from apps.notifications.sending import send
from apps.recruitment.applications.models.application import Application
from tests.factories import UserFactory, programme_user

from .. import making

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
SIGN_IN = "apps.accounts.backends.SignIn"


@pytest.fixture
def vacancy():
    return making.vacancy(state="open")


def told(kind):
    rows = Delivery.objects.filter(occurrence__rule__kind=kind).select_related("recipient")
    return {row.recipient for row in rows}


# --- an account -------------------------------------------------------------------------------
def test_who_comes_from_an_open_job_makes_an_account_and_comes_back_to_it(client, vacancy):
    assert client.get(reverse("account_signup")).status_code == 200
    closed = client.post(reverse("account_signup"), {"email": "new@test.example"})
    assert not User.objects.filter(email="new@test.example").exists()
    assert b"You need an invitation" in closed.content
    apply = reverse("apply", args=[vacancy.reference])
    assert b"Make an account" in client.get(apply).content
    made = client.post(
        f"{reverse('account_signup')}?next={apply}",
        {
            "full_name": "Noor Khan",
            "email": "new@test.example",
            "password1": "three odd words here",
            "password2": "three odd words here",
            "next": apply,
        },
    )
    assert made.status_code == 302
    user = User.objects.get(email="new@test.example")
    assert (user.full_name, user.constituency) == ("Noor Khan", "")
    send()
    [message] = [one for one in mail.outbox if one.to == ["new@test.example"]]
    assert not {"job", "apply", "peer support worker"} & set(message.subject.lower().split())
    code = (
        next(word for word in message.body.split() if "-" in word and word.isupper())
        if (any("-" in word and word.isupper() for word in message.body.split()))
        else next(word for word in message.body.split() if len(word) == 6 and word.isalnum())
    )
    done = client.post(reverse("account_email_verification_sent"), {"code": code})
    assert (done.status_code, done.url) == (302, apply)
    assert EmailAddress.objects.get(user=user).verified
    begun = client.post(apply)
    assert begun.url == user.applications.get().get_absolute_url()


def test_a_job_that_has_closed_opens_no_door(client, vacancy):
    client.get(reverse("apply", args=[vacancy.reference]))
    with time_machine.travel(vacancy.closes_at + timedelta(seconds=1), tick=False):
        assert b"You need an invitation" in client.get(reverse("account_signup")).content


# --- words are never lost ---------------------------------------------------------------------
def answer_url(application, name="application_answer"):
    return reverse(name, args=[application.reference, application.answers.first().pk])


def test_an_answer_is_saved_as_it_is_typed_and_two_windows_lose_nothing(client, vacancy):
    one = making.application(vacancy, state="draft", words="")
    client.force_login(one.candidate, SIGN_IN)
    seen = one.answers.first().revision
    save = answer_url(one, "application_autosave")
    first = client.post(save, {"text": "I listen", "seen": seen})
    assert first.json() == {"revision": seen + 1}
    again = client.post(save, {"text": "I listen", "seen": seen})
    assert again.json() == {"revision": seen + 1}
    saved_at = type(one).objects.get(pk=one.pk).saved_at
    assert client.post(answer_url(one), {"text": "I listen", "seen": seen}).status_code == 302
    assert type(one).objects.get(pk=one.pk).saved_at == saved_at  # nothing was left to save
    late = client.post(save, {"text": "Other window", "seen": seen})
    assert (late.status_code, one.answers.first().text) == (409, "I listen")
    page = client.post(answer_url(one), {"text": "Other window", "seen": seen})
    assert (page.status_code, b"Other window" in page.content) == (422, True)
    again = client.post(
        answer_url(one), {"text": "Both", "seen": page.context["form"]["seen"].value()}
    )
    assert (again.status_code, one.answers.first().text) == (302, "Both")


def test_whose_session_ended_finds_their_words_after_signing_in(client, vacancy):
    one = making.application(vacancy, state="draft", words="")
    one.candidate.set_password("three odd words here")
    one.candidate.save()
    EmailAddress.objects.create(
        user=one.candidate, email=one.candidate.email, verified=True, primary=True
    )
    url = answer_url(one)
    away = client.post(url, {"text": "An hour of writing", "seen": one.answers.first().revision})
    assert away.url == f"{reverse('account_login')}?next={url}"
    client.post(
        reverse("account_login"),
        {"login": one.candidate.email, "password": "three odd words here", "next": url},
    )
    page = client.get(url).content.decode()
    assert "An hour of writing" in page
    assert "You had been signed out" in page
    client.post(url, {"text": "An hour of writing", "seen": one.answers.first().revision})
    assert one.answers.first().text == "An hour of writing"
    assert "You had been signed out" not in client.get(url).content.decode()


def test_words_kept_for_one_are_not_shown_to_another(client, vacancy):
    one, other = (making.application(vacancy, state="draft", words="") for _ in range(2))
    client.post(answer_url(one), {"text": "Mine alone", "seen": 1})
    client.force_login(other.candidate, SIGN_IN)
    assert "Mine alone" not in client.get(answer_url(other)).content.decode()
    assert client.get(answer_url(one)).status_code == 404


def test_an_answer_that_is_too_long_is_kept_and_cannot_be_sent(client, vacancy):
    one = making.application(vacancy, state="draft")
    client.force_login(one.candidate, SIGN_IN)
    seen = one.answers.first().revision
    saved = client.post(answer_url(one), {"text": "word " * 251, "seen": seen}, follow=True)
    assert "It has 251 words" in saved.content.decode()
    with pytest.raises(NotYet, match="251 words"):
        one.move("submit", by=one.candidate)


# --- sending ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"full_name": " "}, "your name"),
        ({"email": "", "phone": ""}, "how to reach you"),
        ({"right_to_work": None}, "right to work"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(client, vacancy, fields, says):
    one = making.application(vacancy, state="draft", **fields)
    client.force_login(one.candidate, SIGN_IN)
    page = client.post(reverse("application_check", args=[one.reference]))
    one.refresh_from_db()
    assert (page.status_code, says in page.content.decode(), one.state) == (422, True, "draft")


def test_essential_questions_need_an_answer_and_desirable_ones_do_not(vacancy):
    one = making.application(vacancy, state="draft", words="")
    with pytest.raises(NotYet, match="2 essential questions"):
        one.move("submit", by=one.candidate)
    one.answers.filter(criterion__weight="essential").update(text="Yes.")
    one.move("submit", by=one.candidate)
    assert (one.state, told("recruitment.application_sent")) == ("submitted", {one.candidate})


def test_after_sending_nothing_changes_but_the_adjustments(client, vacancy):
    one = making.application(vacancy)
    client.force_login(one.candidate, SIGN_IN)
    assert client.post(answer_url(one), {"text": "New", "seen": 1}).status_code == 409
    url = reverse("application_adjustments", args=[one.reference])
    assert client.post(url, {"adjustments": "A quiet room"}).status_code == 302
    one.refresh_from_db()
    assert one.adjustments == "A quiet room"
    assert told("recruitment.adjustments") == {vacancy.organiser}


def test_nothing_about_adjustments_reaches_a_message_or_the_audit_trail(client, vacancy):
    one = making.application(vacancy)
    client.force_login(one.candidate, SIGN_IN)
    url = reverse("application_adjustments", args=[one.reference])
    client.post(url, {"adjustments": "My wheelchair needs a ramp"})
    client.force_login(vacancy.organiser, SIGN_IN)
    page = client.get(reverse("adjustments_asked", args=[one.reference]))
    assert b"My wheelchair needs a ramp" in page.content
    assert AuditEntry.objects.filter(action="read_adjustments").count() == 1
    assert not AuditEntry.objects.filter(note__icontains="wheelchair").exists()
    assert not any("wheelchair" in message.body for message in mail.outbox)


def test_only_the_named_organiser_reads_adjustments(client, vacancy):
    one = making.application(vacancy, adjustments="A ramp")
    other = making.hr_officer()
    client.force_login(other, SIGN_IN)
    assert client.get(reverse("adjustments_asked", args=[one.reference])).status_code == 404
    assert b"A ramp" not in client.get(one.get_absolute_url()).content


def test_every_look_at_an_application_is_recorded(client, vacancy):
    one = making.application(vacancy)
    client.force_login(vacancy.created_by, SIGN_IN)
    client.get(one.get_absolute_url())
    client.get(reverse("vacancy_applications", args=[vacancy.reference]))
    actions = AuditEntry.objects.filter(by=vacancy.created_by).values_list("action", flat=True)
    assert {"read_application", "list_applications"} <= set(actions)


def test_an_application_typed_in_says_so_and_is_sent_by_human_resources(client, vacancy):
    client.force_login(vacancy.created_by, SIGN_IN)
    begun = client.post(
        reverse("type_in", args=[vacancy.reference]), {"full_name": "Alex", "phone": "020"}
    )
    one = Application.objects.get(typed_by=vacancy.created_by)
    assert begun.url == one.get_absolute_url()
    one.answers.update(text="On the telephone: I have been there.")
    Application.objects.filter(pk=one.pk).update(right_to_work=True)
    client.post(reverse("application_check", args=[one.reference]))
    one.refresh_from_db()
    assert (one.state, one.candidate) == ("submitted", None)
    assert b"Typed in" in client.get(one.get_absolute_url()).content


def test_who_closes_their_account_has_no_application_any_more(vacancy):
    one = making.application(vacancy)
    one.candidate.close(by=programme_user(OFFICE), reason="Asked for it")
    one.refresh_from_db()
    assert (one.state, one.closed_at is not None) == ("withdrawn", True)


def test_an_unfinished_application_is_reminded_unless_it_is_paused(vacancy):
    kind = KINDS["recruitment.closing_draft"]
    one = making.application(vacancy, state="draft")
    assert kind.wanted(None, one, one.candidate)
    one.paused_at = timezone.now()
    assert not kind.wanted(None, one, one.candidate)


def test_the_lists_cost_the_same_for_one_and_for_three(client, vacancy):
    counts = {"hr": [], "mine": []}
    candidate = UserFactory()
    for number in (1, 3):
        while vacancy.applications.count() < number:
            making.application(vacancy)
        while candidate.applications.count() < number:
            making.application(making.vacancy(by=vacancy.created_by, state="open"), candidate)
        for who, user, url in (
            ("hr", vacancy.created_by, reverse("vacancy_applications", args=[vacancy.reference])),
            ("mine", candidate, reverse("applications")),
        ):
            client.force_login(user, SIGN_IN)
            client.get(url)  # the first page of a session also notes that it is there
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            counts[who].append(len(seen))
    assert counts["hr"][0] == counts["hr"][1] <= 15
    assert counts["mine"][0] == counts["mine"][1] <= 10
