from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.meetings.links import reply_token
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.outcome import Action, Decision
from apps.meetings.models.paper import Paper
from apps.meetings.models.people import AttendanceCorrection, SupportRequest
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group
from ..matrix import Row

# The people of the matrix; the colead is the named organiser of support.


def populate(world):
    group, colead = world.group, world.actors["colead"]
    appoint(group, StaffFactory())
    appoint(group, UserFactory())
    planned = {"by": colead}
    world.draft = make.meeting(group, **planned)
    world.open = make.published(group, **planned)
    world.pre_meet = make.published(
        group,
        kind=Meeting.Kind.PRE_MEET,
        parent=world.open,
        starts_at=world.open.starts_at - timedelta(hours=3),
        **planned,
    )
    world.begun = make.begun(group, days_ago=2, **planned)
    world.inquorate = make.held(group, [colead], days_ago=60, **planned)
    world.provisional = make.decision(world.inquorate)
    world.held = make.held(group, days_ago=30, **planned)
    world.half = make.decision(world.inquorate)
    world.half.settle("ratify", world.held, by=make.second_lead(group, colead))
    world.half_lapsed = make.decision(world.inquorate)
    world.half_lapsed.settle("lapse", world.held, by=make.second_lead(group, colead), note="No.")
    world.action = make.action(world.held, world.actors["member"])
    world.done = make.action(world.held, world.actors["member"], state=Action.State.DONE)
    world.first_held = make.held(group, days_ago=90, **planned)
    world.circulated = Minutes.draft(world.first_held, by=colead)
    world.circulated.move("circulate", by=colead)
    world.drafted = Minutes.draft(world.inquorate, by=colead)
    world.item = AgendaItem.objects.create(
        meeting=world.open, title="Travel", proposed_by=world.actors["member"]
    )
    world.accepted = AgendaItem.objects.create(
        meeting=world.open,
        title="Rooms",
        proposed_by=colead,
        state=AgendaItem.State.ACCEPTED,
        position=1,
    )
    file = SimpleUploadedFile("notes.txt", b"Some notes")
    world.paper = Paper.objects.create(
        meeting=world.open, title="Notes", uploaded_by=colead, **Paper.describe(file)
    )
    corrected = make.held(group, days_ago=45, **planned)
    other = make.second_lead(group, colead)
    corrected.record_attendance([colead.pk], by=other)
    world.correction = corrected.corrections.get()
    mine = make.held(group, days_ago=44, **planned)
    mine.record_attendance([colead.pk], by=colead)
    world.own_correction = mine.corrections.get()
    signed = make.terms(working_group(slug="elsewhere"), state="signed")
    at = make.held(group, days_ago=3, **planned)
    item = AgendaItem.objects.create(
        meeting=at, title="Terms", proposed_by=colead, about=signed, state="accepted", position=1
    )
    world.about = make.decision(at, item=item, confirmed=False)
    Decision.objects.filter(pk=world.about.pk).update(recorded_by=world.actors["secretary"])
    world.request = SupportRequest.ask(world.open, world.actors["member"], "A quiet room")


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def group(world):
    return {"slug": world.group.slug}


def plan(world):
    day = timezone.localdate() + timedelta(days=20)
    return {
        "title": "Next",
        "date_day": day.day,
        "date_month": day.month,
        "date_year": day.year,
        "start": "2pm",
        "end": "4pm",
        "format": "in_person",
        "place": "Room 2",
        "support_organiser": world.actors["colead"].pk,
        "reminders": "on",
    }


def change(world):
    return plan(world) | {"seen": world.open.sequence, "reason": "The room was taken."}


def after_the_meeting(world):
    day = timezone.localtime(world.open.ends_at) + timedelta(days=1)
    return plan(world) | {
        "kind": "debrief",
        "date_day": day.day,
        "date_month": day.month,
        "date_year": day.year,
    }


def item(world):
    return {"title": "Something", "kind": "discussion", "minutes_allowed": 5}


def a_paper(world):
    return {"title": "Paper", "file": SimpleUploadedFile("paper.pdf", make.pdf())}


def present(world):
    return {"present": [world.actors["colead"].pk]}


def decided(world):
    return {"text": "Yes", "method": "consensus", "agreed": "yes"}


