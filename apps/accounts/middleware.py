"""What is asked of, and noted about, everybody who is signed in."""

import time

from allauth.usersessions.models import UserSession
from django.shortcuts import redirect

from .backends import SignIn

SEEN_EVERY = 300  # seconds: often enough for the list of sessions, and pages stay free of writes


class LastSeenMiddleware:
    """Note where and when a session was last used, for the person's own list of sessions.

    allauth's middleware does it in every request, which makes each page a write.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = time.time()
        if request.user.is_authenticated and now - request.session.get("seen_at", 0) > SEEN_EVERY:
            request.session["seen_at"] = now
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


# What somebody needs in order to set one up, to leave, or to get help.
ALLOWED = frozenset(
    {
        "second_factor",
        "account_logout",
        "account_reauthenticate",
        "account_email",
        "account_email_verification_sent",
        "privacy",
        "accessibility",
        "help",
        "healthz",
        "readyz",
    }
)


class SecondFactorMiddleware:
    """Lead a person who must have a second factor to setting one up, before anything else.

    allauth leaves this policy to the site (design, section 4; docs/adr/0005).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name or ""
        if name in ALLOWED or name.startswith("mfa_") or not request.user.is_authenticated:
            return None
        if lacks_second_factor(request.user):
            return redirect("second_factor")
        return None


def lacks_second_factor(user):
    """Answered by the session's own query; asked anew where another backend loaded the person."""
    if user.lacks_second_factor is None:
        user.lacks_second_factor = SignIn().get_user(user.pk).lacks_second_factor
    return user.lacks_second_factor
