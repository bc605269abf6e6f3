"""How far a share could be otherwise, had other people been there: a bootstrap over people. Pure.

People are drawn anew, not ties: the ties of one person hang together, and to draw ties as if they did not gives
intervals that are far too narrow. A pair counts as often as its two people were drawn, one times the other. The core
group and the others are drawn apart, since the core is chosen and not met by chance.

Source: Snijders & Borgatti, *Non-parametric standard errors and tests for network statistics*, Connections 22(2), 1999
(the vertex bootstrap); percentiles as in Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993. The strata are
ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.network.shares import is_lateral
from knowledge.network.ties import Flags, Floats, Network, People, Whole

DRAWS = 200
"""How often people are drawn (ours: the ends of an interval of 95 % then move by a tenth of its width, seeds apart)."""

INSIDE = 0.95
"""The share of draws that lie within the interval (ours, as is usual)."""

AT_ONCE = 200_000
"""Pairs that are summed at once, so that memory stays small and sums exact enough (ours)."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share that is a sum over pairs by another; each of shape (pairs,), `part` at most `whole`."""

    part: Whole | Flags
    whole: Whole | Flags


@dataclass(frozen=True, slots=True)
class Interval:
    """Where `INSIDE` of the draws lie; both of the unit and range of the share."""

    low: float
    high: float


def uncertain(
    network: Network, people: People, ratios: Sequence[Ratio], *, seed: int, draws: int = DRAWS
) -> list[Interval | None]:
    """The interval of each share; None where most draws leave nothing to take it from. The same seed gives the same.

    Args:
        network: all ties.
        people: who they are.
        ratios: the shares.
        seed: of the draws.
        draws: how many, 40 or more for the ends to mean anything.
    """
    chance = np.random.default_rng(seed)
    times = np.array([_drawn(people.is_core, chance) for _ in range(draws)])
    sums = np.zeros((2, len(ratios), draws))
    for start in range(0, len(network), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        one, other = network.one[here], network.other[here]
        parts = np.array(
            [[each.part[here] for each in ratios], [each.whole[here] for each in ratios]], dtype=np.float32
        )
        for draw, drawn in enumerate(row.astype(np.float32) for row in times):
            sums[:, :, draw] += parts @ (drawn[one] * drawn[other])
    shares = np.divide(sums[0], sums[1], out=np.full(sums[0].shape, np.nan), where=sums[1] > 0)
    return [_interval(row) for row in shares]


def lateral_ratios(network: Network, people: People) -> list[Ratio]:
    """For `uncertain`: the lateral share of ties, the lateral share of pairs, the share of pairs that are mutual."""
    ours, ties = is_lateral(network, people), network.there + network.back
    every = np.ones(len(network), dtype=np.bool_)
    return [Ratio(ties * ours, ties), Ratio(ours, every), Ratio((network.there > 0) & (network.back > 0), every)]


def _drawn(is_core: Flags, chance: np.random.Generator) -> NDArray[np.uint8]:
    """How often each was drawn, which is never near 255; shape (people,). Core and others are as many as they were."""
    times = np.zeros(len(is_core), dtype=np.uint8)
    for stratum in (np.flatnonzero(is_core), np.flatnonzero(~is_core)):
        if len(stratum):
            drawn = chance.integers(0, len(stratum), len(stratum))
            times[stratum] = np.bincount(drawn, minlength=len(stratum))
    return times


def _interval(values: Floats) -> Interval | None:
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return None
    low, high = np.quantile(values, [(1 - INSIDE) / 2, (1 + INSIDE) / 2])
    return Interval(float(low), float(high))
