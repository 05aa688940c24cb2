"""Bring the database up to date, as the owner of its tables."""

from contextlib import contextmanager

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection, transaction

from ... import migrating, ownership

OF_A_ROLE = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


class Command(migrate.Command):
    """As Django's own, and quicker (``migrating``). Where DATABASE_OWNER_URL names who owns the
    tables, it works as them, and gives the role of DATABASE_URL what the site needs, and no more.
    """

    @migrating.changed_alone()
    def handle(self, *args, **options):
        if not settings.DATABASE_OWNER or connection.vendor != "postgresql":
            return super().handle(*args, **options)
        site = connection.settings_dict
        name, password = site["USER"], site["PASSWORD"]
        with _as_owner():
            ownership.prepare_role(connection, name, password)
            said = super().handle(*args, **options)
            with transaction.atomic():  # so that the site is at no moment without its rights
                ownership.grant(connection, name)
        return said


@contextmanager
def _as_owner():
    """The connection is the owner's for a while."""
    own = {key: connection.settings_dict[key] for key in OF_A_ROLE}
    connection.close()
    connection.settings_dict.update(
        {key: settings.DATABASE_OWNER.get(key, "") for key in OF_A_ROLE}
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)
