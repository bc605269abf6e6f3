"""Connections to Discord are cut, refused, throttled and begun anew: no event is lost, and none is handled twice.

Everything goes over real sockets to the loopback of `gateway_server.py`.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from aiohttp import ClientSession
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket
from discord.http import Route
from gateway_errors import UNKNOWN_CHANNEL, Refusal
from gateway_faults import Fault
from gateway_hello import guild_create
from gateway_server import GatewayServer, words_of
from gateway_shapes import FORUM
from gateway_stage import Stage, open_server, open_stage

from adapters.port import (
    Account,
    Button,
    ButtonPressed,
    CommandUsed,
    Field,
    File,
    Form,
    FormSubmitted,
    Inbound,
    Line,
    MemberJoined,
    MemberLeft,
    Message,
    MessagePosted,
    MessageRef,
    Only,
    PlatformRefused,
    ReactionAdded,
    Refused,
    Section,
    Space,
)

POST = "POST /channels/{}/messages"
FIELDS: tuple[Field, ...] = (Line("title", "Name", "", "", True, 40),)
FIRST = ["before", ""]
"""What was heard before a break; nothing on a server that was quiet until then."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py waits for nothing before it tries again, and its addresses are put back afterwards."""

    async def at_once(self: discord.Client, shard_id: int | None, *, initial: bool = False) -> None:
        return None

    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda self: 0.01)
    hasty = {**vars(asyncio), "sleep": lambda seconds: asyncio.sleep(min(seconds, 0.01))}
    monkeypatch.setattr(discord.shard, "asyncio", SimpleNamespace(**hasty))


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    async with open_server() as opened:
        yield opened


@pytest.fixture
async def stage(server: GatewayServer) -> AsyncIterator[Stage]:
    async with open_stage(server) as opened:
        await opened.connect()
        yield opened
        assert server.violations == []


def note(words: str, *buttons: Button) -> Message:
    return Message(words, [Section(words, buttons=list(buttons))])


async def is_refused(doing: Awaitable[Any]) -> Refused:
    with pytest.raises(PlatformRefused) as refused:
        await doing
    return refused.value.reason


async def test_it_connects_and_hears_a_message(stage: Stage) -> None:
    id = await stage.server.people.say("ann", "general", "How warm is the gel?", mention_bot=True)
    await stage.hears("How warm is the gel?")
    event = stage.received[-1]
    assert isinstance(event, MessagePosted)
    assert (event.who.name, event.post.ref.id, event.to_bot, event.direct) == ("Ann Reed", id, True, False)
    assert stage.met == [stage.guild.id]
    assert [each["shard"] for each in stage.server.hub.identifies] == [[0, 1]]


async def connection(stage: Stage, *, is_there: bool) -> None:
    async with asyncio.timeout(10):
        while stage.platform.is_connected is not is_there:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


async def test_it_is_connected_while_its_sessions_are_open(stage: Stage) -> None:
    assert stage.platform.is_connected
    async with stage.server.hub.away():
        await connection(stage, is_there=False)
    await connection(stage, is_there=True)
    await stage.stop()
    assert not stage.platform.is_connected


async def stops(stage: Stage) -> None:
    assert stage.running
    stage.running.cancel()
    done, _ = await asyncio.wait((stage.running,), timeout=5)
    assert done


@pytest.mark.parametrize("seconds", [0, 0.02, 0.2])
async def test_it_stops_also_while_it_connects_again(stage: Stage, seconds: float) -> None:
    async with stage.server.hub.away():
        await connection(stage, is_there=False)
    await asyncio.sleep(seconds)
    await stops(stage)


@pytest.mark.parametrize("seconds", [0, 0.2])
async def test_it_stops_also_while_nobody_answers_it(stage: Stage, seconds: float) -> None:
    async with stage.server.hub.away():
        await asyncio.sleep(seconds)
        await stops(stage)


async def test_its_frames_are_compressed(stage: Stage) -> None:
    assert stage.server.hub.connections[0].request.query["compress"] == "zlib-stream"


async def drop(server: GatewayServer) -> None:
    await server.hub.drop()


async def close(server: GatewayServer) -> None:
    await server.hub.drop(code=1001)


async def reconnect(server: GatewayServer) -> None:
    await server.hub.ask_to_reconnect()


