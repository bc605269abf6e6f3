"""Levels of participation: weeks count and not volume, taking in counts as writing does, silence is no fault."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.participation import (
    FEWEST_WEEKS,
    GIVING,
    LEARNING,
    NEW_WEEKS,
    RULES,
    WEEK,
    WEEKS,
    Deed,
    Did,
    Level,
    Person,
    level_of,
    moves,
    part_taken,
)
from knowledge.standing import Crowd, Standing, microseconds_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
INWARDS = list(Level)


def did(weeks_ago: float, deed: Deed = Deed.SEARCHED, *, member: int = 1) -> Did:
    return Did(member, deed, NOW - weeks_ago * WEEK)


def in_weeks(*weeks: int, gives: bool = False) -> list[Did]:
    """Something in the middle of each of these weeks (0 is the last), of which the first gives where `gives`."""
    done = [did(week + 0.5) for week in weeks]
    return [*done, did(weeks[0] + 0.5, Deed.COMMENTED)] if gives else done


def level(done: Sequence[Did], *, here_for: float = 52, is_core: bool = False) -> Level:
    return level_of(done, joined_at=NOW - here_for * WEEK, is_core=is_core, now=NOW)


AGES = st.timedeltas(-3 * WEEK, 30 * WEEK)
DEEDS = st.builds(lambda deed, age: Did(1, deed, NOW - age), st.sampled_from(list(Deed)), AGES)
MANY = st.lists(DEEDS, max_size=40)
HERE_FOR = st.floats(0, 40)


@given(done=MANY, more=MANY, here_for=HERE_FOR, is_core=st.booleans())
def test_doing_more_never_moves_anybody_outwards(
    done: list[Did], more: list[Did], here_for: float, is_core: bool
) -> None:
    before = level(done, here_for=here_for, is_core=is_core)
    after = level([*done, *more], here_for=here_for, is_core=is_core)
    assert INWARDS.index(after) >= INWARDS.index(before)


@given(done=MANY, here_for=HERE_FOR, chance=st.randoms(use_true_random=False))
def test_the_order_of_deeds_does_not_matter(done: list[Did], here_for: float, chance: random.Random) -> None:
    shuffled = list(done)
    chance.shuffle(shuffled)
    assert level(shuffled, here_for=here_for) is level(done, here_for=here_for)


@given(done=st.lists(DEEDS, min_size=1, max_size=40), here_for=HERE_FOR, times=st.integers(2, 40), data=st.data())
def test_much_in_one_week_weighs_as_one(done: list[Did], here_for: float, times: int, data: st.DataObject) -> None:
    """However often somebody does again, in a week in which they did something, what they did in it."""
    one = data.draw(st.sampled_from(done))
    week = (NOW - one.at) // WEEK
    ages = data.draw(st.lists(st.floats(0, 0.99), min_size=times, max_size=times))
    again = [did(week + age, one.deed) for age in ages]
    assert level([*done, *again], here_for=here_for) is level(done, here_for=here_for)


@given(done=MANY, later=st.lists(st.timedeltas(MOMENT, 60 * WEEK), max_size=20), here_for=HERE_FOR)
def test_nothing_later_counts(done: list[Did], later: list[timedelta], here_for: float) -> None:
    to_come = [Did(1, Deed.TOLD, NOW + after) for after in later]
    assert level([*done, *to_come], here_for=here_for) is level(done, here_for=here_for)


@given(done=MANY, here_for=HERE_FOR)
def test_the_core_group_is_chosen_and_not_earned(done: list[Did], here_for: float) -> None:
    assert level(done, here_for=here_for, is_core=True) is Level.CORE
    assert level(done, here_for=here_for) is not Level.CORE


@given(deeds=st.lists(st.sampled_from(sorted(LEARNING)), min_size=WEEKS, max_size=WEEKS))
def test_taking_in_every_week_is_not_the_edge(deeds: list[Deed]) -> None:
    assert level([did(week + 0.5, deed) for week, deed in enumerate(deeds)]) is Level.OCCASIONAL


@pytest.mark.parametrize(
    ("expected", "weeks", "gives", "here_for", "is_core"),
    [
        (Level.CORE, (), False, 52, True),
        (Level.CORE, (), False, 0, True),
        (Level.ACTIVE, range(6), True, 52, False),
        (Level.ACTIVE, (0, 2, 4, 6, 8, 10), True, 52, False),
        (Level.OCCASIONAL, range(5), True, 52, False),
        (Level.OCCASIONAL, range(12), False, 52, False),
        (Level.OCCASIONAL, (0, 5, 11), False, 52, False),
        (Level.PERIPHERAL, (0, 5), True, 52, False),
        (Level.PERIPHERAL, (), False, 52, False),
        (Level.NEWCOMER, (), False, 1, False),
        (Level.NEWCOMER, (0,), True, 1, False),
        (Level.OCCASIONAL, (0, 1), True, 2, False),
        (Level.ACTIVE, (0, 1, 2), True, 3, False),
        (Level.ACTIVE, (0, 1, 2), True, 6, False),
        (Level.OCCASIONAL, (0, 1, 2), True, 7, False),
    ],
)
def test_levels(expected: Level, weeks: Sequence[int], gives: bool, here_for: float, is_core: bool) -> None:
    done = in_weeks(*weeks, gives=gives) if weeks else []
    assert level(done, here_for=here_for, is_core=is_core) is expected


def test_every_level_has_a_rule_that_says_where_it_is_from() -> None:
    assert sorted(each for each, _ in RULES) == sorted(Level)
    assert [rule.__name__ for _, rule in RULES if "Source: " not in (rule.__doc__ or "")] == []


def test_who_was_silent_for_a_year_is_at_the_edge_and_not_gone() -> None:
    assert level([], here_for=52) is Level.PERIPHERAL


def test_nobody_is_new_for_ever() -> None:
    assert level([], here_for=NEW_WEEKS - 0.01) is Level.NEWCOMER
    assert level([], here_for=NEW_WEEKS) is Level.PERIPHERAL


@pytest.mark.parametrize("deed", Deed)
def test_regular_is_active_once_something_was_given(deed: Deed) -> None:
    done = [*in_weeks(*range(6)), did(0.5, deed)]
    assert level(done) is (Level.ACTIVE if deed in GIVING else Level.OCCASIONAL)


def test_what_was_given_before_these_weeks_no_longer_makes_one_active() -> None:
    assert level([*in_weeks(*range(6)), did(WEEKS + 0.5, Deed.TOLD)]) is Level.OCCASIONAL


def test_a_deed_takes_in_or_gives_or_asks() -> None:
    assert LEARNING | GIVING | {Deed.ASKED} == set(Deed)
    assert not LEARNING & GIVING and Deed.ASKED not in LEARNING | GIVING


def test_weeks_are_sevens_of_days_that_end_now() -> None:
    def weeks(*ages: timedelta) -> int:
        done = [Did(1, Deed.USED, NOW - age) for age in ages]
        return part_taken(done, joined_at=NOW - 52 * WEEK, is_core=False, now=NOW).weeks

    assert weeks(timedelta(), WEEK - MOMENT) == 1
    assert weeks(timedelta(), WEEK) == 2
    assert weeks(WEEKS * WEEK - MOMENT) == 1
    assert weeks(WEEKS * WEEK) == 0


@pytest.mark.parametrize(
    ("here_for", "of_weeks"),
    [(0, FEWEST_WEEKS), (3, FEWEST_WEEKS), (5.9, 5), (6, 6), (11.9, 11), (12, 12), (90, WEEKS)],
)
def test_the_new_are_measured_against_the_weeks_they_were_here(here_for: float, of_weeks: int) -> None:
    assert part_taken([], joined_at=NOW - here_for * WEEK, is_core=False, now=NOW).of_weeks == of_weeks


def test_what_somebody_did_before_the_bot_knew_them_counts() -> None:
    assert level(in_weeks(*range(2, 9), gives=True), here_for=0) is Level.ACTIVE


def person(member: int, *, here_for: float = 52, is_core: bool = False, left: float | None = None) -> Person:
    return Person(member, NOW - here_for * WEEK, is_core, None if left is None else NOW - left * WEEK)


PEOPLE = st.lists(
    st.builds(person, st.integers(1, 6), here_for=HERE_FOR, is_core=st.booleans()), unique_by=lambda each: each.member
)
OF_MANY = st.lists(
    st.builds(lambda member, deed, age: Did(member, deed, NOW - age), st.integers(1, 6), st.sampled_from(Deed), AGES)
)


@given(done=OF_MANY, people=PEOPLE, weeks=st.integers(1, 20), chance=st.randoms(use_true_random=False))
def test_everybody_who_is_here_is_in_one_count(
    done: list[Did], people: list[Person], weeks: int, chance: random.Random
) -> None:
    counted = moves(done, people, now=NOW, weeks=weeks)
    assert sum(counted.values()) == len(people) and all(counted.values())
    chance.shuffle(people)
    assert moves(done[::-1], people, now=NOW, weeks=weeks) == counted


@given(done=OF_MANY, people=PEOPLE)
def test_where_people_stand_now_is_what_their_level_says(done: list[Did], people: list[Person]) -> None:
    now = [
        level_of(
            [each for each in done if each.member == one.member],
            joined_at=one.joined_at,
            is_core=one.is_core,
            now=NOW,
        )
        for one in people
    ]
    counted = moves(done, people, now=NOW)
    assert {each: now.count(each) for each in Level} == {
        each: sum(count for (_, after), count in counted.items() if after is each) for each in Level
    }


def test_moves_inwards_and_outwards_are_counted_without_names() -> None:
    inwards = [Did(2, each.deed, each.at) for each in in_weeks(*range(6), gives=True)]
    outwards = [Did(3, each.deed, each.at) for each in in_weeks(*range(12, 20), gives=True)]
    people = [person(1), person(2), person(3), person(4)]
    assert moves([*inwards, *outwards], people, now=NOW) == {
        (Level.PERIPHERAL, Level.PERIPHERAL): 2,
        (Level.PERIPHERAL, Level.ACTIVE): 1,
        (Level.ACTIVE, Level.PERIPHERAL): 1,
    }


def test_the_earlier_moment_is_as_far_back_as_was_asked() -> None:
    done = in_weeks(*range(4, 16), gives=True)
    assert moves(done, [person(1)], now=NOW, weeks=4) == {(Level.ACTIVE, Level.ACTIVE): 1}
    assert moves(done, [person(1)], now=NOW, weeks=16) == {(Level.PERIPHERAL, Level.ACTIVE): 1}


def test_who_came_in_between_is_counted_from_where_they_came() -> None:
    done = in_weeks(*range(4), gives=True)
    assert moves(done, [person(1, here_for=5)], now=NOW) == {(Level.NEWCOMER, Level.ACTIVE): 1}
    assert moves([], [person(1, here_for=10)], now=NOW) == {(Level.NEWCOMER, Level.PERIPHERAL): 1}
    assert moves([], [person(1, here_for=5, is_core=True)], now=NOW) == {(Level.CORE, Level.CORE): 1}
    history = in_weeks(*range(5, 12), gives=True)
    assert moves(history, [person(1, here_for=5)], now=NOW) == {(Level.ACTIVE, Level.ACTIVE): 1}


def test_who_left_or_is_not_here_yet_is_not_counted() -> None:
    assert moves([], [person(1, left=1), person(2, left=0), person(3, here_for=-1)], now=NOW) == {}
    assert moves([], [person(1, left=-1)], now=NOW) == {(Level.PERIPHERAL, Level.PERIPHERAL): 1}


@given(done=OF_MANY, people=PEOPLE, weeks=st.integers(1, 20), cut=st.integers(0, 9), late=st.booleans())
def test_of_very_many_the_same_is_counted(
    done: list[Did], people: list[Person], weeks: int, cut: int, late: bool
) -> None:
    """As numbers, in pieces, in whatever order; with one who is not here yet."""
    people = [*sorted(people, key=lambda each: each.member), *([person(9, here_for=-1)] if late else [])]
    joined_at = np.array([microseconds_of(each.joined_at) for each in people], np.int64)
    crowd = Crowd(
        np.array([each.member for each in people], np.int64),
        joined_at,
        np.array([each.is_core for each in people], np.bool_),
    )
    standing = Standing(crowd, microseconds_of(NOW), weeks)
    for deed in Deed:
        of_kind = [each for each in done if each.deed is deed]
        for piece in (of_kind[cut:], of_kind[:cut]):
            who = np.array([each.member for each in piece], np.int64)
            at = np.array([microseconds_of(each.at) for each in piece], np.int64)
            standing.note(who, at, gives=deed in GIVING)
    assert standing.moves() == moves(done, people, now=NOW, weeks=weeks)
