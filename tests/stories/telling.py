"""The tiny language that stories are told in: people of a small ward, what they do, and what they see.

A story runs on the real bot and a real SQLite file, in the room and on Slack (by sockets and by signed requests, with
the real SDK in between); only time is ours.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from loopback_people import SlackPeople

from adapters.port import Account, Choice, FieldErrors, Form, Option, Platform
from adapters.room import BOT, Person, RoomPlatform
from adapters.room.reading import buttons, links
from bot.core_groups import look
from bot.wiring import Bot
from knowledge.store import Store, communities, core, members, ties

HERE = "ward-floor"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Seen(Protocol):
    """A message that somebody sees."""

    @property
    def id(self) -> str: ...
    @property
    def author(self) -> str: ...


class Opened(Protocol):
    """A form in front of somebody."""

    @property
    def id(self) -> str: ...
    @property
    def form(self) -> Form: ...


class Chat(Protocol):
    """What people do on any platform, and what they see; the room and the loopback Slack have it."""

    def clock(self) -> datetime: ...
    def account(self, id: str) -> Account: ...
    async def join(self, person: Person) -> None: ...
    async def leave(self, id: str) -> None: ...
    def open_direct(self, who: str) -> str: ...
    def open_channel(self, id: str, name: str = "", *, topic: str = "", members: tuple[str, ...] = ()) -> None: ...
    async def put_together(self, id: str, *who: str) -> str: ...
    async def say(self, who: str, channel: str, text: str, thread: str = "") -> str: ...
    async def edit_message(self, who: str, id: str, text: str) -> None: ...
    async def delete_message(self, who: str, id: str) -> None: ...
    async def add_reaction(self, who: str, id: str, emoji: str) -> None: ...
    async def use_command(self, who: str, channel: str, line: str) -> None: ...
    async def type_command(self, who: str, channel: str, line: str) -> Sequence[Option]: ...
    async def use_shortcut(self, who: str, id: str, shortcut: str) -> None: ...
    async def press(self, who: str, id: str, button: str) -> None: ...
    def open_form_of(self, who: str) -> Opened | None: ...
    async def submit(self, who: str, opening: str, values: Mapping[str, str]) -> FieldErrors | None: ...
    async def pass_time(self, span: timedelta) -> None: ...
    def messages_seen_by(self, who: str) -> Sequence[Seen]: ...
    def words_of(self, id: str) -> str: ...
    def buttons_of(self, id: str) -> list[tuple[str, str]]: ...
    def links_of(self, id: str) -> list[tuple[str, str]]: ...
    def channel_of(self, id: str) -> str: ...


class StoryRoom(RoomPlatform):
    """The room, with the eyes that a story needs; its days pass in a few steps, as on the other platforms."""

    time_step = timedelta(hours=6)

    def buttons_of(self, id: str) -> list[tuple[str, str]]:
        """Ids and labels of a message's buttons."""
        return [(each.id, each.label) for each in buttons(self.world.messages[id])]

    def links_of(self, id: str) -> list[tuple[str, str]]:
        """Addresses and labels of a message's link buttons."""
        return [(each.url, each.label) for each in links(self.world.messages[id])]

    async def put_together(self, id: str, *who: str) -> str:
        """Opens a channel for exactly these people and the bot, or changes it so; gives its key."""
        members = [BOT, *who]
        self.commit("channel_opened", id=id, name=id, topic="", channel_kind="channel", members=members)
        return self.room(id).key

    def channel_of(self, id: str) -> str:
        """Where a message is."""
        return self.world.messages[id].channel


