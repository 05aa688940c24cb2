"""What every environment shares. Whatever differs between machines is an environment variable."""

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from oxleas_peer.settings import inbound, single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()  # SECRET_KEY_FILE=/run/secrets/… works for every variable

# Everything that the running site writes: database, uploads, mailbox, broker.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

# --- the site ---------------------------------------------------------------------------------
SITE_NAME = "Oxleas Peer"
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")  # for links in e-mail; no trailing /
TRUST_NAME = env("TRUST_NAME", default="Oxleas NHS Foundation Trust")
SUPPORT_EMAIL = env("SUPPORT_EMAIL", default="peer.programme@demo.example")
SUPPORT_PHONE = env("SUPPORT_PHONE", default="")
BENEFITS_ADVISER = env("BENEFITS_ADVISER", default="")  # who advises people on benefits, and how

DEMO_ALLOWED = False  # only settings for one machine let load_demo fill the database

ROOT_URLCONF = "oxleas_peer.urls"
WSGI_APPLICATION = "oxleas_peer.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # ours, lowest first: the order of imports in docs/design.md
    "apps.core",
    "apps.accounts",
    "apps.notifications",
    "apps.groups",
    "apps.meetings",
    "apps.taskgroups",
    "apps.payments",
    "apps.network",
    "apps.conversations",
    "apps.experience",
    "apps.recruitment",
    "apps.governance",
    "apps.steering",
    "apps.datarights",
    "apps.search",
    "apps.insight",
    "apps.reports",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestIdMiddleware",
    "apps.core.middleware.BrowserPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.PrivateMiddleware",
    "apps.core.middleware.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.LeftOverMiddleware",
    "apps.accounts.middleware.SessionLifeMiddleware",
    "apps.accounts.middleware.LastSeenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "apps.accounts.middleware.AskAgainMiddleware",
    "apps.notifications.middleware.ReadingMiddleware",
    "apps.core.middleware.ConflictMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context.site",
                "apps.accounts.context.session",
            ],
            "builtins": ["apps.core.templatetags.nhs"],
        },
    }
]

# --- database ---------------------------------------------------------------------------------
# SQLite needs nothing installed; DATABASE_URL=postgres://… is the real thing (docs/adr/0001).
DATABASES = {
    "default": env.db("DATABASE_URL")
    if env("DATABASE_URL", default="")
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "peer.sqlite3")}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN instead of failing later
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA secure_delete=ON;"  # deleted rows are overwritten: apps/core/anonymous.py
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # What is prepared is planned once, for whoever asks: apps/core/prepared.py.
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _options["options"] = f"{_options.get('options', '')} -c plan_cache_mode=force_generic_plan"

# Who owns the tables, for `manage.py migrate` alone. The site itself then has a role that cannot
# change them, empty the audit trail, or switch off what guards it (apps/core/ownership.py).
DATABASE_OWNER = env.db("DATABASE_OWNER_URL") if env("DATABASE_OWNER_URL", default="") else {}


# --- broker, cache, Celery --------------------------------------------------------------------
def private_socket(folder):
    """Where the embedded broker listens: in ``folder``, or for a long path in a temporary one.

    The operating system bounds a socket's path at about 100 bytes.
    """
    if len(bytes(folder)) <= 80:
        return folder / "broker" / "socket"
    name = hashlib.sha256(bytes(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"oxleas-peer-{name}" / "socket"


BROKER_SOCKET = private_socket(VAR_DIR)  # used while CELERY_BROKER_URL names no other broker
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=f"redis+socket://{quote(str(BROKER_SOCKET))}")


def cache_from_broker(url):
    """The cache is the broker's next database, so that every process counts the same limits."""
    if url.startswith("redis+socket://"):
        return f"unix://{url.removeprefix('redis+socket://')}?db=1"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))


# How long a page waits for Redis, in seconds; then it goes on without, and so do others for a while
# (apps/core/circuit.py).
REDIS_SECONDS = env.float("REDIS_SECONDS", default=0.3)
REDIS_TIMEOUTS = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}

