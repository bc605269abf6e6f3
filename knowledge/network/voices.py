"""Who is heard: each practice's or place's share of the talk against its share of the members; who ties groups. Pure.

Counts of people come with every figure: who shows them lets `small_groups` take out what is of fewer than five.
"""

from dataclasses import dataclass

import numpy as np

from knowledge.network.components import Holding, holding
from knowledge.network.ties import UNKNOWN, Counted, Flags, Floats, Network, Whole, summed


@dataclass(frozen=True, slots=True)
class Voices:
    """How much each group talks and is addressed; each of shape (groups,), by code.

    Attributes:
        members: people of the group.
        talkers: of them those who acted towards somebody.
        addressed: of them those whom somebody acted towards.
        given: ties that they gave.
        received: ties that they received.
    """

    members: Whole
    talkers: Whole
    addressed: Whole
    given: Floats
    received: Floats

    @property
    def share_of_members(self) -> Floats:
        """Each group's share of the people whose group is known, 0 to 1."""
        return _shares(self.members.astype(np.float64))

    @property
    def share_of_talk(self) -> Floats:
        """Each group's share of what is given, 0 to 1; all 0 where nobody acted."""
        return _shares(self.given)

    @property
    def share_of_replies(self) -> Floats:
        """Each group's share of what is received, 0 to 1; all 0 where nobody acted."""
        return _shares(self.received)


@dataclass(frozen=True, slots=True)
class Connectors:
    """Who ties groups that else have few ties; each of shape (people,). For a private question, never for a ranking.

    Attributes:
        carried: of all ties between their group and another, the share that is theirs, summed over the other groups;
            0 to groups - 1. 1 says: all ties that their group has with one other are theirs, or half with two.
        spread: how evenly their ties go to all groups (the participation coefficient), 0 (one group) to below 1.
        is_holding: whether others would be cut off without them.
        cut_off: how many would.
    """

    carried: Floats
    spread: Floats
    is_holding: Flags
    cut_off: Whole


def voices(network: Network, groups: Whole, count: int, counted: Counted = Counted.TIES) -> Voices:
    """Counts talk by group, for `count` groups with codes from 0; whose group is not known is left out.

    Source of the question: Aveling, Martin, Armstrong, Banerjee & Dixon-Woods, J Health Organ Manag 26(2), 2012, lesson
    4: some practices are easily not heard even where people mean well.
    """
    known = groups != UNKNOWN
    codes, given, received = groups[known], network.given(counted)[known], network.received(counted)[known]
    return Voices(
        members=np.bincount(codes, minlength=count),
        talkers=np.bincount(codes[given > 0], minlength=count),
        addressed=np.bincount(codes[received > 0], minlength=count),
        given=summed(codes, given, count),
        received=summed(codes, received, count),
    )


def connectors(network: Network, groups: Whole, count: int, held: Holding | None = None) -> Connectors:
    """Finds who ties groups, for `count` groups with codes from 0. Pairs are counted, in whatever direction. O(pairs).

    Betweenness asks for all shortest paths, people × pairs steps (Brandes, 2001), too many for a report. `carried` asks
    only what would be missing between two groups if somebody went: 1 / (pairs between the two groups), summed over each
    of one's pairs with another group (ours). `spread` is 1 - sum over groups g of
    (partners in g / partners)²; whose group is not known counts for neither. Hand in `holding(network)` where it is
    known already, as for a second way of grouping.

    Source: Guimerà & Amaral, *Functional cartography of complex metabolic networks*, Nature 433, 2005 (spread); Tarjan
    and Vishkin (see `components.holding`).
    """
    known = network.among(groups != UNKNOWN)
    one, other = groups[known.one].astype(np.int64), groups[known.other].astype(np.int64)
    kinds = np.minimum(one, other) * count + np.maximum(one, other)
    each = np.where(one != other, 1 / np.bincount(kinds, minlength=1)[kinds], 0.0)
    carried = summed(known.one, each, network.people) + summed(known.other, each, network.people)
    held = held or holding(network)
    return Connectors(carried, _spread(known, one, other, count), held.is_holding, held.cut_off)


def carriers(network: Network, groups: Whole) -> int | None:
    """On how few people half of what goes between groups rests: those with most partners in other groups, together.

    Pairs are counted, in whatever direction; None where none goes between groups. O(pairs log pairs). Ours.
    """
    across = network.among(groups != UNKNOWN)
    is_across = groups[across.one] != groups[across.other]
    one, other = across.one[is_across], across.other[is_across]
    if not len(one):
        return None
    partners = np.bincount(one, minlength=network.people) + np.bincount(other, minlength=network.people)
    rank = np.empty(network.people, np.int64)
    rank[np.argsort(-partners, kind="stable")] = np.arange(network.people)
    first = np.sort(np.minimum(rank[one], rank[other]))
    return int(first[(len(first) - 1) // 2]) + 1


def _spread(known: Network, one: Whole, other: Whole, count: int) -> Floats:
    """The participation coefficient of each member; 0 where they have no partner."""
    keys = np.concatenate([known.one.astype(np.int64) * count + other, known.other.astype(np.int64) * count + one])
    cells, partners = np.unique(keys, return_counts=True)
    squares = summed(cells // max(count, 1), partners.astype(np.float64) ** 2, known.people)
    total = known.partners().astype(np.float64)
    shares = np.divide(squares, total**2, out=np.ones(known.people), where=total > 0)
    spread: Floats = 1 - shares
    return spread


def _shares(parts: Floats) -> Floats:
    shares: Floats = parts / (float(parts.sum()) or 1.0)
    return shares
