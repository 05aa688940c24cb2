"""What *What needs you* costs beside the least that a page can be: by itself, with ``-m bench``."""

import time

import pytest
from django.template import Template
from django.test import Client
from django.urls import reverse

from apps.accounts.models.people import User
from apps.core import demo

TO_MINIMAL = 4
TIMES = 25


def computing(client, address):
    """Seconds of the processor for one request."""
    began = time.process_time()
    response = client.get(address)
    took = time.process_time() - began
    assert response.status_code == 200, address
    return took


@pytest.mark.bench
@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
def test_the_home_page_costs_nobody_more_than_a_few_minimal_pages(settings, monkeypatch):
    """The least of many requests each, in turns: what else the machine does only ever adds."""
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.SECOND_FACTOR_EXEMPT_DEMO = True
    # As on the site: under test Django notes each template's context, which costs as much again.
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    home, minimal = reverse("home"), reverse("minimal")
    found = {}
    for one in demo.sign_ins():
        client = Client()
        client.force_login(User.objects.get(email=one.email), "apps.accounts.backends.SignIn")
        turns = [(computing(client, home), computing(client, minimal)) for _ in range(TIMES)]
        least_home, least_minimal = map(min, zip(*turns, strict=True))
        found[one.email] = round(least_home / least_minimal, 2)
    assert len(found) == 12
    assert max(found.values()) <= TO_MINIMAL, found
