"""The mailbox to which calendars answer and mail that cannot be delivered comes back, by
environment variables alone."""

import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCOPE = "https://outlook.office365.com/.default"  # Exchange Online's
# With what goes behind its name (inbound/addresses.py) no local part is longer than 64 characters.
ADDRESS = re.compile(r"[a-z0-9._-]{1,24}@[a-z0-9.-]+\.[a-z0-9-]+")
PORTS = {"imaps": 993, "imap": 143}


def mailbox(env):
    """What there is to know of it; empty where there is none."""
    url = env("INBOUND_MAIL_URL", default="")
    address = env("INBOUND_MAIL_ADDRESS", default="").lower()
    oauth = {
        "token_url": env("INBOUND_OAUTH_TOKEN_URL", default=""),
        "client_id": env("INBOUND_OAUTH_CLIENT_ID", default=""),
        "client_secret": env("INBOUND_OAUTH_CLIENT_SECRET", default=""),
    }
    if not (url or address or any(oauth.values())):
        return {}
    if wrong := list(_wrong(url, address, oauth.values())):
        raise ImproperlyConfigured("Inbound mail: " + " ".join(wrong))
    at = urlsplit(url)
    return {
        "tls": at.scheme == "imaps",
        "host": at.hostname,
        "port": at.port or PORTS[at.scheme],
        "user": unquote(at.username),
        "password": unquote(at.password or ""),
        "folder": unquote(at.path.strip("/")) or "INBOX",
        "address": address,
        "bounces": env.bool("INBOUND_BOUNCES", default=True),
        "scope": env("INBOUND_OAUTH_SCOPE", default=SCOPE),
        **oauth,
    }


def _wrong(url, address, oauth):
    try:
        at = urlsplit(url)
        known = at.scheme in PORTS and at.hostname and at.username and at.port != 0
    except ValueError:  # a port that is none
        known = False
    if not known:
        yield "INBOUND_MAIL_URL must be imaps://user:password@host/INBOX."
    elif not at.password and not any(oauth):
        yield "INBOUND_MAIL_URL has no password, and there is no INBOUND_OAUTH_TOKEN_URL."
    if not ADDRESS.fullmatch(address):
        yield "INBOUND_MAIL_ADDRESS must be its address, 24 plain characters before the @ at most."
    if any(oauth) and not all(oauth):
        yield (
            "INBOUND_OAUTH_TOKEN_URL, INBOUND_OAUTH_CLIENT_ID and INBOUND_OAUTH_CLIENT_SECRET "
            "belong together."
        )
