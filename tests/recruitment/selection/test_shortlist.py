"""Redacting, scoring apart, comparing, locking: what can be done when, and what cannot."""

from fractions import Fraction

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.admin import as_shown
from apps.accounts.models.people import User
from apps.accounts.models.role_changes import RoleChange, roles_of
from apps.accounts.roles import ADMIN, HR, OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet, StaleEdit
from apps.notifications.models import Delivery
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.blind import (
    BlindAnswer,
    BlindApplication,
    Redaction,
    check_copying,
    copy_all,
    make_copy,
    was_read,
)
from apps.recruitment.selection.models.outcome import Outcome, keep_guarantee, round_of
from apps.recruitment.selection.models.sheet import Moderation, PanelDeclaration, Recusal, Sheet
from apps.recruitment.selection.redaction import added, hide, strings_of
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import (
    StaffFactory,
    UserFactory,
    just_shown,
    programme_user,
    with_second_factor,
)

from .. import making
from . import choosing

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


# --- hiding -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("I am Rowan Hale.", "I am [name]."),
        ("ROWAN  HALE and rowan", "[name] and [name]"),
        ("I will help. I am Will.", "I will help. I am [name]."),
        ("rowan.hale@mail.example", "[e-mail]"),
        ("Ring 07700 900123 or 07700900123", "Ring [telephone] or [telephone]"),
        ("at Sunrise Care Ltd", "at [employer]"),
        ("Ask Mrs Okafor", "Ask [title] [referee]"),
        ("Langley Park School in Year 9", "[school] in [school year]"),
        ("the University of Kent. Then home.", "the [school]. Then home."),
        ("since March 2019, from 1998", "since [date], from [year]"),
        ("on 12th March 2001 and 01/02/2003", "on [date] and [date]"),
        ("12 Elm Road, BR3 4AB", "[address], [postcode]"),
        ("I walked with 12 people for 20 weeks.", "I walked with 12 people for 20 weeks."),
        ("www.rowan.example/me", "[web page]"),
    ],
)
def test_what_tells_who_somebody_is_gets_a_neutral_word(text, hidden):
    known = [
        ("Rowan Hale", "[name]"),
        ("Rowan", "[name]"),
        ("Hale", "[name]"),
        ("Will", "[name]"),
        ("Okafor", "[referee]"),
        ("Sunrise Care Ltd", "[employer]"),
        ("12 Elm Road", "[address]"),
        ("07700 900123", "[telephone]"),
    ]
    assert hide(text, known) == hidden


def test_who_is_described_and_not_named_hides_no_common_word():
    vacancy, _ = choosing.closed(1)
    application = vacancy.applications.get()
    application.referees.update(name="A nurse who knows me, the Day Centre team")
    known = strings_of(application)
    assert hide("They who know me tell the team.", known) == "They who know me tell the team."


# --- redacting ----------------------------------------------------------------------------------
def test_copies_go_on_where_they_were_stopped_and_none_is_made_twice():
    vacancy, _ = choosing.closed(5)
    making_them = copy_all(vacancy)
    next(making_them), next(making_them)
    making_them.close()  # as if the worker were killed
    assert vacancy.blind_applications.count() == 2
    assert len(list(copy_all(vacancy))) == 3
    assert list(copy_all(vacancy)) == []
    assert make_copy(vacancy.applications.first().pk) is None
    assert vacancy.blind_applications.values("redaction__application").distinct().count() == 5


def test_a_copy_has_nothing_of_its_candidate():
    vacancy, _ = choosing.closed(2)
    list(copy_all(vacancy))
    said = "\n".join(
        answer.text for blind in vacancy.blind_applications.all() for answer in blind.answers.all()
    )
    for application in vacancy.applications.all():
        assert [text for text in choosing.strings(application) if text in said] == []


def test_a_withdrawn_application_has_no_copy_to_read():
    vacancy, _ = choosing.closed(2)
    choosing.redact(vacancy)
    seat = choosing.seats(vacancy)[0]
    one = vacancy.applications.first()
    one.move("withdraw", by=one.candidate)
    assert len(BlindApplication.objects.for_panel(seat, code="label")) == 1


