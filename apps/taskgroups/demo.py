"""What the demonstration's task groups have made: something in every state, and whose words."""

from django.core.files.base import ContentFile

from apps.accounts.models.people import Constituency
from apps.groups.models import Represents
from apps.groups.roles import Role
from apps.notifications.silence import silence

from . import demo_texts as words
from .demo_large import load_large
from .models.output import Attachment, Output
from .models.stage import Stage
from .models.suggestion import Suggestion

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF
Kind = Output.Kind

# name, aim, first and last day as days ago (minus: to come), task groups
STAGES = [
    (
        "Listen and map",
        "We know what peers and sponsors do already, and what people want from it.",
        700,
        520,
        ["communication", "role-design"],
    ),
    (
        "Design the role",
        "Everybody who asks gets the same answer to what a Peer Support Worker does.",
        540,
        120,
        ["role-design", "communication"],
    ),
    (
        "Recruit and train",
        "People finish the training with a portfolio, a mentor and a fair chance of a post.",
        300,
        -60,
        ["training", "role-design"],
    ),
    (
        "Pilot",
        "Three teams have peers in post, and both sides say that they would do it again.",
        150,
        -240,
        ["piloting"],
    ),
    (
        "Make it last",
        "A peer post leads somewhere, and the programme no longer needs a project to go on.",
        60,
        -500,
        ["career-pathways", "communication"],
    ),
]

VOICES = {
    "role-design": [Represents.EQUALITY],
    "training": [Represents.HR, Represents.EQUALITY],
    "piloting": [Represents.HR, Represents.COMMS],
}


def load(world):
    """Stages, and outputs drafted, argued over, signed, reviewed and used over a year.

    Leaves ``world.stages`` by order, and ``world.outputs`` by a short name.
    """
    world.stages = [_stage(world, number, *row) for number, row in enumerate(STAGES, start=1)]
    world.outputs = {}
    _voices(world)
    # Nobody is told today what happened in the past year.
    with silence():
        _past(world)
    world.goto(world.today)
    _waiting(world)
    if world.large:
        load_large(world)


def _stage(world, number, name, aim, starts, ends, groups):
    stage = Stage.objects.create(
        name=name, aim=aim, order=number, starts=world.ago(starts), ends=world.ago(ends)
    )
    stage.groups.set([world.groups[slug] for slug in groups])
    return stage


def _voices(world):
    """Staff members of some groups who speak for a corporate service; other voices are missing."""
    for slug, voices in VOICES.items():
        plain = _members(world, slug, STAFF, roles=[Role.MEMBER])
        for user, voice in zip(plain, voices, strict=False):
            world.groups[slug].appoint(user, Role.REPRESENTATIVE, by=world.office, represents=voice)


# --- pieces -------------------------------------------------------------------------------------
def _leads(world, slug):
    """The co-leads whose terms run: (lived experience, staff), None for an empty seat."""
    rows = world.groups[slug].memberships.filter(role=Role.CO_LEAD, ended_at=None)
    leads = {one.user.constituency: one.user for one in rows.select_related("user")}
    return leads.get(LIVED), leads.get(STAFF)


def _members(world, slug, side, roles=(Role.MEMBER, Role.REPRESENTATIVE)):
    """The group's other people of one side, in the order in which they joined."""
    rows = world.groups[slug].memberships.filter(
        ended_at=None, user__constituency=side, role__in=roles
    )
    return [one.user for one in rows.select_related("user").order_by("pk")]


def _before(text, *changes):
    """A text as it was before these changes: (words before, words after)."""
    for before, after in changes:
        if text.count(after) != 1:
            raise ValueError(f"It should stand there once: {after}")
        text = text.replace(after, before)
    return text


def _begin(world, name, slug, days, title, kind, stage, **texts):
    """An output begun so many days ago by a co-lead, with words in it."""
    world.goto(world.ago(days), 10)
    by = next(lead for lead in _leads(world, slug) if lead)
    output = Output.begin(
        world.groups[slug], by=by, title=title, kind=kind, stage=world.stages[stage - 1]
    )
    output.write(by=by, seen=1, **texts)
    for side in (LIVED, STAFF):
        writer = _members(world, slug, side)[0]
        output.contributed(output.latest, writer)
    world.outputs[name] = output
    return output


def _suggest(world, output, by, days, text, passage="", paper=None):
    world.goto(world.ago(days), 14)
    return Suggestion.make(output, by=by, text=text, passage=passage, paper=paper)


