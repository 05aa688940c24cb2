"""What each page takes, at every scale, beside a minimal page in the same run.

Pages, scales and the yardstick take turns, request by request, so that whatever else the machine
does meets them all alike. Compare figures of one run only.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.conversations.models.conversation import Conversation
from apps.governance.consultations.models.consultation import Consultation
from apps.meetings.models.meeting import Meeting
from apps.taskgroups.models.output import Output

from .databases import using

GROUP = "role-design"
WARM_UP = 3


def _meeting():
    """The newest of the group's meetings that is over and has its minutes."""
    newest = Meeting.objects.filter(group__slug=GROUP, state=Meeting.State.MINUTED)
    return {"pk": newest.latest("starts_at").pk}


def _output():
    """The group's accepted output with a history: two versions and suggestions from both sides."""
    return {"pk": Output.objects.get(title="Peer Support Worker: job description").pk}


def _conversation():
    """The next one to come."""
    return {"pk": Conversation.objects.upcoming().earliest("starts_at").pk}


def _consultation():
    """One that has closed, with as many answers to chart as any."""
    over = Consultation.objects.over().filter(naming="anonymous")
    return {"pk": over.annotate(n=Count("responses")).order_by("-n", "pk").first().pk}


@dataclass(frozen=True)
class Page:
    """One page, and who looks at it: a demonstration account, or nobody who is signed in."""

    name: str
    url: str
    who: str = "peercolead"
    args: Callable = dict
    query: str = ""


MINIMAL = Page("minimal", "minimal")
PAGES = (
    Page("home", "home"),
    Page("groups", "groups"),
    Page("group", "group", args=lambda: {"slug": GROUP}),
    Page("meetings", "meetings"),
    Page("past meetings", "meetings", query="?show=past"),
    Page("meeting", "meeting", args=_meeting),
    Page("minutes", "minutes", args=_meeting),
    Page("actions", "actions"),
    Page("outputs", "outputs"),
    Page("outputs of a group", "outputs", query=f"?group={GROUP}&sort=due"),
    Page("outputs for the programme", "outputs", who="panelpeer"),
    Page("output", "output", args=_output),
    Page("differences", "output_differences", args=_output),
    Page("uptake", "uptake"),
    Page("stages", "stages"),
    Page("reviews", "steering", who="steering"),
    Page("programme board", "programme_board", who="steering"),
    Page("messages", "messages"),
    Page("people", "people", who="office"),
    Page("invitations", "invitations", who="office"),
    Page("network", "network", who="peer"),
    Page("network members", "network_members", who="peer"),
    Page("pairs", "pairs", who="office"),
    Page("practice register", "practices", who="peer"),
    Page("noticeboard", "board", who="peer"),
    Page("enquiries", "interests", who="office"),
    Page("public practice", "public_practices", who=""),
    Page("take part", "take_part", who=""),
    Page("my claims", "claims", who="peer"),
    Page("claims", "claims_all", who="office"),
    Page("seats", "seats"),
    Page("turns", "turns", who="peer"),
    Page("conversations", "conversations", who=""),
    Page("conversation", "conversation", who="peer", args=_conversation),
    Page("bookings", "bookings", who="office", args=_conversation),
    Page("consultations", "consultations"),
    Page("closed consultations", "consultations", query="?show=closed"),
    Page("public consultations", "consultations", who=""),
    Page("consultation", "consultation", who="office", args=_consultation),
    Page("consultation figures", "consultation_figures", who="office", args=_consultation),
    Page("front page", "home", who=""),
    Page("sign-in page", "account_login", who=""),
)


class Visit:
    """One page at one scale: its requests and what they took."""

    def __init__(self, page, scale, connection):
        self.name = f"{page.name} {scale}"
        self.connection = connection
        self.times = []
        self.client = Client()
        with using(connection):
            self.address = reverse(page.url, kwargs=page.args()) + page.query
            if page.who:
                user = get_user_model().objects.get(email=f"{page.who}@demo.example")
                self.client.force_login(user, backend="apps.accounts.backends.SignIn")
            for _ in range(WARM_UP):
                self.get()
            with CaptureQueriesContext(connection) as queries:
                self.bytes = len(self.get().content)
            self.queries = len(queries)

    def get(self):
        response = self.client.get(self.address)
        if response.status_code != 200:
            raise RuntimeError(f"{self.name}: {self.address} answered {response.status_code}.")
        return response

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


def lines(databases, count, pages=PAGES, say=lambda text: None):
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
