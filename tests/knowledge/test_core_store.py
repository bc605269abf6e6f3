"""Who coordinates: named by hand or by a group of a chat, each told and noted, and the last one always stays."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.store import Store, Work, audit, communities, core, links, members, notices
from knowledge.store.core import LastCoordinator, NamedByGroup
from knowledge.store.forgotten import note_forgotten

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ("Ann", "Ben", "Cy", "Dot")
LEADS, HELPERS, ABROAD = "slack:T1:group:S1", "slack:T1:C1", "discord:G1:role:R1"


def key(name: str, space: str = "slack:T1") -> str:
    return f"{space}:{name.lower()}"


def inside(*names: str) -> dict[str, str]:
    return {key(name): name for name in names}


@pytest.fixture
async def community(store: Store) -> int:
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        for number, name in enumerate(NAMES):
            await members.add_member(work, key(name), name, joined_at=NOW - timedelta(days=9 - number))
    return community


class _TakenBackError(Exception):
    """Ends an example so that nothing of it stays."""


@asynccontextmanager
async def one_example(store: Store, community: int) -> AsyncIterator[Work]:
    with suppress(_TakenBackError):
        async with store.write(community, NOW) as work:
            yield work
            raise _TakenBackError


async def who(work: Work, name: str) -> int:
    found = await members.find_account(work, key(name))
    assert found is not None
    return found.member_id


async def coordinators(work: Work) -> list[str]:
    return [each.name for each in await core.core_members(work)]


async def by_what(work: Work, name: str) -> str:
    found = await members.find_member(work, await who(work, name))
    assert found is not None
    return found.core_from


async def done(work: Work) -> list[tuple[str, str, Sequence[str], str]]:
    """What stands in the trail, oldest first: what, by whom, to whom, by which group."""
    trail = await audit.trail(work, did="core")
    return [(each.did, each.by, each.about, each.subject.get("group", "")) for each in reversed(trail)]


async def test_who_is_named_by_hand_is_one_and_is_told_once(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben = await who(work, "Ann"), await who(work, "Ben")
        await core.add(work, ann, by=None)
        for _ in range(2):
            await core.add(work, ben, by=ann)
        assert await coordinators(work) == ["Ann", "Ben"]
        assert await done(work) == [("core.added", "", ("Ann",), ""), ("core.added", "Ann", ("Ben",), "")]
        owed = await notices.due_notices(work)
        assert [(each.name, each.member_id, each.subject["by"]) for each in owed] == [
            ("core.named", ann, None),
            ("core.named", ben, ann),
        ]
        for _ in range(2):
            await core.remove(work, ben, by=ann)
        assert await coordinators(work) == ["Ann"]
        assert (await done(work))[2:] == [("core.removed", "Ann", ("Ben",), "")]


async def test_the_last_one_who_is_here_stays(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben = await who(work, "Ann"), await who(work, "Ben")
        await core.add(work, ann, by=None)
        with pytest.raises(LastCoordinator):
            await core.remove(work, ann, by=ann)
        await core.add(work, ben, by=ann)
        await members.mark_left(work, key("Ben"))
        assert await coordinators(work) == ["Ann"]
        with pytest.raises(LastCoordinator):
            await core.remove(work, ann, by=ann)
        await core.remove(work, ben, by=ann)
        assert await coordinators(work) == ["Ann"] and len(await done(work)) == 3


async def test_a_group_brings_people_in_and_takes_them_out(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await core.add(work, await who(work, "Ann"), by=None)
        await core.set_groups(work, [LEADS], by=None)
        assert await core.sync_group(work, LEADS, inside("Ann", "Ben", "Cy")) == (2, 0)
        assert await core.sync_group(work, LEADS, inside("Ann", "Ben", "Cy")) == (0, 0)
        assert [await by_what(work, name) for name in ("Ann", "Ben", "Cy")] == ["", LEADS, LEADS]
        assert await core.sync_group(work, LEADS, inside("Dot", "Cy")) == (1, 1)
        assert await coordinators(work) == ["Ann", "Cy", "Dot"]
        assert (await done(work))[-2:] == [("core.added", "", ("Dot",), LEADS), ("core.removed", "", ("Ben",), LEADS)]


async def test_whom_a_group_names_it_would_bring_back(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ben = await who(work, "Ben")
        await core.add(work, await who(work, "Ann"), by=None)
        await core.set_groups(work, [LEADS], by=None)
        await core.sync_group(work, LEADS, inside("Ben"))
        with pytest.raises(NamedByGroup) as refused:
            await core.remove(work, ben, by=None)
        assert refused.value.group == LEADS
        await core.set_groups(work, [], by=None)
        assert (await coordinators(work), await by_what(work, "Ben")) == (["Ann", "Ben"], "")
        await core.remove(work, ben, by=None)
        assert await coordinators(work) == ["Ann"]


async def test_a_group_that_was_not_chosen_changes_nothing(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        assert await core.sync_group(work, LEADS, inside("Ann")) == (0, 0)
        assert await coordinators(work) == []


async def test_choosing_the_same_groups_again_is_no_change(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann = await who(work, "Ann")
        entry = await core.set_groups(work, [LEADS, HELPERS], by=ann)
        assert entry is not None and await core.set_groups(work, [HELPERS, LEADS, LEADS], by=ann) is None
        found = await audit.find_entry(work, entry)
        assert found is not None and (found.did, found.member_id) == ("core.groups", ann)
        assert found.subject == {"was": [], "now": [LEADS, HELPERS]}
        assert (await communities.options(work)).core_groups == (LEADS, HELPERS)


async def test_who_goes_from_one_group_to_another_stays(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await core.add(work, await who(work, "Ann"), by=None)
        await core.set_groups(work, [LEADS, HELPERS], by=None)
        await core.sync_group(work, LEADS, inside("Ben", "Cy"))
        others = {HELPERS: inside("Ben"), ABROAD: inside("Cy")}
        assert await core.sync_group(work, LEADS, {}, elsewhere=others) == (0, 1)
        assert (await coordinators(work), await by_what(work, "Ben")) == (["Ann", "Ben"], HELPERS)
        assert await core.sync_group(work, HELPERS, {}) == (0, 1)


async def test_a_group_never_takes_the_last_one_out(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await core.set_groups(work, [LEADS], by=None)
        await core.sync_group(work, LEADS, inside("Cy", "Ben"))
        assert await core.sync_group(work, LEADS, {}) == (0, 1)
        assert (await coordinators(work), await by_what(work, "Ben")) == (["Ben"], ""), "who has been here longest"
        assert await core.sync_group(work, LEADS, {}) == (0, 0)
        assert await core.sync_group(work, LEADS, inside("Dot")) == (1, 0)
        await core.remove(work, await who(work, "Ben"), by=None)
        assert await coordinators(work) == ["Dot"]


async def test_who_left_neither_comes_in_nor_counts(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await core.add(work, await who(work, "Ann"), by=None)
        await core.set_groups(work, [LEADS], by=None)
        await members.mark_left(work, key("Ben"))
        assert await core.sync_group(work, LEADS, inside("Ben")) == (0, 0)
        found = await members.find_account(work, key("Ben"))
        assert found is not None and found.left_at is not None
        await core.sync_group(work, LEADS, inside("Cy"))
        await members.mark_left(work, key("Ann"))
        assert await core.sync_group(work, LEADS, {}) == (0, 0)
        assert (await coordinators(work), await by_what(work, "Cy")) == (["Cy"], "")


async def test_who_was_never_seen_comes_in_and_who_was_forgotten_does_not(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        await note_forgotten(work, [key("Gone")], tips_kept=True)
        await core.set_groups(work, [LEADS], by=None)
        strangers = {**inside("New", "Gone"), key("Far", "slack:T2"): "Far"}
        assert await core.sync_group(work, LEADS, strangers) == (1, 0)
        assert await coordinators(work) == ["New"]
        assert [each.name for each in await members.list_members(work)] == sorted([*NAMES, "New"])


async def test_who_was_taken_out_is_not_brought_back_by_unlinking(store: Store, community: int) -> None:
    async with store.write(community, NOW) as work:
        ann, ben = await who(work, "Ann"), await who(work, "Ben")
        await members.add_member(work, key("Bee", "discord:G1"), "Bee")
        bee = await members.find_account(work, key("Bee", "discord:G1"))
        assert bee is not None
        await core.add(work, ann, by=None)
        await core.add(work, bee.member_id, by=ann)
        await links.offer_code(work, key("Ben"), "ABCD2345")
        assert await links.link(work, "ABCD2345", bee.key) is not None
        assert await coordinators(work) == ["Ann", "Ben"]
        await core.remove(work, ben, by=ann)
        assert await links.unlink(work, bee.key) is not None
        assert await coordinators(work) == ["Ann"]


@pytest.mark.parametrize("first", ["Ann", "Ben"])
async def test_of_two_accounts_that_are_linked_named_by_hand_outlasts_a_group(
    store: Store, community: int, first: str
) -> None:
    second = "Ben" if first == "Ann" else "Ann"
    async with store.write(community, NOW) as work:
        await core.add(work, await who(work, "Ann"), by=None)
        await core.add(work, await who(work, "Dot"), by=None)
        await core.set_groups(work, [LEADS], by=None)
        await core.sync_group(work, LEADS, inside("Ben"))
        await links.offer_code(work, key(first), "ABCD2345")
        assert await links.link(work, "ABCD2345", key(second)) is not None
        await core.sync_group(work, LEADS, {})
        assert await coordinators(work) == [first, "Dot"]


Step = Callable[[Work], Any]


def _adds(name: str) -> Step:
    async def step(work: Work) -> None:
        await core.add(work, await who(work, name), by=None)

    return step


def _removes(name: str) -> Step:
    async def step(work: Work) -> None:
        with suppress(LastCoordinator, NamedByGroup):
            await core.remove(work, await who(work, name), by=None)

    return step


def _syncs(group: str, names: frozenset[str], elsewhere: frozenset[str]) -> Step:
    async def step(work: Work) -> None:
        other = HELPERS if group == LEADS else LEADS
        await core.sync_group(work, group, inside(*names), elsewhere={other: inside(*elsewhere)})

    return step


def _chooses(groups: tuple[str, ...]) -> Step:
    async def step(work: Work) -> None:
        await core.set_groups(work, groups, by=None)

    return step


SOME, GROUP = st.frozensets(st.sampled_from(NAMES)), st.sampled_from((LEADS, HELPERS))
STEPS = st.lists(
    st.one_of(
        st.builds(_adds, st.sampled_from(NAMES)),
        st.builds(_removes, st.sampled_from(NAMES)),
        st.builds(_syncs, GROUP, SOME, SOME),
        st.builds(_chooses, st.lists(GROUP, unique=True).map(tuple)),
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS, away=st.sampled_from((*NAMES[1:], "")))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_is_done_somebody_who_is_here_coordinates(
    store: Store, community: int, steps: list[Step], away: str
) -> None:
    async with one_example(store, community) as work:
        await core.add(work, await who(work, "Ann"), by=None)
        if away:
            await core.add(work, await who(work, away), by=None)
            await members.mark_left(work, key(away))
        for step in steps:
            await step(work)
            assert await coordinators(work)
        for each in await members.list_members(work):
            assert each.is_core or not each.core_from, "who is not in it is by no group"
            assert each.core_from in ("", *(await communities.options(work)).core_groups)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
async def test_a_second_look_changes_nothing(store: Store, community: int, steps: list[Step]) -> None:
    async with one_example(store, community) as work:
        for step in steps:
            await step(work)
        held = {LEADS: inside("Ann", "Ben"), HELPERS: inside("Ben", "Cy")}
        for _ in range(2):
            changed = [await core.sync_group(work, group, held[group], elsewhere=held) for group in held]
        assert changed == [(0, 0), (0, 0)]
