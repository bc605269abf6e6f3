"""Problems: grouped by meaning whatever the order, hot where several people came upon one, and never by one alone."""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.problems import drawn, read_shop
from bench.problems_plain import adjusted_rand, average, b_cubed, numbers
from bench.results import Missing
from knowledge.problems import (
    Earlier,
    Placed,
    Problem,
    Signal,
    SignalSort,
    group,
    group_signals,
    hot_problems,
    nearest,
    place,
    same_problem,
)
from knowledge.problems.hot import FEWEST_PEOPLE, FEWEST_SIGNALS, LONGEST_LABEL, WITHIN
from knowledge.search import Encoded, Encoder

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
PLAIN = (0.33, 0.38)
"""Mean cosines around the best."""

TUBE = (
    "How do I flush a blocked feeding tube?",
    "The feeding tube is blocked again, what helps?",
    "Blocked feeding tube at night, who can flush it?",
    "What do you do when a feeding tube will not flush?",
)
LETTER = (
    "Discharge letters reach the GP too late",
    "Who sends the discharge letter to the GP?",
    "How do we get discharge letters to the GP the same day?",
    "The GP says that no discharge letter arrived",
)
HOIST = (
    "The hoist sling is too small for a large patient",
    "Which hoist sling fits a very large patient?",
    "Where are the large slings for the hoist?",
    "Hoist sling too small again, what now?",
)
ALONE = ("Is there a quiet room where families can wait?", "How do I claim my travel costs?")
WARD = (*TUBE, *LETTER, *HOIST, *ALONE)


def signal(number: int, text: str, member: int | None = 1, *, days_ago: float = 1, **said: object) -> Signal:
    asked = Signal(f"question:{number}", text, member, NOW - days_ago * DAY)
    return replace(asked, **said)  # type: ignore[arg-type]


def asked_by(texts: Sequence[str], members: Sequence[int | None], *, days_ago: float = 1) -> list[Signal]:
    pairs = enumerate(zip(texts, members, strict=True))
    return [signal(number, text, member, days_ago=days_ago) for number, (text, member) in pairs]


def hot(signals: Sequence[Signal], now: datetime = NOW) -> list[Problem]:
    return hot_problems(signals, now)


def by_text(groups: Sequence[Sequence[int]], texts: Sequence[str]) -> set[frozenset[str]]:
    return {frozenset(texts[number] for number in each) for each in groups}


RIGHT = {frozenset(TUBE), frozenset(LETTER), frozenset(HOIST), *(frozenset({each}) for each in ALONE)}


def test_questions_of_a_ward_fall_into_their_problems_by_words() -> None:
    assert by_text(group(place(WARD)), WARD) == RIGHT


def test_they_do_by_meaning(encoder: Encoder) -> None:
    assert by_text(group(place(WARD, [encoder.encode(each) for each in WARD])), WARD) == RIGHT


def test_meaning_joins_what_shares_no_word(encoder: Encoder) -> None:
    texts = ("My back aches after lifting patients", "Sore spine from moving people", *TUBE[:2], *LETTER[:2], *ALONE)
    pair = frozenset(texts[:2])
    assert pair in by_text(group(place(texts, [encoder.encode(each) for each in texts])), texts)
    assert pair not in by_text(group(place(texts)), texts)


def test_word_forms_and_typing_errors_join_by_words() -> None:
    texts = ("blocked feeding tubes", "blokced feeding tube", *LETTER, *HOIST)
    assert frozenset(texts[:2]) in by_text(group(place(texts)), texts)


def test_the_shape_of_a_question_joins_nothing_by_words() -> None:
    rows = place(["How should we have done the handover?", "How should we have done the rota?", "How should we?"]).rows
    assert float((rows @ rows.T)[np.triu_indices(3, 1)].max()) < 0.05


TEXTS = st.lists(st.sampled_from([*WARD, "", "?", "the", "tube", "\U0001f622", "流れない"]), max_size=14)
SIGNALS = st.builds(
    lambda number, text, member, days, sort: signal(number, text, member, days_ago=days, sort=sort),
    st.integers(1, 30),
    st.sampled_from([*WARD, "", "tube"]),
    st.none() | st.integers(1, 4),
    st.floats(-2, 40),
    st.sampled_from(SignalSort),
)
MANY = st.lists(SIGNALS, max_size=14)


