"""Ties and the people they are between, as numbers: what every measure is taken from. Pure.

A member is a number from 0 to people - 1 here, a practice or place a code; who they are is known to who hands them in.
Two members are a pair here; what goes from the one to the other is kept beside what comes back. That is all that the
measures need, and a tenth of what the ties take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.integer[Any]]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Moments: TypeAlias = NDArray[np.datetime64]
"""UTC, without a zone, as numpy has it."""

UNKNOWN = -1
"""The code of a practice or place that nobody named."""


class Counted(StrEnum):
    """What a measure counts. The convention changes the figure, so each measure is told which.

    Attributes:
        TIES: every tie, as often as one member acted towards the other.
        DIRECTED: who acted towards whom, once however often; the ties of a classic network.
        PAIRS: two members, once whoever acted; a network that was made undirected.
    """

    TIES = "ties"
    DIRECTED = "directed"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class People:
    """Who they are; each of shape (people,).

    Attributes:
        is_core: whether they are of the core group; everybody else is lateral.
        practice: the code of their practice, from 0, or `UNKNOWN`.
        place: the same of their place.

    Raises:
        ValueError: if the shapes differ.
    """

    is_core: Flags
    practice: Whole
    place: Whole

    def __post_init__(self) -> None:
        if not len(self.is_core) == len(self.practice) == len(self.place):
            raise ValueError("people are not as many in each")

    def __len__(self) -> int:
        return len(self.is_core)


@dataclass(frozen=True, slots=True)
class Ties:
    """One member acting towards another; each of shape (ties,), in any order. Give 32 bits where there are millions.

    Attributes:
        by: who acted, 0 to people - 1.
        to: towards whom.
        kind: the code of how.
        at: when, in UTC.
        counts: how often, 1 or more; None where each is one.

    Raises:
        ValueError: if the shapes differ.
    """

    by: Whole
    to: Whole
    kind: Whole
    at: Moments
    counts: Whole | None = None

    def __post_init__(self) -> None:
        lengths = {len(each) for each in (self.by, self.to, self.kind, self.at, self.counts) if each is not None}
        if len(lengths) > 1:
            raise ValueError("ties are not as many in each")

    def __len__(self) -> int:
        return len(self.by)

    def only(self, chosen: Flags | Whole) -> "Ties":
        """Some of them: by flags of shape (ties,), or by their numbers."""
        counts = None if self.counts is None else self.counts[chosen]
        return Ties(self.by[chosen], self.to[chosen], self.kind[chosen], self.at[chosen], counts)


@dataclass(frozen=True, slots=True)
class Network:
    """Who has ties with whom; each of shape (pairs,), each pair once, sorted by `one`, then `other`.

    Attributes:
        people: how many members there are, with ties or without.
        one: the member with the lower number.
        other: the one with the higher.
        there: how often `one` acted towards `other`, 0 or more.
        back: how often `other` acted towards `one`; of the two, at least one is above 0.
    """

    people: int
    one: Whole
    other: Whole
    there: Whole
    back: Whole

    def __len__(self) -> int:
        return len(self.one)

    def only(self, chosen: Flags) -> "Network":
        """The same people with some of the pairs; flags of shape (pairs,)."""
        return Network(self.people, self.one[chosen], self.other[chosen], self.there[chosen], self.back[chosen])

    def among(self, members: Flags) -> "Network":
        """The same people with the pairs of whom both are of these members; flags of shape (people,)."""
        return self.only(members[self.one] & members[self.other])

    def weights(self, counted: Counted) -> tuple[Whole, Whole]:
        """What each pair counts there and back; `PAIRS` counts 1 each way, so twice in all, as undirected does."""
        match counted:
            case Counted.TIES:
                return self.there, self.back
            case Counted.DIRECTED:
                return (self.there > 0).astype(np.int8), (self.back > 0).astype(np.int8)
            case Counted.PAIRS:
                once = np.ones(len(self), dtype=np.int8)
                return once, once

    def partners(self) -> Whole:
        """With how many others each has ties, in either direction; shape (people,)."""
        return np.bincount(self.one, minlength=self.people) + np.bincount(self.other, minlength=self.people)

    def given(self, counted: Counted = Counted.TIES) -> Floats:
        """How often each acted towards others; shape (people,)."""
        there, back = self.weights(counted)
        return summed(self.one, there, self.people) + summed(self.other, back, self.people)

    def received(self, counted: Counted = Counted.TIES) -> Floats:
        """How often others acted towards each; shape (people,)."""
        there, back = self.weights(counted)
        return summed(self.other, there, self.people) + summed(self.one, back, self.people)


def network_of(ties: Ties, people: int) -> Network:
    """Sums ties up to pairs. A tie from somebody to themself is none and is left out.

    The time is that of sorting the ties once; the memory is about 30 bytes a tie, 45 where they have counts.

    Raises:
        ValueError: if a tie is of somebody who is not among the people.
    """
    for each in (ties.by, ties.to):
        if len(each) and (int(each.min()) < 0 or int(each.max()) >= people):
            raise ValueError("a tie is of somebody who is not among the people")
    keys = _keys(ties, people)
    sums, keys = _runs(keys, ties.counts)
    if len(keys) and keys[0] < 0:
        sums, keys = sums[1:], keys[1:]
    first = np.flatnonzero(np.diff(keys >> 1, prepend=-1))
    place = np.cumsum(np.diff(keys >> 1, prepend=-1) != 0) - 1
    sums = sums.astype(np.int32 if int(sums.max(initial=0)) < 2**31 else np.int64)
    there, back = (np.zeros(len(first), dtype=sums.dtype) for _ in range(2))
    is_back = (keys & 1).astype(np.bool_)
    there[place[~is_back]] = sums[~is_back]
    back[place[is_back]] = sums[is_back]
    pairs = keys[first] >> 1
    number = np.int32 if people < 2**31 else np.int64
    return Network(people, (pairs // people).astype(number), (pairs % people).astype(number), there, back)


def _keys(ties: Ties, people: int) -> NDArray[np.int64]:
    """One number for each tie: its pair, then its direction; -1 for a tie to oneself."""
    keys = np.minimum(ties.by, ties.to).astype(np.int64)
    keys *= people
    keys += np.maximum(ties.by, ties.to)
    keys *= 2
    keys += ties.by > ties.to
    keys[ties.by == ties.to] = -1
    return keys


def _runs(keys: NDArray[np.int64], counts: Whole | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sum of each key, and the keys, ascending."""
    if counts is not None:
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], counts[order]
    else:
        keys.sort()
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    if counts is None:
        return np.diff(starts, append=len(keys)), keys[starts]
    sums = np.add.reduceat(counts, starts, dtype=np.int64) if len(starts) else np.zeros(0, dtype=np.int64)
    return sums, keys[starts]


def coded(names: Sequence[str]) -> tuple[Whole, tuple[str, ...]]:
    """Codes for the names of practices or places, shape (names,), and the name of each code in alphabetical order.

    An empty name is `UNKNOWN`.
    """
    known = tuple(sorted({each for each in names if each}))
    code = {name: number for number, name in enumerate(known)} | {"": UNKNOWN}
    return np.array([code[each] for each in names], dtype=np.int32), known


def summed(members: Whole, weights: Whole | Floats, people: int) -> Floats:
    """The sum of weights for each member, or each other code from 0; shape (people,)."""
    return np.bincount(members, weights=weights, minlength=people).astype(np.float64, copy=False)
