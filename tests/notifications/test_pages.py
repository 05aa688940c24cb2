"""The Messages page, the choices, and what signed and secret links may do."""

import re
from datetime import time, timedelta
from itertools import count

import pytest
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from apps.notifications import calendar
from apps.notifications.calendar import Entry
from apps.notifications.kinds import KINDS, Topic, notify, topics
from apps.notifications.mail import unsubscribe_token
from apps.notifications.models import Delivery, Frequency, Preference, Status
from apps.notifications.sending import send

from ..factories import UserFactory, appoint, working_group
from .conftest import NOW


@pytest.fixture
def reader(group, client):
    reader = UserFactory()
    client.force_login(reader, "apps.accounts.backends.SignIn")
    return reader


def tell(group, user, many=1):
    """Messages about the group, a minute apart."""
    for version in range(many):
        notify("test.note", group, [user], version=version)
        send()
    return list(Delivery.objects.visible_to(user).order_by("pk"))


@pytest.fixture
def member(group):
    return appoint(group, UserFactory()).user


def stop_link(user, topics=("groups",)):
    return reverse("unsubscribe", args=[unsubscribe_token(user, topics)])


VERSIONS = count(1000)


def more(group, user, many=1):
    """Further messages about the group; the new ones."""
    before = list(Delivery.objects.visible_to(user).values_list("pk", flat=True))
    for _ in range(many):
        notify("test.note", group, [user], version=next(VERSIONS))
    send()
    return list(Delivery.objects.visible_to(user).exclude(pk__in=before).order_by("pk"))


# --- messages -------------------------------------------------------------------------------------
def test_given_no_messages_the_page_says_so(client, reader):
    assert b"You have no messages." in client.get("/notifications/").content


def test_given_messages_unread_come_first_then_the_newest(client, clock, reader):
    messages = []
    for _ in range(4):
        messages += more(working_group(), reader)
        clock.shift(60)
    client.get(messages[3].get_absolute_url())
    client.get(messages[1].get_absolute_url())
    page = client.get("/notifications/")
    assert list(page.context["page_obj"]) == [messages[n] for n in (2, 0, 3, 1)]
    assert page.context["unread"] == 2


def test_given_many_messages_they_come_in_pages(client, reader):
    more(working_group(), reader)
    client.get("/notifications/")
    with CaptureQueriesContext(connection) as one:
        client.get("/notifications/")
    for _ in range(25):
        more(working_group(), reader)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/notifications/").context["page_obj"]) == 25
    assert len(many) <= len(one)
    assert len(client.get("/notifications/?page=2").context["page_obj"]) == 1


@pytest.mark.differs
@pytest.mark.both
def test_messages_about_one_thing_are_one_line_of_which_the_latest_is_shown(
    client, clock, group, reader
):
    first = more(group, reader)
    clock.shift(60)
    second, third = more(group, reader, 2)
    other = more(working_group(), reader)
    more(group, UserFactory())
    page = client.get("/notifications/")
    assert [(one, one.together) for one in page.context["page_obj"]] == [(other[0], 1), (third, 3)]
    words = " ".join(page.content.decode().split())
    assert "2 earlier about the same" in words
    assert "You have 4 unread messages, about 2 things." in words
    clock.shift(60)
    page = client.get(third.get_absolute_url())
    assert page.context["earlier"] == [second, first[0]]
    assert page.context["user"].unread == 1, "the page says how many are left"
    assert Delivery.objects.visible_to(reader).unread().get() == other[0]


def test_an_older_message_says_nothing_of_a_later_one_and_leaves_it_unread(
    client, clock, group, reader
):
    [first] = more(group, reader)
    clock.shift(60)
    [later] = more(group, reader)
    page = client.get(first.get_absolute_url())
    assert page.context["earlier"] == []
    assert Delivery.objects.visible_to(reader).unread().get() == later
    assert [one.unread for one in client.get("/notifications/").context["page_obj"]] == [1]


