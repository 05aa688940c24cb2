"""Finding: one statement asks the index and, of what it finds, what this person may see.

Each kind's ``visible_to`` stands in it as SQL that is built once a process and day
(``core/compiled.py``). Every kind that the person could see is asked whether it was found or not:
so what is hidden costs as much as what is not there.
"""

import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from apps.core.dates import day
from apps.core.searching import SEARCHED
from apps.core.templatetags.nhs import tag_of

from .words import Shown, asked, fold, key

FIRST = 3  # of each kind, where all kinds are shown
PAGE = 25
TITLES = 2000  # newest ones whose words are compared, where the database has no trigrams
FIRST_KEPT = 10
NEAR = 200  # of those that the trigrams found


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words; of one kind, group, or time."""

    text: str
    kind: str = ""
    group: int | None = None
    since: date | None = None
    page: int = 1

    @property
    def words(self):
        return asked(self.text)


class Tag(NamedTuple):
    label: str
    colour: str


@dataclass
class Found:
    """One thing, as its line shows it."""

    kind: str
    thing: int
    reference: str
    title: str
    body: str
    state: str
    colour: str
    url: str
    day: date | None
    group: str
    slug: str
    pinned: bool
    exact: bool
    total: int
    shown: Shown = field(repr=False, default_factory=lambda: Shown(()))

    @property
    def label(self):
        return SEARCHED.get(self.kind).label

    @property
    def name(self):
        """What the page of the search calls it in its addresses."""
        return f"{self.kind}/{self.thing}"

    @property
    def facts(self):
        """Reference, kind, group and day, as far as it has them."""
        return " · ".join(filter(None, (self.reference, self.label, self.group, day(self.day))))

    @property
    def tag(self):
        return tag_of(Tag(self.state, self.colour))

    @property
    def marked_title(self):
        return self.shown.marked(self.title)

    @cached_property
    def snippet(self):
        return self.shown.snippet(self.body)


def sources(user, kind=""):
    """The kinds of which this person could see any."""
    return [
        one for one in SEARCHED if kind in ("", one.kind) and (one.may is None or one.may(user))
    ]


def find(user, wanted):
    """What is found, the first of each kind, or a page of one: [Found], kinds in their order."""
    words = wanted.words
    if not words:
        return []
    first, last = 1, FIRST
    if wanted.kind:
        first, last = (wanted.page - 1) * PAGE + 1, wanted.page * PAGE
    hits, params = _hits(words, wanted)
    rows = _ask(user, wanted.kind, hits, params, first, last)
    shown = Shown(words)
    return [Found(*row, shown=shown) for row in rows]


def _hits(words, wanted):
    """SQL of the entries that have all the words: id, kind, thing, day, exact, rank."""
    where, more = _narrowed(wanted)
    exact = key(wanted.text)
    if connection.vendor == "postgresql":
        return (
            "SELECT e.id, e.kind, e.thing, e.day, e.key = %s AS exact, ts_rank(e.words, q) AS rank"
            " FROM search_entry e, to_tsquery('english', %s) q WHERE e.words @@ q" + where,
            [exact, " & ".join(words), *more],
        )
    return (
        "SELECT e.id, e.kind, e.thing, e.day, e.key = %s AS exact,"
        " -bm25(search_words, 8.0, 4.0, 1.0) AS rank FROM search_words"
        " JOIN search_entry e ON e.id = search_words.rowid WHERE search_words MATCH %s" + where,
        [exact, " AND ".join(f'"{word}"' for word in words), *more],
    )


def _narrowed(wanted):
    where = (
        " AND NOT EXISTS (SELECT 1 FROM search_stale s"
        " WHERE s.kind = e.kind AND s.thing = e.thing AND s.hides)"
    )
    params = []
    for column, value in (
        ("kind =", wanted.kind),
        ("group_id =", wanted.group),
        ("day >=", wanted.since),
    ):
        if value:
            where += f" AND e.{column} %s"
            params.append(value)
    return where, params


def _seen(user, kinds, hits, params):
    """SQL of those of the hits that the person sees, by the rows of each kind."""
    parts = []
    for one in kinds:
        if (statement := one.seen.sql(user)) is not None:
            sql, more = statement
            parts.append(f"SELECT * FROM hit WHERE kind = '{one.kind}' AND thing IN ({sql})")
            params = [*params, *more]
    if not parts:
        return None
    return f"WITH hit AS MATERIALIZED ({hits}), seen AS ({' UNION ALL '.join(parts)})", params


def _ask(user, kind, hits, params, first, last, order="exact DESC, rank DESC, day DESC, id"):
    statement = _seen(user, sources(user, kind), hits, params)
    if statement is None:
        return []
    sql, params = statement
    sql += (
        f", placed AS (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY {order}) AS place,"
        " count(*) OVER (PARTITION BY kind) AS total FROM seen)"
        " SELECT e.kind, e.thing, e.reference, e.title,"
        " substr(e.body || ' ' || e.text, 1, 10000), e.state, e.colour, e.url, e.day,"
        " coalesce(g.name, ''), coalesce(g.slug, ''), coalesce(r.pinned, %s), p.exact, p.total"
        " FROM placed p JOIN search_entry e ON e.id = p.id"
        " LEFT JOIN groups_workinggroup g ON g.id = e.group_id"
        " LEFT JOIN search_remembered r"
        " ON r.user_id = %s AND r.kind = e.kind AND r.thing = e.thing"
        " WHERE p.place BETWEEN %s AND %s ORDER BY p.place, e.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, False, user.pk, first, last])
        return [_row(row) for row in cursor.fetchall()]


def _row(row):
    """SQLite gives a day as text."""
    row = list(row)
    if isinstance(row[8], str):
        row[8] = date.fromisoformat(row[8])
    return row


# --- things by name -----------------------------------------------------------------------------
def remembered(user):
    """What this person pinned, and what they opened last, as far as they still see it."""
    hits = (
        "SELECT e.id, e.kind, e.thing, e.day, r.pinned AS exact, r.at AS rank"
        " FROM search_remembered r JOIN search_entry e ON e.kind = r.kind AND e.thing = r.thing"
        " WHERE r.user_id = %s" + _narrowed(Wanted(""))[0]
    )
    rows = _ask(user, "", hits, [user.pk], 1, 2 * FIRST_KEPT)
    return [Found(*row) for row in rows]


def one(user, kind, thing):
    """A thing by its kind and number, if this person sees it; or None."""
    hits = (
        "SELECT e.id, e.kind, e.thing, e.day, 1 AS exact, 1 AS rank FROM search_entry e"
        " WHERE e.kind = %s AND e.thing = %s" + _narrowed(Wanted(""))[0]
    )
    rows = _ask(user, kind, hits, [kind, thing], 1, 1)
    return Found(*rows[0]) if rows else None


# --- near misses --------------------------------------------------------------------------------
def did_you_mean(user, wanted):
    """The search with words that stand in titles of what this person may see; "" where none is
    nearer."""
    words = wanted.words
    if not words:
        return ""
    # Numbers and the shortest words are like much, and no near miss of anything.
    long = [word for word in words if len(word) > 2 and not word.isdigit()]
    if not long:
        return ""
    known = {word for title in _titles(user, long) for word in fold(title).split()}
    known = {word for word in known if len(word) > 2 and not re.fullmatch(r"\d+", word)}
    nearer = []
    for word in words:
        if word in known or word not in long:
            nearer.append(word)
            continue
        close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.75)
        nearer.append(close[0] if close else word)
    return " ".join(nearer) if nearer != words else ""


def _titles(user, words):
    if connection.vendor == "postgresql":
        near = " OR ".join(["%s <%% lower(e.title)"] * len(words))
        hits, params = f"SELECT e.id, e.kind, e.thing FROM search_entry e WHERE ({near})", words
    else:
        hits = "SELECT e.id, e.kind, e.thing FROM search_entry e WHERE 1"
        params = []
    where, _ = _narrowed(Wanted(""))
    hits += where
    if connection.vendor != "postgresql":
        hits += f" ORDER BY e.id DESC LIMIT {TITLES}"
    # Whoever is shown a candidate's name leaves a trace: it is no suggestion.
    kinds = [one for one in sources(user) if not one.recorded]
    statement = _seen(user, kinds, hits, list(params))
    if statement is None:
        return []
    sql, params = statement
    at_most = NEAR if connection.vendor == "postgresql" else TITLES
    sql += f" SELECT e.title FROM seen JOIN search_entry e ON e.id = seen.id LIMIT {at_most}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', false)")
        cursor.execute(sql, params)
        return [title for (title,) in cursor.fetchall()]
