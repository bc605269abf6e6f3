"""Engines for the two databases, set up so that both keep the same promises.

Who reads sees one moment. Who writes may read first and lose nobody's update: SQLite's writers take turns, which
Python's default transactions do not make them do, so every writing one starts with BEGIN IMMEDIATE; PostgreSQL's take
turns within a community (`take_turn`). Source: sqlite.org, *Isolation in SQLite* and *BEGIN TRANSACTION*;
postgresql.org, *Transaction Isolation* and *Explicit Locking*.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.models import Community

READ_ONLY = "tacit_read_only"
"""Execution option of connections that only read; they do not take SQLite's write lock."""

_BUSY_WAIT_MILLISECONDS = 5_000
"""How long a writer waits for its turn."""

_CONNECT_WAIT_SECONDS = 5
"""How long a database server may take to answer (ours: platforms wait for an answer for 3 seconds)."""

_SILENT_MILLISECONDS = 15_000
"""After so long without a sign of the server, a PostgreSQL connection counts as gone (ours)."""

_READ_ONLY_STATE = "25006"
"""What a PostgreSQL server says that takes no changes, such as a replica. Source: postgresql.org, *Error Codes*."""


def async_url(url: str) -> str:
    """Names the driver where `url` names only the database (`sqlite:///…`, `postgresql://…`)."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(False)


def open_engine(url: str) -> AsyncEngine:
    """Opens an engine; makes the folder of a SQLite file where it is missing. Parameters never show in errors."""
    parsed = make_url(async_url(url))
    engine = _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgresql(parsed)
    event.listen(engine.sync_engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def reader_of(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for who only reads: all that one session reads is of one moment."""
    options: dict[str, Any] = {READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.execution_options(**options)


async def take_turn(session: AsyncSession, community: int) -> None:
    """Waits until no other process writes in a community. SQLite makes every writer wait by itself."""
    if is_postgresql(session):
        await session.exec(select(Community.id).where(Community.id == community).with_for_update(key_share=True))


async def write_once(session: AsyncSession, row: SQLModel) -> bool:
    """Writes a row unless one is there that it would repeat; whether it was written. The row itself stays as it is."""
    values = {name: value for name, value in row.model_dump().items() if value is not None}
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    written = insert(table).values(**values).on_conflict_do_nothing().returning(literal(True))
    return (await (await session.connection()).execute(written)).first() is not None


async def add_once(session: AsyncSession, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows, but for those that are there already by what tells them apart."""
    if rows:
        insert = (postgresql.insert if is_postgresql(session) else sqlite.insert)(table)
        await (await session.connection()).execute(insert.on_conflict_do_nothing(), [dict(row) for row in rows])


def is_postgresql(session: AsyncSession) -> bool:
    """Whether a session is one with PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def is_away(error: DBAPIError | PoolTimeout) -> bool:
    """Whether an error says that the database cannot be asked now, and not that something wrong was asked of it."""
    if isinstance(error, OperationalError | PoolTimeout):
        return True
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY_STATE


def _open_sqlite(url: URL) -> AsyncEngine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _open_postgresql(url: URL) -> AsyncEngine:
    """Prepares no statements: they are hardly quicker here, and a pooler such as PgBouncer may lose them.

    Source: psycopg.org, *Prepared statements*.
    """
    ways = {"connect_timeout": _CONNECT_WAIT_SECONDS, "tcp_user_timeout": _SILENT_MILLISECONDS}
    chosen = {name: value for name, value in ways.items() if name not in url.query} | {"prepare_threshold": None}
    engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=chosen)
    event.listen(engine.sync_engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {_BUSY_WAIT_MILLISECONDS}")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={_BUSY_WAIT_MILLISECONDS}",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _without_nul(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, is_many: bool
) -> tuple[str, Any]:
    """Takes NUL characters out of every text: PostgreSQL refuses them, and nobody sees them.

    Source: postgresql.org, *Character Types*.
    """
    return statement, [_clean(each) for each in parameters] if isinstance(parameters, list) else _clean(parameters)


def _clean(parameters: Any) -> Any:
    if isinstance(parameters, dict):
        return {name: _clean_value(value) for name, value in parameters.items()}
    return tuple(_clean_value(value) for value in parameters)


def _clean_value(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value
