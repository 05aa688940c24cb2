"""Principles and purpose of a group: who writes, who signs, who reads."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from apps.accounts.roles import OFFICE
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.needs import needs_of
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role
from apps.reports.models import SharedText, TextSave
from tests import factories as make

from .making import as_, fresh, page, sign, text, told

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def group():
    return make.working_group(name="Role design", slug="role-design")


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


@pytest.fixture
def other(group):
    return make.leads(group)[1]


URL = "/groups/role-design/texts/principles/"
INSIGHT = "/insight/groups/role-design/"


def test_given_both_signed_then_it_stands_at_the_head_of_the_groups_figures(group, lead):
    none = page(lead, INSIGHT)[1]
    assert "Role design has not signed its principles yet." in none
    assert "Write the principles" in none
    assert as_(lead).post(f"{URL}begin/").url == f"{URL}1/edit/"
    words = {"body": "We decide *together*.", "seen": 1}
    assert as_(lead).post(f"{URL}1/edit/", words).status_code == 302
    assert "together" not in page(make.leads(group)[1], INSIGHT)[1]
    sign(SharedText.objects.get())
    status, shown = page(lead, INSIGHT)
    assert status == 200
    assert "We decide <em>together</em>." in shown
    assert "Signed by the lived experience co-lead and the staff co-lead on" in shown
    assert shown.index("Principles: how do we relate") < shown.index("Purpose: why are we")


def test_the_steering_groups_stand_at_the_head_of_the_programme(lead):
    steering, *_ = make.steering(name="Steering")
    assert "Steering has not signed its principles yet." in page(lead, "/insight/")[1]
    sign(text(steering, body="We decide as one."))
    assert "We decide as one." in page(lead, "/insight/")[1]


def test_one_co_lead_who_signs_twice_has_signed_once(group, lead):
    made = text(group)
    for _ in range(2):
        assert not made.move("sign", by=lead)
    assert fresh(made).state == "draft"


@pytest.mark.differs
def test_a_changed_word_takes_both_signatures_anew(group, lead, other):
    made = text(group)
    made.move("sign", by=lead)
    made.write(by=other, seen=made.revision, body="We decide.")
    assert not fresh(made).move("sign", by=other)
    assert fresh(made).state == "draft"
    assert fresh(made).move("sign", by=lead)
    assert fresh(made).body == "We decide."


@pytest.mark.differs
@pytest.mark.both
def test_what_was_signed_does_not_change(group, lead):
    made = sign(text(group))
    with pytest.raises(IllegalMove):
        made.write(by=lead, seen=made.revision, body="Other.")
    old_tab = as_(lead).post(f"{URL}1/edit/", {"body": "Other.", "seen": made.revision})
    assert old_tab.status_code == 409
    assert b"Other." in old_tab.content
    rows = SharedText.objects.filter(pk=made.pk)
    for way in (lambda: rows.update(body="Other."), rows.delete, made.save, made.delete):
        with pytest.raises(TypeError):
            way()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE reports_sharedtext SET body = 'Other.'")
    assert fresh(made).body == "We decide together."


def test_a_new_version_takes_its_place_once_both_signed_and_the_old_one_is_read(group, lead):
    first = sign(text(group))
    second = SharedText.begin(group, "principles", by=lead)
    assert second.body == first.body
    with pytest.raises(Conflict):
        SharedText.begin(group, "principles", by=lead)
    assert as_(lead).post(f"{URL}begin/").status_code == 409
    second.write(by=lead, seen=1, body="We decide as one.")
    assert "We decide together." in page(lead, INSIGHT)[1]
    sign(second)
    assert "We decide as one." in page(lead, INSIGHT)[1]
    status, shown = page(lead, f"{URL}1/")
    assert status == 200
    assert "A later one is in force" in shown
    assert fresh(first).state == "replaced"


def test_members_read_what_was_signed_co_leads_write_and_others_see_nothing(group, lead):
    made, member = text(group), make.UserFactory()
    make.appoint(group, member, Role.MEMBER)
    office, outsider = make.programme_user(OFFICE), make.UserFactory()
    other_lead = make.leads(make.working_group())[0]
    assert [page(one, f"{URL}1/")[0] for one in (lead, member, office, outsider, other_lead)] == [
        *(200, 404, 404, 404, 404)
    ]
    with pytest.raises(PermissionDenied):
        SharedText.begin(group, "purpose", by=member)
    sign(made)
    assert [page(one, f"{URL}1/")[0] for one in (lead, member, office, outsider, other_lead)] == [
        *(200, 200, 200, 404, 404)
    ]
    assert page(member, f"{URL}1/edit/")[0] == 403
    assert as_(lead).post("/groups/role-design/texts/nothing/begin/").status_code == 404


def test_a_blank_text_and_a_closed_group_sign_nothing(group, lead):
    made = text(group, body="\u200b \n")
    with pytest.raises(NotYet, match="it is empty"):
        made.move("sign", by=lead)
    made.write(by=lead, seen=made.revision, body="We decide.")
    WorkingGroup.objects.filter(pk=group.pk).update(state="closed")
    with pytest.raises(NotYet, match="closed"):
        fresh(made).move("sign", by=lead)
    with pytest.raises(NotYet):
        SharedText.begin(fresh(group), "purpose", by=lead)


def test_co_leads_are_asked_to_write_and_to_sign(group, lead, other):
    def asked(user):
        return [need.do for need in needs_of(user)]

    write = "Write the group's principles and purpose"
    assert write not in asked(lead)  # only the steering group's stand in each report
    made = text(group)
    made.move("sign", by=lead)
    assert "Sign it, or say no" in asked(other)
    assert "Sign it, or say no" not in asked(lead)
    steering, chair = make.steering_group(name="Steering")
    assert write in asked(chair)
    for kind in SharedText.Kind.values:
        sign(text(steering, kind))
    assert write not in asked(chair)


def test_what_one_co_lead_wrote_and_the_other_saved_over_is_read_by_both(group, lead, other):
    made = SharedText.begin(group, "principles", by=lead)
    made.write(by=lead, seen=made.revision, body="Nobody is overruled.")
    made.write(by=other, seen=made.revision, body="Staff decide.")
    member = make.UserFactory()
    make.appoint(group, member, Role.MEMBER)
    sign(made)
    assert "What was saved before" in page(lead, URL + "1/")[1]
    for user in (lead, other):
        assert "overruled" in page(user, f"{URL}1/versions/")[1]
    assert page(lead, f"{URL}1/versions/?old=1&new=2")[0] == 200
    assert page(member, f"{URL}1/versions/")[0] == 403
    assert page(make.UserFactory(), f"{URL}1/versions/")[0] == 404


@pytest.mark.differs
@pytest.mark.both
def test_what_was_saved_does_not_change(group):
    made = text(group)
    saves = TextSave.objects.filter(text=made)
    for way in (lambda: saves.update(body=""), saves.delete, saves.first().save):
        with pytest.raises(TypeError):
            way()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE reports_textsave SET body = ''")


def test_who_signed_other_words_hears_and_signs_again(group, lead, other, settings):
    settings.QUIET_HOURS = None
    made = text(group)
    made.move("sign", by=lead)
    made.write(by=other, seen=made.revision, body="We decide.")
    assert told("signature_fell") == {lead.pk}
    assert not [need for need in needs_of(other) if need.do == "Sign it, or say no"]


def test_a_text_of_a_closed_group_waits_for_nobody(group, lead, other):
    text(group).move("sign", by=lead)
    WorkingGroup.objects.filter(pk=group.pk).update(state="closed")
    assert "Sign it, or say no" not in [one.do for one in needs_of(other)]
