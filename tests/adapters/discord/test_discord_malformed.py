"""Events with something missing or wrong: none ends the client, none tells the log what somebody said."""

import asyncio
import copy
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import discord
import pytest
from discord_ear import FORM, Ear, note, server
from discord_stage import Stage
from simcord._dpy_internals import get_state
from simcord.backend import serializers
from simcord.enums import ChannelType

from adapters.port import Button, MessagePosted, Only
from adapters.room import BOT, Person

Json = dict[str, Any]
SECRET = "patient in bed four"
KINDS = {
    "MESSAGE_CREATE",
    "MESSAGE_CREATE in a thread",
    "MESSAGE_CREATE with a file",
    "MESSAGE_CREATE to the bot",
    "MESSAGE_CREATE in reply",
    "MESSAGE_CREATE directly",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "GUILD_MEMBER_ADD",
    "GUILD_MEMBER_UPDATE",
    "GUILD_MEMBER_REMOVE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "INTERACTION_CREATE of a command",
    "INTERACTION_CREATE of typing",
    "INTERACTION_CREATE of a form",
    "INTERACTION_CREATE of a message action",
    "INTERACTION_CREATE of a button",
    "INTERACTION_CREATE of a button that one sees",
    "GUILD_CREATE",
    "GUILD_UPDATE",
}


class Recorder:
    """Notes one payload of each kind of event that the bot hears."""

    def __init__(self, stage: Stage) -> None:
        self.events: dict[str, tuple[str, Json]] = {}
        self.more = ""
        stage.people.world.subscribers.append(self.hear)

    def hear(self, event: str, payload: Any) -> None:
        if self.more or event not in ("INTERACTION_CREATE",):
            name = f"{event} {self.more}".strip() if event in ("MESSAGE_CREATE", "INTERACTION_CREATE") else event
            self.events.setdefault(name, (event, copy.deepcopy(dict(payload))))


@pytest.fixture
async def stage(ear: Ear) -> AsyncIterator[Stage]:
    async with server(ear) as stage:
        yield stage


async def record(stage: Stage, ear: Ear) -> dict[str, tuple[str, Json]]:
    """Walks through all that people do."""
    recorder = Recorder(stage)
    await _talk(stage, recorder)
    await _come_and_go(stage)
    await _interact(stage, ear, recorder)
    stage.people.world.subscribers.remove(recorder.hear)
    return recorder.events


async def _talk(stage: Stage, recorder: Recorder) -> None:
    people = stage.people
    root = await people.say("ann", "general", SECRET)
    recorder.more = "in a thread"
    await people.say("bob", "general", SECRET, root)
    recorder.more = "with a file"
    await people.add_file("ann", "general", "notes.pdf", SECRET)
    recorder.more = "to the bot"
    await people.say("ann", "general", f"@{BOT} @Bob {SECRET}")
    recorder.more = "in reply"
    await people.say("bob", "general", SECRET, root, reply=True)
    recorder.more = "directly"
    await people.say("ann", people.open_direct("ann"), SECRET)
    recorder.more = ""
    await people.edit_message("ann", root, f"{SECRET}, again")
    await people.add_reaction("bob", root, "bulb")
    await people.remove_reaction("bob", root, "bulb")
    await people.delete_message("ann", root)


async def _come_and_go(stage: Stage) -> None:
    people, world = stage.people, stage.people.world
    await people.join(Person("eve", "Eve"))
    people.change_person("eve", nick="Eva")
    await people.leave("eve")
    people.open_channel("other")
    await people.rename_channel("other", "another")
    await people.delete_channel("other")
    world.create_channel(stage.server.guild.id, "round", type=ChannelType.VOICE)
    world.edit_guild(stage.server.guild.id, {"name": "The unit"})
    world.create_guild("The clinic")
    await people.finish()


async def _interact(stage: Stage, ear: Ear, recorder: Recorder) -> None:
    people, platform = stage.people, stage.platform
    recorder.more = "of typing"
    await people.type_command("ann", "general", f"/keep {SECRET}")
    recorder.more = "of a command"
    await people.use_command("ann", "general", f"/keep {SECRET}")
    await platform.open_form(ear.last.trigger, FORM)
    form = people.open_form_of("ann")
    assert form
    recorder.more = "of a form"
    await people.submit("ann", form.id, {"title": SECRET})
    await platform.send(Only(ear.last.who, None, ear.last.trigger), note(SECRET, Button("capture:private", "Yes")))
    recorder.more = "of a button that one sees"
    await people.press("ann", people.messages_seen_by("ann")[-1].id, "capture:private")
    recorder.more = "of a message action"
    await people.use_shortcut("bob", await people.say("ann", "general", SECRET), "capture:keep")
    posted = await platform.send(people.room("general"), note(SECRET, Button("capture:replace", "Yes")))
    assert posted
    recorder.more = "of a button"
    await people.press("ann", posted.id, "capture:replace")


