"""A person's own pages, and who may read what helps them take part."""

from datetime import timedelta

import pytest
import time_machine

from apps.accounts.models.people import User
from apps.accounts.models.support import SUPPORT_READERS, ShareWith, SupportProfile
from apps.core.models import AuditEntry
from apps.groups.roles import Role
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance

from ..factories import UserFactory, appoint, meeting, with_second_factor, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client):
    user = UserFactory(full_name="Amara Okafor", known_as="Amara")
    client.force_login(user)
    return user


def test_given_new_details_when_saved_then_they_show_and_the_change_is_audited(client, me):
    form = {"full_name": "Amara Jane Okafor", "known_as": "", "phone": "020 7946 0000"}
    answer = client.post("/profile/edit/", form, follow=True)
    assert "Amara Jane Okafor" in answer.content.decode()
    entry = AuditEntry.objects.about(me).get()
    assert (entry.action, entry.note) == ("change_details", "full_name, known_as, phone")


def test_given_an_attempt_to_change_constituency_when_posted_then_it_is_ignored(client, me):
    client.post(
        "/profile/edit/", {"full_name": "A", "constituency": "staff", "email": "x@y.example"}
    )
    me.refresh_from_db()
    assert (me.full_name, me.constituency) == ("A", "lived_experience")


def test_given_no_name_when_saved_then_422_and_the_header_keeps_the_old_name(client, me):
    answer = client.post("/profile/edit/", {"full_name": "", "known_as": "Typed"})
    assert answer.status_code == 422
    assert answer.context["user"].name == "Amara"
    assert 'value="Typed"' in answer.content.decode()


def test_given_what_helps_when_saved_then_it_prefills_support_requests(client, me):
    form = {
        "needs": ["breaks", "step_free", "other"],
        "what_helps": "A quiet room.",
        "share_with": ShareWith.ORGANISERS,
    }
    assert client.post("/profile/support/", form).status_code == 302
    assert me.support_prefill == "Step-free access\nRegular breaks\nA quiet room."
    assert client.post("/profile/support/", form | {"needs": []}).status_code == 302
    assert User.objects.get(pk=me.pk).support_prefill == "A quiet room."


def test_given_no_support_profile_then_the_prefill_is_empty(me):
    assert me.support_prefill == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"needs": ["other"], "what_helps": ""}, "Say what else would help."),
        ({"needs": ["unheard_of"]}, "That is not in the list."),
        ({"share_with": "everybody"}, "That is not in the list."),
        ({"what_helps": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_given_bad_input_when_saved_then_422_says_what_is_wrong(client, me, change, message):
    form = {"needs": [], "what_helps": "", "share_with": ShareWith.NOBODY} | change
    answer = client.post("/profile/support/", form)
    assert (answer.status_code, message in answer.content.decode()) == (422, True)
    assert not SupportProfile.objects.exists()


@pytest.mark.parametrize(
    ("share", "organiser", "co_lead"),
    [
        (ShareWith.NOBODY, 404, 404),
        (ShareWith.ORGANISERS, 200, 404),
        (ShareWith.CO_LEADS, 200, 200),
    ],
)
def test_the_owner_decides_who_reads(client, me, monkeypatch, share, organiser, co_lead):
    readers = {role: with_second_factor(UserFactory()) for role in ("organiser", "co_lead")}
    SupportProfile.objects.create(user=me, share_with=share, what_helps="A quiet room.")

    def people_of(reader):
        return lambda user: User.objects.filter(pk=me.pk if user == reader else None).values("pk")

    monkeypatch.setitem(SUPPORT_READERS, ShareWith.ORGANISERS, [people_of(readers["organiser"])])
    monkeypatch.setitem(SUPPORT_READERS, ShareWith.CO_LEADS, [people_of(readers["co_lead"])])
    seen = []
    for reader in readers.values():
        client.force_login(reader)
        seen.append(client.get(f"/people/{me.pk}/support/").status_code)
    assert seen == [organiser, co_lead]
    read = AuditEntry.objects.filter(action="read_support_profile")
    assert read.count() == seen.count(200)


def test_reading_ones_own_support_profile_is_not_recorded(client, me):
    SupportProfile.objects.create(user=me)
    assert client.get(f"/people/{me.pk}/support/").status_code == 200
    assert not AuditEntry.objects.exists()


def test_co_leads_read_what_members_share_with_them_and_superusers_do_not(client, me):
    group = working_group(leads=False)
    lead = UserFactory()
    appoint(group, lead, Role.CO_LEAD)
    appoint(group, me)
    SupportProfile.objects.create(user=me, share_with=ShareWith.CO_LEADS, what_helps="Quiet.")
    seen = []
    for reader in (lead, User.objects.create_superuser("root@test.example", full_name="Root")):
        seen.append(SupportProfile.objects.visible_to(reader).count())
    assert seen == [1, 0]
    client.force_login(lead)
    assert "Amara" in client.get("/profile/support/shared/").content.decode()
    assert not AuditEntry.objects.filter(action="read_support_profile").exists()


def test_the_organiser_reads_what_those_who_come_share_until_the_meeting_is_over(me):
    organiser = UserFactory()
    group = working_group()
    appoint(group, me)
    held = meeting(group, support_organiser=organiser, state=Meeting.State.PUBLISHED)
    SupportProfile.objects.create(user=me, share_with=ShareWith.ORGANISERS)

    def seen():
        return SupportProfile.objects.visible_to(organiser).exists()

    assert not seen()
    Attendance.answer(held, me, Attendance.Reply.YES)
    assert seen()
    with time_machine.travel(held.ends_at + timedelta(minutes=1)):
        assert not seen()
    Attendance.answer(held, me, Attendance.Reply.NO)
    assert not seen()


def test_the_list_of_what_others_share_costs_the_same_for_one_and_three(
    client, me, django_assert_num_queries
):
    group = working_group(leads=False)
    appoint(group, me, Role.CO_LEAD)
    counts = []
    for _ in range(3):
        person = UserFactory()
        appoint(group, person)
        SupportProfile.objects.create(user=person, share_with=ShareWith.CO_LEADS)
        client.get("/profile/support/shared/")
        with django_assert_num_queries(1000, exact=False) as queries:
            assert client.get("/profile/support/shared/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
