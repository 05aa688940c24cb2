"""What texts and reports add to *What needs you*."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.core import clock
from apps.core.models import FirstPress
from apps.core.needs import Need, holding, needs_you
from apps.groups.models import WorkingGroup
from apps.insight.periods import quarter_of, year_of

from .models.public import PublicFigures
from .models.report import AnnualReport
from .models.text import SharedText
from .roles import holds_at_work


def _texts(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    working = leading.exclude(state=WorkingGroup.State.CLOSED)
    drafts = SharedText.objects.filter(group__in=working, state="draft")
    return drafts.filter(FirstPress.objects.asks(user, SharedText, "sign")).select_related("group")


@needs_you(_texts, may=holding(WorkingGroup, "lead_workinggroup"), kind="Text")
def texts(waiting, user):
    """Texts that the other co-lead signed."""
    for one in waiting:
        yield Need(
            "Sign it, or say no",
            one.get_absolute_url(),
            thing=f"{one.get_kind_display()} of {one.group}",
            detail="It takes both co-leads",
        )


def _reports(user):
    asked = [FirstPress.objects.asks(user, AnnualReport, name) for name in TAKING_TWO]
    waiting = asked[0] | asked[1] | asked[2]
    leading = holds_at_work(user, "lead_workinggroup")
    return AnnualReport.objects.filter(waiting, leading).order_by("pk")


TAKING_TWO = ("sign", "reopen_decided", "withdraw")


@needs_you(_reports, may=holding(WorkingGroup, "lead_workinggroup"), kind="Report")
def reports(waiting, user):
    """Reports on which the other co-lead has said a first word."""
    for one in waiting:
        yield Need(
            "Answer the other co-lead",
            one.get_absolute_url(),
            thing=one.title,
            detail="To sign it, to change it or to take it back takes both co-leads",
        )


def _decided(user):
    mine = holds_at_work(user, "publish_report")
    return AnnualReport.objects.filter(mine, state="decided").order_by("pk")


@needs_you(_decided, may=holding(WorkingGroup, "publish_report"), kind="Report")
def to_publish(waiting, user):
    """Reports that were decided and that nobody reads yet."""
    for one in waiting:
        yield Need("Publish the report", one.get_absolute_url(), thing=one.title)


def _unwritten(user):
    """The steering group, where it lacks one of the two texts that stand in each report. Others are
    asked on their page of figures alone: a list that asks everybody helps nobody.
    """
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    there = SharedText.objects.filter(group=OuterRef("pk"), state__in=["draft", "in_force"])
    lacks = [~Exists(there.filter(kind=kind)) for kind in SharedText.Kind.values]
    working = leading.filter(state=WorkingGroup.State.ACTIVE, kind=WorkingGroup.Kind.STEERING)
    return working.filter(lacks[0] | lacks[1]).order_by("name", "pk")


@needs_you(_unwritten, may=holding(WorkingGroup, "lead_workinggroup"), kind="Text", put_off=True)
def unwritten(groups, user):
    """What the programme stands for, where it has not said so."""
    for group in groups:
        yield Need(
            "Write the group's principles and purpose",
            reverse("insight_group", args=[group.slug]),
            thing=group.name,
            detail="Both co-leads sign them",
        )


def _year_over(user):
    """Drafts of years that have ended, which nobody has signed."""
    running = year_of(quarter_of(clock.today())).year
    pressed = FirstPress.objects.of(AnnualReport, "sign").waiting()
    leading = holds_at_work(user, "lead_workinggroup")
    drafts = AnnualReport.objects.filter(leading, state="drafting", year__lt=running)
    return drafts.filter(~Exists(pressed)).order_by("pk")


@needs_you(_year_over, may=holding(WorkingGroup, "lead_workinggroup"), kind="Report", put_off=True)
def to_sign(drafts, user):
    for one in drafts:
        yield Need(
            "Finish the report and sign it",
            one.get_absolute_url(),
            thing=one.title,
            detail="Its year is over",
        )


def unfinished(group):
    """What a steering group must finish before it closes: what is public needs nothing, since the
    next one answers for it.
    """
    if AnnualReport.objects.filter(group=group, state__in=AnnualReport.OPEN).exists():
        return "It has a yearly report that is neither published nor given up."
    if PublicFigures.objects.proposed().filter(group=group).exists():
        return "It has proposed figures for everybody, and has not decided on them."
    return None
