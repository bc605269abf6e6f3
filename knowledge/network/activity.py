"""What is measured of a period, all at once, and whom it may be shown of: no group of fewer than five people. Pure.

It takes the processor for a second where there are a hundred thousand people: whoever asks for it does so off the event
loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.network.answers import Answered, Asked, answered, unanswered_by_practice
from knowledge.network.chance import Beside
from knowledge.network.cohesion import Cohesion, Concentration, cohesion, concentration
from knowledge.network.mixing import external_internal
from knowledge.network.shares import Lateral, Left, busiest, lateral, without
from knowledge.network.ties import UNKNOWN, Flags, Network, People, Ties, Whole, network_of
from knowledge.network.uncertain import Interval, lateral_ratios, uncertain
from knowledge.network.voices import carriers, voices

FEWEST = 5
"""People of whom anything is shown, at least. Source: product.md, section 5."""

OTHERS = -1
"""The code that stands for all groups that are too small to be shown by themselves."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a practice or place is heard.

    Attributes:
        code: its code, or `OTHERS`.
        members: its people, `FEWEST` or more.
        share_of_members: 0 to 1, of those whose group is known.
        share_of_talk: 0 to 1, of what they all give.
    """

    code: int
    members: int
    share_of_members: float
    share_of_talk: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Questions of a practice, by its code: how many were asked, and how many of them nobody answered."""

    code: int
    asked: int
    open: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What is measured of a period.

    Attributes:
        people: who may be counted, core and lateral.
        core: of them the core group.
        tied: of them who have a tie.
        lateral: how much of it is lateral.
        lateral_between: where the lateral share of ties could lie; None where that cannot be told.
        without_core: what is left where the core group is away.
        without_busiest: what is left where as many of the busiest are away as the core has people.
        cohesion: how dense and mutual it is.
        concentration: on how few it rests.
        across_practices: the E-I index by practice, beside chance; None where fewer than two may be shown.
        across_places: the same by place.
        voices: practices, those of most people first; empty where they may not be shown.
        carriers: on how few people half of what goes between practices rests; None where nothing does.
        answers: what became of questions; `askers` put them.
        waiting: practices whose questions wait, those with the largest share first; no practice of fewer askers than
            `FEWEST`.
        newcomers: who came in this time, the core group left out; `newcomers_met`: of them whom somebody turned to.
    """

    people: int
    core: int
    tied: int
    lateral: Lateral
    lateral_between: Interval | None
    without_core: Left
    without_busiest: Left
    cohesion: Cohesion
    concentration: Concentration
    across_practices: Beside | None
    across_places: Beside | None
    voices: tuple[Voice, ...]
    carriers: int | None
    answers: Answered
    askers: int
    waiting: tuple[Waiting, ...]
    newcomers: int
    newcomers_met: int


def activity(
    people: People,
    ties: Ties,
    asked: Asked,
    *,
    is_new: Flags | None = None,
    sizes: Whole | None = None,
    seed: int = 1,
) -> Activity:
    """Measures a period.

    Args:
        people: everybody who may be counted.
        ties: of the period.
        asked: questions of the period.
        is_new: who came in it, shape (people,); nobody unless given.
        sizes: how many people each practice has as it is published, shape (practices,); as it is unless given.
        seed: of the draws for how far the lateral share could be otherwise.
    """
    network = network_of(ties, len(people))
    between = uncertain(network, people, lateral_ratios(network, people)[:1], seed=seed)[0] if len(network) else None
    given = network.given() + network.received()
    core = int(people.is_core.sum())
    new = ~people.is_core & (is_new if is_new is not None else False)
    return Activity(
        people=len(people),
        core=core,
        tied=int((network.partners() > 0).sum()),
        lateral=lateral(network, people),
        lateral_between=between,
        without_core=without(network, people.is_core),
        without_busiest=without(network, busiest(network, core)),
        cohesion=cohesion(network),
        concentration=concentration(given),
        across_practices=_across(network, people.practice),
        across_places=_across(network, people.place),
        voices=heard(network, people.practice, sizes),
        carriers=carriers(network, people.practice),
        answers=answered(asked, people),
        askers=len(np.unique(asked.asker[asked.asker >= 0])),
        waiting=tuple(_waiting(asked, people)),
        newcomers=int(new.sum()),
        newcomers_met=int((new & (network.received() > 0)).sum()),
    )


def large(groups: Whole) -> Whole:
    """The codes of groups with all whose people are too few put into one, `OTHERS` as the next code; shape (people,).

    Where these are too few together, the smallest of the large ones joins them.
    """
    known = groups != UNKNOWN
    merged = groups.copy()
    merged[known] = _together(np.bincount(groups[known]))[groups[known]]
    return merged


def _together(counts: Whole) -> Whole:
    """The code that each group is shown under, by how many people they have; shape (groups,)."""
    rest = np.flatnonzero((counts > 0) & (counts < FEWEST))
    kept = np.flatnonzero(counts >= FEWEST)
    while len(rest) and counts[rest].sum() < FEWEST and len(kept):
        smallest = kept[np.argmin(counts[kept])]
        rest, kept = np.append(rest, smallest), kept[kept != smallest]
    codes = np.arange(len(counts))
    codes[rest] = len(counts)
    return codes


def heard(network: Network, groups: Whole, sizes: Whole | None = None) -> tuple[Voice, ...]:
    """How much each group is heard, large ones by themselves and small ones together; none where fewer than two.

    `sizes` are the people of each group as they are published, shape (groups,), and they count for its share of the
    members; those that are there unless given.
    """
    counts = np.bincount(groups[groups != UNKNOWN])
    published = counts if sizes is None else sizes[: len(counts)]
    codes = _together(counts)
    merged = large(groups)
    found = voices(network, merged, len(counts) + 1)
    people = np.bincount(codes[counts > 0], published[counts > 0], minlength=len(counts) + 1).astype(np.int64)
    rows = [
        Voice(
            OTHERS if code == len(counts) else code,
            int(people[code]),
            float(people[code] / people.sum()),
            float(found.share_of_talk[code]),
        )
        for code in range(len(counts) + 1)
        if found.members[code] >= FEWEST and people[code] >= FEWEST
    ]
    return tuple(sorted(rows, key=lambda each: (-each.members, each.code))) if len(rows) > 1 else ()


def _waiting(asked: Asked, people: People) -> Iterator[Waiting]:
    count = int(people.practice.max(initial=-1)) + 1
    whole, open, askers = unanswered_by_practice(asked, people, count)
    shown = np.flatnonzero(askers >= FEWEST)
    for code in sorted(shown.tolist(), key=lambda each: (-open[each] / whole[each], each)):
        yield Waiting(code, int(whole[code]), int(open[code]))


def _across(network: Network, groups: Whole) -> Beside | None:
    merged = large(groups)
    known = merged[merged != UNKNOWN]
    if len(np.unique(known)) < 2 or np.bincount(known).max(initial=0) < FEWEST:
        return None
    return external_internal(network, merged)
