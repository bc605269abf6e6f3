"""How many stand at which level: counted as `participation` says, once a month, and never so that few are told of."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from knowledge.models import Member, Question
from knowledge.participation import GIVING, WEEK, Deed, Did, Level, level_of
from knowledge.standing import Crowd, Levels, microseconds_of
from knowledge.store import Store, communities, levels, members, published
from knowledge.store.levels import Shown, months_before

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
ENDED = datetime(2026, 3, 1, tzinfo=UTC)
AGES = st.timedeltas(-5 * WEEK, 30 * WEEK)
DEEDS = st.tuples(st.integers(1, 5), st.sampled_from(list(Deed)), AGES)
PEOPLE = st.lists(st.tuples(AGES, st.booleans()), min_size=1, max_size=4)
MOMENTS = st.lists(st.timedeltas(timedelta(0), 20 * WEEK), min_size=1, max_size=3)


@given(people=PEOPLE, done=st.lists(DEEDS, max_size=60), before=MOMENTS)
def test_everybody_stands_where_the_rules_say(
    people: list[tuple[timedelta, bool]], done: list[tuple[int, Deed, timedelta]], before: list[timedelta]
) -> None:
    joined, core = [NOW - age for age, _ in people], [is_core for _, is_core in people]
    ids = np.arange(1, len(people) + 1)
    crowd = Crowd(ids, np.array([microseconds_of(at) for at in joined]), np.array(core))
    counted = Levels(crowd, [microseconds_of(NOW - each) for each in before])
    for who, deed, age in done:
        counted.note(np.array([who]), np.array([microseconds_of(NOW - age)]), gives=deed in GIVING)
    deeds = [Did(who, deed, NOW - age) for who, deed, age in done]
    for place, moment in enumerate(NOW - each for each in before):
        for at, found in enumerate(counted.levels(place).tolist()):
            own = [each for each in deeds if each.member == at + 1]
            is_here = joined[at] <= moment
            wanted = level_of(own, joined_at=joined[at], is_core=core[at], now=moment) if is_here else None
            assert (list(Level)[found] if found >= 0 else None) is wanted


def test_the_months_are_those_that_are_over() -> None:
    months = months_before(datetime(2026, 1, 1, tzinfo=UTC))
    assert (len(months), months[0][0], months[-1]) == (
        12,
        datetime(2025, 1, 1, tzinfo=UTC),
        (datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    )


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW - timedelta(days=500))


async def come(store: Store, community: int, count: int, *, busy: int = 0, **values: Any) -> list[int]:
    """So many people who came long ago, and asked the bot something in each of the last `busy` weeks of the month."""
    async with store.write(community, NOW - timedelta(days=400)) as work:
        here = len((await work.session.exec(select(Member))).all())
        joined = {"practice": "nurse", "place": "ward 4", "joined_at": NOW - timedelta(days=400), **values}
        rows = [Member(community_id=community, name=f"M{here + at}", **joined) for at in range(count)]
        work.session.add_all(rows)
        await work.session.flush()
        ids = [members.member_id(each) for each in rows]
        await asks(work, community, ids, busy)
        return ids


async def asks(work: levels.Work, community: int, people: list[int], weeks: int, until: datetime = ENDED) -> None:
    for number, (who, week) in enumerate(product(people, range(weeks)), 1):
        asked_at = until - week * WEEK - timedelta(days=1)
        number += who * 1_000 + until.month * 100_000
        work.session.add(Question(community_id=community, number=number, asker_id=who, text="?", asked_at=asked_at))
    await work.session.flush()


async def shown(store: Store, community: int, now: datetime = NOW) -> Shown:
    async with store.write(community, now) as work:
        lines = {"practice": await published.practices(work), "place": await published.places(work)}
    async with store.read(community, now) as work:
        counted = await levels.count(work, lines)
    async with store.write(community, now) as work:
        return await levels.show(work, counted, lines)


def told(row: levels.Row) -> dict[Level, int | None]:
    """The figures of a row by level."""
    return dict(zip(levels.LEVELS, row.counts, strict=True))


@given(count=st.integers(0, 10_000))
def test_people_are_told_in_fives_and_fewer_than_five_not_at_all(count: int) -> None:
    shown = levels.in_fives(count)
    assert (shown is None) == (count < 5)
    assert shown is None or (shown % 5 == 0 and shown >= 5 and abs(shown - count) <= 2)


async def test_people_are_counted_where_they_stood_and_the_core_group_nowhere(store: Store, community: int) -> None:
    await come(store, community, 7, busy=12)
    await come(store, community, 9)
    await come(store, community, 5, is_core=True)
    found = await shown(store, community)
    assert [row.name for row in found.months[-3:]] == ["2026-01", "2026-02", "2026-03-10"] and len(found.months) == 13
    ended = found.months[-2]
    assert ended.total == 15
    assert told(ended) == {Level.NEWCOMER: None, Level.PERIPHERAL: 10, Level.OCCASIONAL: 5, Level.ACTIVE: None}


async def test_a_month_is_counted_once_and_stays(store: Store, community: int) -> None:
    people = await come(store, community, 20)
    first = await shown(store, community)
    async with store.write(community, NOW) as work:
        await asks(work, community, people[:10], 12)
        for each in people[10:16]:
            await members.describe(work, each, practice="cook")
    assert await shown(store, community, NOW + timedelta(days=20)) == first, "not even the month that goes on"
    later = await shown(store, community, datetime(2026, 4, 2, tzinfo=UTC))
    assert later.months[:-2] == first.months[1:-1]
    assert [row.name for row in later.months[-2:]] == ["2026-03", "2026-04-02"]
    assert told(later.months[-2])[Level.OCCASIONAL] == 10
    assert {row.name for row in later.groups["practice"]} >= {"cook", "nurse"}


async def test_two_processes_count_a_month_as_one(store: Store, community: int) -> None:
    await come(store, community, 20)
    async with store.write(community, NOW) as work:
        lines = {"practice": await published.practices(work), "place": await published.places(work)}
    async with store.read(community, NOW) as work:
        first, second = await levels.count(work, lines), await levels.count(work, lines)
    async with store.write(community, NOW) as work:
        one = await levels.show(work, first, lines)
    async with store.write(community, NOW) as work:
        assert await levels.show(work, second, lines) == one


async def test_small_groups_stand_together_and_few_people_nowhere(store: Store, community: int) -> None:
    for practice, count in (("nurse", 11), ("porter", 3), ("clerk", 4), ("", 6)):
        await come(store, community, count, practice=practice, place="ward 4" if practice == "nurse" else "hall")
    found = await shown(store, community)
    assert [(row.name, row.total) for row in found.groups["practice"]] == [
        ("clerk · porter", 5),
        ("nurse", 10),
        ("", 5),
    ]
    assert [(row.name, row.total) for row in found.groups["place"]] == [("hall", 15), ("ward 4", 10)]


async def test_where_fewer_than_five_are_nothing_is_shown(store: Store, community: int) -> None:
    await come(store, community, 4, busy=12)
    found = await shown(store, community)
    assert found.months == () and all(rows == () for rows in found.groups.values())


async def test_who_left_will_not_be_counted_or_is_elsewhere_is_in_no_figure(store: Store, community: int) -> None:
    await come(store, community, 10)
    await come(store, community, 6, busy=12, is_counted=False)
    await come(store, community, 6, busy=12, left_at=NOW - timedelta(days=300))
    other = await communities.open_community(store, "The lab", NOW - timedelta(days=500))
    await come(store, other, 6, busy=12)
    found = await shown(store, community)
    assert found.months[-1].total == 10 and told(found.months[-1])[Level.PERIPHERAL] == 10
    assert [row.total for row in found.groups["practice"]] == [10]
    assert (await shown(store, other)).months[-1].total == 5


async def test_beyond_the_largest_lines_people_stand_together(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "LARGEST", 2)
    for practice, count in (("nurse", 30), ("porter", 20), ("clerk", 10), ("cook", 10)):
        await come(store, community, count, practice=practice)
    found = await shown(store, community)
    assert [(row.name, row.total) for row in found.groups["practice"]] == [("nurse", 30), ("porter", 20), ("", 20)]
