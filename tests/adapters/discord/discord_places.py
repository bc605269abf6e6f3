"""What people do to conversations: open channels, direct conversations and threads."""

import re

import discord
from discord_acts import Acts, _as_person
from simcord.backend.models import Channel, Overwrite, User
from simcord.enums import ChannelType, OverwriteType

from adapters.room import BOT, NotPossible

VIEW = discord.Permissions(view_channel=True).value
THREAD_NAME = 100


class Places(Acts):
    """Conversations. What is not awaited is heard of by the bot at once, and handled at the next deed at the latest."""

    def open_channel(
        self, id: str, name: str = "", *, topic: str = "", members: tuple[str, ...] = (), with_bot: bool = True
    ) -> None:
        """Opens a channel, for all or for `members` only; does nothing where it is there already."""
        if self.channel(id) in self.world.channels:
            return
        guild, bot = self.server.guild.id, self.world.bot_user.id
        rules = [Overwrite(guild, OverwriteType.ROLE, deny=VIEW)] if members else []
        rules += [Overwrite(self._known(each).id, OverwriteType.MEMBER, allow=VIEW) for each in members]
        if members or not with_bot:
            allow, deny = (VIEW, 0) if with_bot else (0, VIEW)
            rules.append(Overwrite(bot, OverwriteType.MEMBER, allow, deny))
        opened = self.world.create_channel(guild, name or id, overwrites=rules, topic=topic or None)
        self._channels[id] = opened.id

    def open_direct(self, who: str, other: str = BOT) -> str:
        """Finds or opens the direct conversation of `who` with `other`, the bot unless given; gives its id."""
        pair = frozenset({self._member(who), self._member(other)})
        bot = self.world.bot_user.id
        if bot in pair:
            return str(self.world.get_dm_channel(next(iter(pair - {bot}))).id)
        found = next((id for id, inside in self.world.hidden.items() if inside == pair), 0)
        if not found:
            found = self.world.create_channel(None, None, type=ChannelType.DM).id
            self.world.channels[found].recipient_ids = sorted(pair)
            self.world.hidden[found] = pair
        return str(found)

    async def put_together(self, id: str, *who: str) -> str:
        """Makes a role that exactly these people have, or changes it so; gives its key."""
        guild, users = self.server.guild.id, {self._member(each) for each in who}
        roles = self.world.guilds[guild].roles.values()
        role = next((each for each in roles if each.name == id), None) or self.world.create_role(guild, id)
        for user, member in list(self.world.guilds[guild].members.items()):
            change = self.world.add_member_role if user in users else self.world.remove_member_role
            if (user in users) != (role.id in member.role_ids):
                change(guild, user, role.id)
        await self.finish()
        return f"discord:{guild}:role:{role.id}"

    async def begin_thread(self, who: str, message: str, name: str = "") -> str:
        """Begins a thread from a message, or finds it; gives its id."""
        user, note = self._member(who), self._visible(who, message)
        thread = self._thread(user, self.world.channels[note.channel_id], message, name)
        await self.finish()
        return str(thread.id)

    async def rename_channel(self, channel: str, name: str) -> None:
        """Gives a channel or thread another name."""
        self.world.edit_channel(self.channel(channel), {"name": name})
        await self.finish()

    async def delete_channel(self, channel: str) -> None:
        """Deletes a channel or thread, with all that was said there."""
        self.world.delete_channel(self.channel(channel))
        await self.finish()

    def _thread(self, user: int, place: Channel, message: str, name: str = "") -> Channel:
        """The thread that a message stands in or began; `user` begins it where there is none."""
        known = self.world.channels.get(int(message))
        if known and known.is_thread:
            return known
        note = self._message(message)
        if self.world.channels[note.channel_id].is_thread:
            return self.world.channels[note.channel_id]
        if note.channel_id != place.id or note.is_ephemeral or place.guild_id is None:
            raise NotPossible("That conversation is gone.")
        words = name or " ".join(self.words_of(message).split())[:THREAD_NAME] or "A thread"
        with _as_person():
            self.world.require_permissions(place.guild_id, user, place.id, "create_public_threads")
            return self.world.create_thread(place.id, words, user, message_id=note.id)

    def _known(self, who: str) -> User:
        """Somebody's account, which is made where there is none."""
        id = self.user(who)
        if not id:
            id = self._users[who] = self.world.make_user(who).id
        return self.world.get_user(id)

    def _with_channels(self, text: str) -> str:
        names = {each.name: each.id for each in self.world.channels.values() if each.name and not each.is_thread}

        def named(found: "re.Match[str]") -> str:
            return f"<#{names[found[1]]}>" if found[1] in names else found[0]

        return re.sub(r"(?<![\w<&#])#([\w-]+)", named, text)