async def invalidate(server: GatewayServer) -> None:
    await server.hub.invalidate(resumable=True)


@pytest.mark.parametrize("disturb", [drop, close, reconnect, invalidate])
async def test_what_is_said_during_a_break_is_heard_once(
    stage: Stage, disturb: Callable[[GatewayServer], Awaitable[None]]
) -> None:
    people, hub = stage.server.people, stage.server.hub
    await people.say("ann", "general", "before")
    await stage.hears("before")
    hub.open.clear()
    await disturb(stage.server)
    await people.say("ann", "general", "meanwhile")
    hub.open.set()
    await stage.hears("meanwhile")
    await people.say("ann", "general", "after")
    await stage.hears("after")
    assert stage.heard == Counter(["before", "meanwhile", "after"])
    assert (len(hub.identifies), len(hub.resumes)) == (1, 1)


async def test_after_an_invalid_session_it_begins_anew_and_hears(stage: Stage) -> None:
    hub = stage.server.hub
    await hub.invalidate(resumable=False)
    await stage.until(lambda: hub.live)
    await stage.server.people.say("ann", "general", "still there?")
    await stage.hears("still there?")
    assert stage.heard == Counter(["still there?"])
    assert (len(hub.identifies), len(hub.resumes)) == (2, 0)


@pytest.mark.parametrize("first", FIRST)
async def test_what_is_said_while_no_session_is_there_is_heard_once(stage: Stage, first: str) -> None:
    people, hub = stage.server.people, stage.server.hub
    if first:
        await people.say("ann", "general", first)
        await stage.hears(first)
    async with hub.away():
        hub.expire_sessions()
        await people.say("ann", "general", "meanwhile")
        await people.say("ann", "general", "and this")
    await stage.until(lambda: hub.live)
    await stage.hears("meanwhile", "and this", seconds=3)
    await people.say("ann", "general", "after")
    await stage.hears("after")
    assert stage.heard == Counter(filter(None, [first, "meanwhile", "and this", "after"]))
    assert (len(hub.identifies), len(hub.resumes)) == (2, 1)


async def test_what_is_said_meanwhile_is_heard_wherever_it_is_said(stage: Stage) -> None:
    people, hub = stage.server.people, stage.server.hub
    await people.open_channel("questions", type=FORUM)
    root = await people.say("ann", "general", "before")
    thread = await people.begin_thread("ann", "general", "A thread", root)
    await people.say_to_bot("ann", "direct")
    await stage.hears("before", "direct")
    async with hub.away():
        hub.expire_sessions()
        await people.say("ann", "general", "in the thread", thread=thread)
        await people.say_to_bot("ann", "between us")
        await people.begin_post("ann", "questions", "Gel", "in a post")
        fresh = await people.open_channel("fresh")
        await people.say("ann", fresh, "in a new channel")
        await people.say("ann", fresh, "in a new thread", thread=await people.say("ann", fresh, "root"))
    told = ("in the thread", "between us", "in a post", "in a new channel", "root", "in a new thread")
    await stage.hears(*told)
    await people.say("ann", "general", "after")
    await stage.hears("after")
    assert stage.heard == Counter([*told, "before", "direct", "after"])


async def test_what_is_said_until_a_session_begins_anew_is_heard_once(stage: Stage) -> None:
    people, hub = stage.server.people, stage.server.hub
    await people.say("ann", "general", "before")
    await stage.hears("before")
    hub.open.clear()
    await hub.invalidate(resumable=False)
    await people.say("ann", "general", "meanwhile")
    hub.open.set()
    await stage.hears("meanwhile")
    assert stage.heard == Counter(["before", "meanwhile"])


async def test_a_gateway_that_acknowledges_nothing_is_left_for_a_new_one(server: GatewayServer) -> None:
    server.gateway.interval = 50
    async with open_stage(server, heartbeat_timeout=0.3) as stage:
        await stage.connect()
        server.hub.acks = False
        async with asyncio.timeout(10):
            await server.until(lambda: server.hub.resumes)
        server.hub.acks = True
        await stage.until(lambda: server.hub.live)
        await server.people.say("ann", "general", "over a new one")
        await stage.hears("over a new one")
        assert len(server.hub.identifies) == 1


