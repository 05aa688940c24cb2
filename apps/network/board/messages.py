"""What people are told about the noticeboard, at once and by the clock."""

from apps.notifications.kinds import Topic, register
from apps.notifications.models import Frequency
from apps.notifications.wording import SOMEBODY, Case, Placeholder

from ..messages import NetworkKind
from .models import Post, PostReport


class PostKind(NetworkKind):
    topic = Topic.BOARD
    action = "Read it"
    placeholders = {
        "who": SOMEBODY,
        "post": Placeholder("the title of the post", "Who knows a room for Mondays?"),
    }

    def values(self, occurrence, reader):
        post = occurrence.subject
        return {"who": post.author.name, "post": post.title}

    def wanted(self, rule, post, user):
        seen = Post.objects.visible_to(user).filter(pk=post.pk, state=Post.State.SHOWN)
        return seen.exists()


@register
class Posted(PostKind):
    """In the weekly digest, unless the person chose otherwise."""

    name = "network.post"
    label = "New on the noticeboard"
    to_whom = "everybody else in the network, when somebody writes something new on the noticeboard"
    news = True
    unless_chosen = Frequency.WEEKLY
    preview = "You can read it, and answer."
    text = "{who}: {post}"


@register
class Replied(PostKind):
    """To those who wrote in the conversation; whoever began it waits for it."""

    name = "network.reply"
    label = "A reply on the noticeboard"
    to_whom = (
        "everybody else who wrote about the same thing on the noticeboard, when somebody replies"
    )
    preview = "Somebody answered where you wrote."
    text = "{who} replied to: {post}"

    def is_urgent_to(self, post, user):
        return post.topic.author_id == user.pk

    def values(self, occurrence, reader):
        post = occurrence.subject
        return {"who": post.author.name, "post": post.topic.title}


@register
class PostModerated(NetworkKind):
    name = "network.post_moderated"
    label = "About what you wrote on the noticeboard"
    to_whom = "whoever wrote on the noticeboard, when somebody else hides it or shows it again"
    text = "It is shown again. You do not need to do anything."
    action = "See what you wrote"
    cases = {
        "hidden": Case(
            when="a co-lead has hidden it",
            text="A co-lead has hidden it.\n\nThe reason: {reason}",
        )
    }
    placeholders = {
        "reason": Placeholder("why it is hidden", "It names somebody who is not asked yet.")
    }

    def case(self, occurrence, reader):
        return "hidden" if occurrence.subject.state == Post.State.HIDDEN else ""

    def values(self, occurrence, reader):
        return {"reason": occurrence.subject.reason}


@register
class PostReported(NetworkKind):
    name = "network.post_reported"
    label = "Please look at something on the noticeboard"
    to_whom = "the co-leads of the network, when somebody else reports something on the noticeboard"
    text = "Somebody asks you to look at it. Please read it, and say whether it can stay."
    action = "Look at it"

    def wanted(self, rule, report, user):
        return report.state == PostReport.State.OPEN


@register
class ReportSettled(NetworkKind):
    name = "network.report_settled"
    withheld = True
    label = "Thank you for telling us"
    to_whom = "whoever reported something on the noticeboard, when a co-lead has looked at it"
    text = "A co-lead has looked at what you told us about on the noticeboard."
    action = "See how it stands now"

    def url(self, occurrence, reader):
        return occurrence.subject.post.get_absolute_url()
