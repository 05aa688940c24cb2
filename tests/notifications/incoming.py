"""Mails as calendar programs and mail servers write them, in their own ways, after the RFCs."""

from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from quopri import encodestring

from icalendar import Calendar

STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Asked:
    """What a calendar program knows of an invitation that it got."""

    uid: str
    sequence: int
    organiser: str
    attendee: str
    starts: datetime
    ends: datetime
    title: str

    @classmethod
    def of(cls, text):
        """What the calendar part of a mail of ours asks."""
        [event] = Calendar.from_ical(text).walk("VEVENT")
        return cls(
            uid=str(event["uid"]),
            sequence=event["sequence"],
            organiser=event["organizer"].removeprefix("mailto:"),
            attendee=event["attendee"].removeprefix("mailto:"),
            starts=event["dtstart"].dt,
            ends=event["dtend"].dt,
            title=str(event["summary"]),
        )

    def but(self, **other):
        return replace(self, **other)


def outlook(asked, answer="ACCEPTED", note="", *, at):
    """Exchange: base64, rules of its own time zone, the note as COMMENT, no organiser."""
    comment = f"COMMENT;LANGUAGE=en-GB:{escaped(note)}\\n\n" if note else ""
    calendar = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={answer};CN=Quill Kit:mailto:{asked.attendee}
{comment}UID:{asked.uid}
SUMMARY;LANGUAGE=en-GB:Accepted: {asked.title}
DTSTART;TZID=GMT Standard Time:{asked.starts:%Y%m%dT%H%M%S}
DTEND;TZID=GMT Standard Time:{asked.ends:%Y%m%dT%H%M%S}
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{at.astimezone(UTC):{STAMP}}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{asked.sequence}
LOCATION;LANGUAGE=en-GB:Room 4
X-MICROSOFT-CDO-APPT-SEQUENCE:{asked.sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
END:VCALENDAR
"""
    return mail(
        asked,
        "multipart/alternative",
        ("text/plain; charset=utf-8", "", note),
        ('text/calendar; charset="utf-8"; method=REPLY', "base64", calendar),
        subject=f"Accepted: {asked.title}",
    )


def google(asked, answer="ACCEPTED", note="", *, at):
    """The note beside the address as well; the same once more as a file."""
    params = f';X-RESPONSE-COMMENT="{note}"' if note else ""
    comment = f"COMMENT:{escaped(note)}\n" if note else ""
    calendar = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:{asked.starts.astimezone(UTC):{STAMP}}
DTEND:{asked.ends.astimezone(UTC):{STAMP}}
DTSTAMP:{at.astimezone(UTC):{STAMP}}
ORGANIZER;CN=Oxleas Peer:mailto:{asked.organiser}
UID:{asked.uid}
ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={answer};X-NUM-GUESTS=0{params}:mailto:{asked.attendee}
{comment}CREATED:20261101T100000Z
LAST-MODIFIED:{at.astimezone(UTC):{STAMP}}
SEQUENCE:{asked.sequence}
STATUS:CONFIRMED
SUMMARY:{asked.title}
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    return mail(
        asked,
        "multipart/mixed",
        ('text/plain; charset="UTF-8"; format=flowed', "base64", f"Kit has replied.\n{note}"),
        ('text/calendar; charset="UTF-8"; method=REPLY', "", calendar),
        ('application/ics; name="invite.ics"', "base64", calendar),
    )


def apple(asked, answer="ACCEPTED", note="", *, at):
    """Quoted-printable, capitals in the scheme, the address as a parameter too; no note."""
    calendar = f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 14.5//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="Kit, Quill";EMAIL="{asked.attendee}";PARTSTAT={answer}:MAILTO:{asked.attendee.upper()}
DTEND:{asked.ends.astimezone(UTC):{STAMP}}
DTSTAMP:{at.astimezone(UTC):{STAMP}}
DTSTART:{asked.starts.astimezone(UTC):{STAMP}}
ORGANIZER;CN="Oxleas Peer":mailto:{asked.organiser}
SEQUENCE:{asked.sequence}
SUMMARY:{asked.title}
UID:{asked.uid}
BEGIN:VALARM
ACTION:NONE
TRIGGER;VALUE=DATE-TIME:19760401T005545Z
UID:another
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    return mail(
        asked,
        "multipart/alternative",
        ("text/plain; charset=us-ascii", "7bit", "Kit has accepted."),
        ("text/calendar; charset=utf-8; method=REPLY", "quoted-printable", calendar),
    )


def thunderbird(asked, answer="ACCEPTED", note="", *, at):
    """Eight bits a character; the whole address written in capitals on its way."""
    comment = f"COMMENT:{escaped(note)}\n" if note else ""
    calendar = f"""BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
CREATED:20261101T100000Z
LAST-MODIFIED:{at.astimezone(UTC):{STAMP}}
DTSTAMP:{at.astimezone(UTC):{STAMP}}
UID:{asked.uid}
SUMMARY:{asked.title}
ORGANIZER;CN=Oxleas Peer;RSVP=TRUE:mailto:{asked.organiser}
ATTENDEE;CN=Kit;PARTSTAT={answer};ROLE=REQ-PARTICIPANT:mailto:{asked.attendee}
DTSTART:{asked.starts.astimezone(UTC):{STAMP}}
DTEND:{asked.ends.astimezone(UTC):{STAMP}}
{comment}SEQUENCE:{asked.sequence}
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    return mail(
        asked.but(organiser=asked.organiser.upper()),
        "multipart/mixed",
        ("text/plain; charset=UTF-8; format=flowed", "8bit", "Kit has accepted."),
        ("text/calendar; method=REPLY; charset=UTF-8", "8bit", calendar),
    )


PROGRAMS = (outlook, google, apple, thunderbird)


def escaped(text):
    """As RFC 5545 asks of a text."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(calendar):
    """With the line ends and the short lines of RFC 5545."""
    lines = []
    for line in calendar.splitlines():
        while len(line.encode()) > 70:
            lines.append(line[:60])
            line = " " + line[60:]
        lines.append(line)
    return "\r\n".join(lines) + "\r\n"


def mail(asked, kind, *parts, subject="Accepted", **headers):
    """A mail with these parts: (Content-Type, encoding, text)."""
    head = {
        "From": f"Kit <{asked.attendee}>",
        "To": f"Oxleas Peer <{asked.organiser}>",
        "Subject": subject,
        "Message-ID": "<1@mail.test.example>",
        "Date": "Mon, 23 Nov 2026 14:00:00 +0000",
        "MIME-Version": "1.0",
        "Content-Type": f'{kind}; boundary="=_one"',
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}".encode() for name, value in head.items()]
    for content_type, encoding, text in parts:
        body = folded(text).encode() if "calendar" in content_type else text.encode()
        lines += [b"", b"--=_one", f"Content-Type: {content_type}".encode()]
        if encoding:
            lines.append(f"Content-Transfer-Encoding: {encoding}".encode())
        if encoding == "base64":
            encoded = b64encode(body)
            body = b"\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))
        elif encoding == "quoted-printable":
            body = encodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        lines += [b"", body]
    return b"\r\n".join([*lines, b"--=_one--", b""])


def plain(to, text="Can somebody ring me?", *, sender="kit@test.example", **headers):
    """What a person wrote, or a program that says it is one."""
    head = {
        "From": sender,
        "To": to,
        "Subject": "Re: New meeting",
        "Message-ID": "<2@mail.test.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", text, ""]).encode()


# --- what mail servers write -------------------------------------------------------------------
def bounce(to, recipient, *, status="5.1.1", action="failed", original="", extra=""):
    """A delivery status notification (RFC 3464), as Postfix and Exchange write it."""
    original = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    return (
        f"""From: MAILER-DAEMON@mail.test.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <3@mail.test.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_two"

--=_two
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_two
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test.example
Arrival-Date: Mon, 23 Nov 2026 14:00:00 +0000

{original}Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown
{extra}
--=_two
Content-Type: message/rfc822

From: Oxleas Peer <no-reply@demo.example>
To: {recipient}
Subject: New meeting

Come.

--=_two--
""".replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .encode()
    )


def out_of_office(to):
    return plain(to, "I am away until Monday.", Auto_Submitted="auto-replied")
