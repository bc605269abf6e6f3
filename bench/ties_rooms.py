"""Rooms of ubuntu-irc with who answers whom by hand, changed copies of them, and how good pairs of people are.

Source: jkkummerfeld/irc-disentanglement (Kummerfeld et al., ACL 2019, CC BY 4.0), in `../shared/data/chats`.
"""

import gzip
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeAlias

from bench.results import Missing
from knowledge.mining.turns import Line

CHATS = Path(__file__).parents[2] / "shared" / "data" / "chats"

Pair: TypeAlias = tuple[str, str, str]
"""Room, who, whom."""


@dataclass(frozen=True, slots=True)
class Room:
    """An excerpt of a day: its lines, and for each whom it answers; None for those that nobody labelled."""

    name: str
    lines: list[Line]
    answered: list[frozenset[str] | None]

    def pairs(self) -> set[Pair]:
        """Who answers whom in the labelled lines."""
        return {
            (self.name, str(line.author), whom)
            for line, answered in zip(self.lines, self.answered, strict=True)
            for whom in answered or ()
        }


def read_rooms(name: str) -> list[Room]:
    """Reads the rooms of `ubuntu-irc-{name}`. Lines that answer their own author answer nobody.

    Raises:
        Missing: they are not there.
    """
    if not (CHATS / f"ubuntu-irc-{name}-replies.tsv.gz").is_file():
        raise Missing(f"There are no rooms ubuntu-irc-{name} in {CHATS}.")
    with gzip.open(CHATS / f"ubuntu-irc-{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        messages = [json.loads(line) for line in stream]
    authors = {each["id"]: each["author"] for each in messages}
    answered: dict[str, set[str]] = {}
    for id, other in _links(name):
        whom = answered.setdefault(id, set())
        if authors.get(other, authors[id]) != authors[id]:
            whom.add(authors[other])
    rooms: dict[str, Room] = {}
    for each in messages:
        room = rooms.setdefault(each["room"], Room(each["room"], [], []))
        room.lines.append(Line(each["author"], each["text"], at=datetime.fromisoformat(each["at"])))
        room.answered.append(frozenset(answered[each["id"]]) if each["id"] in answered else None)
    return list(rooms.values())


def _links(name: str) -> Iterator[tuple[str, str]]:
    with gzip.open(CHATS / f"ubuntu-irc-{name}-replies.tsv.gz", "rt", encoding="utf-8") as stream:
        next(stream)
        for row in stream:
            id, other, _ = row.rstrip("\n").split("\t")
            yield id, other


def with_values(room: Room, chance: Random) -> Room:
    """The room as other chats have it: whoever is called at the beginning of a line is marked as mentioned instead."""
    return _without_calls(room, chance, left_out=0, kept=0)


def with_fewer_names(room: Room, chance: Random) -> Room:
    """The room as people who call each other less would have it: half of the calls are left out."""
    return _without_calls(room, chance, left_out=0.5, kept=0.5)


def without_times(room: Room, chance: Random) -> Room:
    """The room without times."""
    return Room(room.name, [replace(line, at=None) for line in room.lines], room.answered)


def _without_calls(room: Room, chance: Random, *, left_out: float, kept: float) -> Room:
    """Each called name is left out or kept with these probabilities, and becomes a value else."""
    known = {str(line.author).casefold(): line.author for line in room.lines}
    lines = []
    for line in room.lines:
        first, _, rest = line.text.partition(" ")
        whom = known.get(first[:-1].casefold()) if first[-1:] in (":", ",") else None
        drawn = chance.random()
        if whom is None or drawn >= 1 - kept:
            lines.append(line)
        else:
            lines.append(replace(line, text=rest, mentions=() if drawn < left_out else (whom,)))
    return Room(room.name, lines, room.answered)


CHANGES = {"names as values": with_values, "half of the names": with_fewer_names, "no times": without_times}


def measured(found: Collection[object], true: Collection[object]) -> tuple[float, float, float]:
    """Precision, recall and F of what was found, each 0 to 1."""
    right = len(set(found) & set(true))
    return right / max(len(found), 1), right / max(len(true), 1), 2 * right / max(len(found) + len(true), 1)
