"""For real people's data. Everything comes from the environment; what is unsafe does not start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from oxleas_peer.settings.base import VAR_DIR, env

from .base import *

DEBUG = False
AUDIT_ANCHOR_FILE = env("AUDIT_ANCHOR_FILE", default=str(VAR_DIR / "audit-anchors"))
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- only over TLS ----------------------------------------------------------------------------
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, where there is no TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # the proxy must set it itself
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"  # the browser refuses it from a subdomain or without TLS
CSRF_COOKIE_NAME = "__Host-csrf"
DEVICE_COOKIE_NAME = "__Host-device"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)


# --- what must be right before anything starts -------------------------------------------------
def wrong():
    """Everything that is unsafe or missing, each as a sentence that says what to do."""
    site = urlsplit(SITE_URL)
    if env.bool("DEBUG", default=False):
        yield "DEBUG must be off: it shows people's data on error pages."
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        yield "SECRET_KEY must be at least 50 random characters: openssl rand -base64 48"
    if not ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS must name the host names of the site, with commas between."
    if "*" in ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS must not be *: anybody could then choose the links in our e-mail."
    if site.scheme != "https" or not site.hostname:
        yield "SITE_URL must begin with https://"
    elif ALLOWED_HOSTS and not {site.hostname, "*"} & set(ALLOWED_HOSTS):
        yield f"SITE_URL is at {site.hostname}, which ALLOWED_HOSTS does not name."
    if not env("DATABASE_URL", default=""):
        yield "DATABASE_URL must name the database: postgres://user:password@host/name"
    elif "sqlite" in DATABASES["default"]["ENGINE"] and not env.bool("ALLOW_SQLITE", default=False):
        yield "DATABASE_URL is SQLite, for one machine only. ALLOW_SQLITE=yes accepts that."
    if not env("CELERY_BROKER_URL", default=""):
        yield "CELERY_BROKER_URL must name the broker: redis://:password@host:6379/0"
    if not EMAIL_URL:
        yield "EMAIL_URL must name the mail server: smtp+tls://user:password@host:587"
    elif EMAIL_URL.partition("://")[0] not in ("smtp+tls", "smtp+ssl", "smtps"):
        yield "EMAIL_URL must begin with smtp+tls:// or smtp+ssl://: letters hold codes and links."
    if INBOUND and not INBOUND["tls"]:
        yield "INBOUND_MAIL_URL must begin with imaps://: answers of people come by it."
    if INBOUND.get("token_url", "").partition("://")[0] not in ("", "https"):
        yield "INBOUND_OAUTH_TOKEN_URL must begin with https://"
    if env("OIDC_SERVER_URL", default="https://").partition("://")[0] != "https":
        yield "OIDC_SERVER_URL must begin with https://"
    for name in ("DEFAULT_FROM_EMAIL", "SUPPORT_EMAIL"):
        if globals()[name].rstrip(">").endswith("@demo.example"):
            yield f"{name} must be an address of the trust."


if _found := list(wrong()):
    raise ImproperlyConfigured(
        "The site does not start, because:\n" + "\n".join(f"  - {reason}" for reason in _found)
    )
