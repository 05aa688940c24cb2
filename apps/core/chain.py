"""What makes tampering with the audit trail show: digests of entries, and of runs of them.

Pure functions; what is kept where, and what this can and cannot show: docs/adr/0014.
"""

import hashlib
import hmac
import json
import secrets
from datetime import UTC

from django.conf import settings

MARK = 16  # bytes by which a seal knows an entry
STEP = 8 + MARK
SALT = 32  # letters


def keys():
    """The key that new digests are made with, then earlier ones; none of them in the database."""
    given = [
        settings.AUDIT_KEY,
        *settings.AUDIT_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return [hashlib.sha256(f"audit chain:{key}".encode()).digest() for key in given if key]


def new_salt():
    return secrets.token_hex(SALT // 2)


def note_digest(salt, note):
    """Stands for the note in the entry's digest, so that a note can be taken away lawfully.

    With the salt gone as well nobody can find out by guessing what the note said.
    """
    return hashlib.sha256(f"{salt}\n{note}".encode()).hexdigest()


def entry_digest(key, *, at, by_id, action, subject_type_id, subject_id, request_id, noted):
    """One entry: everything but its number, which the seals hold."""
    content = [
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        by_id,
        action,
        subject_type_id,
        str(subject_id),
        request_id,
        noted,
    ]
    return hmac.digest(key, json.dumps(content).encode(), "sha256").hex()


# --- seals ----------------------------------------------------------------------------------------
def mark(digest):
    """What a seal lists of an entry. Hashed, so that it can be made of whatever stands there."""
    return hashlib.sha256(digest.encode()).digest()[:MARK]


def listing(rows):
    """Numbers and marks of a run of entries, as bytes: ``rows`` are (number, digest)."""
    return b"".join(pk.to_bytes(8, "big", signed=True) + mark(digest) for pk, digest in rows)


def listed(packed):
    """What a seal lists: {number: mark}, in order."""
    packed = bytes(packed)
    return {
        int.from_bytes(packed[at : at + 8], "big", signed=True): packed[at + 8 : at + STEP]
        for at in range(0, len(packed), STEP)
    }


def seal_digest(key, number, previous, packed):
    """One seal: its number, the seal before it, and what it lists."""
    content = f"{number}:{previous}:".encode() + bytes(packed)
    return hmac.digest(key, content, "sha256").hex()
