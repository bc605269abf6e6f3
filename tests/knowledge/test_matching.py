"""Who sits with whom: nobody is dropped, no face twice where it can be helped, the core is a minority; then weights."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_rounds import (
    COME,
    NETWORKS,
    ROUNDS,
    TIE_CHANCE,
    at_random,
    bound,
    network_of,
    ours,
    played,
    read_network,
    without_repeats,
)
from knowledge.matching import FACES_WEEKS, FEWEST, MOST, Guest, Pair, Reason, Seating, Weights, seat, table_sizes
from knowledge.matching.seating import ALL_TRIED
from knowledge.matching.swaps import Worth, best_of_all, seatings, swapped
from knowledge.matching.worth import KNOWN_ACROSS

SEEDS = st.integers(0, 2**32)


@st.composite
def evenings(draw: st.DrawFn, least: int = 0, most: int = 30) -> tuple[list[Guest], set[Pair], dict[Pair, float]]:
    """Guests with ids that are no places, their ties, and how many weeks ago they met."""
    ids = draw(st.lists(st.integers(1, 500), min_size=least, max_size=most, unique=True))
    chance = draw(st.randoms(use_true_random=False))
    core = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    guests = [
        Guest(
            each,
            chance.choice(["", "a", "b", "c"]),
            chance.choice(["", "x", "y"]),
            chance.random() < core,
            chance.choice([None, 0.0, 3.0, 11.0, 12.0, 40.0]),
        )
        for each in ids
    ]
    pairs = list(combinations(ids, 2))
    ties_share, met_share = draw(st.sampled_from([0.0, 0.3, 0.9])), draw(st.sampled_from([0.0, 0.2, 0.5, 1.0]))
    ties = {pair for pair in pairs if chance.random() < ties_share}
    met = {pair: chance.choice([0.0, 1.0, 4.0, 11.5, 12.0, 30.0]) for pair in pairs if chance.random() < met_share}
    return guests, ties, met


Evening = tuple[list[Guest], set[Pair], dict[Pair, float]]


def seated(evening: Evening, seed: int = 1, weights: Weights | None = None, about: int = 5) -> Seating:
    return seat(*evening, chance=Random(seed), weights=weights or Weights(), about=about)


def pairs_of(seating: Seating) -> set[Pair]:
    return {pair for table in seating.tables for pair in combinations(table.people, 2)}


def every_seating(people: Sequence[int], sizes: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """All ways to seat people at tables of these sizes; those that differ in the order of tables alone come often."""
    if not sizes:
        yield []
        return
    for table in combinations(people, sizes[0]):
        rest = [each for each in people if each not in table]
        for others in every_seating(rest, sizes[1:]):
            yield [table, *others]


@cache
def by_person(sizes: tuple[int, ...]) -> np.ndarray:
    """The same, as the table of each person; shape (seatings, people)."""
    numbered = (enumerate(tables) for tables in every_seating(range(sum(sizes)), sizes))
    return np.array([[at for _, at in sorted((one, at) for at, table in each for one in table)] for each in numbered])


def again_at(tables: Sequence[Sequence[int]], met: Mapping[Pair, float]) -> list[float]:
    """How many weeks ago those met who meet again."""
    pairs = [pair for table in tables for one, other in combinations(table, 2) for pair in ((one, other), (other, one))]
    return [met[pair] for pair in pairs if met.get(pair, FACES_WEEKS) < FACES_WEEKS]


def is_majority(table: Sequence[int], guests: Collection[Guest]) -> bool:
    core = {each.id for each in guests if each.is_core}
    return 2 * len(core & set(table)) >= len(table)


@given(people=st.integers(FEWEST, 3_000), about=st.integers(FEWEST, MOST))
def test_tables_are_as_even_as_can_be_and_in_bounds(people: int, about: int) -> None:
    sizes = table_sizes(people, about)
    assert sum(sizes) == people
    assert FEWEST <= min(sizes) <= max(sizes) <= min(MOST, min(sizes) + 1)


@pytest.mark.parametrize(
    ("people", "sizes"),
    [
        (0, ()),
        (1, ()),
        (2, ()),
        (3, ()),
        (4, (4,)),
        (7, (7,)),
        (8, (4, 4)),
        (9, (4, 5)),
        (11, (5, 6)),
        (28, (4, 4, 5, 5, 5, 5)),
    ],
)
def test_tables_of_about_five(people: int, sizes: tuple[int, ...]) -> None:
    assert table_sizes(people) == sizes


@given(evening=evenings(), seed=SEEDS, about=st.integers(FEWEST, MOST))
@settings(max_examples=40, deadline=None)
def test_everybody_is_at_one_table_or_named_as_unseated(evening: Evening, seed: int, about: int) -> None:
    ids = sorted(each.id for each in evening[0])
    seating = seated(evening, seed, about=about)
    at_tables = [each for table in seating.tables for each in table.people]
    assert sorted([*at_tables, *seating.unseated]) == ids
    assert seating.unseated == (() if len(ids) >= FEWEST else tuple(ids))
    assert sorted(len(table.people) for table in seating.tables) == list(table_sizes(len(ids), about))
    assert all(set(table.reasons) == set(table.people) for table in seating.tables)


@given(evening=evenings(), seed=SEEDS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_same_chance_gives_the_same_tables_in_whatever_order_all_comes(
    evening: Evening, seed: int, data: st.DataObject
) -> None:
    guests, ties, met = evening
    chance = data.draw(st.randoms(use_true_random=False))
    turned = [(other, one) for one, other in chance.sample(sorted(ties), len(ties))]
    met_turned = {(other, one): met[one, other] for one, other in chance.sample(sorted(met), len(met))}
    shuffled = (chance.sample(guests, len(guests)), turned, met_turned)
    assert seat(*shuffled, chance=Random(seed)) == seated(evening, seed)


@pytest.mark.parametrize("people", [9, 20])
def test_another_chance_gives_other_tables(people: int) -> None:
    evening: Evening = ([Guest(each) for each in range(people)], set(), {})
    assert len({tuple(table.people for table in seated(evening, seed).tables) for seed in range(9)}) > 1


@given(evening=evenings(8, 9), seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_as_few_as_can_be_meet_again_and_then_the_core_is_in_the_minority(evening: Evening, seed: int) -> None:
    guests, _, met = evening
    found = [table.people for table in seated(evening, seed).tables]
    every = list(every_seating([each.id for each in guests], table_sizes(len(guests))))
    fewest = min(len(again_at(tables, met)) for tables in every)
    assert len(again_at(found, met)) == fewest == len(seated(evening, seed).again)
    allowed = [tables for tables in every if len(again_at(tables, met)) == fewest]
    if any(not any(is_majority(table, guests) for table in tables) for tables in allowed):
        assert not any(is_majority(table, guests) for table in found)


@pytest.mark.parametrize("seed", range(6))
def test_of_three_tables_as_few_as_can_be_meet_again(seed: int) -> None:
    chance = Random(seed)
    met = {pair: 1.0 for pair in combinations(range(12), 2) if chance.random() < 0.6}
    every = every_seating(range(12), (4, 4, 4))
    fewest = min(len(again_at(tables, met)) for tables in every if tables[0][0] == 0)
    evening: Evening = ([Guest(each) for each in range(12)], set(), met)
    assert len(seated(evening, seed, about=4).again) == fewest


@pytest.mark.parametrize("seed", [18, 26, 43])
def test_of_three_uneven_tables_too_where_swaps_alone_bring_one_more(seed: int) -> None:
    chance = Random(seed)
    met = {pair: 1.0 for pair in combinations(range(13), 2) if chance.random() < 0.4}
    assert seated(([Guest(each) for each in range(13)], set(), met)).again == ()


@pytest.mark.parametrize("sizes", [(4,), (4, 4), (4, 5), (5, 5), (4, 4, 4)])
def test_there_are_as_many_seatings_as_people_can_be_parted_in(sizes: tuple[int, ...]) -> None:
    every = {frozenset(map(frozenset, tables)) for tables in every_seating(range(sum(sizes)), sizes)}
    assert seatings(sizes) == len(every) <= ALL_TRIED


@pytest.mark.parametrize(("people", "all_tried"), [(8, True), (12, True), (15, True), (16, False), (400, False)])
def test_all_are_tried_up_to_fifteen_people(people: int, *, all_tried: bool) -> None:
    assert (seatings(table_sizes(people)) <= ALL_TRIED) is all_tried


@given(sizes=st.sampled_from([(4,), (4, 4), (4, 5), (4, 4, 4)]), seed=SEEDS, majority=st.sampled_from([0.0, 3.0]))
@settings(max_examples=25, deadline=None)
def test_no_seating_is_worth_more_where_all_are_tried(sizes: tuple[int, ...], seed: int, majority: float) -> None:
    people, draw = sum(sizes), np.random.default_rng(seed)
    pairs = np.triu(draw.integers(-3, 4, (people, people)).astype(float), 1)
    worth = Worth(pairs + pairs.T, draw.random(people) < 0.4, majority)
    found = best_of_all(worth, sizes)
    assert np.bincount(found).tolist() == list(sizes)
    assert worth.of(found[None], sizes)[0] == worth.of(by_person(sizes), sizes).max()


@pytest.mark.parametrize("people", [20, 45, 90])
def test_nobody_meets_again_where_tables_without_that_are_hidden_among_many(people: int) -> None:
    """Half of all pairs met, but for a seating that was hidden among them."""
    chance = Random(people)
    hidden = chance.sample(range(people), people)
    place = {person: at // 5 for at, person in enumerate(hidden)}
    met = {
        (one, other): 3.0
        for one, other in combinations(range(people), 2)
        if place[one] != place[other] and chance.random() < 0.5
    }
    assert seated(([Guest(each) for each in range(people)], set(), met)).again == ()


@given(evening=evenings(8, 9), seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_who_has_to_meet_again_met_longest_ago(evening: Evening, seed: int) -> None:
    guests, ties, met = [replace(each, is_core=False) for each in evening[0]], evening[1], evening[2]
    only_that = Weights(new_tie=0, across=0, away=0, long_ago=1)
    found = again_at([table.people for table in seated((guests, ties, met), seed, only_that).tables], met)
    every = [again_at(tables, met) for tables in every_seating([each.id for each in guests], table_sizes(len(guests)))]
    assert sum(found) == max(sum(each) for each in every if len(each) == len(found))


def test_faces_of_twelve_weeks_ago_are_new_again() -> None:
    guests = [Guest(each) for each in range(5)]
    met = dict.fromkeys(combinations(range(5), 2), FACES_WEEKS)
    assert seated((guests, set(), met)).again == ()
    assert seated((guests, set(), met | {(3, 1): 11.9})).again == ((1, 3),)


@given(evening=evenings(12, 40), seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_core_is_in_the_minority_at_every_table_where_there_are_enough_others(evening: Evening, seed: int) -> None:
    guests, ties, _ = evening
    room = sum((size - 1) // 2 for size in table_sizes(len(guests)))
    few = [replace(each, is_core=number < room) for number, each in enumerate(guests)]
    assert not any(is_majority(table.people, few) for table in seated((few, ties, {}), seed).tables)


def new_at(seating: Seating, evening: Evening) -> float:
    return sum((pair not in evening[1]) and (pair[1], pair[0]) not in evening[1] for pair in pairs_of(seating))


def across_at(seating: Seating, evening: Evening) -> float:
    people = {each.id: each for each in evening[0]}
    return sum(
        1 if pair not in evening[1] and (pair[1], pair[0]) not in evening[1] else KNOWN_ACROSS
        for pair in pairs_of(seating)
        for one, other in [(people[pair[0]], people[pair[1]])]
        if (one.practice and other.practice and one.practice != other.practice)
        or (one.place and other.place and one.place != other.place)
    )


@given(evening=evenings(8, 10), more=st.floats(0.1, 5), across=st.floats(0, 2))
@settings(max_examples=60, deadline=None)
def test_who_weighs_something_more_gets_no_less_of_it(evening: Evening, more: float, across: float) -> None:
    lateral: Evening = ([replace(each, is_core=False) for each in evening[0]], evening[1], {})
    before = seated(lateral, weights=Weights(across=across, away=0))
    for_across = seated(lateral, weights=Weights(across=across + more, away=0))
    for_ties = seated(lateral, weights=Weights(new_tie=1 + more, across=across, away=0))
    assert across_at(for_across, lateral) >= across_at(before, lateral) - 1e-9
    assert new_at(for_ties, lateral) >= new_at(before, lateral)


@given(evening=evenings(8, 10), seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_with_new_ties_alone_no_tables_have_more_of_them(evening: Evening, seed: int) -> None:
    lateral: Evening = ([replace(each, is_core=False) for each in evening[0]], evening[1], {})
    found = new_at(seated(lateral, seed, Weights(across=0, away=0)), lateral)
    ids = [each.id for each in lateral[0]]
    known = lateral[1] | {(other, one) for one, other in lateral[1]}
    every = every_seating(ids, table_sizes(len(ids)))
    assert found == max(
        sum(pair not in known for table in tables for pair in combinations(table, 2)) for tables in every
    )


@pytest.mark.parametrize("away", [0, 1])
def test_who_was_away_longest_meets_the_new_people(away: int) -> None:
    """0 and 1 know everybody but 2, 3 and 4, who know each other; only one of them can sit with these."""
    guests = [Guest(each, absent_weeks=None if each == away else 1) for each in range(8)]
    new = {(one, other) for one in (0, 1) for other in (2, 3, 4)}
    ties = set(combinations(range(8), 2)) - new
    tables = [table.people for seed in range(5) for table in seated((guests, ties, {(0, 1): 1.0}), seed).tables]
    assert {table for table in tables if away in table} == {(away, 2, 3, 4)}


def test_a_new_tie_with_the_core_counts_less() -> None:
    guests = [Guest(each, is_core=each == 0) for each in range(8)]
    ties = set(combinations(range(8), 2)) - {(one, other) for one in (0, 1) for other in (2, 3, 4)}
    for seed in range(5):
        assert (1, 2, 3, 4) in [table.people for table in seated((guests, ties, {(0, 1): 1.0}), seed).tables]


@given(evening=evenings(4, 24), seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_each_reason_is_true(evening: Evening, seed: int) -> None:
    people = {each.id: each for each in evening[0]}
    known = evening[1] | {(other, one) for one, other in evening[1]}
    for table in seated(evening, seed).tables:
        for one, reason in table.reasons.items():
            me, others = people[one], [people[each] for each in table.people if each != one]
            new = [each for each in others if (one, each.id) not in known]
            match reason:
                case Reason.AWAY_LONG:
                    weeks = [each.absent_weeks for each in others]
                    assert me.away == 1
                    assert all(each is not None and (me.absent_weeks or 999) > each for each in weeks)
                case Reason.OTHER_PLACE:
                    assert any(each.place and me.place and each.place != me.place for each in new)
                case Reason.OTHER_PRACTICE:
                    assert any(each.practice and me.practice and each.practice != me.practice for each in new)
                case Reason.UNTIED:
                    assert new
                case _:
                    assert reason is Reason.COMPANY
                    assert not new


def test_a_reason_is_what_holds_for_most() -> None:
    guests = [Guest(1, "nurse", "north", absent_weeks=1)] + [
        Guest(each, "nurse" if each == 2 else "doctor", "south" if each == 2 else "north", absent_weeks=1)
        for each in range(2, 6)
    ]
    assert seated((guests, set(), {})).tables[0].reasons[1] is Reason.OTHER_PRACTICE


@given(people=st.integers(8, 30), seed=SEEDS, majority=st.sampled_from([0.0, 3.0]))
@settings(max_examples=40, deadline=None)
def test_swaps_stop_where_no_swap_gains(people: int, seed: int, majority: float) -> None:
    """And none of those made lost anything, so what is gained is what was reckoned."""
    draw = np.random.default_rng(seed)
    pairs = np.triu(draw.integers(-3, 4, (people, people)).astype(float), 1)
    worth = Worth(pairs + pairs.T, draw.random(people) < 0.4, majority)
    sizes = table_sizes(people)
    start = draw.permutation(np.repeat(np.arange(len(sizes)), sizes))
    end = swapped(worth, start, sizes)
    reached = worth.of(end[None], sizes)[0]
    assert reached >= worth.of(start[None], sizes)[0]
    assert reached <= worth.bound(sizes)
    assert sorted(end) == sorted(start)
    for one, other in combinations(range(people), 2):
        tried = end.copy()
        tried[one], tried[other] = end[other], end[one]
        assert worth.of(tried[None], sizes)[0] <= reached + 1e-6


def test_many_are_dealt_into_blocks_that_mix_practices() -> None:
    guests = [Guest(each, "a" if each < 401 else "b") for each in range(802)]
    tables = seated((guests, set(), {})).tables
    assert sorted(each for table in tables for each in table.people) == list(range(802))
    assert sum(min(table.people) < 401 <= max(table.people) for table in tables) > 0.95 * len(tables)


def test_ties_and_meetings_of_others_and_with_oneself_do_not_matter() -> None:
    guests = [Guest(each) for each in (3, 5, 8, 13, 21, 34, 55, 89)]
    more_ties, more_met = {(3, 4), (1, 2), (900, 3), (5, 5)}, {(3, 4): 1.0, (900, 901): 0.0, (8, 8): 1.0}
    assert seated((guests, more_ties, more_met)) == seated((guests, set(), {}))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        seated(([Guest(1), Guest(1)], set(), {}))
    with pytest.raises(ValueError, match="out of range"):
        seated(([Guest(1)], set(), {}), about=3)
    with pytest.raises(ValueError, match="below 0"):
        Weights(away=-1)


def test_ties_are_expected_and_not_drawn() -> None:
    """Twenty who all have ties but 0 and 1: what comes of 26 rounds is at most one tie, .3 for each time they sit."""
    people = [Guest(each) for each in range(20)]
    tied = ~np.eye(20, dtype=bool)
    tied[0, 1] = tied[1, 0] = False
    brought = [played(network_of(people, tied), ours(), seed) for seed in range(6)]
    times = [each["new_lateral"] / TIE_CHANCE for each in brought]
    assert all(each == pytest.approx(round(each)) for each in times)
    assert 0 < sum(times) < 6 * ROUNDS * COME
    assert all(each["new_across"] == each["share_across"] == 0 for each in brought)


@pytest.mark.skipif(not (NETWORKS / "lazega-advice").is_dir(), reason="the shared networks are not there")
def test_on_a_real_network_ours_brings_more_ties_across_than_groups_without_repeats() -> None:
    network = read_network("lazega-advice")
    assert (int(network.tied.sum()) // 2, sum(each.is_core for each in network.people)) == (717, 9)
    mine, other = played(network, ours(), 1), played(network, without_repeats, 1)
    assert mine["again"] == other["again"] == 0
    assert mine["new_across"] > 1.2 * other["new_across"]
    assert mine["share_across"] > other["share_across"]
    assert bound(network, 1) > mine["new_across"]
    assert played(network, at_random, 1)["avoidable"] > 0.1
