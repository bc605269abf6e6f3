"""What needs a look, how much of it a message shows, and which numbers of newcomers may be shown. Pure.

No count of fewer than five people is shown, nor one that leaves fewer than five others. Source: product.md, section 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adapters.port.limits import SECTIONS_WITH_BUTTONS
from knowledge.models import Step
from knowledge.participation import Level
from knowledge.store.confirmations import Doubted
from knowledge.store.consents import LAPSE_AFTER_DAYS
from knowledge.store.first_words import FirstAnswer
from knowledge.store.newcomers import StepCount

FEWEST = 5
"""People of whom a number is shown, at least."""

LOOKED_BACK = timedelta(weeks=13)
"""What is counted: the last quarter."""


UNANSWERED_AFTER = timedelta(days=3)
"""A question needs a look when nobody was asked it for so long (ours): people work in shifts."""

SILENT_AFTER = timedelta(days=1)
"""A draft needs a look so long after its author was asked again (ours): they answer, or do not, on the same day."""

FAILED_OFTEN = 2
"""A tip needs a look when it did not work for so many, and worked for nobody (ours)."""

MOST_OF_A_SORT = 20
"""Of each sort, so many are looked at: settling these makes room for the others (ours)."""

ASKED_AT_MOST = 3
"""Nobody is asked about the same draft more often: twice by the bot, once more by a coordinator (ours)."""


class Doubt(StrEnum):
    """Why a tip needs a look: it works for nobody, only at some places, or nobody checked it for long."""

    FAILED = "failed"
    DIFFERS = "differs"
    OLD = "old"


def is_unanswered(posted_at: datetime | None, told_at: Sequence[datetime], now: datetime) -> bool:
    """Whether an open question needs a look: it was put, and peers were last told of it, days ago.

    Args:
        posted_at: when it was put to the community.
        told_at: when peers were told of it.
        now: aware UTC.
    """
    if posted_at is None:
        return False
    return max([posted_at, *told_at]) <= now - UNANSWERED_AFTER


def is_silent(reminded_at: datetime, now: datetime) -> bool:
    """Whether an author who was asked twice needs a look: they had time to answer, and it is not let go yet."""
    return now - timedelta(days=LAPSE_AFTER_DAYS) < reminded_at <= now - SILENT_AFTER


def doubt_of(tip: Doubted, held_at: datetime | None) -> Doubt | None:
    """Says why a tip that failed somebody needs a look; None where it does not.

    It does not where a coordinator said that it holds (`held_at`), or somebody changed it, since it last failed.
    """
    if held_at is not None and tip.failed_at <= held_at:
        return None
    if tip.changed_at is not None and tip.failed_at < tip.changed_at:
        return None
    if tip.worked:
        return Doubt.DIFFERS
    return Doubt.FAILED if tip.failed >= FAILED_OFTEN else None


def shown_of(count: int, start: int, *, is_undo: bool, is_foot: bool) -> range:
    """Chooses which items a message shows: as many as buttons leave room for, from `start` on or the last ones.

    Args:
        count: how many items there are.
        start: the first to show; 0 is the first of all.
        is_undo: whether something was done just now, which takes one section with buttons.
        is_foot: whether there is a last section with buttons whatever is shown.
    """
    free = SECTIONS_WITH_BUTTONS - is_undo - is_foot
    start = start if start < count else max(count - free, 0)
    if not is_foot and count - start > free:
        free -= 1
    return range(start, min(start + free, count))


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and how that is shown: `few` and `nearly_all` in words, `some` as a number."""

    count: int
    of: int

    @property
    def how(self) -> str:
        """How it is shown."""
        if self.count < FEWEST:
            return "few"
        return "nearly_all" if self.of - self.count < FEWEST else "some"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How newcomers of the last quarter fared.

    Attributes:
        came: how many came.
        taken: how many of these took each step.
        half_within: how long the luckier half of those who wrote waited for an answer; None where fewer than half got
            one, or too few wrote.
        unanswered: how many wrote and got none within a day; None where these are too few to show.
        lateral: how many of the first answers came from outside the core group; None where too few are known.
        inwards: how many members, new or not, take more part than before; None where too few do.
    """

    came: int
    taken: Mapping[Step, Share]
    half_within: timedelta | None = None
    unanswered: Share | None = None
    lateral: Share | None = None
    inwards: int | None = None


def numbers(
    came: int,
    steps: Mapping[Step, StepCount],
    answers: Sequence[FirstAnswer],
    moves: Mapping[tuple[Level, Level], int],
) -> Numbers | None:
    """Sums up how newcomers fared; None where fewer than five came.

    Args:
        came: how many came.
        steps: how many of these took each step.
        answers: the first answers that newcomers got.
        moves: how many members stood at which level then and stand at which now. To be new no longer is no move.
    """
    if came < FEWEST:
        return None
    order = list(Level)
    nearer = (Level.OCCASIONAL, Level.ACTIVE)
    inwards = sum(
        count for (then, now), count in moves.items() if now in nearer and order.index(now) > order.index(then)
    )
    waits = sorted((each.waited for each in answers), key=lambda each: (each is None, each or timedelta()))
    lateral = [each.is_lateral for each in answers if each.is_lateral is not None]
    unanswered = sum(each is None or each > timedelta(days=1) for each in waits)
    return Numbers(
        came=came,
        taken={step: Share(count.taken, came) for step, count in steps.items()},
        half_within=waits[(len(waits) - 1) // 2] if len(waits) >= FEWEST else None,
        unanswered=Share(unanswered, len(waits)) if unanswered >= FEWEST else None,
        lateral=Share(sum(lateral), len(lateral)) if len(lateral) >= FEWEST else None,
        inwards=inwards if inwards >= FEWEST else None,
    )
