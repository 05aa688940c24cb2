"""What is asked of, and noted about, everybody who is signed in."""

import json
import re
import time
from functools import cache

from allauth.account.adapter import get_adapter
from allauth.account.internal import stagekit
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
)
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY as KEPT_REQUEST
from allauth.account.utils import url_str_to_user_pk
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import add_query_params
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from apps.core.requests import account

from . import session_life
from .backends import SignIn
from .models.addresses import settle_due
from .models.people import User

KEPT_AT, KEPT = "kept_at", 300  # seconds: as long as to show who one is counts


class LeftOverMiddleware:
    """What somebody began and left does not go on by itself.

    A code, a reset or a sign-in that waits for its extra step comes to nothing once the address, a
    password, the extra step or the account changed. What was sent before being asked who it is
    comes to nothing when the page is opened anew, or after five minutes: else it would go on in the
    name of whoever comes to the open device next.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if begun := [key for key in BEGUN if key in request.session]:
            self.end_begun(request, begun)
        if KEPT_REQUEST in request.session:
            self.drop_kept(request)
        if KEPT_REQUEST in request.session and request.path in asking_pages():
            self.drop_unread(request)
        response = self.get_response(request)
        kept = request.session.get(KEPT_REQUEST)
        if kept is not None and KEPT_AT not in kept:
            request.session[KEPT_REQUEST] = kept | {KEPT_AT: time.time()}
        return response

    @staticmethod
    def end_begun(request, keys):
        if request.method == "POST":
            settle_due()  # a new address counts from its hour on
        for key in keys:
            pk, at = BEGUN[key](request.session[key])
            people = User.objects.filter(pk=pk).exclude(pk=request.user.pk)
            changed = people.values_list("sign_ins_from", flat=True).first()
            if changed and at < changed.timestamp():
                del request.session[key]
                messages.error(
                    request, "Something about this account has changed. Begin once more."
                )

    @staticmethod
    def drop_unread(request):
        """What another tab sent meanwhile is not what was read on this page."""
        if request.POST.get("kept", mark_of(request)) != mark_of(request):
            del request.session[KEPT_REQUEST]
            messages.warning(
                request,
                "Something else was sent in another tab meanwhile. Nothing of it was carried out. "
                "Go back to each page, and press again.",
            )

    @staticmethod
    def drop_kept(request):
        kept = request.session[KEPT_REQUEST]
        late = time.time() - kept.get(KEPT_AT, 0) > KEPT
        if late or (request.method == "GET" and request.path == path_of(kept)):
            del request.session[KEPT_REQUEST]


def path_of(kept):
    """Where what is kept was sent to; "" where it was no request."""
    return json.loads(kept["request"])["path"] if "request" in kept else ""


def mark_of(request):
    """Of what is kept: the page that asks carries it, so that what is read is what is sent."""
    kept = request.session.get(KEPT_REQUEST, {}).get("request", "")
    return salted_hmac("accounts.kept", kept, algorithm="sha256").hexdigest() if kept else ""


@cache
def asking_pages():
    """Where somebody shows again who they are."""
    names = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
    return frozenset(map(reverse, (*names, "reauthenticate_by_code")))


def left_over(request):
    """What goes on once somebody showed who they are: its ``mark``, and its ``words``; for a page
    that asks them.

    Whoever is asked reads it: it may be somebody else who typed it.
    """
    if request.path not in asking_pages():
        return None
    kept = request.session.get(KEPT_REQUEST)
    wanted = request.GET.get("next") or request.POST.get("next") or ""
    wanted = wanted.partition("?")[0]
    if kept is None or path_of(kept) != wanted:
        return {"mark": "", "words": []}
    sent = QueryDict(json.loads(kept.get("request", "{}")).get("POST", ""))
    words = [(label, text) for label, text in typed(sent) if text.strip()]
    return {"mark": mark_of(request), "words": words}


def _of_login(kept):
    pk = kept["user_pk"]  # None where there is no such account, which nobody is to notice
    return pk and url_str_to_user_pk(pk), kept["initiated_at"]


def _of_code(kept):
    return kept.get("user_id"), kept["at"]


# What somebody may have begun, in the session -> whose it is, and when it was begun.
BEGUN = {
    stagekit.LOGIN_SESSION_KEY: _of_login,
    PASSWORD_RESET_VERIFICATION_SESSION_KEY: _of_code,
    EMAIL_VERIFICATION_CODE_SESSION_KEY: _of_code,
}


class SessionLifeMiddleware:
    """End a session that was not used for too long, or that is too old.

    What somebody sends after its end is not lost without a word: a page says that it was not sent,
    and shows what they wrote. Nothing of it is kept here, since it may be without a name.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and (why := session_life.why_ended(request)):
            logout(request)
            if request.method in ("GET", "HEAD"):
                messages.info(request, f"{why} Sign in to go on.")
        if request.user.is_authenticated:
            request.account = request.user.pk
            account.set(request.account)
        shown = session_life.shown_again(request)
        response = self.get_response(request)
        kept = response.status_code < 500  # else nothing of this session is
        if kept and session_life.shown_again(request) != shown:
            session_life.renew(request)
        return response

    def process_view(self, request, view, args, kwargs):
        if (
            request.method != "POST"
            or request.user.is_authenticated
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not getattr(view, "login_required", True)
            or request.path == reverse("account_logout")
        ):
            return None
        next_page = urlencode({"next": page_before(request)})
        context = {
            "words": list(words_of(request)),
            "files": bool(request.FILES),
            "sign_in": f"{reverse('account_login')}?{next_page}",
        }
        return render(request, "accounts/signed_out.html", context, status=403)


