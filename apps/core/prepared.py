"""Long statements that PostgreSQL plans once for each connection: those that ask two dozen kinds of
things take ten times as long to plan as to answer.

The plan is made for whatever is asked, by whoever asks (``plan_cache_mode`` in the settings). What
is searched goes from what was found to what may be seen, entry by entry: so it does not hang on how
much is hidden, as a plan would that is made for one search.
"""

import hashlib
import re
from collections import OrderedDict
from functools import lru_cache
from itertools import count
from weakref import WeakKeyDictionary

from django.db import connection

MOST = 200_000  # characters of SQL for each connection: they take about 30 megabytes there
PLACE = re.compile("%[s%]")
_there = WeakKeyDictionary()  # {connection: {name: its length}}, the last that was used at the end


def execute(cursor, sql, params):
    """Run a statement with these parameters, by the plan that is there of it."""
    cursor.execute(*planned(sql, params))


def planned(sql, params):
    """What runs a statement by its plan, as SQL and parameters: the same where none is kept."""
    if connection.vendor != "postgresql":
        return sql, params
    connection.ensure_connection()
    name = _named(sql)
    names = _there.setdefault(connection.connection, OrderedDict())
    if name not in names:
        with connection.wrap_database_errors, connection.cursor() as cursor:
            run = cursor.cursor.execute  # the driver's: no query of a page that somebody counts
            while names and sum(names.values()) + len(sql) > MOST:
                run(f"DEALLOCATE {names.popitem(last=False)[0]}")
            run(f"PREPARE {name} AS {_numbered(sql)}")
    names[name] = len(sql)
    names.move_to_end(name)
    given = f" ({', '.join(['%s'] * len(params))})" if params else ""
    return f"EXECUTE {name}{given}", params


@lru_cache(maxsize=1000)
def _named(sql):
    return f"kept_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"


def _numbered(sql):
    """As PREPARE has it: ``$1`` for the first ``%s``."""
    numbers = count(1)
    return PLACE.sub(lambda one: f"${next(numbers)}" if one[0] == "%s" else "%", sql)
