"""What meetings add to *What needs you* and to a group's page."""

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.sides import side_then
from apps.core import clock
from apps.core.dates import moment
from apps.core.models import FirstPress
from apps.core.needs import OPEN, Need, holding, needs_you
from apps.core.plain import known
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .coming import ASKED_TO, SOON
from .decided import is_to_be_decided, named
from .models.about import the_groups_own_way
from .models.agenda import AgendaItem
from .models.meeting import Meeting
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.paper import Paper
from .models.people import AttendanceCorrection, SupportRequest

COMING = 60  # meetings of one group that are to come: more than a year of a weekly series


@needs_you(ASKED_TO, may=known("in_groups", "is_deputy"), shown=SOON, kind="Meeting")
def answers(meetings, user):
    for meeting in meetings:
        if meeting.my_reply:
            continue
        yield Need(
            "Say whether you will come",
            reverse("reply", args=[meeting.pk]),
            thing=meeting.title,
            due=meeting.starts_at,
            detail=f"{meeting.group.name}, {meeting.when}",
        )


def _mine(user):
    return Action.objects.open().filter(owner=user).select_related("group")


@needs_you(_mine, kind="Action", deadline=OPEN)
def actions(mine, user):
    for action in mine:
        yield Need(
            "Do what you took on",
            action.get_absolute_url(),
            thing=action.text,
            due=action.due,
            detail=action.group.name,
            group=action.group.slug,
        )


def _promised(user):
    return SupportRequest.objects.to_arrange(user).select_related("meeting")


@needs_you(_promised, kind="Support")
def support(promised, user):
    """Support that this person has promised to arrange, before the meeting."""
    for request in promised:
        yield Need(
            "Arrange support for somebody",
            request.arrange_url,
            due=request.meeting.starts_at,
            detail=request.meeting.title,
        )


def _over(user):
    holding = WorkingGroup.objects.where(user, "hold_meeting")
    writing = WorkingGroup.objects.where(user, "draft_minutes")
    over = Q(group__in=holding, state=Meeting.State.PUBLISHED, ends_at__lt=clock.now())
    unwritten = Q(group__in=writing, state=Meeting.State.HELD, kind=Meeting.Kind.MEETING)
    return Meeting.objects.filter(over | unwritten).select_related("group")


@needs_you(_over, may=holding(WorkingGroup, "hold_meeting", "draft_minutes"), kind="Meeting")
def after_meetings(meetings, user):
    """What waits for those who run a group's meetings, once one is over."""
    for meeting in meetings:
        if meeting.state == Meeting.State.HELD:
            yield Need(
                "Write and circulate the minutes",
                f"{meeting.get_absolute_url()}#minutes",
                thing=meeting.title,
                since=meeting.ends_at,
                detail=f"{meeting.group.name}, held {moment(meeting.starts_at)}",
            )
        else:
            yield Need(
                "Record who came",
                reverse("attendance", args=[meeting.pk]),
                thing=meeting.title,
                since=meeting.ends_at,
                detail=meeting.group.name,
            )


def _to_call_off(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, Meeting, "did_not_happen")
    waiting = Meeting.objects.filter(asked, state=Meeting.State.PUBLISHED, group__in=leading)
    return waiting.select_related("group")


@needs_you(_to_call_off, may=holding(WorkingGroup, "lead_workinggroup"), kind="Meeting")
def not_held(waiting, user):
    """Meetings of which the other co-lead says that they did not take place."""
    for meeting in waiting:
        yield Need(
            "Say whether it took place",
            meeting.get_absolute_url(),
            thing=meeting.title,
            since=meeting.ends_at,
            detail=meeting.group.name,
        )


def _uncorrected(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, AttendanceCorrection, "make")
    waiting = AttendanceCorrection.objects.waiting().filter(asked, meeting__group__in=leading)
    return waiting.select_related("meeting__group")


@needs_you(_uncorrected, may=holding(WorkingGroup, "lead_workinggroup"), kind="Meeting")
def corrections(waiting, user):
    """What the other co-lead asks to correct in the record of a meeting."""
    for correction in waiting:
        yield Need(
            "Confirm who came, or say no",
            correction.confirm_url,
            thing=correction.meeting.title,
            since=correction.asked_at,
            detail=correction.meeting.group.name,
        )


def _unconfirmed(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Decision.objects.unconfirmed().filter(meeting__group__in=leading)
    then = side_then("recorded_by", "recorded_at")
    rows = waiting.exclude(recorded_by=user).alias(then=then).exclude(then=user.constituency)
    rows = rows.select_related("meeting__group")
    return rows.prefetch_related(named())


@needs_you(_unconfirmed, may=holding(WorkingGroup, "lead_workinggroup"), kind="Decision")
def confirmations(decisions, user):
    """Decisions that the other co-lead, or the secretary, recorded."""
    for decision in decisions:
        if not decision.waits:
            continue
        said = "what the meeting decided" if decision.agreed else "that the meeting did not agree"
        yield Need(
            f"Confirm {said}",
            reverse("decision_confirm", args=[decision.pk]),
            thing=str(decision.about or decision.reference),
            since=decision.recorded_at,
            detail=decision.meeting.group.name,
        )


def _denied(user):
    """Records of decisions of which another says that the meeting did not decide so."""
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, Decision, "deny")
    mine = Q(meeting__group__in=leading) | Q(recorded_by=user)
    waiting = Decision.objects.unconfirmed().filter(asked, mine)
    return waiting.select_related("meeting__group")


