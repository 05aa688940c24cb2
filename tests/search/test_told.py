"""What a line of the search tells is what the page of the thing tells to everybody who reads it."""

import pytest

from apps.search import index
from apps.search.finding import Wanted, find

from ..factories import UserFactory
from ..recruitment import making

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("open", "Open"),
        ("shortlisting", "Closed"),
        ("shortlisted", "Closed"),
        ("decided", "Closed"),
        ("filled", "Closed"),
    ],
)
def test_an_advert_does_not_say_how_far_its_panel_is(state, says):
    vacancy = making.vacancy(state=state)
    index.follow()
    found = find(UserFactory(), Wanted(vacancy.reference, kind="advert"))
    assert [(one.reference, one.state) for one in found] == [(vacancy.reference, says)]
