"""Queries that are the same at every request but for a value or two: built once a process.

Building a query with several subqueries costs Django more than most databases take to answer it.
"""

from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connections


def sql_of(make, *args):
    """SQL and parameters of the query ``make(*args)``: remembered for each kind of database.

    ``make`` is a function of a module, its arguments can be hashed, and what it gives depends on
    nothing else: not on the clock, not on rows.
    """
    return _sql_of(connections[DEFAULT_DB_ALIAS].vendor, make, args)


@lru_cache(maxsize=256)
def _sql_of(vendor, make, args):
    return make(*args).sql_with_params()
