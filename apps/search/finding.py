"""Finding: one statement asks the index and, of what it finds, what this person may see.

Each kind's ``visible_to`` stands in it as SQL that is built once a process and day
(``core/compiled.py``). Every kind that the person could see is asked whether it was found or not:
so what is hidden costs as much as what is not there.
"""

import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple

from django.db import connection

from apps.core import clock
from apps.core.dates import day
from apps.core.prepared import execute
from apps.core.searching import SEARCHED
from apps.core.templatetags.nhs import tag_of

from .words import Shown, asked, fold, key, terms

FIRST = 3  # of each kind, where all kinds are shown
PAGE = 25
COMMON = 8000  # entries
MOST = 500  # of each kind are counted, and shown page by page; more are *more than 500*
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
        first, last = (wanted.page - 1) * PAGE + 1, min(wanted.page * PAGE, MOST)
    rows = _ask(user, wanted.kind, _hits(wanted), first, last)
    shown = Shown(words)
    return [Found(*row, shown=shown) for row in rows]


def on_a_server():
    return connection.vendor == "postgresql"


class Hits(NamedTuple):
    """SQL of the entries that are looked for (id, kind, thing, place, rank), and of the rank of
    those that are seen; each with what it is given.

    ``place`` is known of each at once and says how near it is: what has the reference, what has the
    words in its title, then what is to come or was last. ``rank`` is asked of few.
    """

    sql: str
    params: list
    ranked: str = "SELECT id, kind, place, rank FROM seen"
    rank_params: tuple = ()
    common: bool = False


EXACT, IN_TITLE, ELSEWHERE = 0, 1_000_000, 2_000_000
NEVER, PAST = 900_000, 400_000  # without a day; before today


def _when(least, ahead, ago):
    """Days from today: what is next comes first, then what was last."""
    return (
        f"CASE WHEN e.day IS NULL THEN {NEVER} WHEN e.day >= %s"
        f" THEN {least}({PAST}, {ahead}) ELSE {PAST} + {least}({PAST}, {ago}) END"
    )


ON_A_SERVER = _when("least", "e.day - %s::date", "%s::date - e.day")
IN_A_FILE = _when(
    "min",
    "CAST(julianday(e.day) - julianday(%s) AS integer)",
    "CAST(julianday(%s) - julianday(e.day) AS integer)",
)


def _hits(wanted):
    """The entries that have all that is looked for."""
    where, more = _narrowed(wanted)
    exact, sought = key(wanted.text), terms(wanted.text)
    if on_a_server():
        query = " & ".join(_either(phrases, " | ", " <-> ", "()") for phrases in sought)
        return Hits(
            f"SELECT e.id, e.kind, e.thing, 0 AS rank, CASE WHEN e.key = %s THEN {EXACT}"
            f" WHEN e.named @@ q THEN {IN_TITLE} ELSE {ELSEWHERE} END + {ON_A_SERVER} AS place"
            " FROM search_entry e, to_tsquery('english', %s) q WHERE e.words @@ q" + where,
            [exact, *_today(), query, *more],
            "SELECT s.id, s.kind, s.place,"
            f" CASE WHEN s.place < {ELSEWHERE} THEN 0 ELSE ts_rank(e.words, q) END AS rank FROM"
            " seen s JOIN search_entry e ON e.id = s.id, to_tsquery('english', %s) q",
            (query,),
            _is_common(query),
        )
    query = " AND ".join(_either(phrases, " OR ", " ", '""') for phrases in sought)
    return Hits(
        "SELECT e.id, e.kind, e.thing, -bm25(search_words, 8.0, 4.0, 1.0) AS rank,"
        f" CASE WHEN e.key = %s THEN {EXACT} WHEN e.id IN (SELECT rowid FROM search_words"
        f" WHERE search_words MATCH %s) THEN {IN_TITLE} ELSE {ELSEWHERE} END"
        f" + {IN_A_FILE} AS place FROM search_words"
        " JOIN search_entry e ON e.id = search_words.rowid WHERE search_words MATCH %s" + where,
        [exact, "{reference title} : (" + query + ")", *_today(), query, *more],
        f"SELECT id, kind, place, CASE WHEN place < {ELSEWHERE} THEN 0 ELSE rank END AS rank"
        " FROM seen",
    )


