"""Practices and places as they are published: small ones together, so that no two months give away who came or went.

What was published last is kept, and is counted anew once a month; groups stand in it as digests of their names. A line
keeps its name when one of few people leaves: only that nobody at all, left or not, says a practice of themself any
more changes it. The two are published each by itself: of no line is it told who of it is in which of the other's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from sqlmodel import col, func, select

from knowledge.models import Member, PublishedTable
from knowledge.network import UNKNOWN, Published, Table, Whole, publish
from knowledge.store.engine import write_once
from knowledge.store.ties import month_of
from knowledge.store.work import Work

PRACTICES, PLACES = "practices", "places"

_KEPT = TypeAdapter(Published)


@dataclass(frozen=True, slots=True)
class Lines:
    """Practices, or places, that are shown as one; each is a line, mostly of one of them.

    Attributes:
        of: the line of each, by the digest of its name; those that may not be shown yet are in none.
        called: what each line is called, by all that are in it, whoever is of them.
        people: how many are in each line, as published; shape (lines,).
    """

    of: dict[str, int]
    called: tuple[str, ...]
    people: Whole

    def coded(self, community: int, names: Sequence[str]) -> Whole:
        """The line of each name, or `UNKNOWN`; shape (names,)."""
        return np.array([self.of.get(digest(community, name), UNKNOWN) for name in names], np.int64)


async def practices(work: Work) -> Lines:
    """Gives the lines of practices that this month shows; the first who asks in a month counts them anew."""
    return await _published(work, PRACTICES, Member.practice)


async def places(work: Work) -> Lines:
    """Gives the lines of places that this month shows, as `practices` does."""
    return await _published(work, PLACES, Member.place)


async def _published(work: Work, table: str, of: Any) -> Lines:
    new = PublishedTable(community_id=work.community, name=table, month="", body={})
    await write_once(work.session, new)
    query = select(PublishedTable).where(PublishedTable.community_id == work.community)
    row = (await work.session.exec(query.where(PublishedTable.name == table).with_for_update())).one()
    month = month_of(work.now)
    if row.month < month:
        before = _KEPT.validate_python(row.body) if row.body else None
        row.body, row.month = asdict(publish(await _counted(work, of), before)), month
        await work.session.flush()
    return await _lines(work, of, _KEPT.validate_python(row.body))


def digest(community: int, name: str) -> str:
    """What stands for the name of a group."""
    return hashlib.sha256(f"{community}:{plainly(name)}".encode()).hexdigest()[:16]


def plainly(name: str) -> str:
    """A practice or place as it is compared."""
    return " ".join(name.split()).casefold()


async def _counted(work: Work, of: Any) -> Table:
    query: Any = select(of, func.count()).where(Member.community_id == work.community)
    query = query.where(col(Member.is_counted).is_(True), col(Member.left_at).is_(None)).group_by(of)
    people: dict[str, int] = {}
    for name, count in (await work.session.exec(query)).all():
        if plainly(name):
            key = digest(work.community, name)
            people[key] = people.get(key, 0) + count
    keys = sorted(people)
    return Table(tuple(keys), ("people",), np.array([[people[key]] for key in keys], np.int64).reshape(-1, 1))


async def _lines(work: Work, of: Any, published: Published) -> Lines:
    shown = [
        (keys, count)
        for keys, count, row in zip(published.rows, published.row_totals, published.cells, strict=True)
        if count and None not in row
    ]
    query = select(of).where(Member.community_id == work.community).distinct()
    known = {digest(work.community, name): plainly(name) for name in (await work.session.exec(query)).all()}
    called = tuple(" · ".join(sorted(known[key] for key in keys if key in known)) for keys, _ in shown)
    line_of = {key: line for line, (keys, _) in enumerate(shown) for key in keys}
    return Lines(line_of, called, np.array([count for _, count in shown], np.int64))
