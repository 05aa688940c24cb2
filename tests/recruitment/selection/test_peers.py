"""Each candidate is scored by one peer and two people at least, at each stage: or no lock."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps as installed
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.roles import OFFICE
from apps.core.exceptions import IllegalMove, NotYet
from apps.notifications.kinds import KINDS
from apps.notifications.mail import content
from apps.notifications.models import Delivery
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.blind import BlindApplication
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.selection.models.outcome import Outcome
from apps.recruitment.selection.models.scoring import Round
from apps.recruitment.selection.models.sheet import (
    Moderation,
    PanelDeclaration,
    Recusal,
    Sheet,
    with_standing,
)
from apps.recruitment.vacancies.models.panel import PanelMember
from tests.factories import UserFactory, programme_user, with_second_factor

from . import choosing, test_leaks

pytestmark = [pytest.mark.django_db, pytest.mark.differs]
Stage = choosing.Stage
SIGN_IN = "apps.accounts.backends.SignIn"


def hr(vacancy):
    return choosing.anew(vacancy.created_by)


def join(vacancy, role=PanelRole.PEER):
    """Human Resources appoint somebody more."""
    user = with_second_factor(UserFactory())
    return PanelMember.add(vacancy, user, role, by=hr(vacancy), trained_on=timezone.localdate())


def read(client, user, url, status=200):
    client.force_login(choosing.anew(user), SIGN_IN)
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def seat(vacancy, role):
    return next(one for one in choosing.seats(vacancy) if one.role == role)


def recused(vacancy, role, blind):
    one = seat(vacancy, role)
    Recusal.make(one, blind, by=choosing.anew(one.user))


def test_a_candidate_whom_no_peer_scored_keeps_the_shortlist_open():
    vacancy, _ = choosing.shortlisting(2)
    first, second = vacancy.blind_applications.order_by("redaction__application__pk")
    recused(vacancy, "peer", first)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "no", "yes"))
    with pytest.raises(NotYet, match=f"Candidate {first.label} still lacks a peer") as refused:
        choosing.conclude(vacancy, "lock_shortlist")
    assert second.label not in str(refused.value)


def test_a_candidate_whom_no_peer_interviewed_keeps_the_decision_open():
    vacancy, _ = choosing.interviewing("yes", "yes")
    first, _ = vacancy.blind_applications.order_by("redaction__application__pk")
    recused(vacancy, "peer", first)
    round_ = choosing.score_all(vacancy, stage="interview")
    choosing.decide(round_, choosing.results(vacancy, "no", "yes"))
    with pytest.raises(NotYet, match="still lacks a peer"):
        choosing.conclude(vacancy, "decide")


@pytest.mark.parametrize(
    ("away", "lacks"),
    [
        (["peer"], "a peer"),
        (["team", "chair"], "a second person"),
        (["peer", "team"], "a peer"),
        (["peer", "team", "chair"], "a peer and a second person"),
    ],
)
def test_each_candidate_lacks_whom_it_takes(away, lacks):
    vacancy, _ = choosing.shortlisting(2)
    first, second = vacancy.blind_applications.order_by("redaction__application__pk")
    for role in away:
        recused(vacancy, role, first)
    round_ = choosing.round_of(vacancy)
    standing = round_.standing()
    words = f"Candidate {first.label} still lacks {lacks} to score them."
    assert [one.text for one in standing.lacking(hr(vacancy))] == [words]
    assert [one.role for one in standing.who_scores(second.pk)] == ["chair", "peer", "team"]
    [of_chair] = standing.lacking(choosing.chair(vacancy))
    assert (of_chair.url, of_chair.turn) == ("", "Human Resources")


def test_human_resources_read_it_while_the_panel_scores_and_the_panel_does_not(client):
    """Who stepped back from whom is nobody's business on the panel, before everything is in."""
    vacancy, people = choosing.shortlisting(2)
    first = vacancy.blind_applications.first()
    url = vacancy.get_absolute_url()
    before = {role: read(client, user, url) for role, user in people.items()}
    recused(vacancy, "peer", first)
    words = f"Candidate {first.label} still lacks a peer to score them."
    text = read(client, vacancy.created_by, url)
    add = reverse("panel_add", args=[vacancy.reference])
    assert f'<a href="{add}">{words}</a>' in text
    lock = reverse("vacancy_move", args=[vacancy.reference, "lock_shortlist"])
    for role, user in people.items():
        assert words not in read(client, user, url)
        still = test_leaks._still(read(client, user, url).encode())
        assert still == test_leaks._still(before[role].encode())
    assert words not in read(client, people[PanelRole.CHAIR], lock)
    choosing.score_all(vacancy)
    comparison = reverse("comparison", args=[vacancy.reference, "shortlisting"])
    panel = reverse("panel", args=[vacancy.reference])
    for page in (lock, comparison, panel):  # now it is to be seen there, by whom it is to be mended
        text = read(client, people[PanelRole.CHAIR], page)
        assert words in text
        assert "Whose turn: Human Resources." in text


