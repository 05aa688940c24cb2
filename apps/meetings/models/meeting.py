"""Meetings, the series they come in, their agenda and their papers."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import sides_at
from apps.core import clock
from apps.core.dates import DAY, span
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.uploads import Upload
from apps.groups.counting import OPEN, notice_begins, sides_by_terms
from apps.groups.models import Presence, TermsOfReference, WorkingGroup, belongs_to

from .. import events
from ..decided import can_decide_on, is_to_be_decided
from .people import Attendance, AttendanceCorrection


# --- series -------------------------------------------------------------------------------------
class MeetingSeries(models.Model):
    """Meetings planned together. Each then has a life of its own."""

    class Every(models.TextChoices):
        WEEK = "week", "Every week"
        FORTNIGHT = "fortnight", "Every 2 weeks"
        FOUR_WEEKS = "four_weeks", "Every 4 weeks"
        MONTH = "month", "Every month, on the same weekday"

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="series")
    every = models.CharField(max_length=10, choices=Every)

    class Meta:
        verbose_name_plural = "meeting series"

    def __str__(self):
        return f"{self.group}: {self.get_every_display().lower()}"


# --- meeting ------------------------------------------------------------------------------------
def _asked(user):
    """The person is asked to that meeting alone, as a deputy.

    A list of ids, not EXISTS: beside "their groups" databases then use an index for each.
    """
    return Q(pk__in=Attendance.objects.filter(user=user, extra=True).values("meeting"))


def is_deputy():
    """A condition on User: is, or once was, asked to a meeting alone."""
    return Exists(Attendance.objects.filter(user=OuterRef("pk"), extra=True))


def arranges_support():
    """A condition on User: is named to arrange the support at a meeting that is to come."""
    coming = Meeting.objects.filter(state=Meeting.State.PUBLISHED, starts_at__gt=clock.now())
    return Exists(coming.filter(support_organiser=OuterRef("pk")))


class MeetingQuerySet(models.QuerySet):
    def lock(self):
        """Take their rows for this transaction, the latest meeting first: everybody does so."""
        return list(self.select_for_update(of=("self",)).order_by("-starts_at", "-pk"))

    def visible_to(self, user):
        """Members see what is published; planners see drafts; deputies see their meeting.

        Pre-meets and debriefs are the peers' own: other members do not see them.
        """
        if not user.is_authenticated:
            return self.none()
        planning = WorkingGroup.objects.where(user, "plan_meeting")
        shown = Q(group__in=WorkingGroup.objects.where(user, "view_workinggroup"))
        if user.constituency != Constituency.LIVED_EXPERIENCE:
            shown &= Q(kind=Meeting.Kind.MEETING)
        asked = _asked(user)
        return self.filter(
            Q(group__in=planning) | ((shown | asked) & ~Q(state=Meeting.State.DRAFT))
        )

    def inviting(self, user):
        """Announced meetings that this person is asked to: as a member now, or as a deputy."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(group__in=belongs_to(user))
        if user.constituency != Constituency.LIVED_EXPERIENCE:
            mine &= Q(kind=Meeting.Kind.MEETING)
        asked = _asked(user)
        return self.filter(mine | asked).exclude(state=Meeting.State.DRAFT)

    def upcoming(self):
        return self.filter(state=Meeting.State.PUBLISHED, ends_at__gte=clock.now())

    def held(self):
        """Those that took place: ``was_held`` as a query."""
        return self.filter(state__in=[Meeting.State.HELD, Meeting.State.MINUTED])

    def quorate(self, group):
        """Held meetings of a group that reached their quorum, newest first."""
        return self.filter(
            group=group,
            kind=Meeting.Kind.MEETING,
            was_quorate=True,
            state__in=[Meeting.State.HELD, Meeting.State.MINUTED],
        ).order_by("-starts_at")


@requirement
def group_is_running(meeting, by):
    if meeting.group.state != WorkingGroup.State.ACTIVE:
        yield Missing("The group has not started yet, or is closing.")


@requirement
def starts_later(meeting, by):
    if meeting.starts_at <= clock.now():
        yield Missing("The meeting starts in the past. Change its date.", meeting.change_url)


