"""Which numbers of newcomers may be shown, and how. Pure.

No count of fewer than five people is shown, nor one that leaves fewer than five others. Source: product.md, section 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from knowledge.models import Step
from knowledge.participation import Level
from knowledge.store.first_words import FirstAnswer
from knowledge.store.newcomers import StepCount

FEWEST = 5
"""People of whom a number is shown, at least."""

LOOKED_BACK = timedelta(weeks=13)
"""What is counted: the last quarter."""


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
