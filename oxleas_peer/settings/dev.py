"""On one machine, for trying and building: nothing to install, no secret to keep."""

from oxleas_peer.settings.base import VAR_DIR, env

from .base import *

VAR_DIR.mkdir(exist_ok=True)

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="not-a-secret: for development only")
MONITORING_PUBLIC_KEY = env(
    "MONITORING_PUBLIC_KEY", default="WI83v20pl/Ch1vib/i9l8hRP2nZy+HgD1j5asGIAJ10="
)
# Elsewhere only the worker has it. Here one command runs both, and nobody here exists.
MONITORING_PRIVATE_KEY = env(
    "MONITORING_PRIVATE_KEY", default="Zm9yIGRldmVsb3BtZW50IG9ubHk6IG5vdCBzZWNyZXQ="
)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
DEMO_ALLOWED = True
SECOND_FACTOR_EXEMPT_DEMO = DEBUG  # demonstration accounts sign in without one (design, section 7)

# Mail is kept in a folder that the page /mailbox/ shows.
MAILBOX_DIR = VAR_DIR / "mailbox"
if not env("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAILBOX_DIR)

# Static files come from where they are written, without collecting.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
