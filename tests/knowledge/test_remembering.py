"""What every event asks for is not read from the database every time, and is never older than it may be."""

from datetime import UTC, datetime

import pytest

from knowledge.store import Store, communities, work

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Reads:
    """Something that is read, and how often it was."""

    def __init__(self) -> None:
        self.value, self.times = "old", 0

    async def __call__(self) -> str:
        self.times += 1
        return self.value


async def test_it_is_read_once(store: Store) -> None:
    reads = Reads()
    assert [await store.remember("key", reads) for _ in range(3)] == ["old"] * 3
    assert reads.times == 1


async def test_it_is_read_again_after_a_write_of_this_process(store: Store) -> None:
    reads = Reads()
    await store.remember("key", reads)
    reads.value = "new"
    await communities.open_community(store, "The ward", NOW)
    assert await store.remember("key", reads) == "new"


async def test_it_is_read_again_after_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = Reads()
    await store.remember("key", reads)
    reads.value = "new"
    later = work.monotonic() + work.REMEMBERED_SECONDS + 1
    monkeypatch.setattr(work, "monotonic", lambda: later)
    assert await store.remember("key", reads) == "new"


async def test_what_was_read_before_a_write_ended_is_not_kept(store: Store) -> None:
    async def slow() -> str:
        await communities.open_community(store, "The ward", NOW)
        return "read before the write, perhaps"

    reads = Reads()
    await store.remember("key", slow)
    assert await store.remember("key", reads) == "old"


async def test_an_option_that_was_chosen_counts_at_once(store: Store) -> None:
    community = await communities.open_community(store, "The ward", NOW)
    assert (await communities.options_now(store, community, NOW)).keep_emoji == "bulb"
    async with store.write(community, NOW) as writing:
        await communities.choose(writing, keep_emoji="star")
    assert (await communities.options_now(store, community, NOW)).keep_emoji == "star"
