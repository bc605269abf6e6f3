"""Publishes tables of people so that no group under five appears, not by subtraction nor from month to month. Pure.

A table is published with its row and column totals. Small cells are hidden with what protects them (`rings`); where
nothing can, two lines become one. What a later month publishes is bound by what earlier ones did: see `publish`.

It holds against who knows all that was published and the rule, too. It does not against who knows besides where some
members stand, nor where totals are told elsewhere for other people than those of the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from knowledge.network.rings import FEWEST, hide, is_small, people_in, protected
from knowledge.network.ties import Flags, Whole

Line: TypeAlias = tuple[str, ...]
"""The names of the rows or columns that are shown as one; mostly one name."""

Numbers: TypeAlias = tuple[tuple[int, ...], ...]

TRIED, TRIED_OF_CELLS = 8, 800
"""Lines that one is tried together with, those of fewest people; fewer in a table of more than 100 cells, so that this
many cells are looked at, and one at least (ours: a table of 30 × 40 then takes seconds)."""

MERGED_COUNTS = 0.5
"""What somebody counts who is shown in a merged line, where one in a line of their own counts 1 (ours)."""


@dataclass(frozen=True, slots=True)
class Table:
    """People by two things.

    Attributes:
        rows: the names of the rows, each once.
        columns: the same of the columns.
        counts: people; shape (rows, columns), each counted in one cell.

    Raises:
        ValueError: if a name comes twice, the shape is another, or a count is below 0.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Whole

    def __post_init__(self) -> None:
        if len(set(self.rows)) < len(self.rows) or len(set(self.columns)) < len(self.columns):
            raise ValueError("a name comes twice")
        if self.counts.shape != (len(self.rows), len(self.columns)) or (self.counts < 0).any():
            raise ValueError("counts are none of people by row and column")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the next month is compared with; it must be kept, and never shown.

    Attributes:
        counts: people in each cell as they were last counted for what is published; shape (rows, columns).
        least: the fewest that they were since the table began; the same shape.
        hidden: which cells are hidden; the same shape.
    """

    counts: Numbers
    least: Numbers
    hidden: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it may be shown.

    Attributes:
        rows: the lines, merged ones with several names; empty where fewer than `FEWEST` people are in the table.
        columns: the same across.
        cells: people; None where hidden. Shape (rows, columns).
        row_totals: people in each row, hidden ones included; 0, or `FEWEST` or more.
        column_totals: the same of the columns.
        total: people in all; None where there are no lines.
        frozen: which cells show an earlier figure, since too few people changed; False where hidden.
        kept: what `publish` needs next time; not to be shown.
    """

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int | None
    frozen: tuple[tuple[bool, ...], ...]
    kept: Kept

    @property
    def shown(self) -> int:
        """People in cells that are shown."""
        return sum(each for row in self.cells for each in row if each is not None)

    @property
    def merged(self) -> tuple[Line, ...]:
        """The lines of more than one name."""
        return tuple(each for each in (*self.rows, *self.columns) if len(each) > 1)


@dataclass(frozen=True, slots=True)
class _Lines:
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    counts: Whole

    def joined(self, axis: int, one: int, other: int) -> "_Lines":
        """Two rows (axis 0) or columns (1) as one, in the place of the first; `one` is below `other`."""
        counts = np.moveaxis(self.counts, axis, 0).copy()
        counts[one] += counts[other]
        counts = np.moveaxis(np.delete(counts, other, axis=0), 0, axis)
        names = list((self.rows, self.columns)[axis])
        names[one] += names.pop(other)
        return _Lines(tuple(names), self.columns, counts) if not axis else _Lines(self.rows, tuple(names), counts)


def publish(table: Table, before: Published | None = None) -> Published:
    """Makes a table fit to be shown.

    The first time, small cells are hidden and lines merged as they must be. After that lines stay merged and cells
    hidden, and a cell shows its earlier figure until its count differs by `FEWEST` or more, so that every difference of
    what two months show is of so many people; longer, where the new figure would be a small one in the open, or would
    leave a small cell of any month unprotected. Totals are those of the figures so counted. To begin anew (once a year,
    say) hand in nothing before; who knows which members are the same could then compare the two tables.

    Args:
        table: people by row and column. Names that are new become lines of their own; those that are gone count 0.
        before: what was published of this table last.
    """
    if before is None or before.total is None:
        return _first(_Lines(_alone(table.rows), _alone(table.columns), table.counts))
    return _later(table, before)


