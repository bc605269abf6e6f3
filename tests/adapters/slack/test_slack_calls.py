"""The Web API goes wrong: what was to be said is said once, and a refusal is given in the port's words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from loopback_world import BOT_USER
from slack_sdk.http_retry.handler import default_interval_calculator
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

from adapters.port import File, Message, PlatformRefused, Refused, Room, Section
from adapters.room import Person
from adapters.slack import calls

DROPPED = {"kind": "drop"}
FAILED = {"status": 500}
FAILED_AFTER_ALL = {"status": 500, "after": True}


def note(words: str = "Warm the line first.", *files: File) -> Message:
    return Message("A note", [Section(words)], files)


def picture(name: str = "valve.png") -> File:
    return File(name, b"xyz", "image/png", "A valve, open")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the SDK repeat a call at once."""
    monkeypatch.setattr(default_interval_calculator, "backoff_factor", 0)
    monkeypatch.setattr(default_interval_calculator.jitter, "recalculate", lambda seconds: seconds)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    ear = Listener()
    async with open_stage("socket", lambda platform: (SURFACE, ear.receive, nothing)) as stage:
        stage.people.open_channel("general")
        stage.people.open_channel("theatre")
        for id in ("ann", "bob"):
            await stage.people.join(Person(id, id.title()))
        yield stage
        assert stage.slack.violations == []


def said(stage: Stage, channel: str = "general", who: str = "ann") -> list[str]:
    """What the bot says in a channel, one text each."""
    seen = stage.people.messages_seen_by(who, channel)
    return [stage.people.words_of(each.id) for each in seen if stage.slack.world.messages[each.id].author == BOT_USER]


def made(stage: Stage, method: str) -> int:
    return sum(call.method == method for call in stage.slack.calls)


async def refusal(verb: Any) -> tuple[Refused, str]:
    with pytest.raises(PlatformRefused) as refused:
        await verb
    return refused.value.reason, refused.value.detail


@pytest.mark.parametrize("fault", [DROPPED, FAILED, FAILED_AFTER_ALL], ids=["cut", "500", "500 after"])
@pytest.mark.parametrize("in_thread", [False, True])
async def test_what_fails_on_the_way_is_said_once(stage: Stage, fault: dict[str, Any], in_thread: bool) -> None:
    root = await stage.people.say("ann", "general", "How?")
    room = stage.people.room("general", root if in_thread else "")
    stage.slack.faults.next("chat.postMessage", **fault)
    sent = await stage.platform.send(room, note())
    assert said(stage) == ["Warm the line first."]
    assert sent and stage.people.words_of(sent.id) == "Warm the line first."
    assert sent.room == room


async def test_what_must_wait_is_said_once_later(stage: Stage) -> None:
    stage.slack.faults.next("chat.postMessage", status=429, retry_after=1)
    sending = asyncio.create_task(stage.platform.send(stage.people.room("general"), note()))
    await asyncio.wait([sending], timeout=0.1)
    assert said(stage) == []
    assert await sending
    assert said(stage) == ["Warm the line first."]


@pytest.mark.parametrize("fault", [DROPPED, FAILED, FAILED_AFTER_ALL], ids=["cut", "500", "500 after"])
async def test_what_fails_twice_is_said_once(stage: Stage, fault: dict[str, Any]) -> None:
    stage.slack.faults.next("chat.postMessage", **fault, times=2)
    assert await stage.platform.send(stage.people.room("general"), note())
    assert said(stage) == ["Warm the line first."]


