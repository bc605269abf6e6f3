"""What is sent reaches whom it is for, once, whatever the network does."""

import asyncio
import contextlib

import pytest
from loopback_world import BOT_USER

from adapters.port import (
    Account,
    Button,
    ButtonPressed,
    File,
    Form,
    Line,
    Message,
    Only,
    PlatformRefused,
    Section,
)

pytestmark = pytest.mark.usefixtures("impatient")

AGAIN = pytest.mark.parametrize("fault", [{"kind": "drop"}, {"status": 500, "after": True}], ids=["cut", "500 after"])


def note(words="Warm.", *buttons, files=()):
    return Message("A note", [Section(words, buttons=buttons)], files)


def bots(stage, who="ann"):
    seen = stage.people.messages_seen_by(who)
    return [stage.people.words_of(each.id) for each in seen if stage.slack.world.messages[each.id].author == BOT_USER]


async def home_press(stage, ear):
    await stage.people.open_home("ann")
    opened = ear.received[-1]
    page = Only(opened.who, None, opened.trigger)
    await stage.platform.send(page, note("page", Button("a:b", "B")))
    await stage.people.press_home("ann", "a:b")
    return next(event for event in ear.received if isinstance(event, ButtonPressed)), page


async def test_an_unclear_message_in_a_long_thread_is_posted_once(stage):
    root = await stage.people.say("ann", "general", "How?")
    for number in range(25):
        await stage.people.say("bob", "general", f"r{number}", root)
    stage.slack.faults.next("chat.postMessage", "drop")
    await stage.platform.send(stage.people.room("general", root), note())
    assert bots(stage) == ["Warm."]


@AGAIN
async def test_an_unclear_private_message_is_shown_once(stage, fault):
    stage.slack.faults.next("chat.postEphemeral", **fault)
    with contextlib.suppress(PlatformRefused):  # said to have failed, where Slack said so
        await stage.platform.send(Only(stage.people.account("ann"), stage.people.room("general")), note())
    assert bots(stage) == ["Warm."]


async def test_two_sends_at_once_with_one_key_post_once(stage):
    room = stage.people.room("general")
    await asyncio.gather(*(stage.platform.send(room, note(), once="k") for _ in range(2)))
    assert bots(stage) == ["Warm."]


async def test_what_is_for_one_is_never_seen_by_whose_trigger_it_is(stage, ear):
    await stage.people.use_command("ann", "general", "/keep x")
    asked = ear.received[-1]
    await stage.platform.send(Only(stage.people.account("bob"), asked.room, asked.trigger), note("For Bob alone."))
    assert bots(stage, "ann") == [] and bots(stage, "bob") == ["For Bob alone."]


async def test_what_is_for_one_room_does_not_stand_in_the_triggers_room(stage, ear):
    stage.people.open_channel("theatre")
    await stage.people.use_command("ann", "general", "/keep x")
    asked = ear.received[-1]
    await stage.platform.send(Only(asked.who, stage.people.room("theatre"), asked.trigger), note())
    assert [each.channel for each in stage.people.messages_seen_by("ann")] == ["CTHEATRE"]


async def test_an_edit_of_another_message_leaves_the_pressed_one(stage, ear):
    public = await stage.platform.send(stage.people.room("general"), note("card"))
    await stage.people.use_command("ann", "general", "/keep x")
    asked = ear.received[-1]
    await stage.platform.send(Only(asked.who, asked.room, asked.trigger), note("private", Button("a:b", "Go")))
    await stage.people.press("ann", stage.people.messages_seen_by("ann")[-1].id, "a:b")
    await stage.platform.edit(public, note("card, changed"), answering=ear.received[-1].trigger)
    assert bots(stage) == ["card, changed", "private\nGo"]


async def test_a_card_can_be_edited_from_the_home_tab(stage, ear):
    card = await stage.platform.send(stage.people.room("general"), note("card"))
    press, _ = await home_press(stage, ear)
    await stage.platform.edit(card, note("card, changed"), answering=press.trigger)
    assert bots(stage) == ["card, changed"]


async def test_files_in_answer_to_the_home_tab_are_sent_directly(stage, ear):
    press, page = await home_press(stage, ear)
    export = note("Yours.", files=(File("a.csv", b"x", "text/csv"),))
    await stage.platform.send(Only(press.who, press.message.room, press.trigger), export)
    await stage.platform.send(page, note("page"))
    assert [file.name for file in stage.slack.world.files.values()] == ["a.csv"]