class Ward:
    """A community of people on one platform, with their bot."""

    def __init__(
        self, room: Chat, platform: Platform, bot: Bot, store: Store, community: int, *, twice: Callable[[], None]
    ) -> None:
        self.room, self.platform, self.bot, self.store, self.community = room, platform, bot, store, community
        self.hears_everything_twice = twice

    async def welcomes(
        self, name: str, practice: str = "nurse", place: str = "ward 4", *, core: bool = False
    ) -> "Teller":
        """Somebody has been here for a year, with what they do and where."""
        id = name.lower()
        await self.room.join(Person(id, name, practice, place, "Europe/London"))
        async with self.store.write(self.community, self.room.clock()) as work:
            member = await members.member_of(work, self.room.account(id).key, name)
            await members.describe(work, members.member_id(member), practice=practice, place=place)
            await members.set_core(work, members.member_id(member), is_core=core)
            member.joined_at = self.room.clock() - timedelta(days=365)
        return Teller(self, id)

    async def joins(self, name: str, zone: str = "Europe/London", *, takes_messages: bool = True) -> "Teller":
        """Somebody new joins, of whom only the time zone is known; from now on who joins is welcomed."""
        async with self.store.write(self.community, self.room.clock()) as work:
            await communities.choose(work, welcomes=True)
        person = Person(name.lower(), name, time_zone=zone, closed_direct_messages=not takes_messages)
        await self.room.join(person)
        return Teller(self, name.lower())

    async def ties(self) -> list[tuple[str, str, str]]:
        """Who was counted to have acted towards whom: short names and the kind, oldest first."""
        await self.bot.idle()
        async with self.store.read(self.community, self.room.clock()) as work:
            names = {members.member_id(each): each.name.lower() for each in await members.list_members(work)}
            return [(names[each.from_id], str(each.kind), names[each.to_id]) for each in await ties.list_ties(work)]

    async def people(self) -> list[str]:
        """Whom the bot knows."""
        await self.bot.idle()
        async with self.store.read(self.community, self.room.clock()) as work:
            return [each.name for each in await members.list_members(work)]

    async def puts_together(self, name: str, *people: "Teller") -> str:
        """The chat's admin makes a group (a user group, a role, a channel) of exactly these people; gives its key."""
        return await self.room.put_together(name, *(each.id for each in people))

    async def looks_at_groups(self) -> None:
        """An hour is over: the bot looks who is in the groups whose people coordinate."""
        services = self.bot.services
        assert await look(self.store, services.platforms, self.community, services.clock)
        await self.bot.outbox.deliver()
        await self.bot.idle()

    async def coordinators(self) -> list[str]:
        """Who coordinates."""
        async with self.store.read(self.community, self.room.clock()) as work:
            return [each.name for each in await core.core_members(work)]

    async def lets_pass(self, **span: float) -> None:
        """Time passes: `days=3`, `hours=1`."""
        await self.room.pass_time(timedelta(**span))


