"""A task group with a submitted output, and a steering group of four."""

from types import SimpleNamespace

import pytest

from tests import factories as make

from ..factories import working_group


@pytest.fixture
def world(db):
    group = working_group(name="Role design", slug="role-design")
    steering, lived, staff = make.steering(name="Steering")
    peer_lead, staff_lead = make.leads(steering)
    output = make.submitted(make.output(group, title="The first week"))
    return SimpleNamespace(
        group=group,
        steering=steering,
        lived=lived,
        staff=staff,
        lead=peer_lead,
        staff_lead=staff_lead,
        output=output,
        authors=make.leads(group),
    )


@pytest.fixture
def review(world):
    """Under review by one person of each side."""
    return make.review(world.output, world.lead, world.lived, world.staff)


@pytest.fixture
def ready(world, review):
    """Both have recommended."""
    make.recommended(review, world.lived)
    make.recommended(review, world.staff, "request_changes", "Name the mentor.")
    return review


@pytest.fixture
def as_(client):
    """``as_(user)``: the client, signed in as somebody."""

    def sign_in(user):
        client.logout()
        client.force_login(user, "apps.accounts.backends.SignIn")
        return client

    return sign_in
