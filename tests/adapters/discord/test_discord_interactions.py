"""Commands, message actions, buttons and forms: what the bot is told, and how Discord is answered in time."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from discord_ear import FORM, SURFACE, Ear, note, shown
from discord_stage import Stage

from adapters.discord import hearing
from adapters.port import (
    Answer,
    Button,
    ButtonPressed,
    CommandUsed,
    File,
    Form,
    Only,
    ShortcutUsed,
)

SAYS, WAITS, UPDATES_LATER, UPDATES, ASKS = 4, 5, 6, 7, 9
"""Kinds of first answers. Source: Discord, discord-api-docs, *Receiving and responding*."""

ONE_SEES = 64
EVERY_BUTTON = [Button(f"capture:{kind}", kind) for kind in ("replace", "silent", "public", "private", "form")]


def first_answers(stage: Stage) -> list[tuple[int, bool]]:
    """The kind of each first answer, and whether one person sees it."""
    bodies = [call.body for call in stage.calls if call.path.endswith("/callback")]
    return [(each["type"], bool((each.get("data") or {}).get("flags", 0) & ONE_SEES)) for each in bodies]


async def do(stage: Stage, ear: Ear, deed: str, **more: Any) -> Any:
    """Lets Ann do something that wants an answer; gives the event."""
    people = stage.people
    match deed.split(" "):
        case ["button", kind]:
            sent = await stage.platform.send(people.room("general"), note("May I?", *EVERY_BUTTON))
            assert sent
            await people.press("ann", sent.id, f"capture:{kind}")
        case ["form", kind]:
            await people.use_command("ann", "general", "/keep")
            form = Form(f"capture:{kind}", FORM.title, FORM.fields, FORM.submit)
            await stage.platform.open_form(ear.last.trigger, form)
            opened = people.open_form_of("ann")
            assert opened
            stage.calls.clear()
            await people.submit("ann", opened.id, {"title": "x"})
        case ["shortcut"]:
            await people.use_shortcut("ann", await people.say("bob", "general", "Tap it."), "capture:keep")
        case [command, *text]:
            await people.use_command("ann", "general", f"/{command} {' '.join(text)}")
    return ear.last


async def test_a_command_says_where_it_was_used_and_what_follows(stage: Stage) -> None:
    ear, people = Ear(), stage.people
    stage.platform.listen(SURFACE, ear.receive)
    root = await people.say("bob", "general", "How?")
    await people.begin_thread("bob", root)
    direct = people.open_direct("ann")
    for place, room in (("general", people.room("general")), (root, people.reference(root).thread)):
        await people.use_command("ann", place, "/keep  a  Line ")
        assert isinstance(ear.last, CommandUsed)
        assert (ear.last.name, ear.last.text, ear.last.room) == ("keep", "a  Line", room)
    await people.use_command("ann", direct, "/keep")
    assert (ear.last.text, ear.last.room.channel_id, ear.last.room.direct) == ("", direct, True)
    assert (ear.last.who, ear.last.who.name) == (people.account("ann"), "Ann")


async def test_the_first_answer_is_wanted_within_three_seconds(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    assert event.trigger.expires_at == event.at + timedelta(seconds=3)


async def test_a_message_action_brings_the_message_of_a_thread(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("bob", "general", "How?")
    reply = await stage.people.say("bob", "general", "Ask @Ann", root)
    await stage.people.use_shortcut("ann", reply, "capture:keep")
    event = ear.last
    assert isinstance(event, ShortcutUsed)
    assert (event.shortcut, event.post.text, event.post.author) == ("capture:keep", "Ask @Ann", event.post.author)
    assert (event.post.ref, event.post.author) == (stage.people.reference(reply), stage.people.account("bob"))


async def test_a_button_says_which_message_carries_it(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("bob", "general", "How?")
    thread = stage.people.reference(root).thread
    sent = await stage.platform.send(thread, note("May I?", Button("capture:private:12:a", "Yes")))
    assert sent
    await stage.people.press("ann", sent.id, "capture:private:12:a")
    event = ear.last
    assert isinstance(event, ButtonPressed)
    assert (event.button, event.message, event.message.room) == ("capture:private:12:a", sent, thread)


async def test_a_button_only_ann_sees_is_pressed_and_replaced(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("May I?", EVERY_BUTTON[0]))
    await stage.people.press("ann", stage.people.messages_seen_by("ann")[-1].id, "capture:replace")
    await stage.platform.edit(ear.last.message, note("Thank you."), answering=ear.last.trigger)
    assert (shown(stage), shown(stage, "bob")) == (["Thank you."], [])


async def test_a_quick_answer_is_the_first_one(stage: Stage, ear: Ear) -> None:
    async def then(event: Any) -> None:
        await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))

    ear.then = then
    await do(stage, ear, "keep what")
    assert first_answers(stage) == [(SAYS, True)]
    assert (shown(stage), shown(stage, "bob")) == (["For Ann."], [])


async def test_a_quick_public_answer_is_seen_by_all(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "ask what")
    sent = await stage.platform.send(event.room, note("For all."), answering=event.trigger)
    assert sent and sent.room == event.room
    assert first_answers(stage) == [(SAYS, False)] and shown(stage, "bob") == ["For all."]
    await stage.platform.edit(sent, note("For all of you."))
    assert shown(stage, "bob") == ["For all of you."]


PUT_OFF = [
    ("keep", (WAITS, True)),
    ("keep what", (WAITS, True)),
    ("ask what", (WAITS, False)),
    ("hush what", (WAITS, True)),
    ("shortcut", (WAITS, True)),
    ("button replace", (UPDATES_LATER, False)),
    ("button silent", (UPDATES_LATER, False)),
    ("button public", (WAITS, False)),
    ("button private", (WAITS, True)),
    ("button form", (WAITS, True)),
    ("form public", (WAITS, False)),
    ("form silent", (WAITS, True)),
    ("form save", (WAITS, True)),
]


@pytest.mark.parametrize(("deed", "answer"), PUT_OFF)
async def test_a_slow_handler_is_put_off_as_its_route_answers(
    stage: Stage, ear: Ear, deed: str, answer: tuple[int, bool]
) -> None:
    event = await do(stage, ear, deed)
    await stage.platform.interactions.put_off(event.trigger.token, SURFACE.answer(event))
    assert first_answers(stage) == [answer]
    await stage.platform.interactions.put_off(event.trigger.token, SURFACE.answer(event))
    assert len(first_answers(stage)) == 1


@pytest.mark.parametrize("deed", [deed for deed, answer in PUT_OFF if answer == (WAITS, True)])
async def test_a_late_private_answer_takes_the_place_of_the_sign_of_waiting(stage: Stage, ear: Ear, deed: str) -> None:
    event = await do(stage, ear, deed)
    before = len(shown(stage))
    await stage.platform.interactions.put_off(event.trigger.token, SURFACE.answer(event))
    for words in ("First.", "Second."):
        await stage.platform.send(Only(event.who, None, event.trigger), note(words))
    assert shown(stage)[before:] == ["First.", "Second."]
    assert not {"First.", "Second.", "Tacit is thinking…"} & set(shown(stage, "bob"))


async def test_a_late_public_answer_takes_the_place_of_the_sign_of_waiting(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "ask what")
    await stage.platform.interactions.put_off(event.trigger.token, Answer.PUBLIC)
    assert shown(stage, "bob") == ["Tacit is thinking…"]
    assert await stage.platform.send(event.room, note("For all."), answering=event.trigger)
    assert shown(stage, "bob") == ["For all."]


async def test_a_late_replacement_replaces(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "button replace")
    await stage.platform.interactions.put_off(event.trigger.token, Answer.REPLACE)
    assert len(stage.people.buttons_of(event.message.id)) == len(EVERY_BUTTON)
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert shown(stage, "bob") == ["Thank you."] and stage.people.buttons_of(event.message.id) == []


async def test_a_quick_replacement_replaces_at_once(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "button replace")
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert first_answers(stage) == [(UPDATES, False)] and shown(stage, "bob") == ["Thank you."]


async def test_who_waits_long_is_put_off_and_who_does_not_is_not(
    stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "PUT_OFF_SECONDS", 0)

    async def then(event: Any) -> None:
        await waiting.wait()
        await stage.platform.send(Only(event.who, event.room, event.trigger), note("At last."))

    waiting, put_off = asyncio.Event(), stage.platform.interactions.put_off

    async def noticed(token: str, answer: Answer) -> None:
        await put_off(token, answer)
        waiting.set()

    monkeypatch.setattr(stage.platform.interactions, "put_off", noticed)
    ear.then = then
    await do(stage, ear, "keep what")
    assert first_answers(stage) == [(WAITS, True)] and shown(stage) == ["At last."]
    monkeypatch.setattr(hearing, "PUT_OFF_SECONDS", 60)
    ear.then = None
    await do(stage, ear, "keep what")
    assert len(first_answers(stage)) == 1


@pytest.mark.parametrize("deed", [deed for deed, _ in PUT_OFF])
@pytest.mark.parametrize("waits", [False, True])
async def test_what_says_nothing_is_closed(stage: Stage, ear: Ear, deed: str, waits: bool) -> None:
    event = await do(stage, ear, deed)
    token, before = event.trigger.token, shown(stage)
    if waits:
        await stage.platform.interactions.put_off(token, SURFACE.answer(event))
    await stage.platform.interactions.settle(token)
    assert shown(stage) == before
    await stage.platform.interactions.settle(token)
    assert len(first_answers(stage)) == 1


async def test_what_was_answered_stays_after_it_is_closed(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    await stage.platform.interactions.settle(event.trigger.token)
    event = await do(stage, ear, "keep what")
    await stage.platform.interactions.put_off(event.trigger.token, Answer.PRIVATE)
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann, late."))
    await stage.platform.interactions.settle(event.trigger.token)
    assert shown(stage) == ["For Ann.", "For Ann, late."]


async def test_further_answers_are_seen_by_whom_they_are_for(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "ask what")
    assert await stage.platform.send(event.room, note("For all."), answering=event.trigger)
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann again."))
    assert await stage.platform.send(event.room, note("For all again."), answering=event.trigger)
    assert shown(stage) == ["For all.", "For Ann.", "For Ann again.", "For all again."]
    assert shown(stage, "bob") == ["For all.", "For all again."]


@pytest.mark.parametrize("waits", [False, True])
async def test_every_page_of_a_long_private_answer_is_private(stage: Stage, ear: Ear, waits: bool) -> None:
    event = await do(stage, ear, "keep what")
    if waits:
        await stage.platform.interactions.put_off(event.trigger.token, Answer.PRIVATE)
    words = "\n\n".join(f"Line {number} of it." for number in range(600))
    await stage.platform.send(Only(event.who, event.room, event.trigger), note(words))
    found = shown(stage)
    assert len(found) > 1 and "Line 0 of it." in found[0] and "Line 599 of it." in found[-1]
    assert shown(stage, "bob") == []


async def test_files_of_a_private_answer_are_sent_once(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    words = "\n\n".join(f"Line {number} of it." for number in range(600))
    answer = note(words, files=(File("valve.png", b"x", "image/png", "A valve"),))
    await stage.platform.send(Only(event.who, event.room, event.trigger), answer)
    assert [call.files for call in stage.calls if call.files] == [("valve.png",)]
    assert "A valve" in shown(stage)[-1] and shown(stage, "bob") == []


async def test_a_private_answer_is_sent_once_by_its_key(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    for words in ("For Ann.", "Something else."):
        await stage.platform.send(Only(event.who, event.room, event.trigger), note(words), once=event.key)
    assert shown(stage) == ["For Ann."]


async def test_answers_are_taken_for_fifteen_minutes(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("At once."))
    stage.server.clock.advance(14 * 60)
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("In time."))
    assert shown(stage, "ann", "general") == ["At once.", "In time."]
    stage.server.clock.advance(2 * 60)
    sent = await stage.platform.send(Only(event.who, event.room, event.trigger), note("Too late."))
    assert sent and sent.room.direct and shown(stage, "ann", stage.people.open_direct("ann")) == ["Too late."]
    assert shown(stage, "bob") == []


async def test_a_late_public_answer_stands_in_the_channel_all_the_same(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "ask what")
    stage.server.clock.advance(16 * 60)
    assert await stage.platform.send(event.room, note("For all."), answering=event.trigger)
    assert shown(stage, "bob") == ["For all."]


async def test_a_late_replacement_reaches_the_message_all_the_same(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "button replace")
    stage.server.clock.advance(16 * 60)
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert shown(stage, "bob") == ["Thank you."]


async def test_a_trigger_that_nobody_knows_answers_directly(stage: Stage, ear: Ear) -> None:
    """As after a new start: the press came before it."""
    event = await do(stage, ear, "keep what")
    trigger = type(event.trigger)("12345", event.trigger.expires_at)
    sent = await stage.platform.send(Only(event.who, event.room, trigger), note("For Ann."))
    assert sent and sent.room.direct and shown(stage, "bob") == []


def _commands(ear: Ear) -> Iterator[CommandUsed]:
    yield from (event for event in ear.received if isinstance(event, CommandUsed))


async def test_two_people_who_ask_at_once_get_their_own_answers(stage: Stage, ear: Ear) -> None:
    for who in ("ann", "bob"):
        await stage.people.use_command(who, "general", f"/keep {who}")
    for event in reversed([*_commands(ear)]):
        await stage.platform.send(Only(event.who, event.room, event.trigger), note(f"For {event.who.name}."))
    assert (shown(stage), shown(stage, "bob")) == (["For Ann."], ["For Bob."])


async def test_in_a_direct_conversation_the_answer_stands_there(stage: Stage, ear: Ear) -> None:
    direct = stage.people.open_direct("ann")
    await stage.people.use_command("ann", direct, "/keep what")
    await stage.platform.send(Only(ear.last.who, ear.last.room, ear.last.trigger), note("For Ann."))
    assert shown(stage, "ann", direct) == ["For Ann."]


async def _slow(stage: Stage, event: Any) -> None:
    """What happens when a handler takes longer than Discord waits."""
    await stage.platform.interactions.put_off(event.trigger.token, SURFACE.answer(event))


@pytest.mark.parametrize("deed", ["ask what", "button replace", "button public", "button silent", "form public"])
async def test_a_late_answer_for_one_is_seen_by_one_and_changes_nothing_for_others(
    stage: Stage, ear: Ear, deed: str
) -> None:
    event = await do(stage, ear, deed)
    before = shown(stage, "bob")
    await _slow(stage, event)
    await stage.platform.send(Only(event.who, None, event.trigger), note("For Ann."))
    assert (shown(stage), shown(stage, "bob")) == ([*before, "For Ann."], before)


@pytest.mark.parametrize("deed", ["keep what", "shortcut", "button private", "button replace", "form save"])
async def test_a_late_answer_for_all_is_seen_by_all_though_one_waited(stage: Stage, ear: Ear, deed: str) -> None:
    event = await do(stage, ear, deed)
    before = shown(stage, "bob")
    await _slow(stage, event)
    assert await stage.platform.send(stage.people.room("general"), note("For all."), answering=event.trigger)
    assert shown(stage) == shown(stage, "bob") == [*before, "For all."]


@pytest.mark.parametrize("deed", ["button private", "button public", "button form"])
async def test_a_message_is_replaced_though_somebody_waited_for_another_answer(
    stage: Stage, ear: Ear, deed: str
) -> None:
    event = await do(stage, ear, deed)
    await _slow(stage, event)
    await stage.platform.edit(event.message, note("Thank you."), answering=event.trigger)
    assert shown(stage) == shown(stage, "bob") == ["Thank you."]


async def test_every_page_of_a_late_public_answer_is_public(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "ask what")
    await _slow(stage, event)
    words = "\n\n".join(f"Line {number} of it." for number in range(600))
    assert await stage.platform.send(event.room, note(words), answering=event.trigger)
    assert shown(stage) == shown(stage, "bob") and len(shown(stage)) > 1
    assert "Line 0 of it." in shown(stage)[0] and "Line 599 of it." in shown(stage)[-1]


async def test_an_answer_that_comes_while_it_is_put_off_is_not_lost(stage: Stage, ear: Ear) -> None:
    event = await do(stage, ear, "keep what")
    await asyncio.gather(
        _slow(stage, event), stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    )
    assert (shown(stage), shown(stage, "bob")) == (["For Ann."], [])
