"""The room goes on where it was, also after a torn last line; the codec loses nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from lived_in import NOW, SURFACE, Listener, populate
from strategies import messages

from adapters.port import Message, Only, Section
from adapters.room import RoomPlatform, World
from adapters.room.codec import from_json, to_json
from adapters.room.log import FILE_NAME


@given(message=messages())
@settings(max_examples=50, deadline=None)
def test_a_message_comes_back_from_json(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


async def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    before = await _lived_in(tmp_path)
    after = RoomPlatform(folder=tmp_path, now=lambda: NOW)
    assert after.world.messages == before.world.messages
    assert after.world.people == before.world.people
    assert after.world.channels == before.world.channels
    assert after.clock() == NOW + timedelta(days=1)
    assert await after.say("ann", "general", "Next") == f"m{len(before.world.messages) + 1}"
    after.close()


async def test_keys_are_not_used_again_after_a_restart(tmp_path: Path) -> None:
    first, second = Listener(), Listener()
    before = await _lived_in(tmp_path)
    before.connect(SURFACE, first)
    await before.use_command("ann", "general", "/keep")
    before.close()
    after = RoomPlatform(folder=tmp_path, now=lambda: NOW)
    after.connect(SURFACE, second)
    await after.use_command("ann", "general", "/keep")
    after.close()
    assert first.received[-1].key != second.received[-1].key


@pytest.mark.parametrize("torn", [b'{"kind":"posted","at":"2026', b'{"kind":"posted"}', b"\xff\xfe\n", b'"words"\n'])
async def test_a_torn_last_line_is_dropped(tmp_path: Path, torn: bytes) -> None:
    before = await _lived_in(tmp_path)
    log = tmp_path / FILE_NAME
    whole = log.read_bytes()
    log.write_bytes(whole + torn)
    after = RoomPlatform(folder=tmp_path, now=lambda: NOW)
    assert after.world.messages == before.world.messages
    assert log.read_bytes() == whole
    await after.say("ann", "general", "Next")
    after.close()
    assert len(RoomPlatform(folder=tmp_path).world.messages) == len(before.world.messages) + 1


async def test_damage_in_the_middle_is_said(tmp_path: Path) -> None:
    await _lived_in(tmp_path)
    log = tmp_path / FILE_NAME
    log.write_bytes(b"no event\n" + log.read_bytes())
    with pytest.raises(ValueError, match="line 1"):
        RoomPlatform(folder=tmp_path)


async def test_the_same_events_give_the_same_world(tmp_path: Path) -> None:
    before = await _lived_in(tmp_path)
    world = World()
    for line in (tmp_path / FILE_NAME).read_text().splitlines():
        world.apply(json.loads(line))
    assert (world.messages, world.once, world.sequence) == (
        before.world.messages,
        before.world.once,
        before.world.sequence,
    )


async def test_what_one_person_sees_is_never_written_down(tmp_path: Path) -> None:
    before = await _lived_in(tmp_path)
    only = Only(before.account("ann"), before.room("general"))
    for once in ("first", "second"):
        await before.send(only, Message("Look", [Section("Call 07700 900123?")]), once=once)
    first, second = [message for message in before.messages_seen_by("ann", "general") if message.only]
    before.commit("edited", id=first.id, said=to_json(Message("Look", [Section("It was 07700 900456.")])))
    before.dismiss("ann", second.id)
    last = await before.say("bob", "general", "Next")
    before.close()
    assert "07700" not in (tmp_path / FILE_NAME).read_text()

    after = RoomPlatform(folder=tmp_path, now=lambda: NOW)
    kept = {id: message for id, message in before.world.messages.items() if not message.only}
    assert after.world.messages == kept
    assert list(after.world.messages)[-1] == last
    assert (after.world.sequence, after.world.once) == (before.world.sequence, before.world.once)
    assert after.world.next_message_id() == before.world.next_message_id()
    assert await after.send(only, Message("Look", [Section("Again")]), once="first") is None
    assert after.world.messages == kept


async def _lived_in(folder: Path) -> RoomPlatform:
    room = RoomPlatform(folder=folder, now=lambda: NOW)
    await populate(room)
    first = await room.say("ann", "general", "Hello @bob")
    await room.say("bob", "general", "Hello", thread=first)
    gone = await room.say("bob", "general", "Wrong room")
    await room.delete_message("bob", gone)
    await room.edit_message("ann", first, "Good morning @bob")
    await room.add_reaction("bob", first, "wave")
    await room.send(room.account("ann"), Message("Hello", [Section("Hello, I'm a bot.", title="Hello")]), once="hello")
    await room.pass_time(timedelta(days=1))
    room.close()
    return room
