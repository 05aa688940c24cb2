"""SIGKILL in the middle of copying, and of telling everybody: nothing is lost or done twice."""

from collections import Counter

import pytest

from apps.notifications.models import Delivery
from apps.recruitment.selection.models.blind import BlindAnswer, Redaction
from apps.recruitment.selection.models.interview import Interview
from apps.recruitment.selection.models.outcome import Outcome, release
from apps.recruitment.selection.tasks import copy_applications, send_outcomes
from tests.killing import killed_while

from . import choosing

pytestmark = pytest.mark.django_db(transaction=True)
DYING = "tests.recruitment.selection.dying"


def test_given_a_worker_killed_in_the_second_copy_then_another_makes_those_that_are_missing():
    vacancy, _ = choosing.closed(4)
    killed_while(DYING, "second_copy", vacancy.pk)
    [first] = Redaction.objects.select_related("blind")
    assert first.blind.answers.count() == 3
    assert copy_applications(vacancy.pk) == 3
    assert copy_applications(vacancy.pk) == 0
    assert Redaction.objects.filter(pk=first.pk, blind__label=first.blind.label).exists()
    assert Redaction.objects.filter(application__vacancy=vacancy).count() == 4
    assert BlindAnswer.objects.count() == 12


def test_given_a_worker_killed_in_the_second_outcome_then_another_tells_the_rest_once():
    vacancy, _ = choosing.shortlisted("yes", "no", "yes", "no")
    release(choosing.round_of(vacancy), by=choosing.anew(vacancy.created_by))
    killed_while(DYING, "second_outcome")
    assert Outcome.objects.filter(sent_at__isnull=False).count() == 1
    assert Counter(choosing.states(vacancy))["submitted"] == 3
    assert told(vacancy).total() == 1
    assert send_outcomes() == 3
    assert send_outcomes() == 0
    assert choosing.states(vacancy) == ["shortlisted", "not_shortlisted"] * 2
    candidates = set(vacancy.applications.values_list("candidate", flat=True))
    assert told(vacancy) == dict.fromkeys(candidates, 1)
    assert Interview.objects.filter(vacancy=vacancy).count() == 2
    moves = [one.reached() & {"shortlist", "not_shortlist"} for one in vacancy.applications.all()]
    assert [len(made) for made in moves] == [1, 1, 1, 1]


def told(vacancy):
    """{candidate: how many messages with an outcome are on their page}."""
    rows = Delivery.objects.filter(occurrence__rule__kind="recruitment.outcome", channel="in_app")
    return Counter(rows.values_list("recipient", flat=True))
