"""What people may read on Slack: guests, private channels, people of other organisations; and how often it is asked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import PlatformRefused, Refused, Room
from adapters.room import Person


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Ann and Bob, the channels `general` and `porters` that everybody sees, and `secret` that is Bob's."""
    async with open_stage("socket", lambda platform: (SURFACE, Listener().receive, nothing)) as stage:
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        stage.people.open_channel("general")
        stage.people.open_channel("porters", members=("bob",))
        stage.people.open_channel("secret", members=("bob",), private=True)
        await stage.people.finish()
        stage.slack.calls.clear()
        yield stage
        assert stage.slack.violations == [] and stage.slack.failures == []


async def sees(stage: Stage, who: str, *channels: str) -> list[bool]:
    """Whether somebody may see each of the channels."""
    account = stage.people.account(who)
    return [await stage.platform.may_see(account, stage.people.room(each)) for each in channels]


def asked(stage: Stage, method: str) -> int:
    """How often the bot called a method."""
    return sum(call.method == method for call in stage.slack.calls)


async def test_a_member_sees_a_public_channel_that_they_are_not_in(stage: Stage) -> None:
    assert await sees(stage, "ann", "general", "porters", "secret") == [True, True, False]
    assert await sees(stage, "bob", "general", "porters", "secret") == [True, True, True]


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_a_guest_sees_only_the_channels_that_they_are_in(stage: Stage, sign: str) -> None:
    await stage.people.join(Person("gus", "Gus"), **{sign: True})
    assert await sees(stage, "gus", "general", "porters", "secret") == [True, False, False]


async def test_so_do_people_of_another_organisation(stage: Stage) -> None:
    await stage.people.join(Person("far", "Far"), team="T9")
    await stage.people.join(Person("near", "Near"), team="T9", teams=("T9", "T1"))
    assert await sees(stage, "far", "general", "porters", "secret") == [True, False, False]
    assert await sees(stage, "near", "general", "porters", "secret") == [True, True, False]


async def test_other_apps_see_only_the_channels_that_they_are_in(stage: Stage) -> None:
    stage.people.add_app("robot", "Robot")
    assert await sees(stage, "robot", "porters", "secret") == [False, False]


async def test_a_channel_without_the_bot_is_nobodys_to_see(stage: Stage) -> None:
    stage.people.open_channel("quiet", with_bot=False)
    stage.people.open_channel("hidden", members=("ann",), private=True, with_bot=False)
    assert await sees(stage, "ann", "quiet", "hidden") == [False, False]


async def test_an_archived_channel_can_still_be_read(stage: Stage) -> None:
    await stage.people.archive_channel("general")
    assert await sees(stage, "ann", "general") == [True]


async def test_everybody_is_found_in_a_channel_of_several_pages(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.sight.LISTED", 1)
    assert await sees(stage, "bob", "secret") == [True]  # UBOB, UTACIT
    await stage.people.invite("ann", "secret")
    await stage.people.pass_time(timedelta(minutes=2))
    assert await sees(stage, "ann", "secret") == [True]
    assert await sees(stage, "bob", "secret") == [True]
    assert asked(stage, "conversations.members") == 1 + 1 + 2


async def test_in_a_channel_that_is_too_large_it_cannot_be_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.sight.PEOPLE_LOOKED_THROUGH", 1)
    await stage.people.invite("ann", "secret")
    assert await sees(stage, "ann", "secret") == [True]
    assert await sees(stage, "bob", "secret") == [False]


async def test_slack_is_asked_once_for_a_whole_list(stage: Stage) -> None:
    for _ in range(3):
        assert await sees(stage, "bob", "general", "porters", "secret") == [True, True, True]
    assert asked(stage, "users.info") == 1
    assert asked(stage, "conversations.info") == 3
    assert asked(stage, "conversations.members") == 1


async def test_what_changed_is_seen_after_a_minute(stage: Stage) -> None:
    assert await sees(stage, "ann", "secret", "porters") == [False, True]
    assert await sees(stage, "bob", "secret", "porters") == [True, True]
    await stage.people.invite("ann", "secret")
    await stage.people.remove("bob", "secret")
    stage.slack.world.conversations["CPORTERS"].kind = "group"
    await stage.people.pass_time(timedelta(seconds=61))
    assert await sees(stage, "ann", "secret", "porters") == [True, False]
    assert await sees(stage, "bob", "secret", "porters") == [False, True]


async def test_answers_that_are_remembered_are_few(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.sight.ANSWERS_KEPT", 1)
    for _ in range(2):
        assert await sees(stage, "ann", "general") == [True]
    assert asked(stage, "users.info") == 2


async def test_for_what_is_no_channel_slack_is_not_asked(stage: Stage) -> None:
    ann, group = stage.people.account("ann"), stage.people.open_group("ann", "bob")
    for channel in (stage.people.open_direct("ann"), "UANN", ""):
        assert not await stage.platform.may_see(ann, Room(ann.space, channel))
    assert not await stage.platform.may_see(ann, stage.people.room(group))
    assert stage.slack.calls == []


async def test_where_slack_says_no_it_cannot_be_told(stage: Stage) -> None:
    stage.slack.scopes.discard("groups:read")
    assert await sees(stage, "bob", "secret", "general") == [False, True]
    stage.slack.scopes.discard("users:read")
    assert await sees(stage, "ann", "general") == [False]
    stage.slack.faults.next("conversations.info", error="method_deprecated")
    assert await sees(stage, "bob", "porters") == [False]


@pytest.mark.parametrize("method", ["conversations.info", "users.info", "conversations.members"])
async def test_where_slack_cannot_be_reached_it_says_so_and_asks_again(stage: Stage, method: str) -> None:
    stage.slack.faults.next(method, error="ratelimited")
    with pytest.raises(PlatformRefused) as refused:
        await sees(stage, "bob", "secret")
    assert refused.value.reason is Refused.UNREACHABLE
    assert await sees(stage, "bob", "secret") == [True]