def _reply(world, suggestion, outcome, reason, by, days, change=None, text="body"):
    """An answer; before it, where it changes words, ``by`` writes them: (before, after)."""
    named = []
    if change:
        world.goto(world.ago(days), 14, 30)
        output = Output.objects.get(pk=suggestion.output_id)
        version, (before, after) = output.latest, change
        if getattr(version, text).count(before) != 1:
            raise ValueError(f"It should stand there once: {before}")
        words = {text: getattr(version, text).replace(before, after)}
        output.write(by=by, seen=version.revision, **words)
        changes = suggestion.changes()
        named = [one.key for one in changes if one.revision == changes[0].revision]
    world.goto(world.ago(days), 15)
    suggestion.reply(outcome, reason, by=by, changes=named)


def _sign(world, output, days):
    """Both co-leads sign, a day apart."""
    lived, staff = _leads(world, output.group.slug)
    world.goto(world.ago(days + 1), 11)
    output.sign(by=staff)
    world.goto(world.ago(days), 12)
    output.sign(by=lived)


def _steering(world, output, days, move, **how):
    world.goto(world.ago(days), 16)
    output.move(move, by=world.person["steering"], **how)


# --- the past year --------------------------------------------------------------------------------
def _past(world):
    _job_description(world)
    _specification(world)
    _syllabus(world)
    _agreement(world)
    _others(world)


def _job_description(world):
    """Two rounds: sent back once, then accepted. Four suggestions from both sides, one on paper."""
    lived, staff = _leads(world, "role-design")
    peer, hr = world.person["peer"], world.person["hr"]
    output = _begin(
        world,
        "job description",
        "role-design",
        260,
        "Peer Support Worker: job description",
        Kind.JOB_DESCRIPTION,
        2,
        summary=words.JOB_SUMMARY,
        body=words.JOB_FIRST,
    )
    first = _suggest(
        world,
        output,
        peer,
        250,
        "Say that what we share is up to us. I have been pushed before.",
        "Share parts of your own story where that helps somebody.",
    )
    _reply(
        world,
        first,
        "adapt",
        "We say it in one short sentence, right where you read it.",
        lived,
        245,
        words.JOB_SHARE,
    )
    second = _suggest(
        world,
        output,
        hr,
        248,
        "Drop «other duties as required». It frightens people off.",
        "Carry out other duties as required.",
    )
    _reply(
        world,
        second,
        "take_up",
        "It goes. The list says what the job is.",
        staff,
        244,
        words.JOB_OTHER,
    )
    _sign(world, output, 230)
    _steering(world, output, 225, "begin_review")
    world.goto(world.ago(214), 16)
    output.request_changes(
        [
            "Begin with what the post is for, in words that a candidate would use.",
            "Name both supervisors, and say how often they meet.",
            "Offer a choice of hours, as the group decided.",
        ],
        by=world.person["steering"],
    )
    world.goto(world.ago(210), 10)
    output.move("next_version", by=lived)
    world.goto(world.ago(208), 10)
    first_words = _before(words.JOB_SECOND, words.JOB_NOT)
    output.write(by=lived, seen=output.latest.revision, body=first_words)
    third = _suggest(
        world,
        output,
        lived,
        205,
        "Write down what the job is not. My nurse thought I would give out tablets.",
        paper={"constituency": LIVED, "given_name": "Mo, from the Tuesday group"},
    )
    _reply(
        world,
        third,
        "take_up",
        "There is a part about it now, and it is short.",
        staff,
        200,
        words.JOB_NOT,
    )
    fourth = _suggest(
        world, output, staff, 204, "Ask for a driving licence: our team covers a wide area."
    )
    _reply(
        world,
        fourth,
        "turn_down",
        "It would shut out people who may not drive. Fares are paid instead.",
        lived,
        199,
    )
    world.goto(world.ago(198), 10)
    version = output.latest
    output.write(by=lived, seen=version.revision, easy_read=words.JOB_EASY)
    for change, answer in zip(
        output.changes_asked.all(),
        ["Under «What the post is for».", "Under «Who stands behind you».", "In the first line."],
        strict=True,
    ):
        change.tick(answer, by=staff)
    _sign(world, output, 190)
    _steering(world, output, 186, "begin_review")
    _steering(world, output, 45, "accept")


def _specification(world):
    """With the steering group now."""
    _, staff = _leads(world, "role-design")
    output = _begin(
        world,
        "person specification",
        "role-design",
        80,
        "Peer Support Worker: person specification",
        Kind.PERSON_SPECIFICATION,
        3,
        summary=words.SPECIFICATION_SUMMARY,
        body=_before(words.SPECIFICATION, words.SPECIFICATION_SCHOOL),
    )
    output.ask_for(due=world.ago(-14), easy_read_required=False, by=world.office)
    made = _suggest(
        world,
        output,
        world.person["peer"],
        70,
        "School results should not count. Mine are bad.",
    )
    _reply(
        world,
        made,
        "take_up",
        "They do not count, and it says so now.",
        staff,
        66,
        words.SPECIFICATION_SCHOOL,
    )
    made = _suggest(
        world,
        output,
        _members(world, "role-design", STAFF)[0],
        69,
        "Say that a gap between jobs does not count.",
    )
    _reply(world, made, "agree", "It says so, at the end of the second part.", staff, 65)
    _sign(world, output, 20)
    _steering(world, output, 12, "begin_review")