# --- reading the thing itself ---------------------------------------------------------------------
def unread(user):
    return Delivery.objects.visible_to(user).unread().count()


@pytest.mark.differs
@pytest.mark.both
def test_whoever_opens_the_thing_has_read_its_messages_and_the_page_says_so(
    client, group, member, reader
):
    client.force_login(member, "apps.accounts.backends.SignIn")
    more(group, member, 2)
    more(working_group(), member)
    more(group, reader)
    page = client.get(f"/groups/{group.slug}/")
    assert page.status_code == 200
    assert page.context["user"].unread == 1
    assert (unread(member), unread(reader)) == (1, 1)
    assert client.get(f"/groups/{group.slug}/").context["user"].unread == 1


def test_a_link_to_a_part_of_the_page_counts_and_one_that_only_begins_alike_does_not(
    client, group, member
):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = f"/groups/{group.slug}/"
    more(group, member, 5)
    mine = Delivery.objects.visible_to(member)
    others = (f"{page}#what", f"{page}?tab=2", f"{page}terms/", f"{page[:-1]}-2/", "")
    for message, url in zip(mine, others, strict=True):
        Delivery.objects.filter(pk=message.pk).update(url=url)
    client.get(page)
    assert sorted(mine.unread().values_list("url", flat=True)) == sorted(others[2:])


def test_what_does_not_fit_below_a_message_stays_unread_and_can_be_reached(
    client, clock, group, reader
):
    for _ in range(14):
        last = more(group, reader)[0]
        clock.shift(60)
    page = client.get(last.get_absolute_url())
    assert len(page.context["earlier"]) == 10
    assert unread(reader) == 3
    before = page.context["more"].get_absolute_url()
    assert before in page.content.decode()
    assert client.get(before).context["more"] is None
    assert unread(reader) == 0


def test_what_a_browser_fetches_beforehand_reads_nothing(client, group, member):
    client.force_login(member, "apps.accounts.backends.SignIn")
    tell(group, member)
    client.get(f"/groups/{group.slug}/", headers={"Sec-Purpose": "prefetch"})
    assert unread(member) == 1


@pytest.mark.parametrize("how", ["head", "post", "options"])
def test_what_only_fetches_reads_nothing(client, group, member, how):
    client.force_login(member, "apps.accounts.backends.SignIn")
    more(group, member)
    getattr(client, how)(f"/groups/{group.slug}/")
    assert unread(member) == 1


def test_a_page_that_is_not_shown_reads_nothing(client, group, member):
    client.force_login(member, "apps.accounts.backends.SignIn")
    more(group, member, 2)
    one, other = Delivery.objects.visible_to(member)
    Delivery.objects.filter(pk=one.pk).update(url="/groups/there-is-none/")
    Delivery.objects.filter(pk=other.pk).update(url="/inbound-mail/")
    assert client.get("/groups/there-is-none/").status_code == 404
    assert client.get("/inbound-mail/").status_code == 403
    client.logout()
    client.get(f"/groups/{group.slug}/")
    assert unread(member) == 2


def test_it_costs_a_query_only_where_there_is_something_to_read(client, group, member):
    client.force_login(member, "apps.accounts.backends.SignIn")
    page = f"/groups/{group.slug}/"
    client.get(page)
    with CaptureQueriesContext(connection) as none:
        client.get(page)
    more(working_group(), member, 3)
    with CaptureQueriesContext(connection) as others:
        client.get(page)
    more(group, member)
    with CaptureQueriesContext(connection) as its:
        client.get(page)
    assert len(others) == len(none)
    assert len(its) == len(none) + 1


def test_somebody_with_more_than_the_menu_counts_reads_all_the_same(client, group, member):
    client.force_login(member, "apps.accounts.backends.SignIn")
    more(working_group(), member, 12)
    more(group, member)
    more(working_group(), member, 12)
    client.get(f"/groups/{group.slug}/")
    assert not Delivery.objects.visible_to(member).unread().filter(url__contains=group.slug)
    assert unread(member) == 24


