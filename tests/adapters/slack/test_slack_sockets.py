"""Sockets are cut, refused and asked to make room: no event is lost, and none is handled twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import pytest
from loopback_delivery import Parcel
from slack_sdk.http_retry.handler import default_interval_calculator
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import Inbound, MessagePosted, Returned
from adapters.room import Person
from adapters.slack import sockets


class Ear(Listener):
    """Notes events; waits for `gate` while it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.began = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        self.began.set()
        await self.gate.wait()
        return None

    async def until_heard(self, words: Iterable[str]) -> None:
        while not set(words) <= set(self.heard):
            self.began.clear()
            await self.began.wait()

    @property
    def heard(self) -> Counter[str]:
        return Counter(event.post.text for event in self.received if isinstance(event, MessagePosted))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def stage(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(sockets, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(sockets, "WAIT_SECONDS", (0.0, 0.05))
    monkeypatch.setattr(default_interval_calculator, "backoff_factor", 0)
    monkeypatch.setattr(default_interval_calculator.jitter, "recalculate", lambda seconds: seconds)
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing), ping_seconds=0.2) as stage:
        stage.people.open_channel("general")
        await stage.people.join(Person("ann", "Ann"))
        ear.began.clear()
        yield stage
        assert stage.slack.failures == [] and stage.slack.violations == []


async def drop(stage: Stage) -> None:
    await stage.slack.drop_sockets()


async def refresh(stage: Stage) -> None:
    await stage.slack.refresh_sockets(grace=0.05)


async def close(stage: Stage) -> None:
    await asyncio.gather(*(each.socket.close() for each in stage.slack.sockets.connections))


Disturb = Callable[[Stage], Awaitable[None]]


def open_connections(stage: Stage) -> int:
    return sum(not connection.draining for connection in stage.slack.sockets.connections)


async def test_two_connections_are_open(stage: Stage) -> None:
    assert open_connections(stage) == 2


async def test_it_is_connected_while_one_socket_is_open(stage: Stage) -> None:
    assert stage.platform.is_connected
    stage.slack.refuse_connections = 1_000
    await stage.slack.drop_sockets()
    async with asyncio.timeout(5):
        while stage.platform.is_connected:  # noqa: ASYNC110 - a cut tells nobody
            await asyncio.sleep(0.01)
    stage.slack.refuse_connections = 0
    await stage.slack.connected(1)
    async with asyncio.timeout(5):
        while not stage.platform.is_connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_it_stays_connected_while_sockets_are_refreshed(stage: Stage) -> None:
    refreshing = asyncio.create_task(stage.slack.refresh_sockets(grace=0.05))
    while not refreshing.done():
        assert stage.platform.is_connected
        await asyncio.sleep(0.01)


async def test_deliveries_over_both_connections_are_heard(stage: Stage, ear: Ear) -> None:
    for number in range(4):
        await stage.people.say("ann", "general", f"m{number}")
    assert ear.heard == Counter(["m0", "m1", "m2", "m3"])


async def test_what_is_said_after_a_cut_is_heard_once(stage: Stage, ear: Ear) -> None:
    await stage.slack.drop_sockets()
    assert open_connections(stage) == 0
    await stage.people.say("ann", "general", "still there?")
    assert ear.heard == Counter(["still there?"])
    await stage.slack.connected(2)
    assert open_connections(stage) == 2


async def test_what_was_under_way_when_the_sockets_were_cut_is_handled_once(stage: Stage, ear: Ear) -> None:
    ear.gate.clear()
    saying = asyncio.create_task(stage.people.say("ann", "general", "half heard"))
    await ear.began.wait()
    await stage.slack.drop_sockets()
    ear.gate.set()
    await saying
    assert ear.heard == Counter(["half heard"])
    assert [ack.kind for ack in stage.slack.acks][-1] == "message"


async def test_sockets_that_are_asked_to_make_room_are_replaced_without_a_gap(stage: Stage, ear: Ear) -> None:
    old = list(stage.slack.sockets.connections)
    refreshing = asyncio.create_task(stage.slack.refresh_sockets(grace=5))
    await stage.slack.connected(2)
    assert [each for each in old if each in stage.slack.sockets.connections] == old
    await stage.people.say("ann", "general", "in between")
    assert ear.heard == Counter(["in between"])
    await refreshing
    assert open_connections(stage) == len(stage.slack.sockets.connections) == 2


