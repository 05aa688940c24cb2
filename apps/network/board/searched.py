"""The noticeboard."""

from apps.core.searching import Told, searched, unsearched

from .models import Post, PostReport


@searched(
    "post",
    "Noticeboard",
    Post,
    texts=("title", "text", "state"),
    of={"topic": ("title", "state")},
    read=("topic",),
)
def post(post):
    """What was hidden or removed is not found by what it said."""
    if not post.is_shown:
        return None
    topic = post.topic if post.topic and post.topic.is_shown else None
    return Told(
        title=post.title or (f"Reply to {topic.title}" if topic else "A reply"),
        body=post.text,
        on=post.created_at,
        url=post.get_absolute_url(),
    )


unsearched("Those who moderate the board read it, on its own page.", PostReport)
