"""A job description on its way, in real browsers: with scripts and without.

Drafted, opened to the programme, three suggestions (one from paper), answered, signed by both,
reviewed by two who do not see each other's, sent back, a second version, accepted by a quorate
meeting. And two people who write at once, with and without saving by itself: no word is lost.
"""

import pytest

from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.taskgroups.models.output import Output
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group
from .conftest import listening
from .test_day import ways

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])


class Desk:
    """Somebody at their own browser."""

    def __init__(self, page, user):
        self.page, self.user = page, user

    def goes_to(self, address):
        self.page.goto(address)
        return self

    def fills(self, name, value):
        self.page.locator(f"main [name='{name}']").first.fill(value)

    def chooses(self, name, value):
        box = self.page.locator(f"main input[name='{name}'][value='{value}']")
        self.page.locator(f"label[for='{box.get_attribute('id')}']").click()

    def picks(self, name, label):
        self.page.locator(f"main select[name='{name}']").select_option(label=label)

    def presses(self, name):
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name, exact=True)
        button.or_(main.get_by_role("link", name=name, exact=True)).first.click()
        self.page.wait_for_load_state()

    def sees(self, *texts):
        shown = self.page.locator("main").inner_text()
        for text in texts:
            assert text in shown, shown

    def typed(self, name):
        return self.page.locator(f"main [name='{name}']").first.input_value()


@pytest.fixture
def desk(new_context, sign_in):
    """``desk(user, javascript)``: a browser of that person's own, signed in."""

    def desk(user, javascript=True):
        page = listening(new_context(java_script_enabled=javascript).new_page())
        sign_in(page, user)
        return Desk(page, user)

    return desk


class Programme:
    """A task group with both co-leads and a member, a steering group, and a peer elsewhere."""

    def __init__(self):
        self.group = working_group(name="Role design", slug="role-design")
        self.lived, self.staff = make.leads(self.group)
        self.member = StaffFactory(known_as="Kim")
        appoint(self.group, self.member)
        network = working_group(kind=WorkingGroup.Kind.NETWORK, name="Network")
        self.peer = UserFactory(known_as="Robin")
        appoint(network, self.peer, Role.MEMBER)
        self.steering, self.steering_lead = make.steering_group(name="Steering group")
        self.reviewers = UserFactory(known_as="Asha"), StaffFactory(known_as="Tom")
        for person in self.reviewers:
            appoint(self.steering, person, Role.MEMBER)


@pytest.fixture
def programme(db):
    return Programme()


BODY = "# Peer Support Worker\n\nYou listen.\n\nYou carry out other duties as required.\n"


def drafted(lead):
    """A co-lead begins a job description, looks at it first, and saves it; its address."""
    lead.goes_to("/outputs/new/?group=role-design")
    lead.fills("title", "Job description")
    lead.chooses("kind", "job_description")
    lead.presses("Begin")
    lead.fills("summary", "What a Peer Support Worker does, in words for everybody.")
    lead.fills("body", BODY)
    lead.presses("Preview")
    lead.sees("Preview", "Not saved yet", "Peer Support Worker")
    assert lead.typed("body").strip() == BODY.strip()
    lead.presses("Save")
    lead.sees("Draft", "You carry out other duties as required.")
    return lead.page.url


def opened_to_all(lead, address):
    lead.goes_to(address)
    lead.presses("Who may suggest changes")
    lead.chooses("shared_with", "programme")
    lead.presses("Save")
    lead.sees("Open for suggestions")


