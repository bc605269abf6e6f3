"""Seats those who come to an open table in groups of 4 to 8, so that they meet whom they do not know yet. Pure.

What counts, in this order: that as few as can be meet a face again that they met within twelve weeks; that the core
group is a minority at every table; then what a coordinator may weigh (`Weights`): new ties, new ties across practices
and places, and that who was away longest meets most new people. Chance is handed in; the same chance gives the same
tables, in whatever order guests, ties and meetings come.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

import numpy as np

from knowledge.matching.guests import ABOUT, FACES_WEEKS, FEWEST, MOST, Guest, Pair, Reason, Table, differ
from knowledge.matching.swaps import LEAST_GAIN, Whole, Worth, best_of_all, seatings, shaken, swapped
from knowledge.matching.worth import AGAIN, EVEN, Known, Weights

AT_ONCE = 400
"""People who are matched at once, at most; more are dealt into blocks (ours: the work grows with the square)."""

ALL_TRIED = 130_000
"""Where there are no more seatings, all are tried: up to 15 people at tables of about five (ours; a fifth of a second,
and less than a second once for the list of them)."""

SHAKEN, SHAKES, SHAKES_OF_ALL = 4, 12, 400
"""So many people are moved at random and swapped anew: this often at most, or so many guests in all (ours; measured:
half the time of starting anew as often, for the same worth)."""

SHAKES_AGAIN, SHAKES_AGAIN_OF_ALL = 400, 4_000
"""The same while a face is met again; then those are moved who meet again (ours)."""


@dataclass(frozen=True, slots=True)
class Seating:
    """What came of it: every guest is at one table or among the unseated.

    Attributes:
        tables: those who sit together.
        unseated: who could not be seated: everybody, where fewer than `FEWEST` came.
        again: pairs who meet again within `FACES_WEEKS`.
    """

    tables: tuple[Table, ...]
    unseated: tuple[int, ...] = ()
    again: tuple[Pair, ...] = ()


def seat(
    guests: Sequence[Guest],
    ties: Collection[Pair],
    met: Mapping[Pair, float],
    *,
    chance: Random,
    weights: Weights = EVEN,
    about: int = ABOUT,
) -> Seating:
    """Seats everybody at tables of about so many: 1 to 3 guests at none, 4 to 7 at one, 9 as 4 and 5, 11 as 5 and 6.

    Where there are few seatings (`ALL_TRIED`) it is the best of all. Else swaps may miss the best; where a face is met
    again they try for longer. More than `AT_ONCE` guests are dealt into blocks, each a mix of all practices and places.

    Args:
        guests: who came, in any order.
        ties: pairs who have a tie; who is no guest does not matter.
        met: how many weeks ago pairs met, 0 or more; what is `FACES_WEEKS` or more ago does not matter.
        chance: decides among what is worth the same.
        weights: what is weighed.
        about: people at a table where their number allows it, `FEWEST` to `MOST`.

    Raises:
        ValueError: if a guest comes twice, or `about` is out of its range.
    """
    if len({each.id for each in guests}) < len(guests):
        raise ValueError("a guest comes twice")
    if not FEWEST <= about <= MOST:
        raise ValueError(f"tables of {about} are out of range")
    if len(guests) < FEWEST:
        return Seating((), unseated=tuple(sorted(each.id for each in guests)))
    known = Known(guests, ties, met)
    found = [
        _explained(known, block, seated)
        for block in _dealt(known.guests, chance)
        for seated in [_seated(known.worth(block, weights), table_sizes(len(block), about), chance)]
    ]
    tables = sorted((table for tables, _ in found for table in tables), key=lambda each: each.people)
    return Seating(tuple(tables), again=tuple(sorted(pair for _, again in found for pair in again)))


def table_sizes(people: int, about: int = ABOUT) -> tuple[int, ...]:
    """How many sit at each table, largest last: as even as can be, each `FEWEST` to `MOST`; none for fewer people."""
    if people < FEWEST:
        return ()
    tables = min(max(round(people / about), -(-people // MOST)), people // FEWEST)
    return tuple((people + table) // tables for table in range(tables))


def _dealt(guests: Sequence[Guest], chance: Random) -> list[Whole]:
    """Blocks of places in `guests`, of at most `AT_ONCE`, over which practices, places and the core are spread."""
    order = list(range(len(guests)))
    chance.shuffle(order)
    order.sort(key=lambda person: (guests[person].is_core, guests[person].practice, guests[person].place))
    blocks = -(-len(order) // AT_ONCE)
    return [np.array(order[block::blocks]) for block in range(blocks)]


def _seated(worth: Worth, sizes: tuple[int, ...], chance: Random) -> Whole:
    """The best seating that was found; table by person, shape (people,)."""
    people = len(worth.core)
    start = np.repeat(np.arange(len(sizes)), sizes)
    if len(sizes) == 1:
        return start
    order = np.array(chance.sample(range(people), people))
    if seatings(sizes) <= ALL_TRIED:
        mixed = Worth(worth.pairs[np.ix_(order, order)], worth.core[order], worth.too_many)
        return _placed(best_of_all(mixed, sizes), order)
    best = swapped(worth, _placed(start, order), sizes)
    most, shakes, enough = float(worth.of(best[None], sizes)[0]), 0, worth.bound(sizes) - LEAST_GAIN
    while most < enough and shakes < _shakes(people, meets_again=most < -AGAIN / 2):
        moved = _who_meets_again(worth, best) or chance.sample(range(people), SHAKEN)
        tried = swapped(worth, shaken(best, moved, chance), sizes)
        reached = float(worth.of(tried[None], sizes)[0])
        best, most = (tried, reached) if reached >= most else (best, most)
        shakes += 1
    return best


def _placed(seated: Whole, order: Whole) -> Whole:
    """The tables of people in their own order, from those of people in another."""
    placed = np.empty_like(seated)
    placed[order] = seated
    return placed


def _who_meets_again(worth: Worth, seated: Whole) -> list[int]:
    together = seated[:, None] == seated
    again: list[int] = np.flatnonzero(((worth.pairs < -AGAIN / 2) & together).any(axis=1)).tolist()
    return again


def _shakes(people: int, *, meets_again: bool) -> int:
    most, of_all = (SHAKES_AGAIN, SHAKES_AGAIN_OF_ALL) if meets_again else (SHAKES, SHAKES_OF_ALL)
    return max(1, min(most, of_all // people))


def _explained(known: Known, block: Whole, seated: Whole) -> tuple[list[Table], list[Pair]]:
    """The tables of a block with their reasons, and who meets again."""
    people = [known.guests[person] for person in block]
    tied, met = known.tied(block), known.weeks_ago(block) < FACES_WEEKS
    tables, again = [], []
    for table in range(int(seated.max()) + 1):
        here = sorted(np.flatnonzero(seated == table).tolist(), key=lambda each: people[each].id)
        reasons = {}
        for one in here:
            others = [(people[each], bool(tied[one, each])) for each in here if each != one]
            reasons[people[one].id] = _reason(people[one], others)
        tables.append(Table(tuple(reasons), reasons))
        again += [(people[one].id, people[other].id) for one, other in combinations(here, 2) if met[one, other]]
    return tables, again


def _reason(guest: Guest, others: Sequence[tuple[Guest, bool]]) -> Reason:
    """Why somebody sits with these others, of whom is known whether they have a tie: what holds for most of them."""
    if guest.away == 1 and all(_longer(guest, other) for other, _ in others):
        return Reason.AWAY_LONG
    new = [other for other, is_tied in others if not is_tied]
    counted = {
        Reason.OTHER_PLACE: sum(differ(guest.place, other.place) for other in new),
        Reason.OTHER_PRACTICE: sum(differ(guest.practice, other.practice) for other in new),
    }
    best = max(counted, key=lambda each: counted[each])
    if counted[best]:
        return best
    return Reason.UNTIED if new else Reason.COMPANY


def _longer(guest: Guest, other: Guest) -> bool:
    return other.absent_weeks is not None and (guest.absent_weeks is None or guest.absent_weeks > other.absent_weeks)
