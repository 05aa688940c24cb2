"""Things to test with, made as the site makes them, so that grants are real."""

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from apps.accounts.models import Constituency, User
from apps.accounts.roles import OFFICE, sync_programme_roles
from apps.groups.models import TermsOfReference, WorkingGroup
from apps.groups.roles import Role


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    full_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@test.example")
    constituency = Constituency.LIVED_EXPERIENCE
    password = factory.LazyFunction(lambda: make_password(None))


class StaffFactory(UserFactory):
    constituency = Constituency.STAFF


def programme_user(role, **fields):
    """Somebody with a programme-wide role."""
    if not Group.objects.filter(name=role).exists():
        sync_programme_roles()
    user = StaffFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


class WorkingGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkingGroup

    name = factory.Sequence(lambda n: f"Group {n}")
    slug = factory.Sequence(lambda n: f"group-{n}")
    kind = WorkingGroup.Kind.TASK
    purpose = "To try things out."
    state = WorkingGroup.State.ACTIVE


def terms(group, **fields):
    """Terms of reference in force, with a quorum of three: one lived experience, one staff."""
    defaults = {
        "version": group.terms_of_reference.count() + 1,
        "text": "We decide together.",
        "quorum_members": 3,
        "quorum_lived_experience": 1,
        "quorum_staff": 1,
        "notice_days": 7,
        "in_force_from": timezone.localdate() - timezone.timedelta(days=365),
    }
    return TermsOfReference.objects.create(group=group, **defaults | fields)


def appoint(group, user, role=Role.MEMBER, **fields):
    """Give somebody a role, as the programme office does."""
    office = User.objects.filter(groups__name=OFFICE).first() or programme_user(OFFICE)
    fields.setdefault("starts", timezone.localdate() - timezone.timedelta(days=30))
    return group.appoint(user, role, by=office, **fields)


def working_group(*, leads=True, **fields):
    """An active group with terms and both co-leads."""
    group = WorkingGroupFactory(**fields)
    terms(group)
    if leads:
        appoint(group, UserFactory(), Role.CO_LEAD)
        appoint(group, StaffFactory(), Role.CO_LEAD)
    return group
