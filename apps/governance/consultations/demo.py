"""Consultations in the demonstration: one for every way in which they can stand.

Responses are laid down as rows, with keys drawn from the programme's own chance, so that the same
day makes the same data; nobody can use their codes.
"""

import hashlib
from datetime import timedelta
from itertools import islice
from uuid import UUID

from apps.notifications.silence import silence

from .models.consultation import Consultation, Question
from .models.response import Participation, Response

Kind = Question.Kind
LARGE, EACH, BATCH = 200, 500, 2000

BUDDY = (
    "I was told on my first day that somebody would come for me at eleven. Nobody came.",
    "A buddy from another team, please. In my own team I do not dare to ask.",
    "It should be somebody who was new not long ago. They still remember.",
    "My buddy saved me. She showed me where people really eat their lunch.",
    "Do not make it one more form.",
    "Half an hour every week in the first month, in the diary, and not when there is time.",
    "I would rather have two people: one for the work and one for the rest.",
    "Buddies need time for it. I did it on top of everything and was no good at it.",
    "Let us choose. Being given somebody felt like being watched.",
    "What is said to a buddy must stay with the buddy.",
    "As a manager I need to know when something is wrong, or I cannot help.",
    "Start before the first day. The week before is the worst.",
    "Somebody to sit next to in the first team meeting. That is all I wanted.",
    "Peers should be buddies for staff too, and not only the other way round.",
    "I work nights. There was nobody.",
    "Pay for the coffee. It sounds small, and it is not.",
    "Three months is too short. I was fine for three months.",
    "Please train the buddies. Mine gave me advice about my medication.",
    "It worked best when we walked. I cannot talk across a table.",
    "Say clearly that a buddy is not a supervisor.",
    "On our ward we have done this for years. Come and look.",
    "I am deaf. My buddy learnt to sign my name. I will never forget it.",
    "No. We have enough meetings.",
    "Ask after six months whether it helped, and change it if it did not.",
    "Whoever is a buddy learns as much as whoever has one.",
    "A list of who knows what would have helped me more than a person.",
)
PAYING = (
    "Fares on the day. I have walked home because I could not wait thirty days.",
    "I did not know that I could be paid at all until a friend told me.",
    "The form asks for things that I do not have, like a driving licence.",
    "Being paid made me feel that what I say counts.",
    "Payment stopped my benefits for a month. Nobody had warned me.",
    "Vouchers are not money. Please do not offer them again.",
    "I would rather give my time, and I want that to be all right too.",
    "Pay for reading the papers. It takes me longer than the meeting.",
    "One rate for everybody. It is not about what we did before.",
    "Carers need somebody to sit with the person while they are away, paid.",
    "Somebody rang me to explain it. That was better than any leaflet.",
    "It took eleven weeks. I stopped coming.",
    "Put the rates where everybody can see them.",
    "I share a bank account with somebody whom I do not want to know about this.",
    "Can I give it to the walking group?",
    "A person to ask about benefits, with a name and a telephone number.",
    "Thank you for asking. It is the first time that anybody did.",
    "Online forms shut people out. I want to sign on paper.",
    "The money is fair. The waiting is not.",
    "Say it in the invitation: you will be paid this much, then.",
)
MONTH = (
    "Somebody to call in the evening.",
    "To know who my supervisor is before I begin.",
    "A desk. I had none for three weeks.",
    "To be allowed to be slow.",
    "A map of the building with the quiet room on it.",
    "That my team knows what a Peer Support Worker does.",
    "A day at another team to see how they do it.",
    "Not to be asked about my diagnosis on the first day.",
    "A written week: where, when, with whom.",
    "Talking to a peer who stayed.",
    "My password to work.",
    "Time between visits.",
)
ADVERTS = (
    "What does competency mean? I closed the page.",
    "Say that lived experience counts as experience.",
    "Put the pay at the top.",
    "Shorter. Much shorter.",
    "Photographs of the real team.",
    "Say what a day is like.",
    "A telephone number of somebody who answers.",
)
ROOM = (
    "The room at Pinewood House is too hot.",
    "Bexley is hard to reach before ten.",
    "Online works for me, if we get the papers on paper.",
    "I would like us to eat together first.",
)

HELPS = ("A buddy", "A handbook", "Time with the team", "A peer supervisor")


def load(world):
    with silence():
        _draft(world)
        _months(world)
        _adverts(world)
        _rooms(world)
        _buddies(world)
        _payments(world)
        if world.large:
            load_large(world)
    world.goto(world.today)


