"""Rows that are added and never changed: what people wrote, and what they signed.

PostgreSQL has triggers that say so as well.
"""

from django.db import models


class KeptQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("What is kept here does not change.")

    def delete(self):
        raise TypeError("What is kept here stays.")


class Kept(models.Model):
    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("What is kept here does not change.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What is kept here stays.")
