"""What was called off before anybody knew of it."""

import pytest

from apps.core import clock
from apps.core.dates import quarter_of
from apps.insight.figures import work
from apps.insight.periods import Period
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_draft_that_was_called_off_is_counted_nowhere():
    """Members could learn from the figures that a meeting had been planned, and when."""
    meeting = make.meeting(make.working_group())
    meeting.move("cancel", by=meeting.created_by, note="Changed plans.")
    quarter = quarter_of(clock.date_of(meeting.starts_at))
    assert not list(work.meetings.atoms(Period(quarter, quarter)))
