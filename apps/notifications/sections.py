"""What was told last, on the home page of whoever has not read it."""

from apps.core.compiled import Kept
from apps.core.sections import ASIDE, Section, section

from .kinds import KINDS
from .models import Delivery

SHOWN = 3


def _unread(user):
    unread = Delivery.objects.visible_to(user).unread().order_by("-sent_at")
    return unread.select_related("occurrence__rule")


_newest = Kept(_unread, SHOWN)


@section("home", order=30, where=ASIDE)
def news(user, waiting):
    """The newest messages that are not read; the session's query says whether there is one."""
    if getattr(user, "unread", None) == 0:
        return None
    found = list(_newest.rows(user))
    if not found:
        return None
    told = [(one, _said(one)) for one in found]
    return Section("notifications/home_section.html", {"messages": told})


def _said(message):
    """What may stand on a screen that others see: nothing of candidacy, health or employment."""
    kind = KINDS.get(message.occurrence.rule.kind)
    return "A message for you" if kind is None or kind.withheld else message.title
