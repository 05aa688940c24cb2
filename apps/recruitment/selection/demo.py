"""Selecting in the demonstration: each vacancy is taken as far as the state in which it ends.

By the site's own steps and on the days on which they would have happened. What candidates and
panels were told at the time is not sent: those messages would all be old.
"""

from datetime import time, timedelta

from django.db.models import Count, Q

from apps.core import clock
from apps.core.dates import wall_clock
from apps.core.working_days import add_working_days
from apps.notifications.silence import silence

from ..applications.models.application import Application
from ..vacancies.models.vacancy import Criterion, Vacancy
from .models.blind import copy_all
from .models.interview import Arrangement, InterviewPlan, PanelMeeting
from .models.outcome import (
    Outcome,
    Telling,
    keep_guarantee,
    release,
    tell,
    tell_by_telephone,
    to_send,
)
from .models.sheet import PanelDeclaration, Sheet

STATE = Vacancy.State
PAPER, TALK = Criterion.Stage.SHORTLISTING, Criterion.Stage.INTERVIEW
# Each step belongs to the vacancies that end in one of these states.
INTERVIEWED = (STATE.INTERVIEWING, STATE.DECIDED, STATE.FILLED)
DECIDED = (STATE.DECIDED, STATE.FILLED)
LOCKED = (STATE.SHORTLISTED, *INTERVIEWED)
REACHED = (STATE.CLOSED, STATE.SHORTLISTING, *LOCKED)

EVIDENCE = (
    "Gives an example and says what came of it.",
    "Says what was learnt. A second example would help.",
    "Warm and clear. Shows how the experience is used for others.",
    "Talks about the team more than about their own part.",
)
FEEDBACK = (
    "What you wrote about listening stayed with us. For a next application, give one example and "
    "say what came of it for the other person. Please try again: we would like to read from you.",
    "You have much to give, and it shows. Others could say more about working in a team. A choir "
    "or a family counts: tell us about yours.",
)
QUESTIONS = (
    "What helps you to keep well at work, and what would you like from us?",
    "Tell us about one thing that you would do differently here, and why.",
)
DAY_NOTE = "Joanne meets you at the door. There is water, and time to read the questions again."


def load(world):
    """Everything that a panel and Human Resources did up to today."""
    with silence():
        for state in REACHED:
            vacancy = world.vacancies[state]
            vacancy.refresh_from_db()
            if vacancy.applications.filter(state=Application.State.SUBMITTED).exists():
                _take_on(world, vacancy, state)
    world.goto(world.today)


def _take_on(world, vacancy, state):
    closed = clock.date_of(vacancy.closes_at)
    _go(world, closed, 1)
    list(copy_all(vacancy))
    _declare(vacancy)
    if state == STATE.CLOSED:
        _sign(world, vacancy, but=2)
        return
    _sign(world, vacancy)
    vacancy.move("start_shortlisting", by=world.person["hr"])
    _go(world, closed, 3)
    if state == STATE.SHORTLISTING:
        _begin_scoring(world, vacancy)
        return
    round_ = _score(world, vacancy, PAPER)
    _record(world, round_, chosen=3)
    _go(world, closed, 4)
    _conclude(vacancy, "lock_shortlist")
    if state == STATE.SHORTLISTED:
        return
    _go(world, closed, 5)
    _tell(world, vacancy, PAPER)
    _interviews(world, vacancy, closed)
    if state in DECIDED:
        _go(world, closed, 19)
        round_ = _score(world, vacancy, TALK)
        _record(world, round_, chosen=1)
        _settle_reserve(world, vacancy)
        _conclude(vacancy, "decide")
        _go(world, closed, 20)
        if vacancy.rounds.get(stage=PAPER).outcomes.standing().filter(sent_at=None).exists():
            _tell(world, vacancy, PAPER)
        _tell(world, vacancy, TALK)


def _go(world, closed, days):
    """So many working days after the closing day, but never later than today."""
    world.goto(min(add_working_days(closed, days), world.today), 15)


def _seats(vacancy):
    return list(vacancy.panel.serving().select_related("user", "vacancy", "declaration"))


def _chair(vacancy):
    return vacancy.panel.serving().get(role="chair").user


def _conclude(vacancy, name):
    """The chair says what the panel decided, and another member that it did."""
    chair = _chair(vacancy)
    scored = Count("sheets", filter=Q(sheets__state="locked", sheets__round__closed_at=None))
    others = vacancy.panel.serving().exclude(user=chair).annotate(scored=scored)
    for by in (chair, others.order_by("-scored", "pk").first().user):
        vacancy.move(name, by=by)


# --- shortlisting -------------------------------------------------------------------------------
def _sign(world, vacancy, *, but=0):
    blinds = list(vacancy.blind_applications.select_related("redaction__application__vacancy"))
    for blind in blinds[: len(blinds) - but]:
        redaction = blind.redaction
        redaction.write(redaction.revision, {}, by=world.person["hr"], sign=True)


def _declare(vacancy):
    for place, seat in enumerate(_seats(vacancy)):
        PanelDeclaration.make(seat, "maybe" if place == 2 else "none", by=seat.user)


def _round(vacancy, stage):
    found = vacancy.rounds.get(stage=stage)
    found.vacancy = vacancy
    return found


