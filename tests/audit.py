"""`make audit`: asks a source of known vulnerabilities about each pinned library.

    python -m tests.audit PATH/OF/pip-audit requirements.lock …

Fails where one is known. What no source was asked about is never called free of them: it is named,
or where that is everything, the run says so plainly. An audit of a machine without a network ends
well, since it found nothing wrong; whoever reads it knows that nothing was looked at.
"""

import json
import subprocess
import sys

OPTIONS = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")


def main(tool, locks):
    """An exit code: 1 where a vulnerability is known."""
    found = {}
    for lock in locks:
        found |= asked(tool, lock)
    known = {name: one["vulns"] for name, one in found.items() if one.get("vulns")}
    silent = sorted(name for name, one in found.items() if "skip_reason" in one)
    for name, vulnerabilities in sorted(known.items()):
        for one in vulnerabilities:
            fixed = ", ".join(one.get("fix_versions", ())) or "no version yet"
            say(f"{name}: {one['id']}, mended in {fixed}")
    say(verdict(len(found), len(known), silent))
    return 1 if known else 0


def asked(tool, lock):
    """{name and version: what the source said}, or nothing where it cannot be reached."""
    done = subprocess.run(
        [tool, "--requirement", lock, *OPTIONS], capture_output=True, text=True, check=False
    )
    try:
        return {
            f"{one['name']} {one.get('version', '')}".strip(): one
            for one in json.loads(done.stdout)["dependencies"]
        }
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        say(f"{lock}: the audit broke off: {last}")
        return {}


def verdict(asked, known, silent):
    """What was looked at, in a sentence."""
    if asked == len(silent):
        return (
            "NOT AUDITED: no source of known vulnerabilities could be reached. That says nothing "
            "about these libraries. Run this where there is a network."
        )
    words = f"{asked - len(silent)} libraries were asked about; {known} with a known vulnerability."
    if silent:
        words += f" NOT AUDITED, because the source does not know them: {', '.join(silent)}."
    return words


def say(text):
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
