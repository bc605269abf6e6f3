"""The settings: defaults, the environment, `tacit.toml`, and one clear sentence for each mistake."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import ROOT, Settings, SettingsError, read_settings

NAMES = (
    "TACIT_DATA",
    "DATABASE_URL",
    "TACIT_MODEL",
    "PORT",
    "TACIT_URL",
    "TACIT_COMMUNITY",
    "TACIT_LOGS",
    "TACIT_LOG_LEVEL",
    "TACIT_SECRET_KEY",
    "TACIT_METRICS_TOKEN",
    "TACIT_CONFIG",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "DISCORD_GATEWAY_URL",
    "DISCORD_SERVER",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings stay out of it."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a `tacit.toml` and names it."""

    def _write(text: str) -> Path:
        path = tmp_path / "tacit.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("TACIT_CONFIG", str(path))
        return path

    return _write


def test_every_setting_is_among_those_cleared_here() -> None:
    assert {str(field.validation_alias) for field in Settings.model_fields.values()} == set(NAMES) - {"TACIT_CONFIG"}


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.data == ROOT / "data"
    assert settings.database == f"sqlite:///{ROOT / 'data' / 'tacit.db'}"
    assert settings.model_folder == ROOT / "data" / "model"
    assert (settings.port, settings.url, settings.community) == (8000, "", "")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("TACIT_URL", "https://tacit.example.org/")
    settings = read_settings()
    assert settings.database == f"sqlite:///{tmp_path / 'tacit.db'}"
    assert (settings.port, settings.url) == (9000, "https://tacit.example.org")


def test_the_file_is_read(write) -> None:
    write('PORT = 8100\nTACIT_COMMUNITY = "The ward"\n')
    assert (read_settings().port, read_settings().community) == (8100, "The ward")


def test_the_environment_wins_over_the_file(write, monkeypatch: pytest.MonkeyPatch) -> None:
    write('PORT = 8100\nTACIT_COMMUNITY = "The ward"\n')
    monkeypatch.setenv("PORT", "8200")
    assert (read_settings().port, read_settings().community) == (8200, "The ward")


def test_the_command_line_wins_over_everything(write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("PORT = 8100\n")
    monkeypatch.setenv("PORT", "8200")
    assert read_settings(port=8300).port == 8300
    assert read_settings(port=None).port == 8200


def test_a_database_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tacit@localhost/tacit")
    assert read_settings().database == "postgresql://tacit@localhost/tacit"
    assert read_settings().sqlite_file is None


@pytest.mark.parametrize("address", ["mysql://localhost/tacit", "tacit.db", "sqlite://", "https://db.example.org"])
def test_a_database_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(SettingsError, match=r"DATABASE_URL.*postgresql:// or sqlite:///"):
        read_settings()


def test_the_databases_file_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TACIT_DATA", str(tmp_path))
    assert read_settings().sqlite_file == tmp_path / "tacit.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db?timeout=5")
    assert read_settings().sqlite_file == tmp_path / "other.db"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tacit:hidden-one@localhost/tacit")
    monkeypatch.setenv("TACIT_METRICS_TOKEN", "hidden-two")
    assert "hidden" not in repr(read_settings())


@pytest.mark.parametrize(("name", "value"), [("TACIT_LOGS", "xml"), ("TACIT_LOG_LEVEL", "loud")])
def test_a_way_to_log_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        read_settings()


@pytest.mark.parametrize("word", ["none", "None", "NONE"])
def test_no_sentence_model_is_wanted(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("TACIT_MODEL", word)
    assert read_settings().model_folder is None


def test_another_sentence_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TACIT_MODEL", str(tmp_path))
    assert read_settings().model_folder == tmp_path


def test_an_unknown_key_in_the_file_is_named(write) -> None:
    write("TACIT_PROT = 8100\n")
    with pytest.raises(SettingsError, match="TACIT_PROT"):
        read_settings()


@pytest.mark.parametrize("port", ["0", "70000", "eighty", ""])
def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SettingsError, match="PORT"):
        read_settings()


def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_URL", "tacit.example.org")
    with pytest.raises(SettingsError, match=r"TACIT_URL.*http"):
        read_settings()


def test_a_file_that_is_no_toml_is_named(write) -> None:
    path = write("PORT = = 8100\n")
    with pytest.raises(SettingsError, match="not valid TOML") as error:
        read_settings()
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TACIT_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="no such file"):
        read_settings()


def test_other_names_in_the_environment_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_SOMETHING", "else")
    assert read_settings().port == 8000


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read_settings().port = 1  # type: ignore[misc]
