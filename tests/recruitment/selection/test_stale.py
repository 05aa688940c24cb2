"""Whoever saves second reads that somebody was first, keeps what they typed, and can save again."""

import pytest
from django.urls import reverse

from apps.recruitment.selection.models.sheet import Sheet

from . import choosing

pytestmark = pytest.mark.django_db
TYPED = "Words that nobody else wrote."


def late(client, url, data, stored):
    """Send from an older revision: the page that comes back."""
    answer = client.post(url, data | {"seen": stored.revision - 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert TYPED in page
    assert "another window" in page or "Compare before you save" in page
    assert f'name="seen" value="{stored.revision}"' in page
    return client.post(url, data | {"seen": stored.revision})


def test_a_sheet(client):
    vacancy, _ = choosing.shortlisting(1)
    seat, blind = choosing.seats(vacancy)[0], vacancy.blind_applications.get()
    choosing.fill(choosing.round_of(vacancy), seat, blind, lock=False)
    sheet = Sheet.objects.get()
    criterion = sheet.scores.first().criterion_id
    client.force_login(seat.user, "apps.accounts.backends.SignIn")
    url = reverse("sheet", args=[vacancy.reference, "shortlisting", blind.label])
    data = {f"evidence_{criterion}": TYPED, "action": "save"}
    assert late(client, url, data, sheet).status_code == 302
    assert sheet.scores.get(criterion=criterion).evidence == TYPED


def test_a_redacted_copy(client):
    vacancy, _ = choosing.closed(1)
    vacancy.applications.get().answers.update(text=f"{TYPED} And more.")
    choosing.redact(vacancy)
    blind = vacancy.blind_applications.get()
    blind.redaction.refresh_from_db()
    client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
    url = reverse("redaction", args=[vacancy.reference, blind.label])
    copy = f"{TYPED} [left out]"
    data = {f"text_{one.pk}": copy for one in blind.answers.all()} | {"action": "save"}
    assert late(client, url, data, blind.redaction).status_code == 302
    assert blind.answers.first().text == copy


def test_how_and_where_interviews_are(client):
    vacancy, _ = choosing.planned("yes")
    plan = vacancy.interview_plan
    plan.refresh_from_db()
    client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
    url = reverse("interview_plan", args=[vacancy.reference])
    data = {"format": "in_person", "place": TYPED, "minutes": 45, "link": "", "note": ""}
    assert late(client, url, data, plan).status_code == 302
    plan.refresh_from_db()
    assert plan.place == TYPED