def suggested(peer, member, lead, address):
    """Three: on a chosen part, on the whole, and from paper."""
    peer.goes_to(address)
    peer.presses("Suggest a change")
    peer.picks("part", "You carry out other duties as required.")
    peer.fills("text", "It frightens people off. Leave it out.")
    peer.presses("Send the suggestion")
    peer.sees("Thank you", "It frightens people off.")
    member.goes_to(address)
    member.presses("Suggest a change")
    member.fills("passage", "You listen.")
    member.fills("text", "Say to whom.")
    member.presses("Send the suggestion")
    lead.goes_to(address)
    lead.presses("Add a suggestion from paper")
    lead.chooses("constituency", "lived_experience")
    lead.fills("given_name", "Mo")
    lead.fills("text", "Print it larger.")
    lead.presses("Add the suggestion")
    lead.sees("Mo, lived experience", "Came on paper")


def answered(lead, address):
    """The words change first, and are named; each answer has a reason."""
    lead.goes_to(address)
    lead.presses("Write")
    lead.fills("summary", "What a Peer Support Worker does for somebody, in words for everybody.")
    lead.fills("body", BODY.replace("You carry out other duties as required.\n", ""))
    lead.presses("Save")
    words = {"take_up": "Revision 2, text", "adapt": "Revision 2, plain-language summary"}
    for text, outcome, reason in (
        ("It frightens people off.", "take_up", "It goes."),
        ("Say to whom.", "adapt", "We say so in the summary."),
        ("Print it larger.", "turn_down", "The printed form is another page."),
    ):
        lead.goes_to(address)
        waiting = lead.page.locator("li.app-suggestion", has_text=text)
        waiting.get_by_role("link").click()
        lead.presses("Answer it")
        lead.chooses("outcome", outcome)
        if outcome in words:
            lead.page.get_by_label(words[outcome]).check()
        lead.fills("reason", reason)
        lead.presses("Send the answer")
    lead.sees("Taken up", "Adapted", "Not taken up", "It goes.")


def signed(lived, staff, address):
    """Both co-leads sign; one signature is visibly half."""
    lived.goes_to(address)
    lived.presses("Read and sign")
    lived.presses("Sign")
    lived.sees("One signature of two", "Not signed yet")
    staff.goes_to("/")
    staff.presses("Read and sign: Job description")
    staff.presses("Sign")
    staff.sees("It has gone to the steering group", "Submitted")


def under_review(lead, reviewers):
    """A steering co-lead opens the review and asks one person of each side."""
    lead.goes_to("/")
    lead.presses("Open the review: Job description")
    for person in reviewers:
        lead.chooses("reviewers", str(person.user.pk))
    lead.presses("Open the review")
    lead.sees("Asha, lived experience", "Tom, staff", "You can decide once every reviewer")


def recommended(reviewer, other, verdict, text, comment=None):
    """A reviewer declares, writes, comments and sends; nothing of the other's is to be seen."""
    reviewer.goes_to("/")
    reviewer.presses("Say what you recommend: Job description")
    reviewer.presses("I have no conflict of interest")
    reviewer.presses("I have no conflict of interest")
    reviewer.presses("Read it and recommend")
    reviewer.chooses("verdict", verdict)
    reviewer.fills("text", text)
    reviewer.presses("Save")
    reviewer.sees("Saved. Nobody else sees it until you send it.")
    if comment:
        reviewer.presses("Comment on some words")
        reviewer.fills("passage", comment[0])
        reviewer.fills("text", comment[1])
        reviewer.presses("Add the comment")
        reviewer.sees(*comment)
    assert other not in reviewer.page.content()
    reviewer.presses("Send my recommendation")
    reviewer.presses("Send my recommendation")
    reviewer.sees("You sent it on", text)


