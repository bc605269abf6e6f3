"""When people of several time zones can meet: options inside everybody's waking hours, and which is booked. Pure.

Waking hours are what the clock on somebody's wall shows on that date, so they move with the clock changes of each zone.
Moments are walked through in UTC, by quarters of an hour: an hour that comes twice or not at all is never asked for.
All zones of today, and their changes, are whole quarters apart. Source: the IANA time zone database.

How much weighs what when options are chosen is ours, and so is every number here where nothing else is said.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
"""Meetings begin at whole quarters of an hour."""

DAY = timedelta(days=1)
"""Nothing is offered or booked that begins sooner than this. Source: issue 8 ("at least a day ahead")."""

WINDOW = timedelta(days=10)
"""Options begin within so long after the first moment that is open to them."""

AT_MOST = 3
"""Options of a poll: as many as one reads at a glance."""

FEWEST = 2
"""People of a sitting, at least."""

LONGEST_MINUTES = 480
"""The longest meeting that a time is looked for."""

APART = timedelta(hours=4)
"""Beginnings that lie so far from each other on the clock are at different parts of the day."""

WEEKEND_COST, SAME_DAY_COST, SAME_PART_COST, COST_A_DAY = 2.0, 3.0, 1.0, 0.02
"""What counts against a time, where 1 is one person at the edge of their waking hours: that it is Saturday or Sunday
for everybody; a day that has an option already; an hour that has one; and each day of waiting."""

ROUND_COST = {0: 0.0, 30: 0.02, 15: 0.06, 45: 0.06}
"""What counts against a minute of the host's clock: whole and half hours are easier to keep in mind."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is to be able to come.

    Attributes:
        member: their member id.
        zone: their time zone.
        from_hour: 0 to 24, the hour on their clock from which they are awake.
        until_hour: 0 to 24, the hour until which they are. At or before `from_hour` it is of the next day (who works at
            night); the same hour, also 0 and 24, means awake all day.
        strain_last: 0 to 1, what `strain` gave for the meetup they were at last; 0 where there was none.
    """

    member: int
    zone: ZoneInfo
    from_hour: int
    until_hour: int
    strain_last: float = 0.0

    def __post_init__(self) -> None:
        """Refuses hours that no clock shows.

        Raises:
            ValueError: an hour is not of 0 to 24.
        """
        if not (0 <= self.from_hour <= 24 and 0 <= self.until_hour <= 24):
            raise ValueError("hours are from 0 to 24")


@dataclass(frozen=True, slots=True)
class Option:
    """A time that is put to the vote.

    Attributes:
        starts_at: aware UTC, a whole quarter of an hour.
        minutes: how long the meeting takes.
        day: the date on the host's clock; options of one day count as equally early.
        strains: what `strain` says for each member, by member id.
    """

    starts_at: datetime
    minutes: int
    day: date
    strains: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One of two meetings about the same problem: the member ids of who can come, and at least one option for them."""

    members: tuple[int, ...]
    options: tuple[Option, ...]


def options_for(
    people: Sequence[Attendee],
    *,
    now: datetime,
    minutes: int,
    at_most: int = AT_MOST,
    not_before: datetime | None = None,
) -> list[Option]:
    """Chooses a few times at which everybody is awake, the earliest first; empty where there is none.

    What is near the middle of everybody's waking hours comes first, that of those with the worst hours last time above
    all, and weekdays before weekends. After the first, other days and other parts of the day are preferred, so that who
    works in shifts has a choice. Two options never overlap.

    Args:
        people: everybody who is to come, the host first: the days are those of the host's clock.
        now: aware; options begin `DAY` later, or after that.
        minutes: how long the meeting takes, 1 to `LONGEST_MINUTES`.
        at_most: how many options.
        not_before: aware; nothing begins sooner: a day after the poll closes, where that is known.

    Raises:
        ValueError: `minutes` is out of range.
    """
    starts = _open_starts(people, now=now, minutes=minutes, not_before=not_before)
    costs = {start: _cost(start, people, minutes) + COST_A_DAY * ((start - starts[0]) / DAY) for start in starts}
    chosen: list[datetime] = []
    while len(chosen) < at_most:
        free = [start for start in starts if all(abs(start - each) >= timedelta(minutes=minutes) for each in chosen)]
        if not free:
            break
        crowded = _crowding(chosen, people)
        chosen.append(min(free, key=lambda start: (costs[start] + crowded(start), start)))
    return [option_at(start, people, minutes=minutes) for start in sorted(chosen)]


