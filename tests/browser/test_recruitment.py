"""One post from a team that gets ready to a peer worker after a year, as eight kinds of people.

Human Resources, the team's manager, its peer lead, who approves, the chair, the peer and the team's
member on the panel, and candidates: each at a browser of their own. Only the clock is pushed on.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from apps.recruitment.applications.models.application import Application
from apps.recruitment.employment.models.appointment import REVIEWS, Appointment, ReviewPoint
from apps.recruitment.employment.models.check import Check
from apps.recruitment.selection.models.blind import BlindApplication
from apps.recruitment.selection.models.interview import Interview, Slot
from apps.recruitment.vacancies.models.approval import Approval
from apps.recruitment.vacancies.models.vacancy import Vacancy

from ..factories import StaffFactory, UserFactory
from ..recruitment import making
from .conftest import listening

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "lantern river thimble"
ADJUSTMENTS = "I need the questions on paper, and a room without an echo."
ARRANGED = "The questions lie on paper on the table."


class Person:
    """Somebody at their own browser."""

    def __init__(self, page, asserted):
        self.page, self.asserted = page, asserted

    @property
    def main(self):
        return self.page.locator("main")

    @property
    def text(self):
        return self.main.inner_text()

    def go(self, address):
        self.page.goto(str(address))

    def press(self, name, nth=0):
        """A button, or a link whether it looks like one or not, by how its name begins."""
        name = re.compile(rf"^\s*{re.escape(name)}")
        button = self.main.get_by_role("button", name=name)
        found = button.or_(self.main.get_by_role("link", name=name))
        assert found.count() > nth, f"{self.page.url} has no {name.pattern}:\n{self.text}"
        found.nth(nth).click()
        self.page.wait_for_load_state()

    def fill(self, label, value):
        self.field(label).fill(value)

    def choose(self, label):
        self.field(label).check()

    def field(self, label):
        """By how its label begins."""
        found = self.main.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        assert found.count(), f"{self.page.url} has no field «{label}»:\n{self.text}"
        return found.first

    def date(self, name, day):
        for part in ("day", "month", "year"):
            self.main.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))

    def sees(self, *words):
        for one in words:
            assert one in self.text, f"{self.page.url} does not say «{one}»:\n{self.text}"

    def sees_nothing_of(self, *words):
        for one in words:
            assert one not in self.page.content(), f"{self.page.url} says «{one}»"

    def sound(self):
        self.asserted(self.page)


@pytest.fixture
def at_browser(new_context, sign_in, sound):
    def at_browser(user=None):
        page = listening(new_context().new_page())
        if user is not None:
            sign_in(page, user)
        return Person(page, sound)

    return at_browser


@pytest.mark.nightly
def test_one_post_from_readiness_to_a_year_in_post(at_browser):
    cache.clear()
    officer = making.hr_officer(full_name="Hana Reid")
    manager, lead = StaffFactory(full_name="Max Obi"), UserFactory(full_name="Pia Lund")
    vacancy = making.vacancy(by=officer, manager=manager, peer_lead=lead)
    seats = making.panel(vacancy)
    approvers = [StaffFactory() for _ in Approval.Office]
    for office, user in zip(Approval.Office, approvers, strict=True):
        Approval.name(vacancy, office, user, by=officer)
    hr, boss, peer_lead = map(at_browser, (officer, manager, lead))
    panel = [at_browser(user) for user in seats.values()]

    get_ready(vacancy, boss, peer_lead)
    approve(vacancy, [at_browser(user) for user in approvers])
    open_it(vacancy, hr)

    ana = apply_online(vacancy, at_browser(), "Ana Quist", "ana@home.example")
    cleo = apply_online(vacancy, at_browser(), "Cleo Marsh", "cleo@home.example", adjustments=True)
    type_in(vacancy, hr, "Ben Tarrant")
    names = {one.full_name: one for one in Application.objects.all()}

    time_passes(vacancy)
    labels = redact(vacancy, hr, names)
    shortlist(vacancy, hr, panel, labels)
    keep_the_guarantee(vacancy, hr, panel[0], labels["Cleo Marsh"])
    send_outcomes(vacancy, hr, "shortlisting", labels["Ben Tarrant"])
    labels = new_codes(panel, vacancy, labels)
    plan_interviews(vacancy, hr, [ana, cleo], labels, cleo)
    interview(vacancy, hr, panel, labels)
    send_outcomes(vacancy, hr, "interview", labels["Ben Tarrant"])
    hear(ana, cleo, names)
    second = at_browser(making.hr_officer(full_name="Rhea Stone"))
    start(vacancy, hr, second, cleo, names["Cleo Marsh"])
    after_a_year(hr, boss, cleo)
    told = {message.to[0]: message.subject for message in mail.outbox}
    assert {"ana@home.example", "cleo@home.example"} <= told.keys()
    words = [word for name in names for word in name.split()]
    assert not [subject for subject in told.values() if any(w in subject for w in words)]


# --- preparing ------------------------------------------------------------------------------------
def get_ready(vacancy, boss, peer_lead):
    boss.go(vacancy.get_absolute_url())
    boss.press("Start getting ready")
    boss.press("Start getting ready")
    for person in (boss, peer_lead):
        person.go(f"{vacancy.get_absolute_url()}readiness/")
        for box in person.main.locator("input[name=signed]").all():
            box.check()
        person.sound()
        person.press("Sign these lines")
    peer_lead.sees("signed by Max Obi", "signed by Pia Lund")
    peer_lead.go(vacancy.get_absolute_url())
    peer_lead.press("Ask for approval")
    peer_lead.press("Ask for approval")


def approve(vacancy, approvers):
    """One after another; nobody out of turn."""
    last = approvers[-1]
    last.go(f"{vacancy.get_absolute_url()}answer/")
    last.sees("It waits for Head of service now.")
    for person in approvers:
        person.go(vacancy.get_absolute_url())
        person.press("Approve, or send back")
        person.choose("Approve it")
        person.press("Record my answer")
    last.sound()


def open_it(vacancy, hr):
    today = timezone.localdate()
    hr.go(f"{vacancy.get_absolute_url()}terms/")
    hr.date("closes_on", today + timedelta(days=28))
    hr.date("interviews_on", today + timedelta(days=70))
    hr.press("Save")
    hr.press("Open for applications")
    hr.press("Open for applications")
    hr.sees("Open")
    hr.sound()


# --- applying -------------------------------------------------------------------------------------
def apply_online(vacancy, candidate, name, email, *, adjustments=False):
    """From the public job page to what is promised; each with an account that they make."""
    candidate.go("/jobs/")
    candidate.press(vacancy.title)
    candidate.sound()
    candidate.press("Apply")
    candidate.press("Make an account")
    candidate.fill("Your name", name)
    candidate.fill("E-mail address", email)
    candidate.fill("New password", PASSWORD)
    candidate.fill("New password again", PASSWORD)
    candidate.sound()
    candidate.press("Continue")
    code = re.search(r"\n\n(\S+)\n\n", mail.outbox[-1].body)[1]
    candidate.fill("Code", code)
    candidate.press("Continue")
    if "/apply/" not in candidate.page.url:
        candidate.go(f"{vacancy.get_job_url()}apply/")
    candidate.press("Begin your application")
    fill_in(candidate, vacancy)
    if adjustments:
        candidate.press("A guaranteed interview")
        candidate.choose("I am disabled and ask for a guaranteed interview")
        candidate.press("Save")
        candidate.press("Adjustments")
        candidate.press("I have read this, and go on")
        candidate.fill("What would help you?", ADJUSTMENTS)
        candidate.sound()
        candidate.press("Save")
    candidate.press("Check it and send it")
    candidate.sound()
    candidate.press("Send the application")
    candidate.sees("Equality questions")
    candidate.sound()
    candidate.press("Send these answers")
    candidate.sees("We have your application.", "What happens next")
    candidate.sound()
    return candidate


def fill_in(writer, vacancy):
    """The parts of the form that must be there, in the order of its list."""
    writer.press("Your name and how to reach you")
    writer.choose("Yes")
    writer.press("Save")
    for criterion in vacancy.criteria.filter(stage="shortlisting"):
        writer.press(criterion.text)
        who = Application.objects.latest("pk").full_name
        writer.fill("Your answer", f"I am {who}. I sat with people on a ward and let them talk.")
        writer.press("Save and go back")


def type_in(vacancy, hr, name):
    """Somebody tells it by telephone; Human Resources writes it down and sends it."""
    hr.go(f"{vacancy.get_absolute_url()}applications/")
    hr.press("Type one in for somebody")
    hr.fill("Their name", name)
    hr.fill("Telephone", "020 7946 0018")
    hr.press("Begin")
    fill_in(hr, vacancy)
    hr.press("Check it and send it")
    hr.press("Send the application")
    hr.sees("Typed in")


def time_passes(vacancy):
    """The closing time comes."""
    gone = timedelta(days=40)
    Vacancy.objects.filter(pk=vacancy.pk).update(
        opened_at=F("opened_at") - gone, closes_at=F("closes_at") - gone
    )
    Application.objects.update(submitted_at=F("submitted_at") - gone)


# --- selecting ------------------------------------------------------------------------------------
def redact(vacancy, hr, names):
    """Copies that tell nothing; {full name: label}."""
    hr.go(f"/recruitment/selecting/{vacancy.reference}/redaction/")
    hr.press("Make the copies")
    hr.sees("3 of 3 made")
    hr.sound()
    for _ in names:
        hr.press("Candidate")
        hr.sound()
        hr.press("Save and sign off")
        hr.go(f"/recruitment/selecting/{vacancy.reference}/redaction/")
    hr.sees("Every copy is signed off.")
    rows = BlindApplication.objects.values_list("redaction__application__full_name", "label")
    return dict(rows)


def shortlist(vacancy, hr, panel, labels):
    """Each states that nothing makes them unfair, and scores on their own, without a name."""
    secret = [*labels, *(name.split()[1] for name in labels), ADJUSTMENTS]
    chair = panel[0]
    for person in panel:
        person.go(f"/recruitment/panels/{vacancy.reference}/")
        person.press("Make my statement")
        person.main.get_by_role("radio").first.check()
        person.press("Save my statement")
    hr.go(vacancy.get_absolute_url())
    hr.press("Start shortlisting")
    hr.press("Start shortlisting")
    for person in panel:
        for number in range(len(labels)):
            person.go(f"/recruitment/panels/{vacancy.reference}/")
            person.sees_nothing_of(*secret)
            person.press("Go on with")
            person.sees_nothing_of(*secret)
            if not number:
                person.sound()
            score(person, labels, high=None)
    for person in panel:
        person.go(f"/recruitment/panels/{vacancy.reference}/")
        person.press("Compare")
        person.sees_nothing_of(*secret)
    chair.sound()
    for name, label in labels.items():
        if name == "Cleo Marsh":
            decide(chair, vacancy, label, "Not invite", feedback="Say more of what you did.")
        else:
            decide(chair, vacancy, label, "Invite to an interview")
    chair.go(f"/recruitment/panels/{vacancy.reference}/")
    chair.press("Lock the shortlist")
    chair.press("Lock the shortlist")
    confirm(panel[1], vacancy)


def score(person, labels, high):
    """One sheet, with evidence, locked. ``high`` are the labels that get everything."""
    label = re.search(r"candidates/([^/]+)/", person.page.url)[1]
    best = high is None or label in high
    for group in person.main.locator("fieldset").all():
        radios = group.get_by_role("radio")
        radios.nth(radios.count() - 1 if best else 0).check()
    for box in person.main.locator("textarea").all():
        box.fill("Says how they listened, with an example.")
    person.press("Save and lock")


def confirm(other, vacancy):
    """What the chair asked for takes another member who scored."""
    other.go(f"/recruitment/panels/{vacancy.reference}/")
    other.press("Look at it, and confirm it or say no")
    other.sound()
    other.press("Confirm it")


def decide(chair, vacancy, label, words, stage="shortlisting", **more):
    chair.go(f"/recruitment/panels/{vacancy.reference}/{stage}/candidates/{label}/outcome/")
    chair.choose(words)
    chair.fill("Reason", "Agreed by everybody after we had talked.")
    if more.get("feedback"):
        chair.fill("Feedback for the candidate", more["feedback"])
    if more.get("until"):
        chair.date("reserve_until", more["until"])
    chair.sound()
    chair.press("Save the outcome")


def keep_the_guarantee(vacancy, hr, chair, label):
    """The panel recommends not to invite somebody who asked for the guarantee, and hears no word
    of it; Human Resources must invite her before anything is sent.
    """
    chair.go(f"/recruitment/panels/{vacancy.reference}/")
    chair.sees("Human Resources take it from here.")
    chair.sees_nothing_of(label, "uarantee")
    chair.sound()
    chair.go(f"/recruitment/panels/{vacancy.reference}/shortlisting/comparison/")
    chair.sees("The shortlist is put away")
    chair.sees_nothing_of(label)
    chair.sound()
    hr.go(f"/recruitment/selecting/{vacancy.reference}/outcomes/shortlisting/")
    hr.sees(f"Candidate {label} asked for a guaranteed interview", "Not invited yet")
    hr.sound()
    hr.press("Answer otherwise")
    hr.sees("The panel recommends", "Not invite")
    hr.sound()
    hr.go(f"/recruitment/selecting/{vacancy.reference}/outcomes/shortlisting/")
    hr.press("Invite everybody whom the rule names")
    hr.sees("1 person is invited under the guarantee. Nobody is told yet.")
    hr.sound()


def new_codes(panel, vacancy, labels):
    """{name: the code under which somebody is interviewed}: none of those that were read before."""
    names = F("application__full_name")
    found = dict(Interview.objects.annotate(name=names).values_list("name", "label"))
    assert not {*found.values()} & {*labels.values()}
    for person in panel:
        person.go(f"/recruitment/panels/{vacancy.reference}/")
        person.sees(*(f"{name}, Candidate {label}" for name, label in found.items()))
        person.sees_nothing_of(*labels.values())
    return found


def send_outcomes(vacancy, hr, stage, by_telephone):
    hr.go(f"/recruitment/selecting/{vacancy.reference}/outcomes/{stage}/")
    hr.sound()
    hr.press("Send all outcomes")
    hr.press("What to say to")
    hr.sound()
    hr.press("I have told them, feedback included")
    hr.sees("Everybody has been told: 3 people.")


# --- interviews -----------------------------------------------------------------------------------
def plan_interviews(vacancy, hr, online, labels, cleo):
    """Planned, arranged, released to all at once; the two online choose, one is agreed."""
    home = f"/recruitment/selecting/{vacancy.reference}/interviews/"
    for person in online:
        person.go("/applications/")
        person.press(vacancy.title)
        person.press("Your interview")
        person.sees("You are invited.")
    hr.go(home)
    hr.press("Change how and where")
    hr.choose("In person")
    hr.fill("Building and room", "The Hub, room 2")
    hr.press("Save")
    hr.press("Add a question")
    hr.main.get_by_role("radio").first.check()
    hr.fill("Question", "What keeps you well at work?")
    hr.press("Save")
    hr.press("Offer times")
    hr.date("on", timezone.localdate() + timedelta(days=20))
    hr.fill("Times", "9:30am\n11am\n2pm\n3:30pm")
    hr.press("Offer these times")
    hr.sound()
    hr.go(f"{home}of/{labels['Cleo Marsh']}/arrangements/")
    hr.sees(ADJUSTMENTS)
    hr.fill("What is arranged", ARRANGED)
    hr.press("Add it")
    hr.sound()
    hr.go(home)
    hr.press("Look through it and release it")
    hr.sees("It is shown to 3 people at the same moment.")
    hr.sound()
    hr.press("Release it to all")
    for person in online:
        person.page.reload()
        person.sees("The Hub, room 2", "What keeps you well at work?")
        person.main.get_by_role("radio").first.check()
        person.sound()
        person.press("Choose this time")
        person.sees("You can change it here")
    cleo.sees(ARRANGED)
    hr.go(f"{home}of/{labels['Ben Tarrant']}/time/")
    hr.date("on", timezone.localdate() + timedelta(days=20))
    hr.fill("Begins at", "4:30pm")
    hr.sound()
    hr.press("Save this time")
    hr.go(vacancy.get_absolute_url())
    hr.press("Start interviews")
    hr.press("Start interviews")


def interview(vacancy, hr, panel, labels):
    """They take place, are scored alone and compared; one appointed, one in reserve, one not."""
    gone = timedelta(days=21)
    Slot.objects.update(starts_at=F("starts_at") - gone, ends_at=F("ends_at") - gone)
    chair = panel[0]
    chair.go(f"/recruitment/panels/{vacancy.reference}/")
    chair.sees(ARRANGED)
    chair.sees_nothing_of(ADJUSTMENTS)
    chair.sound()
    for _ in labels:
        chair.press("It took place")
    for person in panel:
        for _ in labels:
            person.go(f"/recruitment/panels/{vacancy.reference}/")
            person.press("Go on with")
            score(person, labels, high=[labels["Cleo Marsh"]])
    chair.go(f"/recruitment/panels/{vacancy.reference}/")
    chair.press("Compare")
    chair.sees(f"1. Candidate {labels['Cleo Marsh']}: Cleo Marsh")
    chair.sound()
    until = timezone.localdate() + timedelta(days=90)
    decide(chair, vacancy, labels["Cleo Marsh"], "Appoint", "interview")
    decide(chair, vacancy, labels["Ben Tarrant"], "Reserve for the post", "interview", until=until)
    decide(
        chair,
        vacancy,
        labels["Ana Quist"],
        "Not appoint",
        "interview",
        feedback="You listen well. Next time say what keeps you well.",
    )
    chair.go(f"/recruitment/panels/{vacancy.reference}/")
    chair.press("Record the panel's decision")
    chair.press("Record the panel's decision")
    confirm(panel[1], vacancy)


def hear(ana, cleo, names):
    """Each reads their own outcome, and nobody else's."""
    ana.go(names["Ana Quist"].get_absolute_url())
    ana.sees("You listen well. Next time say what keeps you well.")
    ana.sees_nothing_of("Cleo", "Tarrant")
    ana.sound()
    cleo.go(names["Cleo Marsh"].get_absolute_url())
    cleo.sees_nothing_of("Quist", "Tarrant", "You listen well.")
    cleo.sound()


