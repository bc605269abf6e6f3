"""Stopping: what was acknowledged is handled, nothing new is taken, and nothing is left behind."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import Inbound, Message, MessagePosted, Returned, Section
from adapters.room import Person
from adapters.slack import SlackPlatform, door, sockets

BOTH = pytest.mark.parametrize("mode", ["socket", "http"])


class Ear(Listener):
    """Answers each message once `gate` is open, and notes what is done then."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.began = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.done: list[str] = []
        self.platform: SlackPlatform | None = None

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        self.began.set()
        await self.gate.wait()
        if isinstance(event, MessagePosted):
            words = event.post.text
            if self.platform:
                await self.platform.send(event.post.ref.room, Message(words, [Section(f"You said {words}")]))
            self.done.append(words)
        return None


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "STOP_SECONDS", 0.4)
    monkeypatch.setattr(sockets, "ACKNOWLEDGE_SECONDS", 0.4)
    monkeypatch.setattr(sockets, "WAIT_SECONDS", (0.0, 0.05))


@pytest.fixture
async def complaints() -> AsyncIterator[list[dict[str, Any]]]:
    """What the event loop found nobody to tell: results never retrieved, sessions never closed."""
    found: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: found.append(context))
    yield found
    loop.set_exception_handler(None)


@pytest.fixture
async def stage(request: pytest.FixtureRequest, ear: Ear) -> AsyncIterator[Stage]:
    async with open_stage(request.param, lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        ear.platform = stage.platform
        stage.people.open_channel("general")
        await stage.people.join(Person("ann", "Ann"))
        ear.began.clear()
        yield stage


IN_BOTH = pytest.mark.parametrize("stage", ["socket", "http"], indirect=True)
BY_SOCKETS = pytest.mark.parametrize("stage", ["socket"], indirect=True)


def say(stage: Stage, words: str) -> "asyncio.Task[str]":
    return asyncio.create_task(stage.people.say("ann", "general", words))


async def give_up(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def acknowledged(stage: Stage) -> int:
    return sum(ack.kind == "message" for ack in stage.slack.acks)


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_what_was_acknowledged_is_answered_before_it_stops(stage: Stage, ear: Ear) -> None:
    ear.gate.clear()
    sayings = [say(stage, f"m{number}") for number in range(3)]
    while acknowledged(stage) < 3:
        await asyncio.wait(sayings, timeout=0.01)
    stopping = asyncio.create_task(stage.stop())
    await asyncio.sleep(0)
    ear.gate.set()
    await stopping
    assert sorted(ear.done) == ["m0", "m1", "m2"]
    seen = [message.text for message in stage.people.messages_seen_by("ann")]
    assert {f"m{number}\nYou said m{number}" for number in range(3)} <= set(seen)
    await give_up(*sayings)


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_it_is_not_connected_once_it_stops(stage: Stage, ear: Ear) -> None:
    assert stage.platform.is_connected
    ear.gate.clear()
    saying = say(stage, "hang")
    await ear.began.wait()
    stopping = asyncio.create_task(stage.stop())
    await asyncio.wait([stopping], timeout=0.05)
    assert not stage.platform.is_connected
    ear.gate.set()
    await stopping
    assert not stage.platform.is_connected
    await give_up(saying)


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_nothing_is_acknowledged_once_it_stops(stage: Stage, ear: Ear) -> None:
    ear.platform = None
    ear.gate.clear()
    first = say(stage, "before")
    await ear.began.wait()
    stopping = asyncio.create_task(stage.stop())
    await asyncio.sleep(0)
    second = say(stage, "after")
    await asyncio.wait([stopping], timeout=0.1)
    ear.gate.set()
    await stopping
    assert ear.done == ["before"]
    assert acknowledged(stage) == 1
    await give_up(first, second)


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_what_was_not_acknowledged_is_heard_by_the_next_run(stage: Stage, ear: Ear) -> None:
    await stage.stop()
    saying = say(stage, "anybody?")
    await asyncio.wait([saying], timeout=0.02)
    assert ear.done == []
    running = asyncio.create_task(stage.platform.run(SURFACE, ear.receive))
    await saying
    assert ear.done == ["anybody?"]
    await give_up(running)


@BY_SOCKETS
async def test_a_handler_that_hangs_holds_the_stop_up_for_less_than_five_seconds(stage: Stage, ear: Ear) -> None:
    ear.gate.clear()
    saying = say(stage, "hang")
    await ear.began.wait()
    async with asyncio.timeout(5):
        await stage.stop()
    assert ear.done == []
    await give_up(saying)


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_a_handler_that_hangs_is_cancelled(stage: Stage, ear: Ear) -> None:
    ear.gate.clear()
    saying = say(stage, "hang")
    await ear.began.wait()
    await stage.stop()
    ear.gate.set()
    await give_up(saying)
    await stage.platform.idle()
    assert ear.done == []


@BOTH
@pytest.mark.usefixtures("quick")
async def test_no_task_is_left_behind(mode: str, ear: Ear, complaints: list[dict[str, Any]]) -> None:
    before = asyncio.all_tasks()
    async with open_stage(mode, lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        ear.platform = stage.platform
        stage.people.open_channel("general")
        await stage.people.join(Person("ann", "Ann"))
        await stage.people.say("ann", "general", "hello")
        await stage.stop()
    for _ in range(3):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() - before == set()
    gc.collect()
    assert complaints == []


@pytest.mark.usefixtures("quick")
async def test_no_task_is_left_behind_after_cuts_and_refusals(ear: Ear, complaints: list[dict[str, Any]]) -> None:
    before = asyncio.all_tasks()
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.slack.faults.next("apps.connections.open", error="internal_error", times=2)
        await stage.slack.drop_sockets()
        await stage.slack.connected(2)
        await stage.slack.refresh_sockets(grace=0.05)
        await stage.stop()
    for _ in range(3):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() - before == set()
    gc.collect()
    assert complaints == []


@BY_SOCKETS
@pytest.mark.usefixtures("quick")
async def test_it_stops_while_it_cannot_connect(stage: Stage) -> None:
    stage.slack.refuse_connections = 1_000
    await stage.slack.drop_sockets()
    async with asyncio.timeout(2):
        await stage.stop()
    assert stage.slack.sockets.connections == []


@BY_SOCKETS
async def test_sockets_are_closed_when_it_stops(stage: Stage) -> None:
    await stage.stop()
    assert stage.slack.sockets.connections == []


@IN_BOTH
@pytest.mark.usefixtures("quick")
async def test_it_can_be_stopped_twice_and_asked_to_be_idle(stage: Stage) -> None:
    await stage.stop()
    with suppress(asyncio.CancelledError):
        await stage.stop()
    await stage.platform.idle()
    assert stage.running.cancelled()
