"""Django admin: every model, for administrators alone, and no way around the site's rules."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.models import AuditEntry, Stateful
from tests import factories as make

from ..factories import UserFactory, programme_user, working_group
from ..matrix import tables

pytestmark = pytest.mark.django_db

OURS = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
LISTED = [model for model in OURS if model in admin.site._registry]
# Without a page in the admin, each for a reason.
KEPT_OUT = {
    "Reading": "the two who code do not see one another's until both have finished",
    "Coding": "part of a reading",
    "DataExport": "only its person downloads it",
    "CheckIn": "the two of the pair alone read it",
    "DeclaredInterest": "those who chair a meeting read it there, and each look is audited",
    "HelpRequest": "only the pair and the person named to help read it",
    "BookingSupport": "only the person and the named organiser read it",
    "Response": "read on the site alone, by those who may and when they may",
    "Participation": "who has responded is shown to nobody, and counted on the site",
    "Recommendation": "reviewers read one another's once they have sent their own",
    "PassageComment": "part of a recommendation",
    "Vote": "members read the answers once they have given theirs",
    "SupportProfile": "only its owner and those they chose read it",
    "SupportRequest": "only the person and the named organiser read it",
    "WorkingGroupUserPermission": "grants follow from memberships",
}
for table in tables():
    KEPT_OUT |= getattr(table, "KEPT_OUT", {})


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def administrator(client):
    user = programme_user(ADMIN, is_staff=True)
    client.force_login(user, "apps.accounts.backends.SignIn")
    return client


def test_every_model_is_in_the_admin_or_kept_out_for_a_reason():
    missing = {model.__name__ for model in OURS if model not in LISTED}
    assert missing == {name for name in KEPT_OUT if name in {model.__name__ for model in OURS}}


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_lists_open_and_can_be_searched_by_administrators_alone(client, model):
    for user in (None, UserFactory(), programme_user(OFFICE)):
        client.logout()
        if user:
            client.force_login(user, "apps.accounts.backends.SignIn")
        assert client.get(address(model)).status_code == 302
    client.force_login(programme_user(ADMIN, is_staff=True), "apps.accounts.backends.SignIn")
    assert client.get(address(model)).status_code == 200
    if admin.site._registry[model].search_fields:
        assert client.get(address(model), {"q": "x"}).status_code == 200


@pytest.mark.parametrize(
    "model", [m for m in LISTED if issubclass(m, Stateful)], ids=lambda model: model.__name__
)
def test_no_state_can_be_typed_in_the_admin(rf, model):
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    page = admin.site._registry[model]
    if page.has_change_permission(request):
        assert "state" in page.get_readonly_fields(request)
    assert not page.has_add_permission(request)
    assert not page.has_delete_permission(request)


def test_the_facts_of_a_meeting_cannot_be_changed_even_by_a_superuser(client):
    group = working_group()
    meeting = make.held(group)
    decision = make.decision(meeting)
    root = programme_user(ADMIN, is_staff=True, is_superuser=True)
    client.force_login(root, "apps.accounts.backends.SignIn")
    rows = [decision, meeting, meeting.attendances.first(), AuditEntry.objects.first()]
    for row in rows:
        for page in ("change", "delete"):
            url = address(type(row), page, row.pk)
            assert client.post(url, {"state": "carried", "post": "yes"}).status_code == 403
    decision.refresh_from_db()
    assert decision.state == "provisional"


def test_a_change_in_the_admin_is_audited(administrator):
    group = working_group()
    data = {"name": "Renamed", "kind": "task", "purpose": "Other"}
    response = administrator.post(address(type(group), "change", group.pk), data)
    assert response.status_code == 302
    entry = AuditEntry.objects.about(group).first()
    assert entry.action == "admin_changed"
    assert "Name" in entry.note or "name" in entry.note
