"""Who asked for a guaranteed interview: nobody of the panel learns of it, before or after."""

from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import product
from random import Random

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from apps.core import chance
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.models import AuditEntry
from apps.core.moves import Missing
from apps.notifications.models import Delivery, Preference
from apps.notifications.sending import send
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.outcome import Outcome, keep_guarantee, release
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.factories import just_shown

from .. import making
from . import choosing, test_leaks

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"


def guaranteed(*names, ticked=(0,)):
    """Locked, with these recommended; who ticked the box, by their place. All meet what counts."""
    vacancy, _ = choosing.shortlisting(len(names))
    tick(vacancy, *ticked)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, *names))
    choosing.conclude(vacancy, "lock_shortlist")
    return vacancy, [one.redaction.blind.label for one in vacancy.applications.order_by("pk")]


def tick(vacancy, *places):
    """These asked for the guarantee, and nobody else."""
    every = [one.pk for one in vacancy.applications.order_by("pk")]
    asking = [every[place] for place in places]
    vacancy.applications.update(guaranteed_interview=False)
    vacancy.applications.filter(pk__in=asking).update(guaranteed_interview=True)


def hr(vacancy):
    return choosing.anew(vacancy.created_by)


def test_the_lock_is_no_oracle():
    """All set to *not invite*: the refusal listed who had ticked the box."""
    vacancy, _ = choosing.shortlisting(2)
    Application.objects.filter(pk=vacancy.applications.first().pk).update(guaranteed_interview=True)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "no", "no"))
    choosing.conclude(vacancy, "lock_shortlist")
    assert vacancy.state == "shortlisted"


def test_nor_is_what_is_recorded_after_the_lock():
    vacancy, _ = choosing.shortlisting(2)
    Application.objects.update(guaranteed_interview=True)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "yes"))
    choosing.conclude(vacancy, "lock_shortlist")
    choosing.send(vacancy)
    one = vacancy.applications.first()
    one.move("undo_shortlisting", by=choosing.anew(vacancy.created_by), note="A slip of ours.")
    with pytest.raises((Conflict, NotYet)) as refused:
        choosing.decide(choosing.round_of(vacancy), {one.redaction.blind.label: "no"})
    assert "must be invited" not in str(refused.value)


@pytest.mark.parametrize("end", ["comparison/", "candidates/{}/", "candidates/{}/outcome/"])
def test_after_the_lock_the_panel_reads_no_page_of_the_shortlist(client, end):
    vacancy, _ = choosing.shortlisted("yes", "no")
    label = vacancy.blind_applications.first().label
    client.force_login(choosing.chair(vacancy), "apps.accounts.backends.SignIn")
    url = f"/recruitment/panels/{vacancy.reference}/shortlisting/{end.format(label)}"
    answer = client.get(url)
    words = answer.content.decode()
    assert (answer.status_code, label in words.replace(url, "")) == (410, False)
    assert "Human Resources" in words
    assert "Somebody got there first" not in words


def test_a_code_of_the_shortlist_names_nobody_at_the_interviews(client):
    vacancy, _ = choosing.planned("yes", "yes")
    client.force_login(choosing.chair(vacancy), "apps.accounts.backends.SignIn")
    words = client.get(f"/recruitment/panels/{vacancy.reference}/").content.decode()
    labels = vacancy.blind_applications.values_list("label", flat=True)
    assert [label for label in labels if f"Candidate {label}" in words] == []


def test_a_locked_sheet_of_an_interview_leads_to_no_code_of_the_shortlist(client):
    vacancy, _ = choosing.interviewing("yes", "yes")
    one, other = vacancy.interviews.order_by("pk")
    client.force_login(choosing.anew(vacancy.panel.get(role="peer").user), SIGN_IN)

    def page(interview):
        return reverse("sheet", args=[vacancy.reference, "interview", interview.label])

    fields = client.get(page(one)).context["form"].fields
    data = {name: "2" if name.startswith("points") else "Seen." for name in fields}
    answer = client.post(page(one), data | {"seen": 0, "action": "lock"})
    assert (answer.status_code, answer["Location"]) == (302, page(other))
    assert client.get(answer["Location"]).status_code == 200


