"""What selecting puts under *What needs you* for the panel: what their pages say, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.recruitment.selection.models.blind import BlindApplication, Redactor
from apps.recruitment.selection.models.scoring import Round
from apps.recruitment.selection.models.sheet import Recusal, with_standing
from apps.recruitment.selection.needs import scoring

from .. import making
from . import choosing

pytestmark = pytest.mark.django_db


def agree(vacancy, stage="shortlisting"):
    """The one query says of each member what the panel's own pages count; {role: (owes, late)}."""
    said = {}
    for seat in choosing.seats(vacancy):
        round_ = choosing.round_of(vacancy, stage)
        owed, locked = round_.owed_by(seat)
        flags = with_standing(Round.objects.filter(pk=round_.pk), seat.user).get()
        assert flags.scores == bool(owed)
        assert flags.owes == bool(owed - locked)
        assert flags.late == bool(round_.standing().unfinished())
        assert flags.leads == (seat.role == "chair")
        said[seat.role] = (flags.owes, flags.late)
    return said


def asked(seat):
    return [need.title for need in scoring(choosing.anew(seat.user))]


def test_one_query_says_what_the_pages_count_at_every_step():
    vacancy, _ = choosing.shortlisting(3)
    round_, (chair, peer, team) = choosing.round_of(vacancy), choosing.seats(vacancy)
    first, second, third = vacancy.blind_applications.all()
    assert agree(vacancy) == dict.fromkeys(("chair", "peer", "team"), (True, True))
    choosing.fill(round_, chair, first, lock=False)
    assert agree(vacancy)["chair"] == (True, True)
    for blind in (first, second, third):
        choosing.fill(round_, chair, blind)
    assert agree(vacancy) == {"chair": (False, True), "peer": (True, True), "team": (True, True)}
    for blind in (first, second, third):
        Recusal.make(team, blind, by=choosing.anew(team.user))
    assert agree(vacancy)["team"] == (False, True)
    choosing.fill(round_, peer, first)
    Redactor.objects.create(blind=second, user=peer.user)
    assert agree(vacancy)["peer"] == (True, True)
    third.redaction.application.move("withdraw", by=third.redaction.application.candidate)
    assert agree(vacancy)["peer"] == (False, False)
    assert BlindApplication.objects.filter(gone=True).count() == 1


def test_at_interviews_those_who_came_are_scored():
    vacancy, _ = choosing.planned("yes", "yes")
    choosing.book_all(vacancy)
    vacancy.move("start_interviews", by=choosing.anew(vacancy.created_by))
    assert set(agree(vacancy, "interview").values()) == {(False, False)}  # nobody came yet
    assert asked(choosing.seats(vacancy)[0]) == []


def test_each_is_asked_to_score_then_to_compare_and_the_chair_to_record():
    vacancy, _ = choosing.shortlisting(1)
    round_, (chair, peer, team) = choosing.round_of(vacancy), choosing.seats(vacancy)
    blind = vacancy.blind_applications.get()
    choosing.fill(round_, chair, blind)
    assert asked(chair) == []  # no word of how far the others are
    assert asked(peer) == ["Score and lock your sheets"]
    for seat in (peer, team):
        choosing.fill(round_, seat, blind)
    assert asked(chair) == ["Record what the panel decided"]
    assert asked(peer) == ["Compare the scores, and talk about them"]


def test_it_asks_as_much_for_three_panels_as_for_one():
    def queries():
        with CaptureQueriesContext(connection) as found:
            needs = list(scoring(user))
        return len(needs), len(found)

    def panel():
        vacancy = making.vacancy(state="closed")
        people = making.panel(vacancy)
        making.application(vacancy)
        choosing.redact(vacancy)
        choosing.declare(vacancy)
        vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
        return vacancy, people

    _, people = panel()
    user = choosing.anew(people["chair"])
    assert queries() == (1, 1)
    for _ in range(2):
        other, _ = panel()
        seat = other.panel.get(role="chair")
        type(seat).objects.filter(pk=seat.pk).update(user=user)
    assert queries() == (3, 1)
