"""The verbs of the port on Discord."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from typing import Any

import discord

from adapters.discord import calendar, groups, inbound, markup, outbound, people
from adapters.discord.client import granted_to, point_to
from adapters.discord.hearing import Hearing
from adapters.discord.interactions import Interactions
from adapters.discord.posting import post_pages
from adapters.discord.private import THREAD_NAME, private_thread
from adapters.discord.refusals import missing_in, refusals
from adapters.discord.settings import DiscordSettings
from adapters.discord.whose import mark_of
from adapters.port import (
    Account,
    Destination,
    Event,
    Form,
    Group,
    Message,
    MessageRef,
    Only,
    Part,
    PlatformRefused,
    Post,
    Profile,
    Receive,
    Refused,
    Room,
    Space,
    Surface,
    Trigger,
)

KEYS_KEPT = 5_000
HAS_A_THREAD, NO_THREADS_HERE, TOO_MANY_THREADS, NOT_ALLOWED = 160004, 50024, 160006, 50013
"""Codes for a thread that cannot be begun. Source: Discord, discord-api-docs, *Opcodes and status codes*."""

BAD_TOKEN = 4004
"""The gateway's close code for a token that it does not accept. Source: Discord, *Opcodes and status codes*."""

_log = logging.getLogger("tacit.discord")


