"""For the test suite: fast, deterministic, and quiet."""

from .dev import *

DEBUG = False
SECRET_KEY = "test"
SECOND_FACTOR_EXEMPT_DEMO = False
# Tests travel in time with somebody signed in; those about sessions set what holds on the site.
SESSION_MOST = SHORT_SESSION_IDLE = SHORT_SESSION_MOST = 100 * 365 * 24 * 3600
MONITORING_PRIVATE_KEY = ""  # as in the process that serves pages; tests of the worker set it
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # what programs of their own wrote
]
RECOVERY_CODE_ROUNDS = 1
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # nothing is collected
LOGGING = {"version": 1, "disable_existing_loggers": False}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in real life: threads and processes lock it as they would.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
# Tests that travel in time must not find their connection to be out of date.
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
