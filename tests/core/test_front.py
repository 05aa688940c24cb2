import pytest
from django.urls import reverse

from ..factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/privacy/", "/accessibility/", "/help/", "/worried/", "/healthz"]
)
def test_public_pages_answer_without_signing_in(client, path):
    assert client.get(path).status_code == 200


def test_the_public_statements_say_what_is_so_and_what_is_not_so_yet(client):
    """Each sentence here was untrue once, or stands in place of one that was."""

    def words(address):
        return " ".join(client.get(address).content.decode().split())

    accessibility, privacy = words("/accessibility/"), words("/privacy/")
    assert "we ask people who use assistive technology" not in accessibility
    assert "has tested this service with us yet" in accessibility
    assert "Nobody from outside has audited it." in accessibility
    assert "Equality Advisory and Support Service" in accessibility
    assert "We do not ask about your health" not in privacy
    assert "we do ask what helps you take part" in privacy
    assert "If you apply for a post" in privacy
    assert "If you claim for your time" in privacy


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


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/static/app.css", "/nothing-here/"])
def test_every_answer_gives_up_what_the_site_never_asks_of_a_telephone(client, url):
    answer = client.get(url)
    policy = answer["Permissions-Policy"]
    assert "camera=()" in policy
    assert "geolocation=()" in policy
    assert "publickey-credentials-get=(self)" in policy
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
