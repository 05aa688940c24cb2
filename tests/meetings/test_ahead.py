"""Who joins hears of every meeting ahead that was announced; who leaves has it cancelled."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.core import dates
from apps.groups.models import Membership
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.notifications import planning
from apps.notifications.ahead import AHEAD
from apps.notifications.models import Preference, ReminderRule, Status
from apps.notifications.silence import silence
from tests import factories as make

from ..announced import Tick, entries
from ..factories import UserFactory, appoint
from ..services import mailbox

pytestmark = pytest.mark.django_db

NEW, LEFT = "New meeting", "You are no longer asked to a meeting"


@pytest.fixture
def group():
    group = make.working_group()
    appoint(group, UserFactory())
    return group


@pytest.fixture
def meeting(group, sent):
    made = make.published(group)
    sent()
    return made


@pytest.fixture
def sent(mailoutbox):
    return Tick(mailoutbox)


def entry(mail):
    """(method, UID, attendee, sequence) of what a mail puts into a calendar, or takes out."""
    (method, event), *more = entries(mail)
    assert all(one == event for _, one in more)  # once in the mail, once as a file of it
    return method, str(event["uid"]), str(event["attendee"]), event["sequence"]


def of(meeting, method, user):
    return (method, f"{meeting.uid}@127.0.0.1", f"mailto:{user.email}", meeting.sequence)


# --- the ways in and out --------------------------------------------------------------------------
def joins_the_group(meeting):
    appoint(meeting.group, user := UserFactory())
    return user


def term_begins_before_it(meeting):
    appoint(meeting.group, user := UserFactory(), starts=meeting.on)
    return user


def account_opens_again(meeting):
    appoint(meeting.group, user := UserFactory())
    user.shut(by=user, reason="Asked for it.")
    planning.plan()
    User.objects.filter(pk=user.pk).update(is_active=True)
    return user


def leaves_the_group(meeting, user):
    meeting.group.memberships.get(user=user).finish(by=meeting.created_by, reason="Moved away.")


def term_ends_before_it(meeting, user):
    day = meeting.on - timedelta(days=1)
    Membership.objects.filter(user=user).update(ends=day)


def account_closes(meeting, user):
    user.shut(by=user, reason="Asked for it.")


@pytest.mark.parametrize("way", [joins_the_group, term_begins_before_it, account_opens_again])
def test_whoever_joins_is_told_of_what_was_announced(meeting, sent, way):
    user = way(meeting)

    assert sent() == [(NEW, user.email)]
    (mail,) = sent.mails
    assert entry(mail) == of(meeting, "REQUEST", user)
    assert "?answer=yes" in mail.body
    assert user.deliveries.filter(channel="in_app", status=Status.SENT).count() == 1
    assert sent() == []


@pytest.mark.parametrize("way", [leaves_the_group, term_ends_before_it, account_closes])
def test_whoever_leaves_has_it_cancelled(meeting, sent, way):
    user = joins_the_group(meeting)
    sent()

    way(meeting, user)

    assert sent() == [(LEFT, user.email)]
    (mail,) = sent.mails
    assert entry(mail) == of(meeting, "CANCEL", user)
    assert sent() == []
    meeting.move("cancel", by=meeting.created_by, note="No room.")
    assert user.email not in dict(sent()).values()


def test_every_meeting_ahead_and_no_other(group, meeting, sent):
    soon = make.published(group)
    make.meeting(group)  # a draft
    called_off = make.published(group)
    called_off.move("cancel", by=called_off.created_by, note="No room.")
    make.begun(group)
    make.published(make.working_group())
    sent()

    user = joins_the_group(meeting)

    assert sent() == [(NEW, user.email)] * 2
    assert {entry(mail)[1] for mail in sent.mails} == {
        f"{one.uid}@127.0.0.1" for one in (meeting, soon)
    }


def test_what_was_never_announced_is_told_nobody(group, meeting, sent):
    """A site that has just begun to compare writes nobody of what stood there before."""
    quiet = make.meeting(group)
    Meeting.objects.filter(pk=quiet.pk).update(state="published", published_at=timezone.now())

    joins_the_group(quiet)

    sent()
    assert [entry(mail)[1] for mail in sent.mails] == [f"{meeting.uid}@127.0.0.1"]


def test_whoever_comes_and_goes_is_told_each_time_and_in_no_circle(meeting, sent):
    user = joins_the_group(meeting)
    assert [subject for subject, _ in sent()] == [NEW]
    for _ in range(2):
        leaves_the_group(meeting, user)
        assert [subject for subject, _ in sent()] == [LEFT]
        assert sent() == []
        Membership.objects.all().filter(user=user).delete()
        appoint(meeting.group, user)
        assert [subject for subject, _ in sent()] == [NEW]
        assert sent() == []


def test_whoever_leaves_before_the_message_did_hears_nothing(meeting, sent):
    user = joins_the_group(meeting)
    planning.plan()
    leaves_the_group(meeting, user)

    assert sent() == []
    Membership.objects.filter(user=user).delete()
    appoint(meeting.group, user)
    assert sent() == [(NEW, user.email)]


def test_a_side_that_changes_brings_peers_own_meetings_and_takes_them(group, sent):
    linked = make.published(group, kind=Meeting.Kind.PRE_MEET, parent=make.published(group))
    user = joins_the_group(linked)
    sent()
    user.constituency = Constituency.STAFF
    user.save()

    assert sent() == [(LEFT, user.email)]
    assert entry(sent.mails[0]) == of(linked, "CANCEL", user)
    user.constituency = Constituency.LIVED_EXPERIENCE
    user.save()
    assert sent() == [(NEW, user.email)]


def test_a_deputy_is_told_once_and_released_with_the_entry(group, meeting, sent):
    appoint(make.working_group(), other := UserFactory())
    member = group.memberships.filter(role="member").get().user
    appoint(other.memberships.get().group, member)
    sent()

    Attendance.answer(meeting, member, "no", deputy=other)
    when = f"{dates.weekday_near(meeting.starts_at)}, {dates.clock(meeting.starts_at)}"
    assert sent() == [(f"Can you come instead of somebody? {when}", other.email)]
    Attendance.answer(meeting, member, "yes")
    assert sent() == [("You are no longer needed as a deputy", other.email)]
    assert entry(sent.mails[-1]) == of(meeting, "CANCEL", other)


def test_a_deputy_hears_that_it_is_cancelled(group, meeting, sent):
    appoint(make.working_group(), other := UserFactory())
    member = group.memberships.filter(role="member").get().user
    appoint(other.memberships.get().group, member)
    Attendance.answer(meeting, member, "no", deputy=other)
    sent()

    meeting.move("cancel", by=meeting.created_by, note="No room.")

    assert ("Meeting cancelled", other.email) in sent()


def test_who_wants_no_mail_about_meetings_is_told_on_the_site(meeting, sent):
    user = UserFactory()
    Preference.of(user).choose(meetings="none")
    appoint(meeting.group, user)
    assert sent() == []
    assert user.deliveries.filter(channel="in_app", status=Status.SENT).count() == 1

    leaves_the_group(meeting, user)

    assert sent() == []  # no entry of theirs is in a calendar by mail
    assert user.deliveries.filter(channel="in_app", status=Status.SENT).count() == 2


def test_an_erased_account_is_written_nothing(meeting, sent):
    user = joins_the_group(meeting)
    sent()
    user.shut(by=user, reason="Erased.")
    user.email = f"person-{user.pk}@erased.invalid"
    user.save()

    assert sent() == []
    assert sent() == []


def test_a_rule_that_is_off_tells_nobody(meeting, sent):
    ReminderRule.objects.filter(kind="meetings.published").update(enabled=False)
    joins_the_group(meeting)
    assert sent() == []


def test_what_was_told_in_silence_is_known(group, sent):
    """Nobody is told of it twice; whoever joins is, and whoever leaves has it cancelled."""
    with silence():
        meeting = make.published(group)
    assert sent() == []
    first = group.memberships.filter(role="member").get().user

    user = joins_the_group(meeting)
    leaves_the_group(meeting, first)

    assert sent() == [(NEW, user.email), (LEFT, first.email)]


def test_comparing_costs_the_same_however_many_there_are(
    meeting, group, sent, django_assert_num_queries
):
    # One each to see what was announced; two compare the meetings; two for a transaction.
    at_most = len(list(AHEAD)) + 4
    planning.catch_up()
    with django_assert_num_queries(at_most):
        planning.catch_up()
    for _ in range(3):
        joins_the_group(make.published(group))
    sent()
    with django_assert_num_queries(at_most):
        planning.catch_up()


def test_an_organiser_who_is_named_later_is_told(group, meeting, sent):
    other = group.memberships.filter(role="member").get().user
    meeting.amend(by=meeting.created_by, seen=meeting.sequence, support_organiser=other)
    assert sent() == [("You arrange support at a meeting", other.email)]
    assert reverse("support_to_arrange") in sent.mails[0].body


def test_the_end_of_an_entry_has_the_organiser_that_it_had(meeting, sent, settings):
    """Else calendar programs take it for somebody else's; of a closed account as well."""
    settings.INBOUND = mailbox()
    for way in (leaves_the_group, account_closes):
        user = joins_the_group(meeting)
        sent()
        (_, begun), *_ = entries(sent.mails[0])
        way(meeting, user)
        sent()
        (_, ended), *_ = entries(sent.mails[0])
        assert str(begun["organizer"]) == str(ended["organizer"])
        assert "replies+" in str(ended["organizer"])
