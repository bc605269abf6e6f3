"""Those who may sit at one table, and the words for why somebody does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]
"""Two member ids, in either order."""

FEWEST, ABOUT, MOST = 4, 5, 8
"""People at a table. Source: product, Meetups (4 to 8); about five is ours: everybody gets to speak."""

FACES_WEEKS = 12.0
"""Nobody meets the same face again within so many weeks. Source: S'Up's default, slack-sup, models/team.rb."""


class Reason(StrEnum):
    """Why somebody sits at a table, or is invited to one, in a word that the texts know; it is true of them.

    Attributes:
        AWAY_LONG: was at no meeting for `FACES_WEEKS` or more; at an open table, nobody there for as long.
        OTHER_PLACE: is of another place than some here to whom they have no tie; invited: than anybody before them.
        OTHER_PRACTICE: the same of their practice.
        UNTIED: has no tie to somebody here; invited: to the host.
        COMPANY: none of these; a table needs its people.
        TOUCHED: touched the problem that the table is about.
        FEW_TIES: has fewer ties than half of those who could be invited.
    """

    AWAY_LONG = "away_long"
    OTHER_PLACE = "other_place"
    OTHER_PRACTICE = "other_practice"
    UNTIED = "untied"
    COMPANY = "company"
    TOUCHED = "touched"
    FEW_TIES = "few_ties"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes.

    Attributes:
        id: their member id.
        practice: their practice, empty where it is not known; two are one where they are spelt alike.
        place: the same of their place.
        is_core: whether they are of the core group.
        absent_weeks: weeks since they were last at a meeting, 0 or more; None where they never were.
    """

    id: int
    practice: str = ""
    place: str = ""
    is_core: bool = False
    absent_weeks: float | None = None

    @property
    def away(self) -> float:
        """How long they have been away: 0 (last met this week) to 1 (`FACES_WEEKS` or more, or never)."""
        return 1.0 if self.absent_weeks is None else min(self.absent_weeks / FACES_WEEKS, 1.0)


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits together, by member id in ascending order, and why each of them does."""

    people: tuple[int, ...]
    reasons: Mapping[int, Reason] = field(default_factory=dict)


def differ(one: str, other: str) -> bool:
    """Whether two practices or places are known and not the same."""
    return bool(one and other and one != other)