@requirement
def says_where(meeting, by):
    """People know where to come and how to join."""
    if meeting.format != Meeting.Format.ONLINE and not meeting.place:
        yield Missing("Say where people should come.", meeting.change_url)
    if meeting.format != Meeting.Format.IN_PERSON and not meeting.link:
        yield Missing("Give the link for joining online.", meeting.change_url)


@requirement
def gives_notice(meeting, by):
    """The notice that the terms of reference ask for; pre-meets and debriefs need none."""
    if meeting.kind == Meeting.Kind.MEETING:
        for text in meeting.short_notice(meeting.starts_at):
            yield Missing(text, meeting.change_url)


@requirement
def has_begun(meeting, by):
    if meeting.starts_at > clock.now():
        yield Missing("The meeting has not started yet.")


@requirement
def has_not_begun(meeting, by):
    if meeting.open_to("hold") and meeting.starts_at <= clock.now():
        yield Missing(
            "The meeting has begun, so it is no longer called off. Record who came; if it did not "
            "take place, both co-leads say so.",
        )


@requirement
def a_co_lead_says_so(meeting, by):
    words = "The two co-leads say together that a meeting did not take place."
    yield from meeting.group.why_not_led_by(by, words, "the co-leads")


@requirement
def somebody_came(meeting, by):
    if not meeting.attendances.filter(attended=True).exists():
        yield Missing("Record who came first.", reverse("attendance", args=[meeting.pk]))


@requirement
def is_not_over(meeting, by):
    if meeting.is_over:
        yield Missing("The meeting is over.")


@requirement
def takes_decisions(meeting, by):
    if meeting.kind != Meeting.Kind.MEETING:
        yield Missing("A pre-meet or debrief takes no decisions.")


@requirement
def is_no_linked_one(meeting, by):
    if meeting.kind != Meeting.Kind.MEETING:
        yield Missing("A pre-meet or debrief belongs to a meeting, not to another of its kind.")


@effect
def announced(meeting, entry):
    meeting.published_at = meeting.scheduled_at = clock.now()
    meeting.save(update_fields=["published_at", "scheduled_at"])


@effect
def called_off(meeting, entry):
    """Calendars take the cancellation for newer than what they have."""
    meeting.sequence += 1
    meeting.announcement = entry.note
    meeting.save(update_fields=["sequence", "announcement"])


PAPERS_STAY = "The meeting was held or cancelled, so its papers stay as they are."


