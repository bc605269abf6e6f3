"""Two processes on one database do the same at the same moment: nothing is lost or doubled, nobody sees an error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlmodel import func, select

from knowledge.models import Account, Confirmation, Member, Notice, Outcome
from knowledge.store import Store, Work, communities, confirmations, consents, deliveries, members, notices, tips
from knowledge.store.members import member_id
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONCE = 20

Result = TypeVar("Result")


@pytest.fixture
async def stores(database: str) -> AsyncIterator[Sequence[Store]]:
    """Two stores on one database, as two processes have them."""
    both = (Store(database), Store(database))
    yield both
    for each in both:
        await each.close()


@pytest.fixture
async def ward(stores: Sequence[Store]) -> int:
    """The community in which it happens."""
    return await communities.open_community(stores[0], "The ward", NOW)


async def all_at_once(stores: Sequence[Store], ward: int, does: Callable[[Work], Awaitable[Result]]) -> list[Result]:
    """Does the same in `AT_ONCE` pieces of work, in turn by each process; gives what each gave."""

    async def once(store: Store) -> Result:
        async with store.write(ward, NOW) as work:
            return await does(work)

    return await asyncio.gather(*(once(stores[number % 2]) for number in range(AT_ONCE)))


async def count(store: Store, table: type[Account | Member | Notice | Confirmation]) -> int:
    async with store.session(reading=True) as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


async def test_somebody_seen_for_the_first_time_becomes_one_member(stores: Sequence[Store], ward: int) -> None:
    async def see(work: Work) -> int:
        return member_id(await members.member_of(work, "room:ward:ravi", "Ravi"))

    assert len(set(await all_at_once(stores, ward, see))) == 1
    assert (await count(stores[0], Member), await count(stores[0], Account)) == (1, 1)


async def test_numbers_are_given_once(stores: Sequence[Store], ward: int) -> None:
    async def keep(work: Work) -> int:
        return await tips.keep_tip(work, TipForm("Lukewarm water."), kept_by=None)

    ids = await all_at_once(stores, ward, keep)
    async with stores[0].read(ward, NOW) as work:
        kept = await tips.find_tips(work, ids)
    assert sorted(each.number for each in kept) == list(range(1, AT_ONCE + 1))


async def test_a_message_is_kept_once(stores: Sequence[Store], ward: int) -> None:
    async def keep(work: Work) -> int:
        try:
            return await tips.keep_tip(work, TipForm("Lukewarm water."), kept_by=None, source="room:ward:m1")
        except tips.AlreadyKept:
            return 0

    assert sorted(await all_at_once(stores, ward, keep))[:-1] == [0] * (AT_ONCE - 1)


async def test_a_delivery_is_handled_once(stores: Sequence[Store], ward: int) -> None:
    taken = await all_at_once(stores, ward, lambda work: deliveries.take_delivery(work, "room:1"))
    assert sorted(taken) == [False] * (AT_ONCE - 1) + [True]


async def test_a_notice_is_owed_once(stores: Sequence[Store], ward: int) -> None:
    async def owe(work: Work) -> None:
        member = await members.member_of(work, "room:ward:ravi", "Ravi")
        await notices.owe(work, "capture.consent", member_id(member), {"tip": 1}, once="consent:1")

    await all_at_once(stores, ward, owe)
    assert await count(stores[0], Notice) == 1


async def test_a_member_has_one_word_on_a_tip(stores: Sequence[Store], ward: int) -> None:
    async with stores[0].write(ward, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("Lukewarm water."), kept_by=None)
        member = member_id(await members.add_member(work, "room:ward:ravi", "Ravi"))
    await all_at_once(stores, ward, lambda work: confirmations.confirm_tip(work, tip, member, Outcome.WORKED))
    assert await count(stores[0], Confirmation) == 1


async def test_of_two_authors_who_say_yes_at_once_one_is_the_last(stores: Sequence[Store], ward: int) -> None:
    async with stores[0].write(ward, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("Lukewarm water.", situation="Blocked"), kept_by=None)
        authors = [member_id(await members.add_member(work, f"room:ward:{name}", name)) for name in ("ravi", "ben")]
        for author, part in zip(authors, ("works", "situation"), strict=True):
            await tips.add_author(work, tip, author, part=part, consent=tips.Consent.ASKED)

    async def agree(store: Store, author: int) -> bool:
        async with store.write(ward, NOW) as work:
            await consents.answer_request(work, tip, author, yes=True)
            return not await consents.waiting_for(work, tip)

    said = await asyncio.gather(*(agree(store, author) for store, author in zip(stores, authors, strict=True)))
    assert sorted(said) == [False, True]


async def test_a_community_is_opened_once(stores: Sequence[Store]) -> None:
    opened = await asyncio.gather(
        *(communities.open_community(stores[number % 2], "The ward", NOW) for number in range(AT_ONCE))
    )
    assert len(set(opened)) == 1 and len(await communities.list_communities(stores[0])) == 1


async def test_a_space_is_connected_once(stores: Sequence[Store], ward: int) -> None:
    await all_at_once(stores, ward, lambda work: communities.connect_space(work, "room:ward"))
    assert await communities.community_of_space(stores[1], "room:ward") == ward


async def test_a_space_that_two_communities_want_goes_to_one(stores: Sequence[Store], ward: int) -> None:
    other = await communities.open_community(stores[1], "Another ward", NOW)

    async def connect(store: Store, community: int) -> None:
        async with store.write(community, NOW) as work:
            await communities.connect_space(work, "room:ward")

    done = await asyncio.gather(connect(stores[0], ward), connect(stores[1], other), return_exceptions=True)
    assert [type(each) for each in done if each is not None] == [ValueError]


async def test_a_channel_is_remembered_once(stores: Sequence[Store], ward: int) -> None:
    await all_at_once(stores, ward, lambda work: communities.remember_channel(work, "room:ward:floor", "floor"))
    async with stores[0].read(ward, NOW) as work:
        assert [each.name for each in await communities.channels(work)] == ["floor"]
