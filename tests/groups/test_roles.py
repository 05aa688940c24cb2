"""What each role in a group may do, exactly; and that each permission stands where it is asked."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from apps.accounts.roles import sync_programme_roles
from apps.groups.models import WorkingGroup
from apps.groups.roles import PERMISSIONS, Role, grants_of

READ = {"view_workinggroup"}
CONTRIBUTE = READ | {"propose_agenda", "suggest_change", "view_balance", "hear_experience"}
WORK = CONTRIBUTE | {"draft_output"}
SERVE = WORK | {
    "plan_meeting",
    "hold_meeting",
    "draft_minutes",
    "keep_documents",
    "run_consultation",
}
LEAD = SERVE | {
    *("approve_minutes", "compare_balance", "lead_workinggroup", "publish_report", "write_terms"),
}


def test_each_role_may_exactly_this():
    assert {role: grants_of(role) for role in Role} == {
        Role.CO_LEAD: LEAD,
        Role.SECRETARY: SERVE,
        Role.MEMBER: WORK,
        Role.REPRESENTATIVE: WORK,
        Role.OBSERVER: READ,
    }


def on_groups():
    kind = ContentType.objects.get_for_model(WorkingGroup)
    return Permission.objects.filter(content_type=kind)


@pytest.mark.django_db
def test_every_permission_on_groups_is_there_and_no_other():
    own = {
        (f"{verb}_workinggroup", f"Can {verb} working group")
        for verb in ("add", "change", "delete", "view")
    }
    declared = {(one.codename, one.name) for one in PERMISSIONS}
    assert set(on_groups().values_list("codename", "name")) == own | declared
    assert {one for one, _ in declared} == LEAD - READ | {"form_workinggroup", "manage_members"}


@pytest.mark.django_db
def test_a_permission_that_is_missing_is_made_by_the_next_migrate():
    on_groups().filter(codename="plan_meeting").delete()
    sync_programme_roles()
    sync_programme_roles()
    assert on_groups().filter(codename="plan_meeting").count() == 1
