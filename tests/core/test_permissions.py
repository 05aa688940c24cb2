"""Who may: programme roles, guardian's grants and what things grant to their own people."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.functional import SimpleLazyObject
from guardian.models import GroupObjectPermission, GroupObjectPermissionBase
from guardian.shortcuts import assign_perm, get_user_perms  # noqa: TID251 - stands for another process

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.held import forget_grants
from apps.core.roles import grant_exactly
from apps.groups.models import WorkingGroup
from apps.groups.roles import Role, grants_of

from ..factories import UserFactory, appoint, meeting, programme_user, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return UserFactory()


def afresh(user):
    return type(user).objects.get(pk=user.pk)


def test_a_grant_on_one_group_holds_for_that_group_alone(member):
    mine, other = working_group(), working_group()
    appoint(mine, member, Role.MEMBER)
    user = afresh(member)
    assert user.has_perm("groups.draft_output", mine)
    assert not user.has_perm("groups.draft_output", other)
    assert not user.has_perm("groups.draft_output")
    assert not user.has_perm("groups.plan_meeting", mine)
    assert list(WorkingGroup.objects.where(user, "draft_output")) == [mine]
    assert not WorkingGroup.objects.where(user, "plan_meeting").exists()


def test_grants_on_many_groups_are_read_once(member, django_assert_num_queries):
    groups = [working_group() for _ in range(3)]
    for group in groups:
        appoint(group, member, Role.SECRETARY)
    user = SimpleLazyObject(lambda: afresh(member))  # as request.user is
    assert user.has_perm("groups.plan_meeting", groups[0])
    with django_assert_num_queries(0):
        assert all(user.has_perm("groups.plan_meeting", group) for group in groups)
    with django_assert_num_queries(1):
        assert set(WorkingGroup.objects.where(user, "hold_meeting")) == set(groups)


def test_what_is_remembered_is_dropped_on_request(member):
    group = working_group()
    user = SimpleLazyObject(lambda: afresh(member))
    assert not user.has_perm("groups.view_workinggroup", group)
    assign_perm("view_workinggroup", member, group)
    assert not user.has_perm("groups.view_workinggroup", group)
    forget_grants(user)
    assert user.has_perm("groups.view_workinggroup", group)


def test_a_role_brings_its_grants_in_a_few_queries(member, django_assert_num_queries):
    group = working_group()
    forget_grants(member)
    grant_exactly(member, group, {"view_workinggroup"})  # content types are known by now
    with django_assert_num_queries(3):
        grant_exactly(member, group, grants_of(Role.CO_LEAD))
    assert granted_on(member, group) == grants_of(Role.CO_LEAD)
    with django_assert_num_queries(2):
        grant_exactly(member, group, {"view_workinggroup"})
    assert granted_on(member, group) == {"view_workinggroup"}


def granted_on(person, thing):
    return frozenset(get_user_perms(afresh(person), thing))


def test_no_table_is_kept_for_grants_that_nobody_gives():
    tables = [model for model in apps.get_models() if issubclass(model, GroupObjectPermissionBase)]
    assert tables == [GroupObjectPermission]  # guardian's own


def test_a_closed_account_may_nothing(member):
    group = working_group()
    appoint(group, member, Role.MEMBER)
    member.is_active = False
    member.save()
    assert not afresh(member).has_perm("groups.view_workinggroup", group)


def test_a_grant_in_the_name_of_another_app_is_none(member):
    group = working_group(leads=False)
    appoint(group, member, Role.CO_LEAD)
    assert not afresh(member).has_perm("meetings.view_workinggroup", group)


def test_things_without_a_table_of_grants_cost_nothing_to_ask(member, django_assert_num_queries):
    own = meeting(working_group())
    user = afresh(member)
    user.has_perm("meetings.view_meeting", own)
    with django_assert_num_queries(0):
        assert not user.has_perm("meetings.view_meeting", own)


def test_permissions_come_from_roles_and_not_from_the_person(member):
    member.user_permissions.add(Permission.objects.get(codename="manage_members"))
    assert not afresh(member).has_perm("groups.manage_members")
    assert afresh(programme_user(OFFICE)).has_perm("groups.manage_members", working_group())
    assert afresh(programme_user(ADMIN)).has_module_perms("groups")
    assert not afresh(member).has_module_perms("groups")
