"""No copy of what is for one person stays in a browser (the walk asks it of every address)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver, reverse
from django.views.decorators.http import condition

from apps.core.middleware import BY_ADDRESS, FORGET, PrivateMiddleware

from ..factories import UserFactory, programme_user

pytestmark = pytest.mark.django_db
KEPT_NOWHERE = "private, no-store"


@pytest.fixture
def signed_in(client):
    client.force_login(UserFactory(), "apps.accounts.backends.SignIn")
    return client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/profile/", 200),
        ("/profile", 301),
        ("/nowhere/", 404),
        ("/people/", 403),
        ("/accounts/login/", 302),
        ("/help/", 200),
    ],
)
def test_whatever_somebody_signed_in_is_answered_is_kept_nowhere(signed_in, path, status):
    answer = signed_in.get(path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (status, True)


def test_django_admin_keeps_nothing_either(client):
    client.force_login(
        programme_user("Administrators", is_staff=True), "apps.accounts.backends.SignIn"
    )
    for path in ("/admin/", "/admin/jsi18n/", "/admin/core/auditentry/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_a_form_refused_for_its_age_is_kept_nowhere():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/profile/edit/", {"full_name": "A name"})
    assert (answer.status_code, answer["Cache-Control"]) == (403, KEPT_NOWHERE)


def test_a_fault_of_ours_is_kept_nowhere(signed_in, monkeypatch):
    from apps.core import views

    monkeypatch.setattr(views, "waiting_for", None)
    signed_in.raise_request_exception = False
    answer = signed_in.get("/")
    assert (answer.status_code, answer["Cache-Control"]) == (500, KEPT_NOWHERE)


@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "account_request_login_code"]
)
def test_pages_on_the_way_in_are_kept_nowhere(client, name):
    assert "no-store" in client.get(reverse(name))["Cache-Control"]


def secrets(patterns):
    """The names of the arguments of the site's addresses that are text of any kind."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            for name, converter in pattern.pattern.converters.items():
                if type(converter).__name__ == "StringConverter":
                    yield name
        else:
            yield from secrets(pattern.url_patterns)


def test_a_secret_address_is_known_by_the_name_of_its_argument():
    ours = set(secrets(get_resolver().url_patterns))
    assert ours - {"reference", "label"} == {BY_ADDRESS}  # of a vacancy, of a candidate: no secrets


def test_pages_behind_a_secret_address_are_kept_nowhere(client):
    for name in ("invitation_open", "reply_by_link", "booking", "unsubscribe"):
        assert "no-store" in client.get(reverse(name, args=["forged"]))["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/help/", "/jobs/", "/conversations/"])
def test_what_everybody_may_read_stays_as_it_is(client, path):
    assert "Cache-Control" not in client.get(path).headers


def test_a_copy_is_not_asked_about_either():
    """A view that answers 304 would let the browser show what it kept."""

    @condition(etag_func=lambda request: "1")
    def view(request):
        return HttpResponse("Private")

    request = RequestFactory().get("/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}=x"})
    request.user = AnonymousUser()
    answer = PrivateMiddleware(view)(request)
    assert (answer["Cache-Control"], answer.has_header("ETag")) == (KEPT_NOWHERE, False)


def test_signing_out_makes_the_browser_forget(signed_in):
    assert "Clear-Site-Data" not in signed_in.get(reverse("account_logout")).headers
    answer = signed_in.post(reverse("account_logout"))
    assert (answer["Clear-Site-Data"], answer["Cache-Control"]) == (FORGET, KEPT_NOWHERE)
    assert "cookies" not in FORGET  # what says that one is signed out is in a session of its own
    assert "You have signed out" in signed_in.get("/").content.decode()


def test_no_script_of_ours_keeps_what_people_type():
    """What signing out clears is then all that there is; a service worker would outlive it."""
    kept = re.compile(r"localStorage|sessionStorage|indexedDB|serviceWorker|caches\.")
    scripts = Path(settings.BASE_DIR, "static", "js").glob("*.js")
    assert [path.name for path in scripts if kept.search(path.read_text())] == []