class Meeting(Stateful):
    """A meeting of a working group, or the peers' pre-meet or debrief around one.

    Times are stored in UTC; a series keeps its London wall-clock time. ``sequence`` counts every
    change of time or place, for calendars (RFC 5545) and for reminders.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "Meeting"
        PRE_MEET = "pre_meet", "Pre-meet for peers"
        DEBRIEF = "debrief", "Debrief for peers"

    class Format(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        ONLINE = "online", "Online"
        BOTH = "both", "In person and online"

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        PUBLISHED = "published", "blue", "Published"
        HELD = "held", "aqua-green", "Held"
        MINUTED = "minuted", "green", "Minuted"
        CANCELLED = "cancelled", "red", "Cancelled"

    moves = {
        "publish": Move(
            (State.DRAFT,),
            State.PUBLISHED,
            "groups.plan_meeting",
            needs=(group_is_running, starts_later, says_where, gives_notice),
            then=(announced, events.meeting_published),
            label="Publish the meeting",
            main=True,
            explain="Everyone invited is told, with a calendar entry, and asked to answer.",
        ),
        "hold": Move(
            (State.PUBLISHED,),
            State.HELD,
            "groups.hold_meeting",
            needs=(has_begun, somebody_came),
            label="Mark as held",
            internal=True,
        ),
        "cancel": Move(
            (State.DRAFT, State.PUBLISHED),
            State.CANCELLED,
            "groups.plan_meeting",
            needs=(has_not_begun,),
            then=(called_off, events.meeting_cancelled),
            label="Cancel the meeting",
            reason=True,
            warn=True,
            explain="Everyone who was told about the meeting is told that it is cancelled, "
            "and why.",
        ),
        "did_not_happen": Move(
            (State.PUBLISHED,),
            State.CANCELLED,
            "groups.lead_workinggroup",
            needs=(has_begun, a_co_lead_says_so),
            then=(called_off, events.meeting_cancelled),
            label="It did not take place",
            done="The meeting is marked as cancelled.",
            reason=True,
            warn=True,
            explain="Everyone who was told about the meeting is told that it did not take place, "
            "and why.",
            both="the other co-lead",
            half=(events.meeting_to_call_off,),
        ),
        "minute": Move(
            (State.HELD,),
            State.MINUTED,
            "groups.draft_minutes",
            label="Minutes circulated",
            internal=True,
        ),
        "reopen_minutes": Move(
            (State.MINUTED,),
            State.HELD,
            "groups.draft_minutes",
            label="Minutes taken back",
            internal=True,
        ),
        "change": Act((State.DRAFT, State.PUBLISHED), "groups.plan_meeting", label="Change it"),
        "answer": Act(
            (State.PUBLISHED,),
            needs=(is_not_over,),
            closed="This meeting was held or cancelled, so answers are closed.",
        ),
        "propose_item": Act(
            (State.DRAFT, State.PUBLISHED),
            "groups.propose_agenda",
            closed="The meeting has been held or cancelled, so its agenda is closed.",
        ),
        "add_paper": Act((State.DRAFT, State.PUBLISHED), "groups.plan_meeting", closed=PAPERS_STAY),
        "remove_paper": Act(
            (State.DRAFT, State.PUBLISHED), "groups.plan_meeting", closed=PAPERS_STAY
        ),
        "plan_linked": Act(
            (State.DRAFT, State.PUBLISHED), "groups.plan_meeting", needs=(is_no_linked_one,)
        ),
        "record_attendance": Act(
            (State.PUBLISHED, State.HELD),
            "groups.hold_meeting",
            needs=(has_begun,),
            label="Change who came",
        ),
        "record_decision": Act(
            (State.HELD,),
            "groups.hold_meeting",
            needs=(takes_decisions,),
            closed="Decisions are recorded while a meeting is held and its minutes are not yet "
            "circulated: this one is {state}.",
        ),
        "add_action": Act(
            (State.HELD, State.MINUTED), "groups.hold_meeting", closed="Record who came first."
        ),
        "draft_minutes": Act(
            (State.HELD, State.MINUTED),
            "groups.draft_minutes",
            closed="Record who came first: minutes are made from that.",
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(
        MeetingSeries, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEETING)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="linked",
        help_text="For a pre-meet or debrief: the meeting that it belongs to.",
    )
    title = Line(max_length=150)
    purpose = models.TextField(
        blank=True, max_length=2000, help_text="What is this meeting for? A sentence or two."
    )
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    format = models.CharField(max_length=10, choices=Format, default=Format.IN_PERSON)
    place = Line(max_length=300, blank=True, help_text="Room, building and address.")
    link = models.URLField("link for joining online", max_length=500, blank=True)
    joining = models.TextField(
        "how to get there or join",
        blank=True,
        max_length=2000,
        help_text="For example bus stops, parking, step-free way in, or a phone number to dial in.",
    )
    support_organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="meetings_supported",
        help_text="The one person who reads and arranges support requests for this meeting.",
    )
    reminders = models.BooleanField("send reminders", default=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    scheduled_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the present time was announced."
    )
    announcement = models.TextField(
        blank=True, editable=False, help_text="Why it was moved or cancelled, for those invited."
    )
    terms = models.ForeignKey(
        TermsOfReference,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="meetings",
        help_text="Those in force on its day, by which the quorum is computed. Kept once held.",
    )
    was_quorate = models.BooleanField(
        null=True, editable=False, help_text="Computed from attendance, never typed."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings_planned"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["group", "state", "starts_at"]),
            models.Index(fields=["state", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meetings_meeting_ends_after_start"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meeting", args=[self.pk])

    @property
    def change_url(self):
        return reverse("meeting_change", args=[self.pk])

    @property
    def scope(self):
        return self.group

    @property
    def when(self):
        """``Monday 23 November 2026, 2pm to 3:30pm``, London time."""
        return span(self.starts_at, self.ends_at)

    @property
    def where(self):
        """Place, link or both, in one line."""
        if self.format == self.Format.IN_PERSON:
            return self.place
        return f"{self.place}, or online" if self.format == self.Format.BOTH else "Online"

    @property
    def on(self):
        """The London date of the meeting."""
        return clock.date_of(self.starts_at)

    @property
    def awaits_answers(self):
        """Whether those invited are asked if they come."""
        return self.state == self.State.PUBLISHED

    @property
    def is_cancelled(self):
        return self.state == self.State.CANCELLED

    @property
    def is_announced(self):
        """Whoever is asked knows of it, and it was not called off."""
        return self.state not in (self.State.DRAFT, self.State.CANCELLED)

    @property
    def was_held(self):
        return self.state in (self.State.HELD, self.State.MINUTED)

    @property
    def is_over(self):
        return self.ends_at < clock.now()

    # --- planning -----------------------------------------------------------------------------
    def short_notice(self, starts_at):
        """Why this start gives too little notice under the terms; [] if it does not."""
        terms = self.group.terms
        days = terms.notice_days if terms else 0
        if starts_at >= clock.now() + timezone.timedelta(days=days):
            return []
        return [f"The terms of reference ask for {days} days' notice."]

    @transaction.atomic
    def amend(self, *, by, seen, reason="", **changes):
        """Change details; a new time or place is announced, and a new time asks people again.

        ``seen`` is the sequence that the person had before them. Raises PermissionDenied,
        Conflict (someone else changed the time meanwhile) or NotYet.
        """
        self.permit("change", by=by)
        if self.sequence != seen:
            if all(getattr(self, name) == value for name, value in changes.items()):
                raise Already("The details are as you sent them.", self, "amend")
            raise Conflict("The time or place was changed while you were writing.", self)
        before = {name: getattr(self, name) for name in changes}
        changed = {name for name, value in changes.items() if value != before[name]}
        if not changed:
            return changed
        for name, value in changes.items():
            setattr(self, name, value)
        if self.state == self.State.PUBLISHED:
            self._announce(before, changed, by, reason)
        self.save()
        if "support_organiser" in changed:
            self.support_requests.filter(state="asked").update(organiser=self.support_organiser)
        record("amend", self, by=by, note=", ".join(sorted(changed)))
        if self.state == self.State.PUBLISHED:
            events.meeting_amended(self, changed)
        return changed

    def _announce(self, before, changed, by, reason):
        if missing := list(says_where(self, by)):
            raise NotYet(*missing)
        if changed & {"starts_at", "ends_at"}:
            if before.get("starts_at", self.starts_at) <= clock.now():
                raise NotYet("The meeting has begun, so its time no longer changes.")
            if self.starts_at <= clock.now():
                raise NotYet("The meeting starts in the past. Choose a later date.")
            if self.starts_at < before.get("starts_at", self.starts_at):
                too_soon = self.short_notice(self.starts_at)
                if too_soon:
                    raise NotYet(too_soon[0])
            # People answered for another time: ask them again.
            self.attendances.exclude(reply="").update(reply="", replied_at=None)
        if changed & {"starts_at", "ends_at", "format", "place", "link"}:
            if not reason:
                raise NotYet("Say why the time or place changes. Everyone invited will read it.")
            self.sequence += 1
            self.scheduled_at = clock.now()
            self.announcement = reason

    # --- people -------------------------------------------------------------------------------
    def invited(self):
        """Everyone asked to come: members on the day, and those asked besides (deputies).

        Pre-meets and debriefs are for the members with lived experience.
        """
        members = self.group.memberships.current(self.on).values("user")
        people = User.objects.active().filter(pk__in=members)
        if self.kind != self.Kind.MEETING:
            people = people.filter(constituency=Constituency.LIVED_EXPERIENCE)
        asked = Attendance.objects.filter(meeting=self, extra=True).values("user")
        return (people | User.objects.active().filter(pk__in=asked)).distinct()

    def presence(self, rows=None):
        """How many deciding people were present, by side (a Presence).

        ``rows`` are the attendances, where they are already at hand.
        """
        rows = self.attendances.all() if rows is None else rows
        counted = [row.counted_as for row in rows if row.attended and row.counted_as]
        return Presence(
            len(counted),
            counted.count(Constituency.LIVED_EXPERIENCE),
            counted.count(Constituency.STAFF),
        )

    @transaction.atomic
    def record_attendance(self, present, *, by):
        """Record who came, compute the quorum, and mark the meeting as held.

        ``present`` is a collection of user ids out of ``invited()``. May be corrected until the
        minutes are circulated. A correction that changes whether the quorum was reached takes
        both co-leads: it then only waits, and is returned. A deputy counts in place of a deciding
        member who did not come, on the deputy's own side.
        """
        self.permit("record_attendance", by=by)
        rows = self._rows(present)
        if self.was_quorate is None:
            self.terms = self.group.terms_at(self.on)
        elif self._is_quorate(rows) != self.was_quorate:
            return AttendanceCorrection.ask(self, [row.user_id for row in rows if row.attended], by)
        self._save_rows(rows, by)
        return None

    def _lock(self):
        """With the meetings that settled what it decided: both their quorums count for that."""
        settling = self.decisions.exclude(settled_at=None).values("settled_at")
        Meeting.objects.filter(Q(pk=self.pk) | Q(pk__in=settling)).lock()
        super()._lock()

    def waiting_correction(self):
        """The correction that waits for the other co-lead, or None."""
        return self.corrections.waiting().select_related("asked_by").first()

    @transaction.atomic
    def correct_attendance(self, came, *, by):
        """What both co-leads agreed on: decisions then follow the quorum as it really was."""
        self.permit("record_attendance", by=by)
        self._save_rows(self._rows(came), by)

    def _rows(self, present):
        """An unsaved Attendance for everybody invited. Raises NotYet where nobody came.

        Who counted still does if they came, and on the side on which they did, whatever became of
        their account or their term: a correction counts nobody anew. A side that changed once the
        notice of the meeting had begun does not count for it. Nor does somebody who becomes a
        deciding member on its day: they may have become one once it was over. Whose term somebody
        ends on its day still counts, so that nobody takes its quorum away.
        """
        invited = list(self.expected())
        present = set(present) & {user.pk for user in invited}
        if not present:
            raise NotYet("Tick at least one person who came.")
        members = self.group.memberships.deciding()
        before = members.current(self.on - DAY).values("user")
        deciding = set(
            members.on_the_day(self.on).filter(user__in=before).values_list("user_id", flat=True)
        )
        deputies = dict(
            self.attendances.filter(deputy__isnull=False).values_list("deputy_id", "user_id")
        )
        sides = self.sides(invited)
        counted = set(self.attendances.exclude(counted_as="").values_list("user_id", flat=True))
        rows = []
        for user in invited:
            stands_for = deputies.get(user.pk)
            stands_in = stands_for is not None and stands_for not in present
            counts = user.pk in present and (
                user.pk in deciding
                or (stands_in and stands_for in deciding)
                or (user.pk in counted and (stands_for is None or stands_in))
            )
            rows.append(
                Attendance(
                    meeting=self,
                    user=user,
                    attended=user.pk in present,
                    counted_as=sides.get(user.pk, user.constituency) if counts else "",
                )
            )
        return rows

    def expected(self):
        """Who may have come: those asked, members whose term ended on the day, and whoever is
        recorded as there, as accounts close meanwhile.
        """
        there = self.attendances.filter(attended=True).values("user")
        invited = self.invited().order_by().values("pk")
        people = Q(pk__in=invited) | Q(pk__in=there)
        if self.kind == self.Kind.MEETING:
            people |= Q(pk__in=self.group.memberships.on_the_day(self.on).values("user"))
        return User.objects.filter(people)

    def sides(self, people):
        """{key: side} of those who count here on another side than they take part on today.

        Of peer workers in post, as the terms allow and they had said once the notice began; empty
        where they had not.
        """
        terms = self.terms or self.group.terms_at(self.on)
        begins = notice_begins(terms, self.starts_at)
        counted = self.attendances.exclude(counted_as="").values_list("user", "counted_as")
        by_terms = sides_by_terms(self.group, terms, people, begins)
        return sides_at(people, begins) | by_terms | dict(counted)

    def silent(self, rows):
        """Of attendances of those who came: who did not count, since they had not said where."""
        if not (self.terms and self.terms.peer_workers):
            return []
        came = {row.user_id: row for row in rows if row.attended and not row.counted_as}
        begins = notice_begins(self.terms, self.starts_at)
        sides = sides_by_terms(self.group, self.terms, list(came), begins)
        keys = [key for key, side in sides.items() if side == OPEN]
        deciding = self.group.memberships.on_the_day(self.on).deciding().filter(user__in=keys)
        asked = set(deciding.values_list("user", flat=True)) if keys else ()
        return [row for key, row in came.items() if key in asked]

    def _is_quorate(self, rows):
        """By the terms that were in force on its day, whatever became of them since."""
        return bool(self.terms and self.terms.is_quorate(self.presence(rows)))

    def _save_rows(self, rows, by):
        Attendance.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["meeting", "user"],
            update_fields=["attended", "counted_as"],
        )
        self.was_quorate = self._is_quorate(rows)
        self.save(update_fields=["was_quorate", "terms"])
        record("record_attendance", self, by=by, note=f"{sum(row.attended for row in rows)} came")
        if self.open_to("hold"):
            self.move("hold", by=by)
        for decision in self.decisions.all():
            decision.follow_quorum(by=by)
        if not self.was_quorate:
            for decision in self.settled_decisions.order_by("pk"):
                decision.settlement_fell(by=by)
            for minutes in self.approved_minutes.order_by("pk"):
                if minutes.open_to("come_undone"):
                    minutes.follow("come_undone", by=by, approved_at=None)


# --- agenda -------------------------------------------------------------------------------------
class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The agenda of what one may see; proposals are seen by their author and by planners."""
        planning = WorkingGroup.objects.where(user, "plan_meeting")
        return self.filter(meeting__in=Meeting.objects.visible_to(user)).filter(
            Q(state=AgendaItem.State.ACCEPTED)
            | Q(proposed_by=user)
            | Q(meeting__group__in=planning)
        )

    def on(self, meeting, user):
        """``visible_to`` on one meeting that the person is known to see: a far simpler query."""
        items = self.filter(meeting=meeting)
        if user.has_perm("groups.plan_meeting", meeting.group):
            return items
        return items.filter(Q(state=AgendaItem.State.ACCEPTED) | Q(proposed_by=user))

    def accepted(self):
        return self.filter(state=AgendaItem.State.ACCEPTED)


