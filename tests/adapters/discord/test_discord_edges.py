"""What goes wrong around the bot: people leave, places close, two servers meet; nobody hears what is not for them."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord_stage import Stage, open_stage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord import ChannelHandle, GuildHandle, MemberActor, UserHandle
from simcord.backend import serializers
from simcord.enums import ChannelType
from test_discord_contract import nothing

from adapters.port import (
    Account,
    Answer,
    Button,
    ButtonPressed,
    Command,
    CommandUsed,
    FieldErrors,
    File,
    Form,
    FormSubmitted,
    Inbound,
    Line,
    MemberLeft,
    Mention,
    Message,
    MessagePosted,
    Only,
    PlatformRefused,
    Refused,
    Returned,
    Room,
    Section,
    Shortcut,
    Space,
    Surface,
)
from adapters.room import BOT, NotPossible, Person

SURFACE = Surface(
    (
        Command("keep", "", "", "Keep something", Answer.FORM),
        Command("keep", "*", "what", "Keep this", Answer.PRIVATE),
        Command("ask", "*", "what", "Ask everybody", Answer.PUBLIC),
        Command("hush", "*", "what", "Say nothing", Answer.SILENT),
    ),
    (Shortcut("capture:keep", "Keep as know-how", Answer.FORM),),
    {
        "capture:replace": Answer.REPLACE,
        "capture:silent": Answer.SILENT,
        "capture:public": Answer.PUBLIC,
        "capture:private": Answer.PRIVATE,
        "capture:form": Answer.FORM,
    },
    {"capture:public": Answer.PUBLIC, "capture:silent": Answer.SILENT},
)
FORM = Form("capture:save", "Keep a tip", (Line("title", "What is it called?"),), "Keep it")
SEVERAL = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


class Ear:
    """Notes every event; then does what it was told to, and returns what it was told to."""

    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.returns: Returned = None
        self.then: Callable[[Any], Awaitable[None]] | None = None

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        if self.then is not None:
            await self.then(event)
        return self.returns

    @property
    def last(self) -> Any:
        """The newest event."""
        return self.received[-1]


def note(words: str = "Warm it.", *buttons: Button, files: tuple[File, ...] = ()) -> Message:
    return Message("A note", [Section(words, buttons=buttons)], files)


@contextlib.asynccontextmanager
async def server(ear: Ear, **more: Any) -> AsyncIterator[Stage]:
    """Ann and Bob in a server with `general`."""
    async with open_stage(lambda platform: (SURFACE, ear.receive, nothing), **more) as stage:
        stage.people.open_channel("general")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        ear.received.clear()
        yield stage


def shown(stage: Stage, who: str = "ann", channel: str = "") -> list[str]:
    """What the bot shows somebody."""
    seen = stage.people.messages_seen_by(who, channel)
    return [stage.people.words_of(each.id) for each in seen if each.author == BOT]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def stage(ear: Ear) -> AsyncIterator[Stage]:
    async with server(ear) as stage:
        yield stage
        assert stage.violations == []


class Second:
    """A second server, with a channel and some of the people."""

    def __init__(self, stage: Stage, *who: str) -> None:
        world = stage.people.world
        self._stage, self._guild = stage, world.create_guild("The clinic")
        self._channel = world.create_channel(self._guild.id, "lobby")
        self.space = Space("discord", str(self._guild.id))
        for each in who:
            world.add_member(self._guild.id, stage.people.user(each), announce=True)

    async def use_command(self, who: str, name: str, **options: str) -> None:
        guild = GuildHandle(self._stage.env, self._guild)
        user = UserHandle(self._stage.env, self._stage.people.world.users[self._stage.people.user(who)])
        place = ChannelHandle(self._stage.env, guild, self._channel)
        await MemberActor(self._stage.env, guild, user).slash(place, name, **options)

    async def say(self, who: str, words: str) -> None:
        self._stage.people.world.create_message(self._channel.id, self._stage.people.user(who), words)
        await self._stage.people.finish()

    @property
    def room(self) -> Room:
        return Room(self.space, str(self._channel.id), "", "lobby")


async def _open_form(stage: Stage, ear: Ear, who: str = "ann") -> Any:
    await stage.people.use_command(who, "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, FORM)
    opened = stage.people.open_form_of(who)
    assert opened
    return opened


async def _refusal(doing: Awaitable[object]) -> Refused:
    with pytest.raises(PlatformRefused) as refused:
        await doing
    return refused.value.reason


async def test_somebody_who_leaves_with_a_form_open_sends_nothing(stage: Stage, ear: Ear) -> None:
    opened = await _open_form(stage, ear)
    await stage.people.leave("ann")
    with pytest.raises(NotPossible):
        await stage.people.submit("ann", opened.id, {"title": "x"})
    assert [type(event) for event in ear.received] == [CommandUsed, MemberLeft]


async def test_a_form_that_arrives_after_its_writer_left_is_answered(stage: Stage, ear: Ear) -> None:
    opened = await _open_form(stage, ear)
    await stage.people.submit("ann", opened.id, {"title": "x"})
    event = ear.last
    assert isinstance(event, FormSubmitted) and event.who == stage.people.account("ann")
    await stage.people.leave("ann")
    assert await stage.platform.send(Only(event.who, event.room, event.trigger), note()) is None
    assert stage.people.unanswered == []


async def test_a_direct_message_to_somebody_who_left_is_refused(stage: Stage) -> None:
    ann = stage.people.account("ann")
    await stage.people.leave("ann")
    assert await _refusal(stage.platform.send(ann, note())) is Refused.NO_DIRECT_MESSAGES


async def test_a_channel_that_is_deleted_before_the_answer_is_refused(stage: Stage, ear: Ear) -> None:
    said = await stage.people.say("ann", "general", "How?")
    place = ear.last.post.ref
    await stage.people.delete_channel("general")
    for room in (place.room, place.thread):
        assert await _refusal(stage.platform.send(room, note())) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert await stage.platform.read_message(place) is None
    assert await stage.platform.read_thread(place) == ()
    assert await _refusal(stage.platform.react(place, "bulb")) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert said == place.id


async def test_a_press_in_a_channel_that_is_deleted_then_ends_in_words(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?", Button("capture:replace", "Yes")))
    assert sent

    async def then(event: Any) -> None:
        stage.people.world.delete_channel(stage.people.channel("general"))
        reasons.append(await _refusal(stage.platform.edit(event.message, note("Thank you."))))

    reasons: list[Refused] = []
    ear.then = then
    await stage.people.press("ann", sent.id, "capture:replace")
    assert reasons[0] in (Refused.NOT_IN_CHANNEL, Refused.GONE)


def _is_archived(stage: Stage, thread: str) -> bool:
    about = stage.people.world.channels[int(thread)].thread_metadata
    return about is not None and about.archived


async def test_an_answer_opens_an_archived_thread_again(stage: Stage, ear: Ear) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.say("bob", "general", "So.", root)
    thread = stage.people.reference(root).thread
    await stage.people.pass_time(timedelta(days=2))
    assert _is_archived(stage, root)
    sent = await stage.platform.send(thread, note("Shall I keep it?"))
    assert sent and sent.room == thread
    assert not _is_archived(stage, root)
    assert [post.ref.id for post in await stage.platform.read_thread(sent)][::2] == [root, sent.id]


async def test_a_locked_thread_refuses_the_bot(stage: Stage) -> None:
    root = await stage.people.say("ann", "general", "How?")
    await stage.people.begin_thread("bob", root)
    stage.env.inject_error("POST", f"/channels/{root}/messages", status=400, code=50083)
    refused = await _refusal(stage.platform.send(stage.people.reference(root).thread, note()))
    assert refused is Refused.MISSING_PERMISSION


@pytest.mark.parametrize("missing", ["create_public_threads", "send_messages_in_threads"])
async def test_where_it_may_not_use_threads_it_answers_beneath_or_says_so(ear: Ear, missing: str) -> None:
    allowed = discord.Permissions.all()
    allowed.update(administrator=False, **{missing: False})
    async with server(ear, permissions=allowed) as stage:
        everyone = stage.people.world.guilds[stage.server.guild.id].roles[stage.server.guild.id]
        everyone.permissions = discord.Permissions(
            view_channel=True, send_messages=True, read_message_history=True
        ).value
        stage.people.world.emit("GUILD_ROLE_UPDATE", _role(stage, everyone))
        said = await stage.people.say("ann", "general", "How?")
        answer = stage.platform.send(stage.people.reference(said).thread, note())
        if missing == "create_public_threads":
            sent = await answer
            assert sent and sent.room == stage.people.room("general")
        else:
            assert await _refusal(answer) is Refused.MISSING_PERMISSION


def _role(stage: Stage, role: Any) -> dict[str, Any]:
    return {"guild_id": str(stage.server.guild.id), "role": serializers.role_payload(role)}


async def test_where_it_may_not_write_it_says_so(ear: Ear) -> None:
    allowed = discord.Permissions(view_channel=True, read_message_history=True)
    async with server(ear, permissions=allowed) as stage:
        everyone = stage.people.world.guilds[stage.server.guild.id].roles[stage.server.guild.id]
        everyone.permissions = allowed.value
        assert await _refusal(stage.platform.send(stage.people.room("general"), note())) is Refused.MISSING_PERMISSION


async def test_somebody_in_timeout_is_answered_privately(stage: Stage, ear: Ear) -> None:
    """They can say nothing, but they still read; a command that was on its way is answered."""
    await stage.people.use_command("ann", "general", "/keep what")
    member = stage.people.world.get_member(stage.server.guild.id, stage.people.user("ann"))
    member.timed_out_until = (stage.people.clock() + timedelta(hours=1)).isoformat()
    stage.people.world.announce_member_update(stage.server.guild.id, stage.people.user("ann"))
    with pytest.raises(NotPossible):
        await stage.people.say("ann", "general", "I can't speak.")
    event = ear.last
    await stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    assert shown(stage) == ["For Ann."] and shown(stage, "bob") == []


async def test_a_late_private_answer_to_closed_direct_messages_is_refused_and_shown_to_nobody(
    stage: Stage, ear: Ear
) -> None:
    await stage.people.use_command("ann", "general", "/keep what")
    event = ear.last
    await stage.platform.interactions.settle(event.trigger.token)
    stage.people.change_person("ann", closed_direct_messages=True)
    await stage.people.pass_time(timedelta(minutes=16))
    late = stage.platform.send(Only(event.who, event.room, event.trigger), note("For Ann."))
    assert await _refusal(late) is Refused.NO_DIRECT_MESSAGES
    assert shown(stage) == shown(stage, "bob") == []


async def test_a_changed_nickname_is_used_from_then_on(stage: Stage, ear: Ear) -> None:
    await stage.people.say("ann", "general", "one")
    stage.people.change_person("ann", nick="Sister Ann")
    await stage.people.say("ann", "general", "two")
    await stage.people.say("bob", "general", f"ask <@{stage.people.user('ann')}>")
    names = [event.who.name for event in ear.received]
    assert names[:2] == ["Ann", "Sister Ann"] and ear.received[0].who == ear.received[1].who
    assert ear.last.post.text == "ask @Sister Ann"


async def test_a_renamed_channel_is_called_by_its_new_name(stage: Stage, ear: Ear) -> None:
    await stage.people.rename_channel("general", "all")
    await stage.people.say("ann", "general", "one")
    assert ear.last.post.ref.room.name == "all"


async def test_a_server_of_three_hundred_channels(ear: Ear) -> None:
    async with server(ear) as stage:
        for number in range(300):
            stage.people.open_channel(f"room{number}")
        await stage.people.say("ann", "room299", "one")
        assert ear.last.post.ref.room.name == "room299"
        assert await stage.platform.send(stage.people.room("room150"), note())
        both = await stage.platform.open_room([stage.people.account("ann"), stage.people.account("bob")])
        assert both == await stage.platform.open_room([stage.people.account("bob"), stage.people.account("ann")])


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


async def test_a_stranger_to_all_servers_is_not_heard(stage: Stage, ear: Ear) -> None:
    Second(stage)
    ear.received.clear()
    stranger = stage.people.world.make_user("stranger")
    stage.people.world.create_message(stage.people.world.get_dm_channel(stranger.id).id, stranger.id, "hello")
    await stage.people.finish()
    assert ear.received == []


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
    assert await _refusal(stage.platform.send(place.room, note())) in (Refused.NOT_IN_CHANNEL, Refused.GONE)
    assert await stage.platform.members(second.space) == ()
    assert await stage.platform.read_message(place) is None
    await stage.people.say("ann", "general", "still here")
    assert ear.last.post.text == "still here"


async def test_a_very_long_message_is_sent_in_order_and_taken_back_whole(stage: Stage) -> None:
    words = "\n\n".join(f"Line {number} of it." for number in range(600))
    sent = await stage.platform.send(stage.people.room("general"), note(words, Button("capture:private", "More")))
    assert sent
    found = shown(stage)
    assert len(found) > 1 and "Line 0 of it." in found[0] and "Line 599 of it." in found[-1]
    assert stage.people.buttons_of(sent.id) == [("capture:private", "More")]
    await stage.platform.delete(sent)
    assert shown(stage) == []


async def test_the_longest_message_is_heard_whole(stage: Stage, ear: Ear) -> None:
    await stage.people.say("ann", "general", "x" * 2000)
    assert len(ear.last.post.text) == 2000


async def test_a_reply_to_the_bot_is_an_answer_to_nobody(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?"))
    assert sent
    await stage.people.say("ann", "general", "yes", sent.id, reply=True)
    assert (ear.last.post.text, ear.last.answers, ear.last.post.mentions) == ("yes", None, ())


async def test_a_thread_below_the_bots_message_is_read_from_it(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("Who knows?"))
    assert sent
    reply = await stage.people.say("ann", "general", "I do.", sent.id)
    thread = await stage.platform.read_thread(stage.people.reference(reply))
    assert [(post.ref.id, post.by_bot) for post in thread] == [(sent.id, True), (reply, False)]


async def test_the_thread_of_a_deleted_message_is_read_without_it(stage: Stage) -> None:
    root = await stage.people.say("ann", "general", "How?")
    reply = await stage.people.say("bob", "general", "So.", root)
    reference = stage.people.reference(reply)
    await stage.people.delete_message("ann", root)
    assert [post.ref.id for post in await stage.platform.read_thread(reference)] == [reply]
    assert await stage.platform.send(reference.room, note("Noted."))


async def test_an_outage_is_refused_as_unreachable(stage: Stage) -> None:
    room = stage.people.room("general")
    for status in (500, 502, 503):
        stage.env.inject_error("POST", "/channels/*/messages", status=status, times=9)
        assert await _refusal(stage.platform.send(room, note())) is Refused.UNREACHABLE
        stage.people.world.faults.clear()
    assert await stage.platform.send(room, note())


async def test_a_message_that_failed_can_be_sent_again_by_its_key(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.env.inject_error("POST", "/channels/*/messages", status=500, times=9)
    assert await _refusal(stage.platform.send(room, note(), once="k")) is Refused.UNREACHABLE
    stage.people.world.faults.clear()
    assert await stage.platform.send(room, note(), once="k")
    assert shown(stage) == ["Warm it."]


async def test_a_message_that_is_gone_is_edited_no_more(stage: Stage) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    stage.people.world.delete_message(stage.people.channel("general"), int(sent.id))
    for doing in (stage.platform.edit(sent, note()), stage.platform.delete(sent), stage.platform.react(sent, "bulb")):
        assert await _refusal(doing) is Refused.GONE


async def test_what_is_said_in_a_voice_channels_chat_stands_in_that_channel(stage: Stage, ear: Ear) -> None:
    voice = stage.people.world.create_channel(stage.server.guild.id, "round", type=ChannelType.VOICE)
    stage.people.world.create_message(voice.id, stage.people.user("ann"), "How?")
    await stage.people.finish()
    assert ear.last.post.ref.room == Room(stage.people.space, str(voice.id))
    assert await stage.platform.send(ear.last.post.ref.room, note())


@given(
    words=st.lists(
        st.sampled_from(
            [
                "<@ANN>",
                "<@!ANN>",
                "<@&ROLE>",
                "@everyone",
                "@here",
                "`",
                "```\n",
                "*",
                "\\",
                " ",
                "> ",
                "\n",
                "||",
                "](",
                "[",
                "<",
            ]
        ),
        min_size=1,
        max_size=10,
    ).map("".join)
)
@SEVERAL
async def test_no_words_notify_anybody_but_whom_a_mention_names(stage: Stage, words: str) -> None:
    people = stage.people
    everyone = str(stage.server.guild.id)
    trick = words.replace("ANN", people.account("ann").id).replace("ROLE", everyone)
    message = Message("A note", [Section((f"x{trick}\n\n", Mention(people.account("bob"))), title=f"y{trick}")])
    sent = await stage.platform.send(people.room("general"), message)
    assert sent and people.notified(sent.id) <= {people.account("bob").id}


async def test_a_form_error_for_somebody_who_left_meanwhile_breaks_nothing(stage: Stage, ear: Ear) -> None:
    opened = await _open_form(stage, ear)

    async def then(event: Any) -> None:
        ear.then = None
        stage.people.world.remove_member(stage.server.guild.id, stage.people.user("ann"))

    ear.then, ear.returns = then, FieldErrors({"title": "There is one of that name."})
    with contextlib.suppress(NotPossible):
        await stage.people.submit("ann", opened.id, {"title": "x"})
    ear.returns = None
    await stage.people.say("bob", "general", "still here?")
    assert ear.last.who == stage.people.account("bob")