def _syllabus(world):
    """Accepted at once, and in use."""
    lived, staff = _leads(world, "training")
    output = _begin(
        world,
        "syllabus",
        "training",
        320,
        "Training: the twelve weeks",
        Kind.TRAINING,
        3,
        summary=words.SYLLABUS_SUMMARY,
        body=_before(words.SYLLABUS, words.SYLLABUS_TWO, words.SYLLABUS_BREAK),
        easy_read=words.SYLLABUS_EASY,
    )
    output.share(Output.SharedWith.PROGRAMME, by=lived)
    made = _suggest(
        world,
        output,
        world.person["panelpeer"],
        310,
        "A break half-way. Six weeks in a row were hard for me on my last course.",
    )
    _reply(world, made, "take_up", "A week off after week six.", lived, 305, words.SYLLABUS_BREAK)
    made = _suggest(
        world,
        output,
        world.person["sponsor"],
        308,
        "Two people should teach, not one.",
    )
    _reply(
        world,
        made,
        "take_up",
        "A peer and a member of staff, every day.",
        staff,
        304,
        words.SYLLABUS_TWO,
    )
    made = _suggest(
        world,
        output,
        lived,
        306,
        "Hold it in the evening, as I work.",
        paper={"constituency": LIVED, "given_name": ""},
    )
    _reply(
        world,
        made,
        "turn_down",
        "Most of those we asked cannot come in the evening. We will offer one evening course "
        "a year from now and ask again.",
        staff,
        303,
    )
    _sign(world, output, 290)
    _steering(world, output, 285, "begin_review")
    _steering(world, output, 270, "accept")
    world.goto(world.ago(120), 11)
    output.put_to_use(
        by=lived,
        evidence="The first course ran in the spring: 28 people began it and 10 finished. The "
        "second begins in January.",
    )


def _agreement(world):
    """Sent back with two things to change."""
    lived, staff = _leads(world, "piloting")
    output = _begin(
        world,
        "agreement",
        "piloting",
        100,
        "Agreement with a pilot team",
        Kind.AGREEMENT,
        4,
        summary=words.AGREEMENT_SUMMARY,
        body=_before(words.AGREEMENT, words.AGREEMENT_LOGIN, words.AGREEMENT_READY),
    )
    file = ContentFile(words.AGREEMENT_PLAN.encode(), name="first-six-weeks.txt")
    Attachment.add(output, file, by=staff, title="The first six weeks", use=Attachment.Use.BESIDE)
    made = _suggest(
        world,
        output,
        world.person["sponsor"],
        90,
        "A login takes weeks. Put it in writing.",
        "A desk, a key, a login and a line in the rota on the first day.",
    )
    _reply(
        world,
        made,
        "take_up",
        "It is a promise now, for the first day.",
        lived,
        85,
        words.AGREEMENT_LOGIN,
    )
    made = _suggest(
        world,
        output,
        _members(world, "piloting", LIVED)[0],
        88,
        "Ask the peer, too, whether the team is ready. We notice other things.",
    )
    _reply(
        world,
        made,
        "adapt",
        "The peer supervisor asks, after two weeks.",
        staff,
        84,
        words.AGREEMENT_READY,
    )
    _sign(world, output, 30)
    _steering(world, output, 24, "begin_review")
    world.goto(world.ago(6), 16)
    output.request_changes(
        [
            "Say who pays if a team leaves the pilot early.",
            "Add how a peer can leave the pilot without losing the post.",
        ],
        by=world.person["steering"],
    )


