"""What each two guests at one table are worth, from whom they know, whom they met and where they are from. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from knowledge.matching.guests import FACES_WEEKS, Guest, Pair
from knowledge.matching.swaps import Flags, Floats, Whole, Worth

AGAIN = 1e8
"""What a face costs that is met again within `FACES_WEEKS`: more than all else together, at up to 400 people (ours)."""

TOO_MANY = 1e4
"""What a table is marked down by where the core is no minority: more than all that is weighed (ours)."""

WITH_CORE = 0.25
"""What a new tie with the core group counts, where a lateral one counts 1 (ours: the core meets people anyway)."""


KNOWN_ACROSS = 0.2
"""What being across counts where there is a tie already, where it counts 1 of a new one (ours: it is no waste)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What is weighed where neither a face nor the core decides; each 0 or more, and only their proportions matter.

    Attributes:
        new_tie: two who have no tie yet.
        across: added to it where their practices or places differ: more ties across, and in the end fewer in all.
        away: the share by which a new tie counts more for two who were both away for `FACES_WEEKS` or more.
        long_ago: added where two have to meet again, by how long ago they met.

    Raises:
        ValueError: if one is below 0.
    """

    new_tie: float = 1.0
    across: float = 0.5
    away: float = 0.25
    long_ago: float = 0.5

    def __post_init__(self) -> None:
        if min(astuple(self)) < 0:
            raise ValueError("a weight is below 0")

    @property
    def most(self) -> float:
        """The most that two people can be worth to each other."""
        return (self.new_tie + self.across) * (1 + self.away) + self.long_ago


EVEN = Weights()
"""What is weighed where the core group said nothing (ours; `bench/matching.py` shows what others bring)."""


class Known:
    """What is known of the guests: who has a tie, and who met within `FACES_WEEKS`.

    Attributes:
        guests: in ascending order of their ids; a person is a place in it from here on.
    """

    def __init__(self, guests: Sequence[Guest], ties: Collection[Pair], met: Mapping[Pair, float]) -> None:
        """Takes guests of whom each comes once; pairs of whom one is no guest are left out."""
        self.guests = sorted(guests, key=lambda each: each.id)
        self._ids = np.array([each.id for each in self.guests], dtype=np.int64)
        self._ties, _ = self._places(ties, np.zeros(len(ties)))
        self._met, self._weeks = self._places(met, np.fromiter(met.values(), dtype=np.float64, count=len(met)))

    def tied(self, people: Whole) -> Flags:
        """Who of these people has a tie to whom; shape (people, people)."""
        tied = np.zeros((len(people), len(people)), dtype=np.bool_)
        pairs, _ = self._among(people, self._ties)
        tied[pairs[:, 0], pairs[:, 1]] = tied[pairs[:, 1], pairs[:, 0]] = True
        return tied

    def weeks_ago(self, people: Whole) -> Floats:
        """How many weeks ago each two of these people last met; `FACES_WEEKS` for longer ago and never."""
        weeks = np.full((len(people), len(people)), FACES_WEEKS)
        pairs, chosen = self._among(people, self._met)
        for one, other in ((0, 1), (1, 0)):
            np.minimum.at(weeks, (pairs[:, one], pairs[:, other]), self._weeks[chosen])
        return weeks

    def across(self, people: Whole) -> Flags:
        """Which two of these people are of different practices or places, as far as both are known."""
        here = [self.guests[person] for person in people]
        return _differ([each.practice for each in here]) | _differ([each.place for each in here])

    def worth(self, people: Whole, weights: Weights) -> Worth:
        """What each two of these people are worth at one table."""
        core = np.array([self.guests[person].is_core for person in people])
        away = np.array([self.guests[person].away for person in people])
        weeks = self.weeks_ago(people)
        new = np.where(core[:, None] | core[None, :], WITH_CORE, 1.0) * ~self.tied(people)
        pairs = new * weights.new_tie + np.maximum(new, KNOWN_ACROSS) * weights.across * self.across(people)
        pairs *= 1 + weights.away * (away[:, None] + away[None, :]) / 2
        again = weeks < FACES_WEEKS
        pairs += again * weights.long_ago * weeks / FACES_WEEKS
        pairs /= weights.most or 1.0
        pairs -= AGAIN * again
        np.fill_diagonal(pairs, 0.0)
        return Worth(pairs, core, TOO_MANY)

    def _places(self, pairs: Iterable[Pair], values: Floats) -> tuple[Whole, Floats]:
        ids = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        places = np.searchsorted(self._ids, ids).clip(max=len(self._ids) - 1)
        are_two_guests = (self._ids[places] == ids).all(axis=1) & (ids[:, 0] != ids[:, 1])
        return places[are_two_guests], values[are_two_guests]

    def _among(self, people: Whole, pairs: Whole) -> tuple[Whole, Flags]:
        place = np.full(len(self.guests), -1)
        place[people] = np.arange(len(people))
        found = place[pairs]
        chosen: Flags = (found[:, 0] >= 0) & (found[:, 1] >= 0)
        return found[chosen], chosen


def _differ(names: Sequence[str]) -> Flags:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(["", *names]))}
    codes: Whole = np.array([numbers[name] for name in names])
    return np.not_equal.outer(codes, codes) & np.greater(codes, 0)[:, None] & np.greater(codes, 0)
