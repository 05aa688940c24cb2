"""What cannot be done cannot be done in the same moment either: one step waits for the other.

Each test holds one step open while the other begins; selecting has races of its own beside this.
"""

import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.utils import timezone

from apps.core.exceptions import Conflict, NotYet
from apps.core.models import AuditEntry
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.selection.models.outcome import Outcome, release
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy

from ..at_once import at_once
from . import making
from .selection import choosing

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def beside(first, second, *, after=0.2):
    """Begin ``second`` while ``first`` is under way; what each came to: None, or its refusal."""
    came_to = {}

    def run(name, action, wait):
        time.sleep(wait)
        try:
            action()
            came_to[name] = None
        except (Conflict, NotYet, PermissionDenied) as refusal:
            came_to[name] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=("first", first, 0)),
        threading.Thread(target=run, args=("second", second, after)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to["first"], came_to["second"]


def test_a_vacancy_waits_with_opening_for_the_criterion_that_is_being_saved(monkeypatch):
    vacancy = making.ready_to_open()
    criterion, real, saved = vacancy.criteria.first(), Criterion._unfrozen, []

    def slowly(self):
        real(self)
        time.sleep(1)

    monkeypatch.setattr(Criterion, "_unfrozen", slowly)

    def change():
        one = fresh(criterion)
        one.text = "Listening"
        one.save()
        saved.append(timezone.now())

    refused = beside(
        change, lambda: fresh(vacancy).move("open", by=choosing.anew(vacancy.created_by))
    )
    assert refused == (None, None)
    opened = AuditEntry.objects.about(vacancy).get(action="open").at
    assert opened > saved[0] - timedelta(seconds=0.5)  # not while it was being saved
    assert fresh(criterion).text == "Listening"


def test_a_criterion_that_comes_while_it_opens_is_refused():
    vacancy = making.ready_to_open()
    criterion = vacancy.criteria.first()

    def open_slowly():
        with transaction.atomic():
            fresh(vacancy).move("open", by=choosing.anew(vacancy.created_by))
            time.sleep(1)

    def change():
        one = fresh(criterion)
        one.text = "Something else"
        one.save()

    first, second = beside(open_slowly, change)
    assert first is None
    assert "no longer change" in str(second)
    assert fresh(criterion).text == criterion.text


def test_an_application_that_waited_past_the_closing_second_is_late():
    """The clock is asked when it is its turn, not when the button was pressed."""
    vacancy = making.vacancy(state="open")
    application = making.application(vacancy, state="draft")
    closes = timezone.now().replace(microsecond=0) + timedelta(seconds=2)
    Vacancy.objects.filter(pk=vacancy.pk).update(closes_at=closes)

    def hold():
        with transaction.atomic():
            fresh(vacancy).lock()
            while timezone.now() < closes + timedelta(seconds=1.2):
                time.sleep(0.05)

    first, second = beside(
        hold,
        lambda: fresh(application).move("submit", by=choosing.anew(application.candidate)),
    )
    assert first is None
    assert "closed" in str(second)
    assert Application.objects.get().state == "draft"


def test_nothing_leaves_without_feedback_whoever_takes_it_out_in_that_moment():
    vacancy, _ = choosing.shortlisted("no", "yes")
    outcome = Outcome.objects.get(result="no")
    outcomes = at_once(
        _told(lambda: release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))),
        _told(
            lambda: fresh(outcome).write_feedback(outcome.revision, "", by=choosing.chair(vacancy))
        ),
    )
    assert sorted(outcomes) == ["done", "told"]
    outcome = fresh(outcome)
    assert (outcome.released_at is None) == (outcome.feedback == "")


def _told(action):
    def run():
        try:
            action()
        except (NotYet, PermissionDenied):
            raise Conflict("refused") from None

    return run


def test_who_joins_the_panel_while_they_redact_does_not_score_that_copy():
    vacancy, _ = choosing.closed(1)
    officer = making.hr_officer()
    choosing.redact(vacancy)
    blind = vacancy.blind_applications.select_related("redaction__application__vacancy").get()
    redaction = blind.redaction
    redaction.blind = blind

    def redact_slowly():
        with transaction.atomic():
            redaction.write(redaction.revision, {}, by=choosing.anew(officer), sign=True)
            time.sleep(1)

    _, refusal = beside(
        redact_slowly,
        lambda: PanelMember.add(
            vacancy, fresh(officer), PanelRole.HR, by=choosing.anew(vacancy.created_by)
        ),
    )
    seats = [one for one in choosing.seats(vacancy) if one.user_id == officer.pk]
    if refusal is not None:  # the copy was read first, so there is no seat
        assert seats == []
        return
    choosing.declare(vacancy)
    vacancy = fresh(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    [seat] = seats
    with pytest.raises(NotYet, match="you redacted it"):
        choosing.fill(choosing.round_of(vacancy), seat, blind)
