"""Who people are and where they are: names, guests, bots, rooms, and the bot's coming and going."""

from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import (
    CommandUsed,
    Inbound,
    MemberJoined,
    MemberLeft,
    Mention,
    Message,
    MessagePosted,
    PlatformRefused,
    Profile,
    ReactionAdded,
    Refused,
    Section,
    ShortcutUsed,
    Space,
)
from adapters.room import Person

Event = TypeVar("Event", bound=Inbound)


@pytest.fixture
def ear() -> Listener:
    return Listener()


@pytest.fixture
async def stage(ear: Listener) -> AsyncIterator[Stage]:
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        await stage.people.join(Person("ann", "Ann Reed", time_zone="Europe/London"))
        await stage.people.join(Person("bob", "Bob Hale", time_zone="Africa/Lagos"))
        ear.received.clear()
        yield stage
        assert stage.slack.violations == [] and stage.slack.failures == []


def last(ear: Listener, kind: type[Event]) -> Event:
    event = ear.received[-1]
    assert isinstance(event, kind)
    return event


async def profiles(stage: Stage) -> dict[str, Profile]:
    return {profile.account.id: profile for profile in await stage.platform.members(stage.platform.space)}


async def test_people_go_by_the_name_that_they_chose(stage: Stage, ear: Listener) -> None:
    await stage.people.join(Person("eve", "Evelyn Stone"), display_name="Evie")
    await stage.people.say("eve", "general", "Hi")
    assert last(ear, MessagePosted).who.name == "Evie"
    await stage.people.join(Person("tom", "Tom Low"), display_name="")
    await stage.people.say("tom", "general", "Hi")
    assert last(ear, MessagePosted).who.name == "Tom Low"


async def test_a_new_name_is_used_at_once(stage: Stage, ear: Listener) -> None:
    await stage.people.say("ann", "general", "Hi")
    stage.people.change_person("ann", name="Ann Brook")
    await stage.people.finish()
    await stage.people.say("bob", "general", "Hi @Ann Brook")
    assert last(ear, MessagePosted).post.text == "Hi @Ann Brook"
    await stage.people.say("ann", "general", "Hi")
    assert last(ear, MessagePosted).who.name == "Ann Brook"


async def test_names_are_asked_for_once(stage: Stage, ear: Listener) -> None:
    await stage.platform.identify()  # it knows nobody now
    stage.slack.calls.clear()
    for _ in range(3):
        await stage.people.say("ann", "general", "Hi @Bob Hale")
    asked = sorted(call.args["user"] for call in stage.slack.calls if call.method == "users.info")
    assert asked == ["UANN", "UBOB"]


async def test_a_name_that_slack_does_not_tell_is_the_id(stage: Stage, ear: Listener) -> None:
    await stage.platform.identify()  # it knows nobody now
    stage.slack.calls.clear()
    stage.slack.faults.next("users.info", error="user_not_visible")
    await stage.people.say("ann", "general", "Hi")
    assert (last(ear, MessagePosted).who.id, last(ear, MessagePosted).who.name) == ("UANN", "")
    await stage.people.say("ann", "general", "Hi @ann")
    assert last(ear, MessagePosted).post.text == "Hi @UANN"
    assert sum(call.method == "users.info" for call in stage.slack.calls) == 0


async def test_somebody_who_left_is_heard_of_and_no_member(stage: Stage, ear: Listener) -> None:
    await stage.people.leave("bob")
    assert last(ear, MemberLeft).who == stage.people.account("bob")
    assert "UBOB" not in await profiles(stage)


async def test_somebody_who_joins_is_heard_of(stage: Stage, ear: Listener) -> None:
    await stage.people.join(Person("eve", "Eve"))
    joined = last(ear, MemberJoined)
    assert (joined.who.id, joined.who.name) == ("UEVE", "Eve")
    assert (joined.time_zone, joined.is_guest) == ("", False)
    assert "UEVE" in await profiles(stage)


@pytest.mark.parametrize("sign", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}])
async def test_whoever_joins_brings_their_time_zone_and_whether_they_are_a_guest(
    stage: Stage, ear: Listener, sign: dict[str, bool]
) -> None:
    await stage.people.join(Person("eve", "Eve", time_zone="Asia/Tokyo"))
    assert (last(ear, MemberJoined).time_zone, last(ear, MemberJoined).is_guest) == ("Asia/Tokyo", False)
    await stage.people.join(Person("gus", "Gus"), **sign)
    assert (last(ear, MemberJoined).who.id, last(ear, MemberJoined).is_guest) == ("UGUS", True)


async def test_people_of_another_organisation_are_guests_and_of_another_workspace_of_ours_not(stage: Stage) -> None:
    await stage.people.join(Person("far", "Far"), team="T9")
    await stage.people.join(Person("near", "Near"), team="T9", teams=("T9", "T1"))
    found = await profiles(stage)
    assert (found["UFAR"].is_guest, found["UNEAR"].is_guest) == (True, False)


async def test_a_change_of_name_is_no_leaving(stage: Stage, ear: Listener) -> None:
    stage.people.change_person("ann", name="Ann Brook")
    await stage.people.finish()
    assert ear.received == []


async def test_members_have_their_time_zone(stage: Stage) -> None:
    found = await profiles(stage)
    assert (found["UANN"].time_zone, found["UBOB"].time_zone) == ("Europe/London", "Africa/Lagos")


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_strangers_are_marked(stage: Stage, sign: str) -> None:
    await stage.people.join(Person("gus", "Gus"), **{sign: True})
    found = await profiles(stage)
    assert {id for id, profile in found.items() if profile.is_guest} == {"UGUS"}


