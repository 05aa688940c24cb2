"""What the demonstration has of consultations."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import Participation, Response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_there_is_one_in_every_phase_and_voices_in_it():
    phases = sorted(one.phase.value for one in Consultation.objects.all())
    assert {"draft", "open", "closed"} <= set(phases)
    assert phases.count("open") == 3
    tomorrow = timezone.localdate() + timedelta(days=1)
    closing = [
        one
        for one in Consultation.objects.running()
        if timezone.localdate(one.closes_at) == tomorrow
    ]
    assert [one.title for one in closing] == ["Where and when do we meet?"]
    assert Response.objects.sent().count() == 120
    assert not Response.objects.filter(code_hash=None, user=None).exists()
    for one in Consultation.objects.all():
        took_part = set(one.participations.values_list("user", flat=True))
        assert took_part <= set(one.asked().values_list("pk", flat=True))
    assert Participation.objects.exists()
