"""What a time that is looked for adds to *What needs you* and to a group's page."""

from django.db.models import Exists, OuterRef, Q

from apps.core import clock
from apps.core.needs import OPEN, Need, holding, needs_you
from apps.core.plain import known
from apps.core.sections import Section, section
from apps.groups.models import Membership, WorkingGroup, belongs_to

from .models import Finding, TimeAnswer


def _to_answer(user):
    mine = TimeAnswer.objects.filter(time__finding=OuterRef("pk"), user=user)
    asking = Finding.objects.answerable().filter(~Exists(mine), group__in=belongs_to(user))
    return asking.select_related("group").order_by("closes_at", "pk")


@needs_you(_to_answer, may=known("in_groups"), kind="Meeting", deadline=OPEN)
def answers(findings, user):
    for finding in findings:
        yield Need(
            "Say which times suit you",
            finding.answer_url,
            thing=finding.title,
            due=finding.last_day,
            detail=finding.group.name,
            group=finding.group.slug,
        )


def _to_choose(user):
    """Nobody answers any more, or everybody who is asked has."""
    planning = WorkingGroup.objects.where(user, "plan_meeting").filter(
        state=WorkingGroup.State.ACTIVE
    )
    said = TimeAnswer.objects.filter(time__finding=OuterRef(OuterRef("pk")), user=OuterRef("user"))
    asked = Membership.objects.current().filter(group=OuterRef("group"), user__is_active=True)
    over = Q(closes_at__lte=clock.now()) | ~Exists(asked.filter(~Exists(said)))
    found = Finding.objects.open().filter(over, group__in=planning)
    return found.select_related("group").order_by("closes_at", "pk")


@needs_you(_to_choose, may=holding(WorkingGroup, "plan_meeting"), kind="Meeting")
def choices(findings, user):
    """For those who plan."""
    for finding in findings:
        yield Need(
            "Choose a time for the meeting",
            finding.get_absolute_url(),
            thing=finding.title,
            since=min(finding.closes_at, clock.now()),
            detail=finding.group.name,
        )


def unfinished(group):
    """What a group must finish before it closes."""
    if Finding.objects.open().filter(group=group).exists():
        return "It looks for a time to meet. Choose one, or drop it."
    return None


@section("group")
def on_group_page(user, group):
    """The times that a group looks for now: all, since nothing else leads to them; few."""
    found = list(Finding.objects.visible_to(user).open().filter(group=group))
    for finding in found:
        finding.group = group  # read already
    return Section("meetings/finding/group_section.html", {"findings": found}) if found else None
