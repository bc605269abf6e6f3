"""No group under five is recovered from what is published, by one table or by months; the rules that seem enough fail.

What is attacked, and with what, is in `bench/network_attack.py`; 10,000 tables are attacked by `bench/network.py`.
"""

from itertools import product

import numpy as np
import pytest
from graphs import FEW
from hypothesis import given
from hypothesis import strategies as st

from bench.network_attack import corner, fallen, in_the_open, maximum, naive, next_month, random_table
from knowledge.network import FEWEST, Published, Table, Whole, publish
from knowledge.network.rings import hide, protected

SEEDS = st.integers(0, 2**32)


def table(*rows: list[int]) -> Table:
    counts = np.array(rows, dtype=np.int64)
    names = [tuple(f"{of}{each}" for each in range(count)) for of, count in zip("rc", counts.shape, strict=True)]
    return Table(names[0], names[1], counts)


def drawn(seed: int) -> Table:
    return random_table(np.random.default_rng(seed))


def in_lines(of: Table, published: Published) -> Whole:
    """The people of a table by the lines that were published."""
    return np.array(
        [
            [
                sum(of.counts[of.rows.index(row), of.columns.index(column)] for row, column in product(rows, columns))
                for columns in published.columns
            ]
            for rows in published.rows
        ]
    )


def test_no_group_under_five_is_recovered_from_many_tables() -> None:
    """The naive rule falls to the same attacker, on nearly every table."""
    fell, fell_naively, shown = 0, 0, []
    for seed in range(100):
        people = drawn(seed)
        published = publish(people)
        fell += bool(fallen([published]) or in_the_open(published))
        fell_naively += bool(fallen([naive(people)]) or in_the_open(naive(people)))
        shown.append(published.shown / people.counts.sum())
    assert fell == 0
    assert fell_naively > 90
    assert np.mean(shown) >= 0.65


def test_months_together_give_no_group_away_and_tables_made_anew_each_month_do() -> None:
    """The attacker is even told which hidden cells did not change."""
    fell = fell_anew = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        people = random_table(chance)
        months, anew = [publish(people)], [publish(people)]
        for _ in range(3):
            people = next_month(people, chance)
            months.append(publish(people, months[-1]))
            fresh = publish(people)
            if (fresh.rows, fresh.columns) == (anew[0].rows, anew[0].columns):
                anew.append(fresh)
        fell += bool(fallen(months) or any(map(in_the_open, months)))
        fell_anew += bool(fallen(anew))
    assert (fell, fell_anew > 5) == (0, True)


@FEW
@given(SEEDS)
def test_what_is_shown_is_true_and_adds_up(seed: int) -> None:
    people = drawn(seed)
    published = publish(people)
    counts = in_lines(people, published)
    assert sorted(name for line in published.rows for name in line) == sorted(people.rows)
    assert sorted(name for line in published.columns for name in line) == sorted(people.columns)
    assert published.row_totals == tuple(counts.sum(axis=1)) and published.column_totals == tuple(counts.sum(axis=0))
    assert published.total == people.counts.sum()
    for cells, wanted in zip(published.cells, counts, strict=True):
        assert all(cell is None or cell == count for cell, count in zip(cells, wanted, strict=True))
    assert not np.array(published.frozen).any()


