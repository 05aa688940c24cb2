"""After a new SECRET_KEY: write anew what an earlier one encrypted, so that it can be left out."""

from contextlib import suppress

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.adapters import MFAAdapter
from apps.accounts.models import invitations, letters
from apps.accounts.sealed import reseal

ENCRYPTED = ("secret", "seed", "migrated_codes", "unseen")  # as allauth and we keep them


def anew(value):
    """The same, encrypted with the key of today."""
    if isinstance(value, list):
        return [anew(one) for one in value]
    return MFAAdapter().rotate(value)


def _letters_anew():
    """What waits to be e-mailed; what leaves meanwhile is gone, and is not brought back."""
    for model, field, purpose in (
        (letters.Letter, "sealed", letters.PURPOSE),
        (invitations.Invitation, "sealed_token", invitations.PURPOSE),
    ):
        for pk, sealed in model.objects.exclude(**{field: ""}).values_list("pk", field):
            same = model.objects.filter(pk=pk, **{field: sealed})
            with suppress(InvalidToken):  # of a key that nobody has any more: it cannot leave
                same.update(**{field: reseal(sealed, purpose)})


class Command(BaseCommand):
    help = (
        "Encrypt the secrets of everybody's second factors, and letters that wait, with the "
        "SECRET_KEY of today. Run it after a change, while the old key is among "
        "SECRET_KEY_FALLBACKS; then take that one out once its links and sessions have ended."
    )

    def handle(self, *args, **options):
        _letters_anew()
        done = left = 0
        for one in Authenticator.objects.order_by("pk").iterator():
            told = {name: anew(one.data[name]) for name in ENCRYPTED if name in one.data}
            if not told:
                continue
            # Somebody who signs in at this moment changes the row: theirs stays.
            same = Authenticator.objects.filter(pk=one.pk, data=one.data)
            if same.update(data=one.data | told):
                done += 1
            else:
                left += 1
        if left:
            raise CommandError(f"{done} written anew; {left} were in use: run this again.")
        self.stdout.write(f"{done} written anew.")
