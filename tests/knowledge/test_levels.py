"""How many stand at which level: counted as `participation` says, once a month, and never so that few are told of."""

from collections import Counter
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


def told(row: levels.Row) -> dict[tuple[str, ...], int | None]:
    """The figures of a row, by the levels that they are of together."""
    found = zip(Level, row.cells, strict=True)
    return {(str(level), *cell.beside): cell.count for level, cell in found if cell.count is not None}


def check(row: levels.Row) -> None:
    """No figure is of one to four people, and neither is what is left of the total."""
    figures = [cell.count for cell in row.cells if cell.count is not None]
    left = (row.total or 0) - sum(figures)
    assert all(each == 0 or each >= 5 for each in [*figures, left, row.total or 0]), row


def check_together(found: Shown) -> None:
    """Levels that the months show as one are one in the groups too: none is taken apart that stands with another."""
    months = {frozenset(line) for line in told(found.months[-1])}
    groups = {frozenset(line) for rows in found.groups.values() for row in rows for line in told(row)}
    assert all(one <= other or not one & other for one, other in product(months, groups)), (months, groups)


async def test_people_are_counted_where_they_stood_when_the_month_ended(store: Store, community: int) -> None:
    await come(store, community, 7, busy=12)
    await come(store, community, 9)
    await come(store, community, 5, is_core=True)
    found = await shown(store, community)
    assert [row.name for row in found.months[-2:]] == ["2026-01", "2026-02"] and len(found.months) == 12
    last = found.months[-1]
    assert last.total == 21 and told(last) | {("newcomer",): 0, ("active",): 0} == {
        ("newcomer",): 0,
        ("peripheral",): 9,
        ("occasional",): 7,
        ("active",): 0,
        ("core",): 5,
    }


async def test_a_month_is_counted_once_and_stays(store: Store, community: int) -> None:
    people = await come(store, community, 20)
    first = await shown(store, community)
    async with store.write(community, NOW) as work:
        await asks(work, community, people[:10], 12)
        for each in people[10:16]:
            await members.describe(work, each, practice="cook")
    assert await shown(store, community, NOW + timedelta(days=20)) == first
    later = await shown(store, community, datetime(2026, 4, 2, tzinfo=UTC))
    assert later.months[:-1] == first.months[1:] and later.months[-1].name == "2026-03"
    assert told(later.months[-1])["occasional",] == 10
    assert {row.name for row in later.groups["practice"]} >= {"cook", "nurse"}


async def test_two_months_do_not_tell_that_one_person_moved(store: Store, community: int) -> None:
    edge, busy = await come(store, community, 12), await come(store, community, 8, busy=12)
    april, may = datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    before = told((await shown(store, community)).months[-1])
    async with store.write(community, april) as work:
        await asks(work, community, [*busy, edge[0]], 12, until=april.replace(day=1))
    assert told((await shown(store, community, april)).months[-1]) == before
    async with store.write(community, may) as work:
        await asks(work, community, [*busy, *edge[:6]], 12, until=may.replace(day=1))
    now = told((await shown(store, community, may)).months[-1])
    assert now["occasional",] == 14 and now["peripheral",] == 6


async def test_small_groups_stand_together_and_few_people_nowhere(store: Store, community: int) -> None:
    for practice, count in (("nurse", 11), ("porter", 3), ("clerk", 4), ("", 6)):
        await come(store, community, count, practice=practice, place="ward 4" if practice == "nurse" else "hall")
    found = await shown(store, community)
    assert [(row.name, row.total) for row in found.groups["practice"]] == [
        ("clerk · porter", 7),
        ("nurse", 11),
        ("", 6),
    ]
    assert [(row.name, row.total) for row in found.groups["place"]] == [("hall", 13), ("ward 4", 11)]
    for row in (*found.months, *found.groups["practice"], *found.groups["place"]):
        check(row)


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
    assert found.months[-1].total == 10 and told(found.months[-1]).get(("peripheral",)) == 10
    assert [row.total for row in found.groups["practice"]] == [10]
    assert (await shown(store, other)).months[-1].total == 6


@pytest.mark.parametrize("seed", range(5))
async def test_no_figure_of_one_to_four_is_shown_or_left_of_a_total(store: Store, community: int, seed: int) -> None:
    """People by chance; month after month some of them take more part, and some leave."""
    chance, now = np.random.default_rng(seed), NOW
    people: list[int] = []
    for practice in ("nurse", "porter", "cook", "clerk"):
        for busy in (0, 3, 12):
            place = str(chance.choice(["ward 4", "ward 7", "hall"]))
            values = {"is_core": chance.random() < 0.3, "practice": practice, "place": place}
            people += await come(store, community, int(chance.integers(0, 8)), busy=busy, **values)
    for month in (3, 4, 5):
        now = now.replace(month=month)
        found = await shown(store, community, now)
        for row in (*found.months, *(row for rows in found.groups.values() for row in rows)):
            check(row)
        if month == 3:
            check_together(found)
        for sort in levels.SORTS:
            assert len({row.name for row in found.groups[sort]}) == len(found.groups[sort])
        async with store.write(community, now) as work:
            until = now.replace(month=month + 1, day=1)
            await asks(work, community, chance.choice(people, 9, replace=False).tolist(), 12, until=until)
            for each in chance.choice(people, 2, replace=False).tolist():
                member = await members.find_member(work, each)
                assert member is not None
                member.left_at = now


def test_a_table_has_everybody_once() -> None:
    places = np.array([0, 0, 1, 2, 2, 2])
    table = levels._table(("a", "b", "c"), np.array([0, -1, 3, 4, 4, 0]), places)
    assert table.counts.sum() == 5 and Counter(table.counts.sum(axis=1).tolist()) == Counter({1: 2, 3: 1})
