"""Two years of meetings of the demonstration programme, with what came of them."""

from datetime import time, timedelta

from apps.accounts.models.people import Constituency
from apps.core.dates import wall_clock
from apps.groups.models import TermsOfReference
from apps.groups.roles import Role
from apps.notifications.silence import silence

from . import events
from .demo_large import load_large
from .finding import demo as finding
from .models.agenda import AgendaItem
from .models.meeting import Meeting
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.people import Attendance, SupportRequest

ROOMS = (
    "Meeting room 2, Pinewood House, Bexley",
    "The Hub, Queen Elizabeth Court, Woolwich",
    "Garden room, Stepping Stones, Bromley",
)
JOINING = "Step-free from the street. Tea from fifteen minutes before. Fares are paid on the day."

# slug -> [(agenda item, what it is about, the decision it led to or "")]
TALK = {
    "steering-group": [
        ("Where the programme stands", "A short word from each task group.", ""),
        (
            "How we pay people for their time",
            "The rates for meetings and for preparation.",
            "Preparation is paid at the same rate as the meeting itself.",
        ),
        (
            "A date for the next Conversation",
            "An open afternoon for peers and sponsors.",
            "The next Peer Support Conversation is held in the spring, at the Bromley centre.",
        ),
        (
            "What we report to the board",
            "Two pages, in plain words.",
            "The report to the board is written by a peer and a member of staff together.",
        ),
        ("Risks", "What could stop the posts from lasting.", ""),
    ],
    "peers-and-sponsors": [
        ("What is going well", "Each pair says one thing.", ""),
        ("New people", "Who has joined since last time.", ""),
        (
            "A directory of peer practice",
            "What we already do, in which service.",
            "We ask each service for one page on the peer practice that it has.",
        ),
        (
            "Who speaks for us",
            "Seats in the task groups that fall free.",
            "Seats are offered first to people who have not had one.",
        ),
    ],
    "role-design": [
        (
            "The job description",
            "Reading the draft aloud, paragraph by paragraph.",
            "The job description says what the post does before it says what it asks for.",
        ),
        (
            "Lived experience in the person specification",
            "How to ask for it fairly.",
            "We ask for experience and for the ability to use it. We never ask for a diagnosis.",
        ),
        (
            "The name of the post",
            "Worker, practitioner or specialist?",
            "The post is called Peer Support Worker.",
        ),
        (
            "Hours",
            "Part-time hours that fit around benefits.",
            "Every post is advertised with a choice of hours.",
        ),
        (
            "What peers bring",
            "Three words from each of us.",
            "The advert says in its first line that lived experience is what we look for.",
        ),
        (
            "Reasonable adjustments",
            "What we offer before anybody has to ask.",
            "The job description lists the adjustments that we always make.",
        ),
        (
            "Who line-manages the post",
            "A clinician, a peer, or both?",
            "Each post has a line manager in the team and a supervisor who is a peer.",
        ),
        ("Boundaries", "What a peer worker does not do.", ""),
    ],
    "training": [
        (
            "Twelve weeks",
            "What belongs in which week.",
            "The training runs one day a week for twelve weeks, with a break at half-way.",
        ),
        (
            "Mentors",
            "Who can be one, and what they promise.",
            "Each trainee has a mentor from outside the team that they will join.",
        ),
        (
            "Preparing the teams",
            "What colleagues ask before a peer starts.",
            "A team takes half a day of preparation before a peer joins it.",
        ),
    ],
    "piloting": [
        (
            "Which teams",
            "Three that have asked, and what they offer.",
            "The pilot begins in three community teams, one in each borough.",
        ),
        ("What we learnt this month", "From the peers first, then from the teams.", ""),
        (
            "Supervision",
            "A line supervisor and a peer supervisor.",
            "Nobody starts in post before both supervisors are named.",
        ),
    ],
    "career-pathways": [
        (
            "After the first year",
            "What a peer worker can move on to.",
            "A senior peer post is written before the first pilot ends.",
        ),
        (
            "Learning while in post",
            "Time and money for it.",
            "Each peer worker has one paid day a month for learning.",
        ),
    ],
    "communication": [
        (
            "A leaflet",
            "One sheet, folded, in words that everyone can use.",
            "The leaflet is tested with five people who have not heard of us.",
        ),
        (
            "Easy read",
            "What it costs and who checks it.",
            "Everything that we publish has an easy-read version within a month.",
        ),
        (
            "Stories",
            "Whose, and who agrees to what.",
            "A story is used only after its owner has seen the page it stands on.",
        ),
    ],
}

