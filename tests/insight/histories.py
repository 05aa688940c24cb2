"""Histories of a small programme, for hypothesis: rows as tables may hold them, however they came.

People join, leave, change sides, stand in for others and are erased; meetings are moved, called off
and held without a quorum; much happens in the hours around the end of a quarter.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import SideChange
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import Attendance
from apps.taskgroups.models.output import Output, OutputVersion
from apps.taskgroups.models.suggestion import Suggestion

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
# The ends of quarters in London: two of them an hour off in UTC.
EDGES = [datetime(2026, month, 1, tzinfo=UTC) - timedelta(minutes=30) for month in (4, 7, 10)]

SIDES = st.sampled_from(Constituency.values)
MOMENTS = st.one_of(
    st.sampled_from([edge + timedelta(hours=one) for edge in EDGES for one in (-1, 0, 1)]),
    st.integers(0, int((NOW - BEGIN).total_seconds())).map(lambda n: BEGIN + timedelta(seconds=n)),
)
DAYS = MOMENTS.map(lambda moment: moment.date())


@st.composite
def histories(draw):
    """A function that fills an empty database."""
    many = draw(st.integers(1, 5))
    people = st.integers(0, many - 1)
    group = st.integers(0, 1)
    plan = {
        "people": draw(st.lists(st.tuples(SIDES, st.booleans()), min_size=many, max_size=many)),
        "changes": draw(  # one after the other: nobody waits for two
            st.lists(
                st.tuples(people, SIDES, MOMENTS),
                max_size=3,
                unique_by=lambda one: (one[0], one[2]),
            )
        ),
        "terms": draw(
            st.lists(
                st.tuples(
                    group,
                    people,
                    st.sampled_from(Role.values),
                    DAYS,
                    st.none() | st.integers(0, 200),
                    st.none() | MOMENTS,
                ),
                max_size=6,
            )
        ),
        "meetings": draw(
            st.lists(
                st.tuples(
                    group,
                    MOMENTS,
                    st.sampled_from(Meeting.Kind.values),
                    st.sampled_from([one.value for one in Meeting.State]),
                    st.booleans(),
                ),
                min_size=1,
                max_size=4,
            )
        ),
    }
    meeting = st.integers(0, len(plan["meetings"]) - 1)
    plan["came"] = draw(
        st.lists(
            st.tuples(
                meeting,
                people,
                st.none() | st.booleans(),
                SIDES | st.just(""),
                st.sampled_from(["", "yes", "no"]),
                st.none() | people,
                st.booleans(),
            ),
            max_size=8,
            unique_by=lambda one: one[:2],
        )
    )
    states = st.sampled_from([one.value for one in AgendaItem.State])
    plan["items"] = draw(st.lists(st.tuples(meeting, people, states), max_size=6))
    states = st.sampled_from([one.value for one in Decision.State])
    plan["decided"] = draw(st.lists(st.tuples(meeting, states, st.booleans()), max_size=5))
    states = st.sampled_from([one.value for one in Suggestion.State])
    plan["suggested"] = draw(
        st.lists(st.tuples(group, people, SIDES, states, MOMENTS, st.booleans()), max_size=6)
    )
    return plan


def fill(plan):
    """Make the rows of a plan."""
    people = [
        User.objects.create(
            full_name=f"P{at}", email=f"p{at}@test.example", constituency=side, is_active=active
        )
        for at, (side, active) in enumerate(plan["people"])
    ]
    groups = [
        WorkingGroup.objects.create(
            name=f"G{at}", slug=f"g{at}", kind="task", purpose="x", state="active", created_at=BEGIN
        )
        for at in range(2)
    ]
    for who, before, moment in plan["changes"]:
        SideChange.objects.create(
            user=people[who],
            before=before,
            after=people[who].constituency,
            state="confirmed",
            asked_by=people[0],
            answered_at=moment,
        )
    for at, (group, who, role, starts, days, ended) in enumerate(plan["terms"]):
        ends = starts + timedelta(days=days) if days is not None else None
        if ends is None and ended is None:
            ends = starts + timedelta(days=365 + at)  # one that is open stands once
        Membership.objects.create(
            group=groups[group],
            user=people[who],
            role=role,
            starts=starts,
            ends=ends,
            ended_at=ended,
        )
    meetings = [
        Meeting.objects.create(
            group=groups[group],
            title="M",
            kind=kind,
            state=state,
            # Every second was announced; a draft can be called off as well.
            published_at=moment if quorate is not None else None,
            was_quorate=quorate if state in ("held", "minuted") else None,
            starts_at=moment,
            ends_at=moment + timedelta(hours=2),
            support_organiser=people[0],
            created_by=people[0],
        )
        for group, moment, kind, state, quorate in plan["meetings"]
    ]
    for meeting, who, attended, counted, reply, deputy, extra in plan["came"]:
        Attendance.objects.create(
            meeting=meetings[meeting],
            user=people[who],
            attended=attended,
            counted_as=counted,
            reply=reply,
            deputy=people[deputy] if deputy is not None else None,
            extra=extra,
        )
    for meeting, who, state in plan["items"]:
        AgendaItem.objects.create(
            meeting=meetings[meeting], title="I", proposed_by=people[who], state=state
        )
    needed = [f"{who}_{what}" for who in NEEDED for what in ("present", "needed")]
    for at, (meeting, state, agreed) in enumerate(plan["decided"]):
        Decision.objects.create(
            meeting=meetings[meeting],
            reference=f"r{at}",
            text="x",
            method="consensus",
            agreed=agreed,
            state=state,
            recorded_by=people[0],
            **dict.fromkeys(needed, 0),
        )
    suggest(plan["suggested"], groups, people)


_LIVED, _STAFF, _PARTNER = Constituency.values
_EDGE = EDGES[0] + timedelta(minutes=15)  # a quarter to midnight in UTC, past midnight in London

# All that may go wrong, once: a side that changed twice, terms that ended early or on the day, a
# deputy, somebody erased, a meeting in the hour between UTC and London, one called off.
EVERYTHING = {
    "people": [(_LIVED, True), (_STAFF, True), (_STAFF, False), (_PARTNER, True)],
    "changes": [
        (0, _STAFF, datetime(2026, 5, 10, tzinfo=UTC)),
        (0, _PARTNER, datetime(2026, 8, 10, tzinfo=UTC)),
    ],
    "terms": [
        (0, 0, Role.CO_LEAD, BEGIN.date(), None, None),
        (0, 1, Role.CO_LEAD, BEGIN.date(), 180, None),
        (0, 1, Role.SECRETARY, BEGIN.date(), None, None),
        (1, 0, Role.MEMBER, BEGIN.date(), None, EDGES[1] + timedelta(minutes=15)),
        (1, 2, Role.MEMBER, BEGIN.date(), None, NOW - timedelta(days=3)),
        (1, 3, Role.OBSERVER, BEGIN.date(), None, None),
    ],
    "meetings": [
        (0, _EDGE, "meeting", "minuted", True),
        (0, datetime(2026, 6, 10, tzinfo=UTC), "meeting", "held", False),
        (1, datetime(2026, 9, 10, tzinfo=UTC), "meeting", "held", True),
        (1, datetime(2026, 9, 11, tzinfo=UTC), "debrief", "held", None),
        (1, datetime(2026, 10, 11, tzinfo=UTC), "meeting", "cancelled", False),
    ],
    "came": [
        (0, 0, True, "", "yes", None, False),
        (0, 1, True, _PARTNER, "", None, False),
        (0, 3, False, "", "no", 2, False),
        (0, 2, True, _STAFF, "yes", None, True),
        (1, 0, True, "", "", None, False),
        (2, 0, False, "", "no", None, False),
        (2, 3, None, "", "no", None, False),
        (3, 0, True, "", "yes", None, False),
    ],
    "items": [
        (0, 0, "accepted"),
        (1, 0, "accepted"),
        (2, 0, "declined"),
        (2, 1, "withdrawn"),
        (3, 1, "accepted"),
        (4, 1, "accepted"),
    ],
    "decided": [
        (0, "carried", True),
        (0, "not_carried", False),
        (1, "ratified", True),
        (1, "lapsed", True),
        (2, "provisional", True),
        (2, "recorded", False),
        (2, "denied", True),
    ],
    "suggested": [
        (0, 0, _LIVED, "taken_up", _EDGE, True),
        (0, 0, _LIVED, "taken_up", _EDGE, False),
        (1, 1, _STAFF, "adapted", NOW, True),
        (1, 1, _STAFF, "withdrawn", NOW, True),
        (1, 2, _STAFF, "agreed", BEGIN, True),
    ],
}

NEEDED = ("members", "lived_experience", "staff")


def suggest(suggested, groups, people):
    outputs = [
        Output.objects.create(group=group, title="O", created_by=people[0]) for group in groups
    ]
    versions = [OutputVersion.objects.create(output=one, number=1) for one in outputs]
    for group, who, side, state, moment, stands in suggested:
        changed = state in ("taken_up", "adapted")
        Suggestion.objects.create(
            output=outputs[group],
            version=versions[group],
            text="x",
            by=people[who],
            constituency=side,
            state=state,
            made_at=moment,
            changed=versions[group] if changed else None,
            revision=1 if changed and stands else None,
        )