# --- Human Resources keep the rule ----------------------------------------------------------------
@pytest.mark.differs
def test_human_resources_invite_whoever_the_rule_names_before_anybody_is_told(client):
    vacancy, labels = guaranteed("no", "reserve", "yes", "no", ticked=(0, 1, 2))
    page = reverse("outcomes", args=[vacancy.reference, "shortlisting"])
    with pytest.raises(NotYet, match="asked for a guaranteed interview and meet every") as refused:
        choosing.send(vacancy)
    assert [label in str(refused.value) for label in labels] == [True, True, False, False]
    client.force_login(hr(vacancy), SIGN_IN)
    text = client.get(page).content.decode()
    assert text.count("Not invited yet") == 2
    assert "Send all outcomes" not in text
    assert client.post(page).status_code == 422
    assert client.post(reverse("guarantee", args=[vacancy.reference])).status_code == 302
    text = client.get(page).content.decode()
    assert ("Not invited yet" in text, "Send all outcomes" in text) == (False, True)
    assert text.count("The panel recommended: ") == 2
    choosing.send(vacancy)
    assert choosing.states(vacancy) == ["shortlisted"] * 3 + ["not_shortlisted"]


@pytest.mark.differs
def test_the_rule_names_nobody_who_does_not_meet_what_is_essential():
    vacancy, _ = choosing.shortlisting(2)
    tick(vacancy, 0, 1)
    first, second = choosing.results(vacancy, "no", "no")
    choosing.decide(choosing.score_all(vacancy, {second: 1}), {first: "no", second: "no"})
    choosing.conclude(vacancy, "lock_shortlist")
    assert keep_guarantee(choosing.round_of(vacancy), by=hr(vacancy)) == 1
    with pytest.raises(Conflict, match="is invited"):
        keep_guarantee(choosing.round_of(vacancy), by=hr(vacancy))
    choosing.send(vacancy)
    assert choosing.states(vacancy) == ["shortlisted", "not_shortlisted"]


@pytest.mark.differs
def test_nobody_gets_less_than_the_panel_recommended_or_the_rule_promises():
    vacancy, (first, second, third) = guaranteed("reserve", "yes", "no")
    for label, result, words in (
        (first, "no", "They are invited"),
        (first, "reserve", "They are invited"),
        (second, "no", "more than this"),
        (second, "reserve", "more than this"),
        (third, "reserve", "more than this"),
    ):
        with pytest.raises(NotYet, match=words):
            choosing.answer(vacancy, {label: result})
    choosing.answer(vacancy, {third: "yes"})
    choosing.answer(vacancy, {third: "no"})  # until it is sent, it can be put right
    assert Outcome.objects.current().filter(round__vacancy=vacancy).count() == 3


@pytest.mark.differs
def test_an_invitation_that_was_taken_back_leaves_nobody_without_an_answer():
    vacancy, labels = guaranteed("no", "yes")
    keep_guarantee(choosing.round_of(vacancy), by=hr(vacancy))
    choosing.send(vacancy)
    one = vacancy.applications.order_by("pk").first()
    one.move("undo_shortlisting", by=hr(vacancy), note="A slip of ours.")
    choosing.plan(vacancy)
    with pytest.raises(NotYet, match="Send every outcome"):
        vacancy.move("start_interviews", by=hr(vacancy))
    with pytest.raises(NotYet, match=f"No outcome is recorded for Candidate {labels[0]}"):
        choosing.send(vacancy)
    choosing.answer(vacancy, {labels[0]: "yes"})
    choosing.send(vacancy)
    assert choosing.states(vacancy) == ["shortlisted", "shortlisted"]


