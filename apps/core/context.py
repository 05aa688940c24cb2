"""What every template knows."""

from django.conf import settings

from .places import MORE, menu, section_of


def site(request):
    """The site's name, and the navigation for the person at hand."""
    user = getattr(request, "user", None)
    here = section_of(request.path, user) if user is not None else ""
    there = menu(user) if user is not None else []
    marked = here if here in {item.name for item in there} else here and MORE
    items = [
        {"href": item.href, "text": item.label, "active": item.name == marked} for item in there
    ]
    return {
        "site_name": settings.SITE_NAME,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "support_phone": settings.SUPPORT_PHONE,
        "benefits_adviser": settings.BENEFITS_ADVISER,
        "navigation": items,
        "is_development": settings.DEBUG,
    }
