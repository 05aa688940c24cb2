"""Counts of the work of groups: who is there, who takes part, whose words change things."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

from apps.accounts.models.people import Constituency
from apps.accounts.models.sides import side_then
from apps.core import clock
from apps.core.models import AuditEntry
from apps.governance.consultations.figures import taking_part
from apps.governance.consultations.models.consultation import Consultation
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import CO_LEAD, Role
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Decision
from apps.meetings.models.people import Attendance
from apps.steering.models.review import ReviewAssignment
from apps.taskgroups.models.suggestion import Suggestion

from ..periods import quarter_of
from . import Atom, Rule, count
from .raw import moments, quarter, side_at, within

HELD = (Meeting.State.HELD, Meeting.State.MINUTED)


# --- counts: who is there -------------------------------------------------------------------------
@count("members", rule=Rule.PEOPLE, stock=True, whole=True)
def members(period):
    for one, on, moment in moments(period):
        people = Membership.objects.current(on).deciding().order_by()
        sided = people.annotate(at=side_at("user", moment))
        many = Count("user", distinct=True)
        for group, side, number in sided.values_list("group", "at").annotate(many):
            yield Atom(group, one, side, "", number)
        for side, number in sided.values_list("at").annotate(many):
            yield Atom(None, one, side, "", number)


@count("seats", rule=Rule.THINGS, stock=True)
def seats(period):
    closed = closings()
    groups = list(WorkingGroup.objects.order_by().values_list("pk", "created_at"))
    for one, on, moment in moments(period):
        there = {key for key, made in groups if made < moment and closed.get(key, moment) >= moment}
        leads = Membership.objects.current(on).filter(role=Role.CO_LEAD).order_by()
        held = set(leads.annotate(at=side_at("user", moment)).values_list("group", "at"))
        for group in there:
            for side in CO_LEAD:
                yield Atom(group, one, side.value, "seats", 1)
                if (group, side) in held:
                    yield Atom(group, one, side.value, "held", 1)


def closings():
    """{group: the moment at which it was closed}, as the audit trail has it."""
    kind = ContentType.objects.get_for_model(WorkingGroup)
    entries = AuditEntry.objects.filter(subject_type=kind, action="close").order_by("pk")
    return {int(key): at for key, at in entries.values_list("subject_id", "at")}


# --- counts: who takes part -----------------------------------------------------------------------
@count("meetings", rule=Rule.THINGS)
def meetings(period):
    part = Case(
        When(state=Meeting.State.CANCELLED, then=Value("cancelled")),
        When(was_quorate=True, then=Value("quorate")),
        default=Value("inquorate"),
    )
    found = Meeting.objects.filter(
        kind=Meeting.Kind.MEETING,
        state__in=[*HELD, Meeting.State.CANCELLED],
        **within(period, "starts_at"),
    )
    # A draft that was called off was nobody's.
    found = found.exclude(state=Meeting.State.CANCELLED, published_at=None)
    rows = found.order_by().values_list("group", quarter("starts_at"), part)
    for group, one, which, number in rows.annotate(Count("pk")):
        yield Atom(group, one, "", which, number)


@count("attendance", rule=Rule.PEOPLE)
def attendance(period):
    rows = Attendance.objects.filter(
        meeting__kind=Meeting.Kind.MEETING,
        meeting__state__in=HELD,
        attended__isnull=False,
        **within(period, "meeting__starts_at"),
    )
    side = Coalesce(NullIf("counted_as", Value("")), side_then("user", "meeting__starts_at"))
    parts = {
        "invited": Count("pk"),
        "came": Count("pk", filter=Q(attended=True)),
        "apologies": Count("pk", filter=Q(reply=Attendance.Reply.NO)),
        "deputy_named": Count("pk", filter=Q(deputy__isnull=False)),
        "deputy_came": Count("pk", filter=Q(extra=True, attended=True)),
    }
    rows = rows.order_by().annotate(one=quarter("meeting__starts_at"), at=side)
    for row in rows.values("meeting__group", "one", "at").annotate(**parts):
        for part in parts:
            yield Atom(row["meeting__group"], row["one"], row["at"], part, row[part])


@count("agenda", rule=Rule.PEOPLE)
def agenda(period):
    items = AgendaItem.objects.filter(
        meeting__kind=Meeting.Kind.MEETING,
        meeting__state__in=HELD,
        **within(period, "meeting__starts_at"),
    ).exclude(state=AgendaItem.State.WITHDRAWN)
    items = items.order_by().annotate(
        one=quarter("meeting__starts_at"), at=side_then("proposed_by", "meeting__starts_at")
    )
    rows = items.values_list("meeting__group", "one", "at", "state").annotate(Count("pk"))
    yield from (Atom(*row) for row in rows)


@count("decisions", rule=Rule.THINGS)
def decisions(period):
    state = Decision.State
    part = Case(
        When(agreed=False, then=Value("not_agreed")),
        When(state__in=[state.RECORDED, state.CARRIED], then=Value("quorate")),
        default=F("state"),
    )
    found = Decision.objects.filter(**within(period, "meeting__starts_at"))
    found = found.exclude(state=state.DENIED).order_by()
    found = found.annotate(one=quarter("meeting__starts_at"), part=part)
    for group, one, which, number in found.values_list("meeting__group", "one", "part").annotate(
        Count("pk")
    ):
        yield Atom(group, one, "", which, number)


# --- counts: whose words change things ------------------------------------------------------------
@count("suggestions", rule=Rule.PEOPLE)
def suggestions(period):
    """By what ``taskgroups.models.suggestion.uptake`` counts as uptake."""
    part = Case(
        When(state__in=Suggestion.CHANGED_IT, revision__isnull=True, then=Value("earlier")),
        default=F("state"),
    )
    found = Suggestion.objects.filter(**within(period, "made_at"))
    found = found.exclude(state=Suggestion.State.WITHDRAWN).order_by()
    found = found.annotate(one=quarter("made_at"), part=part)
    rows = found.values_list("output__group", "one", "constituency", "part").annotate(Count("pk"))
    yield from (Atom(*row) for row in rows)


@count("reviews", rule=Rule.PEOPLE)
def reviews(period):
    found = ReviewAssignment.objects.filter(**within(period, "asked_at")).order_by()
    found = found.annotate(one=quarter("asked_at"))
    rows = found.values_list("review__output__group", "one", "counted_as", "state")
    yield from (Atom(*row) for row in rows.annotate(Count("pk")))


@count("responses", rule=Rule.PEOPLE)
def responses(period):
    """What the figures of each consultation show, and no more: what is hidden there stays so."""
    closed = Consultation.objects.over().filter(**within(period, "closes_at"))
    for consultation in closed.order_by():
        one = quarter_of(clock.date_of(consultation.closes_at))
        for side, responded in by_side_of(consultation):
            yield Atom(consultation.group_id, one, side, "", responded)


def by_side_of(consultation):
    """(side, how many responded), as far as that page shows it."""
    labels = {str(side.label): side.value for side in Constituency}
    rows, _ = taking_part(consultation)
    return [(labels[row.label], row.responded) for row in rows if row.responded]