@pytest.mark.parametrize("role", list(PanelRole))
def test_nobody_of_the_panel_invites_or_reads_who_is_invited(client, role):
    vacancy, _ = choosing.closed(1)
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=hr(vacancy))
    tick(vacancy, 0)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "no"))
    choosing.conclude(vacancy, "lock_shortlist")
    label = vacancy.blind_applications.get().label
    user = choosing.anew(vacancy.panel.get(role=role).user)
    round_ = choosing.round_of(vacancy)
    for act in (
        lambda: keep_guarantee(round_, by=user),
        lambda: release(round_, by=user),
        lambda: Outcome.answer(
            round_, vacancy.blind_applications.get(), by=user, result="yes", reason="So"
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()
    client.force_login(user, SIGN_IN)
    base = f"/recruitment/selecting/{vacancy.reference}/"
    for state in ("shortlisted", "decided", "filled"):  # not even once it is all over
        making.put(vacancy, state)
        for end in ("outcomes/shortlisting/", f"answers/{label}/", "redaction/"):
            assert client.get(base + end).status_code == 403
        assert client.post(f"{base}guarantee/").status_code == 403
        assert not vacancy.missing("send_shortlisting", user)[0].text.count(label)
    one = vacancy.applications.get()
    answer = client.get(one.get_absolute_url())
    assert b"uaranteed interview" not in answer.content
    assert (answer.status_code == 200) == (role == PanelRole.HR)


def test_the_history_that_a_panel_reads_in_the_end_says_nothing_of_it():
    vacancy, _ = guaranteed("no", "yes")
    before = AuditEntry.objects.about(vacancy).count()
    keep_guarantee(choosing.round_of(vacancy), by=hr(vacancy))
    assert AuditEntry.objects.about(vacancy).count() == before
    made = Outcome.objects.current().get(recorded_by=vacancy.created_by)
    assert AuditEntry.objects.about(made).get().action == "decide_outcome"


def test_feedback_that_comes_after_the_lock_is_given_back_to_whoever_wrote_it(client):
    vacancy, labels = guaranteed("no", "yes")
    client.force_login(choosing.chair(vacancy), SIGN_IN)
    url = f"/recruitment/panels/{vacancy.reference}/shortlisting/candidates/{labels[0]}/feedback/"
    answer = client.post(url, {"seen": 1, "feedback": "You listened well, and said so."})
    assert (answer.status_code, b"You listened well" in answer.content) == (410, True)
    with pytest.raises(IllegalMove, match="Human Resources take it from here"):
        Outcome.objects.first().write_feedback(1, "Late", by=choosing.chair(vacancy))


def test_pages_of_a_withdrawn_vacancy_say_that_it_is_over(client):
    vacancy, _ = choosing.shortlisting(1)
    vacancy.move("withdraw", by=hr(vacancy), note="The ward moves.")
    client.force_login(choosing.chair(vacancy), SIGN_IN)
    answer = client.get(f"/recruitment/panels/{vacancy.reference}/shortlisting/comparison/")
    assert (answer.status_code, b"The vacancy was withdrawn." in answer.content) == (410, True)


def test_an_answer_says_beside_the_field_what_it_lacks_and_keeps_what_was_typed(client):
    vacancy, (label, _) = guaranteed("no", "yes", ticked=())
    client.force_login(hr(vacancy), SIGN_IN)
    url = reverse("outcome_answer", args=[vacancy.reference, label])
    page = client.post(url, {"result": "no", "reason": "As we typed it", "feedback": ""})
    assert page.status_code == 422
    words = page.content.decode()
    assert "Write the feedback. Nobody is turned down without it." in words
    assert "As we typed it" in words
    choosing.send(vacancy)
    assert client.get(url).status_code == 409  # told: there is nothing left to answer


# --- pairs: the same vacancy with and without each tick -------------------------------------------
@contextmanager
def undone():
    """All that happens in here goes again: the next begins with the same rows and numbers."""
    here = transaction.savepoint()
    mail.outbox.clear()
    try:
        with chance.seeded(Random(7)):  # noqa: S311 - chance that can be repeated is the point
            yield
    finally:
        transaction.savepoint_rollback(here)


LISTS = ("home", "messages", "calendar_feed", "vacancies")


def places(vacancy, user, blind):
    """Every address of recruitment about this vacancy and one candidate of it, by each of their
    codes, and what lists what concerns somebody. Public pages and other people's are left out.
    """
    codes = [blind.label, *vacancy.interviews.filter(blind=blind).values_list("label", flat=True)]
    choices = {
        "reference": [vacancy.reference],
        "label": codes,
        "stage": list(choosing.Stage),
        "name": Vacancy.OF_THE_PANEL,
        "pk": [1],
        "token": [Preference.of(user).calendar_token],
    }
    yield blind.redaction.application.get_absolute_url()
    for name, pattern in test_leaks.patterns(get_resolver().url_patterns):
        about = pattern.lookup_str.startswith("apps.recruitment")
        keys = list(pattern.pattern.converters)
        if name not in LISTS and not (
            about and "reference" in keys and choices.keys() >= set(keys)
        ):
            continue
        for values in product(*(choices[key] for key in keys)):
            if {*values} >= {choosing.Stage.SHORTLISTING, codes[-1]} and len(codes) > 1:
                continue  # a code of the interviews is none of the shortlist's
            with suppress(NoReverseMatch):  # a name that is another thing's
                url = reverse(name, kwargs=dict(zip(keys, values, strict=True)))
                if name in LISTS or url.startswith("/recruitment/"):
                    yield url


def told(user):
    """What somebody was sent, by every way, with whatever was in it."""
    send()
    rows = Delivery.objects.filter(recipient=user).order_by("pk")
    columns = "occurrence__rule__kind", "occurrence__schedule_version", "channel", "status"
    return list(rows.values_list(*columns)), [
        (message.subject, message.body, message.alternatives, message.attachments)
        for message in mail.outbox
        if user.email in message.to
    ]


class Members:
    """What each member reads, presses and is told, at one moment."""

    def __init__(self, client, vacancy):
        self.client, self.vacancy, self.urls = client, vacancy, {}
        self.blind = vacancy.blind_applications.order_by("redaction__application__pk")[1]
        rows = vacancy.panel.serving().exclude(role=PanelRole.TEAM).select_related("user")
        self.seats = list(rows.order_by("pk"))  # what is so for the peer is so for the team
        for seat in self.seats:
            Preference.of(seat.user)

    def read(self, moment):
        """What answers nothing is tried in the first world alone; a peer tries what a chair may."""
        found = {}
        for seat in self.seats:
            user = choosing.anew(seat.user)
            self.client.force_login(user, SIGN_IN)
            key = moment, seat.role
            for url in self.urls.get(key) or self.every(moment, seat.role, user):
                answer = self.client.get(url)
                body = b"".join(answer) if answer.streaming else answer.content
                if key in self.urls or answer.status_code not in (403, 404, 405):
                    found[seat.role, url] = answer.status_code, test_leaks._still(body)
            if key not in self.urls:
                self.urls[key] = [place[-1] for place in found if place[0] == seat.role]
            found[seat.role, "told"] = told(user)
            if seat.role == PanelRole.CHAIR:
                found |= self.pressed(user)
        return found

    def every(self, moment, role, user):
        if role != PanelRole.PEER:
            return places(self.vacancy, user, self.blind)
        of_chair = [url for url in self.urls[moment, PanelRole.CHAIR] if "/calendar/" not in url]
        return [*of_chair, reverse("calendar_feed", args=[Preference.of(user).calendar_token])]

    def pressed(self, chair):
        """What refuses, and in which words."""
        lock = reverse("vacancy_move", args=[self.vacancy.reference, "lock_shortlist"])
        found = {}
        label = self.blind.label
        of = f"/recruitment/panels/{self.vacancy.reference}/shortlisting/candidates/{label}/"
        for url, data in (
            (lock, {}),
            (f"{of}outcome/", {"result": "no", "reason": "So", "feedback": "Say more."}),
            (f"{of}moderate/", {}),
        ):
            here = transaction.savepoint()
            answer = self.client.post(url, data)
            location = answer.headers.get("Location", "")
            words = test_leaks._still(answer.content)
            found[PanelRole.CHAIR, "post", url] = answer.status_code, location, words
            transaction.savepoint_rollback(here)
        return found


def differing(one, other):
    return [place for place in one.keys() | other.keys() if one.get(place) != other.get(place)]


TICKS = ((0, 2), (1,))  # each with and without; only the second is invited for it


@pytest.fixture
def still():
    """The clock stands, and chance is the same each time."""
    with time_machine.travel(timezone.now(), tick=False), chance.seeded(Random(5)):  # noqa: S311
        yield


def scored():
    """Recommended are the first of three, and neither the second, who meets all that is essential,
    nor the third, who does not. An officer of Human Resources sits on the panel.
    """
    vacancy, _ = choosing.closed(3)
    PanelMember.add(vacancy, making.hr_officer(), PanelRole.HR, by=vacancy.created_by)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=hr(vacancy))
    result_of = choosing.results(vacancy, "yes", "no", "no")
    choosing.decide(choosing.score_all(vacancy, {list(result_of)[2]: 0}), result_of)
    return vacancy, list(result_of)


def of_worlds(ticks, world):
    """What the members are shown and told in the world without a tick, and what differs in each of
    the others.
    """
    found = []
    for ticked in ((), *ticks):
        with undone():
            found.append(list(world(ticked)))
    plain, *others = found
    return plain, [
        [differing(one, other) for one, other in zip(plain, moments, strict=True)]
        for moments in others
    ]


@pytest.mark.no_cover
@pytest.mark.usefixtures("still")
def test_before_and_after_the_lock_no_byte_differs_for_any_member_with_each_tick(client):
    vacancy, _ = scored()
    members = Members(client, vacancy)

    def world(ticked):
        tick(vacancy, *ticked)
        vacancy.refresh_from_db()
        yield members.read("scored")
        choosing.conclude(vacancy, "lock_shortlist")
        yield members.read("locked")

    (before, after), differs = of_worlds(TICKS, world)
    assert differs == [[[], []]] * len(TICKS)
    statuses = [
        {said[0] for place, said in one.items() if "told" not in place} for one in (before, after)
    ]
    assert [410 in one for one in statuses] == [False, True]


@pytest.mark.no_cover
@pytest.mark.usefixtures("still")
def test_at_release_and_after_the_decision_no_byte_differs_either(client):
    """The second is invited: because they ticked the box, or because Human Resources wished so."""
    vacancy, (first, second, _) = scored()
    choosing.conclude(vacancy, "lock_shortlist")
    members = Members(client, vacancy)

    def world(ticked):
        tick(vacancy, *ticked)
        vacancy.refresh_from_db()
        if 1 in ticked:
            keep_guarantee(choosing.round_of(vacancy), by=hr(vacancy))
        else:
            choosing.answer(vacancy, {second: "yes"})
        with chance.seeded(Random(9)):  # noqa: S311 - asking who may has drawn references
            choosing.send(vacancy)
        choosing.plan(vacancy)
        choosing.hold(vacancy)
        yield members.read("interviewing")
        round_ = choosing.score_all(vacancy, stage=choosing.Stage.INTERVIEW)
        choosing.decide(round_, {first: "yes", second: "no"})
        vacancy.refresh_from_db()
        choosing.conclude(vacancy, "decide")
        choosing.send(vacancy, choosing.Stage.INTERVIEW)
        yield members.read("decided")

    (at_interviews, _), differs = of_worlds(TICKS, world)
    assert differs == [[[], []]] * len(TICKS)
    page = at_interviews[PanelRole.PEER, f"/recruitment/panels/{vacancy.reference}/"]
    assert page[1].count(b"Candidate ") == 4  # both are interviewed, and both are to be scored


@pytest.mark.no_cover
@pytest.mark.usefixtures("still")
def test_the_pairs_find_an_oracle(client, monkeypatch):
    """A variant whose lock says who must be invited, as it once did."""
    vacancy, _ = scored()

    def tells(vacancy, by):
        for one in vacancy.applications.filter(guaranteed_interview=True):
            yield Missing(f"{one.redaction.blind} must be invited.")

    move = replace(Vacancy.moves["lock_shortlist"], needs=(tells,))
    monkeypatch.setitem(Vacancy.moves, "lock_shortlist", move)
    members = Members(client, vacancy)

    def world(ticked):
        tick(vacancy, *ticked)
        yield members.read("scored")

    _, [[differs]] = of_worlds([(1,)], world)
    assert {place[-1].split("/")[-2] for place in differs} == {"lock_shortlist", vacancy.reference}


# --- off the panel and on again -------------------------------------------------------------------
def with_officer(number=2):
    """Shortlisting, with an officer of Human Resources on the panel."""
    vacancy, _ = choosing.closed(number)
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=hr(vacancy))
    return vacancy, officer