async def test_two_answers_on_the_home_tab_are_both_shown(stage, ear):
    press, page = await home_press(stage, ear)
    for words in ("one", "two"):
        await stage.platform.send(Only(press.who, press.message.room, press.trigger), note(words))
    await stage.platform.send(page, note("page"))
    assert "one" in stage.people.home_words("ann") and "two" in stage.people.home_words("ann")


async def test_a_public_answer_on_the_home_tab_can_be_read_and_edited(stage, ear):
    press, _ = await home_press(stage, ear)
    sent = await stage.platform.send(press.message.room, note("public"), answering=press.trigger)
    assert await stage.platform.read_message(sent)
    await stage.platform.edit(sent, note("changed"))


@AGAIN
async def test_a_form_whose_opening_was_unclear_is_no_error(stage, ear, fault):
    await stage.people.use_command("ann", "general", "/keep")
    stage.slack.faults.next("views.open", **fault)
    await stage.platform.open_form(ear.received[-1].trigger, Form("a:b", "T", (Line("a", "A"),), "S"))


@AGAIN
async def test_a_deletion_that_was_unclear_is_done(stage, fault):
    sent = await stage.platform.send(stage.people.room("general"), note())
    stage.slack.faults.next("chat.delete", **fault)
    await stage.platform.delete(sent)


@AGAIN
async def test_files_whose_sharing_was_unclear_are_shared_once(stage, fault):
    stage.slack.faults.next("files.completeUploadExternal", **fault)
    with contextlib.suppress(PlatformRefused):
        await stage.platform.send(stage.people.room("general"), note(files=(File("a.csv", b"x", "text/csv"),)))
    assert bots(stage) == ["Warm.", "a.csv"]


@AGAIN
async def test_an_unclear_answer_by_response_url_is_no_error(stage, ear, fault):
    await stage.people.use_command("ann", "general", "/keep")
    asked = ear.received[-1]
    stage.slack.faults.next("response_url", **fault)
    await stage.platform.send(Only(asked.who, asked.room, asked.trigger), note())


async def test_an_answer_finds_another_way_where_response_url_fails(stage, ear):
    await stage.people.use_command("ann", "general", "/keep")
    asked = ear.received[-1]
    stage.slack.faults.next("response_url", status=503)
    await stage.platform.send(Only(asked.who, asked.room, asked.trigger), note())
    assert bots(stage) == ["Warm."]


async def test_a_link_that_slack_refuses_is_empty(stage):
    stage.slack.faults.next("chat.getPermalink", error="a_new_error")
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert await stage.platform.link(sent) == ""


async def test_a_private_answer_in_a_thread_with_the_bot_stays_there(stage):
    direct = stage.people.open_direct("ann")
    root = await stage.people.say("ann", direct, "hi")
    sent = await stage.platform.send(Only(stage.people.account("ann"), stage.people.room(direct, root)), note())
    assert sent.room.thread_id == root


async def test_a_reaction_of_another_bot_is_not_heard(stage, ear):
    stage.people.add_app("robot", "Robot")
    message = await stage.people.say("ann", "general", "q")
    ear.received.clear()
    stage.slack.react(stage.slack.world.messages[message], "UROBOT", "white_check_mark")
    await stage.people.finish()
    assert ear.received == []


async def test_people_have_a_language(stage):
    found = {profile.account.id: profile for profile in await stage.platform.members(stage.platform.space)}
    assert found["UANN"].language == "en"


async def test_a_feature_may_be_named_link(stage, ear):
    sent = await stage.platform.send(stage.people.room("general"), note("x", Button("link:do", "B")))
    await stage.people.press("ann", sent.id, "link:do")
    assert isinstance(ear.received[-1], ButtonPressed)


async def test_people_of_another_platform_are_not_offered(stage, ear):
    from adapters.port import People, Space
    from adapters.slack import outbound

    stranger = Account(Space("discord", "9"), "123456", "Eve")
    view = outbound.view(Form("a:b", "T", (People("who", "Who", (stranger,)),), "S"), "{}")
    assert "initial_user" not in view["blocks"][0]["element"]
