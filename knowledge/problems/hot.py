"""Which problems are hot: several people came upon the same lately. Pure.

A signal is something that shows a problem: an open question, a question that was answered badly, a member's word that a
tip did not hold where others say it does. One person who repeats themself is no hot problem, however often they do.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from knowledge.problems.likeness import Earlier, Placed, group, place
from knowledge.search.pieces import Encoded
from knowledge.tips import shorten

WITHIN = timedelta(weeks=2)
"""How new signals are that make a problem hot. Source: product.md, section 3 ("within two weeks")."""

FEWEST_SIGNALS = 3
"""Signals that make a problem hot. Source: product.md, section 3 ("several"); that these are three is ours."""

FEWEST_PEOPLE = 2
"""Different people whose signals they are, at least (ours: a problem that a meetup is for is shared)."""

COOLS_BY_HALF = timedelta(weeks=1)
"""After so long a signal heats half as much (ours)."""

SAID_AGAIN = 0.7
"""Likeness from which somebody's two signals are one that was said again. Source: ours, by looking; on the medical
question pairs 74 of 100 rewrites of a question are so alike (by words alone 23), and in the shops of HINT3 5 to 20 of
100 pairs about one subject."""

SHARED_EVIDENCE = 0.5
"""The share of the smaller evidence from which two problems are one that grew or cooled (ours)."""

LONGEST_LABEL = 100
"""Characters of a label: a line on a small screen, or two (ours)."""


class SignalSort(StrEnum):
    """What shows a problem.

    Attributes:
        OPEN: a question that was put to the community and is open.
        GAP: a question to the bot that was answered badly. Its words were not said to others.
        CONTRADICTION: a member's word on a tip that others contradict; its text is the tip's.
    """

    OPEN = "open"
    GAP = "gap"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that shows a problem.

    Attributes:
        key: what it is, as the store knows it ("question:12"); several members may have one on the same tip.
        text: the words by which it is compared.
        member: whose it is; None where that is not known, and counts as nobody.
        at: aware UTC.
        sort: what shows the problem.
    """

    key: str
    text: str
    member: int | None
    at: datetime
    sort: SignalSort = SignalSort.OPEN

    @property
    def is_public(self) -> bool:
        """Whether others have seen its words."""
        return self.sort is not SignalSort.GAP


@dataclass(frozen=True, slots=True)
class Problem:
    """What several signals are about.

    Attributes:
        label: the words of the signal nearest to the middle, shortened; of those that others have seen, if any is.
        is_public: whether others have seen these words; else they are one person's and want their yes first.
        signals: the evidence, newest first; also what is older than `WITHIN`.
        people: who came upon it, at any time.
        hotness: above 0, up to the number of signals; new ones count more, and one person's each less than the last.
    """

    label: str
    is_public: bool
    signals: tuple[Signal, ...]
    people: frozenset[int]
    hotness: float

    @property
    def evidence(self) -> frozenset[str]:
        """The keys of its signals, by which it is known again (`same_problem`)."""
        return frozenset(each.key for each in self.signals)


def group_signals(
    signals: Sequence[Signal], encoded: Sequence[Encoded] | None = None, earlier: Earlier | None = None
) -> list[list[int]]:
    """Groups signals by the problem that they are about, whatever order they come in.

    Args:
        signals: of the last weeks.
        encoded: what the encoder makes of the text of each, in the same order; None where there is none.
        earlier: other texts of the community, which say what is ordinary there.

    Returns:
        Their numbers, ascending within a group; groups by their first. Most are groups of one.
    """
    order = sorted(range(len(signals)), key=lambda number: _order(signals[number]))
    placed = _place(signals, encoded, earlier, order)
    return sorted(sorted(order[place] for place in places) for places in group(placed))


