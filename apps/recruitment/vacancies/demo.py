"""Vacancies in the demonstration, one for every state: brought to being open, as on the site.

Leaves ``world.vacancies``, by the state in which each is to end; the other parts bring it there.
"""

from datetime import time, timedelta

from django.contrib.auth.models import Group

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import HR
from apps.core import clock
from apps.core.dates import wall_clock
from apps.core.working_days import add_working_days
from apps.notifications.silence import silence

from ..roles import PanelRole
from .forms import LAST_SECOND
from .models.advice import Advice, Edit
from .models.approval import Approval, Deputy
from .models.panel import PanelMember
from .models.readiness import READINESS, Readiness
from .models.template import VacancyTemplate, begin_from, contents
from .models.vacancy import Criterion, Vacancy

STATE = Vacancy.State
LARGE = 100
MARK = "This is demonstration data: the post is invented."

# The state in which it ends: (title, team, borough, whole-time equivalent, posts, opened so many
# days ago, open for so many days). Nothing is said of those that have not opened.
PLAN = {
    STATE.DRAFT: (
        "Peer Support Worker",
        "Greenwich Home Treatment Team",
        "Greenwich",
        "0.60",
        1,
        None,
        None,
    ),
    STATE.READINESS: (
        "Peer Support Worker",
        "Bexley Early Intervention Team",
        "Bexley",
        "0.80",
        1,
        None,
        None,
    ),
    STATE.APPROVAL: (
        "Peer Support Worker",
        "Bromley Crisis House",
        "Bromley",
        "1.00",
        2,
        None,
        None,
    ),
    STATE.APPROVED: (
        "Senior Peer Support Worker",
        "Bromley Recovery Team",
        "Bromley",
        "1.00",
        1,
        None,
        None,
    ),
    STATE.OPEN: ("Peer Support Worker", "Bromley Recovery Team", "Bromley", "0.60", 2, 8, 28),
    "closing": (
        "Peer Support Worker, evenings",
        "Greenwich Recovery Team",
        "Greenwich",
        "0.40",
        1,
        20,
        21,
    ),
    STATE.CLOSED: ("Peer Support Worker", "Bexley Recovery Team", "Bexley", "0.80", 1, 23, 21),
    STATE.SHORTLISTING: (
        "Peer Support Worker",
        "Greenwich Perinatal Team",
        "Greenwich",
        "0.60",
        1,
        29,
        21,
    ),
    STATE.SHORTLISTED: (
        "Peer Support Worker",
        "Bromley Older Adults Team",
        "Bromley",
        "1.00",
        1,
        36,
        21,
    ),
    STATE.INTERVIEWING: ("Peer Support Worker", "Bexley Crisis Team", "Bexley", "0.80", 1, 58, 21),
    STATE.DECIDED: (
        "Peer Support Worker",
        "Greenwich Forensic Outreach",
        "Greenwich",
        "1.00",
        1,
        75,
        21,
    ),
    STATE.FILLED: (
        "Peer Support Worker",
        "Bromley Hearing Voices Network",
        "Bromley",
        "0.60",
        1,
        560,
        21,
    ),
    STATE.UNFILLED: ("Peer Trainer", "Recovery College", "Bexley", "0.40", 1, 240, 21),
    STATE.WITHDRAWN: (
        "Peer Support Worker",
        "Bexley Rehabilitation Ward",
        "Bexley",
        "1.00",
        1,
        120,
        28,
    ),
}
AFTER_OPENING = [state for state, plan in PLAN.items() if plan[5]]

SUMMARY = (
    "You have lived through mental health problems yourself, and know how it is to find a way on. "
    "You walk beside people who are in the middle of it: you listen, you share what helped you "
    "where that helps them, and you show that things can change."
)
DESCRIPTION = f"""\
## A day in the post

- You meet people where they are: at home, on the ward, on a walk.
- You run a group together with a colleague.
- You are part of the team, and say what you see from where you stand.

## What you are not asked to do

- To be well all the time.
- To tell more of your story than you want to.
- To do what nurses and doctors do.

## Who is there for you

You have a line supervisor, a peer supervisor, a mentor for the first year, and twelve weeks of
training with other new peer workers.

{MARK}
"""
EASY_READ = """\
You have had mental health problems.

You know what helped you.

You help other people now.

You get paid for it.

We help you, too.
"""
HOURS = (
    "We agree the days with you, and can change them. If you claim benefits, we find hours with "
    "which you lose nothing, and somebody who knows about benefits talks it through with you."
)
RATIONALE = (
    "The post works through shared experience. A person without it could not do what the post is "
    "for. What is asked for is experience and the ability to use it, in the candidate's own words; "
    "no diagnosis, treatment or medicine is asked about."
)
CRITERIA = [
    (
        "essential",
        "shortlisting",
        "Your own experience of mental health problems, and how you use it to support others",
        "Tell us as much or as little of your story as you like. What counts is what you learnt, "
        "and how you use it.",
        "Does it show how the experience is used? How much is told does not count.",
    ),
    (
        "essential",
        "shortlisting",
        "Listening in a way that helps people to speak",
        "Paid or unpaid, at home or at work: all of it counts.",
        "An example, and what came of it.",
    ),
    (
        "essential",
        "shortlisting",
        "Working with other people in a team or a group",
        "A choir, a family, a job: any group counts.",
        "Own part in it; what was hard.",
    ),
    (
        "desirable",
        "shortlisting",
        "Has supported peers before, formally or not",
        "Being there for somebody counts.",
        "What it was, for how long, what was learnt.",
    ),
    ("essential", "interview", "Keeping well at work, with the support you agree", "", ""),
    ("desirable", "interview", "Ideas for making the service better", "", ""),
]


