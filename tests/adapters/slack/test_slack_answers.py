"""Answers to interactions: by response url, else beside it; seen by whom they are for; with files."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from loopback_world import BOT_USER
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import (
    Button,
    ButtonPressed,
    CommandUsed,
    File,
    Form,
    FormSubmitted,
    Line,
    Message,
    Only,
    PlatformRefused,
    Refused,
    Section,
    ShortcutUsed,
)
from adapters.room import Person

ASKED = Form("capture:save", "Keep a tip", (Line("title", "What is it called?"),), "Keep it")


def note(words: str, *buttons: Button, files: tuple[File, ...] = ()) -> Message:
    return Message("A note", [Section(words, buttons=buttons)], files)


def picture(name: str = "valve.png") -> File:
    return File(name, b"xyz", "image/png", "A valve, open")


@pytest.fixture
def ear() -> Listener:
    return Listener()


@pytest.fixture
async def stage(ear: Listener) -> AsyncIterator[Stage]:
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        stage.people.open_channel("quiet", with_bot=False)
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        yield stage
        assert stage.slack.violations == []


async def command(stage: Stage, ear: Listener, channel: str = "general") -> CommandUsed:
    await stage.people.use_command("ann", channel, "/keep this")
    event = ear.received[-1]
    assert isinstance(event, CommandUsed)
    return event


async def pressed(stage: Stage, ear: Listener, message: str, button: str = "capture:yes") -> ButtonPressed:
    await stage.people.press("ann", message, button)
    event = ear.received[-1]
    assert isinstance(event, ButtonPressed)
    return event


def shown(stage: Stage, channel: str, who: str = "ann") -> list[str]:
    """What the bot shows somebody in a channel."""
    seen = stage.people.messages_seen_by(who, channel)
    return [stage.people.words_of(each.id) for each in seen if stage.slack.world.messages[each.id].author == BOT_USER]


def ways(stage: Stage) -> list[str]:
    """By which methods the bot spoke."""
    said = ("response_url", "chat.postMessage", "chat.postEphemeral", "chat.update")
    return [call.method for call in stage.slack.calls if call.method in said]


async def test_a_private_answer_stands_where_it_was_asked_and_one_sees_it(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear)
    assert await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann.")) is None
    assert (shown(stage, "general"), shown(stage, "general", "bob")) == (["For Ann."], [])
    assert ways(stage) == ["response_url"]


async def test_a_private_answer_reaches_where_the_bot_is_not(stage: Stage, ear: Listener) -> None:
    elsewhere = stage.people.open_direct("ann", "bob")
    for channel in ("quiet", elsewhere):
        event = await command(stage, ear, channel)
        await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
        assert (shown(stage, channel), shown(stage, channel, "bob")) == (["For Ann."], [])


async def test_a_public_answer_reaches_where_the_bot_is_not(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear, "quiet")
    assert await stage.platform.send(event.room, note("For all."), answering=event.trigger) is None
    assert (shown(stage, "quiet"), shown(stage, "quiet", "bob")) == (["For all."], ["For all."])


async def test_a_public_answer_goes_nowhere_else(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear, "general")
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.send(stage.people.room("quiet"), note("For all."), answering=event.trigger)
    assert refused.value.reason is Refused.NOT_IN_CHANNEL
    assert shown(stage, "general") == shown(stage, "quiet") == []


async def test_a_used_up_response_url_is_followed_by_an_ephemeral_message(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear)
    for number in range(6):
        await stage.platform.send(Only(event.who, event.room, event.trigger), note(f"m{number}"))
    assert shown(stage, "general") == [f"m{number}" for number in range(6)]
    assert shown(stage, "general", "bob") == []
    assert ways(stage) == ["response_url"] * 5 + ["chat.postEphemeral"]


async def test_where_neither_is_possible_it_is_a_direct_message(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear, "quiet")
    for number in range(6):
        sent = await stage.platform.send(Only(event.who, event.room, event.trigger), note(f"m{number}"))
    assert shown(stage, "quiet") == [f"m{number}" for number in range(5)]
    assert shown(stage, stage.people.open_direct("ann")) == ["m5"]
    assert sent and sent.room.direct


async def test_a_response_url_that_was_not_there_is_followed_by_an_ephemeral_message(stage: Stage) -> None:
    ann, room = stage.people.account("ann"), stage.people.room("general")
    assert await stage.platform.send(Only(ann, room), note("Unasked.")) is None
    assert (shown(stage, "general"), shown(stage, "general", "bob")) == (["Unasked."], [])


async def test_a_private_answer_in_a_thread_stands_in_the_thread(stage: Stage, ear: Listener) -> None:
    root = stage.people.reference(await stage.people.say("bob", "general", "How?"))
    reply = await stage.people.say("bob", "general", "So.", root.id)
    await stage.people.use_shortcut("ann", reply, "capture:keep")
    event = ear.received[-1]
    assert isinstance(event, ShortcutUsed)
    await stage.platform.send(Only(event.who, event.post.ref.room, event.trigger), note("For Ann."))
    await stage.platform.send(Only(event.who, event.post.ref.room), note("Again."))
    private = [each for each in stage.people.messages_seen_by("ann", "general") if each.private]
    assert [each.thread for each in private] == [root.id, root.id]


async def test_with_the_bot_alone_a_private_answer_is_a_message(stage: Stage, ear: Listener) -> None:
    direct = stage.people.open_direct("ann")
    event = await command(stage, ear, direct)
    sent = await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    assert sent and sent.room == event.room
    assert shown(stage, direct) == ["For Ann."]


async def test_in_a_group_a_private_answer_is_seen_by_one(stage: Stage, ear: Listener) -> None:
    group = stage.people.open_group("ann", "bob")
    event = await command(stage, ear, group)
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    assert (shown(stage, group), shown(stage, group, "bob")) == (["For Ann."], [])


async def _private_note(stage: Stage, ear: Listener) -> str:
    event = await command(stage, ear)
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("May I?", Button("capture:yes", "Yes")))
    return stage.people.messages_seen_by("ann", "general")[-1].id


async def test_a_private_message_is_replaced_in_answer_to_its_button(stage: Stage, ear: Listener) -> None:
    message = await _private_note(stage, ear)
    event = await pressed(stage, ear, message)
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert stage.people.words_of(message) == "Thank you."
    assert stage.people.buttons_of(message) == []
    assert shown(stage, "general", "bob") == []


async def test_a_private_message_that_was_put_away_is_gone(stage: Stage, ear: Listener) -> None:
    message = await _private_note(stage, ear)
    event = await pressed(stage, ear, message)
    stage.people.dismiss("ann", message)
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert refused.value.reason is Refused.GONE


async def test_a_public_message_is_replaced_for_all(stage: Stage, ear: Listener) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:yes", "Yes")))
    assert sent
    event = await pressed(stage, ear, sent.id)
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert shown(stage, "general", "bob") == ["Thank you."]
    assert ways(stage) == ["chat.postMessage", "chat.update"]


async def test_a_public_answer_is_replaced_where_the_bot_is_not(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear, "quiet")
    await stage.platform.send(event.room, note("May I?", Button("capture:yes", "Yes")), answering=event.trigger)
    again = await pressed(stage, ear, stage.people.messages_seen_by("ann", "quiet")[-1].id)
    await stage.platform.edit(again.message, note("Thank you."), answering=again.trigger)
    assert shown(stage, "quiet", "bob") == ["Thank you."]


async def test_a_private_answer_to_a_form_stands_where_it_was_opened(stage: Stage, ear: Listener) -> None:
    asked = await command(stage, ear)
    await stage.platform.open_form(asked.trigger, ASKED)
    opened = stage.people.open_form_of("ann")
    assert opened
    await stage.people.submit("ann", opened.id, {"title": "Warm line"})
    event = ear.received[-1]
    assert isinstance(event, FormSubmitted) and event.room == asked.room
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("Kept."))
    assert (shown(stage, "general"), shown(stage, "general", "bob")) == (["Kept."], [])


async def test_a_form_cannot_be_opened_from_a_form_that_was_sent(stage: Stage, ear: Listener) -> None:
    asked = await command(stage, ear)
    await stage.platform.open_form(asked.trigger, ASKED)
    opened = stage.people.open_form_of("ann")
    assert opened
    await stage.people.submit("ann", opened.id, {})
    event: Any = ear.received[-1]
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.open_form(event.trigger, ASKED)
    assert refused.value.reason is Refused.EXPIRED
    assert [call.method for call in stage.slack.calls].count("views.open") == 1


async def test_files_come_with_their_alternative_text(stage: Stage) -> None:
    room = stage.people.room("general")
    sent = await stage.platform.send(room, note("Look.", files=(picture(), File("a.csv", b"1,2", "text/csv"))))
    words, names = shown(stage, "general")
    assert words == "Look." and sent
    assert names == "valve.png\nA valve, open\na.csv"
    assert [each.content for each in stage.slack.world.files.values()] == [b"xyz", b"1,2"]


async def test_files_stand_in_the_thread(stage: Stage) -> None:
    root = stage.people.reference(await stage.people.say("bob", "general", "How?"))
    await stage.platform.send(root.thread, note("Look.", files=(picture(),)))
    assert [each.thread for each in stage.people.messages_seen_by("ann", "general")] == ["", root.id, root.id]


async def test_files_for_one_person_come_directly(stage: Stage, ear: Listener) -> None:
    event = await command(stage, ear)
    answer = note("Yours.", files=(picture(),))
    sent = await stage.platform.send(Only(event.who, event.room, event.trigger), answer)
    assert sent and sent.room.direct
    assert shown(stage, "general") == []
    assert shown(stage, stage.people.open_direct("ann")) == ["Yours.", "valve.png\nA valve, open"]


UPLOADING = [
    ("files.getUploadURLExternal", {"error": "internal_error"}),
    ("upload", {"status": 400}),
    ("files.completeUploadExternal", {"error": "internal_error"}),
]


@pytest.mark.parametrize(("method", "fault"), UPLOADING)
async def test_a_file_that_fails_leaves_its_words_said_once(stage: Stage, method: str, fault: dict[str, Any]) -> None:
    room = stage.people.room("general")
    stage.slack.faults.next(method, **fault)
    message = note("Look.", files=(picture(),))
    with pytest.raises(PlatformRefused):
        await stage.platform.send(room, message, once="k")
    assert shown(stage, "general") == ["Look."]
    assert await stage.platform.send(room, message, once="k")
    assert shown(stage, "general") == ["Look."]
