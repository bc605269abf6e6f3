"""The people's side of the room: everything that a person can do, for the browser and for stories alike.

Each deed changes the world first and is then handed to the bot. What a person cannot do raises `NotPossible` with a
sentence for them.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from adapters.port import (
    Account,
    ButtonPressed,
    CommandUsed,
    FieldErrors,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Option,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
    Suggestions,
    Typing,
)
from adapters.room import reading
from adapters.room.base import Hook, RoomBase, logger
from adapters.room.forms import Value, filled, problems
from adapters.room.world import BOT, Channel, Person, RoomMessage

MESSAGE_CHARACTERS = 40_000
"""How long a person's message may be. Slack takes 40,000, Discord 2,000 to 4,000."""


class NotPossible(Exception):
    """A person cannot do this; the text is a sentence for them."""


MOST_STEPS = 100
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


class PeopleSide(RoomBase):
    """What people do. Every `who` is the id of a person who is in the room.

    Time is let pass in steps of `time_step`, each to a full one (three, six, nine o'clock), so that what would have
    happened on the way happens then; in `MOST_STEPS` longer ones where it would take more.
    """

    time_step = timedelta(hours=3)

    async def join(self, person: Person) -> None:
        """Lets `person` in, new or back again; of somebody who is in already only the profile changes, unheard."""
        known = self.world.people.get(person.id)
        details = {
            name: getattr(person, name) for name in ("name", "practice", "place", "time_zone", "closed_direct_messages")
        }
        if known and not known.left:
            self.commit("person_changed", id=person.id, changes=details)
            return
        key = self.commit("person_joined", at=person.joined_at, id=person.id, **details)
        await self._deliver(MemberJoined(key, self.clock(), self.account(person.id), person.time_zone))

    async def leave(self, id: str) -> None:
        """Takes a person out of the room; what they wrote stays."""
        self._person(id)
        key = self.commit("person_left", id=id)
        self._set_form(id, None)
        await self._deliver(MemberLeft(key, self.clock(), self.account(id)))

    def change_person(self, id: str, **changes: str | bool) -> None:
        """Changes parts of a person's profile: name, practice, place, time_zone, closed_direct_messages."""
        self._person(id)
        self.commit("person_changed", id=id, changes=changes)

    def open_channel(self, id: str, name: str = "", *, topic: str = "", members: tuple[str, ...] = ()) -> None:
        """Opens a channel, for all or for `members` only; does nothing where it is there already."""
        if id not in self.world.channels:
            self.commit(
                "channel_opened", id=id, name=name or id, topic=topic, channel_kind="channel", members=list(members)
            )

    def open_direct(self, who: str, other: str = BOT) -> str:
        """Finds or opens the direct conversation of `who` with `other` (a person's id, or the bot's); gives its id."""
        self._person(who)
        if other != BOT:
            self._person(other)
        return self._conversation(frozenset({who, other})).id

    def place(self, who: str, channel: str, text: str, *, at: datetime, thread: str = "") -> str:
        """Puts a message into the past without telling the bot, for a room that has a history; gives its id."""
        self._person(who)
        return self._write(who, channel, text, thread=self._root(channel, thread), at=at)[1].id

    async def say(self, who: str, channel: str, text: str, thread: str = "") -> str:
        """Writes a message, into a thread where one of its messages is given; gives the new message's id.

        Raises:
            NotPossible: the channel is not theirs, the thread is gone, or the text is empty or too long.
        """
        self._person(who)
        self._channel(who, channel)
        key, message = self._write(who, channel, _checked(text), thread=self._root(channel, thread))
        if self._bot_hears(message):
            talk = self.world.channels[channel]
            to_bot = self._mentions_bot(message) or talk.members == {who, BOT}
            event = MessagePosted(
                key,
                message.at,
                self.account(who),
                self.post(message),
                to_bot=to_bot,
                direct=talk.kind != "channel",
                answers=self._answered(message),
            )
            await self._deliver(event)
        return message.id

    async def edit_message(self, who: str, id: str, text: str) -> None:
        """Changes what `who` wrote.

        Raises:
            NotPossible: the message is gone or not theirs, or the text is empty or too long.
        """
        self._own(who, id)
        key = self.commit("edited", id=id, text=_checked(text))
        message = self.world.messages[id]
        if self._bot_hears(message):
            await self._deliver(MessageEdited(key, self.clock(), self.account(who), self.post(message)))

    async def delete_message(self, who: str, id: str) -> None:
        """Deletes what `who` wrote.

        Raises:
            NotPossible: the message is gone or not theirs.
        """
        message = self._own(who, id)
        key = self.commit("deleted", id=id)
        if self._bot_hears(message):
            await self._deliver(MessageDeleted(key, self.clock(), self.account(who), self.reference(message)))

    def dismiss(self, who: str, id: str) -> None:
        """Puts away a message that only `who` sees.

        Raises:
            NotPossible: it is gone, or others see it too.
        """
        if not self._message(who, id).only:
            raise NotPossible("Only a message that nobody else sees can be put away.")
        self.commit("deleted", id=id)

    async def add_reaction(self, who: str, id: str, emoji: str) -> None:
        """Puts an emoji (a short name, such as `bulb`) on a message; once is enough.

        Raises:
            NotPossible: the message is gone, or the name is no emoji's.
        """
        message = self._reactable(who, id, emoji)
        if who in message.reactions.get(emoji, ()):
            return
        key = self.commit("reacted", id=id, who=who, emoji=emoji)
        if self._bot_hears(message):
            author = None if message.author == BOT else self.account(message.author)
            reference = self.reference(message)
            await self._deliver(ReactionAdded(key, self.clock(), self.account(who), reference, emoji, author))

    async def remove_reaction(self, who: str, id: str, emoji: str) -> None:
        """Takes an emoji of `who` back from a message.

        Raises:
            NotPossible: the message is gone.
        """
        message = self._reactable(who, id, emoji)
        if who not in message.reactions.get(emoji, ()):
            return
        key = self.commit("unreacted", id=id, who=who, emoji=emoji)
        if self._bot_hears(message):
            author = None if message.author == BOT else self.account(message.author)
            reference = self.reference(message)
            await self._deliver(ReactionRemoved(key, self.clock(), self.account(who), reference, emoji, author))

    async def use_command(self, who: str, channel: str, line: str, thread: str = "") -> None:
        """Uses a slash command, such as `/tip Warm the gel first`.

        Raises:
            NotPossible: the channel is not theirs, or there is no such command.
        """
        self._person(who)
        self._channel(who, channel)
        name, text = self._command(line)
        room = self.room(channel, self._root(channel, thread))
        key = self.commit("acted", who=who, what="command")
        trigger = self._trigger(key, who, room)
        await self._deliver(CommandUsed(key, self.clock(), self.account(who), room, name, text.strip(), trigger))

    async def type_command(self, who: str, channel: str, line: str) -> tuple[Option, ...]:
        """Asks the bot how the argument of a half-typed command may go on, such as `/tip show pu`.

        Returns:
            Values for the argument and what to call them; none where the command completes nothing.
        """
        self._person(who)
        self._channel(who, channel)
        name, text = self._command(line)
        use = self.surface.command(name, text) if self.surface else None
        if not use or not use.completes:
            return ()
        typing = Typing(
            f"{self.space.key}:typing:{uuid4()}", self.clock(), self.account(who), self.room(channel), name, text
        )
        returned = await self._deliver(typing)
        return returned.options if isinstance(returned, Suggestions) else ()

    async def use_shortcut(self, who: str, id: str, shortcut: str) -> None:
        """Chooses a message action by its id.

        Raises:
            NotPossible: the message is gone, or there is no such action.
        """
        message = self._message(who, id)
        if self.surface and shortcut not in [action.id for action in self.surface.shortcuts]:
            raise NotPossible("There is no such action.")
        key = self.commit("acted", who=who, what="shortcut")
        trigger = self._trigger(key, who, self.reference(message).room)
        await self._deliver(ShortcutUsed(key, self.clock(), self.account(who), shortcut, self.post(message), trigger))

    async def press(self, who: str, id: str, button: str) -> None:
        """Presses a button by its id. One that `who` cannot see or that is not there does nothing.

        A button that is meant for somebody else is the bot's business: it hears of it.
        """
        self._person(who)
        message = self.world.messages.get(id)
        offered = [each.id for each in reading.buttons(message)] if message else []
        if message is None or not self.world.visible(message, who) or button not in offered:
            logger.info("a button was pressed that is not there: message %s", id)
            return
        key = self.commit("acted", who=who, what="button")
        reference = self.reference(message)
        trigger = self._trigger(key, who, reference.room)
        await self._deliver(ButtonPressed(key, self.clock(), self.account(who), button, reference, trigger))

    async def submit(self, who: str, opening: str, values: Mapping[str, Value]) -> FieldErrors | None:
        """Sends the form that stands open in front of `who`.

        Args:
            who: a person's id.
            opening: the id of the open form (`OpenForm.id`).
            values: field name -> what was entered; fields that are left out keep what stood in them.

        Returns:
            What is to be mended, in which case the form stays open; None where the form was taken.

        Raises:
            NotPossible: that form is not open any more, or is being sent already.
            ValueError: `values` names a field that the form has not.
        """
        opened = self.open_form_of(who)
        if opened is None or opened.id != opening or opened.sent:
            raise NotPossible("That form is no longer open.")
        entered = filled(opened.form, values)
        here = [person.id for person in self.world.people.values() if not person.left]
        if errors := problems(opened.form, entered, here):
            self._set_form(who, replace(opened, errors=errors))
            return FieldErrors(errors)
        self._set_form(who, replace(opened, errors={}, sent=True))
        key = self.commit("acted", who=who, what="form")
        trigger = self._trigger(key, who, opened.room, opens_form=False)
        event = FormSubmitted(key, self.clock(), self.account(who), opened.room, opened.form.id, entered, trigger)
        returned = await self._deliver(event)
        return self._taken(who, opening, returned if isinstance(returned, FieldErrors) else None)

    def close_form(self, who: str) -> None:
        """Closes the form in front of `who` without sending it."""
        self._set_form(who, None)

    async def pass_time(self, span: timedelta) -> None:
        """Moves the room's clock ahead, a step at a time, and at each awaits whoever asked by `on_time_passed`.

        Raises:
            ValueError: `span` is negative.
        """
        if span < timedelta():
            raise ValueError("time only passes forwards")
        longest = max(self.time_step, span / MOST_STEPS)
        while span > timedelta():
            step = min(span, longest - (self.clock() - _MIDNIGHT) % longest)
            span -= step
            self.commit("time_passed", seconds=step.total_seconds())
            for hook in list(self._hooks):
                await hook(self.clock())

    def on_time_passed(self, hook: Hook) -> None:
        """Awaits `hook` with the new time whenever time was let pass."""
        self._hooks.append(hook)

    def messages_seen_by(self, who: str, channel: str = "") -> tuple[RoomMessage, ...]:
        """Gives what `who` can see, oldest first, in one channel or everywhere; deleted messages are left out."""
        messages = self.world.messages_in(channel) if channel else self.world.messages.values()
        return tuple(each for each in messages if self.world.visible(each, who) and not each.deleted)

    def words_of(self, id: str) -> str:
        """Gives every word that can be seen in a message, plain, buttons included."""
        return reading.words(self.world, self.world.messages[id], self.bot_name)

    def _taken(self, who: str, opening: str, errors: FieldErrors | None) -> FieldErrors | None:
        opened = self.open_form_of(who)
        if opened is not None and opened.id == opening:
            self._set_form(who, replace(opened, errors=errors.errors, sent=False) if errors else None)
        return errors

    def _write(
        self, who: str, channel: str, text: str, *, thread: str, at: datetime | None = None
    ) -> tuple[str, RoomMessage]:
        id = self.world.next_message_id()
        key = self.commit("posted", at=at, id=id, channel=channel, author=who, text=text, thread=thread)
        return key, self.world.messages[id]

    def _conversation(self, members: frozenset[str]) -> Channel:
        found = self.world.conversation(members)
        if found:
            return found
        kind = "direct" if len(members) <= 2 else "group"
        id = self.world.next_channel_id(kind)
        self.commit("channel_opened", id=id, name="", topic="", channel_kind=kind, members=sorted(members))
        return self.world.channels[id]

    def _answered(self, message: RoomMessage) -> Account | None:
        root = self.world.messages.get(message.thread)
        return None if root is None or root.author == BOT else self.account(root.author)

    def _bot_hears(self, message: RoomMessage) -> bool:
        return self.world.visible(message, BOT)

    def _command(self, line: str) -> tuple[str, str]:
        match = _COMMAND.fullmatch(line.strip("\n").lstrip())
        name = match["name"].lower() if match else ""
        known = {command.name for command in self.surface.commands} if self.surface else {name}
        if not match or name not in known:
            raise NotPossible(f"There is no command /{name}. Type / to see what there is.")
        return name, match["text"].lstrip()

    def _root(self, channel: str, thread: str) -> str:
        if not thread:
            return ""
        message = self.world.messages.get(thread)
        if message is None or message.channel != channel or message.only:
            raise NotPossible("That conversation is gone.")
        return message.root

    def _person(self, id: str) -> Person:
        person = self.world.people.get(id)
        if person is None or person.left:
            raise NotPossible("Nobody of that name is in the room.")
        return person

    def _channel(self, who: str, id: str) -> Channel:
        channel = self.world.channels.get(id)
        if channel is None or not channel.holds(who):
            raise NotPossible("That room is not there, or not yours to enter.")
        return channel

    def _message(self, who: str, id: str) -> RoomMessage:
        self._person(who)
        message = self.world.messages.get(id)
        if message is None or message.deleted or not self.world.visible(message, who):
            raise NotPossible("That message is gone.")
        return message

    def _own(self, who: str, id: str) -> RoomMessage:
        message = self._message(who, id)
        if message.author != who:
            raise NotPossible("Only whoever wrote it can change it.")
        return message

    def _reactable(self, who: str, id: str, emoji: str) -> RoomMessage:
        message = self._message(who, id)
        if message.only:
            raise NotPossible("Only you can see this one, so there is nobody to show a reaction to.")
        if not _EMOJI.fullmatch(emoji):
            raise NotPossible("That is not an emoji that I know.")
        return message


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise NotPossible("There is nothing in it yet.")
    if len(words) > MESSAGE_CHARACTERS:
        raise NotPossible(f"That is longer than {MESSAGE_CHARACTERS} characters. Two messages would do it.")
    return words


_COMMAND = re.compile(r"/(?P<name>[\w-]+)(?P<text>(?:\s.*)?)", re.DOTALL)
_EMOJI = re.compile(r"[\w+-]{1,60}")
