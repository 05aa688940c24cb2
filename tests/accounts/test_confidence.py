"""Where confidence is promised, its limits are read first, by both."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.confidence import limits_page
from apps.core.exceptions import NotYet
from apps.core.models import AuditEntry
from apps.network.pairs.models import CheckIn
from tests import factories as make
from tests.factories import StaffFactory, UserFactory, appoint

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


@pytest.fixture
def network():
    return make.network()


@pytest.fixture
def pair(network):
    peer, sponsor = UserFactory(limits_read=0), StaffFactory(limits_read=0)
    for person in (peer, sponsor):
        appoint(network, person)
    return make.pair(network, peer, sponsor)


def words(client, url):
    return " ".join(client.get(url, follow=True).content.decode().split())


def test_no_word_is_written_between_two_before_both_have_read_the_limits(client, pair):
    wrote = {"on": timezone.localdate(), "how": "We walked.", "helps": ""}
    add, page = reverse("check_in_add", args=[pair.pk]), pair.get_absolute_url()
    client.force_login(pair.peer, SIGN_IN)
    assert f"Before you and {pair.sponsor.name} write" in words(client, "/")
    text = words(client, page)
    assert "Read “What cannot be kept private”." in text
    assert f"{pair.sponsor.name} has to read" in text
    assert add not in text
    for person in pair.people:
        with pytest.raises(NotYet, match="What cannot be kept private"):
            CheckIn.write(pair, by=person, **wrote)
    answer = client.get(add)
    assert answer.url == limits_page(add)
    limits = words(client, answer.url)
    assert "you or somebody else may come to serious harm" in limits
    assert client.post(answer.url).url == add
    today = timezone.localdate()
    sent = {"on_day": today.day, "on_month": today.month, "on_year": today.year, "how": "Mermaids"}
    refused = client.post(add, sent)  # the sponsor has not: nothing typed is lost
    assert refused.status_code == 422
    assert "Mermaids" in refused.content.decode()
    client.force_login(pair.sponsor, SIGN_IN)
    client.post(reverse("confidence"))
    assert client.post(add, sent).status_code == 302
    assert CheckIn.objects.get().how == "Mermaids"
    read = AuditEntry.objects.filter(action="read_limits")
    assert {entry.by for entry in read} == {pair.peer, pair.sponsor}


@pytest.mark.parametrize("name", ["support_profile", "support_to_arrange", "to_arrange"])
def test_what_is_confidential_is_neither_written_nor_read_before(client, name):
    person = UserFactory(limits_read=0)
    client.force_login(person, SIGN_IN)
    url = reverse(name)
    assert client.get(url).url == limits_page(url)
    person.read_limits()
    assert client.get(url).status_code == 200


def test_the_limits_lead_back_to_this_site_alone_and_are_asked_anew_when_they_change(
    client, monkeypatch
):
    person = UserFactory(limits_read=0)
    client.force_login(person, SIGN_IN)
    away = f"{reverse('confidence')}?next=https://evil.example/"
    assert client.post(away).url == reverse("profile")
    for odd in ("zzz", "%3Fa", "%23"):  # no name of a page, and no fault
        assert client.post(f"{reverse('confidence')}?next={odd}").status_code == 302
    person.refresh_from_db()
    assert person.knows_limits
    monkeypatch.setattr("apps.accounts.models.people.LIMITS", 2)
    assert not person.knows_limits
    client.logout()
    assert "What happens then" in words(client, reverse("confidence"))
    assert client.post(reverse("confidence")).status_code == 302
