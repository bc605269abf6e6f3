"""One community on Slack, on Discord and in a room at once: one store of know-how, and one person with two accounts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import discord_stage
import pytest
import slack_stage
from telling import HERE, START, StoryRoom, Teller, Ward

from adapters.port import Inbound, Platform, Returned
from bot.feature import surface_of
from bot.wiring import FEATURES, Bot, build
from bot.words import Words
from knowledge.search import Encoder
from knowledge.store import Store, communities, members

LIFT = "Ring the lift before you unlock the bed."


@dataclass
class Chats:
    """The same ward on three chats, with one bot."""

    slack: Ward
    discord: Ward
    room: Ward


class Switchboard:
    """Hands what any chat hears to the one bot."""

    def __init__(self) -> None:
        self.surface = surface_of(FEATURES, Words())
        self.bot: Bot | None = None

    def listen(self, platform: Platform) -> slack_stage.Listening:
        return self.surface, self.receive, self.idle

    async def receive(self, event: Inbound) -> Returned:
        assert self.bot is not None
        return await self.bot.receive(event)

    async def receive_in_the_room(self, event: Inbound) -> Returned:
        returned = await self.receive(event)
        await self.idle()
        return returned

    async def idle(self) -> None:
        if self.bot is not None:
            await self.bot.idle()


@pytest.fixture
async def chats(store: Store, encoder_if_built: Encoder | None) -> AsyncIterator[Chats]:
    board = Switchboard()
    async with AsyncExitStack() as stages:
        slack = await stages.enter_async_context(slack_stage.open_stage("socket", board.listen, clock=lambda: START))
        discord = await stages.enter_async_context(discord_stage.open_stage(board.listen, clock=lambda: START))
        room = StoryRoom("demo", now=lambda: START, url="http://127.0.0.1:8000")
        room.connect(board.surface, board.receive_in_the_room)
        board.bot = build(store, encoder_if_built, slack.platform, discord.platform, room, clock=room.clock)
        community = await communities.open_community(store, "The ward", START)
        for people in (slack.people, discord.people, room):
            people.open_channel(HERE)
        async with store.write(community, START) as work:
            for space in (slack.platform.space, discord.people.space, room.space):
                await communities.connect_space(work, space.key)
            await communities.choose(work, welcomes=False)

        def ward(people: object, platform: Platform) -> Ward:
            assert board.bot is not None
            return Ward(people, platform, board.bot, store, community, twice=lambda: None)  # type: ignore[arg-type]

        yield Chats(ward(slack.people, slack.platform), ward(discord.people, discord.platform), ward(room, room))
        assert slack.slack.violations == [] and discord.violations == []


async def everybody(ward: Ward) -> list[str]:
    async with ward.store.read(ward.community, START) as work:
        return [each.name for each in await members.list_members(work)]


async def linked(offering: Teller, joining: Teller) -> None:
    await offering.uses("/tacit me")
    await offering.presses("Link another account")
    code = next(word for word in offering.told_by_bot()[-1].split() if len(word.strip("*.")) == 9 and "-" in word)
    await joining.uses(f"/tacit link {code.strip('*.')}")
    await joining.presses("Yes, both are me")


async def test_a_tip_kept_on_one_chat_is_found_on_the_others(chats: Chats) -> None:
    ravi, lena, ben = (
        await chats.slack.welcomes("Ravi"),
        await chats.discord.welcomes("Lena"),
        await chats.room.welcomes("Ben"),
    )
    await ravi.uses(f"/tip {LIFT}")
    for elsewhere in (lena, ben):
        await elsewhere.uses("/ask how do I move a bed to the lift?")
        assert elsewhere.sees_last("Ring the lift before you unlock the bed") and elsewhere.sees_last("Ravi")


async def test_accounts_are_one_person_once_linked_and_never_before(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann"), await chats.discord.welcomes("Ann")
    ben = await chats.room.welcomes("Ben")
    await there.uses(f"/tip {LIFT}")
    assert await everybody(chats.slack) == ["Ann", "Ann", "Ben"]
    await here.uses("/tacit me")
    assert not here.sees("#1")
    await linked(here, there)
    assert there.sees_last("are one person for me now")
    assert here.sees_last("Your account here was linked with Ann on Discord")
    assert await everybody(chats.slack) == ["Ann", "Ben"]
    await here.uses("/tacit me")
    assert here.sees_last("Ann on Slack") and here.sees_last("Ann on Discord") and here.sees_last("#1 Ring the lift")
    await ben.uses("/tip show 1")
    await ben.presses("Worked for me")
    await here.uses("/tip edit 1")
    await here.fills_in(works="Ring the lift before you unlock the bed, twice at night.")
    await there.uses("/tip show 1")
    assert there.sees_last("twice at night")


async def test_a_link_is_taken_apart_again_and_each_keeps_their_own(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann"), await chats.discord.welcomes("Annie", "porter", "ward 6")
    await here.uses("/tip Warm the gel in your hands first.")
    await there.uses(f"/tip {LIFT}")
    await linked(here, there)
    await here.presses("Unlink Annie on Discord")
    assert here.sees("#1 Warm the gel") and not here.sees_last("#2 Ring the lift")
    await there.uses("/me")
    assert there.sees_last("#2 Ring the lift") and there.sees_last("porter") and not there.sees_last("#1 Warm")
    assert await everybody(chats.slack) == ["Ann", "Annie"]


async def test_a_code_is_good_once_for_ten_minutes_and_only_elsewhere(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann"), await chats.discord.welcomes("Ann")
    ravi, mallory = await chats.slack.welcomes("Ravi"), await chats.room.welcomes("Mallory")
    await here.uses("/tacit me")
    await here.presses("Link another account")
    code = next(word.strip("*.") for word in here.told_by_bot()[-1].split() if "-" in word)
    await ravi.uses(f"/tacit link {code}")
    assert ravi.sees_last("I link accounts of different chats")
    await there.uses(f"/tacit link {code.lower().replace('-', ' ')}")
    await there.presses("No, leave it")
    assert there.sees_last("I left everything as it was") and len(await everybody(chats.slack)) == 4
    await there.uses(f"/tacit link {code}")
    await there.presses("Yes, both are me")
    await mallory.uses(f"/tacit link {code}")
    assert mallory.sees_last("no good any more")
    await linked_too_late(chats, here, mallory)


async def linked_too_late(chats: Chats, here: Teller, mallory: Teller) -> None:
    await here.uses("/tacit me")
    await here.presses("Link another account")
    code = next(word.strip("*.") for word in here.told_by_bot()[-1].split() if "-" in word)
    await chats.room.lets_pass(minutes=11)
    await mallory.uses(f"/tacit link {code}")
    assert mallory.sees_last("no good any more")


async def test_who_leaves_one_chat_is_still_here_on_the_other_and_is_told_things_there(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann"), await chats.discord.welcomes("Ann")
    ravi = await chats.discord.welcomes("Ravi")
    await linked(here, there)
    said = await there.says("Lukewarm water, push a little, pull a little, then wait ten minutes.")
    await there.leaves()
    assert "Ann" in await everybody(chats.slack)
    await ravi.reacts("bulb", to=said)
    assert here.sees_last("Lukewarm water")
    await here.presses("Yes, with my name")
    await ravi.uses("/tip show 1")
    assert ravi.sees_last("Ann")


async def test_the_switches_of_both_accounts_hold_for_both(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann"), await chats.discord.welcomes("Ann")
    await there.uses("/me")
    await there.presses("Don't count me")
    await there.presses("Stop, and delete it")
    await linked(here, there)
    await here.uses("/tacit me")
    assert here.sees_button("Count me in")


async def test_a_practice_that_only_one_account_said_is_known_for_both(chats: Chats) -> None:
    here, there = await chats.slack.welcomes("Ann", "", ""), await chats.discord.welcomes("Ann", "porter", "ward 6")
    await linked(here, there)
    await here.uses("/tacit me")
    assert here.sees_last("porter") and here.sees_last("ward 6")
