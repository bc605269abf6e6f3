"""Alembic migrations, run by `./tacit migrate` and at every start."""

from pathlib import Path

from sqlalchemy import Connection

from knowledge.store.work import Store


async def migrate(store: Store) -> None:
    """Brings the database to the newest form. Safe to run again, and by several processes one after another.

    Raises:
        StoreUnavailable: the database is locked, full or cannot be written.
    """
    async with store.session() as session:
        connection = await session.connection()
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
