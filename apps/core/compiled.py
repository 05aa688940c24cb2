"""Queries that are the same at every request but for a value or two: built once a process.

Building a query with several subqueries costs Django more than most databases take to answer it.
``Kept`` remembers what a function of a person built. The function is called with a stand-in, twice,
at two moments of the day; so what it takes from the person and from the clock is known, and is put
in afterwards for whoever asks.
"""

from copy import copy
from datetime import UTC, datetime, time
from functools import lru_cache, wraps
from itertools import chain
from operator import attrgetter, methodcaller

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql import Query

from . import clock
from .prepared import planned


def sql_of(make, *args):
    """SQL and parameters of the query ``make(*args)``: remembered for each kind of database.

    ``make`` is a function of a module, its arguments can be hashed, and what it gives depends on
    nothing else: not on the clock, not on rows.
    """
    return _sql_of(connections[DEFAULT_DB_ALIAS].vendor, make, args)


@lru_cache(maxsize=256)
def _sql_of(vendor, make, args):
    return make(*args).sql_with_params()


# --- what is known of a person ------------------------------------------------------------------
LONG = 900  # characters of SQL: what takes longer to plan than to answer
FIRST_MARK = -4_815_162_342  # marks are keys that nothing has: this one and those below it


class Somebody:
    """Stands for a person while a query is built, and notes what it depends on.

    Their key and the ``late`` sets of keys are marks, filled in when the query is run. For
    everything else, a permission say, the query is good for whoever gives the same ``answers``.
    """

    is_authenticated = True
    pk = id = FIRST_MARK

    def __init__(self, person):
        self.person = person
        self.answers = []  # (question, answer): what else was asked
        self.marks = {FIRST_MARK: lambda person: (person.pk,)}  # mark: the keys it stands for

    @property
    def __class__(self):  # conditions take it for a person
        return self.person.__class__

    @property
    def _meta(self):
        return self.person._meta

    def _is_pk_set(self):
        return True

    def has_perm(self, perm, obj=None):
        if obj is not None:
            raise TypeError("A query that is kept asks for no permission on one thing.")
        return self.ask(methodcaller("has_perm", perm))

    def __getattr__(self, name):
        if name.startswith("_") and not name.endswith("__"):  # what is remembered of the person
            raise TypeError(f"A query that is kept does not depend on {name}: see late and asked.")
        return self.ask(attrgetter(name))

    def ask(self, question):
        answer = question(self.person)
        if not isinstance(answer, bool | str | frozenset | None):
            raise TypeError(f"A query that is kept does not depend on {answer!r}.")
        self.answers.append((question, answer))
        return answer

    def mark(self, keys):
        return Late({self.place(keys)})

    def place(self, keys):
        mark = FIRST_MARK - len(self.marks)
        self.marks[mark] = keys
        return mark


class Late(frozenset):
    """Stands for a set of keys while a query is built. Whether it is empty is not known yet: a form
    of the query that hangs on it would be good for nobody else."""

    def __bool__(self):
        raise TypeError("A query that is kept does not depend on whether a late set is empty.")


def late(keys):
    """Decorate what gives a set of keys of a person, so that a query can be kept without them."""
    return _of_person(keys, Somebody.mark)


def asked(question):
    """Decorate what says something of a person on which the form of a query may depend."""
    return _of_person(question, Somebody.ask)


def _of_person(function, note):
    @wraps(function)
    def known(user, *args, **kwargs):
        if type(user) is not Somebody:
            return function(user, *args, **kwargs)
        return note(user, lambda person: function(person, *args, **kwargs))

    return known


# --- what is kept -------------------------------------------------------------------------------
class Statement:
    """SQL with places for what is known late: the keys that marks stand for, and moments."""

    def __init__(self, builds):
        """``builds``: the same as it was built at two moments, each as SQL, parameters, moment and
        marks."""
        (sql, first, begun, marks), (same, second, ended, _) = builds
        parts = sql.split("%s")
        if sql != same or not len(parts) - 1 == len(first) == len(second):
            raise TypeError(f"This query changes with the clock: {sql}")
        self.parts, self.params, self.marks, self.moments = parts[:1], [], {}, {}
        for value, later, part in zip(first, second, parts[1:], strict=True):
            if value == later and isinstance(value, str) and value.isidentifier():
                # A state, say: SQLite plans anew, each time, for one that is a parameter.
                self.parts[-1] += "'" + value + "'" + part
                continue
            if value != later:
                self.moments[value] = since = as_moment(value) - begun
                if as_moment(later) - ended != since:
                    raise TypeError(f"Not as far from now all day: {value}, {later}")
            elif value in marks:
                self.marks[value] = marks[value]
            self.params.append(value)
            self.parts.append(part)
        self.known = {}  # SQL by how many keys stand in each place

    def of(self, person, given=()):
        """SQL and parameters for this person, now; ``given`` are keys of things."""
        late = {}
        for mark, keys in self.marks.items():
            found = (given[keys],) if isinstance(keys, int) else keys(person)
            # Nothing has a mark as its key: it stays where there are no keys.
            late[mark] = _rounded(found or (mark,))
        if self.moments:
            now, adapt = clock.now(), connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value
            late |= {value: (adapt(now + since),) for value, since in self.moments.items()}
        given = [late.get(value) or (value,) for value in self.params]
        many = tuple(map(len, given))
        if many not in self.known:
            places = (", ".join(["%s"] * one) for one in many)
            rest = zip(places, self.parts[1:], strict=True)
            self.known[many] = self.parts[0] + "".join(chain.from_iterable(rest))
        return self.known[many], list(chain.from_iterable(given))


