"""Rooms, threads and private conversations: what is said stands where it belongs, is whole, or is refused in words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord_ear import Ear, is_refused, note, server, shown
from discord_stage import Stage
from simcord.backend import serializers
from simcord.enums import ChannelType

from adapters.port import (
    Button,
    File,
    Mention,
    Message,
    MessageDeleted,
    MessageRef,
    PlatformRefused,
    Refused,
    Room,
    Section,
)
from adapters.room import Person

LONG = "\n\n".join(f"Line {number} of it." for number in range(400))


async def test_a_channel_that_is_deleted_before_the_answer_is_refused(stage: Stage, ear: Ear) -> None:
    said = await stage.people.say("ann", "general", "How?")
    place = ear.last.post.ref
    await stage.people.delete_channel("general")
    for room in (place.room, place.thread):
        assert await is_refused(stage.platform.send(room, note())) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert await stage.platform.read_message(place) is None
    assert await stage.platform.read_thread(place) == ()
    assert await is_refused(stage.platform.react(place, "bulb")) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert said == place.id


async def test_a_press_in_a_channel_that_is_deleted_then_ends_in_words(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:replace", "Yes")))
    assert sent

    async def then(event: Any) -> None:
        stage.people.world.delete_channel(stage.people.channel("general"))
        reasons.append(await is_refused(stage.platform.edit(event.message, note("Thank you."))))

    reasons: list[Refused] = []
    ear.then = then
    await stage.people.press("ann", sent.id, "capture:replace")
    assert reasons[0] in (Refused.NOT_IN_CHANNEL, Refused.GONE)


def _is_archived(stage: Stage, thread: str) -> bool:
    about = stage.people.world.channels[int(thread)].thread_metadata
    return about is not None and about.archived


async def test_an_answer_opens_an_archived_thread_again(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.say("bob", "general", "So.", root)
    thread = stage.people.reference(root).thread
    await stage.people.pass_time(timedelta(days=2))
    assert _is_archived(stage, root)
    sent = await stage.platform.send(thread, note("Shall I keep it?"))
    assert sent and sent.room == thread
    assert not _is_archived(stage, root)
    assert [post.ref.id for post in await stage.platform.read_thread(sent)][::2] == [root, sent.id]


async def test_a_locked_thread_refuses_the_bot(stage: Stage) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.begin_thread("bob", root)
    stage.env.inject_error("POST", f"/channels/{root}/messages", status=400, code=50083)
    refused = await is_refused(stage.platform.send(stage.people.reference(root).thread, note()))
    assert refused is Refused.MISSING_PERMISSION


@pytest.mark.parametrize("missing", ["create_public_threads", "send_messages_in_threads"])
async def test_where_it_may_not_use_threads_it_answers_beneath_or_says_so(ear: Ear, missing: str) -> None:
    allowed = discord.Permissions.all()
    allowed.update(administrator=False, **{missing: False})
    async with server(ear, permissions=allowed) as stage:
        everyone = stage.people.world.guilds[stage.server.guild.id].roles[stage.server.guild.id]
        everyone.permissions = discord.Permissions(
            view_channel=True, send_messages=True, read_message_history=True
        ).value
        stage.people.world.emit("GUILD_ROLE_UPDATE", _role(stage, everyone))
        said = await stage.people.say("ann", "general", "How?")
        answer = stage.platform.send(stage.people.reference(said).thread, note())
        if missing == "create_public_threads":
            sent = await answer
            assert sent and sent.room == stage.people.room("general")
        else:
            assert await is_refused(answer) is Refused.MISSING_PERMISSION


def _role(stage: Stage, role: Any) -> dict[str, Any]:
    return {"guild_id": str(stage.server.guild.id), "role": serializers.role_payload(role)}


async def test_where_it_may_not_write_it_says_so(ear: Ear) -> None:
    allowed = discord.Permissions(view_channel=True, read_message_history=True)
    async with server(ear, permissions=allowed) as stage:
        everyone = stage.people.world.guilds[stage.server.guild.id].roles[stage.server.guild.id]
        everyone.permissions = allowed.value
        assert await is_refused(stage.platform.send(stage.people.room("general"), note())) is Refused.MISSING_PERMISSION


async def test_a_renamed_channel_is_called_by_its_new_name(stage: Stage, ear: Ear) -> None:
    await stage.people.rename_channel("general", "all")
    await stage.people.say("ann", "general", "one")
    assert ear.last.post.ref.room.name == "all"


async def test_a_server_of_three_hundred_channels(ear: Ear) -> None:
    async with server(ear) as stage:
        for number in range(300):
            stage.people.open_channel(f"room{number}")
        await stage.people.say("ann", "room299", "one")
        assert ear.last.post.ref.room.name == "room299"
        assert await stage.platform.send(stage.people.room("room150"), note())
        both = await stage.platform.open_room([stage.people.account("ann"), stage.people.account("bob")])
        assert both == await stage.platform.open_room([stage.people.account("bob"), stage.people.account("ann")])


async def test_a_very_long_message_is_sent_in_order_and_taken_back_whole(stage: Stage) -> None:
    words = "\n\n".join(f"Line {number} of it." for number in range(600))
    sent = await stage.platform.send(stage.people.room("general"), note(words, Button("capture:private", "More")))
    assert sent
    found = shown(stage)
    assert len(found) > 1 and "Line 0 of it." in found[0] and "Line 599 of it." in found[-1]
    assert stage.people.buttons_of(sent.id) == [("capture:private", "More")]
    await stage.platform.delete(sent)
    assert shown(stage) == []


async def test_a_thread_below_the_bots_message_is_read_from_it(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("Who knows?"))
    assert sent
    reply = await stage.people.say("ann", "general", "I do.", sent.id)
    thread = await stage.platform.read_thread(stage.people.reference(reply))
    assert [(post.ref.id, post.by_bot) for post in thread] == [(sent.id, True), (reply, False)]


async def test_the_thread_of_a_deleted_message_is_read_without_it(stage: Stage) -> None:
    root = await stage.people.say("ann", "general", "How?")
    reply = await stage.people.say("bob", "general", "So.", root)
    reference = stage.people.reference(reply)
    await stage.people.delete_message("ann", root)
    assert [post.ref.id for post in await stage.platform.read_thread(reference)] == [reply]
    assert await stage.platform.send(reference.room, note("Noted."))


async def test_what_is_said_in_a_voice_channels_chat_stands_in_that_channel(stage: Stage, ear: Ear) -> None:
    voice = stage.people.world.create_channel(stage.server.guild.id, "round", type=ChannelType.VOICE)
    stage.people.world.create_message(voice.id, stage.people.user("ann"), "How?")
    await stage.people.finish()
    assert ear.last.post.ref.room == Room(stage.people.space, str(voice.id))
    assert await stage.platform.send(ear.last.post.ref.room, note())


@pytest.mark.parametrize("refused", [0, 50024, 160004, 160006])
async def test_an_answer_is_given_where_no_thread_can_begin(stage: Stage, ear: Ear, refused: int) -> None:
    """In the chat of a voice channel; where another began it at the same moment; where a server has no more threads."""
    said = stage.people.reference(await stage.people.say("ann", "general", "How?"))
    if refused:
        stage.env.inject_error("POST", "/channels/*/threads", status=400, code=refused, times=1)
    sent = await stage.platform.send(said.thread, note("So."))
    assert sent and sent.room == (said.room if refused else said.thread)
    assert shown(stage) == ["So."]


async def test_in_a_voice_channels_chat_the_answer_stands_beneath_the_question(stage: Stage, ear: Ear) -> None:
    voice = stage.people.world.create_channel(stage.server.guild.id, "round", type=ChannelType.VOICE)
    await stage.people.say("ann", str(voice.id), "How?")
    stage.env.inject_error("POST", "/channels/*/threads", status=400, code=50024, times=1)
    asked = ear.last.post.ref
    sent = await stage.platform.send(asked.thread, note("So."))
    found = stage.people.world.find_message(int(sent.id)) if sent else None
    assert found and found.reference and found.reference["message_id"] == asked.id


async def both(stage: Stage, *who: str) -> Room:
    return await stage.platform.open_room([stage.people.account(each) for each in who])


async def test_people_of_the_same_names_get_a_conversation_of_their_own(stage: Stage) -> None:
    await stage.people.join(Person("ann2", "Ann"))
    rooms = [await both(stage, "ann", "bob"), await both(stage, "ann2", "bob"), await both(stage, "bob", "ann")]
    assert rooms[0] == rooms[2] != rooms[1]
    assert await stage.platform.send(rooms[1], note("Between the second Ann and Bob."))
    assert shown(stage) == [] and shown(stage, "bob") == shown(stage, "ann2") != []


async def test_a_conversation_of_three_is_not_that_of_two_of_them(stage: Stage) -> None:
    await stage.people.join(Person("eve", "Eve"))
    rooms = {await both(stage, *who) for who in (("ann", "bob"), ("ann", "bob", "eve"), ("eve", "ann"))}
    assert len(rooms) == 3


async def test_a_private_thread_that_somebody_else_began_is_not_the_bots(stage: Stage) -> None:
    world, ann = stage.people.world, stage.people.user("ann")
    theirs = world.create_thread(stage.people.channel("general"), "Ours", ann, type=ChannelType.PRIVATE_THREAD)
    for user in (stage.people.user("bob"), world.bot_user.id):
        theirs.thread_members[user] = world.now_iso()
    await stage.people.finish()
    assert (await both(stage, "ann", "bob")).thread_id != str(theirs.id)


async def test_a_private_conversation_stands_where_all_may_enter(stage: Stage) -> None:
    world = stage.people.world
    stage.people.open_channel("staff", members=("carl",))
    for position, name in enumerate(("staff", "general")):
        world.edit_channel(stage.people.channel(name), {"position": position})
    await stage.people.finish()
    assert (await both(stage, "ann", "bob")).channel == stage.people.room("general")


async def test_where_it_may_begin_no_private_thread_it_names_the_permission(ear: Ear) -> None:
    allowed = discord.Permissions.all()
    allowed.update(administrator=False, create_private_threads=False)
    async with server(ear, permissions=allowed) as stage:
        everyone = stage.people.world.guilds[stage.server.guild.id].roles[stage.server.guild.id]
        everyone.permissions = discord.Permissions(view_channel=True).value
        stage.people.world.emit("GUILD_ROLE_UPDATE", _role(stage, everyone))
        with pytest.raises(PlatformRefused) as refused:
            await both(stage, "ann", "bob")
        assert (refused.value.reason, refused.value.detail) == (Refused.MISSING_PERMISSION, "Create Private Threads")


async def test_with_somebody_who_left_no_conversation_begins(stage: Stage) -> None:
    await stage.people.leave("bob")
    assert await is_refused(both(stage, "ann", "bob")) is Refused.NO_DIRECT_MESSAGES
    assert [each for each in stage.people.world.channels.values() if each.is_thread] == []


async def test_files_are_shown_where_their_message_points_to_them(stage: Stage) -> None:
    """A message of components shows only what a component points to."""
    files = (File("a valve.png", b"x", "image/png", "A valve"), File("a.csv", b"1", "text/csv"))
    await stage.platform.send(stage.people.room("general"), note(LONG, files=files))
    sent = [each for each in stage.calls if each.path.endswith("/messages") and each.method == "POST"]
    assert [each.files for each in sent] == [()] * (len(sent) - 1) + [("a_valve.png", "a.csv")]
    gallery, file = sent[-1].body["components"][-2:]
    assert gallery["items"][0]["media"]["url"] == "attachment://a_valve.png"
    assert (gallery["items"][0]["description"], file["file"]["url"]) == ("A valve", "attachment://a.csv")


def lines(found: Sequence[str]) -> list[str]:
    return [each for words in found for each in words.splitlines() if each.startswith("Line")]


async def test_a_message_that_grows_is_whole(stage: Stage) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("short"))
    assert sent
    await stage.platform.edit(sent, note(LONG))
    assert lines(shown(stage)) == [each for each in LONG.splitlines() if each]


@pytest.mark.parametrize("pressed", [False, True])
async def test_a_long_message_that_is_replaced_leaves_nothing_of_it(stage: Stage, ear: Ear, pressed: bool) -> None:
    button = Button("capture:replace", "Yes")
    sent = await stage.platform.send(stage.people.room("general"), note(LONG, button))
    assert sent
    if pressed:
        await stage.people.press("ann", sent.id, button.id)
    await stage.platform.edit(sent, note("Gone."), answering=ear.last.trigger if pressed else None)
    assert shown(stage) == ["Gone."]


async def archived(stage: Stage) -> MessageRef:
    """A reply in a thread that was archived since."""
    root = await stage.people.say("ann", "general", "How?")
    reply = stage.people.reference(await stage.people.say("bob", "general", "So.", root))
    await stage.people.pass_time(timedelta(days=3))
    assert _is_archived(stage, root)
    return reply


async def test_a_message_of_an_archived_thread_is_read_where_it_stands(stage: Stage) -> None:
    reference = await archived(stage)
    post = await stage.platform.read_message(reference)
    assert post and (post.ref, post.text, post.private) == (reference, "So.", False)


async def test_a_message_that_is_deleted_in_an_archived_thread_is_known_by_its_place(stage: Stage, ear: Ear) -> None:
    reference = await archived(stage)
    await stage.people.delete_message("bob", reference.id)
    assert isinstance(ear.last, MessageDeleted)
    assert ear.last.message == reference and not ear.last.message.room.direct


async def test_reading_during_an_outage_is_refused_as_unreachable(stage: Stage) -> None:
    said = stage.people.reference(await stage.people.say("ann", "general", "How?"))
    stage.env.inject_error("GET", f"/channels/{said.id}", status=500, times=9)
    assert await is_refused(stage.platform.read_thread(said)) is Refused.UNREACHABLE
    stage.env.inject_error("GET", "/channels/*/messages/*", status=500, times=9)
    assert await is_refused(stage.platform.read_message(said)) is Refused.UNREACHABLE


@pytest.mark.parametrize("error", [aiohttp.ServerDisconnectedError(), ConnectionResetError(), TimeoutError()])
async def test_a_connection_that_ends_midway_is_refused_as_unreachable(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def request(*given: Any, **more: Any) -> Any:
        raise error

    said = stage.people.reference(await stage.people.say("ann", "general", "How?"))
    assert stage.server.client
    monkeypatch.setattr(stage.server.client.http, "request", request)
    platform, ann = stage.platform, stage.people.account("ann")
    for doing in (platform.send(said.room, note()), platform.send(ann, note()), platform.react(said, "bulb"),
                  platform.edit(said, note()), platform.delete(said), platform.read_message(said)):  # fmt: skip
        assert await is_refused(doing) is Refused.UNREACHABLE


async def test_a_public_answer_goes_nowhere_but_where_it_is_sent(stage: Stage, ear: Ear) -> None:
    stage.people.open_channel("other")
    await stage.people.use_command("ann", "general", "/ask what")
    assert await stage.platform.send(stage.people.room("other"), note("For them."), answering=ear.last.trigger)
    assert [shown(stage, "bob", place) for place in ("general", "other")] == [[], ["For them."]]


async def test_the_bots_own_message_is_read_back_with_names(stage: Stage) -> None:
    words = ("Ask ", Mention(stage.people.account("bob")), " *first*")
    sent = await stage.platform.send(stage.people.room("general"), Message("A note", [Section(words)]))
    assert sent
    post = await stage.platform.read_message(sent)
    assert post and (post.text, post.by_bot, post.mentions) == (
        "Ask @Bob _first_",
        True,
        (stage.people.account("bob"),),
    )
