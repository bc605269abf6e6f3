"""The room keeps the contract of all platforms."""

from collections.abc import Mapping

import pytest
from contract import *  # noqa: F403
from lived_in import Listener

from adapters.port import Account, Inbound, Mention, MessageRef, Platform, Returned, Room
from adapters.room import BOT, RoomPlatform


class RoomDriver:
    def __init__(self, platform: RoomPlatform, listener: Listener) -> None:
        self.platform = platform
        self._listener = listener
        self.ann, self.bob = platform.account("ann"), platform.account("bob")
        self.channel = platform.room("general")
        self.elsewhere = platform.room(platform.open_direct("ann", "bob"))
        platform.open_channel("private", members=("bob", BOT))
        self.private = platform.room("private")

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
        return self._reference(await self.platform.say(who.id, room.channel_id, text, room.thread_id))

    async def say_to_bot(self, who: Account, text: str) -> MessageRef:
        return self._reference(await self.platform.say(who.id, self.platform.open_direct(who.id), text))

    async def mention_bot(self, who: Account, room: Room, text: str) -> MessageRef:
        return await self.say(who, room, f"@{BOT} {text}")

    async def change(self, who: Account, message: MessageRef, text: str) -> None:
        await self.platform.edit_message(who.id, message.id, text)

    async def remove(self, who: Account, message: MessageRef) -> None:
        await self.platform.delete_message(who.id, message.id)

    async def react(self, who: Account, message: MessageRef, emoji: str, *, on: bool = True) -> None:
        change = self.platform.add_reaction if on else self.platform.remove_reaction
        await change(who.id, message.id, emoji)

    async def command(self, who: Account, room: Room, line: str) -> None:
        await self.platform.use_command(who.id, room.channel_id, line, room.thread_id)

    async def shortcut(self, who: Account, message: MessageRef, shortcut: str) -> None:
        await self.platform.use_shortcut(who.id, message.id, shortcut)

    async def press(self, who: Account, message: MessageRef, button: str) -> None:
        await self.platform.press(who.id, message.id, button)

    async def submit(self, who: Account, values: Mapping[str, str]) -> None:
        form = self.platform.open_form_of(who.id)
        assert form
        await self.platform.submit(who.id, form.id, values)

    async def close_direct_messages(self, who: Account) -> None:
        self.platform.change_person(who.id, closed_direct_messages=True)

    async def put_together(self, *who: Account) -> str:
        members = [BOT, *(each.id for each in who)]
        self.platform.commit(
            "channel_opened", id="leads", name="leads", topic="", channel_kind="channel", members=members
        )
        return self.platform.room("leads").key

    async def leave(self, who: Account) -> None:
        await self.platform.leave(who.id)

    async def seen(self, who: Account) -> str:
        form = self.platform.open_form_of(who.id)
        errors = list(form.errors.values()) if form else []
        words = [self.platform.words_of(message.id) for message in self.platform.messages_seen_by(who.id)]
        return "\n".join(words + errors)

    async def form_title(self, who: Account) -> str:
        form = self.platform.open_form_of(who.id)
        return form.form.title if form else ""

    async def notified(self, message: MessageRef) -> set[str]:
        said = self.platform.world.messages[message.id].said
        assert said
        spans = [span for section in said.sections for span in section.text]
        return {span.account.id for span in spans if isinstance(span, Mention)}

    def _reference(self, id: str) -> MessageRef:
        return self.platform.reference(self.platform.world.messages[id])


def test_it_has_every_verb(room: RoomPlatform) -> None:
    platform: Platform = room
    assert platform.name == "room"


@pytest.fixture
def driver(room: RoomPlatform, listener: Listener) -> RoomDriver:
    return RoomDriver(room, listener)
