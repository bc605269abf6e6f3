"""Levels of participation: how near to the middle of the community somebody stands now, and who moved. Pure.

What counts is in how many weeks somebody took part at all, never how much they did in a week: nobody climbs by volume.
Searching, using and reacting count as much as writing, so who takes in quietly every week is no stranger. A level is
no mark: it is for counts of people, and nobody is ranked by it.

Source of the levels: Wenger, McDermott & Snyder, *Cultivating Communities of Practice*, 2002, chapter 3 (a core of 10
to 15 % of the people, an active group of 15 to 20 %, most at the edge and learning), and for the occasional between
them E. & B. Wenger-Trayner, *Levels of participation*, wenger-trayner.com. Source of the newcomers: Lave & Wenger,
*Situated Learning*, 1991. They name no numbers of weeks: those are ours. The shares are what they saw, and no aim here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

WEEK = timedelta(days=7)
"""Weeks are sevens of days that are counted back from the moment of looking, so each is whole."""

WEEKS = 12
"""How many weeks are looked at (ours: a quarter of a year, so that a holiday moves nobody)."""

FEWEST_WEEKS = 4
"""Weeks that somebody's are measured against, at least, however new they are (ours)."""

NEW_WEEKS = 8
"""Weeks for which somebody is new (ours: two months, in which the steps of a welcome have room)."""

ACTIVE_SHARE, ACTIVE_WEEKS = 0.5, 3
"""An active member takes part in this share (0 to 1) of the weeks, and in so many at least (ours)."""

OCCASIONAL_SHARE, OCCASIONAL_WEEKS = 0.25, 2
"""The same of an occasional one (ours: once a month or nearly so; a single week is no habit yet)."""


class Deed(StrEnum):
    """Something that a member did, of which only what, who and when is known.

    Attributes:
        SEARCHED: asked the bot something.
        ASKED: put a question to the community.
        ANSWERED: solved somebody's question.
        USED: said of a tip how it went.
        COMMENTED: added something under a tip.
        TOLD: a tip with their words was published.
        REPLIED: answered or mentioned somebody in a room.
        REACTED: put an emoji on what somebody wrote.
        MET: was at a meetup, and said so.
    """

    SEARCHED = "searched"
    ASKED = "asked"
    ANSWERED = "answered"
    USED = "used"
    COMMENTED = "commented"
    TOLD = "told"
    REPLIED = "replied"
    REACTED = "reacted"
    MET = "met"


LEARNING = frozenset({Deed.SEARCHED, Deed.USED, Deed.REACTED})
"""Deeds by which somebody takes in what others know. Source: Wenger, McDermott & Snyder, 2002, and Lave & Wenger, 1991:
who stands at the edge learns. To say how a tip went gives a little too, but it is a click and meant for the edge."""

GIVING = frozenset({Deed.ANSWERED, Deed.COMMENTED, Deed.TOLD, Deed.REPLIED, Deed.MET})
"""Deeds by which somebody gives others words of their own (ours). A question put to the community is in neither: it
asks for the time of others, who may learn from the answer. A reply may ask too, but what it says is not kept."""


class Level(StrEnum):
    """How near to the middle somebody stands, from the edge inwards.

    `PERIPHERAL` is not inactive: most people are, in a community that is well. Each level's rule is a function below.
    """

    NEWCOMER = "newcomer"
    PERIPHERAL = "peripheral"
    OCCASIONAL = "occasional"
    ACTIVE = "active"
    CORE = "core"


@dataclass(frozen=True, slots=True)
class Did:
    """That somebody did something: their member id, what, and when (aware UTC)."""

    member: int
    deed: Deed
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Whose level is asked for: their member id, when they came, whether they are of the core group, when they left."""

    member: int
    joined_at: datetime
    is_core: bool = False
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The part that somebody takes, which is all that their level depends on.

    Attributes:
        weeks: of the last `WEEKS`, in how many they did anything; 0 to `WEEKS`.
        of_weeks: how many these are measured against: the whole weeks they have been here, `FEWEST_WEEKS` to `WEEKS`.
        gave: whether anything they did in these weeks is of `GIVING`.
        is_new: whether they came less than `NEW_WEEKS` ago.
        is_core: whether they are of the core group.
    """

    weeks: int
    of_weeks: int
    gave: bool
    is_new: bool
    is_core: bool


