"""Which entries have what is looked for, whoever may see them: SQL that ``finding.py`` asks of.

On PostgreSQL no more is read than is needed. The index of words counts the hits of each kind as far
as they are few. Where they are, all are taken; where not, the kind is walked by the index of days,
from today on, until there are enough: as they are many, that is soon.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from apps.core import clock

from .words import key, sought_like, terms

FEW = 600  # of one kind are fetched by their numbers and asked for one by one

EXACT, IN_TITLE, ELSEWHERE = 0, 1_000_000, 2_000_000
NEVER, PAST = 900_000, 400_000  # without a day; before today


@dataclass(frozen=True)
class Sql:
    """A piece of SQL and what it is given."""

    text: str
    params: tuple = ()

    def __add__(self, other):
        other = Sql(other) if isinstance(other, str) else other
        return Sql(self.text + other.text, (*self.params, *other.params))

    def __radd__(self, text):
        return Sql(text) + self


def joined(between, parts):
    parts = list(parts)
    return Sql(
        between.join(one.text for one in parts), tuple(p for one in parts for p in one.params)
    )


@dataclass(frozen=True)
class Hits:
    """SQL of the entries that are looked for (id, kind, thing, rank, turn, place); on a server they
    are ``gathered`` by kind.

    ``place`` is known of each at once and says how near it is: what has the reference, what has the
    words in its title, then what is to come or was last; ``turn``, which of one place is nearer.
    What has the words elsewhere is ranked (``is_ranked``): by ``ranked``, asked of those that are
    seen, or by what the hits have. Where the hits are only the nearest of a kind, whoever may see
    them, ``cut`` gives that kind, by the tables of ``before``; ``further`` gives more of it.
    """

    sql: Sql
    is_ranked: bool = False
    ranked: Sql = Sql("")
    before: Sql = Sql("")
    cut: Sql = Sql("")
    entries: Sql = Sql("")
    conditions: Sql = Sql("")
    title: Sql = Sql("NULL")
    further: Callable | None = None  # of a kind


def on_a_server():
    return connection.vendor == "postgresql"


def gathered(entries):
    """Entries as ``Hits`` has them: on a server those of a kind in one row."""
    if not on_a_server():
        return entries
    return f"SELECT kind, {TOGETHER} AS entries FROM (" + entries + ") AS every GROUP BY kind"


TOGETHER = "array_agg(ROW(id, thing, rank::float, turn::bigint, place::integer))"


def hits(wanted, kinds, nearest):
    """The entries of some kinds that have all that is looked for: of a common word the nearest."""
    return _on_a_server(wanted, kinds, nearest) if on_a_server() else _in_a_file(wanted)


# What a worker wrote late of words that have changed since is in ``hidden``.
NOT_HIDDEN = "e.id NOT IN (SELECT id FROM hidden)"


def narrowed(wanted):
    """By kind, group and time, behind another condition."""
    where = Sql("")
    for column, value in (
        ("kind =", wanted.kind),
        ("group_id =", wanted.group),
        ("day >=", wanted.since),
    ):
        if value:
            where += Sql(f" AND e.{column} %s", (value,))
    return where


def _either(phrases, either, then, around):
    """A term in the language of the database: one of these phrases."""
    begin, end = around
    said = either.join(f"{begin}{then.join(phrase)}{end}" for phrase in phrases)
    return f"({said})"


def _place(tier, least, ahead, ago):
    """Of one tier, what is next comes first, then what was last."""
    today = (clock.today(),)
    turn = Sql("CASE WHEN e.day < %s THEN -e.id ELSE e.id END AS turn, ", today)
    tier += f" + CASE WHEN e.day IS NULL THEN {NEVER}"
    tier += Sql(f" WHEN e.day >= %s THEN {least}({PAST}, {ahead})", today * 2)
    return turn + tier + Sql(f" ELSE {PAST} + {least}({PAST}, {ago}) END AS place", today)


def _tier(exact, in_title):
    return Sql(f"CASE WHEN e.key = %s THEN {EXACT} WHEN ", (exact,)) + (
        in_title + f" THEN {IN_TITLE} ELSE {ELSEWHERE} END"
    )


# --- SQLite ---------------------------------------------------------------------------------------
def _in_a_file(wanted):
    query = " AND ".join(_either(phrases, " OR ", " ", '""') for phrases in terms(wanted.text))
    in_title = Sql(
        "e.id IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)",
        ("{reference title} : (" + query + ")",),
    )
    place = _place(
        _tier(key(wanted.text), in_title),
        "min",
        "CAST(julianday(e.day) - julianday(%s) AS integer)",
        "CAST(julianday(%s) - julianday(e.day) AS integer)",
    )
    found = "SELECT e.id, e.kind, e.thing, -bm25(search_words, 8.0, 4.0, 1.0) AS rank, " + place
    found += " FROM search_words JOIN search_entry e ON e.id = search_words.rowid WHERE"
    found += Sql(f" search_words MATCH %s AND {NOT_HIDDEN}", (query,)) + narrowed(wanted)
    return Hits(found, is_ranked=True)


# --- PostgreSQL -----------------------------------------------------------------------------------
DAYS = "least", "e.day - %s::date", "%s::date - e.day"


FURTHER = 8  # times as many


def _on_a_server(wanted, kinds, nearest, is_last=False):
    query = " & ".join(_either(phrases, " | ", " <-> ", "()") for phrases in terms(wanted.text))
    asked, exact = Sql("to_tsquery('english', %s)", (query,)), key(wanted.text)
    more = narrowed(wanted)
    in_title, in_words = _has("e.named", asked), _has("e.words", asked)
    # That words follow one another is not known of those that were counted; and it is the database
    # that says which do: it parts words that Python does not.
    follow = "(SELECT " + asked + "::text !~ '<(-|[0-9]+)>')"
    nearby = [
        Sql("SELECT unnest(c.titles)"),
        Sql("SELECT e.ctid FROM search_entry e WHERE e.key = %s AND e.key != ''", (exact,))
        + " AND e.kind = c.kind AND "
        + in_words,
        _walked(_has("CASE WHEN c.by_title THEN e.named ELSE e.words END", asked), more, nearest),
    ]
    return _entries(
        _tier(exact, in_title),
        in_words,
        "(" + follow + " OR " + in_words + ") AND ",
        more,
        nearby,
        before=_counted(kinds, asked, more, "words", "named"),
        is_ranked=True,
        ranked="ts_rank(e.words, (SELECT " + asked + "))",
        further=None
        if is_last
        else lambda kind: _on_a_server(wanted, [kind], FURTHER * nearest, is_last=True),
    )


def _entries(tier, has, still, more, nearby, **how):
    """Entries that have the words, nearest by their tier. Of those that were counted, as they are
    few, ``still`` is asked; where they are many, they are those ``nearby``."""
    entries = "SELECT e.id, e.kind, e.thing, 0 AS rank, " + _place(tier, *DAYS)
    entries += " FROM search_entry e"
    more = NOT_HIDDEN + more
    sql = _found(entries, still + more, nearby)
    return Hits(sql, cut=CUT, entries=entries, conditions=has + " AND " + more, **how)


def _has(words, asked):
    """Asked of rows that come one by one. The query is made of its words once a statement; and as
    the database is told nothing of how few have them, it goes on with the index of days."""
    return f"coalesce({words} @@ (SELECT " + asked + "), FALSE)"


def _counted(kinds, asked, more, words, title=""):
    """Tables that come first: ``counted`` has, of each kind with hits, where they are if they are
    few; else where those are that have the words in their title, or that these are many.

    That words follow one another is not looked at here: there may be more than are hits. In the
    index each word has its kind before it, so that is put before those of the query too.
    """
    marked = "regexp_replace(regexp_replace(" + asked + "::text, '<(-|[0-9]+)>', '&', 'g'),"
    marked += r" '''([^'']+)''', '''~\1''', 'g')"

    def some(column, only=""):
        return (
            "(SELECT array_agg(ctid) AS at FROM (SELECT e.ctid FROM search_entry e"
            f" WHERE search_of_kind(e.kind, e.{column}) @@ a.query{only}"
            + more
            + f" LIMIT {FEW + 1}) AS first)"
        )

    few = f"cardinality(w.at) <= {FEW}"
    # Of a kind with many titles nothing else comes near enough.
    by_title = f"coalesce(cardinality(n.at), 0) > {FEW}"
    in_title = some(title) if title else Sql("(SELECT NULL::tid[] AS at)")
    return (
        "asked AS MATERIALIZED (SELECT k.kind, replace(q.words, '~', k.kind || '~')::tsquery"
        + Sql(" AS query FROM unnest(%s::text[]) AS k(kind), (SELECT ", (list(kinds),))
        + marked
        + " AS words OFFSET 0) AS q), counted AS MATERIALIZED (SELECT a.kind, w.at,"
        f" NOT {by_title} AND {few} AS is_few, {by_title} AS by_title,"
        f" CASE WHEN NOT {by_title} THEN n.at END AS titles"
        " FROM asked a CROSS JOIN LATERAL "
        + in_title
        + " AS n CROSS JOIN LATERAL "
        + some(words, f" AND NOT {by_title}")
        + f" AS w WHERE w.at IS NOT NULL OR {by_title}), "
    )


CUT = Sql("SELECT kind FROM counted WHERE NOT is_few")


def _found(entries, conditions, nearby):
    """SQL of the hits of each kind: all of few, of many those that are near by."""
    return (
        f"SELECT c.kind, (SELECT {TOGETHER} FROM ("
        + entries
        + " WHERE e.ctid = ANY (c.at) AND "
        + conditions
        + ") AS every) AS entries FROM (SELECT c.kind, CASE WHEN c.is_few THEN c.at ELSE ARRAY("
        + joined(" UNION ALL ", nearby)
        + ") END AS at FROM counted c) AS c"
    )


def _walked(has, more, nearest):
    """SQL of the nearest entries of the kind ``c`` that have the words: what is next, then what was
    last, then what has no day."""
    today = (clock.today(),)

    def walk(when, order, limit):
        return (
            "(SELECT e.ctid FROM search_entry e WHERE e.kind = c.kind AND "
            + when
            + " AND "
            + has
            + more
            + f" ORDER BY {order} LIMIT {limit})"
        )

    after = f"{nearest} - (SELECT count(*) FROM ahead)"
    return (
        "SELECT w.ctid FROM (WITH ahead AS MATERIALIZED "
        + walk(Sql("e.day >= %s", today), "e.day, e.id", str(nearest))
        + ", ago AS MATERIALIZED "
        + walk(Sql("e.day < %s", today), "e.day DESC, e.id DESC", after)
        + ", never AS MATERIALIZED "
        + walk(Sql("e.day IS NULL"), "e.day, e.id", f"{after} - (SELECT count(*) FROM ago)")
        + " SELECT * FROM ahead UNION ALL SELECT * FROM ago UNION ALL SELECT * FROM never) AS w"
    )


def like(words, wanted, kinds, nearest):
    """Entries with a half of one of these words in their title, found as hits are; and of those
    that are seen the title."""
    query = " | ".join(f"'{half}':*" for word in words for half in sought_like(word))
    asked, more = Sql("%s::tsquery", (query,)), narrowed(wanted)
    is_like = _has("e.near", asked)
    return _entries(
        Sql("0"),
        is_like,
        "",
        more,
        [_walked(is_like, more, nearest)],
        before=_counted(kinds, asked, more, "near"),
        title=Sql("(SELECT e.title FROM search_entry e WHERE e.id = seen.id)"),
    )
