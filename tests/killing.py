"""SIGKILL for a worker in the middle of its work, on the database of the test that runs."""

import os
import signal
import subprocess
import sys

from django.conf import settings
from django.db import connection, connections


def database_url():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def killed_while(module, point, *given):
    """A process of its own runs ``point`` of a module until it says *here*, and is killed there."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.test",
        "DATABASE_URL": database_url(),
        "UPLOAD_DIR": str(settings.UPLOAD_DIR),
    }
    connections.close_all()
    worker = subprocess.Popen(
        [sys.executable, "-m", module, point, *map(str, given)],
        cwd=settings.BASE_DIR,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with worker:
        said = worker.stdout.readline()
        worker.send_signal(signal.SIGKILL)
        assert said == "here\n", worker.stderr.read()
    assert worker.returncode == -signal.SIGKILL
