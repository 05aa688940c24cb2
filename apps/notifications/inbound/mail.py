"""What an e-mail is that came in: an answer of a calendar, one of ours that came back, or another.

Nothing here believes it: who wrote it, and whether what it is about is ours, is asked elsewhere.
All is bounded, since anybody may write: what is larger or more tangled than a calendar program or a
mail server writes is not looked into. It is counted, before anything takes it apart.
"""

import email
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.policy import compat32
from itertools import islice
from urllib.parse import unquote

from icalendar.parser import Contentlines

from .addresses import Said, Token, tokens

MOST_BYTES = 1_000_000
MOST_HEADS = 60  # lines that begin a part: answers have five, what came back ten
MOST_PARTS = 50
MOST_LINES = 20_000  # a megabyte in base64 has 13,000
MOST_BLANK = 2_000  # lines: in what came back each may begin something
MOST_DASHED = 300  # lines that may begin a part
MOST_OF_HEAD = 2_000  # bytes of what says of which type a part is
MOST_PARAMETERS = 20  # in it
MOST_CALENDAR = 50_000  # characters
MOST_ADDRESSES = 20_000
NOTE = 500
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
ANSWERED = ("ACCEPTED", "TENTATIVE", "DECLINED")
HEAD = re.compile(rb"content-type:([^\n]*(?:\n[ \t][^\n]*)*)")  # in small letters
# What calendar programs write in. Of all that Python reads some take hours (punycode).
CHARSET = re.compile(r"utf-?8|utf-16(le|be)?|(us-)?ascii|iso-8859-\d{1,2}|windows-125\d")
BULK = ("bulk", "junk", "list", "auto_reply")


class TooMuchError(Exception):
    """It is larger, or has more parts, than anything that we read by ourselves."""


@dataclass(frozen=True)
class Incoming:
    """What an e-mail says of itself."""

    tokens: set[Token] = field(default_factory=set)
    said: Said | None = None
    came_back: set[str] = field(default_factory=set)  # addresses to which it never comes
    is_automatic: bool = False


def read(raw: bytes) -> Incoming:
    """Raises TooMuchError, or whatever a mail that is no mail makes of the parser."""
    if _is_too_much(raw):
        raise TooMuchError
    mail = email.message_from_bytes(raw, policy=compat32)
    parts = list(islice(mail.walk(), MOST_PARTS + 1))
    if len(parts) > MOST_PARTS:
        raise TooMuchError
    to = " ".join(str(line) for name in TO for line in mail.get_all(name, []))
    said, organiser = _said(parts)
    return Incoming(
        tokens=tokens(f"{to[:MOST_ADDRESSES]} {organiser[:MOST_ADDRESSES]}"),
        said=said,
        came_back=_came_back(mail, parts),
        is_automatic=_is_automatic(mail),
    )


def _is_too_much(raw):
    """Python's parser takes long for each of these: lines, parts, and what a head says of them."""
    if len(raw) > MOST_BYTES:
        return True
    small = raw.lower().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return (
        small.count(b"\n") > MOST_LINES
        or small.count(b"\n\n") > MOST_BLANK / 2  # of three in a row it counts one
        or small.count(b"\n--") > MOST_DASHED
        or small.count(b"content-type") > MOST_HEADS
        or any(
            len(head[1]) > MOST_OF_HEAD or head[1].count(b";") > MOST_PARAMETERS
            for head in HEAD.finditer(small)
        )
    )


# --- answers of calendars -----------------------------------------------------------------------
def _said(parts):
    """(Said or None, its organiser) of the first calendar in it."""
    for part in parts:
        if part.get_content_type() == "text/calendar":
            return _answer(_text(part))
    return None, ""


def _text(part: Message) -> str:
    charset = part.get_content_charset("utf-8")
    del part["Content-Type"]  # else Python may decode by it
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or len(body) > 4 * MOST_CALENDAR:
        return ""
    try:
        return body.decode(charset if CHARSET.fullmatch(charset) else "utf-8", "replace")
    except LookupError:  # no charset that there is
        return body.decode("utf-8", "replace")


def _answer(text):
    """What RFC 5546 (3.2.3) asks of a reply to one entry: anything else is none.

    Read line by line: what else is in it (rules of time zones, say) would take as long to work out
    as whoever wrote it likes.
    """
    if len(text) > MOST_CALENDAR:
        return None, ""
    method, events, event, within = "", 0, {}, []
    for line in filter(None, Contentlines.from_ical(text)):
        name, params, value = line.parts()
        name = name.upper()
        if name == "BEGIN":
            within.append(value.strip().upper())
            events += within == ["VCALENDAR", "VEVENT"]
        elif name == "END":
            within = within[:-1]
        elif name == "METHOD" and within == ["VCALENDAR"]:
            method = value.strip().upper()
        elif within == ["VCALENDAR", "VEVENT"]:
            event.setdefault(name, []).append((params, value.strip()))
    if method != "REPLY" or events != 1 or "RECURRENCE-ID" in event:
        return None, ""
    return _of(event), " ".join(value for _, value in event.get("ORGANIZER", []))


def _of(event):
    """Said, where each line that it takes is there once; else None."""
    try:
        [(_, uid)], [(_, stamp)] = event["UID"], event["DTSTAMP"]
        [(params, attendee)] = event["ATTENDEE"]
        [(_, sequence)] = event.get("SEQUENCE", [({}, "0")])
        answer = str(params["PARTSTAT"]).upper()
        moment = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        scheme, _, address = attendee.partition(":")
    except (KeyError, ValueError):
        return None
    if answer not in ANSWERED or scheme.lower() != "mailto" or not sequence.isdecimal():
        return None
    return Said(
        uid=uid,
        attendee=unquote(address).strip().lower(),
        answer=answer,
        sequence=int(sequence[:9]),
        stamp=moment,
        note=_note(event, params),
    )


def _note(event, params):
    """Outlook writes it as a line of its own, Google beside the address as well."""
    lines = [value for _, value in event.get("COMMENT", [])]
    if not any(lines):
        lines = [str(params.get("X-RESPONSE-COMMENT", ""))]
    text = "\n".join(lines).replace("\x00", "").strip()
    return text[:NOTE]


# --- what came back -----------------------------------------------------------------------------
def _came_back(mail, parts):
    """The addresses to which a mail server says that it never comes (RFC 3464).

    What is late, or was tried in vain for a while (a code of 4), may come yet.
    """
    if mail.get_content_type() != "multipart/report":
        return set()
    found = set()
    for part in parts:
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for about in part.get_payload():
            action = str(about.get("Action", "")).strip().lower()
            if action == "failed" and str(about.get("Status", "")).strip().startswith("5."):
                for name in ("Final-Recipient", "Original-Recipient"):
                    found.add(str(about.get(name, "")).partition(";")[2].strip(" <>\t").lower())
    return found - {""}


# --- what nobody wrote --------------------------------------------------------------------------
def _is_automatic(mail):
    """A program wrote it (RFC 3834, and what Exchange and lists write besides): no answer waits."""
    submitted = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(mail.get("Precedence", "")).strip().lower()
    says = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
    return (
        submitted != "no"
        or precedence in BULK
        or mail.get_content_type() == "multipart/report"
        or any(mail.get(name) for name in says)
    )
