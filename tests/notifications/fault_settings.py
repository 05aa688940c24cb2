"""The site as the fault tests run it: every service by environment variable, and no patience."""

from oxleas_peer.settings.dev import *
from oxleas_peer.settings.dev import CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS

CLAIM_SECONDS = 4
for task in ("plan-and-send", "sweep"):
    CELERY_BEAT_SCHEDULE[task]["schedule"] = 1.0
CELERY_BROKER_TRANSPORT_OPTIONS["unacked_restore_throttle"] = 1
CELERY_IMPORTS = ["tests.notifications.fault_kinds"]
EMAIL_TIMEOUT = 5