def given(world):
    day = timezone.localdate() + timedelta(days=3)
    return {
        "text": "Call them",
        "owner": world.actors["member"].pk,
        "due_day": day.day,
        "due_month": day.month,
        "due_year": day.year,
    }


def half(name):
    """What one co-lead said became of it, for the other to confirm."""
    return lambda w: of("half_lapsed" if name == "lapse" else "half")(w) | {"name": name}


def settled(outcome):
    return lambda world: {"settled_at": world.held.pk, "outcome": outcome, "note": "Because."}


def written(world):
    return {"body": "What was said.", "seen": world.drafted.revision}


SIGNED_IN = "302 200 200 200 200 200 200 200 200"
#        anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
RUNS = "302 404 403 403 200 200 403 404 403"
RUNS_POST = "302 404 403 403 302 302 403 404 403"
LEADS = "302 404 403 403 403 200 403 404 403"
LEADS_POST = "302 404 403 403 403 302 403 404 403"
PLANS_DRAFT = "302 404 404 404 302 302 404 404 404"
INVITED = "302 404 200 200 200 200 403 404 403"
INVITED_POST = "302 404 302 302 302 302 403 404 403"
NOT_BY_GET = "302 405 405 405 405 405 405 405 405"

ROWS = [
    Row("meetings", SIGNED_IN),
    Row(
        "meetings",
        "302 404 200 200 200 200 200 404 200",
        data=lambda w: {"group": w.group.slug},
        note="of a group",
    ),
    Row("meeting_plan", RUNS, group),
    Row("meeting_plan", RUNS_POST, group, method="post", data=plan),
    Row("meeting", SEES, of("open"), note="published"),
    Row("meeting", "302 404 404 404 200 200 404 404 404", of("draft"), note="draft"),
    Row("meeting", SEES, of("held"), note="held"),
    # Peers' own: lived-experience members, and those who plan.
    Row("meeting", "302 404 200 200 200 200 404 404 404", of("pre_meet"), note="pre-meet"),
    Row("meeting_calendar", SEES, of("open")),
    Row("meeting_calendar", "302 404 404 404 404 404 404 404 404", of("draft"), note="draft"),
    Row("meeting_change", RUNS, of("open")),
    Row("meeting_change", RUNS_POST, of("open"), method="post", data=change),
    Row("linked_add", RUNS, of("open")),
    Row("linked_add", RUNS_POST, of("open"), method="post", data=after_the_meeting),
    Row("meeting_move", RUNS, lambda w: of("open")(w) | {"name": "cancel"}),
    Row("reply", INVITED, of("open")),
    Row("reply", INVITED_POST, of("open"), method="post", data=lambda w: {"reply": "yes"}),
    # The link itself is the permission: whoever holds it may answer, signed in or not.
    Row(
        "reply_by_link",
        "200 200 200 200 200 200 200 200 200",
        lambda w: {"token": reply_token(w.open, w.actors["member"])},
    ),
    Row(
        "reply_by_link",
        "404 404 404 404 404 404 404 404 404",
        lambda w: {"token": "forged:token:altogether"},
        note="forged",
    ),
    Row("support", INVITED, of("open")),
    Row("support", INVITED_POST, of("open"), method="post", data=lambda w: {"text": "Quiet"}),
    Row("support_to_arrange", SIGNED_IN),
    # The person and the named organiser alone, whatever the role.
    Row("support_arrange", "302 404 404 403 404 200 404 404 404", of("request")),
    Row("agenda_propose", "302 404 403 200 200 200 403 404 403", of("open")),
    Row(
        "agenda_propose",
        "302 404 403 302 302 302 403 404 403",
        of("open"),
        method="post",
        data=item,
    ),
    Row(
        "agenda_move",
        "302 404 404 403 200 200 404 404 404",
        lambda w: of("item")(w) | {"name": "accept"},
    ),
    Row(
        "agenda_shift",
        "302 404 403 403 302 302 403 404 403",
        lambda w: of("accepted")(w) | {"direction": "up"},
        method="post",
    ),
    Row("paper_add", RUNS, of("open")),
    Row("paper_add", RUNS_POST, of("open"), method="post", data=a_paper),
    Row("paper", SEES, of("paper")),
    Row("paper_remove", RUNS, of("paper")),
    Row("paper_remove", RUNS_POST, of("paper"), method="post"),
    Row("attendance", RUNS, of("begun")),
    Row("attendance", RUNS_POST, of("begun"), method="post", data=present),
    Row(
        "correction_move",
        "302 404 403 403 403 200 403 404 403",
        lambda w: of("correction")(w) | {"name": "make"},
    ),
    Row("decide", RUNS, of("held")),
    Row("decide", RUNS_POST, of("held"), method="post", data=decided),
    Row("group_decisions", SEES, group),
    Row("decision", SEES, of("provisional")),
    Row("settle", LEADS, of("provisional")),
    Row("settle", LEADS_POST, of("provisional"), method="post", data=settled("ratify")),
    Row("decision_move", LEADS, half("ratify")),
    Row("decision_move", LEADS_POST, half("ratify"), method="post"),
    Row("decision_move", LEADS_POST, half("lapse"), method="post", note="lapse"),
    Row("decision_confirm", LEADS, of("about")),
    Row("decision_confirm", LEADS_POST, of("about"), method="post"),
    Row("action_add", RUNS, of("held")),
    Row("action_add", RUNS_POST, of("held"), method="post", data=given),
    Row("actions", SIGNED_IN),
    Row("action", SEES, of("action")),
    Row(
        "action_move",
        "302 404 403 200 200 200 403 404 403",
        lambda w: of("action")(w) | {"name": "cancel"},
    ),
    Row("minutes", SEES, of("first_held"), note="circulated"),
    Row("minutes", "302 404 404 404 200 200 404 404 404", of("inquorate"), note="draft"),
    Row("minutes_draft", RUNS_POST, of("held"), method="post"),
    Row("minutes_edit", "302 404 404 404 200 200 404 404 404", of("inquorate")),
    Row(
        "minutes_edit",
        "302 404 404 404 302 302 404 404 404",
        of("inquorate"),
        method="post",
        data=written,
    ),
    Row("minutes_approve", "302 404 403 403 403 200 403 404 403", of("first_held")),
    Row("minutes_print", SEES, of("first_held")),
    Row("minutes_pdf", SEES, of("first_held")),
    Row(
        "minutes_move",
        "302 404 403 403 200 200 403 404 403",
        lambda w: of("circulated")(w) | {"name": "revise"},
    ),
]