def level_of(done: Sequence[Did], *, joined_at: datetime, is_core: bool, now: datetime) -> Level:
    """A member's level: the innermost one whose rule holds.

    Args:
        done: what this member did, in any order. What is older than `WEEKS` or later than `now` does not count. What is
            older than `joined_at` does, for the history of a chat may be older than the bot in it.
        joined_at: when they came.
        is_core: whether they are of the core group.
        now: the moment that is asked about.
    """
    part = part_taken(done, joined_at=joined_at, is_core=is_core, now=now)
    return next(level for level, holds in RULES if holds(part))


def part_taken(done: Sequence[Did], *, joined_at: datetime, is_core: bool, now: datetime) -> Part:
    """Sums up what a member did, week by week; the arguments are those of `level_of`."""
    counted = [each for each in done if timedelta() <= now - each.at < WEEKS * WEEK]
    return Part(
        weeks=len({(now - each.at) // WEEK for each in counted}),
        of_weeks=min(max((now - joined_at) // WEEK, FEWEST_WEEKS), WEEKS),
        gave=any(each.deed in GIVING for each in counted),
        is_new=now - joined_at < NEW_WEEKS * WEEK,
        is_core=is_core,
    )


def in_core(part: Part) -> bool:
    """Core: of the core group, which is chosen and not earned; what they did is not looked at.

    Source: Wenger, McDermott & Snyder, 2002 (the small group that leads the community). That it is chosen is ours.
    """
    return part.is_core


def is_active(part: Part) -> bool:
    """Active: takes part in at least half of the weeks, and gave others something at least once.

    Who is new and does so is active already: it is what one does that moves one inwards, not time.

    Source: Wenger, McDermott & Snyder, 2002 (there regularly, speaking now and then). Half and once are ours.
    """
    return part.gave and part.weeks >= _needed(part, ACTIVE_SHARE, ACTIVE_WEEKS)


def is_occasional(part: Part) -> bool:
    """Occasional: takes part in at least a quarter of the weeks; also who does so in every week and only takes in.

    Source: E. & B. Wenger-Trayner, *Levels of participation* (who comes when it concerns them). A quarter is ours.
    """
    return part.weeks >= _needed(part, OCCASIONAL_SHARE, OCCASIONAL_WEEKS)


def is_newcomer(part: Part) -> bool:
    """Newcomer: came less than `NEW_WEEKS` ago and is neither occasional nor active yet.

    Source: Lave & Wenger, 1991 (one begins at the edge, and moves inwards by taking part). The time is ours.
    """
    return part.is_new


def is_peripheral(part: Part) -> bool:
    """Peripheral: everybody else, who may well read, watch and learn where nobody counts it.

    Source: Wenger, McDermott & Snyder, 2002 (most people, and not as passive as they seem); Lave & Wenger, 1991 (to be
    at the edge is a legitimate way to take part).
    """
    return True


RULES: tuple[tuple[Level, Callable[[Part], bool]], ...] = (
    (Level.CORE, in_core),
    (Level.ACTIVE, is_active),
    (Level.OCCASIONAL, is_occasional),
    (Level.NEWCOMER, is_newcomer),
    (Level.PERIPHERAL, is_peripheral),
)
"""Which rule each level has, in the order in which they are asked; the last always holds."""


def moves(
    done: Iterable[Did], people: Iterable[Person], *, now: datetime, weeks: int = WEEKS
) -> dict[tuple[Level, Level], int]:
    """Counts who stands where, by where they stood before: (level then, level now) -> people, without names.

    Whoever came in between is counted from the level at which they came, so that a newcomer's way inwards is seen.
    Whoever left, or is not here yet, is left out. The core group is taken as it is now at both moments: who was of it
    before is not known. The numbers may be of one person: who shows them hides the small ones.

    Args:
        done: what all of them did in the last `weeks` + `WEEKS` weeks, in any order.
        people: whose levels are compared, each once.
        now: the later moment.
        weeks: how long before it the earlier one is; from `WEEKS` on, no week counts for both.
    """
    by_member: defaultdict[int, list[Did]] = defaultdict(list)
    for each in done:
        by_member[each.member].append(each)
    here = [each for each in people if each.joined_at <= now and (each.left_at is None or each.left_at > now)]
    return dict(Counter(_move(by_member[each.member], each, now - weeks * WEEK, now) for each in here))


def _move(done: Sequence[Did], person: Person, then: datetime, now: datetime) -> tuple[Level, Level]:
    before, after = (
        level_of(done, joined_at=person.joined_at, is_core=person.is_core, now=moment)
        for moment in (max(then, person.joined_at), now)
    )
    return before, after


def _needed(part: Part, share: float, at_least: int) -> int:
    return max(ceil(part.of_weeks * share), at_least)
