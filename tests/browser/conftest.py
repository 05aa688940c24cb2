"""A real Chromium against a real server. Fixtures:

``page``          1280 pixels wide; ``page.goto("/groups/")`` knows the server
``phone_page``    320 pixels wide
``no_js_page``    with JavaScript off
``sign_in``       ``sign_in(page, user)``: that browser is then this person's
``axe``           ``axe(page)``: fails with a readable list when the page has a violation
``problems``      ``problems(page)``: everything wrong with it at both widths, as sentences
``sound``         ``sound(page)``: fails with those sentences
``all_sound``     ``all_sound(page, {person: [address]})``: opens each, and fails with all of them
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve

from tests.factories import just_shown

from ..environment import chromium
from ..walk import Page

# Playwright keeps an event loop in the test's thread; Django must not mind.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_cover)  # other tests reach every line sooner


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    return browser_type_launch_args | {
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            # Pages live a second: what compiles for longer, and threads that clear up, cost more.
            "--js-flags=--no-opt --no-maglev --single-threaded-gc",
        ],
    }


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, base_url):
    return browser_context_args | {
        "base_url": base_url,
        "viewport": DESKTOP,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
    }


@pytest.fixture
def page(page):
    return listening(page)


@pytest.fixture
def phone_page(new_context):
    page = listening(new_context().new_page())
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def no_js_page(new_context):
    return listening(new_context(java_script_enabled=False).new_page())


def listening(page):
    """Keep what the browser complains about: script errors, CSP violations, missing files."""
    page.complaints, refused = [], set()

    def answered(response):
        if response.request.is_navigation_request() and response.status >= 400:
            refused.add(response.url)

    def said(message):
        # It complains of a page that answers 404 or 422 too, which may be right.
        if message.type == "error" and message.location.get("url") not in refused:
            page.complaints.append(f"console: {message.text}")

    page.set_default_timeout(60_000)
    page.on("response", answered)
    page.on("pageerror", lambda error: page.complaints.append(f"script error: {error}"))
    page.on("console", said)
    return page


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"/>'


def _is_ours(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False


class KeptPages(BaseHTTPRequestHandler):
    """Serves the one page that is looked at, and the site's files, which the browser may keep."""

    protocol_version = "HTTP/1.1"
    headers_of_page, html = {}, ""

    def log_message(self, *args):
        pass

    def do_GET(self):
        path, wanted = urlsplit(self.path).path, self.headers.get("Sec-Fetch-Dest")
        static = path.startswith(settings.STATIC_URL) and finders.find(
            path.removeprefix(settings.STATIC_URL)
        )
        if wanted == "document":
            self._answer(self.headers_of_page, self.html.encode())
        elif static:
            kind = guess_type(static)[0] or "application/octet-stream"
            kept = {"Content-Type": kind, "Cache-Control": "max-age=3600, immutable"}
            self._answer(kept, Path(static).read_bytes())
        elif wanted == "image" and _is_ours(path):
            self._answer({"Content-Type": "image/svg+xml"}, PICTURE.encode())
        else:
            self._answer({}, b"", status=404)

    def _answer(self, headers, body, status=200):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": len(body)}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def kept_page(browser):
    """``kept_page(url, headers, html)``: what is wrong with a page that was fetched before."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/London")
    context.add_init_script(path=AXE)  # sent once, not for each page
    page = listening(context.new_page())
    server = ThreadingHTTPServer(("127.0.0.1", 0), KeptPages)
    Thread(target=server.serve_forever, daemon=True).start()

    def open_it(url, headers, html):
        KeptPages.headers_of_page, KeptPages.html = headers, html
        page.goto(f"http://127.0.0.1:{server.server_port}{url}")
        # Every second page is loaded wide and made narrow, the others the other way round.
        return page_problems(page, as_it_was=False)

    yield open_it
    context.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def sign_in(live_server):
    """Sign a person in as the matrix does, without the form."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user, "apps.accounts.backends.SignIn")
        just_shown(client)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def axe():
    """Assert that axe finds nothing."""

    def axe(page):
        found = violations(page)
        assert not found, "\n".join([f"axe on {page.url}", *found])

    return axe


@pytest.fixture
def problems(shapes):
    def problems(page):
        page.wait_for_load_state()  # what one presses may lead on
        page.locator("h1").first.wait_for(state="attached")
        return page_problems(page, shapes.has_new(Page(page.content()).places))

    return problems


@pytest.fixture
def sound(problems):
    def sound(page):
        found = problems(page)
        assert not found, "\n".join([page.url, *found])

    return sound


@pytest.fixture
def all_sound(sign_in, problems):
    def all_sound(page, visits):
        found = []
        for person, addresses in visits.items():
            page.context.clear_cookies()
            sign_in(page, person)
            for address in addresses:
                assert page.goto(address).status == 200, address
                found += [f"{address}, {problem}" for problem in problems(page)]
        assert not found, "\n".join(found)

    return all_sound


def page_problems(page, new=True, *, as_it_was=True):
    """Everything wrong with the page as it stands: all that axe looks for on a desktop, and on a
    telephone what depends on the width. Then it has the width ``as_it_was``, or the other.

    A page on which nothing is ``new`` was looked at by axe in other words: only what words can do
    to it is looked at.
    """
    own, found = page.viewport_size, []
    for size in sorted((PHONE, DESKTOP), key=lambda size: size != own):
        show_at(page, size)
        rules = () if not new else ("target-size",) if size == PHONE else None
        found += [f"{size['width']} px: {one}" for one in _problems_here(page, rules)]
    if as_it_was:
        page.set_viewport_size(own)
    return found


def show_at(page, size):
    """Make the window this wide, and wait until the page is laid out for it.

    The design system's menu follows a resize a frame late, and again when that changed it.
    """
    if page.viewport_size != size:
        page.set_viewport_size(size)
        if page.locator("body.js-enabled").count():
            page.evaluate(LAID_OUT, size["width"])


LAID_OUT = """width => new Promise(done => {
    let still = 0;
    let before = "";
    const look = () => {
        const header = document.querySelector("header");
        const now = header ? header.outerHTML : "";
        still = window.innerWidth === width && now === before ? still + 1 : 0;
        before = now;
        if (still > 1) { done(); } else { requestAnimationFrame(look); }
    };
    look();
})"""


def _problems_here(page, rules):
    found = [] if rules == () else violations(page, rules)
    found += page.complaints
    page.complaints = []
    facts = page.evaluate(FACTS)
    if facts["headings"] != 1:
        found.append(f"{facts['headings']} h1 headings")
    if not facts["title"].strip():
        found.append("no title")
    if facts["repeated"]:
        found.append(f"repeated ids: {', '.join(facts['repeated'])}")
    if facts["wider"] > 0:
        found.append(f"{facts['wider']} pixels wider than the window: {facts['widest']}")
    return found


FACTS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
    const root = document.documentElement;
    const right = element => element.getBoundingClientRect().right;
    const wider = root.scrollWidth - root.clientWidth;
    const all = wider ? [...document.body.querySelectorAll("*")] : [];
    all.sort((a, b) => right(b) - right(a));
    return {
        headings: document.querySelectorAll("h1").length,
        title: document.title,
        repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
        wider: wider,
        widest: all.length ? all[0].outerHTML.slice(0, 120) : "",
    };
}"""


def violations(page, only=None):
    """What axe finds, one sentence for each place; of its rules ``only`` some."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text())
    # The size of what one taps is a rule of WCAG 2.2 that axe looks at when it is told to.
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    if only:
        options["runOnly"] = only
    results = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {node['html'][:200]}"
        for found in results["violations"]
        for node in found["nodes"]
    ]
