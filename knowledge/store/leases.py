"""Leases: what only one process of an installation may do at a time, such as listening to Discord.

Processes that share a PostgreSQL may run on machines whose clocks differ, so there the database's clock counts. Those
that share a SQLite file are on one machine, and theirs does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.columns import UTCDateTime
from knowledge.models import Lease
from knowledge.store.engine import is_postgresql, write_once
from knowledge.store.work import Store

LASTS = timedelta(seconds=6)
"""A holder that showed no sign of life for so long has lost its lease."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A lease that was taken; `before` is when it was last held by anybody, None where nobody ever held it."""

    before: datetime | None


async def take_lease(store: Store, name: str, holder: str, now: datetime) -> Taken | None:
    """Takes a lease that nobody holds, or keeps one's own for longer; None while another process holds it."""
    async with store.session() as session:
        moment = await _moment(session, now)
        found = (await session.exec(select(Lease.beat_at).where(Lease.name == name))).first()
        if found is None:
            return Taken(None) if await write_once(session, Lease(name=name, holder=holder, beat_at=moment)) else None
        free = or_(col(Lease.holder).in_(("", holder)), col(Lease.beat_at) < moment - LASTS)
        taken = update(Lease).where(col(Lease.name) == name, free).values(holder=holder, beat_at=moment)
        return Taken(found) if (await session.exec(taken)).rowcount else None


async def give_back(store: Store, name: str, holder: str, now: datetime) -> None:
    """Gives a lease back, so that another process can take it at once."""
    async with store.session() as session:
        mine = update(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder)
        await session.exec(mine.values(holder="", beat_at=await _moment(session, now)))


async def _moment(session: AsyncSession, now: datetime) -> datetime:
    if not is_postgresql(session):
        return now
    moment: datetime = (await session.exec(select(func.clock_timestamp(type_=UTCDateTime)))).one()
    return moment
