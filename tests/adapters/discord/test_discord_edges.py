"""What goes wrong around the bot: people leave, Discord refuses or is away; nobody hears what is not for them."""

import contextlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord_ear import FORM, Ear, is_refused, note, server, shown
from discord_stage import Stage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.backend import serializers

from adapters.discord.refusals import CODES, refusals
from adapters.port import (
    CommandUsed,
    FieldErrors,
    File,
    FormSubmitted,
    MemberLeft,
    Mention,
    Message,
    Only,
    PlatformRefused,
    Refused,
    Section,
)
from adapters.room import NotPossible

SEVERAL = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


async def _open_form(stage: Stage, ear: Ear, who: str = "ann") -> Any:
    await stage.people.use_command(who, "general", "/keep")
    await stage.platform.open_form(ear.last.trigger, FORM)
    opened = stage.people.open_form_of(who)
    assert opened
    return opened


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
    assert await is_refused(stage.platform.send(ann, note())) is Refused.NO_DIRECT_MESSAGES


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
    assert await is_refused(late) is Refused.NO_DIRECT_MESSAGES
    assert shown(stage) == shown(stage, "bob") == []


async def test_a_changed_nickname_is_used_from_then_on(stage: Stage, ear: Ear) -> None:
    await stage.people.say("ann", "general", "one")
    stage.people.change_person("ann", nick="Sister Ann")
    await stage.people.say("ann", "general", "two")
    await stage.people.say("bob", "general", f"ask <@{stage.people.user('ann')}>")
    names = [event.who.name for event in ear.received]
    assert names[:2] == ["Ann", "Sister Ann"] and ear.received[0].who == ear.received[1].who
    assert ear.last.post.text == "ask @Sister Ann"


async def test_the_longest_message_is_heard_whole(stage: Stage, ear: Ear) -> None:
    await stage.people.say("ann", "general", "x" * 2000)
    assert len(ear.last.post.text) == 2000


async def test_a_reply_to_the_bot_is_an_answer_to_nobody(stage: Stage, ear: Ear) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note("May I?"))
    assert sent
    await stage.people.say("ann", "general", "yes", sent.id, reply=True)
    assert (ear.last.post.text, ear.last.answers, ear.last.post.mentions) == ("yes", None, ())


async def test_an_outage_is_refused_as_unreachable(stage: Stage) -> None:
    room = stage.people.room("general")
    for status in (500, 502, 503):
        stage.env.inject_error("POST", "/channels/*/messages", status=status, times=9)
        assert await is_refused(stage.platform.send(room, note())) is Refused.UNREACHABLE
        stage.people.world.faults.clear()
    assert await stage.platform.send(room, note())


