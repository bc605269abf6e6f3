"""How many members stand at which level of participation, as it may be shown: over the months, and by group.

Every number is rounded to fives, and what is below five is not told; so nobody stands out, not by subtraction either.
A month is counted once, when it is over and somebody first asks, of those who are here then and may be counted, and is
shown so from then on. The month that goes on, and the groups, are counted once a month too, on the day of the first who
asks: nobody can look from day to day who moved. Groups are the lines of practices or places that are published of
themselves. The core group is in none of it: everybody may see by name who is of it.

Source: HESA, *Rounding and suppression to anonymise statistics* (people are rounded to the nearest multiple of five).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Integer, cast
from sqlmodel import col, select

from knowledge.models import Member, PublishedTable
from knowledge.participation import GIVING, WEEK, WEEKS, Level
from knowledge.standing import Crowd, Levels, Numbers, microseconds_of
from knowledge.store import deeds
from knowledge.store.engine import write_once
from knowledge.store.numbers import microseconds, numbers_in_pieces, together
from knowledge.store.published import Lines
from knowledge.store.ties import month_of
from knowledge.store.work import Work

MONTHS = 12
"""Months that are shown (ours: a year is what people compare with)."""

LEVELS = tuple(level for level in Level if level is not Level.CORE)
"""The levels that are counted."""

LARGEST = 24
"""Lines of people that are shown by themselves, the largest; the others stand together (ours: two screens)."""

FIVE = 5
"""What people are rounded to; fewer are not told. Source: product.md, section 5, and HESA as above."""

NAME, OTHERS = "levels", ""
SORTS = ("practice", "place")

Progress = Callable[[float], None]
Counts = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """How many stand at each of `LEVELS`, and in all, in fives; None where they are fewer than five.

    `name` is a month (`2026-10`), the day on which the month that goes on was counted, or what a line is called. The
    line without a name has everybody in it who is in no other.
    """

    name: str
    counts: Counts
    total: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: by month, the oldest first, the last as it was on a day; by practice and place, that day."""

    months: tuple[Row, ...]
    groups: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted and is not kept yet: under its name when it was, and its rows."""

    tables: Mapping[str, tuple[str, Mapping[str, Counts]]]


async def count(work: Work, lines: Mapping[str, Lines], progress: Progress = lambda done: None) -> Counted:
    """Counts the months that never were, and what was not yet in the month that goes on.

    Args:
        work: a piece of work that reads, however long.
        lines: the lines of `practice` and of `place` that may be shown.
        progress: is told how much is done, 0 to 1.
    """
    known, this_month = await _kept(work), month_of(work.now)
    missing = [(month_of(start), end) for start, end in months_before(work.now) if _named(month_of(start)) not in known]
    is_new_month = _so_far(this_month) not in known
    moments = [end for _, end in missing] + ([work.now] if is_new_month else [])
    if not moments:
        return Counted({})
    levels = await _levels(work, moments, progress)
    tables = {_named(month): (month, {month: rounded(levels.levels(at))}) for at, (month, _) in enumerate(missing)}
    if is_new_month:
        now, today = levels.levels(len(moments) - 1), f"{work.now:%Y-%m-%d}"
        tables[_so_far(this_month)] = (today, {today: rounded(now)})
        tables |= {_named(sort): (this_month, await _grouped(work, sort, lines[sort], now)) for sort in SORTS}
    return Counted(tables)


async def show(work: Work, counted: Counted, lines: Mapping[str, Lines]) -> Shown:
    """Keeps what was counted, unless another process did meanwhile, and gives what may be shown."""
    for name, (when, rows) in counted.tables.items():
        body = {"rows": {key: list(counts) for key, counts in rows.items()}}
        new = PublishedTable(community_id=work.community, name=name, month=when, body=body)
        if not await write_once(work.session, new):
            query = select(PublishedTable).where(PublishedTable.community_id == work.community)
            row = (await work.session.exec(query.where(PublishedTable.name == name))).one()
            if row.month < when:
                row.month, row.body = when, body
    await work.session.flush()
    known, this_month = await _kept(work), month_of(work.now)
    names = [_named(month_of(start)) for start, _ in months_before(work.now)] + [_so_far(this_month)]
    months = [_row(*each) for name in names for each in known.get(name, {}).items()]
    first = next((at for at, row in enumerate(months) if row.total is not None), len(months))
    groups = {sort: _lines_of(known.get(_named(sort), {}), lines[sort]) for sort in SORTS}
    return Shown(tuple(months[first:]), groups)


def rounded(levels: Numbers) -> Counts:
    """Counts people at each of `LEVELS`, and in all, in fives; `levels` are places in `Level`, -1 for nobody."""
    places = [place for place, level in enumerate(Level) if level in LEVELS]
    counts = [int((levels == place).sum()) for place in places]
    return tuple(in_fives(each) for each in (*counts, sum(counts)))


def in_fives(count: int) -> int | None:
    """A number of people as it may be shown."""
    return None if count < FIVE else FIVE * ((2 * count + FIVE) // (2 * FIVE))


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


async def _grouped(work: Work, sort: str, lines: Lines, levels: Numbers) -> dict[str, Counts]:
    """People by line and level; lines beyond the largest, and whoever is in none, are the others."""
    query = select(getattr(Member, sort)).where(*_is_here(work)).order_by(col(Member.id))
    coded = lines.coded(work.community, list((await work.session.exec(query)).all()))
    largest = sorted(range(len(lines.called)), key=lambda line: (-int(lines.people[line]), line))[:LARGEST]
    found = {_key(lines, line): rounded(levels[coded == line]) for line in largest}
    return found | {OTHERS: rounded(levels[~np.isin(coded, largest)])}


async def _kept(work: Work) -> dict[str, dict[str, Counts]]:
    """What was kept before: under its name the counts by row; of groups only what is of the month that goes on."""
    query = select(PublishedTable).where(PublishedTable.community_id == work.community)
    rows = (await work.session.exec(query.where(col(PublishedTable.name).startswith(f"{NAME}:")))).all()
    return {row.name: {key: tuple(counts) for key, counts in row.body["rows"].items()} for row in rows}


def _named(what: str) -> str:
    return f"{NAME}:{what}"


def _so_far(month: str) -> str:
    """Under what is kept how a month stood before it was over."""
    return f"{NAME}:{month}~"


def _lines_of(rows: Mapping[str, Counts], lines: Lines) -> tuple[Row, ...]:
    called = {_key(lines, line): name for line, name in enumerate(lines.called)} | {OTHERS: OTHERS}
    found = [_row(called[key], counts) for key, counts in rows.items() if key in called]
    return tuple(sorted((row for row in found if row.total), key=lambda row: (not row.name, row.name)))


def _row(name: str, counts: Counts) -> Row:
    return Row(name, counts[:-1], counts[-1])


def _key(lines: Lines, line: int) -> str:
    """What a line is known by from month to month: the first of the digests in it."""
    return min(key for key, of in lines.of.items() if of == line)


def _is_here(work: Work) -> tuple[Any, ...]:
    return (
        col(Member.community_id) == work.community,
        col(Member.left_at).is_(None),
        col(Member.is_counted).is_(True),
    )
