"""Selecting. The secretary is the chair, the member the peer, and the co-lead of the team."""

from datetime import timedelta

from django.utils import timezone

from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.interview import Interview, InterviewPlan, Slot
from apps.recruitment.selection.models.sheet import Recusal, Sheet
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import with_second_factor
from tests.matrix import Row

from .. import making
from . import choosing

KEPT_OUT = {
    "Redaction": "it leads from a label to a candidate",
    "BlindApplication": "it leads from a label to a candidate",
    "BlindAnswer": "read on the site, by the panel",
    "Redactor": "it tells who read which application",
    "PanelDeclaration": "what a member said is theirs; that they said it is on the site",
    "Recusal": "whom a member thinks they know is nobody's business",
    "Sheet": "nobody reads another's before everything is in",
    "Score": "nobody reads another's before everything is in",
    "Moderation": "part of a score",
    "Outcome": "read on the site, by those who tell and are told",
    "Interview": "it names a candidate",
    "Arrangement": "only the organiser, the panel and the candidate read it",
    "Release": "part of a plan, read on the site",
    "ReleaseRecipient": "it names candidates",
    "PanelAttendance": "recorded on the site",
}

#        anonymous outsider observer member secretary colead office hr admin
PANEL = "302 404 404 200 200 200 403 403 403"
PANEL_POST = "302 404 404 302 302 302 403 403 403"
PUT_AWAY = "302 404 404 410 410 410 403 403 403"
CHAIR = "302 404 404 403 200 403 403 403 403"
CHAIR_POST = "302 404 404 403 302 403 403 403 403"
CHAIR_FIRST = "302 404 404 422 302 422 403 403 403"
HR = "302 404 404 403 403 403 403 200 403"
HR_POST = "302 404 404 403 403 403 403 302 403"
CANDIDATE = "302 200 404 404 404 404 404 404 404"
CANDIDATE_POST = "302 302 404 404 404 404 404 404 404"
ORGANISER = "302 404 404 404 404 404 404 200 404"
ORGANISER_POST = "302 404 404 404 404 404 404 302 404"

PAPER, TALK = "shortlisting", "interview"


def _panel(vacancy, world):
    parts = [("secretary", PanelRole.CHAIR), ("member", PanelRole.PEER), ("colead", PanelRole.TEAM)]
    for actor, role in parts:
        user = with_second_factor(world.actors[actor])
        PanelMember.add(vacancy, user, role, by=choosing.anew(world.actors["hr"]))


def _shortlisting(world, number=2):
    vacancy = making.vacancy(by=world.actors["hr"], state="closed")
    _panel(vacancy, world)
    for _ in range(number):
        making.application(vacancy)
    choosing.redact(vacancy, by=choosing.anew(world.actors["hr"]))
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(world.actors["hr"]))
    return vacancy


def _plan(vacancy, officer):
    plan = vacancy.interview_plan
    plan.change(plan.revision, by=officer, place="Room 1", minutes=30)
    criterion = vacancy.criteria.get(stage="interview")
    plan.questions.create(criterion=criterion, text="What helps?")
    base = timezone.now() + timedelta(days=20)
    plan.add_slots([base, base + timedelta(hours=1), base + timedelta(hours=2)], by=officer)
    plan.release(by=officer)


