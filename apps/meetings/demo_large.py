"""Ten thousand meetings at once, for measuring: made in bulk, so nothing here moves a state."""

from collections import Counter
from datetime import time, timedelta
from itertools import islice

from apps.core.dates import wall_clock
from apps.groups.models import Membership
from apps.groups.roles import Role

from .models.meeting import Meeting
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.people import Attendance

MEETINGS = 10_000
BATCH = 2000


def _in_bulk(model, rows):
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def load_large(world):
    """As many meetings as reach MEETINGS, over all groups, held and minuted but for the last."""
    groups = list(world.groups.values())
    people = {}
    for one in Membership.objects.select_related("user").order_by("pk"):
        people.setdefault(one.group_id, []).append(one)
    each = -(-(MEETINGS - Meeting.objects.count()) // len(groups))
    world.goto(world.today)
    _in_bulk(
        Meeting,
        (
            _meeting(world, group, people[group.pk], step)
            for group in groups
            for step in range(each)
        ),
    )
    made = list(
        Meeting.objects.filter(title__endswith="(measured)").select_related("group").order_by("pk")
    )
    held = [meeting for meeting in made if meeting.state == Meeting.State.MINUTED]
    _in_bulk(
        Attendance,
        (
            Attendance(
                meeting=meeting,
                user_id=one.user_id,
                reply="yes",
                replied_at=meeting.starts_at,
                attended=True,
                counted_as="" if one.role == Role.OBSERVER else one.user.constituency,
            )
            for meeting in held
            for one in people[meeting.group_id][:12]
        ),
    )
    _in_bulk(Decision, _decisions(held))
    _in_bulk(
        Minutes,
        (
            Minutes(
                meeting=meeting,
                body="## What was said\n\nWe met and agreed what comes next.",
                state=Minutes.State.CIRCULATED,
                circulated_at=meeting.ends_at,
            )
            for meeting in held
        ),
    )
    _in_bulk(
        Action,
        (
            Action(
                group_id=meeting.group_id,
                meeting=meeting,
                text="Write to the teams",
                owner_id=people[meeting.group_id][number % 5].user_id,
                due=meeting.on + timedelta(days=14),
                created_by_id=meeting.created_by_id,
                state=Action.State.OPEN if number % 10 == 0 else Action.State.DONE,
            )
            for number, meeting in enumerate(held)
        ),
    )


def _meeting(world, group, people, step):
    lead = next(one.user_id for one in people if one.role == Role.CO_LEAD)
    past = step > 0
    day = world.today + timedelta(days=14 if not past else -14 * step)
    return Meeting(
        group=group,
        title=f"{group.name} (measured)",
        place="Room 1",
        support_organiser_id=lead,
        created_by_id=lead,
        starts_at=wall_clock(day, time(14)),
        ends_at=wall_clock(day, time(16)),
        state=Meeting.State.MINUTED if past else Meeting.State.PUBLISHED,
        published_at=world.now,
        scheduled_at=world.now,
        terms=group.terms_at(day) if past else None,
        was_quorate=True if past else None,
    )


def _decisions(meetings):
    """One of each meeting; the numbers go on from where each group's year has come to."""
    given = Decision.objects.values_list("reference", flat=True)
    numbers = Counter(f"{reference.rpartition('/')[0]}/" for reference in given)
    for meeting in meetings:
        prefix = Decision.reference_prefix(meeting)
        numbers[prefix] += 1
        yield _decision(meeting, f"{prefix}{numbers[prefix]}")


def _decision(meeting, reference):
    return Decision(
        meeting=meeting,
        reference=reference,
        text="We go on as agreed.",
        method=Decision.Method.CONSENSUS,
        state=Decision.State.CARRIED,
        members_present=12,
        lived_experience_present=6,
        staff_present=6,
        members_needed=4,
        lived_experience_needed=2,
        staff_needed=2,
        recorded_by_id=meeting.created_by_id,
    )
