"""On one machine, for trying and building: nothing to install, no secret to keep."""

from .base import *
from .base import VAR_DIR, env

VAR_DIR.mkdir(exist_ok=True)

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="not-a-secret: for development only")
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