def populate(world):
    officer = choosing.anew(world.actors["hr"])
    closed = making.vacancy(by=world.actors["hr"], state="closed")
    _panel(closed, world)
    making.application(closed)
    choosing.redact(closed, by=officer)
    choosing.declare(closed)
    scoring, in_ = _shortlisting(world), _shortlisting(world)
    for seat in choosing.seats(scoring):  # each has begun one sheet
        round_ = choosing.round_of(scoring)
        choosing.fill(round_, seat, scoring.blind_applications.first(), lock=False)
    choosing.decide(choosing.score_all(in_), choosing.results(in_, "yes", "no"))

    locked = making.vacancy(by=world.actors["hr"], state="closed")
    _panel(locked, world)
    making.application(locked, world.actors["outsider"], adjustments="Large print")
    typed = making.application(locked)
    type(typed).objects.filter(pk=typed.pk).update(candidate=None, typed_by=world.actors["hr"])
    choosing.redact(locked, by=officer)
    choosing.declare(locked)
    locked.move("start_shortlisting", by=choosing.anew(world.actors["hr"]))
    choosing.decide(choosing.score_all(locked), choosing.results(locked, "yes", "no"))
    choosing.conclude(locked, "lock_shortlist")
    choosing.send(locked)
    locked.refresh_from_db()
    InterviewPlan.of(locked, by=officer)
    _plan(locked, officer)
    interview = choosing.own_interviews(locked)[0]
    world.slot = Slot.objects.filter(plan__vacancy=locked).first()
    interview.choose(world.slot.pk, by=choosing.anew(world.actors["outsider"]))
    arrangement = interview.arrangements.create(text="Large print", made_by=officer)
    meeting = locked.panel_meetings.create(
        kind="preparation",
        place="Here",
        planned_by=officer,
        starts_at=timezone.now() - timedelta(hours=3),
        ends_at=timezone.now() - timedelta(hours=2),
    )
    unsent = _shortlisting(world)
    choosing.decide(choosing.score_all(unsent), choosing.results(unsent, "yes", "no"))
    choosing.conclude(unsent, "lock_shortlist")
    recused = _shortlisting(world)
    for seat in choosing.seats(recused):
        blind = recused.blind_applications.order_by("pk").first()
        Recusal.make(seat, blind, by=choosing.anew(seat.user))
    guaranteed = _shortlisting(world)
    guaranteed.applications.update(guaranteed_interview=True)
    choosing.decide(choosing.score_all(guaranteed), choosing.results(guaranteed, "no", "reserve"))
    choosing.conclude(guaranteed, "lock_shortlist")
    running, over, decided, anew = (_interviewing(world, officer) for _ in range(4))
    for vacancy in (over, decided, anew):
        one = choosing.own_interviews(vacancy)[0]
        one.record_attendance(True, by=choosing.anew(world.actors["hr"]))
        choosing.decide(choosing.score_all(vacancy, stage=TALK), choosing.results(vacancy, "no"))
    for vacancy in (decided, anew):
        choosing.conclude(vacancy, "decide")
        choosing.send(vacancy, TALK)
    anew.applications.get(state="unsuccessful").move("undo_decision", by=officer, note="A slip.")
    choosing.decide(choosing.round_of(anew, TALK), choosing.results(anew, "reserve"))
    planned = _interviewing(world, officer, begun=False)
    world.choosing = {
        "closed": closed,
        "scoring": scoring,
        "in": in_,
        "locked": locked,
        "unsent": unsent,
        "recused": recused,
        "guaranteed": guaranteed,
        "running": running,
        "over": over,
        "decided": decided,
        "anew": anew,
        "planned": planned,
    }
    world.choosing_parts = {
        "meeting": meeting.pk,
        "arrangement": arrangement.pk,
        "typed": typed.redaction.blind.label,
        "interview": interview.label,
        "application": interview.application.reference,
        "question": locked.interview_plan.questions.get().pk,
        "slot": Slot.objects.filter(plan__vacancy=locked, interview__isnull=True).first().pk,
        "other_slot": Slot.objects.filter(plan__vacancy=locked, interview__isnull=True).last().pk,
    }


