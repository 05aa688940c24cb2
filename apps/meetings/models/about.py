"""What meetings decided about a thing: whether that serves, and which way leads to a decision.

For things with a form of their own for what was decided: a document is approved, a review decided.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.moves import Missing, requirement

from .agenda import AgendaItem
from .meeting import Meeting
from .outcome import Decision

COUNTS = (Decision.State.CARRIED, Decision.State.RATIFIED)
# Those that count, or may yet: not what a meeting did not agree to.
OPEN = Q(state__in=(*COUNTS, *Decision.UNSETTLED), agreed=True)
COMING = (Meeting.State.DRAFT, Meeting.State.PUBLISHED)


def about(rows, thing):
    """Of agenda items or decisions those that name the thing."""
    kind = ContentType.objects.get_for_model(thing)
    return rows.filter(about_type=kind, about_id=thing.pk)


def decisions_on(thing, groups):
    """The decisions of these groups about a thing, newest first."""
    found = about(Decision.objects, thing).filter(meeting__group__in=groups)
    return found.select_related("meeting__group").order_by("-meeting__starts_at", "-pk")


@requirement
def no_decision_is_on_its_way(thing, by):
    """What a meeting decided about it is not taken away before it is confirmed."""
    open_ = about(Decision.objects, thing).filter(OPEN).select_related("meeting__group")
    if decision := open_.first():
        group = decision.meeting.group
        yield Missing(
            f"A meeting of {group} has decided on it. What it decided comes first.", turn=str(group)
        )


def why_it_does_not_serve(decision, thing, by, *, since, early, settles):
    """What stands in the way of acting on a thing by this decision; ``settles``: *approves*.

    ``early`` says why a meeting that began before ``since`` did not decide on it.
    """
    if (decision.about_type, decision.about_id) != (
        ContentType.objects.get_for_model(thing),
        thing.pk,
    ):
        yield Missing(
            f"{decision} is not about {thing}. Choose the decision of a meeting that had it on "
            "its agenda."
        )
    elif decision.meeting.starts_at <= since:
        yield Missing(early)
    elif decision.state == Decision.State.PROVISIONAL:
        yield Missing(
            f"{decision} was taken without the co-production quorum, so it is provisional. A "
            "quorate meeting must ratify it first.",
            _page(decision, by, "settle", "lead_workinggroup"),
            turn=f"the next quorate meeting of {decision.meeting.group}",
        )
    elif decision.state == Decision.State.RECORDED:
        url = "" if by.pk == decision.recorded_by_id else "decision_confirm"
        yield Missing(
            f"{decision} is not confirmed yet: a second co-lead says that the meeting decided it.",
            _page(decision, by, url, "lead_workinggroup"),
            turn=f"the other co-lead of {decision.meeting.group}",
        )
    elif decision.state not in COUNTS:
        words = decision.get_state_display().lower()
        yield Missing(f"{decision} is {words}: it {settles} nothing.")


def _page(decision, by, name, perm):
    """The page that mends it for those who may, or the decision's for those who see it."""
    if name and by.has_perm(f"groups.{perm}", decision.meeting.group):
        return reverse(name, args=[decision.pk])
    seen = Decision.objects.visible_to(by).filter(pk=decision.pk).exists()
    return decision.get_absolute_url() if seen else ""


def items_on(thing, groups, by):
    """Accepted items about a thing, of meetings that have taken no decision on it; soonest first.

    A meeting that is only a draft is known to those who see it.
    """
    known = ~Q(meeting__state=Meeting.State.DRAFT) | Q(meeting__in=Meeting.objects.visible_to(by))
    counting = Decision.objects.filter(item=OuterRef("pk")).exclude(state=Decision.State.DENIED)
    found = about(AgendaItem.objects.accepted(), thing).filter(
        known,
        ~Exists(counting),
        meeting__group__in=groups,
        meeting__state__in=(*COMING, Meeting.State.HELD),
    )
    return found.select_related("meeting__group").order_by("meeting__starts_at", "pk")


def the_way_to_a_decision(thing, groups, by, why_not, *, since, words):
    """What still stands between a thing and a decision of one of these groups that serves.

    ``why_not(decision)`` yields what stands in its way: of a meeting that began before ``since``,
    that. ``words`` name the groups; whose turn it is the first of them.
    """
    late, early = [], []
    for decision in decisions_on(thing, groups).filter(OPEN):
        missing = list(why_not(decision))
        if not missing:
            return
        (late if decision.meeting.starts_at > since else early).append(missing)
    if late:
        yield from late[0]
        return
    if early:
        yield from early[0]
    if item := items_on(thing, groups, by).filter(meeting__starts_at__gt=since).first():
        meeting = item.meeting
        seen = Meeting.objects.visible_to(by).filter(pk=meeting.pk).exists()
        yield Missing(
            f"It is on the agenda of a meeting of {meeting.group} on {day(meeting.starts_at)}, "
            "which has to decide on it.",
            meeting.get_absolute_url() if seen else "",
            turn=str(meeting.group),
        )
        return
    yield Missing(
        f"Put it on the agenda of a meeting of {words}. The meeting decides on it, and the other "
        "co-lead then confirms the decision.",
        _agenda(thing, groups, by),
        turn=f"the co-leads of {groups[0]}",
    )


def the_groups_own_way(thing, by, *, since, early, settles):
    """The same, as a list, of a thing on which the group decides whose it is."""
    return list(
        the_way_to_a_decision(
            thing,
            [thing.group],
            by,
            lambda decision: why_it_does_not_serve(
                decision, thing, by, since=since, early=early, settles=settles
            ),
            since=since,
            words=str(thing.group),
        )
    )


def _agenda(thing, groups, by):
    """Where this person can put it on an agenda: of the next meeting, or of a new one."""
    coming = Meeting.objects.visible_to(by).filter(
        group__in=groups,
        kind=Meeting.Kind.MEETING,
        state__in=COMING,
        starts_at__gt=clock.now(),
    )
    for meeting in coming.select_related("group").order_by("starts_at")[:5]:
        if meeting.may(by, "propose_item"):
            about = f"?about={thing._meta.label_lower}:{thing.pk}"
            return reverse("agenda_propose", args=[meeting.pk]) + about
    for group in groups:
        if by.has_perm("groups.plan_meeting", group):
            return reverse("meeting_plan", args=[group.slug])
    return ""
