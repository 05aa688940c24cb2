"""What the large demonstration makes in bulk has the form that the product gives it."""

import pytest
from django.utils import timezone

from apps.core import demo
from apps.meetings import demo_large
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Decision
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_references_of_decisions_go_on_from_those_of_the_group_and_year(client, monkeypatch):
    group = make.working_group(name="Role design", slug="role-design")
    for _ in range(4):
        make.appoint(group, make.UserFactory())
    before = make.decision(make.held(group, days_ago=5))
    world = demo.World(today=timezone.localdate())
    world.groups = {group.slug: group}
    monkeypatch.setattr(demo_large, "MEETINGS", 4)
    demo_large.load_large(world)
    assert list(Decision.objects.order_by("pk").values_list("reference", flat=True)) == [
        "role-design/2026/1",
        "role-design/2026/2",
        "role-design/2026/3",
    ]
    assert before.reference == "role-design/2026/1"
    held = Meeting.objects.filter(state=Meeting.State.MINUTED).latest("starts_at")
    assert Decision.next_reference(held) == "role-design/2026/4"
    client.force_login(make.leads(group)[0], "apps.accounts.backends.SignIn")
    assert client.get("/governance/decisions/").status_code == 200
