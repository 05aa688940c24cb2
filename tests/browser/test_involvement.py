"""From a nomination to money, and from a stranger to a place, with everything real.

A task group asks for a seat; a peer is suggested, agrees, is accepted and seated; comes to two
meetings, claims, is approved and paid. Two people without an account book the one place of a
Conversation, one waits, the other gives up. Browser, server, worker and mail are real.
"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from apps.core.dates import weekday_near

from .test_day import (  # noqa: F401 - a fixture
    LONDON,
    Person,
    links,
    site,
    ways,
)

GROUPS = """
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import User
from apps.groups.models import TermsOfReference, WorkingGroup
from apps.payments.models import Rate
by = {user.email.split("@")[0]: user for user in User.objects.all()}
began = timezone.localdate() - timedelta(days=300)
def form(name, slug, kind, leads, members):
    group = WorkingGroup.objects.create(name=name, slug=slug, kind=kind, purpose="To try it.")
    TermsOfReference.objects.create(
        group=group, version=1, text="We decide together.", quorum_members=2,
        quorum_lived_experience=1, quorum_staff=1, notice_days=0, in_force_from=began,
        state="adopted")
    for role, names in (("co_lead", leads), ("member", members)):
        for one in names:
            group.appoint(by[one], role, by=by["office"])
    group.memberships.update(starts=began)
    group.move("activate", by=by["office"])
if not WorkingGroup.objects.filter(slug="network").exists():
    form("Peers and Sponsors Network", "network", "network", ("pat", "sam"), ("lee",))
form("Training", "training", "task", TASK_LEADS, ())
Rate.objects.create(
    set_by=by["office"], kind="meeting", amount="12.00", effective_from=began, state="set")
"""

# Two meetings of two hours that everybody came to, planned and held as on the site.
MEETINGS = """
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import User
from apps.groups.models import WorkingGroup
from apps.meetings.models import Meeting
group, lead = WorkingGroup.objects.get(slug="training"), User.objects.get(email="TASK_LEAD")
week = timezone.localdate() - timedelta(days=7)  # the seat was given a week ago
group.memberships.filter(role="representative").update(starts=week)
for number in (1, 2):
    starts = timezone.now() + timedelta(days=1)
    meeting = Meeting.objects.create(
        group=group, title=f"Planning {number}", starts_at=starts,
        ends_at=starts + timedelta(hours=2), place="Room 1", support_organiser=lead,
        created_by=lead, reminders=False)
    meeting.move("publish", by=lead)
    ago = timezone.now() - timedelta(hours=4)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=ago, ends_at=ago + timedelta(hours=2))
    meeting.refresh_from_db()
    meeting.record_attendance([user.pk for user in meeting.invited()], by=lead)
"""


def seated(site, kim, pat, lee, sam):  # noqa: F811 - the fixture's value
    """Kim's group asks, Pat suggests Lee, Lee agrees, Sam accepts, Kim gives the seat."""
    today = datetime.now(LONDON).date()
    name = lee.address.split("@")[0].title()
    kim.page.goto("/groups/training/")
    kim.press("Ask the network for seats")
    kim.fill("seats", 1)
    kim.fill("purpose", "To plan the training with us.")
    by_when = today + timedelta(days=20)
    by = weekday_near(by_when)
    kim.date("by_when", by_when)
    kim.date("starts", today)
    kim.date("ends", today + timedelta(days=365))
    kim.press("Ask the network", exact=True)
    kim.sees("Everybody in the network is told")
    seats = kim.page.url
    site.mail_to(lee.address, f"A group asks for members: answer by {by}")

    pat.page.goto(seats)
    pat.press("Suggest somebody else")
    pat.fill("q", name)
    pat.press("Find", exact=True)
    pat.page.locator("main form[method=post] label").first.click()
    pat.fill("statement", "Somebody who asks good questions.")
    pat.press("Ask them")
    pat.sees("We have asked them")

    site.mail_to(lee.address, f"Please say yes or no by {by}")
    lee.page.goto("/")
    lee.press("Say whether you may be put forward")
    lee.fill("statement", "I would like to plan the training.")
    lee.press("Yes, put me forward")
    lee.sees("I would like to plan the training.")

    sam.page.goto("/")
    sam.press(f"Decide about a seat: {name}")
    sam.press("Accept for the network")
    sam.press("Accept for the network")
    sam.sees("Accepted by the network")
    kim.page.goto("/")
    kim.press(f"Decide about a seat: {name}")
    kim.press("Give the seat")
    kim.press("Give the seat")
    kim.sees("Seated")
    site.mail_to(lee.address, "There is an answer for you")
    kim.page.goto(seats)
    kim.press("Settle the request")
    kim.press("Settle the request")
    kim.sees("Settled")
    lee.page.goto("/groups/training/")
    lee.sees("representative of Peers and Sponsors Network")
    lee.page.goto("/network/seats/turns/")
    lee.sees("Training")