TASKS = (
    "Write up the notes and send them round",
    "Ask finance about the cost code",
    "Book an interpreter for the next meeting",
    "Bring two examples from other trusts",
    "Redraft the second paragraph",
    "Phone the three teams",
    "Check the room for step-free access",
    "Ask the network who would like to take part",
)


def load(world):
    """Monthly meetings of each group since it began, and what is waiting today."""
    world.decided, world.leading = set(), {}
    # Nobody is told today what happened in the past.
    with silence(long_past=True):
        for number, slug in enumerate(TALK):
            _so_far(world, world.groups[slug], number)
    for number, slug in enumerate(TALK):
        _to_come(world, world.groups[slug], number)
    _waiting(world)
    finding.load(world)
    if world.large:
        load_large(world)


# --- the past -------------------------------------------------------------------------------------
def _so_far(world, group, number):
    """A meeting every four weeks; one in six without its quorum, ratified at the next.

    The steering group began two years ago, and the others one after the other: there is a role to
    train for before there is training, and training before a pilot.
    """
    begins = world.today - timedelta(days=690 - 60 * number)
    begins += timedelta(days=(1 + number % 4 - begins.weekday()) % 7)
    days = [begins + timedelta(weeks=4 * step) for step in range(40)]
    days = [day for day in days if day < world.today - timedelta(days=2)]
    provisional, before = [], None
    for turn, day in enumerate(days):
        quorate = turn % 6 != 4
        last = turn == len(days) - 1
        meeting, lead = _meeting(world, group, day, turn, weeks_ahead=3)
        world.goto(day, 17)
        _who_came(world, meeting, lead, quorate)
        for decision in provisional if meeting.was_quorate else ():
            for one in _leads(world, group):
                decision.settle("ratify", meeting, by=one)
        if meeting.was_quorate:
            provisional = []
        provisional += [
            decision
            for decision in _decide(world, meeting, lead, turn)
            if decision.state == Decision.State.PROVISIONAL
        ]
        _act(world, meeting, lead, turn, last)
        if before and meeting.was_quorate and before.state == Minutes.State.CIRCULATED:
            _approve(before, meeting, _leads(world, group))
        if not last:
            world.goto(day + timedelta(days=4), 11)
            before = Minutes.draft(meeting, by=lead)
            before.move("circulate", by=lead)


def _leads(world, group):
    """Those who lead it still: whose term has ended holds no grants, whatever the clock shows.
    On one day they are the same, and what they may do is asked once."""
    day = group.pk, world.now.date()
    if day not in world.leading:
        leads = group.people(day[1]).filter(role=Role.CO_LEAD, ended_at=None)
        world.leading = {day: [one.user for one in leads]}
    return world.leading[day]


def _meeting(world, group, day, turn, weeks_ahead):
    world.goto(day - timedelta(weeks=weeks_ahead), 10)
    leads = _leads(world, group)
    lead = leads[turn % len(leads)]
    hour = 10 if turn % 2 else 14
    meeting = Meeting.objects.create(
        group=group,
        title=f"{group.name}: monthly meeting",
        purpose="To hear where we are, and to agree what comes next.",
        starts_at=wall_clock(day, time(hour)),
        ends_at=wall_clock(day, time(hour + 2)),
        format=Meeting.Format.BOTH,
        place=ROOMS[turn % len(ROOMS)],
        link=f"https://meet.demo.example/{group.slug}",
        joining=JOINING,
        support_organiser=lead,
        created_by=lead,
    )
    for position, (title, detail, _) in enumerate(_talk(group, turn), start=1):
        AgendaItem.objects.create(
            meeting=meeting,
            title=title,
            detail=detail,
            position=position,
            kind=AgendaItem.Kind.DISCUSSION,
            minutes_allowed=world.rng.choice([10, 15, 20, 30]),
            proposed_by=lead,
            state=AgendaItem.State.ACCEPTED,
        )
    meeting.move("publish", by=lead)
    return meeting, lead


def _talk(group, turn):
    """Three of the group's subjects, going round."""
    talk = TALK[group.slug]
    return [talk[(turn + step) % len(talk)] for step in range(min(3, len(talk)))]


