"""The one typed, frozen `Settings`: from the environment, then from `tacit.toml`."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ROOT = Path(__file__).parent.parent

POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")
"""How an address of a PostgreSQL database begins."""


SHORTEST_KEY = 32
"""Characters of the key for signing, at least: 192 bits where they are random. Source: RFC 7518, 3.2 (128 and more)."""


class SettingsError(Exception):
    """A setting is wrong; the message is a sentence that names it and says what is meant."""


class Settings(BaseSettings):
    """What the operator chose. The names in the environment are the aliases in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_file=None, populate_by_name=True)

    data: Path = Field(default=ROOT / "data", validation_alias="TACIT_DATA")
    database_url: str = Field(default="", validation_alias="DATABASE_URL", repr=False)
    model: str = Field(default="", validation_alias="TACIT_MODEL")
    port: int = Field(default=8000, ge=1, le=65_535, validation_alias="PORT")
    url: str = Field(default="", validation_alias="TACIT_URL")
    secret_key: SecretStr = Field(default=SecretStr(""), validation_alias="TACIT_SECRET_KEY")
    community: str = Field(default="", validation_alias="TACIT_COMMUNITY")
    logs: Literal["", "json", "text"] = Field(default="", validation_alias="TACIT_LOGS")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", validation_alias="TACIT_LOG_LEVEL")
    metrics_token: SecretStr = Field(default=SecretStr(""), validation_alias="TACIT_METRICS_TOKEN")

    slack_bot_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="", validation_alias="SLACK_API_URL")

    discord_token: SecretStr = Field(default=SecretStr(""), validation_alias="DISCORD_TOKEN")
    discord_api_url: str = Field(default="", validation_alias="DISCORD_API_URL")
    discord_gateway_url: str = Field(default="", validation_alias="DISCORD_GATEWAY_URL")
    discord_server: str = Field(default="", validation_alias="DISCORD_SERVER")

    @model_validator(mode="after")
    def _slack_is_whole(self) -> "Settings":
        ways = (self.slack_app_token, self.slack_signing_secret)
        if self.slack_bot_token and not any(ways):
            raise ValueError("SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
        if any(ways) and not self.slack_bot_token:
            raise ValueError("SLACK_BOT_TOKEN is missing: Slack shows it under Install App")
        return self

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if value and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"it has {SHORTEST_KEY} random characters or more")
        return value

    @field_validator("url", "slack_api_url", "discord_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _kind_of_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "sqlite+aiosqlite:///", *POSTGRESQL)):
            raise ValueError("it starts with postgresql:// or sqlite:///")
        return value

    @property
    def has_chats(self) -> bool:
        """Whether a chat platform is configured."""
        return bool(self.slack_bot_token or self.discord_token)

    @property
    def address(self) -> str:
        """Where this is reached."""
        return self.url or f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """The database's address: the one that was given, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'tacit.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None where it is PostgreSQL's."""
        if self.database.startswith(POSTGRESQL):
            return None
        return Path(self.database.partition(":///")[2].partition("?")[0])

    @property
    def model_folder(self) -> Path | None:
        """Where the sentence encoder is, or None where none is wanted."""
        if self.model.lower() == "none":
            return None
        return Path(self.model) if self.model else self.data / "model"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given in code win over the environment, which wins over `tacit.toml`."""
        path = os.environ.get("TACIT_CONFIG", "")
        toml = (TomlConfigSettingsSource(settings_cls, Path(path)),) if path else ()
        return (init_settings, env_settings, *toml)


def read_settings(**given: Any) -> Settings:
    """Reads the settings; `given` are values from the command line, which win.

    Raises:
        SettingsError: a value is wrong, `TACIT_CONFIG` names no file, or its file is no TOML.
    """
    path = os.environ.get("TACIT_CONFIG", "")
    if path and not Path(path).is_file():
        raise SettingsError(f"TACIT_CONFIG names {path}, and there is no such file.")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if not name:
            raise SettingsError(f"{first['msg'].removeprefix('Value error, ')}.") from error
        raise SettingsError(f"The setting {name} is wrong: {first['msg']}.") from error
