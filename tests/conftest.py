"""Fixtures that every test may use."""

import pytest

from .environment import pango
from .services import mail_sink, postgresql, redis_server  # noqa: F401 - fixtures


def pytest_collection_modifyitems(items):
    if not pango():
        for item in items:
            if "pdf" in item.name:
                item.add_marker(pytest.mark.skip(reason="no Pango on this machine"))


@pytest.fixture(autouse=True)
def _files_go_nowhere(settings, tmp_path):
    """Uploads and mail of a test stay in its own folder."""
    settings.UPLOAD_DIR = settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