def test_two_who_redact_at_once_lose_nothing():
    vacancy, _ = choosing.closed(1)
    list(copy_all(vacancy))
    first, second = (Redaction.objects.get() for _ in range(2))
    answer = first.blind.answers.first()
    vacancy.applications.get().answers.update(text="I have done this.")
    first.write(1, {answer.pk: "I have done [left out]"}, by=vacancy.created_by, sign=False)
    with pytest.raises(StaleEdit):
        second.write(1, {answer.pk: "[left out] have done this."}, by=vacancy.created_by, sign=True)
    answer.refresh_from_db()
    assert answer.text == "I have done [left out]"


ANSWER = "I ran a choir in Bexley [my own words], and sang. I have never been dismissed."


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Bexley", "[place]"),
        ("in Bexley [my own words], and sang", "[left out]"),
        ("I ran", "[Name]"),
        ("been dismissed.", "[left out]"),
        (" ", "\n"),
    ],
)
def test_a_copy_leaves_words_out_and_says_where(was, now):
    assert added(ANSWER, ANSWER.replace(was, now)) == ""
    assert added("", "") == ""


@pytest.mark.parametrize(
    ("was", "now", "adds"),
    [
        ("ran", "led", "led"),
        (" never", "", "been"),  # what is left out is seen to be
        ("[my own words]", "[the best of all]", "[the"),
        ("Bexley", "[]", "[]"),
        (".", ". [health]", "I have never"),
        ("I ran", "[name] I ran", "I ran"),
        ("a choir", "a\u2060choir", "a\u2060choir"),
        ("a choir", "a\u00adchoir", "a\u00adchoir"),
        ("never", "\U0001f17d\U0001f17e\U0001f183", "\U0001f17d\U0001f17e\U0001f183"),
        ("sang. I have never been", "I have never been, and sang.", "I"),
    ],
)
def test_a_copy_says_nothing_that_its_answer_does_not(was, now, adds):
    assert adds in added(ANSWER, ANSWER.replace(was, now))
    assert added(ANSWER, ANSWER.replace(was, now))
    assert added(ANSWER, f"{ANSWER} More.") == "More."
    assert added(ANSWER, "") == "[left out]"


def test_no_more_than_half_of_an_answer_is_left_out():
    vacancy, _ = choosing.closed(1)
    list(copy_all(vacancy))
    redaction = Redaction.objects.get()
    answer = redaction.blind.answers.first()
    for sign in (False, True):
        with pytest.raises(NotYet, match="More than half"):
            redaction.write(1, {answer.pk: "[left out]"}, by=vacancy.created_by, sign=sign)
    BlindAnswer.objects.filter(pk=answer.pk).update(text="The very best.")  # from before the rule
    with pytest.raises(NotYet, match="otherwise at"):
        redaction.write(1, {}, by=vacancy.created_by, sign=True)


def test_nobody_writes_for_a_candidate_what_they_did_not_say(client):
    vacancy, _ = choosing.closed(1)
    list(copy_all(vacancy))
    redaction = Redaction.objects.get()
    answer = redaction.blind.answers.first()
    before = answer.text
    with pytest.raises(NotYet, match="otherwise at “The”"):
        redaction.write(1, {answer.pk: "The best of all"}, by=vacancy.created_by, sign=True)
    client.force_login(vacancy.created_by, "apps.accounts.backends.SignIn")
    url = reverse("redaction", args=[vacancy.reference, redaction.blind.label])
    data = {f"text_{one.pk}": one.text for one in redaction.blind.answers.all()}
    data |= {"seen": 1, f"text_{answer.pk}": f"{before} Zebra", "action": "sign"}
    page = client.post(url, data)
    assert page.status_code == 422
    assert "What the candidate wrote is otherwise at" in page.content.decode()
    assert "Zebra" in page.content.decode()
    answer.refresh_from_db()
    redaction.refresh_from_db()
    assert (answer.text, redaction.signed_at) == (before, None)


def test_whoever_judges_does_not_redact_and_whoever_redacted_does_not_score():
    vacancy, _ = choosing.closed(2)
    officer = making.hr_officer()
    list(copy_all(vacancy))
    redaction = Redaction.objects.first()
    redaction.write(1, {}, by=officer, sign=True)
    with pytest.raises(NotYet, match="has read who applied"):
        PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    officer = making.hr_officer()
    PanelMember.add(vacancy, officer, PanelRole.HR, by=vacancy.created_by)
    was_read(redaction.application, by=officer)  # past the rule
    with pytest.raises(PermissionDenied):
        redaction.write(2, {}, by=choosing.anew(officer), sign=True)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=vacancy.created_by)
    seat = next(s for s in choosing.seats(vacancy) if s.user_id == officer.pk)
    round_ = choosing.round_of(vacancy)
    with pytest.raises(NotYet, match="redacted"):
        choosing.fill(round_, seat, redaction.blind)
    assert round_.owed_by(seat)[0] == {Redaction.objects.last().blind.pk}


