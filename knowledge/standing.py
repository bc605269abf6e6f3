"""Levels of participation of very many people: what `participation.moves` counts, by the same rules. Pure.

Deeds come in pieces, as numbers, and are summed up week by week as they come: a million of them take no more memory
than the people do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from knowledge.participation import FEWEST_WEEKS, NEW_WEEKS, RULES, WEEK, WEEKS, Level, Part

_WEEK = WEEK // timedelta(microseconds=1)
_SIZES = (WEEKS + 1, WEEKS + 1, 2, 2, 2)
"""How many values each number of a `Part` may have, in their order."""

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who they are; each of shape (people,).

    Attributes:
        ids: member ids, ascending.
        joined_at: when they came, in microseconds since 1970.
        is_core: whether they are of the core group.
    """

    ids: Numbers
    joined_at: Numbers
    is_core: Flags


class Standing:
    """Where people stand at a moment and where they stood before; whoever had not come by then is left out.

    Args:
        crowd: who they are.
        now: the later moment, in microseconds since 1970.
        weeks: how long before it the earlier one is; for whoever came in between, it is when they came.
    """

    def __init__(self, crowd: Crowd, now: int, weeks: int = WEEKS) -> None:
        here = crowd.joined_at <= now
        self._crowd = Crowd(crowd.ids[here], crowd.joined_at[here], crowd.is_core[here])
        then = np.maximum(self._crowd.joined_at, now - weeks * _WEEK)
        self._looks = (_Look.at_moments(then), _Look.at_moments(np.full_like(then, now)))

    def note(self, who: Numbers, at: Numbers, *, gives: bool) -> None:
        """Notes deeds of a kind: by which members, when, and whether it gives others something. Shape (deeds,)."""
        _note(self._crowd.ids, self._looks, who, at, gives=gives)

    def moves(self) -> dict[tuple[Level, Level], int]:
        """Counts who stands where, by where they stood before: (level then, level now) -> people."""
        before, after = (look.parts(self._crowd) for look in self._looks)
        size = int(np.prod(_SIZES))
        found, counts = np.unique(before * size + after, return_counts=True)
        moved: Counter[tuple[Level, Level]] = Counter()
        for pair, count in zip(found.tolist(), counts.tolist(), strict=True):
            moved[_level(pair // size), _level(pair % size)] += count
        return dict(moved)


class Levels:
    """Where people stood at several moments, by the same rules.

    Args:
        crowd: who they are.
        moments: in microseconds since 1970.
    """

    def __init__(self, crowd: Crowd, moments: Sequence[int]) -> None:
        self._crowd, self._moments = crowd, moments
        self._looks = [_Look.at_moments(np.full_like(crowd.joined_at, moment)) for moment in moments]

    def note(self, who: Numbers, at: Numbers, *, gives: bool) -> None:
        """Notes deeds of a kind, as `Standing.note` does."""
        _note(self._crowd.ids, self._looks, who, at, gives=gives)

    def levels(self, moment: int) -> Numbers:
        """The level of each at one of the moments (by its place), as places in `Level`; -1 for whoever came later."""
        here = self._crowd.joined_at <= self._moments[moment]
        found = np.full(len(here), -1, np.int64)
        crowd = Crowd(self._crowd.ids[here], self._crowd.joined_at[here], self._crowd.is_core[here])
        look = self._looks[moment]
        parts = _Look(look.at[here], look.weeks[here], look.gave[here]).parts(crowd)
        kinds, which = np.unique(parts, return_inverse=True)
        order = list(Level)
        levels = np.array([order.index(_level(int(each))) for each in kinds], np.int64)
        found[here] = levels[which] if len(kinds) else which
        return found


def microseconds_of(moment: datetime) -> int:
    """A moment as the whole microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was done before a moment of each: `at` (people,), in which of the last weeks (people, weeks), who gave."""

    at: Numbers
    weeks: Flags
    gave: Flags

    @classmethod
    def at_moments(cls, at: Numbers) -> "_Look":
        return cls(at, np.zeros((len(at), WEEKS), np.bool_), np.zeros(len(at), np.bool_))

    def note(self, people: Numbers, at: Numbers, *, gives: bool) -> None:
        ago = self.at[people] - at
        counted = (ago >= 0) & (ago < WEEKS * _WEEK)
        self.weeks[people[counted], ago[counted] // _WEEK] = True
        if gives:
            self.gave[people[counted]] = True

    def parts(self, crowd: Crowd) -> Numbers:
        """The `Part` of each as one number; shape (people,)."""
        here_for = self.at - crowd.joined_at
        weeks = self.weeks.sum(axis=1)
        of_weeks = np.clip(here_for // _WEEK, FEWEST_WEEKS, WEEKS)
        is_new = here_for < NEW_WEEKS * _WEEK
        return np.ravel_multi_index((weeks, of_weeks, self.gave * 1, is_new * 1, crowd.is_core * 1), _SIZES)


def _note(ids: Numbers, looks: Sequence[_Look], who: Numbers, at: Numbers, *, gives: bool) -> None:
    """Notes deeds of those who are known, in every look."""
    if len(ids):
        places = np.minimum(np.searchsorted(ids, who), len(ids) - 1)
        known = ids[places] == who
        for look in looks:
            look.note(places[known], at[known], gives=gives)


def _level(number: int) -> Level:
    weeks, of_weeks, gave, is_new, is_core = (int(each) for each in np.unravel_index(number, _SIZES))
    part = Part(weeks, of_weeks, bool(gave), bool(is_new), bool(is_core))
    return next(level for level, holds in RULES if holds(part))
