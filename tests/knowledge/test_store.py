"""The store on a real database: what is written is whole, versions come back, bad days leave nothing half-written."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert
from sqlmodel import select

from knowledge.columns import UTCDateTime
from knowledge.migrations import migrate
from knowledge.models import Community, Member, Notice, Tie, TieKind, TieMonth, TipState, metadata
from knowledge.store import Store, StoreUnavailable, async_url, communities, deliveries, members, notices, tips
from knowledge.store import engine as engines
from knowledge.tips import TipForm

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

Result = TypeVar("Result")


async def test_migrations_make_what_the_models_say(bare_database: str) -> None:
    store = Store(bare_database)
    await migrate(store)
    await migrate(store)
    async with store.session() as session:
        drift = await (await session.connection()).run_sync(_drift)
    await store.close()
    assert drift == []


async def test_several_processes_migrate_at_once(bare_database: str) -> None:
    stores = [Store(bare_database) for _ in range(4)]
    await asyncio.gather(*(migrate(store) for store in stores))
    async with stores[0].session() as session:
        assert await (await session.connection()).run_sync(_drift) == []
    for store in stores:
        await store.close()


def test_migrations_go_down_and_up_again(bare_database: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "knowledge" / "migrations"))
    engine = create_engine(async_url(bare_database).replace("+aiosqlite", ""))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    engine.dispose()


def test_what_an_earlier_version_does_not_know_goes_on_the_way_down(bare_database: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "knowledge" / "migrations"))
    engine = create_engine(async_url(bare_database).replace("+aiosqlite", ""))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.execute(insert(Community), {"id": 1, "name": "Ward", "options": {}, "created_at": NOW})
        people = [{"id": id, "community_id": 1, "name": "Ann", "joined_at": NOW} for id in (1, 2)]
        connection.execute(insert(Member), people)
        between: dict[str, Any] = {"community_id": 1, "from_id": 1, "to_id": 2, "channel": "", "at": NOW}
        for kind in (TieKind.MET, TieKind.REPLY):
            connection.execute(insert(Tie), {**between, "kind": kind, "once": str(kind)})
            connection.execute(insert(TieMonth), {**between, "kind": kind, "month": "2026-03", "count": 1})
        command.downgrade(config, "0006")
        for table in ("tie", "tiemonth"):
            assert connection.exec_driver_sql(f"SELECT kind FROM {table}").scalars().all() == ["reply"]
        command.upgrade(config, "head")
        assert connection.execute(select(Member.takes_meetups)).scalars().all() == [True, True]
        assert connection.execute(select(Community.last_meetup)).scalars().all() == [0]
        assert _drift(connection) == []
    engine.dispose()


def test_moments_are_aware_utc() -> None:
    column = UTCDateTime()
    there = datetime(2026, 3, 2, 11, tzinfo=timezone(timedelta(hours=2)))
    assert column.process_bind_param(there, None) == NOW  # type: ignore[arg-type]
    assert column.process_result_value(datetime(2026, 3, 2, 9), None) == NOW  # type: ignore[arg-type]  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        column.process_bind_param(datetime(2026, 3, 2, 9), None)  # type: ignore[arg-type]  # noqa: DTZ001


def test_database_addresses_name_their_driver() -> None:
    assert async_url("sqlite:///x.db") == "sqlite+aiosqlite:///x.db"
    assert async_url("postgresql://u:p@localhost/d") == "postgresql+psycopg://u:p@localhost/d"


async def test_an_error_writes_nothing(store: Store) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    with pytest.raises(RuntimeError):
        async with store.write(community, NOW) as work:
            await tips.keep_tip(work, TipForm("half"), kept_by=None)
            raise RuntimeError
    async with store.read(community, NOW) as work:
        assert await tips.find_tip(work, 1) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_locked_database_is_said_plainly(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_BUSY_WAIT_MILLISECONDS", 50)
    community = await communities.open_community(store, "Ward", NOW)
    impatient = Store(store.url)
    holder = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        async with impatient.write(community, NOW) as work:
            await tips.keep_tip(work, TipForm("never"), kept_by=None)
    async with impatient.read(community, NOW) as work:
        assert await tips.find_tip(work, 1) is None
    holder.execute("ROLLBACK")
    holder.close()
    await impatient.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_full_disk_leaves_nothing_half_written(store: Store) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    async with store.write(community, NOW) as work:
        await tips.keep_tip(work, TipForm("kept before"), kept_by=None)
    async with store.session() as session:
        connection = await session.connection()
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(Exception, match="full"):
            await connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(4000000) AS x")
        await connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    with pytest.raises(StoreUnavailable):
        async with store.write(community, NOW) as work:
            bound = await work.session.connection()
            pages = (await bound.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await bound.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            for _ in range(400):
                await tips.keep_tip(work, TipForm("x" * 19_000), kept_by=None)
    async with store.read(community, NOW) as work:
        assert (await tips.find_tip(work, 1)) is not None
        assert (await tips.find_tip(work, 2)) is None


async def test_versions_come_back_word_for_word(store: Store) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    first = TipForm("One.", title="First", situation="When", why="Because", context="ward 4", tags=("a", "b"))
    async with store.write(community, NOW) as work:
        tip = await tips.keep_tip(work, first, kept_by=None)
        await tips.publish_tip(work, tip, by=None)
        await tips.revise_tip(work, tip, TipForm("Two."), by=None)
        await tips.set_state(work, tip, TipState.RETIRED, by=None)
    async with store.write(community, NOW) as work:
        assert await tips.undo_change(work, tip, by=None)
        back = (await tips.find_tips(work, [tip]))[0]
        assert (back.state, back.form.works) == (TipState.LIVE, "Two.")
        assert len(await tips.history(work, tip)) == 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=40).filter(lambda words: words.strip()), min_size=1, max_size=5))
async def test_undo_after_any_edits_gives_the_one_before(store: Store, edits: list[str]) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    async with store.write(community, NOW) as work:
        tip = await tips.keep_tip(work, TipForm("start"), kept_by=None)
        await tips.publish_tip(work, tip, by=None)
        for words in edits:
            await tips.revise_tip(work, tip, TipForm(words), by=None)
        await tips.undo_change(work, tip, by=None)
        assert (await tips.find_tips(work, [tip]))[0].form.works == ["start", *edits][-2].replace("\0", "").strip()


async def test_a_delivery_is_taken_once_and_again_only_after_a_crash(store: Store) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    async with store.write(community, NOW) as work:
        assert await deliveries.take_delivery(work, "k") is True
        assert await deliveries.take_delivery(work, "k") is False
    async with store.write(community, NOW + timedelta(minutes=5)) as work:
        assert await deliveries.take_delivery(work, "k") is True
        await deliveries.finish_delivery(work, "k")
    async with store.write(community, NOW + timedelta(hours=5)) as work:
        assert await deliveries.take_delivery(work, "k") is False


async def test_a_notice_is_owed_once_and_taken_by_one_process_at_a_time(store: Store) -> None:
    community = await communities.open_community(store, "Ward", NOW)
    lease = timedelta(minutes=2)
    async with store.write(community, NOW) as work:
        member = members.member_id(await members.add_member(work, "room:x:ann", "Ann"))
        for _ in range(2):
            await notices.owe(work, "capture.consent", member, {}, once="same")
        due = await notices.due_notices(work)
        assert len(due) == 1 and due[0].id is not None
        first = await notices.take_notice(work, due[0].id, lease=lease)
        assert first is not None and await notices.take_notice(work, due[0].id, lease=lease) is None
        first = Notice(**first.model_dump())
    async with store.write(community, NOW + lease) as work:
        second = await notices.take_notice(work, due[0].id, lease=lease)
        assert second is not None and (second.tries, second.tried_at) == (2, NOW)
        await notices.drop_notice(work, first, why="late")  # whose lease is over says nothing any more
    async with store.write(community, NOW + lease) as work:
        await notices.settle_notice(work, second, message="room:x:general:m1")
    async with store.write(community, NOW + timedelta(days=1)) as work:
        assert await notices.due_notices(work) == []
        assert await notices.was_met(work, member)


def test_two_processes_lose_no_update(database: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from datetime import UTC, datetime\n"
        "from knowledge.store import Store, communities\n"
        "async def main():\n"
        "    store = Store(sys.argv[1])\n"
        "    for _ in range(60):\n"
        "        async with store.write(1, datetime.now(UTC)) as work:\n"
        "            row = await communities.options(work)\n"
        "            count = int(row.questions_channel or 0)\n"
        "            await communities.choose(work, questions_channel=str(count + 1))\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    assert asyncio.run(_with(database, lambda store: communities.open_community(store, "Ward", NOW))) == 1
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen([sys.executable, "-c", script, database], env=environment) for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]

    async def count(store: Store) -> str:
        async with store.read(1, NOW) as work:
            return (await communities.options(work)).questions_channel

    assert asyncio.run(_with(database, count)) == "120"


async def _with(url: str, does: Callable[[Store], Awaitable[Result]]) -> Result:
    store = Store(url)
    try:
        return await does(store)
    finally:
        await store.close()


def _drift(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))
