"""The newest of the noticeboard, on the home page of those in the network."""

from apps.core.compiled import Kept
from apps.core.places import is_known
from apps.core.sections import ASIDE, Section, section

from .models import Post

SHOWN = 3
in_network = is_known("in_network")


_newest = Kept(
    lambda user: Post.objects.visible_to(user).topics().filter(state=Post.State.SHOWN), SHOWN
)


@section("home", order=40, where=ASIDE)
def newest(user, waiting):
    if not in_network(user):
        return None
    posts = list(_newest.rows(user))
    return Section("network/board/home_section.html", {"posts": posts}) if posts else None