def load(world):
    """Every vacancy up to the day on which it opened."""
    world.vacancies = {}
    with silence():
        for number, state in enumerate(PLAN):
            world.vacancies[state] = _prepared(world, state, number)
        _coproduction(world)
    world.goto(world.today)
    if world.large:
        _many(world)


def _prepared(world, state, number):
    title, team, borough, wte, posts, opened, days = PLAN[state]
    hr, manager, peer_lead = (world.person[name] for name in ("hr", "steering", "peer"))
    start = (opened or 10) + 40
    world.goto(world.ago(start), 10)
    words = {
        "summary": SUMMARY,
        "description": DESCRIPTION,
        "easy_read": EASY_READ,
        "hours": HOURS,
        "legal_rationale": RATIONALE,
    }
    fields = {
        "title": title,
        "team": team,
        "borough": borough,
        "wte": wte,
        "posts": posts,
        "manager": manager,
        "peer_lead": peer_lead,
        "organiser": world.person["office"],
        "cost_code": f"MH{4100 + number}",
        "position_number": f"PSW{number + 1:03d}",
        "line_supervisor": "Martin Adeyemi",
        "peer_supervisor": "Joanne Pryce",
    }
    if state == STATE.DRAFT:
        words = {"summary": SUMMARY}
        return begin_from(words, [], by=hr, **fields)
    lines = [
        {
            "weight": weight,
            "stage": stage,
            "text": text,
            "guidance": guidance,
            "scoring": scoring,
            "order": order,
        }
        for order, (weight, stage, text, guidance, scoring) in enumerate(CRITERIA, start=1)
    ]
    vacancy = begin_from(words, lines, by=hr, **fields)
    if state == STATE.OPEN:
        _advised(world, vacancy, start)
    authorisers = _authorisers(world)
    for office, user in authorisers.items():
        Approval.name(vacancy, office, user, by=hr)
    _panel(world, vacancy, number)
    world.goto(world.ago(start - 4), 11)
    vacancy.move("begin_readiness", by=manager)
    Readiness.sign(vacancy, set(READINESS), by=manager)
    world.goto(world.ago(start - 8), 15)
    signed = list(READINESS)[:5] if state == STATE.READINESS else READINESS
    Readiness.sign(vacancy, set(signed), by=peer_lead)
    if state == STATE.READINESS:
        return vacancy
    vacancy.move("ask_approval", by=peer_lead)
    for step, user in enumerate(authorisers.values()):
        world.goto(world.ago(start - 10 - 4 * step), 14)
        if state == STATE.APPROVAL and step == 2:
            _deputy(world, vacancy)
            return vacancy
        Approval.give(vacancy, by=user, approve=True)
    vacancy.refresh_from_db()
    if opened:
        world.goto(world.ago(opened), 9)
        _open(world, vacancy, days)
    return vacancy


def _open(world, vacancy, days):
    closes_on = clock.today() + timedelta(days=days)
    vacancy.closes_at = wall_clock(closes_on, LAST_SECOND)
    vacancy.interviews_on = closes_on + timedelta(days=28)
    vacancy.save(update_fields=["closes_at", "interviews_on"])
    vacancy.move("open", by=world.person["hr"])
    for ahead in (5, 9):
        day = add_working_days(clock.today(), ahead)
        starts_at = wall_clock(day, time(14))
        vacancy.visits.create(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            host="Joanne",
            place=f"{vacancy.team}, {vacancy.borough}",
            places=6,
        )


def _deputy(world, vacancy):
    """The business partner is away for a while, and told who stands in."""
    world.goto(world.ago(2), 10)
    stands_in = [user for user in world.people if user.constituency == Constituency.STAFF][-1]
    Deputy.name(
        vacancy.approvals.get(office=Approval.Office.PARTNER),
        stands_in,
        from_on=world.ago(1),
        until_on=world.today + timedelta(days=20),
        by=world.person["hr"],
    )


