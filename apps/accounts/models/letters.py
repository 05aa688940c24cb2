"""Letters about an account: codes, and what was done to how somebody signs in."""

import json
from collections.abc import Callable
from datetime import timedelta

from django.db import models

from apps.core import clock
from apps.core.registry import Registry

from ..sealed import seal, unseal

PURPOSE = "apps.accounts.letters"
LONGEST = 254  # characters of an address

# Each is called with a letter that was just written, in its transaction.
CARRIERS: Registry[Callable[["Letter"], object]] = Registry("Who carries letters about accounts")


class Letter(models.Model):
    """One e-mail about an account, from when it is written until it has left.

    What it says is sealed: it may hold a code. The row goes when the mail server took it, and says
    nothing any more once ``good_until`` has passed.
    """

    to = models.EmailField(max_length=LONGEST)
    sealed = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    good_until = models.DateTimeField()

    def __str__(self):
        return f"Letter {self.pk}"  # no address: this reaches lists

    @classmethod
    def write(cls, *, to, subject, text, html, lasts: timedelta):
        """Keep it, and have it carried once the transaction is through.

        An address that is longer than any can be (RFC 5321, 4.5.3.1) is written to by nobody.
        """
        if len(to) > LONGEST:
            return None
        said = json.dumps({"subject": subject, "text": text, "html": html})
        good_until = clock.now() + lasts
        letter = cls.objects.create(to=to, sealed=seal(said, PURPOSE), good_until=good_until)
        for carry in CARRIERS:
            carry(letter)
        return letter

    @property
    def is_code(self):
        """Somebody waits for it before a page; a notice can wait for its turn."""
        return self.good_until - self.written_at < timedelta(hours=1)

    @property
    def is_good(self):
        return self.good_until > clock.now()

    @property
    def said(self):
        """``subject``, ``text`` and ``html``."""
        return json.loads(unseal(self.sealed, PURPOSE))
