"""Engines for the two databases: SQLite as it is safe to use, PostgreSQL as it comes.

Python's default SQLite transactions lose updates silently when two processes read and then write, so every writing
transaction starts with BEGIN IMMEDIATE. Source: sqlite.org, *Isolation in SQLite* and *BEGIN TRANSACTION*.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

READ_ONLY = "tacit_read_only"
"""Execution option of connections that only read; they do not take SQLite's write lock."""

_BUSY_WAIT_MILLISECONDS = 5_000


def async_url(url: str) -> str:
    """Names the driver where `url` names only the database (`sqlite:///…`, `postgresql://…`)."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername)).render_as_string(False)


def open_engine(url: str) -> AsyncEngine:
    """Opens an engine; makes the folder of a SQLite file where it is missing. Parameters never show in errors."""
    parsed = make_url(async_url(url))
    is_sqlite = parsed.get_backend_name() == "sqlite"
    if is_sqlite and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, hide_parameters=True, pool_pre_ping=not is_sqlite)
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={_BUSY_WAIT_MILLISECONDS}",
        "foreign_keys=ON",
        "synchronous=NORMAL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
