import pytest
from django.core import mail

from apps.notifications.kinds import notify
from apps.notifications.models import Delivery
from apps.notifications.sending import send

pytestmark = pytest.mark.django_db


def test_notify_tells_each_person_once_on_both_channels(group, people, settings):
    notify("test.note", group, people)
    notify("test.note", group, people)
    send()
    send()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(p.email for p in people)
    assert Delivery.objects.filter(status="sent").count() == 6
