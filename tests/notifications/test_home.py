"""What the home page says of messages: it stands on a screen that others see."""

import pytest
from django.urls import reverse

from apps.notifications.models import Delivery
from apps.recruitment.applications.models.application import Application

from ..recruitment import making

pytestmark = pytest.mark.django_db


def test_it_names_no_candidacy(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        application = making.application(making.vacancy(state="open"), state="draft")
        Application.objects.get(pk=application.pk).move("submit", by=application.candidate)
    told = Delivery.objects.filter(recipient=application.candidate, channel="in_app")
    told.update(status="sent", sent_at=application.created_at)
    assert told.exists()
    client.force_login(application.candidate, "apps.accounts.backends.SignIn")
    page = client.get(reverse("home")).content.decode()
    assert "A message for you" in page
    assert told[0].title not in page
