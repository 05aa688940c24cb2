import pytest
from django.urls import reverse

from ..factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/privacy/", "/accessibility/", "/help/", "/worried/", "/healthz"]
)
def test_public_pages_answer_without_signing_in(client, path):
    assert client.get(path).status_code == 200


def test_the_header_is_each_person_s_own_and_says_where_they_are(client):
    """It is drawn once and kept: for nobody else, and for no other place of the menu."""

    def header(user, address):
        client.logout()
        if user:
            client.force_login(user, "apps.accounts.backends.SignIn")
        page = client.get(address).content.decode()
        return page[page.index("<header") : page.index("</header>")]

    ann, ben = UserFactory(full_name="Ann Abbott"), UserFactory(full_name="Ben Bell")
    for user, other in ((ann, ben), (ben, ann), (ann, ben)):
        for address, place in ((reverse("groups"), "Groups"), (reverse("meetings"), "Meetings")):
            found = header(user, address)
            assert user.name in found
            assert other.name not in found
            assert found.count('aria-current="true"') + found.count('aria-current="page"') == 1
            current = found[found.index("aria-current") :]
            assert place in current[: current.index("</li>")]
    nobody = header(None, reverse("account_login"))
    assert "Sign in" in nobody
    assert ann.name not in nobody
    ann.full_name = "Ann Baker"
    ann.save()
    assert "Ann Baker" in header(ann, reverse("groups"))