# --- starting -------------------------------------------------------------------------------------
def start(vacancy, hr, second, cleo, application):
    """Offered, accepted, checked six ways by two people, in post."""
    hr.go(f"{vacancy.get_absolute_url()}offers/")
    hr.sees("Cleo Marsh", "Ben Tarrant", "1 post still to be offered.")
    hr.press("Offer the post to Cleo Marsh")
    offer = f"{application.get_absolute_url()}offer/"
    cleo.go(offer)
    cleo.sees("We would like you to work with us.")
    cleo.sound()
    cleo.press("Accept the offer")
    cleo.press("Accept the offer")
    cleo.sees("The six checks")
    for number, kind in enumerate(Check.Kind):
        hr.go(offer)
        hr.press("Look at it", nth=number)
        see(hr, kind)
        if kind in Check.BY_TWO:
            hr.sees("Somebody else has to look at it too.")
            cleo.page.reload()
            cleo.sees("Being confirmed")
            cleo.sees_nothing_of("Hana Reid")
            second.go("/recruitment/")
            second.press("Confirm a check")
            second.sees("Seen by", "Hana Reid")
            second.press("Confirm what was seen")
            second.sound()
            second.press("Confirm what was seen")
    cleo.page.reload()
    cleo.sees("Everything is in.")
    cleo.sound()
    hr.go(offer)
    hr.press("Agree the first day")
    hr.date("start_on", timezone.localdate())
    hr.choose("Adjustments at work are agreed and in place, or none are wanted")
    hr.choose("Advice about benefits was offered")
    hr.sound()
    hr.press("Save")
    hr.press("Record that they started")
    hr.press("Record that they started")
    vacancy.refresh_from_db()
    assert vacancy.state == "filled"