def _is_common(query):
    """Whether a large part of all entries has it: then the database had better plan for that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM search_entry"
            " WHERE words @@ to_tsquery('english', %s) LIMIT %s) AS found",
            [query, COMMON],
        )
        return cursor.fetchone()[0] == COMMON


def _either(phrases, either, then, around):
    """A term in the language of the database: one of these phrases."""
    begin, end = around
    said = either.join(f"{begin}{then.join(phrase)}{end}" for phrase in phrases)
    return f"({said})"


def _today():
    """For each place of it in WHEN."""
    return [clock.today()] * 3


def _narrowed(wanted):
    where, params = " AND e.id NOT IN (SELECT id FROM hidden)", []
    for column, value in (
        ("kind =", wanted.kind),
        ("group_id =", wanted.group),
        ("day >=", wanted.since),
    ):
        if value:
            where += f" AND e.{column} %s"
            params.append(value)
    return where, params


# What a worker wrote late of words that have changed since: few, and none mostly.
HIDDEN = (
    "hidden AS MATERIALIZED (SELECT e.id FROM search_stale s JOIN search_entry e"
    " ON e.kind = s.kind AND e.thing = s.thing WHERE s.hides)"
)


def _seen(user, kinds, hits, params, order, at_most):
    """SQL of those of the hits that the person sees, by the rows of each kind; and of each kind the
    nearest, one more than are counted. What one may not see is gone before it could fill them."""
    parts = []
    for one in kinds:
        if (statement := one.seen.sql(user)) is not None:
            sql, more = statement
            # Of one kind all are: said again, it would make the database plan for few.
            found = f"hit WHERE kind = '{one.kind}'" if len(kinds) > 1 else "hit WHERE TRUE"
            if order:  # the nearest first: of these the first that are seen are enough
                found = f"(SELECT * FROM {found} {order} OFFSET 0) AS h WHERE thing IN ({sql})"
                parts.append(f"(SELECT * FROM {found} {order} LIMIT {at_most})")
            else:
                found = f"SELECT * FROM {found} AND thing IN ({sql})"
                # SQLite reads no deeper than this, and ranks whatever it finds.
                parts.append(
                    f"({found} ORDER BY place, id LIMIT {at_most})" if on_a_server() else found
                )
            params = [*params, *more]
    if not parts:
        return None
    return (
        f"WITH {HIDDEN}, hit AS MATERIALIZED ({hits}), seen AS ({' UNION ALL '.join(parts)})",
        params,
    )


def _ask(user, kind, hits, first, last):
    kinds = sources(user, kind)
    rare = on_a_server() and not hits.common
    order = "ORDER BY place, id" if rare else ""
    statement = _seen(user, kinds, hits.sql, hits.params, order, MOST + 1)
    if statement is None:
        return []
    sql, params = statement
    sql += (
        f", ranked AS ({hits.ranked}), placed AS (SELECT *, row_number() OVER (PARTITION BY kind"
        f" ORDER BY place / {IN_TITLE}, rank DESC, place, id) AS nth,"
        " count(*) OVER (PARTITION BY kind) AS total FROM ranked)"
        " SELECT e.kind, e.thing, e.reference, e.title,"
        " substr(e.body || ' ' || e.text, 1, 10000), e.state, e.colour, e.url, e.day,"
        " coalesce(g.name, ''), coalesce(g.slug, ''), coalesce(r.pinned, %s),"
        f" p.place < {IN_TITLE}, p.total"
        " FROM placed p JOIN search_entry e ON e.id = p.id"
        " LEFT JOIN groups_workinggroup g ON g.id = e.group_id"
        " LEFT JOIN search_remembered r"
        " ON r.user_id = %s AND r.kind = e.kind AND r.thing = e.thing"
        " WHERE p.nth BETWEEN %s AND %s ORDER BY p.nth, e.id"
    )
    with connection.cursor() as cursor:
        run = partial(execute, cursor) if rare else cursor.execute
        run(sql, [*params, *hits.rank_params, False, user.pk, first, last])
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
    where, params = _narrowed(Wanted(""))
    hits = Hits(
        "SELECT e.id, e.kind, e.thing, 0 AS place, r.at AS rank"
        " FROM search_remembered r JOIN search_entry e ON e.kind = r.kind AND e.thing = r.thing"
        " WHERE r.user_id = %s" + where,
        [user.pk, *params],
    )
    return [Found(*row) for row in _ask(user, "", hits, 1, 2 * FIRST_KEPT)]


def one(user, kind, thing):
    """A thing by its kind and number, if this person sees it; or None."""
    where, params = _narrowed(Wanted(""))
    hits = Hits(
        "SELECT e.id, e.kind, e.thing, 0 AS place, 0 AS rank FROM search_entry e"
        " WHERE e.kind = %s AND e.thing = %s" + where,
        [kind, thing, *params],
    )
    rows = _ask(user, kind, hits, 1, 1)
    return Found(*rows[0]) if rows else None


# --- near misses --------------------------------------------------------------------------------
def did_you_mean(user, wanted):
    """The search with words that stand in titles of what this person may see; "" where none is
    nearer."""
    words = wanted.words
    if not words:
        return ""
    # Numbers and the shortest words are like much, and no near miss of anything.
    days = {word for one in terms(wanted.text) if len(one) > 1 for run in one for word in run}
    long = [word for word in words if len(word) > 2 and not word.isdigit() and word not in days]
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
    if on_a_server():
        near = " OR ".join(["%s <%% lower(e.title)"] * len(words))
        hits, params = f"SELECT e.id, e.kind, e.thing FROM search_entry e WHERE ({near})", words
    else:
        hits = "SELECT e.id, e.kind, e.thing FROM search_entry e WHERE 1"
        params = []
    where, _ = _narrowed(Wanted(""))
    hits += where
    if not on_a_server():
        hits += f" ORDER BY e.id DESC LIMIT {TITLES}"
    # Whoever is shown a candidate's name leaves a trace: it is no suggestion.
    kinds = [one for one in sources(user) if not one.recorded]
    at_most = NEAR if on_a_server() else TITLES
    order = "ORDER BY id DESC" if on_a_server() else ""
    statement = _seen(user, kinds, hits, list(params), order, at_most)
    if statement is None:
        return []
    sql, params = statement
    sql += f" SELECT e.title FROM seen JOIN search_entry e ON e.id = seen.id LIMIT {at_most}"
    with connection.cursor() as cursor:
        if on_a_server():
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.4', false)")
        execute(cursor, sql, params)
        return [title for (title,) in cursor.fetchall()]
