"""What was told last, on the home page; before a move tells people, who of them gets no e-mail."""

from apps.accounts.models.people import User
from apps.core.compiled import Kept
from apps.core.sections import ASIDE, Section, section

from .kinds import KINDS
from .models import Delivery
from .reach import leaves_by_mail, missed

SHOWN, NAMED = 3, 10


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


# --- before somebody is told ----------------------------------------------------------------------
@section("move", order=10)
def not_by_email(user, offer):
    """Who of those that a move tells gets no e-mail of it; of many, how many."""
    tells = offer.move.tells
    if tells is None or offer.missing:
        return None
    told = getattr(offer.thing, tells.people)
    told = told() if callable(told) else told
    people = User.objects.filter(pk=told.pk) if isinstance(told, User) else told
    if not leaves_by_mail(tells.kind):
        return Section("notifications/not_by_email.html", {"none": True}) if people else None
    who = missed(tells.kind, offer.thing, people)
    named = tells.by_name and len(who.people) <= NAMED
    content = {"missed": who, "named": named, "failing": {one.pk for one in who.failing}}
    return Section("notifications/not_by_email.html", content) if who.people else None
