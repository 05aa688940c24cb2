"""Ten thousand outputs at once, for measuring: made in bulk, so nothing here moves a state."""

from datetime import timedelta
from itertools import islice

from apps.accounts.models.people import Constituency
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role

from .models.output import Contribution, Output, OutputVersion
from .models.suggestion import Suggestion

OUTPUTS = 10_000
BATCH = 2000
TITLE = "(measured)"

# Most of what a programme made over the years is in use; some of it is at every other station.
STATES = (
    *[Output.State.IMPLEMENTED] * 12,
    *[Output.State.DRAFT] * 3,
    Output.State.SUBMITTED,
    Output.State.IN_REVIEW,
    Output.State.CHANGES_REQUESTED,
    Output.State.DECLINED,
    Output.State.WITHDRAWN,
)
CHANGE = {
    "revision": 1,
    "text": "body",
    "pieces": [
        ["same", "What it is "],
        ["removed", "Words that somebody wrote on their own. "],
        ["added", "Words that a group wrote together. "],
        ["same", "One thing"],
    ],
    "held": 0,
}
BODY = "## What it is\n\nWords that a group wrote together.\n\n- One thing\n- Another thing\n"


def _in_bulk(model, rows):
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def load_large(world):
    """As many outputs as reach OUTPUTS, over all task groups, each with words and a suggestion."""
    groups = [group for group in world.groups.values() if group.kind == WorkingGroup.Kind.TASK]
    leads = {}
    for one in Membership.objects.filter(role=Role.CO_LEAD, ended_at=None).order_by("pk"):
        leads[one.group_id] = one.user_id
    world.goto(world.today)
    wanted = OUTPUTS - Output.objects.count()
    _in_bulk(
        Output,
        (_output(world, groups[number % len(groups)], leads, number) for number in range(wanted)),
    )
    made = list(Output.objects.filter(title__endswith=TITLE).order_by("pk"))
    _in_bulk(
        OutputVersion,
        (
            OutputVersion(
                output=output,
                number=1,
                summary="What it is, in a line.",
                body=BODY,
                frozen_at=output.submitted_at,
            )
            for output in made
        ),
    )
    versions = list(
        OutputVersion.objects.filter(output__title__endswith=TITLE)
        .select_related("output")
        .order_by("pk")
    )
    _in_bulk(
        Contribution,
        (
            Contribution(
                version=version,
                user_id=version.output.created_by_id,
                constituency=Constituency.LIVED_EXPERIENCE,
                last_at=version.output.created_at,
            )
            for version in versions
        ),
    )
    _in_bulk(
        Suggestion,
        (
            Suggestion(
                output=version.output,
                version=version,
                by_id=version.output.created_by_id,
                constituency=list(Constituency)[number % 2],
                text="Say it in fewer words.",
                state=Suggestion.State.TAKEN_UP,
                answer="We did.",
                made_at=version.output.created_at,
                answered_by_id=version.output.created_by_id,
                answered_at=version.output.created_at,
                changed=version,
                revision=1,
                words=[CHANGE],
            )
            for number, version in enumerate(versions)
        ),
    )


def _output(world, group, leads, number):
    state = STATES[number % len(STATES)]
    then = world.now - timedelta(days=number % 700, minutes=number % 60)
    draft = state == Output.State.DRAFT
    decided = state in (*Output.DECIDED, Output.State.CHANGES_REQUESTED)
    return Output(
        group=group,
        title=f"{group.name} {number} {TITLE}",
        kind=Output.Kind.GUIDE,
        stage=world.stages[number % len(world.stages)],
        state=state,
        shared_with=list(Output.SharedWith)[number % 2],
        created_by_id=leads[group.pk],
        changed_at=then,
        submitted_at=None if draft else then,
        decided_at=then if decided else None,
        evidence="In use." if state == Output.State.IMPLEMENTED else "",
    )
