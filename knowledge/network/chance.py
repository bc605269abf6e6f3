"""What chance alone would give: the exact mean and variance of ties within groups where groups are dealt anew. Pure.

The null model: who is in which practice (or place) is shuffled among those who have ties; ties stay as they are. So how
large groups are and who is lively is kept, and only whether like seeks like is asked.

Source: Cliff & Ord, *Spatial Autocorrelation*, 1973 (join counts and their moments under randomisation), and for the
weights that degrees add, Hubert, *Assignment Methods in Combinatorial Data Analysis*, 1987. The sums that they take
over all pairs are written out here, so that the cost is that of the ties.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from knowledge.network.ties import UNKNOWN, Counted, Flags, Floats, Network, Whole, summed

ROUNDING = 1e-14
"""A variance of no more than this is taken as 0; it is what rounding leaves (ours; that of 10M ties is above 1e-9)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure beside what chance would give.

    Attributes:
        observed: the figure; None where there is nothing to take it from.
        expected: its mean over all ways of dealing the groups.
        deviation: its standard deviation over them, 0 or more.
    """

    observed: float | None
    expected: float | None = None
    deviation: float | None = None

    @property
    def z(self) -> float | None:
        """By how many deviations it differs from what is expected; None where chance leaves it no room."""
        if self.observed is None or self.expected is None or not self.deviation:
            return None
        return (self.observed - self.expected) / self.deviation


@dataclass(frozen=True, slots=True)
class Grouped:
    """Ties between members of known groups, and the members who have one.

    Attributes:
        one, other: the two of each pair, as numbers among these members; shape (pairs,).
        there, back: what it counts each way; shape (pairs,).
        group: the group of each member, from 0; shape (members,).
    """

    one: Whole
    other: Whole
    there: Whole
    back: Whole
    group: Whole

    @property
    def total(self) -> float:
        """All that is counted."""
        return float(self.there.sum(dtype=np.int64) + self.back.sum(dtype=np.int64))

    @property
    def given(self) -> Floats:
        """What each member acted towards others; shape (members,)."""
        count = len(self.group)
        return summed(self.one, self.there, count) + summed(self.other, self.back, count)

    @property
    def received(self) -> Floats:
        """What others acted towards each; shape (members,)."""
        count = len(self.group)
        return summed(self.other, self.there, count) + summed(self.one, self.back, count)

    def within(self, group: Whole) -> float:
        """What is counted within groups, were the groups of the members these."""
        inside = group[self.one] == group[self.other]
        return float(self.there[inside].sum(dtype=np.int64) + self.back[inside].sum(dtype=np.int64))


def grouped(network: Network, groups: Whole, counted: Counted) -> Grouped:
    """The ties of which both ends are of a known group; `groups` are codes of shape (people,)."""
    known: Flags = groups != UNKNOWN
    inner = network if known.all() else network.among(known)
    tied = inner.partners() > 0
    number = (np.cumsum(tied) - 1).astype(np.int32)
    there, back = inner.weights(counted)
    _, codes = np.unique(groups[tied], return_inverse=True)
    return Grouped(number[inner.one], number[inner.other], there, back, codes.astype(np.int64))


def moments(ties: Grouped, kept: float = 0.0) -> tuple[float, float]:
    """Mean and standard deviation, exact, of a sum over members of the same group, where groups are dealt anew.

    The sum is of w(i, j) / m - kept × given(i) received(j) / m² over all ordered i, j of the same group, i = j included
    (only the second part has it): w what i acted towards j, m all of it. With 0 kept it is the share of ties within
    groups, with 1 what that exceeds by what degrees alone would bring. O(pairs).

    Args:
        ties: between at least two members.
        kept: how much of what degrees bring is taken off.
    """
    given, received, total = ties.given, ties.received, ties.total
    own = given * received
    both = (ties.there + ties.back).astype(np.float64)
    rows = (given + received) / total - kept * ((given + received) / total - 2 * own / total**2)
    every = float(given @ given) * float(received @ received) + float(own.sum()) ** 2 - 2 * float(own @ own)
    squares = float(both @ both) / total**2 + kept**2 / total**4 * every
    if kept:
        degrees = given[ties.one] * received[ties.other] + given[ties.other] * received[ties.one]
        squares -= 2 * kept / total**3 * float(both @ degrees)
    sums = float(rows.sum()) / 2
    touching = float(rows @ rows) - 2 * squares
    two, three, four = _chances(np.bincount(ties.group))
    mean = two * sums - kept * float(own.sum()) / total**2
    variance = squares * (two - four) + touching * (three - four) + sums**2 * (four - two**2)
    return mean, sqrt(variance) if variance > ROUNDING else 0.0


def _chances(sizes: Whole) -> tuple[float, float, float]:
    """That two members are of one group, that three are, and that two and another two are."""
    sizes = sizes.astype(np.float64)
    people = float(sizes.sum())
    pairs, triples = sizes * (sizes - 1), sizes * (sizes - 1) * (sizes - 2)
    of_four = float((triples * (sizes - 3)).sum()) + float(pairs.sum()) ** 2 - float(pairs @ pairs)
    orders = np.cumprod(people - np.arange(4))
    return (
        float(pairs.sum()) / float(orders[1]),
        float(triples.sum()) / float(orders[2]) if people > 2 else 0.0,
        of_four / float(orders[3]) if people > 3 else 0.0,
    )
