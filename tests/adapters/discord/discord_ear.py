"""What listens in tests of the Discord platform alone, without the bot: a surface, an ear, and a server to hear."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from discord_server import nothing
from discord_stage import Stage, open_stage
from simcord import ChannelHandle, GuildHandle, MemberActor, UserHandle

from adapters.port import (
    Answer,
    Button,
    Command,
    File,
    Form,
    Inbound,
    Line,
    Message,
    PlatformRefused,
    Refused,
    Returned,
    Room,
    Section,
    Shortcut,
    Space,
    Surface,
)
from adapters.room import BOT, Person

SURFACE = Surface(
    (
        Command("keep", "", "", "Keep something", Answer.FORM),
        Command("keep", "*", "what", "Keep this", Answer.PRIVATE),
        Command("ask", "*", "what", "Ask everybody", Answer.PUBLIC),
        Command("hush", "*", "what", "Say nothing", Answer.SILENT),
    ),
    (Shortcut("capture:keep", "Keep as know-how", Answer.FORM),),
    {
        "capture:replace": Answer.REPLACE,
        "capture:silent": Answer.SILENT,
        "capture:public": Answer.PUBLIC,
        "capture:private": Answer.PRIVATE,
        "capture:form": Answer.FORM,
    },
    {"capture:public": Answer.PUBLIC, "capture:silent": Answer.SILENT},
)
FORM = Form("capture:save", "Keep a tip", (Line("title", "What is it called?"),), "Keep it")


class Ear:
    """Notes every event; then does what it was told to, and returns what it was told to."""

    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.returns: Returned = None
        self.then: Callable[[Any], Awaitable[None]] | None = None

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        if self.then is not None:
            await self.then(event)
        return self.returns

    @property
    def last(self) -> Any:
        """The newest event."""
        return self.received[-1]


def note(words: str = "Warm it.", *buttons: Button, files: tuple[File, ...] = ()) -> Message:
    return Message("A note", [Section(words, buttons=buttons)], files)


@contextlib.asynccontextmanager
async def server(ear: Ear, **more: Any) -> AsyncIterator[Stage]:
    """Ann and Bob in a server with `general`."""
    async with open_stage(lambda platform: (SURFACE, ear.receive, nothing), **more) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        ear.received.clear()
        yield stage


def shown(stage: Stage, who: str = "ann", channel: str = "") -> list[str]:
    """What the bot shows somebody."""
    seen = stage.people.messages_seen_by(who, channel)
    return [stage.people.words_of(each.id) for each in seen if each.author == BOT]


class Second:
    """A second server, with a channel and some of the people."""

    def __init__(self, stage: Stage, *who: str) -> None:
        world = stage.people.world
        self._stage, self._guild = stage, world.create_guild("The clinic")
        self._channel = world.create_channel(self._guild.id, "lobby")
        self.space = Space("discord", str(self._guild.id))
        for each in who:
            world.add_member(self._guild.id, stage.people.user(each), announce=True)

    async def use_command(self, who: str, name: str, **options: str) -> None:
        guild = GuildHandle(self._stage.env, self._guild)
        user = UserHandle(self._stage.env, self._stage.people.world.users[self._stage.people.user(who)])
        place = ChannelHandle(self._stage.env, guild, self._channel)
        await MemberActor(self._stage.env, guild, user).slash(place, name, **options)

    async def say(self, who: str, words: str) -> None:
        self._stage.people.world.create_message(self._channel.id, self._stage.people.user(who), words)
        await self._stage.people.finish()

    @property
    def room(self) -> Room:
        return Room(self.space, str(self._channel.id), "", "lobby")


async def is_refused(doing: Awaitable[object]) -> Refused:
    with pytest.raises(PlatformRefused) as refused:
        await doing
    return refused.value.reason
