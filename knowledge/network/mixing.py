"""Whether ties stay within practices and places or go across, beside what chance would give. Pure.

A raw E-I index misleads: what it can be depends on how large the groups are. So each figure comes with the value that
chance would give (`chance`), which is exact; the permutations are there to check it, and for who trusts them more.
"""

from dataclasses import dataclass

import numpy as np

from knowledge.network.chance import Beside, Grouped, grouped, moments
from knowledge.network.ties import UNKNOWN, Counted, Floats, Network, Whole, summed


def external_internal(network: Network, groups: Whole, counted: Counted = Counted.DIRECTED) -> Beside:
    """The E-I index: (ties across groups - ties within) / all, -1 (all within) to 1 (all across).

    Ties with somebody whose group is not known are left out. `Counted.TIES` and `DIRECTED` are directed conventions,
    `PAIRS` is the undirected one. Mean and deviation are exact.

    Args:
        network: all ties.
        groups: codes of practices or places, shape (people,).
        counted: what is counted.

    Source: Krackhardt & Stern, *Informal networks and organizational crises*, Social Psychology Quarterly 51(2), 1988.
    """
    ties = grouped(network, groups, counted)
    if not ties.total:
        return Beside(None)
    within, deviation = moments(ties)
    return Beside(_index(ties, ties.group), 1 - 2 * within, 2 * deviation)


def _index(ties: Grouped, group: Whole) -> float:
    within = ties.within(group)
    return (ties.total - 2 * within) / ties.total


def assortativity(network: Network, groups: Whole, counted: Counted = Counted.DIRECTED) -> Beside:
    """Assortativity r = (W - A) / (1 - A): -1 to 1, 0 where ties go as degrees alone would have them, 1 all within.

    W is the share of ties within groups, A the sum over groups of (share given by it) × (share received by it). The
    arguments are those of `external_internal`. None where all ties are of one group. Its null is to first order in the
    deviations of W and A (both are exact; their quotient has no closed form): good to about 1 % from 50 people on.

    Source: Newman, *Mixing patterns in networks*, Physical Review E 67, 026126, 2003, equation 2.
    """
    ties = grouped(network, groups, counted)
    if not ties.total or (by_degrees := _by_degrees(ties, ties.group)) == 1:
        return Beside(None)
    share = ties.within(ties.group) / ties.total
    within, _ = moments(ties)
    beyond, _ = moments(ties, kept=1.0)
    room = 1 - (within - beyond)
    expected = beyond / room
    _, deviation = moments(ties, kept=1 - expected)
    return Beside((share - by_degrees) / (1 - by_degrees), expected, deviation / room)


def excess(network: Network, groups: Whole, counted: Counted = Counted.DIRECTED) -> Beside:
    """W - A of `assortativity`, which is modularity: how much more is within groups than degrees bring, -1 to 1.

    Mean and deviation are exact, so its z is the one to trust where groups are few and small.

    Source: Newman, *Modularity and community structure in networks*, PNAS 103(23), 2006; directed as by Leicht and
    Newman, Physical Review Letters 100, 118703, 2008.
    """
    ties = grouped(network, groups, counted)
    if not ties.total:
        return Beside(None)
    share = ties.within(ties.group) / ties.total
    return Beside(share - _by_degrees(ties, ties.group), *moments(ties, kept=1.0))


def _by_degrees(ties: Grouped, group: Whole) -> float:
    groups = int(group.max()) + 1
    return float(summed(group, ties.given, groups) @ summed(group, ties.received, groups)) / ties.total**2


def permuted(network: Network, groups: Whole, counted: Counted, *, times: int, seed: int) -> Floats:
    """E-I indices with groups dealt anew among those with ties; shape (times,). The same seed gives the same.

    What `external_internal` has in closed form, by drawing: its mean and deviation come near to those there.
    """
    ties, chance = grouped(network, groups, counted), np.random.default_rng(seed)
    if not ties.total:
        return np.full(times, np.nan)
    return np.array([_index(ties, chance.permutation(ties.group)) for _ in range(times)])


def as_far(beside: Beside, drawn: Floats) -> float | None:
    """The share of draws at least as far from what is expected as what was observed, itself counted among them.

    Above 0 to 1. Source: North, Curtis & Sham, *A note on the calculation of empirical P values*, American Journal of
    Human Genetics 71(2), 2002 (one is added to both).
    """
    if beside.observed is None or beside.expected is None:
        return None
    far = np.abs(drawn - beside.expected) >= abs(beside.observed - beside.expected) - 1e-12
    return (1 + int(far.sum())) / (1 + len(drawn))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Ties from group to group; each of shape (groups, groups), by the group that acts and the one acted towards.

    Attributes:
        ties: what is counted.
        expected: its mean where groups are dealt anew among those who have ties.
    """

    ties: Floats
    expected: Floats


def matrix(network: Network, groups: Whole, count: int, counted: Counted = Counted.TIES) -> Matrix:
    """Counts ties from group to group, for `count` groups with codes from 0. `PAIRS` gives each pair both ways.

    What is expected of the ties from g to h is all of them × n(g) n(h) / (n (n - 1)), and n(g) (n(g) - 1) where g is h,
    n being people with ties.
    """
    found = np.zeros((count, count))
    inner = network.among(groups != UNKNOWN)
    there, back = inner.weights(counted)
    for by, to, weights in ((inner.one, inner.other, there), (inner.other, inner.one, back)):
        places = groups[by].astype(np.int64) * count + groups[to]
        found += summed(places, weights, count**2).reshape(count, count)
    sizes = np.bincount(groups[inner.partners() > 0], minlength=count).astype(np.float64)
    ways = np.outer(sizes, sizes) - np.diag(sizes)
    return Matrix(found, found.sum() * ways / max(float(ways.sum()), 1.0))


def involved(network: Network, groups: Whole, count: int) -> Whole:
    """How many people have a part in the ties from group to group; shape (groups, groups), as `matrix`.

    Whoever acts and whoever is acted towards are counted, each once.
    """
    inner = network.among(groups != UNKNOWN)
    people = np.zeros((count, count), np.int64)
    keys = []
    for by, to, weights in ((inner.one, inner.other, inner.there), (inner.other, inner.one, inner.back)):
        acts = weights > 0
        cell = groups[by[acts]].astype(np.int64) * count + groups[to[acts]]
        keys += [cell * network.people + by[acts], cell * network.people + to[acts]]
    cells, counts = np.unique(np.unique(np.concatenate(keys)) // max(network.people, 1), return_counts=True)
    people.reshape(-1)[cells] = counts
    return people
