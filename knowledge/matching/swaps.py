"""Who sits at which table so that it is worth most: all seatings where they are few, else steepest swaps. Pure.

Worth is the sum of what each two at one table are worth to each other, less what a table is marked down by for how many
of the core group sit at it. What that means is `seating`'s; here are only numbers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import factorial, prod
from random import Random

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

LEAST_GAIN = 1e-3
"""A swap is made if it gains more than this; less may be the rounding of large numbers (ours)."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a seating is worth.

    Attributes:
        pairs: of each two at one table; shape (people, people), symmetric, 0 on the diagonal.
        core: who is of the core group; shape (people,).
        too_many: what a table is marked down by for each of the core beyond a minority, squared; 0 or more.
    """

    pairs: Floats
    core: Flags
    too_many: float

    def of(self, seated: Whole | Small, sizes: Sequence[int]) -> Floats:
        """The worth of many seatings; tables by number, shape (seatings, people), to shape (seatings,)."""
        total = np.zeros(len(seated))
        for table, size in enumerate(sizes):
            here = (seated == table).astype(np.float64)
            total += ((here @ self.pairs) * here).sum(axis=1) / 2
            total -= self.marked_down(here @ self.core, size)
        return total

    def bound(self, sizes: Sequence[int]) -> float:
        """What no seating is worth more than: as if everybody sat with those whom they are worth most to."""
        others = max(sizes) - 1
        return float(np.partition(np.maximum(self.pairs, 0.0), -others, axis=1)[:, -others:].sum()) / 2

    def marked_down(self, of_core: Floats, size: int | Whole) -> Floats:
        """What tables of a size are marked down by, for so many of the core at each."""
        beyond = np.maximum(of_core - (np.asarray(size) - 1) // 2, 0.0)
        down: Floats = self.too_many * beyond**2
        return down


def seatings(sizes: Sequence[int]) -> int:
    """How many seatings there are at tables of these sizes; which of two alike tables is which does not matter."""
    orders = prod(factorial(alike) for alike in Counter(sizes).values())
    return factorial(sum(sizes)) // prod(map(factorial, sizes)) // orders


def best_of_all(worth: Worth, sizes: tuple[int, ...]) -> Whole:
    """The best of all seatings: table by person, shape (people,). The first of those that are alike."""
    every = _every(sizes)
    best: Whole = every[int(np.argmax(worth.of(every, sizes)))].astype(np.int64)
    return best


@lru_cache(maxsize=16)
def _every(sizes: tuple[int, ...]) -> Small:
    """All `seatings`, each once: table by person, shape (seatings, people). Tables of one size stand side by side."""
    people = sum(sizes)
    every: Small = np.full((1, people), len(sizes), dtype=np.int8)
    for table, size in enumerate(sizes):
        free = np.argsort(every < table, axis=1, kind="stable")[:, : people - sum(sizes[:table])]
        chosen = np.array(list(combinations(range(free.shape[1]), size)))
        every = np.repeat(every, len(chosen), axis=0)
        np.put_along_axis(every, free[:, chosen].reshape(-1, size), table, axis=1)
        if table and size == sizes[table - 1]:
            every = every[(every == table - 1).argmax(axis=1) < (every == table).argmax(axis=1)]
    return every


def swapped(worth: Worth, seated: Whole, sizes: Sequence[int]) -> Whole:
    """Swaps two people of different tables as long as that gains, the best first; table by person, shape (people,).

    In one go, swaps are made at tables of which none is in two of them, so that each gains what it promised.
    """
    seated = seated.copy()
    at_tables = np.asarray(sizes, dtype=np.int64)
    core_at: Floats = np.bincount(seated, weights=worth.core, minlength=len(sizes)).astype(np.float64)
    while swaps := _apart(_gains(worth, seated, at_tables, core_at), seated):
        for one, other in swaps:
            moved = float(worth.core[one]) - float(worth.core[other])
            core_at[seated[one]] -= moved
            core_at[seated[other]] += moved
            seated[one], seated[other] = seated[other], seated[one]
    return seated


def shaken(seated: Whole, people: Sequence[int], chance: Random) -> Whole:
    """The same tables after each of these people changed places with somebody drawn from all."""
    seated = seated.copy()
    for one in people:
        other = chance.randrange(len(seated))
        seated[one], seated[other] = seated[other], seated[one]
    return seated


def _gains(worth: Worth, seated: Whole, sizes: Whole, core_at: Floats) -> Floats:
    """What each swap of two people gains; 0 or less at one table. Shape (people, people), the lower half unused."""
    at_table = np.zeros((len(seated), len(sizes)))
    at_table[np.arange(len(seated)), seated] = 1.0
    with_table = worth.pairs @ at_table
    moved = with_table[:, seated]
    moved -= np.diagonal(moved).copy()[:, None]
    gains: Floats = moved + moved.T
    gains -= 2 * worth.pairs
    if worth.core.any():
        gains -= _marked_down(worth, seated, sizes, core_at)
    gains[seated[:, None] == seated[None, :]] = 0.0
    return gains


def _marked_down(worth: Worth, seated: Whole, sizes: Whole, core_at: Floats) -> Floats:
    """What each swap of two people adds to what tables are marked down by; shape (people, people)."""
    now = worth.marked_down(core_at, sizes)
    more = (worth.marked_down(core_at + 1, sizes) - now)[seated]
    less = (worth.marked_down(core_at - 1, sizes) - now)[seated]
    leaves = (worth.core[:, None] & ~worth.core[None, :]) * (less[:, None] + more[None, :])
    total: Floats = leaves + leaves.T
    return total


def _apart(gains: Floats, seated: Whole) -> list[tuple[int, int]]:
    """The best swap of each person, best first, as far as its two tables are in no better one."""
    partners = gains.argmax(axis=1)
    gained = gains[np.arange(len(gains)), partners]
    taken: set[int] = set()
    swaps = []
    for one in np.argsort(-gained, kind="stable").tolist():
        if gained[one] <= LEAST_GAIN:
            break
        other = int(partners[one])
        tables = {int(seated[one]), int(seated[other])}
        if not tables & taken:
            taken |= tables
            swaps.append((one, other))
    return swaps
