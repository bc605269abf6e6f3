"""Where Chromium is, for every test that needs a browser."""

import os
import shutil

import pytest

OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage"]


def find_chromium() -> str:
    """Gives the path of Chromium; without one the test is skipped on a person's machine and fails where CI is set."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    reason = "needs a Chromium on the PATH, such as: apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