class DiscordPlatform(Hearing):
    """Every Discord server that the bot is in; each is a space of its own.

    Args:
        settings: token and addresses.
        clock: the time, aware UTC.
        connected: told of each server that can be reached, by its space and name.
    """

    name = "discord"

    def __init__(
        self,
        settings: DiscordSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        connected: Callable[[Space, str], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(clock, Interactions(), connected)
        self.settings = settings
        self._sent: OrderedDict[str, MessageRef | None] = OrderedDict()
        self._parts: OrderedDict[int, list[int]] = OrderedDict()
        self._opening = asyncio.Lock()

    def unheard(self) -> frozenset[Part]:
        """What the bot is not let to hear: what needs an intent that was not granted."""
        return frozenset(Part) - self.asks_for

    async def identify(self) -> None:
        """Asks Discord whether it knows the bot.

        Raises:
            PlatformRefused: the token is not accepted, or Discord cannot be reached.
        """
        point_to(self.settings.api_url, self.settings.gateway_url)
        async with discord.Client(intents=discord.Intents(guilds=True)) as client:
            try:
                with refusals():
                    await client.login(self.settings.token)
            except discord.LoginFailure:
                raise PlatformRefused(Refused.NOT_ACCEPTED, "token") from None

    async def run(self, surface: Surface, receive: Receive) -> None:
        """Connects and hands each event to `receive` until cancelled; what was accepted is answered first."""
        self.listen(surface, receive)
        client = await self.make_client()
        try:
            with refusals():
                await client.listen(self.settings.token)
        except discord.LoginFailure as error:
            raise PlatformRefused(Refused.NOT_ACCEPTED, "token") from error
        except discord.ConnectionClosed as closed:
            reason = Refused.NOT_ACCEPTED if closed.code == BAD_TOKEN else Refused.UNREACHABLE
            raise PlatformRefused(reason, f"closed with {closed.code}") from None
        except discord.PrivilegedIntentsRequired:
            if not self.asks_for:
                raise
            granted = self.asks_for & granted_to(client.application)
            self.asks_for = granted if granted != self.asks_for else frozenset()
            _log.warning("some intents are off, and so are some things; ./tacit check says which")
            await client.close()
            await self.run(surface, receive)
        finally:
            await self.finish()
            await client.close()

    async def send(
        self,
        to: Destination,
        message: Message,
        *,
        answering: Trigger | None = None,
        once: str = "",
        tried_at: datetime | None = None,
    ) -> MessageRef | None:
        """Posts `message`; gives None for one that only one person sees in a channel."""
        if once and once in self._sent:
            return self._sent[once]
        match to:
            case Room():
                sent = await self._post(to, message, once, answering, tried_at)
            case Account():
                sent = await self._post(await self.open_room([to]), message, once, tried_at=tried_at)
            case Only():
                sent = await self._send_to_one(to, message, once)
        if once:
            _remember(self._sent, once, sent)
        return sent

    async def edit(self, message: MessageRef, new: Message, *, answering: Trigger | None = None) -> None:
        """Replaces a message of the bot; one that only one person sees only in answer to that person."""
        pages, mentions = outbound.layouts(new, message.room.space, self._mark(message.room)), outbound.allowed(new)
        id = int(message.id)
        ids = self._forget_parts(id)
        with self._refusals(message.room, "view_channel", "send_messages"):
            if answering and (said := await self._replaced(answering, pages, new, mentions)) is not None:
                await self._drop(message.room, [each for each in ids if each != id])
                self._remember_parts([id, *said])
                return
            others = [each for each in ids if each != id]
            dropped = others[: max(len(ids) - len(pages), 0)]
            await self._drop(message.room, dropped)
            kept = [each for each in ids if each not in dropped]
            for each, page in zip(kept, pages, strict=False):
                attached = outbound.files(new.files) if page is pages[-1] else []
                found = self._partial(MessageRef(message.room, str(each)))
                await found.edit(view=page, attachments=attached, allowed_mentions=mentions)
            for page in pages[len(kept) :]:
                place = self._channel(message.room.thread_id or message.room.channel_id, message.room.space)
                attached = outbound.files(new.files) if page is pages[-1] else []
                kept.append((await place.send(view=page, files=attached, allowed_mentions=mentions)).id)
        self._remember_parts(kept)

    async def _replaced(
        self, answering: Trigger, pages: list[outbound.Layout], new: Message, mentions: discord.AllowedMentions
    ) -> list[int] | None:
        """Replaces the message whose button was pressed, and gives the further ones; None where it was not so."""
        attached = outbound.files(new.files) if len(pages) == 1 else []
        if not await self.interactions.replace(answering.token, pages[0], attached, mentions):
            return None
        pressed = self.interactions.find(answering.token)
        only = bool(pressed and pressed.message and pressed.message.flags.ephemeral)
        files = outbound.files(new.files)
        said = await self.interactions.answer(answering.token, pages[1:], files, mentions, only=only)
        return [each.id for each in said or ()]

    async def delete(self, message: MessageRef) -> None:
        """Removes a message of the bot."""
        id = int(message.id)
        with self._refusals(message.room, "view_channel"):
            await self._drop(message.room, [each for each in self._forget_parts(id) if each != id])
            await self._partial(message).delete()

    async def react(self, message: MessageRef, emoji: str) -> None:
        """Puts the bot's emoji on a message; a second time changes nothing."""
        with self._refusals(message.room, "view_channel", "read_message_history", "add_reactions"):
            await self._partial(message).add_reaction(markup.sign_of(emoji))

    async def open_form(self, trigger: Trigger, form: Form) -> None:
        """Opens a form as the first answer to an interaction; not from a form that was just sent."""
        interaction = self.interactions.find(trigger.token)
        mark = self.mark_for(interaction) if interaction else ""
        with refusals():
            await self.interactions.open(trigger.token, outbound.modal(form, mark))
        if interaction is not None:
            self.forms.note(interaction.user.id, form)

    async def open_room(self, accounts: Sequence[Account]) -> Room:
        """Opens (or finds) the direct conversation with one person, or a private thread with several."""
        space = accounts[0].space
        with refusals():
            if len(accounts) == 1:
                user = await self.client.fetch_user(int(accounts[0].id))
                channel = user.dm_channel or await user.create_dm()
                self.whose.note(channel.id, space)
                return Room(space, str(channel.id), direct=True)
            guild = self._guild(space)
            if guild is None:
                raise PlatformRefused(Refused.NOT_IN_CHANNEL, space.id)
            async with self._opening:  # two at once would begin two threads
                return inbound.room_of(space, await private_thread(guild, accounts))

    async def read_message(self, message: MessageRef) -> Post | None:
        """Reads a message as it stands, or None where it is gone or not the bot's to read."""
        try:
            with refusals():
                place = await self._channel_of(int(message.room.thread_id or message.room.channel_id))
                if isinstance(place, discord.ForumChannel):  # a post's first message stands in its own thread
                    place = await self._channel_of(int(message.id))
                found = await place.fetch_message(int(message.id)) if place is not None else None
                return inbound.post_of(found, self.known(message.room.space)) if found else None
        except PlatformRefused as refused:
            if refused.reason in (Refused.GONE, Refused.NOT_IN_CHANNEL, Refused.MISSING_PERMISSION):
                return None
            raise

    async def read_thread(self, message: MessageRef) -> tuple[Post, ...]:
        """Reads the thread that a message stands in, its first message first; what is gone is left out."""
        root = MessageRef(message.room.channel, message.room.thread_id or message.id)
        first = await self.read_message(root)
        known = self.known(message.room.space)
        posts = [first] if first else []
        thread = await self.thread(int(root.id))
        if thread is not None:
            with refusals():
                async for each in thread.history(limit=None, oldest_first=True):
                    if each.type in (discord.MessageType.default, discord.MessageType.reply) and each.id != thread.id:
                        posts.append(inbound.post_of(each, known))
        return tuple(posts)

    async def link(self, message: MessageRef) -> str:
        """The address that opens a message."""
        server = "@me" if message.room.direct and not message.room.thread_id else message.room.space.id
        place = message.room.thread_id or message.room.channel_id
        return f"https://discord.com/channels/{server}/{place}/{message.id}"

    async def members(self, space: Space) -> tuple[Profile, ...]:
        """Everybody in a server, where the members intent is granted; else whoever was seen."""
        guild, is_told = self._guild(space), self.client.intents.members
        return await people.everybody(guild, self.known(space), is_told=is_told) if guild else ()

    async def may_see(self, account: Account, room: Room) -> bool:
        """Whether somebody may read what stands in a channel, by their permissions there."""
        guild, is_told = self._guild(room.space), self.client.intents.members
        return guild is not None and await people.may_see(guild, account, room, is_told=is_told)

    async def groups(self, space: Space) -> tuple[Group, ...]:
        """Roles, and the channels that are not for everybody."""
        guild = self._guild(space) if self.is_connected else None
        return groups.groups(guild, space) if guild else ()

    async def people_in(self, group: str) -> tuple[Account, ...]:
        """The people who have a role or see a channel, by its key."""
        if not self.is_connected:  # such as where another process listens
            raise PlatformRefused(Refused.UNREACHABLE, self.name)
        _, server, id = group.split(":", 2)
        space, is_told = Space(self.name, server), self.client.intents.members
        guild = self._guild(space)
        if guild is None:
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, server)
        return await groups.people_in(guild, self.known(space), id, is_told=is_told)

    async def schedule_event(self, space: Space, event: Event, *, known: str = "") -> str:
        """Puts an event among the server's scheduled events, or changes it; gives its id."""
        guild = self._guild(space)
        if guild is None:
            raise PlatformRefused(Refused.NOT_IN_CHANNEL, space.id)
        with refusals(lambda: "Create Events"):
            return await calendar.write(guild, event, known)

    async def _post(
        self,
        room: Room,
        message: Message,
        once: str,
        answering: Trigger | None = None,
        tried_at: datetime | None = None,
    ) -> MessageRef | None:
        pages, mentions = outbound.layouts(message, room.space, self._mark(room)), outbound.allowed(message)
        needed = ("view_channel", "send_messages_in_threads" if room.thread_id else "send_messages")
        with self._refusals(room, *needed, *(("attach_files",) if message.files else ())):
            if answering and self._is_there(answering, room):
                with suppress(discord.NotFound):  # its sign of waiting is gone: posted as any message then
                    files = outbound.files(message.files)
                    said = await self.interactions.answer(answering.token, pages, files, mentions, only=False)
                    return self._remember_parts([each.id for each in said or ()], room)
            place, room, more = await self._place(room)
            given = {"files": outbound.files(message.files), "allowed_mentions": mentions, **more}
            ids = await post_pages(place, pages, once=once, tried_at=tried_at, **given)
        return self._remember_parts(ids, room)

    def _remember_parts(self, ids: list[int], room: Room | None = None) -> MessageRef | None:
        """Remembers that a message went over several; gives the last, which stands for all of them."""
        for id in ids if len(ids) > 1 else ():
            _remember(self._parts, id, ids)
        return MessageRef(room, str(ids[-1])) if room and ids else None

    def _forget_parts(self, id: int) -> list[int]:
        """All the messages that one of them stands for, in order."""
        ids = self._parts.get(id, [id])
        for each in ids:
            self._parts.pop(each, None)
        return ids

    async def _send_to_one(self, to: Only, message: Message, once: str) -> MessageRef | None:
        interaction = self.interactions.find(to.trigger.token) if to.trigger else None
        if to.trigger is None or interaction is None:
            return await self._post(await self.open_room([to.account]), message, once)
        pages = outbound.layouts(message, to.account.space, self.mark_for(interaction))
        files = outbound.files(message.files)
        with refusals(), suppress(discord.NotFound):
            await self.interactions.answer(to.trigger.token, pages, files, outbound.allowed(message), only=True)
            return None
        return await self._post(await self.open_room([to.account]), message, once)

    def _is_there(self, trigger: Trigger, room: Room) -> bool:
        """Whether an interaction can still be answered, and happened in `room`."""
        found = self.interactions.find(trigger.token)
        return found is not None and str(found.channel_id) == (room.thread_id or room.channel_id)

    def _mark(self, room: Room) -> str:
        """What ids end with in a direct conversation, which belongs to no server."""
        return mark_of(room.space) if room.direct and not room.thread_id else ""

    async def _place(self, room: Room) -> tuple[Any, Room, dict[str, Any]]:
        """Where to post: a channel, a thread, or a thread that is begun now; else beneath the message, as a reply."""
        channel = self._channel(room.channel_id, room.space)
        if not room.thread_id:
            return channel, room, {}
        thread = await self.thread(int(room.thread_id))
        if thread is not None:
            return thread, room, {}
        root = channel.get_partial_message(int(room.thread_id))
        try:
            return await root.create_thread(name=await self._thread_name(root)), room, {}
        except discord.HTTPException as error:
            if error.code == HAS_A_THREAD and (known := await self.thread(root.id)) is not None:
                return known, room, {}
            if error.code not in (HAS_A_THREAD, NO_THREADS_HERE, TOO_MANY_THREADS, NOT_ALLOWED):
                raise
            return channel, room.channel, {"reference": root}

    def _guild(self, space: Space) -> discord.Guild | None:
        return self.client.get_guild(int(space.id)) if space.id.isdecimal() else None

    def _channel(self, id: str, space: Space) -> Any:
        """A channel that is known, or what can still be done with one that is not."""
        known = self.client.get_channel(int(id))
        guild = None if self.whose.is_direct(int(id)) else int(space.id)
        found: Any = known or self.client.get_partial_messageable(int(id), guild_id=guild)
        return found

    def _refusals(self, room: Room, *needed: str) -> AbstractContextManager[None]:
        """Says what Discord refuses; names those of the permissions that are missing in `room`."""

        def missing() -> str:
            guild = self._guild(room.space)
            place = self.client.get_channel(int(room.thread_id or room.channel_id))
            place = place or self.client.get_channel(int(room.channel_id))
            return ", ".join(missing_in(place, guild.me if guild else None, needed))

        return refusals(missing)

    async def _thread_name(self, root: discord.PartialMessage) -> str:
        found = await root.fetch()
        words = " ".join(found.clean_content.split()) or "…"
        return words if len(words) <= THREAD_NAME else f"{words[: THREAD_NAME - 1]}…"

    def _partial(self, message: MessageRef) -> discord.PartialMessage:
        place = message.room.thread_id or message.room.channel_id
        channel = self.client.get_channel(int(place))
        if isinstance(channel, discord.ForumChannel):  # a post's first message stands in its own thread
            place = message.id
        return self._channel(place, message.room.space).get_partial_message(int(message.id))  # type: ignore[no-any-return]

    async def _drop(self, room: Room, ids: Sequence[int]) -> None:
        for id in ids:
            try:
                await self._partial(MessageRef(room, str(id))).delete()
            except discord.NotFound:
                continue


def _remember(known: "OrderedDict[Any, Any]", key: Any, value: Any) -> None:
    known[key] = value
    while len(known) > KEYS_KEPT:
        known.popitem(last=False)
