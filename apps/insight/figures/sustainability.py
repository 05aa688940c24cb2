"""Whether the structure outlives the project: what still runs, who leads it, what is in use."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q, Value

from apps.conversations.models.conversation import Conversation
from apps.core import clock
from apps.core.compiled import Kept
from apps.core.dates import DAY, shortday
from apps.core.views import PAGE
from apps.governance.documents.models.document import Document, DocumentVersion, Phase
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import CO_LEAD, Role
from apps.meetings.models.meeting import Meeting
from apps.network.practice.models import Practice
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.stage import Stage

from ..roles import sees_programme
from . import ALL_PAGES, Standard, Table, table, topic

SLUG = "sustainability"
SOON = 180 * DAY
topic(
    slug=SLUG,
    title="What outlasts the project",
    lead="Whether the work goes on without the project: which groups still run and who leads them, "
    "what is out of date, and what people use.",
    may=sees_programme,
    by_period=False,
)
TODAY = "All of this is as it stands today."


@dataclass(frozen=True)
class Standing:
    """What several of the tables are made of, so that none counts in a way of its own.

    ``used`` and ``late``: of each group, how many outputs are in use and documents past their day.
    ``of_stages``: of each stage, its groups as (key, state).
    """

    used: dict
    late: dict
    stages: list
    of_stages: dict


def _standing(user, period):
    links = Stage.groups.through.objects.order_by("pk")
    of_stages = defaultdict(list)
    for stage, *group in links.values_list("stage", "workinggroup", "workinggroup__state"):
        of_stages[stage].append(tuple(group))
    return Standing(
        dict(USED.rows(user)), dict(LATE.rows(user)), list(Stage.objects.all()), of_stages
    )


@table(SLUG, "groups", _standing)
def groups(user, period, page, standing):
    """Every group, with who leads it and what is about to end."""
    rows = WorkingGroup.objects.order_by("name", "pk")
    running = rows.exclude(state=WorkingGroup.State.CLOSED)
    whole = rows.aggregate(
        all=Count("pk"), running=Count("pk", filter=~Q(state=WorkingGroup.State.CLOSED))
    )
    pages = None
    if page != ALL_PAGES:
        paginator = Paginator(running, PAGE)
        paginator.count = whole["running"]  # counted already
        pages = paginator.get_page(page)
    shown = list(running if pages is None else pages.object_list)
    today = clock.today()
    leads, ends = defaultdict(dict), defaultdict(list)
    told = Q(role=Role.CO_LEAD) | Q(ends__lte=today + SOON)  # of a network of thousands, few
    members = Membership.objects.current().filter(told, group__in=shown).select_related("user")
    shows = "constituency", "known_as", "full_name"
    members = members.only("group", "role", "ends", *(f"user__{name}" for name in shows))
    for one in members.order_by("ends", "pk"):
        if one.role == Role.CO_LEAD:
            leads[one.group_id].setdefault(one.user.constituency, one.user.name)
        if one.ends and one.ends <= today + SOON:
            ends[one.group_id].append(one.ends)
    stages = defaultdict(list)
    for stage in standing.stages:
        for group, _ in standing.of_stages[stage.pk]:
            stages[group].append(stage.name)
    return Table(
        title="Groups",
        standard=Standard.PRESENCE,
        sentence=f"{whole['running']} of the {whole['all']} groups that were formed still run.",
        caption="What each group has, and what ends",
        header=(
            "Group",
            "State",
            "Stage",
            *(f"Leads: {side.label.lower()}" for side in CO_LEAD),
            "Terms that end within 6 months",
            "Documents to review",
            "Outputs in use",
        ),
        rows=[
            (
                one.name,
                one.get_state_display(),
                ", ".join(stages[one.pk]) or "none",
                *(leads[one.pk].get(side, "No lead") for side in CO_LEAD),
                _ending(ends[one.pk]),
                standing.late.get(one.pk, 0),
                standing.used.get(one.pk, 0),
            )
            for one in shown
        ],
        how=(
            "What is counted: groups that are not closed. Documents in force whose day to be "
            "reviewed is "
            "past. Outputs that are marked as implemented, which takes evidence.",
            f"Where it comes from: groups, memberships, documents and outputs. {TODAY}",
        ),
        pages=pages if pages and pages.has_other_pages() else None,
    )


def _late(user):
    late = Document.objects.to_review(clock.today() - DAY)
    return late.order_by().values_list("owner").annotate(Count("pk"))


def _used(user):
    used = Output.objects.filter(state=Output.State.IMPLEMENTED)
    return used.order_by().values_list("group").annotate(n=Count("*"))  # of an index alone


LATE, USED = Kept(_late, anew=True), Kept(_used)  # of each group, how many


def _ending(days):
    if not days:
        return "none"
    return f"{len(days)}, the first on {shortday(days[0])}"


@table(SLUG, "stages", _standing)
def stages(user, period, page, standing):
    """Each stage, with what works on it and what came of it."""
    rows = standing.stages
    if not rows:
        return None
    of = [standing.of_stages[one.pk] for one in rows]
    used = [sum(standing.used.get(group, 0) for group, _ in groups) for groups in of]
    going = [sum(state != WorkingGroup.State.CLOSED for _, state in groups) for groups in of]
    over = [many for one, many in zip(rows, going, strict=True) if one.when == "Over"]
    return Table(
        title="Stages",
        standard=Standard.PURPOSE,
        sentence=(
            f"{sum(map(bool, over))} of the {len(over)} stages that are over still have a group "
            "that "
            "runs."
            if over
            else "No stage is over yet."
        ),
        caption="Stages of the project",
        header=("Stage", "When", "Groups that run", "Outputs in use"),
        rows=[
            (one.name, one.when, *numbers) for one, *numbers in zip(rows, going, used, strict=True)
        ],
        how=(
            "What is counted: groups of the stage that are not closed, and their outputs in use.",
            f"Where it comes from: the stages as the steering group laid them out. {TODAY}",
        ),
    )


@table(SLUG, "in-use", _standing)
def in_use(user, period, page, standing):
    """What people have of it."""
    numbers = dict(COUNTED.rows(user)) | {
        OUTPUTS: sum(standing.used.values()),
        TO_REVIEW: sum(standing.late.values()),
    }
    rows = [(words, numbers.get(words, 0)) for words in IN_USE]
    used, practice = numbers[OUTPUTS], numbers.get(PRACTICE, 0)
    return Table(
        title="What is in use",
        standard=Standard.IMPACT,
        sentence=f"In use with evidence: {_many(used, 'output')}. In the register "
        f"of peer practice: {_many(practice, 'entry', 'entries')}.",
        caption="What people have of the programme today",
        header=("What", "How many"),
        rows=rows,
        how=(
            "What is counted: outputs marked as implemented, which takes evidence; documents of "
            "which a version is in force; practice that is published and not archived.",
            f"Where it comes from: the registers of outputs, documents and practice. {TODAY}",
        ),
    )


def _many(number, one, more=""):
    return f"{number} {one if number == 1 else more or one + 's'}"


OUTPUTS = "Outputs in use, with evidence"
ACCEPTED = "Outputs accepted and not in use yet"
IN_FORCE = "Documents in force"
TO_REVIEW = "Documents past their day to be reviewed"
PRACTICE = "Peer practice in the register"
MEETINGS = "Meetings in the last 12 months"
CONVERSATIONS = "Conversations in the last 12 months"
IN_USE = (OUTPUTS, ACCEPTED, IN_FORCE, TO_REVIEW, PRACTICE, MEETINGS, CONVERSATIONS)


def _in_use(user):
    """How many rows there are of each that no group's row adds up to, in one question; nothing
    where there is none.
    """
    now = clock.now()
    lately = {"starts_at__gte": now - 365 * DAY, "starts_at__lt": now}
    outputs, documents = Output.objects, DocumentVersion.objects.standing()
    events = Conversation.objects.filter(**lately).exclude(
        state__in=[Conversation.State.DRAFT, Conversation.State.CANCELLED]
    )
    wanted = {
        ACCEPTED: outputs.filter(state=Output.State.ACCEPTED),
        IN_FORCE: documents.filter(phase=Phase.IN_FORCE),
        PRACTICE: Practice.objects.filter(state=Practice.State.PUBLISHED),
        MEETINGS: Meeting.objects.filter(
            state__in=[Meeting.State.HELD, Meeting.State.MINUTED], **lately
        ),
        CONVERSATIONS: events,
    }
    counts = [
        rows.order_by().annotate(of=Value(words)).values_list("of").annotate(Count("pk"))
        for words, rows in wanted.items()
    ]
    return counts[0].union(*counts[1:], all=True)


COUNTED = Kept(_in_use)
