"""Leases: what only one process of an installation may do at a time, such as listening to Discord."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, or_, select, update

from knowledge.models import Lease
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
        found = (await session.exec(select(Lease).where(Lease.name == name))).first()
        if found is None:
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            fresh = insert(Lease).values(name=name, holder=holder, beat_at=now).on_conflict_do_nothing()
            return Taken(None) if (await session.exec(fresh)).rowcount else None
        before = found.beat_at
        free = or_(col(Lease.holder).in_(("", holder)), col(Lease.beat_at) < now - LASTS)
        taken = update(Lease).where(col(Lease.name) == name, free).values(holder=holder, beat_at=now)
        return Taken(before) if (await session.exec(taken)).rowcount else None


async def give_back(store: Store, name: str, holder: str, now: datetime) -> None:
    """Gives a lease back, so that another process can take it at once."""
    async with store.session() as session:
        mine = update(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder)
        await session.exec(mine.values(holder="", beat_at=now))
