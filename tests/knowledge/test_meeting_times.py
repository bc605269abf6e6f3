"""When people can meet: nobody is woken, nothing is invented, nobody is left out, and bad hours go round."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.meeting_times import (
    DAY,
    LONGEST_MINUTES,
    QUARTER,
    WINDOW,
    Attendee,
    Option,
    book,
    is_awake,
    option_at,
    options_for,
    sittings_for,
    strain,
)

NOW = datetime(2026, 11, 19, 10, 7, 30, tzinfo=UTC)  # a Thursday
MINUTE = timedelta(minutes=1)
LONDON, NEW_YORK, APIA, TOKYO = (
    ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Pacific/Apia", "Asia/Tokyo")
)

NAMES = ("UTC", "Pacific/Apia", "Asia/Kathmandu", "America/New_York", "Europe/London", "Australia/Lord_Howe")
MORE = ("Africa/Casablanca", "Pacific/Kiritimati", "Pacific/Chatham", "America/St_Johns", "Asia/Tokyo", "Asia/Gaza")
ZONES = st.sampled_from(NAMES + MORE).map(ZoneInfo)
HOURS = st.integers(0, 24)
PEOPLE = st.builds(Attendee, st.just(0), ZONES, HOURS, HOURS, st.floats(0, 1))
USUAL = st.builds(Attendee, st.just(0), ZONES, st.integers(5, 10), st.integers(18, 24), st.floats(0, 1))
GROUPS = st.lists(PEOPLE | USUAL, min_size=1, max_size=6).map(
    lambda people: [replace(each, member=member) for member, each in enumerate(people, 1)]
)
CHANGES = [
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2027, 3, 14, 7, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe, half an hour
    datetime(2027, 4, 3, 15, tzinfo=UTC),
    datetime(2027, 2, 7, 2, tzinfo=UTC),  # Casablanca, Ramadan
    datetime(2027, 3, 14, 2, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia leaves out a day
]
NOWS = st.builds(
    lambda change, days, minutes: change - timedelta(days=days, minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(0, 11),
    st.integers(0, 1_440),
)
LENGTHS = st.sampled_from([1, 15, 20, 45, 60, 90, 240])


def wakes(attendee: Attendee, hour: int) -> bool:
    """Whether an hour of the clock is a waking one, told hour by hour."""
    each, until = attendee.from_hour % 24, attendee.until_hour % 24
    awake = {each}
    while (each := (each + 1) % 24) != until and each != attendee.from_hour % 24:
        awake.add(each)
    return hour in awake


def sleeps_through(people: Sequence[Attendee], starts: datetime, minutes: int, step: int = 1) -> bool:
    """Whether some minute of a meeting is outside somebody's waking hours."""
    moments = [starts + each * MINUTE for each in range(0, minutes, step)]
    return any(not wakes(each, moment.astimezone(each.zone).hour) for each in people for moment in moments)


def quarters(now: datetime) -> list[datetime]:
    """Every quarter of an hour of the ten days, from a day after `now`."""
    whole = (now + DAY).replace(minute=0, second=0, microsecond=0)
    ahead = [whole + number * QUARTER for number in range(10 * 96 + 5)]
    return [each for each in ahead if now + DAY <= each < now + DAY + WINDOW]


def everyone(zone: ZoneInfo = LONDON, count: int = 4, hours: tuple[int, int] = (8, 22)) -> list[Attendee]:
    return [Attendee(member, zone, *hours) for member in range(1, count + 1)]


@settings(max_examples=60, deadline=None)
@given(people=GROUPS, now=NOWS, minutes=LENGTHS, wait=st.none() | st.timedeltas(timedelta(), 3 * DAY))
def test_every_option_is_inside_everybodys_waking_hours(
    people: list[Attendee], now: datetime, minutes: int, wait: timedelta | None
) -> None:
    not_before = None if wait is None else now + wait
    options = options_for(people, now=now, minutes=minutes, not_before=not_before)
    assert len(options) <= 3
    for option in options:
        assert not sleeps_through(people, option.starts_at, minutes)
        assert option.starts_at - now >= DAY and option.starts_at >= (not_before or now)
        assert option.starts_at < max(now + DAY, not_before or now) + WINDOW + QUARTER
        assert option.starts_at.tzinfo is UTC
        assert (option.starts_at.minute % 15, option.starts_at.second, option.starts_at.microsecond) == (0, 0, 0)
        assert option.day == option.starts_at.astimezone(people[0].zone).date()
        assert dict(option.strains) == {each.member: strain(option, each) for each in people}
    starts = [option.starts_at for option in options]
    assert all(after - before >= minutes * MINUTE for before, after in pairwise(starts))