async def test_bots_are_marked(stage: Stage) -> None:
    stage.people.add_app("robot", "Robot")
    found = await profiles(stage)
    assert {id for id, profile in found.items() if profile.is_bot} == {"UTACIT", "UROBOT", "USLACKBOT"}


async def test_another_workspace_has_no_members_here(stage: Stage) -> None:
    assert await stage.platform.members(Space("slack", "T2")) == ()


@pytest.mark.parametrize("classic", [False, True])
async def test_other_bots_are_not_heard(stage: Stage, ear: Listener, classic: bool) -> None:
    stage.people.add_app("robot", "Robot")
    await stage.people.app_says("robot", "general", "<@UTACIT> ping", classic=classic)
    assert ear.received == []


async def test_what_another_bot_said_can_still_be_kept(stage: Stage, ear: Listener) -> None:
    stage.people.add_app("robot", "Robot")
    message = await stage.people.app_says("robot", "general", "Ward 4 is full.")
    await stage.people.use_shortcut("ann", message, "capture:keep")
    post = last(ear, ShortcutUsed).post
    assert (post.text, post.by_bot, post.author.id) == ("Ward 4 is full.", True, "UROBOT")


async def test_a_renamed_channel_goes_by_its_new_name(stage: Stage, ear: Listener) -> None:
    await stage.people.say("ann", "general", "Hi")
    assert last(ear, MessagePosted).post.ref.room.name == "general"
    await stage.people.rename_channel("general", "everyone")
    await stage.people.say("ann", "general", "Hi")
    assert last(ear, MessagePosted).post.ref.room.name == "everyone"


async def test_a_private_channel_has_its_name(stage: Stage, ear: Listener) -> None:
    stage.people.open_channel("secret", "ward-4", members=("ann",), private=True)
    await stage.people.say("ann", "secret", "Hi")
    room = last(ear, MessagePosted).post.ref.room
    assert (room.name, room.direct) == ("ward-4", False)
    await stage.people.rename_channel("secret", "ward-5")
    await stage.people.use_command("ann", "secret", "/keep this")
    assert last(ear, CommandUsed).room.name == "ward-5"


async def test_after_the_bot_was_removed_it_hears_nothing_and_says_nothing(stage: Stage, ear: Listener) -> None:
    message = stage.people.reference(await stage.people.say("ann", "general", "Hi"))
    await stage.people.remove("tacit", "general")
    ear.received.clear()
    await stage.people.say("ann", "general", "@tacit are you there?")
    assert ear.received == []
    assert await stage.platform.read_message(message) is None
    assert await stage.platform.read_thread(message) == ()
    with pytest.raises(PlatformRefused) as refused:
        await stage.platform.send(message.room, Message("x", [Section("x")]))
    assert refused.value.reason is Refused.NOT_IN_CHANNEL


async def test_after_the_bot_was_invited_it_hears(stage: Stage, ear: Listener) -> None:
    stage.people.open_channel("quiet", with_bot=False)
    await stage.people.say("ann", "quiet", "unheard")
    await stage.people.invite("tacit", "quiet")
    await stage.people.say("ann", "quiet", "heard")
    assert last(ear, MessagePosted).post.text == "heard"
    assert len(ear.received) == 1


async def test_in_a_group_the_bot_is_meant_when_it_is_mentioned(stage: Stage, ear: Listener) -> None:
    group = stage.people.open_group("ann", "bob")
    await stage.people.say("ann", group, "Shall we?")
    assert not last(ear, MessagePosted).to_bot and last(ear, MessagePosted).direct
    await stage.people.say("ann", group, "@tacit shall we?")
    heard = last(ear, MessagePosted)
    assert (heard.to_bot, heard.direct, heard.post.private, heard.post.text) == (True, True, False, "shall we?")
    assert len(ear.received) == 2


async def test_with_the_bot_alone_everything_is_to_it_and_private(stage: Stage, ear: Listener) -> None:
    direct = stage.people.open_direct("ann")
    root = await stage.people.say("ann", direct, "Hello")
    await stage.people.say("ann", direct, "and more", root)
    for event in ear.received:
        assert isinstance(event, MessagePosted)
        assert (event.to_bot, event.direct, event.post.private) == (True, True, True)


async def test_a_thread_says_whom_it_answers(stage: Stage, ear: Listener) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.say("bob", "general", "So.", root)
    heard = last(ear, MessagePosted)
    assert heard.answers == stage.people.account("ann")
    assert heard.post.ref.room.thread_id == root


async def test_answering_the_bot_answers_nobody(stage: Stage, ear: Listener) -> None:
    sent = await stage.platform.send(stage.people.room("general"), Message("x", [Section("Anybody?")]))
    assert sent
    await stage.people.say("bob", "general", "Me.", sent.id)
    await stage.people.add_reaction("bob", sent.id, "bulb")
    posted, reaction = ear.received
    assert isinstance(posted, MessagePosted) and posted.answers is None
    assert isinstance(reaction, ReactionAdded) and reaction.author is None


async def test_a_person_of_another_workspace_is_shown_by_name_and_not_called(stage: Stage) -> None:
    stranger = type(stage.people.account("ann"))(Space("discord", "9"), "UANN", "Ann of Discord")
    text = ("Ask ", Mention(stranger), " or ", Mention(stage.people.account("bob")))
    sent = await stage.platform.send(stage.people.room("general"), Message("x", [Section(text)]))
    assert sent
    assert stage.people.notified(sent.id) == {"UBOB"}
    assert stage.people.words_of(sent.id) == "Ask @Ann of Discord or @Bob Hale"
