"""What people see on the stand-in for Discord, and its ids as values of the port."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import discord
import discord_reading as reading
from discord_forms import DiscordForm, as_form
from discord_server import DiscordServer
from discord_world import SAID, World
from simcord.backend.models import Channel, Interaction, Message
from simcord.enums import ChannelType, InteractionType

from adapters.discord.whose import without_mark
from adapters.port import Account, MessageRef, Room, Space
from adapters.room import BOT, NotPossible

DEEDS = {
    InteractionType.APPLICATION_COMMAND: "the command {name!r}",
    InteractionType.MESSAGE_COMPONENT: "a button",
    InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE: "typing",
    InteractionType.MODAL_SUBMIT: "a form",
}


class ShownButton(NamedTuple):
    """A button: its id and its label."""

    id: str
    label: str


class ShownLink(NamedTuple):
    """A button that opens an address."""

    url: str
    label: str


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it. `author` is a short id, `BOT` for the bot; `thread` is a thread's id."""

    id: str
    author: str
    channel: str
    thread: str
    at: datetime
    text: str
    private: bool


class PeopleEyes:
    """What people see. Every `who` is a short id (`ann`) or Discord's; channels likewise."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self._users: dict[str, int] = {BOT: server.world.bot_user.id}
        self._channels: dict[str, int] = {}
        self._away: set[int] = set()
        self._errors: dict[str, dict[str, str]] = {}

    @property
    def world(self) -> World:
        """Everything that Discord knows."""
        return self.server.world

    @property
    def space(self) -> Space:
        """The server."""
        return Space("discord", str(self.server.guild.id))

    @property
    def unanswered(self) -> list[str]:
        """What people did and the bot gave no answer to, or only a sign that it is thinking."""
        return [self._deed(each) for each in self.world.interactions.values() if not each.responded or each.loading]

    def clock(self) -> datetime:
        """The time, aware UTC."""
        return self.server.clock.now()

    def user(self, who: str) -> int:
        """The id of somebody; 0 where nobody is called so."""
        return self._users.get(who) or (int(who) if who.isdigit() else 0)

    def channel(self, channel: str) -> int:
        """The id of a channel, a thread or a direct conversation; 0 where there is none."""
        return self._channels.get(channel) or (int(channel) if channel.isdigit() else 0)

    def account(self, who: str) -> Account:
        """Somebody as the port knows them."""
        id = self.user(who)
        return Account(self.space, str(id), self._name("@", id))

    def room(self, channel: str, thread: str = "") -> Room:
        """A conversation, or a thread in it, as the port knows it."""
        found = self.world.get_channel(self.channel(channel))
        if found.is_thread and found.parent_id:
            return self.room(str(found.parent_id), str(found.id))
        return Room(self.space, str(found.id), thread, found.name or "", direct=found.type == ChannelType.DM)

    def reference(self, message: str) -> MessageRef:
        """Where a message is, as the port knows it."""
        return MessageRef(self.room(str(self._message(message).channel_id)), message)

    def channel_of(self, message: str) -> str:
        """The channel that a message stands in, for one in a thread the thread's channel."""
        return self.room(str(self._message(message).channel_id)).channel_id

    def messages_seen_by(self, who: str, channel: str = "") -> tuple[Seen, ...]:
        """What somebody can see, oldest first, in one conversation with its threads or everywhere."""
        user, only = self.user(who), self.channel(channel) if channel else 0
        places = [each for each in self.world.channels.values() if only in (0, each.id, each.parent_id)]
        found = [note for place in places for note in self.world.messages[place.id].values()]
        return tuple(self._seen(each) for each in sorted(found, key=lambda each: each.id) if self._sees(user, each))

    def words_of(self, message: str) -> str:
        """Every word that can be seen in a message, plain, buttons and files included."""
        return reading.words(self._message(message), self._name)

    def buttons_of(self, message: str) -> list[ShownButton]:
        """The buttons of a message, those that open an address left out, in reading order; ids as the bot gave them."""
        every = reading.buttons(self._message(message))
        return [ShownButton(without_mark(each.id)[0], each.label) for each in every if not each.url]

    def button_ids(self, message: str) -> list[str]:
        """The ids of a message's buttons as Discord has them."""
        return [each.id for each in reading.buttons(self._message(message)) if not each.url]

    def links_of(self, message: str) -> list[ShownLink]:
        """The buttons of a message that open an address, in reading order."""
        return [ShownLink(each.url, each.label) for each in reading.buttons(self._message(message)) if each.url]

    def notified(self, message: str) -> set[str]:
        """The users that a message notifies: ids, and `*everyone*` for `@here` and the like."""
        return reading.notified(self._message(message))

    def reactions_of(self, message: str) -> dict[str, set[str]]:
        """Emoji (the sign) -> the ids of those who put it on a message."""
        return {each.emoji: {str(id) for id in each.user_ids} for each in self._message(message).reactions}

    def open_form_of(self, who: str) -> DiscordForm | None:
        """The modal in front of somebody, as a form, if any."""
        record = self._opened(self.user(who))
        if record is None or record.modal is None:
            return None
        errors = self._errors.get(str(record.id), {})
        return DiscordForm(str(record.id), as_form(record.modal, self.account), record.modal, errors)

    def _opened(self, user: int) -> Interaction | None:
        """The last interaction of somebody that was answered with a modal, while that stands open."""
        theirs = [each for each in self.world.interactions.values() if each.user_id == user and each.modal]
        if not theirs or theirs[-1].modal_consumed or theirs[-1].id in self._away:
            return None
        return theirs[-1]

    def _seen(self, note: Message) -> Seen:
        author = BOT if note.author_id == self.world.bot_user.id else self.world.users[note.author_id].name
        room = self.room(str(note.channel_id))
        at = discord.utils.snowflake_time(note.id)
        return Seen(str(note.id), author, room.channel_id, room.thread_id, at, note.content, note.is_ephemeral)

    def _sees(self, user: int, note: Message) -> bool:
        is_there = self.world.can_enter(user, note.channel_id) and note.visible_to(user)
        return is_there and note.type in SAID and note.id not in self._away

    def _name(self, kind: str, id: int) -> str:
        if kind == "#":
            return (self.world.channels[id].name if id in self.world.channels else "") or "unknown"
        guild = self.world.guilds[self.server.guild.id]
        if kind == "@&":
            return guild.roles[id].name.removeprefix("@") if id in guild.roles else "unknown-role"
        user, member = self.world.users.get(id), guild.members.get(id)
        return (member.nick if member else "") or (user.global_name or user.name if user else "unknown-user")

    def _deed(self, record: Interaction) -> str:
        deed = DEEDS[InteractionType(record.type)].format(name=record.command_name)
        return f"{deed} of {self.world.users[record.user_id].name}: {'thinking' if record.loading else 'no answer'}"

    def _message(self, message: str) -> Message:
        note = self.world.find_message(int(message)) if message.isdigit() else None
        if note is None:
            raise NotPossible("That message is gone.")
        return note

    def _visible(self, who: str, message: str) -> Message:
        note = self._message(message)
        if not self._sees(self._member(who), note):
            raise NotPossible("That message is gone.")
        return note

    def _member(self, who: str) -> int:
        id = self.user(who)
        if id not in self.world.guilds[self.server.guild.id].members:
            raise NotPossible("Nobody of that name is in the room.")
        return id

    def _inside(self, who: str, channel: str) -> tuple[int, Channel]:
        user, place = self._member(who), self.channel(channel)
        if place not in self.world.channels or not self.world.can_enter(user, place):
            raise NotPossible("That room is not there, or not yours to enter.")
        return user, self.world.channels[place]
