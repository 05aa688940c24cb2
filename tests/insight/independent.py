"""The same figures, reckoned otherwise: in Python, row by row, from what the tables hold.

Nothing here calls apps/insight or asks the database to count, cut dates or join: so what both say
is not one error made twice.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.accounts.models.people import User
from apps.accounts.models.sides import SideChange
from apps.groups.models import Membership, WorkingGroup
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import Attendance
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.suggestion import Suggestion

LONDON = ZoneInfo("Europe/London")


def rows(model):
    return list(model._base_manager.order_by("pk").values())


def local(moment):
    return moment.astimezone(LONDON).date()


def quarter(day):
    return date(
        day.year, {1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 4, 7: 7, 8: 7, 9: 7}.get(day.month, 10), 1
    )


def end_of(first):
    """The first day of the next quarter."""
    return date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)


class Sides:
    """On which side somebody was at a moment, from where they are now and how that changed."""

    def __init__(self):
        self.now = {one["id"]: one["constituency"] for one in rows(User)}
        self.changes = [one for one in rows(SideChange) if one["state"] == "confirmed"]

    def at(self, user, moment):
        side = self.now[user]
        theirs = [one for one in self.changes if one["user_id"] == user]
        for change in sorted(theirs, key=lambda one: one["answered_at"], reverse=True):
            if change["answered_at"] > moment:
                side = change["before"]
        return side


def held_meetings():
    return {
        one["id"]: one
        for one in rows(Meeting)
        if one["kind"] == "meeting" and one["state"] in ("held", "minuted")
    }


def members(first, now):
    """{(group or None, side): how many} at the end of a quarter, or now."""
    moment = min(datetime.combine(end_of(first), time(), tzinfo=LONDON), now)
    on = min(end_of(first) - timedelta(days=1), local(now))
    sides, found = Sides(), {}
    for one in rows(Membership):
        began = one["starts"] <= on
        goes_on = one["ends"] is None or one["ends"] >= on
        broken_off = one["ended_at"] is not None and local(one["ended_at"]) <= on
        if one["role"] != "observer" and began and goes_on and not broken_off:
            side = sides.at(one["user_id"], moment)
            found.setdefault((one["group_id"], side), set()).add(one["user_id"])
            found.setdefault((None, side), set()).add(one["user_id"])
    return {key: len(people) for key, people in found.items()}


def meetings():
    """{(group, quarter, side, part): how many}, here and below."""
    found = Counter()
    for one in rows(Meeting):
        if one["kind"] != "meeting" or one["state"] not in ("held", "minuted", "cancelled"):
            continue
        if one["state"] == "cancelled" and not one["published_at"]:
            continue  # a draft that was called off
        part = "cancelled" if one["state"] == "cancelled" else "inquorate"
        if part == "inquorate" and one["was_quorate"]:
            part = "quorate"
        found[one["group_id"], quarter(local(one["starts_at"])), "", part] += 1
    return found


def attendance():
    held, sides, found = held_meetings(), Sides(), Counter()
    for one in rows(Attendance):
        meeting = held.get(one["meeting_id"])
        if meeting is None or one["attended"] is None:
            continue
        side = one["counted_as"] or sides.at(one["user_id"], meeting["starts_at"])
        what = {
            "invited": True,
            "came": one["attended"],
            "apologies": one["reply"] == "no",
            "deputy_named": one["deputy_id"] is not None,
            "deputy_came": one["extra"] and one["attended"],
        }
        for part, is_so in what.items():
            where = meeting["group_id"], quarter(local(meeting["starts_at"]))
            found[*where, side, part] += bool(is_so)
    return found


def agenda():
    held, sides, found = held_meetings(), Sides(), Counter()
    for one in rows(AgendaItem):
        meeting = held.get(one["meeting_id"])
        if meeting is not None and one["state"] != "withdrawn":
            side = sides.at(one["proposed_by_id"], meeting["starts_at"])
            where = meeting["group_id"], quarter(local(meeting["starts_at"]))
            found[*where, side, one["state"]] += 1
    return found


def decisions():
    every, found = {one["id"]: one for one in rows(Meeting)}, Counter()
    for one in rows(Decision):
        if one["state"] == "denied":
            continue
        meeting = every[one["meeting_id"]]
        part = one["state"]
        if not one["agreed"]:
            part = "not_agreed"
        elif part in ("recorded", "carried"):
            part = "quorate"
        found[meeting["group_id"], quarter(local(meeting["starts_at"])), "", part] += 1
    return found


def suggestions():
    groups, found = {one["id"]: one["group_id"] for one in rows(Output)}, Counter()
    for one in rows(Suggestion):
        if one["state"] == "withdrawn":
            continue
        part = one["state"]
        if part in ("taken_up", "adapted") and one["revision"] is None:
            part = "earlier"
        where = groups[one["output_id"]], quarter(local(one["made_at"]))
        found[*where, one["constituency"], part] += 1
    return found


def with_programme(found):
    """The same with the sum over groups, under None; nothing that is nought."""
    every = Counter(found)
    for (_, *key), number in found.items():
        every[None, *key] += number
    return {key: number for key, number in every.items() if number}


def groups():
    return [one["id"] for one in rows(WorkingGroup)]
