"""A peer's way through the network, with everything real: browser, server, worker, mail.

Somebody says that they would like to take part; the office invites them; they accept, pair up with
a sponsor, check in, put what they do into the register by five questions, agree to be named; it is
published, and shared with the steering group; they are put forward for a seat in a task group, get
it, come to two meetings and are paid for both. With JavaScript and without.
"""

from datetime import datetime, timedelta

from django.urls import reverse

from apps.accounts.roles import COMMS

from ..factories import programme_user
from ..matrix import build_world
from ..network.practice import matrix
from . import test_involvement as involvement
from .test_day import (  # noqa: F401 - a fixture
    BEFORE,
    LONDON,
    PASSWORD,
    Person,
    links,
    plan,
    site,
    ways,
)

# The network and the steering group stand, with their co-leads.
GROUPS = """
from datetime import date, timedelta
from apps.accounts.models import User
from apps.groups.models import Membership, TermsOfReference, WorkingGroup
def someone(name):
    return User.objects.get(email=f"{name}@day.example")
office = someone("office")
begins = date.today() - timedelta(days=60)
for slug, kind, leads in (
    ("network", "network", ("lee", "kim")), ("role-design", "steering", ("pat", "sam")),
):
    group = WorkingGroup.objects.create(name=slug.title(), slug=slug, kind=kind, purpose="To meet.")
    TermsOfReference.objects.create(
        group=group, version=1, text="Together.", quorum_members=3, quorum_lived_experience=1,
        quorum_staff=1, notice_days=7, in_force_from=begins,
        state="adopted")
    for name in leads:
        group.appoint(someone(name), "co_lead", by=office)
    group.move("activate", by=office)
WorkingGroup.objects.get(slug="network").appoint(someone("sam"), "member", by=office)
Membership.objects.update(starts=begins)
from apps.network.joining.models import Welcomed
Welcomed.objects.bulk_create(Welcomed(user=user) for user in User.objects.all())
"""


@ways()
def test_from_an_expression_of_interest_to_being_paid(browser, site, javascript):  # noqa: F811
    def person(name):
        return Person(browser, site, name, javascript)

    site.shell(GROUPS)
    robin = asks_to_take_part(site, person("robin"))
    office = person("office").sign_in()
    is_invited(site, office, robin)
    joins_as_a_peer(robin)
    sam, lee = person("sam").sign_in(), person("lee").sign_in()
    pairs_up(site, robin, sam)
    check_in_stays_between_the_two(robin, sam, lee, office)
    practice = writes_practice_by_five_questions(robin)
    is_named_with_consent(robin, practice)
    is_published(site, robin, lee, practice)
    pat = person("pat").sign_in()
    reaches_the_steering_agenda(site, lee, pat, practice)
    site.shell(involvement.GROUPS.replace("TASK_LEADS", "('dee', 'kim')"))
    kim = person("kim").sign_in()
    involvement.seated(site, kim, sam, robin, lee)
    involvement.paid(site, office, robin, kim)


def asks_to_take_part(site, visitor):  # noqa: F811
    """Nobody is signed in; the office is told without a name."""
    visitor.page.goto("/")
    visitor.press("Take part")
    visitor.sees("Say that you are interested")
    visitor.page.wait_for_timeout(3100)  # people take some seconds to write
    visitor.fill("full_name", "Robin")
    visitor.fill("email", visitor.address)
    visitor.choose("wish", "peer")
    visitor.fill("words", "I would like to help at the walk.")
    visitor.press("Send", exact=True)
    visitor.sees("We have had your message")
    site.mail_to(visitor.address, "Thank you for writing to us")
    told = site.mail_to("office@day.example", "Somebody would like to take part")
    assert "Robin" not in told.as_string()
    return visitor


def is_invited(site, office, robin):  # noqa: F811
    office.page.goto("/")
    office.press("Answer Robin")
    office.sees("I would like to help at the walk.")
    office.press("Invite", exact=True)
    office.press("Invite", exact=True)
    office.sees("Robin is invited")
    invitation = site.mail_to(robin.address, "Your invitation")
    [robin.invitation] = [url for url in links(invitation) if "/invitation/" in url]


def joins_as_a_peer(robin):
    robin.page.goto(robin.invitation)
    robin.sees("Network")
    robin.fill("password1", PASSWORD)
    robin.fill("password2", PASSWORD)
    robin.press("Make my account")
    robin.page.goto("/")
    robin.press("Read what to expect in the network")
    robin.sees("How payment works")
    robin.press("I have read this")
    robin.page.goto("/")
    assert "Read what to expect" not in robin.page.content()