def decided(lead, other, programme, outcome, changes=""):
    """Put on its agenda, the steering group meets, quorate; what it decided is confirmed by its
    other co-lead, and recorded."""
    meeting = make.published(programme.steering, by=programme.steering_lead)
    lead.goes_to("/")
    lead.presses("Bring it to a decision: Job description")
    lead.sees("What was recommended", "Asha, lived experience", "Tom, staff")
    review = lead.page.url
    lead.page.locator("main").get_by_role("link", name="Put it on the agenda").click()
    lead.fills("title", "The job description")
    lead.chooses("kind", "decision")
    lead.page.get_by_label("Review of Job description").check()
    lead.presses("Propose it")
    lead.sees("Decides on: Review of Job description")
    make.attended(make.begins(meeting))
    text = "What we make of the job description."
    decision = make.decision(
        meeting, item=meeting.agenda.get(), text=text, outcome=outcome, confirmed=False
    )
    lead.goes_to(review)
    lead.sees("Whose turn: the other co-lead of Steering group.")
    other.goes_to("/")
    other.presses(f"Confirm what the meeting decided: {decision.about}")
    other.presses("Yes, the meeting decided this")
    other.sees("Confirmed by")
    lead.goes_to(review)
    lead.presses("Record what a meeting decided")
    lead.presses("Record it and tell the task group")
    lead.sees("There is a problem", "Choose the decision of the steering meeting.")
    lead.chooses("decision", str(decision.pk))
    lead.fills("reasons", "It is nearly what we need.")
    lead.fills("changes", changes)
    lead.presses("Record it and tell the task group")
    lead.sees("Decided", decision.reference, "It is nearly what we need.")


def second_version(lived, peer, address):
    """Begun with the list of what to change; a suggestion from a peer changes it as well."""
    lived.goes_to(address)
    lived.sees("Changes requested", "Name the mentor.")
    lived.presses("Start the next version")
    lived.presses("Start the next version")
    peer.goes_to(address)
    peer.presses("Suggest a change")
    peer.fills("text", "Say that you are paid for every hour.")
    peer.presses("Send the suggestion")
    lived.goes_to(address)
    waiting = lived.page.locator("li.app-suggestion", has_text="paid for every hour")
    waiting.get_by_role("link").click()
    lived.presses("Answer it")
    lived.chooses("outcome", "take_up")
    lived.fills("reason", "It says so now.")
    lived.presses("Send the answer")
    lived.sees("No words have changed since it was suggested.")
    lived.goes_to(address)
    lived.presses("Write")
    lived.fills("body", BODY + "\nYour mentor is named. You are paid for every hour.\n")
    lived.presses("Save")
    waiting.get_by_role("link").click()
    lived.presses("Answer it")
    lived.chooses("outcome", "take_up")
    lived.page.get_by_label("Revision 1, text").check()
    lived.fills("reason", "It says so now.")
    lived.presses("Send the answer")
    peer.goes_to(address)
    peer.sees("The words before and after", "You are paid for every hour.")
    lived.goes_to(address)
    lived.page.get_by_role("link", name="Say how you answered it").click()
    lived.fills("answer", "In the last line.")
    lived.page.locator("main").get_by_role("button").first.click()
    lived.sees("Answered")


@ways()
def test_a_job_description_through_two_rounds(desk, programme, javascript):
    lived, staff, member, peer, steering, staff_steering, asha, tom = (
        desk(user, javascript)
        for user in (
            programme.lived,
            programme.staff,
            programme.member,
            programme.peer,
            programme.steering_lead,
            make.leads(programme.steering)[1],
            *programme.reviewers,
        )
    )
    address = drafted(lived)
    assert peer.page.goto(address).status == 404  # the group's own, so far
    opened_to_all(lived, address)
    suggested(peer, member, lived, address)

    lived.goes_to(address)
    lived.sees("Before it can be signed")
    lived.presses("Answer 3 suggestions first.")
    assert not lived.page.get_by_role("button", name="Read and sign").count()
    answered(lived, address)
    signed(lived, staff, address)
    peer.goes_to(address)
    peer.sees("Submitted", "Taken up in version 1. It goes.")
    lived.goes_to(address)
    lived.sees("Lived experience", "100% of those answered", "Version", "1, submitted")

    under_review(steering, (asha, tom))
    hers, his = "Who is the mentor? Nobody says.", "Clear, but for the mentor."
    recommended(asha, his, "request_changes", hers, ("You listen.", "Lovely. Keep it."))
    recommended(tom, "zzz", "accept", his)
    tom.sees(hers, "Lovely. Keep it.")  # now that his is in
    decided(steering, staff_steering, programme, "request_changes", "Name the mentor.")

    second_version(lived, peer, address)
    signed(lived, staff, address)
    under_review(steering, (asha, tom))
    recommended(asha, "Fine by me.", "accept", "The mentor is named.")
    recommended(tom, "zzz", "accept", "Fine by me.")
    decided(steering, staff_steering, programme, "accept")

    peer.goes_to(address)
    peer.sees("Accepted", "Your mentor is named.")
    peer.presses("What changed from version 1 to version 2")
    peer.sees(
        "What changed it",
        "Say that you are paid for every hour.",
        "taken up in version 2",
        "The steering group asked: Name the mentor.",
    )
    output = Output.objects.get()
    assert output.state == Output.State.ACCEPTED
    assert output.latest.number == 2
    assert output.latest.is_frozen
    for one in (lived, staff, member, peer, steering, asha, tom):
        # Chromium complains of a status itself: of those that this story means.
        assert [text for text in one.page.complaints if "Failed to load" not in text] == []


