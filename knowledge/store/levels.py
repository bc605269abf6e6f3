"""How many members stand at which level of participation, as it may be shown: over the months, and by group.

A month is counted once, when it is over and somebody first asks, and is shown so from then on: of those who are here
then and may be counted. What was published of the month before binds what is published of the next, so that no two of
them give away who moved. Groups are the lines of practices or places that are published of themselves. Levels that the
months show as one are one in the groups too: what is one here and two there would tell the difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy import Integer, cast
from sqlmodel import col, select

from knowledge.models import Member, PublishedTable
from knowledge.network import Published, Table, publish
from knowledge.participation import GIVING, WEEK, WEEKS, Level
from knowledge.standing import Crowd, Levels, Numbers, microseconds_of
from knowledge.store import deeds
from knowledge.store.numbers import microseconds, numbers_in_pieces, together
from knowledge.store.published import Lines
from knowledge.store.ties import month_of
from knowledge.store.work import Work

MONTHS = 12
"""Months that are shown (ours: a year is what people compare with)."""

LARGEST = 24
"""Lines of people that are shown by themselves, the largest; the others stand together (ours: two screens)."""

NAME = "levels"
SORTS = ("practice", "place")
EVERYBODY, OTHERS = "everybody", "others"
AND = "+"
"""Stands between levels that are one column."""

_KEPT = TypeAdapter(Published)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many stand at a level; None where that may not be shown.

    Where levels are shown as one, the first of them has the number and `beside` names the others; the others have
    none, and `beside` names the first.
    """

    count: int | None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """How many stand at each level, in the order of `Level`. `name` is a month (`2026-10`) or what a line is called.

    `total` is of all levels, hidden ones included; None where there are too few people. A line without a name has
    everybody in it who is in no other.
    """

    name: str
    cells: tuple[Cell, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: by month, the oldest first; by practice and by place, as it was when the last month ended."""

    months: tuple[Row, ...]
    groups: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted and is not published yet: a table by the name under which it will be kept."""

    tables: Mapping[str, Table]


async def count(work: Work, lines: Mapping[str, Lines], progress: Progress = lambda done: None) -> Counted:
    """Counts the months that were never published, and the groups that were not since the last one ended.

    Args:
        work: a piece of work that reads, however long.
        lines: the lines of `practice` and of `place` that may be shown.
        progress: is told how much is done, 0 to 1.
    """
    months = months_before(work.now)
    known = await _kept(work)
    last = month_of(months[-1][0])
    missing = [(start, end) for start, end in months if _of_month(start) not in known]
    stale = [sort for sort in SORTS if known.get(f"{NAME}:{sort}", ("", None))[0] < last]
    moments = [end for _, end in missing] + ([months[-1][1]] if stale else [])
    if not moments:
        return Counted({})
    levels = await _levels(work, moments, progress)
    tables = {
        _of_month(start): _table((EVERYBODY,), each := levels.levels(at), np.zeros_like(each))
        for at, (start, _) in enumerate(missing)
    }
    for sort in stale:
        tables[f"{NAME}:{sort}"] = await _grouped(work, sort, lines[sort], levels.levels(len(moments) - 1))
    return Counted(tables)


async def show(work: Work, counted: Counted, lines: Mapping[str, Lines]) -> Shown:
    """Publishes what was counted, unless another process did meanwhile, and gives what may be shown."""
    months = months_before(work.now)
    known, last = await _kept(work), month_of(months[-1][0])
    before: Published | None = None
    for name in map(_of_month, (start for start, _ in months)):
        if name not in known and name in counted.tables:
            known[name] = (name.removeprefix(f"{NAME}:"), publish(counted.tables[name], before))
            await _keep(work, name, *known[name])
        found = known[name][1] if name in known else None
        before = found if found is not None and found.total is not None else before
    for sort in SORTS:
        name = f"{NAME}:{sort}"
        month, earlier = known.get(name, ("", None))
        if month < last and name in counted.tables:
            table = _as_the_months(counted.tables[name], before)
            known[name] = (last, publish(table, earlier if _is_of(earlier, table) else None))
            await _keep(work, name, *known[name])
    rows = [_row(month_of(start), known[_of_month(start)][1], 0) for start, _ in months if _of_month(start) in known]
    first = next((at for at, row in enumerate(rows) if row.total is not None), len(rows))
    groups = {sort: _group_rows(known[f"{NAME}:{sort}"][1], lines[sort]) for sort in SORTS if f"{NAME}:{sort}" in known}
    return Shown(tuple(rows[first:]), groups)


def months_before(now: datetime) -> list[tuple[datetime, datetime]]:
    """The last `MONTHS` months by UTC that are over, as (start, end), the oldest first."""
    ends = [now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    while len(ends) <= MONTHS:
        ends.insert(0, (ends[0] - timedelta(days=1)).replace(day=1))
    return list(pairwise(ends))


async def _levels(work: Work, moments: Sequence[datetime], progress: Progress) -> Levels:
    """Where everybody stood at these moments, of those who are here and may be counted."""
    levels = Levels(await _crowd(work), [microseconds_of(moment) for moment in moments])
    since, until = min(moments) - WEEKS * WEEK, max(moments)
    for at, kept in enumerate(deeds.KEPT):
        query = select(kept.who, microseconds(work.session, kept.at)).where(kept.who.is_not(None), *kept.holds)
        query = query.where(kept.at > since, kept.at <= until)
        query = query.where(*(column.class_.community_id == work.community for column in (kept.who, kept.at)))
        async for who, when in numbers_in_pieces(work.session, query):
            levels.note(who, when, gives=kept.deed in GIVING)
        progress((at + 1) / len(deeds.KEPT))
    return levels


async def _crowd(work: Work) -> Crowd:
    columns: Any = (Member.id, microseconds(work.session, Member.joined_at), cast(Member.is_core, Integer))
    query = select(*columns).where(*_is_here(work)).order_by(col(Member.id))
    people = [each async for each in numbers_in_pieces(work.session, query)]
    ids, joined_at, is_core = together(people, len(columns))
    return Crowd(ids, joined_at, is_core.astype(np.bool_))


async def _grouped(work: Work, sort: str, lines: Lines, levels: Numbers) -> Table:
    """People by line and level; lines beyond the largest, and whoever is in none, are the others."""
    query = select(getattr(Member, sort)).where(*_is_here(work)).order_by(col(Member.id))
    coded = lines.coded(work.community, list((await work.session.exec(query)).all()))
    order = sorted(range(len(lines.called)), key=lambda line: (-int(lines.people[line]), line))[:LARGEST]
    places = np.array([order.index(line) if line in order else len(order) for line in range(len(lines.called))] or [0])
    groups = np.where(coded >= 0, places[coded], len(order))
    return _table((*(_key(lines, line) for line in order), OTHERS), levels, groups)


async def _kept(work: Work) -> dict[str, tuple[str, Published]]:
    """What was published before: under its name the month it is of, and the table."""
    query = select(PublishedTable).where(PublishedTable.community_id == work.community)
    rows = (await work.session.exec(query.where(col(PublishedTable.name).startswith(f"{NAME}:")))).all()
    return {row.name: (row.month, _KEPT.validate_python(row.body)) for row in rows}


async def _keep(work: Work, name: str, month: str, published: Published) -> None:
    query = select(PublishedTable).where(PublishedTable.community_id == work.community, PublishedTable.name == name)
    row = (await work.session.exec(query)).first()
    if row is None:
        row = PublishedTable(community_id=work.community, name=name, month=month, body={})
        work.session.add(row)
    row.month, row.body = month, asdict(published)
    await work.session.flush()


def _of_month(start: datetime) -> str:
    return f"{NAME}:{month_of(start)}"


def _table(rows: tuple[str, ...], levels: Numbers, groups: Numbers) -> Table:
    counts = np.zeros((len(rows), len(Level)), np.int64)
    here = levels >= 0
    np.add.at(counts, (groups[here], levels[here]), 1)
    return Table(rows, tuple(map(str, Level)), counts)


def _as_the_months(table: Table, months: Published | None) -> Table:
    """A table in which the levels are one that the months show as one."""
    if months is None:
        return table
    places = [[table.columns.index(level) for level in line] for line in months.columns]
    counts = np.stack([table.counts[:, each].sum(axis=1) for each in places], axis=1)
    return Table(table.rows, tuple(map(AND.join, months.columns)), counts)


def _is_of(published: Published | None, table: Table) -> bool:
    return published is not None and {each for line in published.columns for each in line} == set(table.columns)


def _key(lines: Lines, line: int) -> str:
    """What a line is known by from month to month: the first of the digests in it."""
    return min(key for key, of in lines.of.items() if of == line)


def _group_rows(published: Published, lines: Lines) -> tuple[Row, ...]:
    names = {_key(lines, line): called for line, called in enumerate(lines.called)}
    rows = [
        _row(" · ".join(sorted(names[key] for key in keys if key in names)), published, at)
        for at, keys in enumerate(published.rows)
    ]
    return tuple(sorted((row for row in rows if row.total), key=lambda row: (not row.name, row.name)))


def _row(name: str, published: Published, at: int) -> Row:
    if published.total is None:
        return Row(name, tuple(Cell(None) for _ in Level), None)
    cells: dict[str, Cell] = {}
    for line, count in zip(published.columns, published.cells[at], strict=True):
        first, *others = (level for each in line for level in each.split(AND))
        cells |= {each: Cell(None, (first,)) for each in others} | {first: Cell(count, tuple(others))}
    return Row(name, tuple(cells[str(level)] for level in Level), published.row_totals[at])


def _is_here(work: Work) -> tuple[Any, ...]:
    return (
        col(Member.community_id) == work.community,
        col(Member.left_at).is_(None),
        col(Member.is_counted).is_(True),
    )
