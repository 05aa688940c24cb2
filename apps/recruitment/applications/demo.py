"""Forty applications of the demonstration, in many voices. Nobody here exists.

They are written while each vacancy was open, by the site's own steps; the other parts take them on.
"""

from datetime import timedelta

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.held import forget_grants
from apps.notifications.silence import silence

from ..vacancies.demo import STATE
from ..vacancies.models.panel import PanelMember
from .models.application import Answer, Application, Job, Referee
from .models.monitoring import Ticket

# How many apply for which vacancy; the last of some are begun and not sent.
HOW_MANY = {
    STATE.OPEN: 6,
    "closing": 4,
    STATE.CLOSED: 5,
    STATE.SHORTLISTING: 5,
    STATE.SHORTLISTED: 5,
    STATE.INTERVIEWING: 5,
    STATE.DECIDED: 4,
    STATE.FILLED: 4,
    STATE.WITHDRAWN: 2,
}
VOICES = (
    (
        "When I was at my worst, what helped was somebody who had been there and did not look "
        "away. Today I do that for others at the drop-in: I sit beside people, and I do not fix.",
        "I spent two years hardly leaving the house. I know what the first walk to the corner "
        "costs. I use that: I never say “just”. We go as far as it goes that day.",
        "I was in hospital three times. I learnt to say what I need before it gets bad, and I "
        "wrote it down on one page. I have helped eleven people write theirs.",
        "My way was voices, and being afraid of them. In the group I learnt to live with them. I "
        "tell people that it can change, because it did, and that it took years.",
        "I lost my job and my flat, and I thought I had lost me as well. A peer worker carried "
        "hope for me until I could. I would like to carry it for somebody now.",
        "Caring for my mum and being ill myself taught me to ask for help early, and to hear when "
        "somebody asks without saying so.",
        "I am not “over it”. I live well with it, most weeks. That is what I can show: a good "
        "week, and how to get through the others.",
        "After my second child I could not get up. Nobody talked about it. I do, now: with mums "
        "at the clinic, over tea, for four years.",
    ),
    (
        "I leave gaps. People fill them when they are ready. Once a man said nothing for half an "
        "hour and then everything.",
        "On the helpline I learnt to say back what I heard, in their words and not in mine.",
        "I listen with my hands busy: we peel potatoes. It is easier to talk to somebody who is "
        "not staring at you.",
        "My nephew only talks in the car. So I drive him to football. I think listening is being "
        "there at the right time.",
        "I ask “and what else?”. It sounds small. It opens doors.",
        "I have learnt not to tell my story when somebody tells me theirs, unless they ask.",
        "When I do not understand, I say so. People like being asked again more than being "
        "guessed at.",
        "I was a barber for twelve years. People tell barbers things. You learn to hear and to "
        "keep.",
    ),
    (
        "I sing in a choir. You must hear the others and still keep your own part.",
        "In the warehouse we were nine. When somebody had a bad day we shared out their aisle, "
        "and nobody made a thing of it.",
        "We run the allotment as a group of six. Deciding who waters is harder than watering. We "
        "made a rota that can be swapped.",
        "In the kitchen I learnt to say “I need ten minutes” before I shouted.",
        "My team at the call centre had targets. I asked for mine to be changed, and they were.",
        "I helped to start a walking group. There were two of us. Now there are twenty, and I am "
        "not needed every week. That is the best part.",
        "At college I was the oldest. I learnt to let others lead who knew more.",
        "With my brothers I looked after our dad. We fell out and we made it up. That is a team.",
    ),
    (
        "For three years I have been the one who meets new people at the door of the group.",
        "Not in a job. On the ward, at night, with the woman in the next bed.",
        "I was a volunteer with the befriending scheme: two people, a year each.",
        "I help to run the Tuesday group, with a nurse. We take turns to lead.",
        "Only with my friends. They say that I am good at it.",
        "",
        "Yes: peer mentor at the Recovery College, two courses, eight people.",
        "In the online group I am a moderator. I see when somebody goes quiet, and write.",
    ),
)
WORK = [
    ("Barber", "A shop in Welling", "2008", "2020"),
    ("Warehouse", "A depot", "2015", "2019"),
    ("Volunteer", "A drop-in", "2021", ""),
    ("Carer for my mother", "At home", "2012", "2018"),
    ("Kitchen porter", "A school", "2017", "2022"),
]
ADJUSTED = {
    1: "The questions on paper a day before, please. I lose the thread when I only hear them.",
    4: "An afternoon. My tablets make the mornings hard.",
    7: "Somebody I know may sit beside me. She will not speak.",
    11: "A room without strip lights, and a break after half an hour.",
}
TOLD = {  # these told it another way, and Human Resources typed it in
    2: ("Ivy Marchetti", "020 0000 0101"),
    13: ("Desmond Achebe", "020 0000 0102"),
    21: ("Roza Petrova", "020 0000 0103"),
}


