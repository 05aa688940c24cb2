"""What tests of a time that is looked for do: a group looks, people say, somebody chooses."""

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core.clock import LONDON
from apps.groups.roles import Role
from apps.meetings.finding.links import times_token
from apps.meetings.finding.models import Finding
from apps.notifications import planning, sending
from apps.notifications.models import Delivery

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)  # a Monday
CLOSES = datetime(2026, 11, 28, tzinfo=LONDON)  # answers until the end of 27 November
FIRST = datetime(2026, 12, 8, 14, tzinfo=LONDON)
HOURS, DAY = timedelta(hours=2), timedelta(days=1)


def lead_of(group):
    return group.people().filter(role=Role.CO_LEAD).first().user


def member(group, name):
    return User.objects.get(full_name=name)


def times(number=3):
    return [(FIRST + timedelta(days=n), FIRST + timedelta(days=n) + HOURS) for n in range(number)]


def look(group, number=3, **fields):
    fields = {"title": "Planning the year", "closes_at": CLOSES} | fields
    return Finding.propose(group, times(number), by=lead_of(group), **fields)


def say(finding, user, *answers):
    """An answer for each time, in their order; one alone is for all."""
    keys = list(finding.times.values_list("pk", flat=True))
    said = answers * len(keys) if len(answers) == 1 else answers
    finding.answer(user, dict(zip(keys, said, strict=True)))


def all_say(finding, *answers):
    for user in finding.asked():
        say(finding, user, *answers)


def client_of(user):
    client = Client()
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def link(finding, user):
    return reverse("finding_by_link", args=[times_token(finding, user)])


def sent_answers(finding, suits="yes"):
    return {f"time_{time.pk}": suits for time in finding.times.all()}


def told(kind):
    """Who was told by e-mail, of what has left."""
    planning.plan()
    sending.send()
    rows = Delivery.objects.filter(occurrence__rule__kind=f"meetings.{kind}", channel="email")
    return set(rows.filter(status="sent").values_list("recipient", flat=True))


def keys(users):
    return {user.pk for user in users}


def proposed(**changes):
    sent = {"title": "Next", "length": "90", "format": "in_person"}
    sent |= {"closes_day": "27", "closes_month": "11", "closes_year": "2026"}
    for number, (starts_at, _) in enumerate(times(), 1):
        sent |= {
            f"day_{number}_day": str(starts_at.day),
            f"day_{number}_month": "12",
            f"day_{number}_year": "2026",
            f"start_{number}": "2pm",
        }
    return sent | changes


def choose(finding, time, by=None, **sent):
    url = reverse("finding_choose", args=[finding.pk, time.pk])
    return client_of(by or lead_of(finding.group)).post(url, sent)
