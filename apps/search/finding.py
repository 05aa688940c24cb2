"""Finding: one statement asks the index and, of what it finds, what this person may see.

Each kind's ``visible_to`` stands in it as SQL that is built once a process and day
(``core/compiled.py``). Every kind that the person could see is asked whether it was found or not:
so what is hidden costs as much as what is not there. What is seen is then put in order and read.
"""

import difflib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection

from apps.core.dates import day
from apps.core.prepared import execute
from apps.core.searching import SEARCHED
from apps.core.templatetags.nhs import tag_of

from .hits import (
    ELSEWHERE,
    IN_TITLE,
    NOT_HIDDEN,
    Hits,
    Sql,
    gathered,
    hits,
    joined,
    like,
    narrowed,
    on_a_server,
)
from .ways import near, ways
from .words import Shown, asked, can_be_near, fold, is_like, terms

FIRST = 3  # of each kind, where all kinds are shown
PAGE = 25
MOST = 100  # of one kind are counted, and shown page by page; more are *more than 100*
OF_ALL = 20  # of each, where all kinds are shown
NEARBY = 2  # times as many as are counted are looked at
TITLES = 2000  # newest ones whose words are compared, in SQLite
FIRST_KEPT = 10
NEAR = 50  # titles of each kind are compared, where it has: those with a half of the word


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

    @property
    def most(self):
        """So many of each kind are counted."""
        return MOST if self.kind else OF_ALL

    @property
    def nearest(self):
        """So many of each kind are asked for one by one, whoever may see them."""
        return NEARBY * self.most


NO_MARKS = Shown(())


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
    shown: Shown = field(repr=False, default=NO_MARKS)

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
    kinds = sources(user, wanted.kind)
    rows = _ask(user, kinds, _looked_for(wanted, kinds), first, last, wanted.most + 1)
    shown = Shown(words)
    return [Found(*row, shown=shown) for row in rows]


def _looked_for(wanted, kinds):
    return hits(wanted, [one.kind for one in kinds], wanted.nearest)


# What a worker wrote late of words that have changed since: few, and none mostly.
HIDDEN = (
    "WITH hidden AS MATERIALIZED (SELECT e.id FROM search_stale s JOIN search_entry e"
    " ON e.kind = s.kind AND e.thing = s.thing WHERE s.hides)"
)
NEAR_FIRST = "ORDER BY place, turn"
# The hits of a kind, on a server: together in one row, so that no kind reads those of others.
OF_KIND = (
    "hit AS g, unnest(g.entries)"
    " AS h(id bigint, thing bigint, rank float, turn bigint, place integer)"
)
# Few rows of these are of one person. Read first, they lead to what is theirs by an index.
OF_ONE = re.compile(
    r' IN (\(SELECT \w\d\."\w+"(?: AS "\w+")? FROM (?:"groups_workinggroup" \w\d'
    r' WHERE \w\d\."(?:id" IN \([%s, ]+\)|state" = \'closed\')'
    r'|"meetings_attendance" \w\d WHERE \(\w\d\."extra" AND \w\d\."user_id" = %s\))\))'
)


def _things(one, user):
    """SQL of the keys of what the person sees of a kind; None: there cannot be any."""
    statement = one.seen.sql(user)
    if statement is None:
        return None
    text, params = statement
    return Sql(_early(text) if on_a_server() else text, params)


@lru_cache(maxsize=512)
def _early(text):
    return OF_ONE.sub(r" = ANY (ARRAY\1)", text)


class Seen(NamedTuple):
    """An entry that the person sees."""

    id: int
    kind: str
    rank: Any
    turn: int
    place: int
    title: str | None  # where titles are looked for


