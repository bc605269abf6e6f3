"""Six months of an open table on a real network, with one way of making up tables: what it brings, in expectation.

A round is a week. `COME` of the people come, drawn anew each round; two without a tie who sit together get one with
`TIE_CHANCE`. Who comes, and in which rounds a meeting of two would make a tie, is drawn by the seed and is the same for
every way. A round counts as `TIE_CHANCE` for each untied pair at a table, so the luck of making ties is in no figure;
the ties that the next round knows are those drawn.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np

from bench.results import Missing
from knowledge.matching import EVEN, FACES_WEEKS, Guest, Pair, Seating, Weights, seat, table_sizes

NETWORKS = Path(__file__).parents[2] / "shared" / "data" / "networks"
NAMES = ("lazega-advice", "lazega-cowork", "lazega-friends", "krackhardt-advice", "krackhardt-friends")

ROUNDS, EARLY = 26, 6
"""Rounds in all, and those in which it counts whether who has few ties was reached."""

COME, TIE_CHANCE = 0.4, 0.3
CORE_SHARE, LOWEST_SHARE = 0.12, 0.15
"""Shares of all who are the core, and of those outside it who have fewest ties."""

Tables: TypeAlias = list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Network:
    """People, who has a tie to whom in either direction, and whose tie would be lateral, and across.

    Attributes:
        people: by number, with their practice (Krackhardt: department) and place (Lazega: office).
        tied: shape (people, people), symmetric, as the next two.
        lateral: whether both are outside the core.
        across: whether practice or place differs.
    """

    people: tuple[Guest, ...]
    tied: np.ndarray
    lateral: np.ndarray
    across: np.ndarray


@dataclass(frozen=True, slots=True)
class Round:
    """What is known when tables are made up: who came, the ties, and how many weeks ago pairs met."""

    guests: list[Guest]
    ties: list[Pair]
    met: dict[Pair, float]


Way: TypeAlias = Callable[[Round, Random], Tables]


def at_random(known: Round, chance: Random) -> Tables:
    """Shuffles and cuts, as coffee bots do."""
    order = chance.sample([each.id for each in known.guests], len(known.guests))
    return _cut(order, table_sizes(len(order)))


def without_repeats(known: Round, chance: Random) -> Tables:
    """Looks at nothing but who met within twelve rounds; of all tables with as few repeats as can be, any."""
    return [each.people for each in _blind(known, chance).tables]


def ours(weights: Weights = EVEN) -> Way:
    """As the bot does, with these weights."""
    return lambda known, chance: [
        each.people for each in seat(known.guests, known.ties, known.met, chance=chance, weights=weights).tables
    ]


def may_repeat(known: Round, chance: Random) -> Tables:
    """As the bot does, without knowing who met: what the rule costs."""
    return ours()(replace(known, met={}), chance)


def read_network(name: str) -> Network:
    """Reads a network; the core are the `CORE_SHARE` whom most others name, of equals the lower numbers.

    Raises:
        Missing: if it is not there.
    """
    folder = NETWORKS / name
    if not folder.is_dir():
        raise Missing(f"There is no {folder.name} in {folder.parent}.")
    nodes = _rows(folder / "nodes.tsv")
    numbers = {row["id"]: number for number, row in enumerate(nodes)}
    named = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for row in _rows(folder / "edges.tsv"):
        named[numbers[row["from"]], numbers[row["to"]]] = row["from"] != row["to"]
    core = np.argsort(-named.sum(axis=0), kind="stable")[: round(CORE_SHARE * len(nodes))].tolist()
    people = tuple(
        Guest(number, row.get("practice") or row["dept"], row.get("office", ""), number in core)
        for number, row in enumerate(nodes)
    )
    return network_of(people, named | named.T)


def network_of(people: Sequence[Guest], tied: np.ndarray) -> Network:
    """A network of these people and ties."""
    edge = np.array([not each.is_core for each in people])
    names = [(each.practice, each.place) for each in people]
    across = np.array([[one != other for other in names] for one in names])
    return Network(tuple(people), tied, np.outer(edge, edge) & ~np.eye(len(edge), dtype=bool), across)


def played(network: Network, way: Way, seed: int) -> dict[str, float]:
    """Plays all rounds; gives what they brought, by name."""
    chance, count = Random(seed), len(network.people)  # noqa: S311
    tied, last_met, last_came = network.tied.copy(), np.full((count, count), -np.inf), np.full(count, -np.inf)
    brought = _Brought(network)
    for number, came, makes_tie in drawn(count, seed):
        weeks = number - last_met
        guests = [replace(network.people[one], absent_weeks=_or_none(number - last_came[one])) for one in came]
        known = Round(guests, _pairs(tied), {pair: float(weeks[pair]) for pair in _pairs(weeks < FACES_WEEKS)})
        tables = way(known, chance)
        together = _together(tables, count)
        brought.add(together, tied, is_early=number < EARLY)
        again = len(_pairs(together & (weeks < FACES_WEEKS)))
        brought.add_repeats(again, max(again - _fewest(known), 0) if again else 0)
        tied |= together & makes_tie
        last_met[together] = number
        last_came[came] = number
    return brought.summed()


def drawn(count: int, seed: int) -> list[tuple[int, list[int], np.ndarray]]:
    """By round: its number, who comes (ascending), and whether a meeting of each two would make a tie (symmetric)."""
    draws, rounds = np.random.default_rng(seed), []
    for number in range(ROUNDS):
        came = sorted(draws.choice(count, round(COME * count), replace=False).tolist())
        makes_tie = np.triu(draws.random((count, count)) < TIE_CHANCE, 1)
        rounds.append((number, came, makes_tie | makes_tie.T))
    return rounds


def bound(network: Network, seed: int) -> float:
    """New lateral ties across that no way of making up tables can exceed in expectation, even if faces may repeat.

    The lower of two: a pair that came together in k rounds gets a tie with 1 - .7^k at most; and a round brings at most
    `TIE_CHANCE` for each pair that may sit together, where each sits with as many as the largest table has others.
    """
    wanted = network.lateral & network.across & ~network.tied
    times, seats = np.zeros(wanted.shape), 0.0
    for _, came, _ in drawn(len(network.people), seed):
        here = np.zeros(len(network.people), dtype=bool)
        here[came] = True
        times += np.outer(here, here)
        most = max(table_sizes(len(came))) - 1
        seats += float(np.minimum((wanted & np.outer(here, here)).sum(axis=1), most).sum()) / 2
    return min(float((wanted * (1 - (1 - TIE_CHANCE) ** times)).sum()) / 2, TIE_CHANCE * seats)


class _Brought:
    """Counts what rounds bring."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._edge = [each.id for each in network.people if not each.is_core]
        ties = network.tied.sum(axis=1)
        self._lowest = sorted(self._edge, key=lambda one: (ties[one], one))[: ceil(LOWEST_SHARE * len(self._edge))]
        self._sums = np.zeros(4)
        self._again = self._avoidable = 0
        self._faces, self._early, self._seats = np.zeros((3, len(network.people)))

    def add_repeats(self, again: int, avoidable: int) -> None:
        """Adds how many pairs met again in a round, and how many of them need not have."""
        self._again += again
        self._avoidable += avoidable

    def add(self, together: np.ndarray, tied: np.ndarray, *, is_early: bool) -> None:
        """Adds a round: who sat together, and who had a tie before it."""
        new = together & ~tied & self._network.lateral
        across = self._network.across
        self._sums += [each.sum() / 2 for each in (new, new & across, together, together & across)]
        self._faces += new.sum(axis=1)
        self._seats += together.any(axis=1)
        if is_early:
            self._early += (together & ~self._network.tied & self._network.lateral).sum(axis=1)

    def summed(self) -> dict[str, float]:
        """All rounds together."""
        lateral, new_across, pairs, across = self._sums.tolist()
        faces = self._faces[self._edge]
        return {
            "new_lateral": TIE_CHANCE * lateral,
            "new_across": TIE_CHANCE * new_across,
            "share_across": across / pairs,
            "lowest_reached": float((1 - (1 - TIE_CHANCE) ** self._early[self._lowest]).mean()),
            "again": self._again / pairs,
            "avoidable": self._avoidable / pairs,
            "seats_deviation": float(self._seats.std()),
            "new_faces_tenth": float(np.quantile(faces, 0.1)),
            "new_faces_median": float(np.median(faces)),
        }


def _fewest(known: Round) -> int:
    """How few pairs can meet again in a round; above two tables, as far as swaps find out."""
    return len(_blind(known, Random(0)).again)  # noqa: S311


def _blind(known: Round, chance: Random) -> Seating:
    """Tables where nothing counts but who met."""
    return seat([Guest(each.id) for each in known.guests], (), known.met, chance=chance, weights=Weights(0, 0, 0, 0))


def _cut(order: Sequence[int], sizes: Sequence[int]) -> Tables:
    ends = np.cumsum(sizes).tolist()
    return [tuple(order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def _or_none(weeks: float) -> float | None:
    return float(weeks) if np.isfinite(weeks) else None


def _pairs(flags: np.ndarray) -> list[Pair]:
    first, second = np.nonzero(np.triu(flags, 1))
    return list(zip(first.tolist(), second.tolist(), strict=True))


def _together(tables: Tables, count: int) -> np.ndarray:
    together = np.zeros((count, count), dtype=bool)
    for table in tables:
        for one, other in combinations(table, 2):
            together[one, other] = together[other, one] = True
    return together


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