def see(hr, kind):
    """What the standard asks, typed by the first of two."""
    hr.press("Record what was seen")
    hr.choose(Check.EVIDENCE[kind][-1 if kind == Check.Kind.REGISTRATION else 0].label)
    hr.date("seen_on", timezone.localdate())
    if kind == Check.Kind.HISTORY:
        hr.date("period_from", timezone.localdate() - timedelta(days=1500))
        hr.date("period_to", timezone.localdate())
        hr.fill("How many references are there?", "2")
        hr.choose("Every gap is explained, if there are any")
    if kind == Check.Kind.RECORD:
        hr.choose("Enhanced")
        hr.date("certificate_on", timezone.localdate())
    hr.sound()
    hr.press("Save")
    hr.sound()


def after_a_year(hr, boss, cleo):
    """The manager records the review; of one alone the figures tell nothing."""
    gone = timedelta(days=370)
    Appointment.objects.update(started_on=F("started_on") - gone)
    ReviewPoint.objects.update(due_on=F("due_on") - gone)
    post = Appointment.objects.get()
    boss.go("/recruitment/appointments/")
    boss.press("Cleo Marsh")
    boss.sound()
    boss.press("Record it", nth=[key for key, _, _ in REVIEWS].index("month_12"))
    boss.sees("Review: after 12 months")
    boss.date("held_on", timezone.localdate())
    boss.fill("What was agreed?", "A day of peer supervision each month.")
    boss.press("Record the review")
    boss.sees("in post")
    cleo.go(post.get_absolute_url())
    cleo.sees("Your post", "A day of peer supervision each month.")
    cleo.sound()
    assert ReviewPoint.objects.get(key="month_12").in_post
    hr.go("/recruitment/who-stays/")
    hr.sees("Fewer than 5 people are in post now")
    hr.sound()
