"""What does not answer is left alone for a while: one page waits for it, and not every one."""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PAUSE = 10  # seconds
EVERY: dict[str, "Circuit"] = {}  # of this process


class Circuit:
    """Something outside, as this process knows it: whether to ask it, and that it fell or is back.

    ``name`` and ``meanwhile`` are words for the log: each process says there that it fell, and that
    it is back. ``url`` gives the address of its server: where that is silent, a page waits for it
    once, and not once for each thing that it asks there.

    Once it fell, one caller a pause knocks, and it is back when it has answered twice. What hung
    does first what it was asked before, and locks a sign-in for whoever has long gone on without:
    such a lock has run out by then.
    """

    def __init__(self, name: str, meanwhile: str, url: Callable[[], str] = str) -> None:
        self.name, self.meanwhile, self.url = name, meanwhile, url
        self._lock = Lock()
        self._until: float | None = None  # None: it answers
        self._knocked = False  # and was answered, once
        EVERY[name] = self

    @property
    def open(self) -> bool:
        """It is left alone."""
        return self._until is not None

    def may_ask(self, knock: Callable) -> bool:
        """Whether to ask it now. ``knock`` changes nothing, and raises where nobody answers."""
        if self._until is None:
            return True
        with self._lock:
            if self._until is None or monotonic() < self._until:
                return self._until is None
            self._until = monotonic() + PAUSE
        try:
            knock()
        except Exception as error:
            self.failed(error)
            return False
        with self._lock:
            if not self._knocked:
                self._knocked = True
                return False
            self._until, self._knocked = None, False
        log.warning("%s answers again", self.name)
        return True

    def failed(self, error: BaseException, *, silent: bool = False) -> None:
        """It did not do what it was asked. ``silent``: nobody answered, so that whatever else is
        asked of the same server is left alone as well."""
        fell = self._leave(error)
        server = _server(self.url()) if fell and silent else ""
        for other in list(EVERY.values()) if server else ():
            if other is not self and not other.open and _server(other.url()) == server:
                other._leave(error)

    def _leave(self, error: BaseException) -> bool:
        with self._lock:
            fell = self._until is None
            self._until, self._knocked = monotonic() + PAUSE, False
        if fell:
            kind = type(error).__name__
            log.warning("%s does not answer (%s): %s", self.name, kind, self.meanwhile)
        return fell


def _server(url: str) -> str:
    """Host and port, or the path of a socket; not who asks, nor for which database."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or parts.path
