"""What groups put on the home page: somebody's own groups, and a welcome for those who are new."""

from datetime import timedelta

from django.urls import reverse

from apps.accounts.confidence import limits_page
from apps.core import clock
from apps.core.sections import ASIDE, TOP, Section, section

from .models import groups_of
from .programme import takes_part

SHOWN = 8
NEW = timedelta(days=90)  # after that, who has not joined a group has their reasons


@section("home", order=10, where=ASIDE)
def my_groups(user, waiting):
    groups = groups_of(user)
    if not groups:
        return None
    content = {"groups": groups[:SHOWN], "more": len(groups) > SHOWN}
    return Section("groups/home_section.html", content)


@section("home", order=10, where=TOP)
def welcome(user, waiting):
    """Three steps, each ticked off by what the programme knows; nothing once all are done."""
    if clock.now() - user.date_joined > NEW or not takes_part(user) or user.holds_programme_role:
        return None
    steps = [
        {
            "text": "Read what cannot be kept private",
            "href": limits_page(reverse("home")),
            "done": user.knows_limits,
        },
        {
            "text": "Say what you would like to be called, and how we reach you",
            "href": reverse("profile_edit"),
            "done": bool(user.known_as and user.phone),
        },
        {
            "text": "Come into a group: ask the programme office which",
            "href": reverse("help"),
            "done": bool(getattr(user, "in_groups", None)),
        },
    ]
    if all(step["done"] for step in steps):
        return None
    return Section("groups/welcome_section.html", {"steps": steps})