async def test_a_message_that_failed_can_be_sent_again_by_its_key(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.env.inject_error("POST", "/channels/*/messages", status=500, times=9)
    assert await is_refused(stage.platform.send(room, note(), once="k")) is Refused.UNREACHABLE
    stage.people.world.faults.clear()
    assert await stage.platform.send(room, note(), once="k")
    assert shown(stage) == ["Warm it."]


async def test_a_message_that_is_gone_is_edited_no_more(stage: Stage) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    stage.people.world.delete_message(stage.people.channel("general"), int(sent.id))
    for doing in (stage.platform.edit(sent, note()), stage.platform.delete(sent), stage.platform.react(sent, "bulb")):
        assert await is_refused(doing) is Refused.GONE


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


def discords(status: int, code: int) -> discord.HTTPException:
    """An error as discord.py raises it; Discord's words may hold what somebody said."""
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    response: Any = SimpleNamespace(status=status, reason="")
    return kind(response, {"code": code, "message": "patient in bed four"})


@pytest.mark.parametrize(
    ("status", "code", "reason", "detail"),
    [
        (404, 10003, Refused.NOT_IN_CHANNEL, "10003"),
        (404, 10004, Refused.NOT_IN_CHANNEL, "10004"),
        (404, 10008, Refused.GONE, "10008"),
        (404, 10013, Refused.NO_DIRECT_MESSAGES, "10013"),
        (404, 10062, Refused.EXPIRED, "10062"),
        (404, 10070, Refused.GONE, "10070"),
        (403, 20016, Refused.UNREACHABLE, "20016"),
        (400, 30010, Refused.MISSING_PERMISSION, "no more reactions on this message"),
        (400, 40060, Refused.EXPIRED, "40060"),
        (403, 50001, Refused.NOT_IN_CHANNEL, "50001"),
        (403, 50005, Refused.MISSING_PERMISSION, "Send Messages"),
        (403, 50007, Refused.NO_DIRECT_MESSAGES, "50007"),
        (403, 50013, Refused.MISSING_PERMISSION, "Send Messages"),
        (401, 50027, Refused.EXPIRED, "50027"),
        (400, 50083, Refused.MISSING_PERMISSION, "Manage Threads"),
        (403, 50278, Refused.NO_DIRECT_MESSAGES, "50278"),
        (403, 160005, Refused.MISSING_PERMISSION, "Manage Threads"),
        (400, 200000, Refused.MISSING_PERMISSION, "the server's AutoMod"),
        (400, 240000, Refused.MISSING_PERMISSION, "the server's AutoMod"),
        (403, 90001, Refused.MISSING_PERMISSION, "Send Messages"),
        (404, 0, Refused.GONE, "0"),
        (429, 0, Refused.UNREACHABLE, "0"),
        (503, 0, Refused.UNREACHABLE, "0"),
    ],
)
def test_every_refusal_of_discord_has_its_reason(status: int, code: int, reason: Refused, detail: str) -> None:
    with pytest.raises(PlatformRefused) as refused, refusals(lambda: "Send Messages"):
        raise discords(status, code)
    assert (refused.value.reason, refused.value.detail) == (reason, detail)
    assert refused.value.__suppress_context__, "Discord's words would stand in the log"


def test_every_code_that_is_known_is_tried_here() -> None:
    (mark,) = [each for each in test_every_refusal_of_discord_has_its_reason.pytestmark if each.name == "parametrize"]  # type: ignore[attr-defined]
    assert {code for _, code, _, _ in mark.args[1]} >= set(CODES)


def test_what_is_the_bots_own_mistake_is_no_refusal() -> None:
    with pytest.raises(discord.HTTPException), refusals():
        raise discords(400, 50035)
    with pytest.raises(ValueError, match="mine"), refusals():
        raise ValueError("mine")


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"send_messages"}, "Send Messages, Attach Files"),
        ({"view_channel", "attach_files"}, "View Channel, Send Messages, Attach Files"),
        ({"attach_files"}, "Attach Files"),
        ({"add_reactions"}, ""),
    ],
)
async def test_the_permissions_that_are_missing_are_named(ear: Ear, missing: set[str], named: str) -> None:
    allowed = discord.Permissions.all()
    allowed.update(administrator=False, **dict.fromkeys(missing, False))
    async with server(ear, permissions=allowed) as stage:
        guild = stage.people.world.guilds[stage.server.guild.id]
        guild.roles[guild.id].permissions = 0
        role: Any = {"guild_id": str(guild.id), "role": serializers.role_payload(guild.roles[guild.id])}
        stage.people.world.emit("GUILD_ROLE_UPDATE", role)
        stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
        with pytest.raises(PlatformRefused) as refused:
            await stage.platform.send(stage.people.room("general"), note(files=(File("a.csv", b"1", "text/csv"),)))
        assert (refused.value.reason, refused.value.detail) == (Refused.MISSING_PERMISSION, named or "50013")


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, 90001), (400, 30010), (403, 20016), (400, 160005), (403, 40067), (403, 20031), (400, 200000), (403, 340013)],
)
async def test_whatever_a_server_forbids_is_refused_in_words(stage: Stage, status: int, code: int) -> None:
    """Blocked by the author, most reactions, slow mode, a locked thread, a form to fill in first, AutoMod."""
    said = stage.people.reference(await stage.people.say("ann", "general", "How?"))
    stage.env.inject_error("*", "/channels/*", status=status, code=code, times=9)
    for doing in (stage.platform.react(said, "bulb"), stage.platform.send(said.room, note())):
        await is_refused(doing)
