"""The network of the demonstration programme: enquirers, pairs, practice, and the noticeboard."""

from datetime import timedelta

from apps.accounts.models.people import Constituency, User
from apps.accounts.roles import COMMS
from apps.groups.roles import Role
from apps.notifications.silence import silence

from .board.models import Post, PostReport
from .demo_large import load_large
from .joining.models import Interest, Letter, Welcomed
from .pairs.models import CheckIn, HelpContact, HelpRequest, Pair
from .practice.models import Practice, PracticeName
from .seats import demo as seats

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF

# name, how, what they wrote, days ago, and what became of it
ENQUIRERS = [
    ("Maya Thornton", "peer", "I would like to help at the Wednesday walk.", 2, ""),
    ("Owen Castle", "sponsor", "Our ward has room for a peer-led group. How do we begin?", 5, ""),
    ("Ines Marlow", "unsure", "", 9, ""),
    ("Colin Fairweather", "peer", "Is it all right to come to one meeting first?", 16, "answer"),
    ("Farah Quill", "peer", "A friend told me about it.", 40, "invite"),
    ("Theo Lark", "unsure", "I live in another county.", 30, "decline"),
]

ABOUT = (
    "The Wednesday walk",
    "Tea and talk on Maple ward",
    "Hearing Voices group",
    "The allotment",
    "Welcoming new people at the centre",
    "Drawing on Fridays",
    "The recovery college course",
    "A peer in the crisis team's handover",
    "Breakfast club",
    "Men's shed",
    "Supporting carers together",
    "Music in the garden room",
)

HOW = (
    "We had coffee first and then went through the week. It was good to plan it together.",
    "Fewer people came than last time, and the talk was better for it.",
    "We could not find a room, so we walked instead. That worked.",
    "We disagreed about the leaflet, and then wrote it new.",
)
HELPS = ("A key to the garden room.", "", "An hour more before the group.", "")

# name, kind, borough, service, what happens, since, how to join, what was learnt, state
PRACTICE = [
    (
        "Bromley Hearing Voices Network",
        "co_facilitation",
        "bromley",
        "Community mental health",
        "A peer and a member of staff lead the group together. People talk about what they hear, "
        "and about what helps. Nobody is asked to explain themselves.",
        2011,
        "Ring the centre, or come with somebody who is in it.",
        "Two people who lead in turn can also rest in turn.",
        "published",
    ),
    (
        "Wednesday walk",
        "informal",
        "bexley",
        "",
        "We meet at the lake and walk once round it. Those who want to talk, talk.",
        2015,
        "Be at the gate at ten.",
        "Walking side by side is easier than sitting face to face.",
        "published",
    ),
    (
        "Tea and talk",
        "peer_led",
        "greenwich",
        "Maple ward",
        "Two peers bring tea to the ward on Sundays, when there is least going on.",
        2018,
        "Ask the ward for the next Sunday.",
        "The ward needs one named nurse who knows that we come.",
        "published",
    ),
    (
        "The allotment",
        "informal",
        "bromley",
        "",
        "We grow what we like to eat.",
        2016,
        "Write to the network.",
        "Everybody can water.",
        "published",
    ),
    (
        "Recovery college: living well",
        "co_facilitation",
        "trust-wide",
        "Recovery college",
        "A course of six mornings, planned and taught by a peer and a tutor.",
        2014,
        "Enrol with the college.",
        "Plan together from the first line, or it is not shared.",
        "published",
    ),
    (
        "Drawing on Fridays",
        "peer_led",
        "bexley",
        "Day service",
        "A table, paper, and company.",
        2019,
        "Just come.",
        "Keep it small.",
        "published",
    ),
    (
        "Welcome at the centre",
        "informal",
        "greenwich",
        "Community centre",
        "A peer stands at the door and shows new people round.",
        2020,
        "Speak to the person at the desk.",
        "A name badge helps.",
        "published",
    ),
    (
        "Breakfast club",
        "peer_led",
        "greenwich",
        "Supported housing",
        "We cook and eat together.",
        2017,
        "Put your name on the board in the kitchen.",
        "Ask about allergies every time.",
        "published",
    ),
    (
        "Crisis line call-back",
        "other",
        "trust-wide",
        "Crisis team",
        "A peer calls back those who asked for it on the next day.",
        2021,
        "The team asks each caller.",
        "A call the next day matters more than a long one.",
        "published",
    ),
    (
        "Men's shed",
        "peer_led",
        "bromley",
        "",
        "Tools, wood, and a kettle.",
        2018,
        "Come by.",
        "",
        "submitted",
    ),
    (
        "Peer at handover",
        "co_facilitation",
        "greenwich",
        "Crisis team",
        "A peer sits in at the handover and asks what the person wants.",
        2022,
        "",
        "",
        "submitted",
    ),
    (
        "Carers' evening",
        "informal",
        "bexley",
        "",
        "Once a month, in a cafe.",
        None,
        "",
        "",
        "draft",
    ),
    (
        "Music in the garden room",
        "peer_led",
        "bromley",
        "Stepping Stones",
        "",
        None,
        "",
        "",
        "draft",
    ),
    (
        "Book swap",
        "informal",
        "greenwich",
        "Library",
        "Take one, leave one.",
        2013,
        "Open to all.",
        "It runs by itself.",
        "archived",
    ),
    (
        "Telephone tree",
        "other",
        "trust-wide",
        "",
        "We rang one another on Sundays in lockdown.",
        2020,
        "Closed.",
        "Ten people is the most.",
        "archived",
    ),
]
PUBLIC = (
    "Bromley Hearing Voices Network",
    "Wednesday walk",
    "Recovery college: living well",
    "Drawing on Fridays",
)

