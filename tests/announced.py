"""What leaves when the scheduler's tick comes, for tests of who is told."""

from email import message_from_bytes

import icalendar

from apps.notifications import planning, sending


class Tick:
    """Plan and send as the scheduler does. A call gives (subject, address) of what left of it."""

    def __init__(self, outbox, but=("A term is ending",)):
        self.outbox, self.but, self.mails = outbox, but, []

    def __call__(self):
        before = len(self.outbox)
        planning.plan()
        sending.send()
        left = ((one.subject.split(":")[0], one) for one in self.outbox[before:])
        told = [(about, one) for about, one in left if about not in self.but]
        self.mails = [one for _, one in told]
        return sorted((about, one.to[0]) for about, one in told)


def entries(mail):
    """(method, event) of each calendar part of a mail, as a calendar program reads it."""
    found = []
    for part in message_from_bytes(mail.message().as_bytes()).walk():
        if part.get_content_type() == "text/calendar":
            calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            found += [(str(calendar["method"]), event) for event in calendar.walk("VEVENT")]
    return found
