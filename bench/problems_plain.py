"""Plain ways to group vectors, which the grouping of problems is measured against; and how right a grouping is."""

from collections.abc import Callable
from importlib.util import find_spec
from math import inf

import numpy as np

from knowledge.problems import Placed, group

Cut = Callable[[np.ndarray, float], np.ndarray]
"""Unit vectors, shape (texts, dimension), and a threshold -> the number of each text's group, shape (texts,)."""

TRIES = 10
"""Beginnings of k-means, of which the tightest end counts."""

ROUNDS = 50
"""Steps of k-means, at most."""

CORE = 3
"""Texts within reach, itself among them, that make a text a core. Source: M. Ester et al., "A density-based algorithm
for discovering clusters in large spatial databases with noise", 1996 (4 in the plane; 3 does better here)."""


FEWEST, TWO_THIRDS = 3, 2 / 3
"""Texts from which a group or a subject is looked at, and the share of a group that is to be about one subject."""


def average(vectors: np.ndarray, least: float) -> np.ndarray:
    """Average linkage: two groups are joined while their mean cosine reaches a threshold."""
    return numbers(group(Placed(vectors, least, inf)), len(vectors))


def components(vectors: np.ndarray, least: float) -> np.ndarray:
    """Connected components: whatever a chain of neighbours joins is one group."""
    return _joined(vectors @ vectors.T >= least)


def dense(vectors: np.ndarray, least: float) -> np.ndarray:
    """DBSCAN: cores in each other's reach are one group, what is in reach of a core joins, the rest are alone."""
    near = vectors @ vectors.T >= least
    np.fill_diagonal(near, True)
    is_core = near.sum(axis=1) >= CORE
    found = _joined(near & is_core & is_core[:, None])
    for text in np.flatnonzero(~is_core & (near & is_core).any(axis=1)):
        found[text] = found[np.flatnonzero(near[text] & is_core)[0]]
    return found


def k_means(vectors: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """K-means with k-means++ beginnings, told how many groups there are."""
    ends = [_one_k_means(vectors, count, chance) for _ in range(TRIES)]
    return min(ends, key=lambda end: end[0])[1]


def hdbscan(vectors: np.ndarray) -> np.ndarray | None:
    """HDBSCAN with groups of two and more, and the rest alone; None where scikit-learn is not installed."""
    if find_spec("sklearn") is None:
        return None
    from sklearn.cluster import HDBSCAN

    found = np.asarray(HDBSCAN(min_cluster_size=2, copy=True).fit_predict(vectors))
    alone = found < 0
    found[alone] = len(found) + np.arange(alone.sum())
    return found


def of_one_subject(right: np.ndarray, found: np.ndarray) -> float:
    """The share of groups of three and more of which two thirds are about one subject; NaN where there are none."""
    groups = [right[found == each] for each in np.flatnonzero(np.bincount(found) >= FEWEST)]
    return float(np.mean([np.bincount(each).max() >= TWO_THIRDS * len(each) for each in groups] or [np.nan]))


def subjects_found(right: np.ndarray, found: np.ndarray) -> float:
    """The share of subjects of three texts and more that have a group: half of them and more than half of it."""
    subjects = [(each, np.bincount(found[right == each])) for each in np.flatnonzero(np.bincount(right) >= FEWEST)]
    seen = [2 * of.max() >= of.sum() and 2 * of.max() > (found == of.argmax()).sum() for _, of in subjects]
    return float(np.mean(seen or [np.nan]))


def numbers(groups: list[list[int]], count: int) -> np.ndarray:
    """The number of each text's group."""
    found = np.zeros(count, int)
    for number, places in enumerate(groups):
        found[places] = number
    return found


def adjusted_rand(right: np.ndarray, found: np.ndarray) -> float:
    """The adjusted Rand index: 1 where two groupings are one, 0 as by chance.

    Source: L. Hubert and P. Arabie, "Comparing partitions", 1985.
    """
    table = np.zeros((right.max() + 1, found.max() + 1))
    np.add.at(table, (right, found), 1)
    both, ours, theirs = (_pairs(each) for each in (table, table.sum(axis=0), table.sum(axis=1)))
    by_chance = ours * theirs / _pairs(np.array(len(right)))
    most = (ours + theirs) / 2
    return 1.0 if most == by_chance else float((both - by_chance) / (most - by_chance))


def b_cubed(right: np.ndarray, found: np.ndarray) -> float:
    """B-cubed F: of each text's group, how much is right, and of what is right, how much is there; 0 to 1.

    Source: A. Bagga and B. Baldwin, "Entity-based cross-document coreferencing using the vector space model", 1998.
    """
    belongs, together = right[:, None] == right, found[:, None] == found
    both = (belongs & together).sum(axis=1)
    precision, recall = (both / together.sum(axis=1)).mean(), (both / belongs.sum(axis=1)).mean()
    return float(2 * precision * recall / (precision + recall))


def _joined(near: np.ndarray) -> np.ndarray:
    found = np.arange(len(near))
    near = near | np.eye(len(near), dtype=bool)
    while True:
        lowest = np.where(near, found, len(found)).min(axis=1)
        if (lowest == found).all():
            return found
        found = lowest


def _one_k_means(vectors: np.ndarray, count: int, chance: np.random.Generator) -> tuple[float, np.ndarray]:
    middles = _beginnings(vectors, count, chance)
    found = np.full(len(vectors), -1)
    for _ in range(ROUNDS):
        far = _squares(vectors, middles)
        before, found = found, far.argmin(axis=1)
        if (before == found).all():
            break
        middles = np.stack(
            [vectors[found == each].mean(axis=0) if (found == each).any() else middles[each] for each in range(count)]
        )
    return float(far.min(axis=1).sum()), found


def _beginnings(vectors: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    chosen = [int(chance.integers(len(vectors)))]
    while len(chosen) < count:
        far = _squares(vectors, vectors[chosen]).min(axis=1)
        chosen.append(int(chance.choice(len(vectors), p=far / far.sum() if far.sum() > 0 else None)))
    return vectors[chosen]


def _squares(vectors: np.ndarray, middles: np.ndarray) -> np.ndarray:
    lengths = (vectors**2).sum(axis=1)[:, None] + (middles**2).sum(axis=1)
    return np.maximum(lengths - 2 * vectors @ middles.T, 0)


def _pairs(counts: np.ndarray) -> float:
    return float((counts * (counts - 1) / 2).sum())