# --- before it begins ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "missing"),
    [("peer", "There is no peer"), ("chair", "no chair"), ("team", "")],
)
def test_without_a_peer_or_a_chair_it_does_not_begin(role, missing):
    vacancy, _ = choosing.closed(1)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.panel.get(role=role).remove(by=vacancy.created_by, reason="Moved")
    if not missing:
        vacancy.move("start_shortlisting", by=vacancy.created_by)
        return
    with pytest.raises(NotYet, match=missing):
        vacancy.move("start_shortlisting", by=vacancy.created_by)


def test_every_copy_is_signed_and_every_member_has_declared_first():
    vacancy, people = choosing.closed(2)
    list(copy_all(vacancy))
    with pytest.raises(NotYet, match=r"0 of 2 redacted.*Not everybody has declared") as refused:
        vacancy.move("start_shortlisting", by=vacancy.created_by)
    assert people[PanelRole.PEER].name in str(refused.value)


def test_whoever_reads_the_audit_trail_does_not_judge():
    vacancy = making.vacancy(state="open")
    with pytest.raises(NotYet, match="audit trail"):
        PanelMember.add(vacancy, programme_user(ADMIN), PanelRole.TEAM, by=vacancy.created_by)


@pytest.mark.parametrize("gains", ["groups", "is_superuser"])
def test_whoever_sits_on_a_panel_is_not_made_an_administrator(client, gains):
    vacancy, people = choosing.closed(1)
    peer = people[PanelRole.PEER]
    boss = User.objects.create_superuser("root@test.example", full_name="Root")
    with_second_factor(boss)
    client.force_login(boss)
    just_shown(client)
    url = reverse("admin:accounts_user_change", args=[peer.pk])
    wanted = (
        {"groups": [Group.objects.get(name=ADMIN).pk]}
        if gains == "groups"
        else {"is_superuser": "on"}
    )
    data = {"full_name": peer.full_name, "known_as": "", "email": peer.email, "phone": ""}
    data["reason"] = "They asked for it."
    page = client.post(url, data | wanted)
    assert page.status_code == 200
    [error] = page.context["adminform"].form.errors[gains]
    assert f"This person judges {vacancy}." in error
    assert not choosing.anew(peer).has_perm("core.view_auditentry")
    other = {"groups": [Group.objects.get(name=HR).pk]}
    assert client.post(url, data | other).status_code == 302  # any other role is given
    making.put(vacancy, "filled")
    assert client.post(url, data | wanted).status_code == 302
    asked = RoleChange.objects.waiting().exclude(role=HR).get()
    making.put(vacancy, "shortlisting")
    with pytest.raises(NotYet, match="This person judges"):  # asked again by the second person
        asked.move("confirm", by=programme_user(OFFICE))
    making.put(vacancy, "filled")
    asked.move("confirm", by=programme_user(OFFICE))
    assert choosing.anew(peer).has_perm("core.view_auditentry")
    data["roles_shown"] = as_shown(roles_of(choosing.anew(peer)))  # an old page is refused
    assert client.post(url, data | wanted | {"phone": "020 0000 0100"}).status_code == 302


def test_a_role_given_past_the_page_stops_the_shortlisting():
    vacancy, people = choosing.closed(1)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    people[PanelRole.TEAM].groups.add(Group.objects.get(name=ADMIN))
    with pytest.raises(NotYet, match="can read the audit trail"):
        vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    assert not vacancy.rounds.exists()


def test_only_oneself_declares():
    vacancy, people = choosing.closed(1)
    seat = vacancy.panel.get(role="peer")
    with pytest.raises(PermissionDenied):
        PanelDeclaration.make(seat, "none", by=people[PanelRole.CHAIR])


