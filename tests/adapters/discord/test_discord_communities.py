"""Several servers and one direct conversation: each deed belongs to a server that both are in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from discord_ear import FORM, Ear, Second, is_refused, note, shown
from discord_stage import Stage, open_stage
from simcord import interactions as deeds

from adapters.discord import whose
from adapters.discord.whose import Whose, mark_of, without_mark
from adapters.port import (
    Account,
    Button,
    ButtonPressed,
    FormSubmitted,
    MemberLeft,
    Mention,
    Message,
    MessagePosted,
    Refused,
    Section,
    Space,
)
from adapters.room import Person
from bot.wiring import Bot, build
from knowledge.migrations import migrate
from knowledge.store import Store, communities, members

ASK = Button("capture:replace:12", "Yes")
MEMBER = "/guilds/*/members/*"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def second(stage: Stage, ear: Ear) -> Second:
    """A second server that Ann is in too."""
    found = Second(stage, "ann")
    await stage.people.finish()
    ear.received.clear()
    return found


async def directly(stage: Stage, user: int, words: str) -> None:
    """Somebody writes to the bot, whether it knows them or not."""
    world = stage.people.world
    world.create_message(world.get_dm_channel(user).id, user, words)
    await stage.people.finish()


def unnoticed(stage: Stage, space: Space | None = None) -> int:
    """Somebody who is in a server and of whom the gateway never told, as in a large one; gives their id."""
    world = stage.people.world
    user = world.make_user("quiet").id
    world.add_member(int((space or stage.people.space).id), user, announce=False)
    return int(user)


def asked(stage: Stage, user: int) -> int:
    """How often Discord was asked whether somebody is in a server."""
    return sum(call.method == "GET" and call.path.endswith(f"/members/{user}") for call in stage.calls)


def forge(stage: Stage, message: str, id: str) -> None:
    """Gives the button of a message another id, as a changed client can."""
    found = stage.people.world.find_message(int(message))
    assert found
    found.components[1]["components"][0]["custom_id"] = id


async def test_two_servers_are_two_spaces(stage: Stage, ear: Ear) -> None:
    second = Second(stage, "ann")
    await stage.people.say("ann", "general", "one")
    await second.say("ann", "two")
    first, other = ear.received[-2:]
    assert (first.who.space, other.who.space) == (stage.people.space, second.space)
    assert first.who.id == other.who.id and first.who != other.who and first.key != other.key
    assert isinstance(other, MessagePosted) and other.post.ref.room == second.room


async def test_a_command_belongs_to_the_server_where_it_was_used(stage: Stage, ear: Ear) -> None:
    second = Second(stage, "ann")
    await stage.people.say("ann", stage.people.open_direct("ann"), "hello")
    await second.use_command("ann", "keep", text="what")
    assert (ear.last.who.space, ear.last.room) == (second.space, second.room)
    await stage.people.use_command("ann", "general", "/keep what")
    assert ear.last.who.space == stage.people.space


async def test_a_direct_message_belongs_to_the_server_that_its_writer_is_in(stage: Stage, ear: Ear) -> None:
    await stage.people.finish()
    second = Second(stage)
    world = stage.people.world
    eve = world.make_user("eve")
    world.add_member(int(second.space.id), eve.id, announce=True)
    world.create_message(world.get_dm_channel(eve.id).id, eve.id, "hello")
    await stage.people.finish()
    assert isinstance(ear.last, MessagePosted) and ear.last.who.space == second.space


async def test_an_answer_to_a_direct_message_goes_to_the_server_that_asked_last(stage: Stage, ear: Ear) -> None:
    second = Second(stage, "ann")
    ann = stage.people.account("ann")
    direct = stage.people.open_direct("ann")
    for space in (second.space, stage.people.space):
        await stage.platform.send(Account(space, ann.id, "Ann"), note("May I?"))
        await stage.people.say("ann", direct, "yes")
        assert ear.last.who.space == space


async def test_a_button_of_another_server_is_pressed_as_a_member_of_this_one(stage: Stage, ear: Ear) -> None:
    """Whoever changes their client can send any id; what they press is then looked for in their own server only."""
    Second(stage, "bob")
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:replace:99", "Yes")))
    assert sent
    forged = stage.people.world.find_message(int(sent.id))
    assert forged
    forged.components[1]["components"][0]["custom_id"] = "capture:replace:1234567"
    await stage.people.press("ann", sent.id, "capture:replace:1234567")
    event = ear.last
    assert isinstance(event, ButtonPressed)
    assert event.who.space == event.message.room.space == stage.people.space


async def test_another_servers_people_are_named_and_not_called(stage: Stage) -> None:
    second = Second(stage, "bob")
    bob = Account(second.space, str(stage.people.user("bob")), "Bob of the clinic")
    sent = await stage.platform.send(stage.people.room("general"), Message("A note", [Section(("Ask ", Mention(bob)))]))
    assert sent and shown(stage) == ["Ask @Bob of the clinic"]
    assert stage.people.notified(sent.id) == set()


async def test_each_server_lists_its_own_people(stage: Stage) -> None:
    second = Second(stage, "ann")
    await stage.people.finish()
    ours = {each.account for each in await stage.platform.members(stage.people.space)}
    theirs = {each.account for each in await stage.platform.members(second.space)}
    assert stage.people.account("bob") in ours and not ours & theirs
    assert str(stage.people.user("bob")) not in {each.id for each in theirs}
    assert await stage.platform.members(Space("discord", "1")) == ()


async def test_a_server_that_put_the_bot_out_refuses_it(stage: Stage, ear: Ear) -> None:
    second = Second(stage, "ann")
    await second.say("ann", "one")
    place = ear.last.post.ref
    stage.people.world.remove_guild(int(second.space.id))
    await stage.people.finish()
    assert await is_refused(stage.platform.send(place.room, note())) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert await stage.platform.members(second.space) == ()
    assert await stage.platform.read_message(place) is None
    await stage.people.say("ann", "general", "still here")
    assert ear.last.post.text == "still here"


@pytest.mark.parametrize("there", ["", "The clinic"])
async def test_a_stranger_is_heard_nowhere(stage: Stage, ear: Ear, there: str) -> None:
    if there:
        Second(stage)
    ear.received.clear()
    await directly(stage, stage.people.world.make_user("stranger").id, "What do you know of the ward?")
    assert ear.received == []


async def test_a_strangers_command_where_the_bot_is_not_is_nothing_to_it(stage: Stage, ear: Ear) -> None:
    """Whoever installs the app for themselves can use it where only other people talk: in context 2."""
    world = stage.people.world
    for user in (world.make_user("stranger").id, stage.people.user("ann")):
        data = {"id": "1", "name": "keep", "type": 1, "options": [{"type": 3, "name": "text", "value": "what"}]}
        channel = world.get_dm_channel(user).id
        _, payload = deeds.base_payload(world, type=2, channel_id=channel, guild_id=None, user_id=user, data=data)
        world.emit("INTERACTION_CREATE", {**payload, "context": 2})
        await stage.people.finish()
    assert ear.received == []


async def test_commands_are_offered_in_servers_and_with_the_bot_only(stage: Stage) -> None:
    (written,) = [call.body for call in stage.calls if (call.method, call.path[-9:]) == ("PUT", "/commands")]
    assert {(*each["integration_types"], "in", *each["contexts"]) for each in written} == {(0, "in", 0, 1)}


async def test_who_leaves_a_server_speaks_for_the_other_from_then_on(stage: Stage, ear: Ear, second: Second) -> None:
    ann = stage.people.user("ann")
    await directly(stage, ann, "one")
    assert ear.last.who.space == stage.people.space
    await stage.people.leave("ann")
    assert isinstance(ear.received[-1], MemberLeft)
    await directly(stage, ann, "two")
    assert (ear.last.post.text, ear.last.who.space) == ("two", second.space)


@pytest.mark.parametrize("noticed", [True, False])
async def test_who_leaves_the_only_server_is_not_heard_any_more(stage: Stage, ear: Ear, noticed: bool) -> None:
    user = stage.people.user("ann") if noticed else unnoticed(stage)
    await directly(stage, user, "one")
    stage.people.world.remove_member(stage.server.guild.id, user)
    await directly(stage, user, "two")
    assert [type(event) for event in ear.received] == [MessagePosted, MemberLeft]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("first", [True, False])
async def test_a_button_in_a_direct_message_goes_to_the_server_that_sent_it(
    stage: Stage, ear: Ear, second: Second, first: bool, restarted: bool
) -> None:
    ann = stage.people.account("ann")
    spaces = [stage.people.space, second.space][:: 1 if first else -1]
    question = await stage.platform.send(Account(spaces[0], ann.id, "Ann"), note("May we?", ASK))
    await stage.platform.send(Account(spaces[1], ann.id, "Ann"), note("Hello."))
    if restarted:
        stage.platform.whose = Whose(stage.people.clock)
    assert question and stage.people.button_ids(question.id) == [f"{ASK.id}{mark_of(spaces[0])}"]
    await stage.people.press("ann", question.id, ASK.id)
    assert isinstance(ear.last, ButtonPressed)
    assert (ear.last.button, ear.last.who.space, ear.last.message) == (ASK.id, spaces[0], question)


async def test_a_form_in_a_direct_conversation_goes_to_the_server_that_opened_it(
    stage: Stage, ear: Ear, second: Second
) -> None:
    ann, direct = stage.people.account("ann"), stage.people.open_direct("ann")
    await stage.people.use_command("ann", direct, "/keep")
    await stage.platform.open_form(ear.last.trigger, FORM)
    opened = stage.people.open_form_of("ann")
    assert opened and without_mark(opened.modal["custom_id"]) == (FORM.id, ann.space.id)
    await stage.platform.send(Account(second.space, ann.id, "Ann"), note("Hello."))
    await stage.people.submit("ann", opened.id, {"title": "x"})
    assert isinstance(ear.last, FormSubmitted)
    assert (ear.last.form, ear.last.who.space) == (FORM.id, ann.space)


async def test_ids_name_a_server_only_where_none_can_be_seen(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("ann", "general", "How?")
    both = await stage.platform.open_room([stage.people.account("ann"), stage.people.account("bob")])
    for room in (stage.people.room("general"), stage.people.reference(root).thread, both):
        sent = await stage.platform.send(room, note("May I?", ASK))
        assert sent and stage.people.button_ids(sent.id) == [ASK.id]


@pytest.mark.parametrize("is_in", [False, True])
async def test_a_forged_server_counts_only_for_its_members(stage: Stage, ear: Ear, is_in: bool) -> None:
    second = Second(stage, *(["ann"] if is_in else []))
    await stage.people.finish()
    question = await stage.platform.send(stage.people.account("ann"), note("May I?", ASK))
    assert question
    forge(stage, question.id, f"{ASK.id}{mark_of(second.space)}")
    ear.received.clear()
    await stage.people.press("ann", question.id, ASK.id)
    assert [event.who.space for event in ear.received] == ([second.space] if is_in else [])


@pytest.mark.parametrize(
    ("mark", "heard"), [(f"{whose.SIGN}1", 0), (f"{whose.SIGN}{'9' * 30}", 0), (f"{whose.SIGN}x", 1), (whose.SIGN, 1)]
)
async def test_a_server_that_is_none_is_no_server(stage: Stage, ear: Ear, mark: str, heard: int) -> None:
    question = await stage.platform.send(stage.people.account("ann"), note("May I?", ASK))
    assert question
    forge(stage, question.id, f"{ASK.id}{mark}")
    await stage.people.press("ann", question.id, ASK.id)
    assert [event.who.space for event in ear.received] == [stage.people.space] * heard


async def test_in_a_channel_a_forged_server_changes_nothing(stage: Stage, ear: Ear, second: Second) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", ASK))
    assert sent
    forge(stage, sent.id, f"{ASK.id}{mark_of(second.space)}")
    await stage.people.press("ann", sent.id, ASK.id)
    assert (ear.last.who.space, ear.last.button) == (stage.people.space, ASK.id)


async def test_a_moments_outage_binds_nobody_to_the_other_server(stage: Stage, ear: Ear) -> None:
    user, second = unnoticed(stage), Second(stage)
    stage.people.world.add_member(int(second.space.id), user, announce=True)
    await stage.people.finish()
    ear.received.clear()
    stage.env.inject_error("GET", MEMBER, status=500, times=10)
    await directly(stage, user, "one")
    assert ear.received == []
    stage.people.world.faults.clear()
    await directly(stage, user, "two")
    assert ear.last.who.space == stage.people.space


@pytest.mark.parametrize("is_in", [True, False])
async def test_who_is_in_a_server_is_asked_again_after_five_minutes(stage: Stage, ear: Ear, is_in: bool) -> None:
    user = unnoticed(stage) if is_in else stage.people.world.make_user("stranger").id
    for minutes, times in ((0, 1), (4, 1), (2, 2)):
        stage.server.clock.advance(60 * minutes)
        await directly(stage, user, "hello")
        assert asked(stage, user) == times
    assert len(ear.received) == (3 if is_in else 0)


async def test_who_joins_is_heard_at_once(stage: Stage, ear: Ear) -> None:
    eve = stage.people.world.make_user("eve").id
    await directly(stage, eve, "May I come in?")
    stage.people.world.add_member(stage.server.guild.id, eve, announce=True)
    await directly(stage, eve, "Here I am.")
    assert ear.last.post.text == "Here I am."


async def test_only_so_many_servers_are_asked(stage: Stage, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whose, "SERVERS_ASKED", 3)
    for _ in range(5):
        Second(stage)
    stranger = stage.people.world.make_user("stranger").id
    await directly(stage, stranger, "hello")
    assert asked(stage, stranger) == 3


def test_only_the_newest_conversations_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whose, "KEPT", 2)
    known, spaces = Whose(lambda: START), [Space("discord", str(number)) for number in range(4)]
    for number in (0, 1, 0, 2):
        known.note(number, spaces[number])
    assert list(known.latest()) == [2, 0]
    assert [known.is_direct(number) for number in range(4)] == [True, False, True, False]
    assert (known.mark(2), known.mark(1)) == (mark_of(spaces[2]), "")


async def test_a_name_is_the_one_of_the_server_where_it_is_read(stage: Stage, ear: Ear) -> None:
    second = Second(stage, "ann", "bob")
    stage.people.change_person("bob", nick="Robert of the ward")
    await stage.people.finish()
    await second.say("ann", f"ask <@{stage.people.user('bob')}>")
    assert ear.last.post.text == "ask @Bob"


@asynccontextmanager
async def whole(folder: Path) -> AsyncIterator[tuple[Stage, Store, int]]:
    """The whole bot in a server with Ann; gives what it keeps and the community's id."""
    store, bots = Store(f"sqlite:///{folder}/tacit.db"), list[Bot]()
    await migrate(store)

    def listen(platform: Any) -> Any:
        bots.append(build(store, None, platform, clock=platform.clock))
        return bots[0].router.surface, bots[0].receive, bots[0].idle

    try:
        async with open_stage(listen, clock=lambda: START) as stage:
            community = await communities.open_community(store, "The ward", START)
            async with store.write(community, START) as work:
                await communities.connect_space(work, stage.people.space.key)
                await communities.choose(work, welcomes=False)
            stage.people.open_channel("general")
            await stage.people.join(Person("ann", "Ann"))
            yield stage, store, community
    finally:
        await store.close()


async def names(store: Store, community: int) -> list[str]:
    async with store.read(community, START) as work:
        return [each.name for each in await members.list_members(work)]


async def test_neither_strangers_nor_the_bot_become_members(tmp_path: Path) -> None:
    async with whole(tmp_path) as (stage, store, community):
        stranger = stage.people.world.make_user("stranger").id
        await directly(stage, stranger, "How do I flush a line?")
        said = await stage.people.say("ann", "general", "How?")
        await stage.people.delete_message("ann", said)
        assert await names(store, community) == ["Ann"]
        there = stage.people.world.messages[stage.people.world.get_dm_channel(stranger).id].values()
        assert [each.author_id for each in there] == [stranger]


async def test_a_way_back_that_leads_nowhere_says_so(tmp_path: Path) -> None:
    async with whole(tmp_path) as (stage, _, _):
        sent = await stage.platform.send(
            stage.people.room("general"), note("Mend it.", Button("discord:again:1", "Go"))
        )
        assert sent
        await stage.people.press("ann", sent.id, "discord:again:1")
        assert len(shown(stage)) == 2 and shown(stage, "bob") == []
        assert stage.people.unanswered == []
