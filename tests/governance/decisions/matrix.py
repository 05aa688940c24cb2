"""The register of decisions, and what is said of one afterwards."""

from apps.governance.decisions.models import RegisterChange
from tests import factories as make
from tests.matrix import Row

from .making import made_public
from .making import replaced as replacing


def populate(world):
    colead = world.actors["colead"]
    world.old_decision = make.decision(make.held(world.group, by=colead, days_ago=50))
    world.new_decision = make.decision(make.held(world.group, by=colead, days_ago=20))
    world.later_decision = make.decision(make.held(world.group, by=colead, days_ago=10))
    world.supersession = replacing(world.new_decision, world.old_decision)
    made_public(world.new_decision, "We go ahead together.")
    other = make.second_lead(world.group, colead)
    asked = make.decision(make.held(world.group, by=colead, days_ago=9))
    world.register_change = RegisterChange.makes_public(asked, "We ask.", by=other)


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def entry(name):
    def args(world):
        group, year, number = getattr(world, name).reference.split("/")
        return {"group": group, "year": int(year), "number": int(number)}

    return args


def replaced(world):
    return {"pk": world.new_decision.pk, "which": world.supersession.pk}


def earlier(world):
    return {"reference": world.new_decision.reference}


WORDS = {"text": "We go ahead."}
#        anonymous outsider observer member secretary colead office hr admin
RUNS = "302 404 403 403 200 200 403 404 403"
RUNS_POST = "302 404 403 403 302 302 403 404 403"
PUBLISH = "302 404 403 403 403 200 200 404 403"
ROWS = [
    Row("decision_register", "200 200 200 200 200 200 200 200 200"),
    Row("decision_register_csv", "200 200 200 200 200 200 200 200 200"),
    Row(
        "decision_entry",
        "200 200 302 302 302 302 302 200 302",
        entry("new_decision"),
        note="public",
    ),
    Row(
        "decision_entry",
        "404 404 302 302 302 302 302 404 302",
        entry("later_decision"),
        note="not public",
    ),
    Row("supersede", RUNS, of("later_decision")),
    Row("supersede", RUNS_POST, of("later_decision"), method="post", data=earlier),
    Row("supersede_take_back", RUNS, replaced),
    Row(
        "supersede_take_back",
        RUNS_POST,
        replaced,
        method="post",
        data=lambda world: {"reason": "The wrong one."},
    ),
    Row("decision_public", PUBLISH, of("later_decision")),
    Row(
        "decision_public",
        PUBLISH.replace("200", "302"),
        of("later_decision"),
        method="post",
        data=lambda world: WORDS,
    ),
    Row(
        "decision_public",
        PUBLISH.replace("200", "302"),
        of("new_decision"),
        method="post",
        data=lambda world: {"withdraw": "yes"},
        note="withdraw",
    ),
]


def change(name):
    return lambda world: {"pk": world.register_change.pk, "name": name}


MOVES = {
    RegisterChange: {
        "confirm": Row(
            "register_change_move",
            "302 404 403 403 403 302 403 404 403",
            change("confirm"),
            method="post",
        ),
        "drop": Row(
            "register_change_move",
            "302 404 403 403 403 302 403 404 403",
            change("drop"),
            method="post",
            data=lambda world: {"note": "Not so."},
        ),
    }
}
