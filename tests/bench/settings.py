"""As the site runs in production (no debugging), but open to the demonstration accounts."""

from oxleas_peer.settings.test import *  # noqa: F403 - as every settings file does

ROOT_URLCONF = "tests.bench.urls"
SECOND_FACTOR_EXEMPT_DEMO = True
