"""`make test`: every check, then every test: on PostgreSQL what could differ there, else on SQLite.

``--checks`` stops before the tests. ``--quick`` runs the checks and then, on SQLite and without a
browser, the tests of one app or part (``--quick recruitment/vacancies``), or of what has changed
since the last commit. ``--nightly`` runs every test on both databases, what takes minutes too, with
its coverage, and measures. With CI=true whatever this machine lacks is a failure; otherwise the run
ends with a plain list of what was not covered.
"""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import environment

from .core.test_production import RIGHT
from .differing import forget, unseen

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")
PRODUCTION = RIGHT | {"DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.production"}


def say(text):
    print(f"\n== {text}", flush=True)


def run(*command, **env):
    """Run one program; say how long; return whether it was content."""
    return judge(*ran(command, env))


def ran(command, env, **output):
    """One program, once it has run, and how long it took."""
    began = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=_environment() | env,
        stdin=subprocess.DEVNULL,
        check=False,
        **output,
    )
    return done, time.monotonic() - began


def judge(done, took):
    verdict = "passed" if done.returncode == 0 else f"FAILED with {done.returncode}"
    print(f"-- {verdict} in {took:.1f} s", flush=True)
    return done.returncode == 0


def _environment():
    """This one's, without what would make the programs use other servers, or be slow: what
    Python compiled of the code is kept, or each of the hundreds of them compiles it again."""
    left_out = (*SERVERS, "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if key not in left_out}


# --- checks -------------------------------------------------------------------------------------
def checks():
    """The quick checks that say no, by name. As many run at once as there are cores."""
    templates = [
        str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))
    ]
    manage = ("python", "manage.py")
    table = [
        ("Style", ("ruff", "check", "."), {}),
        ("Format", ("ruff", "format", "--check", "."), {}),
        ("Imports", ("lint-imports",), {}),
        ("Types", ("mypy", "--no-error-summary"), {}),
        ("Templates", ("djade", "--check", "--target-version", "5.2", *templates), {}),
        ("Template lines", ("python", "-m", "tests.lines"), {}),
        ("HTML", ("djlint", "templates", "--lint", "--quiet"), {}),
        ("Migrations are complete", (*manage, "makemigrations", "--check", "--dry-run"), {}),
        (
            "Production settings",
            (*manage, "check", "--deploy", "--fail-level", "DEBUG"),
            PRODUCTION,
        ),
    ]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        together = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        begun = [pool.submit(ran, command, env, **together) for _, command, env in table]
        for (name, _, _), one in zip(table, begun, strict=True):
            say(name)
            done, took = one.result()
            print(done.stdout.decode(errors="replace"), end="", flush=True)
            if not judge(done, took):
                yield name


# --- tests --------------------------------------------------------------------------------------
def missing():
    """What this machine does not have, and so what no test here can show."""
    if not environment.chromium():
        say("No Chromium here: asking Playwright for its own")
        run("python", "-m", "playwright", "install", "chromium")
        environment.chromium.cache_clear()
        if not environment.chromium():
            yield "the pages in a real browser (there is no Chromium)"
    if not _has_postgresql():
        yield "PostgreSQL (it is not installed, and DATABASE_URL names none)"
    if not _has_redis():
        yield "Redis (it is not installed, and CELERY_BROKER_URL names none)"
    if not environment.dovecot():
        yield "the mailbox where answers come (Dovecot is not installed)"
    if not environment.pango():
        yield "PDF files (Pango is not installed)"


def _has_postgresql():
    return os.environ.get("DATABASE_URL") or environment.postgresql_folder()


def _has_redis():
    return os.environ.get("CELERY_BROKER_URL") or environment.redis_server()


@contextmanager
def servers():
    """Where PostgreSQL and Redis are, as settings; None where this machine lacks one."""
    if not (_has_postgresql() and _has_redis()):
        yield None
        return
    with ExitStack() as started:
        yield {
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or started.enter_context(environment.postgresql()),
            "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL")
            or started.enter_context(environment.redis()),
        }


def tests(whole, urls):
    """The passes that say no, by name. PostgreSQL and Redis get what could differ there, SQLite and
    the embedded broker the rest; in the night, or where there is no PostgreSQL, all."""
    say("Tests on SQLite and the embedded broker")
    # Tests that bring servers of their own are the same on both: they run in the last pass.
    chosen = ["not bench", *(() if whole else ("not nightly",))]
    if urls:
        chosen.append("not services")
        if not whole:  # by day once each: what databases do in their own way, on the trust's
            chosen.append("not (differs and not browser and not both)")
    measured = ("--cov", "--cov-report=term") if whole else ()  # takes half as long again
    if not pytest(*measured, only=chosen):
        yield "the tests on SQLite and the embedded broker"
    if urls:
        say("Tests on PostgreSQL and Redis")
        if not (pytest(**urls) if whole else differing(urls)):
            yield "the tests on PostgreSQL and Redis"
    if whole:
        say("Bounds")
        if not pytest("-n", "0", only=["bench"]):
            yield "the bounds of the benchmark"


