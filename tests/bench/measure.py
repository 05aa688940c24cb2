"""What each page takes, at every scale, beside a minimal page in the same run.

Pages, scales and the yardstick take turns, request by request, so that whatever else the machine
does meets them all alike. Compare figures of one run only.
"""

import time
from statistics import median, quantiles

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from .databases import using
from .links import sign_in
from .pages import Page

WARM_UP = 3
MINIMAL = Page("minimal", "minimal")


class Visit:
    """One page at one scale: its requests and what they took."""

    def __init__(self, page, scale, connection):
        self.name = f"{page.name} {scale}"
        self.connection = connection
        self.times = []
        with using(connection):
            self.client = sign_in(page.who)
            self.address = reverse(page.url, kwargs=page.args()) + page.query
            for _ in range(WARM_UP):
                self.get()
            with CaptureQueriesContext(connection) as queries:
                self.bytes = len(self.get())
            self.queries = len(queries)

    def get(self):
        """What the page sends, to the last byte."""
        response = self.client.get(self.address)
        if response.status_code != 200:
            raise RuntimeError(f"{self.name}: {self.address} answered {response.status_code}.")
        return b"".join(response) if response.streaming else response.content

    def time(self):
        with using(self.connection):
            began = time.perf_counter()
            self.get()
            self.times.append(time.perf_counter() - began)

    def line(self):
        """The figures; ``rps`` is what one process does, one request after another."""
        return {
            "name": self.name,
            "p50_ms": round(median(self.times) * 1000, 2),
            "p95_ms": round(_percentile_95(self.times) * 1000, 2),
            "rps": round(len(self.times) / sum(self.times), 1),
            "queries": self.queries,
            "bytes": self.bytes,
        }


def _percentile_95(times):
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def lines(databases, count, pages, say=lambda text: None):
    """The figures of each page at each scale, then the yardstick's. ``databases``: by scale."""
    assert not connections["default"].force_debug_cursor
    yardsticks = [Visit(MINIMAL, scale, connection) for scale, connection in databases.items()]
    for page in pages:
        say(page.name)
        visits = [Visit(page, scale, connection) for scale, connection in databases.items()]
        for _ in range(count):
            for visit, yardstick in zip(visits, yardsticks, strict=True):
                visit.time()
                yardstick.time()
        yield from (visit.line() for visit in visits)
    yield from (yardstick.line() for yardstick in yardsticks)