async def test_a_first_handshake_that_fails_is_tried_again(server: GatewayServer) -> None:
    server.hub.refusals = [502]
    async with open_stage(server) as stage:
        await stage.connect()
        await server.people.say("ann", "general", "at last")
        await stage.hears("at last")
        assert server.hub.handshakes == 2


@pytest.mark.parametrize("first", FIRST)
async def test_handshakes_that_fail_after_a_break_are_tried_again(stage: Stage, first: str) -> None:
    if first:
        await stage.server.people.say("ann", "general", first)
        await stage.hears(first)
    stage.server.hub.refusals = [502, 503]
    await stage.server.hub.drop()
    await stage.server.people.say("ann", "general", "at last")
    await stage.hears("at last", seconds=3)
    assert stage.heard == Counter(filter(None, [first, "at last"]))


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "GUILD_MEMBER_ADD", "INTERACTION_CREATE", "GUILD_CREATE"])
async def test_a_malformed_event_ends_nothing(stage: Stage, event: str) -> None:
    stage.server.hub.send_raw(event, {"id": "1"})
    await stage.server.people.say("ann", "general", "and now words")
    await stage.hears("and now words")
    assert len(stage.server.hub.identifies) == 1


async def test_a_wrong_token_is_refused(server: GatewayServer) -> None:
    async with open_stage(server, token="wrong") as stage:
        stage.start()
        assert stage.running
        async with asyncio.timeout(10):
            assert await is_refused(stage.running) is Refused.NOT_ACCEPTED


async def test_without_privileged_intents_it_hears_what_names_it(server: GatewayServer) -> None:
    server.world.grants.clear()
    async with open_stage(server) as stage:
        await stage.connect()
        await server.people.say("ann", "general", "a secret")
        await server.people.say("ann", "general", "Are you there?", mention_bot=True)
        await stage.hears("Are you there?")
        assert stage.heard == Counter(["", "Are you there?"])
        first, second = server.hub.identifies
        assert first["intents"] & ~second["intents"] == 1 << 1 | 1 << 15


@pytest.mark.parametrize("shards", [2, 3])
async def test_with_several_shards_every_server_is_heard(shards: int) -> None:
    async with open_server(shards=shards) as server:
        others = [server.world.add_guild(f"Ward {number}") for number in range(1, shards)]
        for number, guild in enumerate(others):
            server.world.add_channel(guild, f"elsewhere-{number}")
            await server.people.join("ann", guild=guild)
        server.gateway.must_shard = True
        async with open_stage(server) as stage:
            await stage.connect()
            await server.people.say("ann", "general", "here")
            for number in range(len(others)):
                await server.people.say("ann", f"elsewhere-{number}", f"there {number}")
            await stage.hears("here", *(f"there {number}" for number in range(len(others))))
            assert sorted(each["shard"] for each in server.hub.identifies) == [[at, shards] for at in range(shards)]
            assert sorted(stage.met) == sorted(server.world.guilds)


async def test_a_shard_that_breaks_is_resumed_by_itself() -> None:
    async with open_server(shards=2) as server:
        other = server.world.add_guild("Another")
        server.world.add_channel(other, "elsewhere")
        await server.people.join("ann", guild=other)
        async with open_stage(server) as stage:
            await stage.connect()
            await server.connected(2)
            next(each for each in server.hub.live if each.holds(other.id)).connection.cut()
            await server.people.say("ann", "elsewhere", "there")
            await server.people.say("ann", "general", "here")
            await stage.hears("here", "there")
            assert stage.heard == Counter(["here", "there"])
            assert (len(server.hub.identifies), len(server.hub.resumes)) == (2, 1)


async def test_an_event_that_comes_twice_is_heard_once(stage: Stage) -> None:
    stage.server.hub.twice = True
    await stage.server.people.say("ann", "general", "again")
    await stage.server.people.say("ann", "general", "done")
    await stage.hears("done")
    await stage.platform.idle()
    assert stage.heard == Counter(["again", "done"])