def hot_problems(
    signals: Sequence[Signal],
    now: datetime,
    *,
    encoded: Sequence[Encoded] | None = None,
    earlier: Earlier | None = None,
) -> list[Problem]:
    """Finds the problems on which at least two people gave at least three signals in the last two weeks.

    What somebody said again counts once.

    Args:
        signals: of the last weeks, in any order; older ones than two weeks heat nothing but are evidence, later ones
            than `now` are passed over.
        now: aware UTC.
        encoded: what the encoder makes of the text of each, in the same order; None where there is none.
        earlier: other texts of the community, which say what is ordinary there.

    Returns:
        The hot ones, hottest first.
    """
    order = [number for number, each in enumerate(signals) if each.at <= now]
    order.sort(key=lambda number: _order(signals[number]))
    placed = _place(signals, encoded, earlier, order)
    found = []
    for places in group(placed):
        mine = [signals[order[place]] for place in places]
        rows = placed.rows[places]
        counted = _counted(mine, rows, now)
        people = {each.member for each in counted if each.member is not None}
        if len(counted) >= FEWEST_SIGNALS and len(people) >= FEWEST_PEOPLE:
            found.append(_problem(mine, rows, _heat(counted, now)))
    return sorted(found, key=lambda each: (-each.hotness, each.label, sorted(each.evidence)))


def same_problem(evidence: Collection[str], earlier: Collection[str]) -> bool:
    """Whether a problem is one that was seen before and grew, cooled or was parted since.

    Args:
        evidence: keys of its signals.
        earlier: keys of the signals that the other one had.
    """
    smaller = min(len(set(evidence)), len(set(earlier)))
    return smaller > 0 and len(set(evidence) & set(earlier)) >= SHARED_EVIDENCE * smaller


def nearest(
    text: str, others: Sequence[str], encoded: Sequence[Encoded] | None = None, earlier: Earlier | None = None
) -> int | None:
    """Finds which of some problems a new one is about too, so that one may offer to merge them.

    Args:
        text: the new problem, as somebody wrote it.
        others: problems that are there already.
        encoded: what the encoder makes of `text` and then of each of `others`; None where there is none.
        earlier: other texts of the community, which say what is ordinary there.

    Returns:
        The number of the nearest of `others`; None where none is near enough.
    """
    if not others:
        return None
    placed = place([text, *others], encoded, earlier)
    likenesses = placed.rows[1:] @ placed.rows[0]
    best = int(likenesses.argmax())
    return best if likenesses[best] >= placed.same else None


def _order(signal: Signal) -> tuple[str, str, datetime, int, str]:
    """An order that does not depend on how signals came: rounding, and what is equally near, then fall out alike."""
    return signal.text, signal.key, signal.at, -1 if signal.member is None else signal.member, signal.sort


def _place(
    signals: Sequence[Signal], encoded: Sequence[Encoded] | None, earlier: Earlier | None, order: Sequence[int]
) -> Placed:
    ordered = None if encoded is None else [encoded[number] for number in order]
    return place([signals[number].text for number in order], ordered, earlier)


def _counted(signals: Sequence[Signal], rows: np.ndarray, now: datetime) -> list[Signal]:
    """The new signals of a group, newest first, without what the same person said again; nobody is one person."""
    alike = rows @ rows.T >= SAID_AGAIN
    kept: list[int] = []
    for one in sorted(range(len(signals)), key=lambda number: signals[number].at, reverse=True):
        mine = signals[one]
        before = [other for other in kept if signals[other].member == mine.member]
        said = any(alike[one, other] or signals[other].key == mine.key for other in before)
        if now - mine.at < WITHIN and not said:
            kept.append(one)
    return [signals[number] for number in kept]


def _heat(counted: Sequence[Signal], now: datetime) -> float:
    """Sums what signals count for, newest first: half as much each week, the nth of one person the nth part."""
    heat, times = 0.0, defaultdict[int | None, int](int)
    for each in counted:
        times[each.member] += 1
        heat += 0.5 ** ((now - each.at) / COOLS_BY_HALF) / times[each.member]
    return heat


def _problem(signals: Sequence[Signal], rows: np.ndarray, heat: float) -> Problem:
    near = rows @ rows.mean(axis=0)
    best = max(range(len(signals)), key=lambda number: (signals[number].is_public, near[number]))
    return Problem(
        label=shorten(" ".join(signals[best].text.split()), LONGEST_LABEL),
        is_public=signals[best].is_public,
        signals=tuple(sorted(signals, key=lambda each: each.at, reverse=True)),
        people=frozenset(each.member for each in signals if each.member is not None),
        hotness=heat,
    )
