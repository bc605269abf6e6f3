"""How long questions wait for their first answer, and who gives it. Pure; rows are handed in."""

from dataclasses import dataclass

import numpy as np

from knowledge.network.ties import UNKNOWN, Flags, Floats, Moments, People, Whole

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions; each of shape (questions,).

    Attributes:
        asker: who asked, 0 to people - 1, or -1 where nobody is known.
        answerer: who answered first, or -1 where nobody did or is known.
        at: when it was asked, in UTC.
        answered_at: when it was first answered, in UTC; NaT where it was not.

    Raises:
        ValueError: if the shapes differ.
    """

    asker: Whole
    answerer: Whole
    at: Moments
    answered_at: Moments

    def __post_init__(self) -> None:
        if not len(self.asker) == len(self.answerer) == len(self.at) == len(self.answered_at):
            raise ValueError("questions are not as many in each")

    def only(self, chosen: Flags) -> "Asked":
        """Some of them; flags of shape (questions,)."""
        return Asked(self.asker[chosen], self.answerer[chosen], self.at[chosen], self.answered_at[chosen])


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of questions, in questions.

    Attributes:
        asked: all of them.
        answered: those that were answered, by whomever.
        by_lateral: of them those that a lateral member answered first; nobody's without the core would be the rest.
        by_core: those that the core group answered first.
        by_same_practice: those first answered by somebody of the asker's practice, both known.
        by_other_practice: by somebody of another, both known.
        median_hours: the time until half of all asked were answered, those that never were waiting for ever, in hours;
            None where half were not. That of the answered alone would look better the more are left waiting.
        within_day: answered within 24 hours.
    """

    asked: int
    answered: int
    by_lateral: int
    by_core: int
    by_same_practice: int
    by_other_practice: int
    median_hours: float | None
    within_day: int

    @property
    def lateral_share(self) -> float | None:
        """Of the questions whose first answerer is known, the share that a lateral member answered, 0 to 1."""
        known = self.by_lateral + self.by_core
        return self.by_lateral / known if known else None


def answered(questions: Asked, people: People) -> Answered:
    """Counts who answered first and how soon; that an answer is one, and is later, is for others to see to."""
    is_answered = ~np.isnat(questions.answered_at)
    known = is_answered & (questions.answerer >= 0)
    is_core = np.zeros(len(known), dtype=np.bool_)
    is_core[known] = people.is_core[questions.answerer[known]]
    asks, answers = _practice(questions.asker, people), _practice(questions.answerer, people)
    both = known & (asks != UNKNOWN) & (answers != UNKNOWN)
    hours = waited_hours(questions)
    return Answered(
        asked=len(known),
        answered=int(is_answered.sum()),
        by_lateral=int((known & ~is_core).sum()),
        by_core=int(is_core.sum()),
        by_same_practice=int((both & (asks == answers)).sum()),
        by_other_practice=int((both & (asks != answers)).sum()),
        median_hours=_median(hours),
        within_day=int((hours <= 24).sum()),
    )


def waited_hours(questions: Asked) -> Floats:
    """How long each waited for its first answer, in hours; infinite where none came. Shape (questions,)."""
    seconds = (questions.answered_at - questions.at).astype("timedelta64[s]")
    hours: Floats = np.where(np.isnat(seconds), np.inf, seconds.astype(np.float64) / SECONDS_PER_HOUR)
    return hours


def unanswered_by_practice(questions: Asked, people: People, count: int) -> tuple[Whole, Whole, Whole]:
    """By the asker's practice, for `count` practices: questions asked, those never answered, and people who asked.

    Each of shape (count,). Whose practice is not known is left out.
    """
    practice = _practice(questions.asker, people)
    known = practice != UNKNOWN
    open = known & np.isnat(questions.answered_at)
    askers = np.unique(questions.asker[known])
    return (
        np.bincount(practice[known], minlength=count),
        np.bincount(practice[open], minlength=count),
        np.bincount(people.practice[askers], minlength=count),
    )


def _practice(members: Whole, people: People) -> Whole:
    codes: Whole = np.full(len(members), UNKNOWN, dtype=np.int64)
    codes[members >= 0] = people.practice[members[members >= 0]]
    return codes


def _median(hours: Floats) -> float | None:
    """The lower median, so that it is a time that somebody waited."""
    if not len(hours):
        return None
    middle = float(np.sort(hours)[(len(hours) - 1) // 2])
    return middle if np.isfinite(middle) else None
