"""Things to test with, made as the site makes them, so that grants are real."""

import factory
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from apps.accounts.models import Constituency, User
from apps.accounts.roles import OFFICE, sync_programme_roles
from apps.groups.models import TermsOfReference, WorkingGroup
from apps.groups.roles import Role
from apps.meetings.models import Action, Decision, Meeting


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    full_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@test.example")
    constituency = Constituency.LIVED_EXPERIENCE
    password = factory.LazyFunction(lambda: make_password(None))


class StaffFactory(UserFactory):
    constituency = Constituency.STAFF


def programme_user(role, *, second_factor=True, **fields):
    """Somebody with a programme-wide role, who has set up the second factor that it may need."""
    if not Group.objects.filter(name=role).exists():
        sync_programme_roles()
    user = StaffFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    if second_factor:
        TOTP.activate(user, generate_totp_secret())
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
    fields.setdefault("starts", timezone.localdate() - timezone.timedelta(days=300))
    return group.appoint(user, role, by=office, **fields)


def working_group(*, leads=True, **fields):
    """An active group with terms and both co-leads."""
    group = WorkingGroupFactory(**fields)
    terms(group)
    if leads:
        appoint(group, UserFactory(), Role.CO_LEAD)
        appoint(group, StaffFactory(), Role.CO_LEAD)
    return group


# --- meetings -----------------------------------------------------------------------------------
def meeting(group, **fields):
    """A draft meeting in two weeks, planned by a co-lead."""
    lead = fields.pop("by", None) or group.people().filter(role=Role.CO_LEAD).first().user
    starts_at = fields.pop("starts_at", timezone.now() + timezone.timedelta(days=14))
    defaults = {
        "title": "Monthly meeting",
        "starts_at": starts_at,
        "ends_at": starts_at + timezone.timedelta(hours=2),
        "place": "Room 1, Pinewood House",
        "support_organiser": lead,
        "created_by": lead,
    }
    return Meeting.objects.create(group=group, **defaults | fields)


def published(group, **fields):
    """A meeting that everyone invited has been told of."""
    made = meeting(group, **fields)
    made.move("publish", by=made.created_by)
    return made


def begun(group, *, days_ago=1, **fields):
    """A published meeting whose time has come: announced in time, then moved into the past."""
    made = published(group, **fields)
    starts_at = timezone.now() - timezone.timedelta(days=days_ago)
    Meeting.objects.filter(pk=made.pk).update(
        starts_at=starts_at, ends_at=starts_at + timezone.timedelta(hours=2)
    )
    made.refresh_from_db()
    return made


def held(group, present=None, **fields):
    """A held meeting; everyone invited came unless told otherwise."""
    made = begun(group, **fields)
    people = made.invited() if present is None else present
    made.record_attendance([user.pk for user in people], by=made.created_by)
    return made


def decision(meeting, **fields):
    """A decision by consensus of a held meeting."""
    defaults = {"agreed": True, "method": Decision.Method.CONSENSUS, "text": "We go ahead."}
    return Decision.record(meeting, by=meeting.created_by, **defaults | fields)


def action(meeting, owner, **fields):
    """An action given at a meeting."""
    defaults = {"text": "Book the room", "due": timezone.localdate() + timezone.timedelta(days=7)}
    return Action.objects.create(
        group=meeting.group, meeting=meeting, owner=owner, created_by=meeting.created_by,
        **defaults | fields,
    )  # fmt: skip