@settings(max_examples=40, deadline=None)
@given(people=GROUPS, now=NOWS, minutes=st.sampled_from([15, 45, 60, 240]))
def test_there_is_an_option_where_there_is_a_time_and_only_there(
    people: list[Attendee], now: datetime, minutes: int
) -> None:
    """Against every quarter of an hour of the ten days, tried one by one."""
    times = next((each for each in quarters(now) if not sleeps_through(people, each, minutes, step=15)), None)
    assert bool(options_for(people, now=now, minutes=minutes)) is (times is not None)


@settings(max_examples=60, deadline=None)
@given(attendee=PEOPLE, starts=NOWS, minutes=st.integers(1, 300))
def test_awake_is_what_the_clock_says_minute_by_minute(attendee: Attendee, starts: datetime, minutes: int) -> None:
    assert is_awake(attendee, starts, minutes=minutes) is not sleeps_through([attendee], starts, minutes)


@pytest.mark.parametrize("now", [datetime(2026, 10, 22, 12, tzinfo=UTC), datetime(2027, 3, 25, 12, tzinfo=UTC)])
def test_waking_hours_move_with_the_clocks(now: datetime) -> None:
    """Awake for one hour by the clock: the one time is an hour off in UTC after the change."""
    people = everyone(hours=(9, 10))
    options = options_for(people, now=now, minutes=60, at_most=10)
    assert [each.starts_at.astimezone(LONDON).strftime("%H:%M") for each in options] == ["09:00"] * 10
    assert len({each.starts_at.hour for each in options}) == 2


@pytest.mark.parametrize(
    ("hours", "expected"),
    [((1, 2), []), ((2, 3), ["02:00"]), ((0, 2), ["00:00"]), ((1, 3), ["02:00"])],
)
def test_an_hour_that_does_not_exist_is_never_offered(hours: tuple[int, int], expected: list[str]) -> None:
    """London, 28 March 2027: after 00:59 comes 02:00."""
    now = datetime(2027, 3, 27, 0, tzinfo=UTC)
    options = options_for(everyone(hours=hours), now=now, minutes=60, at_most=40)
    sunday = [each.starts_at.astimezone(LONDON) for each in options if each.day == date(2027, 3, 28)]
    assert [each.strftime("%H:%M") for each in sunday] == expected


def test_an_hour_that_comes_twice_has_room_for_two() -> None:
    """London, 25 October 2026: 01:00 to 02:00 comes twice, so whoever is awake then has two hours."""
    now = datetime(2026, 10, 24, 0, tzinfo=UTC)
    options = options_for(everyone(hours=(1, 2)), now=now, minutes=120, at_most=40)
    assert [each.starts_at for each in options] == [datetime(2026, 10, 25, tzinfo=UTC)]


def test_options_are_on_other_days_at_other_parts_of_the_day() -> None:
    options = options_for(everyone(), now=NOW, minutes=45)
    local = [each.starts_at.astimezone(LONDON) for each in options]
    assert len({each.day for each in options}) == 3
    assert all(each.weekday() < 5 for each in local)
    hours = sorted(each.hour + each.minute / 60 for each in local)
    assert hours[1] - hours[0] >= 3 and hours[2] - hours[1] >= 3
    assert min(each.strains[1] for each in options) < 0.05
    assert all(each.minute in (0, 30) for each in local)


def test_a_weekend_is_taken_where_nothing_else_is_left() -> None:
    """A crew of one hour: seven or eight weekdays come first, then Saturday and Sunday too."""
    people = everyone(hours=(9, 10))
    few, many = (options_for(people, now=NOW, minutes=60, at_most=number) for number in (3, 10))
    assert all(each.day.weekday() < 5 for each in few)
    assert {each.day.weekday() for each in many} >= {5, 6}


