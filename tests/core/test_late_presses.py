"""What somebody reads who presses twice where two must agree, or whose text another changed."""

import re

import pytest
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Conflict
from apps.core.late import Late
from apps.groups.models import TermsOfReference

from .. import factories as make
from ..governance.documents.making import in_force
from ..reports.making import as_

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("presses", [0, 1])
def test_the_first_press_of_two_sent_twice_is_one_s_own_doing(presses):
    """One co-lead approved it: the other reads that *somebody got there first*, at that time."""
    group = make.working_group()
    version = in_force(group).latest
    client = as_(make.leads(group)[presses])
    url = reverse("document_move", args=[version.pk, "end"])
    seen = re.search(r'name="seen"\s+value="([^"]*)"', client.get(url).content.decode())[1]
    sent = {"note": "It did harm.", "seen": seen}
    assert client.post(url, sent).status_code == 302
    again = client.post(url, sent)
    words = " ".join(again.content.decode().split())
    assert "Half done" in words
    for false in ("Somebody got there first", "You changed it on", "This cannot be done now"):
        assert false not in words


def test_what_another_changed_is_not_said_to_have_been_changed_by_oneself():
    """The first lead published; the other changed the place; the first sends an old page."""
    group = make.working_group()
    first, other = make.leads(group)
    meeting = make.published(group, by=first)
    meeting.amend(by=other, seen=meeting.sequence, place="Room 9", reason="Taken.")
    with pytest.raises(Conflict) as refused:
        meeting.amend(by=first, seen=0, place="Room 3", reason="Nicer.")
    late = Late(refused.value, first)
    said = " ".join([late.title, *late.words])
    assert "You changed it" not in said


def test_terms_proposed_twice_are_not_said_to_have_been_changed_when_the_group_was_opened():
    group = make.working_group(state="forming")
    make.leads(group)
    group.terms_of_reference.update(state="adopted")
    office = make.programme_user("Programme office")
    if group.open_to("activate"):
        group.move("activate", by=office)
    fields = {
        "text": "We decide.",
        "quorum_members": 2,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 0,
        "in_force_from": clock.today(),
    }
    TermsOfReference.propose(group, by=office, seen=1, **fields)
    with pytest.raises(Conflict) as refused:
        TermsOfReference.propose(group, by=office, seen=1, **fields)
    assert "You changed it on" not in " ".join(Late(refused.value, office).words)
