"""Small networks for tests, those of the literature, and naive ways to measure them: one tie after another."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.network import Network, People, Ties, Whole, coded, network_of

CLASSIC = Path(__file__).parents[4] / "shared" / "data" / "networks"

FEW = settings(max_examples=40, deadline=None)

Arrow = tuple[int, int]

START = np.datetime64("2026-01-01T00:00:00", "s")


def ties_of(arrows: Iterable[Arrow], at: Sequence[np.datetime64] | None = None, counts: Sequence[int] = ()) -> Ties:
    by, to = np.array(list(arrows), dtype=np.int32).reshape(-1, 2).T
    when = np.full(len(by), START) if at is None else np.array(at, dtype="datetime64[s]")
    return Ties(by, to, np.zeros(len(by), dtype=np.int8), when, np.array(counts) if counts else None)


def of(arrows: Iterable[Arrow], people: int) -> Network:
    return network_of(ties_of(arrows), people)


def people_of(core: Iterable[int], people: int, practice: Sequence[int] = (), place: Sequence[int] = ()) -> People:
    is_core = np.isin(np.arange(people), list(core))
    none = [-1] * people
    return People(is_core, np.array(practice or none, dtype=np.int32), np.array(place or none, dtype=np.int32))


@dataclass(frozen=True)
class Drawn:
    """A community that was drawn: who acted towards whom, and who is who."""

    people: int
    arrows: list[Arrow]
    core: list[int]
    practice: list[int]

    @property
    def network(self) -> Network:
        return of(self.arrows, self.people)

    @property
    def who(self) -> People:
        return people_of(self.core, self.people, self.practice)

    @property
    def codes(self) -> Whole:
        return np.array(self.practice, dtype=np.int32)

    def otherwise(self, chance: Random) -> "Drawn":
        """The same with other numbers for the people, in another order."""
        new = chance.sample(range(self.people), self.people)
        practice = dict(zip(new, self.practice, strict=True))
        arrows = [(new[by], new[to]) for by, to in self.arrows]
        chance.shuffle(arrows)
        return Drawn(
            self.people, arrows, [new[one] for one in self.core], [practice[one] for one in range(self.people)]
        )


@st.composite
def communities(draw: st.DrawFn, least: int = 0, most: int = 14) -> Drawn:
    people = draw(st.integers(least, most))
    member = st.integers(0, people - 1)
    arrows = draw(st.lists(st.tuples(member, member), max_size=3 * people)) if people else []
    core = draw(st.lists(member, unique=True, max_size=people // 2)) if people else []
    practice = draw(st.lists(st.integers(-1, 2), min_size=people, max_size=people))
    return Drawn(people, arrows, core, practice)


def neighbours(arrows: Iterable[Arrow], people: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {one: set() for one in people}
    for by, to in arrows:
        if by != to and by in found and to in found:
            found[by].add(to)
            found[to].add(by)
    return found


def parts(arrows: Iterable[Arrow], people: Iterable[int]) -> list[set[int]]:
    """The connected components, found by walking from each member in turn."""
    around, seen, found = neighbours(arrows, people), set(), []
    for start in around:
        if start not in seen:
            part, ahead = {start}, [start]
            while ahead:
                new = around[ahead.pop()] - part
                part |= new
                ahead += new
            seen |= part
            found.append(part)
    return found


def external_internal_of(arrows: Iterable[Arrow], group: Sequence[object]) -> float:
    across = Counter(group[by] != group[to] for by, to in arrows)
    return (across[True] - across[False]) / across.total()


@dataclass(frozen=True)
class Classic:
    """A network of the literature, directed, and one attribute of each person by name."""

    arrows: list[Arrow]
    rows: list[dict[str, str]]

    @property
    def network(self) -> Network:
        return of(self.arrows, len(self.rows))

    def names(self, attribute: str) -> list[str]:
        return [row[attribute] for row in self.rows]

    def codes(self, attribute: str) -> Whole:
        return coded(self.names(attribute))[0]


def classic(name: str) -> Classic:
    """Reads one, or skips the test where the shared data is not there."""
    if not (CLASSIC / name).is_dir():
        pytest.skip(f"the network {name} is in ../shared/data, which is not here")
    rows = _rows(CLASSIC / name / "nodes.tsv")
    number = {row["id"]: place for place, row in enumerate(rows)}
    return Classic([(number[row["from"]], number[row["to"]]) for row in _rows(CLASSIC / name / "edges.tsv")], rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
