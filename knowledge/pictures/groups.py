"""Which practices or places a picture shows by themselves, so that no group under five stands out. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.network.ties import UNKNOWN, Whole
from knowledge.pictures.style import PALETTE, named

FEWEST = 5
"""How many people a group has that is shown by itself (product.md, section 5)."""

MOST = len(PALETTE)
"""How many groups are shown by themselves: as many as there are colours that everybody tells apart."""


@dataclass(frozen=True, slots=True)
class Groups:
    """People by the groups that are shown.

    Attributes:
        of: the number of each member's group, or `UNKNOWN` for all others; shape (people,).
        names: the names as they are drawn, by number, in alphabetical order.
        others: how many are in none; 0, or `FEWEST` or more where any group is shown.
    """

    of: Whole
    names: tuple[str, ...]

    @property
    def others(self) -> int:
        """How many people are in no group that is shown."""
        return int((self.of == UNKNOWN).sum())


def shown(codes: Whole, names: Sequence[str], apart: Collection[int] = ()) -> Groups:
    """Takes the largest groups, at most `MOST` and each of `FEWEST` people or more; all the rest are "other".

    Where the others are fewer than `FEWEST`, they would be a small group themselves, found by looking who is in none.
    Then some of the largest group are drawn with them, the last by number, so that there are `FEWEST`; where no group
    can spare so many, the smallest joins them whole.

    Args:
        codes: of practices or places, `UNKNOWN` where nobody said; shape (people,).
        names: of the codes.
        apart: members who are rather not drawn with others, since they are named.
    """
    sizes = np.bincount(codes[codes != UNKNOWN], minlength=len(names))
    largest = [each for each in np.lexsort((np.arange(len(names)), -sizes)) if sizes[each] >= FEWEST][:MOST]
    of = np.where(np.isin(codes, largest), codes, UNKNOWN)
    of = _filled(of, [int(each) for each in largest], apart)
    left = sorted((int(each) for each in np.unique(of[of != UNKNOWN])), key=lambda code: names[code])
    number = {code: place for place, code in enumerate(left)} | {UNKNOWN: UNKNOWN}
    return Groups(
        np.array([number[int(each)] for each in of], dtype=np.int64), tuple(named(names[each]) for each in left)
    )


def _filled(of: Whole, largest: Sequence[int], apart: Collection[int]) -> Whole:
    """The same with as many others as they must be, where there are some."""
    missing = FEWEST - int((of == UNKNOWN).sum())
    if not largest or not 0 < missing < FEWEST:
        return of
    members = np.flatnonzero(of == largest[0])
    if len(members) < FEWEST + missing:
        members = np.flatnonzero(of == largest[-1])
    else:
        members = np.array(sorted(members, key=lambda each: (each not in apart, each))[-missing:])
    of = of.copy()
    of[members] = UNKNOWN
    return of