def test_opening_a_message_shows_it_whole_with_its_link_and_marks_it_read(client, group, reader):
    [message] = tell(group, reader)
    page = client.get(message.get_absolute_url()).content.decode()
    assert f'<a href="/groups/{group.slug}/">See the group</a>' in page
    assert "Where: Room &lt;1&gt; &amp; online" in page
    message.refresh_from_db()
    assert message.read_at == NOW


def test_opening_it_again_keeps_when_it_was_first_read(client, clock, group, reader):
    [message] = tell(group, reader)
    client.get(message.get_absolute_url())
    clock.shift(60)
    client.get(message.get_absolute_url())
    message.refresh_from_db()
    assert message.read_at == NOW


def test_all_can_be_marked_as_read_at_once(client, group, reader):
    tell(group, reader, 3)
    client.post(reverse("messages_read"))
    assert Delivery.objects.visible_to(reader).unread().count() == 0


def test_a_message_of_somebody_else_does_not_exist(client, group, reader):
    [message] = tell(group, UserFactory())
    assert client.get(message.get_absolute_url()).status_code == 404
    client.post(reverse("messages_read"))
    message.refresh_from_db()
    assert message.read_at is None


def test_the_list_costs_the_same_for_one_message_and_for_three(client, group, reader):
    def cost(count):
        tell(group, reader, count)
        client.get("/notifications/")  # the first request of a session is noted as a sign-in
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        return len(queries)

    assert cost(1) == cost(3) <= 10


# --- choices --------------------------------------------------------------------------------------
def choices(**changes):
    every = dict.fromkeys((topic.value for topic in topics()), "") | {"overall": "now"}
    return every | {"quiet": "on", "quiet_from": "9pm", "quiet_to": "8am"} | changes


def test_given_nothing_chosen_the_page_shows_the_defaults(client, reader):
    form = client.get("/profile/notifications/").context["form"]
    assert (form["overall"].value(), form["groups"].value()) == (Frequency.NOW, "")
    assert (form["quiet"].value(), form["quiet_from"].value()) == (True, "9:00pm")


def test_choices_are_kept(client, reader):
    sent = choices(groups="weekly", quiet_from="10.30pm", quiet_to="7:15am")
    assert client.post("/profile/notifications/", sent).status_code == 302
    kept = Preference.of(reader)
    assert kept.frequency("groups") == Frequency.WEEKLY
    assert (kept.quiet_from, kept.quiet_to) == (time(22, 30), time(7, 15))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": "hourly"}, "groups"),
        ({"overall": ""}, "overall"),
        ({"overall": "weekly"}, "overall"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_to": ""}, "quiet_to"),
        ({"quiet_from": "8am"}, "quiet_to"),
    ],
)
def test_bad_choices_come_back_with_what_was_typed(client, reader, changes, field):
    page = client.post("/profile/notifications/", choices(**changes))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"][field].value() == choices(**changes)[field]
    assert b"There is a problem" in page.content
    assert Preference.of(reader).email == {}


@pytest.mark.parametrize(
    ("overall", "board", "groups"),
    [("now", "weekly", "now"), ("daily", "daily", "daily"), ("needs", "needs", "needs")],
)
def test_one_choice_holds_for_every_topic_that_is_not_chosen_for_itself(
    client, reader, overall, board, groups
):
    client.post("/profile/notifications/", choices(overall=overall, outputs="none"))
    kept = Preference.of(reader)
    posted = KINDS["network.post"]
    often = kept.frequency(posted.topic, posted.unless_chosen)
    assert (often, kept.frequency("groups")) == (board, groups)
    assert kept.frequency("outputs") == "none"
    page = client.get("/profile/notifications/").content.decode()
    assert '<details class="nhsuk-details" open>' in page
    assert "Choose for each kind of e-mail: 1 chosen" in page
    client.post("/profile/notifications/", choices(overall=overall))
    assert Preference.of(reader).email == {}