async def test_a_bucket_that_is_empty_is_waited_for(stage: Stage) -> None:
    stage.server.limits.set(POST, 2, 0.3)
    began = time.monotonic()
    await asyncio.gather(*(stage.platform.send(stage.room("general"), note(f"m{at}")) for at in range(5)))
    assert time.monotonic() - began > 0.55
    assert sorted(words_of(each) for each in stage.server.answers("general")) == [f"m{at}" for at in range(5)]
    assert [call.status for call in stage.server.calls if call.route == POST] == [200] * 5


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_message_that_is_throttled_is_sent_again(stage: Stage, everywhere: bool) -> None:
    stage.server.faults.next(POST, Fault(429, retry_after=0.2, everywhere=everywhere))
    began = time.monotonic()
    await stage.platform.send(stage.room("general"), note("hello"))
    assert time.monotonic() - began > 0.2
    assert [words_of(each) for each in stage.server.answers("general")] == ["hello"]
    assert [call.status for call in stage.server.calls if call.route == POST] == [429, 200]


async def test_a_ban_before_discord_is_unreachable(stage: Stage) -> None:
    stage.server.faults.next(POST, Fault(429, retry_after=0.1, via=False))
    assert await is_refused(stage.platform.send(stage.room("general"), note("hello"))) is Refused.UNREACHABLE


@pytest.mark.parametrize("after", [False, True])
async def test_a_message_is_posted_once_whatever_the_first_try_did(stage: Stage, after: bool) -> None:
    stage.server.faults.next(POST, Fault(502, after=after))
    sent = await stage.platform.send(stage.room("general"), note("hello"))
    (posted,) = stage.server.answers("general")
    assert sent and sent.id == posted["id"]
    assert [call.status for call in stage.server.calls if call.route == POST] == [502, 200]


async def test_a_connection_that_is_cut_after_the_message_was_taken_leaves_one_message(stage: Stage) -> None:
    stage.server.faults.next(POST, Fault(cut=True, after=True))
    room, message = stage.room("general"), note("hello")
    assert await is_refused(stage.platform.send(room, message, once="k")) is Refused.UNREACHABLE
    sent = await stage.platform.send(room, message, once="k")
    (posted,) = stage.server.answers("general")
    assert sent and sent.id == posted["id"]


async def test_a_slow_answer_is_waited_for(stage: Stage) -> None:
    stage.server.faults.next(POST, Fault(slow=0.3))
    assert await stage.platform.send(stage.room("general"), note("hello"))
    assert len(stage.server.answers("general")) == 1


async def test_five_hundred_channels_are_no_matter() -> None:
    async with open_server() as server:
        for number in range(500):
            server.world.add_channel(next(iter(server.world.guilds.values())), f"room-{number}")
        async with open_stage(server) as stage:
            await stage.connect()
            await server.people.say("ann", "room-499", "far down")
            await stage.hears("far down")
            assert len(server.calls) < 20


async def test_a_thousand_messages_are_heard_once_each(stage: Stage) -> None:
    said = [f"m{number}" for number in range(1000)]
    for words in said:
        await stage.server.people.say("ann", "general", words)
    await stage.hears(*said)
    assert stage.heard == Counter(said)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [("view_channel", Refused.NOT_IN_CHANNEL), ("send_messages", Refused.MISSING_PERMISSION)],
)
async def test_where_it_may_not_write_it_says_why(stage: Stage, missing: str, reason: Refused) -> None:
    await stage.server.people.forbid("general", missing)
    assert await is_refused(stage.platform.send(stage.room("general"), note("hello"))) is reason


async def test_where_it_may_not_write_in_threads_it_says_which_permission_is_missing(stage: Stage) -> None:
    root = await stage.server.people.say("ann", "general", "a question")
    await stage.server.people.forbid("general", "send_messages_in_threads")
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.send(stage.room("general", thread=root), note("hello"))
    assert (refused.value.reason, refused.value.detail) == (Refused.MISSING_PERMISSION, "Send Messages in Threads")


async def test_where_it_may_begin_no_thread_it_answers_beneath_the_message(stage: Stage) -> None:
    root = await stage.server.people.say("ann", "general", "a question")
    await stage.server.people.forbid("general", "create_public_threads")
    sent = await stage.platform.send(stage.room("general", thread=root), note("hello"))
    assert sent and sent.room == stage.room("general")


async def test_while_it_is_timed_out_it_says_why(stage: Stage) -> None:
    await stage.server.people.time_out_bot(stage.guild)
    assert await is_refused(stage.platform.send(stage.room("general"), note("x"))) is Refused.MISSING_PERMISSION


