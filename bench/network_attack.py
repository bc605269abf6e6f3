"""Somebody who wants to know how many people are in the hidden cells of published tables, and tries all that there is.

They have the shown cells and the totals of every month, which are linear equations over the hidden cells, and no count
is below 0. More than can be published is given to them: which hidden cells did not change from one month to the next.
A group of 1 to 4 people falls if its maximum by linear programming is under five (which it is, too, if it is exact).
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np

from knowledge.network.small_groups import Kept, Published, Table

FEWEST = 5
NEARLY = 1e-7

Cell: TypeAlias = tuple[int, int, int]
"""A month, a row and a column."""


def random_table(chance: np.random.Generator) -> Table:
    """Practices by places, of which some are large and most small, and some practices are mostly at one place."""
    rows, columns = int(chance.integers(3, 9)), int(chance.integers(3, 8))
    weights = np.exp(chance.normal(0, 0.8, (rows, 1)) + chance.normal(0, 0.8, columns))
    weights *= np.exp(chance.normal(0, 0.6, (rows, columns)))
    people = int(chance.integers(5, 14)) * rows * columns
    counts = chance.multinomial(people, (weights / weights.sum()).ravel()).reshape(rows, columns)
    return Table(tuple(f"r{each}" for each in range(rows)), tuple(f"c{each}" for each in range(columns)), counts)


def next_month(table: Table, chance: np.random.Generator) -> Table:
    """The same a month later: some came, some went, of some cells many."""
    lively = chance.random(table.counts.shape) < 0.3
    went = chance.binomial(table.counts, np.where(lively, 0.5, 0.02))
    came = chance.poisson(np.where(lively, table.counts.mean(), 0.2))
    return Table(table.rows, table.columns, table.counts - went + came)


def naive(table: Table) -> Published:
    """The rule that seems to be enough: cells under five are hidden."""
    hidden = (table.counts > 0) & (table.counts < FEWEST)
    counts = tuple(map(tuple, table.counts.tolist()))
    return Published(
        rows=tuple((each,) for each in table.rows),
        columns=tuple((each,) for each in table.columns),
        cells=tuple(tuple(None if 0 < each < FEWEST else each for each in row) for row in counts),
        row_totals=tuple(table.counts.sum(axis=1).tolist()),
        column_totals=tuple(table.counts.sum(axis=0).tolist()),
        total=int(table.counts.sum()),
        frozen=tuple((False,) * len(row) for row in counts),
        kept=Kept(counts, counts, tuple(map(tuple, hidden.tolist()))),
    )


def fallen(months: Sequence[Published]) -> list[tuple[Cell, ...]]:
    """The groups that fall, each of hidden cells of one month that hold 1 to 4 people together."""
    attack = _Attack(months)
    return [group for group in _groups(months) if attack.most(group) < FEWEST - NEARLY]


def in_the_open(published: Published) -> list[int]:
    """Figures of 1 to 4 people that are simply shown, in a cell or as a total."""
    cells = [each for row in published.cells for each in row if each is not None]
    figures = [*cells, *published.row_totals, *published.column_totals, published.total or 0]
    return [each for each in figures if 0 < each < FEWEST]


def _groups(months: Sequence[Published]) -> Iterator[tuple[Cell, ...]]:
    for month, published in enumerate(months):
        counts, hidden = np.array(published.kept.counts), np.array(published.kept.hidden)
        small = [(month, int(r), int(c)) for r, c in np.argwhere(hidden & (counts > 0) & (counts < FEWEST))]
        for size in range(1, FEWEST):
            for group in combinations(small, size):
                if sum(int(counts[row, column]) for _, row, column in group) < FEWEST:
                    yield group


class _Attack:
    """The equations, solved once to a corner, and then for the most of each group from there.

    Each cell of each month is an unknown, shown or not; one that did not change is the same unknown as before.
    """

    def __init__(self, months: Sequence[Published]) -> None:
        number = _numbered(months)
        shown = {number[cell]: value for cell, value in _cells(months) if value is not None}
        unknown = {each: place for place, each in enumerate(sorted(set(number.values()) - set(shown)))}
        self._place = {cell: unknown[number] for cell, number in number.items() if number in unknown}
        lines = list(_totals(months))
        matrix, known = np.zeros((len(lines), len(unknown))), np.zeros(len(lines))
        for line, (cells, total) in enumerate(lines):
            known[line] = total - sum(shown.get(number[cell], 0) for cell in cells)
            np.add.at(matrix[line], [self._place[cell] for cell in cells if cell in self._place], 1.0)
        used = matrix.any(axis=1)
        self._corner = corner(matrix[used], known[used])

    def most(self, group: Sequence[Cell]) -> float:
        """The most people that the group may have, for all that was published."""
        wanted = np.zeros(self._corner[0].shape[1] - 1)
        for cell in group:
            if cell not in self._place:
                return 0.0
            wanted[self._place[cell]] += 1
        return maximum(*self._corner, wanted)


def _cells(months: Sequence[Published]) -> Iterator[tuple[Cell, int | None]]:
    for month, published in enumerate(months):
        for row, cells in enumerate(published.cells):
            for column, shown in enumerate(cells):
                yield (month, row, column), shown


def _numbered(months: Sequence[Published]) -> dict[Cell, int]:
    """The unknown of each cell; that of the month before where it did not change."""
    number: dict[Cell, int] = {}
    for fresh, ((month, row, column), _) in enumerate(_cells(months)):
        earlier = number.get((month - 1, row, column))
        same = earlier is not None and _kept(months[month - 1], row, column) == _kept(months[month], row, column)
        number[month, row, column] = earlier if same and earlier is not None else fresh
    return number


def _totals(months: Sequence[Published]) -> Iterator[tuple[list[Cell], int]]:
    """The cells of each line of each month, and their total."""
    for month, published in enumerate(months):
        rows, columns = range(len(published.rows)), range(len(published.columns))
        for row in rows:
            yield [(month, row, column) for column in columns], published.row_totals[row]
        for column in columns:
            yield [(month, row, column) for row in rows], published.column_totals[column]


def _kept(published: Published, row: int, column: int) -> int:
    return published.kept.counts[row][column]


def corner(matrix: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A corner of {x >= 0, matrix x = known}: the tableau with `known` as last column, and the variable of each row.

    Known is 0 or more. The first phase of the simplex method; rows that say nothing new are dropped.
    """
    rows, columns = matrix.shape
    tableau = np.hstack([matrix, np.eye(rows), known[:, None]])
    basis = np.arange(columns, columns + rows)
    wanted = np.concatenate([np.zeros(columns), -np.ones(rows)])
    tableau, basis, value = _climbed(tableau, basis, wanted, np.inf)
    assert value > -NEARLY, "what was published contradicts itself"
    keep = np.ones(rows, dtype=bool)
    for row in np.flatnonzero(basis >= columns):
        choices = np.flatnonzero(np.abs(tableau[row, :columns]) > NEARLY)
        if len(choices):
            _pivot(tableau, basis, int(row), int(choices[0]))
        else:
            keep[row] = False
    return np.hstack([tableau[keep, :columns], tableau[keep, -1:]]), basis[keep]


