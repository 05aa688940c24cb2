"""Request ids, and the pages for what can go wrong between people."""

import uuid

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import render

from .exceptions import Conflict, NotYet
from .late import Late, has_sent
from .requests import BY_ADDRESS, account, request_id


class RequestIdMiddleware:
    """Give every request an id: in the logs, in audit entries, and on the 500 page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4().hex[:12]
        token, nobody = request_id.set(request.id), account.set(None)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
            account.reset(nobody)
        response["X-Request-Id"] = request.id
        return response


class BrowserPolicyMiddleware:
    """What a page of ours never asks of a telephone, and that no other site may show what is here.

    Passkeys are the one power that the site uses.
    """

    REFUSED = (
        *("accelerometer", "ambient-light-sensor", "autoplay", "bluetooth", "browsing-topics"),
        *("camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope"),
        *("hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
        *("picture-in-picture", "screen-wake-lock", "serial", "usb", "web-share"),
        "xr-spatial-tracking",
    )
    ALLOWED = ("publickey-credentials-create", "publickey-credentials-get")
    POLICY = ", ".join(
        [*(f"{name}=()" for name in REFUSED), *(f"{name}=(self)" for name in ALLOWED)]
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Permissions-Policy"] = self.POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class MethodsMiddleware:
    """The methods that pages have. Django's forms take PUT as POST; nginx lets none through.

    Any other is refused, TRACE among them: a view that is a function would answer it.
    """

    TAKEN = ("GET", "HEAD", "OPTIONS", "POST", "PUT")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in self.TAKEN:
            return HttpResponseNotAllowed(self.TAKEN)
        return self.get_response(request)


# Where people sign in, choose a password, enter a code.
ENTRANCE = "/accounts/"
# What a browser forgets when somebody signs out. Not cookies: the one that says that this device
# is known stays, and the page after it says that one is signed out.
FORGET = '"cache", "storage"'


class PrivateMiddleware:
    """No copy stays in a browser of what is for one person: *Back* after signing out asks us anew.

    That is whatever is answered to somebody who has a session, or gets one; whatever was sent in a
    form; and pages for signing in or behind a secret address. What everybody may read stays as it
    is, and so do static files, which are answered before this.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_private(request, response):
            if "no-store" not in response.get("Cache-Control", ""):
                response["Cache-Control"] = "private, no-store"
            for name in ("ETag", "Last-Modified"):  # there is no copy to ask about
                del response[name]
        if getattr(request, "signed_out", False):
            response["Clear-Site-Data"] = FORGET
        return response


def is_private(request, response):
    """Whether a browser must keep no copy."""
    session, match = settings.SESSION_COOKIE_NAME, request.resolver_match
    return (
        session in request.COOKIES
        or session in response.cookies
        or request.method not in ("GET", "HEAD", "OPTIONS")
        or request.path_info.startswith(ENTRANCE)
        or (match is not None and BY_ADDRESS in match.kwargs)
    )


@receiver(user_logged_out)
def leave_nothing_behind(sender, request, **kwargs):
    """However somebody is signed out, their browser is told to forget what it kept."""
    if request is not None:
        request.signed_out = True


class ConflictMiddleware:
    """Turn a lost race into a 409 page and a guard's refusal into a 422 page.

    An address with a null byte is nothing's: PostgreSQL cannot even be asked for it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Conflict):
            context = {
                "subject": exception.subject,
                "late": Late(exception, request.user, has_sent(request)),
            }
            return render(request, "409.html", context, status=409)
        if isinstance(exception, NotYet):
            return render(request, "422.html", {"message": str(exception)}, status=422)
        return None
