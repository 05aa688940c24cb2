"""What is installed is written down: each pin and what it brings along, with hashes."""

import re
from itertools import pairwise

import pytest
from django.conf import settings

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


def text(name):
    return (settings.BASE_DIR / name).read_text()


def pins(name):
    return {package.lower(): version for package, version in PIN.findall(text(name))}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-node"])
def test_every_pin_is_in_the_lock_and_nothing_there_is_without_a_hash(name):
    assert pins(f"{name}.txt").items() <= pins(f"{name}.lock").items()
    for line, following in pairwise(text(f"{name}.lock").splitlines()):
        assert not PIN.match(line) or following.lstrip().startswith("--hash=sha256:"), line


def test_the_tests_run_with_the_versions_of_the_site():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_no_lock_says_where_things_come_from():
    for name in ("requirements", "requirements-dev", "requirements-node"):
        assert "://" not in text(f"{name}.lock")
