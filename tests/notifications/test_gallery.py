"""The gallery: what the site sends, in the office's words, at the office's times; and its abuse."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.core.models import AuditEntry
from apps.groups.models import WorkingGroup
from apps.notifications.gallery.messages import Trial, WordsChanged
from apps.notifications.gallery.models import NAMES, Wording
from apps.notifications.kinds import KINDS, notify, rule_of, seed_rules
from apps.notifications.models import Delivery, ReminderRule
from apps.notifications.sending import send

from ..factories import UserFactory, programme_user, with_second_factor
from .things import Note, Reminder

OURS = {Trial.name, WordsChanged.name}


def signed_in(user):
    client = Client()
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


@pytest.fixture
def officer(group):
    seed_rules()
    ReminderRule.objects.filter(kind__in=OURS).update(enabled=True)
    return programme_user(OFFICE)


@pytest.fixture
def colleague(officer):
    return programme_user(OFFICE)


@pytest.fixture
def client(officer):
    return signed_in(officer)


def page(name, kind=Note, query=""):
    return reverse(name, args=[kind.name]) + query


def texts(client, query="", **changes):
    """What the form would send, with some changes."""
    form = client.get(page("message_kind_words", query=query)).context["form"]
    return {name: form[name].value() for name in (*NAMES, "seen")} | changes


def save(client, query="", **changes):
    return client.post(page("message_kind_words", query=query), texts(client, query, **changes))


# --- the list and the page ------------------------------------------------------------------------
def test_every_kind_is_there_once_and_can_be_looked_for(client):
    found, number = [], 1
    while number:
        shown = client.get(reverse("message_kinds"), {"page": number})
        found += [row["kind"].name for row in shown.context["rows"]]
        number = number + 1 if shown.context["page_obj"].has_next() else 0
    assert sorted(found) == sorted(KINDS)
    looked = client.get(reverse("message_kinds"), {"q": "a NOTE on", "topic": "groups"})
    assert Note.name in [row["kind"].name for row in looked.context["rows"]]
    nothing = client.get(reverse("message_kinds"), {"q": "no such words"})
    assert b"No message is like that." in nothing.content


def test_what_was_changed_or_goes_out_no_more_can_be_looked_for(client):
    ReminderRule.objects.update(enabled=True)
    ReminderRule.objects.filter(kind=Reminder.name, offset=timedelta(days=1)).update(enabled=False)
    save(client, title="A word on {group}")
    shown = client.get(reverse("message_kinds"), {"changed": "on"}).context["rows"]
    assert [row["kind"].name for row in shown] == [Note.name, Reminder.name]
    assert [row["is_changed"] for row in shown] == [True, False]
    assert shown[1]["when"] == "7 days before and 2 hours before"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_page_of_every_kind_opens(client, kind):
    shown = client.get(reverse("message_kind", args=[kind.name]))
    assert shown.status_code == 200
    for case in ("", *kind.cases):
        query = {"case": case} if case else {}
        assert client.get(reverse("message_kind_mail", args=[kind.name]), query).status_code == 200


def test_what_there_is_not_is_404(client):
    for address in (
        reverse("message_kind", args=["no.such"]),
        page("message_kind", query="?case=none"),
        page("message_kind_words", query="?case=none"),
        reverse("message_rule", args=[0]),
    ):
        assert client.get(address).status_code == 404


def test_the_mail_is_shown_inside_this_site_alone_and_runs_nothing(client):
    shown = client.get(page("message_kind_mail"))
    policy = shown["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    around = client.get(page("message_kind"))
    assert "frame-src 'self'" in around["Content-Security-Policy"]


def test_it_shows_what_its_reader_was_told_themselves_and_nothing_of_others(
    client, officer, group, people
):
    mine = page("message_kind_mail", query="?case=&mine=")
    notify(Note.name, group, people)
    send()
    assert group.name not in client.get(mine).content.decode()
    notify(Note.name, group, [officer], version=1)
    send()
    assert group.name in client.get(mine).content.decode()


def test_it_shows_nothing_any_more_that_its_reader_may_not_see(client, officer, group, monkeypatch):
    notify(Note.name, group, [officer])
    send()
    monkeypatch.setattr(Note, "wanted", lambda *args: False)
    shown = client.get(page("message_kind_mail", query="?case=&mine=")).content.decode()
    assert group.name not in shown
    assert "see what it told you" not in client.get(page("message_kind")).content.decode()


# --- other words ----------------------------------------------------------------------------------
def test_the_office_puts_it_in_other_words_and_they_are_sent(
    client, officer, colleague, group, people, mailoutbox
):
    answer = save(client, title="A word on {group}", text="**Please** read it.\n\nAt: {where}")
    assert answer.status_code == 302
    send()
    mailoutbox.clear()
    notify(Note.name, group, people[:1])
    send()
    [letter] = mailoutbox
    assert f"A word on {group.name}" in letter.body
    assert "Please read it.\n" in letter.body
    assert "Thank you." not in letter.body
    html = letter.alternatives[0][0]
    assert "<strong>Please</strong> read it." in html
    assert "At: Room &lt;1&gt; &amp; online" in html
    message = Delivery.objects.visible_to(people[0]).get()
    assert message.title == f"A word on {group.name}"
    entry = AuditEntry.objects.get(action="change_words")
    assert entry.by == officer
    assert "Heading before: A note on {group}" in entry.note
    assert "Subject" not in entry.note


def test_what_is_as_it_came_is_not_kept_as_changed(client):
    save(client, action="Look at it")
    assert Wording.objects.get().texts == {"action": "Look at it"}
    save(client, action="")
    assert Wording.objects.get().texts == {}
    assert AuditEntry.objects.filter(action="change_words").count() == 2
    save(client)
    assert AuditEntry.objects.filter(action="change_words").count() == 2


def test_one_press_brings_back_the_words_as_they_came(client, colleague):
    save(client, title="Other", text="Other.")
    client.post(page("message_kind_original"))
    assert Wording.objects.get().texts == {}
    assert "Text before: Other." in AuditEntry.objects.filter(action="change_words").first().note
    assert Delivery.objects.filter(occurrence__rule__kind=WordsChanged.name).count() == 4
    client.post(page("message_kind_original"))
    assert AuditEntry.objects.filter(action="change_words").count() == 2


def test_looking_at_it_first_keeps_nothing(client):
    sent = texts(client, title="About {group}") | {"look": "1"}
    shown = client.post(page("message_kind_words"), sent)
    assert shown.status_code == 200
    assert "About Peers on the wards" in shown.content.decode()
    assert not Wording.objects.exists()
    wrong = client.post(page("message_kind_words"), sent | {"title": "About {grop}"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "title",
            "About {grop}",
            "Did you mean {group}?",
        ),
        ("text", "About {nothing}", "You cannot use {nothing} here."),
        ("text", "About {}", "You cannot use {} here."),
        ("text", "About {group", "One { has no bracket"),
        ("text", "About group}", "One } has no bracket"),
        ("subject_line", "On {group}", "Do not use {group} here"),
        ("preview", "On {group}", "Do not use {group} here"),
        ("subject_line", "Your interview", "Do not write “interview” here"),
        ("preview", "Your JOB offer", "Do not write “JOB” here"),
        ("subject_line", "x" * 71, "Use at most 70."),
        ("preview", "x" * 91, "Use at most 90."),
        ("title", "{group}" + "x" * 150, "With its examples this has 168 characters."),
        ("text", "[x]({group})", "A link cannot lead to what is put in."),
        ("text", "[x](http://evil.example)", "is no address that a link can have here"),
        ("text", "[x](/accounts/)", "is no address that a link can have here"),
        ("text", "---", "Begin with a sentence that is always true"),
        ("text", "{where}", "Begin with a sentence that is always true"),
        ("text", "Read it. " * 600, "Use at most 5000."),
        ("text", "See it.\n\n" + "{where}" * 41, "Use fewer brackets."),
        ("text", "```\n\n[x](http://evil.example)\n\n```", "is no address that a link can have"),
        ("text", "[x](//evil.example)", "is no address that a link can have here"),
        ("text", "See\u200bit.", "a character in it that nobody can see"),
        ("title", "{where}", "Write some words beside what is put in"),
        ("title", "{where}" * 40, "Use at most 200."),
        ("subject_line", "Your inter\u200bview", "a character in it that nobody can see"),
        ("preview", "Your inter**view**", "Do not write “interview” here"),
        ("preview", "Your \uff49nterview", "Do not write “interview” here"),
        ("text", "See.\n\n[x]({group})", "A link cannot lead to what is put in."),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(client, name, text, words):
    answer = save(client, **{name: text})
    assert answer.status_code == 422
    [said] = answer.context["form"].errors[name]
    assert words in said
    assert answer.context["form"][name].value() == text
    assert not Wording.objects.exists()


@pytest.mark.parametrize("text", ["A &#123;nothing&#125; b.", "A &lbrace;group&rbrace; b."])
def test_no_words_keep_a_message_from_leaving(client, group, people, mailoutbox, text):
    """Markdown makes braces of these, and names of what is between them."""
    assert save(client, text=text).status_code == 302
    notify(Note.name, group, people[:1])
    send()
    letter = next(one for one in mailoutbox if one.to == [people[0].email])
    assert "{nothing}" in letter.body or "{group}" in letter.body
    assert Delivery.objects.visible_to(people[0]).count() == 1


@pytest.mark.parametrize(
    "text", ['[x](https://ok.example "{group}")', "[{group}](https://ok.example)", "`{group}` b"]
)
def test_nothing_that_people_typed_comes_into_an_address_or_beside_one(
    client, group, people, mailoutbox, text
):
    WorkingGroup.objects.update(name="https://e.example/onmouseover=alert(1)//")
    assert save(client, text=f"Look.\n\n{text}").status_code == 302
    notify(Note.name, WorkingGroup.objects.get(pk=group.pk), people[:1])
    send()
    html = next(one for one in mailoutbox if one.to == [people[0].email]).alternatives[0][0]
    part = html[html.index("Look.") : html.index("Look.") + 300]
    assert "title=" not in part
    assert part.count("<a ") <= 1


def test_html_and_pictures_in_words_are_text(client, group, people, mailoutbox):
    save(client, text='<img src="https://evil.example/x.png"> ![x](https://evil.example/y.png)')
    notify(Note.name, group, people[:1])
    send()
    html = next(m for m in mailoutbox if m.to == [people[0].email]).alternatives[0][0]
    assert "<img" not in html


def test_whoever_saves_second_sees_that_and_keeps_their_words(client, colleague):
    other = signed_in(colleague)
    early = texts(other, title="Mine")
    save(client, title="Theirs")
    late = other.post(page("message_kind_words"), early)
    assert late.status_code == 422
    assert late.context["form"]["title"].value() == "Mine"
    assert Wording.objects.get().title == "Theirs"
    seen = late.context["form"]["seen"].value()
    assert other.post(page("message_kind_words"), early | {"seen": seen}).status_code == 302
    assert Wording.objects.get().title == "Mine"


def test_the_same_press_twice_is_once(client):
    sent = texts(client, title="Other")
    assert [client.post(page("message_kind_words"), sent).status_code for _ in "ab"] == [302, 302]
    assert AuditEntry.objects.filter(action="change_words").count() == 1


# --- insiders -------------------------------------------------------------------------------------
def test_everybody_else_who_may_hears_at_once_who_changed_what(
    client, officer, colleague, people, mailoutbox
):
    administrator = programme_user(ADMIN)
    save(client, title="Pay £50 into this account")
    send()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted(
        [colleague.email, administrator.email]
    )
    letter = mailoutbox[0]
    assert f"{officer.name} changed the message “A note”" in letter.body
    assert "Pay £50" not in letter.body
    assert officer.name not in letter.subject
    assert "Pay £50" in signed_in(colleague).get(page("message_kind")).content.decode()


def test_everybody_else_hears_of_another_time_as_of_other_words(
    client, officer, colleague, mailoutbox
):
    rule = ReminderRule.objects.get(kind=Reminder.name, offset=timedelta(days=7))
    client.post(rule_page(rule), SENT)
    send()
    [letter] = mailoutbox
    assert letter.to == [colleague.email]
    assert f"{officer.name} changed the message “Reminder”" in letter.body
    assert page("message_kind", Reminder) in letter.body
    shown = signed_in(colleague).get(page("message_kind", Reminder)).content.decode()
    assert "Before: 7 days before" in shown
    assert "Now: 5 days before" in shown
    listed = client.get(reverse("message_kinds"), {"changed": "on", "q": "note"})
    row = next(row for row in listed.context["rows"] if row["kind"].name == Reminder.name)
    assert (row["is_moved"], row["is_changed"]) == (True, False)


def test_what_is_shown_in_the_frame_cannot_be_pressed_and_what_is_essential_stops_nowhere(client):
    shown = client.get(page("message_kind_mail", KINDS["meetings.cancelled"])).content.decode()
    assert " href=" not in shown
    assert "Will you come?" not in shown
    assert "Stop e-mails" not in shown
    shown = client.get(page("message_kind_mail", KINDS["meetings.published"])).content.decode()
    assert "Will you come?" in shown
    assert "Stop e-mails" in shown


def test_nobody_can_stop_hearing_of_it_or_word_it_otherwise(client):
    kinds = [WordsChanged, KINDS["accounts.role_changed"], KINDS["accounts.address_confirmed"]]
    for kind in kinds:
        assert client.get(page("message_kind_words", kind)).status_code == 404
        assert client.post(page("message_kind_words", kind), {}).status_code == 404
        assert client.post(page("message_kind_original", kind)).status_code == 404
        assert client.get(rule_page(rule_of(kind.name))).status_code == 404
        assert client.get(page("message_rule_add", kind)).status_code == 404
    assert WordsChanged().always
    assert WordsChanged().essential


@pytest.mark.parametrize("who", [HR, None])
def test_others_neither_see_nor_change_it(group, who):
    user = with_second_factor(programme_user(who)) if who else UserFactory()
    other = signed_in(user)
    rule = rule_of(Reminder.name)
    for address in (
        reverse("message_kinds"),
        page("message_kind"),
        page("message_kind_mail"),
        page("message_kind_words"),
        page("message_kind_words", WordsChanged),
        reverse("message_rule", args=[rule.pk]),
        page("message_rule_add", Reminder),
    ):
        assert other.get(address).status_code == 403
    for name in ("message_kind_try", "message_kind_original", "message_kind_words"):
        assert other.post(page(name)).status_code == 403


def test_a_trial_goes_to_whoever_asks_and_says_so(client, officer, colleague, mailoutbox):
    save(client, title="A word on {group}")
    send()
    mailoutbox.clear()
    for _ in range(2):
        assert client.post(page("message_kind_try")).status_code == 302
        send()
    assert {tuple(letter.to) for letter in mailoutbox} == {(officer.email,)}
    letter = mailoutbox[-1]
    assert letter.subject == "To try: A note"
    assert "A word on Peers on the wards" in letter.body
    assert "This is only to try" in letter.body
    assert "This is only to try" in letter.alternatives[0][0]
    assert Delivery.objects.visible_to(officer).latest("pk").title == "To try: A note"


def test_a_trial_that_nobody_may_ask_for_any_more_does_not_leave(client, officer, mailoutbox):
    client.post(page("message_kind_try"))
    mailoutbox.clear()
    later = programme_user(OFFICE)
    client.post(page("message_kind_try"))
    officer.groups.clear()
    Delivery.objects.filter(status="sent").delete()
    send()
    assert later.email not in str([letter.to for letter in mailoutbox])


def test_nobody_sends_themselves_more_than_they_can_read(client, clock, mailoutbox):
    for _ in range(22):
        client.post(page("message_kind_try"))
        send()
        clock.shift(1)
    assert len(mailoutbox) == 20
    answer = client.post(page("message_kind_try"), follow=True)
    assert "You have sent yourself 20 in the last hour" in answer.content.decode()


# --- when, and how --------------------------------------------------------------------------------
def rule_page(rule):
    return reverse("message_rule", args=[rule.pk])


SENT = {"number": "5", "unit": "days", "side": "before", "audience": "leads", "channel": "in_app"}


def test_a_time_can_be_moved_and_switched_off_in_plain_words(client, officer):
    rule = ReminderRule.objects.get(kind=Reminder.name, offset=timedelta(days=7))
    form = client.get(rule_page(rule)).context["form"]
    assert (form["number"].value(), form["unit"].value(), form["side"].value()) == (
        7,
        "days",
        "before",
    )
    assert client.post(rule_page(rule), SENT).status_code == 302
    rule.refresh_from_db()
    assert (rule.offset, rule.audience, rule.channel, rule.enabled) == (
        timedelta(days=5),
        "leads",
        "in_app",
        False,
    )
    entry = AuditEntry.objects.get(action="change_rule")
    assert entry.by == officer
    assert "7 days before" in entry.note
    after = SENT | {"number": "90", "unit": "minutes", "side": "after", "enabled": "on"}
    client.post(rule_page(rule), after)
    rule.refresh_from_db()
    assert (rule.offset, rule.enabled) == (-timedelta(minutes=90), True)


def test_a_further_time_can_be_added_but_not_the_same_twice(client):
    add = page("message_rule_add", Reminder)
    sent = SENT | {"number": "3", "audience": "everyone", "channel": "email", "enabled": "on"}
    assert client.post(add, sent).status_code == 302
    again = client.post(add, sent)
    assert again.status_code == 422
    assert again.context["form"].errors["number"] == ["There is a time like this already."]
    assert ReminderRule.objects.filter(kind=Reminder.name).count() == 4
    assert AuditEntry.objects.filter(action="add_rule").count() == 1


def test_a_time_does_not_become_one_that_is_there(client):
    one, other = ReminderRule.objects.filter(kind=Reminder.name)[:2]
    sent = {
        "number": other.offset.days,
        "unit": "days",
        "side": "before",
        "audience": other.audience,
        "channel": other.channel,
    }
    answer = client.post(rule_page(one), sent)
    assert answer.context["form"].errors["number"] == ["There is a time like this already."]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"number": ""}, "number", "Enter how long before or after it goes out"),
        ({"number": "soon"}, "number", "Enter how long as a number, like 7"),
        ({"number": "-1"}, "number", "Enter 0 or more"),
        ({"number": "3661"}, "number", "Enter at most 3660 days."),
        ({"number": "9" * 30}, "number", "Enter at most 3660 days."),
        ({"audience": "nobody"}, "audience", None),
        ({"audience": ""}, "audience", "Choose to whom it goes"),
        ({"channel": ""}, "channel", "Choose how it goes"),
        ({"unit": "weeks"}, "unit", None),
    ],
)
def test_a_time_that_makes_no_sense_is_refused_beside_its_field(client, changes, field, words):
    rule = ReminderRule.objects.filter(kind=Reminder.name).first()
    answer = client.post(rule_page(rule), SENT | changes)
    assert answer.status_code == 422
    said = answer.context["form"].errors[field]
    assert words is None or said == [words]
    before = rule.offset
    rule.refresh_from_db()
    assert rule.offset == before


def test_an_event_goes_when_it_happens_so_it_has_no_time_to_change(client):
    rule = rule_of(Note.name)
    assert {*client.get(rule_page(rule)).context["form"].fields} == {"channel", "enabled"}
    client.post(rule_page(rule), SENT | {"channel": "email", "enabled": "on"})
    rule.refresh_from_db()
    assert (rule.offset, rule.enabled) == (timedelta(0), True)
    assert client.get(page("message_rule_add")).status_code == 404


def test_the_digest_cannot_be_switched_off(client):
    rule = rule_of("notifications.digest")
    assert client.get(rule_page(rule)).status_code == 404
    assert client.post(rule_page(rule), {"channel": "in_app"}).status_code == 404


def test_what_somebody_must_not_miss_gets_further_times_by_e_mail_and_keeps_its_own(client):
    kind = KINDS["recruitment.interview"]
    came = ReminderRule.objects.filter(kind=kind.name).exclude(seed="")
    before = list(came.values_list("offset", "enabled", "channel"))
    sent = SENT | {"number": "3", "enabled": "on", "audience": next(iter(kind.audiences))}
    assert client.post(page("message_rule_add", kind), sent).status_code == 302
    added = ReminderRule.objects.get(kind=kind.name, seed="")
    assert (added.offset, added.channel) == (timedelta(days=3), "email")
    assert client.post(rule_page(added), sent | {"enabled": ""}).status_code == 302
    added.refresh_from_db()
    assert not added.enabled
    for rule in came:
        assert client.get(rule_page(rule)).status_code == 404
        assert rule_page(rule) not in client.get(page("message_kind", kind)).content.decode()
    assert list(came.values_list("offset", "enabled", "channel")) == before
