"""Which numbers of newcomers may be shown, and how. Pure.

No count of fewer than five people is shown, nor one that leaves fewer than five others. Source: product.md, section 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from knowledge.models import Step
from knowledge.participation import Level
from knowledge.store.first_words import FirstAnswer
from knowledge.store.newcomers import StepCount

FEWEST = 5
"""People of whom a number is shown, at least."""

LOOKED_BACK = timedelta(weeks=13)
"""What is counted: the last quarter."""


ALONE_AFTER = timedelta(hours=20)
"""First words without an answer are shown from so long on: before that a peer may still come by."""


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
        half_within: how long the luckier half waited for a first answer; None where too few got one.
        lateral: how many of these answers came from outside the core group; None where too few got one.
        inwards: how many members, new or not, take more part than before; None where too few do.
    """

    came: int
    taken: Mapping[Step, Share]
    half_within: timedelta | None = None
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
    enough = len(answers) >= FEWEST
    return Numbers(
        came=came,
        taken={step: Share(count.taken, came) for step, count in steps.items()},
        half_within=timedelta(seconds=median(each.waited.total_seconds() for each in answers)) if enough else None,
        lateral=Share(sum(each.is_lateral for each in answers), len(answers)) if enough else None,
        inwards=inwards if inwards >= FEWEST else None,
    )
