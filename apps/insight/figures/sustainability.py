"""Whether the structure outlives the project: what still runs, who leads it, what is in use."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.db.models import Count, Q, Value

from apps.conversations.models.conversation import Conversation
from apps.core import clock
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
    members = Membership.objects.current().filter(group__in=shown).select_related("user")
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
    late = _by_group(Document.objects.to_review(today - DAY), "owner", shown)
    used = _by_group(Output.objects.filter(state=Output.State.IMPLEMENTED), "group", shown)
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


def _by_group(rows, field, groups):
    found = rows.filter(**{f"{field}__in": groups}).order_by().values_list(field)
    return dict(found.annotate(Count("pk")))


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
    now, today = clock.now(), clock.today()
    lately = {"starts_at__gte": now - 365 * DAY, "starts_at__lt": now}
    outputs, documents = Output.objects, DocumentVersion.objects.standing()
    events = Conversation.objects.filter(**lately).exclude(
        state__in=[Conversation.State.DRAFT, Conversation.State.CANCELLED]
    )
    wanted = {
        "Outputs in use, with evidence": outputs.filter(state=Output.State.IMPLEMENTED),
        "Outputs accepted and not in use yet": outputs.filter(state=Output.State.ACCEPTED),
        "Documents in force": documents.filter(phase=Phase.IN_FORCE),
        "Documents past their day to be reviewed": Document.objects.to_review(today - DAY),
        "Peer practice in the register": Practice.objects.filter(state=Practice.State.PUBLISHED),
        "Meetings in the last 12 months": Meeting.objects.filter(
            state__in=[Meeting.State.HELD, Meeting.State.MINUTED], **lately
        ),
        "Conversations in the last 12 months": events,
    }
    numbers = how_many(wanted)
    rows = [(words, numbers.get(words, 0)) for words in wanted]
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
            "which a "
            "version is in force; practice that is published and not archived.",
            f"Where it comes from: the registers of outputs, documents and practice. {TODAY}",
        ),
    )


def _many(number, one, more=""):
    return f"{number} {one if number == 1 else more or one + 's'}"


def how_many(wanted):
    """{words: how many rows} of several querysets, in one question; nothing where there is none."""
    counts = [
        rows.order_by().annotate(of=Value(words)).values_list("of").annotate(Count("pk"))
        for words, rows in wanted.items()
    ]
    return dict(counts[0].union(*counts[1:], all=True))
