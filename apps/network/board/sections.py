"""The newest of the noticeboard, on the home page of those in the network."""

from apps.core.compiled import as_moment
from apps.core.needs import BESIDE
from apps.core.places import is_known
from apps.core.plain import Plain
from apps.core.sections import ASIDE, Section, section

from .models import Post

SHOWN = 3


NEWEST = BESIDE.add(
    Plain(
        "newest_posts",
        lambda user: Post.objects.visible_to(user).topics().filter(state=Post.State.SHOWN),
        {"created_at": as_moment, "pk": int, "title": str},
        may=is_known("in_network"),
        at_most=SHOWN,
    )
)


@section("home", order=40, where=ASIDE)
def newest(user, waiting):
    rows = sorted(waiting.rows(NEWEST) or (), reverse=True)
    posts = [Post(pk=pk, title=title) for _, pk, title in rows]
    return Section("network/board/home_section.html", {"posts": posts}) if posts else None
