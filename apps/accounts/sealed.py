"""Text that rests in the database and that only this site can read: by a key made of SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def _fernet(purpose):
    """Encrypts with SECRET_KEY; still reads what an earlier key of SECRET_KEY_FALLBACKS wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [salted_hmac(purpose, b"", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in made])


def seal(text, purpose):
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed, purpose):
    """Raises cryptography.fernet.InvalidToken for what this site did not seal for that purpose."""
    return _fernet(purpose).decrypt(sealed.encode()).decode()


def reseal(sealed, purpose):
    """The same, encrypted with the key of today."""
    return _fernet(purpose).rotate(sealed.encode()).decode()
