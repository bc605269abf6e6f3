"""A PostgreSQL server on its bad days: it cuts off, goes away and comes back, makes wait, takes no changes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from postgres import Server, find_programs
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from knowledge.migrations import migrate
from knowledge.models import Community, Lease
from knowledge.store import Store, StoreUnavailable, communities, members
from knowledge.store import engine as engines
from knowledge.store.leases import LASTS, Taken, give_back, take_lease

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def name(database: str) -> str:
    """What the server calls the test's database."""
    return database.partition("?")[0].rpartition("/")[2]


@pytest.fixture
async def ward(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def names(store: Store, ward: int) -> list[str]:
    async with store.read(ward, NOW) as work:
        return [each.name for each in await members.list_members(work)]


async def add(store: Store, ward: int, name: str) -> None:
    async with store.write(ward, NOW) as work:
        await members.member_of(work, f"room:ward:{name}", name)


@on_postgresql
async def test_connections_that_went_stale_are_noticed(store: Store, ward: int, server: Server, name: str) -> None:
    await asyncio.gather(*(add(store, ward, each) for each in "abc"))
    assert server.cut_off(name) > 1
    await add(store, ward, "d")
    assert await names(store, ward) == ["a", "b", "c", "d"]


@on_postgresql
async def test_work_that_is_cut_off_writes_nothing_and_the_next_goes_well(
    store: Store, ward: int, server: Server, name: str
) -> None:
    with pytest.raises(StoreUnavailable):
        async with store.write(ward, NOW) as work:
            await members.add_member(work, "room:ward:ravi", "Ravi")
            await asyncio.to_thread(server.cut_off, name)
            await members.add_member(work, "room:ward:ben", "Ben")
    with pytest.raises(StoreUnavailable):
        async with store.write(ward, NOW) as work:
            await members.add_member(work, "room:ward:ravi", "Ravi")
            await asyncio.to_thread(server.cut_off, name)
    await add(store, ward, "Lena")
    assert await names(store, ward) == ["Lena"]


@pytest.mark.slow
async def test_a_server_that_is_away_is_said_plainly_and_found_again() -> None:
    own = await asyncio.to_thread(Server, find_programs())
    try:
        await asyncio.to_thread(own.start)
        store = Store(own.url(own.make()))
        await migrate(store)
        ward = await communities.open_community(store, "The ward", NOW)
        await asyncio.to_thread(own.stop)
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await add(store, ward, "Ravi")
            with pytest.raises(StoreUnavailable):
                await names(store, ward)
        await asyncio.to_thread(own.start)
        await add(store, ward, "Ben")
        assert await names(store, ward) == ["Ben"]
        await store.close()
    finally:
        own.remove()


async def test_a_server_that_is_nowhere_is_said_in_one_line_without_the_password(tmp_path: Path) -> None:
    store = Store(f"postgresql://tacit:very-secret@/nowhere?host={tmp_path}")
    with pytest.raises(StoreUnavailable, match="connection") as said:
        await communities.list_communities(store)
    await store.close()
    assert "\n" not in str(said.value) and "very-secret" not in str(said.value)


@on_postgresql
async def test_who_waits_too_long_for_their_turn_is_told_and_readers_wait_for_nobody(
    database: str, store: Store, ward: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_BUSY_WAIT_MILLISECONDS", 50)
    impatient = Store(database)
    async with store.write(ward, NOW) as work:
        await members.add_member(work, "room:ward:ravi", "Ravi")
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            await add(impatient, ward, "Ben")
        assert await names(impatient, ward) == []
    await add(impatient, ward, "Ben")
    assert await names(impatient, ward) == ["Ben", "Ravi"]
    await impatient.close()


@on_postgresql
async def test_communities_do_not_wait_for_each_other(store: Store, ward: int) -> None:
    other = await communities.open_community(store, "Another ward", NOW)
    async with store.write(ward, NOW):
        await asyncio.wait_for(add(store, other, "Ravi"), 2)


@on_postgresql
async def test_two_that_wait_for_each_other_are_told_apart(store: Store, ward: int) -> None:
    other = await communities.open_community(store, "Another ward", NOW)
    both_are_in = asyncio.Barrier(2)

    async def rename(first: int, second: int) -> None:
        async with store.session() as session:
            await session.get_one(Community, first, with_for_update=True)
            await both_are_in.wait()
            await session.get_one(Community, second, with_for_update=True)

    done = await asyncio.gather(rename(ward, other), rename(other, ward), return_exceptions=True)
    assert [type(each) for each in done if each is not None] == [StoreUnavailable]


async def test_a_reader_sees_one_moment(store: Store, ward: int) -> None:
    async with store.read(ward, NOW) as work:
        assert await members.list_members(work) == []
        await add(store, ward, "Ravi")
        assert await members.list_members(work) == []
    assert await names(store, ward) == ["Ravi"]


@on_postgresql
async def test_a_server_that_takes_no_changes_is_said_plainly(database: str, store: Store, ward: int) -> None:
    replica = Store(f"{database}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(StoreUnavailable, match="read-only"):
        await communities.open_community(replica, "Another ward", NOW)
    assert await communities.list_communities(replica) == [(ward, "The ward")]
    await replica.close()


@on_postgresql
async def test_what_is_wrongly_asked_is_no_bad_day_of_the_server(store: Store) -> None:
    with pytest.raises(ProgrammingError):
        async with store.session() as session:
            await (await session.connection()).execute(text("SELECT * FROM nowhere"))


@on_postgresql
async def test_a_lease_goes_by_the_clock_of_the_database(store: Store) -> None:
    assert await take_lease(store, "discord", "one", NOW) == Taken(None)
    assert await take_lease(store, "discord", "two", NOW + timedelta(days=1_000)) is None
    async with store.session() as session:
        lease = await session.get_one(Lease, "discord")
        assert abs(lease.beat_at - datetime.now(UTC)) < timedelta(minutes=1)
        lease.beat_at -= LASTS
    taken = await take_lease(store, "discord", "two", NOW - timedelta(days=1_000))
    assert taken is not None and taken.before == lease.beat_at
    await give_back(store, "discord", "two", NOW)
    assert await take_lease(store, "discord", "one", NOW)


async def test_a_lease_is_had_by_one_of_many(store: Store) -> None:
    taken = await asyncio.gather(*(take_lease(store, "discord", f"{number}", NOW) for number in range(20)))
    assert len([each for each in taken if each is not None]) == 1
