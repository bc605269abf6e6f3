"""The people of the loopback Slack, for the contract that all platforms keep."""

from collections.abc import Mapping
from typing import Protocol

from loopback_people import SlackPeople

from adapters.port import Account, Inbound, MessageRef, Platform, Returned, Room
from adapters.room import BOT


class Listening(Protocol):
    """Notes every event and returns what it was told to."""

    received: list[Inbound]
    returns: Returned


class SlackDriver:
    """Ann and Bob on the loopback; `people` must have joined them, opened `general` and connected the platform."""

    def __init__(self, platform: Platform, people: SlackPeople, listener: Listening) -> None:
        self.platform, self.people, self._listener = platform, people, listener
        self.ann, self.bob = people.account("ann"), people.account("bob")
        self.channel = people.room("general")
        self.elsewhere = people.room(people.open_direct("ann", "bob"))
        people.open_channel("private", members=("bob",), private=True)
        self.private = people.room("private")

    @property
    def received(self) -> list[Inbound]:
        return self._listener.received

    @property
    def returns(self) -> Returned:
        return self._listener.returns

    @returns.setter
    def returns(self, value: Returned) -> None:
        self._listener.returns = value

    async def say(self, who: Account, room: Room, text: str) -> MessageRef:
        return self.people.reference(await self.people.say(who.id, room.channel_id, text, room.thread_id))

    async def say_to_bot(self, who: Account, text: str) -> MessageRef:
        return self.people.reference(await self.people.say(who.id, self.people.open_direct(who.id), text))

    async def mention_bot(self, who: Account, room: Room, text: str) -> MessageRef:
        return await self.say(who, room, f"@{BOT} {text}")

    async def change(self, who: Account, message: MessageRef, text: str) -> None:
        await self.people.edit_message(who.id, message.id, text)

    async def remove(self, who: Account, message: MessageRef) -> None:
        await self.people.delete_message(who.id, message.id)

    async def react(self, who: Account, message: MessageRef, emoji: str, *, on: bool = True) -> None:
        change = self.people.add_reaction if on else self.people.remove_reaction
        await change(who.id, message.id, emoji)

    async def command(self, who: Account, room: Room, line: str) -> None:
        await self.people.use_command(who.id, room.channel_id, line)

    async def shortcut(self, who: Account, message: MessageRef, shortcut: str) -> None:
        await self.people.use_shortcut(who.id, message.id, shortcut)

    async def press(self, who: Account, message: MessageRef, button: str) -> None:
        await self.people.press(who.id, message.id, button)

    async def submit(self, who: Account, values: Mapping[str, str]) -> None:
        form = self.people.open_form_of(who.id)
        assert form
        await self.people.submit(who.id, form.id, values)

    async def close_direct_messages(self, who: Account) -> None:
        self.people.change_person(who.id, closed_direct_messages=True)

    async def put_together(self, *who: Account) -> str:
        return await self.people.put_together("leads", *(each.id for each in who))

    async def leave(self, who: Account) -> None:
        await self.people.leave(who.id)

    async def seen(self, who: Account) -> str:
        form = self.people.open_form_of(who.id)
        errors = list(form.errors.values()) if form else []
        words = [self.people.words_of(message.id) for message in self.people.messages_seen_by(who.id)]
        return "\n".join(words + errors)

    async def form_title(self, who: Account) -> str:
        form = self.people.open_form_of(who.id)
        return form.form.title if form else ""

    async def notified(self, message: MessageRef) -> set[str]:
        return self.people.notified(message.id)