def page_before(request):
    """The page on which somebody pressed a button, to come back to."""
    before = request.headers.get("Referer", "")
    host = request.get_host()
    if url_has_allowed_host_and_scheme(before, {host}, require_https=request.is_secure()):
        return "/" + before.split("//", 1)[-1].partition("/")[2]
    return request.path


def words_of(request):
    """(name of the box, what was typed there), of what somebody may want to keep."""
    for label, text in typed(request.POST):
        if len(text.split()) > 1 or len(text) >= 20:
            yield label, text


def typed(sent):
    """(name of the box, what was typed there) of a form, without secrets."""
    for name, values in sent.lists():
        for text in values if not NOT_WORDS.search(name.lower()) else ():
            yield label_of(name), text


# Secrets, and what pages send along unseen.
NOT_WORDS = re.compile("password|^(csrfmiddlewaretoken|credential|code|token|next|seen|.*shown)$")


def label_of(name):
    """What the box is called, where its name is one in words."""
    if not re.fullmatch("[a-z]+([_-][a-z]+)*", name):
        return "What you wrote"
    return re.sub("[_-]", " ", name).capitalize()


class LastSeenMiddleware:
    """Note where and when a session was last used, for the person's own list of sessions.

    allauth's middleware does it in every request, which makes each page a write.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and session_life.is_due(request):
            request.session[session_life.SEEN] = time.time()
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


# What somebody needs in order to set one up, to leave, or to get help.
ALLOWED = frozenset(
    {
        "second_factor",
        "second_factor_sheet",
        "account_logout",
        "account_reauthenticate",
        "reauthenticate_by_code",
        "account_email",
        "account_email_verification_sent",
        "privacy",
        "accessibility",
        "help",
        "healthz",
        "readyz",
    }
)


# allauth asks nobody again who sets a first password: what was set here would be shown there.
ASKS_AGAIN = frozenset({"account_set_password"})


class AskAgainMiddleware:
    """Ask again who it is on allauth's pages that should and do not. Nothing typed is kept: these
    take passwords.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.view_name not in ASKS_AGAIN or not request.user.is_authenticated:
            return None
        try:
            reauthentication.raise_if_reauthentication_required(request, app="allauth.account")
        except ReauthenticationRequired:
            way = get_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
            return redirect(add_query_params(way, {"next": request.path}))
        return None


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