def seat_of(vacancy, user):
    return vacancy.panel.serving().select_related("vacancy", "user").get(user=user)


def test_nobody_changes_their_own_seat(client):
    vacancy, officer = with_officer()
    seat = seat_of(vacancy, officer)
    client.force_login(choosing.anew(officer), SIGN_IN)
    just_shown(client)
    url = reverse("panel_remove", args=[vacancy.reference, seat.pk])
    assert client.post(url, {"reason": "Away"}).status_code == 422
    with pytest.raises(NotYet, match="your own seat"):
        seat.remove(by=choosing.anew(officer), reason="Away")
    seat_of(vacancy, officer).remove(by=hr(vacancy), reason="Away")
    for user in (officer, making.hr_officer()):
        with pytest.raises(NotYet, match="your own seat"):
            PanelMember.add(vacancy, user, PanelRole.HR, by=choosing.anew(user))
    assert not vacancy.panel.serving().filter(user=officer).exists()


def test_whoever_left_the_panel_reads_no_more_than_before(client):
    vacancy, officer = with_officer()
    tick(vacancy, 1)
    seat_of(vacancy, officer).remove(by=hr(vacancy), reason="Away")
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "no"))
    client.force_login(choosing.anew(officer), SIGN_IN)
    just_shown(client)
    names = {
        "vacancy_applications": [],
        "applications_csv": [],
        "type_in": [],
        "redactions": [],
        "redaction": [vacancy.blind_applications.first().label],
    }
    one = vacancy.applications.first()

    def answers(names):
        urls = [reverse(name, args=[vacancy.reference, *args]) for name, args in names.items()]
        return {client.get(url).status_code for url in urls}

    assert answers(names) == {403}
    assert client.get(one.get_absolute_url()).status_code in (403, 404)
    vacancy.refresh_from_db()
    choosing.conclude(vacancy, "lock_shortlist")
    label = vacancy.blind_applications.first().label
    names |= {"outcomes": ["shortlisting"], "outcome_answer": [label]}
    assert answers(names) == {403}
    assert client.post(reverse("guarantee", args=[vacancy.reference])).status_code == 403
    sent = client.post(reverse("outcomes", args=[vacancy.reference, "shortlisting"]))
    assert sent.status_code == 403
    making.put(vacancy, "decided")
    lists = {"vacancy_applications": [], "applications_csv": [], "outcomes": ["shortlisting"]}
    assert answers(lists) == {403}
    making.put(vacancy, "filled")
    assert answers({"vacancy_applications": [], "applications_csv": []}) == {200}


