"""Preparing a vacancy, its working pages, and the public pages of jobs.

The secretary is the manager, the co-lead the peer lead, the member the peer on the panel, and the
observer approves for the head of service.
"""

from datetime import timedelta

from django.utils import timezone

from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.advice import Advice, Edit
from apps.recruitment.vacancies.models.approval import Approval, Deputy, shown
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import StaffFactory
from tests.matrix import Row

from .. import making

#            anonymous outsider observer member secretary colead office hr admin
EVERYBODY = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200 200 200 200"
INSIDE = "302 404 200 200 200 200 200 200 200"
PREPARE = "302 404 403 403 200 200 403 200 403"
PREPARE_POST = "302 404 403 403 302 302 403 302 403"
RUN = "302 404 403 403 403 403 403 200 403"
OFFICE = "302 404 200 403 403 403 403 200 403"
RUN_POST = "302 404 403 403 403 403 403 302 403"


def populate(world):
    actors = world.actors
    world.jobs = {}
    for state in ("draft", "readiness", "approval", "approved", "open", "closed", "unfilled"):
        made = making.vacancy(
            by=actors["hr"],
            manager=actors["secretary"],
            peer_lead=actors["colead"],
            easy_read="You help people.",
        )
        people = [actors["observer"], StaffFactory(), StaffFactory(), StaffFactory()]
        for office, user in zip(Approval.Office, people, strict=True):
            Approval.name(made, office, user, by=actors["hr"])
        today = timezone.localdate()
        PanelMember.add(made, actors["member"], PanelRole.PEER, by=actors["hr"], trained_on=today)
        PanelMember.add(made, world.staff_lead, PanelRole.CHAIR, by=actors["hr"], trained_on=today)
        now = timezone.now()
        Vacancy.objects.filter(pk=made.pk).update(
            closes_at=now + timedelta(days=30), interviews_on=today + timedelta(days=60)
        )
        made.refresh_from_db()
        world.jobs[state] = made
    Vacancy.objects.filter(pk=world.jobs["readiness"].pk).update(state="draft")
    world.jobs["readiness"].refresh_from_db()
    world.jobs["readiness"].move("begin_readiness", by=actors["secretary"])
    now = timezone.now()
    world.jobs["readiness"].readiness.update(
        manager=actors["secretary"], manager_at=now, peer_lead=actors["colead"], peer_lead_at=now
    )
    Deputy.name(
        world.jobs["readiness"].approvals.get(office="head"),
        StaffFactory(),
        from_on=timezone.localdate() + timedelta(days=1),
        until_on=timezone.localdate() + timedelta(days=9),
        by=actors["hr"],
    )
    making.put(world.jobs["approval"], "approval")
    Approval.next_of(world.jobs["approval"]).ask()
    for state in ("approved", "open", "closed", "unfilled"):
        making.put(world.jobs[state], state)
    world.advice = Advice.give(
        world.jobs["draft"],
        by=actors["colead"],
        about="advert",
        text="Say the hours first.",
        side="lived_experience",
    )
    draft = world.jobs["draft"]
    Edit.write(draft, draft.revision, by=actors["secretary"], summary="Your hours come first.")
    starts_at = timezone.now() + timedelta(days=5)
    world.visit = world.jobs["open"].visits.create(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), place="The Hub, Bromley"
    )


def job(state, **more):
    return lambda world: (
        {"reference": world.jobs[state].reference}
        | {name: value(world) for name, value in more.items()}
    )


def first_criterion(state):
    return lambda world: world.jobs[state].criteria.first().pk


def read(world):
    """What the page of those who approve showed."""
    return shown(Vacancy.objects.get(pk=world.jobs["approval"].pk))


def the_peer(world):
    return world.jobs["draft"].panel.get(role=PanelRole.PEER).pk


def move(state, name):
    return job(state, name=lambda world: name)


def texts(world):
    return {
        "seen": world.jobs["draft"].revision,
        "title": "Peer Support Worker",
        "band": "3",
        "wte": "0.6",
        "posts": "1",
        "summary": "Walk beside people.",
        "dbs_level": "enhanced",
    }


