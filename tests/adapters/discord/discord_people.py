"""The people's side of the stand-in: everything that a person can do in Discord, named as in the room.

Each deed changes the world, delivers the events, and then waits until the bot has done all that it was given. What a
person cannot do raises `NotPossible`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import emoji
from discord_acts import _as_person
from discord_places import Places
from simcord.backend import serializers
from simcord.backend.models import Channel, Message
from simcord.enums import ChannelType

from adapters.room import BOT, NotPossible, Person
from adapters.room.mentions import find

Hook = Callable[[datetime], Awaitable[None]]
TIME_STEP = timedelta(hours=6)
"""Time is let pass in steps, so that what would have happened on the way happens then."""


class DiscordPeople(Places):
    """What people do. Every `who` is a short id (`ann`) or Discord's."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._hooks: list[Hook] = []

    async def join(self, person: Person, *, bot: bool = False) -> None:
        """Lets somebody in, new or back again; of somebody who is in already only the profile changes.

        Args:
            person: who; the id becomes the user name.
            bot: whether it is another application.
        """
        user = self._known(person.id)
        user.global_name, user.bot = person.name, bot
        self._close(user.id, closed=person.closed_direct_messages)
        if user.id in self.world.guilds[self.server.guild.id].members:
            self.world.announce_member_update(self.server.guild.id, user.id)
        else:
            self.world.add_member(self.server.guild.id, user.id, announce=True)
        await self.finish()

    async def leave(self, who: str) -> None:
        """Takes somebody out of the server; what they wrote stays."""
        self.close_form(who)
        self.world.remove_member(self.server.guild.id, self._member(who))
        await self.finish()

    def change_person(self, who: str, **changes: str | bool) -> None:
        """Changes parts of a profile: `name`, `nick`, `closed_direct_messages`; others are not Discord's."""
        user = self._member(who)
        if "closed_direct_messages" in changes:
            self._close(user, closed=bool(changes["closed_direct_messages"]))
        if "name" in changes:
            self.world.users[user].global_name = str(changes["name"])
        if "nick" in changes:
            self.world.get_member(self.server.guild.id, user).nick = str(changes["nick"]) or None
        if "name" in changes or "nick" in changes:
            self.world.announce_member_update(self.server.guild.id, user)

    async def say(self, who: str, channel: str, text: str, thread: str = "", *, reply: bool = False) -> str:
        """Writes a message; gives its id.

        Args:
            who: a person.
            channel: where: a channel, a thread or a direct conversation.
            text: Discord's Markdown, with people as `@id` or `@name`, `#channel` and `:emoji:`.
            thread: a message: the words go into its thread, which `who` begins where there is none; in a direct
                conversation, which has no threads, they become an inline reply.
            reply: whether they become an inline reply everywhere.

        Raises:
            NotPossible: the channel is not theirs, the message is gone, or the text is empty or too long.
        """
        user, place = self._inside(who, channel)
        inline = thread if thread and (reply or place.guild_id is None) else ""
        return await self._post(user, place, self._composed(text), thread if not inline else "", inline=inline)

    async def add_file(
        self, who: str, channel: str, name: str, text: str = "", thread: str = "", *, alternative_text: str = ""
    ) -> str:
        """Shares a file, with or without words; gives the new message's id."""
        user, place = self._inside(who, channel)
        files = self.world.store_attachments(place.id, [(name, b"x")])
        files[0]["description"] = alternative_text or None
        words = self._composed(text) if text.strip() else ""
        return await self._post(user, place, words, thread, files=files)

    async def edit_message(self, who: str, message: str, text: str) -> None:
        """Changes what `who` wrote.

        Raises:
            NotPossible: the message is gone or not theirs, or the text is empty or too long.
        """
        note = self._own(who, message)
        with _as_person():
            self.world.edit_message(note.channel_id, note.id, {"content": self._composed(text)})
        await self.finish()

    async def unfurl(self, message: str) -> None:
        """Lets Discord unfurl a link in a message: it changes, but nobody edited it."""
        note = self._message(message)
        note.embeds = [{"type": "article", "url": "https://example.org", "title": "A page"}]
        self.world.emit("MESSAGE_UPDATE", dict(serializers.message_payload(self.world, note)))
        await self.finish()

    async def delete_message(self, who: str, message: str) -> None:
        """Deletes what `who` wrote; a thread that began there stays.

        Raises:
            NotPossible: the message is gone or not theirs.
        """
        note = self._own(who, message)
        self.world.delete_message(note.channel_id, note.id)
        await self.finish()

    def dismiss(self, who: str, message: str) -> None:
        """Puts away a message that only `who` sees.

        Raises:
            NotPossible: it is gone, or others see it too.
        """
        note = self._visible(who, message)
        if not note.is_ephemeral:
            raise NotPossible("Only a message that nobody else sees can be put away.")
        self._away.add(note.id)

    async def add_reaction(self, who: str, message: str, emoji: str) -> None:
        """Puts an emoji (a short name, such as `bulb`) on a message; once is enough."""
        await self._react(who, message, emoji, on=True)

    async def remove_reaction(self, who: str, message: str, emoji: str) -> None:
        """Takes an emoji of `who` back from a message."""
        await self._react(who, message, emoji, on=False)

    async def pass_time(self, span: timedelta) -> None:
        """Moves the clock ahead, a step at a time, and at each awaits whoever asked by `on_time_passed`.

        Raises:
            ValueError: `span` is negative.
        """
        if span < timedelta():
            raise ValueError("time only passes forwards")
        longest = max(TIME_STEP, span / 100)
        while span > timedelta():
            step = min(span, longest)
            span -= step
            self.server.clock.passed += step
            self.world.archive_idle_threads()
            for hook in list(self._hooks):
                await hook(self.clock())
            await self.finish()

    def on_time_passed(self, hook: Hook) -> None:
        """Awaits `hook` with the new time whenever time was let pass."""
        self._hooks.append(hook)

    async def _post(
        self, user: int, place: Channel, words: str, thread: str, *, inline: str = "", files: Any = None
    ) -> str:
        if thread:
            place = self._thread(user, place, thread)
        answered = self._message(inline) if inline else None
        about = {"channel_id": str(place.id), "message_id": str(answered.id)} if answered else None
        with _as_person():
            self._check_may_write(user, place)
            note = self.world.create_message(place.id, user, words, reference=about, attachments=files)
        await self.finish()
        return str(note.id)

    async def _react(self, who: str, message: str, name: str, *, on: bool) -> None:
        note, sign = self._visible(who, message), _sign(name)
        if note.is_ephemeral:
            raise NotPossible("That cannot be put on this message.")
        self.world.set_reaction(note.channel_id, note.id, sign, self._member(who), on)
        await self.finish()

    def _check_may_write(self, user: int, place: Channel) -> None:
        if place.id not in self.world.hidden and place.type != ChannelType.DM:
            permission = "send_messages_in_threads" if place.is_thread else "send_messages"
            self.world.require_permissions(place.guild_id, user, place.id, permission)

    def _composed(self, typed: str) -> str:
        """What Discord's client makes of what somebody typed.

        Raises:
            NotPossible: there is nothing in it.
        """
        text = typed.strip()
        if not text:
            raise NotPossible("There is nothing in it yet.")
        names = {BOT: str(self.world.bot_user.id)}
        for user in self.world.users.values():
            shown = (user.name, user.global_name or "", self._name("@", user.id))
            names |= {name.lower(): str(user.id) for name in shown if name.strip()}
        for found in reversed(list(find(text, names))):
            text = f"{text[: found.start]}<@{found.id}>{text[found.end :]}"
        return emoji.emojize(self._with_channels(text), language="alias")

    def _own(self, who: str, message: str) -> Message:
        note = self._visible(who, message)
        if note.author_id != self._member(who):
            raise NotPossible("Only whoever wrote it can change it.")
        return note

    def _close(self, user: int, *, closed: bool) -> None:
        change = self.world.closed.add if closed else self.world.closed.discard
        change(user)


def _sign(name: str) -> str:
    """The sign for an emoji's short name; a sign or a server's own emoji (`name:id`) stays."""
    sign = emoji.emojize(f":{name}:", language="alias")
    if sign != f":{name}:":
        return sign
    if emoji.is_emoji(name) or name.partition(":")[2].isdigit():
        return name
    raise NotPossible("There is no such emoji.")