def test_nor_does_a_serving_member_read_the_list_before_it_is_filled(client):
    vacancy, officer = with_officer()
    making.put(vacancy, "decided")
    client.force_login(choosing.anew(officer), SIGN_IN)
    just_shown(client)
    for name in ("vacancy_applications", "applications_csv"):
        assert client.get(reverse(name, args=[vacancy.reference])).status_code == 403


READERS = {
    "application": lambda vacancy: vacancy.applications.first().get_absolute_url(),
    "typed": lambda vacancy: reverse("application_check", args=[typed(vacancy).reference]),
    "list": lambda vacancy: reverse("vacancy_applications", args=[vacancy.reference]),
    "export": lambda vacancy: reverse("applications_csv", args=[vacancy.reference]),
    "copy": lambda vacancy: reverse(
        "redaction", args=[vacancy.reference, vacancy.blind_applications.first().label]
    ),
    "outcomes": lambda vacancy: reverse("outcomes", args=[vacancy.reference, "shortlisting"]),
    "answer": lambda vacancy: reverse(
        "outcome_answer", args=[vacancy.reference, vacancy.blind_applications.first().label]
    ),
}


def typed(vacancy):
    """The first one, as somebody of Human Resources typed it in."""
    vacancy.applications.filter(pk=vacancy.applications.first().pk).update(
        candidate=None, typed_by=vacancy.created_by
    )
    return vacancy.applications.first()


