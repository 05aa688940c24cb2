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
from apps.core.moves import Move
from apps.groups.models import Membership

from .. import events


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
    replied_at = models.DateTimeField(null=True, blank=True)
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
    def answer(cls, meeting, user, reply, deputy=None):
        """Record somebody's answer; apologies may name a deputy, who is then asked to come.

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
        mine.reply, mine.replied_at, mine.deputy = reply, clock.now(), deputy
        mine.save(update_fields=["reply", "replied_at", "deputy"])
        record("answer", meeting, by=user, note=mine.get_reply_display())
        if before and before != deputy:
            cls.objects.filter(meeting=meeting, user=before, extra=True).delete()
            events.deputy_released(mine, before)
        if deputy and before != deputy:
            cls.objects.get_or_create(meeting=meeting, user=deputy, defaults={"extra": True})
            events.deputy_asked(mine)
        return mine


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


class SupportRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person who asks and the organiser named for it. Nobody else, whatever the role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(organiser=user))


class SupportRequest(Stateful):
    """What somebody needs in order to take part in one meeting. Confidential."""

    class State(States):
        ASKED = "asked", "yellow", "Asked for"
        ARRANGED = "arranged", "green", "Arranged"
        WITHDRAWN = "withdrawn", "grey", "No longer needed"

    moves = {
        "arrange": Move(
            (State.ASKED,),
            State.ARRANGED,
            "meetings.arrange_supportrequest",
            then=(events.support_arranged,),
            label="Mark as arranged",
        ),
        "ask_again": Move(
            (State.ARRANGED, State.WITHDRAWN),
            State.ASKED,
            "meetings.ask_supportrequest",
            then=(events.support_changed,),
            label="Ask again",
            internal=True,
        ),
        "withdraw": Move(
            (State.ASKED, State.ARRANGED),
            State.WITHDRAWN,
            "meetings.ask_supportrequest",
            then=(events.support_changed,),
            label="I no longer need this",
        ),
    }

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="support_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_requests"
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_to_arrange"
    )
    text = models.TextField(max_length=3000)
    arrangement = models.TextField(
        blank=True, max_length=2000, help_text="What has been arranged, for the person to read."
    )
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="meetings_support_once")
        ]

    def __str__(self):
        return f"Support request {self.pk}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("support", args=[self.meeting_id])

    def own_perms(self, user):
        """The person asks; the named organiser arranges."""
        mine = {"meetings.ask_supportrequest"} if user.pk == self.user_id else set()
        if user.pk == self.organiser_id:
            mine.add("meetings.arrange_supportrequest")
        return mine

    @classmethod
    @transaction.atomic
    def ask(cls, meeting, user, text):
        """Ask for support at one meeting, or change what was asked. Tells the organiser."""
        if not meeting.invited().filter(pk=user.pk).exists():
            raise PermissionDenied
        meeting.permit("answer", by=user)
        request, new = cls.objects.get_or_create(
            meeting=meeting,
            user=user,
            defaults={"organiser_id": meeting.support_organiser_id, "text": text},
        )
        if new:
            record("ask", request, by=user)
            events.support_asked(request)
            return request
        request.text = text
        request.save(update_fields=["text"])
        if request.state == cls.State.ASKED:
            events.support_changed(request, record("change", request, by=user))
        else:
            request.move("ask_again", by=user)
        return request