def option_at(starts_at: datetime, people: Sequence[Attendee], *, minutes: int) -> Option:
    """An option at a moment that is known, also outside waking hours; `people` are as for `options_for`."""
    strains = {each.member: _strain(starts_at, minutes, each) for each in people}
    zone = people[0].zone if people else ZoneInfo("UTC")
    return Option(starts_at.astimezone(UTC), minutes, starts_at.astimezone(zone).date(), strains)


def is_awake(attendee: Attendee, starts_at: datetime, *, minutes: int) -> bool:
    """Whether somebody is awake from the first minute of a meeting to its last, by their own clock on that date."""
    starts = starts_at.astimezone(UTC)
    moments = [starts + quarter * QUARTER for quarter in range(_quarters(minutes))]
    return all(_is_awake(attendee, moment) for moment in (*moments, starts + timedelta(minutes=minutes - 1)))


def strain(option: Option, attendee: Attendee) -> float:
    """How near a meeting is to the edge of somebody's waking hours: 0 in their middle, 1 at the edge or outside.

    In between it grows evenly with the distance on the clock. It is 0 for who is awake all day.
    """
    return _strain(option.starts_at, option.minutes, attendee)


def sittings_for(
    people: Sequence[Attendee],
    *,
    now: datetime,
    minutes: int,
    at_most: int = AT_MOST,
    not_before: datetime | None = None,
) -> tuple[Sitting, Sitting] | None:
    """Splits people into two sittings where no time suits all; None where that can't be done, and a thread is left.

    Everybody is in exactly one of them, each has `FEWEST` people or more and at least one option, and the host is in
    the first; the second needs somebody else who hosts. Of the ways to do so it takes the most even one, then the one
    with the better hours. Arguments and *Raises* are those of `options_for`.
    """
    able: defaultdict[datetime, set[int]] = defaultdict(set)
    for index, each in enumerate(people):
        for start in _open_starts([each], now=now, minutes=minutes, not_before=not_before):
            able[start].add(index)
    groups = _best_split(people, able, minutes)
    if groups is None:
        return None

    def sitting(indices: Iterable[int]) -> Sitting:
        group = [people[index] for index in indices]
        options = options_for(group, now=now, minutes=minutes, at_most=at_most, not_before=not_before)
        return Sitting(tuple(each.member for each in group), tuple(options))

    return sitting(groups[0]), sitting(groups[1])


def book(
    options: Sequence[Option],
    votes: Mapping[int, Collection[int]],
    quorum: int,
    *,
    now: datetime,
    strain_last: Mapping[int, float],
) -> int | None:
    """Which option is booked: the earliest with a quorum that begins at least `DAY` from now; None where none is.

    Options of one day count as equally early. Then those decide who had the worst hours last time, of all who said that
    they can come on that day: the option with the lower strain for them, in tenths, where one at which they cannot come
    counts as 1. Then the number of votes decides, then the time.

    Args:
        options: what was put to the vote, in any order.
        votes: who can come, as member ids, by index in `options`; other indices are passed over.
        quorum: how many must be able to come; below 1 it is 1.
        now: aware.
        strain_last: 0 to 1 by member id; who is missing had no bad hours.
    """
    who = {index: frozenset(votes.get(index, ())) for index in range(len(options))}
    ready = [
        index
        for index, option in enumerate(options)
        if len(who[index]) >= max(quorum, 1) and option.starts_at - now.astimezone(UTC) >= DAY
    ]
    first_day = min((options[index].day for index in ready), default=None)
    tied = [index for index in ready if options[index].day == first_day]
    worst = _worst_off(frozenset().union(*(who[index] for index in tied)), strain_last)

    def order(index: int) -> tuple[int, int, datetime]:
        hard = [options[index].strains.get(member, 0.0) if member in who[index] else 1.0 for member in worst]
        return round(10 * sum(hard)), -len(who[index]), options[index].starts_at

    return min(tied, key=order, default=None)


