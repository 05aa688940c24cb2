"""Fixtures for the tests of accounts."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import Invitation
from apps.accounts.roles import OFFICE

from ..factories import UserFactory, just_shown, programme_user
from ..letterbox import Letterbox

PASSWORD = "lantern river thimble"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def mailoutbox(mailoutbox):
    return Letterbox(mailoutbox)


@pytest.fixture
def office(db):
    return programme_user(OFFICE, full_name="Helen Marsh", email="office@test.example")


@pytest.fixture
def desk(client, office):
    """A browser in which the programme office is signed in."""
    client.force_login(office)
    return just_shown(client)


@pytest.fixture
def invite(office, mailoutbox):
    """``invite(email, memberships=…)``: the invitation, sent, and the path of its link."""

    def invite(email="amara@test.example", **fields):
        fields = {"full_name": "Amara Osei", "constituency": "lived_experience"} | fields
        carry_out([Wanted(email=email, **fields)], by=office)
        link = link_in(mailoutbox[-1])
        return Invitation.objects.get(email=email), link

    return invite


def link_in(message):
    return re.search(r"(/invitation/\S+)", message.body)[1]


def with_password(user=None, **fields):
    """A person who can sign in by the form."""
    user = user or UserFactory(**fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
