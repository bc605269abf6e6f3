"""What the platform hears: the client's events as the port's, each once, and finished before the process stops."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord import commands, inbound, markup, outbound
from adapters.discord.client import Client, point_to
from adapters.discord.interactions import PUT_OFF_SECONDS, Interactions
from adapters.discord.missed import Missed
from adapters.port import (
    Account,
    Answer,
    Button,
    FieldErrors,
    Form,
    FormSubmitted,
    Inbound,
    MemberJoined,
    MemberLeft,
    Message,
    MessageDeleted,
    ReactionAdded,
    ReactionRemoved,
    Receive,
    Returned,
    Section,
    Space,
    Surface,
    Typing,
    escape,
    plain,
)

STOP_SECONDS = 3.0

CLOSE_SECONDS = 0.5
"""After a handler that said nothing, an interaction is closed so late, for whatever still answers it."""

KEYS_KEPT = 5_000
REPEATED = timedelta(minutes=5)
"""Within this time a second reaction or leaving, with nothing in between, is the same one told twice."""

AUTHORS_KEPT = 20_000
"""Messages whose authors are remembered, to know whom a thread answers; ids only."""

FORMS_KEPT = 500
AGAIN = "discord:again"
"""The id of the button that opens a form again; the bot never hears of it."""

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
        self.asks_for_all = True
        self._client: Client | None = None
        self._receive: Receive | None = None
        self._surface: Surface | None = None
        self._shortcuts: dict[str, str] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._direct: OrderedDict[int, Space] = OrderedDict()
        self._authors: OrderedDict[int, int] = OrderedDict()
        self._forms: OrderedDict[int, Form] = OrderedDict()
        self._states: OrderedDict[Hashable, tuple[bool, datetime]] = OrderedDict()
        self._missed = Missed(clock)

    @property
    def client(self) -> Client:
        """discord.py's client; after `make_client`."""
        assert self._client is not None, "make_client() comes first"
        return self._client

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
        intents.message_content = intents.members = self.asks_for_all
        self._client = Client(self, intents, **self.settings.options)
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
        return inbound.Known(space, self.bot, self.clock(), self._shortcuts, self._name)

    def note_direct(self, channel: int, space: Space) -> None:
        """Notes in which server somebody was last met, for their direct conversation with the bot."""
        self._direct[channel] = space
        while len(self._direct) > KEYS_KEPT:
            self._direct.popitem(last=False)

    async def thread(self, id: int) -> discord.Thread | None:
        """Finds a thread by its id, or None where there is none."""
        found = self.client.get_channel(id)
        if found is None:
            try:
                found = await self.client.fetch_channel(id)
            except (discord.NotFound, discord.Forbidden, discord.InvalidData):
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
        self._begin(self._missed.make_good(self.client, shard, reversed(self._direct), self.on_posted))

    async def on_connected(self) -> None:
        """Every server is known: the commands are brought up to date."""
        if self._surface is not None:
            self._begin(commands.sync(self.client, self._surface, self.settings.server))

    async def on_server(self, guild: discord.Guild) -> None:
        """A server can be reached."""
        if self._connected is not None:
            await self._connected(Space("discord", str(guild.id)), guild.name)

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
            await self._take(inbound.posted(message, self.known(space), self._answered(message)))

    async def on_edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed; without a time of editing only its looks did."""
        message = payload.message
        if message.author.bot or message.edited_at is None:
            return
        space = await self._space(message.guild, message.channel.id, message.author)
        if space is not None:
            await self._take(inbound.edited(message, self.known(space)))

    async def on_deleted(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone; Discord does not say whose it was."""
        if payload.guild_id is None:
            return
        space = Space("discord", str(payload.guild_id))
        channel = self.client.get_channel(payload.channel_id) or discord.Object(payload.channel_id)
        where = inbound.reference(space, channel, payload.message_id)
        nobody = Account(space, str(self.bot))
        await self._take(MessageDeleted(f"{space.key}:{payload.message_id}:gone", self.clock(), nobody, where))

    async def on_reaction(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was put on a message, or taken back."""
        if payload.user_id == self.bot or payload.guild_id is None or (payload.member and payload.member.bot):
            return
        space = Space("discord", str(payload.guild_id))
        channel = self.client.get_channel(payload.channel_id) or discord.Object(payload.channel_id)
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
                Account(space, str(payload.user_id), self._name("@", payload.user_id, space)),
                inbound.reference(space, channel, payload.message_id),
                sign,
                Account(space, str(author), self._name("@", author, space)) if author and author != self.bot else None,
            )
        )

    async def on_joined(self, member: discord.Member) -> None:
        """Somebody joined a server."""
        if not member.bot:
            self._came_just_now(("here", member.guild.id, member.id), True)
            space = Space("discord", str(member.guild.id))
            at = member.joined_at or self.clock()
            key = f"{space.key}:{member.id}:joined:{at.timestamp()}"
            await self._take(MemberJoined(key, at, self.known(space).account(member)))

    async def on_left(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left a server."""
        if not payload.user.bot and not self._came_just_now(("here", payload.guild_id, payload.user.id), False):
            space = Space("discord", str(payload.guild_id))
            key = f"{space.key}:{payload.user.id}:left:{self.clock().timestamp()}"
            await self._take(MemberLeft(key, self.clock(), self.known(space).account(payload.user)))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a press, a form, or somebody typing."""
        space = await self._space(interaction.guild, interaction.channel_id or 0, interaction.user)
        if space is None:
            return
        data: Any = interaction.data or {}
        if data.get("custom_id") == AGAIN:
            await self._begin(self._open_again(interaction))
            return
        token = self.interactions.note(interaction)
        if token is None:
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

    async def _answer(self, event: Inbound, interaction: discord.Interaction, token: str) -> None:
        returned = await self._hand_over(event)
        if isinstance(event, Typing):
            await interaction.response.autocomplete(commands.choices(event, returned, self._surface))
            return
        if isinstance(returned, FieldErrors) and isinstance(event, FormSubmitted):
            pages = outbound.layouts(self._mend(event, returned), event.who.space)
            await self.interactions.answer(token, pages, (), discord.AllowedMentions.none(), only=True)
        self._close_later(token)

    def note_form(self, token: str, form: Form) -> None:
        """Keeps a form that was opened: Discord closes it when it is sent, whatever is wrong with it."""
        interaction = self.interactions.find(token)
        if interaction is not None:
            self._forms[interaction.user.id] = form
            while len(self._forms) > FORMS_KEPT:
                self._forms.popitem(last=False)

    def _mend(self, event: FormSubmitted, returned: FieldErrors) -> Message:
        """What to mend in a form that was sent, and the way back to it as it was filled in."""
        form = self._forms.get(int(event.who.id))
        labels = {field.name: field.label for field in form.fields} if form and form.id == event.form else {}
        lines = [f"**{escape(labels.get(name, name))}**: {escape(why)}" for name, why in returned.errors.items()]
        buttons = []
        if form is not None and labels:
            self._forms[int(event.who.id)] = outbound.filled(form, event.values)
            buttons = [Button(AGAIN, form.title)]
        words = "\n".join(lines)
        return Message(plain(words)[:290], [Section(words, buttons=buttons)])

    async def _open_again(self, interaction: discord.Interaction) -> None:
        form = self._forms.get(interaction.user.id)
        if form is None:
            await interaction.response.defer()
        else:
            await interaction.response.send_modal(outbound.modal(form))

    def _close_later(self, token: str) -> None:
        async def close() -> None:
            try:
                await asyncio.sleep(CLOSE_SECONDS)
            finally:
                await self.interactions.settle(token)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

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
        if self._receive is None or event.key in self._seen:
            return None
        self._seen[event.key] = None
        while len(self._seen) > KEYS_KEPT:
            self._seen.popitem(last=False)
        return await self._receive(event)

    async def _space(self, guild: discord.Guild | None, channel: int, user: Any) -> Space | None:
        """The server that something belongs to; for a direct conversation one where both are."""
        if guild is not None:
            return Space("discord", str(guild.id))
        if channel in self._direct:
            return self._direct[channel]
        for each in sorted(self.client.guilds, key=lambda server: server.id):
            if each.get_member(user.id) is not None or len(self.client.guilds) == 1 or await self._is_in(each, user.id):
                space = Space("discord", str(each.id))
                self.note_direct(channel, space)
                return space
        return None

    async def _is_in(self, guild: discord.Guild, user: int) -> bool:
        try:
            await guild.fetch_member(user)
        except discord.HTTPException:
            return False
        return True

    def _answered(self, message: discord.Message) -> Any:
        """Whose message this answers: the one that it replies to, else whoever began the thread."""
        if message.reference is not None and isinstance(message.reference.resolved, discord.Message):
            return message.reference.resolved.author
        if isinstance(message.channel, discord.Thread):
            began = self._authors.get(message.channel.id) or message.channel.owner_id
            return self._user(began, message.guild) if began else None
        return None

    def _user(self, id: int, guild: discord.Guild | None) -> Any:
        return (guild.get_member(id) if guild else None) or self.client.get_user(id)

    def _name(self, kind: str, id: int, space: Space | None = None) -> str:
        if kind == "#":
            channel = self.client.get_channel(id)
            return str(getattr(channel, "name", id))
        for guild in self.client.guilds if space is None else filter(None, [self.client.get_guild(int(space.id))]):
            found: Any = guild.get_role(id) if kind == "@&" else guild.get_member(id)
            if found is not None:
                return str(found.name if kind == "@&" else found.display_name)
        user = self.client.get_user(id)
        return user.display_name if user else ""
