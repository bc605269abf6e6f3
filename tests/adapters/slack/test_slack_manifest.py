"""The app's manifest: what the bot listens to, no scope too few and none too many, within Slack's limits."""

import ast
import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from loopback_methods import METHODS
from loopback_people import SlackPeople
from loopback_slack import PREFIXES, LoopbackSlack
from slack_stage import Stage, settings_for
from test_slack_contract import Listener

from adapters.port import (
    Answer,
    Button,
    Command,
    CommandUsed,
    File,
    Form,
    Line,
    Message,
    MessagePosted,
    Only,
    Room,
    Section,
    Shortcut,
    Surface,
)
from adapters.room import Person
from adapters.slack import EVENTS_PATH, SlackPlatform, check, manifest, written
from adapters.slack.inbound import _EVENTS as READ
from adapters.slack.manifest import EVENTS, SCOPES
from adapters.slack.triggers import Interaction
from bot.feature import surface_of
from bot.wiring import FEATURES, slack_manifest
from bot.words import Words

ROOT = Path(__file__).parents[3]
SURFACE = surface_of(FEATURES, Words())
NO_SCOPE = {"auth.test", "chat.getPermalink", "views.open", "views.publish", "apps.connections.open"}
"""Methods that every app may call; the last one by its own token."""

IN_A_CHANNEL = {"conversations.history": "history", "conversations.replies": "history", "conversations.info": "read"}


_SPELLED = {name.replace(".", "_"): name for name in METHODS} | {
    "chat_postMessage": "chat.postMessage",
    "chat_postEphemeral": "chat.postEphemeral",
    "chat_getPermalink": "chat.getPermalink",
    "files_upload_v2": "files.uploadV2",
}
"""How the adapter names a method -> how Slack does."""


def called() -> set[str]:
    """The methods that the adapter's source names, as Slack writes them."""
    names: set[str] = set()
    for path in (ROOT / "adapters" / "slack").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names |= {node.value} & set(_SPELLED)
    return {_SPELLED[name] for name in names}


