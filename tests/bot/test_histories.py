"""The commands that bring in a history, as people type them; in this process, since they start slowly."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from bot import histories, logs
from bot.__main__ import app
from knowledge.importing.bringing import Brought
from knowledge.importing.history import LeftOut

ROWS = [
    {"id": "1", "room": "floor", "author": "Ann", "at": "2020-02-01T10:00:00Z", "text": "seldomheard"},
    {"id": "2", "room": "floor", "author": "Ben", "at": "2020-02-03T10:00:00Z", "text": "yes", "reply_to": "1"},
]


class Typed:
    """A data folder, and commands that work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Runs `./tacit WORDS`; gives the exit code, what was printed and what was said beside it."""
        done = CliRunner().invoke(app, [*words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, " ".join(done.stderr.split())

    def rows(self, *rows: object) -> str:
        """Writes a file in the neutral form."""
        path = self.folder / "chat.jsonl"
        path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows), "utf-8")
        return str(path)


@pytest.fixture
def typed(tmp_path: Path, empty_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    for name in ("DATABASE_URL", "TACIT_CONFIG", "TACIT_COMMUNITY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    monkeypatch.setenv("TACIT_MODEL", "none")
    monkeypatch.setattr(logs, "configure", lambda *given, **more: None)
    (tmp_path / "tacit.db").write_bytes(empty_file.read_bytes())
    yield Typed(tmp_path)


def test_a_history_is_brought_in_once_and_said_in_plain_words(typed: Typed) -> None:
    file = typed.rows(*ROWS)
    code, said, beside = typed("import", "messages", file, "--community", "Ward")
    assert (code, beside) == (0, "")
    assert said == (
        "Read 2 messages from 1 February 2020 to 3 February 2020, written by 2 people in 1 channel.\n"
        "Counted 1 tie between people, 1 of them old ones that are kept as counts of their month.\n"
        "2 people are new here by it.\n"
        "Nothing of what was said is kept.\n"
    )
    code, said, _ = typed("import", "messages", file, "--json")
    found = json.loads(said)
    assert code == 0 and (found["messages"], found["new"], found["in_months"]) == (2, 0, 0)
    assert found["since"] == "2020-02-01T10:00:00+00:00" and found["broken"] == []


def test_broken_lines_are_named_without_their_text_and_the_others_counted(typed: Typed) -> None:
    code, said, beside = typed("import", "messages", typed.rows("{seldomheard", *ROWS, *["{"] * 30))
    assert code == 1 and said.startswith("Read 2 messages")
    assert "chat.jsonl, line 1: this is not JSON." in beside and "seldomheard" not in beside
    assert "line 33" not in beside and beside.endswith("31 parts could not be read; the others are counted.")


def test_the_three_commands_say_what_they_cannot_read(typed: Typed) -> None:
    folder = typed.folder / "empty"
    folder.mkdir()
    with ZipFile(typed.folder / "other.zip", "w") as other:
        other.writestr("a.txt", "x")
    for words, says in (
        (("slack", "nowhere.zip"), "There is no file nowhere.zip."),
        (("slack", str(typed.folder / "other.zip")), "other.zip is no Slack export"),
        (("slack", typed.rows(*ROWS)), "it is no zip file"),
        (("discord", str(folder)), "has no .json files"),
        (("messages", "nowhere.jsonl"), "There is no file nowhere.jsonl."),
        (("messages", typed.rows(*ROWS), "--space", "a b"), "no name of a space"),
    ):
        code, said, beside = typed("import", *words)
        assert (code, said) == (1, "") and says in beside, words


def test_a_space_of_another_community_is_not_shared(typed: Typed) -> None:
    file = typed.rows(*ROWS)
    assert typed("import", "messages", file, "--community", "Ward", "--space", "slack:T1")[0] == 0
    code, _, beside = typed("import", "messages", file, "--community", "Other", "--space", "slack:T1")
    assert code == 1 and "slack:T1 belongs to another community here" in beside
    assert typed("import", "messages", file, "--space", "slack:T1")[0] == 0


def test_who_stops_it_is_told_how_it_goes_on(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopped(*given: object, **more: object) -> Brought:
        raise KeyboardInterrupt

    monkeypatch.setattr(histories, "bring_history", stopped)
    code, said, beside = typed("import", "messages", typed.rows(*ROWS))
    assert (code, said) == (130, "") and "the same command goes on from there" in beside


def test_what_was_left_out_is_said_with_why() -> None:
    brought = Brought()
    assert histories.readable(brought).startswith("There are no messages of people in it.")
    brought.left_out.update({LeftOut.BOTS: 1_200, LeftOut.AGAIN: 0, LeftOut.PRIVATE: 2})
    said = histories.readable(brought)
    assert re.search(r"^Left out: messages of bots \(1,200\); private conversations \(2\)\.$", said, re.M)
    assert histories.as_fields(brought)["left_out"] == {"bots": 1_200, "private": 2}


def test_the_core_group_and_programs_are_named_with_the_import(typed: Typed) -> None:
    rows = [*ROWS, {**ROWS[1], "id": "3", "author": "helper", "text": "beep"}]
    code, said, _ = typed(
        "import", "messages", typed.rows(*rows), "--community", "Ward", "--core", "Ann", "--bots", "helper"
    )
    assert code == 0 and "Left out: messages of bots (1)." in said and "written by 2 people" in said
    with sqlite3.connect(typed.folder / "tacit.db") as database:
        assert dict(database.execute("SELECT name, is_core FROM member")) == {"Ann": 1, "Ben": 0}


def test_a_name_that_nobody_has_is_told(typed: Typed) -> None:
    code, said, beside = typed("import", "messages", typed.rows(*ROWS), "--core", "Ann, Zoe")
    assert code == 1 and said.startswith("Read 2 messages")
    assert beside == "Nobody there goes by Zoe: name the core group again with --core."
