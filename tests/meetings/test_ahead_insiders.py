"""Who leaves or comes while something else happens to the meeting."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models.people import User
from apps.accounts.roles import ADMIN
from apps.datarights.erasure import erase
from apps.groups.models import Membership
from apps.meetings.models.people import Attendance
from apps.notifications import planning
from apps.notifications.models import Delivery, Preference
from apps.notifications.personal import _over
from tests import factories as make

from ..announced import Tick, entries
from ..factories import UserFactory, appoint, programme_user

pytestmark = pytest.mark.django_db

EVENING = "2026-11-23T22:00:00Z"
MORNING = "2026-11-24T08:30:00Z"


@pytest.fixture
def group():
    group = make.working_group()
    appoint(group, UserFactory())
    return group


@pytest.fixture
def sent(mailoutbox):
    return Tick(mailoutbox)


@pytest.fixture
def meeting(group, sent):
    made = make.published(group)
    sent()
    return made


def joined(meeting, sent):
    appoint(meeting.group, user := UserFactory())
    sent()
    return user


def leaves(meeting, user):
    meeting.group.memberships.get(user=user).finish(by=meeting.created_by, reason="Moved away.")


def methods(mailoutbox, user):
    return [entries(mail)[0][0] for mail in mailoutbox if mail.to == [user.email] and entries(mail)]


def moved(meeting):
    later = meeting.starts_at + timedelta(days=1)
    meeting.amend(
        by=meeting.created_by,
        seen=meeting.sequence,
        reason="Snow.",
        starts_at=later,
        ends_at=later + timedelta(hours=2),
    )


def called_off(meeting):
    meeting.move("cancel", by=meeting.created_by, note="No room.")


def closes(meeting, user):
    user.shut(by=user, reason="Asked for it.")


@pytest.mark.parametrize("then", [moved, called_off, lambda meeting: None])
@pytest.mark.parametrize("way", [leaves, closes])
def test_whoever_leaves_in_quiet_hours_and_then_it_changes(meeting, sent, mailoutbox, way, then):
    user = joined(meeting, sent)
    with time_machine.travel(EVENING, tick=True):
        way(meeting, user)
        sent()
        then(meeting)
        sent()
    with time_machine.travel(MORNING, tick=True):
        sent()
        sent()
    assert methods(mailoutbox, user) == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("then", [moved, called_off])
@pytest.mark.parametrize("way", [leaves, closes])
def test_whoever_leaves_and_it_changes_between_planning_and_sending(
    meeting, sent, mailoutbox, way, then
):
    user = joined(meeting, sent)
    way(meeting, user)
    planning.plan()
    then(meeting)
    sent()
    sent()
    assert methods(mailoutbox, user) == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("then", [moved, called_off])
@pytest.mark.parametrize("way", [leaves, closes])
def test_whoever_leaves_and_it_changes_within_the_half_minute(meeting, sent, mailoutbox, way, then):
    user = joined(meeting, sent)
    way(meeting, user)
    then(meeting)
    sent()
    sent()
    assert methods(mailoutbox, user) == ["REQUEST", "CANCEL"]


def test_account_that_opens_again_before_the_letter_left(meeting, sent, mailoutbox):
    user = joined(meeting, sent)
    preference = Preference.of(user)
    preference.quiet = False
    preference.save()
    with time_machine.travel(EVENING, tick=True):
        closes(meeting, user)
        sent()
        User.objects.filter(pk=user.pk).update(is_active=True)
        sent()
    with time_machine.travel(MORNING, tick=True):
        sent()
    assert meeting.invited().filter(pk=user.pk).exists()
    assert methods(mailoutbox, user)[-1] == "REQUEST"


def test_a_former_member_who_is_named_as_deputy_is_told(group, meeting, sent, mailoutbox):
    former = joined(meeting, sent)
    member = group.memberships.filter(role="member").exclude(user=former).first().user
    other = make.working_group()
    appoint(other, former)
    appoint(other, member)
    Attendance.answer(meeting, former, "yes")
    leaves(meeting, former)
    sent()
    before = len(mailoutbox)
    Attendance.answer(meeting, member, "no", deputy=former)
    sent()
    sent()
    assert [m.subject for m in mailoutbox[before:] if m.to == [former.email]] != []
    assert meeting.invited().filter(pk=former.pk).exists()


def test_a_deputy_who_becomes_a_member_is_told_no_second_time(group, meeting, sent):
    other = make.working_group()
    appoint(other, deputy := UserFactory())
    member = group.memberships.filter(role="member").first().user
    appoint(other, member)
    Attendance.answer(meeting, member, "no", deputy=deputy)
    sent()
    appoint(group, deputy)
    sent()
    Attendance.answer(meeting, member, "yes")
    assert sent() == []


def test_what_was_pruned_tells_nobody(group, meeting, sent, settings):
    """ADR 51: what was pruned with MESSAGES_KEEP_DAYS tells nobody."""
    type(meeting).objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() + timedelta(days=settings.MESSAGES_KEEP_DAYS + 60),
        ends_at=timezone.now() + timedelta(days=settings.MESSAGES_KEEP_DAYS + 60, hours=2),
    )
    Membership.objects.update(ends=None)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        joined(meeting, sent)
    with time_machine.travel(
        timezone.now() + timedelta(days=settings.MESSAGES_KEEP_DAYS + 1), tick=True
    ):
        _over(timezone.now() - timedelta(days=settings.MESSAGES_KEEP_DAYS)).delete()
        assert [one for one in sent() if one[0] == "New meeting"] == []


def test_an_erasure_takes_the_letter_and_its_address(meeting, sent):
    user = joined(meeting, sent)
    address = user.email
    with time_machine.travel(EVENING, tick=True):
        closes(meeting, user)
        sent()
        assert Delivery.objects.filter(address=address).exists()
        erase(user, by=programme_user(ADMIN))
        assert not Delivery.objects.filter(address=address).exists()


def test_who_is_back_before_the_end_left_is_told_no_second_time(meeting, sent):
    user = joined(meeting, sent)
    leaves(meeting, user)
    planning.plan()
    Membership.objects.filter(user=user).delete()
    appoint(meeting.group, user)
    assert sent() == []
    assert sent() == []
