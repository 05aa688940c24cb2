"""Terms of reference: proposed, signed by both co-leads, adopted by the group, never backdated."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.groups.models import TermsOfReference, WorkingGroup
from apps.groups.roles import Role
from apps.notifications.models import Occurrence
from tests import factories as make

from ..factories import UserFactory, WorkingGroupFactory, appoint, programme_user, working_group

pytestmark = pytest.mark.django_db
EASIER = {
    "text": "The co-leads decide.",
    "quorum_members": 2,
    "quorum_lived_experience": 1,
    "quorum_staff": 1,
    "notice_days": 0,
}


@pytest.fixture
def group():
    return working_group()


def propose(group, by, **fields):
    latest = group.terms_of_reference.order_by("-version").first()
    fields.setdefault("in_force_from", timezone.localdate())
    fields.setdefault("seen", latest.version if latest else 0)
    return TermsOfReference.propose(group, by=by, **EASIER | fields)


def test_one_co_lead_alone_changes_nothing(group):
    """Not by proposing, not by pressing twice, and not with a day in the past."""
    lead, before = group.leads()[0], group.terms
    terms = propose(group, lead, in_force_from=timezone.localdate() - timedelta(days=500))
    assert not terms.move("sign", by=lead)
    terms.refresh_from_db()
    assert (terms.state, group.terms) == ("proposed", before)
    with pytest.raises(PermissionDenied):
        terms.move("adopt_first", by=lead)
    with pytest.raises(NotYet, match="proposed already"):
        propose(group, lead)


def test_both_sign_and_still_the_group_decides(group):
    first, second = group.leads()
    before = group.terms
    terms = propose(group, first)
    assert terms.move("sign", by=second)
    assert (terms.state, group.terms) == ("signed", before)
    with pytest.raises(NotYet, match="decides about this at a meeting"):
        terms.move("adopt_first", by=programme_user("Programme office"))


def test_the_office_signs_for_nobody(group):
    office, (first, _) = programme_user("Programme office"), group.leads()
    terms = propose(group, office)
    with pytest.raises(PermissionDenied):
        terms.move("sign", by=office)
    assert not terms.move("sign", by=first)  # the first of two: the office was none


def test_the_first_terms_take_the_office_and_both_co_leads():
    group = WorkingGroupFactory(state=WorkingGroup.State.FORMING)
    office = programme_user("Programme office")
    first, second = UserFactory(), make.StaffFactory()
    for lead in (first, second):
        appoint(group, lead, Role.CO_LEAD)
    terms = propose(group, first)
    with pytest.raises(IllegalMove):
        terms.move("adopt_first", by=office)
    terms.move("sign", by=second)
    with pytest.raises(NotYet, match="still needs terms") as refused:
        group.move("activate", by=office)
    [missing] = refused.value.missing
    assert (missing.url, missing.turn) == (terms.get_absolute_url(), "the programme office")
    terms.move("adopt_first", by=office)
    assert group.terms == terms
    group.move("activate", by=office)


def test_adopted_they_hold_from_the_next_day_and_members_read_what_changed(group):
    appoint(group, UserFactory())
    first, second = group.leads()
    before, today = group.terms, timezone.localdate()
    terms = propose(group, first, quorum_members=4)
    terms.move("sign", by=second)
    terms.follow("adopt", by=second)
    assert terms.in_force_from == today + timedelta(days=1)
    assert group.terms_at(today) == before
    assert group.terms_at(today + timedelta(days=1)) == terms
    told = Occurrence.objects.get(rule__kind="groups.terms_adopted")
    assert {one.recipient for one in told.deliveries.all()} == {m.user for m in group.people()}
    assert [label for label, *_ in terms.changes] == ["Quorum", "Notice for meetings"]


def test_a_proposal_made_from_an_older_version_is_refused(group):
    lead = group.leads()[0]
    propose(group, lead).move("drop", by=lead, note="No.")
    with pytest.raises(Conflict, match="newer version"):
        TermsOfReference.propose(
            group, by=lead, seen=1, in_force_from=timezone.localdate(), **EASIER
        )


def test_the_pages_say_what_would_change_and_whose_turn_it_is(client, group):
    first, second = group.leads()
    client.force_login(first, "apps.accounts.backends.SignIn")
    form = client.get(reverse("terms_add", args=[group.slug])).content.decode()
    assert "Both co-leads sign" in form
    day = timezone.localdate()
    sent = EASIER | {
        "seen": 1,
        "peer_workers": "staff",
        "in_force_from_day": day.day,
        "in_force_from_month": day.month,
        "in_force_from_year": day.year,
    }
    answer = client.post(reverse("terms_add", args=[group.slug]), sent, follow=True)
    page = " ".join(answer.content.decode().split())
    assert "half done. You asked for it" in page
    assert "Notice for meetings: 0 days. Before: 7 days." in page
    assert "<ins>" in page
    client.force_login(second, "apps.accounts.backends.SignIn")
    terms = group.proposed_terms
    assert terms.get_absolute_url() in client.get(reverse("home")).content.decode()
    sign = reverse("terms_move", args=[group.slug, terms.version, "sign"])
    assert "Confirm it" in client.get(sign).content.decode()
    client.post(sign)
    terms.refresh_from_db()
    assert terms.state == "signed"
    page = client.get(group.get_absolute_url()).content.decode()
    assert terms.get_absolute_url() in page
    assert reverse("terms_add", args=[group.slug]) not in page


def taken_back(terms, lead, other):
    terms.take_back("sign", by=lead)


def signed_by_both(terms, lead, other):
    terms.move("sign", by=other)


def refused(terms, lead, other):
    terms.say_no("sign", by=other, note="Seven days are too few.")


@pytest.mark.parametrize("since", [taken_back, signed_by_both, refused])
def test_terms_that_are_not_as_they_were_proposed_are_not_proposed_by_sending_them_again(
    group, since
):
    lead, other = make.leads(group)
    assert propose(group, lead, seen=1) == propose(group, lead, seen=1)
    since(group.terms_of_reference.get(version=2), lead, other)
    with pytest.raises(Conflict):
        propose(group, lead, seen=1)