def test_who_had_the_worst_hours_last_time_weighs_more() -> None:
    early, late = Attendee(1, LONDON, 6, 18), Attendee(2, LONDON, 12, 24)
    for tired in (early, late):
        people = [replace(each, strain_last=float(each is tired)) for each in (early, late)]
        (best,) = options_for(people, now=NOW, minutes=60, at_most=1)
        other = next(each for each in (early, late) if each is not tired)
        assert best.strains[tired.member] < best.strains[other.member]


def test_who_works_at_night_meets_at_night() -> None:
    options = options_for(everyone(hours=(20, 24)), now=NOW, minutes=60, at_most=40)
    assert all(after.starts_at - before.starts_at >= 60 * MINUTE for before, after in pairwise(options))
    options = options_for(everyone(hours=(20, 6)), now=NOW, minutes=60)
    hours = [each.starts_at.astimezone(LONDON).hour for each in options]
    assert options and all(hour >= 20 or hour < 5 for hour in hours)


@pytest.mark.parametrize("minutes", [0, -5, LONGEST_MINUTES + 1])
def test_no_meeting_takes_no_time_or_a_day(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        options_for(everyone(), now=NOW, minutes=minutes)


@pytest.mark.parametrize("hours", [(-1, 5), (5, 25)])
def test_hours_are_of_the_clock(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="hours"):
        Attendee(1, LONDON, *hours)


def test_nobody_and_nothing() -> None:
    assert options_for([], now=NOW, minutes=45) == []
    assert options_for(everyone(), now=NOW, minutes=45, at_most=0) == []
    assert sittings_for([], now=NOW, minutes=45) is None


@pytest.mark.parametrize(
    ("hour", "expected"), [(8, 1.0), (21, 1.0), (14.5, 0.0), (11.25, 0.5), (17.75, 0.5), (23, 1.0), (3, 1.0)]
)
def test_strain_is_how_near_the_edge_it_is(hour: float, expected: float) -> None:
    (attendee,) = everyone(count=1)
    starts = datetime(2026, 11, 24, tzinfo=LONDON) + timedelta(hours=hour)
    assert strain(option_at(starts, [attendee], minutes=60), attendee) == pytest.approx(expected)


def test_strain_of_who_is_always_awake_and_of_who_hardly_is() -> None:
    starts = datetime(2026, 11, 24, 3, tzinfo=UTC)
    always, hardly = Attendee(1, LONDON, 0, 24), Attendee(2, LONDON, 3, 4)
    option = option_at(starts, [always, hardly], minutes=60)
    assert option.strains == {1: 0.0, 2: 1.0}


def far_apart() -> list[Attendee]:
    zones = ["Europe/Berlin", "Pacific/Auckland", "Europe/London", "Pacific/Apia", "Asia/Tokyo", "Africa/Lagos"]
    return [Attendee(member, ZoneInfo(zone), 8, 20) for member, zone in enumerate(zones, 1)]


def test_where_no_time_suits_all_there_are_two_sittings() -> None:
    people = far_apart()
    assert options_for(people, now=NOW, minutes=60) == []
    found = sittings_for(people, now=NOW, minutes=60)
    assert found is not None
    first, second = found
    assert (first.members, second.members) == ((1, 3, 6), (2, 4, 5))
    for sitting in found:
        group = [each for each in people if each.member in sitting.members]
        assert list(sitting.options) == options_for(group, now=NOW, minutes=60) != []


@settings(max_examples=20, deadline=None)
@given(people=GROUPS, now=NOWS, minutes=st.sampled_from([60, 240]))
def test_sittings_leave_nobody_out_and_are_found_wherever_there_are_any(
    people: list[Attendee], now: datetime, minutes: int
) -> None:
    found = sittings_for(people, now=now, minutes=minutes)
    members = [each.member for each in people]
    able = [{start for start in quarters(now) if is_awake(each, start, minutes=minutes)} for each in people]
    possible = False
    for bits in range(2 ** len(people)):
        groups = [[each for at, each in enumerate(able) if bits >> at & 1 == side] for side in (0, 1)]
        possible |= all(len(group) >= 2 and bool(set.intersection(*group)) for group in groups)
    assert (found is not None) is possible
    if found is not None:
        assert sorted(found[0].members + found[1].members) == members
        assert members[0] in found[0].members and min(len(each.members) for each in found) >= 2
        for sitting in found:
            group = [each for each in people if each.member in sitting.members]
            assert sitting.options
            assert not any(sleeps_through(group, each.starts_at, minutes, step=15) for each in sitting.options)


def test_who_can_come_at_any_time_may_sit_twice_as_well() -> None:
    first, second = sittings_for(everyone(hours=(0, 24)), now=NOW, minutes=60) or ()
    assert (first.members, second.members) == ((1, 3), (2, 4))


def test_three_people_are_no_two_sittings_and_one_alone_is_none() -> None:
    alone = Attendee(9, APIA, 10, 12)
    others = everyone(count=3, hours=(8, 20))
    for people in (others[:1], others[:2], others):
        assert sittings_for([*people, alone], now=NOW, minutes=60) is None
    assert sittings_for([*others, alone, replace(alone, member=10)], now=NOW, minutes=60) is not None


def at(day: int, hour: int, strains: Mapping[int, float] | None = None) -> Option:
    starts = datetime(2026, 11, day, hour, tzinfo=UTC)
    return Option(starts, 45, starts.date(), strains or {})


def booked(options: list[Option], votes: Mapping[int, set[int]], quorum: int = 3, **last: float) -> int | None:
    strain_last = {int(name[1:]): value for name, value in last.items()}
    return book(options, votes, quorum, now=NOW, strain_last=strain_last)


def test_the_earliest_with_a_quorum_is_booked() -> None:
    options = [at(25, 9), at(24, 9), at(23, 9)]
    assert booked(options, {0: {1, 2, 3, 4}, 1: {1, 2, 3}, 2: {1, 2}}) == 1


def test_nothing_is_booked_without_a_quorum() -> None:
    options = [at(24, 9), at(25, 9)]
    assert booked(options, {0: {1, 2}, 1: {3, 4}}) is None
    assert booked(options, {}) is None and booked(options, {}, quorum=0) is None
    assert booked([], {0: {1, 2, 3}}) is None
    assert booked(options, {7: {1, 2, 3}}) is None


def test_a_quorum_that_is_lost_takes_the_next_or_none() -> None:
    options, votes = [at(24, 9), at(25, 9)], {0: {1, 2, 3}, 1: {1, 2, 4}}
    assert booked(options, votes) == 0
    assert booked(options, {0: {1, 2}, 1: {1, 2, 4}}) == 1
    assert booked(options, {0: {1, 2}, 1: {2, 4}}) is None


def test_nothing_is_booked_sooner_than_a_day_ahead() -> None:
    just, late = NOW + DAY, NOW + DAY - timedelta(seconds=1)
    for starts, expected in ((just, 0), (late, None)):
        option = Option(starts, 45, starts.date(), {})
        assert book([option], {0: {1, 2}}, 2, now=NOW, strain_last={}) == expected


def test_a_day_is_twenty_four_hours_also_when_the_clocks_change() -> None:
    people = everyone(ZoneInfo("UTC"), hours=(11, 12))
    days = ((datetime(2026, 10, 24, 12, tzinfo=LONDON), 25), (datetime(2027, 3, 27, 12, tzinfo=LONDON), 29))
    for now, expected in days:
        first = options_for(people, now=now, minutes=60, at_most=10)[0]
        assert first.day.day == expected
        for ahead, index in ((DAY, 0), (DAY - MINUTE, None)):
            option = replace(first, starts_at=now.astimezone(UTC) + ahead)
            assert book([option], {0: {1}}, 1, now=now, strain_last={}) == index


def test_on_one_day_whoever_had_the_worst_hours_last_time_decides() -> None:
    options = [at(24, 9, {1: 0.9, 2: 0.1, 3: 0.2}), at(24, 17, {1: 0.2, 2: 0.9, 3: 0.5})]
    votes = {0: {1, 2, 3, 4}, 1: {1, 2, 3}}
    assert booked(options, votes, m1=0.8, m2=0.3) == 1
    assert booked(options, votes, m1=0.3, m2=0.8) == 0
    hard = [replace(options[0], strains=dict.fromkeys(range(1, 5), 0.9)), options[1]]
    assert booked(hard, votes) == 0  # nobody had: more votes


def test_an_option_at_which_the_worst_off_cannot_come_is_the_hardest_for_them() -> None:
    options = [at(24, 9, {1: 0.1}), at(24, 17, {1: 0.9})]
    assert booked(options, {0: {2, 3, 4, 5}, 1: {1, 2, 3}}, m1=0.8) == 1


def test_who_cannot_come_on_that_day_does_not_decide() -> None:
    options = [at(24, 9, {9: 0.9, 1: 0.1}), at(24, 17, {9: 0.1, 1: 0.9})]
    assert booked(options, {0: {1, 2, 3}, 1: {1, 2, 3}}, m9=1.0, m1=0.5) == 0


def test_a_shade_of_strain_does_not_outweigh_votes() -> None:
    options = [at(24, 9, {1: 0.41}), at(24, 17, {1: 0.43})]
    assert booked(options, {0: {1, 2, 3}, 1: {1, 2, 3, 4}}, m1=0.8) == 1


def test_then_votes_then_the_time() -> None:
    options = [at(24, 17), at(24, 9)]
    assert booked(options, {0: {1, 2, 3, 4}, 1: {1, 2, 3}}) == 0
    assert booked(options, {0: {1, 2, 3}, 1: {1, 2, 3}}) == 1


def test_a_day_is_that_of_the_hosts_clock() -> None:
    """In Tokyo, 14:00 and 16:00 UTC are two days: the earlier is booked though fewer can come."""
    people = [Attendee(1, TOKYO, 0, 24), *everyone()]
    options = [option_at(datetime(2026, 11, 24, hour, tzinfo=UTC), people, minutes=45) for hour in (14, 16)]
    votes = {0: {1, 2, 3}, 1: {1, 2, 3, 4}}
    assert booked(options, votes) == 0
    here = [replace(each, day=each.starts_at.date()) for each in options]
    assert booked(here, votes) == 1


POLLS = st.lists(
    st.tuples(st.integers(20, 23), st.integers(0, 23), st.sets(st.integers(1, 5)), st.floats(0, 1)),
    max_size=6,
    unique_by=lambda row: row[:2],
)


@settings(deadline=None)
@given(poll=POLLS, quorum=st.integers(0, 5), tired=st.dictionaries(st.integers(1, 5), st.floats(0, 1)), data=st.data())
def test_what_is_booked_is_lawful_and_the_order_does_not_matter(
    poll: list[tuple[int, int, set[int], float]], quorum: int, tired: dict[int, float], data: st.DataObject
) -> None:
    options = [at(day, hour, dict.fromkeys(range(1, 6), hard)) for day, hour, _, hard in poll]
    votes = {index: row[2] for index, row in enumerate(poll)}
    found = book(options, votes, quorum, now=NOW, strain_last=tired)
    ready = [
        index
        for index, option in enumerate(options)
        if len(votes[index]) >= max(quorum, 1) and option.starts_at >= NOW + DAY
    ]
    assert (found is None) is (not ready)
    if found is not None:
        assert found in ready and options[found].day == min(options[index].day for index in ready)
    order = data.draw(st.permutations(range(len(options))))
    mixed = {index: sorted(votes[place], reverse=True) for index, place in enumerate(order)}
    again = book([options[place] for place in order], mixed, quorum, now=NOW, strain_last=tired)
    assert (None if again is None else order[again]) == found


@settings(deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_the_order_of_people_after_the_host_does_not_matter(chance: random.Random) -> None:
    people = far_apart()[:1] + far_apart()[2:3] + [Attendee(9, NEW_YORK, 7, 23, 0.4), Attendee(8, LONDON, 6, 23)]
    rest = people[1:]
    chance.shuffle(rest)
    before, after = (options_for(each, now=NOW, minutes=45) for each in (people, [people[0], *rest]))
    assert [each.starts_at for each in before] == [each.starts_at for each in after]
