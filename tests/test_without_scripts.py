"""Every page of the permission matrix works where no script runs: links lead somewhere, buttons
send a form, and nothing waits for a script to be shown."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from .matrix import ACTORS, build_world, clients
from .test_matrix import POPULATE, ROWS

pytestmark = pytest.mark.django_db

PAGES = [row for row in ROWS if row.method == "get" and 200 in row.statuses().values()]
# What only a script can do; each of these pages says so where there is none.
PASSKEYS = {"mfa_add_webauthn", "mfa_login_webauthn", "account_login", "account_reauthenticate"}
READ_ALONE = {"consultation_preview"}  # shows a form as others will see it; nothing is sent
SENDS = {"submit", "image"}
# Stay hidden without scripts, and are not needed: the menu then goes over several lines, and a
# password is typed unseen.
AIDS = {"nhsuk-header__menu", "nhsuk-header__menu-toggle", "nhsuk-password-input__toggle"}


class Reader(HTMLParser):
    """Collects what a page without scripts could not do."""

    def __init__(self, html):
        super().__init__()
        self.faults, self.form = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if set((given.get("class") or "").split()) & AIDS:
            return
        if tag == "a" and (given.get("href") or "#").strip().lower() in ("#", "javascript:"):
            self.faults.append(f"a link to nowhere: {given}")
        if tag == "form":
            self.form = {"sends": False, "of": given.get("action") or "this page"}
        if tag in ("button", "input"):
            kind = given.get("type", "submit" if tag == "button" else "text")
            if kind in SENDS and self.form:
                self.form["sends"] = True
            if kind in SENDS and not self.form and "form" not in given:
                self.faults.append(f"a button outside of a form: {given}")
            if kind == "button":
                self.faults.append(f"a button for scripts alone: {given}")
        if "hidden" in given:
            self.faults.append(f"<{tag}> waits to be shown: {given}")
        self.faults += [f"<{tag} {name}>" for name in given if name.startswith("on")]

    def handle_endtag(self, tag):
        if tag == "form" and self.form:
            if not self.form["sends"]:
                self.faults.append(f"a form without a button: {self.form['of']}")
            self.form = None


@pytest.mark.alike
def test_every_page_works_without_scripts(subtests):
    world = build_world(POPULATE)
    people = clients(world)
    for row in PAGES:
        statuses = row.statuses()
        # Whoever may do most on the page: the last but one or two of the matrix's people.
        actor = next(one for one in reversed(ACTORS) if statuses[one] == 200)
        answer = people[actor].get(reverse(row.name, kwargs=row.args(world)), row.data(world))
        if answer.streaming:
            list(answer)
            continue
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        if row.name in PASSKEYS | READ_ALONE:
            continue
        with subtests.test(str(row)):
            assert Reader(answer.content.decode()).faults == []


@pytest.mark.parametrize(
    "page",
    [
        '<a href="#">Open</a>',
        "<button type='button'>Open</button>",
        "<button>Send</button>",
        "<form><input name='q'></form>",
        "<p hidden>Words</p>",
        '<p onclick="x()">Words</p>',
    ],
)
def test_the_reader_finds_what_it_looks_for(page):
    assert len(Reader(page).faults) == 1
