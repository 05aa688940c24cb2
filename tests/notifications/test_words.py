"""What every kind says: each one of the registry, in each of its cases."""

import html
import re
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.test.html import parse_html

from apps.notifications import mail
from apps.notifications.digests import Digest
from apps.notifications.gallery.models import words_of
from apps.notifications.kinds import KINDS
from apps.notifications.mail import compose, letter, sample
from apps.notifications.models import Address, Channel, Delivery
from apps.notifications.wording import DISCREET, TELLING, Placeholder, Words, put_in

from ..factories import UserFactory
from .things import Note, occurrence, registered

EVERY = [(kind, case) for kind in KINDS.values() for case in ("", *kind.cases)]
every = pytest.mark.parametrize(
    ("kind", "case"), EVERY, ids=[f"{kind.name} {case}".strip() for kind, case in EVERY]
)
READER = SimpleNamespace(pk=1, name="Kim", email="kim@test.example")


@every
def test_what_a_telephone_shows_tells_nobody_what_it_is_about(kind, case):
    words, known = kind.words(case), kind.known()
    for name in DISCREET:
        named = words.names()[name]
        assert all(known[one].discreet for one in named), (name, named)
    shown = [sample(kind, case)[name] for name in DISCREET]
    for text in shown:
        assert not TELLING.search(text), text
        assert not kind.betrays.search(text), text
    assert shown[0] != shown[1]
    assert 0 < len(shown[0]) <= 70
    assert 0 < len(shown[1]) <= 90


@every
def test_its_words_name_only_what_there_is_and_all_of_them_say_something(kind, case):
    known = kind.known()
    for name, named in kind.words(case).names().items():
        assert named <= known.keys(), name
    facts = {one for _, text in kind.facts for one in re.findall(r"\{(\w+)\}", text)}
    assert facts <= known.keys()
    said = sample(kind, case)
    assert said["title"]
    assert kind.template == "digest" or (said["lines"] and said["action"] not in ("", "Open"))
    for one in kind.placeholders.values():
        assert one.meaning
        assert one.example
    assert 10 <= len(kind.to_whom) <= 110
    assert not kind.to_whom.endswith(".")
    assert kind.to_whom[0].islower()


@every
def test_the_e_mail_is_whole_and_has_one_button(kind, case):
    said = sample(kind, case)
    made = letter(kind, said, READER, kind.essential, "https://test.example/stop")
    parse_html(made.html.replace("<!DOCTYPE html>", ""))  # raises where a tag has no other half
    assert "{" not in made.subject + made.text
    assert made.html.count('class="button"') <= 1
    body = html.unescape(made.html[made.html.index("<body") :])
    assert body.index(said["preview"]) < body.index("Hello Kim"), "a telephone shows what is first"
    assert said["title"] in body
    assert said["title"] in made.text
    for line in said["lines"]:
        assert line in made.text
    if kind.essential and kind.because:
        assert kind.because in made.text
        assert kind.because in html.unescape(made.html)


@every
def test_whoever_presses_reply_is_read_and_whoever_may_stop_it_can(
    kind, case, group, monkeypatch, settings
):
    with registered(Note):
        about = occurrence(Note, group)
    monkeypatch.setattr(mail, "content", lambda *args: sample(kind, case))
    for name, answer in (
        ("attachments", ()),
        ("written", None),
        ("is_essential_to", kind.essential),
    ):
        monkeypatch.setattr(kind, name, lambda *args, answer=answer: answer)
    delivery = Delivery(occurrence=about, recipient=UserFactory(), channel=Channel.EMAIL)
    message = compose(kind, delivery)
    assert message.reply_to == [settings.SUPPORT_EMAIL]
    assert message.subject == sample(kind, case)["subject_line"]
    stops = "List-Unsubscribe" in message.extra_headers
    assert stops == (not kind.essential)
    assert stops == ("/unsubscribe/" in message.body)


def test_kinds_that_look_the_same_from_outside_are_meant_to():
    """Good news and bad; and nobody can word them apart."""
    by_subject = defaultdict(list)
    for kind, case in EVERY:
        by_subject[sample(kind, case)["subject_line"]].append(kind)
    same = [kinds for kinds in by_subject.values() if len({kind.name for kind in kinds}) > 1]
    assert same
    for kinds in same:
        assert all(kind.alike for kind in kinds), [kind.name for kind in kinds]
        assert len({sample(kind)["preview"] for kind in kinds}) == 1


# --- how words are put in -------------------------------------------------------------------------
def said(text, what="This", **values):
    return put_in(Words(text=text), (("What", "{what}"),), values | {"what": what})


def test_what_people_typed_is_put_in_as_they_typed_it():
    typed = "<b>*Cats* & {what} [x](https://evil.example)</b>"
    made = said("It is **{what}**.", what=typed)
    assert made["lines"] == [f"It is {typed}."]
    assert "<b>" not in made["body"][0]
    assert "<strong>&lt;b&gt;*Cats* &amp; {what} [x](" in made["body"][0]
    assert "&amp;amp;" not in made["body"][0]
    assert made["facts"] == [("What", typed)]


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_a_paragraph_that_names_what_there_is_not_is_left_out(nothing):
    made = said(
        "First.\n\nBecause {why}.\n\n- one\n- two {why}\n- three", what=nothing, why=nothing
    )
    assert made["lines"] == ["First.", "- one", "- three"]
    assert made["body"][1].count("<li>") == 2
    assert made["body"][1].count("<ul") == 1
    assert made["facts"] == []


def test_markdown_is_for_the_mail_and_the_text_reads_without_it():
    made = said("**Come** to [the page](https://test.example/x) or write to <a@test.example>.")
    assert made["lines"] == ["Come to the page: https://test.example/x or write to a@test.example."]
    assert 'href="https://test.example/x"' in made["body"][0]


def test_no_html_comes_through_words():
    made = said("<script>alert(1)</script>\n\n![x](https://test.example/x.png)")
    assert "<script" not in "".join(made["body"])
    assert "<img" not in "".join(made["body"])


def test_a_line_stays_one_line():
    made = put_in(Words(subject_line="To {who}"), (), {"who": "a\r\nBcc: everybody@test.example"})
    assert made["subject_line"] == "To a Bcc: everybody@test.example"


class Forgetful(Note):
    """Its words may name what it never gives."""

    name = "test.forgetful"
    placeholders = Note.placeholders | {"more": Placeholder("more", "More")}


def test_a_kind_that_lacks_a_value_is_found_at_once(group):
    with registered(Forgetful), pytest.raises(TypeError, match=r"test\.forgetful"):
        mail.content(Forgetful(), occurrence(Forgetful, group), READER)


def test_words_of_the_office_that_name_what_is_gone_are_left_out():
    kind = Note()
    changed = words_of(kind, "", {"title": "About {gone}", "action": "Look"})
    assert changed.title == kind.words().title
    assert changed.action == "Look"


def test_somebody_without_an_account_reads_that_the_link_is_theirs_alone():
    kind = KINDS["conversations.booked"]
    made = letter(kind, sample(kind), Address.of("a@test.example"), True)
    assert "The link is for you alone." in made.text
    assert "You get this e-mail whatever you chose" not in made.text


def test_the_digest_is_the_one_that_has_no_words_of_its_own():
    assert [kind.name for kind in KINDS.values() if kind.template == "digest"] == [Digest.name]
