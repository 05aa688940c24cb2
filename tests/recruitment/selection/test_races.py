"""At the same moment: one winner, nothing twice, nothing half."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.exceptions import Conflict, NotYet
from apps.recruitment.selection.models.blind import BlindApplication, Redaction, make_copy
from apps.recruitment.selection.models.interview import Interview, Slot
from apps.recruitment.selection.models.outcome import Outcome, keep_guarantee, release, tell
from apps.recruitment.selection.models.sheet import Recusal, Sheet
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy
from tests.at_once import at_once

from . import choosing

pytestmark = pytest.mark.django_db(transaction=True)


def refusing(action):
    """The same, ending quietly where the person or the state does not allow it any more."""

    def run():
        try:
            action()
        except (NotYet, PermissionDenied):
            raise Conflict("refused") from None

    return run


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_two_choose_the_last_time_and_one_has_it():
    vacancy, _ = choosing.planned("yes", "yes")
    slot = Slot.objects.first().pk
    Slot.objects.exclude(pk=slot).delete()
    outcomes = at_once(
        *[
            lambda one=one: fresh(one).choose(slot, by=choosing.anew(one.application.candidate))
            for one in choosing.own_interviews(vacancy)
        ]
    )
    assert sorted(outcomes) == ["done", "told"]
    assert Interview.objects.filter(slot=slot, state="booked").count() == 1
    assert sorted(choosing.states(vacancy)) == ["booked", "shortlisted"]


def test_a_sheet_is_locked_once_from_two_windows():
    vacancy, _ = choosing.shortlisting(1)
    round_, seat = choosing.round_of(vacancy), choosing.seats(vacancy)[0]
    sheet = choosing.fill(round_, seat, vacancy.blind_applications.get(), lock=False)
    outcomes = at_once(
        *[lambda: fresh(sheet).lock_it(by=choosing.anew(seat.user)) for _ in range(2)]
    )
    assert sorted(outcomes) == ["done", "told"]


def test_a_member_is_removed_while_they_lock_and_their_sheet_does_not_count():
    vacancy, _ = choosing.shortlisting(1)
    round_, seat = choosing.round_of(vacancy), choosing.seats(vacancy)[0]
    sheet = choosing.fill(round_, seat, vacancy.blind_applications.get(), lock=False)
    outcomes = at_once(
        refusing(lambda: fresh(sheet).lock_it(by=choosing.anew(seat.user))),
        lambda: fresh(seat).remove(by=choosing.anew(vacancy.created_by), reason="Ill"),
    )
    assert outcomes.count("done") >= 1
    assert Sheet.objects.get(pk=sheet.pk).state == "void"
    assert PanelMember.objects.get(pk=seat.pk).removed_at is not None


def test_the_shortlist_is_locked_with_its_peer_or_not_at_all():
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    vacancy.move("lock_shortlist", by=choosing.chair(vacancy))
    second = choosing.anew(vacancy.panel.get(role="team").user)
    peer = vacancy.panel.get(role="peer")
    outcomes = at_once(
        refusing(lambda: fresh(vacancy).move("lock_shortlist", by=second)),
        lambda: fresh(peer).remove(by=choosing.anew(vacancy.created_by), reason="Ill"),
    )
    locked = Vacancy.objects.get(pk=vacancy.pk).state == "shortlisted"
    assert sorted(outcomes) == (["done", "done"] if locked else ["done", "told"])
    kept = Sheet.objects.get(member=peer).state  # void only where it was not locked with it
    assert kept == ("locked" if locked else "void")


def test_a_peer_steps_back_or_is_locked_with_and_never_both():
    vacancy, _ = choosing.shortlisting(1)
    choosing.decide(choosing.score_all(vacancy), choosing.results(vacancy, "yes"))
    peer = next(one for one in choosing.seats(vacancy) if one.role == "peer")
    blind = vacancy.blind_applications.get()
    vacancy.move("lock_shortlist", by=choosing.chair(vacancy))
    second = choosing.anew(vacancy.panel.get(role="team").user)
    outcomes = at_once(
        refusing(lambda: fresh(vacancy).move("lock_shortlist", by=second)),
        refusing(lambda: Recusal.make(fresh(peer), blind, by=choosing.anew(peer.user))),
    )
    assert sorted(outcomes) == ["done", "told"]
    locked = Vacancy.objects.get(pk=vacancy.pk).state == "shortlisted"
    assert Recusal.objects.exists() != locked
    assert Sheet.objects.get(member=peer).state == ("locked" if locked else "void")


def test_two_of_human_resources_keep_the_guarantee_once():
    vacancy, _ = choosing.shortlisted("no", "yes")
    vacancy.applications.update(guaranteed_interview=True)
    outcomes = at_once(
        *[
            lambda: keep_guarantee(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
            for _ in range(2)
        ]
    )
    assert sorted(outcomes) == ["done", "told"]
    assert Outcome.objects.current().filter(result="yes").count() == 2
    assert Outcome.objects.count() == 3


def test_two_workers_make_one_copy():
    vacancy, _ = choosing.closed(1)
    pk = vacancy.applications.get().pk
    assert at_once(*[lambda: make_copy(pk) for _ in range(3)]) == ["done"] * 3
    assert (Redaction.objects.count(), BlindApplication.objects.count()) == (1, 1)


def test_two_workers_tell_each_once():
    vacancy, _ = choosing.shortlisted("yes", "no")
    release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
    keys = list(Outcome.objects.values_list("pk", flat=True))
    assert at_once(*[lambda pk=pk: tell(pk) for pk in keys * 2]) == ["done"] * 4
    assert choosing.states(vacancy) == ["shortlisted", "not_shortlisted"]
    assert Outcome.objects.filter(sent_at__isnull=True).count() == 0


def test_two_of_human_resources_release_once():
    vacancy, _ = choosing.shortlisted("yes")
    outcomes = at_once(
        *[
            lambda: release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
            for _ in range(2)
        ]
    )
    assert sorted(outcomes) == ["done", "told"]
