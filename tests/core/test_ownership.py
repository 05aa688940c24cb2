"""On PostgreSQL `manage.py migrate` works as the owner of the tables; the site has its own role."""

from contextlib import closing

import psycopg2
import pytest

from ..prepared import manage

# By night: it migrates a server of its own. By day the walk of the matrix works by the site's role.
pytestmark = [pytest.mark.services, pytest.mark.nightly]
CHECK = (
    "check",
    "--deploy",
    "--database",
    "default",
    "--tag",
    "database",
    "--fail-level",
    "WARNING",
)


def test_migrate_makes_a_role_for_the_site_that_owns_no_table(
    postgresql, migrated_postgresql, tmp_path, monkeypatch
):
    name = postgresql.create(migrated_postgresql)
    owner = postgresql.url(name)
    site = owner.replace("peer@", "peer_site:secret@")
    with pytest.raises(AssertionError, match="could switch its guards off"):
        manage(tmp_path, owner, *CHECK)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner)
    manage(tmp_path, site, "migrate")
    manage(tmp_path, site, *CHECK)
    manage(tmp_path, site, "verify_audit")
    with closing(psycopg2.connect(site)) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_auditentry")
        for words in ("DROP TABLE core_auditentry CASCADE", "CREATE TABLE mine (id int)"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(words)
            link.rollback()
    with pytest.raises(AssertionError, match="is a superuser of the database"):
        manage(tmp_path, owner, "migrate")  # the owner is not the site
