"""Which cells of a table to hide, so that rows, columns and totals together do not give the small ones away. Pure.

A small cell is safe if it is on a ring of hidden cells, each next to the one before in the same row or column, in turn:
people may be moved round the ring, one more here, one fewer there, and no total changes. Where those that lose people
hold at least `FEWEST` each, the small cell may be as large as that for all that anybody can tell. A rectangle is the
shortest ring. What holds for each cell holds for several together, since the cells that lose people are not small.

Source: Kelly, Golden & Assad, *Cell suppression: disclosure protection for sensitive tabular data*, Networks 22(4),
1992 (rings of alternating cells). That the cheapest ring is taken, and what is not needed shown again, is ours.
"""

import numpy as np

from knowledge.network.ties import Flags, Floats, Whole

FEWEST = 5
"""Groups of fewer people never appear. Source: product, Lateral activity."""

EMPTY_COSTS = 1.0
"""What it costs to hide an empty cell, in people (ours: somebody may know that nobody can be there)."""

A_STEP = 1e-6
"""What each cell of a ring costs besides, so that of rings that cost the same the shortest is taken (ours)."""


def hide(counts: Whole, *, roughly: bool = False) -> tuple[Flags, list[tuple[int, int]]]:
    """Hides small cells and what protects them; gives what is hidden, and the small cells that no ring protects.

    Args:
        counts: people; shape (rows, columns), 0 or more.
        roughly: whether somewhat more may be hidden than needs be, which is three times as fast.

    Returns:
        Flags of shape (rows, columns), and the unprotected cells.
    """
    small = is_small(counts)
    cells = [(int(row), int(column)) for row, column in np.argwhere(small)]
    costs = {cell: _ring(counts, small, cell)[0] for cell in cells}
    stuck = [cell for cell in cells if not np.isfinite(costs[cell])]
    if roughly:
        return _hidden(counts, small, sorted(set(cells) - set(stuck), key=lambda cell: (costs[cell], cell))), stuck
    best = small
    for number, sign in enumerate((1, -1)):
        order = sorted((cell for cell in cells if cell not in stuck), key=lambda cell: (sign * costs[cell], cell))
        hidden = _pruned(counts, _hidden(counts, small, order), stuck)
        if not number or people_in(counts, hidden) < people_in(counts, best):
            best = hidden
    return best, stuck


def is_small(counts: Whole) -> Flags:
    """Which cells are of 1 to `FEWEST` - 1 people."""
    small: Flags = (counts > 0) & (counts < FEWEST)
    return small


def people_in(counts: Whole, cells: Flags) -> int:
    """How many people are in these cells."""
    return int(counts[cells].sum())


def protected(least: Whole, hidden: Flags) -> Flags:
    """Which cells are on a ring of hidden cells of which those that lose people hold `FEWEST` or more.

    Args:
        least: the fewest people that each cell held; shape (rows, columns).
        hidden: the same shape.
    """
    loses = (hidden & (least >= FEWEST)).astype(np.float32)
    gains = hidden.astype(np.float32)
    reached = np.eye(len(hidden), dtype=np.float32)
    while True:
        columns = (reached @ loses > 0).astype(np.float32)
        further = ((columns @ gains.T + reached) > 0).astype(np.float32)
        if np.array_equal(further, reached):
            return hidden & (columns > 0)
        reached = further


def _hidden(counts: Whole, small: Flags, order: list[tuple[int, int]]) -> Flags:
    """Hides the cheapest ring of each of these cells in turn; what is hidden already costs nothing."""
    hidden = small.copy()
    for cell in order:
        for row, column in _ring(counts, hidden, cell)[1]:
            hidden[row, column] = True
    return hidden


def _pruned(counts: Whole, hidden: Flags, stuck: list[tuple[int, int]]) -> Flags:
    """Shows again what no small cell needs, the cells with most people first."""
    must = is_small(counts)
    needed = must.copy()
    for cell in stuck:
        needed[cell] = False
    extra = [(int(row), int(column)) for row, column in np.argwhere(hidden & ~must)]
    for cell in sorted(extra, key=lambda each: (-int(counts[each]), each)):
        hidden[cell] = False
        hidden[cell] = bool((needed & ~protected(counts, hidden)).any())
    return hidden


def _ring(counts: Whole, hidden: Flags, cell: tuple[int, int]) -> tuple[float, list[tuple[int, int]]]:
    """The ring through a small cell that hides fewest people more: how many, and its other cells.

    It is a shortest way from the cell's row to its column: by a cell that loses people from a row to a column, by one
    that gains them from a column to a row. The cost is infinite where there is none.
    """
    gains: Floats = np.where(hidden, 0.0, np.maximum(counts, EMPTY_COSTS)) + A_STEP
    loses: Floats = np.where(counts >= FEWEST, gains, np.inf)
    rows = np.full(len(counts), np.inf)
    rows[cell[0]] = 0.0
    while True:
        columns = (rows[:, None] + loses).min(axis=0)
        nearer = np.minimum(rows, (columns[None, :] + gains).min(axis=1))
        if np.array_equal(nearer, rows):
            break
        rows = nearer
    cost = float(columns[cell[1]])
    return cost, _way(rows, loses, columns, gains, cell) if np.isfinite(cost) else []


def _way(rows: Floats, loses: Floats, columns: Floats, gains: Floats, cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells of a shortest way, back from the column to the row."""
    way = []
    column = cell[1]
    while True:
        row = int(np.argmin(rows + loses[:, column]))
        way.append((row, column))
        if row == cell[0]:
            return way
        column = int(np.argmin(columns + gains[row]))
        way.append((row, column))