def differing(urls):
    """What could differ on PostgreSQL and Redis, and whether that was all of it."""
    forget()
    chosen = ["not bench", "not nightly", "(services or (differs and not browser))"]
    if not pytest("-p", "tests.differing", only=chosen, **urls):
        return False
    missed = list(unseen())
    print("\n".join(missed))
    return not missed


def pytest(*options, only=("not bench",), **env):
    """Its longest tests are named at the end. One process more than cores: some wait."""
    chosen = " and ".join([*only, *(() if environment.chromium() else ("not browser",))])
    spread = ("-n", str((os.cpu_count() or 1) + 1), "--durations=15")
    return run("python", "-m", "pytest", "-q", *spread, "-m", chosen, *options, **env)


MATRIX = "test_each_address_answers_each_person_as_the_matrix_says"


def quick(places):
    """Without what takes long: the inner loop while one writes."""
    places = places or changed()
    if not places:
        say("Nothing has changed that has tests of its own")
        return True
    say(f"Tests of {', '.join(places)}")
    paths = [f"tests/{place}" for place in places]
    chosen = "not browser and not services and not bench and not nightly"
    return run("python", "-m", "pytest", "-q", "-n", "auto", "-m", chosen, *paths, *rows(places))


def rows(places):
    """The tests of the permission matrix that are about these places."""
    tests = ROOT / "tests"
    for place in places:
        for table in sorted((tests / place).rglob("matrix.py")):
            name = ".".join(table.parent.relative_to(tests).parts)
            yield f"tests/test_matrix.py::{MATRIX}[{name}]"


def changed():
    """The folders of tests that mirror what differs from the last commit, without repeats."""
    names = subprocess.run(
        ["git", "status", "--porcelain", "--no-renames"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = set()
    for name in names:
        path = Path(name[3:])
        if path.parts[0] in ("apps", "tests", "templates"):
            place = Path(*path.parts[1:-1])
            while place.parts and not (ROOT / "tests" / place).is_dir():
                place = place.parent
            if place.parts:
                found.add(place)
    return sorted(str(one) for one in found if not found & set(one.parents))


def prepare(**env):
    """Begin to make the tables that every test needs: the checks leave a core to it."""
    return subprocess.Popen(
        [
            BIN / "python",
            *("manage.py", "shell", "--no-imports", "-c"),
            "from tests.prepared import prepare; prepare()",
        ],
        cwd=ROOT,
        env=_environment() | {"DJANGO_SETTINGS_MODULE": "oxleas_peer.settings.test"} | env,
        stdin=subprocess.DEVNULL,
    )


def checked(needed=None, later=None):
    """The checks that say no; then what is ``needed`` and was begun beside them has ended. What is
    needed ``later`` goes on, unless they failed: whoever needs it waits for it."""
    failed = list(checks())
    for process in filter(None, (needed, later)):
        if failed:
            process.terminate()
        if failed or process is needed:
            process.wait()
    return f"These checks failed: {', '.join(failed)}." if failed else ""


def main(arguments):
    if "--checks" in arguments:
        return checked()
    if "--quick" in arguments:
        places = arguments[arguments.index("--quick") + 1 :]
        if no := checked(prepare()):
            return no
        return "" if quick(places) else "These failed: the tests."
    gaps = list(missing())
    if gaps and CI:
        return "This machine cannot cover:\n" + "\n".join(f"  - {gap}" for gap in gaps)
    with servers() as urls:
        if no := checked(prepare(), prepare(**urls) if urls else None):
            return no
        failed = list(tests("--nightly" in arguments, urls))
    if gaps:
        say("Not covered, because this machine lacks it")
        for gap in gaps:
            print(f"  - {gap}")
    return f"These failed: {' and '.join(failed)}." if failed else ""


def stopped(*_):
    raise KeyboardInterrupt


def closing(arguments):
    """Run it all, and close with one sentence for whoever started it."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, stopped)
    try:
        outcome = main(arguments)
    except KeyboardInterrupt:
        outcome = "Stopped before the end: what was not run is not known to work."
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    took = f"{minutes} min {seconds} s"
    if not outcome:
        say(f"Everything passed, in {took}.")
        return 0
    return f"{outcome} It took {took}."


if __name__ == "__main__":
    sys.exit(closing(sys.argv[1:]))
