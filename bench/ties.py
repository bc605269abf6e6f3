"""`ties`: who answers whom in rooms without threads, as pairs of people, beside plain rules; and how far it misleads.

The rooms are those of ubuntu-irc-dev, which nothing was fitted on. A pair is who and whom in one room, in the lines
that somebody labelled. Beside Tacit, as lines come in and in a batch with a second pass, stand the previous speaker,
the name that a line begins with, and that name or else whoever began a line with one's own within the last 30.

Then the same on changed copies: names as values, as Slack and Discord have them, half of the names, no times. "Bias" is
the lateral share of what is found less that of the links by hand, where the core are the busiest of each room: the
share of ties (each line that answers somebody is one) and of pairs of which neither is core.

The trees are fitted by `bench.ties_fit`, which says how.
"""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from statistics import fmean, stdev
from time import process_time
from typing import TypeAlias

from bench.results import Json, Table, machine
from bench.ties_rooms import CHANGES, Pair, Room, measured, read_rooms
from knowledge.mining.answers import SURE, SURE_AT_SECOND, Answers, Guess, second_pass
from knowledge.mining.turns import Line

Guessed: TypeAlias = list[set[str]]
"""For each line of a room, whom it answers."""

BACK = 30
"""Lines in which the rule looks for somebody who called the author."""

CORE_SHARES = (0.05, 0.12, 0.2)
"""Shares of the people of a room that are taken for its core, the busiest first."""


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--rooms", default="dev", choices=("dev", "train"), help="which rooms; train was learned from")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    rooms = read_rooms(chosen.rooms)
    found = {name: [way(room.lines) for room in rooms] for name, way in WAYS.items()}
    changed = {
        name: [change(room, Random(place)) for place, room in enumerate(rooms)]  # noqa: S311
        for name, change in CHANGES.items()
    }
    return {
        "benchmark": "ties",
        **machine(),
        "thresholds": {"as lines come in": SURE, "second pass": SURE_AT_SECOND},
        "pairs": {name: _scores(rooms, guessed) for name, guessed in found.items()},
        "rooms": _by_room(rooms, found),
        "changed": {
            f"{change}, {name}": _scores(copies, [WAYS[name](room.lines) for room in copies])
            for change, copies in changed.items()
            for name in (RULE, OURS, AGAIN)
        },
        "bias": {
            f"{name}, core {share:.0%}": _bias(rooms, found[name], share)
            for name in (RULE, OURS, AGAIN)
            for share in CORE_SHARES
        },
        "lines_a_second": _speed(rooms),
    }


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    return [
        ("Pairs of people", _rows("way", result["pairs"])),
        ("Rooms: F of pairs", _rows("room", result["rooms"])),
        ("Pairs in changed rooms", _rows("change, way", result["changed"])),
        ("Lateral share less that of the links by hand", _rows("way", result["bias"])),
        ("Lines a second of CPU", [("way", "lines"), *result["lines_a_second"].items()]),
    ]


def _rows(head: str, found: Json) -> Sequence[Sequence[object]]:
    return [(head, *next(iter(found.values()))), *((name, *each.values()) for name, each in found.items())]


def previous_speaker(lines: Sequence[Line]) -> Guessed:
    """Whoever else wrote last."""
    found: Guessed = []
    last: list[str] = []
    for line in lines:
        me = str(line.author)
        found.append({next((each for each in reversed(last) if each != me), me)} - {me})
        last = [*[each for each in last if each != me][-1:], me]
    return found


def called(lines: Sequence[Line]) -> Guessed:
    """Whose name the line begins with, if they wrote in this room, or whom it mentions as a value."""
    known = {str(line.author).casefold(): str(line.author) for line in lines}
    found = []
    for line in lines:
        first = line.text.split(maxsplit=1)[:1]
        whom = {known[word] for each in first if (word := each.rstrip(":,").casefold()) in known}
        found.append((whom | {str(each) for each in line.mentions}) - {str(line.author)})
    return found


def called_or_called_me(lines: Sequence[Line]) -> Guessed:
    """The same, or else whoever called me last, within `BACK` lines."""
    calls = called(lines)
    found = []
    for place, line in enumerate(lines):
        before = range(place - 1, max(place - BACK, 0) - 1, -1)
        latest = next((str(lines[each].author) for each in before if str(line.author) in calls[each]), None)
        found.append(calls[place] or ({latest} if latest else set()))
    return found


def as_lines_come_in(lines: Sequence[Line]) -> Guessed:
    """What Tacit guesses."""
    return _people(Answers().hear_all(lines))