@needs_you(_denied, may=holding(WorkingGroup, "hold_meeting"), kind="Decision")
def denials(decisions, user):
    for decision in decisions:
        yield Need(
            "Say whether this was recorded as it was decided",
            decision.get_absolute_url(),
            thing=decision.reference,
            since=decision.recorded_at,
            detail=decision.meeting.group.name,
        )


def _unsettled(user):
    holding = WorkingGroup.objects.where(user, "hold_meeting")
    waiting = Decision.objects.waiting().filter(meeting__group__in=holding)
    return waiting.select_related("meeting__group")


@needs_you(_unsettled, may=holding(WorkingGroup, "hold_meeting"), kind="Decision")
def provisional(decisions, user):
    """Decisions that only a quorate meeting can settle, for those who plan one."""
    for decision in decisions:
        yield Need(
            "Take a provisional decision to a quorate meeting",
            decision.get_absolute_url(),
            thing=decision.reference,
            since=decision.meeting.ends_at,
            detail=decision.meeting.group.name,
        )


def _half_settled(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Decision.objects.waiting().filter(meeting__group__in=leading)
    return waiting.exclude(settled_at=None).select_related("meeting__group", "settled_at")


@needs_you(_half_settled, may=holding(WorkingGroup, "lead_workinggroup"), kind="Decision")
def settlements(decisions, user):
    """What the other co-lead says became of a provisional decision."""
    for decision in decisions:
        for _, first in decision.half_settled_by_others(user):
            yield Need(
                "Say whether a meeting settled this",
                decision.get_absolute_url(),
                thing=decision.reference,
                since=first.at,
                detail=decision.meeting.group.name,
            )


def _half_approved(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Minutes.objects.filter(
        meeting__group__in=leading, state=Minutes.State.CIRCULATED, approved_at__isnull=False
    )
    return waiting.select_related("meeting__group", "approved_at")


@needs_you(_half_approved, may=holding(WorkingGroup, "lead_workinggroup"), kind="Minutes")
def approvals(waiting, user):
    """Minutes of which the other co-lead says that a later meeting approved them."""
    for minutes in waiting:
        first = minutes.first_press("approve")
        if first and first.by_id != user.pk and minutes.may(user, "approve"):
            yield Need(
                "Say whether the minutes were approved",
                minutes.get_absolute_url(),
                thing=minutes.meeting.title,
                since=first.at,
                detail=minutes.meeting.group.name,
            )


def _proposed(user):
    proposed = AgendaItem.objects.filter(
        meeting__group__in=WorkingGroup.objects.where(user, "plan_meeting"),
        state=AgendaItem.State.PROPOSED,
        meeting__state__in=[Meeting.State.DRAFT, Meeting.State.PUBLISHED],
    )
    return proposed.select_related("meeting")


@needs_you(_proposed, may=holding(WorkingGroup, "plan_meeting"), kind="Agenda")
def proposals(proposed, user):
    """Agenda items that members proposed."""
    for item in proposed:
        yield Need(
            "Answer a proposal for the agenda",
            item.get_absolute_url(),
            thing=item.title,
            due=item.meeting.starts_at,
            detail=item.meeting.title,
        )


@section("terms")
def on_terms_page(user, terms):
    """The way of signed terms to the group's decision, and whose turn it is."""
    if not is_to_be_decided(terms) or terms.before is None:
        return None
    early = "That meeting began before both co-leads had signed."
    missing = the_groups_own_way(terms, user, since=terms.signed_at, early=early, settles="adopts")
    return Section("components/way.html", {"way": missing})


@section("group")
def on_group_page(user, group):
    """Next meeting, decisions, actions and papers on the page of a group."""
    visible = Meeting.objects.visible_to(user).filter(group=group)
    now, states = clock.now(), Meeting.State
    coming = visible.filter(state__in=[states.DRAFT, states.PUBLISHED], ends_at__gte=now)
    coming = list(coming.order_by("starts_at", "pk")[:COMING])
    meetings = (
        one for one in coming if one.state == states.PUBLISHED and one.kind == Meeting.Kind.MEETING
    )
    drafts = [one for one in coming if one.state == states.DRAFT and one.starts_at >= now]
    return Section(
        "meetings/group_section.html",
        {
            "group": group,
            "next": next(meetings, None),
            "drafts": drafts[:3],
            "may_plan": user.has_perm("groups.plan_meeting", group),
            "decisions": list(Decision.objects.filter(meeting__in=visible)[:5]),
            "actions": list(Action.objects.open().filter(group=group).select_related("owner")[:5]),
            "papers": list(
                Paper.objects.filter(meeting__in=visible)
                .select_related("meeting")
                .order_by("-pk")[:5]
            ),
        },
    )


def unfinished(group):
    """Why a group cannot close yet: a closing check of WorkingGroup."""
    waiting = Decision.objects.waiting().filter(meeting__group=group).count()
    if waiting:
        return f"{waiting} provisional decisions are neither ratified nor lapsed."
    if Meeting.objects.filter(group=group).upcoming().exists():
        return "A meeting is still to come. Cancel it or hold it first."
    if Minutes.objects.filter(
        meeting__group=group, state__in=[Minutes.State.DRAFT, Minutes.State.CIRCULATED]
    ).exists():
        return "Some minutes are not approved yet."
    return None