def _rounded(keys):
    """As many as the next power of two, the last of them repeated: so that the SQL of many people
    is the same, and a database that keeps plans of it keeps few."""
    keys = tuple(keys)
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys))


def as_moment(value):
    """A parameter as the moment that it is: SQLite has it as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


HOURS = time(9, 0, 0, 1), time(17, 31, 7, 222)


class Form:
    """One form of a query, for whoever gives the same answers. No ``rows``: it cannot have any."""

    def __init__(self, make, at_most, person, today):
        self.make, self.today = make, today
        self.is_of_any_day = True  # until it asks the clock
        self.rows = self._built(person, lambda query: self._compiled(query[:at_most]))

    def _built(self, person, compiled):
        """The statement of what ``compiled(query)`` gives, SQL and parameters; None where it can
        have no rows."""
        found = []
        for hour in HOURS:
            moment = datetime.combine(self.today, hour, tzinfo=clock.LONDON)
            with clock.at(lambda moment=moment: self._asked(moment)):
                somebody = Somebody(person)
                query = self.make(somebody)
                self.answers = somebody.answers
                try:
                    found.append((*compiled(query), moment, somebody.marks))
                except EmptyResultSet:
                    return None
        return Statement(found)

    def _asked(self, moment):
        self.is_of_any_day = False
        return moment

    def _compiled(self, query):
        self.compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        sql = self.compiler.as_sql()
        self.model, self.reading = query.model, query._iterable_class
        self.converters = self.compiler.get_converters(
            [column for column, *_ in self.compiler.select]
        )
        return sql

    def gate(self, person):
        """Whether there are rows, as a statement: most forms are never asked for it."""
        if not hasattr(self, "_gate"):
            self._gate = self.rows and self._built(
                person, lambda query: query.query.exists().sql_with_params()
            )
        return self._gate

    def fits(self, person):
        return all(question(person) == answer for question, answer in self.answers)


class Bound(Query):
    """What a queryset takes for its query: everything is in place, it is only to be run."""

    def __init__(self, form, person, anew, given):
        self.form, self.statement, self.anew = form, form.rows.of(person, given), anew

    def get_compiler(self, using=None, connection=None, elide_empty=True):
        compiler = copy(self.form.compiler)
        compiler.connection = connections[using]  # this thread's
        is_long = len(self.statement[0]) > LONG and not self.anew
        compiler.as_sql = lambda: planned(*self.statement) if is_long else self.statement
        compiler.get_converters = lambda columns: self.form.converters
        return compiler


class Kept:
    """A query that is built once a process and day for all to whom it is alike, and once for all
    days where it does not ask what day it is.

    ``make(user)`` gives a queryset. It depends on nothing but what it asks of the person and of the
    clock: the day, or moments that are as far from now all day. With ``anew`` a database plans it
    for whoever asks: where it finds few of many rows by a day, a plan for any day is a bad one.
    """

    FORMS = 64  # where there are more, each person's answers are their own: they begin anew

    def __init__(self, make, at_most=None, *, anew=False):
        self.make, self.at_most, self.anew = make, at_most, anew
        self._kept = None, []  # of which day and kind of database, and its forms

    def _form(self, user):
        when = clock.today(), connections[DEFAULT_DB_ALIAS].vendor
        of, forms = self._kept
        if when != of or len(forms) > self.FORMS:
            still = of is not None and of[1] == when[1] and len(forms) <= self.FORMS
            forms = [form for form in forms if still and form.is_of_any_day]
            self._kept = when, forms
        for form in forms:
            if form.fits(user):
                return form
        form = Form(self.make, self.at_most, user, when[0])
        forms.append(form)
        return form

    def gate(self, user):
        """SQL and parameters that ask whether it has a row for this person; None: it cannot."""
        gate = self._form(user).gate(user)
        return gate and gate.of(user)

    def sql(self, user):
        """SQL and parameters of its rows, for another statement; None: it cannot have any."""
        rows = self._form(user).rows
        return rows and rows.of(user)

    def rows(self, user, *given):
        """Its rows for this person, ``at_most`` so many: a queryset to be read as it is."""
        form = self._form(user)
        if form.rows is None:
            return ()
        found = QuerySet(form.model, Bound(form, user, self.anew, given))
        found._iterable_class = form.reading
        return found


class KeptFor(Kept):
    """The same of a person and a thing: ``make(user, key)``. The key is a big integer, as those of
    tables are, and filled in when it runs: ``rows(user, key)``.
    """

    def __init__(self, make, at_most=None, **kwargs):
        super().__init__(lambda user: make(user, user.place(0)), at_most, **kwargs)


class Nobody:
    """Whom a query of things alone is kept for."""

    pk = None


class KeptOf(KeptFor):
    """The same of a thing alone: ``make(key)`` asks nothing of anybody."""

    def __init__(self, make, at_most=None, **kwargs):
        super().__init__(lambda _, key: make(key), at_most, **kwargs)

    def rows(self, *given):
        return super().rows(Nobody, *given)


def rows_of(make, *args):
    """The rows of ``make(*args)``, a queryset that depends on nothing but these and the clock."""
    return _kept_of(make, args).rows(0)


@lru_cache(maxsize=256)
def _kept_of(make, args):
    return KeptOf(lambda _: make(*args))