CACHES = {
    "default": {
        "BACKEND": "apps.core.caching.RedisOrDatabase",
        "LOCATION": env("CACHE_URL", default=cache_from_broker(CELERY_BROKER_URL)),
        "KEY_PREFIX": "oxleas-peer",
        "KEY_FUNCTION": "apps.core.caching.hidden",
        "OPTIONS": REDIS_TIMEOUTS,
    },
    # Counts while Redis does not answer; and knows when the scheduler ticked last.
    "database": {
        "BACKEND": "apps.core.caching.Database",
        "LOCATION": "core_cacheentry",
        "KEY_FUNCTION": "apps.core.caching.hidden",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600  # shorter than the visibility timeout, or a task would run twice
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be away for hours; the worker waits
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=900),
    "unacked_restore_throttle": 5,
    # A page that tells people something must not wait for a broker that is away.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "plan-and-send": {
        "task": "apps.notifications.tasks.plan_and_send",
        "schedule": env.float("BEAT_SECONDS", default=30.0),
        "options": {"expires": 60},
    },
    "sweep": {
        "task": "apps.notifications.tasks.sweep",
        "schedule": 60.0,
        "options": {"expires": 120},
    },
    "inbound-mail": {
        "task": "apps.notifications.tasks.read_mail",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "inbound-mail-kept": {
        "task": "apps.notifications.tasks.keep_mail_no_longer",
        "schedule": 24 * 3600.0,
    },
    "addresses": {
        "task": "apps.accounts.tasks.settle_addresses",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "data-rights": {
        "task": "apps.datarights.tasks.data_rights",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "retention": {
        "task": "apps.datarights.tasks.keep_no_longer",
        "schedule": 24 * 3600.0,
    },
    "vacancies": {
        "task": "apps.recruitment.vacancies.tasks.close_vacancies",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "equality": {
        "task": "apps.recruitment.applications.tasks.tally_monitoring",
        "schedule": 24 * 3600.0,
    },
    "consultations": {
        "task": "apps.governance.consultations.tasks.tidy_consultations",
        "schedule": 24 * 3600.0,
    },
    "recruitment-outcomes": {
        "task": "apps.recruitment.selection.tasks.send_outcomes",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "seal-audit": {
        "task": "apps.core.tasks.seal_audit",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "search": {
        "task": "apps.search.tasks.follow",
        "schedule": env.float("SEARCH_SECONDS", default=2.0),
        "options": {"expires": 10},
    },
    "check-audit": {
        "task": "apps.core.tasks.check_audit",
        "schedule": 24 * 3600.0,
    },
    "insight": {
        "task": "apps.insight.tasks.count_lately",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "insight-all": {
        "task": "apps.insight.tasks.count_all",
        "schedule": crontab(hour=3, minute=10),
    },
    "reports": {
        "task": "apps.reports.tasks.follow_figures",
        "schedule": crontab(hour=4, minute=10),
    },
    "experience": {
        "task": "apps.experience.tasks.ask_and_settle",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "nightly": {
        "task": "apps.groups.tasks.nightly_sync",
        "schedule": 24 * 3600.0,
    },
}

# --- people and sign-in -----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.accounts.backends.SignIn",
    "apps.core.permissions.ProgrammeBackend",
    "apps.core.permissions.OwnBackend",
    "apps.core.permissions.GrantBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name", "known_as"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.passwords.StolenPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ANONYMOUS_USER_NAME = None  # guardian makes no stand-in for people who are not signed in
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # GrantBackend is a subclass of guardian's backend
# How long sessions last, in seconds: without use, and at most (docs/adr/0029).
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_MOST = 30 * 24 * 3600
# The same for whoever deals with what is others': those who must have a second factor.
SHORT_SESSION_IDLE = 3600
SHORT_SESSION_MOST = 10 * 3600
DEVICE_COOKIE_NAME = "device"  # says which accounts signed in on this device before
DEVICE_COOKIE_AGE = 180 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True  # one address a person: a new one replaces the old
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Long enough for somebody who reads or types slowly, and another can be asked for. ASVS 5.0, 6.5.5
# allows no longer; the pages and e-mails say it in words.
CODE_SECONDS = 10 * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A thousand people of one trust share an address: what is counted by address bears that. Wrong
# passwords count for each account as well, and apart for a device that it knows (adapters.py).
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",  # all who sign in; each costs a hash
    "login_failed": "60/m/ip,5/300s/key",  # what went wrong; who gets in gives it back
    "request_login_code": "100/m/ip,3/m/key",
    "reset_password": "60/m/ip,5/m/key",
    "signup": "60/m/ip",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ACCOUNT_FORMS = {
    "login": "apps.accounts.sign_in.Login",
    "signup": "apps.accounts.sign_in.SignUp",
    "add_email": "apps.accounts.sign_in.AddEmail",
    "change_password": "apps.accounts.sign_in.ChangePassword",
    "set_password": "apps.accounts.sign_in.SetPassword",
    "reset_password": "apps.accounts.sign_in.ResetPassword",
    "reset_password_from_key": "apps.accounts.sign_in.ResetPasswordKey",
    "request_login_code": "apps.accounts.sign_in.RequestLoginCode",
    "confirm_login_code": "apps.accounts.sign_in.ConfirmLoginCode",
    "confirm_password_reset_code": "apps.accounts.sign_in.ConfirmPasswordResetCode",
    "confirm_email_verification_code": "apps.accounts.sign_in.ConfirmEmailVerificationCode",
    "reauthenticate": "apps.accounts.sign_in.Reauthenticate",
}
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(env)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # a verified address opens the account that has it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SECOND_FACTOR_EXEMPT_DEMO = False
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.sign_in.Authenticate",
    "authenticate_webauthn": "apps.accounts.sign_in.AuthenticateByPasskey",
    "login_webauthn": "apps.accounts.sign_in.SignInByPasskey",
    "reauthenticate": "apps.accounts.sign_in.ReauthenticateByCode",
    "reauthenticate_webauthn": "apps.accounts.sign_in.ReauthenticateByPasskey",
    "activate_totp": "apps.accounts.sign_in.ActivateTOTP",
    "deactivate_totp": "apps.accounts.sign_in.DeactivateTOTP",
    "generate_recovery_codes": "apps.accounts.sign_in.GenerateRecoveryCodes",
    "add_webauthn": "apps.accounts.sign_in.AddPasskey",
    "edit_webauthn": "apps.accounts.sign_in.EditPasskey",
}
MFA_TOTP_TOLERANCE = 1  # a code stays good for one more period: people type at their own pace
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True  # they are kept as hashes (apps/accounts/recovery_codes.py)
RECOVERY_CODE_ROUNDS = 600_000  # of PBKDF2 with SHA-256
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"  # shown; the database holds UTC
FORMAT_MODULE_PATH = ["oxleas_peer.formats"]

# --- static files and uploads -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
DESIGN_DIR = BASE_DIR / "var" / "design"  # filled by `manage.py build_design`
STATICFILES_DIRS = [BASE_DIR / "static", DESIGN_DIR]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # compressed, and named after their content, so that a browser may keep them for good
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}
UPLOAD_DIR = Path(env("UPLOAD_DIR", default=str(VAR_DIR / "uploads")))  # outside the web root
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
UPLOAD_MAX_PIXELS = env.int("UPLOAD_MAX_PIXELS", default=40_000_000)  # of one picture
CLAMAV_ADDRESS = env("CLAMAV_ADDRESS", default="")  # host:port of clamd; empty = not scanned
CLAMAV_SECONDS = env.int("CLAMAV_SECONDS", default=30)  # how long the scanner may take for one step
MEDIA_ROOT = UPLOAD_DIR
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- e-mail -----------------------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")
vars().update(env.email_url_config(EMAIL_URL or "consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Oxleas Peer <no-reply@demo.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Longer than any sender holds a claim; after it the sweeper takes the sender for dead.
CLAIM_SECONDS = env.int("CLAIM_SECONDS", default=300)

# Where calendars answer, and where mail that cannot be delivered comes back (docs/operations.md).
INBOUND = inbound.mailbox(env)
INBOUND_KEEP_DAYS = env.int("INBOUND_KEEP_DAYS", default=30)  # of what was dealt with

# --- messages ---------------------------------------------------------------------------------
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MESSAGE_TAGS = {message_levels.ERROR: "error", message_levels.SUCCESS: "success"}

# --- security ---------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *single_sign_on.origins(env)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- the audit trail -----------------------------------------------------------------------------
# Makes its digests; without it SECRET_KEY does. Earlier ones stay here, or old entries look edited.
AUDIT_KEY = env("AUDIT_KEY", default="")
AUDIT_KEY_FALLBACKS = env.list("AUDIT_KEY_FALLBACKS", default=[])
# Where an anchor goes each night, beside the log: a file apart from the database, people by mail.
AUDIT_ANCHOR_FILE = env("AUDIT_ANCHOR_FILE", default="")
AUDIT_ANCHOR_EMAILS = env.list("AUDIT_ANCHOR_EMAILS", default=[])

# --- the network --------------------------------------------------------------------------------
BOROUGHS = env.list("BOROUGHS", default=["Bromley", "Bexley", "Greenwich"])
INTEREST_KEEP_DECLINED_DAYS = env.int("INTEREST_KEEP_DECLINED_DAYS", default=90)
INTEREST_KEEP_INVITED_DAYS = env.int("INTEREST_KEEP_INVITED_DAYS", default=365)
INTEREST_AT_MOST_AN_HOUR = env.int("INTEREST_AT_MOST_AN_HOUR", default=60)  # from one address
BOARD_EDIT_HOURS = env.int("BOARD_EDIT_HOURS", default=24)

# --- data rights, and how long things are kept: days ---------------------------------------------
CLAIM_KEEP_DAYS = env.int("CLAIM_KEEP_DAYS", default=6 * 365)
DATA_EXPORT_KEEP_DAYS = env.int("DATA_EXPORT_KEEP_DAYS", default=7)
DATA_REQUEST_KEEP_DAYS = env.int("DATA_REQUEST_KEEP_DAYS", default=3 * 365)
EXPERIENCE_KEEP_DAYS = env.int("EXPERIENCE_KEEP_DAYS", default=6 * 365)
INTEREST_DECLARED_KEEP_DAYS = env.int("INTEREST_DECLARED_KEEP_DAYS", default=6 * 365)
INVITATION_KEEP_DAYS = env.int("INVITATION_KEEP_DAYS", default=180)
LETTERS_KEEP_DAYS = env.int("LETTERS_KEEP_DAYS", default=90)  # of people without an account
MESSAGES_KEEP_DAYS = env.int("MESSAGES_KEEP_DAYS", default=2 * 365)
RESPONSE_DRAFT_KEEP_DAYS = env.int("RESPONSE_DRAFT_KEEP_DAYS", default=30)
RETENTION_RUN_KEEP_DAYS = env.int("RETENTION_RUN_KEEP_DAYS", default=2 * 365)
SEARCH_KEEP_DAYS = env.int("SEARCH_KEEP_DAYS", default=90)

# --- Conversations ------------------------------------------------------------------------------
CONVERSATION_KEEP_DAYS = env.int("CONVERSATION_KEEP_DAYS", default=90)  # names of the public
BOOKINGS_AT_MOST_AN_HOUR = env.int("BOOKINGS_AT_MOST_AN_HOUR", default=200)  # from one address
CONSULTATION_MINIMUM_DAYS = env.int("CONSULTATION_MINIMUM_DAYS", default=14)
# By when what came of a consultation is to be published: twelve weeks after it closed.
CONSULTATION_OUTCOME_DAYS = env.int("CONSULTATION_OUTCOME_DAYS", default=84)
RESPONSES_AT_MOST_AN_HOUR = env.int("RESPONSES_AT_MOST_AN_HOUR", default=1500)  # from one address

# --- recruitment: how long things are kept, in days ----------------------------------------------
# Equality answers are sealed to the public key; only the worker has the private one
# (`manage.py make_monitoring_keys`, docs/adr/0018). Without a public key nobody is asked.
MONITORING_PUBLIC_KEY = env("MONITORING_PUBLIC_KEY", default="")
MONITORING_PRIVATE_KEY = env("MONITORING_PRIVATE_KEY", default="")
APPLICATION_DRAFT_KEEP_DAYS = env.int("APPLICATION_DRAFT_KEEP_DAYS", default=90)
APPLICATION_KEEP_DAYS = env.int("APPLICATION_KEEP_DAYS", default=400)
APPOINTED_KEEP_DAYS = env.int("APPOINTED_KEEP_DAYS", default=200)  # the staff file has it then
VISIT_KEEP_DAYS = env.int("VISIT_KEEP_DAYS", default=30)

# --- declarations of interest -------------------------------------------------------------------
DECLARATION_DAYS = env.int("DECLARATION_DAYS", default=365)  # how long one holds
DECLARATION_NOTICE_DAYS = env.int("DECLARATION_NOTICE_DAYS", default=30)

# --- logs: JSON lines, a request id, nothing personal ------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "apps.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": []},  # root's are enough
        "django.server": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "imapclient": {"level": "WARNING"},  # below that it writes down whole mails
    },
}
