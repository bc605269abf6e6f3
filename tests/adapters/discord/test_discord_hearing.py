"""What the platform hears: once, in order, finished before it stops; and what was said before it began to listen."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import gateway_deeds
import gateway_stage
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord_ear import FORM, Ear, note, shown
from discord_stage import Stage
from gateway_faults import Fault
from gateway_server import GatewayServer
from gateway_shapes import new_id

from adapters.discord import hearing, interactions, missed
from adapters.port import (
    Button,
    FieldErrors,
    MessageDeleted,
    MessagePosted,
    Only,
    ReactionAdded,
    ReactionRemoved,
)
from adapters.room import Person

HISTORY = "GET /channels/{}/messages"


async def test_events_come_in_the_order_in_which_they_happened(stage: Stage, ear: Ear) -> None:
    world, general = stage.people.world, stage.people.channel("general")
    for number in range(30):
        world.create_message(general, stage.people.user("ann" if number % 2 else "bob"), f"m{number}")
    await stage.people.finish()
    assert [event.post.text for event in ear.received if isinstance(event, MessagePosted)] == [
        f"m{number}" for number in range(30)
    ]


async def test_whoever_waits_holds_nobody_else_up(stage: Stage, ear: Ear) -> None:
    done, waits = [], asyncio.Event()

    async def then(event: Any) -> None:
        if event.post.text == "slow":
            await waits.wait()
        else:
            waits.set()
        done.append(event.post.text)

    ear.then = then
    world, general = stage.people.world, stage.people.channel("general")
    for words in ("slow", "quick"):
        world.create_message(general, stage.people.user("ann"), words)
    await stage.people.finish()
    assert done == ["quick", "slow"]


async def test_what_arrives_twice_is_heard_once(stage: Stage, ear: Ear) -> None:
    stage.server.deliver_twice = True
    said = await stage.people.say("ann", "general", "one")
    await stage.people.edit_message("ann", said, "two")
    await stage.people.delete_message("ann", said)
    await stage.people.join(Person("eve", "Eve"))
    kinds = [type(event).__name__ for event in ear.received]
    assert kinds == ["MessagePosted", "MessageEdited", "MessageDeleted", "MemberJoined"]


async def test_an_interaction_that_arrives_twice_is_answered_once_and_nothing_is_refused(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def then(event: Any) -> None:
        await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))

    monkeypatch.setattr(hearing, "CLOSE_SECONDS", 0)
    ear.then, stage.server.deliver_twice = then, True
    await stage.people.use_command("ann", "general", "/keep what")
    await stage.stop()
    assert len(ear.received) == 1 and shown(stage) == ["For Ann."]
    assert [call.refused for call in stage.calls if "/interactions/" in call.path] == [""]


async def test_only_the_newest_interactions_are_remembered(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "KEPT", 1)
    events = []
    for _ in range(2):
        await stage.people.use_command("ann", "general", "/keep what")
        events.append(ear.last)
    found = [stage.platform.interactions.find(each.trigger.token) is not None for each in events]
    assert found == [False, True]
    late = Only(events[0].who, events[0].room, events[0].trigger)
    sent = await stage.platform.send(late, note("For Ann."))
    assert sent and sent.room.direct


async def test_only_the_newest_keys_are_remembered(stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "KEYS_KEPT", 3)
    said = [int(await stage.people.say("ann", "general", f"m{number}")) for number in range(5)]
    ear.received.clear()
    for id in (said[-1], said[0]):
        message = stage.people.world.find_message(id)
        assert message
        stage.people.world.announce_message_create(message)
    await stage.people.finish()
    assert [event.post.text for event in ear.received if isinstance(event, MessagePosted)] == ["m0"]


async def test_what_was_taken_is_finished_before_it_stops(stage: Stage, ear: Ear) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def then(event: Any) -> None:
        begun.set()
        await go.wait()
        await stage.platform.send(event.post.ref.room, note("Done."))

    ear.then = then
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await begun.wait()
    stopping = asyncio.create_task(stage.stop())
    go.set()
    await stopping
    assert shown(stage) == ["Done."]


async def test_what_takes_too_long_is_given_up_when_it_stops(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "STOP_SECONDS", 0)
    begun, ended = asyncio.Event(), []

    async def then(event: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(event.key)

    ear.then = then
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await begun.wait()
    await stage.stop()
    await stage.platform.idle()
    assert len(ended) == 1


async def test_after_it_stopped_nothing_is_heard(stage: Stage, ear: Ear) -> None:
    await stage.platform.finish()
    await stage.people.say("ann", "general", "one")
    assert ear.received == []


async def test_what_was_said_nothing_to_is_closed_when_it_stops(stage: Stage, ear: Ear) -> None:
    await stage.people.use_command("ann", "general", "/keep what")
    await asyncio.sleep(0)
    await stage.platform.finish()
    assert [call.body["type"] for call in stage.calls if call.path.endswith("/callback")] == [5]
    assert shown(stage) == []


async def test_what_is_said_nothing_to_is_closed_by_itself(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "CLOSE_SECONDS", 0)
    closed, settle = asyncio.Event(), stage.platform.interactions.settle

    async def noticed(token: str) -> None:
        await settle(token)
        closed.set()

    monkeypatch.setattr(stage.platform.interactions, "settle", noticed)
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:silent", "Yes")))
    assert sent
    await stage.people.press("ann", sent.id, "capture:silent")
    await closed.wait()
    assert stage.people.unanswered == [] and shown(stage) == ["May I?\nYes"]


async def test_the_bot_does_not_hear_itself(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general").channel, note())
    assert sent
    await stage.platform.react(sent, "bulb")
    await stage.platform.delete(sent)
    assert [event for event in ear.received if not isinstance(event, MessageDeleted)] == []


async def test_a_handler_that_fails_breaks_nothing(stage: Stage, ear: Ear) -> None:
    async def then(event: Any) -> None:
        raise RuntimeError("no")

    ear.then = then
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    stage.people.world.create_message(stage.people.channel("general"), stage.people.user("ann"), "one")
    await stage.people.finish()
    stage.server.errors.clear()
    ear.then = None
    await stage.people.say("ann", "general", "two")
    assert ear.last.post.text == "two"


async def test_a_thread_answers_whoever_began_it_while_that_is_known(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.begin_thread("bob", root)
    await stage.people.say("bob", "general", "So.", root)
    assert ear.last.answers == stage.people.account("ann")


def kinds(ear: Ear, *wanted: type) -> list[str]:
    return [type(event).__name__ for event in ear.received if isinstance(event, wanted)]


async def test_a_reaction_that_comes_twice_is_heard_once_and_anew_after_it_was_taken_back(
    stage: Stage, ear: Ear
) -> None:
    said = await stage.people.say("ann", "general", "How?")
    stage.server.deliver_twice = True
    for change in (stage.people.add_reaction, stage.people.remove_reaction, stage.people.add_reaction):
        await change("bob", said, "bulb")
    assert kinds(ear, ReactionAdded, ReactionRemoved) == ["ReactionAdded", "ReactionRemoved", "ReactionAdded"]


async def test_the_same_reaction_is_another_after_a_while(stage: Stage, ear: Ear) -> None:
    """What was taken back while nobody listened is not told."""
    said = await stage.people.say("ann", "general", "How?")
    found = stage.people.world.find_message(int(said))
    assert found
    for minutes in (0, 4, 6):
        stage.server.clock.advance(60 * minutes)
        await stage.people.add_reaction("bob", said, "bulb")
        found.reactions.clear()
    assert kinds(ear, ReactionAdded) == ["ReactionAdded"] * 2


async def test_an_error_that_nobody_can_be_told_of_ends_quietly(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.people.use_command("ann", "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, FORM)
    opened = stage.people.open_form_of("ann")
    assert opened
    ear.returns = FieldErrors({"title": "There is one of that name."})
    stage.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=3)
    await stage.people.submit("ann", opened.id, {"title": "x"})
    gc.collect()  # what asyncio says of a failed task, it says when the task is gone
    assert [each.message for each in caplog.records] == ["failed: NotFound"]


@pytest.fixture
async def sockets(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GatewayServer]:
    """A Discord on real sockets; discord.py's addresses are put back afterwards."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with gateway_stage.open_server() as opened:
        yield opened
        assert opened.violations == []