def _first(lines: _Lines) -> Published:
    if lines.counts.sum() < FEWEST:
        return Published((), (), (), (), (), None, (), Kept((), (), ()))
    while options := _options(lines, hide(lines.counts, roughly=True)[1]):
        lines = max(options, key=_worth)
    hidden, _ = hide(lines.counts)
    return _published(lines, lines.counts, hidden, lines.counts)


def _options(lines: _Lines, stuck: Sequence[tuple[int, int]]) -> list[_Lines]:
    """Ways to merge two lines where a line has too few people or a small cell cannot be protected; none if neither."""
    small = [(axis, int(each)) for axis in (0, 1) for each in np.flatnonzero(is_small(lines.counts.sum(axis=1 - axis)))]
    wanted = small[:1] or [(axis, cell[axis]) for cell in stuck[:1] for axis in (0, 1)]
    options, tried = [], max(1, min(TRIED, TRIED_OF_CELLS // lines.counts.size))
    for axis, line in wanted:
        totals = lines.counts.sum(axis=1 - axis)
        others = sorted(set(np.flatnonzero(totals).tolist()) - {line}, key=lambda other: (int(totals[other]), other))
        options += [lines.joined(axis, min(line, other), max(line, other)) for other in others[:tried]]
    return options


def _worth(lines: _Lines) -> float:
    """What is shown if nothing more is merged, in people; those in merged lines count `MERGED_COUNTS`."""
    hidden, stuck = hide(lines.counts, roughly=True)
    merged = np.array([len(each) > 1 for each in lines.rows])[:, None] | [len(each) > 1 for each in lines.columns]
    shown = people_in(lines.counts, ~hidden & ~merged) + MERGED_COUNTS * people_in(lines.counts, ~hidden & merged)
    return shown - FEWEST * len(stuck)


def _later(table: Table, before: Published) -> Published:
    rows, columns = _with_new(before.rows, table.rows), _with_new(before.columns, table.columns)
    now = _counted(table, rows, columns)
    old, least = (_widened(each, now, 0) for each in (before.kept.counts, before.kept.least))
    hidden = _widened(before.kept.hidden, now, False).astype(np.bool_)
    renewed = (np.abs(now - old) >= FEWEST) & (hidden | ~is_small(now))
    for cell in [None, *map(tuple, np.argwhere(renewed & hidden & (now < FEWEST)))]:
        if cell is not None:
            renewed[cell] = False
        lower = np.where(renewed, np.minimum(least, now), least)
        if not (hidden & (lower < FEWEST) & ~protected(lower, hidden)).any():
            break
    counts = np.where(renewed, now, old)
    return _published(_Lines(rows, columns, counts), now, hidden, lower)


def _alone(names: Sequence[str]) -> tuple[Line, ...]:
    return tuple((each,) for each in names)


def _with_new(lines: tuple[Line, ...], names: Sequence[str]) -> tuple[Line, ...]:
    known = {name for line in lines for name in line}
    return (*lines, *_alone([each for each in names if each not in known]))


def _counted(table: Table, rows: Sequence[Line], columns: Sequence[Line]) -> Whole:
    """The table by these lines."""
    places = [
        [next(place for place, line in enumerate(of) if name in line) for name in names]
        for names, of in ((table.rows, rows), (table.columns, columns))
    ]
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(counts, np.ix_(*places), table.counts)
    return counts


def _widened(kept: Sequence[Sequence[int]], like: Whole, empty: int) -> Whole:
    wide = np.full(like.shape, empty, dtype=np.int64)
    wide[: len(kept), : len(kept[0])] = kept
    return wide


def _published(lines: _Lines, now: Whole, hidden: Flags, least: Whole) -> Published:
    """What is shown of counts; `now` are those of today, and `least` the fewest that they were."""
    counts: list[list[int]] = lines.counts.tolist()
    is_hidden: list[list[bool]] = hidden.tolist()
    return Published(
        rows=lines.rows,
        columns=lines.columns,
        cells=tuple(
            tuple(None if is_out else each for each, is_out in zip(row, out, strict=True))
            for row, out in zip(counts, is_hidden, strict=True)
        ),
        row_totals=tuple(lines.counts.sum(axis=1).tolist()),
        column_totals=tuple(lines.counts.sum(axis=0).tolist()),
        total=int(lines.counts.sum()),
        frozen=tuple(map(tuple, ((lines.counts != now) & ~hidden).tolist())),
        kept=Kept(_numbers(lines.counts), _numbers(least), tuple(map(tuple, is_hidden))),
    )


def _numbers(counts: Whole) -> Numbers:
    return tuple(tuple(row) for row in counts.tolist())
