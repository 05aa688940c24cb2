"""What people are told about the noticeboard, at once and by the clock."""

from apps.notifications.kinds import Topic, register
from apps.notifications.models import Frequency

from ..messages import NetworkKind
from .models import Post, PostReport


class PostKind(NetworkKind):
    def wanted(self, rule, post, user):
        seen = Post.objects.visible_to(user).filter(pk=post.pk, state=Post.State.SHOWN)
        return seen.exists()


@register
class Posted(PostKind):
    """In the weekly digest, unless the person chose otherwise."""

    name = "network.post"
    label = "New on the noticeboard"
    news = True
    topic = Topic.BOARD
    unless_chosen = Frequency.WEEKLY
    action = "Read it"

    def lines(self, post, user):
        return [f"{post.author.name}: {post.title}"]


@register
class Replied(PostKind):
    """To those who wrote in the conversation; whoever began it waits for it."""

    name = "network.reply"
    label = "A reply on the noticeboard"
    topic = Topic.BOARD
    action = "Read it"

    def is_urgent_to(self, post, user):
        return post.topic.author_id == user.pk

    def lines(self, post, user):
        return [f"{post.author.name} replied to: {post.topic.title}"]


@register
class PostModerated(NetworkKind):
    name = "network.post_moderated"
    label = "About what you wrote on the noticeboard"

    def lines(self, post, user):
        if post.state == Post.State.HIDDEN:
            return ["A co-lead has hidden it.", f"The reason: {post.reason}"]
        return ["It is shown again."]


@register
class PostReported(NetworkKind):
    name = "network.post_reported"
    label = "Please look at something on the noticeboard"
    action = "Look at it"

    def wanted(self, rule, report, user):
        return report.state == PostReport.State.OPEN


@register
class ReportSettled(NetworkKind):
    name = "network.report_settled"
    withheld = True
    label = "Thank you for telling us"

    def lines(self, report, user):
        return ["A co-lead has looked at what you told us about on the noticeboard."]

    def url(self, report, user):
        return report.post.get_absolute_url()