def _seen(user, kinds, hits, at_most):
    """{kind: [Seen]} of the hits that the person sees, by the rows of each kind; of each kind the
    nearest. What one may not see is gone before it could fill them.

    Where not all are among the hits, and not enough of these are seen, it is looked further, or the
    kind is asked from the other side: what the person sees at all, and what of that is looked for.
    """
    near, things = [], {}
    for one in kinds:
        if (mine := _things(one, user)) is None:
            continue
        things[one.kind] = mine
        if not on_a_server():  # SQLite reads no deeper than this, and ranks whatever it finds
            hit = f"SELECT * FROM hit WHERE kind = '{one.kind}' AND thing IN ("
            near.append(hit + mine + ")")
            continue
        hit = f"(SELECT '{one.kind}' AS kind, h.* FROM {OF_KIND} WHERE g.kind = '{one.kind}'"
        hit += f" {NEAR_FIRST} OFFSET 0) AS hit"
        seen = f"(SELECT * FROM {hit} WHERE EXISTS (SELECT FROM (" + mine + ") AS mine(pk)"
        seen += f" WHERE mine.pk = hit.thing OFFSET 0) {NEAR_FIRST} LIMIT {at_most})"
        near.append(seen)
    if not near:
        return {}
    every = f"{HIDDEN}, " + hits.before + "hit AS MATERIALIZED (" + hits.sql + ") " + _told(hits)
    every += joined(" UNION ALL ", near) + ") AS seen"
    if hits.cut.text:
        every += " UNION ALL SELECT NULL, kind, 0, 0, 0, NULL FROM (" + hits.cut + ") AS cut"
    found, cut = {kind: [] for kind in things}, []
    for row in _rows(every):
        if row[0] is None:
            cut.append(row[1])
        else:
            found[row[1]].append(Seen(*row))
    for kind in cut:
        some = len(found.get(kind, ()))
        if some >= at_most or kind not in things:
            continue
        if hits.further and some >= at_most / 4:  # who sees a good part of it need not go far
            own = [one for one in kinds if one.kind == kind]
            found |= _seen(user, own, hits.further(kind), at_most)
        else:
            found[kind] = [Seen(*row) for row in _rows(_beyond(kind, things[kind], hits, at_most))]
    return found


def _beyond(kind, things, hits, at_most):
    """SQL of the hits among all that the person sees of a kind, the nearest."""
    hit = hits.entries + f" WHERE e.kind = '{kind}' AND e.thing = ANY (ARRAY(" + things + ")) AND "
    hit += hits.conditions + f" {NEAR_FIRST} LIMIT {at_most}"
    return f"{HIDDEN} " + _told(hits) + hit + ") AS seen"


def _told(hits):
    return "SELECT id, kind, rank, turn, place, " + hits.title + " FROM ("


def _rows(sql):
    with connection.cursor() as cursor:
        execute(cursor, sql.text, sql.params)
        return cursor.fetchall()


def _among(ids):
    """A condition on entries: one parameter, however many, where the database can."""
    if on_a_server():
        return Sql("e.id = ANY (%s)", (list(ids),))
    return Sql(f"e.id IN ({', '.join(['%s'] * len(ids))})", tuple(ids))


