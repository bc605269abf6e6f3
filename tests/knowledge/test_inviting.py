"""Whom a host invites: who touched the problem, who would be missing, nobody too often, the core a third at most."""

from dataclasses import replace
from random import Random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.matching import FACES_WEEKS, FEWEST, MOST, Candidate, Guest, Invited, Pair, Reason, invite
from knowledge.matching.inviting import KEPT_SEATS, OFTEN

HOST = Guest(1000, "nurse", "north")
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 30),
        practice=st.sampled_from(["", "nurse", "doctor", "porter"]),
        place=st.sampled_from(["", "north", "south"]),
        is_core=st.booleans(),
        absent_weeks=st.one_of(st.none(), st.integers(0, 30)),
        touched=st.booleans(),
        invited_lately=st.integers(0, 3),
        ties_count=st.integers(0, 6),
    ),
    max_size=20,
    unique_by=lambda each: each.id,
)
SEEDS = st.integers(0, 2**32)
MET = st.dictionaries(st.integers(1, 30), st.sampled_from([0.0, 3.0, 11.9, 12.0, 40.0]), max_size=30)
AT_MOST = st.integers(FEWEST - 1, MOST - 1)


def invited(
    candidates: list[Candidate],
    *,
    host: Guest = HOST,
    known: tuple[int, ...] = (),
    met: dict[int, float] | None = None,
    at_most: int = 7,
    seed: int = 1,
) -> list[Invited]:
    """Whom the host invites, who knows and met these."""
    ties: set[Pair] = {(host.id, each) for each in known}
    met_by = {(each, host.id): weeks for each, weeks in (met or {}).items()}
    return invite(host, candidates, ties=ties, met=met_by, chance=Random(seed), at_most=at_most)


def ids(of: list[Invited]) -> list[int]:
    return [each.id for each in of]


def some(*numbers: int, **what: object) -> list[Candidate]:
    """Like the host, recently at a meeting, with many ties; but for what is said."""
    like = Candidate(0, "nurse", "north", absent_weeks=1, ties_count=5)
    return [replace(like, id=number, **what) for number in numbers]  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, met=MET, at_most=AT_MOST, seed=SEEDS, host_is_core=st.booleans(), with_host=st.booleans())
def test_each_once_never_too_many_and_the_core_a_third_at_most(
    candidates: list[Candidate], met: dict[int, float], at_most: int, seed: int, host_is_core: bool, with_host: bool
) -> None:
    host = replace(HOST, is_core=host_is_core)
    asked = [*candidates, Candidate(host.id, touched=True)] if with_host else candidates
    found = ids(invited(asked, host=host, met=met, at_most=at_most, seed=seed))
    people = {each.id: each for each in candidates}
    assert len(found) == len(set(found)) <= at_most
    assert set(found) <= set(people)
    core = sum(people[each].is_core for each in found)
    assert core == 0 or core + host_is_core <= (len(found) + 1) / 3


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, met=MET, at_most=AT_MOST, seed=SEEDS)
def test_all_seats_are_given_to_people_whom_the_host_did_not_meet_as_far_as_there_are_any(
    candidates: list[Candidate], met: dict[int, float], at_most: int, seed: int
) -> None:
    found = ids(invited(candidates, met=met, at_most=at_most, seed=seed))
    lateral = {each.id for each in candidates if not each.is_core}
    fresh = {each for each in lateral if met.get(each, FACES_WEEKS) >= FACES_WEEKS}
    assert len(found) >= min(len(fresh), at_most)
    assert len(found) >= min(len(lateral), FEWEST - 1)
    if any(met.get(each, FACES_WEEKS) < FACES_WEEKS for each in found):
        assert len(found) == FEWEST - 1 or len(lateral | set(found)) < FEWEST - 1
        assert fresh <= set(found)


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, at_most=AT_MOST, seed=SEEDS)
def test_who_touched_it_comes_first_and_never_takes_all_seats(
    candidates: list[Candidate], at_most: int, seed: int
) -> None:
    lateral = [replace(each, is_core=False) for each in candidates]
    touched = {each.id for each in lateral if each.touched}
    found = set(ids(invited(lateral, at_most=at_most, seed=seed)))
    kept = min(KEPT_SEATS, len(lateral) - len(touched))
    assert len(found & touched) == min(len(touched), at_most - kept)
    assert len(found - touched) >= min(kept, at_most)


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, met=MET, seed=SEEDS, data=st.data())
def test_the_order_of_candidates_does_not_matter(
    candidates: list[Candidate], met: dict[int, float], seed: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(candidates))
    assert invited(shuffled, met=met, seed=seed) == invited(candidates, met=met, seed=seed)


@settings(max_examples=60, deadline=None)
@given(candidates=CANDIDATES, known=st.sets(st.integers(1, 30)), seed=SEEDS)
def test_each_reason_is_true(candidates: list[Candidate], known: set[int], seed: int) -> None:
    people = {each.id: each for each in candidates}
    knows = {*known, *list(people)[::2]}
    before: list[Guest] = [HOST]
    for each in invited(candidates, known=tuple(knows), seed=seed):
        one = people[each.id]
        assert (each.because is Reason.TOUCHED) == one.touched
        match each.because:
            case Reason.OTHER_PLACE:
                assert one.place and one.place not in {other.place for other in before}
            case Reason.OTHER_PRACTICE:
                assert one.practice and one.practice not in {other.practice for other in before}
            case Reason.FEW_TIES:
                assert one.ties_count < median(other.ties_count for other in candidates)
            case Reason.AWAY_LONG:
                assert one.absent_weeks is None or one.absent_weeks >= FACES_WEEKS
            case Reason.UNTIED:
                assert one.id not in knows
            case Reason.COMPANY:
                assert one.id in knows
        before.append(one)


