"""How much goes on without the core group: lateral and core-mediated shares, and what would be left. Pure.

A lateral tie is between two members outside the core group; a core-mediated one has a core member at either end. It is
not that the one is good and the other bad: a community needs both.

Source: Aveling, Martin, Herbert & Armstrong, *Optimising the community-based approach to healthcare improvement*,
Social Science & Medicine 173, 2017: a community that ran through its core was effective at first and fragile later.
"""

from dataclasses import dataclass

import numpy as np

from knowledge.network.components import components
from knowledge.network.ties import Flags, Network, People, Whole


@dataclass(frozen=True, slots=True)
class Lateral:
    """How much of what goes on is lateral. What is not lateral is core-mediated, so the two shares add up to 1.

    Attributes:
        ties: ties in all, each as often as it was.
        lateral_ties: of them between two lateral members.
        pairs: pairs of members with a tie in either direction.
        lateral_pairs: of them both lateral.
    """

    ties: int
    lateral_ties: int
    pairs: int
    lateral_pairs: int

    @property
    def share_of_ties(self) -> float | None:
        """Lateral ties / ties, 0 to 1; None where there are none."""
        return self.lateral_ties / self.ties if self.ties else None

    @property
    def share_of_pairs(self) -> float | None:
        """Lateral pairs / pairs, 0 to 1; None where there are none. One lively pair does not move it."""
        return self.lateral_pairs / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a community without some of its members, in people.

    Attributes:
        members: how many are left, with ties or without.
        connected_before: of them, how many have a tie with anybody.
        connected: how many still have one with somebody who is left.
        largest_before: the largest number of them that hang together, those who go included as way but not counted.
        largest: the most who still hang together; 0 where nobody has a tie.
    """

    members: int
    connected_before: int
    connected: int
    largest_before: int
    largest: int

    @property
    def connected_share(self) -> float | None:
        """`connected` / `connected_before`, 0 to 1; None where nobody was connected."""
        return self.connected / self.connected_before if self.connected_before else None

    @property
    def largest_share(self) -> float | None:
        """`largest` / `connected_before`, 0 to 1; None where nobody was connected."""
        return self.largest / self.connected_before if self.connected_before else None


def lateral(network: Network, people: People) -> Lateral:
    """Counts lateral ties and pairs; see `Lateral` for what the shares are. Direction does not matter."""
    ours = is_lateral(network, people)
    ties = network.there + network.back
    return Lateral(int(ties.sum()), int(ties[ours].sum()), len(network), int(ours.sum()))


def is_lateral(network: Network, people: People) -> Flags:
    """Whether a pair is of two lateral members; shape (pairs,)."""
    ours: Flags = ~(people.is_core[network.one] | people.is_core[network.other])
    return ours


def without(network: Network, gone: Flags) -> Left:
    """What is left of the network where some members are away; `gone` is of shape (people,).

    A member is connected who has at least one tie, in either direction, with somebody who is there. Without the core:
    `without(network, people.is_core)`, and all ties that count are then lateral.
    """
    left = ~gone
    still = network.among(left)
    return Left(
        members=int(left.sum()),
        connected_before=int(((network.partners() > 0) & left).sum()),
        connected=int((still.partners() > 0).sum()),
        largest_before=_largest(network, left),
        largest=_largest(still, left),
    )


def _largest(network: Network, counted: Flags) -> int:
    tied = counted & (network.partners() > 0)
    sizes: Whole = np.bincount(components(network)[tied])
    return int(sizes.max(initial=0))


def busiest(network: Network, how_many: int) -> Flags:
    """The members with ties with most others; shape (people,). Of equals those with more ties, then the lower number.

    They are for `without` alone: what depends on a few people, whoever they are. Nobody is ranked by it.
    """
    ties = network.given() + network.received()
    order = np.lexsort((np.arange(network.people), -ties, -network.partners()))
    chosen = np.zeros(network.people, dtype=np.bool_)
    chosen[order[: min(how_many, int((network.partners() > 0).sum()))]] = True
    return chosen
