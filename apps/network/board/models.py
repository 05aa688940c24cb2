"""The noticeboard: posts and replies of the network, and what is done when one is not all right."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Conflict
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.groups.models import WorkingGroup

from . import events

# What somebody may do with a post because they may do it in its network.
OF_ITS_BOARD = ("groups.propose_agenda", "groups.view_workinggroup")


class PostQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Members of the network; those who see all groups read it too."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(network__in=WorkingGroup.objects.where(user, "view_workinggroup"))

    def topics(self):
        """The posts that begin a conversation, newest first."""
        return self.filter(topic__isnull=True).order_by("-created_at", "-pk")

    def saying(self, words):
        """Posts with these words. What was hidden or removed is not found by what it said."""
        said = Q(title__icontains=words) | Q(text__icontains=words)
        return self.filter(said, state=Post.State.SHOWN)


@requirement
def takes_replies(post, by):
    if not post.is_shown:
        yield Missing("This is no longer open for replies.")


@requirement
def is_not_reported_by_them(post, by):
    if post.reports.filter(reporter=by, state=PostReport.State.OPEN).exists():
        yield Missing("You have told the co-leads already. They will look at it.")


@effect
def reason_shown(post, entry):
    post.reason = entry.note
    post.save(update_fields=["reason"])


@effect
def reason_gone(post, entry):
    post.reason = ""
    post.save(update_fields=["reason"])


@effect
def words_gone(post, entry):
    post.text = ""
    post.title = "Removed by its author" if post.title else ""
    post.save(update_fields=["text", "title"])


@effect
def reports_settled(post, entry):
    for report in post.reports.filter(state=PostReport.State.OPEN):
        report.follow("follow_hiding", by=entry.by)


class Post(Stateful):
    """Something somebody wrote for the network, or an answer to it."""

    class State(States):
        SHOWN = "shown", "grey", "Shown"
        HIDDEN = "hidden", "orange", "Hidden by a co-lead"
        REMOVED = "removed", "grey", "Removed by its author"

    moves = {
        "hide": Move(
            (State.SHOWN,),
            State.HIDDEN,
            "network.moderate_post",
            then=(reason_shown, reports_settled, events.no_longer_new, events.author_told),
            label="Hide it",
            reason=True,
            explain="The text disappears for everybody but its author and the co-leads. That it "
            "was hidden, and your reason, can be read by all.",
        ),
        "unhide": Move(
            (State.HIDDEN,),
            State.SHOWN,
            "network.moderate_post",
            then=(reason_gone, events.author_told),
            label="Show it again",
        ),
        "remove": Move(
            (State.SHOWN, State.HIDDEN),
            State.REMOVED,
            "network.edit_post",
            then=(words_gone, reason_gone, reports_settled, events.no_longer_new),
            label="Remove what I wrote",
            warn=True,
            explain="The text is deleted for good. That something was removed stays to be seen.",
        ),
        # What was typed is not lost where it was hidden meanwhile: the form says so.
        "reply": Act(tuple(State), "groups.propose_agenda", needs=(takes_replies,)),
        "change": Act((State.SHOWN,), "network.edit_post"),
        "report": Act(
            (State.SHOWN,),
            "groups.view_workinggroup",
            needs=(is_not_reported_by_them,),
            closed="This has been hidden or removed already.",
        ),
    }

    network = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts"
    )
    topic = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    title = Line(max_length=120, blank=True)
    text = models.TextField(max_length=3000)
    state = models.CharField(max_length=10, choices=State, default=State.SHOWN)
    reason = models.TextField(blank=True, editable=False, help_text="Why it was hidden.")
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["network", "topic", "-created_at"])]
        permissions = [
            ("moderate_post", "Can hide posts and answer reports"),
            ("edit_post", "Can change and remove their own posts"),
        ]

    def __str__(self):
        return self.title or "A reply"

    def get_absolute_url(self):
        if self.topic_id:
            return f"{reverse('post', args=[self.topic_id])}#reply-{self.pk}"
        return reverse("post", args=[self.pk])

    def own_perms(self, user):
        mine = {"network.edit_post"} if user.pk == self.author_id else set()
        if user.has_perm("groups.lead_workinggroup", self.network):
            mine.add("network.moderate_post")
        return mine | {perm for perm in OF_ITS_BOARD if user.has_perm(perm, self.network)}

    @classmethod
    @transaction.atomic
    def write(cls, network, *, by, text, title="", topic=None):
        """Post something, or reply to ``topic``."""
        if topic is not None:
            topic.permit("reply", by=by)
        elif not by.has_perm("groups.propose_agenda", network):
            raise PermissionDenied
        post = cls.objects.create(
            network=network,
            author=by,
            title=title,
            text=text,
            topic=topic,
            created_at=clock.now(),
        )
        record("post", post, by=by)
        events.posted(post)
        return post

    @property
    def is_shown(self):
        return self.state == self.State.SHOWN

    @property
    def shown_title(self):
        """As everybody may read it: what was hidden has none."""
        return self.title if self.is_shown else "A hidden post"

    def is_read_by(self, user, *, moderates):
        """What was hidden stays there for its author and the co-leads."""
        hidden = self.state == self.State.HIDDEN
        return self.is_shown or (hidden and (moderates or user.pk == self.author_id))

    @property
    def is_fresh(self):
        """For so many hours an author can put right what they wrote."""
        return clock.now() < self.created_at + timedelta(hours=settings.BOARD_EDIT_HOURS)

    @transaction.atomic
    def change(self, *, by, **words):
        """The author puts it right; that it was changed is shown."""
        if by.pk != self.author_id:  # no role stands in for them, superuser included
            raise PermissionDenied
        self.permit("change", by=by)
        if not self.is_fresh:
            raise Conflict(
                f"A post can be changed for {settings.BOARD_EDIT_HOURS} hours. You can still "
                "reply to it, or remove it.",
                self,
            )
        for name, value in words.items():
            setattr(self, name, value)
        self.edited_at = clock.now()
        self.save()
        record("change_post", self, by=by)


class PostReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who moderate the board."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(post__network__in=WorkingGroup.objects.where(user, "lead_workinggroup"))


class PostReport(Stateful):
    """Somebody tells the co-leads that a post is not all right."""

    class State(States):
        OPEN = "open", "blue", "To look at"
        SETTLED = "settled", "grey", "Looked at"

    moves = {
        "settle": Move(
            (State.OPEN,),
            State.SETTLED,
            "network.moderate_post",
            then=(events.reporter_told,),
            label="Leave the post as it is",
            explain="The person who reported it is told that you have looked at it, with thanks.",
        ),
        "follow_hiding": Move(
            (State.OPEN,),
            State.SETTLED,
            "network.moderate_post",
            then=(events.reporter_told,),
            internal=True,
            label="The post was hidden or removed",
        ),
    }

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="post_reports"
    )
    reason = models.TextField("what is not all right", max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_index=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = PostReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"],
                condition=Q(state="open"),
                name="network_report_open_once",
            )
        ]

    def __str__(self):
        return f"Report {self.pk}"

    def get_absolute_url(self):
        return reverse("post_reports")

    @property
    def scope(self):
        return self.post

    @classmethod
    @transaction.atomic
    def make(cls, post, *, by, reason):
        """Tell the co-leads; the author learns nothing of it."""
        post.permit("report", by=by)
        report = cls.objects.create(post=post, reporter=by, reason=reason, created_at=clock.now())
        record("report", post, by=by)
        events.post_reported(report)
        return report
