"""The tiny language that stories are told in: people of a small ward, what they do, and what they see.

A story runs on the real bot, a real SQLite file and the room platform; only time is ours.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.port import Choice, FieldErrors, Form
from adapters.room import BOT, Person, RoomPlatform
from adapters.room.reading import buttons, links
from bot.wiring import Bot
from knowledge.store import Store, members

HERE = "ward-floor"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Ward:
    """A community of people in one room platform, with their bot."""

    def __init__(self, room: RoomPlatform, bot: Bot, store: Store, community: int) -> None:
        self.room, self.bot, self.store, self.community = room, bot, store, community

    async def welcomes(
        self, name: str, practice: str = "nurse", place: str = "ward 4", *, core: bool = False
    ) -> "Teller":
        """Somebody joins, with what they do and where."""
        id = name.lower()
        await self.room.join(Person(id, name, practice, place, "Europe/London"))
        async with self.store.write(self.community, self.room.clock()) as work:
            member = await members.member_of(work, self.room.account(id).key, name)
            await members.describe(work, members.member_id(member), practice=practice, place=place)
            await members.set_core(work, members.member_id(member), is_core=core)
        return Teller(self, id)

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
        assert self._room.surface is not None
        found = [each.id for each in self._room.surface.shortcuts if each.label == action]
        assert found, f"there is no action {action!r}"
        await self._room.use_shortcut(self.id, on, found[0])

    async def presses(self, label: str, *, on: str = "") -> None:
        """Presses the newest button with this label that they see, or the one on the message `on`."""
        for message in reversed(self._room.messages_seen_by(self.id)):
            for button in buttons(message):
                if button.label == label and on in ("", message.id):
                    await self._room.press(self.id, message.id, button.id)
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
        return bool(said) and label in [each.label for each in (*buttons(said[-1]), *links(said[-1]))]

    def told_by_bot(self) -> list[str]:
        """Everything that the bot said to them or before them, oldest first."""
        return [self._room.words_of(m.id) for m in self._room.messages_seen_by(self.id) if m.author == BOT]

    def newest_from_bot(self) -> str:
        """The newest message of the bot that they see."""
        said: Sequence[str] = [m.id for m in self._room.messages_seen_by(self.id) if m.author == BOT]
        assert said, f"the bot said nothing to {self.id}"
        return said[-1]

    def view(self) -> str:
        """What they see, for messages about failures."""
        return "\n---\n".join(self._texts()[-6:])

    def _texts(self) -> list[str]:
        return [self._room.words_of(message.id) for message in self._room.messages_seen_by(self.id)]

    def _channel(self, channel: str, thread: str) -> str:
        return self._room.world.messages[thread].channel if thread else channel
