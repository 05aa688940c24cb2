"""Work on what strangers made, in a process of its own: without the site's secrets, and bounded by
the operating system in memory and time. How large and how slow a file is that somebody made to keep
us busy, no library can say beforehand, and the operating system can.

A module that does such work is run as a program (``python -m``): the site calls ``run``, and its
``main`` begins with ``keep_within``.
"""

import subprocess
import sys

from django.conf import settings


class TooLongError(Exception):
    """It was still at work when it was ended."""


def run(module: str, *words: str, data: bytes, seconds: int) -> tuple[int, bytes]:
    """Give a module these bytes: what its process ended with (a signal is less than nought: the
    operating system ended it), and what it wrote.

    ``seconds`` are of computing; whoever waits for it waits twice as long at most.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours, by the Python that runs it
            [sys.executable, "-m", module, *words],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={},  # no secret of the site
            timeout=2 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise TooLongError from fault
    return done.returncode, done.stdout


def keep_within(*, memory: int, seconds: int) -> None:
    """From here on this process takes no more, leaves no trace where it breaks, writes no file."""
    import resource  # the site itself runs where there is none

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