@FEW
@given(SEEDS)
def test_from_month_to_month_a_figure_stays_or_differs_by_five_or_more(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = random_table(chance)
    before = publish(people)
    for _ in range(3):
        people = next_month(people, chance)
        now = publish(people, before)
        counts = in_lines(people, now)
        old, new = np.array(before.kept.counts), np.array(now.kept.counts)
        differ = old != new
        assert (np.abs(old - new)[differ] >= FEWEST).all()
        assert (new[differ] == counts[differ]).all()
        assert {(row, column) for row, column, _ in hidden_in(before)} <= {(r, c) for r, c, _ in hidden_in(now)}
        stale = np.array(now.frozen)
        assert (stale == ((new != counts) & ~np.array(now.kept.hidden))).all()
        before = now


def hidden_in(published: Published) -> list[tuple[int, int, None]]:
    rows = enumerate(published.cells)
    return [(row, column, each) for row, cells in rows for column, each in enumerate(cells) if each is None]


@FEW
@given(SEEDS)
def test_nothing_more_is_hidden_than_some_small_cell_needs(seed: int) -> None:
    counts = drawn(seed).counts
    hidden, stuck = hide(counts)
    small = (counts > 0) & (counts < FEWEST)
    for row, column in np.argwhere(hidden & ~small):
        without = hidden.copy()
        without[row, column] = False
        lost = small & ~protected(counts, without)
        assert {(int(r), int(c)) for r, c in np.argwhere(lost)} - set(stuck)


def test_a_small_cell_is_hidden_with_the_cheapest_rectangle() -> None:
    published = publish(table([3, 9, 40], [8, 7, 30], [50, 60, 70]))
    assert published.cells == ((None, None, 40), (None, None, 30), (50, 60, 70))
    assert published.row_totals == (52, 45, 180)


def test_without_a_neighbour_of_five_there_is_no_rectangle_and_lines_become_one() -> None:
    published = publish(table([3, 0, 40], [8, 7, 30], [50, 60, 70]))
    assert fallen([published]) == []
    counts = np.array([[3, 4, 2], [8, 7, 30]])
    _, stuck = hide(counts)
    assert stuck == [(0, 0), (0, 1), (0, 2)]
    merged = publish(table([3, 4, 2], [8, 7, 30], [9, 9, 9]))
    assert merged.merged and fallen([merged]) == []


def test_a_line_of_fewer_than_five_never_stands_alone() -> None:
    published = publish(table([1, 0, 2], [20, 30, 40], [9, 9, 9]))
    assert published.rows == (("r0", "r2"), ("r1",)) or published.rows == (("r0", "r1"), ("r2",))
    assert in_the_open(published) == []


def test_one_thing_alone_is_a_table_of_one_column() -> None:
    published = publish(table([30], [3], [9], [4]))
    assert published.rows == (("r0",), ("r1", "r3"), ("r2",))
    assert published.cells == ((30,), (7,), (9,))


def test_of_fewer_than_five_people_nothing_is_published_and_the_next_month_begins_anew() -> None:
    nothing = publish(table([1, 1], [0, 2]))
    assert (nothing.rows, nothing.cells, nothing.total, nothing.shown) == ((), (), None, 0)
    assert publish(table([10, 10], [10, 20]), nothing).cells == ((10, 10), (10, 20))


def test_who_comes_and_goes_by_fewer_than_five_is_not_seen() -> None:
    first = publish(table([10, 12], [20, 30]))
    second = publish(table([11, 12], [20, 26]), first)
    assert second.cells == first.cells and second.total == first.total == 72
    assert second.frozen == ((True, False), (False, True))
    third = publish(table([15, 12], [20, 26]), second)
    assert third.cells == ((15, 12), (20, 30))


def test_a_group_that_shrinks_to_a_few_keeps_its_figure_and_one_that_goes_does_not() -> None:
    first = publish(table([10, 12], [20, 30]))
    assert publish(table([2, 12], [20, 30]), first).cells == ((10, 12), (20, 30))
    assert publish(table([0, 12], [20, 30]), first).cells == ((0, 12), (20, 30))


def test_a_cell_that_protects_another_is_not_counted_anew_as_a_small_one() -> None:
    first = publish(table([3, 9, 40], [9, 7, 30], [50, 60, 70]))
    assert first.cells[0] == (None, None, 40)
    second = publish(table([3, 1, 40], [9, 7, 30], [50, 60, 70]), first)
    assert second.row_totals == first.row_totals
    assert fallen([first, second]) == []


def test_what_protects_now_must_have_protected_then() -> None:
    """The one who was small grows, and could protect a new small one; but the old month would then be given away."""
    first = publish(table([3, 9, 40], [8, 7, 30], [50, 60, 70]))
    second = publish(table([20, 1, 40], [8, 7, 30], [50, 60, 70]), first)
    assert second.cells == first.cells
    assert fallen([first, second]) == []
    assert second.row_totals[0] == 20 + 9 + 40


def test_new_names_are_lines_of_their_own_once_they_are_five() -> None:
    first = publish(Table(("a", "b"), ("x", "y"), np.array([[10, 12], [20, 30]])))
    second = publish(Table(("b", "a", "new"), ("y", "x"), np.array([[30, 20], [12, 10], [4, 6]])), first)
    assert second.rows == (("a",), ("b",), ("new",))
    assert second.cells == ((10, 12), (20, 30), (6, 0))
    gone = publish(Table(("a",), ("x", "y"), np.array([[10, 12]])), second)
    assert gone.cells == ((10, 12), (0, 0), (0, 0))


def test_tables_that_are_none_are_refused() -> None:
    for rows, counts in ((("a", "a"), [[1], [2]]), (("a",), [[1], [2]]), (("a", "b"), [[1], [-2]])):
        with pytest.raises(ValueError, match=r"twice|counts"):
            Table(rows, ("x",), np.array(counts))


@FEW
@given(SEEDS)
def test_the_attacker_finds_the_most_that_trying_every_way_finds(seed: int) -> None:
    """Two rows and three columns, with every filling of them that has the same totals."""
    counts = np.random.default_rng(seed).integers(0, 4, (2, 3))
    row, columns = int(counts[0].sum()), counts.sum(axis=0)
    firsts = (np.array(each) for each in product(*(range(int(each) + 1) for each in columns)) if sum(each) == row)
    fillings = [np.concatenate([first, columns - first]) for first in firsts]
    matrix = np.vstack([np.kron(np.eye(2), np.ones(3)), np.kron(np.ones(2), np.eye(3))])
    start = corner(matrix, np.concatenate([counts.sum(axis=1), columns]).astype(float))
    for wanted in ([1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 1]):
        most = max(int(each @ wanted) for each in fillings)
        found = maximum(*start, np.array(wanted, dtype=float))
        assert found == pytest.approx(most) if most < FEWEST else found >= FEWEST