async def test_a_channel_that_is_gone_is_said_to_be(stage: Stage) -> None:
    room = stage.room("general")
    await stage.server.people.delete_channel("general")
    assert await is_refused(stage.platform.send(room, note("hello"))) is Refused.NOT_IN_CHANNEL


async def test_who_takes_no_direct_messages_is_said_to(stage: Stage) -> None:
    ann = stage.server.world.user("ann")["id"]
    stage.server.world.closed.add(ann)
    account = Account(Space("discord", stage.guild.id), ann)
    assert await is_refused(stage.platform.send(account, note("hello"))) is Refused.NO_DIRECT_MESSAGES
    await stage.server.people.leave("ann")
    assert await is_refused(stage.platform.send(account, note("hello"))) is Refused.NO_DIRECT_MESSAGES


async def test_a_thread_that_was_closed_opens_again_unless_it_is_locked(stage: Stage) -> None:
    people = stage.server.people
    root = await people.say("ann", "general", "a question")
    thread = await people.begin_thread("ann", "general", "A question", root)
    await people.archive(thread)
    assert await stage.platform.send(stage.room("general", thread=thread), note("an answer"))
    await people.forbid("general", "manage_threads")
    await people.archive(thread, locked=True)
    refusal = is_refused(stage.platform.send(stage.room("general", thread=thread), note("an answer")))
    assert await refusal is Refused.MISSING_PERMISSION


async def test_a_thread_that_is_locked_but_not_closed_is_refused(stage: Stage) -> None:
    people = stage.server.people
    thread = await people.begin_thread("ann", "general", "A question")
    await people.forbid("general", "manage_threads")
    stage.server.world.channel(thread)["thread_metadata"]["locked"] = True
    room = stage.room("general", thread=thread)
    assert await is_refused(stage.platform.send(room, note("x"))) is Refused.MISSING_PERMISSION


async def test_a_post_of_a_forum_is_heard_and_answered(stage: Stage) -> None:
    people = stage.server.people
    await people.open_channel("questions", type=FORUM)
    post = await people.begin_post("ann", "questions", "Gel", "How warm is the gel?")
    await stage.hears("How warm is the gel?")
    event = stage.received[-1]
    assert isinstance(event, MessagePosted)
    await stage.platform.send(stage.room("questions", thread=post), note("Warm."))
    assert [words_of(each) for each in stage.server.answers(post)] == ["Warm."]
    found = await stage.platform.read_message(event.post.ref)
    assert found and found.text == "How warm is the gel?"


async def test_a_direct_message_is_heard_and_answered(stage: Stage) -> None:
    await stage.server.people.say_to_bot("ann", "just you and me")
    await stage.hears("just you and me")
    event = stage.received[-1]
    assert isinstance(event, MessagePosted) and event.direct
    await stage.platform.send(event.post.ref.room, note("yes"))
    assert [words_of(each) for each in stage.server.answers()] == ["yes"]


async def test_people_come_react_and_go(stage: Stage) -> None:
    people = stage.server.people
    await people.join("bob", "Bob Hale")
    message = await people.say("ann", "general", "a tip")
    await people.react("bob", "general", message, "💡")
    await people.leave("bob")
    await stage.until(lambda: len(stage.received) == 4)
    assert [type(each) for each in stage.received] == [MemberJoined, MessagePosted, ReactionAdded, MemberLeft]


async def test_a_guest_of_a_voice_channel_joins_as_one(stage: Stage) -> None:
    await stage.server.people.join("bob", "Bob Hale")
    await stage.server.people.join("gus", "Gus", guest=True)
    await stage.until(lambda: len(stage.received) == 2)
    joined = [each for each in stage.received if isinstance(each, MemberJoined)]
    assert [(each.who.name, each.time_zone, each.is_guest) for each in joined] == [
        ("Bob Hale", "", False),
        ("Gus", "", True),
    ]


async def test_a_message_is_sent_changed_marked_read_and_deleted(stage: Stage) -> None:
    platform, room = stage.platform, stage.room("general")
    sent = await platform.send(room, note("first", Button("go:on", "Go on")))
    assert isinstance(sent, MessageRef)
    await platform.edit(sent, note("second"))
    await platform.react(sent, "bulb")
    found = await platform.read_message(sent)
    assert found and (found.text, [each.emoji for each in found.reactions]) == ("second", ["bulb"])
    await platform.delete(sent)
    assert await platform.read_message(sent) is None


