"""Consultations: who finds, writes, runs and answers them."""

from apps.governance.consultations.forms.responding import signed
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import new_code, receive
from tests import factories as make
from tests.matrix import Row


def populate(world):
    colead = world.actors["colead"]
    world.ask_draft = make.consultation(world.group, to="draft", by=colead)
    world.ask_section = world.ask_draft.sections.create(title="First of all")
    world.ask_public = make.consultation(world.group, by=colead)
    world.ask_group = make.consultation(
        world.group, by=colead, audience="groups", groups=[world.group], naming="named"
    )
    world.ask_named = make.consultation(
        world.group, by=colead, audience="people", people=[world.actors["outsider"]]
    )
    world.ask_over = make.consultation(world.group, to="closed", by=colead)
    world.receipt_code = new_code()
    receive(world.ask_public, {}, code=world.receipt_code)


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def move(name, subject):
    return lambda world: {"pk": getattr(world, subject).pk, "name": name}


def question(world, **more):
    return {"pk": world.ask_draft.pk, "part": world.ask_draft.questions.first().pk, **more}


def heading(world, **more):
    return {"pk": world.ask_draft.pk, "part": world.ask_section.pk, **more}


def response(world):
    return {"code": signed(world.ask_group, new_code()), "save": "yes"}


def entry(world):
    return {"channel": "paper", "given_name": "Ada"}


def begun(world):
    return text(world) | {"group": world.group.pk}


def text(world):
    return {
        "title": "What helps?",
        "audience": "public",
        "naming": "named",
        "seen": world.ask_draft.revision,
    }


def longer(world):
    return {
        "closing_day_day": "1",
        "closing_day_month": "1",
        "closing_day_year": "2099",
        "closing_time": "5pm",
        "reason": "It was a holiday.",
    }


QUESTION = {"kind": "text", "text": "Why?"}
REASON = {"note": "Because."}
#       anonymous outsider observer member secretary colead office hr admin
DRAFT = "302 404 404 404 200 200 200 404 404"
DRAFT_POST = DRAFT.replace("200", "302")
OPEN = "302 403 403 403 200 200 200 403 403"
OPEN_POST = OPEN.replace("200", "302")
GROUP = "302 404 200 200 200 200 403 404 403"
ALL = "200 200 200 200 200 200 200 200 200"
MOVES = {
    Consultation: {
        "open": Row("consultation_move", DRAFT_POST, move("open", "ask_draft"), method="post"),
        "withdraw": Row(
            "consultation_move",
            OPEN_POST,
            move("withdraw", "ask_public"),
            method="post",
            data=lambda world: REASON,
        ),
    },
}
ROWS = [
    Row("consultations", ALL),
    Row("consultation", DRAFT, of("ask_draft"), note="draft"),
    Row("consultation", ALL, of("ask_public"), note="public"),
    Row("consultation", "302 404 200 200 200 200 200 404 200", of("ask_group"), note="a group"),
    Row("consultation", "302 200 200 200 200 200 200 404 200", of("ask_named"), note="by name"),
    Row("consultation", ALL, of("ask_over"), note="over"),
    Row("consultation_move", DRAFT, move("open", "ask_draft")),
    Row("consultation_new", "302 403 403 403 200 200 200 403 403"),
    Row("consultation_new", "302 403 403 403 302 302 302 403 403", method="post", data=begun),
    Row("consultation_edit", DRAFT, of("ask_draft")),
    Row("consultation_edit", DRAFT_POST, of("ask_draft"), method="post", data=text),
    Row(
        "consultation_edit",
        "302 403 403 403 409 409 409 403 403",
        of("ask_public"),
        method="post",
        data=text,
        note="open",
    ),
    Row("consultation_about", DRAFT, of("ask_draft")),
    Row(
        "consultation_about",
        DRAFT_POST,
        of("ask_draft"),
        method="post",
        data=lambda world: {"thing": "nothing"},
    ),
    Row("consultation_people", DRAFT, of("ask_draft")),
    Row("consultation_people", DRAFT.replace("200", "422"), of("ask_draft"), method="post"),
    Row("consultation_questions", DRAFT, of("ask_draft")),
    Row("question_add", DRAFT, of("ask_draft")),
    Row("question_add", DRAFT_POST, of("ask_draft"), method="post", data=lambda world: QUESTION),
    Row("question", DRAFT, question),
    Row("question", DRAFT_POST, question, method="post", data=lambda world: QUESTION),
    Row("question_act", DRAFT_POST, lambda world: question(world, act="down"), method="post"),
    Row(
        "question_act",
        DRAFT_POST,
        lambda world: question(world, act="delete"),
        method="post",
        note="delete",
    ),
    Row("section_add", DRAFT, of("ask_draft")),
    Row(
        "section_add",
        DRAFT_POST,
        of("ask_draft"),
        method="post",
        data=lambda world: {"title": "Next"},
    ),
    Row("section", DRAFT, heading),
    Row("section", DRAFT_POST, heading, method="post", data=lambda world: {"title": "Next"}),
    Row("section_act", DRAFT_POST, lambda world: heading(world, act="up"), method="post"),
    Row("consultation_preview", DRAFT, of("ask_draft")),
    Row("consultation_figures", OPEN, of("ask_public")),
    Row("consultation_extend", OPEN, of("ask_public")),
    Row("consultation_extend", OPEN_POST, of("ask_public"), method="post", data=longer),
    Row(
        "consultation_extend",
        "302 403 403 403 409 409 409 403 403",
        of("ask_over"),
        method="post",
        data=longer,
        note="over",
    ),
    Row("respond", ALL, of("ask_public"), note="public"),
    Row("respond", GROUP, of("ask_group"), note="a group"),
    Row("respond", "302 200 403 403 403 403 403 404 403", of("ask_named"), note="by name"),
    Row("respond", GROUP.replace("302", "409"), of("ask_group"), method="post", data=response),
    Row("respond", "302 302 302 302 302 302 302 302 302", of("ask_over"), note="over"),
    Row(
        "respond", "409 409 409 409 409 409 409 409 409", of("ask_over"), method="post", note="over"
    ),
    Row("response_enter", OPEN, of("ask_public")),
    Row("response_enter", "302 404 403 403 200 200 200 404 403", of("ask_group"), note="a group"),
    Row(
        "response_enter",
        "302 404 403 403 200 200 200 404 403",
        of("ask_group"),
        method="post",
        data=entry,
    ),
    Row("receipt_code", ALL),
    Row("receipt_code", ALL, method="post", data=lambda world: {"code": world.receipt_code}),
]