def test_human_resources_hear_when_a_candidate_comes_to_lack_somebody():
    vacancy, _ = choosing.shortlisting(2)
    first = vacancy.blind_applications.first()
    kind = KINDS["recruitment.somebody_must_score"]
    rows = Delivery.objects.filter(occurrence__rule__kind=kind.name, channel="in_app")
    recused(vacancy, "team", first)
    assert not rows.exists()  # two are left, a peer among them
    recused(vacancy, "peer", first)
    [row] = rows
    assert row.recipient == vacancy.created_by
    round_ = choosing.round_of(vacancy)
    assert kind.wanted(None, round_, hr(vacancy))
    assert first.label not in str(content(kind, row.occurrence, row.recipient))
    join(vacancy)
    assert not kind.wanted(None, choosing.round_of(vacancy), hr(vacancy))


def test_another_peer_sees_what_the_first_saw_and_nothing_more(client):
    vacancy, people = choosing.shortlisting(2)
    first, second = vacancy.blind_applications.order_by("redaction__application__pk")
    recused(vacancy, "peer", first)
    round_ = choosing.score_all(vacancy)
    choosing.decide(round_, choosing.results(vacancy, "no", "yes"))
    new = join(vacancy)
    [told] = Delivery.objects.filter(
        occurrence__rule__kind="recruitment.joined_to_score", channel="in_app"
    )
    assert told.recipient == new.user
    page = reverse("panel", args=[vacancy.reference])
    comparison = reverse("comparison", args=[vacancy.reference, "shortlisting"])
    assert "Make my statement" in read(client, new.user, page)
    PanelDeclaration.make(new, "none", by=choosing.anew(new.user))
    old = next(one for one in choosing.seats(vacancy) if one.role == "peer")
    texts = [
        {
            copy.label: copy.answers
            for copy in BlindApplication.objects.for_panel(who, code="label", texts=True)
        }
        for who in (old, new)
    ]
    assert texts[0] == texts[1]
    for user in (new.user, people[PanelRole.CHAIR]):  # it is shut for all until they are in
        read(client, user, comparison, status=422)
    said = test_leaks.read(client, vacancy, choosing.anew(new.user))
    assert test_leaks.leaks(said, test_leaks.everything(vacancy) - {"guarantee"}) == []
    assert not [url for url, body in said.items() if b"Seen by" in body]
    with pytest.raises(NotYet, match="Not every sheet is locked"):
        choosing.conclude(vacancy, "lock_shortlist")
    choosing.score_all(vacancy)
    assert "Seen by" in read(client, new.user, comparison)
    labels = " and ".join(sorted([first.label, second.label]))
    with pytest.raises(NotYet, match=f"What counts for Candidates {labels} has changed"):
        choosing.conclude(vacancy, "lock_shortlist")  # decided without them
    choosing.decide(round_, choosing.results(vacancy, "no", "yes"))
    choosing.conclude(vacancy, "lock_shortlist")


# --- who leaves -----------------------------------------------------------------------------------
def leaves(vacancy, seat):
    seat.remove(by=hr(vacancy), reason="Ill")


def closes(vacancy, seat):
    seat.user.close(by=programme_user(OFFICE), reason="Asked us to.")


@pytest.mark.parametrize("goes", [leaves, closes])
def test_scores_of_a_peer_who_goes_no_longer_count(goes):
    vacancy, _ = choosing.shortlisting(2)
    round_ = choosing.score_all(vacancy)
    choosing.decide(round_, choosing.results(vacancy, "yes", "no"))
    goes(vacancy, vacancy.panel.select_related("user", "vacancy").get(role="peer"))
    with pytest.raises(NotYet) as refused:
        choosing.conclude(vacancy, "lock_shortlist")
    assert str(refused.value).count("still lacks a peer to score them.") == 2


def test_an_outcome_goes_with_the_scores_that_it_was_made_by():
    vacancy, _ = choosing.shortlisting(2)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "no"))
    vacancy.panel.get(role="team").remove(by=hr(vacancy), reason="Ill")
    with pytest.raises(NotYet, match="has changed since the outcome was recorded"):
        choosing.conclude(vacancy, "lock_shortlist")
    choosing.decide(choosing.round_of(vacancy), choosing.results(vacancy, "yes", "no"))
    choosing.conclude(vacancy, "lock_shortlist")


