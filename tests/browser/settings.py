"""As the site runs in development, but a password takes no time."""

from oxleas_peer.settings.dev import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
