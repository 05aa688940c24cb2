from datetime import timedelta

from apps.core import clock
from apps.groups.models import WorkingGroup
from apps.insight import tallies

from ..matrix import Row


def populate(world):
    """Figures are counted of what the other rows need; but a trend takes years."""
    there = WorkingGroup.objects.filter(pk=world.group.pk)
    there.update(created_at=clock.now() - timedelta(days=3 * 366))
    tallies.refresh()


def group(world, **more):
    return {"slug": world.group.slug, **more}


def topic(slug, **more):
    return lambda world: {"topic": slug, **more}


def group_file(world):
    return group(world, figure="agenda", kind="csv")


TREND = {"figure": "agenda"}


def group_trend(world, **more):
    return group(world, **TREND, **more)


def group_trend_file(world):
    return group_trend(world, kind="csv")


#           anonymous outsider observer member secretary colead office hr admin
OVERVIEW = "302 404 404 200 200 200 200 200 200"
PROGRAMME = "302 404 404 403 403 403 200 403 403"
RECRUITMENT = "302 404 404 403 403 403 200 200 200"
GROUP = "302 404 403 200 200 200 200 404 403"

ROWS = [
    Row("insight", OVERVIEW),
    Row("insight_topic", PROGRAMME, topic("balance"), note="balance"),
    Row("insight_topic_pdf", PROGRAMME, topic("balance"), note="balance"),
    Row(
        "insight_topic_file",
        PROGRAMME,
        topic("balance", figure="agenda", kind="xlsx"),
        note="balance",
    ),
    Row("insight_topic", PROGRAMME, topic("network"), note="network"),
    Row("insight_topic", PROGRAMME, topic("consultations"), note="consultations"),
    Row("insight_topic", PROGRAMME, topic("support"), note="support"),
    Row("insight_topic", RECRUITMENT, topic("recruitment"), note="recruitment"),
    Row("insight_topic", RECRUITMENT, topic("retention"), note="retention"),
    Row(
        "insight_topic_file",
        RECRUITMENT,
        topic("retention", figure="cohorts", kind="csv"),
        note="retention",
    ),
    Row("insight_topic", PROGRAMME, topic("sustainability"), note="sustainability"),
    Row("insight_topic_trend", PROGRAMME, topic("balance", **TREND)),
    Row("insight_topic_trend_pdf", PROGRAMME, topic("balance", **TREND)),
    Row("insight_topic_trend_file", PROGRAMME, topic("balance", kind="csv", **TREND)),
    Row("insight_group_trend", GROUP, group_trend),
    Row("insight_group_trend_pdf", GROUP, group_trend),
    Row("insight_group_trend_file", GROUP, group_trend_file),
    Row("insight_topic", PROGRAMME, topic("together"), note="together"),
    Row("insight_group", GROUP, group),
    Row("insight_group_pdf", GROUP, group),
    Row("insight_group_file", GROUP, group_file),
]
KEPT_OUT = {
    "StayedUntil": "exact numbers, which may be of one person: its page shows steps of five",
    "VacancyCount": "as Tally; Human Resources read them on the page of recruitment",
    "Tally": "exact numbers, which may be of one person: pages show steps of five",
    "Step": "it follows from those numbers",
    "Counted": "when something was counted: the pages say it",
}
