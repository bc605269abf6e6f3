"""Reading very many rows: a few thousand at a time, as numbers, so that memory stays small and nobody waits for it.

Moments are turned into whole numbers by the database: to make a Python object of each takes longer than to read it.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Integer, cast, extract, func
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.store.engine import is_postgresql

AT_ONCE = 2_000
"""Rows that are read in one go (ours: some milliseconds, in which the event loop does nothing else)."""

SECOND = 1_000_000
"""Microseconds of one."""

Numbers = NDArray[np.int64]


def microseconds(session: AsyncSession, moment: Any) -> Any:
    """A moment as the whole microseconds since 1970, for a query to select.

    SQLite keeps moments as text; its own fractions of a second are of three digits, so they are read apart.
    """
    if is_postgresql(session):
        return cast(extract("epoch", moment) * SECOND, BigInteger)
    whole = cast(func.strftime("%s", func.substr(moment, 1, 19)), Integer)
    return whole * SECOND + cast(func.substr(moment, 21), Integer)


async def in_pieces(session: AsyncSession, query: Any) -> AsyncIterator[Sequence[Any]]:
    """Gives the rows of a query, `AT_ONCE` at a time; others get their turn in between."""
    result = await (await session.connection()).stream(query.execution_options(yield_per=AT_ONCE))
    async for rows in result.partitions(AT_ONCE):
        yield rows


async def numbers_in_pieces(session: AsyncSession, query: Any) -> AsyncIterator[Numbers]:
    """Gives the rows of a query that selects only whole numbers; each piece is of shape (columns, rows)."""
    async for rows in in_pieces(session, query):
        width = len(rows[0])
        yield np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * width).reshape(-1, width).T


def together(pieces: Iterable[Numbers], columns: int) -> Numbers:
    """Puts pieces into one, of shape (columns, rows), also where there is none."""
    return np.concatenate([np.zeros((columns, 0), np.int64), *pieces], axis=1)
