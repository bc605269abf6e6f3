"""What a report's pictures show of whom: nobody too many, and every group by its own name."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from bot.features.reports import pictures
from bot.features.reports.rules import Period, Report
from bot.words import Words
from knowledge.network import Asked, People, Ties, Whole, k_core, network_of
from knowledge.network.activity import activity
from knowledge.pictures.layout import MOST_PEOPLE
from knowledge.store.happened import Happened
from knowledge.store.network import Read

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(pairs: list[tuple[int, int]], people: int, practice: Whole, names: tuple[str, ...] = ()) -> Read:
    by, to = np.array(pairs, np.int32).T
    ties = Ties(by, to, np.zeros(len(pairs), np.int8), np.full(len(pairs), np.datetime64("2026-02-20", "s")))
    who = People(np.arange(people) < 2, practice, np.full(people, -1, np.int64))
    none: Any = np.zeros(0, np.int64)
    never = np.zeros(0, "datetime64[s]")
    here = np.ones(people, np.bool_)
    asked = Asked(none, none, never, never)
    return Read(np.arange(people), (), never, who, names, (), here, ~here, ties, asked, 1, 0)


def ring(people: int) -> list[tuple[int, int]]:
    return [(n, (n + 1) % people) for n in range(people)]


def test_of_many_people_the_densest_part_is_drawn() -> None:
    crowd = 600
    full = [(one, other) for one in range(30) for other in range(one)]
    shown = pictures.map_of(Words(), read([*ring(crowd), *full], crowd, np.full(crowd, -1, np.int64)))
    assert "only those are drawn who have ties with 3 or more of each other. 30 people" in shown.alternative_text


def test_where_the_densest_part_is_too_large_everybody_is_drawn_as_one_group() -> None:
    crowd = MOST_PEOPLE + 100
    assert not k_core(network_of(read(ring(crowd), crowd, np.full(crowd, -1)).ties, crowd), MOST_PEOPLE)[1].any()
    shown = pictures.map_of(Words(), read(ring(crowd), crowd, np.full(crowd, -1, np.int64)))
    assert f"{crowd} people" in shown.alternative_text and "too many people to draw each" in shown.alternative_text


@pytest.mark.parametrize("absent", [0, 1, 3])
def test_small_groups_together_are_never_called_by_another_s_name(absent: int) -> None:
    """Practices that nobody of this time is of have names, too."""
    practice = np.repeat([0, 1, 2, 3], [9, 8, 3, 3])
    names = ("nurse", "porter", "cook", "clerk", *(f"absent {n}" for n in range(absent)))
    every = [(one, other) for one in range(23) for other in range(23) if one != other]
    found = read(every, 23, practice, names)
    counts = dict.fromkeys(
        ("tips", "confirmations", "live", "stale", "questions", "answers", "meetups", "met", "wins"), 0
    )
    beside = Happened(**counts, minutes_met=0, levels={}, inwards=0)
    told = Report("Ward", Period(NOW, NOW), activity(found.people, found.ties, found.asked), None, beside)
    drawn = {each.name: each for each in pictures.drawn(Words(), told, found)}
    said = drawn["matrix.png"].alternative_text
    assert "nurse" in said and "porter" in said and "others" in said and "absent" not in said
