"""A community by practice or by place, as whoever may choose any time may see it. Pure.

Two times that differ by a day can be held against each other, so nothing here follows a single person or a single tie:
people of a line are those that are published, shares are whole tenths of fifty ties or more, ratios are halves where
ten ties or more are expected, and each rests on five people or more. What does not is not told, and it is not told
whether it is little or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from knowledge.network import UNKNOWN, Network, Whole, involved, matrix
from knowledge.network.activity import FEWEST, large
from knowledge.pictures.matrix import MOST, Compared

FEWEST_TIES = 50
"""Ties of a line whose share is told, at least: a tenth of them is five."""

FEWEST_EXPECTED = 10.0
"""Ties that chance would give where a ratio is told, at least: a half of it is five."""


class By(StrEnum):
    """By what people are told apart."""

    PRACTICE = "practice"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Side:
    """People by practice or by place.

    Attributes:
        by: by which.
        of: the line of each, or `UNKNOWN`; shape (people,).
        names: what each line is called.
        people: how many each has as it is published; shape (lines,).
    """

    by: By
    of: Whole
    names: tuple[str, ...]
    people: Whole

    @property
    def steady(self) -> Whole:
        """The same with as many in each line as are published, or a whole number of fives; shape (people,).

        Those who came last are in none: how many a picture shows of a line does not move when one comes or goes.
        """
        found = np.full(len(self.of), UNKNOWN, np.int64)
        for line, published in enumerate(self.people.tolist()):
            members = np.flatnonzero(self.of == line)
            shown = published if len(members) >= published else len(members) // FEWEST * FEWEST
            found[members[:shown]] = line
        return found


@dataclass(frozen=True, slots=True)
class LineTold:
    """One line: its name, its people as published, and how many in ten of its ties go to others; None if untold."""

    name: str
    people: int
    across: int | None


def told_across(network: Network, side: Side) -> list[LineTold]:
    """Every line, by name: none is above another."""
    one, other = side.of[network.one], side.of[network.other]
    ties, known = network.there + network.back, (one != UNKNOWN) & (other != UNKNOWN)
    found = []
    for line, (name, people) in enumerate(zip(side.names, side.people.tolist(), strict=True)):
        touches = known & ((one == line) | (other == line))
        inside = touches & (one == other)
        within, across = int(ties[inside].sum()), int(ties[touches & ~inside].sum())
        members = [_members(network, side.of == line, pairs) for pairs in (inside, touches & ~inside)]
        is_told = min(members) >= FEWEST and within + across >= FEWEST_TIES
        found.append(LineTold(name, people, round(10 * across / (within + across)) if is_told else None))
    return sorted(found, key=lambda each: each.name)


def _members(network: Network, of: np.ndarray, pairs: np.ndarray) -> int:
    """How many of a line have a part in pairs."""
    both = np.union1d(network.one[pairs], network.other[pairs])
    return int(of[both].sum())


def compared(network: Network, side: Side, other: str) -> Compared | None:
    """Ties from line to line beside chance, as halves; None where of no two anything can be told.

    Lines that have too few people in this time are together, as `other`; of more than have room those of most people.
    """
    merged = large(side.of)
    rest = int(side.of.max(initial=0)) + 1
    codes = [int(code) for code in np.unique(merged) if code != UNKNOWN]
    if len(codes) < 2:
        return None
    place = {code: number for number, code in enumerate(codes)} | {UNKNOWN: UNKNOWN}
    groups = np.array([place[int(code)] for code in merged], np.int64)
    found, people = matrix(network, groups, len(codes)), involved(network, groups, len(codes))
    is_told = (people >= FEWEST) & (found.expected >= FEWEST_EXPECTED)
    if not is_told.any():
        return None
    halves = np.round(2 * found.ties / np.maximum(found.expected, 1.0)) / 2
    kept = _largest([0 if code == rest else int(side.people[code]) for code in codes])
    names = [other if codes[at] == rest else side.names[codes[at]] for at in kept]
    observed, expected = (
        [[float(values[one, two]) if is_told[one, two] else None for two in kept] for one in kept]
        for values in (FEWEST_EXPECTED * halves, np.full(halves.shape, FEWEST_EXPECTED))
    )
    return Compared(names, observed, expected, has_counts=False)


def _largest(people: Sequence[int]) -> list[int]:
    return sorted(sorted(range(len(people)), key=lambda each: (-people[each], each))[:MOST])
