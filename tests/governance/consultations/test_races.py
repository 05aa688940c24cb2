"""Two people, or two windows, at the same moment: one winner, and nothing twice."""

from datetime import timedelta

import pytest

from apps.core.exceptions import Conflict
from apps.governance.consultations.models.response import Participation, Response, new_code, receive
from tests import factories as make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group():
    return make.working_group()


def anew(thing):
    """As each request reads it: also people, who remember what they may do."""
    return type(thing).objects.get(pk=thing.pk)


def test_the_same_form_sent_twice_at_once_is_one_response(group):
    asked, person, code = make.consultation(group), make.UserFactory(), new_code()
    outcomes = at_once(
        *[lambda: receive(anew(asked), {"1": "a"}, code=code, whose=person) for _ in range(3)]
    )
    assert outcomes == ["done"] * 3
    assert Response.objects.count() == Participation.objects.count() == 1


def test_two_windows_at_once_are_one_response_and_one_is_told(group):
    asked, person = make.consultation(group), make.UserFactory()
    outcomes = at_once(
        *[lambda: receive(anew(asked), {}, code=new_code(), whose=person) for _ in range(2)]
    )
    assert sorted(outcomes) == ["done", "told"]
    assert Response.objects.count() == Participation.objects.count() == 1


def test_two_people_at_once_are_both_in(group):
    asked = make.consultation(group)
    people = [make.UserFactory() for _ in range(4)]
    outcomes = at_once(
        *[lambda who=who: receive(anew(asked), {}, code=new_code(), whose=who) for who in people]
    )
    assert outcomes == ["done"] * 4
    assert Response.objects.count() == Participation.objects.count() == 4


def test_it_is_withdrawn_or_extended_and_a_response_is_in_or_told(group):
    asked, person = make.consultation(group), make.UserFactory()
    lead = make.leads(group)[0]
    until = asked.closes_at + timedelta(days=7)
    outcomes = at_once(
        lambda: anew(asked).move("withdraw", by=anew(lead), note="Asked twice."),
        lambda: anew(asked).extend(until, reason="Longer.", by=anew(lead)),
        lambda: receive(anew(asked), {}, code=new_code(), whose=person),
    )
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert outcomes.count("done") == 1 + asked.extensions.count() + Response.objects.count()
    assert (asked.closes_at == until) == asked.extensions.exists()


def test_it_opens_with_a_question_or_without_and_never_half(group):
    draft = make.consultation(group, to="draft", questions=["text"])
    lead = make.leads(group)[0]

    def add():
        with anew(draft).being_written(anew(lead)) as consultation:
            consultation.questions.create(kind="text", text="One more?")

    outcomes = at_once(lambda: anew(draft).move("open", by=anew(lead)), add)
    draft.refresh_from_db()
    assert draft.state == "open"
    assert draft.questions.count() == outcomes.count("done")


def test_over_for_one_who_waited_too_long_for_the_lock(group):
    asked = make.consultation(group)
    waiting = anew(asked)
    make.end_consultation(asked)
    with pytest.raises(Conflict):
        receive(waiting, {}, code=new_code())
    with pytest.raises(Conflict):
        waiting.extend(asked.closes_at + timedelta(days=9), reason="Late.", by=make.leads(group)[0])
    assert not Response.objects.exists()
