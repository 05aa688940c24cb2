"""Two presses, or two workers, at the same moment: one answer, one round, one batch."""

import pytest

from apps.experience.models.batch import Batch, Told
from apps.experience.models.round import Answer, Asked, Round, Since
from apps.experience.tasks import ask_and_settle
from tests import factories as make
from tests.at_once import at_once, together

from .making import NO, YES, asked, people, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group():
    return make.working_group()


def anew(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_two_presses_at_once_are_one_answer(group):
    some = people(lived=5)
    one = asked(group, some)
    outcomes = at_once(
        lambda: anew(one).answer(some[0], **YES), lambda: anew(one).answer(some[0], **NO)
    )
    assert sorted(outcomes) == ["done", "told"]
    assert Answer.objects.count() == Asked.objects.filter(answered=True).count() == 1


def test_four_people_at_once_are_all_in(group):
    some = people(lived=6)
    one = asked(group, some)
    acts = [lambda who=who: anew(one).answer(who, words="Yes.", **YES) for who in some[:4]]
    assert at_once(*acts) == ["done"] * 4
    assert Answer.objects.count() == one.words.count() == 4
    assert Asked.objects.filter(answered=True).count() == 4


def test_two_workers_make_one_round_and_one_batch(group):
    Since.objects.update(at="2020-01-01T00:00Z")
    for person in people(lived=4):
        make.appoint(group, person)
    make.held(group)
    together(ask_and_settle, ask_and_settle)
    one = Round.objects.get()
    assert one.asked.count() == one.people == 6
    for row in one.asked.select_related("user"):
        one.answer(row.user, **YES)
    Round.objects.update(closes_at="2020-01-01T00:00Z")
    together(ask_and_settle, ask_and_settle)
    assert Told.objects.get().answers == 6


def test_two_rounds_of_a_group_that_end_at_once_lose_no_answer(group):
    some = people(lived=6)
    rounds = [asked(group, some), asked(group, some)]
    for one in rounds:
        for person in some[:3]:
            one.answer(person, **YES)
    Round.objects.update(closes_at="2020-01-01T00:00Z")
    together(*[anew(one).settle for one in rounds])
    assert Batch.objects.get().numbers.get().answers == 6


def test_two_co_leads_at_once_put_it_on_one_agenda(group):
    told(group, [(one, YES) for one in people(lived=6)])
    meeting, batch = make.published(group), Batch.objects.get()
    lived, staff = make.leads(group)
    outcomes = at_once(
        lambda: anew(batch).tell_back(anew(meeting), "t", "d", "c", by=anew(lived)),
        lambda: anew(batch).tell_back(anew(meeting), "t", "d", "c", by=anew(staff)),
    )
    assert sorted(outcomes) == ["done", "told"]
    assert meeting.agenda.count() == 1
    # Taken off: both put it on the next one.
    item = meeting.agenda.get()
    item.move("withdraw", by=item.proposed_by)
    later = make.published(group)
    outcomes = at_once(
        lambda: anew(batch).tell_back(anew(later), "t", "d", "c", by=anew(lived)),
        lambda: anew(batch).tell_back(anew(later), "t", "d", "c", by=anew(staff)),
    )
    assert sorted(outcomes) == ["done", "told"]
    assert later.agenda.count() == 1
