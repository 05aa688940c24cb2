"""Reads calendars as others do: by the grammar of RFC 5545, by ical.js, and as Outlook would.

Nothing here is of the library that writes them. Thunderbird and Nextcloud read with ical.js.
"""

import json
import re
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .environment import node

LONDON = ZoneInfo("Europe/London")
READER = Path(__file__).with_name("read_calendars.mjs")

# RFC 5545, 3.1: what a line is made of, once it is unfolded.
NAME = r"[A-Za-z0-9-]+"
VALUE = r'(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^",;:\x00-\x08\x0a-\x1f\x7f]*)'
LINE = re.compile(rf"({NAME})((?:;{NAME}={VALUE}(?:,{VALUE})*)*):([^\x00-\x08\x0a-\x1f\x7f]*)")
# 3.3.11: in a text these are escaped, and a backslash is before these alone.
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
TEXTS = {"summary", "description", "location", "status", "uid", "prodid", "method", "name"}
URI = re.compile(  # RFC 3986
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
)

# 3.6, 3.6.1, RFC 7986: how often each may stand there; what is not named may not.
ONCE, AT_MOST = (1,), (0, 1)
CALENDAR = {
    "prodid": ONCE,
    "version": ONCE,
    "method": AT_MOST,
    "name": AT_MOST,
    "refresh-interval": AT_MOST,
}
EVENT = {
    "uid": ONCE,
    "dtstamp": ONCE,
    "dtstart": ONCE,
    "dtend": ONCE,
    "sequence": ONCE,  # ours always have one
    "summary": ONCE,
    "description": AT_MOST,
    "location": AT_MOST,
    "url": AT_MOST,
    "status": ONCE,
    "organizer": AT_MOST,
    "attendee": AT_MOST,  # we write to one at a time
    "transp": AT_MOST,
}
# RFC 5546, 3.2: what each method asks besides; without one nobody is named.
BY_METHOD = {
    "REQUEST": {"organizer": ONCE, "attendee": ONCE},
    "PUBLISH": {"organizer": ONCE, "attendee": (0,)},
    "CANCEL": {"organizer": ONCE, "attendee": AT_MOST},
    None: {"organizer": (0,), "attendee": (0,)},
}
STATUS = {"REQUEST": {"confirmed"}, "PUBLISH": {"confirmed"}, "CANCEL": {"cancelled"}}


def faults(*texts):
    """What RFC 5545 and 5546 find wrong in these calendars; [] where nothing is."""
    return [fault for found in faults_of_each(texts) for fault in found]


def faults_of_each(texts):
    """The same of each, with one start of Node."""
    for text, jcal in zip(texts, _read_elsewhere(texts), strict=True):
        parts = [jcal["error"]] if "error" in jcal else _faults_of_parts(jcal)
        yield [*_faults_of_lines(text), *parts]


def _read_elsewhere(texts):
    done = subprocess.run(
        [node(), READER], input=json.dumps(texts), capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def _faults_of_lines(text):
    data = text.encode()
    if not data.endswith(b"\r\n") or re.search(rb"\r(?!\n)|(?<!\r)\n", data):
        yield "A line that does not end as it must."
    lines = data.split(b"\r\n")[:-1]
    for line in lines:
        if len(line) > 75:
            yield f"Longer than 75 octets: {line}"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"A character cut in two: {line}"
    for line in unfolded(text):
        if not (parsed := LINE.fullmatch(line)):
            yield f"No line of a calendar: {line!r}"
            continue
        name, _, value = parsed.groups()
        if name.lower() in TEXTS and not TEXT.fullmatch(value):
            yield f"Not escaped: {line!r}"
        if name.lower() in ("url", "organizer", "attendee") and not URI.fullmatch(value):
            yield f"No address: {line!r}"


def unfolded(text):
    return re.sub(r"\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")


def _faults_of_parts(jcal):
    kind, properties, parts = jcal
    if kind != "vcalendar":
        yield f"No calendar: {kind}"
    yield from _faults_of_counts(properties, CALENDAR)
    of = {name: value for name, _, _, value in properties}
    if of.get("version") != "2.0":
        yield "Another version."
    method = of.get("method")
    for name, inside, within in parts:
        if name != "vevent" or within:
            yield f"Not asked for: {name}"
            continue
        if lacks := list(_faults_of_counts(inside, EVENT | BY_METHOD[method])):
            yield from lacks
            continue
        yield from _faults_of_event(
            {name: (kind, value) for name, _, kind, value in inside}, method
        )


def _faults_of_counts(properties, allowed):
    counts = Counter(name for name, *_ in properties if not name.startswith("x-"))
    for name in counts.keys() | allowed.keys():
        if counts[name] not in allowed.get(name, (0,)):
            yield f"{name.upper()} stands {counts[name]} times."


def _faults_of_event(event, method):
    is_day = event["dtstart"][0] == "date"
    for name in ("dtstamp",) if is_day else ("dtstart", "dtend", "dtstamp"):
        kind, value = event[name]
        if kind != "date-time" or not value.endswith("Z"):
            yield f"{name.upper()} is not in UTC: {value}"
    if is_day:  # 3.6.1: both are days, and the second is the day after; ours take nobody's time
        if event["dtend"][0] != "date" or method is not None:
            yield "A day that ends at an hour, or in a mail."
        if event.get("transp", ("", ""))[1] != "TRANSPARENT":
            yield "A day on which somebody is busy."
    elif "transp" in event:
        yield "Nobody is busy at an hour."
    if event["dtend"][1] <= event["dtstart"][1]:
        yield "It ends before it begins."
    if event["status"][1].lower() not in STATUS.get(method, {"confirmed", "cancelled"}):
        yield f"{method} with {event['status'][1]}"
    if event["sequence"][0] != "integer" or event["sequence"][1] < 0:
        yield "SEQUENCE is no number."


def outlook(text, header=None):
    """[(title, begins, ends)] in London, as a reader sees it that knows far less than the standard.

    What has a day and no hour is read as the dates that it says.

    It knows a moment in UTC, or one in a zone whose rules (RRULE) it is told; what a zone lists day
    by day (RDATE) it ignores, and takes winter for the whole year. It takes no mail whose header
    has another method than the calendar, and nothing without UID and DTSTAMP.
    """
    lines = unfolded(text)
    method = next((line[7:] for line in lines if line.startswith("METHOD:")), None)
    if header is not None and method != header:
        return []
    has_rules = any(line.startswith("RRULE:") for line in lines)
    found = []
    for block in re.findall(r"BEGIN:VEVENT\n(.*?)END:VEVENT", "\n".join(lines), re.DOTALL):
        event = {}
        for line in block.splitlines():
            name, _, params, value = re.fullmatch(rf"({NAME})((;[^:]*)?):(.*)", line).groups()
            event[name] = (params or "", value)
        if not {"UID", "DTSTAMP"} <= event.keys():
            continue
        title = re.sub(r"\\(.)", r"\1", event["SUMMARY"][1])
        moments = (_as_outlook(event[name][1], has_rules) for name in ("DTSTART", "DTEND"))
        found.append((title, *moments))
    return found


def _as_outlook(value, has_rules):
    if "T" not in value:
        return date.fromisoformat(value)
    moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if has_rules and not value.endswith("Z"):
        return moment.replace(tzinfo=LONDON)
    return moment.astimezone(LONDON)  # of a zone without rules it knows the winter