async def test_what_was_under_way_at_a_refresh_is_acknowledged_where_it_came(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, attempts = stage.slack.deliveries.transport, []
    send = side.send

    async def noted(parcel: Parcel) -> Any:
        attempts.append(parcel.attempt)
        return await send(parcel)

    monkeypatch.setattr(side, "send", noted)
    ear.gate.clear()
    saying = asyncio.create_task(stage.people.say("ann", "general", "on the old one"))
    await ear.began.wait()
    refreshing = asyncio.create_task(stage.slack.refresh_sockets(grace=5))
    await stage.slack.connected(2)
    while "message" not in [ack.kind for ack in stage.slack.acks]:
        await asyncio.wait([saying], timeout=0.02)
    ear.gate.set()
    await saying
    await refreshing
    assert (ear.heard, attempts) == (Counter(["on the old one"]), [0])


@pytest.mark.parametrize("refusal", [{"status": 503}, {"error": "internal_error"}, {"error": "too_many_requests"}])
async def test_a_refused_connection_is_tried_again(stage: Stage, ear: Ear, refusal: dict[str, Any]) -> None:
    stage.slack.faults.next("apps.connections.open", **refusal, times=3)
    await stage.slack.drop_sockets()
    await stage.people.say("ann", "general", "at last")
    await stage.slack.connected(2)
    assert ear.heard == Counter(["at last"])


async def test_a_connection_that_breaks_while_it_opens_is_tried_again(stage: Stage, ear: Ear) -> None:
    stage.slack.faults.next("apps.connections.open", "drop", times=2)
    await stage.slack.drop_sockets()
    await stage.people.say("ann", "general", "at last")
    await stage.slack.connected(2)
    assert ear.heard == Counter(["at last"])


@pytest.mark.parametrize("disturb", [drop, refresh, close])
async def test_nothing_is_lost_or_doubled_while_sockets_come_and_go(stage: Stage, ear: Ear, disturb: Disturb) -> None:
    said = [f"m{number}" for number in range(9)]
    for wave in (said[:3], said[3:6], said[6:]):
        ear.gate.clear()
        sayings = [asyncio.create_task(stage.people.say("ann", "general", words)) for words in wave]
        await ear.until_heard(wave)
        await disturb(stage)
        ear.gate.set()
        await asyncio.gather(*sayings)
    assert ear.heard == Counter(said)
    await stage.slack.connected(2)
    assert open_connections(stage) == 2


async def test_a_delivery_that_comes_twice_over_two_sockets_is_handled_once(stage: Stage, ear: Ear) -> None:
    stage.slack.deliver_twice = True
    await stage.people.say("ann", "general", "again")
    assert ear.heard == Counter(["again"])
    assert len([ack for ack in stage.slack.acks if ack.kind == "message"]) == 2


@pytest.mark.parametrize("frame", ["{not json", "[]", "hello", '{"type": "hello"}', '{"type": "later", "payload": 1}'])
async def test_a_frame_that_nobody_understands_changes_nothing(stage: Stage, ear: Ear, frame: str) -> None:
    for connection in stage.slack.sockets.connections:
        await connection.socket.send_str(frame)
    await stage.people.say("ann", "general", "and now words")
    assert ear.heard == Counter(["and now words"])
    assert open_connections(stage) == 2


async def test_a_socket_that_slack_closes_politely_is_replaced(stage: Stage, ear: Ear) -> None:
    await close(stage)
    await stage.people.say("ann", "general", "hello again")
    await stage.slack.connected(2)
    assert ear.heard == Counter(["hello again"])


async def test_a_socket_that_answers_no_ping_is_replaced(stage: Stage, ear: Ear) -> None:
    for connection in stage.slack.sockets.connections:
        assert connection.request.transport
        connection.request.transport.pause_reading()
        connection.draining = True
    await stage.slack.connected(2)
    await stage.people.say("ann", "general", "over a new one")
    assert ear.heard == Counter(["over a new one"])


async def test_a_cut_is_noticed_long_before_a_ping_would_tell(ear: Ear) -> None:
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing), ping_seconds=60) as stage:
        await stage.slack.drop_sockets()
        await stage.slack.connected(2, seconds=3)
        assert open_connections(stage) == 2
