"""The commands as people type them, in a process of their own."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from config.hosts import MARKS

ROOT = Path(__file__).parents[2]
TIPS = [
    {
        "id": "t1",
        "kind": "tip",
        "title": "Unblock a feeding tube",
        "works": "Lukewarm water, push, pull, wait ten minutes.",
    },
    {"id": "t2", "title": "Hoist battery", "text": "Seat the battery until it clicks twice."},
    {"id": "t3", "title": "Lift", "works": "Ring the lift before you unlock the bed.", "tags": ["beds"]},
]


class Terminal:
    """A data folder, and commands that work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs `./tacit WORDS` without the wrapper's set-up."""
        settings = {"TACIT_DATA": str(self.folder), "TACIT_MODEL": "none", "COLUMNS": "200", **environment}
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "DATABASE_URL", *MARKS))
        }
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env={**clean, **settings, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    file = terminal.folder / "tips.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in TIPS), encoding="utf-8")
    done = terminal.types("import", "tips", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "3 new, 0 changed, 0 the same.\n"
    return terminal


def test_ask_one_question(filled: Terminal) -> None:
    said = filled.types("ask", "how do you unblok a feeding tube", "--json")
    answer = json.loads(said.stdout)
    assert answer["results"][0]["external_id"] == "t1"
    assert set(answer) == {"id", "confidence", "answered", "results"}
    assert "#1  Unblock a feeding tube" in filled.types("ask", "feeding tube blocked").stdout


def test_ask_many_questions(filled: Terminal) -> None:
    batch = filled.folder / "questions.jsonl"
    batch.write_text('{"id": "q1", "text": "hoist battery"}\nnonsense\n{"id": 2, "text": "🙂"}\n', encoding="utf-8")
    said = filled.types("ask", "--batch", str(batch), "--limit", "2")
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["q1", 2]
    assert lines[0]["results"][0]["external_id"] == "t2" and lines[1]["results"] == []
    assert said.returncode == 1 and "line 2" in said.stderr


def test_a_broken_import_line_is_named_and_the_good_ones_kept(terminal: Terminal) -> None:
    file = terminal.folder / "tips.jsonl"
    file.write_text('{"id": "a", "works": "good"}\n{broken\n{"id": "c", "works": "good too"}\n', encoding="utf-8")
    said = terminal.types("import", "tips", str(file))
    assert said.returncode == 1
    assert "2 new" in said.stdout and "line 2" in said.stderr
    assert terminal.types("import", "tips", str(file), "--json").stdout.startswith('{"new": 0')


def test_export_and_import_again(filled: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert filled.types("export", "tips", "--format", "csv", "--to", str(out)).returncode == 0
    elsewhere = Terminal(tmp_path / "elsewhere")
    assert elsewhere.types("import", "tips", str(out)).stdout.startswith("3 new")
    assert filled.types("export", "tips").stdout.count("\n") == 3
    assert "## What works" in filled.types("export", "tips", "--format", "markdown").stdout


def test_check_and_migrate(terminal: Terminal) -> None:
    assert terminal.types("migrate").returncode == 0
    checked = terminal.types("check", "--json")
    assert checked.returncode == 0 and all(each["ok"] for each in json.loads(checked.stdout))
    missing = terminal.types("check", TACIT_MODEL=str(terminal.folder / "no-such-folder"))
    assert missing.returncode == 1 and "mend" in missing.stdout


def test_check_names_the_database_and_leaves_it_as_it_is(
    terminal: Terminal, make_database: Callable[..., str], tmp_path: Path
) -> None:
    for url, server in (
        (make_database("postgresql", bare=True), "PostgreSQL"),
        (f"sqlite:///{tmp_path}/new.db", "SQLite"),
    ):
        before = terminal.types("check", DATABASE_URL=url)
        assert f"ok    database: {server} " in before.stdout and "it is empty. ./tacit migrate brings" in before.stdout
        assert terminal.types("migrate", DATABASE_URL=url).returncode == 0
        after = terminal.types("check", DATABASE_URL=url)
        assert f"ok    database: {server} " in after.stdout and "reached, and up to date" in after.stdout


def test_check_warns_of_a_disk_that_is_thrown_away(terminal: Terminal, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path.parent}/elsewhere.db"
    said = terminal.types("check", DATABASE_URL=url, RENDER="true")
    assert said.returncode == 0 and "look  disk: RENDER THROWS THIS DISK AWAY" in said.stdout
    kept = terminal.types("check", RENDER="true")
    assert "THROWS" not in kept.stdout


def test_a_backup_and_back(filled: Terminal) -> None:
    file = filled.folder / "monday.backup"
    said = filled.types("backup", str(file))
    assert said.returncode == 0 and f"is backed up in {file} (" in said.stdout and "kB)" in said.stdout
    again = filled.types("backup", str(file))
    assert again.returncode == 1 and "--force" in again.stderr
    assert filled.types("backup", str(file), "--force").returncode == 0
    (filled.folder / "tacit.db").unlink()
    back = filled.types("restore", str(file))
    assert back.returncode == 0 and "as it was when" in back.stdout and "before-restore" not in back.stdout
    assert filled.types("export", "tips").stdout.count("\n") == 3
    assert "is kept in" in filled.types("restore", str(file)).stdout
    assert (filled.folder / "tacit.db.before-restore").is_file()


def test_a_database_of_a_newer_tacit_is_left_alone(filled: Terminal) -> None:
    with closing(sqlite3.connect(filled.folder / "tacit.db")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    said = filled.types("export", "tips")
    assert said.returncode == 1 and "A newer version of Tacit made this database" in said.stderr
    checked = filled.types("check")
    assert checked.returncode == 1 and "a newer version of Tacit made it (form 9999)" in checked.stdout


@pytest.mark.parametrize(
    ("words", "environment", "says"),
    [
        (("ask",), {}, "Give either a question"),
        (("ask", "what?"), {}, "There is nothing here yet"),
        (("import", "tips", "nowhere.csv"), {}, "There is no file nowhere.csv"),
        (("export", "tips", "--format", "pdf"), {}, "choose jsonl, csv or markdown"),
        (("export", "tips", "--community", "Elsewhere"), {}, "There is no community 'Elsewhere'"),
        (("migrate",), {"PORT": "much"}, "PORT"),
        (("migrate",), {"TACIT_CONFIG": "no-such.toml"}, "there is no such file"),
        (("migrate",), {"DATABASE_URL": "sqlite:////proc/nowhere/tacit.db"}, "cannot be written"),
        (("migrate",), {"DATABASE_URL": "mysql://localhost/tacit"}, "postgresql:// or sqlite:///"),
        (("migrate",), {"DATABASE_URL": "postgresql://u:hidden@host:port/x"}, "DATABASE_URL can't be read"),
        (("migrate",), {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, "Nobody answers at the host and port"),
        (("check",), {"DATABASE_URL": "postgresql://u:hidden@host:port/x"}, "DATABASE_URL can't be read"),
        (("check",), {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x?sslmod=no"}, "invalid connection option"),
        (("check",), {"TACIT_LOGS": "xml"}, "TACIT_LOGS"),
        (("run", "--no-web"), {}, "Set tokens first"),
        (("backup", "/no/such/folder/x"), {}, "There is no folder /no/such/folder"),
        (("backup", "x.backup"), {}, "There is no database yet"),
        (("restore", "nowhere.backup"), {}, "nowhere.backup is not there"),
    ],
)
def test_bad_input_is_one_clear_sentence(
    terminal: Terminal, words: tuple[str, ...], environment: dict[str, str], says: str
) -> None:
    said = terminal.types(*words, **environment)
    assert said.returncode == 1
    assert says in " ".join(said.stderr.split()) and "Traceback" not in said.stderr
    assert "hidden" not in said.stderr + said.stdout


@pytest.mark.parametrize("bare_database", ["postgresql"], indirect=True)
def test_a_postgresql_server_is_used_by_its_address(terminal: Terminal, bare_database: str) -> None:
    where = {"DATABASE_URL": bare_database.replace("postgresql://", "postgres://")}
    file = terminal.folder / "tips.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in TIPS), encoding="utf-8")
    assert terminal.types("import", "tips", str(file), **where).stdout == "3 new, 0 changed, 0 the same.\n"
    assert "Unblock a feeding tube" in terminal.types("ask", "feeding tube", **where).stdout
    assert not list(terminal.folder.glob("*.db"))


def test_every_command_has_help_with_an_example(terminal: Terminal) -> None:
    for command in (
        ["demo"],
        ["run"],
        ["check"],
        ["model"],
        ["migrate"],
        ["backup"],
        ["restore"],
        ["import", "tips"],
        ["ask"],
        ["export", "tips"],
    ):
        said = terminal.types(*command, "--help")
        assert said.returncode == 0 and f"./tacit {' '.join(command)}" in " ".join(said.stdout.split()), command