def _others(world):
    """Submitted, declined and withdrawn."""
    output = _begin(
        world,
        "supervision",
        "piloting",
        60,
        "Supervision: two kinds",
        Kind.GUIDE,
        4,
        summary=words.SUPERVISION_SUMMARY,
        body=words.SUPERVISION,
    )
    _sign(world, output, 5)
    output = _begin(
        world,
        "pathway",
        "career-pathways",
        70,
        "Where a peer post can lead",
        Kind.PATHWAY,
        5,
        summary=words.PATHWAY_SUMMARY,
        body=_before(words.PATHWAY, words.PATHWAY_CLIMB),
    )
    output.ask_for(due=world.ago(-30), easy_read_required=False, by=world.person["steering"])
    made = _suggest(
        world,
        output,
        world.person["equality"],
        60,
        "Say that nobody has to climb. A ladder puts some people off.",
    )
    _reply(
        world,
        made,
        "take_up",
        "It is the first line now.",
        _leads(world, "career-pathways")[1],
        55,
        words.PATHWAY_CLIMB,
    )
    made = _suggest(
        world,
        output,
        _members(world, "career-pathways", LIVED)[0],
        58,
        "Pay a higher band to whoever trains others.",
    )
    _reply(
        world,
        made,
        "turn_down",
        "The trust sets the bands. We ask for it in the policy on learning days.",
        _leads(world, "career-pathways")[1],
        54,
    )
    _sign(world, output, 9)
    output = _begin(
        world,
        "learning days",
        "career-pathways",
        200,
        "Paid days for learning",
        Kind.POLICY,
        5,
        summary=words.LEARNING_SUMMARY,
        body=words.LEARNING,
    )
    _sign(world, output, 180)
    _steering(world, output, 175, "begin_review")
    _steering(
        world,
        output,
        160,
        "decline",
        note="Days that are lost help nobody. Bring it back with the pathway.",
    )
    output = _begin(
        world,
        "leaflet",
        "communication",
        150,
        "A leaflet about peer support",
        Kind.OTHER,
        2,
        summary=words.LEAFLET_SUMMARY,
        body=words.LEAFLET,
    )
    world.goto(world.ago(110), 11)
    output.move(
        "withdraw",
        by=_leads(world, "communication")[1],
        note="It became part of the communications plan.",
    )


# --- what waits today -----------------------------------------------------------------------------
def _waiting(world):
    """Something for each of those who sign in."""
    lived, staff = _leads(world, "role-design")
    peer, sponsor = world.person["peer"], world.person["sponsor"]

    questions = _begin(
        world,
        "questions",
        "role-design",
        25,
        "Interviews: the five questions",
        Kind.GUIDE,
        3,
        summary=words.QUESTIONS_SUMMARY,
        body=words.QUESTIONS,
    )
    world.goto(world.ago(2), 11)
    questions.sign(by=staff)

    advert = _begin(
        world,
        "advert",
        "role-design",
        18,
        "Before an advert goes out",
        Kind.GUIDE,
        3,
        summary=words.ADVERT_SUMMARY,
        body=words.ADVERT,
    )
    advert.share(Output.SharedWith.PROGRAMME, by=lived)
    advert.ask_for(due=world.ago(-10), easy_read_required=True, by=world.person["steering"])
    _suggest(
        world,
        advert,
        peer,
        9,
        "Not everybody knows what that is. Say where to look.",
        "In the cafés of the recovery college",
    )
    _suggest(
        world, advert, sponsor, 4, "Add the bus stops. Half of our calls are about the way here."
    )
    _suggest(
        world,
        advert,
        lived,
        3,
        "Use a bigger print.",
        paper={"constituency": LIVED, "given_name": ""},
    )

    mentoring = _begin(
        world,
        "mentoring",
        "training",
        40,
        "A guide for mentors and trainees",
        Kind.GUIDE,
        3,
        summary=words.MENTORING_SUMMARY,
        body=_before(words.MENTORING, words.MENTORING_RING),
    )
    mentoring.share(Output.SharedWith.PROGRAMME, by=_leads(world, "training")[0])
    mentoring.ask_for(due=world.ago(3), easy_read_required=True, by=world.person["steering"])
    made = _suggest(
        world,
        mentoring,
        world.person["panelpeer"],
        20,
        "Ring after one week, not two. Two weeks is long when it is bad.",
        "Your mentor rings if you miss two weeks",
    )
    _reply(
        world,
        made,
        "adapt",
        "A text after one week and a call after two.",
        _leads(world, "training")[1],
        15,
        words.MENTORING_RING,
    )
    made.object("A text is not a voice. Please ring me after one week.", by=made.by)
    _suggest(
        world,
        mentoring,
        sponsor,
        6,
        "Can mentors be paid for the monthly meeting too?",
    )

    plan = _begin(
        world,
        "plan",
        "communication",
        15,
        "Communications plan",
        Kind.PLAN,
        5,
        summary=words.PLAN_SUMMARY,
        body=words.PLAN,
    )
    _suggest(
        world,
        plan,
        _members(world, "communication", LIVED)[0],
        8,
        "Let a peer speak first when the local paper calls.",
    )
    _suggest(
        world,
        plan,
        _members(world, "communication", STAFF)[0],
        7,
        "Put it on the screens in the waiting rooms as well.",
    )
    world.goto(world.today)