def test_only_what_needs_me_leaves_news_to_the_messages_page(reader, group, mailoutbox):
    client_choice = Preference.of(reader)
    client_choice.overall, client_choice.quiet = "needs", False
    client_choice.choose()
    notify("test.note", group, [reader])
    notify("test.news", group, [reader])
    send()
    assert [one.subject for one in mailoutbox] == ["A note"]
    assert Delivery.objects.visible_to(reader).count() == 2
    assert Delivery.objects.get(channel="email", occurrence__rule__kind="test.news").status == (
        Status.DECLINED
    )


def test_only_topics_that_something_is_said_about_can_be_chosen(client, reader, monkeypatch):
    def choices():
        return client.get("/profile/notifications/").context["form"].fields

    assert "recruitment" in choices()
    silent = {name: kind for name, kind in KINDS.items() if kind.topic != Topic.RECRUITMENT}
    monkeypatch.setattr("apps.notifications.kinds.KINDS", silent)
    assert "recruitment" not in choices()
    assert "groups" in choices()


# --- unsubscribe ----------------------------------------------------------------------------------
def test_the_link_in_a_mail_asks_first_and_changes_nothing(client, group):
    person = UserFactory()
    page = client.get(stop_link(person))
    assert page.status_code == 200
    assert b"Stop these e-mails?" in page.content
    assert not Preference.objects.exists()


