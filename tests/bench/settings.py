"""As the site runs in production (no debugging), but open to the demonstration accounts."""

from oxleas_peer.settings.test import *

ROOT_URLCONF = "tests.bench.urls"
SECOND_FACTOR_EXEMPT_DEMO = True
