"""Whether the structure outlives the project: what still runs, who leads it, what is in use."""

from collections import defaultdict

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
    lead="Whether the structure stands by itself: which groups still run and who leads them, "
    "what is "
    "out of date, and what people use.",
    may=sees_programme,
    by_period=False,
)
TODAY = "All of this is as it stands today."


@table(SLUG, "groups")
def groups(user, period, page):
    """Every group, with who leads it and what is about to end."""
    rows = WorkingGroup.objects.order_by("name", "pk")
    running = rows.exclude(state=WorkingGroup.State.CLOSED)
    pages = None if page == ALL_PAGES else Paginator(running, PAGE).get_page(page)
    shown = list(running if pages is None else pages.object_list)
    whole = rows.aggregate(
        all=Count("pk"), running=Count("pk", filter=~Q(state=WorkingGroup.State.CLOSED))
    )
    today = clock.today()
    leads, ends = defaultdict(dict), defaultdict(list)
    told = Q(role=Role.CO_LEAD) | Q(ends__lte=today + SOON)  # of a network of thousands, few
    members = Membership.objects.current().filter(told, group__in=shown).select_related("user")
    for one in members.order_by("ends", "pk"):
        if one.role == Role.CO_LEAD:
            leads[one.group_id].setdefault(one.user.constituency, one.user.name)
        if one.ends and one.ends <= today + SOON:
            ends[one.group_id].append(one.ends)
    stages = defaultdict(list)
    for group, name in Stage.groups.through.objects.filter(workinggroup__in=shown).values_list(
        "workinggroup", "stage__name"
    ):
        stages[group].append(name)
    late, used = dict(LATE.rows(user)), dict(USED.rows(user))
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
                *(leads[one.pk].get(side, "empty") for side in CO_LEAD),
                _ending(ends[one.pk]),
                late.get(one.pk, 0),
                used.get(one.pk, 0),
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
    return used.order_by().values_list("group").annotate(Count("pk"))


LATE, USED = Kept(_late), Kept(_used)  # of each group, how many


def _ending(days):
    if not days:
        return "none"
    return f"{len(days)}, the first on {shortday(days[0])}"


@table(SLUG, "stages")
def stages(user, period, page):
    """Each stage, with what works on it and what came of it."""
    rows = list(Stage.objects.prefetch_related("groups"))
    if not rows:
        return None
    used = dict(
        Output.objects.filter(state=Output.State.IMPLEMENTED, group__stages__isnull=False)
        .order_by()
        .values_list("group__stages")
        .annotate(Count("pk", distinct=True))
    )
    going = [
        sum(group.state != WorkingGroup.State.CLOSED for group in one.groups.all()) for one in rows
    ]
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
            (one.name, one.when, many, used.get(one.pk, 0))
            for one, many in zip(rows, going, strict=True)
        ],
        how=(
            "What is counted: groups of the stage that are not closed, and their outputs in use.",
            f"Where it comes from: the stages as the steering group laid them out. {TODAY}",
        ),
    )


@table(SLUG, "in-use")
def in_use(user, period, page):
    """What people have of it."""
    numbers = dict(COUNTED.rows(user))
    rows = [(words, numbers.get(words, 0)) for words in IN_USE]
    used, practice = rows[0][1], rows[4][1]
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


IN_USE = (
    "Outputs in use, with evidence",
    "Outputs accepted and not in use yet",
    "Documents in force",
    "Documents past their day to be reviewed",
    "Peer practice in the register",
    "Meetings in the last 12 months",
    "Conversations in the last 12 months",
)


def _in_use(user):
    """How many rows there are of each, in one question; nothing where there is none."""
    now, today = clock.now(), clock.today()
    lately = {"starts_at__gte": now - 365 * DAY, "starts_at__lt": now}
    outputs, documents = Output.objects, DocumentVersion.objects.standing()
    events = Conversation.objects.filter(**lately).exclude(
        state__in=[Conversation.State.DRAFT, Conversation.State.CANCELLED]
    )
    wanted = (
        outputs.filter(state=Output.State.IMPLEMENTED),
        outputs.filter(state=Output.State.ACCEPTED),
        documents.filter(phase=Phase.IN_FORCE),
        Document.objects.to_review(today - DAY),
        Practice.objects.filter(state=Practice.State.PUBLISHED),
        Meeting.objects.filter(state__in=[Meeting.State.HELD, Meeting.State.MINUTED], **lately),
        events,
    )
    counts = [
        rows.order_by().annotate(of=Value(words)).values_list("of").annotate(Count("pk"))
        for words, rows in zip(IN_USE, wanted, strict=True)
    ]
    return counts[0].union(*counts[1:], all=True)


COUNTED = Kept(_in_use)