def paths(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = thing.items() if isinstance(thing, dict) else enumerate(thing[:2]) if isinstance(thing, list) else ()
    for key, value in children:
        yield (*path, key)
        yield from paths(value, (*path, key))


def without(payload: Json, path: tuple[Any, ...]) -> Json:
    broken = copy.deepcopy(payload)
    _holder(broken, path).pop(path[-1])
    return broken


def replaced_by(value: Any) -> Callable[[Json, tuple[Any, ...]], Json]:
    def breaking(payload: Json, path: tuple[Any, ...]) -> Json:
        broken = copy.deepcopy(payload)
        _holder(broken, path)[path[-1]] = value
        return broken

    return breaking


def _holder(thing: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        thing = thing[key]
    return thing


async def test_an_event_of_every_kind_is_recorded(stage: Stage, ear: Ear) -> None:
    events = await record(stage, ear)
    assert set(events) >= KINDS
    assert SECRET in str(events["INTERACTION_CREATE of a form"]) and SECRET in str(events["MESSAGE_CREATE"])


BREAKING = {
    "missing": without,
    "nothing": replaced_by(None),
    "words": replaced_by(SECRET),
    "a number": replaced_by(7),
    "a list": replaced_by([SECRET]),
}


@pytest.mark.parametrize("breaking", BREAKING.values(), ids=BREAKING)
async def test_whatever_is_wrong_the_client_takes_it_quietly(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture, breaking: Callable[[Json, tuple[Any, ...]], Json]
) -> None:
    events = await record(stage, ear)
    caplog.set_level(logging.WARNING)
    caplog.set_level(logging.DEBUG, "tacit")
    asyncio.get_running_loop().set_exception_handler(None)
    for kind, (event, payload) in events.items():
        caplog.clear()
        for path in paths(payload):
            client = stage.server.client
            assert client is not None
            parser: Any = get_state(client).parsers[event]
            try:
                parser(breaking(payload, path))
            except Exception as error:
                raise AssertionError(f"{kind} {path}: {error!r}") from error
        await stage.people.finish()
        assert SECRET not in caplog.text, (kind, caplog.text)
    gc.collect()  # what asyncio says of a failed task, it says when the task is gone
    assert SECRET not in caplog.text, caplog.text


@pytest.mark.parametrize("breaking", [without, replaced_by(None)], ids=["missing", "nothing"])
@pytest.mark.parametrize(
    "kind", sorted(kind for kind in KINDS if kind.startswith(("MESSAGE", "INTERACTION", "GUILD_MEMBER", "THREAD")))
)
async def test_the_next_event_is_heard_all_the_same(
    stage: Stage, ear: Ear, kind: str, breaking: Callable[[Json, tuple[Any, ...]], Json]
) -> None:
    events = await record(stage, ear)
    event, payload = events[kind]
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    client = stage.server.client
    assert client is not None
    for path in paths(payload):
        get_state(client).parsers[event](breaking(payload, path))
    await stage.people.finish()
    for words in ("still here?", "and here?"):
        await stage.people.say("bob", "general", words)
        assert isinstance(ear.last, MessagePosted) and ear.last.post.text == words
        assert ear.last.who == stage.people.account("bob")


async def test_one_malformed_event_is_one_line(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    client = stage.server.client
    assert client is not None
    caplog.set_level(logging.DEBUG, "tacit")
    get_state(client).parsers["MESSAGE_CREATE"]({"id": "1", "content": SECRET})
    (record,) = [each for each in caplog.records if each.name.startswith("tacit")]
    assert "MESSAGE_CREATE" in record.message and SECRET not in record.message


async def test_a_handler_of_the_client_that_fails_is_named_without_what_it_was_about(
    stage: Stage, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    client = stage.server.client
    assert isinstance(client, discord.Client)
    try:
        raise ValueError(SECRET)
    except ValueError:
        await client.on_error("on_message", SECRET)
    stage.server.errors.clear()
    assert "on_message" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize("number", [10**30, -(10**30)])
async def test_a_number_that_is_too_large_ends_nothing(stage: Stage, ear: Ear, number: int) -> None:
    client, guild = stage.server.client, stage.people.world.guilds[stage.server.guild.id]
    assert client is not None
    place = {"guild_id": str(guild.id), "channel_id": str(stage.people.channel("general"))}
    typing = {**place, "user_id": str(stage.people.user("ann")), "timestamp": number}
    whole: Json = {**serializers.guild_create_payload(stage.people.world, guild)}
    parsers = get_state(client).parsers
    parsers["TYPING_START"](typing)
    parsers["GUILD_UPDATE"]({**whole, "members": [{**whole["members"][0], "roles": [number]}]})
    await stage.people.say("ann", "general", f"at <t:{number}:F>, <t:99999999999999>")
    assert isinstance(ear.last, MessagePosted)
