"""Boosted trees that were fitted elsewhere, read from a file and asked with numpy alone.

A tree has at most 16 leaves, numbered from the left. Each inner node holds a mask of the leaves that are out when its
question is answered with no; what is left of all leaves, furthest left, is where a row ends up.

Source: C. Lucchese et al., *QuickScorer: A Fast Algorithm to Rank Documents with Additive Ensembles of Regression
Trees*, 2015.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAVES = 16
"""Most leaves of a tree; the masks have so many bits."""

NODES = LEAVES - 1

FINENESS = 2.0**-20
"""What leaves give is a multiple of this, so that sums are exact and depend on no order."""

AT_ONCE = 256
"""Rows that are asked together, so that what is made of them stays in the processor's cache (ours)."""

ALL = np.uint16(2**LEAVES - 1)


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees whose leaves are summed.

    Attributes:
        column: of each node, which column is asked: integers, shape (trees, `NODES`).
        most: the largest value that is answered with yes: float32, the same shape; infinity where there is no node.
        mask: the leaves that stay when the answer is no, as bits: uint16, the same shape.
        leaf: what each leaf gives, in log-odds: float, shape (trees, `LEAVES`).
        start: what is given without any tree, in log-odds.
    """

    column: NDArray[np.intp]
    most: NDArray[np.float32]
    mask: NDArray[np.uint16]
    leaf: NDArray[np.float64]
    start: float

    def chances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Gives the probability of each row, 0 to 1; rows are float32, shape (rows, columns)."""
        parts = [self._sums(rows[begin : begin + AT_ONCE]) for begin in range(0, len(rows), AT_ONCE)]
        return np.asarray(1 / (1 + np.exp(-np.concatenate(parts)))) if parts else np.empty(0)

    def _sums(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        asked = np.ascontiguousarray(rows.T)[self.column.ravel()]
        stays = np.where(asked > self.most.reshape(-1, 1), self.mask.reshape(-1, 1), ALL)
        left = np.bitwise_and.reduce(stays.reshape(*self.mask.shape, len(rows)), axis=1)
        ends = _LOWEST_BIT[left]
        return np.asarray(np.take_along_axis(self.leaf, ends, axis=1).sum(axis=0) + self.start)


def unpack(arrays: Mapping[str, Any], name: str) -> Trees:
    """Reads the trees of that name from an opened npz file; `pack` says what it holds.

    Raises:
        KeyError: there are none of that name.
    """
    return Trees(
        column=arrays[f"{name}_column"].astype(np.intp),
        most=arrays[f"{name}_most"],
        mask=arrays[f"{name}_mask"],
        leaf=arrays[f"{name}_leaf"] * FINENESS,
        start=float(arrays[f"{name}_start"]) * FINENESS,
    )


def pack(trees: Trees, name: str) -> dict[str, NDArray[Any]]:
    """The arrays to write into an npz file, which `unpack` reads: what leaves give as int32 multiples of `FINENESS`."""
    return {
        f"{name}_column": trees.column.astype(np.uint8),
        f"{name}_most": trees.most.astype(np.float32),
        f"{name}_mask": trees.mask.astype(np.uint16),
        f"{name}_leaf": np.rint(trees.leaf / FINENESS).astype(np.int32),
        f"{name}_start": np.rint(np.asarray(trees.start / FINENESS)).astype(np.int64),
    }


_LOWEST_BIT = np.array([(each & -each).bit_length() - 1 for each in range(2**LEAVES)], np.int8).astype(np.intp)
"""The number of the lowest bit that is set, for every mask."""