def _fill(world, round_, seat, blind, *, lock=True, points=(1, 2, 2, 3, 3)):
    sheet = Sheet.for_member(round_, seat, blind.pk)
    scores = {
        criterion.pk: (world.rng.choice(points), world.rng.choice(EVIDENCE))
        for criterion in round_.criteria()
    }
    sheet.write(sheet.revision, scores, by=seat.user)
    if lock:
        sheet.lock_it(by=seat.user)


def _begin_scoring(world, vacancy):
    """The chair is through; the peer has locked two and begun a third; the team has not begun."""
    round_ = _round(vacancy, PAPER)
    blinds = list(round_.blinds())
    seats = {seat.role: seat for seat in _seats(vacancy)}
    for blind in blinds:
        _fill(world, round_, seats["chair"], blind)
    for place, blind in enumerate(blinds[:3]):
        _fill(world, round_, seats["peer"], blind, lock=place < 2)


def _score(world, vacancy, stage):
    """Everybody scores everybody; whoever signs in as the candidate does well."""
    round_ = _round(vacancy, stage)
    theirs = round_.blinds().filter(redaction__application__candidate=world.person["candidate"])
    well = set(theirs.values_list("pk", flat=True))
    for seat in _seats(vacancy):
        for blind in round_.blinds():
            more = {"points": (3,)} if blind.pk in well else {}
            _fill(world, round_, seat, blind, **more)
    return round_


def _record(world, round_, *, chosen):
    """The best are chosen, and the next is in reserve."""
    results = sorted(round_.results().values(), key=lambda result: (result.rank, result.label))
    until = world.now.date() + timedelta(days=180)
    for place, result in enumerate(results):
        yes = place < chosen
        outcome = "yes" if yes else "reserve" if place == chosen else "no"
        Outcome.decide(
            round_,
            result,
            by=_chair(round_.vacancy),
            result=outcome,
            reason="By the scores, and as we talked.",
            feedback="" if yes else FEEDBACK[place % len(FEEDBACK)],
            reserve_until=until if round_.is_interview else None,
        )


def _settle_reserve(world, vacancy):
    """Whoever was in reserve for an interview gets a last answer, from Human Resources."""
    round_ = _round(vacancy, PAPER)
    for outcome in round_.outcomes.standing().filter(result="reserve").select_related("blind"):
        Outcome.answer(
            round_,
            outcome.blind,
            by=world.person["hr"],
            result="no",
            reason="Nobody who was invited stepped back.",
            feedback=FEEDBACK[0],
        )


def _tell(world, vacancy, stage):
    """Human Resources invite whoever the rule names, and tell everybody."""
    hr = world.person["hr"]
    round_ = _round(vacancy, stage)
    if Telling(round_).owed:
        keep_guarantee(round_, by=hr)
    release(round_, by=hr)
    for pk in list(to_send().filter(round=round_).values_list("pk", flat=True)):
        tell(pk)
    for outcome in round_.outcomes.waiting():
        tell_by_telephone(outcome, by=hr)


# --- interviews ---------------------------------------------------------------------------------
def _interviews(world, vacancy, closed):
    """Planned, released, chosen and held; whoever signs in as the candidate still has theirs
    before them.
    """
    hr = world.person["hr"]
    plan = InterviewPlan.of(vacancy, by=hr)
    plan.vacancy = vacancy
    plan.change(
        plan.revision,
        by=hr,
        format="in_person",
        place=f"{vacancy.team}, room 2",
        note=DAY_NOTE,
        minutes=45,
    )
    criteria = vacancy.criteria.filter(stage=TALK)
    for order, (criterion, text) in enumerate(zip(criteria, QUESTIONS, strict=False), start=1):
        plan.questions.create(criterion=criterion, text=text, order=order)
    on = add_working_days(closed, 18)
    invited = list(
        vacancy.interviews.counting().select_related(
            "application__vacancy", "application__candidate", "vacancy"
        )
    )
    later = [one for one in invited if one.application.candidate == world.person["candidate"]]
    invited = [one for one in invited if one not in later]
    days = [wall_clock(on, time(10 + n)) for n in range(len(invited) + 1)]
    coming = wall_clock(add_working_days(world.today, 6), time(14))
    plan.add_slots([*days, coming] if later else days, by=hr)
    plan.release(by=hr)
    _go(world, closed, 8)
    for interview in later:
        interview.choose(plan.slots.get(starts_at=coming).pk, by=interview.application.candidate)
    for interview, slot in zip(invited, plan.slots.all(), strict=False):
        if interview.application.candidate is not None:
            interview.choose(slot.pk, by=interview.application.candidate)
        else:
            interview.agree(slot.starts_at, by=hr)
    if invited[0].application.adjustments:
        Arrangement.make(invited[0], "Has the questions on paper", by=vacancy.organiser)
    prepares = wall_clock(add_working_days(on, -3), time(14))
    meeting = PanelMeeting.plan(
        vacancy,
        by=_chair(vacancy),
        kind="preparation",
        place=vacancy.team,
        starts_at=prepares,
        ends_at=prepares + timedelta(hours=1),
    )
    vacancy.move("start_interviews", by=hr)
    world.goto(on, 17)
    meeting.record_attendance(_seats(vacancy), by=_chair(vacancy))
    for interview in invited:
        interview.refresh_from_db()
        interview.record_attendance(True, by=_chair(vacancy))