def was_said(server: GatewayServer, channel: str, words: str, ago: timedelta, who: str = "ann") -> None:
    """Somebody said something a while ago."""
    id = new_id((datetime.now(UTC) - ago).timestamp())
    gateway_deeds.post(server.world, server.world.channel(channel), server.world.user(who)["id"], words, id=id)


@asynccontextmanager
async def listening(server: GatewayServer, since: timedelta | None) -> AsyncIterator[gateway_stage.Stage]:
    """A platform that begins to listen when nobody did for so long, and has read what it missed."""
    async with gateway_stage.open_stage(server) as stage:
        stage.platform.heard_until(datetime.now(UTC) - since if since is not None else None)
        await stage.connect()
        await server.people.say("ann", "general", "now")
        await stage.hears("now")
        await stage.platform.idle()
        yield stage


def histories(server: GatewayServer) -> list[str]:
    """The names of the channels that were read."""
    read = [call.path.split("/") for call in server.calls if call.route == HISTORY]
    return [server.world.channel(path[path.index("channels") + 1])["name"] for path in read]


@pytest.mark.parametrize(
    ("since", "heard"),
    [
        (None, []),
        (timedelta(minutes=5), ["just before", "meanwhile"]),
        (timedelta(days=3), ["half an hour ago", "just before", "meanwhile"]),
    ],
)
async def test_what_was_said_while_nobody_listened_is_heard_but_only_the_last_hour_of_it(
    sockets: GatewayServer, since: timedelta | None, heard: list[str]
) -> None:
    was_said(sockets, "general", "yesterday", timedelta(days=1))
    was_said(sockets, "general", "half an hour ago", timedelta(minutes=30))
    was_said(sockets, "general", "just before", timedelta(minutes=5, seconds=10))
    was_said(sockets, "general", "meanwhile", timedelta(minutes=1))
    async with listening(sockets, since) as stage:
        said = [event.post.text for event in stage.received if isinstance(event, MessagePosted)]
    assert sorted(said) == sorted([*heard, "now"])
    assert [words for words in said if words != "now"] == heard


