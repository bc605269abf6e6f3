"""Alembic migrations, run by `./tacit migrate` and at every start."""

from pathlib import Path

from sqlalchemy import Connection, func, select

from knowledge.store.engine import is_postgresql
from knowledge.store.work import Store

ONE_AT_A_TIME = 0x7AC17
"""PostgreSQL's lock of who migrates; SQLite has one for all who write."""


async def migrate(store: Store) -> None:
    """Brings the database to the newest form. Safe to run again, and by several processes at once.

    Raises:
        StoreUnavailable: the database is away, locked, full or cannot be written.
    """
    async with store.session() as session:
        connection = await session.connection()
        if is_postgresql(session):
            await connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            await connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