def criterion(world):
    return {"text": "Keeps time", "weight": "desirable", "stage": "interview", "max_words": "200"}


def later(world):
    day = timezone.localdate() + timedelta(days=40)
    return {
        "closes_on_day": day.day,
        "closes_on_month": day.month,
        "closes_on_year": day.year,
        "reason": "Easter",
    }


def visit(world):
    day = timezone.localdate() + timedelta(days=9)
    return {
        "on_day": day.day,
        "on_month": day.month,
        "on_year": day.year,
        "starts": "2pm",
        "ends": "3pm",
        "place": "The Hub",
        "places": "3",
    }


REASON = {"note": "The money is gone."}
TO_SIGN = "302 404 403 403 302 302 403 403 403"

ROWS = [
    Row("vacancies", SIGNED_IN),
    Row("vacancies_csv", SIGNED_IN),
    Row("vacancy_begin", "302 403 403 403 403 403 403 200 403"),
    Row(
        "vacancy_begin",
        "302 403 403 403 403 403 403 302 403",
        method="post",
        data=lambda world: {"title": "Peer Support Worker"},
    ),
    *(
        Row("vacancy", INSIDE, job(state), note=state)
        for state in ("draft", "readiness", "approval", "approved", "open", "closed", "unfilled")
    ),
    Row("vacancy_history", PREPARE, job("open")),
    Row("panel_interests", "302 404 403 403 200 403 403 200 403", job("open")),
    Row("panel_interests", "302 404 403 403 403 403 403 403 403", job("unfilled"), note="over"),
    Row("vacancy_texts", PREPARE, job("draft")),
    Row("vacancy_texts", PREPARE_POST, job("draft"), method="post", data=texts),
    Row(
        "vacancy_texts",
        PREPARE_POST.replace("302 302 403 302", "409 409 403 409"),
        job("approved"),
        method="post",
        data=texts,
        note="approved",
    ),
    Row("vacancy_terms", PREPARE, job("draft")),
    Row(
        "vacancy_terms",
        PREPARE_POST,
        job("approved"),
        method="post",
        data=lambda world: {
            "cost_code": "C100",
            "position_number": "P200",
            "line_supervisor": "Sam Field",
            "peer_supervisor": "Kit Marlow",
        },
    ),
    Row("vacancy_extend", RUN, job("open")),
    Row("vacancy_extend", RUN_POST, job("open"), method="post", data=later),
    Row("vacancy_template", RUN, job("open")),
    Row(
        "vacancy_template",
        RUN_POST,
        job("open"),
        method="post",
        data=lambda world: {"name": "Band 3"},
    ),
    Row("criteria", INSIDE, job("draft")),
    Row("criterion_add", PREPARE, job("draft")),
    Row("criterion_add", PREPARE_POST, job("draft"), method="post", data=criterion),
    Row(
        "criterion_add",
        PREPARE_POST.replace("302 302 403 302", "409 409 403 409"),
        job("open"),
        method="post",
        data=criterion,
        note="open",
    ),
    Row("criterion", PREPARE, job("draft", pk=first_criterion("draft"))),
    Row(
        "criterion_act",
        PREPARE_POST,
        job("draft", pk=first_criterion("draft"), act=lambda world: "down"),
        method="post",
    ),
    Row("readiness", INSIDE, job("readiness")),
    Row(
        "readiness",
        TO_SIGN,
        job("readiness"),
        method="post",
        data=lambda world: {"signed": ["team"]},
    ),
    Row("vacancy_approve", "302 404 200 403 403 403 403 403 403", job("approval")),
    Row(
        "vacancy_approve",
        "302 404 302 403 403 403 403 403 403",
        job("approval"),
        method="post",
        data=lambda world: {"answer": "approved", "seen": read(world)},
    ),
    Row("vacancy_person", RUN, job("draft", part=lambda world: "manager")),
    Row("deputy_name", OFFICE, job("approval", office=lambda world: "head")),
    Row("deputy_name", RUN, job("approval", office=lambda world: "finance"), note="another's"),
    Row(
        "deputy_end",
        OFFICE.replace("200", "302"),
        job("readiness", office=lambda world: "head"),
        method="post",
    ),
    Row(
        "vacancy_person",
        RUN,
        job("draft", part=lambda world: "finance"),
        data=lambda world: {"q": "Person"},
        note="found",
    ),
    Row("panel_add", RUN, job("draft")),
    Row("panel_add", RUN, job("draft"), data=lambda world: {"q": "Person"}, note="found"),
    Row("panel_remove", RUN, job("draft", pk=the_peer)),
    Row(
        "panel_remove",
        RUN_POST,
        job("draft", pk=the_peer),
        method="post",
        data=lambda world: {"reason": "Moved away"},
    ),
    Row("panel_training", RUN, job("draft", pk=the_peer)),
    Row("coproduction", INSIDE, job("draft")),
    Row("advice_add", INSIDE, job("draft")),
    Row(
        "advice_add",
        INSIDE.replace("200", "302"),
        job("draft"),
        method="post",
        data=lambda world: {"text": "Shorter.", "about": "advert", "side": "staff"},
    ),
    Row("advice_answer", PREPARE, job("draft", pk=lambda world: world.advice.pk)),
    Row(
        "advice_answer",
        PREPARE_POST,
        job("draft", pk=lambda world: world.advice.pk),
        method="post",
        data=lambda world: {
            "answer": "taken",
            "reason": "Clearer.",
            "edit": world.advice.changes()[0].pk,
        },
    ),
    Row("visit_add", PREPARE, job("open")),
    Row("visit_add", PREPARE_POST, job("open"), method="post", data=visit),
    Row("visit_cancel", PREPARE_POST, job("open", pk=lambda world: world.visit.pk), method="post"),
    Row("vacancy_paper", PREPARE, job("open")),
    Row("vacancy_pack", PREPARE, job("open")),
    Row("applications_csv", RUN, job("closed"), again=True),
    Row("jobs", EVERYBODY),
    Row("jobs_feed", EVERYBODY),
    Row("job", EVERYBODY, job("open"), note="open"),
    Row("job", EVERYBODY, job("closed"), note="closed"),
    Row("job", "404 404 404 404 404 404 404 404 404", job("approved"), note="not opened yet"),
    Row("job_easy_read", EVERYBODY, job("open")),
    Row(
        "visit_book",
        "302 302 302 302 302 302 302 302 302",
        job("open", pk=lambda world: world.visit.pk, act=lambda world: "book"),
        method="post",
    ),
]
MOVES = {
    Vacancy: {
        "begin_readiness": Row(
            "vacancy_move", PREPARE_POST, move("draft", "begin_readiness"), method="post"
        ),
        "back_to_draft": Row(
            "vacancy_move",
            PREPARE_POST,
            move("readiness", "back_to_draft"),
            method="post",
            data=lambda world: REASON,
        ),
        "ask_approval": Row(
            "vacancy_move",
            "302 404 403 403 403 302 403 403 403",
            move("readiness", "ask_approval"),
            method="post",
        ),
        "back_to_readiness": Row(
            "vacancy_move",
            PREPARE_POST,
            move("approved", "back_to_readiness"),
            method="post",
            data=lambda world: REASON,
        ),
        "open": Row("vacancy_move", RUN_POST, move("approved", "open"), method="post"),
        "leave_unfilled": Row(
            "vacancy_move",
            RUN_POST,
            move("closed", "leave_unfilled"),
            method="post",
            data=lambda world: REASON,
        ),
        "withdraw": Row(
            "vacancy_move",
            RUN_POST,
            move("open", "withdraw"),
            method="post",
            data=lambda world: REASON,
        ),
    },
}
KEPT_OUT = {
    "VisitBooking": "who comes to look is shown to nobody",
    "VacancyUserPermission": "grants follow from parts in a vacancy",
}
