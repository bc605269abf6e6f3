"""The store: one database, and pieces of work in it that are bound to one community.

Every function of `knowledge.store` that touches a community's rows takes a `Work` first, and a `Work` knows its
community, so no query can forget it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.store.engine import is_away, open_engine, reader_of, take_turn

FORGET = "forget"
"""What a session's `info` says when it changed what `Store.remember` keeps."""

REMEMBERED_SECONDS = 10
"""How long another process's change of what `Store.remember` keeps may go unseen."""


class StoreUnavailable(Exception):
    """The database is away, or cannot take a change now: it is locked, full or read-only. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction in one community at one moment.

    Attributes:
        session: the database session.
        community: the community's id; every query asks for it.
        now: aware UTC; what is written is dated so.
    """

    session: AsyncSession
    community: int
    now: datetime


class Store:
    """The database of an installation. Opened once by `bot.wiring` and handed on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: AsyncEngine = open_engine(url)
        self._reader = reader_of(self.engine)
        self._remembered: dict[Hashable, tuple[float, Any]] = {}
        self._reading: dict[Hashable, tuple[int, asyncio.Future[Any]]] = {}
        self._writes = 0

    @asynccontextmanager
    async def write(self, community: int, now: datetime) -> AsyncIterator[Work]:
        """Opens a writing piece of work; commits at the end, or writes nothing when something is raised.

        Those in one community take turns, whatever process they are of: what was read is still so when it is written.

        Raises:
            StoreUnavailable: the database is away, locked, full or cannot be written.
        """
        async with self.session() as session:
            await take_turn(session, community)
            yield Work(session, community, now)

    @asynccontextmanager
    async def read(self, community: int, now: datetime) -> AsyncIterator[Work]:
        """Opens a reading piece of work; it waits for no writer, and all that it reads is of one moment.

        Raises:
            StoreUnavailable: the database is away.
        """
        async with self.session(reading=True) as session:
            yield Work(session, community, now)

    @asynccontextmanager
    async def session(self, *, reading: bool = False) -> AsyncIterator[AsyncSession]:
        """Opens a session outside any community, for the few things that belong to the installation.

        Raises:
            StoreUnavailable: the database is away, locked, full or cannot be written.
        """
        engine = self._reader if reading else self.engine
        try:
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                yield session
            if session.info.get(FORGET):
                self._writes += 1
                self._remembered.clear()
        except (DBAPIError, PoolTimeout) as error:
            if not is_away(error):
                raise
            raise StoreUnavailable(" ".join(str(getattr(error, "orig", error)).split())) from error

    async def remember(self, key: Hashable, read: Callable[[], Awaitable[Any]]) -> Any:
        """Gives what `read` gives, or gave since this process last changed any of it, `REMEMBERED_SECONDS` ago at most.

        For the few small things that every event asks for; who asks while it is being read waits for that reading.
        """
        kept = self._remembered.get(key)
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        under_way = self._reading.get(key)
        if under_way is None or under_way[0] != self._writes:
            under_way = self._reading[key] = (self._writes, asyncio.ensure_future(self._read_now(key, read)))
        return await asyncio.shield(under_way[1])

    async def _read_now(self, key: Hashable, read: Callable[[], Awaitable[Any]]) -> Any:
        writes = self._writes
        try:
            found = await read()
        finally:
            if key in self._reading and self._reading[key][0] == writes:
                del self._reading[key]
        if writes == self._writes:
            self._remembered[key] = (monotonic() + REMEMBERED_SECONDS, found)
        return found

    async def tune(self) -> None:
        """Lets SQLite look at its tables, so that it chooses indexes well; PostgreSQL does so by itself.

        Source: sqlite.org, *PRAGMA optimize*.
        """
        if self.engine.dialect.name == "sqlite":
            async with self.session() as session:
                await (await session.connection()).exec_driver_sql("PRAGMA optimize=0x10002")

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()
