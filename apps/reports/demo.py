"""In the demonstration: what the steering group stands for, the report of the last year, and a
draft of the next.
"""

from apps.core.differences import texts_of
from apps.insight import tallies
from apps.insight.periods import Period, quarter_of, running, year_of
from apps.meetings.demo import decide_on
from apps.notifications.silence import silence

from . import taking
from .models import AnnualReport, PublicFigures, SharedText

PRINCIPLES = (
    "We are two sides of one table.\n\n"
    "- We decide together, or we do not decide yet.\n"
    "- Nobody has to tell their story to be heard.\n"
    "- We say no in the open, with the reason.\n"
    "- Whoever needs time gets it: papers come a week before.\n"
    "- What it costs to take part, we pay."
)
PURPOSE = (
    "We want Peer Support Workers in every team by the end of the programme, in posts that people "
    "with lived experience have designed.\n\n"
    "We involve people because they know what helps. What they say changes what we do, and we say "
    "how."
)
NEXT_YEAR = (
    "- We send papers ten days before a meeting, and not seven.\n"
    "- Each task group asks once a quarter who is not in the room.\n"
    "- We answer every suggestion within a month."
)
FOR_EVERYBODY = ("members", "attendance", "agenda", "decisions", "suggestions_changed", "cohorts")


def load(world):
    with silence():
        _texts(world)
        _published(world)
        world.goto(world.ago(12), 10)
        group = world.groups["steering-group"]
        draft = AnnualReport.begin(_year(world) + 1, by=group.leads()[0])
        draft.write(by=group.leads()[0], seen=draft.revision, next_year="- To be written.")


def _year(world):
    """The last year that ended long enough ago to be reported and decided on."""
    return year_of(quarter_of(world.ago(100))).year - 1


def _texts(world):
    group = world.groups["steering-group"]
    leads = group.leads()
    for kind, body in (("principles", PRINCIPLES), ("purpose", PURPOSE)):
        world.goto(world.ago(320), 10)
        text = SharedText.begin(group, kind, by=leads[0])
        text.write(by=leads[0], seen=text.revision, body=body)
        for hour, lead in enumerate(leads, start=11):
            world.goto(world.ago(318), hour)
            text.move("sign", by=lead)


def _published(world):
    group, year = world.groups["steering-group"], _year(world)
    leads = group.leads()
    world.goto(world.ago(72), 9)
    tallies.refresh(taking.period_of(year))  # what was counted by then
    report = AnnualReport.begin(year, by=leads[0])
    words = texts_of(report.words_now)
    introduction = f"{words['introduction']}\n\nWe thank everybody who took part."
    report.write(by=leads[0], seen=report.revision, introduction=introduction, next_year=NEXT_YEAR)
    for hour, lead in enumerate(leads, start=10):
        world.goto(world.ago(70), hour)
        report.move("sign", by=lead)
    figures = PublicFigures.propose(FOR_EVERYBODY, by=leads[0])
    words = "We publish the report, and these figures for everybody."
    title = "The report of the year"
    decide_on(world, group, report, figures, day=world.ago(40), title=title, text=words)
    world.goto(world.ago(30), 10)
    report = AnnualReport.objects.get(pk=report.pk)
    report.move("publish", by=leads[1])
    world.goto(world.today)
    tallies.refresh(Period(report.period.first, running()))
