"""User groups and channels on Slack: who counts as being in one, and when the bot says that it cannot tell."""

from collections.abc import AsyncIterator

import pytest
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import PlatformRefused, Refused, Sort
from adapters.room import Person


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Ann and Bob, the channel `general`, and `leads` that is theirs."""
    async with open_stage("socket", lambda platform: (SURFACE, Listener().receive, nothing)) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        stage.people.open_channel("leads", members=("ann", "bob"))
        await stage.people.finish()
        yield stage
        assert stage.slack.violations == [] and stage.slack.failures == []


async def inside(stage: Stage, group: str) -> list[str]:
    return [each.name for each in await stage.platform.people_in(group)]


async def named(stage: Stage) -> list[tuple[str, Sort]]:
    return [(each.name, each.sort) for each in await stage.platform.groups(stage.platform.space)]


async def test_user_groups_come_before_channels_and_the_one_for_all_is_none(stage: Stage) -> None:
    await stage.people.put_together("zebras", "ann")
    await stage.people.put_together("anchors", "bob")
    stage.people.open_channel("away", members=("ann",), with_bot=False)
    both = [("Anchors", Sort.USER_GROUP), ("Zebras", Sort.USER_GROUP)]
    assert await named(stage) == [*both, ("leads", Sort.CHANNEL)]
    stage.slack.world.usergroups["SZEBRAS"].enabled = False
    await stage.people.archive_channel("leads")
    assert await named(stage) == both[:1]


async def test_a_plan_without_user_groups_still_has_channels(stage: Stage) -> None:
    key = await stage.people.put_together("anchors", "bob")
    stage.slack.world.has_usergroups = False
    assert await named(stage) == [("leads", Sort.CHANNEL)]
    with pytest.raises(PlatformRefused) as refused:
        await inside(stage, key)
    assert refused.value.reason is Refused.MISSING_PERMISSION


async def test_a_missing_scope_is_named(stage: Stage) -> None:
    key = await stage.people.put_together("anchors", "bob")
    stage.slack.scopes.discard("usergroups:read")
    for asked in (stage.platform.groups(stage.platform.space), stage.platform.people_in(key)):
        with pytest.raises(PlatformRefused) as refused:
            await asked
        assert (refused.value.reason, refused.value.detail) == (Refused.MISSING_PERMISSION, "usergroups:read")


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_bots_are_in_none(stage: Stage, sign: str) -> None:
    await stage.people.join(Person("gus", "Gus"), **{sign: True})
    stage.people.add_app("robot", "Robot")
    for who in ("gus", "robot"):
        await stage.people.invite(who, "leads")
    assert await inside(stage, stage.people.room("leads").key) == ["Ann", "Bob"]
    assert await inside(stage, await stage.people.put_together("anchors", "ann", "gus")) == ["Ann"]


async def test_who_was_deactivated_is_in_none_though_slack_still_lists_them(stage: Stage) -> None:
    key = await stage.people.put_together("anchors", "ann", "bob")
    assert await inside(stage, key) == ["Ann", "Bob"]
    await stage.people.leave("bob")
    assert await inside(stage, key) == ["Ann"]
    await stage.people.join(Person("bob", "Bob"))
    assert await inside(stage, key) == ["Ann", "Bob"]


async def test_a_large_channel_is_asked_about_by_the_page(stage: Stage) -> None:
    for number in range(25):
        await stage.people.join(Person(f"p{number}", f"P{number}"))
        await stage.people.invite(f"p{number}", "leads")
    gone = "p3"
    await stage.people.leave(gone)
    stage.platform.directory._staff.clear()
    stage.slack.calls.clear()
    assert len(await inside(stage, stage.people.room("leads").key)) == 26
    assert [call.method for call in stage.slack.calls] == ["conversations.members", "users.list"]


@pytest.mark.parametrize("method", ["usergroups.users.list", "users.info"])
async def test_where_slack_does_not_say_who_it_is_nobody_is_taken_to_have_gone(stage: Stage, method: str) -> None:
    key = await stage.people.put_together("anchors", "ann")
    stage.platform.directory._staff.clear()
    stage.slack.faults.next(method, error="ratelimited")
    with pytest.raises(PlatformRefused) as refused:
        await inside(stage, key)
    assert refused.value.reason is Refused.UNREACHABLE
    stage.slack.faults.next("users.info", error="user_not_visible")
    assert await inside(stage, key) == []
    assert await inside(stage, key) == ["Ann"]
