"""Which hosts throw their disk away, what is lost there, and where the process listens."""

from pathlib import Path

import pytest

from config.hosts import MARKS, host_of, is_writable, listens_on, lost_at_restart
from config.settings import Settings

HEROKU = {"DYNO": "web.1"}
TOKENS = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
POSTGRESQL = "postgresql://tacit@db.example.org/tacit"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings stay out of it."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def lost(environment: dict[str, str], *, writable: bool = True, **given: object) -> str:
    return lost_at_restart(Settings(**given), environment, may_write=lambda folder: writable)


@pytest.mark.parametrize("mark", MARKS)
def test_a_host_is_known_by_what_it_sets(mark: str) -> None:
    assert host_of({mark: "something", "PATH": "/bin"}) == MARKS[mark]
    assert host_of({"PATH": "/bin", "PORT": "8000"}) == host_of({mark: ""}) == ""


def test_it_listens_to_this_machine_unless_it_is_reached_from_outside() -> None:
    assert listens_on(Settings(), {}) == "127.0.0.1"
    assert listens_on(Settings(), HEROKU) == "0.0.0.0"
    assert listens_on(Settings(url="https://tacit.example.org"), {}) == "0.0.0.0"


def test_a_file_on_a_host_is_lost_and_it_says_what_and_what_to_do() -> None:
    said = lost(HEROKU, **TOKENS)
    assert said.startswith("HEROKU THROWS THIS DISK AWAY") and said.count("\n") >= 3
    for words in ("every tip, question and member", "tacit.db", "DATABASE_URL=postgresql://", "TACIT_DATA"):
        assert words in said
    assert "room" not in said


def test_on_a_machine_of_ones_own_nothing_is_lost() -> None:
    assert lost({}) == ""


def test_postgresql_keeps_it() -> None:
    assert lost(HEROKU, database_url=POSTGRESQL, **TOKENS) == ""


def test_a_room_is_lost_also_with_postgresql() -> None:
    said = lost(HEROKU, database_url=POSTGRESQL)
    assert "what was said in the room" in said and "every tip" not in said


def test_a_disk_that_stays_keeps_it() -> None:
    assert lost(HEROKU, data=Path("/mnt/kept")) == ""
    assert lost(HEROKU, data=Path("/mnt/kept"), database_url="sqlite:////mnt/kept/deep/tacit.db") == ""


def test_a_database_beside_the_disk_that_stays_is_lost() -> None:
    said = lost(HEROKU, data=Path("/mnt/kept"), database_url="sqlite:////tmp/tacit.db")
    assert "/tmp/tacit.db" in said and "room" not in said


def test_a_disk_that_cannot_be_written_is_named() -> None:
    said = lost(HEROKU, writable=False, data=Path("/mnt/kept"))
    assert "TACIT_DATA names /mnt/kept, which can't be written." in said


def test_a_folder_is_writable_where_it_can_be_made(tmp_path: Path) -> None:
    assert is_writable(tmp_path) and is_writable(tmp_path / "not" / "yet")
    (tmp_path / "file").touch()
    assert not is_writable(tmp_path / "file") and not is_writable(tmp_path / "file" / "below")
