"""The people's side: what a person does in Discord. Each deed changes the world and is sent to the bot.

Somebody is named by user name (`ann`) or id, a place by name (`general`) or id.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import gateway_acts as acts
import gateway_deeds as deeds
import gateway_permissions as permissions
import gateway_shapes as shapes
from gateway_channels import begin_post
from gateway_hub import Hub
from gateway_interactions import Interaction, Interactions
from gateway_world import BOT, Guild, World

Json = dict[str, Any]


class People:
    """Everybody but the bot."""

    def __init__(self, world: World, hub: Hub, interactions: Interactions) -> None:
        self.world, self._hub, self._interactions = world, hub, interactions

    async def join(
        self, who: str, shown: str = "", *, guild: Guild | None = None, nick: str = "", guest: bool = False
    ) -> str:
        """Lets somebody into a server (the first where none is given); gives the user's id."""
        inside = guild or next(iter(self.world.guilds.values()))
        known = [each for each in self.world.users.values() if who in (each["username"], each["id"])]
        user = known[0] if known else self.world.add_user(who, shown or who.title())
        inside.members[user["id"]] = shapes.member(nick, guest=guest)
        told = {**self.world.full_member(inside, user["id"]), "guild_id": inside.id}
        return str(user["id"]) if await self._tell("GUILD_MEMBER_ADD", inside.id, told) else ""

    async def leave(self, who: str, guild: Guild | None = None) -> None:
        """Takes somebody out of a server."""
        inside, user = guild or next(iter(self.world.guilds.values())), self.world.user(who)
        del inside.members[user["id"]]
        await self._tell("GUILD_MEMBER_REMOVE", inside.id, {"guild_id": inside.id, "user": user})

    async def say(
        self, who: str, channel: str, text: str, *, thread: str = "", mention_bot: bool = False, reply_to: str = ""
    ) -> str:
        """Writes a message; gives its id.

        Args:
            who: a person.
            channel: a channel, a thread or a direct conversation.
            text: what.
            thread: a thread, or a message of the channel: then its thread, which begins where there is none.
            mention_bot: whether the bot is named first.
            reply_to: a message of the same place that it replies to.
        """
        place, user = self.world.channel(channel), self.world.user(who)["id"]
        if thread:
            place = self._thread(place, thread, user)
        more: Json = {}
        if reply_to:
            answered = self.world.message(place["id"], reply_to)
            about = {"message_id": reply_to, "channel_id": place["id"]}
            more = {"type": deeds.REPLY, "message_reference": about, "referenced_message": deeds.shown(answered)}
        words = f"<@{BOT}> {text}" if mention_bot else text
        made = deeds.post(self.world, place, user, words, **more)
        await self._hub.flush()
        return str(made["id"])

    async def say_to_bot(self, who: str, text: str) -> str:
        """Writes a direct message; gives its id."""
        return await self.say(who, self.world.direct(self.world.user(who)["id"])["id"], text)

    async def edit(self, channel: str, message: str, text: str) -> None:
        """Changes a message."""
        deeds.edit(self.world, self.world.message(self.world.channel(channel)["id"], message), content=text)
        await self._hub.flush()

    async def delete_message(self, channel: str, message: str) -> None:
        """Deletes a message."""
        deeds.delete(self.world, self.world.message(self.world.channel(channel)["id"], message))
        await self._hub.flush()

    async def react(self, who: str, channel: str, message: str, sign: str, *, on: bool = True) -> None:
        """Puts a sign such as 💡 on a message, or takes it back."""
        found = self.world.message(self.world.channel(channel)["id"], message)
        deeds.react(self.world, found, self.world.user(who)["id"], sign, on=on)
        await self._hub.flush()

    async def use_command(self, who: str, channel: str, name: str, **values: str) -> Interaction:
        """Uses a slash command; `values` are for its options."""
        return await self._act(acts.use_command, self.world.user(who)["id"], self.world.channel(channel), name, values)

    async def type_command(self, who: str, channel: str, name: str, **values: str) -> Interaction:
        """Types a slash command and does not send it."""
        user, place = self.world.user(who)["id"], self.world.channel(channel)
        return await self._act(acts.use_command, user, place, name, values, typing=True)

    async def use_on_message(self, who: str, channel: str, message: str, name: str) -> Interaction:
        """Uses a command on a message."""
        found = self.world.message(self.world.channel(channel)["id"], message)
        return await self._act(acts.use_on_message, self.world.user(who)["id"], found, name)

    async def press(self, who: str, message: Json, custom_id: str, chosen: Sequence[str] | None = None) -> Interaction:
        """Presses a button of a message, or chooses in a select."""
        values = None if chosen is None else list(chosen)
        return await self._act(acts.press, self.world.user(who)["id"], message, custom_id, values)

    async def submit(self, opened: Interaction, **values: Any) -> Interaction:
        """Sends a form that was opened."""
        return await self._act(acts.submit, opened, values)

    async def open_channel(self, name: str, guild: Guild | None = None, type: int = shapes.TEXT) -> str:
        """Makes a channel; gives its id."""
        made = self.world.add_channel(guild or next(iter(self.world.guilds.values())), name, type)
        await self._tell("CHANNEL_CREATE", made["guild_id"], made)
        return str(made["id"])

    async def delete_channel(self, channel: str) -> None:
        """Deletes a channel or thread, and all in it."""
        gone = self.world.channel(channel)
        del self.world.channels[gone["id"]]
        self.world.messages.pop(gone["id"], None)
        kind = "THREAD" if gone["type"] in permissions.THREADS else "CHANNEL"
        await self._tell(f"{kind}_DELETE", gone["guild_id"], gone)

    async def begin_thread(self, who: str, channel: str, name: str, message: str = "") -> str:
        """Begins a thread, at a message where one is given; gives its id."""
        parent = self.world.channel(channel)
        root = self.world.message(parent["id"], message) if message else None
        made = deeds.begin_thread(self.world, parent, self.world.user(who)["id"], name, root=root)
        await self._hub.flush()
        return str(made["id"])

    async def begin_post(self, who: str, forum: str, title: str, text: str) -> str:
        """Begins a post of a forum; gives the id of its thread and first message."""
        made = begin_post(self.world, self.world.channel(forum), self.world.user(who)["id"], title, content=text)
        await self._hub.flush()
        return str(made["id"])

    async def archive(self, thread: str, *, locked: bool = False) -> None:
        """Archives a thread."""
        deeds.change_thread(self.world, self.world.channel(thread), archived=True, locked=locked)
        await self._hub.flush()

    async def forbid(self, channel: str, *names: str) -> None:
        """Takes permissions from everybody in a channel, the bot included."""
        place = self.world.channel(channel)
        denied = {"id": place["guild_id"], "type": 0, "allow": "0", "deny": str(permissions.bits(*names))}
        place["permission_overwrites"] = [denied]
        await self._tell("CHANNEL_UPDATE", place["guild_id"], place)

    async def time_out_bot(self, guild: Guild, seconds: float = 60) -> None:
        """Keeps the bot from saying anything in a server for a while."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        guild.members[BOT]["communication_disabled_until"] = until.isoformat()
        told = {**self.world.full_member(guild, BOT), "guild_id": guild.id}
        await self._tell("GUILD_MEMBER_UPDATE", guild.id, told)

    def _thread(self, place: Json, thread: str, user: str) -> Json:
        if thread in self.world.channels:
            return self.world.channels[thread]
        root = self.world.message(place["id"], thread)
        return deeds.begin_thread(self.world, place, user, root["content"][:100] or "thread", root=root)

    async def _act(self, begin: Any, *given: Any, **more: Any) -> Interaction:
        begun: Interaction = begin(self._interactions, *given, **more)
        await self._hub.flush()
        return begun

    async def _tell(self, event: str, guild: str, data: Json) -> bool:
        self.world.emit(event, guild, data)
        await self._hub.flush()
        return True