def _who_came(world, meeting, lead, quorate):
    people = list(meeting.invited())
    lived = [user for user in people if user.constituency == Constituency.LIVED_EXPERIENCE]
    if quorate:
        away = set(world.rng.sample([user.pk for user in people if user != lead], k=1))
    else:
        # Too few with lived experience: what is decided must wait.
        away = {user.pk for user in lived[1:]}
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            user=user,
            replied_at=meeting.published_at,
            reply=Attendance.Reply.NO if user.pk in away else Attendance.Reply.YES,
        )
        for user in people
    )
    meeting.record_attendance([user.pk for user in people if user.pk not in away], by=lead)


def _decide(world, meeting, lead, turn):
    other = next((one for one in _leads(world, meeting.group) if one != lead), None)
    if other is None:
        return  # a seat was empty then, and it takes two
    for item, (_, _, text) in zip(
        meeting.agenda.accepted(), _talk(meeting.group, turn), strict=False
    ):
        if not text or (turn + item.position) % 3 or text in world.decided:
            continue
        world.decided.add(text)
        vote = (turn + item.position) % 2 == 0
        votes = {"votes_for": 4, "votes_against": 1, "abstentions": 0} if vote else {}
        if vote and meeting.presence().members < 5:
            votes = {"votes_for": 2, "votes_against": 0, "abstentions": 0}
        method = (
            Decision.Method.VOTE
            if vote
            else world.rng.choice([Decision.Method.CONSENSUS, Decision.Method.CONSENT])
        )
        decision = Decision.record(
            meeting, by=lead, agreed=True, item=item, text=text, method=method, **votes
        )
        if decision.waits:
            decision.confirm(by=other)
        yield decision


def _approve(minutes, later, leads):
    """Both co-leads say that the later meeting approved them."""
    for one in leads:
        minutes.settle("approve", later, by=one)


def _act(world, meeting, lead, turn, last):
    owners = list(meeting.group.people(world.now.date()))
    for step in range(2):
        due = world.now.date() + timedelta(days=14 + 7 * step)
        action = Action.objects.create(
            group=meeting.group,
            meeting=meeting,
            owner=owners[(turn + step) % len(owners)].user,
            text=TASKS[(turn * 2 + step) % len(TASKS)],
            due=due,
            created_by=lead,
            created_at=world.now,
        )
        if not last:
            world.goto(due, 16)
            action.move("finish", by=action.owner)
            world.goto(meeting.on, 17)


# --- what is to come -----------------------------------------------------------------------------
def _to_come(world, group, number):
    """One meeting announced, one further in draft."""
    day = world.today + timedelta(days=9 + 2 * number)
    day += timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())  # not at a weekend
    meeting, lead = _meeting(world, group, day, 30 + number, weeks_ahead=3)
    world.goto(world.today)
    for user in list(meeting.invited())[2::2]:
        Attendance.objects.create(
            meeting=meeting, user=user, reply=Attendance.Reply.YES, replied_at=world.now
        )
    later = day + timedelta(weeks=4)
    Meeting.objects.create(
        group=group,
        title=f"{group.name}: monthly meeting",
        starts_at=wall_clock(later, time(14)),
        ends_at=wall_clock(later, time(16)),
        format=Meeting.Format.BOTH,
        link=f"https://meet.demo.example/{group.slug}",
        place=ROOMS[number % len(ROOMS)],
        support_organiser=lead,
        created_by=lead,
    )