@given(signals=MANY, chance=st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_signals_does_not_matter(signals: list[Signal], chance: random.Random) -> None:
    order = list(range(len(signals)))
    chance.shuffle(order)
    shuffled = [signals[number] for number in order]
    there = sorted(sorted(order[each] for each in places) for places in group_signals(shuffled))
    same = {number: signals.index(each) for number, each in enumerate(signals)}
    assert _by_first(there, same) == _by_first(group_signals(signals), same)
    before, after = hot(signals), hot(shuffled)
    assert [(each.label, each.evidence, each.hotness) for each in before] == [
        (each.label, each.evidence, each.hotness) for each in after
    ]


def _by_first(groups: list[list[int]], same: dict[int, int]) -> list[list[int]]:
    """Groups with signals that are alike in everything named by the first of them."""
    return sorted(sorted(same[each] for each in places) for places in groups)


def test_of_two_that_are_equally_near_the_same_one_is_joined_in_any_order() -> None:
    """A chain of three, of which the middle one may join either end and then keeps the other out."""
    chain = ("aaaaa bbbbb ccccc ddddd", "ddddd eeeee fffff ggggg", "ggggg hhhhh iiiii jjjjj")
    signals = [signal(number, text, number) for number, text in enumerate(chain)]
    expected = by_text(group_signals(signals), chain)
    assert sorted(map(len, expected)) == [1, 2]
    more = [signal(9, chain[0], 9), signal(10, chain[2], 10)]
    labels = set()
    for order in itertools.permutations(range(3)):
        assert by_text(group_signals([signals[each] for each in order]), [chain[each] for each in order]) == expected
        labels |= {(each.label, each.evidence) for each in hot([*(signals[each] for each in order), *more])}
    assert len(labels) == 1


def test_the_order_does_not_matter_by_meaning(encoder: Encoder) -> None:
    signals = asked_by(WARD, range(len(WARD)))
    encoded = [encoder.encode(each) for each in WARD]
    for seed in range(5):
        order = random.Random(seed).sample(range(len(WARD)), len(WARD))
        found = group_signals([signals[each] for each in order], [encoded[each] for each in order])
        assert by_text(found, [WARD[each] for each in order]) == by_text(group_signals(signals, encoded), WARD)


@given(texts=TEXTS)
def test_every_text_is_in_one_group_and_places_have_length_one(texts: list[str]) -> None:
    placed = place(texts)
    assert sorted(number for each in group(placed) for number in each) == list(range(len(texts)))
    lengths = np.linalg.norm(placed.rows, axis=1)
    assert all(abs(each - 1) < 1e-5 or each == 0 for each in lengths)


@given(signals=MANY)
def test_a_hot_problem_has_several_new_signals_of_several_people(signals: list[Signal]) -> None:
    for each in hot(signals):
        new = [one for one in each.signals if timedelta() <= NOW - one.at < WITHIN]
        assert len({(one.member, one.key) for one in new}) >= FEWEST_SIGNALS
        assert len({one.member for one in new} - {None}) >= FEWEST_PEOPLE
        assert 0 < each.hotness <= len(new)
        assert all(one.at <= NOW for one in each.signals)


@given(signals=MANY, member=st.none() | st.integers(1, 4))
def test_one_person_alone_makes_nothing_hot(signals: list[Signal], member: int | None) -> None:
    assert hot([replace(each, member=member) for each in signals]) == []
    nobody = [replace(each, member=member if number % 2 else None) for number, each in enumerate(signals)]
    assert hot(nobody) == []


@pytest.mark.parametrize(
    ("is_hot", "members"),
    [
        (True, (1, 2, 3, 4)),
        (True, (1, 1, 2, 2)),
        (True, (1, 1, 1, 2)),
        (True, (1, None, 2, None)),
        (False, (1, 1, 1, 1)),
        (False, (1, None, None, None)),
        (False, (None, None, None, None)),
    ],
)
def test_three_signals_of_two_people_are_hot(is_hot: bool, members: tuple[int | None, ...]) -> None:
    assert bool(hot(asked_by(TUBE, members))) is is_hot


def test_two_signals_are_not_hot() -> None:
    assert hot(asked_by(TUBE[:2], (1, 2))) == []
    assert len(hot(asked_by(TUBE[:3], (1, 2, 2)))) == 1


def test_what_somebody_asks_again_counts_once() -> None:
    again = [signal(number, TUBE[0].upper() if number else TUBE[0], 1) for number in range(5)]
    assert hot([*again, signal(9, TUBE[1], 2)]) == []
    edited = [signal(1, TUBE[0], 1), signal(1, TUBE[3], 1, days_ago=2)]
    assert hot([*edited, signal(9, TUBE[1], 2)]) == []
    assert len(hot([*again, signal(9, TUBE[1], 2), signal(10, TUBE[3], 1)])) == 1
    others = [replace(each, member=number) for number, each in enumerate(again)]
    assert len(hot(others)) == 1


def test_members_who_disagree_on_one_tip_are_signals_of_their_own() -> None:
    said = [Signal("tip:7", TUBE[0], member, NOW - DAY, SignalSort.CONTRADICTION) for member in (1, 2, 3)]
    (problem,) = hot(said)
    assert problem.evidence == {"tip:7"} and problem.people == {1, 2, 3}
    assert hot([*said[:2], said[0]]) == []


def test_two_weeks_and_not_what_is_to_come() -> None:
    def at(age: timedelta) -> list[Problem]:
        return hot([*asked_by(TUBE[:2], (1, 2)), replace(signal(5, TUBE[2], 3), at=NOW - age)])

    assert at(WITHIN - MOMENT) and at(timedelta())
    assert not at(WITHIN) and not at(-MOMENT)


def test_older_signals_are_evidence_and_heat_nothing() -> None:
    new, old = asked_by(TUBE[:3], (1, 2, 3)), signal(8, TUBE[3], 4, days_ago=20)
    (without,), (with_it,) = hot(new), hot([*new, old])
    assert with_it.people == without.people | {4} and with_it.signals[-1] == old
    assert with_it.hotness == without.hotness


def test_the_newer_and_the_more_people_the_hotter() -> None:
    of_three = hot([*asked_by(TUBE, (1, 2, 3, 1)), *_shifted(asked_by(LETTER, (1, 1, 2, 1)))])
    assert [each.people for each in of_three] == [{1, 2, 3}, {1, 2}]
    newer = hot([*asked_by(TUBE, (1, 2, 3, 4), days_ago=9), *_shifted(asked_by(LETTER, (1, 2, 3, 4)))])
    assert [each.label in LETTER for each in newer] == [True, False]
    (exact,) = hot(asked_by(TUBE, (1, 2, 3, 1), days_ago=7))
    assert exact.hotness == pytest.approx(0.5 * 3.5)


def _shifted(signals: Sequence[Signal]) -> list[Signal]:
    return [replace(each, key=f"gap:{each.key}") for each in signals]


def test_the_label_is_what_others_have_seen_nearest_to_the_middle() -> None:
    (problem,) = hot(asked_by(TUBE, (1, 2, 3, 4)))
    rows = place(sorted(TUBE)).rows
    assert problem.label == sorted(TUBE)[int((rows @ rows.sum(axis=0)).argmax())] and problem.is_public
    gaps = [replace(each, sort=SignalSort.GAP) for each in asked_by(TUBE, (1, 2, 3, 4))]
    for number, each in enumerate(gaps):
        shown = replace(each, sort=SignalSort.OPEN)
        (problem,) = hot([*gaps[:number], shown, *gaps[number + 1 :]])
        assert problem.label == shown.text and problem.is_public
    (private,) = hot(gaps)
    assert private.label in TUBE and not private.is_public


def test_a_long_problem_has_a_short_label_of_one_line() -> None:
    story = "The feeding tube is blocked.\n\n" + "We flush the blocked feeding tube again. " * 40
    (problem,) = hot([signal(number, story, number) for number in range(3)])
    assert len(problem.label) <= LONGEST_LABEL and "\n" not in problem.label
    assert problem.label.startswith("The feeding tube is blocked. We flush") and problem.label.endswith("…")


@pytest.mark.parametrize(
    ("is_one", "now", "before"),
    [
        (True, "abc", "abc"),
        (True, "abcd", "abc"),
        (True, "abcdef", "abc"),
        (True, "ab", "abcde"),
        (True, "abxy", "abcd"),
        (False, "axyz", "abcd"),
        (False, "abc", "xyz"),
        (False, "", "abc"),
        (False, "", ""),
    ],
)
def test_a_problem_that_grows_a_little_stays_the_same(is_one: bool, now: str, before: str) -> None:
    assert same_problem(set(now), set(before)) is is_one
    assert same_problem(set(before), set(now)) is is_one


def test_a_meetup_on_the_same_problem_is_found_by_words() -> None:
    others = (LETTER[0], TUBE[1], HOIST[2])
    assert nearest(TUBE[0], others) == 1
    assert nearest(ALONE[1], others) is None
    assert nearest(TUBE[0], ()) is None


def test_it_is_found_by_meaning(encoder: Encoder) -> None:
    others = ("Patients wait too long for their medicines at discharge", "Falls at night on the way to the toilet")
    earlier = Earlier.of(encoder.encode(each) for each in WARD)
    for known in (None, earlier):
        for text, right in (
            ("At discharge the medicines are late and patients wait", 0),
            ("Somebody fell again while going to the bathroom at night", 1),
            ("The printer on ward 6 eats paper", None),
        ):
            encoded = [encoder.encode(each) for each in (text, *others)]
            assert nearest(text, others, encoded, known) == right


def at_angles(*degrees: float) -> np.ndarray:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_groups_are_joined_by_the_mean_of_all_pairs() -> None:
    """A chain of neighbours is no group: the ends of this one have nothing in common."""
    rows = at_angles(0, 40, 80)
    mean = (rows[0] @ rows[2] + rows[1] @ rows[2]) / 2
    assert group(Placed(rows, float(mean) + 1e-3, 1)) == [[0, 1], [2]]
    assert group(Placed(rows, float(mean) - 1e-3, 1)) == [[0, 1, 2]]


def test_every_text_of_a_group_weighs_alike() -> None:
    """Three of four are far from the last one, and the one that is near has not more to say than each of them."""
    assert group(Placed(at_angles(0, 0, 0, 50, 105), 0.1, 1)) == [[0, 1, 2, 3], [4]]


def made_of(*states: Sequence[float], piece: int = 0) -> Encoded:
    vectors = np.array(states, np.float32)
    mean = vectors.mean(axis=0)
    return Encoded(mean / np.linalg.norm(mean), np.arange(piece, piece + len(states), dtype=np.uint32), vectors)


def test_what_all_texts_of_a_community_share_makes_them_less_alike() -> None:
    """Two texts that share a direction with everything else, and have one each of their own."""
    pair = [made_of((1, 1, 0), piece=1), made_of((1, 0, 1), piece=2)]
    alone = place(["one", "other"], pair)
    known = place(["one", "other"], pair, Earlier.of(made_of((1, 0, 0), piece=9) for _ in range(400)))
    assert alone.rows[0] @ alone.rows[1] > 0.4 > 0.1 > known.rows[0] @ known.rows[1]
    assert known.alike < alone.alike and known.same < alone.same


def test_rare_pieces_weigh_more() -> None:
    common, rare, other = (1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)
    first, second = made_of(common, rare), made_of(common, other)
    plain = place(["a", "b"], [first, second], Earlier.of([made_of((0, 0, 0, 1), piece=7)] * 40))
    frequent = place(["a", "b"], [first, second], Earlier.of([made_of((0, 0, 0, 1), piece=0)] * 40))
    assert frequent.rows[0] @ frequent.rows[1] < plain.rows[0] @ plain.rows[1]


def test_an_encoder_without_pieces_serves_too() -> None:
    texts = [made_of((1, 0, 0)), made_of((0.9, 0.1, 0)), made_of((0, 0, 1))]
    bare = [Encoded(each.vector, each.pieces[:0], each.states[:0]) for each in texts]
    assert group(place(["a", "b", "c"], bare)) == [[0, 1], [2]]


def test_every_text_has_to_be_encoded() -> None:
    with pytest.raises(ValueError, match="2 texts and 1 of them"):
        place(["a", "b"], [made_of((1, 0))])


def test_nothing_makes_no_problem() -> None:
    assert group_signals([]) == [] and hot([]) == [] and group(place([], [])) == []


def test_real_questions_are_grouped_better_than_by_their_vectors_alone(encoder: Encoder) -> None:
    """A thin version of `./tacit bench problems`: one shop, and what the mean cosine gives at its best threshold."""
    try:
        shop, _ = read_shop("sofmattress", encoder.encode)
    except Missing as missing:
        pytest.skip(str(missing))
    samples = drawn(shop, 30)

    def mean(cut: Callable[[list[int]], np.ndarray]) -> np.ndarray:
        found = [(each.subjects, cut(each.texts.tolist())) for each in samples]
        return np.mean([(adjusted_rand(*each), b_cubed(*each)) for each in found], axis=0)

    def ours(texts: list[int]) -> np.ndarray:
        placed = place([shop.texts[each] for each in texts], [shop.encoded[each] for each in texts], shop.earlier)
        return numbers(group(placed), len(texts))

    plain = max((mean(lambda texts, least=least: average(shop.vectors[texts], least)) for least in PLAIN), key=np.sum)
    gain = mean(ours) - plain
    assert gain[0] > 0.04 and gain[1] > 0.02