def move(url, expect, thing, name, note=""):
    return Row(
        url,
        expect,
        lambda world: of(thing)(world) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=note or name,
    )


MOVES = {
    Meeting: {
        "publish": move("meeting_move", PLANS_DRAFT, "draft", "publish"),
        "cancel": move("meeting_move", RUNS_POST, "open", "cancel"),
        "did_not_happen": move("meeting_move", LEADS_POST, "begun", "did_not_happen"),
    },
    AgendaItem: {
        "accept": move("agenda_move", "302 404 404 403 302 302 404 404 404", "item", "accept"),
        "decline": move("agenda_move", "302 404 404 403 302 302 404 404 404", "item", "decline"),
        "withdraw": move("agenda_move", "302 404 404 302 403 403 404 404 404", "item", "withdraw"),
    },
    # The first of the two presses again: it still waits.
    AttendanceCorrection: {
        name: move("correction_move", "302 404 403 403 403 302 403 404 403", which, name)
        for name, which in (("make", "correction"), ("drop", "own_correction"))
    },
    SupportRequest: {
        "arrange": Row(
            "support_arrange",
            "302 404 404 403 404 302 404 404 404",
            of("request"),
            method="post",
            data=lambda world: {"arrangement": "Room 3 is kept for you."},
        ),
    },
    Decision: {
        "deny": move("decision_move", "302 404 403 403 302 302 403 404 403", "about", "deny"),
    },
    Action: {
        "finish": move("action_move", "302 404 403 302 302 302 403 404 403", "action", "finish"),
        "cancel": move("action_move", "302 404 403 302 302 302 403 404 403", "action", "cancel"),
        "reopen": move("action_move", "302 404 403 302 302 302 403 404 403", "done", "reopen"),
    },
    Minutes: {
        "circulate": move(
            "minutes_move", "302 404 404 404 302 302 404 404 404", "drafted", "circulate"
        ),
        "revise": move("minutes_move", RUNS_POST, "circulated", "revise"),
        "approve": Row(
            "minutes_approve",
            "302 404 403 403 403 302 403 404 403",
            of("first_held"),
            method="post",
            data=lambda world: {"approved_at": world.held.pk},
        ),
    },
}
