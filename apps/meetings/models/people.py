"""Who is asked, who answers, who came, and what support they need to take part."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Missing, Move, effect, requirement
from apps.groups.models import Membership

from .. import events
from .support import Support, moves_of_support


class Attendance(models.Model):
    """One person and one meeting: the answer, the deputy, and whether they came."""

    class Reply(models.TextChoices):
        YES = "yes", "Yes, I will come"
        MAYBE = "maybe", "I am not sure yet"
        NO = "no", "No, I send my apologies"

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="attendances"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances"
    )
    extra = models.BooleanField(
        default=False, help_text="Asked for this meeting alone, as a deputy."
    )
    reply = models.CharField(max_length=5, choices=Reply, blank=True)
    replied_at = models.DateTimeField(
        null=True, blank=True, help_text="When they said so: an answer of a calendar comes later."
    )
    note = models.TextField(
        "note with the answer",
        blank=True,
        max_length=500,
        help_text="For whoever plans the meeting; gone some time after it.",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deputising",
    )
    attended = models.BooleanField(null=True, blank=True)
    counted_as = models.CharField(
        max_length=20,
        choices=Constituency,
        blank=True,
        editable=False,
        help_text="The side on which the person counted towards the quorum; empty if not.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="meetings_attendance_once")
        ]

    def __str__(self):
        return f"{self.user} at {self.meeting}"

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()

    @classmethod
    @transaction.atomic
    def answer(cls, meeting, user, reply, deputy=None, *, note=None, said_at=None):
        """Record somebody's answer; apologies may name a deputy, who is then asked to come.

        ``said_at`` is when they gave it, where that was not now. Without a ``note`` the one that
        stands stays: nobody was told that it goes.
        Raises PermissionDenied (not invited) or IllegalMove (not open for answers any more).
        """
        meeting = type(meeting).objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        if not meeting.invited().filter(pk=user.pk).exists():
            raise PermissionDenied
        meeting.permit("answer", by=user)
        if reply != cls.Reply.NO:
            deputy = None
        if deputy and deputy not in deputies_for(meeting, user):
            raise NotYet("Choose a deputy from the list.")
        mine, _ = cls.objects.select_related("deputy").get_or_create(meeting=meeting, user=user)
        before = mine.deputy
        mine.reply, mine.replied_at, mine.deputy = reply, said_at or clock.now(), deputy
        mine.note = mine.note if note is None else note
        mine.save(update_fields=["reply", "replied_at", "deputy", "note"])
        record("answer", meeting, by=user, note=mine.get_reply_display())
        if before and before != deputy:
            cls.objects.filter(meeting=meeting, user=before, extra=True).delete()
            events.deputy_released(mine, before)
        if deputy and before != deputy:
            # Who left the group may have a row of theirs from before.
            cls.objects.update_or_create(meeting=meeting, user=deputy, defaults={"extra": True})
            events.deputy_asked(mine)
        return mine


class AttendanceCorrectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the meeting sees how its record was corrected."""
        meetings = AttendanceCorrection._meta.get_field("meeting").related_model
        return self.filter(meeting__in=meetings.objects.visible_to(user))

    def waiting(self):
        return self.filter(state=AttendanceCorrection.State.WAITING)

    def made(self):
        return self.filter(state=AttendanceCorrection.State.MADE)


@requirement
def record_is_open(correction, by):
    if not correction.meeting.open_to("record_attendance"):
        yield Missing("The minutes are circulated, so who came can no longer be corrected.")


@requirement
def a_co_lead_asks(correction, by):
    words = "This changes whether the quorum was reached, so the two co-leads correct it together."
    yield from correction.meeting.group.why_not_led_by(by, words, "the co-leads")


@requirement
def the_other_says_no_first(correction, by):
    """With a reason, which whoever asked reads."""
    first = correction.first_press("make")
    if first is not None and first.by_id != by.pk:
        yield Missing("Say no to it, with the reason, first.", correction.confirm_url)


@effect
def who_came_is_corrected(correction, entry):
    correction.confirmed_by = entry.by
    correction.made_at = entry.at
    correction.save(update_fields=["confirmed_by", "made_at"])
    correction.meeting.correct_attendance(correction.came, by=entry.by)


