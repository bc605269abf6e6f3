"""The ward that stories happen in: the room, and the same ward on Slack."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from zlib import crc32

import discord_stage
import pytest
from postgres import DATABASES
from slack_stage import Listening, open_stage
from telling import HERE, START, StoryRoom, Teller, Ward

from adapters.discord import DiscordPlatform
from adapters.port import Inbound, Platform, Returned
from adapters.slack import SlackPlatform
from bot.wiring import Bot, build
from knowledge.search import Encoder
from knowledge.store import Store, communities

PLATFORMS = {
    "room": ("sqlite",),
    "slack-socket": ("sqlite",),
    "slack-http": ("postgresql",),
    "discord": ("sqlite",),
}
"""Where each story is told, and on which databases: what a database does shows on any platform."""

EVERYWHERE = ("test_ask", "test_open_questions", "test_capture")
"""Stories that are told in every way, Slack by sockets included. The others are told in the room and on one chat, by
turns: what differs between chats is the contract suite's, which holds each to the same."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tells each story on every platform, but those that say that they are about one."""
    if "ward" in metafunc.fixturenames:
        named = tuple(name for each in metafunc.definition.iter_markers("only_on") for name in each.args)
        told = {each: kinds for each, kinds in PLATFORMS.items() if not named or each.startswith(named)}
        if metafunc.module.__name__.rpartition(".")[2] not in EVERYWHERE and len(told) > 1:
            told.pop("slack-socket", None)
        if metafunc.module.__name__.rpartition(".")[2] not in EVERYWHERE and not named:
            told.pop(sorted({"slack-http", "discord"} & set(told))[crc32(metafunc.function.__name__.encode()) % 2])
        on = [(each, kind) for each, kinds in told.items() for kind in sorted({*kinds} & {*DATABASES}) or DATABASES[:1]]
        metafunc.parametrize(("ward", "database"), on, indirect=True)
    elif "database" in metafunc.fixturenames:
        metafunc.parametrize("database", DATABASES, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, make_database: Callable[..., str]) -> str:
    """The URL of an empty database of the kind that the story is told on."""
    return make_database(request.param)


@pytest.fixture
async def ward(request: pytest.FixtureRequest, store: Store, encoder_if_built: Encoder | None) -> AsyncIterator[Ward]:
    """A ward with a channel and nobody in it yet; the bot listens."""
    platform, _, mode = request.param.partition("-")
    if platform == "room":
        yield await _in_the_room(store, encoder_if_built)
    elif platform == "slack":
        async with _on_slack(mode, store, encoder_if_built) as told:
            yield told
    else:
        async with _on_discord(store, encoder_if_built) as told:
            yield told


@asynccontextmanager
async def _on_discord(store: Store, encoder: Encoder | None) -> AsyncIterator[Ward]:
    bots: list[Bot] = []

    def listen(discord: DiscordPlatform) -> Listening:
        bots.append(build(store, encoder, discord, clock=discord.clock))
        return bots[0].router.surface, bots[0].receive, bots[0].idle

    async with discord_stage.open_stage(listen, clock=lambda: START) as stage:
        stage.people.open_channel(HERE)
        stage.people.open_channel("general")
        stage.people.on_time_passed(lambda now: bots[0].tick())
        community = await _community(store, stage.people.space.key)

        def twice() -> None:
            stage.server.deliver_twice = True

        yield Ward(stage.people, stage.platform, bots[0], store, community, twice=twice)
        assert stage.violations == []


@asynccontextmanager
async def _on_slack(mode: str, store: Store, encoder: Encoder | None) -> AsyncIterator[Ward]:
    bots: list[Bot] = []

    def listen(slack: SlackPlatform) -> Listening:
        bots.append(build(store, encoder, slack, clock=slack.clock))
        return bots[0].router.surface, bots[0].receive, bots[0].idle

    async with open_stage(mode, listen, clock=lambda: START) as stage:
        stage.people.open_channel(HERE)
        stage.people.open_channel("general")
        stage.people.on_time_passed(lambda now: bots[0].tick())
        community = await _community(store, stage.platform.space.key)

        def twice() -> None:
            stage.slack.deliver_twice = True

        yield Ward(stage.people, stage.platform, bots[0], store, community, twice=twice)
        assert stage.slack.violations == []


async def _in_the_room(store: Store, encoder: Encoder | None) -> Ward:
    room = StoryRoom("demo", now=lambda: START, url="http://127.0.0.1:8000")
    room.open_channel(HERE)
    room.open_channel("general")
    platform: Platform = room
    bot = build(store, encoder, platform, clock=room.clock)
    times = [1]

    async def receive(event: Inbound) -> Returned:
        returned = [await bot.receive(event) for _ in range(times[0])]
        await bot.idle()
        return returned[0]

    room.connect(bot.router.surface, receive)
    room.on_time_passed(lambda now: bot.tick())
    community = await _community(store, room.space.key)
    return Ward(room, platform, bot, store, community, twice=lambda: times.__setitem__(0, 2))


async def _community(store: Store, space: str) -> int:
    community = await communities.open_community(store, "The ward", START)
    async with store.write(community, START) as work:
        await communities.connect_space(work, space)
        await communities.choose(work, welcomes=False)  # who is in a story from its beginning is not new
    return community


@pytest.fixture
async def ravi(ward: Ward) -> Teller:
    """A nurse on ward 4."""
    return await ward.welcomes("Ravi")


@pytest.fixture
async def ben(ward: Ward) -> Teller:
    """A porter."""
    return await ward.welcomes("Ben", "porter", "ward 6")


@pytest.fixture
async def lena(ward: Ward) -> Teller:
    """A physiotherapist in the community team."""
    return await ward.welcomes("Lena", "physiotherapist", "community team")


@pytest.fixture
async def maeve(ward: Ward) -> Teller:
    """One of the core group."""
    return await ward.welcomes("Maeve", "nurse", "ward 4", core=True)
