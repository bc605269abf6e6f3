"""The house stays as it is drawn: what stands where, how long things are, who may import an SDK."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from tree import PACKAGES, ROOT, functions, ignored, parsed, place, sources

from bot.feature import Feature
from bot.wiring import FEATURES

TOP = {
    *PACKAGES,
    ".ci",
    ".env.example",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Procfile",
    "README.md",
    "bench",
    "docs",
    "pyproject.toml",
    "requirements.txt",
    "tacit",
    "tests",
}
"""All that may stand at the top of the tree."""

OPTIONAL = {"bench"}

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
"""CONTRIBUTING.md asks for about 150 and 10; these are where a reader loses the thread."""

SDKS = {"slack_bolt": "slack", "slack_sdk": "slack", "discord": "discord"}
"""What only one folder of `adapters` may import."""

FEATURE_FOLDERS = [
    each
    for each in sorted((ROOT / "bot" / "features").iterdir())
    if each.is_dir() and each.name != "__pycache__" and any(each.glob("*.py"))
]


def test_only_what_is_drawn_stands_at_the_top() -> None:
    there = {each.name for each in ROOT.iterdir() if not ignored(each.name)}
    assert there - TOP == set()
    assert TOP - OPTIONAL - there == set()


@pytest.mark.parametrize("folder", FEATURE_FOLDERS, ids=lambda folder: folder.name)
def test_a_feature_is_one_folder(folder: Path) -> None:
    missing = [name for name in ("__init__.py", "handlers.py", "words.po") if not (folder / name).is_file()]
    assert missing == []
    feature = import_module(f"bot.features.{folder.name}").FEATURE
    assert isinstance(feature, Feature) and feature.name == folder.name


def test_every_feature_is_found_and_listened_to() -> None:
    assert sorted(feature.name for feature in FEATURES) == [folder.name for folder in FEATURE_FOLDERS]
    assert [feature.name for feature in FEATURES if feature.comes_last] == [FEATURES[-1].name]


def test_files_are_short_enough_to_read() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {
        place(path): size for path, size in sizes.items() if size > LINES_OF_A_FILE and "migrations" not in path.parts
    } == {}


def test_functions_are_short_enough_to_read() -> None:
    long = [
        f"{place(path, function.lineno)} {function.name}: {_lines(function)} lines"
        for path in sources()
        if "migrations" not in path.parts
        for function in functions(parsed(path))
        if _lines(function) > LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    said = {path: ast.get_docstring(parsed(path)) for path in sources() if "versions" not in path.parts}
    assert [place(path) for path, docstring in said.items() if not docstring] == []


def test_an_sdk_is_imported_in_its_own_folder_only() -> None:
    strayed = [
        f"{place(path, line)} imports {name}"
        for path in sources()
        for name, line in _imports(path)
        if name in SDKS and not path.is_relative_to(ROOT / "adapters" / SDKS[name])
    ]
    assert strayed == []


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _imports(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(each.name.split(".")[0], node.lineno) for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module.split(".")[0], node.lineno))
    return found
