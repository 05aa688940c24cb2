"""Our mailbox on its server, by IMAP.

Its folders are all that is kept of what became of a mail: no keyword of our own, which Exchange
does not have. What was begun and not ended (a worker was killed) is *read*, and after the next time
*flagged*; then nobody tries again.
"""

import ssl
from contextlib import contextmanager, suppress
from itertools import chain, islice

import requests
from django.conf import settings
from imapclient import DELETED, FLAGGED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

TAKEN, AUTOMATIC, PERSON = FOLDERS = ("Taken", "Automatic", "For a person")
SECONDS = SocketTimeout(connect=10, read=20)
AT_ONCE = 200  # mails that are looked at in one go
DATED = 500  # of those for a person, how many are asked for their day


class NoTokenError(Exception):
    """The provider of the mailbox gives us no access."""


# What it is when the mailbox cannot be read: nobody's mail is to blame.
AWAY = (OSError, NoTokenError, IMAPClientError)


@contextmanager
def opened():
    """The Folders, signed in. Raises one of AWAY."""
    at = settings.INBOUND
    tls = ssl.create_default_context() if at["tls"] else None
    client = IMAPClient(at["host"], at["port"], ssl=at["tls"], ssl_context=tls, timeout=SECONDS)
    try:
        if at["token_url"]:
            client.oauth2_login(at["user"], _access_token(at))
        else:
            client.login(at["user"], at["password"])
        yield Folders(client, at["folder"])
    finally:
        with suppress(*AWAY):
            client.logout()


def _access_token(at):
    """By the application's own secret (RFC 6749, 4.4): nobody signs in for it."""
    asked = {
        "grant_type": "client_credentials",
        "client_id": at["client_id"],
        "client_secret": at["client_secret"],
        "scope": at["scope"],
    }
    try:
        answer = requests.post(at["token_url"], data=asked, timeout=10, allow_redirects=False)
        answer.raise_for_status()
        return answer.json()["access_token"]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise NoTokenError(type(error).__name__) from error


class Folders:
    """The mailbox while we are signed in to it."""

    def __init__(self, client, folder):
        self.client, self.inbox = client, folder
        client.normalise_times = False  # moments with their zone
        self.prefix = ""
        if client.has_capability("NAMESPACE") and (own := client.namespace().personal):
            self.prefix = own[0][0]
        for name in FOLDERS:
            if not client.folder_exists(self.prefix + name):
                client.create_folder(self.prefix + name)
                client.subscribe_folder(self.prefix + name)

    # --- what came ----------------------------------------------------------------------------
    def waiting(self):
        """[(key, bytes, how often it was begun)], what nobody began first."""
        self.client.select_folder(self.inbox)
        asked = ("UNSEEN", ["SEEN", "UNFLAGGED"], ["SEEN", "FLAGGED"])
        keys = chain.from_iterable(self.client.search(one) for one in asked)
        chosen = list(islice(keys, AT_ONCE))
        found = self.client.fetch(chosen, ["RFC822.SIZE", "FLAGS"]) if chosen else {}
        return [
            (
                key,
                found[key][b"RFC822.SIZE"],
                sum(f in found[key][b"FLAGS"] for f in (SEEN, FLAGGED)),
            )
            for key in chosen
            if key in found
        ]

    def begin(self, key, tries):
        self.client.add_flags([key], [FLAGGED if tries else SEEN], silent=True)

    def fetch(self, key):
        """All of it; None where it is gone."""
        return self.client.fetch([key], ["BODY.PEEK[]"]).get(key, {}).get(b"BODY[]")

    def move(self, key, name):
        """To a folder of ours. Killed in the middle it is in both."""
        folder = self.prefix + name
        if name == PERSON:  # who looks for what is new finds it
            self.client.remove_flags([key], [SEEN, FLAGGED], silent=True)
        if self.client.has_capability("MOVE"):
            self.client.move([key], folder)
            return
        self.client.copy([key], folder)
        self._delete([key])

    def _delete(self, keys):
        self.client.add_flags(keys, [DELETED], silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(keys)
        else:
            self.client.expunge()

    # --- what became of it --------------------------------------------------------------------
    def for_a_person(self):
        """(how many mails wait for a person, when the oldest of them came or None)."""
        self.client.select_folder(self.prefix + PERSON, readonly=True)
        keys = self.client.search("ALL")
        found = self.client.fetch(keys[:DATED], ["INTERNALDATE"]) if keys else {}
        came = [one[b"INTERNALDATE"] for one in found.values() if b"INTERNALDATE" in one]
        return len(keys), min(came, default=None)

    def forget(self, day):
        """What was dealt with and came before this day is deleted."""
        for name in (TAKEN, AUTOMATIC):
            self.client.select_folder(self.prefix + name)
            if keys := self.client.search(["BEFORE", day]):
                self._delete(keys)