@pytest.mark.parametrize("read", READERS)
def test_whoever_read_names_or_ticks_takes_no_seat(client, read):
    vacancy, _ = guaranteed("yes", "no")
    officer = making.hr_officer()
    client.force_login(officer, SIGN_IN)
    just_shown(client)
    answer = client.get(READERS[read](vacancy))
    assert answer.status_code == 200
    b"".join(answer)  # as far as it is sent
    with pytest.raises(NotYet, match="has read who applied"):
        PanelMember.add(vacancy, choosing.anew(officer), PanelRole.HR, by=hr(vacancy))


@pytest.mark.parametrize(("act", "ticked"), [(keep_guarantee, (1,)), (release, ())])
def test_nor_does_whoever_answered_the_guarantee_or_sent(act, ticked):
    vacancy, _ = guaranteed("yes", "no", ticked=ticked)
    officer = making.hr_officer()
    act(choosing.round_of(vacancy), by=choosing.anew(officer))
    with pytest.raises(NotYet, match="has read who applied"):
        PanelMember.add(vacancy, officer, PanelRole.HR, by=hr(vacancy))


def test_nor_does_whoever_arranged_adjustments(client):
    vacancy, _ = choosing.closed(1)
    organiser = choosing.anew(vacancy.organiser)
    client.force_login(organiser, SIGN_IN)
    url = reverse("adjustments_asked", args=[vacancy.applications.get().reference])
    assert client.get(url).status_code == 200
    vacancy.name_people(by=organiser, organiser=making.hr_officer())
    with pytest.raises(NotYet, match="has read who applied"):
        PanelMember.add(vacancy, organiser, PanelRole.HR, by=making.hr_officer())


