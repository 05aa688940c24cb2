"""What does not answer is left alone for a while: one page waits for it, and not every one."""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic

log = logging.getLogger(__name__)

PAUSE = 10  # seconds


class Circuit:
    """Something outside, as this process knows it: whether to ask it, and that it fell or is back.

    ``name`` and ``meanwhile`` are words for the log: each process says there that it fell, and that
    it is back.

    Once it fell, one caller a pause knocks, and it is back when it has answered twice. What hung
    does first what it was asked before, and locks a sign-in for whoever has long gone on without:
    such a lock has run out by then.
    """

    def __init__(self, name: str, meanwhile: str) -> None:
        self.name, self.meanwhile = name, meanwhile
        self._lock = Lock()
        self._until: float | None = None  # None: it answers
        self._knocked = False  # and was answered, once

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

    def failed(self, error: BaseException) -> None:
        with self._lock:
            fell = self._until is None
            self._until, self._knocked = monotonic() + PAUSE, False
        if fell:
            kind = type(error).__name__
            log.warning("%s does not answer (%s): %s", self.name, kind, self.meanwhile)
