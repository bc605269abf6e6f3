"""What people can do in the room, and what it refuses them or the bot."""

from datetime import datetime, timedelta

import pytest
from lived_in import NOW, Listener

from adapters.port import (
    Button,
    CommandUsed,
    Form,
    FormSubmitted,
    Line,
    MemberJoined,
    MemberLeft,
    Message,
    MessagePosted,
    Only,
    Option,
    People,
    PlatformRefused,
    Refused,
    Section,
    Suggestions,
    Typing,
)
from adapters.room import NotPossible, Person, RoomPlatform
from adapters.room.forms import Value
from adapters.room.people import MESSAGE_CHARACTERS

FORM = Form(
    "capture:save",
    "Keep a tip",
    (Line("title", "Title", required=True, length=10), People("who", "Who", many=True)),
    "Keep it",
)


def note(words: str = "A note.", *buttons: Button) -> Message:
    return Message("A note", [Section(words, buttons=buttons)])


async def test_mentions_are_the_longest_that_fit(room: RoomPlatform, listener: Listener) -> None:
    await room.join(Person("bob-2", "Bob Moss"))
    listener.received.clear()
    await room.say("ann", "general", "@bob-2 and @bob. Not x@bob.org, nor @bobby; @Ann Reed, @everyone")
    (event,) = listener.received
    assert isinstance(event, MessagePosted)
    assert event.post.text == "@Bob Moss and @Bob Hale. Not x@bob.org, nor @bobby; @Ann Reed, @everyone"
    assert [account.id for account in event.post.mentions] == ["bob-2", "bob", "ann"]
    assert not event.to_bot


@pytest.mark.parametrize("text", ["@tacit what now?", "@Tacit, what now?", "@tacit: what now?", "what now? @tacit"])
async def test_the_bots_name_is_taken_out_with_its_comma(room: RoomPlatform, listener: Listener, text: str) -> None:
    await room.say("ann", "general", text)
    (event,) = listener.received
    assert isinstance(event, MessagePosted)
    assert (event.post.text, event.to_bot) == ("what now?", True)


async def test_people_come_and_go(room: RoomPlatform, listener: Listener) -> None:
    await room.join(Person("cat", "Cat"))
    await room.join(Person("cat", "Cat", "nurse"))
    await room.leave("cat")
    assert [type(event) for event in listener.received] == [MemberJoined, MemberLeft]
    joined = listener.received[0]
    assert isinstance(joined, MemberJoined) and (joined.time_zone, joined.is_guest) == ("", False)
    with pytest.raises(NotPossible):
        await room.say("cat", "general", "Still here?")
    with pytest.raises(PlatformRefused) as refused:
        await room.send(room.account("cat"), note())
    assert refused.value.reason is Refused.NO_DIRECT_MESSAGES


@pytest.mark.parametrize(
    ("who", "channel", "text"),
    [
        ("ann", "nowhere", "Hello"),
        ("nobody", "general", "Hello"),
        ("ann", "general", "  "),
        ("ann", "general", "x" * (MESSAGE_CHARACTERS + 1)),
    ],
)
async def test_what_cannot_be_said(room: RoomPlatform, who: str, channel: str, text: str) -> None:
    with pytest.raises(NotPossible):
        await room.say(who, channel, text)


async def test_only_ones_own_words_can_be_changed(room: RoomPlatform) -> None:
    id = await room.say("ann", "general", "Mine")
    for deed in (room.edit_message("bob", id, "Yours"), room.delete_message("bob", id)):
        with pytest.raises(NotPossible):
            await deed
    assert room.words_of(id) == "Mine"


async def test_a_button_that_is_not_there_does_nothing(room: RoomPlatform, listener: Listener) -> None:
    reference = await room.send(room.account("bob"), note("May I?", Button("a:yes", "Yes")))
    assert reference
    await room.press("ann", reference.id, "a:yes")
    await room.press("bob", reference.id, "a:no")
    await room.press("bob", "m999", "a:yes")
    assert listener.received == []


async def test_a_message_for_one_person_is_not_for_the_bot_to_change(room: RoomPlatform, listener: Listener) -> None:
    assert await room.send(Only(room.account("ann"), room.room("general")), note("One.", Button("a:b", "B"))) is None
    (message,) = room.messages_seen_by("ann")
    reference = room.reference(message)
    for deed in (room.edit(reference, note()), room.delete(reference), room.react(reference, "eyes")):
        with pytest.raises(PlatformRefused) as refused:
            await deed
        assert refused.value.reason is Refused.GONE
    await room.press("ann", message.id, "a:b")
    pressed = listener.received[-1]
    assert (room.post(message).private, reference.room.name) == (True, "general")
    await room.edit(reference, note("Two."), answering=pressed.trigger)  # type: ignore[union-attr]
    assert room.words_of(message.id) == "Two."
    room.dismiss("ann", message.id)
    assert room.messages_seen_by("ann") == ()


async def test_a_command_answers_even_where_the_bot_is_not(room: RoomPlatform, listener: Listener) -> None:
    channel = room.open_direct("ann", "bob")
    await room.use_command("ann", channel, "/keep it")
    event = listener.received[-1]
    assert isinstance(event, CommandUsed)
    await room.send(Only(event.who, event.room, event.trigger), note("Kept."))
    assert [room.words_of(message.id) for message in room.messages_seen_by("ann")] == ["Kept."]
    assert room.messages_seen_by("bob") == ()


