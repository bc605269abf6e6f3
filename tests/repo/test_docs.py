"""The pages say what there is: every command, every setting, links that lead somewhere, examples that can be typed."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tree import ROOT, place

from bot.__main__ import app
from config.settings import Settings

README = ROOT / "README.md"
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "adapters").rglob("*.md")),
]
ALIASES = {str(field.validation_alias) for field in Settings.model_fields.values()}
EVERY_SETTING = {*ALIASES, "TACIT_CONFIG"}


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that can be typed after `./tacit`, as words, with what it is."""
    command = command or typer.main.get_command(app)
    inner = getattr(command, "commands", None)
    if not inner:
        yield path, command
        return
    for name, each in inner.items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands())


def examples(page: Path) -> list[list[str]]:
    """The lines of a page's fenced blocks that call `./tacit`, as words after it."""
    blocks = re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    lines = [re.sub(r"^\s*(\$\s+)?((\w+=\S+)\s+)*", "", line) for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("./tacit ")]


def test_the_commands_are_known() -> None:
    assert {("demo",), ("run",), ("import", "tips"), ("export", "tips")} <= set(COMMANDS)


def test_the_readme_begins_with_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert "./tacit demo" in text and "./tacit test" in text
    assert text.index("./tacit demo") < text.index("TACIT_DATA")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_readme_names_every_command(path: tuple[str, ...]) -> None:
    assert f"./tacit {' '.join(path)}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    assert f"Example: ./tacit {' '.join(path)}" in COMMANDS[path].help


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_example_can_be_typed(page: Path) -> None:
    for words in examples(page):
        if words[:1] in (["test"], ["bench"]):
            continue
        path = next((path for path in COMMANDS if tuple(words[: len(path)]) == path), None)
        assert path is not None, f"there is no command: ./tacit {' '.join(words)}"
        options = {option for each in COMMANDS[path].params for option in [*each.opts, *each.secondary_opts]}
        used = {word.split("=")[0] for word in words if word.startswith("-")}
        assert used <= {*options, "--help"}, f"./tacit {' '.join(words)}"


@pytest.mark.parametrize("setting", sorted(EVERY_SETTING))
def test_every_setting_is_named(setting: str) -> None:
    assert f"`{setting}`" in README.read_text(encoding="utf-8")
    assert re.search(rf"^#? ?{setting}=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
    if setting != "TACIT_CONFIG":
        example = (ROOT / "config" / "tacit.example.toml").read_text(encoding="utf-8")
        assert re.search(rf"^# {setting} = ", example, re.M)


def test_the_examples_name_no_setting_that_is_none() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.M)) == EVERY_SETTING


def test_the_example_file_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EVERY_SETTING:
        monkeypatch.delenv(name, raising=False)
    text = (ROOT / "config" / "tacit.example.toml").read_text(encoding="utf-8")
    shown = tomllib.loads("\n".join(re.findall(r"^# ([A-Z_]+ = .*)$", text, re.M)))
    assert set(shown) == ALIASES
    assert Settings(**{**shown, "TACIT_DATA": ROOT / shown["TACIT_DATA"]}) == Settings()


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    inside = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_pictures_say_what_they_show(page: Path) -> None:
    pictures = re.findall(r"!\[([^\]]*)\]", page.read_text(encoding="utf-8"))
    assert [each for each in pictures if len(each) < 20] == []


def test_the_changelog_begins_with_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert re.findall(r"^## \[([^\]]+)\]", text, re.M)[0] == "Unreleased"
    assert f"[{version}]" in text


def test_decisions_are_numbered_and_have_their_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.M)
        assert headings == ["Context", "Decision", "What else was considered", "Consequences"], page.name


def test_no_hook_comes_from_elsewhere() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    assert "://" not in text
    assert "./tacit test" in text and "pre-push" in text