def _authorisers(world):
    """Head of service, finance, HR business partner, and Human Resources."""
    if not hasattr(world, "authorisers"):
        staff = [
            user
            for user in world.people
            if user.constituency == Constituency.STAFF and user.pk > world.person["admin"].pk
        ]
        partner = User.objects.filter(pk__in=[user.pk for user in staff], department="hr").first()
        # Who begins a vacancy does not approve it, and no check is read by one person alone.
        officers = (user for user in staff[9:] if user.department == "hr" and user != partner)
        world.second_officer = next(officers, staff[9])
        world.second_officer.groups.add(Group.objects.get(name=HR))
        world.authorisers = {
            Approval.Office.HEAD: staff[0],
            Approval.Office.FINANCE: staff[1],
            Approval.Office.PARTNER: partner or staff[2],
            Approval.Office.HR: world.second_officer,
        }
    return world.authorisers


def _panel(world, vacancy, number):
    """A peer, a chair and somebody from the team, trained; the peer who signs in is on most."""
    peers = [
        user
        for user in world.people
        if user.constituency == Constituency.LIVED_EXPERIENCE and user.pk > world.person["admin"].pk
    ]
    staff = [
        user
        for user in world.people
        if user.constituency == Constituency.STAFF and user.pk > world.person["admin"].pk
    ]
    seats = [
        (world.person["sponsor"], PanelRole.CHAIR),
        (world.person["panelpeer"] if number % 4 != 2 else peers[number], PanelRole.PEER),
        (staff[3 + number % 5], PanelRole.TEAM),
    ]
    for user, role in seats:
        PanelMember.add(
            vacancy, user, role, by=world.person["hr"], trained_on=world.now.date() - timedelta(200)
        )


def _advised(world, vacancy, start):
    """What was advised while it was a draft, taken up or not, and why."""
    peer, manager = world.person["peer"], vacancy.manager
    advised = [
        (
            "advert",
            "lived_experience",
            "Peers and Sponsors Network",
            "Say first that people can agree their hours. It is the first thing we want to know.",
            "taken",
            "It is the first sentence now.",
        ),
        (
            "criteria",
            "staff",
            "Team meeting",
            "Ask for a qualification in health and social care.",
            "declined",
            "The training is part of the post. Asking for it before would keep out the "
            "people we look for.",
        ),
        (
            "questions",
            "lived_experience",
            "Role design task group",
            "Do not ask where people see themselves in five years.",
            "agreed",
            "No question asks it. We ask what they would like to learn.",
        ),
    ]
    world.goto(world.ago(start - 1), 16)
    given = [
        (
            Advice.give(vacancy, by=peer, about=about, side=side, source=source, text=text),
            answer,
            reason,
        )
        for about, side, source, text, answer, reason in advised
    ]
    world.goto(world.ago(start - 2), 10)
    summary = f"You agree your hours with us. {vacancy.summary}"
    Edit.write(vacancy, vacancy.revision, by=manager, summary=summary)
    for made, answer, reason in given:
        edit = made.changes()[0] if answer in Advice.CHANGED else None
        made.settle(answer, reason, by=manager, edit=edit)


def _coproduction(world):
    """What is kept of the open vacancy; and advice that waits for an answer."""
    vacancy, peer = world.vacancies[STATE.OPEN], world.person["peer"]
    VacancyTemplate.keep("Peer Support Worker, band 3", vacancy, by=world.person["hr"])
    world.goto(world.ago(9), 10)
    Advice.give(
        world.vacancies[STATE.READINESS],
        by=peer,
        about="process",
        side="lived_experience",
        source="Training task group",
        text="Tell everybody by telephone, not only by e-mail, if that is what they asked for.",
    )


def finish(world):
    """What is withdrawn or not filled, once people have applied."""
    with silence():
        world.goto(world.ago(100), 15)
        world.vacancies[STATE.WITHDRAWN].move(
            "withdraw", by=world.person["hr"], note="The ward moves, and the post moves with it."
        )
        vacancy = world.vacancies[STATE.UNFILLED]
        vacancy.refresh_from_db()
        if vacancy.state in (STATE.OPEN, STATE.CLOSED) and not vacancy.applications.exists():
            world.goto(world.ago(210), 15)
            vacancy.move(
                "leave_unfilled",
                by=world.person["hr"],
                note="Nobody applied. We will ask the network how to say it better.",
            )
    world.goto(world.today)


def _many(world):
    """A hundred more vacancies, for measuring: no people but the manager and the peer lead."""
    first = world.vacancies[STATE.OPEN]
    words, lines = contents(first)
    states = [STATE.OPEN, STATE.CLOSED, STATE.SHORTLISTING, STATE.FILLED]
    made = Vacancy.objects.bulk_create(
        Vacancy(
            **words | {"title": f"Peer Support Worker {number}"},
            team=f"Team {number}",
            borough=first.borough,
            state=states[number % 4],
            created_by=world.person["hr"],
            opened_at=world.now - timedelta(days=30),
            organiser=world.person["office"],
            closes_at=world.now + timedelta(days=14 if number % 4 == 0 else -3),
            interviews_on=world.today + timedelta(days=40),
        )
        for number in range(LARGE)
    )
    Criterion.objects.bulk_create(
        Criterion(vacancy=vacancy, **line) for vacancy in made for line in lines
    )
    world.many_vacancies = made