POSTS = [
    (
        "A room for Thursdays?",
        "Does anybody know a room with a window, free on Thursdays?",
        ["The Garden room is free from two.", "Thank you, we have booked it."],
    ),
    ("Thank you for yesterday", "It was my first meeting. Everybody was kind.", []),
    ("Bus 269 on strike on Monday", "If you come to the centre, allow more time.", []),
    (
        "Leaflets to read",
        "Who would read two pages for us, and say what is hard to follow?",
        ["I can, send them to me.", "So can I."],
    ),
    ("Seeds", "I have too many tomato plants. Take some on Wednesday.", []),
    (
        "Next Conversation",
        "What should we talk about this time?",
        ["How it is to start in a team that has never had a peer."],
    ),
]


def load(world):
    """Two years of a network of fifteen people. Nobody is told today what happened then."""
    world.network = world.groups["peers-and-sponsors"]
    people = [one.user for one in world.network.people()]
    peers = [user for user in people if user.constituency == LIVED]
    staff = [user for user in people if user.constituency == STAFF]
    with silence():
        _welcomed(world, people)
        _enquirers(world)
        _pairs(world, peers, staff)
        _practice(world, peers, staff)
        _board(world, people)
    seats.load(world)
    if world.large:
        load_large(world)
        seats.load_large(world)


def _welcomed(world, people):
    """All have read the welcome but the newest."""
    Welcomed.objects.bulk_create(Welcomed(user=user, at=world.now) for user in people[:-1])


def _enquirers(world):
    office = world.office
    for number, (name, wish, words, days, outcome) in enumerate(ENQUIRERS):
        world.goto(world.ago(days))
        interest = Interest.objects.create(
            full_name=name,
            email=f"enquirer{number}@demo.example",
            wish=wish,
            words=words,
            created_at=world.now,
        )
        Letter.objects.create(
            interest=interest, kind=Letter.Kind.RECEIVED, created_at=world.now, sent_at=world.now
        )
        world.goto(world.ago(max(days - 4, 1)))
        if outcome in ("answer", "decline"):
            interest.move(outcome, by=office)
            Letter.objects.create(
                interest=interest,
                kind=outcome,
                by=office,
                created_at=world.now,
                words="Thank you for writing to us. This is demonstration data.",
                sent_at=world.now,
            )
        elif outcome == "invite":
            interest.move("invite", by=office)