# --- sheets -------------------------------------------------------------------------------------
def test_each_member_reads_in_an_order_of_their_own_that_stays():
    vacancy, _ = choosing.shortlisting(12)
    orders = [
        [copy.label for copy in BlindApplication.objects.for_panel(seat, code="label")]
        for seat in choosing.seats(vacancy)
    ]
    again = [
        copy.label
        for copy in BlindApplication.objects.for_panel(choosing.seats(vacancy)[0], code="label")
    ]
    assert orders[0] == again
    assert len({tuple(order) for order in orders}) == 3
    assert {frozenset(order) for order in orders} == {frozenset(again)}


def test_a_sheet_is_locked_only_whole_and_then_no_longer_changes():
    vacancy, _ = choosing.shortlisting(1)
    round_, seat = choosing.round_of(vacancy), choosing.seats(vacancy)[0]
    blind, user = vacancy.blind_applications.get(), choosing.anew(seat.user)
    essential = round_.criteria()[0]
    sheet = Sheet.for_member(round_, seat, blind.pk)
    with pytest.raises(NotYet):
        sheet.lock_it(by=user)
    sheet.write(
        0, {c.pk: (2, "Seen") for c in round_.criteria()} | {essential.pk: (2, " ")}, by=user
    )
    with pytest.raises(NotYet, match="essential"):
        sheet.lock_it(by=user)
    sheet.write(sheet.revision, {essential.pk: (3, "Seen")}, by=user)
    sheet.lock_it(by=user)
    with pytest.raises(IllegalMove):
        sheet.write(sheet.revision, {essential.pk: (0, "No")}, by=user)
    with pytest.raises(PermissionDenied):
        Sheet.for_member(round_, seat, blind.pk).write(1, {}, by=vacancy.created_by)


def test_two_windows_of_one_member_lose_nothing():
    vacancy, _ = choosing.shortlisting(1)
    round_, seat = choosing.round_of(vacancy), choosing.seats(vacancy)[0]
    blind, user = vacancy.blind_applications.get(), choosing.anew(seat.user)
    first, second = (Sheet.for_member(round_, seat, blind.pk) for _ in range(2))
    first.write(0, {}, by=user)
    with pytest.raises(StaleEdit):
        second.write(0, {}, by=user)
    with pytest.raises(StaleEdit):
        Sheet.for_member(round_, seat, blind.pk).write(0, {}, by=user)


def test_nothing_is_compared_before_everything_is_in_and_a_late_member_does_all():
    vacancy, _ = choosing.shortlisting(2)
    round_ = choosing.score_all(vacancy)
    assert round_.all_in
    late = UserFactory()
    PanelMember.add(vacancy, late, PanelRole.PEER, by=choosing.anew(vacancy.created_by))
    assert not round_.all_in
    with pytest.raises(NotYet):
        round_.results()
    seat = vacancy.panel.get(user=late)
    with pytest.raises(NotYet, match="Declare"):
        choosing.fill(round_, seat, vacancy.blind_applications.first())
    PanelDeclaration.make(seat, "maybe", by=late)
    choosing.score_all(vacancy)
    assert round_.all_in


def test_what_a_removed_member_scored_is_void_and_kept():
    vacancy, _ = choosing.shortlisting(1)
    round_ = choosing.score_all(vacancy)
    gone = vacancy.panel.get(role="team")
    gone.remove(by=choosing.anew(vacancy.created_by), reason="Ill")
    assert list(Sheet.objects.filter(member=gone).values_list("state", flat=True)) == ["void"]
    result = next(iter(round_.results().values()))
    assert gone.pk not in result.by_member
    assert Sheet.objects.filter(member=gone).get().scores.count() == 3


def test_whoever_knows_somebody_says_so_with_one_click_and_does_not_score_them():
    vacancy, _ = choosing.shortlisting(2)
    round_, seat = choosing.round_of(vacancy), choosing.seats(vacancy)[0]
    blind = vacancy.blind_applications.first()
    choosing.fill(round_, seat, blind)
    Recusal.make(seat, blind, by=choosing.anew(seat.user))
    assert Sheet.objects.get(member=seat).state == "void"
    with pytest.raises(NotYet, match="may know"):
        choosing.fill(round_, seat, blind)
    choosing.score_all(vacancy)
    assert round_.all_in
    assert seat.pk not in round_.results()[blind.pk].by_member


