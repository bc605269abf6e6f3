"""Deliveries with something missing: none gets an exception out of the door, none says more than one line about it."""

import copy
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from loopback_delivery import Parcel
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import Button, CommandUsed, Form, Line, Message, Only, Section, Trigger
from adapters.room import Person

Json = dict[str, Any]
SECRET = "patient in bed four"
KINDS = [
    "message",
    "message in a thread",
    "app_mention",
    "message with a file",
    "message_changed",
    "message_deleted",
    "tombstone",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
    "channel_rename",
    "app_home_opened",
    "/keep",
    "message_action",
    "block_actions",
    "block_actions on the home tab",
    "view_submission",
]


WRAPPING = {("event",), ("authorizations", 0), ("response_urls",)}
"""What bolt reads before it hands a delivery over."""


class Torn(Parcel):
    """A parcel whose payload tells nothing for sure."""

    kind = key = "torn"


class Recorder:
    """Lets everything through to the app, and keeps what went by."""

    was_heard = True

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.parcels: dict[str, Parcel] = {}
        self.name = ""

    async def send(self, parcel: Parcel) -> Any:
        self.parcels.setdefault(self.name or parcel.kind, parcel)
        return await self._transport.send(parcel)


@pytest.fixture
def ear() -> Listener:
    return Listener()


@pytest.fixture
async def stage(ear: Listener) -> AsyncIterator[Stage]:
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        yield stage


async def record(stage: Stage, ear: Listener) -> dict[str, Parcel]:
    """Walks through all that people do, and gives a payload of each kind."""
    people, recorder = stage.people, Recorder(stage.slack.deliveries.transport)
    stage.slack.deliveries.transport = recorder
    root = await people.say("ann", "general", SECRET)
    recorder.name = "message in a thread"
    await people.say("bob", "general", SECRET, root)
    recorder.name = ""
    await people.say("ann", "general", f"@tacit {SECRET}")
    recorder.name = "message with a file"
    await people.add_file("ann", "general", "notes.pdf", SECRET)
    recorder.name = "message_changed"
    await people.edit_message("ann", root, f"{SECRET}, again")
    recorder.name = "tombstone"
    await people.delete_message("ann", root)
    alone = await people.say("ann", "general", SECRET)
    recorder.name = "message_deleted"
    await people.delete_message("ann", alone)
    recorder.name = ""
    await _react_and_join(stage)
    await _interact(stage, ear, recorder)
    stage.slack.deliveries.transport = recorder._transport
    return recorder.parcels


async def _react_and_join(stage: Stage) -> None:
    people = stage.people
    last = await people.say("ann", "general", SECRET)
    await people.add_reaction("bob", last, "bulb")
    await people.remove_reaction("bob", last, "bulb")
    await people.join(Person("eve", "Eve"))
    people.change_person("eve", name="Eva")
    await people.finish()
    await people.rename_channel("general", "all")
    await people.open_home("ann")


async def _interact(stage: Stage, ear: Listener, recorder: Recorder) -> None:
    people, platform = stage.people, stage.platform
    message = Message("A note", [Section("May I?", buttons=[Button("capture:yes", "Yes")])])
    opened = ear.received[-1]
    await platform.send(Only(opened.who, None, trigger_of(opened)), message)
    recorder.name = "block_actions on the home tab"
    await people.press_home("ann", "capture:yes")
    recorder.name = ""
    await people.use_command("ann", "general", f"/keep {SECRET}")
    await platform.open_form(trigger_of(ear.received[-1]), Form("capture:save", "Keep", (Line("a", "A"),), "Keep"))
    form = people.open_form_of("ann")
    assert form
    await people.submit("ann", form.id, {"a": SECRET})
    last = await people.say("ann", "general", SECRET)
    await people.use_shortcut("bob", last, "capture:keep")
    posted = await platform.send(people.room("general"), message)
    assert posted
    await people.press("ann", posted.id, "capture:yes")


def trigger_of(event: Any) -> Trigger:
    trigger = event.trigger
    assert isinstance(trigger, Trigger)
    return trigger


def paths(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in children:
        yield (*path, key)
        yield from paths(value, (*path, key))


def without(payload: Json, path: tuple[Any, ...]) -> Json:
    broken = copy.deepcopy(payload)
    _holder(broken, path).pop(path[-1])
    return broken


def with_nothing(payload: Json, path: tuple[Any, ...]) -> Json:
    broken = copy.deepcopy(payload)
    _holder(broken, path)[path[-1]] = None
    return broken


def _holder(thing: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        thing = thing[key]
    return thing


async def test_a_payload_of_every_kind_is_recorded(stage: Stage, ear: Listener) -> None:
    parcels = await record(stage, ear)
    assert set(KINDS) <= set(parcels)
    assert any(isinstance(event, CommandUsed) for event in ear.received)


@pytest.mark.parametrize("breaking", [without, with_nothing])
async def test_whatever_is_missing_the_door_takes_it_quietly(
    stage: Stage, ear: Listener, caplog: pytest.LogCaptureFixture, breaking: Any
) -> None:
    parcels = await record(stage, ear)
    caplog.set_level(logging.INFO)
    for kind, parcel in parcels.items():
        for path in paths(parcel.payload):
            if path in WRAPPING:
                continue
            caplog.clear()
            await stage.slack.deliveries.transport.send(Torn(parcel.type, breaking(parcel.payload, path)))
            await stage.platform.idle()
            assert len(caplog.records) <= 1 and SECRET not in caplog.text, (kind, path, caplog.text)
    await stage.people.say("bob", "general", "still here?")
    assert ear.received[-1].who.id == "UBOB"
    assert stage.slack.failures == []