async def test_what_cannot_be_said_is_refused_and_is_said_once_later(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.slack.faults.next("chat.postMessage", **FAILED, times=calls.POST_TRIES)
    assert await refusal(stage.platform.send(room, note(), once="k")) == (Refused.UNREACHABLE, "chat.postMessage")
    assert said(stage) == []
    assert await stage.platform.send(room, note(), once="k")
    assert said(stage) == ["Warm the line first."]


async def test_what_was_said_without_anybody_knowing_is_not_said_again_later(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.slack.faults.next("chat.postMessage", **FAILED_AFTER_ALL)
    stage.slack.faults.next("conversations.history", error="internal_error")
    assert (await refusal(stage.platform.send(room, note(), once="k")))[0] is Refused.UNREACHABLE
    assert said(stage) == ["Warm the line first."]
    sent = await stage.platform.send(room, note(), once="k")
    assert said(stage) == ["Warm the line first."]
    assert sent and stage.people.words_of(sent.id) == "Warm the line first."


async def test_two_alike_messages_are_both_said(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.slack.faults.next("chat.postMessage", **DROPPED)
    first = await stage.platform.send(room, note())
    stage.slack.faults.next("chat.postMessage", **DROPPED)
    second = await stage.platform.send(room, note())
    assert first != second
    assert said(stage) == ["Warm the line first."] * 2


async def test_a_key_is_kept_although_the_network_left_it_open(stage: Stage) -> None:
    room = stage.people.room("general")
    stage.slack.faults.next("chat.postMessage", **DROPPED)
    first = await stage.platform.send(room, note(), once="k")
    assert await stage.platform.send(room, note("Something else."), once="k") == first
    assert said(stage) == ["Warm the line first."]


@pytest.mark.parametrize("fault", [DROPPED, FAILED], ids=["cut", "500"])
async def test_an_edit_a_reaction_and_a_deletion_are_repeated(stage: Stage, fault: dict[str, Any]) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    stage.slack.faults.next("chat.update", **fault)
    await stage.platform.edit(sent, note("Warm it well."))
    assert said(stage) == ["Warm it well."]
    stage.slack.faults.next("reactions.add", **fault)
    await stage.platform.react(sent, "eyes")
    assert stage.slack.world.messages[sent.id].reactions == {"eyes": [BOT_USER]}
    stage.slack.faults.next("chat.delete", **FAILED)
    await stage.platform.delete(sent)
    assert said(stage) == []


async def test_a_reaction_that_is_there_changes_nothing(stage: Stage) -> None:
    message = stage.people.reference(await stage.people.say("ann", "general", "Hi"))
    await stage.platform.react(message, "eyes")
    await stage.platform.react(message, "eyes")
    assert stage.slack.world.messages[message.id].reactions == {"eyes": [BOT_USER]}


class Clock:
    """Stands in for the limiter's: says when each message may go, in seconds of its own time."""

    def __init__(self) -> None:
        self.waits: list[tuple[float, float]] = []

    def limiter(self, rate: float, period: float) -> "Clock":
        self.waits.append((rate, period))
        return self

    async def acquire(self) -> None:
        pass


async def test_each_channel_has_a_pace_of_its_own(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(calls, "AsyncLimiter", clock.limiter)
    own = calls.Calls(stage.slack.bot_token, stage.slack.api_url)
    for channel in ("CGENERAL", "CTHEATRE", "CGENERAL"):
        await own.post(channel, "", "k", text="x")
    await own.close()
    assert clock.waits == [(1, 1.0), (1, 1.0)]


async def test_messages_to_one_channel_wait_and_other_channels_do_not(stage: Stage) -> None:
    own = calls.Calls(stage.slack.bot_token, stage.slack.api_url, messages_a_second=2)
    first = [asyncio.create_task(own.post("CGENERAL", "", f"g{number}", text=f"g{number}")) for number in range(2)]
    await asyncio.sleep(0)
    other = asyncio.create_task(own.post("CTHEATRE", "", "t", text="t"))
    await other
    assert (said(stage), said(stage, "theatre")) == (["g0"], ["t"])
    await asyncio.gather(*first)
    assert said(stage) == ["g0", "g1"]
    await own.close()


async def _archived(stage: Stage) -> Room:
    await stage.people.archive_channel("general")
    return stage.people.room("general")


async def _without_the_bot(stage: Stage) -> Room:
    stage.people.open_channel("quiet", with_bot=False)
    return stage.people.room("quiet")


async def _private(stage: Stage) -> Room:
    stage.people.open_channel("secret", private=True, with_bot=False)
    return stage.people.room("secret")


async def _that_is_none(stage: Stage) -> Room:
    return Room(stage.platform.space, "CNOWHERE")


async def _after_removal(stage: Stage) -> Room:
    await stage.people.remove("tacit", "general")
    return stage.people.room("general")


@pytest.mark.parametrize(
    ("place", "detail"),
    [
        (_archived, "is_archived"),
        (_without_the_bot, "not_in_channel"),
        (_private, "channel_not_found"),
        (_that_is_none, "channel_not_found"),
        (_after_removal, "not_in_channel"),
    ],
)
async def test_a_channel_that_is_closed_to_the_bot(stage: Stage, place: Any, detail: str) -> None:
    room = await place(stage)
    assert await refusal(stage.platform.send(room, note())) == (Refused.NOT_IN_CHANNEL, detail)


async def test_people_who_cannot_be_written_to(stage: Stage) -> None:
    bob, robot = stage.people.account("bob"), stage.people.add_app("robot", "Robot")
    await stage.platform.send(bob, note())
    await stage.people.leave("bob")
    ann = stage.people.account("ann")
    stage.people.change_person("ann", closed_direct_messages=True)
    nobody = type(ann)(ann.space, "UNOBODY")
    for account in (bob, ann, nobody, stage.people.account(robot)):
        assert (await refusal(stage.platform.send(account, note())))[0] is Refused.NO_DIRECT_MESSAGES


async def test_a_missing_scope_is_named(stage: Stage) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    ann = stage.people.account("ann")
    stage.slack.scopes.clear()
    refused = [
        await refusal(stage.platform.send(sent.room, note())),
        await refusal(stage.platform.send(ann, note())),
        await refusal(stage.platform.edit(sent, note())),
        await refusal(stage.platform.react(sent, "eyes")),
        await refusal(stage.platform.read_message(sent)),
        await refusal(stage.platform.members(ann.space)),
    ]
    needed = ["chat:write", "im:write", "chat:write", "reactions:write", "channels:history", "users:read"]
    assert refused == [(Refused.MISSING_PERMISSION, scope) for scope in needed]


async def test_a_message_that_is_gone(stage: Stage) -> None:
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    await stage.platform.delete(sent)
    for verb in (stage.platform.edit(sent, note()), stage.platform.delete(sent), stage.platform.react(sent, "eyes")):
        assert await refusal(verb) == (Refused.GONE, "message_not_found")
    assert await stage.platform.read_message(sent) is None
    assert await stage.platform.read_thread(sent) == ()
    assert await stage.platform.link(sent) == ""


async def test_somebody_elses_message_is_not_the_bots_to_change(stage: Stage) -> None:
    message = stage.people.reference(await stage.people.say("ann", "general", "Mine"))
    for verb in (stage.platform.edit(message, note()), stage.platform.delete(message)):
        assert (await refusal(verb))[0] is Refused.MISSING_PERMISSION
    assert stage.people.words_of(message.id) == "Mine"


async def test_slack_that_is_away_is_unreachable(stage: Stage) -> None:
    await stage.platform.send(stage.people.account("ann"), note())
    stage.slack.faults.next("chat.update", error="internal_error")
    stage.slack.faults.next("users.list", error="service_unavailable")
    sent = await stage.platform.send(stage.people.room("general"), note())
    assert sent
    for verb in (stage.platform.edit(sent, note()), stage.platform.members(stage.platform.space)):
        assert (await refusal(verb))[0] is Refused.UNREACHABLE


async def test_a_token_that_is_not_accepted(stage: Stage) -> None:
    stage.slack.bot_token = "xoxb-another"
    assert await refusal(stage.platform.identify()) == (Refused.NOT_ACCEPTED, "invalid_auth")


async def test_a_list_of_people_that_comes_in_pages_is_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.directory.LISTED", 2)
    profiles = await stage.platform.members(stage.platform.space)
    assert {"UANN", "UBOB", BOT_USER} <= {profile.account.id for profile in profiles}
    assert made(stage, "users.list") == 2
