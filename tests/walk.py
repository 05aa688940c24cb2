"""One walk of the site: each address of the matrix, as each kind of person, is fetched once.

What was answered is kept for the run, by table, so that every test that wants to look at it can,
whichever worker it runs on: ``walk.visits(table)``.
"""

import json
import os
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, TextField, Value
from django.db.models.functions import Concat
from django.test import TestCase, override_settings
from django.urls import is_valid_path, reverse

from apps.accounts import session_life
from apps.core.models import AuditEntry, FirstPress

from .factories import UserFactory, just_shown, with_second_factor
from .matrix import ACTORS, build_world, clients, tables
from .prepared import alone, as_the_site

TABLES = list(tables())
POPULATE = [table.populate for table in TABLES if hasattr(table, "populate")]
ROOT = "root"  # a superuser: not of the matrix, but what is secret is secret from them too
MARKUP = "<marquee>"  # no page of ours has one
CODED = (AuditEntry, FirstPress)  # sealed; and named after moves
WORDS = {
    *("full_name", "known_as", "name", "title", "summary", "purpose", "place", "description"),
    *("text", "body", "note", "reason", "reasons", "comment", "detail", "answer", "explanation"),
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Visit:
    """What one row of the matrix answered to one person."""

    row: str
    actor: str
    status: int
    url: str
    shows: list[str]  # secrets that are not for this person
    recorded: bool  # whether the audit trail has more than before, of what is posted
    faults: list[str] = field(default_factory=list)  # of the page, where the answer is one
    scripts: list[str] = field(default_factory=list)  # what nobody can do where no script runs
    forms: list[tuple[str, list[str]]] = field(default_factory=list)  # of the page: where to, what
    sent: list[str] | None = None  # the names of what was posted, where that was done
    kept: tuple[dict, str] | None = None  # headers and text, if there is something new to see


class Page(HTMLParser):
    """What one reading of a page tells.

    ``places``  where its elements stand: within which four, and what one taps also after which;
                the names of their attributes count, their words and values do not
    ``faults``  what no page may have
    ``scripts`` what only a script could do
    ``links``   where its links and forms lead to
    ``crumbs``  where the places above it are, from the home page down; ``section`` is where the
                marked entry of the menu leads
    ``forms``   those that post: of what address, and the names of what each sends
    """

    # Hidden where no script runs, and not needed: the menu then goes over several lines, and a
    # password is typed unseen.
    AIDS = {"nhsuk-header__menu", "nhsuk-header__menu-toggle", "nhsuk-password-input__toggle"}
    SENDS = {"submit", "image"}
    TAPPED = {"a", "button", "input", "select", "summary", "textarea"}  # not too near each other
    NAMED = {"button", "input", "select", "textarea"}

    def __init__(self, html):
        super().__init__()
        self.faults, self.scripts, self.form = [], [], None
        self.headings, self.level, self.title, self.ids = 0, 1, "", set()
        self.places, self.open = set(), [[("page",), None]]  # each with what came last in it
        self.links, self.forms, self.crumbs, self.in_site = set(), [], [], False
        self.section = None
        self.feed(html)
        self.close()
        if self.headings != 1:
            self.faults.append(f"{self.headings} h1 headings")
        if not self.title.strip():
            self.faults.append("no title")

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if f"<{tag}>" == MARKUP:
            self.faults.append(f"words are not escaped after {self.open[-1]}")
        one = (tag, given.get("class"), given.get("type"), *sorted(given))
        self._place(one)
        if tag not in VOID:
            self.open.append([one, None])
        if tag in HEADINGS:
            self._heading(int(tag[1]))
        if (name := given.get("id")) is not None:
            if name in self.ids:
                self.faults.append(f"a second {name!r} among the ids")
            self.ids.add(name)
        if tag == "a":
            self.links.add(given.get("href"))
            if given.get("class") == "nhsuk-breadcrumb__link":
                self.crumbs.append(given.get("href"))
            in_menu = given.get("class") == "nhsuk-header__navigation-link"
            if in_menu and given.get("aria-current"):
                self.section = given.get("href")
        self.in_site = self.in_site or tag == "header"
        if tag == "form":
            self.form = {"of": given.get("action") or "", "sends": False, "names": []}
            self.links.add(self.form["of"])
            if given.get("method") == "post":
                self.forms.append(self.form)
        if tag in self.NAMED and self.form and "name" in given:
            self.form["names"].append(given["name"])
        if not set((given.get("class") or "").split()) & self.AIDS:
            self._without_scripts(tag, given)

    def _without_scripts(self, tag, given):
        if tag == "a" and (given.get("href") or "#").strip().lower() in ("#", "javascript:"):
            self.scripts.append(f"a link to nowhere: {given}")
        if tag in ("button", "input"):
            kind = given.get("type", "submit" if tag == "button" else "text")
            if kind in self.SENDS and self.form:
                self.form["sends"] = True
            if kind in self.SENDS and not self.form and "form" not in given:
                self.scripts.append(f"a button outside of a form: {given}")
            if kind == "button":
                self.scripts.append(f"a button for scripts alone: {given}")
        if "hidden" in given:
            self.scripts.append(f"<{tag}> waits to be shown: {given}")
        self.scripts += [f"<{tag} {name}>" for name in given if name.startswith("on")]

    def handle_endtag(self, tag):
        if tag not in VOID and tag in (element[0] for element, _ in self.open):
            while self.open.pop()[0][0] != tag:
                pass  # its end was left out
        if tag == "form" and self.form:
            if not self.form["sends"]:
                self.scripts.append(f"a form without a button: {self.form['of'] or 'this page'}")
            self.form = None

    def handle_data(self, data):
        if self.open[-1][0][0] == "title":
            self.title += data
        if data.strip():
            self._place("words")

    def forms_at(self, url):
        """[(address, names)] of its forms, if this page was fetched from there."""
        return [(urlsplit(urljoin(url, form["of"])).path, form["names"]) for form in self.forms]

    def _place(self, one):
        within = tuple(parent for parent, _ in self.open[-4:])
        after = self.open[-1][1] if one[0] in self.TAPPED else None
        self.places.add((within, after, one))
        self.open[-1][1] = one

    def _heading(self, level):
        self.headings += level == 1
        if level > self.level + 1:
            self.faults.append(f"a heading of level {level} after one of level {self.level}")
        self.level = level


def rows_of(table):
    """Its addresses, and then its moves, by what a reader calls them."""
    rows = getattr(table, "ROWS", [])
    found = {str(row): row for row in rows}
    assert len(found) == len(rows), "A note tells the rows of one address apart."
    for model, moves in getattr(table, "MOVES", {}).items():
        found |= {f"{model.__name__}.{name}": row for name, row in moves.items()}
    return found


def short_name(table):
    return table.__name__.removeprefix("tests.").removesuffix(".matrix")


def write_markup():
    """Into all words of the world: a page that does not escape them shows it."""
    for model in apps.get_models():
        if model.__module__.startswith("apps.") and model not in CODED:
            fields = [
                field
                for field in model._meta.local_concrete_fields
                if field.name in WORDS
                and type(field) in (CharField, TextField)
                and not field.choices
            ]
            for field in fields:
                rows = model._base_manager.exclude(**{field.name: ""})
                rows.update(**{field.name: Concat(field.name, Value(f" {MARKUP}"))})


@lru_cache(maxsize=10_000)
def leads_nowhere(link):
    """Whether it is an address of this site at which nothing is."""
    parts = urlsplit(link or "")
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith(settings.STATIC_URL):
        return False
    return not is_valid_path(unquote(parts.path))


def _asks_to_sign_in(response):
    return response["Location"].startswith(reverse("account_login"))


def is_page(response):
    return response.headers["Content-Type"].startswith("text/html")


class Undo(Exception):  # noqa: N818 - rolls one request back
    pass


class Shapes:
    """Where elements stand on the pages of this run, for all its workers."""

    def __init__(self, folder):
        self.folder, self.seen = folder / "places", set()
        self.folder.mkdir(exist_ok=True)

    def has_new(self, places):
        """Whether an element stands where none stood on any page before."""
        new = places - self.seen
        self.seen |= new
        claimed = [self._claim(sha256(repr(place).encode()).hexdigest()) for place in new]
        return any(claimed)

    def _claim(self, name):
        with suppress(FileExistsError):
            os.close(os.open(self.folder / name, os.O_CREAT | os.O_EXCL))
            return True
        return False


@contextmanager
def drawn_once():
    """What two people read in the same words is drawn once as a PDF."""
    try:
        import weasyprint
    except OSError:  # no Pango on this machine
        yield
        return
    real = weasyprint.HTML

    @lru_cache
    def draw(string, **how):
        return real(string=string).write_pdf(**how)

    class Once:
        def __init__(self, string):
            self.string = string

        def write_pdf(self, **how):
            return draw(self.string, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weasyprint, "HTML", Once)
        yield


class Walk:
    """Goes through the site for one worker; ``folder`` is that of all."""

    def __init__(self, folder, shapes):
        self.folder, self.shapes, self.world = folder, shapes, None
        self.opens = {}  # (actor, address): what it answers
        # The files of its world outlive a test.
        self.files = dict.fromkeys(("UPLOAD_DIR", "MEDIA_ROOT"), folder / f"uploads-{os.getpid()}")
        self.files["MAILBOX_DIR"] = folder / f"mailbox-{os.getpid()}"

    def visits(self, table):
        """What the rows and moves of one table answered."""
        path = self.folder / f"{table.__name__}.walk"
        with alone(path), override_settings(**self.files), drawn_once():
            if not path.exists():
                self.prepare()
                found = [visit for row in rows_of(table).items() for visit in self._each(*row)]
                path.write_text(json.dumps(list(map(vars, found))))
            return [Visit(**one) for one in json.loads(path.read_text())]

    def prepare(self):
        if self.world is None:
            # What is told is told, where somebody looks at the pages.
            with TestCase.captureOnCommitCallbacks(execute=connection.vendor == "sqlite"):
                self.world = build_world(POPULATE)
            if connection.vendor == "sqlite":
                write_markup()
                for table in TABLES:
                    getattr(table, "settle", lambda world: None)(self.world)
            root = UserFactory(is_superuser=True, is_staff=True)
            self.world.actors[ROOT] = with_second_factor(root)  # or each page sends them to set one
            self.people = clients(self.world)
            self._note_sessions()
            if connection.vendor == "postgresql":
                as_the_site()

    def _note_sessions(self):
        """Each is noted once, not at every visit because the last one was undone."""
        for actor, client in self.people.items():
            if actor != "anonymous":
                client.get(reverse("healthz"))
                session = client.session
                session[session_life.SEEN] = time.time() + 3600  # longer than any walk
                session.save()

    def _each(self, name, row):
        """Everybody starts from the same point; first who see most, so that what others see is
        seldom new."""
        asked = connection.vendor != "sqlite"
        for actor, client in reversed(self.people.items()):
            if actor not in self._who(row):
                continue
            with self._undone(client):
                visit = self._visit(name, row, actor, client)
            if visit.sent is not None and not asked:
                asked = True
                with self._undone(client):  # what one would have seen before
                    page = client.get(visit.url)
                    if is_page(page):
                        visit.forms += Page(page.content.decode()).forms_at(visit.url)
            yield visit

    @contextmanager
    def _undone(self, client):
        cookies = client.cookies.copy()
        with suppress(Undo), transaction.atomic():
            yield
            raise Undo
        client.cookies = cookies

    def _who(self, row):
        """Everybody; on PostgreSQL, where only the database is in question, who may do most."""
        if connection.vendor != "sqlite":
            statuses = row.statuses()
            return [min(reversed(ACTORS), key=statuses.get)]
        return [*ACTORS, *((ROOT,) if row.method == "get" else ())]

    def _visit(self, name, row, actor, client):
        url = reverse(row.name, kwargs=row.args(self.world))
        if row.again:
            just_shown(client)
        posted = row.method == "post"
        entries = posted and AuditEntry.objects.count()
        response = getattr(client, row.method)(url, row.data(self.world))
        # A file is closed once it is read.
        body = b"".join(response) if response.streaming else response.content
        shows = [
            words
            for words, readers in self.world.secrets.items()
            if words.encode() in body and actor not in readers
        ]
        url = response.wsgi_request.get_full_path()
        recorded = posted and AuditEntry.objects.count() > entries
        visit = Visit(name, actor, response.status_code, url, shows, recorded)
        if actor != "anonymous" and "no-store" not in response.get("Cache-Control", ""):
            visit.faults.append("a copy of it stays in the browser")
        if posted and response.status_code == 302 and not _asks_to_sign_in(response):
            visit.sent = sorted(row.data(self.world))
        if body and is_page(response):
            page = Page(body.decode())
            visit.scripts, visit.forms = page.scripts, page.forms_at(url)
            visit.faults += page.faults
            visit.faults += [f"{link} leads nowhere" for link in page.links if leads_nowhere(link)]
            if response.status_code == 200:
                visit.faults += self._of_places(page, actor, client, url)
            if actor != ROOT and self.shapes.has_new(page.places):
                visit.kept = dict(response.headers), body.decode()
        return visit

    def _of_places(self, page, actor, client, url):
        """A page says what is above it, and that opens for whoever reads it."""
        if page.in_site and not page.crumbs and url != reverse("home"):
            yield "no breadcrumbs"
        if page.section not in (None, reverse("more"), *page.crumbs[:2], urlsplit(url).path):
            yield f"the menu marks {page.section}, which is not above it"
        for link in page.crumbs:
            if (actor, link) not in self.opens:
                with self._undone(client):
                    self.opens[actor, link] = client.get(link).status_code
            if (status := self.opens[actor, link]) != 200:
                yield f"the breadcrumb {link} answers {status}"


@pytest.fixture(scope="session")
def shapes(prepared):
    return Shapes(prepared)


# The walk of this worker, while the tests that want it follow one another.
going_on = ExitStack()
begun = []


@pytest.fixture
def walk(prepared, shapes, django_db_setup, django_db_blocker):
    """Of the whole run; whoever asks for a table first goes through it."""
    if not begun:
        going_on.enter_context(django_db_blocker.unblock())
        going_on.enter_context(transaction.atomic())
        going_on.callback(transaction.set_rollback, True)
        begun.append(Walk(prepared, shapes))
        going_on.callback(begun.clear)
    return begun[0]