def word_for_word(desk, programme, javascript):
    """Two at one draft: one saves first, the other sees both and brings them together."""
    output = make.output(programme.group, body="Somebody meets you.")
    address = f"/outputs/{output.pk}/write/"
    first, second = desk(programme.lived, javascript), desk(programme.staff, javascript)
    first.goes_to(address)
    second.goes_to(address)
    return output, first, second


@WAYS
def test_two_people_write_at_once_and_neither_loses_a_word(desk, programme, javascript, sound):
    output, first, second = word_for_word(desk, programme, javascript)
    first.fills("body", "Somebody meets you at noon.")
    first.presses("Save")
    second.fills("body", "Somebody meets you at the gate.")
    second.presses("Save")
    second.sees("This was saved again while you were writing", "Somebody meets you at noon.")
    assert second.typed("body") == "Somebody meets you at the gate."
    if javascript:
        sound(second.page)
    second.fills("body", "Somebody meets you at noon at the gate.")
    second.presses("Save")
    second.sees("Draft")
    assert output.latest.body == "Somebody meets you at noon at the gate."


def test_a_draft_is_saved_by_itself_and_says_so(desk, programme):
    output, first, _ = word_for_word(desk, programme, javascript=True)
    first.fills("body", "Typed, and never sent.")
    first.page.get_by_text("Saved by itself at").wait_for()
    assert output.latest.body == "Typed, and never sent."
    first.fills("body", "Typed, and then sent.")
    first.presses("Save")
    first.sees("Typed, and then sent.")
    assert not first.page.complaints


def test_saving_by_itself_stops_where_somebody_else_saved_and_loses_nothing(desk, programme):
    output, first, second = word_for_word(desk, programme, javascript=True)
    first.fills("body", "From the first.")
    first.page.get_by_text("Saved by itself at").wait_for()
    second.fills("body", "From the second.")
    second.page.get_by_text("Press Save to see both texts.").wait_for()
    assert output.latest.body == "From the first."
    assert second.typed("body") == "From the second."
    second.presses("Save")
    second.sees("This was saved again while you were writing", "From the first.")
    assert second.typed("body") == "From the second."


def test_given_no_connection_then_the_page_says_so_keeps_the_words_and_tries_again(desk, programme):
    output, first, _ = word_for_word(desk, programme, javascript=True)
    first.page.clock.install()
    first.page.context.set_offline(True)
    first.fills("body", "Typed in a tunnel.")
    first.page.get_by_text("the site cannot be reached").wait_for()
    first.page.context.set_offline(False)
    first.page.clock.fast_forward("00:15")  # when it tries again
    first.page.get_by_text("Saved by itself at").wait_for()
    assert output.latest.body == "Typed in a tunnel."