def test_seats_are_kept_for_practices_and_places_that_are_missing() -> None:
    touched = some(*range(1, 10), touched=True)
    far, doctor = some(20, place="south")[0], some(21, practice="doctor")[0]
    found = invited([*touched, *some(*range(30, 40), ties_count=0), far, doctor])
    assert sorted((each.id, each.because) for each in found[-2:]) == [
        (20, Reason.OTHER_PLACE),
        (21, Reason.OTHER_PRACTICE),
    ]


def test_a_second_one_from_the_same_place_is_not_missing_any_more() -> None:
    south = some(20, 21, place="south", ties_count=0)
    found = invited([*some(*range(1, 10), touched=True), *south, *some(22, practice="porter")])
    assert 22 in ids(found)


def test_among_who_is_missing_the_isolated_come_first_but_not_each_time() -> None:
    touched = some(*range(1, 10), touched=True)
    doctors = some(20, 21, practice="doctor", place="south")
    few = [replace(doctors[0], ties_count=1), replace(doctors[1], ties_count=2), *some(30, practice="porter")]
    assert ids(invited([*touched, *few]))[-2:] == [20, 30]
    often = [replace(few[0], invited_lately=OFTEN), *few[1:]]
    assert ids(invited([*touched, *often]))[-2:] == [21, 30]


def test_among_equally_isolated_who_has_no_tie_to_the_host_comes_first() -> None:
    for known in (20, 21):
        found = invited([*some(*range(1, 10), touched=True), *some(20, 21), *some(22, place="south")], known=(known,))
        assert set(ids(found)[-2:]) == {22, 41 - known}


def test_other_seats_go_to_who_was_away_long_then_to_who_was_invited_least() -> None:
    never, long_ago, lately = (
        some(1, absent_weeks=None),
        some(2, absent_weeks=12, invited_lately=1),
        some(3, absent_weeks=11),
    )
    others = some(*range(10, 20), absent_weeks=2)
    found = invited([*others, *lately, *long_ago, *never, *some(21, 22, ties_count=0)])
    assert {(each.id, each.because) for each in found[:2]} == {(21, Reason.FEW_TIES), (22, Reason.FEW_TIES)}
    assert ids(found[2:5]) == [1, 2, 3]
    assert [each.because for each in found[2:5]] == [Reason.AWAY_LONG, Reason.AWAY_LONG, Reason.UNTIED]
    spared = [replace(each, invited_lately=each.id % 2) for each in others]
    assert all(each % 2 == 0 for each in ids(invited(spared, at_most=5)))


def test_who_touched_it_is_asked_by_load_then_by_time_away() -> None:
    asked = [*some(1, invited_lately=1), *some(2, absent_weeks=3), *some(3), *some(4, absent_weeks=None)]
    assert ids(invited([replace(each, touched=True) for each in asked], at_most=3)) == [4, 2, 3]


def test_lateral_people_come_before_the_core_among_equals() -> None:
    assert not any(each < 8 for each in ids(invited([*some(*range(1, 8), is_core=True), *some(*range(10, 17))])))


def test_a_table_too_small_takes_whom_the_host_met_longest_ago() -> None:
    met = {2: 1.0, 3: 9.0, 4: 5.0}
    assert ids(invited(some(1, 2, 3, 4), met=met)) == [1, 3, 4]
    assert ids(invited([*some(1, 2), *some(3, 5, is_core=True)], met={2: 1.0, 3: 9.0})) == [1, 5, 2]
    assert invited([]) == []


def test_seats_that_the_core_may_not_have_at_a_small_table_go_to_others() -> None:
    found = ids(invited([*some(1, 2, is_core=True), *some(3, 4, 5)], met={3: 7.0, 4: 9.0, 5: 8.0}))
    assert found[0] in (1, 2)
    assert found[1:] == [4, 5]


def test_the_last_meeting_counts_in_either_order() -> None:
    met: dict[Pair, float] = {(1, HOST.id): 2.0, (HOST.id, 1): 30.0}
    found = invite(HOST, some(1, 2, 3, 4), ties=(), met=met, chance=Random(1))
    assert sorted(ids(found)) == [2, 3, 4]


def test_faces_of_twelve_weeks_ago_are_new_again() -> None:
    met = dict.fromkeys(range(1, 7), FACES_WEEKS)
    assert len(invited(some(*range(1, 7)), met=met)) == 6
    assert len(invited(some(*range(1, 7)), met=met | {1: 11.9})) == 5


def test_chance_decides_among_equals() -> None:
    assert len({tuple(ids(invited(some(*range(1, 12)), seed=seed))) for seed in range(5)}) > 1


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        invited(some(1, 1))
    for at_most in (FEWEST - 2, MOST):
        with pytest.raises(ValueError, match="out of range"):
            invited(some(1, 2), at_most=at_most)
