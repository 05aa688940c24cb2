"""Recovery codes, and the printed sheet: shown once, and kept as hashes (ASVS 5.0, 6.5.2).

allauth keeps what the codes are made from, encrypted, so that it can show them again: whoever had
the database and ``SECRET_KEY`` would have them too.
"""

import secrets

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, pbkdf2

USED = ""  # in the place of the hash of a code that was used


def hashed(code, salt, rounds):
    """As passwords are: PBKDF2 with SHA-256. A sheet has one salt, so that a try costs one hash."""
    return pbkdf2(normalize_user_code(code), salt, rounds).hex()


class HashedCodes(auth.RecoveryCodes):
    """In ``data``: ``hashes``, ``salt``, ``rounds``; until they were shown ``unseen`` as well, the
    codes encrypted.

    What allauth kept before is hashed when it is first looked at.
    """

    shown = ()  # the codes themselves, in the request that shows them

    @classmethod
    def activate(cls, user):
        kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
        if instance := kept.first():
            return cls(instance)
        digits, count = app_settings.RECOVERY_CODE_DIGITS, app_settings.RECOVERY_CODE_COUNT
        codes = [f"{secrets.randbelow(10**digits):0{digits}}" for _ in range(count)]
        made = cls(Authenticator(user=user, type=Authenticator.Type.RECOVERY_CODES, data={}))
        made._keep(codes, unseen=[encrypt(code) for code in codes])
        return made

    def _keep(self, codes, **data):
        salt, rounds = secrets.token_hex(16), settings.RECOVERY_CODE_ROUNDS
        hashes = [hashed(code, salt, rounds) if code else USED for code in codes]
        self.instance.data = data | {"hashes": hashes, "salt": salt, "rounds": rounds}
        self.instance.save()

    def _lock(self):
        """Two who change them at once would bring a used code back."""
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)

    @transaction.atomic
    def put_away(self):
        """Nobody reads the codes any more, whether or not they were shown."""
        self._lock()
        self.hash_old()
        if self.instance.data.pop("unseen", None):
            self.instance.save(update_fields=["data"])

    def hash_old(self):
        """What allauth kept so that it could be shown again."""
        data = self.instance.data
        if "hashes" in data:
            return
        left = set(super().get_unused_codes())
        codes = [code if code in left else USED for code in self.generate_codes()]
        self._keep(codes, viewed_at=data.get("viewed_at") or 1)

    def get_unused_codes(self):
        """The codes in the request that shows them; else as many rows of stars."""
        self.hash_old()
        left = [number for number, one in enumerate(self.instance.data["hashes"]) if one != USED]
        return [self.shown[number] if self.shown else "****" for number in left]

    @transaction.atomic
    def validate_code(self, code):
        self._lock()
        self.hash_old()
        data = self.instance.data
        tried = hashed(code, data["salt"], data["rounds"])
        for number, one in enumerate(data["hashes"]):
            if constant_time_compare(tried, one):
                data["hashes"][number] = USED
                self.instance.save(update_fields=["data"])
                return True
        return False

    @transaction.atomic
    def mark_as_viewed(self):
        """They are shown now, and never again. Whoever asks for the head of the page sees none."""
        if context.request.method == "HEAD":
            return
        self._lock()
        unseen = self.instance.data.pop("unseen", [])
        self.shown = [decrypt(code) for code in unseen]
        super().mark_as_viewed()


def instead_of_allauths():
    """Every code of the site is one of ours: allauth has no setting for it."""
    auth.RecoveryCodes = flows.RecoveryCodes = HashedCodes
