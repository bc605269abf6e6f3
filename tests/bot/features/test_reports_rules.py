"""What a report may say: how many of so many, which times are set side by side, how far a share could be off."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.reports import rules
from bot.features.reports.rules import MonthTold, Part, Period, Report
from knowledge.network import Asked, Interval, People, Ties
from knowledge.network.activity import FEWEST, Activity, activity
from knowledge.store.happened import Happened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOBODY = Happened(**dict.fromkeys(("tips", "confirmations", "live", "stale", "questions", "answers"), 0),
                  meetups=0, met=0, minutes_met=0, wins=0, levels={}, inwards=0)  # fmt: skip


def measured(core_ties: int, other_ties: int, core: int = 2, people: int = 12) -> Activity:
    """So many ties of core members and of others, each of another pair as far as there are any."""
    by = np.array([0] * core_ties + [2 + n % (people - 3) for n in range(other_ties)], np.int32)
    to = np.array([2 + n % (people - 2) for n in range(core_ties)] + [people - 1] * other_ties, np.int32)
    none = np.full(people, -1, np.int8)
    who = People(np.arange(people) < core, none, none)
    at = np.full(len(by), np.datetime64("2026-02-20T00:00:00", "s"))
    no_one, never = np.zeros(0, np.int64), np.zeros(0, "datetime64[s]")
    return activity(who, Ties(by, to, np.zeros(len(by), np.int8), at), Asked(no_one, no_one, never, never))


def told(now: Activity, before: Activity | None = None, **more: Any) -> Report:
    return Report("Ward", Period(NOW, NOW), now, before, NOBODY, **more)


@given(st.integers(FEWEST, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_neither_the_part_that_is_said_nor_what_is_left_is_of_fewer_than_five(counts: tuple[int, int]) -> None:
    part, (count, whole) = rules.part_of(*counts), counts
    if part is Part.SOME:
        assert count >= FEWEST and whole - count >= FEWEST
    assert (part is Part.ALL, part is Part.NONE) == (count == whole, count == 0)
    assert (part is Part.FEW) == (0 < count < FEWEST and count != whole)


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [
        (measured(10, 10), None, "first"),
        (measured(10, 10), measured(10, 11), "same"),
        (measured(16, 4), measured(10, 10), "more"),
        (measured(4, 16), measured(10, 10), "less"),
        (measured(10, 10, core=0), measured(10, 10), "no_core"),
        (measured(10, 10), measured(10, 10, core=0), "first"),
    ],
)
def test_how_it_opens(now: Activity, before: Activity | None, kind: str) -> None:
    assert rules.opening(told(now, before)) == kind


def test_times_that_were_counted_in_different_ways_are_not_compared() -> None:
    report = told(measured(16, 4), measured(10, 10), inferred=0.9, inferred_before=0.1)
    assert rules.opening(report) == "otherwise"
    assert rules.opening(replace(report, inferred_before=0.8)) == "more"


def test_a_change_that_rounds_to_nothing_is_said_to_be_none() -> None:
    """From 5.5 to 6.4 in ten both would be said as 6."""
    assert rules.opening(told(measured(64, 36), measured(56, 44))) == "same"


def month(number: int, share: float | None, inferred: float) -> MonthTold:
    return MonthTold(datetime(2026, number, 1, tzinfo=UTC), share, None, 20, None, inferred)


def test_months_stand_beside_those_that_were_counted_alike() -> None:
    trend = (month(1, 0.5, 0.0), month(2, 0.6, 1.0), month(3, None, 0.0), month(4, 0.7, 0.9), month(5, 0.8, 1.0))
    assert [each.share for each in rules.months_alike(told(measured(5, 5), trend=trend))] == [0.6, 0.7, 0.8]
    assert rules.months_alike(told(measured(5, 5))) == []


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_inferred_widens_how_far_a_share_could_be_off(one: float, other: float, inferred: float) -> None:
    found = replace(measured(10, 10), lateral_between=Interval(min(one, other), max(one, other)))
    low, high = rules.between(told(found, inferred=inferred)) or (1.0, 0.0)
    assert 0 <= low <= 1 - max(one, other) + 1e-9 and 1 >= high >= 1 - min(one, other) - 1e-9
    assert high - low <= abs(one - other) + 2 * rules.INFERRED_ERROR * inferred + 1e-9
