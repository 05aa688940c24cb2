"""The words of the demonstration outputs. Invented for it, and free to use as a beginning."""

# --- role design --------------------------------------------------------------------------------
JOB_FIRST = """\
# Peer Support Worker

Band 3, 22.5 hours a week.

## What the post is for

The Peer Support Worker provides support to service users by drawing on personal experience of \
mental distress and recovery.

## Duties

- Meet people one to one and in groups.
- Share parts of your own story where that helps somebody.
- Attend team meetings.
- Record your work in the notes.
- Carry out other duties as required.

## Who you report to

The team manager.
"""
# What suggestions changed, as (words before, words after): the texts here are those of afterwards,
# but for the first job description.
JOB_SHARE = (
    "Share parts of your own story where that helps somebody.",
    "Share parts of your own story where that helps somebody. What you share is yours to decide.",
)
JOB_OTHER = ("- Carry out other duties as required.\n", "")
JOB_NOT = (
    "## Who stands behind you",
    """\
## What you do not do

You do not give medicines, restrain anybody, or keep watch on anybody. You are not asked to give \
reports about a person that the person has not seen.

## Who stands behind you""",
)
SPECIFICATION_SCHOOL = (
    "how long you were in hospital. A gap",
    "how long you were in hospital. School results do not count. A gap",
)
SYLLABUS_BREAK = (
    "from half past ten to three, with lunch.",
    "from half past ten to three, with lunch. There is a break of one week after week six.",
)
SYLLABUS_TWO = (
    "A member of staff teaches each day.",
    "Two people teach each day: one peer and one member of staff.",
)
AGREEMENT_LOGIN = (
    "3. A desk, a key and a line in the rota on the first day.",
    "3. A desk, a key, a login and a line in the rota on the first day.",
)
AGREEMENT_READY = (
    "1. A peer supervisor for each post, from outside the team.\n",
    "1. A peer supervisor for each post, from outside the team. After two weeks they ask the peer "
    "whether the team is ready.\n",
)
PATHWAY_CLIMB = (
    "A peer post is a job, and it can also be a beginning.\n",
    "A peer post is a job, and it can also be a beginning. Nobody has to climb.\n",
)
MENTORING_RING = (
    "- Your mentor rings if you miss two weeks, to ask how you are and not why.",
    "- Your mentor sends a text if you miss one week and rings if you miss two, to ask how you are "
    "and not why.",
)
JOB_SECOND = """\
# Peer Support Worker

Band 3. Choose 15, 22.5 or 30 hours a week, or share the post.

## What the post is for

You walk beside people who use our services. You have been where they are, in your own way, and \
you use what you learnt there: to listen, to hope aloud, and to show that things can change.

## What you do

- Meet people one to one and in groups, at home, on the ward or over a walk.
- Share parts of your own story where that helps somebody. What you share is yours to decide.
- Help people to say what they want in meetings about their care.
- Tell the team what the service is like from the other side.
- Write short notes together with the person they are about.

## What you do not do

You do not give medicines, restrain anybody, or keep watch on anybody. You are not asked to give \
reports about a person that the person has not seen.

## Who stands behind you

A line manager in the team, and a supervisor who is a peer. Both are named before you start. You \
meet each of them every two weeks in the first three months, and every month after that.

## Adjustments that we always make

A later start, a quiet place to work, time off for your own appointments, and papers in the form \
that suits you. You need not say why.
"""
JOB_SUMMARY = (
    "This says what a Peer Support Worker does and does not do, who stands behind them, and what "
    "we change so that the job fits the person. The words were chosen by peers and staff together."
)
JOB_EASY = """\
A Peer Support Worker has had mental health problems too.

They listen to you.

They can tell you what helped them.

They do not give you medicine.

They have two people who help them do the job well.
"""

