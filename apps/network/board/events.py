"""Who is told when something happens: the noticeboard."""

from apps.core.moves import effect
from apps.notifications.kinds import notify, others, void


def posted(post):
    """A new post goes to the members, in the digest unless they chose otherwise; a reply to those
    who wrote in the conversation."""
    if post.topic_id is None:
        members = [one.user for one in post.network.people()]
        notify("network.post", post, others(members, post.author))
    else:
        said = [
            post.topic.author,
            *(
                one.author
                for one in post.topic.replies.exclude(pk=post.pk).select_related("author")
            ),
        ]
        people = {user.pk: user for user in said}
        notify("network.reply", post, others(people.values(), post.author))


@effect
def no_longer_new(post, entry):
    """Whoever has not been told yet is not told any more."""
    void(post, kinds=["network.post", "network.reply"])


@effect
def author_told(post, entry):
    notify("network.post_moderated", post, others([post.author], entry.by), version=entry.pk)


def post_reported(report):
    notify("network.post_reported", report, others(report.post.network.leads(), report.reporter))


@effect
def reporter_told(report, entry):
    notify("network.report_settled", report, others([report.reporter], entry.by), version=entry.pk)