# --- pieces ---------------------------------------------------------------------------------------
def _ask(world, slug, days, closes, *, by="office", questions=(), about=None, **fields):
    """A consultation opened so many days ago; ``closes`` is days from today, minus for before."""
    person = world.person[by]
    end = world.goto(world.today + timedelta(days=closes), 17)
    world.goto(world.ago(days), 10)
    made = Consultation.objects.create(
        group=world.groups[slug], created_by=person, closes_at=end, about=about, **fields
    )
    first = made.sections.create(title="What you think") if len(questions) > 2 else None
    for kind, text, *options in questions:
        made.questions.create(kind=kind, text=text, options=options, section=first)
    return made


def _open(world, made, by="office"):
    made.move("open", by=world.person[by])
    return made


def _key(world):
    return UUID(int=world.rng.getrandbits(128), version=4)


def _answers(world, questions, words):
    """What one person answered: most to most questions."""
    rng, said = world.rng, {}
    for question in questions:
        size = len(question.options)
        if question.is_text:
            if words:
                said[question.key] = words
                words = ""
        elif rng.random() < 0.1:
            continue
        elif question.kind == Kind.AGREE:
            said[question.key] = rng.choice((5, 5, 5, 4, 4, 4, 3, 2, 1))
        elif question.kind == Kind.SINGLE:
            said[question.key] = rng.randrange(size)
        elif question.kind == Kind.MULTIPLE:
            said[question.key] = sorted(rng.sample(range(size), rng.randint(1, size)))
        else:
            said[question.key] = rng.sample(range(size), size)
    return said


def _respond(world, made, count, voices, *, share=0.8, keep=("peer",)):
    """So many responses, as ``share`` of them by people with an account who are asked.

    The demonstration accounts in ``keep`` have not responded, so that something waits for them.
    """
    rng, questions = world.rng, list(made.questions.all())
    spared = {world.person[name].pk for name in keep}
    people = [user for user in made.asked().order_by("pk") if user.pk not in spared]
    rng.shuffle(people)
    people = people[: int(count * share)]
    words = [*voices, *[""] * max(0, count - len(voices))][:count]
    rng.shuffle(words)
    rows = []
    for number in range(count):
        user = people[number] if number < len(people) else None
        named = made.is_named or (made.naming == Consultation.Naming.CHOICE and number % 3 == 0)
        channel = "web" if user or made.is_public else rng.choice(("paper", "telephone"))
        if number % 13 == 12:
            channel = "paper"
        row = Response(
            id=_key(world),
            consultation=made,
            sent=True,
            channel=channel,
            answers=_answers(world, questions, words[number]),
        )
        if named and user:
            row.user = user
        else:
            row.given_name = f"Somebody {number}" if named else ""
            row.code_hash = hashlib.sha256(row.id.bytes).hexdigest()
        rows.append(row)
    rng.shuffle(rows)
    Response.objects.bulk_create(rows)
    Participation.objects.bulk_create(
        Participation(id=_key(world), consultation=made, user=user)
        for user in sorted(people, key=lambda user: user.pk)
    )


# --- the consultations ----------------------------------------------------------------------------
def _draft(world):
    _ask(
        world,
        "career-pathways",
        3,
        24,
        title="What comes after the first two years?",
        summary="We would like to know which ways Peer Support Workers want to go.",
        audience="network",
        naming="choice",
        easy_read_required=True,
        questions=[(Kind.TEXT, "Where would you like to be in five years?")],
    )


def _months(world):
    made = _ask(
        world,
        "piloting",
        9,
        12,
        title="What helps in the first month?",
        summary="New Peer Support Workers begin in spring. Tell us what helps in the first month, "
        "and what gets in the way. Five minutes are enough.",
        easy_read="New people will start work soon.\n\nTell us what helps them.\n\nYou do not have "
        "to give your name.",
        audience="network",
        naming="anonymous",
        questions=[
            (Kind.MULTIPLE, "What helps most?", *HELPS),
            (Kind.AGREE, "New colleagues should work fewer hours in the first month."),
            (Kind.TEXT, "What would have helped you?"),
        ],
    )
    _respond(world, _open(world, made), 24, MONTH)


def _adverts(world):
    made = _ask(
        world,
        "communication",
        12,
        16,
        title="Do our job adverts make sense?",
        summary="We want everybody to understand our job adverts. Read one and tell us what you "
        "think. Anybody can respond.",
        body="## The advert\n\nWe are looking for a Peer Support Worker in Bromley. You bring your "
        "own experience of mental health difficulties, and use it to support other people.",
        audience="public",
        naming="choice",
        questions=[
            (Kind.SINGLE, "Would you go on reading?", "Yes", "Perhaps", "No"),
            (Kind.RANKING, "What should come first?", "The pay", "The place", "What you do"),
            (Kind.TEXT, "What would you change?"),
        ],
    )
    _respond(world, _open(world, made), 16, ADVERTS, share=0.6, keep=("peer", "sponsor"))


