"""Which members hang together through ties, and who holds them together. Pure.

Everything is done for all members at once, in as many rounds as the network is deep: no step for each member or tie.
"""

from dataclasses import dataclass

import numpy as np

from knowledge.network.ties import Flags, Network, Whole


def components(network: Network) -> Whole:
    """Numbers the connected components; shape (people,), from 0, in the order of their lowest members.

    Direction does not matter (weak components); who has no tie is a component alone. In each round every root takes the
    lowest root next to it, and what hangs under a root is drawn up to it, until no tie joins two roots.

    Source: Shiloach & Vishkin, *An O(log n) parallel connectivity algorithm*, Journal of Algorithms 3(1), 1982.
    """
    return _joined(network.people, network.one, network.other)


def k_core(network: Network, most: int) -> tuple[int, Flags]:
    """The k-core of the smallest k that has `most` people or fewer: k, and who is in it; shape (people,).

    In a k-core everybody has ties with k others in it. k is 0 where all people are few enough, 1 where those who have
    ties are; nobody is in it where even the densest part is larger.

    Source: Seidman, *Network structure and minimum degree*, Social Networks 5(3), 1983.
    """
    inside = np.ones(network.people, dtype=np.bool_)
    k = 0
    while inside.sum() > most:
        k += 1
        while (few := inside & (network.among(inside).partners() < k)).any():
            inside &= ~few
    return k, inside


def _joined(count: int, one: Whole, other: Whole) -> Whole:
    root: Whole = np.arange(count)
    while len(one):
        one, other = root[one], root[other]
        apart = one != other
        one, other = one[apart], other[apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(above := root[root], root):
            root = above
    _, numbers = np.unique(root, return_inverse=True)
    return numbers.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds others together; each of shape (people,).

    Attributes:
        is_holding: whether their component falls apart without them (an articulation point).
        cut_off: how many others would then no longer be connected to the largest part that is left of it; 0 or more.
    """

    is_holding: Flags
    cut_off: Whole


def holding(network: Network) -> Holding:
    """Finds who holds others together, whatever the direction of ties. O(pairs), in rounds of the network's depth.

    Two ties are in one block where they are on a ring; a member in two blocks or more holds them together.

    Source: Tarjan & Vishkin, *An efficient parallel biconnectivity algorithm*, SIAM Journal on Computing 14(4), 1985;
    that the tree is grown by distance, so that no tie outside it joins a member with one above them, is ours.
    """
    part = components(network)
    tree = _grown(network, part)
    blocks = _blocks(network, tree)
    below = np.flatnonzero(tree.parent >= 0)
    above = tree.parent[below]
    sizes = np.bincount(part)
    pieces, found = np.unique(above * network.people + blocks[below], return_inverse=True)
    people: Whole = np.bincount(found, weights=tree.size[below], minlength=len(pieces)).astype(np.int64)
    whose, block = np.divmod(pieces, max(network.people, 1))
    rest = sizes[part] - tree.size
    people += np.where((tree.parent[whose] >= 0) & (block == blocks[whose]), rest[whose], 0)
    largest = rest.copy()
    np.maximum.at(largest, whose, people)
    cut_off = sizes[part] - 1 - largest
    return Holding(cut_off > 0, cut_off)


@dataclass(frozen=True, slots=True)
class _Tree:
    """Trees by distance from the lowest member of each component; each of shape (people,).

    Attributes:
        parent: the member above, -1 for a root.
        first: their number in an order in which everybody below them follows at once.
        size: how many are below them, and themself.
        levels: who is how far from the root, nearest first; each of shape (members of the level,).
    """

    parent: Whole
    first: Whole
    size: Whole
    levels: tuple[Whole, ...]


def _grown(network: Network, part: Whole) -> _Tree:
    to, starts = _both_ways(network)
    parent: Whole = np.full(network.people, -1, dtype=np.int64)
    is_grown = np.zeros(network.people, dtype=np.bool_)
    edge: Whole = np.unique(part, return_index=True)[1]
    levels = []
    while len(edge):
        levels.append(edge)
        is_grown[edge] = True
        neighbours, of = _around(edge, to, starts)
        new = ~is_grown[neighbours]
        parent[neighbours[new]] = of[new]
        edge = np.unique(neighbours[new])
    return _numbered(parent, levels)


def _both_ways(network: Network) -> tuple[Whole, Whole]:
    """The neighbours of all members, one member's after another's, and where each one's start."""
    by = np.concatenate([network.one, network.other])
    to = np.concatenate([network.other, network.one])
    order = np.argsort(by, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(by, minlength=network.people))])
    return to[order], starts


def _around(edge: Whole, to: Whole, starts: Whole) -> tuple[Whole, Whole]:
    """The neighbours of these members, and whose each is."""
    counts = starts[edge + 1] - starts[edge]
    of = np.repeat(edge, counts)
    within = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    return to[starts[of] + within], of


def _numbered(parent: Whole, levels: list[Whole]) -> _Tree:
    size: Whole = np.ones(len(parent), dtype=np.int64)
    for level in reversed(levels[1:]):
        np.add.at(size, parent[level], size[level])
    first: Whole = np.zeros(len(parent), dtype=np.int64)
    for roots in levels[:1]:
        first[roots] = np.cumsum(size[roots]) - size[roots]
    for level in levels[1:]:
        level = level[np.argsort(parent[level], kind="stable")]
        before = np.cumsum(size[level]) - size[level]
        _, starts, counts = np.unique(parent[level], return_index=True, return_counts=True)
        before -= np.repeat(before[starts], counts)
        first[level] = first[parent[level]] + 1 + before
    return _Tree(parent, first, size, tuple(levels))


def _blocks(network: Network, tree: _Tree) -> Whole:
    """The block that the tie to one's parent is in; shape (people,), without meaning for a root."""
    in_tree = (tree.parent[network.one] == network.other) | (tree.parent[network.other] == network.one)
    one, other = network.one[~in_tree], network.other[~in_tree]
    lowest, highest = tree.first.copy(), tree.first.copy()
    for whose, whom in ((one, other), (other, one)):
        np.minimum.at(lowest, whose, tree.first[whom])
        np.maximum.at(highest, whose, tree.first[whom])
    for level in reversed(tree.levels[1:]):
        np.minimum.at(lowest, tree.parent[level], lowest[level])
        np.maximum.at(highest, tree.parent[level], highest[level])
    below = np.concatenate([np.zeros(0, dtype=np.int64), *tree.levels[2:]])
    above = tree.parent[below]
    reaches_out = (lowest[below] < tree.first[above]) | (highest[below] >= tree.first[above] + tree.size[above])
    return _joined(
        network.people,
        np.concatenate([one, above[reaches_out]]),
        np.concatenate([other, below[reaches_out]]),
    )