def _open_starts(
    people: Sequence[Attendee], *, now: datetime, minutes: int, not_before: datetime | None
) -> list[datetime]:
    """Every quarter of an hour of the window at which all can begin, the earliest first."""
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"a meeting takes 1 to {LONGEST_MINUTES} minutes")
    if not people:
        return []
    first = _rounded_up(max(now.astimezone(UTC) + DAY, (not_before or now).astimezone(UTC)))
    ways = {(each.zone.key, each.from_hour, each.until_hour): each for each in people}.values()
    count, length = WINDOW // QUARTER, _quarters(minutes)
    awake = [all(_is_awake(each, first + at * QUARTER) for each in ways) for at in range(count + length)]
    return [first + at * QUARTER for at in range(count) if all(awake[at : at + length])]


def _rounded_up(moment: datetime) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start - (start - moment) // QUARTER * QUARTER


def _quarters(minutes: int) -> int:
    return -(-timedelta(minutes=minutes) // QUARTER)


def _is_awake(attendee: Attendee, moment: datetime) -> bool:
    hour = moment.astimezone(attendee.zone).hour
    return (hour - attendee.from_hour) % 24 < _hours_awake(attendee)


def _hours_awake(attendee: Attendee) -> int:
    return (attendee.until_hour - attendee.from_hour) % 24 or 24


def _strain(starts_at: datetime, minutes: int, attendee: Attendee) -> float:
    hours = _hours_awake(attendee)
    if hours == 24:
        return 0.0
    local = starts_at.astimezone(attendee.zone)
    since = (local.hour + local.minute / 60 - attendee.from_hour) % 24
    room = hours - minutes / 60
    return min(abs(2 * since / room - 1), 1.0) if room > 0 else 1.0


def _cost(start: datetime, people: Sequence[Attendee], minutes: int) -> float:
    """What counts against a time: the worst strain and the mean one, the weekend, and a crooked minute."""
    strains = [_strain(start, minutes, each) * (1 + each.strain_last) for each in people]
    local = [start.astimezone(each.zone) for each in people]
    weekend = sum(each.weekday() >= 5 for each in local) / len(people)
    strained = (max(strains) + sum(strains) / len(strains)) / 2
    return strained + WEEKEND_COST * weekend + ROUND_COST.get(local[0].minute, max(ROUND_COST.values()))


def _crowding(chosen: Sequence[datetime], people: Sequence[Attendee]) -> Callable[[datetime], float]:
    """What counts against a time because of those that are chosen already: their days and their hours."""
    days = {each.astimezone(people[0].zone).date() for each in chosen}

    def cost(start: datetime) -> float:
        gaps = [min((start - each) % DAY, (each - start) % DAY) for each in chosen]
        part = 1 - min(min(gaps, default=APART) / APART, 1.0)
        return SAME_DAY_COST * (start.astimezone(people[0].zone).date() in days) + SAME_PART_COST * part

    return cost


def _best_split(
    people: Sequence[Attendee], able: Mapping[datetime, Collection[int]], minutes: int
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Splits people, as their places in the list, by who is able to come when; None where no two times reach all."""
    best: dict[frozenset[int], float] = {}
    for start, who in able.items():
        cost = _cost(start, [people[index] for index in sorted(who)], minutes)
        best[frozenset(who)] = min(best.get(frozenset(who), cost), cost)
    pairs = [
        (_split(one, other), best[one] + best[other])
        for one, other in combinations_with_replacement(sorted(best, key=sorted), 2)
        if len(one | other) == len(people) >= 2 * FEWEST and min(len(one), len(other)) >= FEWEST
    ]

    def order(pair: tuple[tuple[tuple[int, ...], tuple[int, ...]], float]) -> tuple[int, float]:
        (first, second), cost = pair
        return abs(len(first) - len(second)), cost

    return min(pairs, key=order)[0] if pairs else None


def _split(one: frozenset[int], other: frozenset[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Puts everybody into one of two groups, as evenly as who can come allows; the group with the host comes first."""
    groups = [set(one - other), set(other - one)]
    for index in sorted(one & other):
        min(groups, key=len).add(index)
    first, second = sorted(tuple(sorted(group)) for group in groups)
    return first, second


def _worst_off(people: Collection[int], strain_last: Mapping[int, float]) -> list[int]:
    worst = max((strain_last.get(member, 0.0) for member in people), default=0.0)
    return sorted(member for member in people if worst > 0 and strain_last.get(member, 0.0) == worst)
