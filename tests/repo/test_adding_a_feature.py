"""The example in docs/adding-a-feature.md, done as the page says: one folder, a story, and no other change.

The story that docs/testing.md shows is told as well.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tree import PACKAGES, ROOT

GUIDE = ROOT / "docs" / "adding-a-feature.md"
FILES = re.compile(r"^`((?:bot|tests)/[\w/.]+)`\n\n```(?:python|po)\n(.*?)^```$", re.M | re.S)
LEAVE_OUT = shutil.ignore_patterns("__pycache__", ".*", "node_modules")


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """The files of the page, by their path."""
    return dict(FILES.findall(GUIDE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory, example: dict[str, str]) -> Path:
    """A copy of the tree with the page's files in it."""
    tree = tmp_path_factory.mktemp("copy")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, tree / name, ignore=LEAVE_OUT)
    shutil.copy(ROOT / "pyproject.toml", tree)
    shutil.copy(ROOT / ".gitignore", tree)
    for path, text in example.items():
        assert not (tree / path).exists(), f"{path} would change a file that is there"
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, encoding="utf-8")
    return tree


def run(tree: Path, *command: str) -> str:
    """Runs a tool in the copy; fails with what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TACIT", "COV"))}
    environment |= {"PYTHONPATH": str(tree), "TACIT_TEST_MODEL": str(tree / "none"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"TACIT_TEST_DATABASES": "sqlite"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tree, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_shows_one_folder_and_a_story(example: dict[str, str]) -> None:
    folders = {str(Path(path).parent) for path in example}
    assert folders == {"bot/features/fits", "tests/stories"}
    names = {Path(path).name for path in example}
    assert names == {"__init__.py", "handlers.py", "rules.py", "views.py", "words.po", "test_fits.py"}


def test_its_story_holds(copied: Path) -> None:
    said = run(copied, "pytest", "-q", "-p", "no:cacheprovider", "tests/stories/test_fits.py")
    assert re.search(r"^\d+ passed in ", said, re.M)


def test_its_sentences_and_its_layout_are_as_ours(copied: Path) -> None:
    run(
        copied,
        *("pytest", "-q", "-p", "no:cacheprovider", "tests/repo/test_catalogues.py", "tests/repo/test_layout.py"),
        *("--deselect", "tests/repo/test_layout.py::test_only_what_is_drawn_stands_at_the_top"),
    )


def test_its_code_is_as_tidy_as_ours(copied: Path, example: dict[str, str]) -> None:
    files = [path for path in example if path.endswith(".py")]
    run(copied, "ruff", "check", "--no-cache", *files)
    run(copied, "ruff", "format", "--no-cache", "--check", *files)


def test_the_story_of_the_page_on_testing_holds(copied: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    (copied / "tests" / "stories" / "test_page.py").write_text(story, encoding="utf-8")
    said = run(copied, "pytest", "-q", "-p", "no:cacheprovider", "tests/stories/test_page.py")
    assert re.search(r"^\d+ passed in ", said, re.M)
