"""What this machine has beside Python, and throw-away servers of it for the tests."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from ctypes.util import find_library
from functools import cache
from pathlib import Path

# The first is the same browser without windows: it takes half as long.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)


@cache
def chromium():
    """The path of a Chromium that runs: the machine's own, or Playwright's; or None."""
    for name in (os.environ.get("CHROMIUM"), *BROWSERS):
        if name and (path := shutil.which(name)):
            return path
    from playwright.sync_api import sync_playwright  # slow to load, and rarely needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _runs(path, "--version") else None


def node():
    """The path of Node: the machine's own, or the one that a wheel brought (see the Makefile)."""
    places = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    return shutil.which("node", path=places)


def pango():
    """Whether the library that draws text in PDF files is here."""
    return bool(find_library("pango-1.0"))


def postgresql_folder():
    """The folder with PostgreSQL's server programs, the newest version's, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    newest = max(versions, key=lambda path: int(Path(path).parts[-3]), default=None)
    return Path(newest).parent if newest else None


def redis_server():
    """The path of Redis, or None. (The embedded server does not count as one.)"""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def dovecot():
    """The path of Dovecot, a server of mailboxes, or None."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    imap = Path("/usr/lib/dovecot/imap-login")
    found = shutil.which("dovecot", path=places)
    return found if found and (imap.exists() or not Path("/usr/lib/dovecot").is_dir()) else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- throw-away servers -------------------------------------------------------------------------
@contextmanager
def postgresql():
    """The URL of a PostgreSQL of our own, gone afterwards. Never runs as root."""
    programs, port = postgresql_folder(), free_port()
    with tempfile.TemporaryDirectory(prefix="peer-pg-", ignore_cleanup_errors=True) as folder:
        owner = _unprivileged(folder)
        data = f"{folder}/data"
        options = (
            f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        )
        control = [*owner, programs / "pg_ctl", "-D", data, "-s", "-w"]
        _run(
            *owner,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "peer",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            cwd=folder,
        )
        _run(*control, "-l", f"{folder}/log", "-o", options, "start", cwd=folder)
        try:
            yield f"postgres://peer@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop", cwd=folder)


@contextmanager
def redis():
    """The URL of a Redis of our own, gone afterwards."""
    port = free_port()
    command = (redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", "")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _unprivileged(folder):
    """What to put before a command so that root does not run it, and the folder to match."""
    if os.geteuid() != 0:
        return []
    user = next(name for name in ("postgres", "nobody") if _exists(name))
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


def _exists(user):
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def _run(*command, cwd):
    """Run to the end; what it says is shown only when it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}")


def _runs(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _wait_for(port):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"Nothing answers on port {port}.")
