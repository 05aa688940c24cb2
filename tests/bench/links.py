"""Every page of the site, found as people find it: they follow its links.

The arguments of an address come from links, and whoever was shown one may open it: so a new page is
measured as soon as something leads to it.
"""

import re
import time
from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from urllib.parse import urljoin, urlsplit

from django.contrib.auth import get_user_model
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from apps.core import demo
from apps.core.models import CrisisContact
from tests.factories import just_shown

EACH = 12  # pages of one name that one person opens, before the search for others is given up
TYPED = 2  # an address that nothing links to comes after two rounds of what has led on
HREF = re.compile(r'href="([^"#?]+)')


def sign_in(who):
    """A client for a demonstration account, or for nobody (an empty name)."""
    client = Client()
    if who:
        user = get_user_model().objects.get(email=f"{who}@demo.example")
        client.force_login(user, backend="apps.accounts.backends.SignIn")
        just_shown(client)
    return client


@dataclass(frozen=True)
class Opened:
    """One request of the walk. ``link``: the page that led to it, nothing where none did."""

    name: str
    who: str
    path: str
    link: str
    status: int
    queries: int
    seconds: float

    def __str__(self):
        led = f" from {self.link}" if self.link else ""
        return f"{self.name}: {self.who or 'anybody'} at {self.path}{led}: {self.status}"


class Walk:
    """Opens next what nobody has seen yet, then more of those pages that have led on most.

    So a sixth of all that there is to open shows each of the ``wanted`` names.
    """

    def __init__(self, wanted, left_out=()):
        self.wanted, self.left_out = set(wanted), left_out
        self.shown, self.met, self.seen, self.done = set(), set(), set(), set()
        self.times, self.led_on = Counter(), Counter()
        self.queue, self.turn = [], count()
        people = [one.email.partition("@")[0] for one in demo.sign_ins()]
        self.clients = {who: sign_in(who) for who in ("peercolead", *people, "")}
        for path in ("/", *filter(None, map(_by_itself, sorted(self.wanted)))):
            for who in self.clients:
                self.add(who, path)

    def add(self, who, path, link=""):
        try:
            name = resolve(path).view_name
        except Resolver404:
            return
        known = (who, path, bool(link))  # one who is shown what they may also type goes there first
        if known in self.seen or name in self.left_out or name.startswith("admin:"):
            return
        self.seen.add(known)
        if link and name not in self.met:
            self.met.add(name)
            self.led_on[resolve(link).view_name] += 1
        self.put(name, next(self.turn), who, path, link)

    def put(self, name, turn, who, path, link):
        heappush(self.queue, (self.rank(name, link), turn, name, who, path, link))

    def rank(self, name, link):
        """What is lowest comes next."""
        known = name in self.shown
        if not link and not known:
            return True, TYPED
        return known, self.times[name] / (1 + self.led_on[name])

    def opened(self):
        """Every request, until each wanted name has shown its page or nothing is left to open."""
        while self.queue and self.wanted - self.shown:
            rank, *rest = heappop(self.queue)
            turn, name, who, path, link = rest
            if self.times[name, who] == EACH or (who, path) in self.done:
                continue
            if rank < self.rank(name, link):  # others of its name were opened since
                self.put(name, turn, who, path, link)
                continue
            self.done.add((who, path))
            self.times[name] += 1
            self.times[name, who] += 1
            one = self.open(name, who, path, link)
            if one.status == 200:
                self.shown.add(name)
            yield one

    def open(self, name, who, path, link):
        CrisisContact.listed()  # remembered for five minutes, and this takes longer
        reset_queries()  # the list of them is cut where it is long
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            response = self.clients[who].get(path)
            body = b"".join(response) if response.streaming else response.content
        took = time.perf_counter() - began
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            for href in HREF.findall(body.decode()):
                self.add(who, urljoin(path, href), path)
        elif response.status_code in (301, 302):
            self.add(who, urlsplit(urljoin(path, response["Location"])).path, path)
        return Opened(name, who, path, link, response.status_code, len(queries), took)


def _by_itself(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