def test_the_file_in_the_repository_is_the_bots() -> None:
    on_disk = (ROOT / "config" / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert on_disk == slack_manifest() == written(SURFACE)
    assert yaml.safe_load(on_disk) == manifest(SURFACE)


def test_the_adapters_calls_are_found() -> None:
    assert {"chat.postMessage", "conversations.history", "users.list", "views.open", "files.uploadV2"} <= called()


def test_every_scope_is_needed_by_something_that_is_done() -> None:
    done = called() | set(EVENTS) | {"slash commands", "shortcuts"}
    idle = {scope: use.needed_by for scope, use in SCOPES.items() if not set(use.needed_by) & done}
    assert idle == {}
    named = {need for use in SCOPES.values() for need in use.needed_by}
    assert named - done == set()


def test_every_scope_says_why_in_a_sentence() -> None:
    assert [scope for scope, use in SCOPES.items() if not re.fullmatch(r"[A-Z].*\.", use.reason)] == []


def test_every_call_is_covered_by_a_scope() -> None:
    named = {need for use in SCOPES.values() for need in use.needed_by}
    assert called() - NO_SCOPE - named == set()


@pytest.mark.parametrize("method", sorted(called() - NO_SCOPE - {"files.uploadV2"}))
def test_every_call_has_the_scope_that_slack_wants(method: str) -> None:
    if scope := METHODS[method].scope:
        assert scope in SCOPES
    if what := IN_A_CHANNEL.get(method):
        assert {f"{prefix}:{what}" for prefix in PREFIXES.values()} <= set(SCOPES)


def test_every_event_that_is_read_is_subscribed_to_and_no_other() -> None:
    messages = {name for name in EVENTS if name.startswith("message.")}
    learned = {"channel_rename", "group_rename"}
    assert messages == {f"message.{prefix}" for prefix in ("channels", "groups", "im", "mpim")}
    assert set(EVENTS) - messages == set(READ) - {"message"} | learned


def test_every_command_and_action_is_there_but_slacks_own() -> None:
    features = manifest(SURFACE)["features"]
    assert {command["command"] for command in features["slash_commands"]} == {
        f"/{command.name}" for command in SURFACE.commands if command.name != "me"
    }
    assert {each["callback_id"]: each["name"] for each in features["shortcuts"]} == {
        shortcut.id: shortcut.label for shortcut in SURFACE.shortcuts
    }


def test_a_way_to_slacks_own_command_is_offered() -> None:
    (tacit,) = [each for each in manifest(SURFACE)["features"]["slash_commands"] if each["command"] == "/tacit"]
    assert re.search(r"\bme\b", tacit["usage_hint"])


def test_names_and_lengths_are_within_slacks_limits() -> None:
    whole = manifest(SURFACE)
    features, shown = whole["features"], whole["display_information"]
    assert len(shown["name"]) <= 35 and len(shown["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(features["slash_commands"]) <= 50 and len(features["shortcuts"]) <= 10
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert len(command["description"]) <= 2_000 and 0 < len(command.get("usage_hint", "-")) <= 1_000
        assert command["should_escape"] is False
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    assert len(whole["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_a_long_label_is_refused_and_a_long_hint_cut() -> None:
    too_long = Surface((), (Shortcut("a", "l" * 25, Answer.FORM),), {}, {})
    with pytest.raises(ValueError, match="at most 24"):
        manifest(too_long)
    uses = tuple(Command("tip", f"w{number:03}", "number", "d", Answer.PRIVATE) for number in range(200))
    (command,) = manifest(Surface(uses, (), {}, {}))["features"]["slash_commands"]
    assert len(command["usage_hint"]) == 1_000


def test_by_sockets_there_is_no_address() -> None:
    whole = written(SURFACE)
    assert "socket_mode_enabled: true" in whole and "url" not in whole


@pytest.mark.parametrize("url", ["https://tacit.example.org", "https://tacit.example.org/"])
def test_by_http_everything_has_the_address(url: str) -> None:
    whole = manifest(SURFACE, url)
    address = f"https://tacit.example.org{EVENTS_PATH}"
    settings = whole["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert {command["url"] for command in whole["features"]["slash_commands"]} == {address}


@pytest.fixture
def ear() -> Listener:
    return Listener()


@pytest.fixture
async def stage(ear: Listener) -> AsyncIterator[Stage]:
    """A workspace in which the app has what its manifest asks for, and nothing more."""
    whole = manifest(SURFACE)
    scopes = whole["oauth_config"]["scopes"]["bot"]
    events = whole["settings"]["event_subscriptions"]["bot_events"]
    async with LoopbackSlack(scopes=scopes, subscriptions=events) as slack:
        platform = SlackPlatform(settings_for(slack, "socket"), clock=slack.clock)
        await platform.identify()
        running = asyncio.create_task(platform.run(SURFACE, ear.receive))
        await slack.connected(2)
        stage = Stage(slack, SlackPeople(slack, platform.idle), platform, running)
        await _furnish(stage.people)
        yield stage
        await stage.stop()
        assert slack.violations == [] and slack.failures == []


async def _furnish(people: SlackPeople) -> None:
    people.surface = SURFACE
    people.open_channel("general")
    people.open_channel("secret", private=True)
    for id in ("ann", "bob"):
        await people.join(Person(id, id.title()))


def _rooms(people: SlackPeople) -> list[Room]:
    """One of each kind."""
    direct, group = people.open_direct("ann"), people.open_group("ann", "bob")
    return [people.room(id) for id in ("CGENERAL", "CSECRET", direct, group)]


async def test_with_it_the_bot_can_do_all_that_it_does(stage: Stage) -> None:
    platform, people = stage.platform, stage.people
    for room in _rooms(people):
        await _do_everything(platform, people, room)
    ann, bob = people.account("ann"), people.account("bob")
    assert await platform.open_room([ann]) != await platform.open_room([ann, bob])
    assert {profile.account.id for profile in await platform.members(platform.space)} >= {"UANN", "UBOB"}
    await people.join(Person("gus", "Gus"), is_restricted=True)
    for who, channel in (("ann", "general"), ("ann", "secret"), ("gus", "general")):
        assert await platform.may_see(people.account(who), people.room(channel))
    for group in await platform.groups(platform.space):
        assert await platform.people_in(group.key)
    assert await platform.people_in(await people.put_together("leads", "ann")) == (ann,)
    page = Only(ann, None, Interaction(home="page").trigger(stage.slack.clock()))
    await platform.send(page, Message("x", [Section("Your page")]))
    assert people.home_words("ann") == "Your page"
    assert all(finding.ok for finding in await check(platform))
    assert {call.method for call in stage.slack.calls} >= called() - {"files.uploadV2", "views.open"}


async def _do_everything(platform: SlackPlatform, people: SlackPeople, room: Room) -> None:
    picture = File("a.png", b"x", "image/png", "A")
    message = Message("A note", [Section("Look.", buttons=[Button("a:b", "Yes")])], [picture])
    sent = await platform.send(room, message)
    assert sent
    await platform.edit(sent, Message("A note", [Section("Look again.")]))
    await platform.react(sent, "eyes")
    assert await platform.link(sent)
    assert await platform.read_message(sent)
    assert len(await platform.read_thread(sent)) == 1
    await platform.send(Only(people.account("ann"), room), Message("x", [Section("For Ann.")]))
    await platform.delete(sent)


async def test_with_it_the_bot_hears_all_that_it_listens_to(stage: Stage, ear: Listener) -> None:
    people = stage.people
    for room in _rooms(people):
        await _say_everything(people, room.channel_id)
    await people.rename_channel("general", "all")
    await people.leave("bob")
    await people.open_home("ann")
    kinds = Counter(type(event).__name__ for event in ear.received)
    each = ("MessagePosted", "MessageEdited", "ReactionAdded", "ReactionRemoved", "ShortcutUsed", "CommandUsed")
    assert [kinds[name] for name in (*each, "MessageDeleted")] == [4] * 7
    assert (kinds["MemberJoined"], kinds["MemberLeft"], kinds["HomeOpened"]) == (2, 1, 1)
    await people.say("ann", "general", "Hi")
    event = ear.received[-1]
    assert isinstance(event, MessagePosted) and event.post.ref.room.name == "all"


async def _say_everything(people: SlackPeople, channel: str) -> None:
    message = await people.say("ann", channel, "Hi")
    await people.edit_message("ann", message, "Hi, all")
    await people.add_reaction("ann", message, "bulb")
    await people.remove_reaction("ann", message, "bulb")
    await people.use_shortcut("ann", message, SURFACE.shortcuts[0].id)
    await people.use_command("ann", channel, "/tip this")
    await people.delete_message("ann", message)


async def test_with_it_a_form_is_opened(stage: Stage, ear: Listener) -> None:
    await stage.people.use_command("ann", "general", "/tip")
    event = ear.received[-1]
    assert isinstance(event, CommandUsed)
    await stage.platform.open_form(event.trigger, Form("a:b", "Keep", (Line("a", "A"),), "Keep"))
    assert stage.people.open_form_of("ann")