def test_every_member_counts_the_same():
    vacancy, _ = choosing.shortlisting(1)
    round_, blind = choosing.round_of(vacancy), vacancy.blind_applications.get()
    for seat, points in zip(choosing.seats(vacancy), (3, 2, 0), strict=True):
        choosing.fill(round_, seat, blind, points)
    result = round_.results()[blind.pk]
    assert (result.score, result.shown, result.meets) == (Fraction(5, 3), "1.67", True)


@pytest.mark.parametrize(
    ("points", "meets"), [((1, 2, 1), False), ((1, 2, 2), True), ((3, 0, 1), False)]
)
def test_an_essential_criterion_is_met_at_one_and_a_half(points, meets):
    vacancy, _ = choosing.shortlisting(1)
    round_, blind = choosing.round_of(vacancy), vacancy.blind_applications.get()
    for seat, given in zip(choosing.seats(vacancy), points, strict=True):
        choosing.fill(round_, seat, blind, given)
    assert round_.results()[blind.pk].meets == meets


def test_a_score_changes_afterwards_beside_what_was_given_and_only_ones_own():
    vacancy, _ = choosing.shortlisting(1)
    round_ = choosing.round_of(vacancy)
    blind, seat = vacancy.blind_applications.get(), choosing.seats(vacancy)[0]
    sheet = choosing.fill(round_, seat, blind, 1)
    score = sheet.scores.first()
    with pytest.raises(NotYet):
        Moderation.make(score, 3, by=seat.user, why="Early")
    choosing.score_all(vacancy)
    with pytest.raises(PermissionDenied):
        Moderation.make(score, 3, by=choosing.seats(vacancy)[1].user, why="Not mine")
    Moderation.make(score, 3, by=seat.user, why="I had missed a line.")
    score.refresh_from_db()
    assert (score.points, score.moderations.get().was, score.moderations.get().now) == (1, 1, 3)
    assert round_.results()[blind.pk].by_member[seat.pk] == Fraction(5, 3)


def test_a_score_that_is_changed_after_the_outcome_makes_it_old():
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    vacancy.move("lock_shortlist", by=choosing.chair(vacancy))
    score = Sheet.objects.first().scores.first()
    Moderation.make(score, 3 - score.points, by=score.sheet.member.user, why="I had missed it.")
    vacancy.refresh_from_db()
    assert vacancy.first_press("lock_shortlist") is None
    with pytest.raises(NotYet, match="What counts for Candidate"):
        choosing.conclude(vacancy, "lock_shortlist")
    choosing.decide(choosing.round_of(vacancy), choosing.results(vacancy, "no"))
    choosing.conclude(vacancy, "lock_shortlist")


# --- locking ------------------------------------------------------------------------------------
def test_the_lock_names_what_is_missing_and_ends_blindness():
    vacancy, _ = choosing.shortlisting(2)
    chair = choosing.chair(vacancy)
    with pytest.raises(NotYet, match="Not every sheet"):
        vacancy.move("lock_shortlist", by=chair)
    round_ = choosing.score_all(vacancy)
    with pytest.raises(NotYet, match="Record an outcome"):
        vacancy.move("lock_shortlist", by=chair)
    choosing.decide(round_, choosing.results(vacancy, "yes", "no"))
    choosing.conclude(vacancy, "lock_shortlist")
    assert (vacancy.state, vacancy.is_blind) == ("shortlisted", False)
    with pytest.raises(IllegalMove):
        choosing.decide(round_, choosing.results(vacancy, "no", "no"))
    score = Sheet.objects.first().scores.first()
    with pytest.raises(IllegalMove):
        Moderation.make(score, 0, by=score.sheet.member.user, why="Late")


def test_it_is_not_locked_without_a_peer_who_scored():
    vacancy, _ = choosing.shortlisting(1)
    round_ = choosing.score_all(vacancy)
    choosing.decide(round_, choosing.results(vacancy, "yes"))
    vacancy.panel.get(role="peer").remove(by=choosing.anew(vacancy.created_by), reason="Ill")
    label = vacancy.blind_applications.get().label
    with pytest.raises(NotYet, match=f"^Candidate {label} still lacks a peer to score them.$"):
        choosing.conclude(vacancy, "lock_shortlist")


