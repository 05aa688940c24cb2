"""Django admin: every model, for administrators alone, and no way around the site's rules."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.urls import reverse

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.models import AuditEntry, Stateful
from apps.core.withheld import CONFIDENTIAL
from apps.meetings.models.people import SupportRequest
from apps.network.practice.models import Practice
from apps.notifications.models import Delivery, Occurrence, Status
from apps.notifications.sending import send
from tests import factories as make

from ..factories import UserFactory, appoint, programme_user, working_group
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
    "CacheEntry": "counters under digests, gone within the hour",
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


def test_each_list_says_who_sees_its_rows():
    silent = {
        model.__name__
        for model in LISTED
        if not hasattr(model._default_manager.none(), "visible_to")
        and not (admin.site._registry[model].within or admin.site._registry[model].for_all)
    }
    assert silent == set()


def test_what_is_kept_out_of_the_admin_leaves_no_trace_in_the_audit_trail():
    """Where an entry can be about it, its kind is confidential; others are parts of such things,
    or have nothing that people do with them."""
    moved = {m.__name__ for m in OURS if m.__name__ in KEPT_OUT and issubclass(m, Stateful)}
    assert moved - {one.model.__name__ for one in CONFIDENTIAL} == set()


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


def test_a_list_shows_the_state_by_which_pages_go(rf, administrator):
    request = rf.get("/")
    stored = {
        model.__name__
        for model in LISTED
        if issubclass(model, Stateful)
        if "state" in admin.site._registry[model].get_list_display(request)
    }
    assert stored == set()
    asked = make.consultation(working_group(), to="closed")
    assert asked.state == "open"
    rows = administrator.get(address(type(asked))).content.decode()
    assert '<td class="field-state_now">Closed</td>' in rows


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


@pytest.mark.differs
def test_what_no_database_can_look_for_is_no_fault(administrator):
    """In the lists, by each kind of filter that there is."""
    huge, seen, asked = "9" * 23, set(), []
    for model in LISTED:
        page = admin.site._registry[model]
        for one in [page.date_hierarchy, *page.list_filter]:
            field = get_fields_from_path(model, one)[-1] if isinstance(one, str) else None
            way = type(field), field and field.is_relation, one == page.date_hierarchy
            if field is None or way in seen:
                continue
            seen.add(way)
            lookups = [f"__exact={huge}", f"__in={huge}", "__exact=%00", "__gte=%00"]
            if one == page.date_hierarchy:
                years = (huge, "9999", "0", "1", f"2024&{one}__month={huge}")
                lookups = [f"__year={year}" for year in years]
            if field.is_relation:
                lookups.append(f"__id__exact={huge}")
            asked += [f"{address(model)}?{one}{lookup}" for lookup in lookups]
    asked += [f"{address(AuditEntry)}?{query}" for query in ("q=%00", f"q={huge}", f"p={huge}")]
    assert len(asked) > 20
    faults = []
    for address_ in asked:
        try:
            assert administrator.get(address_).status_code in (200, 302)
        except Exception as fault:  # each is told below
            faults.append(f"{address_}: {fault!r}"[:150])
    assert faults == []


@pytest.mark.differs
def test_a_number_that_no_database_can_hold_is_said_to_be_of_nothing(administrator):
    sent = {"person": "9" * 23, "reason": "x", "until": ""}
    page = "/admin/datarights/hold/add/"
    answer = administrator.post(page, sent, follow=True)
    assert answer.status_code == 200
    said = (b"What was chosen is not there.", b"Select a valid choice.")  # SQLite, PostgreSQL
    assert any(words in answer.content for words in said)
    assert administrator.get(page, {"person": "9" * 23}, follow=True).status_code == 200


def test_whom_something_confidential_concerns_is_named_to_nobody(administrator):
    """Also where the kind of message says nothing of it: what it is about does."""
    group, peer = make.working_group(), UserFactory(full_name="Zebedee Quill")
    appoint(group, peer)
    asked = SupportRequest.ask(make.published(group), peer, "A need")
    asked.move("arrange", by=asked.organiser, arrangement="A seat")
    send()
    about = Delivery.objects.filter(occurrence__subject_type__model="supportrequest")
    assert {one.recipient for one in about} >= {peer}
    lists = {"delivery": address(Delivery), "occurrence": address(Occurrence)}
    queries = {"delivery": ("", "?q=Zebedee", f"?q={asked.pk}"), "occurrence": ("",)}
    for model, asks in queries.items():
        for query in asks:
            rows = administrator.get(lists[model] + query).context["cl"].result_list
            kinds = {getattr(row, "occurrence", row).subject_type.model for row in rows}
            assert "supportrequest" not in kinds
    about.update(status=Status.FAILED)
    only = f"{lists['delivery']}?status__exact=failed"
    page = administrator.get(only).content.decode()
    assert "Not shown" in page
    assert "Zebedee" not in page
    assert administrator.get(f"{only}&q=Zebedee").context["cl"].result_count == 0
    failed = administrator.get(lists["occurrence"]).context["cl"].result_list
    assert "supportrequest" in {row.subject_type.model for row in failed}


def test_boroughs_are_written_as_people_write_them(administrator):
    make.practice(make.network(), borough="bromley", state="published")
    page = administrator.get(address(Practice)).text
    assert '<td class="field-borough_called">Bromley</td>' in page
    assert ">bromley<" not in page
    elsewhere = administrator.get(address(Practice), {"borough": "bexley"}).text
    assert "Bromley</td>" not in elsewhere


def test_a_column_that_is_called_after_a_time_holds_one():
    """Who, or which meeting, is no time: *Approved at the meeting*."""
    columns = {
        f"{model.__name__}.{name}"
        for model in LISTED
        for name in admin.site._registry[model].list_display
        if isinstance(name, str) and name.endswith(("_at", "_on"))
        for field in model._meta.get_fields()
        if field.name == name and field.is_relation
    }
    assert columns == set()
