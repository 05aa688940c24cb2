"""What ASVS 5.0 asks of code in general, and no other test shows (docs/security.md)."""

import logging
import re
import time
from importlib import import_module
from pathlib import Path

import pytest
from csp.constants import NONE, SELF
from django.conf import settings
from django.core import signing
from django.forms import ALL_FIELDS
from django.forms.models import ModelForm
from django.urls import reverse

from apps.core.forms import PublicForm
from apps.core.limits import place
from oxleas_peer.settings import base

from ..factories import UserFactory

ROOT = Path(settings.BASE_DIR)
OURS = sorted((ROOT / "apps").rglob("*.py"))

# Who keeps something in the cache, and what: nothing of anybody. (allauth counts there as well.)
IN_THE_CACHE = {
    "apps/accounts/sign_in_log.py": "that a lock-out was noted, under a digest",
    "apps/core/audit_views.py": "the names of actions",
    "apps/core/caching.py": "what the others keep, under keyed digests, while Redis is away",
    "apps/core/health.py": "when the scheduler ticked last",
    "apps/core/limits.py": "how often a form was sent, under a keyed digest",
    "apps/core/models.py": "crisis contacts, which everybody sees",
}


def subclasses(one):
    for sub in one.__subclasses__():
        yield sub
        yield from subclasses(sub)


def test_the_cache_holds_nothing_of_anybody():
    asking = {
        str(path.relative_to(ROOT))
        for path in OURS
        if re.search(r"django\.core\.cache import|django\.core import .*cache", path.read_text())
    }
    assert asking == IN_THE_CACHE.keys()


def test_a_form_takes_the_fields_that_it_names_and_no_others():
    for path in OURS:
        if path.name.endswith("forms.py") or "forms" in path.parts:
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = [one for one in subclasses(ModelForm) if one.__module__.startswith("apps.")]
    assert len(ours) > 20
    for form in ours:
        meta = getattr(form, "Meta", None)
        if getattr(meta, "model", None) is not None:
            assert getattr(meta, "fields", ALL_FIELDS) != ALL_FIELDS, form
            assert not getattr(meta, "exclude", None), form


@pytest.mark.django_db
def test_what_stands_in_the_address_is_not_taken_for_what_a_form_sent(client):
    user = UserFactory(full_name="Amara Osei")
    client.force_login(user)
    answer = client.post(reverse("profile_edit") + "?full_name=Mallory", {"known_as": "Mal"})
    assert answer.status_code == 422
    answer = client.post(reverse("profile_edit"), {"full_name": ["Mallory", "Amara O"]})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.full_name == "Amara O"  # one of them, the one that was checked


def test_scripts_make_no_property_by_a_name_that_came_from_elsewhere():
    by_a_name = re.compile(r"\w\[[^\]'\"\d]+\]\s*=[^=]|__proto__|Object\.assign")
    for path in (ROOT / "static" / "js").glob("*.js"):
        assert not by_a_name.search(path.read_text()), path


def test_a_form_that_a_program_filled_in_is_in_the_log(caplog):
    opened = signing.dumps(int(time.time()) - 10, salt=PublicForm.SALT)
    form = PublicForm({"website": "https://spam.example", "opened": opened})
    with caplog.at_level(logging.WARNING):
        assert form.is_valid()
    assert form.is_trapped
    assert [one.getMessage() for one in caplog.records] == [
        "A program filled in PublicForm, and nothing was kept"
    ]


def test_an_address_that_a_visitor_claims_to_come_from_is_not_counted(rf, settings):
    """The proxy in front adds the one that it saw, at the end (TRUSTED_PROXY_COUNT)."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    seen = [
        place(rf.get("/", headers={"X-Forwarded-For": claimed + "203.0.113.9"}))
        for claimed in ("", "198.51.100.1, ", "10.0.0.1, 127.0.0.1, ")
    ]
    assert len(set(seen)) == 1
    assert place(rf.get("/", headers={"X-Forwarded-For": "203.0.113.10"})) != seen[0]
    nginx = (ROOT / "docker" / "nginx.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx


@pytest.mark.django_db
def test_a_fault_of_ours_tells_a_number_and_nothing_else(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("SELECT secret_key FROM amara")

    user = UserFactory()
    client.force_login(user)
    client.raise_request_exception = False
    monkeypatch.setattr("apps.accounts.views.profile.Profile.get_context_data", broken)
    answer = client.get(reverse("profile"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in page
    for told in ("secret_key", "amara", "RuntimeError", "Traceback", "apps/", "Django"):
        assert told not in page


def test_the_log_goes_where_it_is_said_to_go():
    assert base.LOGGING["formatters"] == {"json": {"()": "apps.core.logs.JsonFormatter"}}
    assert base.LOGGING["root"]["handlers"] == ["console"]
    assert base.LOGGING["handlers"] == {
        "console": {"class": "logging.StreamHandler", "formatter": "json"}
    }
    assert {name for name, one in base.LOGGING["loggers"].items() if one.get("handlers")} == set()


def test_pages_load_nothing_from_elsewhere():
    allowed = base.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert allowed["default-src"] == [NONE]
    for name, sources in allowed.items():
        assert name == "form-action" or set(sources) <= {SELF, NONE, "data:"}, name
