"""What outputs add to *What needs you*, to a group's page, and to what a group must finish."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.core import clock
from apps.core.needs import OPEN, Need, holding, needs_you
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .models.output import AT_WORK, Attachment, Output, OutputVersion, Signature
from .models.stage import composition
from .models.suggestion import Suggestion
from .roles import steering

EVIDENCE_AFTER = timedelta(days=30)
State = Output.State


def _waiting(user):
    drafting = Q(group__in=WorkingGroup.objects.where(user, "draft_output"))
    drafting &= Q(state=State.CHANGES_REQUESTED)
    led = Q(group__in=WorkingGroup.objects.where(user, "lead_workinggroup"))
    in_use = Q(state=State.ACCEPTED, decided_at__lte=clock.now() - EVIDENCE_AFTER)
    draft = OutputVersion.objects.filter(output=OuterRef("pk"), frozen_at=None)
    signed = Signature.objects.filter(version__output=OuterRef("pk"), version__frozen_at=None)
    file = Attachment.objects.filter(
        output=OuterRef("pk"), version__frozen_at=None, use=Attachment.Use.EASY_READ
    )
    suggested = Suggestion.objects.open().filter(output=OuterRef("pk"))
    waiting = Output.objects.annotate(
        unanswered=Exists(suggested),
        half_signed=Exists(signed.exclude(user=user)) & ~Exists(signed.filter(user=user)),
        no_easy_read=Q(easy_read_required=True)
        & Exists(draft.filter(easy_read=""))
        & ~Exists(file),
    ).filter(
        led
        & Q(state=State.DRAFT)
        & (Q(unanswered=True) | Q(half_signed=True) | Q(no_easy_read=True))
        | drafting
        | (in_use if "lead_workinggroup" in steering(user) else in_use & led)
    )
    return waiting.select_related("group").order_by("due", "pk")


@needs_you(
    _waiting,
    may=holding(WorkingGroup, "lead_workinggroup", "draft_output"),
    kind="Output",
    deadline=OPEN,
)
def outputs(waiting, user):
    """What waits on outputs for those who lead or draft in a group: one query for all of it."""
    for output in waiting:
        yield from (replace(need, group=output.group.slug) for need in _needs(output))


def _needs(output):
    page, group, due = output.get_absolute_url(), output.group.name, output.due
    if output.open_to("implement"):
        since = output.decided_at + EVIDENCE_AFTER
        url = reverse("output_implement", args=[output.pk])
        yield Need("Say how it is in use", url, thing=output.title, since=since, detail=group)
    elif output.open_to("next_version"):
        yield Need(
            "Start the next version",
            page,
            thing=output.title,
            due=due,
            detail=f"The steering group asks {group} for changes",
        )
    else:
        if output.unanswered:
            url = f"{page}#suggestions"
            yield Need("Answer the suggestions", url, thing=output.title, due=due, detail=group)
        if output.half_signed:
            url = reverse("output_sign", args=[output.pk])
            detail = f"The other co-lead of {group} has signed"
            yield Need("Read and sign", url, thing=output.title, due=due, detail=detail)
        if output.no_easy_read:
            url = reverse("output_edit", args=[output.pk])
            yield Need("Add an easy-read version", url, thing=output.title, due=due, detail=group)


@section("group")
def on_group_page(user, group):
    """The voices in a task group, its stages and what it makes."""
    if group.kind != WorkingGroup.Kind.TASK:
        return None
    outputs = group.outputs.all()  # whoever sees the group sees what it makes
    return Section(
        "taskgroups/group_section.html",
        {
            "group": group,
            "voices": composition(group),
            "stages": list(group.stages.all()),
            "outputs": list(outputs[:5]),
            "may_draft": user.has_perm("groups.draft_output", group) and group.state in AT_WORK,
            "may_manage": user.has_perm("groups.manage_members", group),
        },
    )


def undecided(group):
    """Why a group cannot close yet: a closing check of WorkingGroup."""
    waiting = Output.objects.filter(group=group).undecided().count()
    if waiting == 1:
        return "1 output is not decided yet."
    return f"{waiting} outputs are not decided yet." if waiting else None
