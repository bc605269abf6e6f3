"""The library keeps in step with the store, however much changed at once."""

from datetime import UTC, datetime

import pytest

from knowledge import library as module
from knowledge.library import Library
from knowledge.models import TipState
from knowledge.store import Store, communities, tips
from knowledge.store.filing import NewTip, publish_new
from knowledge.tips import TipForm

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def community(store: Store) -> int:
    return await communities.open_community(store, "The ward", NOW)


async def test_more_changes_than_are_read_at_once_are_all_found(
    store: Store, community: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_AT_ONCE", 7)
    library = Library(store, None)
    async with store.write(community, NOW) as work:
        ids = await publish_new(work, [NewTip(TipForm(f"works{number} with valve{number}")) for number in range(20)])
    for number in (0, 6, 7, 19):
        found = await library.search(community, f"valve{number}", NOW)
        assert [hit.id for hit in found.hits] == [ids[number]]
        assert await library.complete(community, f"works{number}", NOW, limit=1) == [ids[number]]
    async with store.write(community, NOW) as work:
        for id in ids[:15]:
            await tips.set_state(work, id, TipState.RETIRED, by=None)
    assert (await library.search(community, "valve3", NOW)).hits == ()
    assert ids[3] not in await library.complete(community, "works3", NOW)
    assert [hit.id for hit in (await library.search(community, "valve19", NOW)).hits] == [ids[19]]


async def test_tags_come_with_their_tips(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await publish_new(work, [NewTip(TipForm("one", tags=("bed", "lift"))), NewTip(TipForm("two", tags=("gel",)))])
        changed = await tips.changed_since(work, 0)
    library = Library(store, None)
    assert await library.tags(community, NOW) == ["bed", "gel", "lift"]
    async with store.write(community, NOW) as work:
        await tips.set_state(work, changed[0][0], TipState.RETIRED, by=None)
    assert await library.tags(community, NOW) == ["gel"]
    assert [form.tags for _, _, _, form in changed] == [("bed", "lift"), ("gel",)]


async def test_an_index_that_is_worn_by_changes_is_filled_afresh(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ids = await publish_new(work, [NewTip(TipForm(f"valve number {number}")) for number in range(10)])
    library = Library(store, None)
    await library.search(community, "valve", NOW)
    await library.settle(community, NOW)
    untouched = (await library.refresh(community, NOW)).index
    async with store.write(community, NOW) as work:
        for id in ids[:5]:
            await tips.set_state(work, id, TipState.RETIRED, by=None)
    assert ids[0] not in {hit.id for hit in (await library.search(community, "valve number", NOW)).hits}
    assert untouched.worn
    await library.settle(community, NOW)
    fresh = (await library.refresh(community, NOW)).index
    assert fresh is not untouched and not fresh.worn and len(fresh) == 5
    assert {hit.id for hit in (await library.search(community, "valve number", NOW)).hits} == set(ids[5:])


async def test_other_languages_are_read_from_the_next_question_on(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await publish_new(work, [NewTip(TipForm("Die Häuser am Rand haben keinen Aufzug."))])
    library = Library(store, None)
    assert not (await library.search(community, "Haus", NOW)).hits
    async with store.write(community, NOW) as work:
        await communities.choose(work, languages=("de",))
    assert (await library.search(community, "Haus", NOW)).hits