class Teller:
    """One person in a story."""

    def __init__(self, ward: Ward, id: str) -> None:
        self.ward, self.id = ward, id
        self._room = ward.room

    async def says(self, words: str, *, in_: str = HERE, to: str = "") -> str:
        """Writes in a channel, or in the thread of the message `to`; gives the message."""
        return await self._room.say(self.id, self._channel(in_, to), words, to)

    async def tells_bot(self, words: str) -> str:
        """Writes to the bot directly."""
        return await self._room.say(self.id, self._room.open_direct(self.id), words)

    async def reacts(self, emoji: str, *, to: str) -> None:
        """Puts an emoji on a message."""
        await self._room.add_reaction(self.id, to, emoji)

    async def uses(self, command: str, *, in_: str = HERE) -> None:
        """Uses a slash command."""
        await self._room.use_command(self.id, in_, command)

    async def types(self, command: str) -> list[str]:
        """Types a command without sending it; gives what is suggested."""
        return [option.label for option in await self._room.type_command(self.id, HERE, command)]

    async def chooses(self, action: str, *, on: str) -> None:
        """Chooses a message action by its label."""
        found = [each.id for each in self.ward.bot.router.surface.shortcuts if each.label == action]
        assert found, f"there is no action {action!r}"
        await self._room.use_shortcut(self.id, on, found[0])

    async def presses(self, label: str, *, on: str = "") -> None:
        """Presses the newest button with this label that they see, or the one on the message `on`."""
        for message in reversed(self._room.messages_seen_by(self.id)):
            for id, shown in self._room.buttons_of(message.id):
                if shown == label and on in ("", message.id):
                    await self._room.press(self.id, message.id, id)
                    return
        raise AssertionError(f"{self.id} sees no button {label!r}:\n{self.view()}")

    async def fills_in(self, **values: str) -> FieldErrors | None:
        """Sends the form in front of them, with what they change; the rest stays as it stood."""
        opened = self._room.open_form_of(self.id)
        assert opened is not None, f"{self.id} sees no form:\n{self.view()}"
        return await self._room.submit(self.id, opened.id, values)

    async def edits(self, message: str, words: str) -> None:
        """Changes what they wrote."""
        await self._room.edit_message(self.id, message, words)

    async def deletes(self, message: str) -> None:
        """Deletes what they wrote."""
        await self._room.delete_message(self.id, message)

    async def opens_home(self) -> None:
        """Opens the bot's home tab."""
        await self._slack.open_home(self.id)

    async def presses_at_home(self, label: str) -> None:
        """Presses the first button with this label on the home tab."""
        found = [id for id, shown in self._slack.home_buttons(self.id) if shown == label]
        assert found, f"{self.id} sees no button {label!r} on the home tab:\n{self._slack.home_words(self.id)}"
        await self._slack.press_home(self.id, found[0])

    def sees_at_home(self, words: str) -> int:
        """How often these words stand on the home tab."""
        return " ".join(self._slack.home_words(self.id).split()).count(words)

    async def leaves(self) -> None:
        """Leaves the room."""
        await self._room.leave(self.id)

    @property
    def form(self) -> Form | None:
        """The form in front of them, if any."""
        opened = self._room.open_form_of(self.id)
        return opened.form if opened else None

    def form_says(self, field: str) -> str:
        """What stands in a field of the form in front of them."""
        assert self.form is not None, f"{self.id} sees no form:\n{self.view()}"
        found = next(each for each in self.form.fields if each.name == field)
        return ",".join(found.chosen) if isinstance(found, Choice) else str(getattr(found, "value", ""))

    def sees(self, words: str) -> bool:
        """Whether these words stand in something that they see."""
        wanted = " ".join(words.split()).lower()
        return any(wanted in " ".join(text.split()).lower() for text in self._texts())

    def sees_last(self, words: str) -> bool:
        """Whether these words stand in the newest thing that the bot said to them or before them."""
        wanted = " ".join(words.split()).lower()
        said = [m for m in self._room.messages_seen_by(self.id) if m.author == BOT]
        return bool(said) and wanted in " ".join(self._room.words_of(said[-1].id).split()).lower()

    def sees_button(self, label: str) -> bool:
        """Whether a button or link with this label stands in the newest thing that the bot said before them."""
        said = [m for m in self._room.messages_seen_by(self.id) if m.author == BOT]
        if not said:
            return False
        shown = (*self._room.buttons_of(said[-1].id), *self._room.links_of(said[-1].id))
        return label in [each for _, each in shown]

    def told_by_bot(self) -> list[str]:
        """Everything that the bot said to them or before them, oldest first."""
        return [self._room.words_of(m.id) for m in self._room.messages_seen_by(self.id) if m.author == BOT]

    def finds(self, words: str) -> str:
        """The newest message that they see with these words."""
        found = [m.id for m in self._room.messages_seen_by(self.id) if words in self._room.words_of(m.id)]
        assert found, f"{self.id} does not see {words!r}:\n{self.view()}"
        return str(found[-1])

    def reads(self, message: str) -> str:
        """What stands in a message now."""
        return self._room.words_of(message)

    def opens_file(self) -> str:
        """What stands in the newest file that they were given, in the room."""
        assert isinstance(self._room, StoryRoom)
        files = [file for m in self._room.messages_seen_by(self.id) for file in self._room.world.messages[m.id].files]
        return files[-1].content.decode()

    def newest_from_bot(self) -> str:
        """The newest message of the bot that they see."""
        said: Sequence[str] = [m.id for m in self._room.messages_seen_by(self.id) if m.author == BOT]
        assert said, f"the bot said nothing to {self.id}"
        return said[-1]

    def view(self) -> str:
        """What they see, for messages about failures."""
        return "\n---\n".join(self._texts()[-6:])

    @property
    def _slack(self) -> SlackPeople:
        assert isinstance(self._room, SlackPeople)
        return self._room

    def _texts(self) -> list[str]:
        return [self._room.words_of(message.id) for message in self._room.messages_seen_by(self.id)]

    def _channel(self, channel: str, thread: str) -> str:
        return self._room.channel_of(thread) if thread else channel