def _interviewing(world, officer, *, begun=True):
    """Interviews are released; once begun, one is still to be settled."""
    vacancy = _shortlisting(world, 1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    choosing.conclude(vacancy, "lock_shortlist")
    choosing.send(vacancy)
    vacancy.refresh_from_db()
    InterviewPlan.of(vacancy, by=officer)
    _plan(vacancy, officer)
    if not begun:
        return vacancy
    interview = choosing.own_interviews(vacancy)[0]
    slot = Slot.objects.filter(plan__vacancy=vacancy).first()
    interview.choose(slot.pk, by=choosing.anew(interview.application.candidate))
    vacancy.move("start_interviews", by=choosing.anew(world.actors["hr"]))
    past = timezone.now() - timedelta(hours=1)
    Slot.objects.filter(pk=slot.pk).update(starts_at=past, ends_at=past + timedelta(minutes=30))
    return vacancy


def at(state, **more):
    def args(world):
        vacancy = world.choosing[state]
        found = {"reference": vacancy.reference}
        for name, value in more.items():
            found[name] = value(world, vacancy) if callable(value) else value
        return found

    return args


def label(world, vacancy):
    return vacancy.blind_applications.order_by("pk").first().label


def code(world, vacancy):
    """Under which the panel interviews somebody."""
    return vacancy.interviews.order_by("pk").first().label


def part(name):
    return lambda world, vacancy: world.choosing_parts[name]


def own(world):
    return {"reference": world.choosing_parts["application"]}


def scores(world):
    return {"seen": 1}


def redaction(world):
    blind = world.choosing["closed"].blind_applications.order_by("pk").first()
    copies = {f"text_{one.pk}": one.text for one in blind.answers.all()}
    return copies | {"seen": "2", "action": "sign"}


def day(days=40):
    on = timezone.localdate() + timedelta(days=days)
    return {"on_day": on.day, "on_month": on.month, "on_year": on.year}


OUTCOME = {"result": "yes", "reason": "So", "feedback": ""}


def settle(world):
    """What was released has new words."""
    officer = choosing.anew(world.actors["hr"])
    InterviewPlan.objects.get(vacancy=world.choosing["locked"]).release(by=officer)


ROWS = [
    Row("panel", PANEL, at("closed"), note="closed"),
    Row("panel", PANEL, at("scoring"), note="scoring"),
    Row("panel", PANEL, at("in"), note="all in"),
    Row("panel", PANEL, at("locked"), note="locked"),
    Row("panel", PANEL, at("running"), note="interviewing"),
    Row("panel", PANEL, at("recused"), note="recused"),
    Row("panel_declare", PANEL, at("closed")),
    Row(
        "panel_declare",
        PANEL_POST,
        at("closed"),
        method="post",
        data=lambda world: {"statement": "none"},
    ),
    Row("panel_meeting_add", CHAIR, at("locked")),
    Row(
        "panel_meeting_add",
        CHAIR_POST,
        at("locked"),
        method="post",
        data=lambda world: (
            day() | {"kind": "debrief", "begins": "2pm", "ends": "3pm", "place": "Here"}
        ),
    ),
    Row("panel_meeting_came", CHAIR, at("locked", pk=part("meeting"))),
    Row("panel_meeting_came", CHAIR_POST, at("locked", pk=part("meeting")), method="post"),
    Row(
        "interview_held",
        CHAIR_POST,
        at("running", label=code),
        method="post",
        data=lambda world: {"came": "yes"},
    ),
    Row("sheets_lock", PANEL, at("scoring", stage=PAPER)),
    Row("sheets_lock", PANEL_POST, at("scoring", stage=PAPER), method="post"),
    Row("comparison", PANEL, at("in", stage=PAPER), note="all in"),
    Row(
        "comparison",
        "302 404 404 422 422 422 403 403 403",
        at("scoring", stage=PAPER),
        note="not all in",
    ),
    Row("sheet", PANEL, at("scoring", stage=PAPER, label=label)),
    Row("sheet", PANEL, at("in", stage=PAPER, label=label), note="locked"),
    Row("sheet", PANEL_POST, at("scoring", stage=PAPER, label=label), method="post", data=scores),
    Row(
        "sheet_save",
        "302 404 404 200 200 200 403 403 403",
        at("scoring", stage=PAPER, label=label),
        method="post",
        data=scores,
    ),
    Row("comparison", PUT_AWAY, at("locked", stage=PAPER), note="put away"),
    Row("sheet", PUT_AWAY, at("locked", stage=PAPER, label=label), note="put away"),
    Row("recusal_back", PANEL_POST, at("recused", stage=PAPER, label=label), method="post"),
    Row("recuse", PANEL_POST, at("scoring", stage=PAPER, label=label), method="post"),
    Row("moderate", PANEL, at("in", stage=PAPER, label=label)),
    Row("outcome_decide", CHAIR, at("in", stage=PAPER, label=label)),
    Row(
        "outcome_decide",
        CHAIR_POST,
        at("in", stage=PAPER, label=label),
        method="post",
        data=lambda world: OUTCOME,
    ),
    Row("outcome_feedback", PANEL, at("in", stage=PAPER, label=label)),
    Row(
        "outcome_feedback",
        PANEL_POST,
        at("in", stage=PAPER, label=label),
        method="post",
        data=lambda world: {"seen": "1", "feedback": "Say more."},
    ),
    Row("redactions", HR, at("closed")),
    Row("redactions", HR_POST, at("closed"), method="post"),
    Row("redaction", HR, at("closed", label=label)),
    Row("redaction", HR_POST, at("closed", label=label), method="post", data=redaction),
    Row("outcomes", HR, at("unsent", stage=PAPER)),
    Row("outcomes", HR, at("guaranteed", stage=PAPER), note="guaranteed"),
    Row("outcomes", HR_POST, at("unsent", stage=PAPER), method="post"),
    Row("guarantee", HR_POST, at("guaranteed"), method="post"),
    Row("outcome_answer", HR, at("guaranteed", label=label)),
    Row(
        "outcome_answer",
        HR_POST,
        at("guaranteed", label=label),
        method="post",
        data=lambda world: {"result": "yes", "reason": "A place is free."},
    ),
    Row("outcome_told", HR, at("locked", stage=PAPER, label=part("typed"))),
    Row("outcome_told", HR_POST, at("locked", stage=PAPER, label=part("typed")), method="post"),
    Row("outcome_undo", HR, at("locked", stage=PAPER, label=part("typed"))),
    Row("interviews", HR, at("locked")),
    Row("interviews", HR, at("running"), note="interviewing"),
    Row("interview_plan", HR, at("locked")),
    Row(
        "interview_plan",
        HR_POST,
        at("locked"),
        method="post",
        data=lambda world: {"seen": "2", "format": "telephone", "minutes": "30"},
    ),
    Row("interview_question_add", HR, at("locked")),
    Row("interview_question", HR, at("locked", pk=part("question"))),
    Row("interview_question_remove", HR_POST, at("locked", pk=part("question")), method="post"),
    Row("slots_add", HR, at("locked")),
    Row(
        "slots_add",
        HR_POST,
        at("locked"),
        method="post",
        data=lambda world: day() | {"times": "9:30am\n14:00"},
    ),
    Row("slot_remove", HR_POST, at("locked", pk=part("slot")), method="post"),
    Row("interviews_release", HR, at("locked")),
    Row(
        "interviews_release",
        "302 404 404 403 403 403 403 409 403",
        at("locked"),
        method="post",
        note="nothing new",
    ),
    Row("interview_time", HR, at("locked", label=part("interview"))),
    Row(
        "interview_time",
        HR_POST,
        at("locked", label=part("interview")),
        method="post",
        data=lambda world: day(9) | {"at": "10am"},
    ),
    Row("interview_came", HR_POST, at("running", label=code), method="post"),
    Row("arrangements", ORGANISER, at("locked", label=part("interview"))),
    Row(
        "arrangements",
        ORGANISER_POST,
        at("locked", label=part("interview")),
        method="post",
        data=lambda world: {"text": "A quiet room"},
    ),
    Row(
        "arrangement_drop",
        ORGANISER_POST,
        at("locked", label=part("interview"), pk=part("arrangement")),
        method="post",
    ),
    Row("interview", CANDIDATE, own),
    Row(
        "interview",
        CANDIDATE_POST,
        own,
        method="post",
        data=lambda world: {"slot": world.choosing_parts["other_slot"]},
    ),
    Row("interview_wish", CANDIDATE, own),
    Row(
        "interview_wish",
        CANDIDATE_POST,
        own,
        method="post",
        data=lambda world: {"wish": "Mornings"},
    ),
]


def moved(expect, state, name):
    return Row("vacancy_move", expect, at(state, name=name), method="post", note=name)


def taken_back(state, stage):
    return Row(
        "outcome_undo",
        HR_POST,
        at(state, stage=stage, label=code if stage == TALK else label),
        method="post",
        data=lambda world: {"note": "A slip of ours."},
        note=stage,
    )


MOVES = {
    Sheet: {},
    Interview: {},
    Vacancy: {
        "start_shortlisting": moved(HR_POST, "closed", "start_shortlisting"),
        "lock_shortlist": moved(CHAIR_FIRST, "in", "lock_shortlist"),
        "start_interviews": moved(HR_POST, "planned", "start_interviews"),
        "decide": moved(CHAIR_FIRST, "over", "decide"),
        "decide_again": moved(CHAIR_FIRST, "anew", "decide_again"),
    },
    Application: {
        "undo_shortlisting": taken_back("planned", PAPER),
        "undo_decision": taken_back("decided", TALK),
    },
}