def _waiting(world):
    """Something for each of the demonstration sign-ins to do today."""
    group = world.groups["role-design"]
    peer, peer_lead = world.person["peer"], world.person["peercolead"]
    meeting = Meeting.objects.upcoming().filter(group=group).first()
    item = AgendaItem.objects.create(
        meeting=meeting,
        title="Meeting somewhere with a garden",
        proposed_by=peer,
        detail="The room has no window. Could we try the Garden room?",
    )
    events.agenda_proposed(item)
    SupportRequest.ask(
        meeting,
        peer,
        "Please print the papers in large type, and could somebody meet me at the door?",
    )
    pre_meet = Meeting.objects.create(
        group=group,
        kind=Meeting.Kind.PRE_MEET,
        parent=meeting,
        title="Pre-meet: what we want to say",
        format=Meeting.Format.ONLINE,
        link="https://meet.demo.example/pre-meet",
        support_organiser=peer_lead,
        created_by=peer_lead,
        starts_at=meeting.starts_at - timedelta(minutes=90),
        ends_at=meeting.starts_at - timedelta(minutes=30),
    )
    pre_meet.move("publish", by=peer_lead)
    for name, text, days in (
        ("peer", "Say what you would want to know on a first day in post", 5),
        ("staffcolead", "Ask Human Resources for the two old job descriptions", -3),
        ("hr", "Find out how the advert can name a choice of hours", 9),
    ):
        Action.objects.create(
            group=group,
            owner=world.person[name],
            text=text,
            created_by=peer_lead,
            due=world.today + timedelta(days=days),
        )
    # New terms, signed by both co-leads, that the next meeting decides on.
    staff_lead, now = world.person["staffcolead"], group.terms
    proposed = TermsOfReference.propose(
        group,
        by=peer_lead,
        seen=now.version,
        text=f"{now.text}\n\nPapers are also sent as a recording to whoever asks for one.",
        quorum_members=now.quorum_members,
        quorum_lived_experience=now.quorum_lived_experience,
        quorum_staff=now.quorum_staff,
        notice_days=10,
        peer_workers=now.peer_workers,
        voices=now.voices,
        in_force_from=world.today,
    )
    proposed.move("sign", by=staff_lead)
    AgendaItem.objects.create(
        meeting=meeting,
        title="New terms of reference",
        kind=AgendaItem.Kind.DECISION,
        about=proposed,
        proposed_by=peer_lead,
    ).move("accept", by=peer_lead)
    # A decision that waits for a quorum, in the group that newcomers see first.
    last = (
        Meeting.objects.filter(group=group, state=Meeting.State.HELD).order_by("starts_at").last()
    )
    if last and not Decision.objects.waiting().filter(meeting__group=group).exists():
        few = [
            a.user_id
            for a in last.attendances.filter(attended=True)
            if a.counted_as != Constituency.LIVED_EXPERIENCE
        ] + [peer_lead.pk]
        if correction := last.record_attendance(few, by=peer_lead):
            correction.move("make", by=staff_lead)
            last.refresh_from_db()
        if not last.decisions.exists():
            Decision.record(
                last,
                by=peer_lead,
                agreed=True,
                method=Decision.Method.CONSENSUS,
                text="Two services are asked to comment on the job description first.",
            )


# --- for the demonstration of higher apps ---------------------------------------------------------
def put_on_agenda(group, thing, by, title):
    """The next meeting of a group decides on a thing."""
    AgendaItem.objects.create(
        meeting=Meeting.objects.upcoming().filter(group=group).first(),
        title=title,
        kind=AgendaItem.Kind.DECISION,
        about=thing,
        proposed_by=by,
    ).move("accept", by=by)


def decide_on(world, group, *things, day, title, text):
    """A meeting at which a group decided on things, on a past day; the other co-lead confirmed.

    The last of its decisions.
    """
    day += timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())  # not at a weekend
    world.goto(day - timedelta(weeks=3), 12)
    lead, other = (one.user for one in group.people().filter(role=Role.CO_LEAD, ended_at=None)[:2])
    meeting = Meeting.objects.create(
        group=group,
        title=title,
        starts_at=wall_clock(day, time(11)),
        ends_at=wall_clock(day, time(12)),
        format=Meeting.Format.BOTH,
        place=ROOMS[0],
        link=f"https://meet.demo.example/{group.slug}",
        joining=JOINING,
        support_organiser=lead,
        created_by=lead,
    )
    for thing in things:
        item = AgendaItem.objects.create(
            meeting=meeting,
            title=title if len(things) == 1 else f"{title}: {thing}",
            kind=AgendaItem.Kind.DECISION,
            about=thing,
            proposed_by=lead,
        )
        item.move("accept", by=lead)
    meeting.move("publish", by=lead)
    world.goto(day, 13)
    meeting.record_attendance([user.pk for user in meeting.invited()], by=lead)
    for item in meeting.agenda.accepted():
        world.goto(day, 13)
        decision = Decision.record(
            meeting, by=lead, agreed=True, item=item, text=text, method=Decision.Method.CONSENT
        )
        world.goto(day, 16)
        decision.confirm(by=other)
    world.goto(day + timedelta(days=2), 11)
    minutes = Minutes.draft(meeting, by=lead)
    minutes.move("circulate", by=lead)
    later = Meeting.objects.quorate(group).filter(starts_at__gt=meeting.starts_at).last()
    if later:
        world.goto(later.on, 18)
        _approve(minutes, later, (lead, other))
    world.goto(day + timedelta(days=1), 15)
    return decision
