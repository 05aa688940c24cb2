"""Three questions by link or signed in, sent once; who may, who may not, and what stops them."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from apps.core.needs import needs_of
from apps.experience.links import LIFE, SALT, answer_token, answer_url
from apps.experience.messages import Asked as AskedMail
from apps.experience.models.round import Answer, Asked, Over, Round, Twice, Written
from apps.meetings.links import reply_token
from apps.notifications.mail import content
from apps.notifications.models import Occurrence
from tests import factories as make

from .making import YES, asked, ended, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def some():
    return people(lived=3, staff=3)


@pytest.fixture
def one(some):
    return asked(make.working_group(), some)


def by_link(round_, person, **query):
    return reverse("how_it_was_by_link", args=[answer_token(round_, person)])


def signed_in(person):
    client = Client()
    client.force_login(person, "apps.accounts.backends.SignIn")
    return client


def hidden(page):
    """What the page carries: {name: value}."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


# --- answering ------------------------------------------------------------------------------------
def test_from_the_mail_it_is_three_presses_and_sending(client, one, some):
    page = client.get(answer_url(one, some[0], "heard", "yes").partition("testserver")[2] or "/")
    path = by_link(one, some[0])
    page = client.get(path, {"heard": "yes"})
    assert "Could you take part?" in page.content.decode()
    page = client.post(path, hidden(page) | {"part": "partly"})
    assert "Did what you said change something?" in page.content.decode()
    page = client.post(path, hidden(page) | {"changed": "no"})
    assert hidden(page) == {"heard": "yes", "part": "partly", "changed": "no"}
    assert not Answer.objects.exists()
    page = client.post(path, hidden(page) | {"words": "Thank you.", "send": "yes"})
    assert "Your answers are sent" in page.content.decode()
    said = Answer.objects.get()
    assert (said.heard, said.part, said.changed, said.side) == ("yes", "partly", "no", "")
    assert Written.objects.get().text == "Thank you."
    assert list(one.asked.filter(answered=True).values_list("user", flat=True)) == [some[0].pk]


def test_opening_every_link_of_the_mail_changes_nothing(client, one, some):
    for question in YES:
        for choice in ("yes", "partly", "no"):
            path = by_link(one, some[0])
            assert client.get(path, {question: choice, "send": "yes"}).status_code == 200
            assert client.head(path, {question: choice}).status_code == 200
    assert not Answer.objects.exists()
    assert not one.asked.filter(answered=True).exists()


def test_whoever_stops_after_one_question_is_asked_whether_to_send(client, one, some):
    path = by_link(one, some[0])
    page = client.get(path, {"part": "no"})
    assert "Send what I have said so far" in page.content.decode()
    client.post(path, hidden(page) | {"send": "yes"})
    said = Answer.objects.get()
    assert (said.heard, said.part, said.changed) == ("", "no", "")


def test_an_answer_is_changed_before_it_is_sent(client, one, some):
    path = by_link(one, some[0])
    page = client.post(path, YES | {"again": "part"})
    assert "Could you take part?" in page.content.decode()
    assert hidden(page) == {"heard": "yes", "changed": "yes"}


def test_a_question_may_be_left_out_but_not_all_of_it(client, one, some):
    path = by_link(one, some[0])
    nothing = dict.fromkeys(YES, "-")
    page = client.post(path, nothing | {"send": "yes"})
    assert page.status_code == 422
    shown = page.content.decode()
    assert re.search(r'<a href="#id_words">\s*Answer a question, or write something', shown)
    assert client.post(path, nothing | {"send": "yes", "words": "Only this."}).status_code == 200
    assert Written.objects.get().text == "Only this."


def test_whoever_was_passed_the_link_reads_that_it_answers_for_another(client, one, some):
    path = by_link(one, some[0])
    for shown in (client.get(path), client.post(path, dict.fromkeys(YES, "yes"))):
        assert "it was passed on to you" in shown.content.decode()
        assert some[0].name not in shown.content.decode()
    client.force_login(some[1], "apps.accounts.backends.SignIn")
    assert "passed on to you" not in client.get(f"/how-it-was/{one.pk}/").content.decode()


def test_bad_input_comes_back_with_its_words(client, one, some):
    path = by_link(one, some[0])
    words = "Long and kind. " * 100
    page = client.post(path, YES | {"send": "yes", "words": words})
    assert page.status_code == 422
    assert words.strip() in page.content.decode()
    page = client.post(path, {"heard": "maybe", "part": "<script>", "changed": "yes"})
    assert "Were you heard?" in page.content.decode()
    assert not Answer.objects.exists()


# --- attempts -------------------------------------------------------------------------------------
def test_a_second_answer_is_refused_by_every_way(client, one, some):
    one.answer(some[0], **YES)
    before = Answer.objects.get()
    with pytest.raises(Twice):
        one.answer(some[0], heard="no")
    page = client.post(by_link(one, some[0]), {"heard": "no", "send": "yes"})
    assert "You have answered already" in page.content.decode()
    page = signed_in(some[0]).post(one.get_absolute_url(), {"heard": "no", "send": "yes"})
    assert "You have answered already" in page.content.decode()
    assert Answer.objects.get().pk == before.pk


def test_a_forged_token_opens_nothing(client, one, some):
    token = answer_token(one, some[0])
    elsewhere = reply_token(one, some[0])  # signed as well, for another page
    resigned = signing.dumps([one.pk, some[0].pk], key="another key", salt=SALT)
    for wrong in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"x{token}",
        elsewhere,
        resigned,
    ):
        for send in (client.get, client.post):
            assert send(reverse("how_it_was_by_link", args=[wrong])).status_code == 404