@requirement
def is_still_planned(item, by):
    if not item.meeting.open_to("propose_item"):
        yield Missing("The meeting has been held or cancelled, so its agenda no longer changes.")


@requirement
def is_chosen_before(item, by):
    """What a meeting decides on is on its agenda before it begins, and still to be decided."""
    if item.about_id is None:
        return
    if item.meeting.starts_at <= clock.now():
        yield Missing("The meeting has begun. What it decides on was chosen before.")
    elif not can_decide_on(item.meeting.group, item.about):
        yield Missing("The group can no longer decide on this.")


@requirement
def is_no_decision_now(item, by):
    """What the meeting decides on stays on its agenda once it has begun."""
    if item.about_id is not None and item.meeting.starts_at <= clock.now():
        yield Missing("The meeting has begun, and decides on this.")


@effect
def goes_last(item, entry):
    last = item.meeting.agenda.accepted().exclude(pk=item.pk).aggregate(Max("position"))
    item.position = (last["position__max"] or 0) + 1
    item.save(update_fields=["position"])


@effect
def keeps_the_answer(item, entry):
    item.answer = entry.note
    item.save(update_fields=["answer"])


class AgendaItem(Stateful):
    """Something to talk about at a meeting, proposed by any member, ordered by co-leads."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "For information"
        DISCUSSION = "discussion", "For discussion"
        DECISION = "decision", "For decision"

    class State(States):
        PROPOSED = "proposed", "grey", "Proposed"
        ACCEPTED = "accepted", "green", "On the agenda"
        DECLINED = "declined", "orange", "Not this time"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    moves = {
        "accept": Move(
            (State.PROPOSED, State.DECLINED),
            State.ACCEPTED,
            "groups.plan_meeting",
            needs=(is_still_planned, is_chosen_before),
            then=(goes_last, events.agenda_answered),
            label="Put on the agenda",
        ),
        "decline": Move(
            (State.PROPOSED, State.ACCEPTED),
            State.DECLINED,
            "groups.plan_meeting",
            needs=(is_still_planned, is_no_decision_now),
            then=(keeps_the_answer, events.agenda_answered),
            label="Not this time",
            reason=True,
            explain="The person who proposed it is told, with your reason.",
        ),
        "withdraw": Move(
            (State.PROPOSED, State.ACCEPTED),
            State.WITHDRAWN,
            "meetings.withdraw_agendaitem",
            needs=(is_still_planned, is_no_decision_now),
            label="Withdraw my item",
        ),
        "shift": Act((State.ACCEPTED,), "groups.plan_meeting", needs=(is_still_planned,)),
    }

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    title = Line(max_length=150)
    detail = models.TextField(blank=True, max_length=3000)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DISCUSSION)
    minutes_allowed = models.PositiveSmallIntegerField("minutes", default=10)
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, editable=False, on_delete=models.PROTECT
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    about = GenericForeignKey("about_type", "about_id")
    position = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agenda_items"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    answer = models.TextField(blank=True, editable=False, help_text="Why not this time.")

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{self.meeting.get_absolute_url()}#agenda"

    @property
    def decides_on_nothing_now(self):
        """What it names was taken back, or is settled."""
        return self.about is not None and not is_to_be_decided(self.about)

    @property
    def is_on_the_agenda(self):
        return self.state == self.State.ACCEPTED

    @property
    def was_declined(self):
        return self.state == self.State.DECLINED

    @transaction.atomic
    def propose(self, *, by):
        """Keep what somebody proposes; whoever plans the meeting puts theirs on the agenda at once.

        Raises PermissionDenied, IllegalMove or NotYet.
        """
        self.meeting.permit("propose_item", by=by)
        self.proposed_by = by
        if missing := list(is_chosen_before(self, by)):
            raise NotYet(*missing)
        self.save()
        record("propose", self, by=by)
        if by.has_perm("groups.plan_meeting", self.meeting.group):
            self.move("accept", by=by)
        else:
            events.agenda_proposed(self)

    @property
    def scope(self):
        return self

    def own_perms(self, user):
        """The author may withdraw; whoever plans meetings of the group decides."""
        mine = {"meetings.withdraw_agendaitem"} if user.pk == self.proposed_by_id else set()
        if user.has_perm("groups.plan_meeting", self.meeting.group):
            mine.add("groups.plan_meeting")
        return mine

    @transaction.atomic
    def shift(self, direction, *, by):
        """Move the item one place ``up`` or ``down`` among the accepted ones."""
        Meeting.objects.select_for_update(of=("self",)).get(pk=self.meeting_id)
        self.permit("shift", by=by)
        items = list(self.meeting.agenda.accepted())
        here = next(i for i, item in enumerate(items) if item.pk == self.pk)
        there = here + (-1 if direction == "up" else 1)
        if 0 <= there < len(items):
            items[here], items[there] = items[there], items[here]
            for position, item in enumerate(items, start=1):
                if item.position != position:
                    AgendaItem.objects.filter(pk=item.pk).update(position=position)


# --- papers -------------------------------------------------------------------------------------
class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class Paper(Upload):
    """A file for a meeting, read by those who may see the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    title = Line(max_length=150)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="papers"
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.title
