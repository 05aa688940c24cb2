"""Meetings, and the series they come in."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import sides_at
from apps.core import clock
from apps.core.dates import DAY
from apps.core.exceptions import NotYet
from apps.core.models import States, record
from apps.core.moves import Act, Missing, Move, Tells, requirement
from apps.groups.counting import OPEN, notice_begins, sides_by_terms
from apps.groups.models import Presence, TermsOfReference, WorkingGroup, belongs_to

from .. import events
from ..finding.events import chosen_is_off
from .gathering import (
    TIME,
    Gathering,
    GatheringQuerySet,
    announce_change,
    announced,
    begin_change,
    called_off,
    ends_after,
    has_begun,
    says_where,
    starts_later,
)
from .people import Attendance, AttendanceCorrection, SupportRequest


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
    return Exists(Meeting.objects.ahead().filter(support_organiser=OuterRef("pk")))


class MeetingQuerySet(GatheringQuerySet):
    def lock(self):
        """Take their rows for this transaction, the latest meeting first: everybody does so."""
        return list(self.select_for_update(of=("self",)).order_by("-starts_at", "-pk"))

    def visible_to(self, user):
        """Members see what was announced; planners see drafts; deputies see their meeting.

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
            Q(group__in=planning) | ((shown | asked) & Q(published_at__isnull=False))
        )

    def inviting(self, user):
        """Announced meetings that this person is asked to: as a member now, or as a deputy."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(group__in=belongs_to(user))
        if user.constituency != Constituency.LIVED_EXPERIENCE:
            mine &= Q(kind=Meeting.Kind.MEETING)
        asked = _asked(user)
        return self.filter(mine | asked, published_at__isnull=False)

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
def gives_notice(meeting, by):
    """The notice that the terms of reference ask for; pre-meets and debriefs need none."""
    if meeting.kind == Meeting.Kind.MEETING:
        for text in meeting.short_notice(meeting.starts_at):
            yield Missing(text, meeting.change_url)


@requirement
def has_not_begun(meeting, by):
    if meeting.open_to("hold") and meeting.has_begun:
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


PAPERS_STAY = "The meeting was held or cancelled, so its papers stay as they are."


class Meeting(Gathering):
    """A meeting of a working group, or the peers' pre-meet or debrief around one.

    Times are stored in UTC; a series keeps its London wall-clock time.
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
            tells=Tells("meetings.published", "invited"),
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
            then=(called_off, events.meeting_cancelled, chosen_is_off),
            label="Cancel the meeting",
            reason=True,
            warn=True,
            explain="Everyone who was told about the meeting is told that it is cancelled, "
            "and why.",
            tells=Tells("meetings.cancelled", "invited"),
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
            tells=Tells("meetings.cancelled", "invited"),
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
    purpose = models.TextField(
        blank=True, max_length=2000, help_text="What is this meeting for? A sentence or two."
    )
    format = models.CharField(max_length=10, choices=Format, default=Format.IN_PERSON)
    support_organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="meetings_supported",
        help_text="The one person who reads and arranges support requests for this meeting.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
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

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["group", "state", "starts_at"]),
            models.Index(fields=["state", "starts_at"]),
        ]
        constraints = [ends_after("meetings_meeting_ends_after_start")]

    def get_absolute_url(self):
        return reverse("meeting", args=[self.pk])

    @property
    def change_url(self):
        return reverse("meeting_change", args=[self.pk])

    @property
    def scope(self):
        return self.group

    @property
    def in_person(self):
        return self.format != self.Format.ONLINE

    @property
    def online(self):
        return self.format != self.Format.IN_PERSON

    @property
    def was_held(self):
        return self.state in (self.State.HELD, self.State.MINUTED)

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

        Returns what changed. Raises as ``begin_change`` and ``announce_change`` do.
        """
        changed = begin_change(self, by=by, seen=seen, changes=changes)
        if not changed:
            return changed
        told = self.is_published and announce_change(
            self, changed, by=by, reason=reason, readers="Everyone invited"
        )
        if self.is_published and changed.keys() & TIME:
            self._gives_notice_anew(changed)
            # People answered for another time: ask them again.
            self.attendances.exclude(reply="").update(reply="", replied_at=None, note="")
        self.save()
        record("amend", self, by=by, note=", ".join(sorted(changed)))
        if told:
            events.meeting_changed(self)
        if "support_organiser" in changed:
            SupportRequest.hand_over(self, self.support_organiser, by=by)
            if self.is_published:
                events.organiser_named(self, by)
        return changed

    def _gives_notice_anew(self, changed):
        if self.starts_at < changed.get("starts_at", self.starts_at):
            for text in self.short_notice(self.starts_at):
                raise NotYet(text)

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