def in_a_batch(lines: Sequence[Line]) -> Guessed:
    """What Tacit guesses in its second pass."""
    return _people(second_pass(lines))


def _people(guesses: Iterable[Iterable[Guess]]) -> Guessed:
    return [{str(guess.whom) for guess in each} for each in guesses]


RULE, OURS, AGAIN = "name, or who called me", "Tacit, as lines come in", "Tacit, second pass"

WAYS: dict[str, Callable[[Sequence[Line]], Guessed]] = {
    "previous speaker": previous_speaker,
    "name that a line begins with": called,
    RULE: called_or_called_me,
    OURS: as_lines_come_in,
    AGAIN: in_a_batch,
}


def _ties(room: Room, guessed: Guessed) -> list[tuple[int, str, str]]:
    """Place, who and whom of each labelled line that answers somebody."""
    lines = zip(room.lines, room.answered, guessed, strict=True)
    return [
        (place, str(line.author), whom)
        for place, (line, answered, found) in enumerate(lines)
        if answered is not None
        for whom in sorted(found)
    ]


def _by_hand(room: Room) -> Guessed:
    return [set(answered or ()) for answered in room.answered]


def _pairs(room: Room, guessed: Guessed) -> set[Pair]:
    return {(room.name, who, whom) for _, who, whom in _ties(room, guessed)}


def _scores(rooms: Sequence[Room], guessed: Sequence[Guessed]) -> Json:
    found = [pair for room, of in zip(rooms, guessed, strict=True) for pair in _pairs(room, of)]
    true = [pair for room in rooms for pair in room.pairs()]
    ties = [(room.name, *tie) for room, of in zip(rooms, guessed, strict=True) for tie in _ties(room, of)]
    real = [(room.name, *tie) for room in rooms for tie in _ties(room, _by_hand(room))]
    names = ("precision", "recall", "F", "precision of lines", "recall of lines", "F of lines")
    return _rounded(dict(zip(names, (*measured(found, true), *measured(ties, real)), strict=True)))


def _by_room(rooms: Sequence[Room], found: dict[str, list[Guessed]]) -> Json:
    rows = {
        room.name: {name: measured(_pairs(room, of[place]), room.pairs())[2] for name, of in found.items()}
        for place, room in enumerate(rooms)
    }
    summed = {
        name: {way: of([each[way] for each in rows.values()]) for way in found}
        for name, of in (("mean", fmean), ("standard deviation", stdev))
    }
    return {name: _rounded(row) for name, row in (rows | summed).items()}


def _bias(rooms: Sequence[Room], guessed: Sequence[Guessed], core_share: float) -> Json:
    """Shares are means over rooms; "off" is the mean of what is found less what is true."""
    shares = []
    for room, of in zip(rooms, guessed, strict=True):
        core = _busiest(room, core_share)
        ties, real = ([tie[1:] for tie in _ties(room, each)] for each in (of, _by_hand(room)))
        shares.append([_lateral(each, core) for each in (real, ties, set(real), set(ties))])
    off = [(tie - real, pair - real_pair) for real, tie, real_pair, pair in shares]
    real, _, real_pair, _ = (fmean(column) for column in zip(*shares, strict=True))
    of_ties, of_pairs = ([each[place] for each in off] for place in (0, 1))
    return _rounded(
        {
            "share of ties by hand": real,
            "ties off": fmean(of_ties),
            "from": min(of_ties),
            "to": max(of_ties),
            "share of pairs by hand": real_pair,
            "pairs off": fmean(of_pairs),
            "pairs from": min(of_pairs),
            "pairs to": max(of_pairs),
        }
    )


def _busiest(room: Room, share: float) -> set[str]:
    lines = Counter(str(line.author) for line in room.lines)
    return {each for each, _ in lines.most_common(round(share * len(lines)))}


def _lateral(ties: Iterable[tuple[str, str]], core: set[str]) -> float:
    sides = [core.isdisjoint(tie) for tie in ties]
    return sum(sides) / max(len(sides), 1)


def _speed(rooms: Sequence[Room]) -> Json:
    def one_by_one(lines: Sequence[Line]) -> None:
        room = Answers()
        for line in lines:
            room.hear(line)

    ways: dict[str, Callable[[Sequence[Line]], object]] = {
        "one by one": one_by_one,
        "in blocks": as_lines_come_in,
        "second pass, the first included": in_a_batch,
    }
    found = {}
    for name, way in ways.items():
        began = process_time()
        for room in rooms:
            way(room.lines)
        found[name] = round(sum(len(room.lines) for room in rooms) / (process_time() - began))
    return found


def _rounded(values: dict[str, float]) -> Json:
    return {name: round(value, 4) for name, value in values.items()}