async def test_a_command_opens_a_form_that_is_sent_and_answered(stage: Stage) -> None:
    async def does(event: Inbound) -> None:
        if isinstance(event, CommandUsed):
            await stage.platform.open_form(event.trigger, Form("capture:save", "Keep", FIELDS, "Save"))

    stage.does = does
    used = await stage.server.people.use_command("ann", "general", "keep", text="")
    await stage.until(lambda: used.modal)
    await stage.server.people.submit(used, title="Warm gel")
    await stage.until(lambda: any(isinstance(each, FormSubmitted) for each in stage.received))
    form = stage.received[-1]
    assert isinstance(form, FormSubmitted) and form.values == {"title": "Warm gel"}


async def test_a_button_is_pressed_and_its_message_replaced(stage: Stage) -> None:
    async def does(event: Inbound) -> None:
        if isinstance(event, ButtonPressed):
            await stage.platform.edit(event.message, note("pressed"), answering=event.trigger)

    stage.does = does
    await stage.platform.send(stage.room("general"), note("press", Button("go:on", "Go on")))
    (posted,) = stage.server.answers("general")
    pressed = await stage.server.people.press("ann", posted, "go:on")
    await stage.until(lambda: pressed.answered)
    assert words_of(posted) == "pressed"


async def test_what_is_typed_is_answered_in_time(stage: Stage) -> None:
    typed = await stage.server.people.type_command("ann", "general", "keep", text="x")
    await stage.until(lambda: typed.choices is not None)
    assert typed.choices == []


async def test_a_new_server_is_met_and_heard(stage: Stage) -> None:
    world, people = stage.server.world, stage.server.people
    guild = world.add_guild("New")
    world.add_channel(guild, "elsewhere")
    world.emit("GUILD_CREATE", guild.id, guild_create(world, guild))
    await people.join("ann", guild=guild)
    await people.say("ann", "elsewhere", "hello")
    await stage.hears("hello")
    assert stage.met == [stage.guild.id, guild.id]


async def test_it_stops_at_once_while_it_is_cut_off(stage: Stage) -> None:
    async with stage.server.hub.away():
        began = time.monotonic()
        await stage.stop()
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("status", [403, 503])
async def test_a_channel_that_cannot_be_read_keeps_no_other_from_being_read(stage: Stage, status: int) -> None:
    people, hub = stage.server.people, stage.server.hub
    await people.say("ann", "general", "before")
    await people.open_channel("another")
    await stage.hears("before")
    async with hub.away():
        hub.expire_sessions()
        await people.open_channel("first")
        await people.say("ann", "first", "and this")
        await people.say("ann", "another", "meanwhile")
    stage.server.faults.next("GET /channels/{}/messages", Fault(status))
    await stage.hears("and this", "meanwhile", seconds=2)


async def test_a_reaction_and_a_leaving_that_come_twice_are_heard_once(stage: Stage) -> None:
    people = stage.server.people
    await people.join("bob")
    message = await people.say("ann", "general", "a tip")
    stage.server.hub.twice = True
    await people.react("bob", "general", message, "💡")
    await people.leave("bob")
    await people.say("ann", "general", "done")
    await stage.hears("done")
    kinds = Counter(type(each) for each in stage.received)
    assert (kinds[ReactionAdded], kinds[MemberLeft]) == (1, 1)


async def test_a_command_that_comes_twice_opens_its_form(stage: Stage) -> None:
    async def does(event: Inbound) -> None:
        await asyncio.sleep(0.7)  # longer than an interaction is left open after a handler that said nothing
        if isinstance(event, CommandUsed):
            await stage.platform.open_form(event.trigger, Form("capture:save", "Keep", FIELDS, "Save"))

    stage.does = does
    stage.server.hub.twice = True
    used = await stage.server.people.use_command("ann", "general", "keep", text="")
    await stage.until(lambda: used.modal, seconds=2)