async def test_only_where_something_was_said_it_is_read(sockets: GatewayServer) -> None:
    for name in ("quiet", "silent", "lively"):
        await sockets.people.open_channel(name)
    was_said(sockets, "quiet", "long ago", timedelta(minutes=20))
    was_said(sockets, "lively", "meanwhile", timedelta(minutes=1))
    async with listening(sockets, timedelta(minutes=5)) as stage:
        assert stage.heard == Counter(["meanwhile", "now"])
    assert set(histories(sockets)) - {"general"} == {"lively"}


async def test_however_much_was_said_all_of_it_is_heard_in_order(sockets: GatewayServer) -> None:
    for number in range(250):
        was_said(sockets, "general", f"m{number}", timedelta(seconds=280 - number))
    async with listening(sockets, timedelta(minutes=5)) as stage:
        said = [event.post.text for event in stage.received if isinstance(event, MessagePosted)]
    assert [words for words in said if words != "now"] == [f"m{number}" for number in range(250)]


async def test_what_bots_said_meanwhile_is_not_heard(sockets: GatewayServer) -> None:
    sockets.world.add_user("robot", bot=True)
    for who in ("robot", "tacit", "ann"):
        was_said(sockets, "general", f"of {who}", timedelta(minutes=1), who)
    async with listening(sockets, timedelta(minutes=5)) as stage:
        assert stage.heard == Counter(["of ann", "now"])


@pytest.mark.parametrize(("failures", "is_heard"), [(1, True), (3, True), (4, False)])
async def test_what_cannot_be_read_is_tried_again_and_given_up_at_last(
    sockets: GatewayServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failures: int,
    is_heard: bool,
) -> None:
    monkeypatch.setattr(missed, "WAITS", (0, 0, 0, 0))
    was_said(sockets, "general", "meanwhile", timedelta(minutes=1))
    sockets.faults.next(HISTORY, Fault(400), failures)
    async with listening(sockets, timedelta(minutes=5)) as stage:
        assert stage.heard == Counter(["now", *(["meanwhile"] if is_heard else [])])
    assert ("could not be read in 1 channels" in caplog.text) is not is_heard
