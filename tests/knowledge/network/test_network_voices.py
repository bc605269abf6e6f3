"""Voices against membership, who ties groups, and how long questions wait and for whom: by hand, and naively."""

from collections import Counter

import numpy as np
import pytest
from graphs import FEW, START, Drawn, communities, neighbours, of, people_of
from hypothesis import given

from knowledge.network import (
    Asked,
    Counted,
    answered,
    carriers,
    connectors,
    involved,
    unanswered_by_practice,
    voices,
    waited_hours,
)

HOUR = np.timedelta64(3600, "s")


def test_a_practice_that_many_are_of_and_that_hardly_speaks() -> None:
    practice = [0, 0, 0, 1, 1, -1]
    network = of([(3, 4), (3, 4), (4, 3), (3, 0), (0, 5), (5, 1)], 6)
    found = voices(network, np.array(practice), 3)
    assert found.members.tolist() == [3, 2, 0]
    assert (found.talkers.tolist(), found.addressed.tolist()) == ([1, 2, 0], [2, 2, 0])
    assert (found.given.tolist(), found.received.tolist()) == ([1, 4, 0], [2, 3, 0])
    assert found.share_of_members.tolist() == [0.6, 0.4, 0]
    assert found.share_of_talk.tolist() == [0.2, 0.8, 0]
    assert found.share_of_replies.tolist() == [0.4, 0.6, 0]
    assert voices(network, np.array(practice), 3, Counted.DIRECTED).given.tolist() == [1, 3, 0]
    assert voices(of([], 6), np.array(practice), 3).share_of_talk.tolist() == [0, 0, 0]


@FEW
@given(communities())
def test_connectors_are_found_as_by_counting_pairs(drawn: Drawn) -> None:
    known = [one for one in range(drawn.people) if drawn.practice[one] >= 0]
    around, group = neighbours(drawn.arrows, known), drawn.practice
    pairs = {frozenset((one, other)) for one in known for other in around[one]}
    between = Counter(frozenset(group[one] for one in pair) for pair in pairs)
    found = connectors(drawn.network, drawn.codes, 3)
    for one in range(drawn.people):
        met = Counter(group[other] for other in around.get(one, ()))
        carried = sum(times / between[frozenset((group[one], of))] for of, times in met.items() if of != group[one])
        spread = 1 - sum((times / met.total()) ** 2 for times in met.values()) if met else 0
        assert found.carried[one] == pytest.approx(carried)
        assert found.spread[one] == pytest.approx(spread)


def test_the_one_between_two_practices_is_found() -> None:
    """Two practices of three who all know each other, and one tie between them."""
    arrows = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]
    found = connectors(of(arrows, 6), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert found.carried.tolist() == [0, 0, 1, 1, 0, 0]
    assert found.is_holding.tolist() == [False, False, True, True, False, False]
    assert found.cut_off.tolist() == [0, 0, 2, 2, 0, 0]


def asked(*rows: tuple[int, int, float | None]) -> Asked:
    """Questions by asker, answerer and hours until the first answer."""
    never = np.datetime64("NaT", "s")
    at = [START + HOUR * place for place in range(len(rows))]
    done = [
        never if hours is None else moment + np.timedelta64(int(hours * 3600), "s")
        for moment, (*_, hours) in zip(at, rows, strict=True)
    ]
    return Asked(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array(at, dtype="datetime64[s]"),
        np.array(done, dtype="datetime64[s]"),
    )


WHO = people_of([0], 6, practice=[0, 0, 1, 1, -1, 2])


def test_first_answers_by_whom_and_how_soon() -> None:
    questions = asked((1, 0, 0.5), (2, 3, 2.0), (2, 1, 24.0), (4, 2, 30.0), (3, -1, 1.0), (-1, 2, 24.5), (5, -1, None))
    found = answered(questions, WHO)
    assert (found.asked, found.answered) == (7, 6)
    assert (found.by_core, found.by_lateral, found.lateral_share) == (1, 4, 0.8)
    assert (found.by_same_practice, found.by_other_practice) == (2, 1)
    assert (found.median_hours, found.within_day) == (24.0, 4)
    assert waited_hours(questions).tolist() == [0.5, 2, 24, 30, 1, 24.5, np.inf]


def test_those_who_wait_for_ever_count_in_the_median() -> None:
    assert answered(asked((1, 0, 1.0), (1, 0, 2.0), (1, -1, None)), WHO).median_hours == 2.0
    assert answered(asked((1, 0, 1.0), (1, -1, None), (1, -1, None)), WHO).median_hours is None
    assert answered(asked((1, 0, 4.0), (1, 0, 2.0)), WHO).median_hours == 2.0
    nothing = answered(asked(), WHO)
    assert (nothing.asked, nothing.median_hours, nothing.lateral_share) == (0, None, None)


def test_who_asks_and_is_not_answered_by_practice() -> None:
    questions = asked((1, 0, 1.0), (1, -1, None), (0, -1, None), (2, 0, 1.0), (4, -1, None), (-1, -1, None))
    counted, unanswered, askers = unanswered_by_practice(questions, WHO, 3)
    assert (counted.tolist(), unanswered.tolist(), askers.tolist()) == ([3, 1, 0], [2, 0, 0], [2, 1, 0])


def test_rows_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        Asked(np.array([1]), np.array([], dtype=int), np.array([START]), np.array([START]))
    kept = asked((1, 0, 1.0), (2, 0, 2.0)).only(np.array([False, True]))
    assert kept.asker.tolist() == [2]


@FEW
@given(communities())
def test_half_of_what_goes_across_rests_on_so_few(drawn: Drawn) -> None:
    group = drawn.practice
    pairs = {frozenset(arrow) for arrow in drawn.arrows if len(set(arrow)) == 2}
    across = [
        pair for pair in pairs if -1 not in {group[one] for one in pair} and len({group[one] for one in pair}) == 2
    ]
    partners = Counter(one for pair in across for one in pair)
    few: set[int] = set()
    for one in sorted(range(drawn.people), key=lambda each: (-partners[each], each)):
        if 2 * sum(bool(pair & few) for pair in across) >= len(across):
            break
        few.add(one)
    assert carriers(drawn.network, drawn.codes) == (len(few) or None)


@FEW
@given(communities())
def test_who_has_a_part_in_the_ties_of_two_practices(drawn: Drawn) -> None:
    people: dict[tuple[int, int], set[int]] = {}
    for by, to in drawn.arrows:
        if by != to and -1 not in (drawn.practice[by], drawn.practice[to]):
            people.setdefault((drawn.practice[by], drawn.practice[to]), set()).update((by, to))
    found = involved(drawn.network, drawn.codes, 3)
    assert {cell: len(who) for cell, who in people.items()} == {
        (by, to): found[by, to] for by in range(3) for to in range(3) if found[by, to]
    }
