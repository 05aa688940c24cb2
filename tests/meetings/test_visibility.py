"""The short queries of the meeting page see exactly what ``visible_to`` sees."""

import pytest

from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import Minutes

from ..matrix import build_world
from . import matrix

pytestmark = pytest.mark.django_db


def test_agenda_and_minutes_on_the_page_are_those_that_the_person_may_see():
    world = build_world([matrix.populate])
    seen = 0
    for actor, user in world.actors.items():
        for meeting in Meeting.objects.visible_to(user):
            for short, full in (
                (AgendaItem.objects.on(meeting, user), AgendaItem.objects.visible_to(user)),
                (Minutes.objects.of(meeting, user), Minutes.objects.visible_to(user)),
            ):
                assert set(short) == set(full.filter(meeting=meeting)), (actor, meeting)
                seen += short.count()
    assert seen > 10