def pairs_up(site, robin, sam):  # noqa: F811
    robin.page.goto("/network/pairs/")
    robin.press("Suggest a pair")
    robin.fill("q", "sa")
    robin.press("Find")
    robin.page.locator("main form[method=post] label", has_text="Sam").click()
    robin.fill("about", "The Wednesday walk")
    robin.press("Ask them")
    robin.sees("We have asked Sam")
    site.shell(
        "from apps.notifications.models import Preference; from apps.accounts.models import User; "
        "Preference.objects.update_or_create(user=User.objects.get(full_name='Robin'), "
        "defaults={'quiet': False})"
    )
    site.mail_to("sam@day.example", "Somebody in the network asks you something")
    sam.page.goto("/")
    sam.press("Answer Robin, who suggests that you become a pair")
    sam.press("Yes, let us be a pair")
    sam.press("Yes, let us be a pair")
    sam.sees("Going on")
    robin.pair = sam.page.url
    site.mail_to(robin.address, "About your pair")


def check_in_stays_between_the_two(robin, sam, lee, office):
    robin.page.goto(robin.pair)
    robin.press("Check in")
    robin.fill("how", "We got to know each other by the lake.")
    robin.press("Save", exact=True)
    robin.sees("by the lake")
    sam.page.goto(robin.pair)
    sam.sees("by the lake")
    for other in (lee, office):
        assert other.page.goto(robin.pair).status == 200
        assert "by the lake" not in other.page.content()


def writes_practice_by_five_questions(robin):
    robin.page.goto("/network/practice/")
    robin.press("Answer five short questions")
    robin.press("Make my draft")
    robin.sees("There is a problem")
    robin.fill("title", "Wednesday walk")
    robin.choose("kind", "informal")
    robin.choose("borough", "bexley")
    robin.fill("what_happens", "We walk round the lake and talk.")
    robin.fill("learnt", "Side by side is easier than face to face.")
    robin.press("Make my draft")
    robin.sees("Here is your draft")
    return robin.page.url


def is_named_with_consent(robin, practice):
    robin.page.goto(f"{practice}names/new/?q=robin")
    robin.page.locator("main form[method=post] label", has_text="Robin").click()
    robin.choose("part", "peer")
    robin.press("Ask them")
    robin.page.goto(practice)
    robin.sees("1 person has not answered yet")
    robin.press("Send it in")
    robin.press("Send it in")


def is_published(site, robin, lee, practice):  # noqa: F811
    site.mail_to("lee@day.example", "An entry for the practice register to read")
    lee.page.goto(f"{practice}move/publish/")
    lee.sees("1 person has not yet said whether they may be named")
    robin.page.goto("/")
    robin.press("Say whether we may name you")
    robin.choose("choice", "inside")
    robin.press("Save my answer")
    robin.sees("Robin, peer who leads")
    lee.page.goto("/")
    lee.press("Read and publish: Wednesday walk")
    lee.press("Publish it in the register")
    lee.press("Publish it in the register")
    lee.sees("Robin, peer who leads")
    site.mail_to(robin.address, "Your entry in the practice register")


def reaches_the_steering_agenda(site, lee, pat, practice):  # noqa: F811
    starts = datetime.now(LONDON) + timedelta(days=9, minutes=2)
    plan(pat, "Steering meeting", starts.replace(second=0, microsecond=0))
    pat.press("Publish the meeting")
    pat.press("Publish the meeting")
    meeting = pat.page.url
    lee.page.goto(practice)
    lee.press("Share with the steering group")
    lee.press("Share it")
    lee.sees(": proposed")
    site.mail_to("pat@day.example", "An agenda item was proposed")
    pat.page.goto(meeting)
    pat.sees("Peer practice: Wednesday walk")
    pat.press("Put on the agenda")
    pat.press("Put on the agenda")
    lee.page.goto(practice)
    lee.sees(": on the agenda")


def test_the_page_of_communications_alone(page, sign_in, sound):
    """No kind of person of the matrix sees it: tests/browser/test_every_page.py has the others."""
    world = build_world([matrix.populate])
    sign_in(page, programme_user(COMMS))
    assert page.goto(reverse("practice_public", args=[world.practice.pk])).status == 200
    sound(page)
