"""Meetings and Conversations alike: their time, their place, and who is told of a change."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.conversations.models.booking import Booking
from apps.conversations.models.booking import amend as amend_conversation
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.models import AuditEntry
from apps.notifications.models import Delivery
from tests import factories as make

from ..factories import UserFactory, appoint

pytestmark = pytest.mark.django_db


def a_meeting(to="published"):
    group = make.working_group()
    appoint(group, guest := UserFactory())
    return make.published(group) if to == "published" else make.meeting(group), guest


def a_conversation(to="published"):
    event = make.conversation(make.network(), to=to)
    guest = UserFactory()
    if to == "published":
        Booking.book(event, guest)
    return event, guest


@pytest.fixture(params=[a_meeting, a_conversation], ids=["meeting", "conversation"])
def kind(request):
    return request.param


@pytest.fixture
def gathering(kind):
    made, made.guest = kind()
    return made


def amend(gathering, **changes):
    """A fresh row, as a page has it."""
    changes = {"seen": gathering.sequence, "by": gathering.created_by} | changes
    fresh = type(gathering).objects.get(pk=gathering.pk)
    if hasattr(fresh, "places"):
        changed = amend_conversation(fresh, **changes)
    else:
        changed = fresh.amend(**changes)
    gathering.refresh_from_db()
    return set(changed)


def times(starts_at):
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}


def told(gathering):
    rows = Delivery.objects.about(gathering).filter(recipient=gathering.guest, channel="email")
    return rows.filter(occurrence__rule__kind__endswith="changed").count()


def amendments(gathering):
    return AuditEntry.objects.about(gathering).filter(action="amend").count()


def test_a_new_time_or_place_is_told_once_with_its_reason(gathering):
    later = gathering.starts_at + timedelta(days=1)
    for changes in ({"place": "Room 2"}, times(later), {"link": "https://x.example/1"}):
        with pytest.raises(NotYet, match="Say why the time or place changes"):
            amend(gathering, **changes)
    assert (gathering.sequence, told(gathering)) == (0, 0)
    assert amend(gathering, reason="The room is lost.", **times(later)) == {"starts_at", "ends_at"}
    assert (gathering.sequence, told(gathering)) == (1, 1)
    assert gathering.announcement == "The room is lost."
    assert gathering.scheduled_at > gathering.published_at


def test_another_detail_is_told_to_nobody(gathering):
    before = gathering.scheduled_at
    assert amend(gathering, title="Another title", joining="Bus 51") == {"title", "joining"}
    assert (gathering.sequence, told(gathering), amendments(gathering)) == (0, 0, 1)
    assert gathering.scheduled_at == before


def test_where_nothing_changes_nothing_is_saved_or_recorded(gathering):
    assert amend(gathering, title=gathering.title, place=gathering.place) == set()
    assert (gathering.sequence, amendments(gathering)) == (0, 0)


def test_a_page_that_is_behind_moves_nothing(gathering):
    amend(gathering, place="Room 2", reason="Taken.")
    with pytest.raises(Conflict, match="while you were writing"):
        amend(gathering, seen=0, place="Room 3", reason="Taken too.")
    with pytest.raises(Already, match="as you sent them"):
        amend(gathering, seen=0, place="Room 2", reason="Taken.")
    assert gathering.place == "Room 2"


def test_what_has_begun_keeps_its_time(gathering):
    """People came for it. A Conversation was moved to another day once."""
    begun = timezone.now() - timedelta(minutes=5)
    type(gathering).objects.filter(pk=gathering.pk).update(**times(begun))
    gathering.refresh_from_db()
    for changes in (
        times(timezone.now() + timedelta(days=30)),
        {"ends_at": gathering.ends_at + timedelta(hours=1)},
    ):
        with pytest.raises(NotYet, match="It has begun, so its time no longer changes"):
            amend(gathering, reason="Nobody came.", **changes)
    assert amend(gathering, place="Room 2", reason="A flood.") == {"place"}


def test_nothing_is_moved_into_the_past(gathering):
    with pytest.raises(NotYet, match="starts in the past"):
        amend(gathering, reason="Sooner.", **times(timezone.now() - timedelta(hours=1)))


def test_people_are_always_told_where(gathering):
    with pytest.raises(NotYet, match="Say where"):
        amend(gathering, place="", reason="The room is lost.")


def test_nobody_is_told_of_a_draft(kind):
    draft, draft.guest = kind("draft")
    assert amend(draft, place="Room 2") == {"place"}
    assert (draft.sequence, told(draft), draft.announcement) == (0, 0, "")
    assert not draft.is_announced
    assert not type(draft).objects.upcoming().exists()


def test_a_draft_that_was_called_off_stays_with_those_who_planned_it(kind):
    """Nobody else had heard of it. Members could read the title of such a meeting."""
    draft, guest = kind("draft")
    planner = draft.created_by
    draft.move("cancel", by=planner, note="Changed plans.")
    everything = type(draft).objects
    assert list(everything.visible_to(planner)) == [draft]
    assert not everything.visible_to(guest).exists()


def test_what_was_held_was_announced():
    """Whatever asks both alike gets one answer."""
    network = make.network()
    held = make.conversation_over(network, UserFactory())
    meeting = make.held(make.working_group())
    for one in (held, meeting):
        assert one.was_held
        assert one.is_announced
        assert not one.is_published
        assert one.is_over


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start": "9am", "end": "11pm"}, "at most. Check am and pm"),
        ({"start": "2pm", "end": "1pm"}, "must end after it starts"),
        ({"date_year": "2020"}, "must be in the future"),
        (
            {"date_day": "28", "date_month": "3", "start": "1:30am", "end": "3am"},
            "go forward",
        ),
        ({"link": "not a link"}, "Enter the whole link"),
    ],
)
def test_both_forms_say_what_is_wrong_with_a_time(client, gathering, changes, says):
    client.force_login(gathering.created_by, "apps.accounts.backends.SignIn")
    is_meeting = not hasattr(gathering, "places")
    data = {
        "title": gathering.title,
        "summary": "What helps?",
        "format": "in_person",
        "date_day": "14",
        "date_month": "7",
        "date_year": "2027",
        "start": "2pm",
        "end": "4pm",
        "place": "Room 1",
        "places": "2",
        "organiser": str(gathering.created_by.pk),
        "support_organiser": str(gathering.created_by.pk),
        "reason": "Why not.",
        "seen": "0",
    }
    page = reverse("meeting_change" if is_meeting else "conversation_change", args=[gathering.pk])
    sent = client.post(page, data | changes)
    assert sent.status_code == 422
    assert says in sent.content.decode()


def test_a_page_that_changes_nothing_says_so(client, gathering):
    client.force_login(gathering.created_by, "apps.accounts.backends.SignIn")
    is_meeting = not hasattr(gathering, "places")
    page = reverse("meeting_change" if is_meeting else "conversation_change", args=[gathering.pk])
    type(gathering).objects.update(
        **times(gathering.starts_at.replace(second=0, microsecond=0)), reminders=True
    )
    form = client.get(page).context["form"]
    data = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    date, start, end = (data.pop(name) for name in ("date", "start", "end"))
    data |= {"date_day": date.day, "date_month": date.month, "date_year": date.year}
    data |= {"start": start, "end": end, "reminders": "on"}
    sent = client.post(page, data, follow=True)
    assert "Nothing was changed." in sent.content.decode()