@pytest.mark.parametrize(("points", "refused"), [(2, True), (1, False)])
def test_the_guarantee_is_kept_for_whoever_meets_what_is_essential(points, refused):
    vacancy, _ = choosing.closed(1)
    Application.objects.update(guaranteed_interview=True)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    label = vacancy.blind_applications.get().label
    choosing.decide(choosing.score_all(vacancy, {label: points}), {label: "no"})
    choosing.conclude(vacancy, "lock_shortlist")  # says and asks nothing of it
    if refused:
        with pytest.raises(NotYet, match=f"Candidate {label} asked for a guaranteed interview"):
            choosing.send(vacancy)
        with pytest.raises(NotYet, match="They are invited"):
            choosing.answer(vacancy, {label: "no"})
        assert keep_guarantee(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by)) == 1
    choosing.send(vacancy)
    assert choosing.states(vacancy) == ["shortlisted" if refused else "not_shortlisted"]


def test_only_the_chair_records_outcomes_and_locks():
    vacancy, people = choosing.shortlisting(1)
    round_ = choosing.score_all(vacancy)
    blind = vacancy.blind_applications.get()
    for user in (people[PanelRole.PEER], vacancy.created_by, StaffFactory()):
        user = choosing.anew(user)
        with pytest.raises(PermissionDenied):
            Outcome.decide(round_, blind, by=user, result="yes", reason="So")
        refused = NotYet if vacancy.is_judged_by(user) else PermissionDenied
        with pytest.raises(refused):
            vacancy.move("lock_shortlist", by=user)


@pytest.mark.parametrize("name", ["lock_shortlist", "decide"])
def test_the_chair_alone_concludes_nothing_and_whoever_confirms_saw_the_same(client, name):
    vacancy, people, stage = concluding(name)
    chair, peer = choosing.chair(vacancy), people[PanelRole.PEER]
    round_, state = round_of(vacancy, stage), vacancy.state
    blind = vacancy.blind_applications.get()
    page = reverse("vacancy_move", args=[vacancy.reference, name])
    client.force_login(peer, "apps.accounts.backends.SignIn")
    assert "The chair says first" in client.get(page).content.decode()
    for _ in range(2):
        assert not vacancy.move(name, by=chair)
    told = Delivery.objects.filter(occurrence__rule__kind="recruitment.panel_is_asked")
    others = {user.pk for user in people.values()} - {chair.pk}
    assert set(told.values_list("recipient", flat=True)) == others
    text = client.get("/").content.decode()
    assert "Confirm what the panel decided" in text
    seen = vacancy.shown(vacancy.first_press(name))
    Outcome.decide(round_, blind, by=chair, result="no", reason="No", feedback="Say more.")
    answer = client.post(page, {"seen": seen})
    vacancy.refresh_from_db()
    assert (answer.status_code, vacancy.state) == (409, state)
    assert vacancy.first_press(name) is None  # another outcome than the chair had said
    choosing.conclude(vacancy, name)
    assert vacancy.state != state


def test_whoever_stepped_back_from_somebody_confirms_only_where_nobody_else_can():
    vacancy, people = choosing.shortlisting(2)
    blind = vacancy.blind_applications.first()
    peer = next(one for one in choosing.seats(vacancy) if one.role == PanelRole.PEER)
    Recusal.make(
        next(one for one in choosing.seats(vacancy) if one.role == PanelRole.TEAM),
        blind,
        by=choosing.anew(people[PanelRole.TEAM]),
    )
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "no"))
    vacancy.move("lock_shortlist", by=choosing.chair(vacancy))
    with pytest.raises(NotYet, match="Somebody who scored more"):
        vacancy.move("lock_shortlist", by=choosing.anew(people[PanelRole.TEAM]))
    assert vacancy.move("lock_shortlist", by=choosing.anew(peer.user))


def concluding(name):
    """(vacancy, people, stage) where one candidate is scored and has an outcome."""
    if name == "decide":
        vacancy, people = choosing.interviewing("yes")
    else:
        vacancy, people = choosing.shortlisting(1)
    stage = "interview" if name == "decide" else "shortlisting"
    choosing.decide(choosing.score_all(vacancy, stage=stage), choosing.results(vacancy, "yes"))
    return vacancy, people, stage


def test_the_same_copy_cannot_be_begun_by_two_workers():
    vacancy, _ = choosing.closed(1)
    pk = vacancy.applications.get().pk
    assert [make_copy(pk) is None for _ in range(2)] == [False, True]
    making.put(vacancy, "shortlisting")
    with pytest.raises(Conflict):
        check_copying(vacancy, vacancy.created_by)
