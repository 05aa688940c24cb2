"""Texts and reports to test with, made as the site makes them."""

from datetime import date, timedelta

from django.test import Client
from django.utils import timezone

from apps.core import clock
from apps.core.differences import texts_of
from apps.insight.figures import COUNTS
from apps.insight.models import Counted
from apps.notifications import sending
from apps.notifications.models import Delivery
from apps.reports.models import AnnualReport, SharedText
from tests import factories as make

YEAR = 2025  # April 2025 to March 2026
PUBLIC = "/reports/2025-26/"
CLOCK = {}  # of the test that runs
LATE = date(2026, 5, 5)  # a day on which it is over


def text(group, kind="principles", body="We decide together."):
    """A draft with words in it."""
    lead = make.leads(group)[0]
    made = SharedText.begin(group, kind, by=lead)
    made.write(by=lead, seen=made.revision, body=body)
    return made


def sign(thing):
    """Both co-leads sign."""
    for lead in make.leads(thing.group):
        thing.move("sign", by=lead)
    return thing


def counted():
    """All was counted now, of a programme in which nothing has happened: which takes a second."""
    now = clock.now()
    Counted.objects.all().delete()
    Counted.objects.bulk_create(Counted(count=one.key, as_of=now) for one in COUNTS)


def report(group, *, year=YEAR, count=True):
    """A draft of which every section says something."""
    if count:
        counted()
    lead = make.leads(group)[0]
    made = AnnualReport.begin(year, by=lead)
    empty = [name for name, words in texts_of(made.words_now).items() if not words]
    texts = dict.fromkeys(empty, "Too little to say.") | {"next_year": "We listen longer."}
    made.write(by=lead, seen=made.revision, **texts)
    return made


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def pass_days(days=1):
    CLOCK["now"].move_to(timezone.now() + timedelta(days=days))


def decide(group, thing, **fields):
    """A meeting that began after now decides on it."""
    pass_days()
    met = make.held(group, days_ago=0)
    pass_days()
    return make.decision(met, about=thing, **fields)


def publish(made):
    decide(made.group, made)
    made = fresh(made)
    made.move("publish", by=make.leads(made.group)[1])
    return made


def told(kind):
    """The keys of those who were sent a message of this kind."""
    sending.send()
    rows = Delivery.objects.filter(occurrence__rule__kind=f"reports.{kind}", status="sent")
    return set(rows.values_list("recipient", flat=True))


# --- pages ----------------------------------------------------------------------------------------
def as_(user):
    client = Client()
    if user:
        client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def page(user, url):
    response = as_(user).get(url)
    return response.status_code, response.content.decode()
