"""Kinds of message to test with, about the plainest subject there is: a working group."""

import smtplib
from contextlib import contextmanager
from datetime import timedelta

from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from apps.accounts.models.people import User
from apps.notifications.kinds import KINDS, Default, Due, Kind, Topic, register, rule_of, seed_rules
from apps.notifications.models import Occurrence
from apps.notifications.wording import Placeholder


class Note(Kind):
    """An event: somebody wrote a note."""

    name = "test.note"
    label = "A note"
    topic = Topic.GROUPS

    title = "A note on {group}"
    text = "Please read it.\n\nThank you."
    action = "See the group"
    facts = (("When", "Monday 23 November 2026, 2pm"), ("Where", "{where}"))
    placeholders = {
        "group": Placeholder("the name of the group", "Peers on the wards"),
        "where": Placeholder("the place", "Room 2"),
    }

    def values(self, occurrence, reader):
        return {"group": occurrence.subject.name, "where": "Room <1> & online"}

    def url(self, occurrence, reader):
        return f"/groups/{occurrence.subject.slug}/"


class Called(Note):
    """An event that is urgent."""

    name = "test.called"
    urgent = True


class News(Note):
    """An event that asks nothing."""

    name = "test.news"
    news = True


class Invited(Note):
    """Only to those who were told nothing yet."""

    name = "test.invited"
    after = False


class Off(Note):
    """Only to those who were told something."""

    name = "test.off"
    urgent = True
    after = True


class Reminder(Note):
    """A reminder of a moment in the group's life: 7 days, 1 day and 2 hours before.

    The tests keep the moment, the people, and who has answered, on the class.
    """

    name = "test.reminder"
    label = "Reminder"
    defaults = (
        Default(timedelta(days=7)),
        Default(timedelta(days=1)),
        Default(timedelta(hours=2)),
    )
    audiences = {"everyone": "Everyone concerned", "leads": "Co-leads"}
    moments = {}  # group pk -> (moment, version)
    answered = set()

    def due(self, rule, now):
        from apps.groups.models import WorkingGroup

        for group in WorkingGroup.objects.filter(pk__in=self.moments):
            moment, _ = self.moments[group.pk]
            if rule.due_at(moment) <= now < moment:
                yield Due(group, rule.due_at(moment))

    def version(self, subject):
        return self.moments.get(subject.pk, (None, 0))[1]

    def audience(self, rule, subject):
        people = User.objects.filter(memberships__group=subject)
        return people.filter(memberships__role="co_lead") if rule.audience == "leads" else people

    def wanted(self, rule, subject, user):
        return user.pk not in self.answered


class Faulty(Note):
    """Its text cannot be made."""

    name = "test.faulty"

    def values(self, occurrence, reader):
        raise KeyError("personal")


class Server(EmailBackend):
    """A mail server that can be down, refuse, or do something while it takes a message.

    ``senders`` are the only ones that it takes; empty: any. ``late`` says so of the recipient, as
    Postfix does (smtpd_delay_reject).
    """

    down = False
    refuses = ()
    code = 550
    opened = 0
    during = None
    senders = ()
    late = False

    def open(self):
        type(self).opened += 1
        if self.down:
            raise ConnectionRefusedError("secret")

    def send_messages(self, messages):
        to = messages[0].to[0]
        if to in self.refuses:
            raise smtplib.SMTPRecipientsRefused({to: (self.code, b"No such person")})
        if self.senders and messages[0].from_email not in self.senders:
            if self.late:
                raise smtplib.SMTPRecipientsRefused({to: (553, b"Sender address rejected")})
            raise smtplib.SMTPSenderRefused(550, b"Not you", messages[0].from_email)
        if self.during:
            type(self).during()
        return super().send_messages(messages)


@contextmanager
def registered(*kinds):
    """Make kinds known, with their rules, for the length of a block."""
    before = dict(KINDS)
    for kind in kinds:
        register(kind)
    seed_rules()
    try:
        yield
    finally:
        KINDS.clear()
        KINDS.update(before)


def occurrence(kind, subject, **fields):
    """One event of a kind about a subject, with no deliveries yet."""
    fields.setdefault("made_at", timezone.now())
    return Occurrence.objects.create(rule=rule_of(kind.name), subject=subject, **fields)


def recipients(mailoutbox):
    return [message.to[0] for message in mailoutbox]