async def test_an_unknown_command_is_refused(room: RoomPlatform) -> None:
    for line in ("/nothing", "keep", "/"):
        with pytest.raises(NotPossible):
            await room.use_command("ann", "general", line)


async def test_an_old_trigger_opens_nothing(room: RoomPlatform, listener: Listener) -> None:
    await room.use_command("ann", "general", "/keep")
    event = listener.received[-1]
    assert isinstance(event, CommandUsed)
    await room.pass_time(timedelta(seconds=4))
    with pytest.raises(PlatformRefused) as refused:
        await room.open_form(event.trigger, FORM)
    assert refused.value.reason is Refused.EXPIRED


async def test_the_room_itself_asks_for_what_is_needed(room: RoomPlatform, listener: Listener) -> None:
    opened = await _open(room, listener)
    attempts: list[dict[str, Value]] = [{"title": " "}, {"title": "far too long"}, {"title": "ok", "who": ("nobody",)}]
    for values in attempts:
        errors = await room.submit("ann", opened, values)
        assert errors and len(errors.errors) == 1
    assert not any(isinstance(event, FormSubmitted) for event in listener.received)
    with pytest.raises(ValueError, match="no field 'colour'"):
        await room.submit("ann", opened, {"colour": "red"})
    assert await room.submit("ann", opened, {"title": "ok", "who": ("bob",)}) is None
    event = listener.received[-1]
    assert isinstance(event, FormSubmitted)
    assert dict(event.values) == {"title": "ok", "who": ("bob",)}
    with pytest.raises(NotPossible):
        await room.submit("ann", opened, {"title": "again"})
    with pytest.raises(PlatformRefused):
        await room.open_form(event.trigger, FORM)


async def test_completion_asks_the_bot_where_it_completes(room: RoomPlatform, listener: Listener) -> None:
    listener.returns = Suggestions([Option("12", "#12 Warm line")])
    assert await room.type_command("ann", "general", "/keep what") == ()
    assert await room.type_command("ann", "general", "/keep show wa") == (Option("12", "#12 Warm line"),)
    (event,) = listener.received
    assert isinstance(event, Typing)
    assert (event.command, event.text) == ("keep", "show wa")


async def test_time_passes_and_whoever_asked_is_told(room: RoomPlatform) -> None:
    told: list[datetime] = []

    async def hook(now: datetime) -> None:
        told.append(now)

    room.on_time_passed(hook)
    await room.pass_time(2.5 * room.time_step)
    assert told[-1] == room.clock() == NOW + 2.5 * room.time_step
    full = [each.replace(hour=0) + timedelta(hours=each.hour // 3 * 3) for each in told[:-1]]
    assert told[:-1] == full, "it stops at three, six, nine o'clock"
    assert len(told) in (3, 4)
    await room.pass_time(timedelta(0))
    assert told[-1] == room.clock()
    with pytest.raises(ValueError, match="forwards"):
        await room.pass_time(timedelta(seconds=-1))


async def test_a_thread_of_a_gone_message_is_refused(room: RoomPlatform) -> None:
    id = await room.say("ann", "general", "Soon gone")
    await room.delete_message("ann", id)
    with pytest.raises(PlatformRefused) as refused:
        await room.send(room.room("general", id), note())
    assert refused.value.reason is Refused.GONE


async def test_a_direct_conversation_with_the_bot_is_private(room: RoomPlatform, listener: Listener) -> None:
    direct = room.open_direct("ann")
    group = (await room.open_room([room.account("ann"), room.account("bob")])).channel_id
    for channel in (direct, group, "general"):
        await room.say("ann", channel, "@tacit hello")
    heard = [event.post.private for event in listener.received if isinstance(event, MessagePosted)]
    answer = await room.send(room.account("ann"), note())
    assert answer
    assert (heard, room.post(room.world.messages[answer.id]).private) == ([True, False, False], True)
    between = await room.say("ann", room.open_direct("ann", "bob"), "Just us")
    assert not room.post(room.world.messages[between]).private


async def _open(room: RoomPlatform, listener: Listener) -> str:
    await room.use_command("ann", "general", "/keep")
    event = listener.received[-1]
    assert isinstance(event, CommandUsed)
    await room.open_form(event.trigger, FORM)
    opened = room.open_form_of("ann")
    assert opened
    return opened.id


async def test_whoever_joins_brings_their_time_zone(room: RoomPlatform, listener: Listener) -> None:
    await room.join(Person("cat", "Cat", time_zone="Europe/Paris"))
    (joined,) = listener.received
    assert isinstance(joined, MemberJoined) and (joined.who.id, joined.time_zone) == ("cat", "Europe/Paris")


async def test_a_channel_without_the_bot_is_nobodys_to_see(room: RoomPlatform) -> None:
    room.open_channel("hidden", members=("ann",))
    assert not await room.may_see(room.account("ann"), room.room("hidden"))
    assert not await room.may_see(room.account("tacit"), room.room("general"))
