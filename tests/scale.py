"""What tests with very many rows need."""

from django.db import connection


def analyze():
    """Let the database plan by how much there is now.

    Left alone, PostgreSQL plans by what there was when it last looked: an empty table, perhaps,
    and a page takes minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
