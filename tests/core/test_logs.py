"""What the log says of whoever is refused, and what it never says."""

import json
from datetime import datetime

import pytest
from django.urls import reverse

from apps.core.logs import JsonFormatter

from ..factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog, monkeypatch):
    """What a log of the site would hold: written while the request lasts, as a handler does."""
    written = []
    monkeypatch.setattr(
        caplog.handler, "emit", lambda entry: written.append(JsonFormatter().format(entry))
    )
    return written


def test_a_refusal_says_when_who_where_and_what(client, lines):
    user = UserFactory()
    client.force_login(user)
    answer = client.get(reverse("audit"))
    assert answer.status_code == 403
    (line,) = map(json.loads, lines)
    assert (line["level"], line["logger"]) == ("WARNING", "django.request")
    assert line["message"] == f"Forbidden (Permission denied): {reverse('audit')}"
    assert (line["account"], line["request_id"]) == (user.pk, answer["X-Request-Id"])
    assert datetime.fromisoformat(line["at"]).utcoffset().total_seconds() == 0
    client.logout()
    client.get("/nowhere/")
    assert "account" not in json.loads(lines[-1])


def test_a_line_holds_no_secret_of_an_address(client, lines):
    for name in ("unsubscribe", "calendar_feed", "invitation_open", "reply_by_link"):
        client.put(reverse(name, args=["s3cret-of-somebody"]))
    assert len(lines) >= 3
    assert not any("s3cret" in line for line in lines)


def test_what_somebody_types_makes_no_line_of_its_own(client, lines):
    client.get("/nowhere/%0a%7b%22level%22:%22INFO%22%7d/")
    (line,) = lines
    assert "\n" not in line
    assert json.loads(line)["level"] == "WARNING"


def test_what_was_refused_is_in_the_log(client, lines):
    """A move whose turn it is not, or that somebody else made first, and a poor form."""
    user = UserFactory()
    client.force_login(user)
    answer = client.post(reverse("profile_edit"), {"full_name": ""})
    assert answer.status_code == 422
    (line,) = map(json.loads, lines)
    assert line["message"] == f"Unprocessable Entity: {reverse('profile_edit')}"
    assert (line["account"], line["request_id"]) == (user.pk, answer["X-Request-Id"])