def _ranked(seen, hits):
    """{kind: those of it in their order}"""
    ranks = {}
    below = [one.id for some in seen.values() for one in some if one.place >= ELSEWHERE]
    if hits.ranked.text and below:
        sql = "SELECT e.id, " + hits.ranked + " FROM search_entry e WHERE " + _among(below)
        ranks = dict(_rows(sql))

    def rank(one):
        if not hits.is_ranked:
            return one.rank
        return ranks.get(one.id, one.rank) if one.place >= ELSEWHERE else 0

    for some in seen.values():
        some.sort(key=attrgetter("place", "turn"))
        some.sort(key=rank, reverse=True)
        some.sort(key=lambda one: one.place // IN_TITLE)
    return seen


def _ask(user, kinds, hits, first, last, at_most=MOST):
    """Rows of those that the person sees, from the first to the last of each kind."""
    ranked = _ranked(_seen(user, kinds, hits, at_most), hits)
    shown = {
        one.id: (nth, one.id, one.place < IN_TITLE, len(some))
        for some in ranked.values()
        for nth, one in enumerate(some[first - 1 : last], first)
    }
    if not shown:
        return []
    found = [(*shown[row[0]], row[1:]) for row in _rows(_whole(user, shown))]
    return [(*_row(row), exact, total) for _, _, exact, total, row in sorted(found)]


def _whole(user, ids):
    """SQL of entries as they are shown."""
    return (
        f"{HIDDEN} SELECT e.id, e.kind, e.thing, e.reference, e.title,"
        " substr(e.body || ' ' || e.text, 1, 10000), e.state, e.colour, e.url, e.day,"
        + Sql(" coalesce(g.name, ''), coalesce(g.slug, ''), coalesce(r.pinned, %s)", (False,))
        + " FROM search_entry e LEFT JOIN groups_workinggroup g ON g.id = e.group_id"
        " LEFT JOIN search_remembered r"
        + Sql(" ON r.user_id = %s AND r.kind = e.kind AND r.thing = e.thing", (user.pk,))
        + f" WHERE {NOT_HIDDEN} AND "
        + _among(ids)
    )


def _row(row):
    """SQLite gives a day as text."""
    row = list(row)
    if isinstance(row[8], str):
        row[8] = date.fromisoformat(row[8])
    return row


# --- things by name -----------------------------------------------------------------------------
def remembered(user):
    """What this person pinned, and what they opened last, as far as they still see it."""
    at = "extract(epoch FROM r.at)" if on_a_server() else "julianday(r.at)"
    things = Sql(
        f"SELECT e.id, e.kind, e.thing, {at} AS rank, 0 AS turn, 0 AS place"
        " FROM search_remembered r JOIN search_entry e ON e.kind = r.kind AND e.thing = r.thing"
        f" WHERE r.user_id = %s AND {NOT_HIDDEN}",
        (user.pk,),
    )
    return [
        Found(*row) for row in _ask(user, sources(user), Hits(gathered(things)), 1, 2 * FIRST_KEPT)
    ]


def one(user, kind, thing):
    """A thing by its kind and number, if this person sees it; or None."""
    known = Sql(
        "SELECT e.id, e.kind, e.thing, 0 AS rank, 0 AS turn, 0 AS place FROM search_entry e"
        f" WHERE e.kind = %s AND e.thing = %s AND {NOT_HIDDEN}",
        (kind, thing),
    )
    rows = _ask(user, sources(user, kind), Hits(gathered(known)), 1, 1)
    return Found(*rows[0]) if rows else None


# --- near misses --------------------------------------------------------------------------------
def did_you_mean(user, wanted):
    """The search with words that lead this person to places, or stand in titles of what they may
    see, of the kind, group and time that were chosen; "" where none is nearer."""
    words = wanted.words
    if not words:
        return ""
    days = {word for one in terms(wanted.text) if len(one) > 1 for run in one for word in run}
    long = [word for word in words if can_be_near(word) and word not in days]
    if not long:
        return ""
    known = {word for title in _titles(user, long, wanted) for word in fold(title).split()}
    known = sorted(filter(can_be_near, known | near(user, long)))
    nearer = []
    for word in words:
        close = [one for one in known if is_like(word, one)] if word in long else []
        close = difflib.get_close_matches(word, close, n=1, cutoff=0.75)
        nearer.append(close[0] if close else word)
    said = " ".join(nearer)
    # A single word stands in a title that is seen or leads to a place; of several, perhaps nothing
    # has all.
    is_sure = len(words) == 1 or ways(user, said)
    if nearer == words or not (is_sure or _finds_any(user, replace(wanted, text=said))):
        return ""
    return said


def _suggested(user, kind):
    """Whoever is shown a candidate leaves a trace: they are no suggestion."""
    return [one for one in sources(user, kind) if not one.recorded]


def _finds_any(user, wanted):
    kinds = _suggested(user, wanted.kind)
    return any(_seen(user, kinds, _looked_for(wanted, kinds), wanted.most + 1).values())


def _titles(user, words, wanted):
    kinds = _suggested(user, wanted.kind)
    if on_a_server():
        hits = like(words, wanted, [one.kind for one in kinds], NEARBY * NEAR)
        at_most = NEAR
    else:
        newest = (
            "SELECT e.id, e.kind, e.thing, 0 AS rank, -e.id AS turn, 0 AS place FROM search_entry e"
            f" WHERE {NOT_HIDDEN}" + narrowed(wanted) + f" ORDER BY e.id DESC LIMIT {TITLES}"
        )
        title = Sql("(SELECT e.title FROM search_entry e WHERE e.id = seen.id)")
        hits, at_most = Hits(newest, title=title), TITLES
    seen = _seen(user, kinds, hits, at_most)
    return [one.title for some in seen.values() for one in some if one.title is not None]