SPECIFICATION = """\
## What we look for, and how we find out

| what | how |
|---|---|
| You have lived with mental distress, or cared for somebody who has | your own words, on the form |
| You can use that to help others, without telling all of it | a conversation at the interview |
| You can listen to people who see things otherwise than you do | a conversation at the interview |
| You can say when something is too much, and ask for help | your own words, on the form |
| You can write a short note that others can read | a task of ten minutes, typed or by hand |

## What we do not ask

We never ask for a diagnosis, for the names of medicines, or for how long you were in hospital. \
School results do not count. A gap between jobs does not count against you.

## What helps, and can be learnt with us

The twelve-week training. Having run or joined a group. Another language, or British Sign Language.
"""
SPECIFICATION_SUMMARY = (
    "What we look for in a Peer Support Worker, and how we find out fairly. It asks for experience "
    "and for the ability to use it. It never asks for a diagnosis."
)

QUESTIONS = """\
## Before the day

Everybody gets the five questions a week before, by e-mail or post. They also get the names of the \
panel, a picture of the room, and the name of somebody to ring.

## The five questions

1. What would you like a person to feel after they have met you for the first time?
2. Tell us about a time when you helped somebody to be heard.
3. What would you do if your own day was a hard one?
4. Somebody tells you something that worries you, and asks you to keep it secret. What do you do?
5. What would you change here first?

## How we listen

Two of us ask and one writes. A pause is fine. You can bring notes, and you can have a break.
"""
QUESTIONS_SUMMARY = (
    "The five questions that everybody is asked at the interview, and how the panel makes it a "
    "fair conversation. Candidates get the questions a week before."
)

ADVERT = """\
## The first line

Say that lived experience is what we look for, before anything else.

## What every advert has

- What the person does in a usual week.
- A choice of hours, and what that means for pay.
- Whom to ring for a chat, with a direct number.
- Where to get free advice on benefits before applying.
- Other ways to apply: on the telephone, on paper, or with somebody to type.

## Where it hangs

On our website, in the cafés of the recovery college, at the libraries, and in the newsletter of \
each local group. Not on the job board of the National Health Service alone.
"""
ADVERT_SUMMARY = (
    "A list to go through before an advert for a peer post goes out, so that people who have never "
    "worked for us see that it is meant for them."
)

# --- training -----------------------------------------------------------------------------------
SYLLABUS = """\
One day a week for twelve weeks, from half past ten to three, with lunch. There is a break of one \
week after week six. Two people teach each day: one peer and one member of staff.

| week | what it is about | what you take away |
|---|---|---|
| 1 | Welcome: who we are, and what we promise each other | our agreement as a group |
| 2 | Where peer support comes from | the words for it, and whose they are |
| 3 | Listening | three ways to listen without mending |
| 4 | Your story, and which parts of it are for others | a story of five minutes |
| 5 | Recovery, in many people's words | a map of your own |
| 6 | Boundaries: friendly, and not a friend | what to do when asked for your number |
| 7 | Rights, consent, and a person's notes | a note written together |
| 8 | When somebody is in danger | whom to call, and what to say |
| 9 | Being different: race, faith, age, gender, disability | what to ask and what not to assume |
| 10 | Groups: opening, holding, ending | the plan for a group |
| 11 | In a team: meetings, e-mail, and when you disagree | practice with a real team |
| 12 | What comes next, and a party | your portfolio and a certificate |

## Between the days

You meet your mentor every week for an hour, and spend two half-days with a team that you chose. \
Fares, lunch and your time are paid.

## How we know that it worked

Everybody says what changed for them, at the start, half-way, and three months after. We count who \
began, who finished, and who found work, and we publish it.
"""
SYLLABUS_SUMMARY = (
    "What happens in each of the twelve weeks of the training for Peer Support Workers, and what "
    "people take away from it. Each day is taught by a peer and a member of staff."
)
SYLLABUS_EASY = """\
The training is one day a week.

It lasts 12 weeks.

You have a mentor. A mentor is a person who helps you learn.

We pay for your travel and your lunch.

At the end you get a certificate.
"""

MENTORING = """\
## What a mentor is

Somebody who has time for you and nothing to mark. Your mentor is not your manager, does not teach \
the course, and does not work in the team that you will join.

## What you can count on

- An hour each week, in a place that you both like.
- What you say stays between you, unless somebody is in danger.
- Your mentor sends a text if you miss one week and rings if you miss two, to ask how you are \
and not why.

## What mentors get

A day of preparation, a meeting of all mentors each month, and somebody to ring in between.

## When it does not fit

Either of you can say so, to the course's organiser, without a reason. You are offered another \
mentor within two weeks.
"""
MENTORING_SUMMARY = (
    "How trainees and their mentors work together: what each can count on, what stays between "
    "them, and what happens if the two do not fit."
)

