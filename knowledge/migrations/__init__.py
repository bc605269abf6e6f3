"""Alembic migrations, run by `./tacit migrate` and at every start."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from knowledge.store.engine import is_postgresql
from knowledge.store.work import Store

ONE_AT_A_TIME = 0x7AC17
"""PostgreSQL's lock of who migrates; SQLite has one for all who write."""

SERVERS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

if TYPE_CHECKING:
    from alembic.config import Config


class MadeByNewer(Exception):
    """The database has a form that this version of Tacit does not know."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a database.

    Attributes:
        server: what keeps it, with its version.
        found: its form; empty where it has none yet.
        newest: the newest form.
        is_known: whether this version of Tacit can bring it to the newest form.
    """

    server: str
    found: str
    newest: str
    is_known: bool


async def form_of(store: Store) -> Form:
    """Looks which form a database has, and whether it can be written now.

    Raises:
        StoreUnavailable: the database is away, locked, full or cannot be written.
    """
    async with store.session() as session:
        connection = await session.connection()
        found = await connection.run_sync(_found)
        dialect = store.engine.dialect
        version = ".".join(map(str, getattr(dialect, "server_version_info", None) or ()))
        known = forms()
        return Form(f"{SERVERS[dialect.name]} {version}", found, known[0], found in known or not found)


def forms() -> tuple[str, ...]:
    """Lists the forms that a database may have, the newest first."""
    from alembic.script import ScriptDirectory

    return tuple(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


async def migrate(store: Store) -> None:
    """Brings the database to the newest form. Safe to run again, and by several processes at once.

    Raises:
        StoreUnavailable: the database is away, locked, full or cannot be written.
        MadeByNewer: a newer version of Tacit made it, or brought it to its form.
    """
    async with store.session() as session:
        connection = await session.connection()
        if is_postgresql(session):
            await connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            await connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command

    found = _found(connection)
    if found and found not in forms():
        raise MadeByNewer(found)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _found(connection: Connection) -> str:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
