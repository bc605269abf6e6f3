"""Whom a host asks to a table around one problem, and why each of them: by what they touched, and who is missing. Pure.

Who touched the problem comes first and never fills the table: seats are kept for practices and places that would be
missing, and for who has few ties. The core group is a third at most. Nobody is asked whom the host met within twelve
weeks, unless too few would be left for a table.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from random import Random
from statistics import median
from typing import TypeAlias

from knowledge.matching.guests import FACES_WEEKS, FEWEST, MOST, Guest, Pair, Reason

KEPT_SEATS = 2
"""Seats that nobody gets for having touched the problem, where somebody else can come. Source: issue 8 ("a few from
practices and places that are missing"); two is ours: one alone speaks for nobody but themself."""

OFTEN = 2
"""Who was invited so often lately comes after everybody who was not (ours)."""

CORE_SHARE = 3
"""One in so many at a table may be of the core group (ours)."""


@dataclass(frozen=True, slots=True)
class Candidate(Guest):
    """Somebody who may be invited.

    Attributes:
        touched: whether they touched the problem: asked, answered, told or doubted something about it.
        invited_lately: how often they were invited lately, 0 or more; the caller says what is lately.
        ties_count: how many ties they have, 0 or more.
    """

    touched: bool = False
    invited_lately: int = 0
    ties_count: int = 0


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is invited, by member id, and why."""

    id: int
    because: Reason


Order: TypeAlias = Callable[[Candidate], tuple[float, ...]]
"""Whose turn it is: the lowest first."""


def invite(
    host: Guest,
    candidates: Sequence[Candidate],
    *,
    ties: Collection[Pair],
    met: Mapping[Pair, float],
    chance: Random,
    at_most: int = MOST - 1,
) -> list[Invited]:
    """Chooses whom a host invites, in the order in which seats were given; where few can come, whoever can.

    Below `FEWEST` - 1 there is no table yet, and the caller decides what becomes of it.

    Args:
        host: who invites; if they are among the candidates, they are passed over.
        candidates: who may be asked, in any order; consent, pauses and what somebody gets were looked at before.
        ties: pairs who have a tie; only those with the host matter.
        met: how many weeks ago pairs met; only those with the host matter.
        chance: decides among equals.
        at_most: how many are invited, `FEWEST` - 1 to `MOST` - 1.

    Raises:
        ValueError: if a candidate comes twice, or `at_most` is out of its range.
    """
    if len({each.id for each in candidates}) < len(candidates):
        raise ValueError("a candidate comes twice")
    if not FEWEST <= at_most + 1 <= MOST:
        raise ValueError(f"inviting {at_most} is out of range")
    others = sorted((each for each in candidates if each.id != host.id), key=lambda each: each.id)
    asking = _Asking(host, others, ties, met, chance, at_most)
    fresh = [each for each in others if asking.met_weeks_ago(each) >= FACES_WEEKS]
    untouched = [each for each in fresh if not each.touched]
    kept = min(KEPT_SEATS, len(untouched))
    asking.ask([each for each in fresh if each.touched], asking.by_load, seats=at_most - kept)
    asking.ask(untouched, asking.by_what_is_missing, seats=min(len(asking.asked) + kept, at_most))
    asking.ask(fresh, asking.by_time_away, seats=at_most)
    asking.leave_few_of_the_core(at_least=FEWEST)
    asking.ask(others, asking.by_last_met, seats=FEWEST - 1)
    asking.leave_few_of_the_core()
    return [Invited(each.id, because) for each, because in asking.asked.items()]


class _Asking:
    """Seats given so far, and whose turn it is by what; an order gives the lowest first.

    Attributes:
        asked: who was given a seat, and why.
    """

    def __init__(
        self,
        host: Guest,
        others: Sequence[Candidate],
        ties: Collection[Pair],
        met: Mapping[Pair, float],
        chance: Random,
        at_most: int,
    ) -> None:
        """Takes who may come, in an order that does not depend on the caller's."""
        self._host, self._core_seats = host, (at_most + 1) // CORE_SHARE
        self._with_ties = _with(host, ties)
        self._met: dict[int, float] = {}
        for pair, weeks in met.items():
            for other in _with(host, [pair]):
                self._met[other] = min(weeks, self._met.get(other, inf))
        self._draws = {each.id: chance.random() for each in others}
        self._few_ties = median(each.ties_count for each in others) if others else 0
        self.asked: dict[Candidate, Reason] = {}

    def ask(self, candidates: Sequence[Candidate], order: Order, *, seats: int) -> None:
        """Gives seats by an order, until so many are given in all; what is missing is looked at anew after each."""
        while len(self.asked) < seats:
            core_is_full = self._core_among(self.asked) >= self._core_seats
            free = [each for each in candidates if each not in self.asked and not (each.is_core and core_is_full)]
            if not free:
                return
            chosen = min(free, key=lambda each: (*order(each), each.is_core, self._draws[each.id]))
            self.asked[chosen] = self._reason(chosen)

    def by_load(self, one: Candidate) -> tuple[float, ...]:
        """Who was invited least lately, of these who was away longest."""
        return (one.invited_lately, -_weeks_away(one))

    def by_what_is_missing(self, one: Candidate) -> tuple[float, ...]:
        """Who is of a practice or place that is missing, of these who has fewest ties; who is invited often is last."""
        is_here = self._brings(one) is None
        return (is_here, one.invited_lately >= OFTEN, one.ties_count, one.id in self._with_ties, *self.by_load(one))

    def by_time_away(self, one: Candidate) -> tuple[float, ...]:
        """Who was away for `FACES_WEEKS` or more, of these as by load."""
        return (one.invited_lately >= OFTEN, one.away < 1, *self.by_load(one))

    def by_last_met(self, one: Candidate) -> tuple[float, ...]:
        """Whom the host met longest ago, the core after all others."""
        return (one.is_core, -self.met_weeks_ago(one))

    def met_weeks_ago(self, one: Candidate) -> float:
        """How many weeks ago the host met them; infinite where never."""
        return self._met.get(one.id, inf)

    def leave_few_of_the_core(self, *, at_least: int = 0) -> None:
        """Takes back the last seats of the core that are more than its share of so few, or of `at_least`."""
        for one in [each for each in reversed(self.asked) if each.is_core]:
            if self._core_among(self.asked) > max(len(self.asked) + 1, at_least) // CORE_SHARE:
                del self.asked[one]

    def _core_among(self, asked: Iterable[Candidate]) -> int:
        return self._host.is_core + sum(each.is_core for each in asked)

    def _brings(self, one: Candidate) -> Reason | None:
        """What of theirs nobody is who sits there so far."""
        here: list[Guest] = [self._host, *self.asked]
        if one.place and one.place not in {each.place for each in here}:
            return Reason.OTHER_PLACE
        if one.practice and one.practice not in {each.practice for each in here}:
            return Reason.OTHER_PRACTICE
        return None

    def _reason(self, one: Candidate) -> Reason:
        if one.touched:
            return Reason.TOUCHED
        if brought := self._brings(one):
            return brought
        if one.ties_count < self._few_ties:
            return Reason.FEW_TIES
        if one.away == 1:
            return Reason.AWAY_LONG
        return Reason.COMPANY if one.id in self._with_ties else Reason.UNTIED


def _with(host: Guest, pairs: Iterable[Pair]) -> set[int]:
    return {other for one, two in pairs for me, other in ((one, two), (two, one)) if me == host.id}


def _weeks_away(one: Guest) -> float:
    return inf if one.absent_weeks is None else one.absent_weeks
