"""Which entries have what is looked for, whoever may see them: SQL that ``finding.py`` asks of.

On PostgreSQL no more is read than is needed. The index of words counts the hits of each kind as far
as they are few. Where they are, all are taken; where not, the kind is walked by the index of days,
from today on, until there are enough: as they are many, that is soon.
"""

from dataclasses import dataclass

from django.db import connection

from apps.core import clock

from .words import key, terms

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
    """SQL of the entries that are looked for (id, kind, thing, rank, turn, place).

    ``place`` is known of each at once and says how near it is: what has the reference, what has the
    words in its title, then what is to come or was last; ``turn``, which of one place is nearer.
    What has the words elsewhere is ranked (``is_ranked``): by ``ranked``, asked of those that are
    seen, or by what the hits have. Where the hits are only the nearest of a kind, whoever may see
    them, ``cut`` gives that kind, by the tables of ``before``.
    """

    sql: Sql
    is_ranked: bool = False
    ranked: Sql = Sql("")
    before: Sql = Sql("")
    cut: Sql = Sql("")
    entries: Sql = Sql("")
    conditions: Sql = Sql("")
    title: Sql = Sql("NULL")


def on_a_server():
    return connection.vendor == "postgresql"


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


def _place(exact, in_title, least, ahead, ago):
    """What is next comes first, then what was last."""
    today = (clock.today(),)
    turn = Sql("CASE WHEN e.day < %s THEN -e.id ELSE e.id END AS turn, ", today)
    tier = Sql(f"CASE WHEN e.key = %s THEN {EXACT} WHEN ", (exact,)) + in_title
    tier += f" THEN {IN_TITLE} ELSE {ELSEWHERE} END + CASE WHEN e.day IS NULL THEN {NEVER}"
    tier += Sql(f" WHEN e.day >= %s THEN {least}({PAST}, {ahead})", today * 2)
    return turn + tier + Sql(f" ELSE {PAST} + {least}({PAST}, {ago}) END AS place", today)


# --- SQLite ---------------------------------------------------------------------------------------
def _in_a_file(wanted):
    query = " AND ".join(_either(phrases, " OR ", " ", '""') for phrases in terms(wanted.text))
    place = _place(
        key(wanted.text),
        Sql(
            "e.id IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)",
            ("{reference title} : (" + query + ")",),
        ),
        "min",
        "CAST(julianday(e.day) - julianday(%s) AS integer)",
        "CAST(julianday(%s) - julianday(e.day) AS integer)",
    )
    found = "SELECT e.id, e.kind, e.thing, -bm25(search_words, 8.0, 4.0, 1.0) AS rank, " + place
    found += " FROM search_words JOIN search_entry e ON e.id = search_words.rowid WHERE"
    found += Sql(f" search_words MATCH %s AND {NOT_HIDDEN}", (query,)) + narrowed(wanted)
    return Hits(found, is_ranked=True)


# --- PostgreSQL -----------------------------------------------------------------------------------
def _on_a_server(wanted, kinds, nearest):
    query = " & ".join(_either(phrases, " | ", " <-> ", "()") for phrases in terms(wanted.text))
    exact, more = key(wanted.text), narrowed(wanted)
    few = f"cardinality(ids) <= {FEW}"
    # Of a kind with many titles nothing else comes near enough.
    by_title, by_words = (f"NOT {few} AND cardinality(titles) {sign} {FEW}" for sign in (">", "<="))
    picked = [
        Sql(f"SELECT unnest(ids) AS id FROM counted WHERE {few}"),
        Sql(f"SELECT unnest(titles) FROM counted WHERE {by_words}"),
        Sql("SELECT e.id FROM search_entry e WHERE e.key = %s AND e.key != '' AND ", (exact,))
        + _has("words", query),
        _walked("named", query, by_title, more, nearest),
        _walked("words", query, by_words, more, nearest),
    ]
    place = _place(exact, _has("named", query), "least", "e.day - %s::date", "%s::date - e.day")
    entries = "SELECT e.id, e.kind, e.thing, 0 AS rank, " + place + " FROM search_entry e"
    conditions = _has("words", query) + f" AND {NOT_HIDDEN}" + more
    # That words follow one another is not known of those that were counted; and it is the database
    # that says which do: it parts words that Python does not.
    follow = Sql("(SELECT to_tsquery('english', %s)::text !~ '<(-|[0-9]+)>')", (query,))
    where = "(" + follow + " OR " + _has("words", query) + f") AND {NOT_HIDDEN}" + more
    return Hits(
        entries + " WHERE e.id = ANY (ARRAY(" + joined(" UNION ", picked) + ")) AND " + where,
        is_ranked=True,
        ranked=Sql("ts_rank(e.words, (SELECT to_tsquery('english', %s)))", (query,)),
        before=_counted(query, kinds, more),
        cut=Sql(f"SELECT kind FROM counted WHERE NOT {few}"),
        entries=entries,
        conditions=conditions,
    )


def _has(column, query):
    """Asked of rows that come one by one. The query is made of its words once a statement; and as
    the database is told nothing of how few have them, it goes on with the index of days."""
    return Sql(f"coalesce(e.{column} @@ (SELECT to_tsquery('english', %s)), FALSE)", (query,))


