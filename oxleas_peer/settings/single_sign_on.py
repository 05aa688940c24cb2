"""Single sign-on through one OpenID Connect provider, by environment variables alone."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NAMES = (
    "OIDC_PROVIDER_ID",
    "OIDC_NAME",
    "OIDC_SERVER_URL",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
)


def providers(env):
    """allauth's SOCIALACCOUNT_PROVIDERS; empty where nothing is configured."""
    given = {name: env(name, default="") for name in NAMES}
    if not any(given.values()):
        return {}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"Single sign-on also needs {' and '.join(missing)}.")
    app = {
        "provider_id": given["OIDC_PROVIDER_ID"],
        "name": given["OIDC_NAME"],
        "client_id": given["OIDC_CLIENT_ID"],
        "secret": given["OIDC_CLIENT_SECRET"],
        "settings": {
            "server_url": given["OIDC_SERVER_URL"],
            # Some providers (Microsoft Entra) never say that an address is verified, though the
            # organisation itself gives the addresses out. The trust decides whether to rely on it.
            "verified_email": env.bool("OIDC_TRUST_EMAIL", default=False),
        },
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def origins(env):
    """Where a sign-in form may lead to, for the Content-Security-Policy.

    The provider's own origin, and those of OIDC_FORM_ORIGINS where its sign-in page is elsewhere.
    """
    address = urlsplit(env("OIDC_SERVER_URL", default=""))
    own = [f"{address.scheme}://{address.netloc}"] if address.netloc else []
    return own + env.list("OIDC_FORM_ORIGINS", default=[])
