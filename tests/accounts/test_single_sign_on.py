"""Single sign-on for staff, against a real OpenID Connect provider made for tests."""

import json
import re
import time
from types import SimpleNamespace
from unittest.mock import MagicMock, patch
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import environ
import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import User as Claimed
from oidc_provider_mock import run_server_in_thread

from apps.accounts import oidc
from apps.accounts.models.invitations import Invitation
from apps.accounts.models.people import User
from apps.core.models import AuditEntry
from oxleas_peer.settings import single_sign_on

from ..factories import StaffFactory, working_group
from .conftest import with_password

pytestmark = [
    pytest.mark.django_db,
    # The provider made for tests uses what its own library no longer likes.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
GIVEN = {
    "OIDC_PROVIDER_ID": "trust",
    "OIDC_NAME": "Oxleas staff account",
    "OIDC_SERVER_URL": "https://login.trust.example/tenant",
    "OIDC_CLIENT_ID": "peer",
    "OIDC_CLIENT_SECRET": "secret",
}


def environment(**values):
    env = environ.Env()
    env.ENVIRON = values
    return env


# --- configuration ----------------------------------------------------------------------------
def test_without_variables_there_is_no_provider_and_no_button(client):
    assert single_sign_on.providers(environment()) == {}
    assert single_sign_on.origins(environment()) == []
    assert "staff account" not in client.get(reverse("account_login")).content.decode()


def test_the_variables_alone_configure_a_provider():
    (app,) = single_sign_on.providers(environment(**GIVEN))["openid_connect"]["APPS"]
    assert (app["provider_id"], app["name"], app["client_id"], app["secret"]) == (
        "trust",
        "Oxleas staff account",
        "peer",
        "secret",
    )
    assert app["settings"] == {
        "server_url": "https://login.trust.example/tenant",
        "verified_email": False,
    }


@pytest.mark.parametrize("name", GIVEN)
def test_half_a_configuration_is_refused_by_name(name):
    rest = {key: value for key, value in GIVEN.items() if key != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        single_sign_on.providers(environment(**rest))


def test_the_sign_in_form_may_lead_to_the_provider():
    given = GIVEN | {"OIDC_FORM_ORIGINS": "https://pages.trust.example"}
    assert single_sign_on.origins(environment(**given)) == [
        "https://login.trust.example",
        "https://pages.trust.example",
    ]


# --- signing in -------------------------------------------------------------------------------
@pytest.fixture
def provider(settings):
    """A provider that knows three people: two with a verified address, one without."""
    people = [
        Claimed(sub="priya", claims={"email": "Priya@Trust.Example", "email_verified": True}),
        Claimed(sub="mallory", claims={"email": "priya@trust.example", "email_verified": False}),
        Claimed(sub="noname", claims={"email": "noname@trust.example", "email_verified": True}),
    ]
    with run_server_in_thread(user_claims=people) as server:
        url = f"http://localhost:{server.server_port}"
        settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(
            environment(**GIVEN | {"OIDC_SERVER_URL": url})
        )
        yield url


def go(client, who):
    """Press the button, answer at the provider, and come back."""
    away = client.post(
        reverse("openid_connect_login", kwargs={"provider_id": "trust"}) + "?process=login"
    )
    assert away.status_code == 302
    answer = {"sub": who}
    back = requests.post(away["Location"], data=answer, allow_redirects=False, timeout=5)
    return client.get(back.headers["Location"].replace("http://testserver", ""))


def test_the_button_is_on_the_sign_in_page(client, provider):
    page = client.get(reverse("account_login")).content.decode()
    assert "Sign in with Oxleas staff account" in page
    assert 'action="/accounts/oidc/trust/login/?process=login"' in page


def test_a_link_does_not_begin_a_sign_in(client, provider):
    answer = client.get(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    assert answer.status_code == 200
    assert "Location" not in answer


def test_a_verified_address_opens_the_account_that_has_it_and_links_it(
    client, provider, mailoutbox
):
    user = with_password(StaffFactory(email="priya@trust.example"))
    assert go(client, "priya")["Location"] == "/"
    assert SocialAccount.objects.get().user == user
    entries = AuditEntry.objects.about(user).order_by("pk").values_list("action", flat=True)
    assert list(entries) == ["link_single_sign_on", "sign_in"]
    assert "Your account was linked to Oxleas staff account" in mailoutbox[0].body
    client.logout()
    assert go(client, "priya")["Location"] == "/"
    assert SocialAccount.objects.count() == 1


def test_an_address_that_nobody_verified_opens_nothing(client, provider):
    with_password(StaffFactory(email="priya@trust.example"))
    answer = go(client, "mallory")
    assert "_auth_user_id" not in client.session
    assert "You need an invitation" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_somebody_unknown_is_told_that_it_takes_an_invitation(client, provider):
    answer = go(client, "noname")
    assert "You need an invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_the_answer_does_not_tell_whether_an_unverified_address_has_an_account(client, provider):
    without = go(client, "mallory").content
    with_password(StaffFactory(email="priya@trust.example"))
    assert go(client, "mallory").content == without


def test_an_invitation_to_the_verified_address_is_accepted_by_signing_in(client, provider, invite):
    group = working_group(name="Training", slug="training")
    invite(
        "priya@trust.example",
        full_name="Priya Nair",
        constituency="staff",
        department="hr",
        memberships=[{"group": "training", "role": "member"}],
    )
    assert go(client, "priya")["Location"] == reverse("welcome")
    user = User.objects.get(email="priya@trust.example")
    assert (user.full_name, user.has_usable_password()) == ("Priya Nair", False)
    assert EmailAddress.objects.get(user=user).verified
    assert user.has_perm("groups.view_workinggroup", group)
    assert Invitation.objects.get().state == Invitation.State.ACCEPTED


def test_the_link_of_an_invitation_lets_in_somebody_with_another_address(client, provider, invite):
    _, path = invite("p.nair@home.example", full_name="Priya Nair")
    page = client.get(path, follow=True)
    assert "Sign in with Oxleas staff account" in page.content.decode()
    assert go(client, "noname")["Location"] == reverse("welcome")
    assert User.objects.get(email="p.nair@home.example").socialaccount_set.count() == 1


def test_a_dead_invitation_opens_nothing(client, provider, invite, office):
    invitation, _ = invite("priya@trust.example")
    invitation.move("revoke", by=office)
    assert "You need an invitation" in go(client, "priya").content.decode()
    assert not User.objects.filter(email="priya@trust.example").exists()


def test_a_closed_account_stays_closed(client, provider):
    with_password(StaffFactory(email="priya@trust.example", is_active=False))
    assert go(client, "priya")["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_asked_for_after_single_sign_on_too(client, provider):
    user = with_password(StaffFactory(email="priya@trust.example"))
    TOTP.activate(user, generate_totp_secret())
    assert go(client, "priya")["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_saying_no_at_the_provider_ends_on_a_plain_page(client, provider):
    away = client.post(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    (state,) = parse_qs(urlsplit(away["Location"]).query)["state"]
    url = reverse("openid_connect_callback", kwargs={"provider_id": "trust"})
    answer = client.get(url, {"error": "access_denied", "state": state}, follow=True)
    assert "You did not sign in" in answer.content.decode()


def test_a_provider_that_does_not_answer_is_a_plain_page(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(
        environment(**GIVEN | {"OIDC_SERVER_URL": "http://localhost:9"})
    )
    answer = client.post(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    assert answer.status_code == 503
    assert "That did not work" in answer.content.decode()


def test_a_provider_leads_us_nowhere_else(client, provider, settings, monkeypatch):
    """What asks for us on the server goes to no address that a stranger chose (ASVS 15.3.2)."""
    asked = []

    def elsewhere(self, prepared, **kwargs):
        asked.append(prepared.url)
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 302, prepared, prepared.url
        answer.headers["Location"] = "http://169.254.169.254/"
        return answer

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", elsewhere)
    answer = client.post(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    assert answer.status_code == 503
    assert asked == [f"{provider}/.well-known/openid-configuration"]


def test_a_forged_answer_is_a_plain_page(client, provider):
    url = reverse("openid_connect_callback", kwargs={"provider_id": "trust"})
    answer = client.get(url, {"code": "forged", "state": "forged"})
    assert answer.status_code == 401
    assert "That did not work" in answer.content.decode()
    assert "_auth_user_id" not in client.session


# --- what a provider, or somebody in its name, may not do -------------------------------------
def pressed(client, query="?process=login"):
    """What is asked of the provider, as its address says."""
    url = reverse("openid_connect_login", kwargs={"provider_id": "trust"}) + query
    return dict(parse_qsl(urlsplit(client.post(url)["Location"]).query))


def test_each_sign_in_has_secrets_of_its_own(client, provider):
    first, second = pressed(client), pressed(client)
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 16
        assert first[name] != second[name]


def test_an_address_cannot_choose_what_is_asked_of_the_provider(client, provider):
    more = urlencode(
        {"scope": "files", "auth_params": "nonce=known&redirect_uri=https://a.example"}
    )
    asked = pressed(client, f"?process=login&{more}")
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["nonce"] != "known"
    assert asked["redirect_uri"] == "http://testserver/accounts/oidc/trust/login/callback/"


def test_an_answer_opens_nothing_in_another_browser(client, provider):
    with_password(StaffFactory(email="priya@trust.example"))
    away = client.post(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    back = requests.post(
        away["Location"], data={"sub": "priya"}, allow_redirects=False, timeout=5
    ).headers["Location"]
    victim = Client()
    assert victim.get(back.replace("http://testserver", "")).status_code == 401
    assert "_auth_user_id" not in victim.session


KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in "ab"}


def signed(claims, key="a", **how):
    return jwt.encode(claims, KEYS[key], **{"algorithm": "RS256", "headers": {"kid": "a"}} | how)


@pytest.fixture
def told(rf):
    """What becomes of a token: the list of keys is the provider's, with the key *a*."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEYS["a"].public_key(), as_dict=True)
    adapter = oidc.Adapter(rf.get("/"), "trust")
    adapter.nonce = "ours"
    adapter.get_provider = lambda: SimpleNamespace(issuer="https://login.trust.example")
    adapter._openid_config = {
        "issuer": "https://login.trust.example",
        **dict.fromkeys(oidc.ENDPOINTS, "https://login.trust.example/keys"),
    }
    keys = SimpleNamespace(
        json=lambda: {"keys": [public | {"kid": "a"}]}, raise_for_status=lambda: None
    )
    session = MagicMock()
    session.__enter__.return_value.get.return_value = keys
    app = SimpleNamespace(client_id="peer")
    with patch.object(oidc, "get_adapter") as own:
        own.return_value.get_requests_session.return_value = session
        yield lambda token: adapter._decode_id_token(app, token)


def claims(**others):
    now = int(time.time())
    right = {"iss": "https://login.trust.example", "aud": "peer", "sub": "1", "nonce": "ours"}
    return right | {"iat": now, "exp": now + 60} | others


def test_a_token_of_this_sign_in_is_taken(told):
    assert told(signed(claims()))["sub"] == "1"
    assert told(signed(claims(), headers={}))["sub"] == "1"  # the provider has one key


@pytest.mark.parametrize(
    "make",
    [
        lambda: signed(claims(nonce="another")),
        lambda: signed(claims(aud="another")),
        lambda: signed(claims(iss="https://elsewhere.example")),
        lambda: signed(claims(exp=int(time.time()) - 60)),
        lambda: signed({key: value for key, value in claims().items() if key != "exp"}),
        lambda: signed(claims(), key="b"),
        lambda: signed(claims(), headers={"kid": "b"}),
        lambda: jwt.encode(claims(), None, algorithm="none"),
        lambda: jwt.encode(claims(), "x" * 40, algorithm="HS256", headers={"kid": "a"}),
        lambda: "not.a.token",
        lambda: "",
    ],
)
def test_a_token_that_is_not_the_providers_for_us_and_now_opens_nothing(told, make):
    with pytest.raises(OAuth2Error):
        told(make())


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(
        environment(**GIVEN | {"OIDC_SERVER_URL": provider.replace("localhost", "127.0.0.1") + "/"})
    )
    answer = client.post(reverse("openid_connect_login", kwargs={"provider_id": "trust"}))
    assert answer.status_code == 503


def test_an_answer_about_somebody_else_than_the_token_opens_nothing(client, provider, monkeypatch):
    with_password(StaffFactory(email="priya@trust.example"))
    person = {"sub": "priya", "email": "priya@trust.example", "email_verified": True}
    monkeypatch.setattr(oidc.Adapter, "_fetch_user_info", lambda self, token: person)
    assert go(client, "noname").status_code == 401
    assert "_auth_user_id" not in client.session


def test_no_token_of_the_provider_is_kept(client, provider):
    with_password(StaffFactory(email="priya@trust.example"))
    go(client, "priya")
    assert "_auth_user_id" in client.session
    assert not SocialToken.objects.exists()
    kept = json.dumps([dict(client.session), SocialAccount.objects.get().extra_data], default=str)
    assert not re.search(r"access_token|refresh_token|eyJ[\w-]+\.eyJ", kept)
