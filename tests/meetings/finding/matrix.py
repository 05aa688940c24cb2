from datetime import timedelta

from django.utils import timezone

from apps.meetings.finding.links import times_token
from apps.meetings.finding.models import Finding

from ...matrix import Row
from ..matrix import RUNS, RUNS_POST, SEES, group

# Whoever serves a group plans its meetings: co-leads and secretaries.


def populate(world):
    world.finding = looked_for(world.group, world.actors["colead"])


def looked_for(group, by, **fields):
    """Three times in 20 days and the days after, to be answered within ten."""
    now = timezone.now()
    times = [
        (now + timedelta(days=20 + n), now + timedelta(days=20 + n, hours=2)) for n in range(3)
    ]
    fields = {"title": "Autumn meeting", "closes_at": now + timedelta(days=10)} | fields
    return Finding.propose(group, times, by=by, **fields)


def of(thing, **more):
    return lambda world: {"pk": getattr(world, thing).pk} | more


def choice(name):
    return lambda world: of(name)(world) | {"time": getattr(world, name).times.first().pk}


def proposed(world):
    day = timezone.localdate()
    sent = {"title": "Next", "length": "120", "format": "online", "link": "https://x.example/1"}
    for name, days in (("closes", 5), ("day_1", 20), ("day_2", 21), ("day_3", 22)):
        on = day + timedelta(days=days)
        sent |= {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}
    return sent | {f"start_{number}": "2pm" for number in (1, 2, 3)}


def suits(world):
    return {f"time_{time.pk}": "yes" for time in world.finding.times.all()}


def token(world):
    return {"token": times_token(world.finding, world.actors["member"])}


ASKED = "302 404 200 200 200 200 403 404 403"
ASKED_POST = "302 404 302 302 302 302 403 404 403"
ANYBODY = "200 200 200 200 200 200 200 200 200"

ROWS = [
    Row("finding_propose", RUNS, group),
    Row("finding_propose", RUNS_POST, group, method="post", data=proposed),
    Row("finding", SEES, of("finding")),
    Row("finding_answer", ASKED, of("finding")),
    Row("finding_answer", ASKED_POST, of("finding"), method="post", data=suits),
    Row("finding_choose", RUNS, choice("finding")),
    Row(
        "finding_choose",
        RUNS_POST,
        choice("finding"),
        method="post",
        data=lambda world: {"knowingly": "on"},
    ),
    Row("finding_move", RUNS, of("finding", name="drop")),
    # The link itself is the permission: whoever holds it may answer, signed in or not.
    Row("finding_by_link", ANYBODY, token),
    Row("finding_by_link", ANYBODY, token, method="post", data=suits, note="answered"),
    Row(
        "finding_by_link",
        ANYBODY.replace("200", "404"),
        lambda world: {"token": "forged:token:altogether"},
        note="forged",
    ),
]

MOVES = {
    Finding: {
        "drop": Row(
            "finding_move",
            RUNS_POST,
            of("finding", name="drop"),
            method="post",
            data=lambda world: {"note": "Because."},
            note="drop",
        ),
    },
}

KEPT_OUT = {"TimeAnswer": "who plans reads it beside the times"}