def _rooms(world):
    made = _ask(
        world,
        "role-design",
        20,
        1,
        by="peercolead",
        title="Where and when do we meet?",
        summary="We plan next year's meetings. Which day and which place are good for you?",
        audience="groups",
        naming="named",
        questions=[
            (Kind.SINGLE, "Which day is best?", "Tuesday", "Wednesday", "Thursday"),
            (Kind.TEXT, "Is there anything else?"),
        ],
    )
    made.groups.set([world.groups["role-design"], world.groups["training"]])
    _respond(
        world,
        _open(world, made, "peercolead"),
        6,
        ROOM,
        share=1,
        keep=("peer", "peercolead", "panelpeer"),
    )


def _buddies(world):
    made = _ask(
        world,
        "role-design",
        70,
        -28,
        by="peercolead",
        title="A buddy for every new colleague",
        summary="We think that every new Peer Support Worker should have a buddy: somebody who is "
        "not their manager. Is that a good idea, and how should it work?",
        about=world.outputs["job description"],
        audience="network",
        naming="anonymous",
        questions=[
            (Kind.AGREE, "Every new colleague should have a buddy."),
            (Kind.SINGLE, "For how long?", "A month", "Three months", "A year"),
            (Kind.TEXT, "What should we know?"),
        ],
    )
    made = _open(world, made, "peercolead")
    made.extensions.create(
        was=made.closes_at - timedelta(days=7),
        until=made.closes_at,
        by=made.created_by,
        reason="Many of us were away over the half term.",
    )
    _respond(world, made, 40, BUDDY, share=0.7, keep=())


def _payments(world):
    made = _ask(
        world,
        "steering-group",
        160,
        -120,
        title="How we pay for your time",
        summary="We pay people for the time that they give. We want to do it better. Tell us how "
        "it went for you.",
        audience="public",
        naming="anonymous",
        questions=[
            (Kind.AGREE, "I was paid soon enough."),
            (Kind.AGREE, "I knew beforehand what I would be paid."),
            (Kind.TEXT, "What should we change?"),
        ],
    )
    _respond(world, _open(world, made), 34, PAYING, share=0.6, keep=())


# --- large ----------------------------------------------------------------------------------------
def _in_bulk(model, rows):
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def load_large(world):
    """Two hundred with five hundred responses each, for measuring: a tenth of them still open."""
    begun = world.goto(world.ago(60), 10)
    groups = list(world.groups.values())
    made = Consultation.objects.bulk_create(
        Consultation(
            group=groups[number % len(groups)],
            title=f"Measured consultation {number}",
            summary="We measure.",
            audience="network",
            naming="anonymous",
            state="open",
            opens_at=begun,
            created_by=world.office,
            closes_at=begun + timedelta(days=80 if number % 10 == 0 else 30, minutes=number),
        )
        for number in range(LARGE)
    )
    _in_bulk(
        Question,
        (
            Question(
                consultation=one,
                kind=kind,
                text=text,
                order=order,
                options=["One", "Two"] if kind == Kind.SINGLE else [],
            )
            for one in made
            for order, (kind, text) in enumerate(
                [(Kind.AGREE, "Is it good?"), (Kind.SINGLE, "Which?"), (Kind.TEXT, "Why?")], start=1
            )
        ),
    )
    asked = list(made[0].asked().order_by("pk").values_list("pk", flat=True)[:EACH])
    keys = {}
    for question in Question.objects.filter(consultation__in=made):
        keys.setdefault(question.consultation_id, []).append(question.key)
    rng = world.rng

    def responses():
        for one in made:
            agree, single, text = keys[one.pk]
            for _ in range(EACH):
                key = _key(world)
                yield Response(
                    id=key,
                    consultation=one,
                    sent=True,
                    code_hash=f"{key.hex:0<64}",
                    answers={
                        agree: rng.randint(1, 5),
                        single: rng.randint(0, 1),
                        text: "Because it is measured.",
                    },
                )

    _in_bulk(Response, responses())
    _in_bulk(
        Participation,
        (
            Participation(id=_key(world), consultation=one, user_id=user)
            for one in made
            for user in asked
        ),
    )
