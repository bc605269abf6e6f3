"""What the platform hears: the client's events as the port's, each once, and finished before the process stops."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import discord

from adapters.discord import commands, inbound, markup, outbound
from adapters.discord.client import Client, point_to
from adapters.discord.forms import Forms
from adapters.discord.interactions import PUT_OFF_SECONDS, Interactions
from adapters.discord.missed import Missed
from adapters.discord.refusals import UNREACHED, refusals
from adapters.discord.whose import Whose, without_mark
from adapters.port import (
    Account,
    Answer,
    FieldErrors,
    FormSubmitted,
    Inbound,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    Part,
    PlatformRefused,
    ReactionAdded,
    ReactionRemoved,
    Receive,
    Refused,
    Returned,
    Space,
    Surface,
    Typing,
)

STOP_SECONDS = 3.0

CLOSE_SECONDS = 0.5
"""After a handler that said nothing, an interaction is closed so late, for whatever still answers it."""

KEYS_KEPT = 50_000
"""Events whose keys are remembered: half a minute of the liveliest server, for what is read again."""

REPEATED = timedelta(minutes=5)
"""Within this time a second reaction or leaving, with nothing in between, is the same one told twice."""

AUTHORS_KEPT = 20_000
"""Messages whose authors are remembered, to know whom a thread answers; ids only."""

Told = Callable[[Space, str], Awaitable[None]]

_log = logging.getLogger("tacit.discord")


class Hearing:
    """The side of the platform that listens.

    Args:
        clock: the time, aware UTC.
        interactions: those that may still be answered.
        connected: told of each server that can be reached.
    """

    settings: Any

    def __init__(self, clock: Callable[[], datetime], interactions: Interactions, connected: Told | None) -> None:
        self.clock, self.interactions, self._connected = clock, interactions, connected
        self.asks_for = frozenset(Part)
        self._client: Client | None = None
        self._receive: Receive | None = None
        self._surface: Surface | None = None
        self._shortcuts: dict[str, str] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._meetings: dict[str, asyncio.Task[Any]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._authors: OrderedDict[int, int] = OrderedDict()
        self._states: OrderedDict[Hashable, tuple[bool, datetime]] = OrderedDict()
        self._known: dict[str, inbound.Known] = {}
        self._missed, self.whose, self.forms = Missed(clock), Whose(clock), Forms()

    @property
    def client(self) -> Client:
        """discord.py's client; after `make_client`."""
        assert self._client is not None, "make_client() comes first"
        return self._client

    @property
    def is_connected(self) -> bool:
        """Whether it listens, and every shard's connection is open and knows its servers."""
        return self._receive is not None and self._client is not None and self._client.is_heard()

    @property
    def bot(self) -> int:
        """The bot's user id."""
        return self.client.user.id if self.client.user else 0

    def listen(self, surface: Surface, receive: Receive) -> None:
        """Says what listens from now on."""
        self._surface, self._receive = surface, receive
        self._shortcuts = {each.label: each.id for each in surface.shortcuts}

    async def make_client(self) -> Client:
        """Makes a client that hands on what it hears; the one before is not used again."""
        point_to(self.settings.api_url, self.settings.gateway_url)
        intents = discord.Intents.default()
        intents.message_content, intents.members = Part.MESSAGES in self.asks_for, Part.MEMBERS in self.asks_for
        self._client = Client(self, intents, **self.settings.options)
        self._known.clear()
        return self._client

    async def idle(self) -> None:
        """Waits until everything that was accepted is handled."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def finish(self) -> None:
        """Takes nothing more, and finishes what was taken within `STOP_SECONDS`."""
        self._receive = None
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        for closing in self._closing:
            closing.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def known(self, space: Space) -> inbound.Known:
        """What reading an event needs to know."""
        found = self._known.get(space.id)
        if found is None:
            guild = self.client.get_guild(int(space.id))
            role = guild.self_role if guild else None
            mine = frozenset({self.bot, role.id}) if role else frozenset({self.bot})
            found = inbound.Known(space, mine, self.clock, self._shortcuts, partial(self._name, space))
            if role is not None:
                self._known[space.id] = found
        return found

    async def thread(self, id: int) -> discord.Thread | None:
        """Finds a thread by its id, or None where there is none."""
        found: Any = self.client.get_channel(id)
        if found is None:
            try:
                with refusals():
                    found = await self.client.fetch_channel(id)
            except (PlatformRefused, discord.InvalidData) as error:
                if getattr(error, "reason", "") is Refused.UNREACHABLE:
                    raise
                return None
        return found if isinstance(found, discord.Thread) else None

    def heard_until(self, moment: datetime | None) -> None:
        """Says until when somebody listened before this process did; None where nobody ever did."""
        self._missed.heard_before = moment

    async def on_begun(self, shard: int) -> None:
        """A shard began a session; what happened before it is not told."""
        self._missed.begun(shard)

    async def on_told(self, shard: int) -> None:
        """A shard knows its servers: what is missing is read and heard now."""
        self._begin(self._missed.make_good(self.client, shard, self.whose.latest(), self.on_posted))

    async def on_connected(self) -> None:
        """Every server is known: the commands are brought up to date."""
        if self._surface is not None:
            self._begin(commands.sync(self.client, self._surface, self.settings.server))

    async def on_server(self, guild: discord.Guild) -> None:
        """A server can be reached; what happens in it waits until that is known."""
        if self._connected is not None:
            space = Space("discord", str(guild.id))
            meeting = self._meetings[space.id] = self._begin(self._connected(space, guild.name))
            meeting.add_done_callback(lambda done: self._meetings.pop(space.id, None))

    async def on_posted(self, message: discord.Message) -> None:
        """Somebody wrote."""
        self._missed.heard(message)
        if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return
        self._authors[message.id] = message.author.id
        while len(self._authors) > AUTHORS_KEPT:
            self._authors.popitem(last=False)
        space = await self._space(message.guild, message.channel.id, message.author)
        if space is not None:
            await self._take(
                inbound.posted(message, self.known(space), self._answered(message), self._passed_on(message))
            )

    async def on_edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed; without a time of editing only its looks did."""
        message = payload.message
        if message.author.bot or message.edited_at is None:
            return
        space = await self._space(message.guild, message.channel.id, message.author)
        if space is not None:
            await self._take(inbound.edited(message, self.known(space)))

    async def on_deleted(self, guild: int | None, channel: int, messages: Iterable[int]) -> None:
        """Messages are gone; Discord does not say whose they were."""
        found = await self._channel_of(channel)
        if guild is None or found is None:
            return
        space = Space("discord", str(guild))
        for id in messages:
            where = inbound.reference(space, found, id)
            await self._take(MessageDeleted(f"{space.key}:{id}:gone", self.clock(), Account(space, ""), where))

    async def _channel_of(self, id: int) -> Any:
        """A channel or thread, which may have been archived; None where it is gone or not to be seen."""
        try:
            return self.client.get_channel(id) or await self.client.fetch_channel(id)
        except (*UNREACHED, discord.HTTPException, discord.InvalidData):
            return None

    async def on_reaction(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was put on a message, or taken back."""
        who: Any = payload.member or self.client.get_user(payload.user_id)
        if payload.user_id == self.bot or payload.guild_id is None or (who is not None and who.bot):
            return
        space, channel = Space("discord", str(payload.guild_id)), await self._channel_of(payload.channel_id)
        if channel is None:
            return
        added = payload.event_type == "REACTION_ADD"
        if self._came_just_now(("reaction", payload.message_id, payload.user_id, str(payload.emoji)), added):
            return
        author = payload.message_author_id if added else None
        sign = markup.name_of(str(payload.emoji)) if payload.emoji.is_unicode_emoji() else payload.emoji.name
        kind = ReactionAdded if added else ReactionRemoved
        key = f"{space.key}:{payload.message_id}:{payload.user_id}:{sign}:{added}:{self.clock().timestamp()}"
        await self._take(
            kind(
                key,
                self.clock(),
                Account(space, str(payload.user_id), self._name(space, "@", payload.user_id)),
                inbound.reference(space, channel, payload.message_id),
                sign,
                Account(space, str(author), self._name(space, "@", author)) if author and author != self.bot else None,
            )
        )

    async def on_joined(self, member: discord.Member) -> None:
        """Somebody joined a server."""
        if not member.bot:
            self._came_just_now(("here", member.guild.id, member.id), True)
            self.whose.forget(member.guild.id, member.id)
            space = Space("discord", str(member.guild.id))
            at = member.joined_at or self.clock()
            key = f"{space.key}:{member.id}:joined:{at.timestamp()}"
            who = self.known(space).account(member)
            await self._take(MemberJoined(key, at, who, is_guest=member.flags.guest))

    async def on_left(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left a server."""
        if not payload.user.bot and not self._came_just_now(("here", payload.guild_id, payload.user.id), False):
            self.whose.forget(payload.guild_id, payload.user.id)
            space = Space("discord", str(payload.guild_id))
            key = f"{space.key}:{payload.user.id}:left:{self.clock().timestamp()}"
            await self._take(MemberLeft(key, self.clock(), self.known(space).account(payload.user)))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a press, a form, or somebody typing."""
        data: Any = interaction.data or {}
        if interaction.guild_id is None and interaction.context.private_channel:
            return  # a conversation that the bot is not in
        own, named = without_mark(str(data.get("custom_id", "")))
        space = await self._space(interaction.guild, interaction.channel_id or 0, interaction.user, named)
        if space is None:
            return
        token = self.interactions.note(interaction)
        if token is None:
            return
        form = self.forms.again(own, interaction.user.id)
        if form is not None:
            await self.interactions.open(token, outbound.modal(form, self.mark_for(interaction)))
            return
        event = inbound.interaction(interaction, self.known(space), token)
        if event is None:
            return
        task = self._begin(self._answer(event, interaction, token))
        if isinstance(event, Typing):
            return
        done, _ = await asyncio.wait((task,), timeout=PUT_OFF_SECONDS)
        if not done:
            answer = self._surface.answer(event) if self._surface else Answer.PRIVATE
            await self.interactions.put_off(token, answer)

    def mark_for(self, interaction: discord.Interaction) -> str:
        """What ids in an answer end with: the server's where it is given directly."""
        return "" if interaction.guild_id else self.whose.mark(interaction.channel_id or 0)

    async def _answer(self, event: Inbound, interaction: discord.Interaction, token: str) -> None:
        returned = await self._hand_over(event)
        if isinstance(event, Typing):
            await interaction.response.autocomplete(commands.choices(event, returned, self._surface))
            return
        if isinstance(returned, FieldErrors) and isinstance(event, FormSubmitted):
            pages = outbound.layouts(self.forms.mend(event, returned), event.who.space, self.mark_for(interaction))
            await self.interactions.answer(token, pages, (), discord.AllowedMentions.none(), only=True)
        self._close_later(token)

    def _close_later(self, token: str) -> None:
        async def close() -> None:
            try:
                await asyncio.sleep(CLOSE_SECONDS)
            finally:
                await self.interactions.settle(token)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        task.add_done_callback(self._ended)

    def _came_just_now(self, what: Hashable, state: bool) -> bool:
        """Whether the same came within `REPEATED`: some events have no id, and all may come twice."""
        now = self.clock()
        before, at = self._states.pop(what, (not state, now))
        self._states[what] = (state, now)
        while len(self._states) > KEYS_KEPT:
            self._states.popitem(last=False)
        return before == state and now - at < REPEATED

    async def _take(self, event: Inbound) -> None:
        await self._begin(self._hand_over(event))

    def _begin(self, work: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("failed: %s", type(error).__name__)

    async def _hand_over(self, event: Inbound) -> Returned:
        meeting = self._meetings.get(event.who.space.id)
        if meeting is not None:
            await asyncio.wait((meeting,))
        if self._receive is None or event.key in self._seen:
            return None
        self._seen[event.key] = None
        while len(self._seen) > KEYS_KEPT:
            self._seen.popitem(last=False)
        return await self._receive(event)

    async def _space(
        self, guild: discord.Guild | None, channel: int, user: discord.abc.User, named: str = ""
    ) -> Space | None:
        """The server that something belongs to; None where it is nothing to the bot."""
        if guild is not None:
            return Space("discord", str(guild.id))
        return await self.whose.space_of(self.client, channel, user.id, named)

    def _answered(self, message: discord.Message) -> Any:
        """Whose message this answers: the one that it replies to, else whoever began the thread."""
        if message.reference is not None and isinstance(message.reference.resolved, discord.Message):
            return message.reference.resolved.author
        if isinstance(message.channel, discord.Thread):
            began = self._authors.get(message.channel.id) or message.channel.owner_id
            return self._user(began, message.guild) if began else None
        return None

    def _passed_on(self, message: discord.Message) -> Any:
        """Whose message of the same server this forwards, where it was heard."""
        about = message.reference
        if about is None or about.type is not discord.MessageReferenceType.forward or message.guild is None:
            return None
        author = self._authors.get(about.message_id or 0) if about.guild_id == message.guild.id else None
        return self._user(author, message.guild) if author else None

    def _user(self, id: int, guild: discord.Guild | None) -> Any:
        return (guild.get_member(id) if guild else None) or self.client.get_user(id)

    def _name(self, space: Space, kind: str, id: int) -> str:
        guild = self.client.get_guild(int(space.id))
        if kind == "#":
            return str(getattr(guild.get_channel_or_thread(id) if guild else None, "name", id))
        if kind == "@&":
            return str(getattr(guild.get_role(id) if guild else None, "name", id))
        found = guild.get_member(id) if guild else None
        if found is not None:
            return found.display_name
        user = self.client.get_user(id)
        return user.display_name if user else ""
