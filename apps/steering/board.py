"""The programme board: stages and task groups, what each works on, what is late, who has it.

A row is a task group within a stage. Everything for a page of rows is read in a constant number of
queries, however many outputs there are: of each group only the first few that are not finished.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import RowNumber

from apps.core.clock import LONDON
from apps.groups.models import WorkingGroup
from apps.meetings.models.meeting import Meeting
from apps.taskgroups.models.output import Output, Signature
from apps.taskgroups.models.stage import Stage, compositions

from .models.review import Review, ReviewAssignment

SHOWN = 6  # outputs of one group; the rest are a link
State = Output.State
UNFINISHED = [
    state for state in State if state not in (State.IMPLEMENTED, State.DECLINED, State.WITHDRAWN)
]


@dataclass
class Line:
    """One output on the board, and who has it now."""

    output: Output
    who: str
    late: bool


@dataclass
class Row:
    """One task group in one stage (or in none)."""

    stage: Stage | None
    group: WorkingGroup
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    finished: int = 0
    next_meeting: object = None
    missing: list[str] = field(default_factory=list)


def places():
    """[(stage id or None, group id)] for every row, in the order of the stages, then by name."""
    running = WorkingGroup.objects.filter(kind=WorkingGroup.Kind.TASK).exclude(
        state=WorkingGroup.State.CLOSED
    )
    return list(
        running.order_by(
            F("stages__order").asc(nulls_last=True),
            F("stages__starts").asc(nulls_last=True),
            "stages__pk",
            "name",
        ).values_list("stages", "pk")
    )


def rows(page, everywhere, stages):
    """Rows for some (stage id, group id) pairs: a constant number of queries.

    ``everywhere`` are the pairs of the whole board, ``stages`` all stages by id.
    """
    groups = WorkingGroup.objects.in_bulk({group for _, group in page})
    lines, left, finished = _outputs(groups, _homes(everywhere))
    meetings = dict(
        Meeting.objects.upcoming()
        .filter(group__in=groups, kind=Meeting.Kind.MEETING)
        .order_by()
        .values("group")
        .annotate(next=Min("starts_at"))
        .values_list("group", "next")
    )
    voices = compositions(groups.values())
    return [
        Row(
            stages.get(place[0]),
            groups[place[1]],
            lines[place],
            left[place],
            finished[place],
            meetings.get(place[1]),
            [voice.label for voice in voices[place[1]] if voice.is_missing],
        )
        for place in page
    ]


def _homes(everywhere):
    """{group: its stages, first one first}: an output is shown once, in its own stage's row.

    One without a stage, or with a stage that its group is not mapped to, is in the first row.
    """
    homes = {}
    for stage, group in everywhere:
        homes.setdefault(group, []).append(stage)
    return homes


def _outputs(groups, homes):
    """By place: its first unfinished outputs; how many more there are; how many are finished."""

    def place(stage, group):
        stages = homes[group]
        return (stage if stage in stages else stages[0], group)

    unfinished, finished = Counter(), Counter()
    for one in (
        Output.objects.filter(group__in=groups)
        .order_by()
        .values("stage", "group")
        .annotate(open=Count("pk", filter=Q(state__in=UNFINISHED)), all=Count("pk"))
    ):
        where = place(one["stage"], one["group"])
        unfinished[where] += one["open"]
        finished[where] += one["all"] - one["open"]
    first = (
        Output.objects.filter(group__in=groups, state__in=UNFINISHED)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=["group", "stage"],
                order_by=[F("due").asc(nulls_last=True), "pk"],
            )
        )
        .filter(place__lte=SHOWN)
    )
    outputs = list(first.order_by("group", "place", "pk"))
    signed, reviews = _signed(outputs), _reviews(outputs)
    lines = defaultdict(list)
    for output in outputs:
        where = place(output.stage_id, output.group_id)
        if len(lines[where]) == SHOWN:
            continue
        review = reviews.get(output.pk)
        late = output.is_late or bool(review and review.is_overdue)
        who = who_has(output, review, signed.get(output.pk, ""))
        lines[where].append(Line(output, who, late))
    left = Counter({where: number - len(lines[where]) for where, number in unfinished.items()})
    return lines, left, finished


def _signed(outputs):
    """{output: side that has signed} for drafts with one signature."""
    drafts = [output.pk for output in outputs if output.state == State.DRAFT]
    return {
        one.version.output_id: one.get_constituency_display().lower()
        for one in Signature.objects.filter(
            version__output__in=drafts, version__frozen_at=None
        ).select_related("version")
    }


def _reviews(outputs):
    under = [output.pk for output in outputs if output.state == State.IN_REVIEW]
    active = ~Q(assignments__state=ReviewAssignment.State.STOOD_DOWN)
    return {
        review.output_id: review
        for review in Review.objects.open()
        .filter(output__in=under)
        .annotate(
            asked=Count("assignments", filter=active),
            sent=Count("assignments", filter=Q(assignments__state=ReviewAssignment.State.SENT)),
        )
    }


def who_has(output, review=None, signed=""):
    """In whose hands an output is now, in words."""
    if output.state == State.DRAFT:
        return f"Signed by {signed}; waits for the other co-lead" if signed else "The task group"
    if output.state == State.SUBMITTED:
        return "Steering group: review not begun"
    if output.state == State.IN_REVIEW and review is not None:
        if not review.asked:
            return "Steering group: no reviewers yet"
        if review.sent < review.asked:
            return f"Reviewers: {review.sent} of {review.asked} sent"
        return "Steering group: to decide"
    if output.state == State.CHANGES_REQUESTED:
        return "The task group: changes asked for"
    if output.state == State.ACCEPTED:
        return "The task group: to put it to use"
    return ""


def table(page, everywhere, stages):
    """The same as rows of a spreadsheet: one line an output, and one for a group without any."""
    for row in rows(page, everywhere, stages):
        start = [row.stage.name if row.stage else "", row.group.name]
        end = [
            row.next_meeting.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
            if row.next_meeting
            else "",
            ", ".join(row.missing),
        ]
        for line in row.lines:
            output = line.output
            yield [
                *start,
                output.title,
                output.get_state_display(),
                output.due or "",
                "yes" if line.late else "",
                line.who,
                *end,
            ]
        if row.more or not row.lines:
            text = f"and {row.more} more" if row.more else ""
            yield [*start, text, "", "", "", "", *end]