def maximum(tableau: np.ndarray, basis: np.ndarray, wanted: np.ndarray) -> float:
    """The maximum of wanted · x from a corner, or at least five, which is enough to know."""
    return _climbed(tableau.copy(), basis.copy(), wanted, FEWEST)[2]


def _climbed(
    tableau: np.ndarray, basis: np.ndarray, wanted: np.ndarray, enough: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The simplex method with Bland's rule, which ends always; stops where the value is enough."""
    while True:
        value = float(wanted[basis] @ tableau[:, -1])
        gains = wanted - wanted[basis] @ tableau[:, :-1]
        entering = np.flatnonzero(gains > NEARLY)
        if value >= enough or not len(entering):
            return tableau, basis, value
        column = tableau[:, entering[0]]
        steps = np.where(column > NEARLY, tableau[:, -1] / np.where(column > NEARLY, column, 1.0), np.inf)
        if not np.isfinite(steps.min(initial=np.inf)):
            return tableau, basis, np.inf
        ties = np.flatnonzero(steps <= steps.min() + NEARLY)
        _pivot(tableau, basis, int(ties[np.argmin(basis[ties])]), int(entering[0]))


def _pivot(tableau: np.ndarray, basis: np.ndarray, row: int, column: int) -> None:
    tableau[row] /= tableau[row, column]
    others = tableau[:, column].copy()
    others[row] = 0.0
    tableau -= np.outer(others, tableau[row])
    basis[row] = column
