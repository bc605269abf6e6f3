"""The sample community: its meetups are found and shown, and its people live through one while time passes."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from adapters.room import BOT, RoomPlatform
from adapters.room.reading import buttons
from bot.wiring import Bot, build, fill_room, let_people_live
from knowledge.hot_now import hot_now
from knowledge.search import Encoder
from knowledge.store import Store, communities

NOW = datetime(2026, 11, 24, 10, 7, tzinfo=UTC)
PROBLEM = "The lift takes ten minutes when we bring somebody to the scanner"
WIN = "Turn the ice machine off at ten, with a full jug in each bay first. (Bronwen Hughes)"


class Demo:
    """The room with the sample in it, and the bot."""

    def __init__(self, room: RoomPlatform, bot: Bot, community: int) -> None:
        self.room, self.bot, self.community = room, bot, community
        self.stood = len(room.world.messages)

    async def passes(self, **span: float) -> None:
        await self.room.pass_time(timedelta(**span))
        await self.bot.idle()

    async def uses(self, who: str, command: str) -> str:
        """Uses a command in #ward-floor as somebody who is played; gives what the bot says to them alone."""
        self.room.play(who)
        await self.room.use_command(who, "ward-floor", command)
        await self.bot.idle()
        return next(self.room.words_of(each.id) for each in reversed(self.room.messages_seen_by(who)) if each.only)

    async def presses(self, who: str, action: str) -> None:
        """Presses the newest button of this action."""
        seen = reversed(self.room.messages_seen_by(who))
        found = ((each.id, button.id) for each in seen for button in buttons(each))
        await self.room.press(who, *next(pair for pair in found if pair[1].startswith(f"meetups:{action}")))
        await self.bot.idle()

    def invited(self) -> list[str]:
        """Who has an invitation about `PROBLEM`, with times, before them."""
        asked = f"would like to talk about it with a few people: “{PROBLEM}”"
        return [id for id in self.room.world.people if any(asked in each for each in self.told(id))]

    def told(self, who: str) -> list[str]:
        return [self.room.words_of(each.id) for each in self.room.told(who)]

    def said_in(self, channel: str) -> list[str]:
        """What the bot said before everybody in a channel, its threads included."""
        since = list(self.room.world.messages.values())[self.stood :]
        said = [each for each in since if each.author == BOT and each.channel == channel and not each.only]
        return [self.room.words_of(each.id) for each in said]


@pytest.fixture(scope="session")
def filled(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample's database and room, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copy(empty_file, folder / "tacit.db")
    asyncio.run(_fill(folder))
    return folder


@asynccontextmanager
async def opened(folder: Path, encoder: Encoder | None = None) -> AsyncIterator[Demo]:
    """The demo as it stands in a folder, with its people living in it."""
    store = Store(f"sqlite:///{folder / 'tacit.db'}")
    room = RoomPlatform("demo", folder=folder, now=lambda: NOW, url="http://127.0.0.1:8000")
    bot = build(store, encoder, room, clock=room.clock, random=Random(1))
    let_people_live(room, bot)
    room.on_time_passed(lambda now: bot.tick())
    room.connect(bot.router.surface, bot.receive)
    community = (await communities.list_communities(store))[0][0]
    try:
        yield Demo(room, bot, community)
    finally:
        await bot.idle()
        room.close()
        await store.close()


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "demo"))


@pytest.fixture
async def demo(folder: Path) -> AsyncIterator[Demo]:
    async with opened(folder) as running:
        yield running


async def test_a_meetup_is_to_come_and_one_was_held(demo: Demo) -> None:
    await demo.bot.tick()
    await demo.bot.idle()
    (announced,) = demo.said_in("general")
    assert announced.startswith("Helen Ashworth and a few others meet about")
    listed = await demo.uses("viktor", "/meetup list")
    assert "The same six things go missing" in listed and "5 are coming so far" in listed
    assert "What keeps people awake" not in listed


async def test_several_ran_into_one_problem_and_one_of_them_is_asked(demo: Demo) -> None:
    demo.room.play("aisha")
    await demo.passes(days=1, hours=2)
    assert any("Would you host" in each and "transfer list" in each for each in demo.told("aisha"))


async def test_the_problem_is_the_same_one_by_meaning(folder: Path, encoder: Encoder) -> None:
    async with opened(folder, encoder) as demo:
        context = await demo.bot.services.context(demo.community)
        async with context.read() as work:
            problem, *_ = await hot_now(context.library, work)
    assert "transfer list" in problem.label
    assert len(problem.people) == len(problem.evidence) == 4


async def test_a_week_shows_the_whole_life_of_a_meetup(demo: Demo) -> None:
    await demo.uses("ravi", f"/meetup {PROBLEM}")
    await demo.presses("ravi", "send")
    assert demo.invited() and all(WIN in demo.told(each)[-1] for each in demo.invited())
    await demo.passes(days=2, hours=3)
    demo.room.time_step = timedelta(hours=12)  # from here on little depends on the hour
    await demo.passes(days=5)
    on = next(each for each in demo.told("ravi") if each.startswith(f"It's on: “{PROBLEM}”"))
    assert "meetup.ics" in on and len(on.split("Who comes: ")[1].split("\n")[0].split(",")) >= 2
    assert any(f"“{PROBLEM}” is over" in each for each in demo.told("ravi"))
    assert f"Ravi Mistry and a few others met about “{PROBLEM}”." in demo.said_in("ward-floor")
    wins = [each for each in demo.said_in("ward-floor") if f"will try this after “{PROBLEM}”" in each]
    assert 1 <= len(wins) <= 2 and not wins[0].startswith("One of us")
    assert any("Being tried after meetups" in each for each in demo.said_in("general"))


async def test_who_is_played_is_left_alone(demo: Demo) -> None:
    await demo.uses("ravi", f"/meetup {PROBLEM}")
    await demo.presses("ravi", "send")
    invited = demo.invited()
    for id in invited:
        demo.room.play(id)
    demo.room.time_step = timedelta(hours=12)
    await demo.passes(days=1, hours=12)
    assert len(invited) >= 3 and demo.invited() == invited
    await demo.passes(hours=15)
    assert any("No time suits everyone" in each for each in demo.said_in("ward-floor"))


async def test_who_was_played_is_left_alone_after_a_restart(folder: Path) -> None:
    async with opened(folder) as before:
        before.room.play("ravi")
    async with opened(folder) as after:
        assert "ravi" not in after.room.unplayed() and "aisha" in after.room.unplayed()


async def _fill(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'tacit.db'}")
    room = RoomPlatform("demo", folder=folder, now=lambda: NOW, url="http://127.0.0.1:8000")
    community = await communities.open_community(store, "The stroke service", NOW)
    await fill_room(room, store, community)
    room.close()
    await store.close()
