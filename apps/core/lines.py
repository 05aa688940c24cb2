"""Names and titles: one line of text in which every character is seen."""

from django.core.exceptions import ValidationError
from django.db import models

from .says import unseen

UNSEEN = "a character in it that nobody can see. Type it again, without copying it."


def all_is_seen(text):
    """What cannot be seen makes a name look like another's. Raises ValidationError."""
    if unseen(text):
        raise ValidationError(f"This has {UNSEEN}", code="unseen")


NAMES: set[str] = set()  # what the site's things call such a line; a form of ours calls it the same


class Line(models.CharField):
    """A name, a title or another line that people type and others read, in Django admin as well.

    To the database, and so to migrations, it is what it ever was.
    """

    default_validators = [all_is_seen]

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        NAMES.add(name)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