async def test_an_answer_that_was_taken_though_it_failed_is_no_refusal(stage: Stage) -> None:
    refused: list[PlatformRefused] = []

    async def does(event: Inbound) -> None:
        assert isinstance(event, CommandUsed)
        try:
            await stage.platform.send(Only(event.who, event.room, event.trigger), note("done"))
        except PlatformRefused as error:
            refused.append(error)

    stage.does = does
    stage.server.faults.next("POST /interactions/{}/{}/callback", Fault(502, after=True))
    used = await stage.server.people.use_command("ann", "general", "keep", text="x")
    await stage.until(lambda: len([each for each in stage.server.calls if each.path.endswith("/callback")]) == 2)
    await stage.platform.idle()
    assert (len(used.answers), refused) == (1, [])


async def test_a_file_goes_with_a_message(stage: Stage) -> None:
    await stage.platform.send(stage.room("general"), Message("f", [Section("f")], files=[File("a.txt", b"a", "An a")]))
    (posted,) = stage.server.answers("general")
    assert [each["filename"] for each in posted["attachments"]] == ["a.txt"]


async def test_the_stand_in_has_members_threads_posts_and_events(stage: Stage) -> None:
    client, now = stage.platform.client, discord.utils.utcnow()
    guild, world = await client.fetch_guild(int(stage.guild.id)), stage.server.world
    assert {each.name async for each in guild.fetch_members(limit=None)} == {"tacit", "ann"}
    channel = await client.fetch_channel(int(world.channel("general")["id"]))
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="own", type=discord.ChannelType.public_thread)
    await thread.send("first")
    assert [each.name for each in await guild.active_threads()] == ["own"]
    await thread.edit(archived=True)
    assert [each.name async for each in channel.archived_threads()] == ["own"]
    forum = await client.fetch_channel(int(await stage.server.people.open_channel("questions", type=FORUM)))
    assert isinstance(forum, discord.ForumChannel)
    post = await forum.create_thread(name="post", content="first")
    assert [each.id async for each in post.thread.history()] == [post.thread.id] == [post.message.id]
    event = await guild.create_scheduled_event(
        name="Tips",
        start_time=now.replace(year=now.year + 1, day=1),
        end_time=now.replace(year=now.year + 2, day=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="the ward",
    )
    await event.edit(name="More tips")
    assert [each.name for each in await guild.fetch_scheduled_events()] == ["More tips"]
    await event.delete()
    assert await guild.fetch_scheduled_events() == []


def hello(**changes: Any) -> dict[str, Any]:
    return {"op": 2, "d": {"token": "stand-in", "intents": 1, "properties": {}, **changes}}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", 4002),
        ({"op": 99}, 4003),
        ({"op": 8, "d": {}}, 4003),
        (hello(token="wrong"), 4004),
        (hello(shard=[2, 2]), 4010),
        (hello(), 4011),
        (hello(intents=1 << 40), 4013),
        (hello(intents=1 << 8, shard=[0, 2]), 4014),
    ],
)
async def test_the_stand_in_closes_on_what_discord_closes_on(server: GatewayServer, frame: Any, code: int) -> None:
    server.gateway.must_shard = True
    async with ClientSession() as client, client.ws_connect(f"{server.gateway_url}?v=10&encoding=json") as line:
        assert (await line.receive_json())["op"] == 10
        await line.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        assert (await line.receive()).data == code


async def test_the_stand_in_notes_who_does_not_wait(server: GatewayServer) -> None:
    server.limits.set("GET /users/@me", 1, 5)
    headers = {"Authorization": f"Bot {server.token}"}
    async with ClientSession(headers=headers) as client:
        answers = [await client.get(f"{server.api_url}/api/v10/users/@me") for _ in range(2)]
    assert [each.status for each in answers] == [200, 429]
    assert answers[0].headers["X-RateLimit-Remaining"] == "0" and "Via" in answers[1].headers
    assert ["before the time was up" in each for each in server.violations] == [True]


def test_there_is_no_channel_without_a_world() -> None:
    with pytest.raises(Refusal) as refused:
        GatewayServer().world.channel("nowhere")
    assert refused.value.code == UNKNOWN_CHANNEL[1]


async def test_what_is_said_while_a_server_is_being_met_waits_for_it(server: GatewayServer) -> None:
    met = asyncio.Event()
    async with open_stage(server) as stage:
        meet = stage._meet

        async def slowly(space: Space, name: str) -> None:
            await met.wait()
            await meet(space, name)

        stage.platform._connected = slowly
        await stage.connect()
        await server.people.say("ann", "general", "at once")
        assert stage.heard == Counter()
        met.set()
        await stage.hears("at once")
