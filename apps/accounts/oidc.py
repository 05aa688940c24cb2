"""Single sign-on, held to what OpenID Connect Core 1.0 (3.1.3.7, 5.3.2) and Discovery 1.0 (4.3) ask
of a client. allauth does the rest, and leaves these out or takes them from the address."""

import logging
import secrets
from urllib.parse import urlsplit

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

log = logging.getLogger(__name__)

WELL_KNOWN = "/.well-known/"
# Signed with the provider's own key: never a shared secret, never nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Adapter(OpenIDConnectOAuth2Adapter):
    """Asks of the provider that it is who it says it is, and of what it tells that it told us."""

    nonce = ""

    @property
    def openid_config(self):
        config = super().openid_config
        issuer = self.get_provider().issuer
        safe = {urlsplit(issuer).scheme, "https"}
        if config.get("issuer") != issuer or any(
            urlsplit(config.get(name, "")).scheme not in safe for name in ENDPOINTS
        ):
            log.error("Single sign-on: the provider's own name or addresses are not as expected")
            page = "socialaccount/authentication_error.html"
            raise ImmediateHttpResponse(render(self.request, page, status=503))
        return config

    def complete_login(self, request, app, token, **kwargs):
        told = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        person = self._fetch_user_info(token.token)
        if person.get("sub") != told.get("sub"):
            raise OAuth2Error("The token and the answer are about two people")
        data = {"userinfo": person, "id_token": told}
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app, id_token):
        """What the token says. Raises OAuth2Error unless it is signed, ours and of this sign-in."""
        try:
            head = jwt.get_unverified_header(id_token)
            if head.get("alg") not in ALGORITHMS:
                raise OAuth2Error("Not a signature that is taken")
            told = jwt.decode(
                id_token,
                key=self._key(head),
                algorithms=[head["alg"]],
                issuer=self.get_provider().issuer,
                audience=app.client_id,
                options={"require": ["aud", "exp", "iat", "iss", "sub"]},
            )
        except (jwt.PyJWTError, AttributeError, KeyError, TypeError, ValueError) as fault:
            raise OAuth2Error("Not a token that can be read") from fault
        if not self.nonce or not constant_time_compare(told.get("nonce", ""), self.nonce):
            raise OAuth2Error("Not a token of this sign-in")
        return told

    def _key(self, head):
        """The one key of the provider's own list that the token may be signed with."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
        answer.raise_for_status()
        [key] = [
            one
            for one in answer.json()["keys"]
            if one.get("use", "sig") == "sig" and head.get("kid") in (None, one.get("kid"))
        ]
        return jwt.PyJWK(key, algorithm=head["alg"]).key


class Provider(OpenIDConnectProvider):
    """The one that the settings name; nothing of what we ask of it comes from an address."""

    oauth2_adapter_class = Adapter

    @property
    def issuer(self):
        """What the provider must call itself, to the letter."""
        return self.app.settings["server_url"].partition(WELL_KNOWN)[0]

    def wk_server_url(self, url):
        return super().wk_server_url(url if WELL_KNOWN in url else url.rstrip("/"))

    def get_auth_params_from_request(self, request, action):
        return self.get_auth_params()

    def get_scope_from_request(self, request):
        return self.get_scope()

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = self.get_auth_params() | {"nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)


class Callback(OAuth2CallbackView):
    def _get_state(self, request, provider):
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


@login_not_required
def callback(request, provider_id):
    """Where the provider sends people back to; in the place of allauth's own."""
    try:
        return Callback.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