# --- piloting -----------------------------------------------------------------------------------
AGREEMENT = """\
This is between the programme and a team that takes part in the pilot. It runs for twelve months.

## What the team promises

1. Two peer posts at least, so that nobody is the only one.
2. Half a day of preparation for everybody in the team, before the first peer starts.
3. A desk, a key, a login and a line in the rota on the first day.
4. A line manager who has two hours a week for it.

## What the programme promises

1. A peer supervisor for each post, from outside the team. After two weeks they ask the peer \
whether the team is ready.
2. Somebody to ring on the same day when something goes wrong.
3. A meeting every six weeks in which peers speak first.

## What we count together

Days worked, days ill, people met, and what they say of it. A person's own story is never counted.
"""
AGREEMENT_SUMMARY = (
    "What a team and the programme promise each other for the twelve months of the pilot. No peer "
    "works alone, and both supervisors are named before anybody starts."
)
AGREEMENT_PLAN = "First six weeks\n\nWeek 1: meet the team.\nWeek 2: meet the ward.\n"

SUPERVISION = """\
## Two kinds, both needed

**Line supervision** is about the work: hours, leave, who does what, what went well. It is with \
the manager in the team.

**Peer supervision** is about being a peer at work: what to share, what it stirs up, how to stay \
yourself in a team. It is with a peer who has done the job.

## How often

Every two weeks for three months, then every month. An hour each. It is in the rota, and it is not \
moved for a busy day.

## When the two disagree

The three of you meet. If that does not settle it, the co-leads of the task group join you.
"""
SUPERVISION_SUMMARY = (
    "Each Peer Support Worker has two supervisors: one for the work and one for being a peer at "
    "work. This says what each is for, how often they meet, and what happens when they disagree."
)

# --- career pathways ----------------------------------------------------------------------------
PATHWAY = """\
A peer post is a job, and it can also be a beginning. Nobody has to climb.

## Steps that exist

1. **Trainee**: twelve weeks, paid by the day.
2. **Peer Support Worker**, Band 3.
3. **Senior Peer Support Worker**, Band 4: supervises others, and helps to teach the course.
4. **Peer Lead**, Band 5: leads the peers of one borough and sits with the managers.

## Steps to the side

Research assistant, trainer at the recovery college, interviewer, and other posts for which lived \
experience is wanted. A secondment of six months keeps your own post open.

## What makes a step possible

One paid day a month for learning. A talk about what you would like, every half-year, with \
somebody who is not your manager. Posts above yours are shown to you before they are advertised.
"""
PATHWAY_SUMMARY = (
    "Where a peer post can lead: four steps up, some to the side, and the paid learning that makes "
    "them possible. Staying where you are is a good choice too."
)

LEARNING = """\
Each Peer Support Worker has twelve paid days a year for learning.

The days are booked with the team. Days that are not used in one year are lost.
"""
LEARNING_SUMMARY = "How many paid days for learning a Peer Support Worker has each year."

# --- communication ------------------------------------------------------------------------------
PLAN = """\
## Who should hear from us

| who | what they want to know | how |
|---|---|---|
| People who use services | what a peer worker can do for me | leaflet, cafés, word of mouth |
| Families and friends | will they be looked after | an evening in each borough |
| Teams | what changes for us | half a day of preparation, a page of answers |
| The board | does it work, does it last | two pages, twice a year |

## How we write

In words that everybody can use. With an easy-read version within a month. A story is used only \
after its owner has seen the page that it stands on.

## When

- January: the leaflet, tested with five people who have not heard of us.
- March: the Conversation, an open afternoon for peers and sponsors.
- May: what we learnt in the first half-year.
"""
PLAN_SUMMARY = (
    "Whom we tell about the programme, in which words, and when. People who use services come "
    "first, and nobody's story is used before they have seen the page."
)

LEAFLET = """\
## Somebody who has been there

A Peer Support Worker has been through hard times too. They have time for you.

Ask your team, or ring us.
"""
LEAFLET_SUMMARY = "A folded sheet that tells people what a Peer Support Worker can do for them."
