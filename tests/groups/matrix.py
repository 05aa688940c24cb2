from django.utils import timezone

from apps.groups.models import TermsOfReference, WorkingGroup
from apps.groups.roles import Role
from apps.recruitment.employment.models.appointment import Appointment

from ..factories import WorkingGroupFactory, appoint, terms, working_group
from ..matrix import Row


def populate(world):
    world.forming = WorkingGroupFactory(slug="forming", state=WorkingGroup.State.FORMING)
    terms(world.forming)
    other = working_group(leads=False, slug="other")
    appoint(other, world.actors["member"])
    for role, name in ((Role.SECRETARY, "secretary"), (Role.OBSERVER, "observer")):
        appoint(other, world.actors[name], role)
    appoint(other, world.actors["colead"], Role.CO_LEAD)
    world.proposed_terms = terms(other, state="proposed")
    first = WorkingGroupFactory(slug="first", state=WorkingGroup.State.FORMING)
    world.first_terms = terms(first, state="signed")
    world.says_how = working_group(slug="says-how")
    world.says_how.terms_of_reference.update(peer_workers="staff")
    appoint(world.says_how, world.actors["secretary"])
    Appointment.begin(user=world.actors["secretary"], started_on=timezone.localdate())
    world.closing = WorkingGroupFactory(slug="closing", state=WorkingGroup.State.CLOSING)


def group(world):
    return {"slug": world.group.slug}


def ending(world):
    return group(world) | {"pk": world.group.memberships.get(user=world.actors["member"]).pk}


def in_post(world):
    return {"slug": world.says_how.slug}


def form(world):
    return {"name": "Another group", "kind": "task", "purpose": "To see."}


def new_terms(world):
    today = timezone.localdate()
    return {
        "seen": 1,
        "text": "We decide together.",
        "quorum_members": 4,
        "quorum_lived_experience": 2,
        "quorum_staff": 2,
        "notice_days": 7,
        "peer_workers": "staff",
        "in_force_from_day": today.day,
        "in_force_from_month": today.month,
        "in_force_from_year": today.year,
    }


def of_terms(one):
    return {"group__slug": one.group.slug, "version": one.version}


#      anonymous outsider observer member secretary colead office hr admin
ROWS = [
    Row("groups", "302 200 200 200 200 200 200 200 200"),
    Row("group_add", "302 403 403 403 403 403 200 403 403"),
    Row("group_add", "302 403 403 403 403 403 302 403 403", method="post", data=form),
    Row("group", "302 404 200 200 200 200 200 404 200", group),
    Row("group_change", "302 404 403 403 403 403 200 404 403", group),
    Row("group_history", "302 404 403 403 403 200 200 404 403", group),
    Row("appoint", "302 404 403 403 403 403 200 404 403", group),
    Row("end_membership", "302 404 403 403 403 403 200 404 403", ending),
    Row("end_membership", "302 404 403 403 403 403 302 404 403", ending, method="post"),
    Row("group_side", "302 404 404 404 200 404 404 404 404", in_post),
    Row(
        "group_side",
        "302 404 404 404 302 404 404 404 404",
        in_post,
        method="post",
        data=lambda world: {"side": "neither"},
    ),
    Row("terms_add", "302 404 403 403 403 200 200 404 403", group),
    Row("terms_add", "302 404 403 403 403 302 302 404 403", group, method="post", data=new_terms),
    Row("terms", "302 404 200 200 200 200 200 404 200", lambda w: group(w) | {"version": 1}),
    Row(
        "terms_move",
        "302 404 403 403 403 200 403 404 403",
        lambda w: of_terms(w.proposed_terms) | {"name": "sign"},
    ),
    Row(
        "group_move",
        "302 404 403 403 403 403 200 404 403",
        lambda w: group(w) | {"name": "wind_down"},
        note="explains first",
    ),
]


def move(name, of, expect="302 404 404 404 404 404 302 404 403", note=""):
    return Row(
        "group_move",
        expect,
        lambda world: {"slug": getattr(world, of).slug, "name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=note or name,
    )


def signing(name, of, expect):
    return Row(
        "terms_move",
        expect,
        lambda world: of_terms(getattr(world, of)) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


MOVES = {
    WorkingGroup: {
        # Without co-leads even the office is told "not yet": 422.
        "activate": move("activate", "forming", "302 404 404 404 404 404 422 404 403"),
        "wind_down": move("wind_down", "group", "302 404 403 403 403 403 302 404 403"),
        "reopen": move("reopen", "closing"),
        "close": move("close", "closing"),
    },
    TermsOfReference: {
        "sign": signing("sign", "proposed_terms", "302 404 403 403 403 302 403 404 403"),
        # The office did not propose them.
        "drop": signing("drop", "proposed_terms", "302 404 403 403 403 302 403 404 403"),
        "adopt_first": signing("adopt_first", "first_terms", "302 404 404 404 404 404 302 404 403"),
    },
}
