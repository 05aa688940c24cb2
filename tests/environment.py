"""What this machine has beside Python: a browser, PostgreSQL, Redis."""

import os
import shutil
from functools import cache
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@cache
def chromium():
    """The path of a Chromium: the machine's own, or one that Playwright installed; or None."""
    named = os.environ.get("CHROMIUM")
    for name in (named, *BROWSERS):
        if name and (path := shutil.which(name)):
            return path
    from playwright.sync_api import sync_playwright  # slow to load, and rarely needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
