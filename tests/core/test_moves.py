"""The executor: permission, lock, guard, change, audit; all or nothing, and one winner."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse

from apps.core.exceptions import IllegalMove, NotYet
from apps.core.models import AuditEntry, record
from apps.core.moves import Act
from apps.groups.models import WorkingGroup

from ..at_once import at_once
from ..factories import UserFactory, WorkingGroupFactory, programme_user, working_group

OFFICE = "Programme office"


@pytest.fixture
def office(db):
    return programme_user(OFFICE)


def test_given_a_move_when_made_then_the_state_and_one_entry_change_together(office):
    group = working_group()
    group.move("wind_down", by=office, note="The work is done.")
    assert WorkingGroup.objects.get().state == WorkingGroup.State.CLOSING
    entry = AuditEntry.objects.about(group).first()
    assert (entry.action, entry.by, entry.note) == ("wind_down", office, "The work is done.")


def test_given_no_permission_when_moving_then_denied_before_anything_is_read(office):
    group = working_group()
    with pytest.raises(PermissionDenied):
        group.move("close", by=UserFactory())  # not even a legal move
    assert not AuditEntry.objects.filter(action="close").exists()


def test_an_act_has_no_page_of_a_move(client, office):
    """Not even for whoever may do it: its own page asks for what it needs."""
    group = working_group()
    client.force_login(office, "apps.accounts.backends.SignIn")
    acts = [name for name, row in WorkingGroup.moves.items() if isinstance(row, Act)]
    for name in acts:
        address = reverse("group_move", args=[group.slug, name])
        assert {client.get(address).status_code, client.post(address).status_code} == {404}
    assert acts


@pytest.mark.parametrize("note", ["", " \n", "\u200b", "\u2060 \ufe0f", "\u3164\u2800"])
def test_a_blank_reason_is_none(office, note):
    """A move that asks for a reason gets one, whoever makes it and from whichever page."""
    group = working_group()
    with pytest.raises(NotYet, match="Give the reason"):
        group.move("wind_down", by=office, note=note)
    group.refresh_from_db()
    assert group.state == WorkingGroup.State.ACTIVE


def test_given_a_stale_copy_when_moving_then_the_database_decides(office):
    group = working_group()
    stale = WorkingGroup.objects.get(pk=group.pk)
    group.move("wind_down", by=office, note="Done.")
    assert stale.state == WorkingGroup.State.ACTIVE
    with pytest.raises(IllegalMove, match="already closing"):
        stale.move("wind_down", by=office, note="Done.")


def test_given_a_guard_that_refuses_when_moving_then_nothing_changes(office):
    group = WorkingGroupFactory(state=WorkingGroup.State.FORMING)
    with pytest.raises(NotYet, match=r"terms of reference.*lived experience.*staff"):
        group.move("activate", by=office)
    group.refresh_from_db()
    assert group.state == WorkingGroup.State.FORMING
    assert not AuditEntry.objects.about(group).exists()


def test_given_changes_when_a_guard_refuses_then_they_are_not_saved(office):
    group = WorkingGroupFactory(state=WorkingGroup.State.FORMING, purpose="Before")
    with pytest.raises(NotYet):
        group.move("activate", by=office, purpose="After")
    assert WorkingGroup.objects.get().purpose == "Before"


def test_given_no_entry_can_be_written_then_nothing_of_the_move_is_kept(office, monkeypatch):
    def broken(entry, *args, **kwargs):
        raise RuntimeError

    group = working_group()
    monkeypatch.setattr(AuditEntry, "save", broken)
    with pytest.raises(RuntimeError):
        group.move("wind_down", by=office, note="Done.")
    assert WorkingGroup.objects.get().state == WorkingGroup.State.ACTIVE


def test_moves_for_a_person_are_those_that_would_not_be_denied(office):
    group = working_group()
    assert list(group.moves_for(office)) == ["wind_down"]
    assert group.moves_for(UserFactory()) == {}


@pytest.mark.django_db(transaction=True)
def test_given_two_at_once_when_both_move_then_one_wins_and_the_other_is_told():
    office = programme_user(OFFICE)
    group = working_group()
    one, two = (WorkingGroup.objects.get(pk=group.pk) for _ in range(2))
    outcomes = at_once(
        lambda: one.move("wind_down", by=office, note="Done."),
        lambda: two.move("wind_down", by=office, note="Done."),
        told=IllegalMove,
    )
    assert sorted(outcomes) == ["done", "told"]
    assert AuditEntry.objects.about(group).filter(action="wind_down").count() == 1


# --- the audit trail ---------------------------------------------------------------------------
def test_given_an_entry_when_changed_or_deleted_in_code_then_refused(office):
    entry = record("look", office, by=office)
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(note="Other"),
    ):
        with pytest.raises(TypeError, match="append-only"):
            attempt()
    assert AuditEntry.objects.get(pk=entry.pk).note == ""


@pytest.mark.differs
def test_given_postgresql_when_an_entry_is_changed_by_sql_then_the_trigger_refuses(office):
    if connection.vendor != "postgresql":
        pytest.skip("the trigger is PostgreSQL's")
    entry = record("look", office, by=office)
    for sql in ("UPDATE core_auditentry SET note = 'x'", "DELETE FROM core_auditentry"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)
    assert AuditEntry.objects.get(pk=entry.pk).note == ""


def test_an_entry_carries_the_id_of_its_request(client, office):
    group = working_group()
    member = group.people().first().user
    client.force_login(member, "apps.accounts.backends.SignIn")
    data = {
        "text": "New terms",
        "quorum_members": 3,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 7,
        "peer_workers": "staff",
        "in_force_from_day": 1,
        "in_force_from_month": 1,
        "in_force_from_year": 2099,
        "seen": 1,
    }
    response = client.post(f"/groups/{group.slug}/terms/new/", data)
    assert response.status_code == 302
    entry = AuditEntry.objects.about(group).filter(action="write_terms").get()
    assert entry.request_id == response["X-Request-Id"]