def test_a_link_serves_its_round_and_its_person_alone(client, one, some):
    other = asked(one.group, some[1:])
    forged = signing.dumps([other.pk, some[0].pk], salt=SALT, compress=False)
    path = reverse("how_it_was_by_link", args=[forged])
    assert client.get(path).status_code == 404
    assert client.post(path, YES | {"send": "yes"}).status_code == 404
    client.post(by_link(one, some[1]), YES | {"send": "yes"})
    assert list(one.asked.filter(answered=True).values_list("user", flat=True)) == [some[1].pk]


def test_a_link_signs_nobody_in_and_grows_old(client, one, some, monkeypatch):
    client.post(by_link(one, some[0]), YES | {"send": "yes"})
    assert "_auth_user_id" not in client.session
    path = by_link(one, some[1])
    monkeypatch.setattr("apps.experience.links.LIFE", -LIFE)
    assert client.get(path).status_code == 404


def test_somebody_who_was_not_asked_answers_nothing(one, some):
    outsider = make.UserFactory()
    assert signed_in(outsider).get(one.get_absolute_url()).status_code == 404
    assert signed_in(outsider).post(one.get_absolute_url(), YES | {"send": "1"}).status_code == 404
    lead = make.leads(one.group)[0]
    assert signed_in(lead).post(one.get_absolute_url(), YES | {"send": "1"}).status_code == 404
    with pytest.raises(Exception, match=r"^$"):
        one.answer(outsider, **YES)
    assert not Answer.objects.exists()


def test_a_closed_account_answers_no_more(client, one, some):
    path = by_link(one, some[0])
    type(some[0]).objects.filter(pk=some[0].pk).update(is_active=False)
    assert client.post(path, YES | {"send": "yes"}).status_code == 404


def test_what_is_over_takes_nothing(client, one, some):
    path = by_link(one, some[0])
    ended(one)
    assert "This is over" in client.get(path).content.decode()
    assert client.post(path, YES | {"send": "yes"}).status_code == 409
    with pytest.raises(Over):
        one.answer(some[0], **YES)


def test_over_by_the_clock_before_anybody_tidies_it(client, one, some):
    Round.objects.update(closes_at="2020-01-01T00:00Z")
    assert client.post(by_link(one, some[0]), YES | {"send": "yes"}).status_code == 409
    assert not Answer.objects.exists()


# --- what tells people ----------------------------------------------------------------------------
def test_it_waits_for_each_until_they_answer_and_never_late(one, some):
    [need] = needs_of(some[0], within="apps.experience")
    assert need.do == "Say how it was to work together"
    assert need.put_off
    assert not need.is_late
    one.answer(some[0], **YES)
    assert needs_of(some[0], within="apps.experience") == []
    Round.objects.update(closes_at="2020-01-01T00:00Z")
    assert needs_of(some[1], within="apps.experience") == []


def test_no_message_tells_who_has_answered(one, some):
    """What was sent to whom is kept for two years, and who answered for two weeks."""
    one.answer(some[0], **YES)
    mail = AskedMail()
    assert all(mail.wanted(None, one, person) for person in some)
    from apps.experience.messages import Reminder

    assert set(Reminder().audience(None, one)) == set(some)
    assert Reminder().wanted(None, one, some[0])


def test_the_mail_asks_the_first_question_alone_so_that_no_answer_is_lost(one, some):
    """A link for each question would open a page that knows nothing of the other answers."""
    told = Occurrence.objects.about(one).get()
    assert told.deliveries.values("recipient").distinct().count() == 6
    said = content(AskedMail(), told, some[0])
    links = [link for _, link in said["answers"]]
    assert [link.partition("?")[2] for link in links] == [
        f"heard={choice}" for choice in ("yes", "partly", "no")
    ]
    assert "Nothing is sent before you press Send" in said["follows"]
    assert not [link for link in links if str(some[0].pk) in link.partition("?")[2]]


def test_pages_cost_the_same_for_many(one, some, django_assert_num_queries):
    client = signed_in(some[0])
    client.get(one.get_absolute_url())
    with django_assert_num_queries(4):
        client.get(one.get_absolute_url())
    many = asked(one.group, [some[0], *people(lived=20)])
    with django_assert_num_queries(4):
        client.get(many.get_absolute_url())


def test_erased_while_it_runs_nothing_of_them_is_left_but_the_answer(one, some):
    from apps.core.personal import HELD

    one.answer(some[0], **YES)
    HELD[Asked].rows(some[0]).delete()
    assert not Asked.objects.filter(user=some[0]).exists()
    assert Answer.objects.count() == 1


def test_words_are_kept_when_an_answer_is_changed_before_sending(client, one, some):
    path = by_link(one, some[0])
    page = client.post(path, YES | {"words": "My long\nwords", "again": "part"})
    assert "Could you take part?" in page.content.decode()
    page = client.post(path, hidden(page) | {"part": "no"})
    assert "My long\nwords" in page.content.decode()


def test_what_cannot_be_undone_is_said_before_the_first_button_that_sends(client, one, some):
    shown = client.get(by_link(one, some[0]), {"heard": "yes"}).content.decode()
    before = shown.partition("Send what I have said so far")[0]
    assert "you cannot change it" in " ".join(before.split())
    assert "Question 2 of 3" in before
