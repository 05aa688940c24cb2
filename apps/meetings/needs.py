"""What meetings add to *What needs you* and to a group's page."""

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from apps.accounts.models.sides import side_then
from apps.core import clock
from apps.core.dates import moment
from apps.core.models import FirstPress
from apps.core.needs import Need, holding, known, needs_you
from apps.core.sections import Section, section
from apps.groups.models import WorkingGroup

from .decided import is_to_be_decided, named
from .models.about import the_way_to_a_decision, why_it_does_not_serve
from .models.meeting import AgendaItem, Meeting, Paper
from .models.minutes import Minutes
from .models.outcome import Action, Decision
from .models.people import Attendance, AttendanceCorrection, SupportRequest

COMING = 60  # meetings of one group that are to come: more than a year of a weekly series


def _unanswered(user):
    """Meetings to come that have no answer from this person."""
    reply = Attendance.objects.filter(meeting=OuterRef("pk"), user=user).values("reply")[:1]
    coming = Meeting.objects.inviting(user).upcoming().annotate(my_reply=Subquery(reply))
    unanswered = coming.filter(Q(my_reply__isnull=True) | Q(my_reply=""))
    return unanswered.select_related("group")


@needs_you(_unanswered, may=known("in_groups", "is_deputy"))
def answers(meetings, user):
    for meeting in meetings:
        yield Need(
            f"Say whether you will come: {meeting.title}",
            reverse("reply", args=[meeting.pk]),
            meeting.starts_at,
            f"{meeting.group.name}, {meeting.when}",
        )


def _mine(user):
    return Action.objects.open().filter(owner=user).select_related("group")


@needs_you(_mine)
def actions(mine, user):
    for action in mine:
        yield Need(
            action.text,
            action.get_absolute_url(),
            action.due,
            f"Action of {action.group.name}",
            "Overdue" if action.is_overdue else "",
        )


def _promised(user):
    promised = SupportRequest.objects.filter(
        organiser=user,
        state=SupportRequest.State.ASKED,
        meeting__state=Meeting.State.PUBLISHED,
        meeting__ends_at__gte=clock.now(),
    )
    return promised.select_related("meeting")


@needs_you(_promised)
def support(promised, user):
    """Support that this person has promised to arrange, before the meeting."""
    for request in promised:
        yield Need(
            "Arrange support for somebody",
            reverse("support_arrange", args=[request.pk]),
            request.meeting.starts_at,
            request.meeting.title,
        )


def _over(user):
    holding = WorkingGroup.objects.where(user, "hold_meeting")
    writing = WorkingGroup.objects.where(user, "draft_minutes")
    over = Q(group__in=holding, state=Meeting.State.PUBLISHED, ends_at__lt=clock.now())
    unwritten = Q(group__in=writing, state=Meeting.State.HELD, kind=Meeting.Kind.MEETING)
    return Meeting.objects.filter(over | unwritten).select_related("group")


@needs_you(_over, may=holding(WorkingGroup, "hold_meeting", "draft_minutes"))
def after_meetings(meetings, user):
    """What waits for those who run a group's meetings, once one is over."""
    for meeting in meetings:
        if meeting.state == Meeting.State.HELD:
            yield Need(
                f"Write and circulate the minutes: {meeting.title}",
                f"{meeting.get_absolute_url()}#minutes",
                meeting.ends_at,
                f"{meeting.group.name}, held {moment(meeting.starts_at)}",
            )
        else:
            yield Need(
                f"Record who came: {meeting.title}",
                reverse("attendance", args=[meeting.pk]),
                meeting.ends_at,
                meeting.group.name,
            )


def _to_call_off(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, Meeting, "did_not_happen")
    waiting = Meeting.objects.filter(asked, state=Meeting.State.PUBLISHED, group__in=leading)
    return waiting.select_related("group")


@needs_you(_to_call_off, may=holding(WorkingGroup, "lead_workinggroup"))
def not_held(waiting, user):
    """Meetings of which the other co-lead says that they did not take place."""
    for meeting in waiting:
        yield Need(
            f"Say whether it took place: {meeting.title}",
            meeting.get_absolute_url(),
            meeting.ends_at,
            meeting.group.name,
        )


def _uncorrected(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, AttendanceCorrection, "make")
    waiting = AttendanceCorrection.objects.waiting().filter(asked, meeting__group__in=leading)
    return waiting.select_related("meeting__group")


@needs_you(_uncorrected, may=holding(WorkingGroup, "lead_workinggroup"))
def corrections(waiting, user):
    """What the other co-lead asks to correct in the record of a meeting."""
    for correction in waiting:
        yield Need(
            f"Confirm who came, or say no: {correction.meeting.title}",
            correction.confirm_url,
            correction.asked_at,
            correction.meeting.group.name,
        )