# The words of a query, each with a mark before it in place of a kind; and nothing of their order.
MARKED = (
    "regexp_replace(regexp_replace(to_tsquery('english', %s)::text, '<(-|[0-9]+)>', '&', 'g'),"
    r" '''([^'']+)''', '''~\1''', 'g')"
)


def _counted(query, kinds, more):
    """Tables that come first: ``counted`` has, of each kind with hits, which they are, and of many
    those with the words in their title; some of them, one more than are few. That words follow one
    another is not looked at here: there may be more than are hits."""

    def some(column, only=""):
        return (
            "(SELECT array_agg(id) AS ids FROM (SELECT e.id FROM search_entry e"
            f" WHERE search_of_kind(e.kind, e.{column}) @@ a.query{only}"
            + more
            + f" LIMIT {FEW + 1}) AS one)"
        )

    return (
        Sql(
            "asked AS MATERIALIZED (SELECT k.kind, replace(q.words, '~', k.kind || '~')::tsquery"
            f" AS query FROM unnest(%s::text[]) AS k(kind), (SELECT {MARKED} AS words OFFSET 0)"
            " AS q), counted AS MATERIALIZED (SELECT a.kind, w.ids, coalesce(n.ids, '{}') AS titles"
            " FROM asked a CROSS JOIN LATERAL ",
            (list(kinds), query),
        )
        + some("words")
        + " AS w CROSS JOIN LATERAL "
        + some("named", f" AND cardinality(w.ids) > {FEW}")
        + " AS n WHERE w.ids IS NOT NULL), "
    )


def _walked(column, query, which, more, nearest):
    """SQL of the nearest entries of some kinds that have the words: what is next, then what was
    last, then what has no day."""
    today = (clock.today(),)

    def walk(when, order, limit):
        return (
            "(SELECT e.id FROM search_entry e WHERE e.kind = k.kind AND "
            + when
            + " AND "
            + _has(column, query)
            + more
            + f" ORDER BY {order} LIMIT {limit})"
        )

    after = f"{nearest} - (SELECT count(*) FROM ahead)"
    return (
        f"SELECT w.id FROM (SELECT kind FROM counted WHERE {which}) AS k CROSS JOIN LATERAL (WITH"
        " ahead AS MATERIALIZED "
        + walk(Sql("e.day >= %s", today), "e.day, e.id", str(nearest))
        + ", ago AS MATERIALIZED "
        + walk(Sql("e.day < %s", today), "e.day DESC, e.id DESC", after)
        + ", never AS MATERIALIZED "
        + walk(Sql("e.day IS NULL"), "e.day, e.id", f"{after} - (SELECT count(*) FROM ago)")
        + " SELECT id FROM ahead UNION ALL SELECT id FROM ago UNION ALL SELECT id FROM never) AS w"
    )


# --- titles that are like words -------------------------------------------------------------------
SHORT = 5  # letters


def _halves(word):
    """SQL: with one letter amiss, the beginning or the end of a word is as it was."""
    if len(word) <= SHORT:  # of less than three letters the index knows where they begin a word
        return (
            "lower(e.title) LIKE left(%s, 2) || '%%'",
            "lower(e.title) LIKE '%% ' || left(%s, 2) || '%%'",
            "lower(e.title) LIKE '%%' || right(%s, 3) || '%%'",
        )
    half = "(%s, length(%s) / 2)"
    return (
        f"lower(e.title) LIKE '%%' || left{half} || '%%'",
        f"lower(e.title) LIKE '%%' || right{half} || '%%'",
    )


def like(words, wanted):
    """Entries with a half of one of these words in their title, of each kind the newest; and of
    those that are seen the title, where it is like a word.

    What has neither half of a word need not be compared, which takes ten times as long.
    """
    has = joined(
        " OR ", [Sql(part, (word,) * part.count("%s")) for word in words for part in _halves(word)]
    )
    these = "(" + has + f") AND {NOT_HIDDEN}" + narrowed(wanted)
    entries = Sql("SELECT e.id, e.kind, e.thing, 0 AS rank, -e.id AS turn, 0 AS place")
    entries += " FROM search_entry e"
    near = f"SELECT id FROM spread WHERE nth <= {FEW}"
    return Hits(
        entries + f" WHERE e.id = ANY (ARRAY({near}))",
        before="spread AS MATERIALIZED (SELECT * FROM (SELECT e.id, e.kind, row_number() OVER"
        ' (PARTITION BY e.kind COLLATE "C" ORDER BY e.id DESC) AS nth FROM search_entry e WHERE '
        + these
        + f") AS every WHERE nth <= {FEW + 1}), ",
        cut=Sql(f"SELECT kind FROM spread WHERE nth = {FEW + 1}"),
        entries=entries,
        conditions=these,
        title="(SELECT e.title FROM search_entry e WHERE e.id = seen.id AND ("
        + joined(" OR ", [Sql("%s <%% lower(e.title)", (word,)) for word in words])
        + "))",
    )