class AttendanceCorrection(Stateful):
    """A correction of who came that changes whether the quorum was reached: it takes both co-leads.

    Kept with the meeting and printed under its minutes, whoever may have made it.
    """

    class State(States):
        WAITING = "waiting", "yellow", "Waits for the other co-lead"
        MADE = "made", "green", "Corrected"
        DROPPED = "dropped", "grey", "Not corrected"

    moves = {
        "make": Move(
            (State.WAITING,),
            State.MADE,
            "groups.lead_workinggroup",
            needs=(record_is_open, a_co_lead_asks),
            then=(who_came_is_corrected,),
            label="Correct who came",
            done="Who came is corrected.",
            warn=True,
            explain="What the meeting decided then counts by who really came.",
            both="the other co-lead",
            half=(events.correction_asked,),
        ),
        "drop": Move(
            (State.WAITING,),
            State.DROPPED,
            "groups.lead_workinggroup",
            needs=(a_co_lead_asks, the_other_says_no_first),
            label="Leave it as it was",
            done="It stays as it was.",
        ),
    }

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="corrections"
    )
    came = models.JSONField("ids of those who came")
    was_quorate = models.BooleanField("whether the quorum counted as reached before")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections_confirmed",
    )
    made_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AttendanceCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="waiting"), name="meetings_correction_one"
            )
        ]

    def __str__(self):
        return f"Correction of who came: {self.meeting}"

    def get_absolute_url(self):
        return self.meeting.get_absolute_url()

    @property
    def confirm_url(self):
        return reverse("correction_move", args=[self.pk, "make"])

    def page_of(self, name):
        return self.confirm_url

    @property
    def scope(self):
        return self.meeting.group

    @classmethod
    def ask(cls, meeting, came, by):
        """A co-lead asks. Raises PermissionDenied, or NotYet (another role; one waits already)."""
        if not meeting.permits(by, "record_attendance"):
            raise PermissionDenied
        waiting = meeting.waiting_correction()
        if waiting and waiting.first_press("make") is None and waiting.may(by, "drop"):
            waiting.move("drop", by=by)  # it was answered no, or taken back
        elif waiting:
            words = (
                "A correction waits for the other co-lead already: "
                f"{waiting.asked_by.name} asked for it. Say yes or no to that one first."
            )
            raise NotYet(Missing(words, waiting.confirm_url))
        correction = cls.objects.create(
            meeting=meeting, came=came, was_quorate=meeting.was_quorate, asked_by=by
        )
        if missing := correction.missing("make", by):
            raise NotYet(*missing)
        correction.move("make", by=by)
        return correction

    @property
    def facts(self):
        """What the other co-lead confirms, against the record as it is now."""
        before = set(self.meeting.attendances.filter(attended=True).values_list("user", flat=True))
        people = User.objects.filter(pk__in=before | set(self.came))
        names = {user.pk: user.name for user in people}
        for label, people in (
            ("Did come", set(self.came) - before),
            ("Did not come", before - set(self.came)),
        ):
            if people:
                yield label, ", ".join(sorted(names[pk] for pk in people))
        if self.was_quorate:
            yield "The quorum", "Before: reached. With this: not reached."
        else:
            yield "The quorum", "Before: not reached. With this: reached."


def deputies_for(meeting, user):
    """Who could stand in: people of the same side from the person's groups, not yet invited."""
    groups = Membership.objects.current().filter(user=user).values("group")
    people = Membership.objects.current().filter(group__in=groups).values("user")
    chosen = Attendance.objects.filter(meeting=meeting, user=user).values("deputy")
    return (
        User.objects.active()
        .filter(pk__in=people, constituency=user.constituency)
        .filter(~Q(pk__in=meeting.invited().values("pk")) | Q(pk__in=chosen))
        .exclude(pk=user.pk)
    )


class SupportRequest(Support):
    """What somebody needs in order to take part in one meeting."""

    ASKED_BY, ABOUT = "user", "meeting"

    moves = moves_of_support(
        asked=events.support_asked,
        changed=events.support_changed,
        arranged=events.support_arranged,
        handed=events.support_handed,
    )

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="support_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_requests"
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_to_arrange"
    )

    class Meta(Support.Meta):
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="meetings_support_once")
        ]

    def __str__(self):
        return f"Support request {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("support", args=[self.meeting_id])

    @property
    def arrange_url(self):
        return reverse("support_arrange", args=[self.pk])

    @property
    def asker_id(self):
        return self.user_id

    @property
    def who(self):
        return self.user.name

    @property
    def gathering(self):
        return self.meeting

    @classmethod
    @transaction.atomic
    def ask(cls, meeting, user, text):
        """What somebody invited needs; nothing takes it back. See ``say``."""
        if not text.strip():
            return cls.take_back(by=user, meeting=meeting, user=user)
        if not meeting.invited().filter(pk=user.pk).exists():
            raise PermissionDenied
        meeting.permit("answer", by=user)
        organiser = meeting.support_organiser
        return cls.say(text, by=user, organiser=organiser, meeting=meeting, user=user)
