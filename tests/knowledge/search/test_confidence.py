"""The confidence is a probability, moves with what speaks for an answer, and learns a little from votes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search import shift_by, shifted
from knowledge.search.confidence import FARTHEST_SHIFT, Evidence, confidence, confidence_of_shown, standing

SHARES = st.floats(0, 1)
SCORES = st.lists(SHARES, max_size=20)
VOTES = st.lists(st.tuples(SHARES, st.booleans()), max_size=60)


def evidence(first: float, rivals: list[float], cosine: float = 0.6) -> Evidence:
    alone = standing(np.array([first]), np.array(rivals))
    return Evidence(0.5, 3.0, 100, 4, cosine, alone, alone, 8)


@given(first=SHARES, rivals=SCORES, cosine=st.floats(-1, 1))
def test_it_is_a_probability_and_higher_for_what_is_nearer(first: float, rivals: list[float], cosine: float) -> None:
    sure = confidence(evidence(first, rivals, cosine))
    assert 0 < sure < 1
    assert confidence(evidence(first, rivals, min(cosine + 0.1, 1))) >= sure
    assert confidence(evidence(first, [*rivals, first], cosine)) < sure


def test_a_hit_that_stands_alone_is_surer_than_one_among_its_like() -> None:
    alone, crowded = evidence(0.6, [0.2, 0.1]), evidence(0.6, [0.59, 0.58])
    assert confidence(alone) > 0.7 > confidence(crowded)


@given(hits=st.lists(SHARES, min_size=1, max_size=3), rivals=SCORES)
def test_of_several_one_is_right_at_least_as_likely_as_the_first(hits: list[float], rivals: list[float]) -> None:
    scores, others = np.sort(np.array(hits))[::-1], np.array(rivals)
    alone = standing(scores[:1], np.append(others, scores[1:]))
    found = Evidence(0.5, 3.0, 100, 4, 0.6, alone, standing(scores, others), 8)
    assert confidence_of_shown(found) >= confidence(found) - 1e-9


@given(coverage=SHARES, rarity=st.floats(0, 60), documents=st.integers(1, 1_000_000), stems=st.integers(0, 200))
def test_words_alone_give_a_probability_that_grows_with_what_is_shared(
    coverage: float, rarity: float, documents: int, stems: int
) -> None:
    sure = confidence(Evidence(coverage, rarity, documents, stems))
    assert 0 < sure < 1
    assert confidence(Evidence(coverage, rarity + 1, documents, stems)) > sure
    assert confidence(Evidence(coverage, rarity, documents + 1, stems)) < sure


@given(votes=VOTES, before=SHARES)
def test_votes_shift_the_confidence_within_bounds(votes: list[tuple[float, bool]], before: float) -> None:
    shift = shift_by(votes)
    assert abs(shift) <= FARTHEST_SHIFT
    assert 0 < shifted(before, shift) < 1
    assert shift_by([*votes, (0.5, True)]) >= shift - 1e-6
    assert shift_by([*votes, (0.5, False)]) <= shift + 1e-6


def test_without_votes_nothing_is_shifted() -> None:
    assert shift_by([]) == 0
    assert shifted(0.3, 0) == pytest.approx(0.3)


def test_one_vote_says_little_and_many_say_much() -> None:
    one, five, fifty = (shift_by([(0.7, False)] * count) for count in (1, 5, 50))
    assert -0.4 < one < 0
    assert -1.2 < five < -0.8
    assert fifty == -FARTHEST_SHIFT
    assert 0 < shift_by([(0.7, True)]) < 0.2


def test_votes_that_go_as_expected_change_nothing() -> None:
    assert shift_by([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0, abs=1e-6)