def load(world):
    """Everybody who applies, each while the vacancy was open."""
    pool = _pool(world)
    number = 0
    with silence():
        for state, many in HOW_MANY.items():
            vacancy = world.vacancies[state]
            for place in range(many):
                user = pool[(number + place) % len(pool)]
                if (state, place) == (STATE.INTERVIEWING, 0):
                    user = pool[0]  # whose interview is still to come (selection/demo.py)
                _apply(
                    world,
                    vacancy,
                    user,
                    number,
                    send=state not in (STATE.OPEN, "closing") or place < many - 1,
                )
                number += 1
    world.goto(world.today)
    if world.large:
        _many(world)


def _pool(world):
    """People with lived experience who sit on no panel; the candidate who signs in comes first."""
    panels = set(PanelMember.objects.values_list("user", flat=True))
    others = [
        user
        for user in world.people
        if user.constituency == Constituency.LIVED_EXPERIENCE
        and user.pk > world.person["admin"].pk
        and user.pk not in panels
    ]
    return [world.person["candidate"], *others[:12]]


def _apply(world, vacancy, user, number, *, send):
    opened = clock.date_of(vacancy.opened_at)
    span = min((clock.date_of(vacancy.closes_at) - opened).days, (world.today - opened).days)
    world.goto(opened + timedelta(days=1 + number * 5 % max(span - 1, 1)), 10 + number % 9)
    forget_grants(user)
    if number in TOLD:
        name, phone = TOLD[number]
        one = Application.type_in(vacancy, by=world.person["hr"], full_name=name, phone=phone)
    else:
        one = Application.begin(vacancy, user)
    for place, answer in enumerate(one.answers.order_by("criterion__order")):
        Answer.objects.filter(pk=answer.pk).update(text=VOICES[place][(number + place * 3) % 8])
    if not send:
        one.answers.filter(pk=one.answers.last().pk).update(text="")
        return
    title, employer, began, ended = WORK[number % len(WORK)]
    Job.objects.create(application=one, title=title, employer=employer, began=began, ended=ended)
    Referee.objects.create(
        application=one,
        name="Somebody who knows me",
        relation="From the group",
        phone="020 0000 0199",
    )
    fields = {
        "right_to_work": True,
        "guaranteed_interview": number % 4 == 1,
        "adjustments": ADJUSTED.get(number % 15, ""),
        "supporter_name": "A friend from the group" if number % 9 == 5 else "",
    }
    Application.objects.filter(pk=one.pk).update(**fields)
    one.refresh_from_db()
    one.vacancy = vacancy
    by = one.candidate or world.person["hr"]
    forget_grants(by)
    one.move("submit", by=by)
    if number % 3 and one.candidate:
        Ticket.post(one, {"age": "35_44" if number % 2 else "25_34", "sex": "female"})


def _many(world):
    """A hundred applications for each of the large programme's vacancies, for measuring."""
    people = world.people[100:200]
    rows = [
        Application(
            vacancy=vacancy,
            candidate=user,
            full_name=user.full_name,
            email=user.email,
            right_to_work=True,
            state=Application.State.SUBMITTED,
            submitted_at=vacancy.opened_at + timedelta(days=2),
        )
        for vacancy in world.many_vacancies
        for user in people
    ]
    made = Application.objects.bulk_create(rows, batch_size=1000)
    criteria = {}
    for vacancy in world.many_vacancies:
        criteria[vacancy.pk] = list(vacancy.criteria.filter(stage="shortlisting"))
    Answer.objects.bulk_create(
        (
            Answer(application=one, criterion=line, text=VOICES[place % 4][one.pk % 8])
            for one in made
            for place, line in enumerate(criteria[one.vacancy_id])
        ),
        batch_size=2000,
    )