def test_whoever_left_can_come_back_where_they_read_no_name():
    vacancy, officer = with_officer()
    seat_of(vacancy, officer).remove(by=hr(vacancy), reason="Ill")
    PanelMember.add(vacancy, choosing.anew(officer), PanelRole.HR, by=hr(vacancy))
    assert vacancy.panel.filter(user=officer).count() == 2


def test_nobody_of_the_panel_takes_another_off_it():
    vacancy, officer = with_officer()
    team = vacancy.panel.select_related("vacancy", "user").get(role="team")
    with pytest.raises(NotYet, match="not on this panel"):
        team.remove(by=choosing.anew(officer), reason="Their scores")
    team.remove(by=hr(vacancy), reason="Ill")


@pytest.mark.parametrize("by_the_rule", [True, False])
def test_an_invitation_by_human_resources_carries_no_feedback_however_it_came(client, by_the_rule):
    vacancy, labels = guaranteed("yes", "no", ticked=(1,) if by_the_rule else ())
    client.force_login(hr(vacancy), SIGN_IN)
    if by_the_rule:
        client.post(reverse("guarantee", args=[vacancy.reference]))
    else:
        url = reverse("outcome_answer", args=[vacancy.reference, labels[1]])
        feedback = client.get(url).context["form"].initial["feedback"]
        assert feedback
        client.post(url, {"result": "yes", "reason": "So", "feedback": feedback})
    choosing.send(vacancy)
    outcome = Outcome.objects.standing().get(blind__label=labels[1])
    assert (outcome.result, outcome.feedback) == ("yes", "")
