"""`make audit` says what was asked about, and calls nothing sound that nobody looked at."""

import json
import shlex

import pytest

from tests import audit


def source(tmp_path, *said, broken=""):
    """A tool that says this of the libraries."""
    tool = tmp_path / "tool"
    text = broken or json.dumps({"dependencies": said})
    tool.write_text(f"#!/bin/sh\necho {shlex.quote(text)}\n", encoding="utf-8")
    tool.chmod(0o755)
    return str(tool)


SOUND = {"name": "sound", "version": "1", "vulns": []}
HURT = {"name": "hurt", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ([SOUND], 0, ["1 libraries were asked about; 0 with a known vulnerability."]),
        ([SOUND, HURT], 1, ["hurt 2: PYSEC-1, mended in 3", "; 1 with a known"]),
        ([SOUND, UNKNOWN], 0, ["1 libraries", "NOT AUDITED, because", ": unknown."]),
        ([UNKNOWN], 0, ["NOT AUDITED: no source of known vulnerabilities could be reached."]),
    ],
)
def test_it_says_what_was_looked_at(tmp_path, capsys, said, code, words):
    assert audit.main(source(tmp_path, *said), ["requirements.lock"]) == code
    printed = capsys.readouterr().out
    for each in words:
        assert each in printed


def test_an_audit_that_broke_off_is_none(tmp_path, capsys):
    assert audit.main(source(tmp_path, broken="Traceback"), ["requirements.lock"]) == 0
    printed = capsys.readouterr().out
    assert "requirements.lock: the audit broke off" in printed
    assert "NOT AUDITED: no source" in printed
