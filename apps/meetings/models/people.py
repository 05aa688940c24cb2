"""Who is asked, who answers, who came, and what support they need to take part."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Constituency
from apps.core.models import Move, Stateful

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
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="deputising",
    )  # fmt: skip
    attended = models.BooleanField(null=True, blank=True)
    counted_as = models.CharField(
        max_length=20, choices=Constituency, blank=True, editable=False,
        help_text="The side on which the person counted towards the quorum; empty if not.",
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="meetings_attendance_once")
        ]

    def __str__(self):
        return f"{self.user} at {self.meeting}"


class SupportRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person who asks and the organiser named for it. Nobody else, whatever the role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(organiser=user))


class SupportRequest(Stateful):
    """What somebody needs in order to take part in one meeting. Confidential."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        ARRANGED = "arranged", "Arranged"
        WITHDRAWN = "withdrawn", "No longer needed"

    moves = {
        "arrange": Move(
            (State.ASKED,), State.ARRANGED, "meetings.arrange_supportrequest",
            label="Mark as arranged",
        ),
        "ask_again": Move(
            (State.ARRANGED, State.WITHDRAWN), State.ASKED, "meetings.ask_supportrequest",
            label="Ask again", internal=True,
        ),
        "withdraw": Move(
            (State.ASKED, State.ARRANGED), State.WITHDRAWN, "meetings.ask_supportrequest",
            label="I no longer need this",
        ),
    }  # fmt: skip

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
    asked_at = models.DateTimeField(auto_now_add=True)

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

    def moved(self, entry):
        events.support_moved(self, entry)