def paid(site, office, lee, lead):  # noqa: F811 - the fixture's value
    """Lee came to two meetings, claims for both and the bus, and is paid."""
    site.shell(MEETINGS.replace("TASK_LEAD", lead.address))
    lee.page.goto("/")
    lee.press("Claim for 2 meetings")
    lee.press("Make a claim")
    for label in lee.page.locator("main .nhsuk-checkboxes__label").all():
        label.click()
    lee.press("Add to the claim")
    lee.press("An expense")
    lee.choose("kind", "travel")
    lee.fill("what", "Bus")
    lee.date("on", datetime.now(LONDON).date())
    lee.fill("amount", "3.50")
    lee.press("Add to the claim")
    lee.sees("£51.50")
    claim = lee.page.url
    lee.press("Send the claim")
    lee.press("Send the claim")
    lee.sees("Sent")
    sent_on = weekday_near(timezone.now())
    mail = site.mail_to("office@day.example", f"A claim of {sent_on} is waiting")
    assert "51.50" not in mail.as_string()

    office.page.goto("/")
    office.press("Answer the claim")
    office.press("Approve the claim")
    office.press("Approve the claim")
    office.sees("Approved")
    office.press("Mark as paid")
    office.press("Mark as paid")
    office.sees("Marked as paid: 1")
    site.mail_to(lee.address, f"Your claim of {sent_on} is approved")
    site.mail_to(lee.address, f"Your claim of {sent_on} is dealt with")
    lee.page.goto(claim)
    lee.sees("Paid")
    lee.page.goto("/network/claims/")
    lee.sees("There is nothing more that you came to")
    lee.press("Your statement for the tax year")
    lee.sees("In all: £51.50")


@ways()
def test_nominated_seated_and_paid_for_two_meetings(browser, site, javascript):  # noqa: F811
    def person(name):
        return Person(browser, site, name, javascript)

    site.shell(GROUPS.replace("TASK_LEADS", "('dee', 'kim')"))
    kim, pat, lee, sam, office = (
        person(name).sign_in() for name in ("kim", "pat", "lee", "sam", "office")
    )
    seated(site, kim, pat, lee, sam)
    paid(site, office, lee, kim)


@pytest.mark.nightly
def test_a_stranger_books_another_waits_and_moves_up(browser, site):  # noqa: F811
    site.shell(GROUPS.replace("TASK_LEADS", "('dee', 'kim')"))
    sam = Person(browser, site, "sam", True).sign_in()
    starts = datetime.now(LONDON) + timedelta(days=30)
    sam.page.goto("/network/conversations/new/")
    sam.fill("title", "Peer Support Conversation")
    sam.fill("summary", "What helps?")
    sam.date("date", starts.date())
    sam.fill("start", "2pm")
    sam.fill("end", "5pm")
    sam.fill("place", "The Hub, Bromley")
    sam.fill("places", 1)
    sam.pick("organiser", "Pat")
    sam.press("Save as a draft")
    event = sam.page.url
    sam.page.goto(event)
    sam.sees("Add a session to the programme")
    sam.press("Add to the programme")
    sam.fill("at", "2pm")
    sam.fill("title", "What helps")
    sam.pick("peer", "Pat")
    sam.pick("staff", "Sam")
    sam.press("Add", exact=True)
    sam.press("Announce it")
    sam.press("Announce it")
    site.mail_to("lee@day.example", "A Conversation")

    def stranger(name):
        someone = Person(browser, site, name, False)
        someone.page.goto("/network/conversations/")
        someone.press("Peer Support Conversation")
        someone.press("Book a place" if name == "robin" else "Join the waiting list")
        someone.fill("name", name.title())
        someone.fill("email", f"{name}@public.example")
        someone.page.wait_for_timeout(3500)  # people take some seconds to write
        someone.press("Send me the link")
        someone.sees("Look at your e-mail")
        mail = site.mail_to(f"{name}@public.example", "Please confirm your booking")
        someone.page.goto(next(link for link in links(mail) if "/booking/" in link))
        someone.press("Confirm my booking")
        return someone

    robin = stranger("robin")
    robin.sees("Booked")
    site.mail_to("robin@public.example", "You have a place")
    robin.fill("text", "A seat near the door")
    robin.press("Save", exact=True)
    robin.sees("Saved")
    asked = site.mail_to("pat@day.example", "Conversation on ")
    assert asked["Subject"].endswith(": please arrange something")
    kit = stranger("kit")
    kit.sees("On the waiting list")
    robin.press("Give up my booking")
    robin.sees("Cancelled")
    site.mail_to("kit@public.example", "You have a place")
    kit.page.reload()
    kit.sees("Booked")
    sam.page.goto(f"{event}bookings/")
    sam.sees("1 of 1 places are taken")
    sam.page.goto(event)
    assert "near the door" not in sam.page.content()
