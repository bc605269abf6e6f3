"""Practices and places as they are published: small ones together, anew once a month, never by one or two people."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from knowledge.models import PublishedTable
from knowledge.network import UNKNOWN
from knowledge.store import Store, communities, members, published

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ("nurse", "porter", "clerk", "cook")


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def come(store: Store, community: int, practice: str, count: int) -> None:
    async with store.write(community, NOW) as work:
        for number in range(count):
            found = await members.member_of(work, f"room:T:{practice}{number}", f"{practice} {number}")
            await members.describe(work, members.member_id(found), practice=practice)


async def shown(store: Store, community: int, now: datetime = NOW) -> dict[str, int]:
    """What each line is called, and how many people it has."""
    async with store.write(community, now) as work:
        lines = await published.practices(work)
    return dict(zip(lines.called, lines.people.tolist(), strict=True))


async def test_small_practices_are_one_line(store: Store, community: int) -> None:
    for practice, count in (("nurse", 7), ("porter", 3), ("clerk", 4)):
        await come(store, community, practice, count)
    assert await shown(store, community) == {"nurse": 7, "clerk · porter": 7}


async def test_one_who_comes_changes_no_figure_before_five_have(store: Store, community: int) -> None:
    await come(store, community, "nurse", 7)
    await come(store, community, "porter", 6)
    assert await shown(store, community) == {"nurse": 7, "porter": 6}
    await come(store, community, "nurse", 8)
    assert await shown(store, community, NOW.replace(month=4)) == {"nurse": 7, "porter": 6}
    await come(store, community, "nurse", 12)
    assert await shown(store, community, NOW.replace(month=4, day=20)) == {"nurse": 7, "porter": 6}
    assert await shown(store, community, NOW.replace(month=5)) == {"nurse": 12, "porter": 6}


async def test_a_new_practice_is_in_no_line_before_five_are_of_it(store: Store, community: int) -> None:
    await come(store, community, "nurse", 7)
    await shown(store, community)
    await come(store, community, "cook", 4)
    async with store.write(community, NOW.replace(month=4)) as work:
        lines = await published.practices(work)
        codes = lines.coded(community, (*NAMES, "Cook "))
    assert lines.called == ("nurse",) and codes.tolist() == [0, *[UNKNOWN] * 4]


async def test_nothing_is_shown_where_fewer_than_five_are_known(store: Store, community: int) -> None:
    await come(store, community, "nurse", 4)
    assert await shown(store, community) == {}


async def test_what_is_kept_names_no_practice(store: Store, community: int) -> None:
    await come(store, community, "nurse", 7)
    await shown(store, community)
    async with store.read(community, NOW) as work:
        kept = (await work.session.exec(select(PublishedTable))).one()
    assert "nurse" not in str(kept.body)


async def test_a_line_keeps_its_name_when_one_of_few_leaves_or_is_not_counted(store: Store, community: int) -> None:
    for practice, count in (("nurse", 7), ("porter", 1), ("clerk", 1), ("cook", 4)):
        await come(store, community, practice, count)
    before = await shown(store, community)
    async with store.write(community, NOW) as work:
        await members.mark_left(work, "room:T:porter0")
        clerk = members.member_id(await members.member_of(work, "room:T:clerk0", "clerk 0"))
        await members.describe(work, clerk, is_counted=False)
    assert before == await shown(store, community, NOW.replace(month=4)) == {"nurse": 7, "clerk · cook · porter": 6}


async def test_places_are_published_by_themselves(store: Store, community: int) -> None:
    await come(store, community, "nurse", 7)
    async with store.write(community, NOW) as work:
        for number, place in enumerate(["Ward 4"] * 5 + ["Attic"] * 2):
            member = members.member_id(await members.member_of(work, f"room:T:nurse{number}", f"nurse {number}"))
            await members.describe(work, member, place=place)
        places, practices = await published.places(work), await published.practices(work)
    assert dict(zip(places.called, places.people.tolist(), strict=True)) == {"attic · ward 4": 7}
    assert practices.called == ("nurse",) and places.coded(community, ["Ward  4", "nurse"]).tolist() == [0, UNKNOWN]
