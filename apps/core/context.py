"""What every template knows."""

from django.conf import settings
from django.urls import reverse

from .registry import NAV


def site(request):
    """The site's name, and the navigation for the person at hand."""
    user = getattr(request, "user", None)
    path = request.path
    items = []
    for item in NAV if user is not None else ():
        if item.shown(user):
            href = reverse(item.url_name)
            current = path == href or (href != "/" and path.startswith(href))
            items.append({"href": href, "text": item.label, "active": current})
    return {
        "site_name": settings.SITE_NAME,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "support_phone": settings.SUPPORT_PHONE,
        "navigation": items,
        "is_development": settings.DEBUG,
    }