def test_interviews_do_not_begin_without_a_peer():
    vacancy, _ = choosing.planned("yes")
    choosing.book_all(vacancy)
    vacancy.panel.get(role="peer").remove(by=hr(vacancy), reason="Ill")
    with pytest.raises(NotYet, match="There is no peer on the panel"):
        vacancy.move("start_interviews", by=hr(vacancy))


def test_the_places_are_those_of_the_scores_as_they_stand_at_the_end():
    vacancy, _ = choosing.shortlisting(2)
    first, second = choosing.results(vacancy, "yes", "reserve")
    round_ = choosing.score_all(vacancy, {first: 2, second: 1})
    choosing.decide(round_, {first: "yes", second: "reserve"})
    sheet = seat(vacancy, "peer").sheets.get(blind__label=second)
    for score in sheet.scores.all():
        Moderation.make(score, 3, by=choosing.anew(sheet.member.user), why="I had missed it.")
    for one in ("chair", "team"):
        sheet = seat(vacancy, one).sheets.get(blind__label=second)
        for score in sheet.scores.all():
            Moderation.make(score, 3, by=choosing.anew(sheet.member.user), why="So had I.")
    with pytest.raises(NotYet, match=f"What counts for Candidate {second} has changed"):
        choosing.conclude(vacancy, "lock_shortlist")
    choosing.decide(round_, {first: "yes", second: "reserve"})
    choosing.conclude(vacancy, "lock_shortlist")
    ranks = dict(Outcome.objects.values_list("blind__label", "rank"))
    assert ranks == {first: 2, second: 1}


# --- stepping back --------------------------------------------------------------------------------
def test_nobody_steps_back_for_another_or_undoes_it_for_them():
    vacancy, _ = choosing.shortlisting(1)
    blind, peer = vacancy.blind_applications.get(), seat(vacancy, "peer")
    for user in (choosing.chair(vacancy), hr(vacancy)):
        with pytest.raises(PermissionDenied):
            Recusal.make(peer, blind, by=user)
    recused(vacancy, "peer", blind)
    for user in (choosing.chair(vacancy), hr(vacancy)):
        with pytest.raises(PermissionDenied):
            Recusal.objects.get().take_back(by=user)


def test_it_can_be_taken_back_until_somebody_has_read_the_scores(client):
    vacancy, people = choosing.shortlisting(2)
    first, second = vacancy.blind_applications.all()
    peer, panel = people[PanelRole.PEER], reverse("panel", args=[vacancy.reference])
    of = [
        reverse("recusal_back", args=[vacancy.reference, "shortlisting", one.label])
        for one in (first, second)
    ]
    for one in (first, second):
        choosing.fill(choosing.round_of(vacancy), seat(vacancy, "peer"), one)
        recused(vacancy, "peer", one)
    text = read(client, peer, panel)
    assert [f'action="{url}"' in text for url in of] == [True, True]
    assert client.post(of[0]).status_code == 302
    assert client.post(of[0]).status_code == 409  # they did it already, and read so
    assert seat(vacancy, "peer").sheets.counting().count() == 0  # it begins anew
    choosing.score_all(vacancy)
    read(client, peer, reverse("comparison", args=[vacancy.reference, "shortlisting"]))
    join(vacancy, PanelRole.TEAM)  # so that not all is in any more
    assert 'recuse/back/"' not in read(client, peer, panel)
    answer = client.post(of[1])
    assert (answer.status_code, b"has been seen" in answer.content) == (422, True)
    assert Recusal.objects.filter(blind=second).exists()


def test_what_was_said_at_the_shortlisting_stays_at_the_interview(client):
    vacancy, _ = choosing.shortlisting(2)
    first = vacancy.blind_applications.order_by("redaction__application__pk").first()
    recused(vacancy, "team", first)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes", "yes"))
    choosing.conclude(vacancy, "lock_shortlist")
    choosing.send(vacancy)
    with pytest.raises(IllegalMove):
        Recusal.objects.get().take_back(by=choosing.anew(seat(vacancy, "team").user))
    choosing.plan(vacancy)
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        choosing.hold(vacancy)
    with pytest.raises(NotYet, match="it stays"):
        Recusal.objects.get().take_back(by=choosing.anew(seat(vacancy, "team").user))


# --- the same number of queries -------------------------------------------------------------------
def test_who_lacks_whom_is_asked_as_often_for_many_as_for_few():
    vacancy, _ = choosing.shortlisting(5)
    first, *others = vacancy.blind_applications.all()
    counts = []
    for blinds in ([first], others):
        for blind in blinds:
            recused(vacancy, "peer", blind)
        round_, by = choosing.round_of(vacancy), hr(vacancy)
        with CaptureQueriesContext(connection) as queries:
            found = list(round_.standing().lacking(by))
        counts.append((len(found), len(queries)))
    assert [number for number, _ in counts] == [1, 5]
    assert counts[0][1] == counts[1][1]


