"""Where people stand on a map: parts apart, all within the frame, no mark over another, the same every time."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_pictures import drawn_pairs, tied

from knowledge.network.ties import Network
from knowledge.pictures.cells import divided, shelved
from knowledge.pictures.labels import placed
from knowledge.pictures.layout import SMALLEST_RADIUS, Layout, distances, laid_out
from knowledge.pictures.pen import Box

FRAME = Box(12, 40, 408, 330)


def parts_of(sizes: Sequence[int], seed: int) -> list[tuple[int, int]]:
    """Ties by chance that make parts of these sizes, each hanging together."""
    chance, pairs, first = np.random.default_rng(seed), [], 0
    for size in sizes:
        pairs += [(first + each, first + int(chance.integers(0, each))) for each in range(1, size)]
        more = chance.integers(0, size, (size // 2, 2)) + first
        pairs += [(int(one), int(other)) for one, other in more if one != other]
        first += size
    return pairs


def check(layout: Layout, network: Network, sizes: Sequence[int]) -> None:
    """All laws that a layout must keep."""
    radius, places = layout.radius, layout.places
    assert (places >= np.array([FRAME.left, FRAME.bottom]) + radius - 1e-6).all()
    assert (places <= np.array([FRAME.right, FRAME.top]) - radius + 1e-6).all()
    boxes = [*layout.cells.values(), *([layout.strip] if layout.strip else [])]
    assert all(FRAME.holds(each) for each in boxes)
    shrunk = [each.inset(1e-6) for each in boxes]
    assert not any(one.overlaps(other) for one, other in combinations(shrunk, 2))
    assert len(layout.cells) == sum(size > 1 for size in sizes)
    for member, (x, y) in enumerate(places):
        home = layout.cells.get(int(layout.part[member]), layout.strip)
        assert home and home.holds(Box(x, y, 0, 0))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(places))
    assert apart.min() >= 2 * radius
    assert radius >= SMALLEST_RADIUS * 0.6


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 25), min_size=1, max_size=9), st.integers(0, 99))
@example([1], 0)
@example([2], 0)
@example([1] * 60, 0)
@example([60, 2, 1], 0)
@example([2] * 40, 0)
@example([60, 4, 4, 3, 2, 2, 1, 1, 1], 0)
def test_parts_lie_apart_within_the_frame_and_no_mark_over_another(sizes: list[int], seed: int) -> None:
    network = tied(parts_of(sizes, seed), sum(sizes))
    check(laid_out(network, FRAME, seed=seed, words=14.0), network, sizes)


@pytest.mark.parametrize(
    "pairs", [drawn_pairs(110, 300), [(0, each) for each in range(1, 110)]], ids=["chance", "star"]
)
def test_many_people_keep_the_laws_too(pairs: list[tuple[int, int]]) -> None:
    network = tied([*pairs, *((each, each + 1) for each in range(109))], 110)
    layout = laid_out(network, FRAME, seed=1)
    check(layout, network, [110])
    assert layout.radius > 5


def test_where_there_is_no_room_marks_are_smaller_rather_than_over_one_another() -> None:
    layout = laid_out(tied([(0, each) for each in range(1, 250)], 250), Box(0, 0, 60, 40), seed=0)
    apart = np.hypot(*(layout.places[:, None] - layout.places[None]).transpose(2, 0, 1)) + 1e9 * np.eye(250)
    assert apart.min() >= 2 * layout.radius


def test_ties_are_seen_between_marks() -> None:
    network = tied([(each, each + 1) for each in range(87) if each % 11 != 10], 88)
    layout = laid_out(network, FRAME, seed=0)
    ties = layout.places[network.one] - layout.places[network.other]
    assert (np.hypot(*ties.T) >= 2.9 * layout.radius).mean() >= 0.9 and layout.radius > 3


def test_the_same_network_lies_the_same_in_whatever_order_its_ties_came() -> None:
    pairs = parts_of([12, 7, 3, 1], 5)
    first = laid_out(tied(pairs, 23), FRAME, seed=3)
    turned = [(other, one) for one, other in reversed(pairs)]
    assert np.array_equal(first.places, laid_out(tied(turned, 23), FRAME, seed=3).places)
    assert np.array_equal(first.places, laid_out(tied(pairs, 23), FRAME, seed=3).places)


def test_who_is_much_among_themselves_lies_together() -> None:
    crowds = [range(0, 8), range(8, 16), range(16, 24)]
    pairs = [pair for crowd in crowds for pair in combinations(crowd, 2)] + [(0, 8), (8, 16), (16, 0)]
    places = laid_out(tied(pairs, 24), FRAME, seed=0).places
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    within = max(apart[np.ix_(list(crowd), list(crowd))].max() for crowd in crowds)
    across = min(apart[np.ix_(list(a), list(b))].mean() for a, b in combinations(crowds, 2))
    assert across > 1.5 * within


def test_on_a_chain_nobody_is_out_of_order() -> None:
    places = laid_out(tied([(each, each + 1) for each in range(19)], 20), FRAME, seed=0).places
    along = places[:, 0] if np.ptp(places[:, 0]) > np.ptp(places[:, 1]) else places[:, 1]
    assert (np.diff(along) > 0).all() or (np.diff(along) < 0).all()


def test_distances_are_those_of_the_shortest_ways() -> None:
    network = tied(parts_of([30], 2), 30)
    far = distances(30, network.one, network.other)
    length = {(int(a), int(b)): far[a, b] for a, b in zip(network.one, network.other, strict=True)}
    naive = {one: {one: 0.0} for one in range(30)}
    for one in range(30):
        for _ in range(30):
            for (a, b), each in [*length.items(), *(((b, a), each) for (a, b), each in length.items())]:
                if a in naive[one]:
                    naive[one][b] = min(naive[one].get(b, np.inf), naive[one][a] + each)
    assert far == pytest.approx(np.array([[naive[a][b] for b in range(30)] for a in range(30)]))
    assert all(0.5 <= each <= 1.0 for each in length.values())


def test_a_tie_within_a_crowd_is_shorter_than_one_between_crowds() -> None:
    pairs = [*combinations(range(5), 2), *combinations(range(5, 10), 2), (0, 5)]
    network = tied(pairs, 10)
    far = distances(10, network.one, network.other)
    assert far[1, 2] == 0.5 and far[0, 5] > 0.8


def test_nobody_has_no_layout() -> None:
    with pytest.raises(ValueError, match="nobody"):
        laid_out(tied([], 0), FRAME, seed=0)


@given(st.lists(st.floats(1, 100), min_size=1, max_size=20))
def test_a_room_is_divided_by_weight(weights: list[float]) -> None:
    weights.sort(reverse=True)
    cells = divided(weights, FRAME)
    area = FRAME.width * FRAME.height / sum(weights)
    assert [each.width * each.height for each in cells] == pytest.approx([each * area for each in weights])
    assert all(FRAME.holds(each) for each in cells)
    assert not any(one.inset(1e-6).overlaps(other.inset(1e-6)) for one, other in combinations(cells, 2))


@given(st.lists(st.tuples(st.floats(1, 90), st.floats(1, 40)), max_size=20))
def test_what_stands_on_shelves_stands_side_by_side(sizes: list[tuple[float, float]]) -> None:
    boxes = shelved(sizes, FRAME)
    assert [(each.width, each.height) for each in boxes] == sizes
    assert all(each.left >= FRAME.left and each.right <= FRAME.right + 1e-6 for each in boxes)
    assert all(each.bottom >= FRAME.bottom for each in boxes)
    assert not any(one.inset(1e-6).overlaps(other.inset(1e-6)) for one, other in combinations(boxes, 2))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(12, 420), st.floats(40, 370)), min_size=1, max_size=15))
def test_no_name_lies_over_another_or_over_the_edge(spots: list[tuple[float, float]]) -> None:
    names = {number: f"Name {number}" * (1 + number % 3) for number in range(len(spots))}
    found = placed(names, np.array(spots), 6.0, FRAME, 9.0)
    assert all(FRAME.holds(box) for box, _ in found)
    assert not any(one.overlaps(other) for (one, _), (other, _) in combinations(found, 2))


def test_a_name_stands_where_it_covers_nobody() -> None:
    places = np.array([[200.0, 200.0], [225.0, 200.0]])
    (box, text) = placed({0: "Aisha"}, places, 6.0, FRAME, 9.0)[0]
    assert text == "Aisha" and box.right < 200