def test_a_mail_program_stops_the_topic_with_one_post_and_no_cookie(group):
    person = UserFactory()
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(stop_link(person), {"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert Preference.of(person).email == {"groups": Frequency.NONE}
    assert b"your e-mail choices" in page.content


def test_it_can_be_undone_from_the_same_page(client, group):
    person = UserFactory()
    client.post(stop_link(person))
    client.post(stop_link(person), {"undo": "1"})
    assert Preference.of(person).frequency("groups") == Frequency.NOW


def test_undone_it_is_as_it_was_before(client, group):
    person = UserFactory()
    Preference.of(person).choose(groups="daily")
    page = client.post(stop_link(person)).content.decode()
    sent = dict(re.findall(r'name="(\w+)" value="(\w*)"', page)) | {"undo": "1"}
    assert sent["was_groups"] == "daily"
    client.post(stop_link(person), sent)
    assert Preference.of(person).email == {"groups": "daily"}
    client.post(stop_link(person), {"undo": "1", "was_groups": "<script>"})
    assert Preference.of(person).email == {}


def test_what_waits_when_it_is_stopped_does_not_come(client, clock, group, mailoutbox):
    person = UserFactory()
    clock.move_to(NOW.replace(hour=22))
    notify("test.note", group, [person])
    send()
    client.post(stop_link(person))
    clock.move_to(NOW + timedelta(days=1))
    send()
    assert mailoutbox == []


@pytest.mark.parametrize("how", ["changed", "other purpose", "other person", "nonsense"])
def test_a_forged_link_does_nothing(client, group, how):
    person = UserFactory()
    token = unsubscribe_token(person, ["groups"])
    _payload, rest = token.split(":", 1)
    forged = {
        "changed": token[:-2] + ("xx" if token[-2:] != "xx" else "yy"),
        "other purpose": signing.dumps([person.pk, ["groups"]], salt="something else"),
        "other person": unsubscribe_token(UserFactory(), ["groups"]).split(":", 1)[0] + ":" + rest,
        "nonsense": "x",
    }[how]
    assert client.get(reverse("unsubscribe", args=[forged])).status_code == 404
    assert client.post(reverse("unsubscribe", args=[forged])).status_code == 404
    assert not Preference.objects.exists()


def test_the_link_of_somebody_who_is_gone_does_not_exist(client, group):
    person = UserFactory()
    link = stop_link(person)
    person.delete()
    assert client.post(link).status_code == 404


# --- calendar -------------------------------------------------------------------------------------
@pytest.fixture
def events(monkeypatch):
    """One event in the calendar of each person, named after them."""

    def source(user):
        yield Entry(
            key=user.pk,
            sequence=0,
            stamp=NOW,
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=1),
            title=f"For {user.name}",
            page="/",
        )

    monkeypatch.setattr(calendar, "CALENDAR", [source])


def test_the_feed_holds_what_concerns_its_owner_at_the_right_time(client, group, events):
    owner = UserFactory()
    UserFactory()
    page = client.get(reverse("calendar_feed", args=[Preference.of(owner).calendar_token]))
    assert page["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in page["Cache-Control"]
    [event] = Calendar.from_ical(page.content).walk("VEVENT")
    assert event["SUMMARY"] == f"For {owner.name}"
    assert event.start == NOW
    assert b"DTSTART:20261123T140000Z" in page.content


def test_a_new_address_makes_the_old_one_vanish(client, reader, events):
    old = Preference.of(reader).calendar_token
    client.post(reverse("calendar_reset"))
    new = Preference.of(reader).calendar_token
    assert new != old
    assert client.get(reverse("calendar_feed", args=[old])).status_code == 404
    assert client.get(reverse("calendar_feed", args=[new])).status_code == 200


def test_the_feed_of_a_closed_account_vanishes(client, group, events):
    owner = UserFactory()
    address = reverse("calendar_feed", args=[Preference.of(owner).calendar_token])
    owner.is_active = False
    owner.save()
    assert client.get(address).status_code == 404


def test_the_address_is_on_ones_own_calendar_page_and_on_no_one_elses(client, reader):
    other = Preference.of(UserFactory()).calendar_token
    page = client.get("/calendar/").content.decode()
    assert Preference.of(reader).calendar_token in page
    assert other not in page


# --- mailbox --------------------------------------------------------------------------------------
@pytest.fixture
def mailbox(settings, group):
    settings.DEBUG = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.MAILBOX_DIR
    return settings.MAILBOX_DIR


def test_given_no_mail_the_mailbox_is_empty(client, mailbox):
    assert b"No e-mail has been sent yet." in client.get("/mailbox/").content


def test_the_mailbox_shows_what_was_sent_the_newest_first(client, clock, mailbox, people, group):
    notify("test.note", group, people)
    send()
    mails = client.get("/mailbox/").context["page_obj"].object_list
    assert [mail.to for mail in mails] == [person.email for person in reversed(people)]
    page = client.get(reverse("mail", args=[mails[0].key])).content.decode()
    assert "Room &lt;1&gt; &amp; online" in page
    assert f'href="http://127.0.0.1:8000/groups/{group.slug}/"' in page


def test_the_html_of_a_mail_can_run_and_load_nothing(client, mailbox):
    with get_connection() as mail_server:
        message = EmailMultiAlternatives("Hello", "Text", to=["a@test.example"])
        message.attach_alternative("<script>alert(1)</script>", "text/html")
        mail_server.send_messages([message])
    [mail] = client.get("/mailbox/").context["page_obj"].object_list
    page = client.get(reverse("mail_html", args=[mail.key]))
    assert page.content.strip() == b"<script>alert(1)</script>"
    policy = page["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("key", ["x", "20261123-140000-1-7"])
def test_a_mail_that_is_not_there_does_not_exist(client, mailbox, key):
    assert client.get(reverse("mail", args=[key])).status_code == 404
    assert client.get(reverse("mail_html", args=[key])).status_code == 404


@pytest.mark.parametrize(
    ("debug", "backend"),
    [(False, "filebased"), (True, "smtp"), (True, "locmem")],
)
def test_the_mailbox_exists_in_development_alone(client, mailbox, settings, debug, backend):
    settings.DEBUG = debug
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    assert client.get("/mailbox/").status_code == 404
