"""Applying, and what becomes visible of it.

The outsider has a draft and something sent for the job; the office arranges adjustments. The member
sits on the panel.
"""

from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import UserFactory
from tests.matrix import Row

from .. import making

#            anonymous outsider observer member secretary colead office hr admin
MINE = "302 200 404 404 404 404 404 404 404"
MINE_POST = "302 302 404 404 404 404 404 404 404"
MINE_AND_HR = "302 200 404 404 404 404 404 200 404"
HR = "302 404 403 403 404 404 403 200 403"
REPORT = "302 403 403 403 403 403 403 200 403"
SIGNED_IN = "302 200 200 200 200 200 200 200 200"


def populate(world):
    actors = world.actors
    world.apply_to = {}
    for name in ("new", "draft", "sent", "told", "ended"):
        made = making.vacancy(
            by=actors["hr"],
            manager=actors["observer"],
            peer_lead=UserFactory(),
            organiser=actors["office"],
            state="open",
        )
        PanelMember.add(made, actors["member"], PanelRole.PEER, by=actors["hr"])
        world.apply_to[name] = made
    make = making.application
    world.app_draft = make(world.apply_to["draft"], actors["outsider"], state="draft")
    world.app_job = world.app_draft.jobs.create(title="Cook", employer="Cafe", began="2019")
    world.app_referee = world.app_draft.referees.create(
        name="Ann Old", relation="Manager", email="ann@test.example"
    )
    world.app_sent = make(
        world.apply_to["sent"], actors["outsider"], adjustments="The questions on paper"
    )
    world.app_ended = make(world.apply_to["ended"], actors["outsider"], state="unsuccessful")
    world.app_typed = Application.type_in(
        world.apply_to["sent"], by=actors["hr"], full_name="Alex Told", phone="020 0000 0000"
    )


def job(name):
    return lambda world: {"reference": world.apply_to[name].reference}


def of(thing, /, **more):
    return lambda world: (
        {"reference": getattr(world, thing).reference}
        | {key: value(world) for key, value in more.items()}
    )


def first_answer(world):
    return world.app_draft.answers.first().pk


def part(kind):
    return lambda world: getattr(world, f"app_{kind}").pk


def words(world):
    return {"text": "I listen.", "seen": world.app_draft.answers.first().revision}


def about(world):
    return {"full_name": "Sam", "email": "sam@test.example", "right_to_work": "yes"}


ROWS = [
    Row("apply", SIGNED_IN.replace("302", "200"), job("new")),
    Row("apply", "302 302 409 409 302 302 409 302 302", job("new"), method="post"),
    Row("applications", SIGNED_IN),
    Row("application", MINE, of("app_draft"), note="draft"),
    Row("application", MINE_AND_HR, of("app_sent"), note="sent"),
    Row("application", MINE_AND_HR, of("app_ended"), note="ended"),
    Row("application", "302 404 404 404 404 404 404 200 404", of("app_typed"), note="typed in"),
    Row("application_about", MINE, of("app_draft")),
    Row("application_about", MINE_POST, of("app_draft"), method="post", data=about),
    Row(
        "application_about",
        "302 409 404 404 404 404 404 403 404",
        of("app_sent"),
        method="post",
        data=about,
        note="sent",
    ),
    Row(
        "application_about",
        "302 404 404 404 404 404 404 302 404",
        of("app_typed"),
        method="post",
        data=about,
        note="typed in",
    ),
    Row("application_answer", MINE, of("app_draft", pk=first_answer)),
    Row(
        "application_answer", MINE_POST, of("app_draft", pk=first_answer), method="post", data=words
    ),
    Row(
        "application_autosave",
        MINE_POST.replace(" 302", " 200", 1),
        of("app_draft", pk=first_answer),
        method="post",
        data=words,
    ),
    *(
        row
        for kind, data in (
            ("jobs", {"title": "Baker", "employer": "Shop", "began": "2020"}),
            ("referees", {"name": "Jo", "relation": "Tutor", "phone": "020"}),
        )
        for one in [part("job" if kind == "jobs" else "referee")]
        for row in (
            Row(f"application_{kind}", MINE, of("app_draft")),
            Row(f"application_{kind}_add", MINE, of("app_draft")),
            Row(
                f"application_{kind}_add",
                MINE_POST,
                of("app_draft"),
                method="post",
                data=lambda world, data=data: data,
            ),
            Row(f"application_{kind}_change", MINE, of("app_draft", pk=one)),
            Row(f"application_{kind}_delete", MINE_POST, of("app_draft", pk=one), method="post"),
        )
    ),
    Row("application_support", MINE, of("app_draft")),
    Row("application_adjustments", MINE, of("app_draft")),
    Row(
        "application_adjustments",
        "302 302 404 404 404 404 404 403 404",
        of("app_sent"),
        method="post",
        data=lambda world: {"adjustments": "A break"},
        note="after sending",
    ),
    Row("application_check", MINE, of("app_draft")),
    Row("application_check", MINE_POST, of("app_draft"), method="post"),
    Row("application_monitoring", "302 200 404 404 404 404 404 403 404", of("app_sent")),
    Row(
        "application_monitoring",
        "302 302 404 404 404 404 404 403 404",
        of("app_sent"),
        method="post",
    ),
    Row("application_survey", "302 200 404 404 404 404 404 403 404", of("app_ended")),
    Row(
        "application_survey",
        "302 302 404 404 404 404 404 403 404",
        of("app_ended"),
        method="post",
        data=lambda world: {"fair": "5"},
    ),
    Row(
        "application_pause",
        "302 302 404 404 404 404 404 403 404",
        of("app_sent", act=lambda world: "pause"),
        method="post",
    ),
    Row("vacancy_applications", "302 404 403 403 404 404 403 200 403", job("new")),
    Row("type_in", HR, job("new")),
    Row(
        "type_in",
        HR.replace("200", "302"),
        job("new"),
        method="post",
        data=lambda world: {"full_name": "Kim", "phone": "020"},
    ),
    Row("to_arrange", SIGNED_IN),
    Row("adjustments_asked", "302 404 404 404 404 404 200 404 404", of("app_sent")),
    Row("equality", REPORT),
    Row("equality_csv", REPORT),
    Row("experience", REPORT),
]
MOVES = {
    Application: {
        "submit": Row(
            "application_move",
            MINE_POST,
            of("app_draft", name=lambda world: "submit"),
            method="post",
        ),
        "withdraw": Row(
            "application_move",
            "302 302 404 404 404 404 404 403 404",
            of("app_sent", name=lambda world: "withdraw"),
            method="post",
        ),
    },
}
KEPT_OUT = {
    "Answer": "what a candidate wrote is read on the site, where each look is recorded",
    "Job": "part of an application",
    "Referee": "part of an application",
    "ApplicationUserPermission": "a candidate holds them on their own application",
    "Envelope": "sealed; nothing is to be seen",
    "Ticket": "nothing is to be seen, and who answered is nobody's business",
    "Count": "shown on the site alone, with small numbers hidden",
    "SurveyCount": "shown on the site alone, with small numbers hidden",
}
