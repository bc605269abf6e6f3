"""What chance would give: exact against every way of dealing the groups, and near to what drawing gives."""

from itertools import permutations
from statistics import fmean, pstdev

import numpy as np
import pytest
from graphs import Drawn, communities, external_internal_of, of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.network import (
    Beside,
    Counted,
    as_far,
    assortativity,
    excess,
    external_internal,
    matrix,
    permuted,
)

COUNTED = st.sampled_from(list(Counted))


def arrows_of(drawn: Drawn, counted: Counted) -> list[tuple[int, int]]:
    """The ties that count, one by one, between people whose group is known."""
    known = [(by, to) for by, to in drawn.arrows if by != to and drawn.practice[by] >= 0 <= drawn.practice[to]]
    match counted:
        case Counted.TIES:
            return known
        case Counted.DIRECTED:
            return sorted(set(known))
        case Counted.PAIRS:
            return sorted(set(known) | {(to, by) for by, to in known})


def every_deal(drawn: Drawn, arrows: list[tuple[int, int]]) -> list[list[int]]:
    """Every way of dealing the groups of those who have ties among them; others keep theirs."""
    tied = sorted({one for arrow in arrows for one in arrow})
    deals = []
    for dealt in permutations([drawn.practice[one] for one in tied]):
        groups = list(drawn.practice)
        for one, group in zip(tied, dealt, strict=True):
            groups[one] = group
        deals.append(groups)
    return deals


def excess_of(arrows: list[tuple[int, int]], group: list[int]) -> float:
    ties = len(arrows)
    given = [group[by] for by, _ in arrows]
    received = [group[to] for _, to in arrows]
    within = sum(one == other for one, other in zip(given, received, strict=True)) / ties
    return within - sum(given.count(each) * received.count(each) for each in set(group)) / ties**2


@given(communities(least=2, most=6), COUNTED)
@settings(max_examples=40, deadline=None)
def test_mean_and_deviation_are_those_over_every_deal(drawn: Drawn, counted: Counted) -> None:
    arrows = arrows_of(drawn, counted)
    assume(arrows)
    deals = every_deal(drawn, arrows)
    for measure, naive in ((external_internal, external_internal_of), (excess, excess_of)):
        found = measure(drawn.network, drawn.codes, counted)
        values = [naive(arrows, groups) for groups in deals]
        assert found.observed == pytest.approx(naive(arrows, drawn.practice), abs=1e-9)
        assert found.expected == pytest.approx(fmean(values), abs=1e-9)
        assert found.deviation == pytest.approx(pstdev(values), abs=1e-6)


def lively(seed: int, people: int = 150, ties: int = 900) -> Drawn:
    """Some talk a lot, and of the ties across three groups most are missing."""
    chance = np.random.default_rng(seed)
    practice = chance.choice(3, people, p=[0.5, 0.3, 0.2])
    weights = chance.pareto(2.0, people) + 0.2
    by, to = (chance.choice(people, ties, p=weights / weights.sum()) for _ in range(2))
    kept = (practice[by] == practice[to]) | (chance.random(ties) < 0.4)
    return Drawn(people, list(zip(by[kept].tolist(), to[kept].tolist(), strict=True)), [], practice.tolist())


@pytest.mark.parametrize("counted", list(Counted))
def test_drawing_comes_within_one_percent(counted: Counted) -> None:
    drawn = lively(3)
    found = external_internal(drawn.network, drawn.codes, counted)
    draws = permuted(drawn.network, drawn.codes, counted, times=10_000, seed=2)
    assert draws.mean() == pytest.approx(found.expected, rel=0.01)
    assert draws.std() == pytest.approx(found.deviation, rel=0.01)
    assert found.z is not None and found.z < -2.5


def test_assortativity_beside_chance_is_near_what_drawing_gives() -> None:
    drawn = lively(4)
    found = assortativity(drawn.network, drawn.codes)
    chance, arrows = np.random.default_rng(2), np.array(arrows_of(drawn, Counted.DIRECTED))
    tied = np.unique(arrows)
    values = []
    for _ in range(3_000):
        groups = drawn.codes.copy()
        groups[tied] = chance.permutation(groups[tied])
        mixing = np.zeros((3, 3))
        np.add.at(mixing, (groups[arrows[:, 0]], groups[arrows[:, 1]]), 1 / len(arrows))
        degrees = float(mixing.sum(axis=0) @ mixing.sum(axis=1))
        values.append((float(np.trace(mixing)) - degrees) / (1 - degrees))
    assert found.expected == pytest.approx(fmean(values), abs=0.05 * pstdev(values))
    assert found.deviation == pytest.approx(pstdev(values), rel=0.04)


def test_the_raw_index_misleads_and_what_stands_beside_it_does_not() -> None:
    """Twelve people of one practice and one of another, everybody with everybody: all within, as chance has it."""
    arrows = [(one, other) for one in range(13) for other in range(13) if one != other]
    found = external_internal(of(arrows, 13), np.array([0] * 12 + [1]))
    assert found.observed == pytest.approx(24 / 156 * 2 - 1)
    assert found.expected == pytest.approx(found.observed)
    assert (found.deviation, found.z) == (0, None)


def test_who_has_no_ties_or_no_known_group_is_not_dealt_to() -> None:
    arrows = [(0, 1), (1, 2), (3, 4)]
    known = external_internal(of(arrows, 5), np.array([0, 0, 1, 1, 0]))
    more = external_internal(of([*arrows, (5, 0), (5, 6)], 9), np.array([0, 0, 1, 1, 0, -1, 2, 1, 1]))
    assert (more.observed, more.expected, more.deviation) == (known.observed, known.expected, known.deviation)


def test_the_share_of_draws_as_far_counts_what_was_observed() -> None:
    assert as_far(Beside(-0.5, 0.0, 0.2), np.array([0.1, -0.5, 0.6, 0.0])) == 3 / 5
    assert as_far(Beside(None), np.array([0.1])) is None


def test_the_same_seed_draws_the_same() -> None:
    drawn = lively(5)
    one, same, other = (
        permuted(drawn.network, drawn.codes, Counted.TIES, times=20, seed=seed).tolist() for seed in (1, 1, 2)
    )
    assert one == same != other


def test_without_ties_nothing_is_said() -> None:
    for measure in (external_internal, assortativity, excess):
        assert measure(of([], 3), np.array([0, 1, 1])) == Beside(None, None, None)
        assert measure(of([], 3), np.array([0, 1, 1])).z is None
    assert assortativity(of([(0, 1)], 2), np.array([0, 0])).observed is None


def test_the_matrix_counts_from_group_to_group_and_what_chance_would() -> None:
    groups = np.array([0, 0, 1, 2])
    found = matrix(of([(0, 1), (0, 1), (0, 2), (2, 1)], 4), groups, 3)
    assert found.ties.tolist() == [[2, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert np.allclose(found.expected, [[4 * 2 / 6, 4 * 2 / 6, 0], [4 * 2 / 6, 0, 0], [0, 0, 0]])


@given(communities(least=2, most=6))
@settings(max_examples=20, deadline=None)
def test_what_the_matrix_expects_is_the_mean_over_every_deal(drawn: Drawn) -> None:
    arrows = arrows_of(drawn, Counted.TIES)
    assume(arrows)
    means = np.zeros((3, 3))
    deals = every_deal(drawn, arrows)
    for groups in deals:
        for by, to in arrows:
            means[groups[by], groups[to]] += 1 / len(deals)
    assert np.allclose(matrix(drawn.network, drawn.codes, 3).expected, means)
