"""By practice or by place, for any time: nothing that a picture or a table shows follows one person or one tie."""

from typing import Any

import numpy as np
import pytest

from bot.features.reports.sides import By, Side, compared, told_across
from knowledge.network import UNKNOWN, Network, Ties, Whole, network_of

Pairs = list[tuple[int, int]]


def network(pairs: Pairs, people: int) -> Network:
    by, to = np.array(pairs, np.int32).T
    when: Any = np.full(len(pairs), np.datetime64("2026-02-20", "s"))
    return network_of(Ties(by, to, np.zeros(len(pairs), np.int8), when), people)


def side(of: Whole, *people: int) -> Side:
    return Side(By.PLACE, of, tuple("abcdefgh"[: len(people)]), np.array(people))


def every(people: range, others: range) -> Pairs:
    return [(one, other) for one in people for other in others if one != other]


@pytest.mark.parametrize(("there", "published", "shown"), [(7, 7, 7), (9, 7, 7), (13, 7, 7), (6, 7, 5), (4, 7, 0)])
def test_so_many_are_drawn_as_are_published_or_whole_fives(there: int, published: int, shown: int) -> None:
    found = side(np.repeat([0, UNKNOWN], [there, 3]), published).steady
    assert (found == 0).sum() == shown and (found[shown:] == UNKNOWN).all()


def test_a_share_is_told_in_tenths_with_the_people_that_are_published() -> None:
    of = np.repeat([0, 1], [10, 10])
    pairs = every(range(10), range(10)) + every(range(10), range(10, 20))[:60]
    first, second = told_across(network(pairs, 20), side(of, 12, 10))
    assert (first.name, first.people, first.across) == ("a", 12, 4)
    assert second.across is None, "nobody of it has to do with somebody of it"


@pytest.mark.parametrize("few", [0, 1, 4])
def test_it_is_not_told_whether_few_or_none_go_across(few: int) -> None:
    of = np.repeat([0, 1], [10, 10])
    across = [(one, 10 + other) for one in range(few) for other in range(10)]
    assert told_across(network(every(range(10), range(10)) + across, 20), side(of, 10, 10))[0].across is None


def test_a_share_of_fewer_than_fifty_ties_is_not_told() -> None:
    of = np.repeat([0, 1], [7, 7])
    pairs = [(one, (one + 1) % 7) for one in range(7)] + [(one, 7 + one) for one in range(7)]
    assert [each.across for each in told_across(network(pairs * 3, 14), side(of, 7, 7))] == [None, None]
    assert [each.across for each in told_across(network(pairs * 4, 14), side(of, 7, 7))] == [5, None]


def test_one_tie_more_moves_nothing() -> None:
    of, rng = np.repeat([0, 1, 2], [12, 9, 7]), np.random.default_rng(7)
    pairs = [(int(one), int(other)) for one, other in rng.integers(0, 28, (900, 2)) if one != other]
    lines = side(of, 12, 9, 7)
    before = (compared(network(pairs, 28), lines, "others"), told_across(network(pairs, 28), lines))
    assert before[0] is not None and not before[0].has_counts
    moved = [
        pair
        for pair in [(0, 13), (14, 2), (25, 26), (27, 3)]
        if (compared(network([*pairs, pair], 28), lines, "others"), told_across(network([*pairs, pair], 28), lines))
        != before
    ]
    assert moved == []


def test_a_field_of_few_people_and_an_empty_one_look_the_same() -> None:
    of = np.repeat([0, 1], [20, 20])
    inside = every(range(20), range(20)) + every(range(20, 40), range(20, 40))
    few = inside + [(0, 20), (0, 21), (1, 20)] * 9
    tables = [compared(network(pairs, 40), side(of, 20, 20), "others") for pairs in (inside, few)]
    assert tables[0] is not None and tables[1] is not None
    assert [each.observed[0][1] for each in tables if each] == [None, None]
    assert [each.observed[1][0] for each in tables if each] == [None, None]
    assert tables[0].ratio(0, 0) == 2.0


def test_ratios_are_halves() -> None:
    of, rng = np.repeat([0, 1], [15, 15]), np.random.default_rng(3)
    pairs = [(int(one), int(other)) for one, other in rng.integers(0, 30, (500, 2)) if one != other]
    found = compared(network(pairs + every(range(15), range(15)), 30), side(of, 15, 15), "others")
    assert found is not None
    ratios = [found.ratio(one, other) for one in (0, 1) for other in (0, 1)]
    assert all(ratio is not None and (2 * ratio).is_integer() for ratio in ratios)


def test_lines_that_have_too_few_in_this_time_stand_together() -> None:
    of = np.repeat([0, 1, 2], [10, 3, 3])
    found = compared(network(every(range(16), range(16)), 16), side(of, 10, 5, 5), "others")
    assert found is not None and found.names == ["a", "others"]


def test_where_nothing_can_be_told_there_is_no_table() -> None:
    assert compared(network([(0, 1), (1, 0)], 20), side(np.repeat([0, 1], [10, 10]), 10, 10), "others") is None
    assert compared(network(every(range(9), range(9)), 9), side(np.repeat([0], 9), 9), "others") is None
