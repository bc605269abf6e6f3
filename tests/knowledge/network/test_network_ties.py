"""Ties are summed up to pairs, and measured as a walk from tie to tie does it; numbers and order do not matter."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from graphs import FEW, Drawn, communities, neighbours, of, parts, people_of, ties_of
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.network import (
    Counted,
    Network,
    People,
    Ties,
    busiest,
    coded,
    cohesion,
    components,
    concentration,
    connectors,
    excess,
    external_internal,
    holding,
    lateral,
    lateral_ratios,
    network_of,
    uncertain,
    voices,
    without,
)


def arrows_in(network: Network) -> Counter[tuple[int, int]]:
    there = zip(network.one.tolist(), network.other.tolist(), network.there.tolist(), strict=True)
    back = zip(network.other.tolist(), network.one.tolist(), network.back.tolist(), strict=True)
    return Counter({(by, to): times for by, to, times in (*there, *back) if times})


@FEW
@given(communities())
def test_pairs_keep_how_often_who_acted_towards_whom(drawn: Drawn) -> None:
    wanted = Counter((by, to) for by, to in drawn.arrows if by != to)
    network = drawn.network
    assert arrows_in(network) == wanted
    assert list(zip(network.one, network.other, strict=True)) == sorted({(min(each), max(each)) for each in wanted})
    for one in range(drawn.people):
        assert network.given()[one] == sum(times for (by, _), times in wanted.items() if by == one)
        assert network.received(Counted.DIRECTED)[one] == sum(to == one for _, to in wanted)
        assert network.partners()[one] == len(neighbours(drawn.arrows, range(drawn.people))[one])


@FEW
@given(communities(least=1), st.lists(st.integers(1, 5), min_size=50, max_size=50))
def test_ties_with_counts_are_as_if_they_were_written_out(drawn: Drawn, times: list[int]) -> None:
    counts = times[: len(drawn.arrows)]
    arrows = [arrow for arrow, often in zip(drawn.arrows, counts, strict=True) for _ in range(often)]
    counted = network_of(ties_of(drawn.arrows, counts=counts), drawn.people)
    assert arrows_in(counted) == arrows_in(of(arrows, drawn.people))


def test_who_is_not_among_the_people_is_refused() -> None:
    for arrow in ((0, 3), (-1, 0)):
        with pytest.raises(ValueError, match="not among the people"):
            of([arrow], 3)
    with pytest.raises(ValueError, match="as many"):
        People(np.array([True]), np.array([0, 0]), np.array([0]))
    with pytest.raises(ValueError, match="as many"):
        Ties(np.array([0]), np.array([0, 1]), np.array([0]), np.array([], dtype="datetime64[s]"))


def test_names_become_codes_in_the_order_of_the_alphabet() -> None:
    codes, names = coded(["ward clerk", "", "nurse", "ward clerk"])
    assert (codes.tolist(), names) == ([1, -1, 0, 1], ("nurse", "ward clerk"))


PATH = [(one, one + 1) for one in range(40)]
STAR = [(one, 40) for one in range(40)]


@FEW
@given(communities(), st.randoms(use_true_random=False))
@example(Drawn(41, PATH, [], [0] * 41), Random(1))
@example(Drawn(41, STAR, [], [0] * 41), Random(2))
def test_components_are_those_that_a_walk_finds(drawn: Drawn, chance: Random) -> None:
    for each in (drawn, drawn.otherwise(chance)):
        wanted = parts(each.arrows, range(each.people))
        number = {one: place for place, part in enumerate(wanted) for one in part}
        assert components(each.network).tolist() == [number[one] for one in range(each.people)]


@FEW
@given(communities(), st.randoms(use_true_random=False))
@example(Drawn(41, PATH, [], [0] * 41), Random(1))
def test_who_holds_others_together_is_who_leaves_parts_behind(drawn: Drawn, chance: Random) -> None:
    for each in (drawn, drawn.otherwise(chance)):
        cut_off = []
        for one in range(each.people):
            own = next(part for part in parts(each.arrows, range(each.people)) if one in part) - {one}
            cut_off.append(len(own) - max(map(len, parts(each.arrows, own)), default=0))
        found = holding(each.network)
        assert found.cut_off.tolist() == cut_off
        assert found.is_holding.tolist() == [count > 0 for count in cut_off]


@FEW
@given(communities())
def test_lateral_is_what_is_between_two_outside_the_core(drawn: Drawn) -> None:
    ties = [(by, to) for by, to in drawn.arrows if by != to]
    ours = [tie for tie in ties if not set(tie) & set(drawn.core)]
    found = lateral(drawn.network, drawn.who)
    assert (found.ties, found.lateral_ties) == (len(ties), len(ours))
    assert (found.pairs, found.lateral_pairs) == (len(set(map(frozenset, ties))), len(set(map(frozenset, ours))))
    assert found.share_of_ties == (len(ours) / len(ties) if ties else None)
    assert found.share_of_pairs == (found.lateral_pairs / found.pairs if ties else None)


@FEW
@given(communities())
def test_without_the_core_is_what_a_walk_among_the_others_finds(drawn: Drawn) -> None:
    left = [one for one in range(drawn.people) if one not in drawn.core]
    before, after = neighbours(drawn.arrows, range(drawn.people)), neighbours(drawn.arrows, left)
    found = without(drawn.network, drawn.who.is_core)
    assert found.members == len(left)
    assert found.connected_before == sum(bool(before[one]) for one in left)
    assert found.connected == sum(bool(after[one]) for one in left)
    sizes = [len(part) for part in parts(drawn.arrows, left)]
    assert found.largest == max((size for size in sizes if size > 1), default=0)
    whole = [len(part & set(left)) for part in parts(drawn.arrows, range(drawn.people)) if len(part) > 1]
    assert found.largest_before == max(whole, default=0)


def test_by_hand_a_core_that_carries_much() -> None:
    """0 is the core; 1 and 2 know each other, 3 and 4 know 0 alone, 5 knows nobody."""
    network = of([(0, 1), (1, 0), (1, 2), (3, 0), (0, 4), (0, 4)], 6)
    found = without(network, np.arange(6) == 0)
    assert (found.members, found.connected_before, found.connected) == (5, 4, 2)
    assert (found.largest_before, found.largest) == (4, 2)
    assert (found.connected_share, found.largest_share) == (0.5, 0.5)
    assert lateral(network, people_of([0], 6)).share_of_ties == 1 / 6
    assert lateral(network, people_of([0], 6)).share_of_pairs == 1 / 4
    assert without(of([], 2), np.array([False, True])).connected_share is None


def test_the_busiest_have_most_partners_then_most_ties_and_only_those_with_ties() -> None:
    network = of([(0, 1), (0, 2), (3, 4), (3, 4), (3, 4), (5, 4)], 8)
    assert np.flatnonzero(busiest(network, 1)).tolist() == [4]
    assert np.flatnonzero(busiest(network, 2)).tolist() == [0, 4]
    assert np.flatnonzero(busiest(network, 3)).tolist() == [0, 3, 4]
    assert busiest(network, 100).sum() == 6


def gini_of(values: list[float]) -> float:
    return sum(abs(one - other) for one in values for other in values) / (2 * len(values) * sum(values))


@FEW
@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any))
@example(list(range(20)))
def test_concentration_is_the_mean_difference_of_all_pairs(activity: list[int]) -> None:
    found = concentration(np.array(activity, dtype=float))
    few = -(-len(activity) // 10)
    assert found.gini == pytest.approx(gini_of(list(map(float, activity))))
    assert (found.people, found.busiest) == (len(activity), few)
    assert found.busiest_share == pytest.approx(sum(sorted(activity)[-few:]) / sum(activity))


def test_concentration_where_nobody_acted() -> None:
    assert concentration(np.zeros(3)).gini is None
    assert concentration(np.zeros(0)).busiest_share is None


@FEW
@given(communities(least=2), st.randoms(use_true_random=False))
def test_neither_numbers_nor_order_matter(drawn: Drawn, chance: Random) -> None:
    def figures(each: Drawn) -> list[object]:
        network, who = each.network, each.who
        found = connectors(network, each.codes, 3)
        mixed = [measure(network, each.codes) for measure in (external_internal, excess)]
        return [
            cohesion(network),
            lateral(network, who),
            without(network, who.is_core),
            concentration(network.given()),
            *[None if each.observed is None else [round(value, 9) for value in _three(each)] for each in mixed],
            voices(network, each.codes, 3).share_of_talk.tolist(),
            sorted(zip(found.carried.round(9), found.spread.round(9), found.cut_off, strict=True)),
        ]

    assert figures(drawn) == figures(drawn.otherwise(chance))


def _three(beside: object) -> list[float]:
    return [getattr(beside, name) for name in ("observed", "expected", "deviation")]


def test_intervals_hold_the_share_and_shrink_with_people() -> None:
    chance, widths = np.random.default_rng(1), []
    for people in (60, 1_500):
        arrows = chance.integers(0, people, (6 * people, 2))
        network, who = network_of(ties_of(map(tuple, arrows.tolist())), people), people_of(range(people // 8), people)
        first, again = (uncertain(network, who, lateral_ratios(network, who), seed=7)[0] for _ in range(2))
        assert first == again and first is not None
        assert first.low < (lateral(network, who).share_of_ties or 0) < first.high
        widths.append(first.high - first.low)
    assert widths[1] < widths[0] / 3


def test_people_are_drawn_and_not_ties() -> None:
    """Half of all pairs are with one member: drawing pairs would be sure of the share, drawing people is not."""
    core, hub = [0, 1], 302
    arrows = [*((one, hub) for one in range(2, 302)), *((one, core[one % 2]) for one in range(2, 302))]
    network, who = of(arrows, 303), people_of(core, 303)
    found = uncertain(network, who, lateral_ratios(network, who), seed=1)[1]
    assert found is not None and found.low < 0.1 and found.high > 0.6


def test_the_core_is_as_many_in_every_draw() -> None:
    """The one of the core is never missing, so some of the pairs are always with them."""
    arrows = [(0, one) for one in range(1, 30)] + [(one, one + 1) for one in range(1, 29)]
    network, who = of(arrows, 30), people_of([0], 30)
    found = uncertain(network, who, lateral_ratios(network, who), seed=1)[1]
    assert found is not None and found.high < 0.9


def test_where_nothing_can_be_drawn_there_is_no_interval() -> None:
    network, who = of([], 3), people_of([0], 3)
    assert uncertain(network, who, lateral_ratios(network, who), seed=1) == [None, None, None]