# --- codes ----------------------------------------------------------------------------------------
def test_codes_of_interviews_are_drawn_anew_and_say_nothing_of_the_order():
    vacancy, _ = choosing.shortlisted(*["yes"] * 6)
    choosing.send(vacancy)
    rows = list(Interview.objects.filter(vacancy=vacancy).values_list("label", "blind__label"))
    assert len({label for pair in rows for label in pair}) == 12
    user = choosing.chair(vacancy)
    shown = [one.label for one in Interview.objects.for_panel(user).filter(vacancy=vacancy)]
    assert shown == sorted(shown)


def test_interviews_that_there_are_get_their_codes():
    """What the migration does with rows that had none."""
    vacancy, _ = choosing.shortlisted("yes", "yes", "yes")
    choosing.send(vacancy)
    blind = vacancy.blind_applications.first().label
    first, *others = Interview.objects.filter(vacancy=vacancy).order_by("pk")
    migration = import_module("apps.recruitment.migrations.0004_interview_label")
    Interview.objects.filter(pk=first.pk).update(label=blind)  # as if it were the old code
    migration.draw(installed, None)
    labels = set(Interview.objects.filter(vacancy=vacancy).values_list("label", flat=True))
    assert len(labels) == 3
    assert not labels & set(vacancy.blind_applications.values_list("label", flat=True))
    kept = Interview.objects.filter(pk__in=[one.pk for one in others])
    assert set(kept.values_list("label", flat=True)) == {one.label for one in others}


# --- stepping back stays --------------------------------------------------------------------------
def test_a_recusal_stays_with_the_person_who_comes_off_the_panel_and_on_again(client):
    vacancy, _ = choosing.shortlisting(2)
    first, _ = vacancy.blind_applications.order_by("pk")
    seat = vacancy.panel.select_related("vacancy", "user").get(role="team")
    user = seat.user
    Recusal.make(seat, first, by=choosing.anew(user))
    choosing.score_all(vacancy)
    client.force_login(choosing.anew(user), SIGN_IN)
    url = reverse("comparison", args=[vacancy.reference, "shortlisting"])
    assert client.get(url).status_code == 200
    seat.remove(by=hr(vacancy), reason="Ill")
    again = PanelMember.add(vacancy, choosing.anew(user), PanelRole.TEAM, by=hr(vacancy))
    PanelDeclaration.make(again, "none", by=choosing.anew(user))
    round_ = choosing.round_of(vacancy)
    assert first.pk not in round_.owed_by(again)[0]
    assert first.pk not in {pk for member, pk in round_.standing().owed if member == again.pk}
    sheet = reverse("sheet", args=[vacancy.reference, "shortlisting", first.label])
    assert client.get(sheet).status_code == 422
    choosing.score_all(vacancy)
    assert round_.all_in
    assert first.label not in client.get(url).content.decode()
    [running] = with_standing(vacancy.rounds.all(), user)
    assert not running.owes


def test_a_recusal_taken_back_in_the_same_moment_shows_no_scores(client, monkeypatch):
    vacancy, _ = choosing.shortlisting(2)
    first, _ = vacancy.blind_applications.order_by("pk")
    seat = vacancy.panel.select_related("vacancy", "user").get(role="team")
    Recusal.make(seat, first, by=choosing.anew(seat.user))
    choosing.score_all(vacancy)
    was = Round.seen

    def in_another_window(round_):
        for one in Recusal.objects.select_related("member__vacancy"):
            one.take_back(by=choosing.anew(seat.user))
        return was(round_)

    monkeypatch.setattr(Round, "seen", in_another_window)
    client.force_login(choosing.anew(seat.user), SIGN_IN)
    url = reverse("comparison", args=[vacancy.reference, "shortlisting"])
    assert client.get(url).status_code == 422


def test_stepping_back_at_the_interviews_changes_nothing_of_the_locked_shortlist():
    vacancy, _ = choosing.interviewing("yes", "yes")
    before = choosing.round_of(vacancy).results()
    seat = vacancy.panel.select_related("vacancy", "user").get(role="team")
    blind = vacancy.blind_applications.first()
    round_ = choosing.round_of(vacancy, Stage.INTERVIEW)
    choosing.fill(round_, seat, blind)
    Recusal.make(seat, blind, by=choosing.anew(seat.user))
    after = choosing.round_of(vacancy).results()
    assert {pk: one.by_member for pk, one in after.items()} == {
        pk: one.by_member for pk, one in before.items()
    }
    void = Sheet.objects.filter(state="void").values_list("round__stage", flat=True)
    assert list(void) == [Stage.INTERVIEW]