def _pairs(world, peers, staff):
    """Twelve pairs: most go on, one waits for its answer, others are paused, ended or lost."""
    HelpContact.name(world.person["steering"], by=world.office)
    peer, sponsor = world.person["peer"], world.person["sponsor"]
    couples = [(peer, sponsor)] + [
        (peers[turn % len(peers)], staff[(turn * 2 + turn // len(peers)) % len(staff)])
        for turn in range(1, 40)
    ]
    seen, pairs = set(), []
    for one, two in couples:
        if (one.pk, two.pk) in seen or len(pairs) == len(ABOUT):
            continue
        seen.add((one.pk, two.pk))
        turn = len(pairs)
        world.goto(world.ago(400 - 25 * turn), 11)
        pair = Pair.propose(
            world.network,
            by=one if turn % 2 else two,
            partner=two if turn % 2 else one,
            about=ABOUT[turn],
            every=("28", "14", "7", "")[turn % 4],
        )
        pairs.append(pair)
    for turn, pair in enumerate(pairs):
        _live(world, pair, turn)


def _live(world, pair, turn):
    """Bring a pair to where it stands today."""
    accepts = pair.partner_of(pair.proposed_by)
    world.goto(world.ago(395 - 25 * turn), 15)
    if turn == 10:
        pair.move("decline", by=accepts)
        return
    if turn == 11:
        return  # waits for its answer
    pair.move("accept", by=accepts)
    step = int(pair.every or 40)
    day = world.ago(395 - 25 * turn) + timedelta(days=step)
    while day < world.today - timedelta(days=step // 2):
        world.goto(day, 16)
        CheckIn.write(
            pair,
            by=world.rng.choice(pair.people),
            on=day,
            how=world.rng.choice(HOW),
            helps=world.rng.choice(HELPS),
        )
        day += timedelta(days=step * world.rng.choice([1, 1, 2]))
    world.goto(world.ago(3), 14)
    if turn == 4:
        pair.move("pause", by=pair.peer)
    elif turn in (6, 8):
        pair.move("end", by=pair.sponsor)
    elif turn == 2:
        HelpRequest.ask(
            pair, by=pair.peer, note="Could you help us to talk to the ward about Sundays?"
        )
    elif turn == 5:
        asked = HelpRequest.ask(pair, by=pair.sponsor, note="")
        asked.move("answer", by=asked.contact)


def _practice(world, peers, staff):
    """Fifteen entries in every state; names as their people agreed."""
    comms = User.objects.filter(groups__name=COMMS).first()
    leads = {
        one.user.constituency: one.user for one in world.network.people().filter(role=Role.CO_LEAD)
    }
    lead = leads[LIVED]
    for turn, entry in enumerate(PRACTICE):
        title, kind, borough, service, happens, since, join, learnt, state = entry
        world.goto(world.ago(300 - 15 * turn), 10)
        others = [user for user in peers if user != lead]
        owner = world.person["peer"] if turn in (1, 11) else others[turn % len(others)]
        practice = Practice.objects.create(
            network=world.network,
            owner=owner,
            title=title,
            kind=kind,
            borough=borough,
            service=service,
            what_happens=happens,
            since_year=since,
            how_to_join=join,
            learnt=learnt,
            created_at=world.now,
        )
        sponsor = staff[turn % len(staff)]
        for user, part in ((owner, "peer"), (sponsor, "sponsor")):
            name = PracticeName.ask(practice, user, part, by=owner)
            # The last that was sent in waits for its sponsor's answer.
            if not (title == "Peer at handover" and part == "sponsor"):
                answer = ("public", "inside", "public", "no")[(turn + (part == "sponsor")) % 4]
                name.answer(answer, by=user)
        if state != "draft":
            practice.move("submit", by=owner)
        if state in ("published", "archived"):
            world.goto(world.ago(290 - 15 * turn), 10)
            practice.move("publish", by=lead)
        if title in PUBLIC:
            practice.edit_public(
                practice.revision,
                by=comms,
                show=True,
                public_title=title,
                public_text=happens,
                public_join=join,
            )
        if state == "archived":
            world.goto(world.ago(20), 10)
            practice.move("archive", by=lead, note="It has come to its end, with thanks.")
    world.goto(world.ago(1), 10)
    Practice.objects.get(title="Tea and talk").share(by=lead)


def _board(world, people):
    """Posts and replies; one hidden, one that somebody reported."""
    writers = [user for user in people if user != world.person["peer"]]
    for turn, (title, text, replies) in enumerate(POSTS):
        world.goto(world.ago(40 - 6 * turn), 9)
        author = world.person["peer"] if turn == 1 else writers[turn % len(writers)]
        post = Post.write(world.network, by=author, title=title, text=text)
        for step, reply in enumerate(replies, start=1):
            world.goto(world.ago(40 - 6 * turn), 10 + step)
            answerer = writers[(turn + step) % len(writers)]
            Post.write(world.network, by=answerer, text=reply, topic=post)
    lead = world.network.people().filter(role=Role.CO_LEAD).first().user
    world.goto(world.ago(5), 12)
    post = Post.write(
        world.network, by=writers[-1], title="About the ward manager", text="She was rude to me."
    )
    post.move("hide", by=lead, note="It is about one person, who cannot answer here.")
    reported = Post.write(
        world.network, by=writers[-2], title="My neighbour", text="You all know who I mean."
    )
    PostReport.make(reported, by=world.person["peer"], reason="One can tell who it is.")
