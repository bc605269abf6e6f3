"""What practice says of the tips that a search found: whom each worked for, and for whom it was not the answer. Pure.

A word counts more from somebody in a like practice or place, because what works on one ward may not in another. All of
it together moves a tip no further than two near ties are apart, so nobody can push one up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from knowledge.models import Outcome
from knowledge.tips import Known, Said

FARTHEST = 0.06
"""What a tip's score (0 to 1) is raised or lowered by, at most (ours: two near ties)."""

UNLIKE = 0.4
"""What a word counts from somebody whose practice and place are others, or unknown; from one like the asker it is 1."""

DOUBT = 3.0
"""Words that are imagined on neither side before anybody said anything: three people who agree move a tip halfway."""

SAME_NAME = 85.0
"""Likeness in percent from which two practices or places are one ("ward nurse", "Ward nurses"); ours, by looking."""

SAME_QUESTION = 85.0
"""Likeness in percent from which two questions are one, whatever the order of their words; ours, by looking."""

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: their member id, where they have one, and what they said of themself."""

    member: int | None = None
    practice: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Somebody asked something, was shown a tip, and said that it was not what they asked."""

    tip: int
    asker: int | None
    question: str


def ordered(
    found: Sequence[tuple[Known, float]], asker: Asker, question: str, not_asked: Sequence[NotAsked]
) -> list[tuple[Known, float]]:
    """Orders what a search found, best first, by its scores and by what practice says.

    What the asker themself said was not the answer to this question is left out; what others said so of, sinks.

    Args:
        found: tips with their scores, 0 to 1.
        asker: who asks.
        question: as it was asked.
        not_asked: what was said of these tips before, for any question.
    """
    same = [each for each in not_asked if _alike(each.question, question, SAME_QUESTION)]
    refused = {each.tip for each in same if asker.member is not None and each.asker == asker.member}
    moved = [
        (known, min(max(score + moved_by(known, asker, same), 0.0), 1.0))
        for known, score in found
        if known.id not in refused
    ]
    return sorted(moved, key=lambda pair: -pair[1])


def moved_by(known: Known, asker: Asker, not_asked: Sequence[NotAsked] = ()) -> float:
    """How far practice moves a tip's score: from -`FARTHEST` to `FARTHEST`, 0 where nobody said anything.

    Members count once each; authors do not speak for their own tips, nor anybody for themself.
    """
    spoken = [each for each in known.said if not known.is_by(each.member) and each.member != asker.member]
    good = sum(_weight(each, asker) for each in spoken if each.outcome is not Outcome.NOT_HERE)
    bad = sum(_weight(each, asker) for each in spoken if each.outcome is Outcome.NOT_HERE)
    bad += len({each.asker for each in not_asked if each.tip == known.id})
    return FARTHEST * (good - bad) / (good + bad + DOUBT)


def like_the_asker(known: Known, asker: Asker) -> list[Said]:
    """Those whom a tip worked for and who are in a practice or place like the asker's."""
    return [
        each
        for each in known.said
        if each.outcome is not Outcome.NOT_HERE and each.member != asker.member and shared(each, asker)
    ]


def shared(said: Said, asker: Asker) -> tuple[str, ...]:
    """The asker's practice and place, as far as somebody was in the same."""
    pairs = ((said.practice, asker.practice), (said.place, asker.place))
    return tuple(own for theirs, own in pairs if _alike(theirs, own, SAME_NAME))


def _weight(said: Said, asker: Asker) -> float:
    return 1.0 if shared(said, asker) else UNLIKE


def _alike(one: str, other: str, percent: float) -> bool:
    if not one or not other or _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    return fuzz.token_sort_ratio(one, other, processor=default_process, score_cutoff=percent) > 0
