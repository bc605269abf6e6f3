"""How dense and how mutual ties are, and on how few people they rest. Pure.

Source: Wasserman & Faust, *Social Network Analysis*, 1994, 4.3 (density), 13.1 and 13.2 (mutual dyads). Why it matters:
dense, reciprocal ties make informal norms work (Aveling, Martin, Armstrong, Banerjee & Dixon-Woods, 2012).
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from knowledge.network.ties import Counted, Floats, Network

BUSIEST_SHARE = 0.1
"""The share of the people whose part of the activity is shown (ours: about as many as a core group)."""


@dataclass(frozen=True, slots=True)
class Cohesion:
    """How dense and mutual a network is, who acted towards whom counted once however often.

    Attributes:
        people: members, with ties or without.
        directed: who acted towards whom: ordered pairs.
        pairs: pairs of members with a tie in either direction.
        mutual: of them those with one in both.
    """

    people: int
    directed: int
    pairs: int
    mutual: int

    @property
    def density(self) -> float | None:
        """Directed / (people × (people - 1)), 0 to 1; None for fewer than two people."""
        return self.directed / (self.people * (self.people - 1)) if self.people > 1 else None

    @property
    def returned(self) -> float | None:
        """The share of directed ties that are returned, 2 × mutual / directed, 0 to 1; None without ties.

        This is what is called reciprocity most often (networkx, igraph). It is higher than `mutual_share`.
        """
        return 2 * self.mutual / self.directed if self.directed else None

    @property
    def mutual_share(self) -> float | None:
        """The share of pairs with a tie that have one in both directions, 0 to 1; None without ties."""
        return self.mutual / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class Concentration:
    """On how few people an activity rests.

    Attributes:
        people: whom it is shared among.
        gini: 0 where all do as much, (people - 1) / people where one does all; None where nobody did anything.
        busiest: how many people the busiest `BUSIEST_SHARE` are, rounded up.
        busiest_share: their share of it, 0 to 1; None where nobody did anything.
    """

    people: int
    gini: float | None
    busiest: int
    busiest_share: float | None


def cohesion(network: Network) -> Cohesion:
    """Counts what density and reciprocity are made of; directed."""
    there, back = network.weights(Counted.DIRECTED)
    return Cohesion(
        people=network.people,
        directed=int(there.sum(dtype=np.int64) + back.sum(dtype=np.int64)),
        pairs=len(network),
        mutual=int((there & back).sum(dtype=np.int64)),
    )


def concentration(activity: Floats) -> Concentration:
    """On how few an activity rests, such as `network.given()`; 0 or more for each, shape (people,), zeros included.

    Gini = sum of (2 i - n - 1) x_i / (n sum of x), x ascending, i from 1 to n, without a correction for small n.

    Source: Gini, *Variabilità e mutabilità*, 1912, in the form of Sen, *On Economic Inequality*, 1973.
    """
    ordered = np.sort(np.asarray(activity, dtype=np.float64))
    people, total = len(ordered), float(ordered.sum())
    few = ceil(BUSIEST_SHARE * people)
    if not total:
        return Concentration(people, None, few, None)
    places = 2.0 * np.arange(1, people + 1) - people - 1
    return Concentration(people, float(places @ ordered) / (people * total), few, float(ordered[-few:].sum()) / total)
