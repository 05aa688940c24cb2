"""What every template knows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from django.conf import settings
from django.urls import reverse

from .registry import Registry


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation; ``shown(user)`` says for whom, without a query."""

    label: str
    url_name: str
    shown: Callable
    order: int

    @cached_property
    def href(self):
        return reverse(self.url_name)


NAV = Registry("Main navigation", key=attrgetter("url_name"))


def navigation(label, url_name, *, shown=lambda user: user.is_authenticated, order=50):
    """Add an entry to the main navigation."""
    NAV.add(NavItem(label, url_name, shown, order))


def site(request):
    """The site's name, and the navigation for the person at hand."""
    user = getattr(request, "user", None)
    path = request.path
    items = []
    for item in sorted(NAV, key=attrgetter("order")) if user is not None else ():
        if item.shown(user):
            current = path == item.href or (item.href != "/" and path.startswith(item.href))
            items.append({"href": item.href, "text": item.label, "active": current})
    return {
        "site_name": settings.SITE_NAME,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "support_phone": settings.SUPPORT_PHONE,
        "benefits_adviser": settings.BENEFITS_ADVISER,
        "navigation": items,
        "is_development": settings.DEBUG,
    }