def _unconfirmed(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Decision.objects.unconfirmed().filter(meeting__group__in=leading)
    then = side_then("recorded_by", "recorded_at")
    rows = waiting.exclude(recorded_by=user).alias(then=then).exclude(then=user.constituency)
    rows = rows.select_related("meeting__group")
    return rows.prefetch_related(named())


@needs_you(_unconfirmed, may=holding(WorkingGroup, "lead_workinggroup"))
def confirmations(decisions, user):
    """Decisions that the other co-lead, or the secretary, recorded."""
    for decision in decisions:
        if not decision.waits:
            continue
        said = "what the meeting decided" if decision.agreed else "that the meeting did not agree"
        yield Need(
            f"Confirm {said}: {decision.about or decision.reference}",
            reverse("decision_confirm", args=[decision.pk]),
            decision.recorded_at,
            decision.meeting.group.name,
        )


def _denied(user):
    """Records of decisions of which another says that the meeting did not decide so."""
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    asked = FirstPress.objects.asks(user, Decision, "deny")
    mine = Q(meeting__group__in=leading) | Q(recorded_by=user)
    waiting = Decision.objects.unconfirmed().filter(asked, mine)
    return waiting.select_related("meeting__group")


@needs_you(_denied, may=holding(WorkingGroup, "hold_meeting"))
def denials(decisions, user):
    for decision in decisions:
        yield Need(
            f"Say whether this was recorded as it was decided: {decision.reference}",
            decision.get_absolute_url(),
            decision.recorded_at,
            decision.meeting.group.name,
        )


def _unsettled(user):
    holding = WorkingGroup.objects.where(user, "hold_meeting")
    waiting = Decision.objects.waiting().filter(meeting__group__in=holding)
    return waiting.select_related("meeting__group")


@needs_you(_unsettled, may=holding(WorkingGroup, "hold_meeting"))
def provisional(decisions, user):
    """Decisions that only a quorate meeting can settle, for those who plan one."""
    for decision in decisions:
        yield Need(
            f"A provisional decision needs a quorate meeting: {decision.reference}",
            decision.get_absolute_url(),
            decision.meeting.ends_at,
            decision.meeting.group.name,
            "Provisional",
        )


def _half_settled(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Decision.objects.waiting().filter(meeting__group__in=leading)
    return waiting.exclude(settled_at=None).select_related("meeting__group", "settled_at")


@needs_you(_half_settled, may=holding(WorkingGroup, "lead_workinggroup"))
def settlements(decisions, user):
    """What the other co-lead says became of a provisional decision."""
    for decision in decisions:
        for _, first in decision.half_settled_by_others(user):
            yield Need(
                f"Say whether a meeting settled this: {decision.reference}",
                decision.get_absolute_url(),
                first.at,
                decision.meeting.group.name,
            )


def _half_approved(user):
    leading = WorkingGroup.objects.where(user, "lead_workinggroup")
    waiting = Minutes.objects.filter(
        meeting__group__in=leading, state=Minutes.State.CIRCULATED, approved_at__isnull=False
    )
    return waiting.select_related("meeting__group", "approved_at")


@needs_you(_half_approved, may=holding(WorkingGroup, "lead_workinggroup"))
def approvals(waiting, user):
    """Minutes of which the other co-lead says that a later meeting approved them."""
    for minutes in waiting:
        first = minutes.first_press("approve")
        if first and first.by_id != user.pk and minutes.may(user, "approve"):
            yield Need(
                f"Say whether the minutes were approved: {minutes.meeting.title}",
                minutes.get_absolute_url(),
                first.at,
                minutes.meeting.group.name,
            )


def _proposed(user):
    proposed = AgendaItem.objects.filter(
        meeting__group__in=WorkingGroup.objects.where(user, "plan_meeting"),
        state=AgendaItem.State.PROPOSED,
        meeting__state__in=[Meeting.State.DRAFT, Meeting.State.PUBLISHED],
    )
    return proposed.select_related("meeting")


@needs_you(_proposed, may=holding(WorkingGroup, "plan_meeting"))
def proposals(proposed, user):
    """Agenda items that members proposed."""
    for item in proposed:
        yield Need(
            f"Answer a proposal for the agenda: {item.title}",
            item.get_absolute_url(),
            item.meeting.starts_at,
            item.meeting.title,
        )


@section("terms")
def on_terms_page(user, terms):
    """The way of signed terms to the group's decision, and whose turn it is."""
    if not is_to_be_decided(terms) or terms.before is None:
        return None
    early = "That meeting began before both co-leads had signed."
    missing = the_way_to_a_decision(
        terms,
        [terms.group],
        user,
        lambda decision: why_it_does_not_serve(
            decision, terms, user, since=terms.signed_at, early=early, settles="adopts"
        ),
        since=terms.signed_at,
        words=str(terms.group),
    )
    return Section("meetings/terms_section.html", {"missing": list(missing)})


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
