"""No line of a template is longer than a reader takes in: `python -m tests.lines` names each."""

import sys
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
LONGEST = 120


def too_long(folder=TEMPLATES):
    """Where each line stands that is too long, as ``file:line: length``."""
    for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > LONGEST:
                yield f"{path.relative_to(folder.parent)}:{number}: {len(line)} characters"


if __name__ == "__main__":
    sys.exit("\n".join(too_long()) or 0)
